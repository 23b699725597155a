/* The kind alarm (answers), and which alarms are open: the overview's lines that are due and unanswered. */
#include "desk/alarm.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/duties.h"
#include "desk/lookup.h"
#include "store/query.h"

static const struct choice colours[] = {
  { "red", N_("Red") },   { "orange", N_("Orange") },     { "yellow", N_("Yellow") },
  { "blue", N_("Blue") }, { "unknown", N_("No colour") }, { NULL, NULL },
};

static const struct field fields[] = {
  { .name = "key",
    .type = FIELD_TEXT,
    .label = N_("Key"),
    .flags = FIELD_KEY | FIELD_AUTOMATIC | FIELD_INDEXED,
    .help = N_("The same at every node of the area: sort, record and instant") },
  { .name = "node",
    .type = FIELD_TEXT,
    .label = N_("Answered on"),
    .flags = FIELD_KEY | FIELD_AUTOMATIC,
    .help = N_("The number of the machine: two that answer without knowing of each other make two answers, not a conflict") },
  { .name = "answered_at", .type = FIELD_TIME, .label = N_("Answered at"), .flags = FIELD_AUTOMATIC, .group = 1, .columns = 11 },
  { .name = "what", .type = FIELD_TEXT, .label = N_("What rang"), .flags = FIELD_AUTOMATIC, .columns = 36 },
  { .name = "answered_by",
    .type = FIELD_REFERENCE,
    .label = N_("Answered by"),
    .flags = FIELD_AUTOMATIC,
    .reference = "officer",
    .group = 1,
    .columns = 10 },
  { .name = "since", .type = FIELD_TIME, .label = N_("Since"), .flags = FIELD_AUTOMATIC, .columns = 11 },
  { .name = "colour", .type = FIELD_CHOICE, .label = N_("Colour"), .flags = FIELD_AUTOMATIC, .choices = colours, .columns = 6 },
  { .name = "note", .type = FIELD_NOTE, .label = N_("Remarks"), .flags = FIELD_AUTOMATIC, .group = 1 },
  { 0 },
};

const struct kind alarm_kind = {
  .name = "alarm",
  .label = N_("Answered alarm"),
  .fields = fields,
  .lanes = LANE_BIT(LANE_HERE),
  .title = "what",
  .order = "answered_at",
  .newest_first = true,
  .is_keyed = true,
};

const struct duty alarm_duty = { .kind = &alarm_kind, .room = ROOM_LOG, .read_only = true };

const char *alarm_colour_label(enum alert_colour colour)
{
  return colour > ALERT_UNKNOWN ? lookup_choice(&alarm_kind, "colour", alert_colour_name(colour)) : "";
}

/* --- one alarm --------------------------------------------------------------------------------------------------------------------- */

/* What an alarm of this sort is worth with no warning behind it. Our choice: who asks whether the desk is manned must be answered; a post
 * that nobody holds endangers everything else; a household of which nobody knows where it is may be under the mud. */
static const enum alert_colour worth[] = {
  [DUE_LATE] = ALERT_YELLOW,      [DUE_GAP] = ALERT_YELLOW, [DUE_HANDOVER] = ALERT_BLUE, [DUE_REPORT] = ALERT_YELLOW,
  [DUE_DUTYCHECK] = ALERT_ORANGE, [DUE_ORDER] = ALERT_BLUE, [DUE_CALL] = ALERT_YELLOW,   [DUE_RELAY] = ALERT_YELLOW,
  [DUE_WARNING] = ALERT_YELLOW,   [DUE_WATCH] = ALERT_RED,  [DUE_TEST] = ALERT_NONE,     [DUE_TRANSFER] = ALERT_ORANGE,
  [DUE_CONFLICT] = ALERT_BLUE,
};

static bool never_rings(const struct overview_line *line)
{
  return line->sort == DUE_SETUP;
}

/* When it began to ring, 0: not yet. A line that rings before it is due rings again when it is. */
static int64_t ringing_since(const struct overview_line *line, int64_t at)
{
  bool twice = line->rings == 0 || line->rings < line->due;

  if (line->due == 0) return 0;
  if (twice && line->due <= at) return line->due;
  return line->rings != 0 && line->rings <= at ? line->rings : 0;
}

static void expect(struct alarms *alarms, int64_t instant)
{
  if (instant > alarms->at && (alarms->next == 0 || instant < alarms->next)) alarms->next = instant;
}

static void expect_line(struct alarms *alarms, const struct overview_line *line)
{
  if (line->due == 0) return;
  expect(alarms, line->rings);
  if (line->rings == 0 || line->rings < line->due) expect(alarms, line->due);
}

static int64_t week_start(int64_t at)
{
  struct tm parts;

  clock_parts(at, &parts);
  return clock_day_start(at, -(parts.tm_wday + 6) % 7);
}

/* The instant that names the alarm. Where it would move with every look it is coarser: several records in one line ring once a week, a gap
 * that goes on once a day, a roll-call of households once an hour. */
static int64_t naming_instant(const struct overview_line *line, int64_t since, int64_t at)
{
  if (line->sort == DUE_TRANSFER) return since - since % CLOCK_HOUR;
  if (line->record == 0 && line->kind != NULL) return week_start(at);
  return line->sort == DUE_GAP && line->due == at ? clock_day_start(at, 0) : since;
}

static void make_key(struct desk *desk, const struct overview_line *line, int64_t instant, char key[32])
{
  struct buf named = BUF_INIT;
  struct crypto_hash hash;
  unsigned char digest[CRYPTO_NAME];
  char hex[13];

  if (line->about != 0 || line->record != 0)
    record_name(desk->store, line->about != 0 ? line->about : line->record, &named);
  else
    buf_adds(&named, line->kind != NULL ? line->kind->name : "");
  buf_addf(&named, " %s %d %lld", line->about == 0 && line->action != NULL ? line->action : "", line->part, (long long)instant);
  crypto_hash_start(&hash, "dutydesk alarm", sizeof digest);
  crypto_hash_add(&hash, named.data, named.length);
  crypto_hash_end(&hash, digest, sizeof digest);
  crypto_hex(digest, 6, hex);
  snprintf(key, 32, "%s-%s", overview_sort_name(line->sort), hex);
  buf_free(&named);
}

/* Of the warning itself, or of the one that the record answers. An order from above wakes; a document may wait for the morning. */
static enum alert_colour colour_of(struct desk *desk, const struct overview_line *line)
{
  static const struct {
    const struct kind *kind;
    const char *sql;
  } questions[] = {
    { &warning_kind, "SELECT colour FROM k_warning WHERE id = ?1" },
    { &call_kind, "SELECT w.colour FROM k_call a JOIN k_warning w ON w.key = a.warning WHERE a.id = ?1" },
    { &relay_kind, "SELECT w.colour FROM k_relay a JOIN k_warning w ON w.key = a.warning WHERE a.id = ?1" },
    { &order_kind, "SELECT CASE sort WHEN 'check' THEN 'orange' WHEN 'instruction' THEN 'yellow' END FROM k_order WHERE id = ?1" },
    { &task_kind, "SELECT w.colour FROM k_task a JOIN k_warning w ON w.key = a.warning WHERE a.id = ?1" },
  };
  enum alert_colour colour = line->sort < sizeof worth / sizeof *worth ? worth[line->sort] : ALERT_NONE;

  for (size_t i = 0; i < sizeof questions / sizeof *questions; i++) {
    if (questions[i].kind != line->kind) continue;
    char *name = lookup_text(desk, questions[i].sql, line->record);
    if (name != NULL && alert_colour_of(name) > ALERT_UNKNOWN) colour = alert_colour_of(name);
    free(name);
  }
  return colour;
}

/* --- all that are open ------------------------------------------------------------------------------------------------------------- */

static bool is_answered(struct desk *desk, const char *key)
{
  struct query *query = query_open(desk->store, "SELECT 1 FROM k_alarm WHERE key = ?1 AND answered_at IS NOT NULL AND voided IS NULL");

  query_bind_text(query, 1, key);
  bool answered = query_next(query, NULL) == 1;
  query_close(query);
  return answered;
}

static void add_line(struct desk *desk, struct alarms *alarms, const struct overview_line *line)
{
  int64_t since = never_rings(line) ? 0 : ringing_since(line, alarms->at);
  struct alarm alarm = { .sort = line->sort, .since = since, .due = line->due, .kind = line->kind, .record = line->record };

  if (!never_rings(line)) expect_line(alarms, line);
  if (since == 0) return;
  make_key(desk, line, naming_instant(line, since, alarms->at), alarm.key);
  if (is_answered(desk, alarm.key)) return;
  alarm.colour = colour_of(desk, line);
  alarm.action = line->action;
  alarm.text = mem_dup(line->text);
  alarm.who = mem_dup(line->who);
  alarm.rang = alarm_rung_last(desk, alarm.key);
  alarms->rung += alarm.rang != 0;
  alarms->list = mem_grow(alarms->list, (size_t)alarms->count + 1, sizeof *alarms->list);
  alarms->list[alarms->count++] = alarm;
}

static int by_urgency(const void *one, const void *other)
{
  const struct alarm *a = one, *b = other;

  if (a->colour != b->colour) return (int)b->colour - (int)a->colour;
  if (a->since != b->since) return a->since < b->since ? -1 : 1;
  return strcmp(a->key, b->key);
}

int alarm_from(struct desk *desk, const struct overview *overview, struct alarms *alarms, struct err *err)
{
  (void)err;
  *alarms = (struct alarms){ .at = overview->at, .next = overview->next };
  for (int i = 0; i < overview->count; i++) add_line(desk, alarms, &overview->lines[i]);
  if (alarms->count > 0) qsort(alarms->list, (size_t)alarms->count, sizeof *alarms->list, by_urgency);
  return 0;
}

int alarm_read(struct desk *desk, int64_t at, struct alarms *alarms, struct err *err)
{
  struct overview overview;
  int status = overview_read_at(desk, at, &overview, err);

  *alarms = (struct alarms){ .at = at };
  if (status == 0) status = alarm_from(desk, &overview, alarms, err);
  overview_free(&overview);
  return status;
}

void alarms_free(struct alarms *alarms)
{
  for (int i = 0; i < alarms->count; i++) {
    free(alarms->list[i].text);
    free(alarms->list[i].who);
  }
  free(alarms->list);
  *alarms = (struct alarms){ 0 };
}
