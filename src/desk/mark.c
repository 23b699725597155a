/* Monitoring marks at hazard points, with the thresholds of each, and the readings taken there. A reading's value is never overwritten:
 * a wrong one is struck and a new one made. */
#include "desk/mark.h"

#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "desk/duties.h"
#include "desk/figures.h"
#include "store/query.h"

/* clang-format off */
static const struct choice quantities[] = {
  { "crack", N_("Crack width (mm)") },
  { "displacement", N_("Displacement (mm)") },
  { "settlement", N_("Settlement (mm)") },
  { "water", N_("Water level (m)") },
  { "rain", N_("Rainfall (mm)") },
  { NULL, NULL },
};

static const struct choice states[] = {
  { "normal", N_("Normal") },
  { "warn", N_("Over the warning mark") },
  { "alarm", N_("Over the alarm mark") },
  { NULL, NULL },
};

#define READING_MOST 100000000

static const struct field mark_fields[] = {
  { .name = "name", .type = FIELD_TEXT, .label = N_("Name"), .flags = FIELD_REQUIRED, .most = 60, .columns = 14 },
  { .name = "point", .type = FIELD_REFERENCE, .label = N_("Hazard point"), .flags = FIELD_REQUIRED | FIELD_ONCE | FIELD_INDEXED,
    .reference = "point", .columns = 16 },
  { .name = "quantity", .type = FIELD_CHOICE, .label = N_("What is measured"), .flags = FIELD_REQUIRED | FIELD_ONCE, .choices = quantities,
    .columns = 14 },
  { .name = "position", .type = FIELD_TEXT, .label = N_("Position"), .most = 120 },
  { .name = "warn", .type = FIELD_DECIMAL, .label = N_("Warning mark"), .least = -READING_MOST, .most = READING_MOST, .places = 2,
    .columns = 9 },
  { .name = "alarm", .type = FIELD_DECIMAL, .label = N_("Alarm mark"), .least = -READING_MOST, .most = READING_MOST, .places = 2,
    .columns = 9 },
  { .name = "rate", .type = FIELD_DECIMAL, .label = N_("Alarm rate a day"), .most = READING_MOST, .places = 2,
    .help = N_("A change a day from which on it is an alarm whatever the value") },
  { .name = "note", .type = FIELD_NOTE, .label = N_("Remarks") },
  { 0 },
};

const struct kind mark_kind = {
  .name = "mark",
  .label = N_("Monitoring mark"),
  .fields = mark_fields,
  .lanes = LANE_BIT(LANE_UP),
  .title = "name",
  .order = "name",
};
/* clang-format on */

static int mark_check(struct desk *desk, const struct record *before, const struct values *values, struct err *err)
{
  (void)desk, (void)before;
  return figures_part(values, "warn", "alarm", err);
}

/* clang-format off */
const struct duty mark_duty = {
  .kind = &mark_kind,
  .room = ROOM_ROUNDS,
  .check = mark_check,
  .scope = "point",
};

static const struct field reading_fields[] = {
  { .name = "mark", .type = FIELD_REFERENCE, .label = N_("Monitoring mark"), .flags = FIELD_REQUIRED | FIELD_ONCE | FIELD_INDEXED,
    .reference = "mark", .columns = 18 },
  { .name = "at", .type = FIELD_TIME, .label = N_("Time"), .flags = FIELD_REQUIRED | FIELD_ONCE | FIGURES_PAST, .columns = 11 },
  { .name = "value", .type = FIELD_DECIMAL, .label = N_("Value"), .flags = FIELD_REQUIRED | FIELD_ONCE, .least = -READING_MOST,
    .most = READING_MOST,
    .places = 2, .columns = 10 },
  { .name = "state", .type = FIELD_CHOICE, .label = N_("State"), .flags = FIELD_AUTOMATIC, .choices = states, .columns = 10 },
  { .name = "reader", .type = FIELD_TEXT, .label = N_("Read by"), .most = 40, .columns = 10 },
  { .name = "visit", .type = FIELD_REFERENCE, .label = N_("Visit"), .flags = FIELD_ONCE, .reference = "visit" },
  { .name = "note", .type = FIELD_NOTE, .label = N_("Remarks") },
  { 0 },
};

const struct kind reading_kind = {
  .name = "reading",
  .label = N_("Reading"),
  .letter = "G",
  .fields = reading_fields,
  .lanes = LANE_BIT(LANE_UP),
  .order = "at",
  .newest_first = true,
};
/* clang-format on */

static void reading_defaults(struct desk *desk, struct values *values)
{
  (void)desk;
  values_set_number(values, "at", clock_now());
}

/* The latest reading before `at` that stands. 1, 0: none, -1. */
static int previous(struct desk *desk, record_id mark, int64_t at, record_id except, int64_t *then, int64_t *value, struct err *err)
{
  struct query *query = query_open(
    desk->store, "SELECT at, value FROM k_reading WHERE mark = ?1 AND at < ?2 AND id <> ?3 AND voided IS NULL ORDER BY at DESC LIMIT 1");
  query_bind_number(query, 1, mark);
  query_bind_number(query, 2, at);
  query_bind_number(query, 3, except);
  int row = query_next(query, err);
  if (row == 1) {
    *then = query_number(query, 0);
    *value = query_number(query, 1);
  }
  query_close(query);
  return row;
}

bool mark_rate(struct desk *desk, record_id mark, int64_t at, int64_t value, record_id except, int64_t *rate)
{
  int64_t then, was;
  if (previous(desk, mark, at, except, &then, &was, NULL) != 1) return false;
  *rate = (int64_t)((double)(value - was) * (double)CLOCK_DAY / (double)(at - then));
  return true;
}

static const char *judge(struct desk *desk, const struct record *mark, const struct values *values, record_id except)
{
  int64_t value = values_number(values, "value", 0), rate;
  bool fast =
    mark_rate(desk, mark->id, values_number(values, "at", 0), value, except, &rate) && rate >= record_number(mark, "rate", INT64_MAX);
  if (fast || value >= record_number(mark, "alarm", INT64_MAX)) return "alarm";
  return value >= record_number(mark, "warn", INT64_MAX) ? "warn" : "normal";
}

static void reading_derive(struct desk *desk, const struct record *before, struct values *values)
{
  struct record mark = { 0 };
  if (record_read(desk->store, &mark_kind, values_number(values, "mark", 0), &mark, NULL) == 1)
    values_set_text(values, "state", judge(desk, &mark, values, before ? before->id : 0));
  record_free(&mark);
}

static int reading_check(struct desk *desk, const struct record *before, const struct values *values, struct err *err)
{
  (void)desk, (void)before;
  return figures_past(values, "at", err);
}

const struct duty reading_duty = {
  .kind = &reading_kind,
  .room = ROOM_ROUNDS,
  .defaults = reading_defaults,
  .derive = reading_derive,
  .check = reading_check,
  .scope = "mark",
};
