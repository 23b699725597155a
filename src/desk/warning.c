/* The kind warning, which warnings are in force, and what the desk does about one. */
#include "desk/warning.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/duties.h"
#include "desk/lookup.h"
#include "desk/move.h"
#include "store/act.h"
#include "store/query.h"

static const struct choice statuses[] = {
  { "actual", N_("Actual") }, { "exercise", N_("Exercise") },      { "test", N_("Test") }, { "draft", N_("Draft") },
  { "system", N_("System") }, { "unknown", N_("Unknown status") }, { NULL, NULL },
};

static const struct choice types[] = {
  { "alert", N_("New") },
  { "update", N_("Update") },
  { "cancel", N_("Cancel") },
  { NULL, NULL },
};

static const struct choice colours[] = {
  { "red", N_("Red") },   { "orange", N_("Orange") },     { "yellow", N_("Yellow") },
  { "blue", N_("Blue") }, { "unknown", N_("No colour") }, { NULL, NULL },
};

/* "expired" is never stored: it is what a warning in force becomes once its time has passed. */
static const struct choice states[] = {
  { "received", N_("Received") },
  { "in_force", N_("In force") },
  { "updated", N_("Superseded") },
  { "cancelled", N_("Lifted") },
  { "expired", N_("Expired") },
  { "closed", N_("Closed") },
  { NULL, NULL },
};

/* clang-format off */
static const struct transition moves[] = {
  { "warning.ack", "received", "in_force", WHO_ANYONE, false },
  { "warning.ack_lifted", "received", "closed", WHO_ANYONE, false },
  { "warning.close", "received", "closed", WHO_OFFICER, true },
  { "warning.close", "in_force", "closed", WHO_OFFICER, true },
  { "warning.close", "updated", "closed", WHO_ANYONE, false },
  { "warning.close", "cancelled", "closed", WHO_ANYONE, false },
  { NULL, NULL, NULL, WHO_ANYONE, false },
};
/* clang-format on */

/* clang-format off */
#define RECEIVED(field_name, field_type, text) { .name = field_name, .type = field_type, .label = text, .flags = FIELD_ONCE }
/* clang-format on */

static const struct field fields[] = {
  { .name = "key",
    .type = FIELD_TEXT,
    .label = N_("Key"),
    .flags = FIELD_KEY | FIELD_AUTOMATIC | FIELD_INDEXED,
    .help = N_("Sender and identifier: two stations that receive it make one record") },
  { .name = "sent", .type = FIELD_TIME, .label = N_("Issued"), .flags = FIELD_REQUIRED | FIELD_ONCE | FIELD_INDEXED, .columns = 11 },
  { .name = "colour", .type = FIELD_CHOICE, .label = N_("Colour"), .flags = FIELD_REQUIRED | FIELD_ONCE, .choices = colours, .columns = 6 },
  { .name = "event", .type = FIELD_TEXT, .label = N_("Event"), .flags = FIELD_REQUIRED | FIELD_ONCE, .most = 80, .columns = 8 },
  { .name = "headline", .type = FIELD_TEXT, .label = N_("Headline"), .flags = FIELD_REQUIRED | FIELD_ONCE, .columns = 30 },
  TRANSITION_FIELDS(states, 1, FIELD_TEXT),
  { .name = "superseded_by",
    .type = FIELD_REFERENCE,
    .label = N_("Superseded by"),
    .flags = FIELD_AUTOMATIC,
    .reference = "warning",
    .group = 1 },
  { .name = "status",
    .type = FIELD_CHOICE,
    .label = N_("Status"),
    .flags = FIELD_REQUIRED | FIELD_ONCE,
    .choices = statuses,
    .columns = 8 },
  { .name = "sender_name", .type = FIELD_TEXT, .label = N_("Issuer"), .flags = FIELD_ONCE, .columns = 14 },
  { .name = "type", .type = FIELD_CHOICE, .label = N_("Message"), .flags = FIELD_REQUIRED | FIELD_ONCE, .choices = types },
  { .name = "lifts", .type = FIELD_YES, .label = N_("Calls the danger off"), .flags = FIELD_ONCE },
  RECEIVED("event_code", FIELD_TEXT, N_("Event code")),
  RECEIVED("description", FIELD_NOTE, N_("Text")),
  RECEIVED("instruction", FIELD_NOTE, N_("Instruction")),
  RECEIVED("areas", FIELD_NOTE, N_("Areas")),
  RECEIVED("geocodes", FIELD_NOTE, N_("Area codes")),
  RECEIVED("effective", FIELD_TIME, N_("Effective")),
  RECEIVED("onset", FIELD_TIME, N_("Onset")),
  RECEIVED("expires", FIELD_TIME, N_("Expires")),
  RECEIVED("identifier", FIELD_TEXT, N_("Identifier")),
  RECEIVED("sender", FIELD_TEXT, N_("Sender")),
  { .name = "refs",
    .type = FIELD_NOTE,
    .label = N_("Refers to"),
    .flags = FIELD_ONCE,
    .help = N_("Earlier alerts, one a line: sender and identifier, or the identifier alone") },
  { .name = "received", .type = FIELD_TIME, .label = N_("Received"), .flags = FIELD_REQUIRED | FIELD_ONCE },
  { .name = "notes", .type = FIELD_NOTE, .label = N_("Noted on import"), .flags = FIELD_AUTOMATIC },
  { .name = "source",
    .type = FIELD_TEXT,
    .label = N_("Source"),
    .flags = FIELD_AUTOMATIC,
    .help = N_("Name of the file, or that it was pasted") },
  { .name = "source_hash", .type = FIELD_TEXT, .label = N_("Hash of the source"), .flags = FIELD_AUTOMATIC },
  { .name = "note", .type = FIELD_NOTE, .label = N_("Note") },
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

char *warning_key(const char *sender, const char *identifier)
{
  return mem_printf("%s %s", sender, identifier);
}

enum lane warning_lane(struct desk *desk, const struct values *values)
{
  const char *status = values_text(values, "status");
  bool real = status != NULL && strcmp(status, "actual") == 0;
  return real && area_level(store_area(desk->store)) < 4 ? LANE_DOWN : LANE_HERE;
}

static void defaults(struct desk *desk, struct values *values)
{
  (void)desk;
  values_set_number(values, "sent", clock_now());
  values_set_number(values, "received", clock_now());
  values_set_text(values, "status", "actual");
  values_set_text(values, "type", "alert");
}

/* One written by hand has no identifier: issuer, event and minute stand for it. */
static void derive(struct desk *desk, const struct record *before, struct values *values)
{
  const char *identifier = values_text(values, "identifier"), *sender = values_text(values, "sender"),
             *name = values_text(values, "sender_name");
  char at[CLOCK_TEXT];

  (void)desk;
  if (before != NULL) return;
  char *made = identifier != NULL ? mem_dup(identifier)
                                  : mem_printf("%s-%s-%s", clock_text(at, values_number(values, "sent", 0), CLOCK_DATE_TIME),
                                               values_known(values, "event") ? values_text(values, "event") : "",
                                               values_known(values, "colour") ? values_text(values, "colour") : "");
  char *key = warning_key(sender != NULL ? sender : name != NULL ? name : "?", made);
  values_set_text(values, "key", key);
  values_set_text(values, "state", "received");
  free(made);
  free(key);
}

static int check(struct desk *desk, const struct record *before, const struct values *values, struct err *err)
{
  (void)desk;
  if (before == NULL && values_known(values, "expires") && values_number(values, "expires", 0) <= values_number(values, "sent", 0))
    return err_usage(err, _("expires: it lies before the time of issue"));
  return 0;
}

const struct duty warning_duty = {
  .kind = &warning_kind, .room = ROOM_WARNINGS, .defaults = defaults, .derive = derive, .check = check, .lane = warning_lane
};

/* --- in force ------------------------------------------------------------------------------------------------------------------------ */

const char *warning_state(const struct record *warning, int64_t at)
{
  const char *state = transition_state(warning, "received");
  int64_t expires = record_number(warning, "expires", 0);
  bool open = strcmp(state, "received") == 0 || strcmp(state, "in_force") == 0;
  return open && expires != 0 && expires <= at ? "expired" : state;
}

int warnings_in_force(struct desk *desk, bool (*row)(void *context, const struct record *warning), void *context, struct err *err)
{
  record_id *ids = NULL;
  int count = 0, status;
  struct query *query = query_open(
    desk->store,
    "SELECT id FROM k_warning WHERE " WARNING_IN_FORCE(
      "?1") " ORDER BY CASE colour WHEN 'red' THEN 1 WHEN 'orange' THEN 2 WHEN 'yellow' THEN 3 WHEN 'blue' THEN 4 ELSE 5 END, sent DESC");
  query_bind_number(query, 1, clock_now());
  while ((status = query_next(query, err)) == 1) {
    ids = mem_grow(ids, (size_t)count + 1, sizeof *ids);
    ids[count++] = query_number(query, 0);
  }
  query_close(query);
  for (int i = 0; i < count && status == 0; i++) {
    struct record record = { 0 };
    status = record_read(desk->store, &warning_kind, ids[i], &record, err);
    bool more = status == 1 && row(context, &record);
    if (status == 1) status = 0;
    record_free(&record);
    if (!more) break;
  }
  free(ids);
  return status < 0 ? -1 : 0;
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

static const struct move ack_move = { &warning_kind, moves, "warning.ack", NULL, NULL };
static const struct move lifted_move = { &warning_kind, moves, "warning.ack_lifted", NULL, NULL };
static const struct move close_move = { &warning_kind, moves, "warning.close", NULL, NULL };
MOVE_FUNCTIONS(close)

static bool ack_possible(struct desk *desk, const struct record *record)
{
  (void)desk;
  return move_possible(&ack_move, record);
}

/* What calls the danger off is never itself in force: once read, it is closed. */
static int ack_run(struct desk *desk, record_id id, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  bool lifts = query_single(desk->store, "SELECT lifts FROM k_warning WHERE id = ?1", id, 0) != 0;

  if (move_run(desk, lifts ? &lifted_move : &ack_move, id, arguments, outcome, err) < 0) return -1;
  outcome_say(outcome, lifts ? _("Pass the all-clear on (warning relay).")
                             : _("Pass it on (warning relay), and call those who must answer (warning call)."));
  return 0;
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

static const struct field relay_arguments[] = {
  { .name = "audience", .type = FIELD_TEXT, .label = N_("Audience"), .flags = FIELD_REQUIRED, .most = 80 },
  { .name = "channels", .type = FIELD_CHOICES, .label = N_("Channels"), .choices = warning_channels },
  { .name = "due", .type = FIELD_TIME, .label = N_("Due") },
  { .name = "expected", .type = FIELD_INTEGER, .label = N_("How many to reach"), .most = 1000000 },
  { 0 },
};

static int relay_run(struct desk *desk, record_id subject, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  return add_answer(desk, &relay_duty, subject, arguments, outcome, err);
}

static const struct field call_arguments[] = {
  { .name = "callee", .type = FIELD_TEXT, .label = N_("Who is called"), .flags = FIELD_REQUIRED, .most = 60 },
  { .name = "role", .type = FIELD_TEXT, .label = N_("Role"), .most = 60 },
  { .name = "phone", .type = FIELD_PHONE, .label = N_("Phone") },
  { .name = "due", .type = FIELD_TIME, .label = N_("Due") },
  { 0 },
};

static int call_run(struct desk *desk, record_id subject, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  return add_answer(desk, &call_duty, subject, arguments, outcome, err);
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
    .possible = ack_possible,
    .run = ack_run },
  { .name = "warning.relay",
    .label = N_("Relay"),
    .key = "r",
    .command = "warning relay",
    .subject = "warning",
    .arguments = relay_arguments,
    .help = N_("The warning is to be passed on to an audience, until nobody is unreached."),
    .possible = is_open,
    .run = relay_run },
  { .name = "warning.call",
    .label = N_("Call"),
    .key = "c",
    .command = "warning call",
    .subject = "warning",
    .arguments = call_arguments,
    .help = N_("Somebody has to be called and has to answer."),
    .possible = is_open,
    .run = call_run },
  { .name = "warning.task",
    .label = N_("Task"),
    .key = "t",
    .command = "warning task",
    .subject = "warning",
    .arguments = task_arguments,
    .help = N_("Something has to be done because of the warning."),
    .possible = is_open,
    .run = task_run },
  { .name = "warning.close",
    .label = N_("Close"),
    .key = "x",
    .command = "warning close",
    .subject = "warning",
    .arguments = why_arguments,
    .help = N_("Nothing more is to be done about it; while it is in force this needs a reason."),
    .possible = close_possible,
    .run = close_run },
  { 0 },
};
