#include "tui/work.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "desk/duty.h"
#include "tui/conflict_view.h"
#include "tui/doing.h"
#include "tui/form_view.h"
#include "tui/job_view.h"
#include "tui/station_view.h"
#include "tui/sync_view.h"

/* words: up to three of the command line; "FILE" is replaced by what is typed. */
struct work {
  const char *label, *help;
  const char *words[4];
};

static const struct work works[] = {
  { N_("Receive warnings from a file"),
    N_("CAP or the mainland profile; what is noted or refused is told."),
    { "warning", "import", "FILE" } },
  { N_("Back the database up"), N_("A consistent copy with its key, while the desk goes on."), { "backup", "FILE" } },
  { N_("Verify the database"), N_("The chain of every log, the tables against the journal, and the file itself."), { "verify" } },
  { N_("Rebuild the tables from the journal"),
    N_("For when verifying found them wrong. The journal itself is not touched."),
    { "verify", "--rebuild" } },
};

static const struct field file_fields[] = {
  { .name = "file",
    .type = FIELD_TEXT,
    .label = N_("File"),
    .flags = FIELD_REQUIRED,
    .help = N_("Its name with the directory, e.g. /media/usb/list.csv") },
  { .name = NULL },
};

static const struct field import_fields[] = {
  { .name = "file",
    .type = FIELD_TEXT,
    .label = N_("File"),
    .flags = FIELD_REQUIRED,
    .help = N_("Its name with the directory, e.g. /media/usb/list.csv") },
  { .name = "check",
    .type = FIELD_YES,
    .label = N_("Only check"),
    .help = N_("Yes: every trouble is told with row and column, nothing is written.") },
  { .name = NULL },
};

/* --- with a file ---------------------------------------------------------------------------------------------------------- */

static int submit_work(struct shell *shell, struct form *form, const struct values *values, struct err *err)
{
  const struct work *work = form->what;
  const char *words[5] = { NULL };

  for (int i = 0; i < 4 && work->words[i] != NULL; i++)
    words[i] = strcmp(work->words[i], "FILE") == 0 ? values_text(values, "file") : work->words[i];
  return job_start(shell, _(work->label), words, false, err) != NULL ? 0 : -1;
}

static int submit_import(struct shell *shell, struct form *form, const struct values *values, struct err *err)
{
  const struct kind *kind = form->what;
  const char *words[] = { kind->name, "import", values_text(values, "file"), values_number(values, "check", 0) ? "--dry-run" : NULL, NULL };
  char *label = mem_printf(_("Import: %s"), _(kind->label));
  struct job *job = job_start(shell, label, words, false, err);

  free(label);
  return job != NULL ? 0 : -1;
}

static const struct form_purpose purpose_work = { .submit = submit_work, .after = form_open_jobs };
static const struct form_purpose purpose_import = { .submit = submit_import, .after = form_open_jobs };

static void open_form(struct shell *shell, const struct form_purpose *purpose, const char *title, const struct field *fields,
                      const void *what)
{
  struct values values;

  values_start(&values, fields);
  struct form *form = form_start(shell, purpose, mem_dup(title), NULL, &values, NULL);
  form->what = what;
  shell_push(shell, form_view(form, shell));
}

/* --- the menu ------------------------------------------------------------------------------------------------------------- */

static bool needs_file(const struct work *work)
{
  for (int i = 0; i < 4 && work->words[i] != NULL; i++)
    if (strcmp(work->words[i], "FILE") == 0) return true;
  return false;
}

static void begin_work(struct shell *shell, const struct menu_item *item)
{
  const struct work *work = item->what;

  if (work->words[1] != NULL && doing_refused(shell, WHO_ANYONE)) return; /* anybody may have the database verified */
  if (needs_file(work))
    open_form(shell, &purpose_work, _(work->label), file_fields, work);
  else
    job_view_start(shell, _(work->label), work->words);
}

static void begin_import(struct shell *shell, const struct menu_item *item)
{
  if (!doing_refused(shell, WHO_ANYONE)) open_form(shell, &purpose_import, item->label, import_fields, item->what);
}

static void show_template(struct shell *shell, const struct menu_item *item)
{
  const struct kind *kind = item->what;
  const char *words[] = { kind->name, "template", NULL };

  job_view_start(shell, item->label, words);
}

static void show_exchange(struct shell *shell, const struct menu_item *item)
{
  (void)item;
  shell_push(shell, sync_view_open(shell));
}

static void show_stations(struct shell *shell, const struct menu_item *item)
{
  (void)item;
  shell_push(shell, station_view_open(shell));
}

static void show_decisions(struct shell *shell, const struct menu_item *item)
{
  (void)item;
  shell_push(shell, conflict_view_open(shell));
}

void work_add(struct menu *menu)
{
  menu_add(menu, _("Sync"), _("Exchange with the superior station."), '9', show_exchange, NULL, 0);
  menu_also(menu, "sync");
  menu_add(menu, _("To be decided"), _("Values between which somebody has to decide, and records that were written twice."), 0,
           show_decisions, NULL, 0);
  menu_also(menu, "conflict");
  menu_add(menu, _("Units below"), _("Last contact, warnings received and answered, what is on the way; orders and duty checks."), 0,
           show_stations, NULL, 0);
  menu_also(menu, "station");
  for (size_t i = 0; i < sizeof works / sizeof *works; i++) {
    menu_add(menu, _(works[i].label), _(works[i].help), 0, begin_work, &works[i], 0);
    for (int word = 0; word < 4 && works[i].words[word] != NULL; word++) menu_also(menu, works[i].words[word]);
  }
  for (int i = 0; duties[i] != NULL; i++) {
    if (duties[i]->read_only) continue;
    char *import = mem_printf(_("Import a list (CSV): %s"), _(duties[i]->kind->label));
    char *template = mem_printf(_("Template for a list (CSV): %s"), _(duties[i]->kind->label));
    menu_add(menu, import, NULL, 0, begin_import, duties[i]->kind, 0);
    menu_also(menu, duties[i]->kind->name);
    menu_also(menu, "import");
    menu_add(menu, template, NULL, 0, show_template, duties[i]->kind, 0);
    menu_also(menu, duties[i]->kind->name);
    menu_also(menu, "template");
    free(import);
    free(template);
  }
}
