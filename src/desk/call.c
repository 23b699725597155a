/* Call-and-answer (叫应): somebody has answered, not that a message was sent (V). An answer starts a second clock, that of what was
 * promised. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "desk/duties.h"
#include "desk/follow.h"
#include "desk/lookup.h"
#include "desk/move.h"
#include "desk/warning.h"
#include "store/act.h"

const struct choice warning_channels[] = {
  { "wechat", N_("WeChat group") },
  { "loudspeaker", N_("Loudspeaker") },
  { "sms", N_("SMS") },
  { "phone", N_("Phone") },
  { "radio", N_("Radio") },
  { "satellite", N_("Satellite phone") },
  { "gong", N_("Gong or whistle") },
  { "door", N_("Door to door") },
  { "other", N_("Other") },
  { NULL, NULL },
};

static const struct choice states[] = {
  { "waiting", N_("To be called") },
  { "answered", N_("Answered") },
  { "escalated", N_("Escalated") },
  { "closed", N_("Closed") },
  { NULL, NULL },
};

/* clang-format off */
static const struct transition moves[] = {
  { "call.attempt", "waiting", "waiting", WHO_ANYONE, false },
  { "call.attempt", "escalated", "escalated", WHO_ANYONE, false },
  { "call.answer", "waiting", "answered", WHO_ANYONE, false },
  { "call.answer", "escalated", "answered", WHO_ANYONE, false },
  { "call.escalate", "waiting", "escalated", WHO_ANYONE, false },
  { "call.close", "answered", "closed", WHO_ANYONE, false },
  { "call.close", "escalated", "closed", WHO_OFFICER, true },
  { "call.close", "waiting", "closed", WHO_OFFICER, true },
  { NULL, NULL, NULL, WHO_ANYONE, false },
};
/* clang-format on */

static const struct field fields[] = {
  { .name = "warning",
    .type = FIELD_TEXT,
    .label = N_("Warning"),
    .flags = FIELD_ONCE | FIELD_INDEXED,
    .help = N_("The warning's key: who reads this need not hold it") },
  { .name = "callee", .type = FIELD_TEXT, .label = N_("Who is called"), .flags = FIELD_REQUIRED, .most = 60, .columns = 12 },
  TRANSITION_FIELDS(states, 1, FIELD_REFERENCE),
  { .name = "role", .type = FIELD_TEXT, .label = N_("Role"), .most = 60, .columns = 10 },
  { .name = "phone", .type = FIELD_PHONE, .label = N_("Phone"), .columns = 13 },
  { .name = "area", .type = FIELD_AREA, .label = N_("Area code"), .flags = FIELD_ONCE },
  { .name = "due", .type = FIELD_TIME, .label = N_("Due"), .flags = FIELD_REQUIRED, .columns = 11 },
  { .name = "attempts", .type = FIELD_NOTE, .label = N_("Attempts"), .flags = FIELD_AUTOMATIC, .group = 2 },
  { .name = "attempt_count", .type = FIELD_INTEGER, .label = N_("Number of attempts"), .flags = FIELD_AUTOMATIC, .group = 2, .columns = 4 },
  { .name = "attempted_at", .type = FIELD_TIME, .label = N_("Last attempt"), .flags = FIELD_AUTOMATIC, .group = 2 },
  { .name = "answered_at", .type = FIELD_TIME, .label = N_("Answered at"), .flags = FIELD_AUTOMATIC, .group = 3, .columns = 11 },
  { .name = "answered_by", .type = FIELD_TEXT, .label = N_("Answered by"), .flags = FIELD_AUTOMATIC, .most = 60, .group = 3 },
  { .name = "channel", .type = FIELD_CHOICE, .label = N_("Channel"), .flags = FIELD_AUTOMATIC, .choices = warning_channels, .group = 3 },
  { .name = "read_back", .type = FIELD_YES, .label = N_("Read back"), .flags = FIELD_AUTOMATIC, .group = 3 },
  { .name = "promised", .type = FIELD_NOTE, .label = N_("Action promised"), .flags = FIELD_AUTOMATIC, .group = 3 },
  { .name = "promised_due", .type = FIELD_TIME, .label = N_("Promised for"), .flags = FIELD_AUTOMATIC, .group = 3 },
  { .name = "escalated_to", .type = FIELD_TEXT, .label = N_("Escalated to"), .flags = FIELD_AUTOMATIC, .most = 60 },
  { .name = "note", .type = FIELD_NOTE, .label = N_("Note") },
  { 0 },
};

const struct kind call_kind = {
  .name = "call",
  .label = N_("Call"),
  .letter = "C",
  .fields = fields,
  .lanes = LANE_BIT(LANE_UP),
  .title = "callee",
  .order = "due",
  .newest_first = true,
};

static void defaults(struct desk *desk, struct values *values)
{
  (void)desk;
  values_set_number(values, "due", clock_now() + 5 * CLOCK_MINUTE); /* wake within 5 minutes (L) */
}

static void derive(struct desk *desk, const struct record *before, struct values *values)
{
  (void)desk;
  if (before == NULL) values_set_text(values, "state", "waiting");
}

const struct duty call_duty = { .kind = &call_kind, .room = ROOM_WARNINGS, .defaults = defaults, .derive = derive, .scope = "area" };

static const struct move answer_move = { &call_kind, moves, "call.answer", NULL, "answered_at" };
static const struct move escalate_move = { &call_kind, moves, "call.escalate", NULL, NULL };
static const struct move close_move = { &call_kind, moves, "call.close", NULL, NULL };
static const struct move attempt_move = { &call_kind, moves, "call.attempt", NULL, NULL };
MOVE_FUNCTIONS(answer)
MOVE_FUNCTIONS(escalate)
MOVE_FUNCTIONS(close)

static const struct choice results[] = {
  { "unanswered", N_("not answered") }, { "busy", N_("busy") }, { "off", N_("switched off") },
  { "wrong", N_("wrong number") },      { NULL, NULL },
};

static const struct field attempt_arguments[] = {
  { .name = "channel", .type = FIELD_CHOICE, .label = N_("Channel"), .flags = FIELD_REQUIRED, .choices = warning_channels },
  { .name = "result", .type = FIELD_CHOICE, .label = N_("Result"), .flags = FIELD_REQUIRED, .choices = results },
  { 0 },
};

static bool attempt_possible(struct desk *desk, const struct record *record)
{
  (void)desk;
  return move_possible(&attempt_move, record);
}

static int attempt_prepare(struct desk *desk, record_id id, struct values *arguments, struct err *err)
{
  (void)desk;
  (void)id;
  (void)err;
  values_set_text(arguments, "channel", "phone");
  values_set_text(arguments, "result", "unanswered");
  return 0;
}

/* Each attempt is one line: time, channel, result. */
static int write_attempt(struct desk *desk, const struct record *call, const struct values *arguments, struct err *err)
{
  struct act *act = act_begin(desk->store, "call.attempt", desk->officer, err);
  struct buf text = BUF_INIT;
  char at[CLOCK_TEXT];

  if (act == NULL) return -1;
  struct change *change = act_edit(act, &call_kind, call->id);
  if (record_text(call, "attempts") != NULL) buf_addf(&text, "%s\n", record_text(call, "attempts"));
  buf_addf(&text, "%s %s %s", clock_text(at, act_at(act), CLOCK_DATE_TIME),
           lookup_choice(&call_kind, "channel", values_text(arguments, "channel")),
           lookup_argument(attempt_arguments, arguments, "result"));
  change_set_text(change, "attempts", buf_text(&text));
  change_set_number(change, "attempt_count", record_number(call, "attempt_count", 0) + 1);
  change_set_number(change, "attempted_at", act_at(act));
  buf_free(&text);
  return act_commit(act, err);
}

static int attempt_run(struct desk *desk, record_id id, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  struct record call = { 0 };
  int status = lookup_record(desk, &call_kind, id, &call, err);

  if (status == 0 && transition_check(desk, moves, "call.attempt", &call, NULL, err) == NULL) status = -1;
  if (status == 0) status = write_attempt(desk, &call, arguments, err);
  /* Three calls without an answer, then somebody goes in person (L). */
  if (status == 0 && record_number(&call, "attempt_count", 0) + 1 >= 3) {
    outcome->attention = true;
    outcome_say(outcome, _("Called three times without an answer: somebody has to go there, or the next one is called (call escalate)."));
  }
  outcome->kind = &call_kind;
  outcome->record = id;
  record_free(&call);
  return status;
}

static const struct field answer_arguments[] = {
  { .name = "answered_by", .type = FIELD_TEXT, .label = N_("Answered by"), .flags = FIELD_REQUIRED, .most = 60 },
  { .name = "channel", .type = FIELD_CHOICE, .label = N_("Channel"), .choices = warning_channels },
  { .name = "read_back", .type = FIELD_YES, .label = N_("Read back") },
  { .name = "promised", .type = FIELD_NOTE, .label = N_("Action promised") },
  { .name = "promised_due", .type = FIELD_TIME, .label = N_("Promised for") },
  { .name = "answered_at", .type = FIELD_TIME, .label = N_("Answered at") },
  { 0 },
};

static int answer_prepare(struct desk *desk, record_id id, struct values *arguments, struct err *err)
{
  struct record call = { 0 };

  if (lookup_record(desk, &call_kind, id, &call, err) < 0) return -1;
  values_set_text(arguments, "answered_by", record_text(&call, "callee"));
  values_set_text(arguments, "channel", "phone");
  values_set_number(arguments, "answered_at", clock_now());
  record_free(&call);
  return 0;
}

static const struct field escalate_arguments[] = {
  { .name = "escalated_to", .type = FIELD_TEXT, .label = N_("Escalated to"), .flags = FIELD_REQUIRED, .most = 60 },
  { .name = "why", .type = FIELD_NOTE, .label = N_("Why") },
  { 0 },
};
static const struct field why_arguments[] = { { .name = "why", .type = FIELD_NOTE, .label = N_("Why") }, { 0 } };

const struct action call_actions[] = {
  { .name = "call.attempt",
    .label = N_("Attempt"),
    .key = "t",
    .command = "call attempt",
    .subject = "call",
    .arguments = attempt_arguments,
    .help = N_("Called, but nobody answered: time, channel and result are kept."),
    .possible = attempt_possible,
    .prepare = attempt_prepare,
    .run = attempt_run },
  { .name = "call.answer",
    .label = N_("Answered"),
    .key = "a",
    .command = "call answer",
    .subject = "call",
    .arguments = answer_arguments,
    .help = N_("Somebody has answered; what was promised starts its own clock."),
    .possible = answer_possible,
    .prepare = answer_prepare,
    .run = answer_run },
  { .name = "call.escalate",
    .label = N_("Escalate"),
    .key = "e",
    .command = "call escalate",
    .subject = "call",
    .arguments = escalate_arguments,
    .help = N_("Nobody answers: the next one is told."),
    .possible = escalate_possible,
    .run = escalate_run },
  { .name = "call.close",
    .label = N_("Close"),
    .key = "x",
    .command = "call close",
    .subject = "call",
    .arguments = why_arguments,
    .help = N_("What was promised is done; a call that nobody answered needs a reason."),
    .possible = close_possible,
    .run = close_run },
  { 0 },
};
