/* The kind warning and what the desk does about one. */
#include "desk/warning.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/duties.h"
#include "desk/ladder.h"
#include "desk/lookup.h"
#include "desk/move.h"
#include "store/act.h"
#include "store/query.h"

const struct choice warning_statuses[] = {
  { "actual", N_("Actual") }, { "exercise", N_("Exercise") },      { "test", N_("Test") }, { "draft", N_("Draft") },
  { "system", N_("System") }, { "unknown", N_("Unknown status") }, { NULL, NULL },
};

const struct choice warning_types[] = {
  { "alert", N_("New") },
  { "update", N_("Update") },
  { "cancel", N_("Cancel") },
  { NULL, NULL },
};

const struct choice warning_colours[] = {
  { "red", N_("Red") },   { "orange", N_("Orange") },     { "yellow", N_("Yellow") },
  { "blue", N_("Blue") }, { "unknown", N_("No colour") }, { NULL, NULL },
};

/* "expired" is never stored: it is what a warning in force becomes once its time has passed. */
static const struct choice states[] = {
  { "received", N_("Received") }, { "in_force", N_("In force") }, { "cancelled", N_("Lifted") },
  { "expired", N_("Expired") },   { "closed", N_("Closed") },     { NULL, NULL },
};

/* clang-format off */
const struct transition warning_moves[] = {
  { "warning.ack", "received", "in_force", WHO_ANYONE, false },
  { "warning.lift", "received", "cancelled", WHO_ANYONE, false },
  { "warning.lift", "in_force", "cancelled", WHO_ANYONE, false },
  { "warning.lift", "expired", "cancelled", WHO_ANYONE, false },
  { "warning.lift", "cancelled", "cancelled", WHO_ANYONE, false },
  { "warning.close", "received", "closed", WHO_OFFICER, true },
  { "warning.close", "in_force", "closed", WHO_OFFICER, true },
  { "warning.close", "expired", "closed", WHO_ANYONE, false },
  { "warning.close", "cancelled", "closed", WHO_ANYONE, false },
  { NULL, NULL, NULL, WHO_ANYONE, false },
};
/* clang-format on */

/* Typed when one is written by hand, else the latest alert's. */
/* clang-format off */
#define RECEIVED(field_name, field_type, text) { .name = field_name, .type = field_type, .label = text, .flags = FIELD_ONCE }
/* clang-format on */

static const struct field fields[] = {
  { .name = "key",
    .type = FIELD_TEXT,
    .label = N_("Key"),
    .flags = FIELD_KEY | FIELD_AUTOMATIC | FIELD_INDEXED,
    .help = N_("Sender and identifier of its first alert: two stations that receive it make one record") },
  { .name = "sent", .type = FIELD_TIME, .label = N_("Issued"), .flags = FIELD_REQUIRED | FIELD_ONCE | FIELD_INDEXED, .columns = 11 },
  { .name = "colour",
    .type = FIELD_CHOICE,
    .label = N_("Colour"),
    .flags = FIELD_REQUIRED | FIELD_ONCE,
    .choices = warning_colours,
    .columns = 6 },
  { .name = "event",
    .type = FIELD_TEXT,
    .label = N_("Event"),
    .flags = FIELD_REQUIRED | FIELD_ONCE | FIELD_PHRASE,
    .most = 80,
    .columns = 8 },
  { .name = "headline", .type = FIELD_TEXT, .label = N_("Headline"), .flags = FIELD_REQUIRED | FIELD_ONCE, .columns = 30 },
  TRANSITION_FIELDS(states, 1, FIELD_TEXT),
  { .name = "status",
    .type = FIELD_CHOICE,
    .label = N_("Status"),
    .flags = FIELD_REQUIRED | FIELD_ONCE,
    .choices = warning_statuses,
    .columns = 8 },
  { .name = "sender_name", .type = FIELD_TEXT, .label = N_("Issuer"), .flags = FIELD_ONCE, .columns = 14 },
  { .name = "type", .type = FIELD_CHOICE, .label = N_("Message"), .flags = FIELD_REQUIRED | FIELD_ONCE, .choices = warning_types },
  { .name = "lifts", .type = FIELD_YES, .label = N_("Calls the danger off"), .flags = FIELD_ONCE },
  RECEIVED("event_code", FIELD_TEXT, N_("Event code")),
  RECEIVED("description", FIELD_NOTE, N_("Text")),
  RECEIVED("instruction", FIELD_NOTE, N_("Instruction")),
  RECEIVED("areas", FIELD_NOTE, N_("Areas")),
  RECEIVED("geocodes", FIELD_NOTE, N_("Area codes")),
  RECEIVED("effective", FIELD_TIME, N_("Effective")),
  RECEIVED("onset", FIELD_TIME, N_("Onset")),
  RECEIVED("expires", FIELD_TIME, N_("Expires")),
  { .name = "assumed_until",
    .type = FIELD_TIME,
    .label = N_("Assumed until"),
    .flags = FIELD_AUTOMATIC,
    .help = N_("The issuer gave no end; a red one stays in force until somebody has decided") },
  RECEIVED("identifier", FIELD_TEXT, N_("Identifier")),
  RECEIVED("sender", FIELD_TEXT, N_("Sender")),
  { .name = "received", .type = FIELD_TIME, .label = N_("Received"), .flags = FIELD_REQUIRED | FIELD_ONCE },
  { .name = "began", .type = FIELD_TIME, .label = N_("First received"), .flags = FIELD_AUTOMATIC },
  { .name = "messages", .type = FIELD_INTEGER, .label = N_("Alerts in it"), .flags = FIELD_AUTOMATIC },
  { .name = "notes", .type = FIELD_NOTE, .label = N_("Noted on import"), .flags = FIELD_AUTOMATIC | FIELD_PHRASE },
  { .name = "note", .type = FIELD_NOTE, .label = N_("Remarks") },
  { 0 },
};

const struct kind warning_kind = {
  .name = "warning",
  .label = N_("Warning"),
  .letter = "W",
  .fields = fields,
  .lanes = LANE_BIT(LANE_HERE) | LANE_BIT(LANE_DOWN),
  .title = "headline",
  .order = "sent",
  .newest_first = true,
  .is_keyed = true,
};

char *warning_key(const char *status, const char *sender, const char *identifier)
{
  bool real = status == NULL || strcmp(status, "actual") == 0;
  return mem_printf("%s%s%s %s", real ? "" : status, real ? "" : ": ", sender, identifier);
}

enum lane warning_lane(struct desk *desk, const struct values *values)
{
  return warning_status_counts(desk, values_text(values, "status")) && area_level(store_area(desk->store)) < 4 ? LANE_DOWN : LANE_HERE;
}

static void defaults(struct desk *desk, struct values *values)
{
  (void)desk;
  values_set_number(values, "sent", clock_now());
  values_set_number(values, "received", clock_now());
  values_set_text(values, "status", "actual");
  values_set_text(values, "type", "alert");
}

int64_t warning_assumed(struct desk *desk, const struct values *values)
{
  static const char *const times[] = { "sent", "effective", "onset" };
  const char *code = values_text(values, "event_code");
  int64_t from = 0;

  if (values_known(values, "expires") || values_number(values, "lifts", 0) != 0) return 0;
  for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
    int64_t at = values_number(values, times[i], 0);
    if (at > from) from = at;
  }
  char *option = mem_printf("warning.hours_%s", alert_kind_name(alert_kind_of(code != NULL ? code : "")));
  int64_t hours = config_number(desk->config, option);
  free(option);
  return from + hours * CLOCK_HOUR;
}

static void derive(struct desk *desk, const struct record *before, struct values *values)
{
  int64_t assumed = warning_assumed(desk, values);

  if (before != NULL) return;
  warning_set_key(values);
  if (assumed != 0) values_set_number(values, "assumed_until", assumed);
  values_set_text(values, "state", values_number(values, "lifts", 0) != 0 ? "cancelled" : "received");
  values_set_number(values, "began", values_number(values, "received", 0));
}

static int check(struct desk *desk, const struct record *before, const struct values *values, struct err *err)
{
  (void)desk;
  if (before == NULL && values_known(values, "expires") && values_number(values, "expires", 0) <= values_number(values, "sent", 0))
    return err_usage(err, _("expires: it lies before the time of issue"));
  return 0;
}

const struct duty warning_duty = { .kind = &warning_kind,
                                   .room = ROOM_WARNINGS,
                                   .adds = "warning.paste",
                                   .defaults = defaults,
                                   .derive = derive,
                                   .check = check,
                                   .lane = warning_lane };

/* --- in force ------------------------------------------------------------------------------------------------------------------------ */

const char *warning_state(const struct record *warning, int64_t at)
{
  const char *state = transition_state(warning, "received"), *colour = record_text(warning, "colour");
  int64_t expires = record_number(warning, "expires", 0), assumed = record_number(warning, "assumed_until", 0);
  bool open = strcmp(state, "received") == 0 || strcmp(state, "in_force") == 0;
  bool undecided =
    expires == 0 && colour != NULL && strcmp(colour, "red") == 0 && record_number(warning, "received", 0) < assumed + WARNING_STALE;
  int64_t ends = expires != 0 ? expires : assumed;
  return open && ends != 0 && ends <= at && !undecided ? "expired" : state;
}

static bool is_so(struct desk *desk, const char *sql, record_id warning, int64_t at)
{
  struct query *query = query_open(desk->store, sql);

  query_bind_number(query, 1, warning);
  if (strstr(sql, "?2") != NULL) query_bind_number(query, 2, at);
  bool so = query_next(query, NULL) == 1;
  query_close(query);
  return so;
}

bool warning_in_force(struct desk *desk, record_id warning, int64_t at)
{
  return is_so(desk, "SELECT 1 FROM k_warning WHERE id = ?1 AND " WARNING_IN_FORCE("?2"), warning, at);
}

bool warning_rings(struct desk *desk, record_id warning, int64_t at)
{
  return is_so(desk, "SELECT 1 FROM k_warning WHERE id = ?1 AND " WARNING_RINGS("?2"), warning, at);
}

bool warning_for_here(struct desk *desk, record_id warning)
{
  return is_so(desk, "SELECT 1 FROM k_warning WHERE id = ?1 AND " WARNING_FOR_HERE, warning, 0);
}

bool warning_is_ours(struct desk *desk, record_id warning)
{
  return area_contains(store_area(desk->store), record_area(desk->store, warning));
}

bool warning_status_counts(struct desk *desk, const char *status)
{
  return status != NULL && (strcmp(status, "actual") == 0 || (strcmp(status, "exercise") == 0 && store_is_exercise(desk->store)));
}

bool warning_counts(struct desk *desk, const struct record *warning)
{
  return warning_status_counts(desk, record_text(warning, "status")) && !record_is_void(warning);
}

bool warning_any(struct desk *desk)
{
  return query_single(desk->store, WARNING_ANY, 0, 0);
}

/* The records whose ids the query gives; closes it. */
static int read_each(struct desk *desk, struct query *query, bool (*row)(void *context, const struct record *warning), void *context,
                     struct err *err)
{
  record_id *ids;
  int count = lookup_ids(query, &ids, err), status = count < 0 ? -1 : 0;
  bool more = true;

  for (int i = 0; i < count && status == 0 && more; i++) {
    struct record record = { 0 };
    int found = record_read(desk->store, &warning_kind, ids[i], &record, err);
    more = found != 1 || row(context, &record);
    status = found < 0 ? -1 : 0;
    record_free(&record);
  }
  free(ids);
  return status;
}

int warnings_in_force(struct desk *desk, bool (*row)(void *context, const struct record *warning), void *context, struct err *err)
{
  if (!warning_any(desk)) return 0;
  struct query *query = query_open(
    desk->store,
    "SELECT id FROM k_warning WHERE " WARNING_IN_FORCE(
      "?1") " ORDER BY CASE colour WHEN 'red' THEN 1 WHEN 'orange' THEN 2 WHEN 'yellow' THEN 3 WHEN 'blue' THEN 4 ELSE 5 END, sent DESC");
  query_bind_number(query, 1, clock_now());
  return read_each(desk, query, row, context, err);
}

int warnings_of_shift(struct desk *desk, int64_t from, int64_t to, bool (*row)(void *context, const struct record *warning), void *context,
                      struct err *err)
{
  struct query *query = query_open(
    desk->store, "SELECT id FROM k_warning WHERE " WARNING_OF_SHIFT("?1", "?2") " ORDER BY NOT (" WARNING_IN_FORCE("?2") "), began, id");

  query_bind_number(query, 1, from);
  query_bind_number(query, 2, to);
  return read_each(desk, query, row, context, err);
}

static bool first_colour(void *context, const struct record *warning)
{
  const char *colour = record_text(warning, "colour");
  *(enum alert_colour *)context = colour != NULL ? alert_colour_of(colour) : ALERT_NONE;
  return false;
}

enum alert_colour warning_highest(struct desk *desk)
{
  enum alert_colour colour = ALERT_NONE;

  warnings_in_force(desk, first_colour, &colour, NULL);
  return colour;
}

/* --- actions ------------------------------------------------------------------------------------------------------------------------- */

static int ack(struct desk *desk, record_id id, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  return ladder_acknowledge(desk, id, values_text(arguments, "why"), outcome, err);
}

static const struct field why_arguments[] = { { .name = "why", .type = FIELD_NOTE, .label = N_("Why") }, { 0 } };

/* A record that answers a warning, linked by the warning's key: villages and superiors may read it without holding the warning. */
static int add_answer(struct desk *desk, const struct duty *duty, record_id subject, const struct values *arguments,
                      struct outcome *outcome, struct err *err)
{
  struct record warning = { 0 };
  struct values values;
  record_id made = 0;

  if (lookup_record(desk, &warning_kind, subject, &warning, err) < 0) return -1;
  int status = duty_start(desk, duty, &values);
  values_set_text(&values, "warning", record_text(&warning, "key"));
  for (int i = 0; i < arguments->count; i++) {
    int index = values_index(&values, arguments->fields[i]->name);
    if (index >= 0 && arguments->list[i].known) value_set(values.fields[index], &values.list[index], &arguments->list[i]);
  }
  if (status == 0) status = duty_add(desk, duty, &values, &made, err);
  values_free(&values);
  record_free(&warning);
  outcome->kind = duty->kind;
  outcome->record = made;
  return status;
}

static const struct field task_arguments[] = {
  { .name = "what", .type = FIELD_TEXT, .label = N_("What has to be done"), .flags = FIELD_REQUIRED, .most = 200 },
  { .name = "owner", .type = FIELD_TEXT, .label = N_("Owner"), .most = 60 },
  { .name = "due", .type = FIELD_TIME, .label = N_("Due") },
  { 0 },
};

static int task_run(struct desk *desk, record_id subject, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  return add_answer(desk, &task_duty, subject, arguments, outcome, err);
}

static bool is_open(struct desk *desk, const struct record *record)
{
  (void)desk;
  return record != NULL && !record_is_void(record) && strcmp(transition_state(record, "received"), "closed") != 0;
}

const struct action warning_actions[] = {
  { .name = "warning.ack",
    .label = N_("Acknowledge"),
    .key = "k",
    .command = "warning ack",
    .subject = "warning",
    .arguments = why_arguments,
    .help = N_("The desk has read the warning and told the leader."),
    .possible = ladder_may_acknowledge,
    .run = ack },
  { .name = "warning.task",
    .label = N_("Task"),
    .key = "t",
    .command = "warning task",
    .subject = "warning",
    .arguments = task_arguments,
    .help = N_("Something has to be done because of the warning."),
    .possible = is_open,
    .run = task_run },
  { 0 },
};
