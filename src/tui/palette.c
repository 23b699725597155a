#include "tui/palette.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "desk/duty.h"
#include "desk/handover.h"
#include "tui/doing.h"
#include "tui/form_view.h"
#include "tui/handover_view.h"
#include "tui/job_view.h"
#include "tui/list_view.h"
#include "tui/menu.h"
#include "tui/print_view.h"
#include "tui/work.h"

/* --- actions -------------------------------------------------------------------------------------------------------------- */

struct adding {
  struct shell *shell;
  struct menu *menu;
};

static void run_action(struct shell *shell, const struct menu_item *item)
{
  doing_action(shell, item->what, item->subject);
}

/* Whoever knows the command line finds it by the words used there, and by the English name in every language. */
static void add_command_words(struct menu *menu, const struct action *action)
{
  menu_also(menu, action->name);
  menu_also(menu, action->command);
  menu_also(menu, action->label);
}

static bool add_action(void *context, const struct action *action)
{
  struct adding *adding = context;

  if (!doing_is_possible(adding->shell, action, NULL)) return true;
  menu_add(adding->menu, _(action->label), i18n_text(action->help), keys_from_name(action->key), run_action, action, 0);
  add_command_words(adding->menu, action);
  return true;
}

/* What can be done with the record that the view below is about. */
struct adding_to {
  struct shell *shell;
  struct menu *menu;
  const struct record *record;
};

static bool add_to_record(void *context, const struct action *action)
{
  struct adding_to *adding = context;
  char *label;

  if (!doing_is_possible(adding->shell, action, adding->record)) return true;
  label = mem_printf("%s · %s", _(action->label), record_title(adding->record));
  menu_add(adding->menu, label, i18n_text(action->help), keys_from_name(action->key), run_action, action, adding->record->id);
  add_command_words(adding->menu, action);
  free(label);
  return true;
}

static void add_subject(struct shell *shell, struct menu *menu)
{
  const struct kind *kind = NULL;
  struct record record = { 0 };
  record_id id = shell->top != NULL && shell->top->class->subject != NULL ? shell->top->class->subject(shell->top, shell, &kind) : 0;
  struct adding_to adding = { shell, menu, &record };

  if (id == 0 || record_read(shell->desk.store, kind, id, &record, NULL) != 1) return;
  doing_each(shell, kind->name, add_to_record, &adding);
  record_free(&record);
}

/* --- the handover, which is about the shift on duty and needs no record to be named --------------------------------------- */

static void show_handover(struct shell *shell, const struct menu_item *item)
{
  (void)item;
  shell_push(shell, handover_view_open(shell));
}

/* What is done on that screen leads to it. */
static bool add_handover_words(void *context, const struct action *action)
{
  struct menu *menu = context;

  menu_also(menu, _(action->label));
  menu_also(menu, i18n_text(action->help));
  add_command_words(menu, action);
  return true;
}

/* --- kinds ---------------------------------------------------------------------------------------------------------------- */

static void list_kind(struct shell *shell, const struct menu_item *item)
{
  shell_push(shell, list_view_open_kind(shell, item->what));
}

static void add_record(struct shell *shell, const struct menu_item *item)
{
  doing_add(shell, item->what);
}

static void add_kind_words(struct menu *menu, const struct kind *kind, const char *verb)
{
  menu_also(menu, kind->name);
  menu_also(menu, kind->label);
  menu_also(menu, verb);
}

static void add_kinds(struct menu *menu)
{
  for (int i = 0; duties[i] != NULL; i++) {
    const struct kind *kind = duties[i]->kind;
    char *all = mem_printf(_("List: %s"), _(kind->label)), *new = mem_printf(_("New: %s"), _(kind->label));
    menu_add(menu, all, list_view_room_name(duties[i]->room), duties[i]->room != ROOM_NONE ? KEY_FUNCTION((int)duties[i]->room) : 0,
             list_kind, kind, 0);
    add_kind_words(menu, kind, "list");
    if (!duties[i]->read_only) {
      menu_add(menu, new, NULL, 0, add_record, kind, 0);
      add_kind_words(menu, kind, "add");
    }
    free(all);
    free(new);
  }
}

/* --- the screen's own keys ------------------------------------------------------------------------------------------------ */

static void run_command(struct shell *shell, const struct menu_item *item)
{
  const struct binding *command = item->what;
  command->run(shell->top, shell);
}

static void add_commands(struct shell *shell, struct menu *menu)
{
  for (const struct binding *command = shell->hooks->commands; command->code != 0; command++)
    if (command->code != KEY_CTRL('P')) menu_add(menu, _(command->help), NULL, command->code, run_command, command, 0);
}

static void show_jobs(struct shell *shell, const struct menu_item *item)
{
  (void)item;
  shell_push(shell, job_view_open(shell));
}

static void show_print(struct shell *shell, const struct menu_item *item)
{
  (void)item;
  shell_push(shell, print_view_open(shell));
}

struct view *palette_open(struct shell *shell)
{
  struct menu *menu = menu_start(_("Everything the desk can do"));
  struct adding adding = { shell, menu };

  if (shell->desk.store == NULL) return NULL;
  add_subject(shell, menu);
  doing_each(shell, NULL, add_action, &adding);
  menu_add(menu, _("Handover of the shift on duty"), NULL, '6', show_handover, NULL, 0);
  doing_each(shell, "handover", add_handover_words, menu);
  menu_add(menu, _("Print"), NULL, '7', show_print, NULL, 0);
  menu_also(menu, "print");
  add_commands(shell, menu);
  work_add(menu);
  menu_add(menu, _("Jobs in the background"), NULL, 0, show_jobs, NULL, 0);
  add_kinds(menu);
  return menu_view(menu);
}
