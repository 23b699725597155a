/* The transfer roll-call (转移清点): one row for each household that is to move, until nobody is unaccounted for. Several counters add
 * their rows; they merge as a union. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/choices.h"
#include "desk/duties.h"
#include "desk/figures.h"
#include "desk/lookup.h"
#include "desk/move.h"
#include "store/act.h"
#include "store/query.h"

/* clang-format off */
static const struct choice states[] = {
  { "unnotified", N_("Not told") },
  { "notified", N_("Told") },
  { "refused", N_("Refused") },
  { "moving", N_("On the way") },
  { "settled", N_("Settled") },
  { "returned", N_("Returned") },
  { NULL, NULL },
};

static const struct choice goes_to[] = {
  { "shelter", N_("Shelter") },
  { "relatives", N_("Relatives or friends") },
  { "other", N_("Elsewhere") },
  { NULL, NULL },
};

/* Nobody may return without a leader's word (domain.md). What was missed in between may be noted later: people arrive of whom nobody had
 * heard. */
static const struct transition moves[] = {
  { "transfer.tell", "unnotified", "notified", WHO_ANYONE, false },
  { "transfer.tell", "refused", "notified", WHO_ANYONE, false },
  { "transfer.refuse", "unnotified", "refused", WHO_ANYONE, true },
  { "transfer.refuse", "notified", "refused", WHO_ANYONE, true },
  { "transfer.leave", "unnotified", "moving", WHO_ANYONE, false },
  { "transfer.leave", "notified", "moving", WHO_ANYONE, false },
  { "transfer.leave", "refused", "moving", WHO_ANYONE, false },
  { "transfer.settle", "unnotified", "settled", WHO_ANYONE, false },
  { "transfer.settle", "notified", "settled", WHO_ANYONE, false },
  { "transfer.settle", "refused", "settled", WHO_ANYONE, false },
  { "transfer.settle", "moving", "settled", WHO_ANYONE, false },
  { "transfer.return", "settled", "returned", WHO_ANYONE, false },
  { NULL, NULL, NULL, WHO_ANYONE, false },
};

static const struct field fields[] = {
  { .name = "household", .type = FIELD_REFERENCE, .label = N_("Household"), .flags = FIELD_REQUIRED | FIELD_ONCE | FIELD_INDEXED,
    .reference = "household" },
  { .name = "family", .type = FIELD_TEXT, .label = N_("Household's name"), .flags = FIELD_AUTOMATIC, .most = 40, .columns = 16 },
  { .name = "incident", .type = FIELD_REFERENCE, .label = N_("Incident"), .flags = FIELD_ONCE, .reference = "incident" },
  { .name = "point", .type = FIELD_REFERENCE, .label = N_("From hazard point"), .flags = FIELD_ONCE, .reference = "point" },
  { .name = "people", .type = FIELD_INTEGER, .label = N_("People"), .unit = N_("people"), .most = 100, .columns = 4 },
  { .name = "special", .type = FIELD_CHOICES, .label = N_("Special groups"), .flags = FIELD_PERSONAL, .choices = choice_special },
  { .name = "guardian", .type = FIELD_TEXT, .label = N_("Guardian"), .most = 40, .columns = 9 },
  { .name = "guardian_phone", .type = FIELD_PHONE, .label = N_("Guardian's phone"), .columns = 12 },
  TRANSITION_FIELDS(states, 1, FIELD_TEXT),
  { .name = "notified_at", .type = FIELD_TIME, .label = N_("Told at"), .flags = FIELD_AUTOMATIC },
  { .name = "left_at", .type = FIELD_TIME, .label = N_("Left at"), .flags = FIELD_AUTOMATIC },
  { .name = "arrived_at", .type = FIELD_TIME, .label = N_("Arrived at"), .flags = FIELD_AUTOMATIC, .group = 2 },
  { .name = "goes_to", .type = FIELD_CHOICE, .label = N_("Goes to"), .choices = goes_to, .group = 2 },
  { .name = "shelter", .type = FIELD_REFERENCE, .label = N_("Shelter"), .reference = "shelter", .group = 2, .columns = 8 },
  { .name = "address", .type = FIELD_TEXT, .label = N_("Where else"), .flags = FIELD_PERSONAL, .most = 120 },
  { .name = "returned_at", .type = FIELD_TIME, .label = N_("Returned at"), .flags = FIELD_AUTOMATIC, .group = 3 },
  { .name = "approved_by", .type = FIELD_TEXT, .label = N_("Return approved by"), .flags = FIELD_AUTOMATIC, .most = 60, .group = 3 },
  { .name = "note", .type = FIELD_NOTE, .label = N_("Remarks"), .flags = FIELD_PERSONAL },
  { 0 },
};

const struct kind transfer_kind = {
  .name = "transfer",
  .label = N_("Transfer"),
  .letter = "T",
  .fields = fields,
  .lanes = LANE_BIT(LANE_UP),
  .title = "family",
  .order = "family",
};
/* clang-format on */

/* What the household's record knows is copied, so that the row stays true to the day. */
static void copy_household(const struct record *household, struct values *values)
{
  static const char *const texts[] = { "special", "guardian", "guardian_phone" };
  values_set_text(values, "family", record_text(household, "code"));
  for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
    if (!values_known(values, texts[i])) values_set_text(values, texts[i], record_text(household, texts[i]));
  int64_t members = record_number(household, "members", -1), point = record_number(household, "point", 0);
  if (!values_known(values, "people") && members >= 0) values_set_number(values, "people", members);
  if (!values_known(values, "point") && point) values_set_number(values, "point", point);
}

static void derive(struct desk *desk, const struct record *before, struct values *values)
{
  struct record household = { 0 };
  if (before) return;
  values_set_text(values, "state", "unnotified");
  if (record_read(desk->store, &household_kind, values_number(values, "household", 0), &household, NULL) == 1)
    copy_household(&household, values);
  record_free(&household);
}

const struct duty transfer_duty = {
  .kind = &transfer_kind,
  .room = ROOM_INCIDENTS,
  .derive = derive,
  .scope = "household",
};

static int check_order(struct desk *desk, const struct record *record, const struct values *arguments, struct err *err)
{
  (void)desk, (void)record;
  for (int i = 0; i < arguments->count; i++)
    if (arguments->fields[i]->type == FIELD_TIME && figures_past(arguments, arguments->fields[i]->name, err) < 0) return -1;
  return 0;
}

/* clang-format off */
static const struct move tell_move = { &transfer_kind, moves, "transfer.tell", check_order, "notified_at" };
static const struct move refuse_move = { &transfer_kind, moves, "transfer.refuse", check_order, "notified_at" };
static const struct move leave_move = { &transfer_kind, moves, "transfer.leave", check_order, "left_at" };
static const struct move settle_move = { &transfer_kind, moves, "transfer.settle", check_order, "arrived_at" };
static const struct move return_move = { &transfer_kind, moves, "transfer.return", check_order, "returned_at" };
MOVE_FUNCTIONS(tell)
MOVE_FUNCTIONS(refuse)
MOVE_FUNCTIONS(leave)
MOVE_FUNCTIONS(settle)
MOVE_FUNCTIONS(return)
/* clang-format on */

/* --- a roll-call of all who must move ------------------------------------------------------------------------------------------- */

/* Of the area and of the point (each if given), those that no row accounts for: a returned family may have to move again. */
static const char to_move[] =
  "SELECT h.id FROM k_household AS h WHERE h.voided IS NULL AND h.at_risk = 1 AND (?1 IS NULL OR h.area LIKE ?1 || '%')"
  " AND (?2 = 0 OR h.point = ?2) AND NOT EXISTS (SELECT 1 FROM k_transfer AS t WHERE t.household = h.id"
  " AND t.voided IS NULL AND t.state <> 'returned') ORDER BY h.code, h.id";

static char *area_prefix(const char *area)
{
  static const int lengths[] = { 2, 4, 6, 9, 12 };
  if (!area) return NULL;
  char *prefix = mem_dup(area);
  prefix[lengths[area_level(area_from_text(area, NULL))]] = '\0';
  return prefix;
}

static record_id *households_to_move(struct desk *desk, const struct values *arguments, size_t *count, struct err *err)
{
  struct buf list = BUF_INIT;
  char *prefix = area_prefix(values_text(arguments, "area"));
  struct query *query = query_open(desk->store, to_move);
  int row;
  query_bind_text(query, 1, prefix);
  query_bind_number(query, 2, values_number(arguments, "point", 0));
  while ((row = query_next(query, err)) == 1) {
    record_id id = query_number(query, 0);
    buf_add(&list, &id, sizeof(id));
  }
  query_close(query);
  free(prefix);
  *count = list.length / sizeof(record_id);
  if (row == 0) return (record_id *)buf_take(&list, NULL);
  buf_free(&list);
  return NULL;
}

static int add_row(struct desk *desk, struct act *act, record_id household, const struct values *arguments, struct err *err)
{
  struct values standard, values;
  duty_start(desk, &transfer_duty, &standard);
  values_copy(&values, &standard);
  values_set_number(&values, "household", household);
  if (values_known(arguments, "incident")) values_set_number(&values, "incident", values_number(arguments, "incident", 0));
  int status = duty_prepare_new(desk, &transfer_duty, &standard, &values, err);
  if (status == 0) duty_new(act, desk, &transfer_duty, &values);
  values_free(&standard);
  values_free(&values);
  return status;
}

static int start_rollcall(struct desk *desk, const struct values *arguments, size_t *count, struct err *err)
{
  struct act *act = act_begin(desk->store, "transfer.start", desk->officer, err);
  if (!act) return -1;
  record_id *households = households_to_move(desk, arguments, count, err);
  int status = households ? 0 : -1;
  for (size_t i = 0; status == 0 && i < *count; i++) status = add_row(desk, act, households[i], arguments, err);
  free(households);
  if (status == 0) return act_commit(act, err);
  act_cancel(act);
  return -1;
}

static int start_run(struct desk *desk, record_id subject, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  (void)subject;
  size_t count = 0;
  if (start_rollcall(desk, arguments, &count, err) < 0) return -1;
  if (count == 0)
    return err_set(err, _("No household there must move that is not on the roll-call already: mark them \"must move when called\" first"));
  outcome->kind = &transfer_kind;
  outcome_say(outcome, ngettext("%zu household is on the roll-call", "%zu households are on the roll-call", count), count);
  return 0;
}

/* clang-format off */
static const struct field start_arguments[] = {
  { .name = "incident", .type = FIELD_REFERENCE, .label = N_("Incident"), .reference = "incident" },
  { .name = "point", .type = FIELD_REFERENCE, .label = N_("Hazard point"), .reference = "point",
    .help = N_("Only the households that it threatens") },
  { .name = "area", .type = FIELD_AREA, .label = N_("Area code"), .help = N_("Only the households there") },
  { 0 },
};

static const struct field tell_arguments[] = {
  { .name = "notified_at", .type = FIELD_TIME, .label = N_("Told at"), .flags = FIGURES_PAST },
  { 0 },
};

static const struct field refuse_arguments[] = {
  { .name = "why", .type = FIELD_NOTE, .label = N_("Why"), .flags = FIELD_REQUIRED },
  { .name = "notified_at", .type = FIELD_TIME, .label = N_("Told at"), .flags = FIGURES_PAST },
  { 0 },
};

static const struct field leave_arguments[] = {
  { .name = "left_at", .type = FIELD_TIME, .label = N_("Left at"), .flags = FIGURES_PAST },
  { 0 },
};

static const struct field settle_arguments[] = {
  { .name = "goes_to", .type = FIELD_CHOICE, .label = N_("Where to"), .flags = FIELD_REQUIRED, .choices = goes_to },
  { .name = "shelter", .type = FIELD_REFERENCE, .label = N_("Shelter"), .reference = "shelter" },
  { .name = "address", .type = FIELD_TEXT, .label = N_("Where else"), .flags = FIELD_PERSONAL, .most = 120 },
  { .name = "people", .type = FIELD_INTEGER, .label = N_("People"), .unit = N_("people"), .most = 100, .help = N_("Counted on arrival") },
  { .name = "arrived_at", .type = FIELD_TIME, .label = N_("Arrived at"), .flags = FIGURES_PAST },
  { 0 },
};

static const struct field return_arguments[] = {
  { .name = "approved_by", .type = FIELD_TEXT, .label = N_("Return approved by"), .flags = FIELD_REQUIRED, .most = 60 },
  { .name = "returned_at", .type = FIELD_TIME, .label = N_("Returned at"), .flags = FIGURES_PAST },
  { 0 },
};
/* clang-format on */

static int settle_prepare(struct desk *desk, record_id id, struct values *arguments, struct err *err)
{
  struct record row = { 0 }, household = { 0 };
  int status = lookup_record(desk, &transfer_kind, id, &row, err);
  if (status == 0 && record_read(desk->store, &household_kind, record_number(&row, "household", 0), &household, NULL) == 1) {
    int64_t shelter = record_number(&household, "shelter", 0);
    values_set_text(arguments, "goes_to", shelter ? "shelter" : "relatives");
    if (shelter) values_set_number(arguments, "shelter", shelter);
  }
  if (status == 0 && record_number(&row, "people", -1) >= 0) values_set_number(arguments, "people", record_number(&row, "people", 0));
  record_free(&row);
  record_free(&household);
  return status;
}

/* clang-format off */
const struct action transfer_actions[] = {
  { .name = "transfer.start",
    .label = N_("Start a roll-call"),
    .help = N_("Puts on the roll-call every household that must move when called, of an area or of a hazard point."),
    .command = "transfer start",
    .arguments = start_arguments,
    .run = start_run },
  { .name = "transfer.tell",
    .label = N_("Told"),
    .help = N_("The household knows that it has to move."),
    .key = "t",
    .command = "transfer tell",
    .subject = "transfer",
    .arguments = tell_arguments,
    .possible = tell_possible,
    .run = tell_run },
  { .name = "transfer.refuse",
    .label = N_("Refused"),
    .help = N_("The household does not want to move; somebody must go again."),
    .key = "r",
    .command = "transfer refuse",
    .subject = "transfer",
    .arguments = refuse_arguments,
    .possible = refuse_possible,
    .run = refuse_run },
  { .name = "transfer.leave",
    .label = N_("On the way"),
    .help = N_("The household has left its house."),
    .key = "l",
    .command = "transfer leave",
    .subject = "transfer",
    .arguments = leave_arguments,
    .possible = leave_possible,
    .run = leave_run },
  { .name = "transfer.settle",
    .label = N_("Settled"),
    .help = N_("The household has arrived in a shelter or with relatives, and was counted."),
    .key = "s",
    .command = "transfer settle",
    .subject = "transfer",
    .arguments = settle_arguments,
    .possible = settle_possible,
    .prepare = settle_prepare,
    .run = settle_run },
  { .name = "transfer.return",
    .label = N_("Returned"),
    .help = N_("The household is home again, with the leave of the one named."),
    .command = "transfer return",
    .subject = "transfer",
    .arguments = return_arguments,
    .possible = return_possible,
    .run = return_run },
  { 0 },
};
/* clang-format on */
