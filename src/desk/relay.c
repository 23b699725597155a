/* Relaying (传达): one audience of one warning, until its list of the unreached is empty (不落一人). */
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "desk/duties.h"
#include "desk/follow.h"
#include "desk/lookup.h"
#include "desk/move.h"
#include "desk/warning.h"
#include "store/act.h"

static const struct choice states[] = {
  { "waiting", N_("Not told") },
  { "partly", N_("Partly reached") },
  { "done", N_("All reached") },
  { "dropped", N_("Not needed") },
  { NULL, NULL },
};

/* clang-format off */
static const struct transition moves[] = {
  { "relay.partly", "waiting", "partly", WHO_ANYONE, false },
  { "relay.partly", "partly", "partly", WHO_ANYONE, false },
  { "relay.done", "waiting", "done", WHO_ANYONE, false },
  { "relay.done", "partly", "done", WHO_ANYONE, false },
  { "relay.partly", "done", "partly", WHO_ANYONE, false },
  { "relay.drop", "waiting", "dropped", WHO_OFFICER, true },
  { "relay.drop", "partly", "dropped", WHO_OFFICER, true },
  { NULL, NULL, NULL, WHO_ANYONE, false },
};
/* clang-format on */

static const struct field fields[] = {
  { .name = "warning",
    .type = FIELD_TEXT,
    .label = N_("Warning"),
    .flags = FIELD_ONCE | FIELD_INDEXED,
    .help = N_("The warning's key: who reads this need not hold it") },
  { .name = "audience", .type = FIELD_TEXT, .label = N_("Audience"), .flags = FIELD_REQUIRED, .most = 80, .columns = 18 },
  TRANSITION_FIELDS(states, 1, FIELD_REFERENCE),
  { .name = "area", .type = FIELD_AREA, .label = N_("Area code"), .flags = FIELD_ONCE },
  { .name = "channels", .type = FIELD_CHOICES, .label = N_("Channels"), .choices = warning_channels, .columns = 14 },
  { .name = "due", .type = FIELD_TIME, .label = N_("Due"), .flags = FIELD_REQUIRED, .columns = 11 },
  { .name = "expected", .type = FIELD_INTEGER, .label = N_("How many to reach"), .most = 1000000, .columns = 5 },
  { .name = "reached", .type = FIELD_INTEGER, .label = N_("Reached"), .flags = FIELD_AUTOMATIC, .most = 1000000, .group = 2, .columns = 5 },
  { .name = "unreached",
    .type = FIELD_NOTE,
    .label = N_("Unreached"),
    .flags = FIELD_AUTOMATIC,
    .group = 2,
    .columns = 20,
    .help = N_("Special groups first") },
  { .name = "told_at", .type = FIELD_TIME, .label = N_("Told at"), .flags = FIELD_AUTOMATIC, .group = 2, .columns = 11 },
  { .name = "note", .type = FIELD_NOTE, .label = N_("Note") },
  { 0 },
};

const struct kind relay_kind = {
  .name = "relay",
  .label = N_("Relay"),
  .letter = "R",
  .fields = fields,
  .lanes = LANE_BIT(LANE_UP),
  .title = "audience",
  .order = "due",
  .newest_first = true,
};

static void defaults(struct desk *desk, struct values *values)
{
  (void)desk;
  values_set_number(values, "due", clock_now() + WARNING_RELAY_WITHIN);
}

static void derive(struct desk *desk, const struct record *before, struct values *values)
{
  (void)desk;
  if (before == NULL) values_set_text(values, "state", "waiting");
}

const struct duty relay_duty = { .kind = &relay_kind, .room = ROOM_WARNINGS, .defaults = defaults, .derive = derive, .scope = "area" };

static const struct move partly_move = { &relay_kind, moves, "relay.partly", NULL, "told_at" };
static const struct move drop_move = { &relay_kind, moves, "relay.drop", NULL, NULL };
MOVE_FUNCTIONS(partly)
MOVE_FUNCTIONS(drop)

static const struct field partly_arguments[] = {
  { .name = "unreached",
    .type = FIELD_NOTE,
    .label = N_("Unreached"),
    .flags = FIELD_REQUIRED,
    .help = N_("Who has not been reached, special groups first") },
  { .name = "reached", .type = FIELD_INTEGER, .label = N_("Reached"), .most = 1000000 },
  { .name = "channels", .type = FIELD_CHOICES, .label = N_("Channels"), .choices = warning_channels },
  { .name = "told_at", .type = FIELD_TIME, .label = N_("Told at") },
  { 0 },
};

static const struct field done_arguments[] = {
  { .name = "reached", .type = FIELD_INTEGER, .label = N_("Reached"), .most = 1000000 },
  { .name = "channels", .type = FIELD_CHOICES, .label = N_("Channels"), .choices = warning_channels },
  { .name = "told_at", .type = FIELD_TIME, .label = N_("Told at") },
  { 0 },
};

static const struct field why_arguments[] = { { .name = "why", .type = FIELD_NOTE, .label = N_("Why"), .flags = FIELD_REQUIRED }, { 0 } };

static int prepare(struct desk *desk, record_id id, struct values *arguments, struct err *err)
{
  if (lookup_arguments(desk, &relay_kind, id, arguments, err) < 0) return -1;
  values_set_number(arguments, "told_at", clock_now());
  return 0;
}

/* All reached is what the numbers say, not what somebody presses; the list of the unreached is emptied. */
static int write_done(struct desk *desk, const struct record *relay, const struct values *arguments, struct err *err)
{
  int64_t expected = record_number(relay, "expected", -1), reached = values_number(arguments, "reached", expected);

  if (transition_check(desk, moves, "relay.done", relay, NULL, err) == NULL) return -1;
  if (expected >= 0 && reached < expected)
    return err_set(err, _("reached: %d of %d; name who is unreached (relay partly)"), (int)reached, (int)expected);
  struct act *act = act_begin(desk->store, "relay.done", desk->officer, err);
  if (act == NULL) return -1;
  struct change *change = act_edit(act, &relay_kind, relay->id);
  change_clear(change, "unreached");
  if (reached >= 0) change_set_number(change, "reached", reached);
  if (values_known(arguments, "channels")) change_set_text(change, "channels", values_text(arguments, "channels"));
  change_set_number(change, "told_at", values_number(arguments, "told_at", act_at(act)));
  transition_write(desk, &relay_kind, change, "done", desk->officer, act_at(act), NULL);
  return act_commit(act, err);
}

static bool done_possible(struct desk *desk, const struct record *record)
{
  (void)desk;
  return record != NULL && !record_is_void(record) && transition_possible(moves, "relay.done", transition_state(record, "waiting"));
}

static int done_run(struct desk *desk, record_id id, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  struct record relay = { 0 };
  int status = lookup_record(desk, &relay_kind, id, &relay, err);

  if (status == 0) status = write_done(desk, &relay, arguments, err);
  if (status == 0) outcome_say(outcome, _("%s: all reached"), record_title(&relay));
  outcome->kind = &relay_kind;
  outcome->record = id;
  record_free(&relay);
  return status;
}

const struct action relay_actions[] = {
  { .name = "relay.done",
    .label = N_("All reached"),
    .key = "a",
    .command = "relay done",
    .subject = "relay",
    .arguments = done_arguments,
    .help = N_("Nobody of this audience is unreached."),
    .possible = done_possible,
    .prepare = prepare,
    .run = done_run },
  { .name = "relay.partly",
    .label = N_("Partly reached"),
    .key = "p",
    .command = "relay partly",
    .subject = "relay",
    .arguments = partly_arguments,
    .help = N_("Some are still unreached; they are named."),
    .possible = partly_possible,
    .prepare = prepare,
    .run = partly_run },
  { .name = "relay.drop",
    .label = N_("Not needed"),
    .key = "x",
    .command = "relay drop",
    .who = WHO_OFFICER,
    .subject = "relay",
    .arguments = why_arguments,
    .help = N_("This audience need not be told any more; says why."),
    .possible = drop_possible,
    .run = drop_run },
  { 0 },
};
