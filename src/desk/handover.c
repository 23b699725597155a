/* The kinds handover and readback, and where a handover stands. */
#include "desk/handover.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "desk/duties.h"
#include "desk/lookup.h"
#include "store/act.h"
#include "store/journal.h"
#include "store/query.h"

static const struct choice states[] = {
  { "draft", N_("Draft") },
  { "offered", N_("Offered") },
  { "accepted", N_("Accepted") },
  { "accepted_reserved", N_("Accepted with reservations") },
  { "declined", N_("Declined") },
  { "withdrawn", N_("Withdrawn") },
  { "taken_over", N_("Taken over by the leader") },
  { "archived", N_("Archived") },
  { NULL, NULL },
};

/* handover.accept_reserved is handover.accept with reservations given. */
/* clang-format off */
const struct transition handover_moves[] = {
  { "handover.draft", "draft", "draft", WHO_ANYONE, false },
  { "handover.draft", "declined", "declined", WHO_ANYONE, false },
  { "handover.draft", "withdrawn", "withdrawn", WHO_ANYONE, false },
  { "handover.offer", "draft", "offered", WHO_ANYONE, false },
  { "handover.offer", "declined", "offered", WHO_ANYONE, false },
  { "handover.offer", "withdrawn", "offered", WHO_ANYONE, false },
  { "handover.readback", "offered", "offered", WHO_ANYONE, false },
  { "handover.accept", "offered", "accepted", WHO_ANYONE, false },
  { "handover.accept_reserved", "offered", "accepted_reserved", WHO_ANYONE, true },
  { "handover.decline", "offered", "declined", WHO_OFFICER, true },
  { "handover.withdraw", "offered", "withdrawn", WHO_OFFICER, true },
  { "handover.takeover", "draft", "taken_over", WHO_ANYONE, true },
  { "handover.takeover", "offered", "taken_over", WHO_ANYONE, true },
  { "handover.takeover", "declined", "taken_over", WHO_ANYONE, true },
  { "handover.takeover", "withdrawn", "taken_over", WHO_ANYONE, true },
  { "handover.archive", "accepted", "archived", WHO_OFFICER, false },
  { "handover.archive", "accepted_reserved", "archived", WHO_OFFICER, false },
  { "handover.archive", "taken_over", "archived", WHO_OFFICER, false },
  { NULL, NULL, NULL, WHO_ANYONE, false },
};
/* clang-format on */

/* clang-format off */
#define SECTION(field_name, text) { .name = field_name, .type = FIELD_NOTE, .label = text }
#define SIGNATURE(name_, text, group_) \
  { .name = name_, .type = FIELD_REFERENCE, .label = text, .flags = FIELD_AUTOMATIC, .reference = "officer", .group = group_ }, \
  { .name = name_ "_at", .type = FIELD_TIME, .label = N_("Signed at"), .flags = FIELD_AUTOMATIC, .group = group_ }, \
  { .name = name_ "_late", .type = FIELD_YES, .label = N_("Signed late"), .flags = FIELD_AUTOMATIC, .group = group_ }, \
  { .name = name_ "_why", .type = FIELD_TEXT, .label = N_("Why not in time"), .flags = FIELD_AUTOMATIC, .group = group_ }
/* clang-format on */

static const struct field fields[] = {
  { .name = "name", .type = FIELD_TEXT, .label = N_("Shift"), .flags = FIELD_AUTOMATIC, .columns = 22 },
  { .name = "starts", .type = FIELD_TIME, .label = N_("Begin of the shift"), .flags = FIELD_REQUIRED | FIELD_KEY | FIELD_INDEXED },
  { .name = "shift",
    .type = FIELD_REFERENCE,
    .label = N_("Outgoing shift"),
    .flags = FIELD_AUTOMATIC | FIELD_INDEXED,
    .reference = "shift" },
  { .name = "next",
    .type = FIELD_REFERENCE,
    .label = N_("Incoming shift"),
    .flags = FIELD_AUTOMATIC | FIELD_INDEXED,
    .reference = "shift" },
  TRANSITION_FIELDS(states, 1, FIELD_REFERENCE),
  { .name = "weather", .type = FIELD_TEXT, .label = N_("Weather"), .most = 120 },
  SECTION("warnings", N_("Warnings of the shift")),
  SECTION("response", N_("Response level")),
  SECTION("summary", N_("Shift summary")),
  SECTION("situation", N_("Situation")),
  SECTION("problems", N_("Problems")),
  SECTION("tasks", N_("Tasks")),
  SECTION("events", N_("Events of the shift")),
  SECTION("items", N_("Open items")),
  SECTION("orders", N_("Orders and duty checks not closed")),
  SECTION("reports", N_("Reports due")),
  SECTION("points", N_("Points under watch")),
  SECTION("people", N_("People transferred and not yet returned")),
  SECTION("equipment", N_("Equipment")),
  SECTION("keys", N_("Keys")),
  SECTION("satellite", N_("Communication gear tests")),
  SIGNATURE("out_a", N_("Outgoing A"), 2),
  SIGNATURE("out_b", N_("Outgoing B"), 3),
  SIGNATURE("in_a", N_("Incoming A"), 4),
  SIGNATURE("in_b", N_("Incoming B"), 5),
  { .name = "taken_by", .type = FIELD_REFERENCE, .label = N_("Taken over by"), .flags = FIELD_AUTOMATIC, .reference = "officer" },
  { .name = "reservations", .type = FIELD_NOTE, .label = N_("Reservations"), .flags = FIELD_AUTOMATIC },
  { .name = "relieved_at", .type = FIELD_TIME, .label = N_("Relieved at"), .flags = FIELD_AUTOMATIC },
  { .name = "seal",
    .type = FIELD_NOTE,
    .label = N_("Seal"),
    .flags = FIELD_AUTOMATIC,
    .help = N_("How far each log went when both sides had signed") },
  { 0 },
};

const struct kind handover_kind = {
  .name = "handover",
  .label = N_("Handover"),
  .letter = "H",
  .fields = fields,
  .lanes = LANE_BIT(LANE_HERE),
  .title = "name",
  .order = "starts",
  .waiting = HANDOVER_UNSIGNED,
  .newest_first = true,
  .is_keyed = true,
};

static void defaults(struct desk *desk, struct values *values)
{
  struct shift_on on;

  shift_on_duty(desk, clock_now(), &on);
  if (on.shift != 0) values_set_number(values, "starts", on.starts);
}

/* The shift that begins at `starts`, and its name. */
static void derive(struct desk *desk, const struct record *before, struct values *values)
{
  if (before != NULL || !values_known(values, "starts")) return;
  struct query *query = query_open(desk->store, "SELECT id, ends FROM k_shift WHERE voided IS NULL AND starts = ?1");
  query_bind_number(query, 1, values_number(values, "starts", 0));
  if (query_next(query, NULL) == 1) {
    char *name = shift_name(values_number(values, "starts", 0), query_number(query, 1));
    values_set_number(values, "shift", query_number(query, 0));
    values_set_text(values, "name", name);
    values_set_text(values, "state", "draft");
    free(name);
  }
  query_close(query);
}

static int check(struct desk *desk, const struct record *before, const struct values *values, struct err *err)
{
  (void)desk;
  if (before == NULL && !values_known(values, "shift")) return err_set(err, _("starts: no shift in the roster begins then"));
  if (before == NULL || transition_possible(handover_moves, "handover.draft", transition_state(before, "draft"))) return 0;
  return err_set(err, _("the handover %s has been signed: withdraw it first, or write a new log entry that corrects it"),
                 record_title(before));
}

/* What both sides signed stands. */
static int may_strike(struct desk *desk, const struct record *record, struct err *err)
{
  (void)desk;
  if (!handover_is_frozen(record)) return 0;
  return err_set(err, _("Handover \"%s\" is signed and stays as it is: write a log entry about what was wrong"), record_title(record));
}

const struct duty handover_duty = {
  .kind = &handover_kind,
  .strike = WHO_ADMIN,
  .room = ROOM_LOG,
  .adds = "handover.draft",
  .defaults = defaults,
  .derive = derive,
  .check = check,
  .may_strike = may_strike,
};

static const struct field readback_fields[] = {
  { .name = "handover",
    .type = FIELD_REFERENCE,
    .label = N_("Handover"),
    .flags = FIELD_REQUIRED | FIELD_ONCE | FIELD_INDEXED,
    .reference = "handover",
    .columns = 22 },
  { .name = "item",
    .type = FIELD_REFERENCE,
    .label = N_("Open item"),
    .flags = FIELD_REQUIRED | FIELD_ONCE,
    .reference = "item",
    .columns = 30 },
  { .name = "by", .type = FIELD_REFERENCE, .label = N_("Read back by"), .reference = "officer", .columns = 10 },
  { .name = "at", .type = FIELD_TIME, .label = N_("Read back at"), .flags = FIELD_REQUIRED, .columns = 11 },
  { .name = "offered",
    .type = FIELD_TIME,
    .label = N_("Offered at"),
    .flags = FIELD_AUTOMATIC,
    .help = N_("The offer that it answers: a new offer is read back anew") },
  { 0 },
};

const struct kind readback_kind = {
  .name = "readback",
  .label = N_("Read-back"),
  .fields = readback_fields,
  .lanes = LANE_BIT(LANE_HERE),
  .order = "at",
  .newest_first = true,
};

const struct duty readback_duty = { .kind = &readback_kind, .room = ROOM_LOG, .read_only = true };

/* --- where it stands ----------------------------------------------------------------------------------------------------------------- */

bool handover_is_frozen(const struct record *handover)
{
  return record_number(handover, "relieved_at", 0) != 0;
}

int handover_signatures(struct desk *desk)
{
  return strcmp(config_text(desk->config, "shift.signatures"), "two") == 0 ? 1 : 2;
}

record_id handover_open(struct desk *desk)
{
  struct shift_on on;

  shift_on_duty(desk, clock_now(), &on);
  if (on.shift == 0) return 0;
  return query_single(
    desk->store,
    "SELECT h.id FROM k_shift s JOIN k_handover h ON h.starts = s.starts WHERE s.id = ?1 AND h.voided IS NULL AND h.relieved_at IS NULL",
    on.shift, 0);
}

record_id handover_relieved(struct desk *desk, int64_t *relieved_at)
{
  struct shift_on on;
  record_id shift = 0;

  shift_on_duty(desk, clock_now(), &on);
  struct query *query =
    query_open(desk->store, "SELECT shift, relieved_at FROM k_handover WHERE next = ?1 AND relieved_at IS NOT NULL AND voided IS NULL"
                            " ORDER BY relieved_at DESC LIMIT 1");
  query_bind_number(query, 1, on.shift);
  if (on.shift != 0 && query_next(query, NULL) == 1) {
    shift = query_number(query, 0);
    *relieved_at = query_number(query, 1);
  }
  query_close(query);
  return shift;
}

/* One that was struck as a draft is there again. */
static int restore(struct desk *desk, record_id handover, struct err *err)
{
  struct act *act = act_begin(desk->store, "handover.restore", desk->officer, err);

  if (act == NULL) return -1;
  change_clear(act_edit(act, &handover_kind, handover), "voided");
  return act_commit(act, err);
}

static record_id make_draft(struct desk *desk, const struct shift_on *on, struct err *err)
{
  struct values key;
  struct act *act = act_begin(desk->store, "handover.draft", desk->officer, err);

  if (act == NULL) return 0;
  values_start_kind(&key, &handover_kind);
  values_set_number(&key, "starts", on->starts);
  struct change *change = act_keyed(act, &handover_kind, 0, LANE_HERE, &key, NULL);
  values_free(&key);
  char *name = shift_name(on->starts, on->ends), *weather = lookup_text(desk, "SELECT weather FROM k_shift WHERE id = ?1", on->shift);
  record_id next = shift_successor(desk, on->shift, act_at(act));
  change_set_number(change, "shift", on->shift);
  change_set_text(change, "name", name);
  if (next != 0) change_set_number(change, "next", next);
  if (weather != NULL) change_set_text(change, "weather", weather);
  transition_write(desk, &handover_kind, change, "draft", desk->officer, act_at(act), NULL);
  change_number(change);
  free(name);
  free(weather);
  record_id made = change_record(change);
  return act_commit(act, err) == 0 ? made : 0;
}

record_id handover_draft(struct desk *desk, struct err *err)
{
  struct shift_on on;
  record_id handover = handover_open(desk);

  if (handover != 0) return handover;
  shift_on_duty(desk, clock_now(), &on);
  if (on.shift == 0) {
    err_set(err, _("nobody is on duty by the roster, so there is no shift to hand over: fill the roster (roster fill)"));
    return 0;
  }
  handover = query_single(desk->store, "SELECT h.id FROM k_shift s JOIN k_handover h ON h.starts = s.starts WHERE s.id = ?1", on.shift, 0);
  if (handover == 0) return make_draft(desk, &on, err);
  if (query_single(desk->store, "SELECT relieved_at IS NOT NULL FROM k_handover WHERE id = ?1", handover, 0)) {
    err_set(err, _("the shift on duty has been handed over already, and no shift follows in the roster: fill the roster (roster fill)"));
    return 0;
  }
  return restore(desk, handover, err) == 0 ? handover : 0;
}

/* --- what changed since -------------------------------------------------------------------------------------------------------------- */

struct since {
  char *actor; /* full name of the officer */
  bool (*row)(void *context, int64_t op, const struct operation *operation);
  void *context;
};

static bool of_others(void *context, op_id op, const struct operation *operation)
{
  struct since *since = context;
  return strcmp(operation->actor, since->actor) == 0 || since->row(since->context, op, operation);
}

int64_t handover_since(struct desk *desk, record_id officer, int limit,
                       bool (*row)(void *context, int64_t op, const struct operation *operation), void *context, struct err *err)
{
  struct buf name = BUF_INIT;
  int64_t at = query_single(desk->store,
                            "SELECT max(CASE ?1 WHEN out_a THEN out_a_at WHEN out_b THEN out_b_at END)"
                            " FROM (SELECT * FROM k_handover WHERE voided IS NULL AND starts > 0 ORDER BY starts DESC LIMIT 400)",
                            officer, 0);

  if (at == 0) at = clock_now() - CLOCK_DAY;
  record_name(desk->store, officer, &name);
  struct since since = { buf_take(&name, NULL), row, context };
  int status = journal_recent(desk->store, at, 0, limit, of_others, &since, err);
  free(since.actor);
  return status < 0 ? -1 : at;
}
