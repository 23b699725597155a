/* Activating a plan: its steps become tasks with owners and clocks. Twice is once, also on two nodes: the tasks are keyed by the plan
 * and its occasion, which is the warning it is activated for, else the day. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/checklist.h"
#include "desk/duties.h"
#include "desk/lookup.h"
#include "desk/warning.h"
#include "store/act.h"
#include "store/query.h"

/* --- steps as lines ------------------------------------------------------------------------------------------------------------------- */

#define COLOUR_RANK(colour) "CASE " colour " WHEN 'blue' THEN 1 WHEN 'yellow' THEN 2 WHEN 'orange' THEN 3 WHEN 'red' THEN 4 ELSE 0 END"

static int read_steps(struct desk *desk, record_id plan, const char *colour, struct checklist *steps, struct err *err)
{
  struct query *query =
    query_open(desk->store, "SELECT id, text, owner, minutes FROM k_plan_step WHERE plan = ?1 AND voided IS NULL AND " COLOUR_RANK(
                              "colour") " <= " COLOUR_RANK("?2") " ORDER BY place, id");
  int row;

  query_bind_number(query, 1, plan);
  query_bind_text(query, 2, colour);
  while ((row = query_next(query, err)) == 1) {
    steps->lines = mem_grow(steps->lines, (size_t)steps->count + 1, sizeof *steps->lines);
    steps->lines[steps->count++] = (struct checklist_line){ .id = checklist_subject(desk, query_number(query, 0)),
                                                            .list = mem_dup("plan"),
                                                            .what = mem_dup(query_text(query, 1)),
                                                            .owner = mem_dup(query_text(query, 2)),
                                                            .merge = "never",
                                                            .minutes = query_is_null(query, 3) ? -1 : (int)query_number(query, 3) };
  }
  query_close(query);
  return row;
}

/* --- the occasion --------------------------------------------------------------------------------------------------------------------- */

/* That of an activation that still runs, so that a second one, for a higher colour or the next day, adds to it. */
static char *occasion_of(struct desk *desk, const struct record *plan, const char *warning, int64_t at)
{
  const char *running = record_text(plan, "occasion");
  char date[CLOCK_TEXT];

  if (running != NULL) return mem_dup(running);
  char *name = checklist_subject(desk, plan->id);
  char *occasion = mem_printf("%s @ %s", name, warning != NULL ? warning : clock_text(date, at, CLOCK_DATE));
  free(name);
  return occasion;
}

static char *warning_key_of(struct desk *desk, record_id warning)
{
  return lookup_text(desk, "SELECT key FROM k_warning WHERE id = ?1", warning);
}

/* --- activate ------------------------------------------------------------------------------------------------------------------------- */

static void note_activation(struct desk *desk, struct act *act, const struct record *plan, const char *occasion,
                            const struct values *arguments)
{
  struct change *change = act_edit(act, &plan_kind, plan->id);
  char *by = lookup_name(desk, desk->officer), *headline = lookup_title(desk, values_number(arguments, "warning", 0), NULL);
  const char *why = values_text(arguments, "why");

  if (record_text(plan, "occasion") == NULL) {
    change_set_number(change, "activated_at", act_at(act));
    change_set_text(change, "activated_by", by);
    change_set_text(change, "activated_for", why != NULL ? why : headline);
  }
  change_set_text(change, "activated_colour", values_text(arguments, "colour"));
  change_set_text(change, "occasion", occasion);
  free(by);
  free(headline);
}

static int check_plan(const struct record *plan, struct err *err)
{
  const char *state = record_text(plan, "state");

  if (record_is_void(plan)) return err_set(err, _("\"%s\" was struck: activate another plan"), record_title(plan));
  if (state != NULL && strcmp(state, "force") == 0) return 0;
  return err_set(err, _("\"%s\" is not in force: set its state first, or activate another plan"), record_title(plan));
}

static int write_activation(struct desk *desk, struct act *act, record_id id, const struct values *arguments, struct outcome *outcome,
                            struct err *err)
{
  struct record plan = { 0 };
  struct checklist steps = { 0 };
  int status = lookup_record(desk, &plan_kind, id, &plan, err);

  if (status == 0) status = check_plan(&plan, err);
  if (status == 0) status = read_steps(desk, id, values_text(arguments, "colour"), &steps, err);
  if (status == 0 && steps.count == 0)
    status = err_set(err, _("\"%s\" has no steps for this colour: add some (plan_step add)"), record_title(&plan));
  if (status == 0) {
    char *warning = warning_key_of(desk, values_number(arguments, "warning", 0)),
         *occasion = occasion_of(desk, &plan, warning, act_at(act));
    struct checklist_cause cause = { .subject = occasion, .warning = warning, .plan = id, .at = act_at(act) };
    note_activation(desk, act, &plan, occasion, arguments);
    int made = checklist_put(desk, act, &cause, &steps, NULL, err);
    if (made >= 0)
      outcome_say(outcome, ngettext("%s: %d step is a task now", "%s: %d steps are tasks now", (unsigned long)made), record_title(&plan),
                  made);
    status = made < 0 ? -1 : 0;
    free(occasion);
    free(warning);
  }
  checklist_free(&steps);
  record_free(&plan);
  return status;
}

static int activate_run(struct desk *desk, record_id id, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  struct act *act = act_begin(desk->store, "plan.activate", desk->officer, err);

  if (act == NULL) return -1;
  outcome->kind = &plan_kind;
  outcome->record = id;
  if (write_activation(desk, act, id, arguments, outcome, err) == 0) return act_commit(act, err);
  act_cancel(act);
  return -1;
}

static bool take_highest(void *context, const struct record *warning)
{
  struct values *arguments = context;
  const char *colour = record_text(warning, "colour");

  values_set_number(arguments, "warning", warning->id);
  if (colour != NULL && strcmp(colour, "unknown") != 0) values_set_text(arguments, "colour", colour);
  return false;
}

/* The highest warning in force, if there is one; without any, every step. */
static int activate_prepare(struct desk *desk, record_id id, struct values *arguments, struct err *err)
{
  (void)id;
  values_set_text(arguments, "colour", "red");
  return warnings_in_force(desk, take_highest, arguments, err);
}

static bool activate_possible(struct desk *desk, const struct record *record)
{
  const char *state = record != NULL ? record_text(record, "state") : NULL;
  (void)desk;
  return state != NULL && !record_is_void(record) && strcmp(state, "force") == 0;
}

/* --- stand down ----------------------------------------------------------------------------------------------------------------------- */

static int write_stand_down(struct desk *desk, struct act *act, record_id id, const char *why, struct outcome *outcome, struct err *err)
{
  struct record plan = { 0 };
  int status = lookup_record(desk, &plan_kind, id, &plan, err);
  const char *occasion = status == 0 ? record_text(&plan, "occasion") : NULL;

  if (status == 0 && occasion == NULL) status = err_set(err, _("\"%s\" is not activated"), record_title(&plan));
  if (status == 0) status = checklist_drop(desk, act, occasion, why, outcome, err);
  if (status == 0) {
    change_clear(act_edit(act, &plan_kind, id), "occasion");
    outcome_say(outcome, _("%s: stood down"), record_title(&plan));
  }
  record_free(&plan);
  return status;
}

static int stand_down_run(struct desk *desk, record_id id, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  struct act *act = act_begin(desk->store, "plan.stand_down", desk->officer, err);

  if (act == NULL) return -1;
  outcome->kind = &plan_kind;
  outcome->record = id;
  if (write_stand_down(desk, act, id, values_text(arguments, "why"), outcome, err) == 0) return act_commit(act, err);
  act_cancel(act);
  return -1;
}

static bool stand_down_possible(struct desk *desk, const struct record *record)
{
  (void)desk;
  return record != NULL && record_text(record, "occasion") != NULL;
}

/* clang-format off */
static const struct field activate_arguments[] = {
  { .name = "colour", .type = FIELD_CHOICE, .label = N_("Up to colour"), .flags = FIELD_REQUIRED, .choices = plan_colours,
    .help = N_("The steps from this colour and all lower ones") },
  { .name = "warning", .type = FIELD_REFERENCE, .label = N_("Warning"), .reference = "warning" },
  { .name = "why", .type = FIELD_NOTE, .label = N_("Why"), .help = N_("Where no warning is the reason") },
  { 0 },
};
/* clang-format on */

static const struct field why_arguments[] = { { .name = "why", .type = FIELD_NOTE, .label = N_("Why"), .flags = FIELD_REQUIRED }, { 0 } };

const struct action plan_actions[] = {
  { .name = "plan.activate",
    .label = N_("Activate"),
    .key = "a",
    .command = "plan activate",
    .who = WHO_OFFICER,
    .subject = "plan",
    .arguments = activate_arguments,
    .help = N_("Its steps become tasks with owners and clocks. A second time adds what a higher colour asks for, and nothing twice."),
    .possible = activate_possible,
    .prepare = activate_prepare,
    .run = activate_run },
  { .name = "plan.stand_down",
    .label = N_("Stand down"),
    .key = "s",
    .command = "plan stand-down",
    .who = WHO_OFFICER,
    .subject = "plan",
    .arguments = why_arguments,
    .help = N_("The plan is over: what is still open of its tasks is dropped, with the reason."),
    .possible = stand_down_possible,
    .run = stand_down_run },
  { 0 },
};
