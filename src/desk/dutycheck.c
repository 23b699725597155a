/* Duty checks (查岗、视频点名): somebody asks whether the desk is manned; the answer and its time are kept. */
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "desk/duties.h"
#include "desk/figures.h"
#include "desk/follow.h"
#include "desk/move.h"

static const struct choice channels[] = {
  { "phone", N_("Phone") },        { "video", N_("Video roll-call") }, { "radio", N_("Radio") },
  { "system", N_("Duty system") }, { "visit", N_("In person") },       { NULL, NULL },
};

static const struct choice states[] = {
  { "open", N_("Unanswered") }, { "answered", N_("Answered") }, { "missed", N_("Missed") }, { NULL, NULL }
};

/* clang-format off */
static const struct transition moves[] = {
  { "dutycheck.answer", "open", "answered", WHO_ANYONE, false },
  { "dutycheck.answer", "missed", "answered", WHO_ANYONE, false },
  { "dutycheck.miss", "open", "missed", WHO_ANYONE, true },
  { NULL, NULL, NULL, WHO_ANYONE, false },
};
/* clang-format on */

static const struct field fields[] = {
  { .name = "asked_by", .type = FIELD_TEXT, .label = N_("Asked by"), .flags = FIELD_REQUIRED, .most = 80, .columns = 16 },
  TRANSITION_FIELDS(states, 1, FIELD_REFERENCE),
  { .name = "channel", .type = FIELD_CHOICE, .label = N_("Channel"), .flags = FIELD_REQUIRED, .choices = channels, .columns = 10 },
  { .name = "asked_at", .type = FIELD_TIME, .label = N_("Asked at"), .flags = FIELD_REQUIRED | FIGURES_PAST, .columns = 11 },
  { .name = "content", .type = FIELD_TEXT, .label = N_("What was asked"), .most = 200, .columns = 20 },
  { .name = "answered_at", .type = FIELD_TIME, .label = N_("Answered at"), .flags = FIGURES_PAST, .group = 2, .columns = 11 },
  { .name = "answered_by", .type = FIELD_REFERENCE, .label = N_("Answered by"), .reference = "officer", .group = 2, .columns = 10 },
  { .name = "result", .type = FIELD_TEXT, .label = N_("Result"), .most = 200, .columns = 16 },
  { 0 },
};

const struct kind dutycheck_kind = {
  .name = "dutycheck",
  .label = N_("Duty check"),
  .letter = "Q",
  .fields = fields,
  .lanes = LANE_BIT(LANE_HERE),
  .title = "asked_by",
  .order = "asked_at",
  .newest_first = true,
};

static void defaults(struct desk *desk, struct values *values)
{
  (void)desk;
  values_set_text(values, "channel", "phone");
  values_set_number(values, "asked_at", clock_now());
}

/* One written down together with its answer is answered. */
static void derive(struct desk *desk, const struct record *before, struct values *values)
{
  (void)desk;
  if (before == NULL) values_set_text(values, "state", values_known(values, "answered_at") ? "answered" : "open");
}

static int check(struct desk *desk, const struct record *before, const struct values *values, struct err *err)
{
  (void)desk;
  (void)before;
  if (values_known(values, "answered_at") && values_number(values, "answered_at", 0) < values_number(values, "asked_at", 0))
    return err_usage(err, _("answered_at: it cannot be answered before it was asked"));
  return 0;
}

const struct duty dutycheck_duty = { .kind = &dutycheck_kind, .room = ROOM_LOG, .defaults = defaults, .check = check, .derive = derive };

static int check_answer(struct desk *desk, const struct record *record, const struct values *arguments, struct err *err)
{
  (void)desk;
  if (values_known(arguments, "answered_at") && values_number(arguments, "answered_at", 0) < record_number(record, "asked_at", 0))
    return err_usage(err, _("answered_at: it cannot be answered before it was asked"));
  return 0;
}

static const struct move answer_move = { &dutycheck_kind, moves, "dutycheck.answer", check_answer, "answered_at" };
static const struct move miss_move = { &dutycheck_kind, moves, "dutycheck.miss", NULL, NULL };
MOVE_FUNCTIONS(answer)
MOVE_FUNCTIONS(miss)

static const struct field answer_arguments[] = {
  { .name = "answered_at", .type = FIELD_TIME, .label = N_("Answered at"), .flags = FIGURES_PAST },
  { .name = "answered_by", .type = FIELD_REFERENCE, .label = N_("Answered by"), .reference = "officer" },
  { .name = "result", .type = FIELD_TEXT, .label = N_("Result"), .most = 200 },
  { 0 },
};

static int answer_prepare(struct desk *desk, record_id id, struct values *arguments, struct err *err)
{
  (void)id;
  (void)err;
  values_set_number(arguments, "answered_at", clock_now());
  if (desk->officer != 0) values_set_number(arguments, "answered_by", desk->officer);
  return 0;
}

static const struct field why_arguments[] = { { .name = "why", .type = FIELD_NOTE, .label = N_("Why"), .flags = FIELD_REQUIRED }, { 0 } };

const struct action dutycheck_actions[] = {
  { .name = "dutycheck.answer",
    .label = N_("Answered"),
    .key = "a",
    .command = "dutycheck answer",
    .subject = "dutycheck",
    .arguments = answer_arguments,
    .help = N_("Notes who answered the duty check, when and with what result."),
    .possible = answer_possible,
    .prepare = answer_prepare,
    .run = answer_run },
  { .name = "dutycheck.miss",
    .label = N_("Missed"),
    .key = "x",
    .command = "dutycheck miss",
    .subject = "dutycheck",
    .arguments = why_arguments,
    .help = N_("Nobody answered in time; says why."),
    .possible = miss_possible,
    .run = miss_run },
  { 0 },
};
