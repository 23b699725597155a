/* Tasks: what a warning's checklist, a response level or an activated plan asks for, each with an owner and a clock. Keyed by area,
 * subject and line, so that two nodes of one station make one record. What opens them: checklist.c, plan_activate.c. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/checklist.h"
#include "desk/duties.h"
#include "desk/follow.h"
#include "desk/lookup.h"
#include "desk/move.h"
#include "store/act.h"
#include "store/query.h"

/* clang-format off */
static const struct choice states[] = { { "open", N_("Open") }, { "done", N_("Done") }, { "dropped", N_("Dropped") }, { NULL, NULL } };

const struct choice checklist_stages[] = {
  { "received", N_("On receipt") },    /* L10N: 接收 */
  { "relaying", N_("Relaying") },      /* L10N: 传达 */
  { "action", N_("Action") },          /* L10N: 行动 */
  { "all_clear", N_("All-clear") },    /* L10N: 解除 */
  { NULL, NULL },
};

const struct choice checklist_merges[] = {
  { "open", N_("One tick for all that are open") },
  { "never", N_("Each warning its own") },
  { "standing", N_("Holds for what comes later too") },
  { NULL, NULL },
};

const struct choice checklist_proofs[] = {
  { "receipt", N_("The receipt") },
  { "relay", N_("The relay lists") },
  { "calls", N_("The calls") },
  { NULL, NULL },
};

const struct choice checklist_posts[] = { { "a", N_("Post A") }, { "b", N_("Post B") }, { "leader", N_("Duty leader") }, { NULL, NULL } };

static const struct transition moves[] = {
  { "task.done", "open", "done", WHO_ANYONE, false },
  { "task.drop", "open", "dropped", WHO_OFFICER, true },
  { "task.reopen", "done", "open", WHO_ANYONE, true },
  { "task.reopen", "dropped", "open", WHO_ANYONE, true },
  { NULL, NULL, NULL, WHO_ANYONE, false },
};

static const struct field fields[] = {
  { .name = "subject", .type = FIELD_TEXT, .label = N_("Belongs to"),
    .flags = FIELD_KEY | FIELD_AUTOMATIC | FIELD_INDEXED | FIELD_UNSEARCHED | FIELD_INTERNAL,
    .help = N_("The warning's key, or the full name of a response or a plan") },
  { .name = "line", .type = FIELD_TEXT, .label = N_("Line"), .flags = FIELD_KEY | FIELD_AUTOMATIC | FIELD_UNSEARCHED | FIELD_INTERNAL,
    .help = N_("Its id in the checklist") },
  { .name = "warning", .type = FIELD_TEXT, .label = N_("Warning"), .reference = "warning", .flags = FIELD_ONCE | FIELD_INDEXED,
    .help = N_("The warning's key: who reads this need not hold it") },
  { .name = "plan", .type = FIELD_REFERENCE, .label = N_("Plan"), .flags = FIELD_ONCE, .reference = "plan" },
  { .name = "response", .type = FIELD_REFERENCE, .label = N_("Response"), .flags = FIELD_AUTOMATIC, .reference = "response" },
  { .name = "what", .type = FIELD_TEXT, .label = N_("What has to be done"), .flags = FIELD_REQUIRED, .most = 200, .columns = 30 },
  { .name = "owner", .type = FIELD_TEXT, .label = N_("Owner"), .flags = FIELD_PHRASE, .most = 60, .columns = 10 },
  { .name = "post", .type = FIELD_CHOICE, .label = N_("Post"), .flags = FIELD_AUTOMATIC, .choices = checklist_posts,
    .help = N_("Whoever sits there owns it") },
  { .name = "phone", .type = FIELD_PHONE, .label = N_("Phone") },
  { .name = "area", .type = FIELD_AREA, .label = N_("Area code"), .flags = FIELD_ONCE },
  { .name = "due", .type = FIELD_TIME, .label = N_("Due"), .flags = FIELD_UNDISPUTED, .columns = 11 },
  { .name = "stage", .type = FIELD_CHOICE, .label = N_("Stage"), .flags = FIELD_AUTOMATIC, .choices = checklist_stages },
  { .name = "list", .type = FIELD_TEXT, .label = N_("Checklist"), .flags = FIELD_AUTOMATIC | FIELD_UNSEARCHED | FIELD_INTERNAL },
  { .name = "merge", .type = FIELD_CHOICE, .label = N_("With other warnings"), .flags = FIELD_AUTOMATIC, .choices = checklist_merges },
  { .name = "proof", .type = FIELD_CHOICE, .label = N_("Ticked by"), .flags = FIELD_AUTOMATIC, .choices = checklist_proofs },
  { .name = "needs_evidence", .type = FIELD_YES, .label = N_("Evidence needed") },
  { .name = "basis", .type = FIELD_TEXT, .label = N_("Basis"), .flags = FIELD_AUTOMATIC | FIELD_UNSEARCHED, .most = 200 },
  { .name = "done_at", .type = FIELD_TIME, .label = N_("Done at"), .flags = FIELD_AUTOMATIC | FIELD_UNDISPUTED, .group = 2 },
  { .name = "evidence", .type = FIELD_NOTE, .label = N_("Evidence"), .flags = FIELD_AUTOMATIC | FIELD_PHRASE, .group = 2 },
  TRANSITION_FIELDS(states, 1, FIELD_REFERENCE),
  { .name = "note", .type = FIELD_NOTE, .label = N_("Remarks") },
  { 0 },
};
/* clang-format on */

const struct kind task_kind = {
  .name = "task",
  .label = N_("Task"),
  .letter = "K",
  .fields = fields,
  .lanes = LANE_BIT(LANE_UP),
  .title = "what",
  .order = "due",
  .is_keyed = true,
};

/* One that somebody types belongs to its warning or plan, and is named by the second and its words. */
static void name_typed(struct desk *desk, struct values *values)
{
  char at[CLOCK_TEXT], own[13];
  const char *warning = values_text(values, "warning"), *what = values_text(values, "what");
  record_id plan = values_number(values, "plan", 0);
  char *subject = warning != NULL ? mem_dup(warning) : plan != 0 ? checklist_subject(desk, plan) : mem_dup("typed");
  char *line = mem_printf("%s %s", clock_text(at, clock_now(), CLOCK_ISO), what != NULL ? what : "");

  values_set_text(values, "subject", subject);
  values_set_text(values, "line", line);
  values_set_text(values, "state", "open");
  if (!values_known(values, "area") && plan == 0) values_set_text(values, "area", area_text(store_area(desk->store), own));
  free(subject);
  free(line);
}

/* Another owner by name is no longer whoever sits on the post. */
static void derive(struct desk *desk, const struct record *before, struct values *values)
{
  if (before == NULL) {
    if (!values_known(values, "subject")) name_typed(desk, values);
    return;
  }
  const char *owner = values_text(values, "owner"), *was = record_text(before, "owner");
  if (owner != was && (owner == NULL || was == NULL || strcmp(owner, was) != 0)) values_clear(values, "post");
}

const struct duty task_duty = { .kind = &task_kind, .room = ROOM_WARNINGS, .derive = derive, .scope = "area" };

static const struct move done_move = { &task_kind, moves, "task.done", NULL, "done_at" };
static const struct move drop_move = { &task_kind, moves, "task.drop", NULL, NULL };
static const struct move reopen_move = { &task_kind, moves, "task.reopen", NULL, NULL };
MOVE_FUNCTIONS(reopen)

/* --- done and dropped, also for the warnings that the line is merged with ------------------------------------------------------------- */

struct tasks {
  record_id *ids;
  int count;
};

/* The task itself first, then the open ones of the same line. */
static int find_merged(struct desk *desk, record_id id, struct tasks *tasks, struct err *err)
{
  struct query *query = query_open(
    desk->store, "SELECT other.id FROM k_task own JOIN k_task other ON other.line = own.line AND other.area IS own.area WHERE own.id = ?1"
                 " AND other.id <> own.id AND own.merge IN ('open', 'standing') AND other.merge IN ('open', 'standing')"
                 " AND own.state = 'open' AND other.state = 'open' AND other.voided IS NULL");
  int row;

  *tasks = (struct tasks){ mem_grow(NULL, 1, sizeof *tasks->ids), 1 };
  tasks->ids[0] = id;
  query_bind_number(query, 1, id);
  while ((row = query_next(query, err)) == 1) {
    tasks->ids = mem_grow(tasks->ids, (size_t)tasks->count + 1, sizeof *tasks->ids);
    tasks->ids[tasks->count++] = query_number(query, 0);
  }
  query_close(query);
  return row;
}

static const char *given(const struct values *arguments, const char *name)
{
  return arguments != NULL && values_index(arguments, name) >= 0 ? values_text(arguments, name) : NULL;
}

static int check_evidence(const struct move *move, const struct record *task, const struct values *arguments, struct err *err)
{
  if (move != &done_move || !record_number(task, "needs_evidence", 0)) return 0;
  const char *evidence = given(arguments, "evidence");
  if (evidence != NULL) return 0;
  return err_usage(err, _("\"%s\" needs its evidence: say what shows that it is done (evidence), a number, a photo, who saw it"),
                   record_title(task));
}

static void write_one(struct desk *desk, struct act *act, const struct move *move, const struct transition *to, record_id id,
                      const struct values *arguments)
{
  struct change *change = act_edit(act, &task_kind, id);

  if (move == &done_move) {
    change_set_number(change, "done_at", values_number(arguments, "done_at", act_at(act)));
    if (given(arguments, "evidence") != NULL) change_set_text(change, "evidence", given(arguments, "evidence"));
  }
  transition_write(desk, &task_kind, change, to->to, desk->officer, act_at(act), given(arguments, "why"));
  change_settles(change); /* who moves it on has seen where it stands */
}

static int write_all(struct desk *desk, struct act *act, const struct move *move, record_id id, const struct values *arguments,
                     struct outcome *outcome, struct err *err)
{
  struct record task = { 0 };
  struct tasks tasks = { 0 };
  const struct transition *to = NULL;
  int status = lookup_record(desk, &task_kind, id, &task, err);

  if (status == 0) to = transition_check(desk, moves, move->action, &task, given(arguments, "why"), err);
  if (to == NULL || check_evidence(move, &task, arguments, err) < 0) status = -1;
  if (status == 0) status = find_merged(desk, id, &tasks, err);
  for (int i = 0; i < tasks.count && status == 0; i++) write_one(desk, act, move, to, tasks.ids[i], arguments);
  if (status == 0) {
    outcome->kind = &task_kind;
    outcome->record = id;
    outcome_say(outcome, _("%s: %s"), record_title(&task), lookup_choice(&task_kind, "state", to->to));
    if (tasks.count > 1)
      outcome_say(outcome,
                  ngettext("So it is for %d other warning, response or plan.", "So it is for %d other warnings, responses or plans.",
                           (unsigned long)(tasks.count - 1)),
                  tasks.count - 1);
  }
  free(tasks.ids);
  record_free(&task);
  return status;
}

static int run_merged(struct desk *desk, const struct move *move, record_id id, const struct values *arguments, struct outcome *outcome,
                      struct err *err)
{
  struct act *act = act_begin(desk->store, move->action, desk->officer, err);

  if (act == NULL) return -1;
  if (write_all(desk, act, move, id, arguments, outcome, err) == 0) return act_commit(act, err);
  act_cancel(act);
  return -1;
}

static bool done_possible(struct desk *desk, const struct record *record)
{
  (void)desk;
  return move_possible(&done_move, record);
}

static int done_run(struct desk *desk, record_id id, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  return run_merged(desk, &done_move, id, arguments, outcome, err);
}

static bool drop_possible(struct desk *desk, const struct record *record)
{
  (void)desk;
  return move_possible(&drop_move, record);
}

static int drop_run(struct desk *desk, record_id id, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  return run_merged(desk, &drop_move, id, arguments, outcome, err);
}

static const struct field done_arguments[] = {
  { .name = "evidence", .type = FIELD_NOTE, .label = N_("Evidence") },
  { .name = "done_at", .type = FIELD_TIME, .label = N_("Done at") },
  { 0 },
};
static const struct field why_arguments[] = { { .name = "why", .type = FIELD_NOTE, .label = N_("Why"), .flags = FIELD_REQUIRED }, { 0 } };

const struct action task_actions[] = {
  { .name = "task.done",
    .label = N_("Done"),
    .key = "d",
    .command = "warning tick",
    .subject = "task",
    .arguments = done_arguments,
    .help = N_("Ticks the task off, for every warning in force that asks for it."),
    .possible = done_possible,
    .run = done_run },
  { .name = "task.drop",
    .label = N_("Drop"),
    .key = "x",
    .command = "task drop",
    .who = WHO_OFFICER,
    .subject = "task",
    .arguments = why_arguments,
    .help = N_("The task need not be done any more; says why."),
    .possible = drop_possible,
    .run = drop_run },
  { .name = "task.reopen",
    .label = N_("Reopen"),
    .key = "r",
    .command = "task reopen",
    .subject = "task",
    .arguments = why_arguments,
    .help = N_("The task is open again; says why."),
    .possible = reopen_possible,
    .run = reopen_run },
  { 0 },
};
