/* Orders: documents that came in, instructions from above, leaders' remarks (来文、上级指令、领导批示), followed like open items. Others
 * may read them, who do not hold our officers: so names are text here. */
#include <stdlib.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "desk/duties.h"
#include "desk/figures.h"
#include "desk/follow.h"
#include "desk/lookup.h"
#include "desk/move.h"

static const struct choice sorts[] = {
  { "document", N_("Document") }, { "instruction", N_("Instruction") }, { "remark", N_("Leader's remark") },
  { "notice", N_("Notice") },     { "check", N_("Duty check") },        { NULL, NULL },
};

static const struct choice states[] = { { "open", N_("Open") }, { "replied", N_("Replied") }, { "closed", N_("Closed") }, { NULL, NULL } };

/* clang-format off */
static const struct transition moves[] = {
  { "order.assign", "open", "open", WHO_ANYONE, false },
  { "order.reply", "open", "replied", WHO_ANYONE, false },
  { "order.reply", "replied", "replied", WHO_ANYONE, false },
  { "order.close", "open", "closed", WHO_OFFICER, true },
  { "order.close", "replied", "closed", WHO_ANYONE, false },
  { "order.reopen", "closed", "open", WHO_OFFICER, true },
  { "order.reopen", "replied", "open", WHO_OFFICER, true },
  { NULL, NULL, NULL, WHO_ANYONE, false },
};
/* clang-format on */

static const struct field fields[] = {
  { .name = "sort", .type = FIELD_CHOICE, .label = N_("Sort"), .flags = FIELD_REQUIRED, .choices = sorts, .columns = 8 },
  { .name = "origin", .type = FIELD_TEXT, .label = N_("From whom"), .flags = FIELD_REQUIRED, .most = 80, .columns = 14 },
  { .name = "document_no", .type = FIELD_TEXT, .label = N_("Document number"), .most = 60 },
  { .name = "content", .type = FIELD_NOTE, .label = N_("Content"), .flags = FIELD_REQUIRED | FIELD_PHRASE, .columns = 30 },
  TRANSITION_FIELDS(states, 1, FIELD_TEXT),
  { .name = "deadline", .type = FIELD_TIME, .label = N_("Deadline"), .columns = 11 },
  { .name = "owner", .type = FIELD_TEXT, .label = N_("Owner"), .most = 60, .columns = 10 },
  { .name = "received", .type = FIELD_TIME, .label = N_("Received"), .flags = FIELD_REQUIRED | FIGURES_PAST, .columns = 11 },
  { .name = "reply", .type = FIELD_NOTE, .label = N_("Reply"), .flags = FIELD_AUTOMATIC, .group = 2 },
  { .name = "replied_at", .type = FIELD_TIME, .label = N_("Replied at"), .flags = FIELD_AUTOMATIC, .group = 2 },
  { .name = "note", .type = FIELD_NOTE, .label = N_("Remarks") },
  { 0 },
};

const struct kind order_kind = {
  .name = "order",
  .label = N_("Order"),
  .letter = "O",
  .fields = fields,
  .lanes = LANE_BIT(LANE_HERE) | LANE_BIT(LANE_UP) |
           LANE_BIT(LANE_DOWN), /* up: from above to one station, whose reply then stands in it (stations.c) */
  .title = "content",
  .order = "received",
  .newest_first = true,
};

static void derive(struct desk *desk, const struct record *before, struct values *values)
{
  (void)desk;
  if (before == NULL) values_set_text(values, "state", "open");
}

static void defaults(struct desk *desk, struct values *values)
{
  char *name = lookup_name(desk, desk->officer);

  values_set_text(values, "sort", "document");
  values_set_number(values, "received", clock_now());
  values_set_text(values, "owner", name);
  free(name);
}

static int check(struct desk *desk, const struct record *before, const struct values *values, struct err *err)
{
  (void)desk;
  (void)before;
  if (values_known(values, "deadline") && values_number(values, "deadline", 0) < values_number(values, "received", 0))
    return err_usage(err, _("deadline: it lies before the order was received"));
  return 0;
}

const struct duty order_duty = { .kind = &order_kind, .room = ROOM_LOG, .defaults = defaults, .check = check, .derive = derive };

static const struct move assign_move = { &order_kind, moves, "order.assign", NULL, NULL };
static const struct move reply_move = { &order_kind, moves, "order.reply", NULL, "replied_at" };
static const struct move close_move = { &order_kind, moves, "order.close", NULL, NULL };
static const struct move reopen_move = { &order_kind, moves, "order.reopen", NULL, NULL };
MOVE_FUNCTIONS(assign)
MOVE_FUNCTIONS(reply)
MOVE_FUNCTIONS(close)
MOVE_FUNCTIONS(reopen)

static const struct field assign_arguments[] = {
  { .name = "owner", .type = FIELD_TEXT, .label = N_("Owner"), .flags = FIELD_REQUIRED, .most = 60 },
  { .name = "deadline", .type = FIELD_TIME, .label = N_("Deadline") },
  { 0 },
};

static const struct field reply_arguments[] = {
  { .name = "reply", .type = FIELD_NOTE, .label = N_("Reply"), .flags = FIELD_REQUIRED, .help = N_("What was answered, and to whom") },
  { .name = "replied_at", .type = FIELD_TIME, .label = N_("Replied at"), .flags = FIGURES_PAST },
  { 0 },
};

static const struct field why_arguments[] = { { .name = "why", .type = FIELD_NOTE, .label = N_("Why") }, { 0 } };

static int assign_prepare(struct desk *desk, record_id id, struct values *arguments, struct err *err)
{
  return lookup_arguments(desk, &order_kind, id, arguments, err);
}

const struct action order_actions[] = {
  { .name = "order.assign",
    .label = N_("Assign"),
    .key = "o",
    .command = "order assign",
    .subject = "order",
    .arguments = assign_arguments,
    .help = N_("Gives the order an owner and a deadline."),
    .possible = assign_possible,
    .prepare = assign_prepare,
    .run = assign_run },
  { .name = "order.reply",
    .label = N_("Reply"),
    .key = "a",
    .command = "order reply",
    .subject = "order",
    .arguments = reply_arguments,
    .help = N_("Notes what was answered and when."),
    .possible = reply_possible,
    .run = reply_run },
  { .name = "order.close",
    .label = N_("Close"),
    .key = "d",
    .command = "order close",
    .subject = "order",
    .arguments = why_arguments,
    .help = N_("Nothing more is to be done; without a reply it needs a reason."),
    .possible = close_possible,
    .run = close_run },
  { .name = "order.reopen",
    .label = N_("Reopen"),
    .key = "r",
    .command = "order reopen",
    .subject = "order",
    .arguments = why_arguments,
    .help = N_("The order is open again; says why."),
    .possible = reopen_possible,
    .run = reopen_run },
  { 0 },
};
