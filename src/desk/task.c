/* Tasks: what a warning's checklist or an activated plan asks for, each with an owner and a clock. */
#include "base/clock.h"
#include "base/i18n.h"
#include "desk/duties.h"
#include "desk/follow.h"
#include "desk/move.h"

static const struct choice states[] = { { "open", N_("Open") }, { "done", N_("Done") }, { "dropped", N_("Dropped") }, { NULL, NULL } };

/* clang-format off */
static const struct transition moves[] = {
  { "task.done", "open", "done", WHO_ANYONE, false },
  { "task.drop", "open", "dropped", WHO_OFFICER, true },
  { "task.reopen", "done", "open", WHO_ANYONE, true },
  { "task.reopen", "dropped", "open", WHO_ANYONE, true },
  { NULL, NULL, NULL, WHO_ANYONE, false },
};
/* clang-format on */

static const struct field fields[] = {
  { .name = "warning",
    .type = FIELD_TEXT,
    .label = N_("Warning"),
    .flags = FIELD_ONCE | FIELD_INDEXED,
    .help = N_("The warning's key: who reads this need not hold it") },
  { .name = "plan", .type = FIELD_REFERENCE, .label = N_("Plan"), .flags = FIELD_ONCE, .reference = "plan" },
  { .name = "what", .type = FIELD_TEXT, .label = N_("What has to be done"), .flags = FIELD_REQUIRED, .most = 200, .columns = 30 },
  { .name = "owner", .type = FIELD_TEXT, .label = N_("Owner"), .most = 60, .columns = 10 },
  { .name = "phone", .type = FIELD_PHONE, .label = N_("Phone") },
  { .name = "area", .type = FIELD_AREA, .label = N_("Area code"), .flags = FIELD_ONCE },
  { .name = "due", .type = FIELD_TIME, .label = N_("Due"), .columns = 11 },
  { .name = "done_at", .type = FIELD_TIME, .label = N_("Done at"), .flags = FIELD_AUTOMATIC, .group = 2 },
  { .name = "evidence", .type = FIELD_NOTE, .label = N_("Evidence"), .flags = FIELD_AUTOMATIC, .group = 2 },
  TRANSITION_FIELDS(states, 1, FIELD_REFERENCE),
  { .name = "note", .type = FIELD_NOTE, .label = N_("Note") },
  { 0 },
};

const struct kind task_kind = {
  .name = "task",
  .label = N_("Task"),
  .letter = "K",
  .fields = fields,
  .lanes = LANE_BIT(LANE_UP),
  .title = "what",
  .order = "due",
};

static void derive(struct desk *desk, const struct record *before, struct values *values)
{
  (void)desk;
  if (before == NULL) values_set_text(values, "state", "open");
}

const struct duty task_duty = { .kind = &task_kind, .room = ROOM_WARNINGS, .derive = derive, .scope = "area" };

static const struct move done_move = { &task_kind, moves, "task.done", NULL, "done_at" };
static const struct move drop_move = { &task_kind, moves, "task.drop", NULL, NULL };
static const struct move reopen_move = { &task_kind, moves, "task.reopen", NULL, NULL };
MOVE_FUNCTIONS(done)
MOVE_FUNCTIONS(drop)
MOVE_FUNCTIONS(reopen)

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
    .help = N_("Ticks the task off."),
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
