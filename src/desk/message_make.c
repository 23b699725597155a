/* Making the short text of a report, a warning or the roll-call, to be sent by whatever still works. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/duties.h"
#include "desk/lookup.h"
#include "desk/message_parts.h"
#include "desk/sitrep.h"
#include "store/act.h"
#include "store/query.h"

/* Global Beidou cards carry about 40 characters, an SMS 70, regional Beidou cards up to about 1000 (K, domain.md). */
static const struct choice lengths[] = {
  { "40", N_("40 characters") }, { "70", N_("70 characters") }, { "1000", N_("1000 characters") }, { NULL, NULL }
};

static void set_time(struct short_message *message, int64_t at)
{
  struct tm parts;
  clock_parts(at, &parts);
  message->day = parts.tm_mday;
  message->hour = parts.tm_hour;
  message->minute = parts.tm_min;
}

/* "26B007": year, this node's letter, and one more than the greatest so far. */
static char *next_sequence(struct desk *desk)
{
  struct tm parts;
  clock_parts(clock_now(), &parts);
  char *own = lookup_unit(desk, store_area(desk->store)), *head = mem_printf("%02d%c", parts.tm_year % 100, store_letter(desk->store));
  struct query *query = query_open(
    desk->store, "SELECT max(CAST(substr(sequence, 4) AS INTEGER)) FROM k_message WHERE place = ?1 AND substr(sequence, 1, 3) = ?2");
  query_bind_text(query, 1, own);
  query_bind_text(query, 2, head);
  int64_t last = query_next(query, NULL) == 1 ? query_number(query, 0) : 0;
  query_close(query);
  char *sequence = mem_printf("%s%03d", head, (int)last + 1);
  free(own);
  free(head);
  return sequence;
}

static void message_start(struct desk *desk, enum short_sort sort, int64_t at, const char *subject, struct short_message *message)
{
  *message = (struct short_message){
    .sort = sort, .place = lookup_unit(desk, store_area(desk->store)), .sequence = next_sequence(desk), .subject = mem_dup(subject)
  };
  set_time(message, at);
}

static void add_figure(struct short_message *message, const char *name, const struct record *record, const char *field)
{
  int64_t number = record_number(record, field, -1);
  if (number >= 0) short_message_add(message, name, number, NULL);
}

static int from_sitrep(struct desk *desk, const struct record *report, struct short_message *message, struct err *err)
{
  static const char *const same[] = { "dead", "missing", "injured", "trapped", "affected", "collapsed_rooms", "severe_rooms", NULL };
  struct record incident = { 0 };
  if (lookup_record(desk, &incident_kind, record_number(report, "incident", 0), &incident, err) != 0) return -1;
  message_start(desk, SHORT_SITREP, record_number(report, "as_of", 0), record_title(&incident), message);
  for (int index = 0; same[index]; index++) add_figure(message, same[index], report, same[index]);
  add_figure(message, "moved", report, record_number(report, "moved_total", -1) >= 0 ? "moved_total" : "evaded");
  short_message_add(message, "needs", 0, record_text(report, "needs"));
  short_message_add(message, "course", 0, record_text(report, "course"));
  record_free(&incident);
  return 0;
}

static const char *colour_word(const char *colour)
{
  static const char *const words[][2] = { { "red", "红" }, { "orange", "橙" }, { "yellow", "黄" }, { "blue", "蓝" } };
  for (size_t index = 0; index < sizeof(words) / sizeof(*words); index++)
    if (colour && strcmp(colour, words[index][0]) == 0) return words[index][1];
  return NULL;
}

static int from_warning(struct desk *desk, const struct record *warning, struct short_message *message, struct err *err)
{
  char until[16] = "";
  struct tm parts;
  (void)err;
  message_start(desk, SHORT_WARNING, record_number(warning, "sent", 0), i18n_text(record_text(warning, "event")), message);
  if (record_number(warning, "expires", 0) > 0) {
    clock_parts(record_number(warning, "expires", 0), &parts);
    snprintf(until, sizeof(until), "%02d%02d%02d", parts.tm_mday, parts.tm_hour, parts.tm_min);
  }
  short_message_add(message, "colour", 0, colour_word(record_text(warning, "colour")));
  short_message_add(message, "issuer", 0, record_text(warning, "sender_name"));
  short_message_add(message, "expires", 0, until);
  short_message_add(message, "instruction", 0, record_text(warning, "instruction"));
  return 0;
}

/* Counted from the roll-call, never typed. */
static int from_transfers(struct desk *desk, struct short_message *message, struct err *err)
{
  static const struct {
    const char *name, *condition;
  } counts[] = {
    { "planned", "1" },
    { "unaccounted", "state IN ('unnotified', 'notified')" },
    { "settled", "state = 'settled'" },
    { "moving", "state = 'moving'" },
    { "refused", "state = 'refused'" },
    { "returned", "state = 'returned'" },
  };
  if (query_single(desk->store, "SELECT count(*) FROM k_transfer WHERE voided IS NULL", 0, 0) == 0)
    return err_set(err, _("nobody is on the transfer roll-call: there is nothing to tell"));
  message_start(desk, SHORT_TRANSFER, clock_now(), "转移清点", message);
  for (size_t index = 0; index < sizeof(counts) / sizeof(*counts); index++) {
    char *sql = mem_printf("SELECT sum(ifnull(people, 1)) FROM k_transfer WHERE voided IS NULL AND %s", counts[index].condition);
    char *number = lookup_text(desk, sql, 0);
    short_message_add(message, counts[index].name, number ? strtoll(number, NULL, 10) : 0, NULL);
    free(number);
    free(sql);
  }
  return 0;
}

/* clang-format off */
static const struct field make_arguments[] = {
  { .name = "length", .type = FIELD_CHOICE, .label = N_("Room"), .flags = FIELD_REQUIRED, .choices = lengths,
    .help = N_("What the channel carries: 40 for a global Beidou card, 70 for an SMS, 1000 for a regional Beidou card") },
  { .name = "sent_to", .type = FIELD_TEXT, .label = N_("Sent to"), .flags = FIELD_REQUIRED, .most = 60 },
  { .name = "channel", .type = FIELD_CHOICE, .label = N_("Channel"), .flags = FIELD_REQUIRED, .choices = sitrep_channels },
  { 0 },
};
/* clang-format on */

/* The nearest unit above us; NULL: none is entered. */
static char *superior_name(struct desk *desk)
{
  int64_t own = store_area(desk->store);
  char *name = NULL;
  struct query *query = query_open(
    desk->store, "SELECT name, CAST(area AS INTEGER) FROM k_unit WHERE voided IS NULL AND level <> 'village' ORDER BY area DESC");
  while (!name && query_next(query, NULL) == 1)
    if (query_number(query, 1) != own && area_contains(query_number(query, 1), own)) name = mem_dup(query_text(query, 0));
  query_close(query);
  return name;
}

static int make_prepare(struct desk *desk, record_id subject, struct values *arguments, struct err *err)
{
  (void)subject, (void)err;
  char *superior = superior_name(desk);
  values_set_text(arguments, "length", "70");
  values_set_text(arguments, "channel", "sms");
  values_set_text(arguments, "sent_to", superior);
  free(superior);
  return 0;
}

static int keep_made(struct desk *desk, const struct short_message *message, const char *text, const char *about,
                     const struct values *arguments, struct outcome *outcome, struct err *err)
{
  struct values values = { 0 };
  bool existing;
  if (message_values(message, text, clock_now(), &values, err) != 0) return -1;
  struct act *act = act_begin(desk->store, "message.make", desk->officer, err);
  char *officer = lookup_name(desk, desk->officer);
  if (act) {
    struct change *change = message_change(act, 0, &values, &existing);
    change_set_text(change, "about", about);
    change_set_text(change, "sent_to", values_text(arguments, "sent_to"));
    change_set_text(change, "channel", values_text(arguments, "channel"));
    change_set_number(change, "sent_at", act_at(act));
    change_set_text(change, "sent_by", officer);
    *outcome = (struct outcome){ .kind = &message_kind, .record = change_record(change) };
  }
  free(officer);
  values_free(&values);
  return act ? act_commit(act, err) : -1;
}

/* Writes it, reads it again as the other end will, and keeps it. */
static int make(struct desk *desk, const struct short_message *message, const char *about, const struct values *arguments,
                struct outcome *outcome, struct err *err)
{
  struct buf text = BUF_INIT;
  struct short_message read = { 0 };
  int missing = short_message_write(message, atoi(values_text(arguments, "length")), &text, err);
  int status = missing < 0 ? -1 : short_message_read(buf_text(&text), &read, err);
  if (status == 0) status = keep_made(desk, &read, buf_text(&text), about, arguments, outcome, err);
  if (status == 0) {
    outcome_say(outcome, "%s", buf_text(&text));
    if (missing > 0) outcome_say(outcome, _("Not all of it found room. Left out or shortened: %d"), missing);
    outcome_say(outcome, _("Send it as it stands, let the other side read back the last five digits, then note that (message confirm)."));
  }
  short_message_free(&read);
  buf_free(&text);
  return status;
}

static int run_made_from(struct desk *desk, const struct kind *kind, record_id subject, const struct values *arguments,
                         int (*from)(struct desk *desk, const struct record *record, struct short_message *message, struct err *err),
                         struct outcome *outcome, struct err *err)
{
  struct record record = { 0 };
  struct short_message message = { 0 };
  int status = lookup_record(desk, kind, subject, &record, err);
  if (status == 0) status = from(desk, &record, &message, err);
  if (status == 0) {
    int number = values_index(&record.values, "no");
    const char *about = record.values.list[number].text;
    status = make(desk, &message, about ? about : record_title(&record), arguments, outcome, err);
  }
  short_message_free(&message);
  record_free(&record);
  return status;
}

static int run_sitrep(struct desk *desk, record_id subject, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  return run_made_from(desk, &sitrep_kind, subject, arguments, from_sitrep, outcome, err);
}

static int run_warning(struct desk *desk, record_id subject, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  return run_made_from(desk, &warning_kind, subject, arguments, from_warning, outcome, err);
}

static int run_transfer(struct desk *desk, record_id subject, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  (void)subject;
  struct short_message message = { 0 };
  int status = from_transfers(desk, &message, err);
  if (status == 0) status = make(desk, &message, NULL, arguments, outcome, err);
  short_message_free(&message);
  return status;
}

const struct action message_make_actions[] = {
  { .name = "message.sitrep",
    .label = N_("Send as a short message"),
    .key = "m",
    .command = "message sitrep",
    .subject = "sitrep",
    .arguments = make_arguments,
    .help = N_("Makes the text of this report for 40, 70 or 1000 characters, with a check that notices a slip."),
    .prepare = make_prepare,
    .run = run_sitrep },
  { .name = "message.warning",
    .label = N_("Pass on as a short message"),
    .key = "m",
    .command = "message warning",
    .subject = "warning",
    .arguments = make_arguments,
    .help = N_("Makes the text of this warning for 40, 70 or 1000 characters, with a check that notices a slip."),
    .prepare = make_prepare,
    .run = run_warning },
  { .name = "message.transfer",
    .label = N_("Roll-call as a short message"),
    .command = "message transfer",
    .arguments = make_arguments,
    .help = N_("Makes the text of the transfer roll-call, counted from its list, for 40, 70 or 1000 characters."),
    .prepare = make_prepare,
    .run = run_transfer },
  { 0 },
};
