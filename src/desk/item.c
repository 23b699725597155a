/* Open items (待办事项): what one shift leaves to the next, each with an owner, a due time and a next step. */
#include "base/i18n.h"
#include "desk/duties.h"
#include "desk/follow.h"
#include "desk/lookup.h"
#include "desk/move.h"

static const struct choice states[] = { { "open", N_("Open") }, { "done", N_("Done") }, { "dropped", N_("Dropped") }, { NULL, NULL } };

/* clang-format off */
static const struct transition moves[] = {
  { "item.assign", "open", "open", WHO_ANYONE, false },
  { "item.done", "open", "done", WHO_ANYONE, false },
  { "item.drop", "open", "dropped", WHO_OFFICER, true },
  { "item.reopen", "done", "open", WHO_ANYONE, true },
  { "item.reopen", "dropped", "open", WHO_ANYONE, true },
  { NULL, NULL, NULL, WHO_ANYONE, false },
};
/* clang-format on */

static const struct field fields[] = {
  { .name = "what",
    .type = FIELD_TEXT,
    .label = N_("What has to be done"),
    .flags = FIELD_REQUIRED | FIELD_PHRASE,
    .most = 200,
    .columns = 30 },
  TRANSITION_FIELDS(states, 1, FIELD_REFERENCE),
  { .name = "owner",
    .type = FIELD_REFERENCE,
    .label = N_("Owner"),
    .reference = "officer",
    .columns = 10,
    .help = N_("A shift cannot be handed over while an open item has none") },
  { .name = "due", .type = FIELD_TIME, .label = N_("Due"), .columns = 11 },
  { .name = "next", .type = FIELD_TEXT, .label = N_("Next step"), .most = 200, .columns = 20 },
  { .name = "critical", .type = FIELD_YES, .label = N_("Critical"), .columns = 4, .help = N_("The next shift has to read it back") },
  { .name = "source", .type = FIELD_REFERENCE, .label = N_("From"), .flags = FIELD_ONCE, .reference = "*" },
  { .name = "note", .type = FIELD_NOTE, .label = N_("Remarks") },
  { 0 },
};

const struct kind item_kind = {
  .name = "item",
  .label = N_("Open item"),
  .letter = "I",
  .fields = fields,
  .lanes = LANE_BIT(LANE_HERE),
  .title = "what",
  .order = "due",
};

static void derive(struct desk *desk, const struct record *before, struct values *values)
{
  (void)desk;
  if (before == NULL) values_set_text(values, "state", "open");
}

static void defaults(struct desk *desk, struct values *values)
{
  if (desk->officer != 0) values_set_number(values, "owner", desk->officer);
}

const struct duty item_duty = { .kind = &item_kind, .room = ROOM_LOG, .defaults = defaults, .derive = derive };

static const struct move done_move = { &item_kind, moves, "item.done", NULL, NULL };
static const struct move assign_move = { &item_kind, moves, "item.assign", NULL, NULL };
static const struct move drop_move = { &item_kind, moves, "item.drop", NULL, NULL };
static const struct move reopen_move = { &item_kind, moves, "item.reopen", NULL, NULL };
MOVE_FUNCTIONS(done)
MOVE_FUNCTIONS(assign)
MOVE_FUNCTIONS(drop)
MOVE_FUNCTIONS(reopen)

static const struct field why_arguments[] = {
  { .name = "why", .type = FIELD_NOTE, .label = N_("Why"), .flags = FIELD_REQUIRED },
  { 0 },
};
static const struct field result_arguments[] = {
  { .name = "why", .type = FIELD_NOTE, .label = N_("Result") },
  { 0 },
};

static const struct field assign_arguments[] = {
  { .name = "owner", .type = FIELD_REFERENCE, .label = N_("Owner"), .flags = FIELD_REQUIRED, .reference = "officer" },
  { .name = "due", .type = FIELD_TIME, .label = N_("Due") },
  { .name = "next", .type = FIELD_TEXT, .label = N_("Next step"), .most = 200 },
  { 0 },
};

static int prepare_assign(struct desk *desk, record_id id, struct values *arguments, struct err *err)
{
  return lookup_arguments(desk, &item_kind, id, arguments, err);
}

const struct action item_actions[] = {
  { .name = "item.done",
    .label = N_("Done"),
    .key = "d",
    .command = "item done",
    .subject = "item",
    .arguments = result_arguments,
    .help = N_("The item is done; the result may be given."),
    .possible = done_possible,
    .run = done_run },
  { .name = "item.assign",
    .label = N_("Assign"),
    .key = "o",
    .command = "item assign",
    .subject = "item",
    .arguments = assign_arguments,
    .help = N_("Gives the item an owner, a due time and a next step."),
    .possible = assign_possible,
    .prepare = prepare_assign,
    .run = assign_run },
  { .name = "item.drop",
    .label = N_("Drop"),
    .key = "x",
    .command = "item drop",
    .who = WHO_OFFICER,
    .subject = "item",
    .arguments = why_arguments,
    .help = N_("The item need not be done any more; says why."),
    .possible = drop_possible,
    .run = drop_run },
  { .name = "item.reopen",
    .label = N_("Reopen"),
    .key = "r",
    .command = "item reopen",
    .subject = "item",
    .arguments = why_arguments,
    .help = N_("The item is open again; says why."),
    .possible = reopen_possible,
    .run = reopen_run },
  { 0 },
};
