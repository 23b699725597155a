/* checklist.h: the lists and a warning's lines as text, for the command line. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "desk/checklist.h"
#include "desk/duties.h"
#include "desk/lookup.h"
#include "desk/warning.h"
#include "store/act.h"

static const char *label_of(const struct choice *choices, const char *name)
{
  for (; name != NULL && choices->name != NULL; choices++)
    if (strcmp(choices->name, name) == 0) return i18n_text(choices->label);
  return "";
}

/* --- the lists as data ---------------------------------------------------------------------------------------------------------------- */

static void say_line(const struct checklist_line *line, struct outcome *outcome)
{
  struct buf text = BUF_INIT;

  buf_addf(&text, "%s · %s", label_of(checklist_stages, line->stage), line->what);
  if (line->post != NULL || line->owner != NULL)
    buf_addf(&text, " · %s", line->post != NULL ? label_of(checklist_posts, line->post) : line->owner);
  if (line->minutes >= 0) buf_addf(&text, _(" · within %d min"), line->minutes);
  if (line->evidence) buf_addf(&text, " · %s", _("with evidence"));
  buf_addf(&text, " · %s [%s/%s]", line->basis, line->list, line->id);
  outcome_say(outcome, "%s", buf_text(&text));
  buf_free(&text);
}

static int show_run(struct desk *desk, record_id subject, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  struct checklist checklist = { 0 };
  const char *level = values_text(arguments, "level"), *event = values_text(arguments, "event"), *colour = values_text(arguments, "colour");

  (void)desk;
  (void)subject;
  if (checklist_check(err) < 0) return -1; /* every file is read, also those that this warning would not use */
  int status = level != NULL ? checklist_for_response(atoi(level), &checklist, err)
                             : checklist_for_warning(colour != NULL ? colour : "red", event, event, &checklist, err);
  for (int i = 0; i < checklist.count && status == 0; i++) say_line(&checklist.lines[i], outcome);
  checklist_free(&checklist);
  return status;
}

/* --- a warning's lines ---------------------------------------------------------------------------------------------------------------- */

static bool say_row(void *context, const struct checklist_row *row)
{
  struct outcome *outcome = context;
  struct buf text = BUF_INIT;
  char at[CLOCK_TEXT];

  buf_addf(&text, "%s%s · %s", lookup_choice(&task_kind, "state", row->state), row->hidden ? _(" (later)") : "", row->what);
  if (row->owner != NULL) buf_addf(&text, " · %s", row->owner);
  if (row->due != 0) buf_addf(&text, _(" · due %s"), clock_text(at, row->due, CLOCK_SHORT));
  if (row->done_at != 0) buf_addf(&text, _(" · done %s"), clock_text(at, row->done_at, CLOCK_SHORT));
  if (row->done_before != 0) buf_addf(&text, _(" · done elsewhere %s"), clock_text(at, row->done_before, CLOCK_SHORT));
  if (row->evidence != NULL) buf_addf(&text, " · %s", row->evidence);
  if (row->why != NULL) buf_addf(&text, " · %s", row->why);
  outcome_say(outcome, "%s", buf_text(&text));
  buf_free(&text);
  return true;
}

/* Opens what the warning asks for by now: nothing new if it was opened already. */
static int open_again(struct desk *desk, const struct record *warning, struct outcome *outcome, struct err *err)
{
  struct act *act = act_begin(desk->store, "warning.checklist", desk->officer, err);

  if (act == NULL) return -1;
  if (checklist_open(desk, act, warning, outcome, err) >= 0) return act_commit(act, err);
  act_cancel(act);
  return -1;
}

static int checklist_run(struct desk *desk, record_id id, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  struct record warning = { 0 };
  int status = lookup_record(desk, &warning_kind, id, &warning, err);
  struct checklist_query query = { .all = true, .at = clock_now() };

  (void)arguments;
  if (status == 0 && strcmp(record_text(&warning, "state"), "in_force") == 0) status = open_again(desk, &warning, outcome, err);
  query.subject = status == 0 ? record_text(&warning, "key") : NULL;
  if (status == 0) status = checklist_each(desk, &query, say_row, outcome, err);
  if (status == 0 && outcome->text == NULL) outcome_say(outcome, _("No checklist is open for it: acknowledge it first (warning ack)"));
  record_free(&warning);
  return status;
}

static bool checklist_possible(struct desk *desk, const struct record *record)
{
  (void)desk;
  return record != NULL && !record_is_void(record);
}

static const struct field show_arguments[] = {
  { .name = "colour", .type = FIELD_CHOICE, .label = N_("Colour"), .choices = warning_colours },
  { .name = "event", .type = FIELD_TEXT, .label = N_("Event"), .most = 80, .help = N_("Word or code, as in the warning") },
  { .name = "level", .type = FIELD_CHOICE, .label = N_("Response level"), .flags = FIELD_NAMED, .choices = response_levels },
  { 0 },
};

const struct action checklist_actions[] = {
  { .name = "checklist.show",
    .label = N_("Checklists"),
    .command = "checklist show",
    .arguments = show_arguments,
    .help = N_(
      "The lines that a colour and an event, or a response level, would open, with their basis. Reads every list and says what is wrong."),
    .run = show_run },
  { .name = "warning.checklist",
    .label = N_("Checklist"),
    .key = "s",
    .command = "warning checklist",
    .subject = "warning",
    .help = N_("The lines of the warning with their clocks; those that it asks for by now and that are not there yet are opened."),
    .possible = checklist_possible,
    .run = checklist_run },
  { 0 },
};
