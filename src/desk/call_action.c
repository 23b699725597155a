/* What an officer does with a call: tries, is answered, goes on to the next, keeps the clock of what was promised. */
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/answer.h"
#include "desk/call.h"
#include "desk/duties.h"
#include "desk/figures.h"
#include "desk/ladder_parts.h"
#include "desk/move.h"
#include "desk/warning.h"
#include "store/query.h"

/* How long an item stays open that asks for the right number of somebody (our choice). */
#define NUMBER_WITHIN (12 * CLOCK_HOUR)

static const struct move attempt_move = { &call_kind, call_moves, "call.attempt", NULL, NULL };
static const struct move answer_move = { &call_kind, call_moves, "call.answer", NULL, NULL };
static const struct move escalate_move = { &call_kind, call_moves, "call.escalate", NULL, NULL };
static const struct move promise_move = { &call_kind, call_moves, "call.promise", NULL, NULL };
static const struct move close_move = { &call_kind, call_moves, "call.close", NULL, NULL };
static const struct move reopen_move = { &call_kind, call_moves, "call.reopen", NULL, NULL };
MOVE_FUNCTIONS(promise)
MOVE_FUNCTIONS(close)

MOVE_POSSIBLE(attempt)
MOVE_POSSIBLE(answer)
MOVE_POSSIBLE(escalate)
MOVE_POSSIBLE(reopen)

/* Takes the write lock and reads the call as it then stands. NULL: err; *call is to be freed in any case. */
static struct act *open_call(struct desk *desk, const char *action, record_id id, const char *why, struct record *call, struct err *err)
{
  struct act *act = act_begin(desk->store, action, desk->officer, err);

  memset(call, 0, sizeof *call);
  if (act == NULL) return NULL;
  if (lookup_record(desk, &call_kind, id, call, err) == 0 && transition_check(desk, call_moves, action, call, why, err) != NULL) return act;
  act_cancel(act);
  return NULL;
}

static int finish(struct desk *desk, struct act *act, int status, record_id id, struct outcome *outcome, struct err *err)
{
  if (status < 0) {
    act_cancel(act);
    return -1;
  }
  outcome->kind = &call_kind;
  outcome->record = id;
  if (act_commit(act, err) < 0) return -1;
  return ladder_tick(desk, err) < 0 ? -1 : 0;
}

/* --- an attempt ---------------------------------------------------------------------------------------------------------------------- */

static const struct choice tried[] = {
  { "unanswered", N_("not answered") }, { "busy", N_("busy") },          { "off", N_("switched off") },
  { "wrong", N_("wrong number") },      { "sent", N_("somebody sent") }, { NULL, NULL },
};

static const struct field attempt_arguments[] = {
  { .name = "channel", .type = FIELD_CHOICE, .label = N_("Channel"), .flags = FIELD_REQUIRED, .choices = warning_channels },
  { .name = "result", .type = FIELD_CHOICE, .label = N_("Result"), .flags = FIELD_REQUIRED, .choices = tried },
  { .name = "who", .type = FIELD_TEXT, .label = N_("Who was sent"), .most = 60 },
  { .name = "at", .type = FIELD_TIME, .label = N_("Time"), .flags = FIGURES_PAST },
  { .name = "note", .type = FIELD_NOTE, .label = N_("Remarks") },
  { 0 },
};

static int attempt_prepare(struct desk *desk, record_id id, struct values *arguments, struct err *err)
{
  struct record call = { 0 };

  if (lookup_record(desk, &call_kind, id, &call, err) < 0) return -1;
  values_set_text(arguments, "channel", record_text(&call, "planned") != NULL ? record_text(&call, "planned") : "phone");
  values_set_number(arguments, "at", clock_now());
  record_free(&call);
  return 0;
}

/* Nobody may trust that number any more: it is not verified, and somebody has to find the right one. */
static void mark_number(struct desk *desk, struct act *act, const struct record *call)
{
  static const struct {
    const char *field;
    const struct kind *kind;
  } owners[] = { { "officer", &officer_kind }, { "contact", &contact_kind }, { "unit", &unit_kind } };
  struct values values;
  const char *phone = record_text(call, "phone");
  char *what = i18n_fill(N_("Wrong number: %s %s; find the right one") /* L10N: 错号 */, record_title(call), phone != NULL ? phone : "");

  for (size_t i = 0; i < sizeof owners / sizeof *owners; i++) {
    record_id owner = record_number(call, owners[i].field, 0);
    if (owner != 0) change_clear(act_edit(act, owners[i].kind, owner), "verified");
  }
  values_start_kind(&values, &item_kind);
  values_set_text(&values, "what", what);
  values_set_text(&values, "state", "open");
  values_set_number(&values, "due", act_at(act) + NUMBER_WITHIN);
  if (desk->officer != 0) values_set_number(&values, "owner", desk->officer);
  duty_new(act, desk, &item_duty, &values);
  values_free(&values);
  free(what);
}

/* Are the tries used up with this one? A wrong number is not tried again. */
static bool is_used_up(struct desk *desk, const struct record *call, const char *result)
{
  int64_t tries = record_number(call, "tries", 0);

  if (record_text(call, "chain") == NULL || strcmp(transition_state(call, "waiting"), "waiting") != 0) return false;
  if (strcmp(result, "sent") == 0) return false;
  return strcmp(result, "wrong") == 0 || (tries > 0 && attempt_failed(desk, call->id) + 1 >= tries);
}

static bool is_on_foot(const struct record *call)
{
  const char *planned = record_text(call, "planned");
  return planned != NULL && strcmp(planned, "door") == 0;
}

static int write_attempt(struct desk *desk, struct act *act, const struct record *call, const struct values *arguments,
                         struct outcome *outcome, struct err *err)
{
  const char *result = values_text(arguments, "result"), *who = values_text(arguments, "who");
  struct attempt attempt = { values_number(arguments, "at", 0), values_text(arguments, "channel"), result, who,
                             values_text(arguments, "note") };
  bool sent = strcmp(result, "sent") == 0, waits = strcmp(transition_state(call, "waiting"), "waiting") == 0;
  int next = -1;

  if (sent && who == NULL) return err_usage(err, _("who: say who was sent"));
  attempt_add(desk, act, call, &attempt);
  if (strcmp(result, "wrong") == 0) mark_number(desk, act, call);
  if (sent && is_on_foot(call)) { /* on the way: time to get there */
    struct change *change = act_edit(act, &call_kind, call->id);
    change_set_number(change, "due", act_at(act) + ladder_relay_within(desk));
    change_settles(change);
    return 0;
  }
  if (!is_used_up(desk, call, result) && !(sent && waits && record_text(call, "chain") != NULL)) return 0;
  next = ladder_escalate(desk, act, call, NULL, sent, err);
  if (next == 0)
    outcome_say(outcome, _("%s: nobody is left to call; it rings until somebody answers or a leader decides."), record_title(call));
  outcome->attention |= next == 0;
  return next < 0 ? -1 : 0;
}

static void say_next(struct outcome *outcome, const char *format, const struct record *call)
{
  const char *to = record_text(call, "escalated_to");
  char *shown = i18n_phrase(to != NULL ? to : "");

  outcome_say(outcome, format, record_title(call), shown);
  free(shown);
}

static int attempt_run(struct desk *desk, record_id id, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  struct record call;
  struct act *act = open_call(desk, "call.attempt", id, NULL, &call, err);

  if (act == NULL) {
    record_free(&call);
    return -1;
  }
  int status = finish(desk, act, write_attempt(desk, act, &call, arguments, outcome, err), id, outcome, err);
  struct record after = { 0 };
  if (status == 0 && lookup_record(desk, &call_kind, id, &after, NULL) == 0 && record_text(&after, "escalated_to") != NULL)
    say_next(outcome, _("%s does not answer; next: %s"), &after);
  record_free(&after);
  record_free(&call);
  return status;
}

/* --- an answer ----------------------------------------------------------------------------------------------------------------------- */

static const struct field answer_arguments[] = {
  { .name = "answered_by", .type = FIELD_TEXT, .label = N_("Answered by"), .flags = FIELD_REQUIRED, .most = 60 },
  { .name = "channel", .type = FIELD_CHOICE, .label = N_("Channel"), .choices = warning_channels },
  { .name = "read_back", .type = FIELD_YES, .label = N_("Read back") },
  { .name = "promised", .type = FIELD_NOTE, .label = N_("Action promised") },
  { .name = "promised_due", .type = FIELD_TIME, .label = N_("Promised for") },
  { .name = "answered_at", .type = FIELD_TIME, .label = N_("Answered at"), .flags = FIGURES_PAST },
  { 0 },
};

static int answer_prepare(struct desk *desk, record_id id, struct values *arguments, struct err *err)
{
  struct record call = { 0 };

  if (lookup_record(desk, &call_kind, id, &call, err) < 0) return -1;
  values_set_text(arguments, "answered_by", record_text(&call, "callee"));
  values_set_text(arguments, "channel", record_text(&call, "planned") != NULL ? record_text(&call, "planned") : "phone");
  values_set_number(arguments, "answered_at", clock_now());
  record_free(&call);
  return 0;
}

static int write_answer(struct desk *desk, struct act *act, const struct record *call, const struct values *arguments, struct err *err)
{
  int64_t at = values_number(arguments, "answered_at", act_at(act));
  struct attempt attempt = { at, values_text(arguments, "channel"), "answered", values_text(arguments, "answered_by"), NULL };
  struct change *change = act_edit(act, &call_kind, call->id);

  for (int i = 0; i < arguments->count; i++)
    if (arguments->list[i].known) change_set(change, arguments->fields[i]->name, &arguments->list[i]);
  change_set_number(change, "answered_at", at);
  transition_write(desk, &call_kind, change, "answered", desk->officer, act_at(act), NULL);
  change_settles(change); /* who was answered has seen where it stands */
  attempt_add(desk, act, call, &attempt);
  if (record_text(call, "warning") != NULL)
    answer_answered(desk, act, record_text(call, "warning"), at, values_text(arguments, "answered_by"));
  return ladder_answered(desk, act, call, err);
}

/* A promise without a time would be a promise forgotten. */
static int check_promise(const struct values *arguments, struct err *err)
{
  if (values_known(arguments, "promised") && !values_known(arguments, "promised_due"))
    return err_usage(err, _("promised_due: until when was it promised? The desk keeps that clock"));
  return 0;
}

static int answer_run(struct desk *desk, record_id id, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  struct record call;

  if (check_promise(arguments, err) < 0) return -1;
  struct act *act = open_call(desk, "call.answer", id, NULL, &call, err);
  int status = act != NULL ? finish(desk, act, write_answer(desk, act, &call, arguments, err), id, outcome, err) : -1;
  if (status == 0) outcome_say(outcome, _("%s: %s"), record_title(&call), lookup_choice(&call_kind, "state", "answered"));
  record_free(&call);
  return status;
}

/* --- the next one -------------------------------------------------------------------------------------------------------------------- */

static const struct field escalate_arguments[] = {
  { .name = "escalated_to", .type = FIELD_TEXT, .label = N_("Escalated to"), .most = 60, .help = N_("Empty: the next one of the ladder") },
  { .name = "phone", .type = FIELD_PHONE, .label = N_("Phone") },
  { .name = "why", .type = FIELD_NOTE, .label = N_("Why") },
  { 0 },
};

/* Somebody whom the ladder does not name is called in its place. */
static void call_other(struct desk *desk, struct act *act, const struct record *call, const struct values *arguments)
{
  struct values values;
  static const char *const kept[] = { "warning", "colour", "area", "role" };
  const char *to = values_text(arguments, "escalated_to");

  values_start_kind(&values, &call_kind);
  for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) values_set_text(&values, kept[i], record_text(call, kept[i]));
  values_set_text(&values, "callee", to);
  values_set_text(&values, "phone", values_text(arguments, "phone"));
  values_set_text(&values, "state", "waiting");
  values_set_number(&values, "made", act_at(act));
  values_set_number(&values, "due", act_at(act) + ladder_call_within(desk));
  duty_new(act, desk, &call_duty, &values);
  values_free(&values);
  struct change *change = act_edit(act, &call_kind, call->id);
  transition_write(desk, &call_kind, change, "escalated", desk->officer, act_at(act), values_text(arguments, "why"));
  change_set_text(change, "escalated_to", to);
  change_settles(change);
}

static int escalate_run(struct desk *desk, record_id id, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  struct record call, after = { 0 };
  struct act *act = open_call(desk, "call.escalate", id, values_text(arguments, "why"), &call, err);
  int status = act != NULL ? 0 : -1;

  if (status == 0 && values_known(arguments, "escalated_to")) {
    call_other(desk, act, &call, arguments);
  } else if (status == 0) {
    int next = ladder_escalate(desk, act, &call, values_text(arguments, "why"), false, err);
    status = next > 0   ? 0
             : next < 0 ? -1
                        : err_set(err, _("The ladder names nobody after %s: say to whom (escalated_to)"), record_title(&call));
  }
  if (act != NULL) status = finish(desk, act, status, id, outcome, err);
  if (status == 0 && lookup_record(desk, &call_kind, id, &after, NULL) == 0) say_next(outcome, _("%s: escalated to %s"), &after);
  record_free(&after);
  record_free(&call);
  return status;
}

/* --- what was promised --------------------------------------------------------------------------------------------------------------- */

static const struct field promise_arguments[] = {
  { .name = "promised", .type = FIELD_NOTE, .label = N_("Action promised") },
  { .name = "promised_due", .type = FIELD_TIME, .label = N_("Promised for"), .flags = FIELD_REQUIRED },
  { .name = "why", .type = FIELD_NOTE, .label = N_("Why") },
  { 0 },
};

static int promise_prepare(struct desk *desk, record_id id, struct values *arguments, struct err *err)
{
  return lookup_arguments(desk, &call_kind, id, arguments, err);
}

static const struct field why_arguments[] = { { .name = "why", .type = FIELD_NOTE, .label = N_("Why") }, { 0 } };

static int reopen_run(struct desk *desk, record_id id, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  static const char *const said[] = { "answered_at", "answered_by", "channel", "read_back", "promised", "promised_due" };
  struct record call;
  struct act *act = open_call(desk, "call.reopen", id, values_text(arguments, "why"), &call, err);

  if (act != NULL) {
    struct change *change = act_edit(act, &call_kind, id);
    for (size_t i = 0; i < sizeof said / sizeof *said; i++) change_clear(change, said[i]);
    change_set_number(change, "due", act_at(act) + ladder_call_within(desk));
    transition_write(desk, &call_kind, change, "waiting", desk->officer, act_at(act), values_text(arguments, "why"));
    change_settles(change);
  }
  int status = act != NULL ? finish(desk, act, 0, id, outcome, err) : -1;
  record_free(&call);
  return status;
}

/* clang-format off */
const struct action call_actions[] = {
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
  { .name = "call.attempt",
    .label = N_("Attempt"),
    .key = "t",
    .command = "call attempt",
    .subject = "call",
    .arguments = attempt_arguments,
    .help = N_("Called, but nobody answered, or somebody was sent: time, channel and result are kept. When the tries of the rung are used up, the "
               "next one is called."),
    .possible = attempt_possible,
    .prepare = attempt_prepare,
    .run = attempt_run },
  { .name = "call.escalate",
    .label = N_("Escalate"),
    .key = "e",
    .command = "call escalate",
    .subject = "call",
    .arguments = escalate_arguments,
    .help = N_("Does not wait any longer: the next one of the ladder, or the one who is named, is called."),
    .possible = escalate_possible,
    .run = escalate_run },
  { .name = "call.promise",
    .label = N_("Renew the promise"),
    .key = "p",
    .command = "call promise",
    .subject = "call",
    .arguments = promise_arguments,
    .help = N_("What was promised gets another time; the old one stays in the history."),
    .possible = promise_possible,
    .prepare = promise_prepare,
    .run = promise_run },
  { .name = "call.close",
    .label = N_("Close"),
    .key = "x",
    .command = "call close",
    .subject = "call",
    .arguments = why_arguments,
    .help = N_("What was promised is done; a call that nobody answered needs a reason."),
    .possible = close_possible,
    .run = close_run },
  { .name = "call.reopen",
    .label = N_("Call again"),
    .key = "r",
    .command = "call reopen",
    .subject = "call",
    .arguments = why_arguments,
    .help = N_("It was marked by mistake, or has to be answered once more; says why."),
    .possible = reopen_possible,
    .run = reopen_run },
  { 0 },
};
/* clang-format on */
