#include "tui/print_view.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/duties.h"
#include "desk/handover.h"
#include "desk/session.h"
#include "paper/printer.h"
#include "tui/doing.h"
#include "tui/form_view.h"
#include "tui/job_view.h"
#include "tui/menu.h"

enum { WORDS_MOST = 32, REPORT_HOURS = 2 /* that the report of the shift handed over is wanted first; a choice of ours */ };

bool print_makes_paper(const struct action *action)
{
  size_t length = strlen(action->name);
  bool named_print = length > 6 && strcmp(action->name + length - 6, ".print") == 0;

  return named_print || strcmp(action->name, "printout.again") == 0;
}

/* --- the child's command line --------------------------------------------------------------------------------------------- */

struct words {
  char *list[WORDS_MOST + 1];
  int count;
};

static void add_word(struct words *words, char *word)
{
  if (words->count < WORDS_MOST)
    words->list[words->count++] = word;
  else
    free(word);
}

static void add_command(struct words *words, const char *command)
{
  char *copy = mem_dup(command), *rest = copy, *word;

  while ((word = strsep(&rest, " ")) != NULL) add_word(words, mem_dup(word));
  free(copy);
}

static void add_values(struct words *words, struct shell *shell, const struct values *values)
{
  for (int i = 0; values != NULL && i < values->count; i++) {
    struct buf text = BUF_INIT;
    if (!values->list[i].known) continue;
    buf_addf(&text, "%s=", values->fields[i]->name);
    value_write(shell->desk.store, values->fields[i], &values->list[i], &text);
    add_word(words, buf_take(&text, NULL));
  }
}

static bool names_a_way(const struct values *values)
{
  static const char *const ways[] = { "text", "pdf", "lp", "folder" };

  for (size_t i = 0; values != NULL && i < sizeof ways / sizeof *ways; i++)
    if (values_index(values, ways[i]) >= 0 && values_known(values, ways[i])) return true;
  return false;
}

int print_start(struct shell *shell, const struct action *action, record_id subject, const struct values *values, struct err *err)
{
  struct words words = { .count = 0 };
  if (session_may(&shell->desk, action->who, err) < 0) return -1; /* the child would take it for the officer on post A */
  bool to_terminal = strcmp(config_text(shell->desk.config, "print.to"), "terminal") == 0 && !names_a_way(values);

  add_command(&words, action->command);
  if (subject != 0) {
    struct buf name = BUF_INIT;
    record_name(shell->desk.store, subject, &name);
    add_word(&words, buf_take(&name, NULL));
  }
  add_values(&words, shell, values);
  if (to_terminal) add_word(&words, mem_dup("--text"));
  words.list[words.count] = NULL;
  struct job *job = job_start(shell, _(action->label), (const char *const *)words.list, false, err);
  for (int i = 0; i < words.count; i++) free(words.list[i]);
  if (job == NULL) return -1;
  job->is_for_terminal = to_terminal;
  shell_say(shell, _("Printing in the background: %s"), _(action->label));
  return 0;
}

void print_to_terminal(struct shell *shell, struct job *job)
{
  const struct config *config = shell->desk.config;
  struct printer_options options = { .encoding = config_text(config, "print.encoding"), .start = config_text(config, "print.start") };
  struct buf bytes = BUF_INIT;
  struct err err = ERR_INIT;

  if (*options.start == '\0') options.start = NULL;
  int result = printer_encode(buf_text(&job->output), job->output.length, true, &options, &bytes, &err);
  if (result == 0) result = terminal_print(shell->terminal, buf_text(&bytes), bytes.length, &err);
  if (result < 0)
    shell_complain(shell, &err);
  else
    shell_say(shell, _("Sent to the printer at your terminal: %s"), job->label);
  buf_free(&bytes);
}

/* --- the menu ------------------------------------------------------------------------------------------------------------- */

static bool needs_something(const struct action *action)
{
  for (const struct field *field = action->arguments; field != NULL && field->name != NULL; field++)
    if (field->flags & FIELD_REQUIRED) return true;
  return false;
}

static void print_at_once(struct shell *shell, const struct menu_item *item)
{
  struct err err = ERR_INIT;

  if (print_start(shell, item->what, item->subject, NULL, &err) < 0) shell_complain(shell, &err);
}

static void print_as_asked(struct shell *shell, const struct menu_item *item)
{
  shell_push(shell, form_view_action(shell, item->what, item->subject));
}

static void show_jobs(struct shell *shell, const struct menu_item *item)
{
  (void)item;
  shell_push(shell, job_view_open(shell));
}

static void add_paper_of(struct menu *menu, const struct action *action, const char *label, const char *detail, record_id subject)
{
  menu_add(menu, label, detail, 0, needs_something(action) ? print_as_asked : print_at_once, action, subject);
  menu_aside(menu, _("choose day, PDF file, printer or folder"), print_as_asked);
}

static void add_paper(struct menu *menu, const struct action *action)
{
  add_paper_of(menu, action, _(action->label), i18n_text(action->help), 0);
}

/* Whoever has just handed over or taken over wants the report of the shift that is over; later that of the present one stands first. */
static void add_reports(struct shell *shell, struct menu *menu, const struct action *action)
{
  int64_t relieved_at = 0;
  struct record shift = { 0 };
  record_id relieved = handover_relieved(&shell->desk, &relieved_at);
  bool is_known = relieved != 0 && record_read(shell->desk.store, &shift_kind, relieved, &shift, NULL) == 1;
  bool is_first = is_known && clock_now() - relieved_at < REPORT_HOURS * CLOCK_HOUR;

  if (!is_first) add_paper(menu, action);
  if (is_known) add_paper_of(menu, action, _("Print the report of the shift handed over"), record_title(&shift), relieved);
  if (is_first) add_paper(menu, action);
  record_free(&shift);
}

struct view *print_view_open(struct shell *shell)
{
  struct menu *menu = menu_start(_("Print"));

  for (int i = 0; shell->tables[i] != NULL; i++)
    for (const struct action *action = shell->tables[i]; action->name != NULL; action++) {
      if (strcmp(action->name, "shift.print") == 0)
        add_reports(shell, menu, action);
      else if (print_makes_paper(action) && action->command != NULL)
        add_paper(menu, action);
    }
  menu_add(menu, _("Jobs in the background"), _("what is being printed, and what became of it"), 0, show_jobs, NULL, 0);
  return menu_view(menu);
}
