#include "desk/message.h"

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
#include "desk/figures.h"
#include "desk/lookup.h"
#include "desk/sitrep.h"
#include "formats/short_message.h"
#include "store/act.h"
#include "store/query.h"

static const struct choice sorts[SHORT_SORTS + 1] = {
  [SHORT_SITREP] = { "sitrep", N_("Disaster report") },
  [SHORT_WARNING] = { "warning", N_("Warning") },
  [SHORT_TRANSFER] = { "transfer", N_("Transfer roll-call") },
};

/* Global Beidou cards carry about 40 characters, an SMS 70, regional Beidou cards up to about 1000 (K, domain.md). */
static const struct choice lengths[] = { { "40", N_("40 characters") }, { "70", N_("70 characters") }, { "1000", N_("1000 characters") }, { NULL, NULL } };

/* clang-format off */
#define PEOPLE(field_name, text) \
  { .name = field_name, .type = FIELD_INTEGER, .label = text, .flags = FIELD_AUTOMATIC, .unit = N_("people"), .most = 100000000 }
#define SAID(field_name, text) { .name = field_name, .type = FIELD_NOTE, .label = text, .flags = FIELD_AUTOMATIC }

static const struct field fields[] = {
  { .name = "place", .type = FIELD_TEXT, .label = N_("Sent by"), .flags = FIELD_KEY | FIELD_AUTOMATIC, .columns = 12 },
  { .name = "sequence", .type = FIELD_TEXT, .label = N_("Sequence number"), .flags = FIELD_KEY | FIELD_AUTOMATIC, .columns = 8 },
  { .name = "sort", .type = FIELD_CHOICE, .label = N_("Sort"), .flags = FIELD_AUTOMATIC, .choices = sorts, .columns = 10 },
  { .name = "as_of", .type = FIELD_TIME, .label = N_("As of"), .flags = FIELD_AUTOMATIC, .columns = 11 },
  { .name = "text", .type = FIELD_NOTE, .label = N_("Text as sent"), .flags = FIELD_AUTOMATIC, .columns = 30 },
  { .name = "subject", .type = FIELD_TEXT, .label = N_("What about"), .flags = FIELD_AUTOMATIC },
  PEOPLE("dead", N_("Dead")),
  PEOPLE("missing", N_("Missing")),
  PEOPLE("injured", N_("Injured")),
  PEOPLE("trapped", N_("Trapped")),
  PEOPLE("moved", N_("Moved to safety")),
  PEOPLE("affected", N_("Affected people")),
  { .name = "collapsed_rooms", .type = FIELD_INTEGER, .label = N_("Collapsed houses"), .flags = FIELD_AUTOMATIC, .unit = N_("rooms"), .most = 100000000 },
  { .name = "severe_rooms", .type = FIELD_INTEGER, .label = N_("Severely damaged houses"), .flags = FIELD_AUTOMATIC, .unit = N_("rooms"), .most = 100000000 },
  PEOPLE("planned", N_("To be moved")),
  PEOPLE("unaccounted", N_("Not accounted for")),
  PEOPLE("settled", N_("Settled")),
  PEOPLE("moving", N_("On the way")),
  PEOPLE("refused", N_("Refused")),
  PEOPLE("returned", N_("Returned")),
  SAID("needs", N_("Needs")),
  SAID("course", N_("Course and measures")),
  SAID("colour", N_("Colour")),
  SAID("issuer", N_("Issuer")),
  SAID("expires", N_("Until (day, hour, minute)")),
  SAID("instruction", N_("Instruction")),
  { .name = "about", .type = FIELD_TEXT, .label = N_("Made from"), .flags = FIELD_AUTOMATIC, .group = 1 },
  { .name = "sent_to", .type = FIELD_TEXT, .label = N_("Sent to"), .flags = FIELD_AUTOMATIC, .group = 1 },
  { .name = "channel", .type = FIELD_CHOICE, .label = N_("Channel"), .flags = FIELD_AUTOMATIC, .choices = sitrep_channels, .group = 1 },
  { .name = "sent_at", .type = FIELD_TIME, .label = N_("Sent at"), .flags = FIELD_AUTOMATIC, .group = 1 },
  { .name = "sent_by", .type = FIELD_TEXT, .label = N_("Made by"), .flags = FIELD_AUTOMATIC, .group = 1 },
  { .name = "confirmed_at", .type = FIELD_TIME, .label = N_("Read back at"), .flags = FIELD_AUTOMATIC, .group = 2, .columns = 11 },
  { .name = "confirmed_by", .type = FIELD_TEXT, .label = N_("Read back by"), .flags = FIELD_AUTOMATIC, .group = 2 },
  { .name = "received_at", .type = FIELD_TIME, .label = N_("Keyed in at"), .flags = FIELD_AUTOMATIC, .group = 3, .columns = 11 },
  { .name = "received_by", .type = FIELD_TEXT, .label = N_("Keyed in by"), .flags = FIELD_AUTOMATIC, .group = 3 },
  { 0 },
};

const struct kind message_kind = {
  .name = "message",
  .label = N_("Short message"),
  .fields = fields,
  .lanes = LANE_BIT(LANE_UP_URGENT),
  .title = "text",
  .order = "as_of",
  .newest_first = true,
  .is_keyed = true,
};
/* clang-format on */

const struct duty message_duty = { .kind = &message_kind, .room = ROOM_INCIDENTS, .read_only = true };

/* --- between a message and the values of its record --------------------------------------------------------------------------------------------- */

static void put_items(const struct short_message *message, struct values *values)
{
  for (int index = 0; index < message->count; index++) {
    const struct short_item *item = &message->items[index];
    if (item->text)
      values_set_text(values, item->name, item->text);
    else
      values_set_number(values, item->name, item->number);
  }
}

/* The day of the month that lies nearest before `near`. -1: this month and the last have no such day. */
static int64_t instant_of(const struct short_message *message, int64_t near)
{
  struct tm parts, wanted;
  clock_parts(near + CLOCK_HOUR, &parts); /* their clock may be ahead of ours */
  for (int back = 0; back < 2; back++) {
    wanted = (struct tm){ .tm_year = parts.tm_year, .tm_mon = parts.tm_mon - back, .tm_mday = message->day, .tm_hour = message->hour, .tm_min = message->minute };
    int64_t at = clock_instant(&wanted);
    clock_parts(at, &wanted);
    if (wanted.tm_mday == message->day && at <= near + CLOCK_HOUR)
      return at;
  }
  return -1;
}

static void set_time(struct short_message *message, int64_t at)
{
  struct tm parts;
  clock_parts(at, &parts);
  message->day = parts.tm_mday;
  message->hour = parts.tm_hour;
  message->minute = parts.tm_min;
}

/* The text that both ends keep: what was really sent, and what reading it gives again. */
static int record_values(const struct short_message *message, const char *text, int64_t near, struct values *values, struct err *err)
{
  int64_t at = instant_of(message, near);
  if (at < 0)
    return err_usage(err, _("the message is of day %02d, which this month has not seen yet and the last one did not have: ask for its time"), message->day);
  values_start_kind(values, &message_kind);
  values_set_text(values, "place", message->place);
  values_set_text(values, "sequence", message->sequence);
  values_set_text(values, "sort", sorts[message->sort].name);
  values_set_number(values, "as_of", at);
  values_set_text(values, "subject", message->subject);
  values_set_text(values, "text", text);
  put_items(message, values);
  return 0;
}

/* --- making one ------------------------------------------------------------------------------------------------------------------------------------ */

static char *own_name(struct desk *desk)
{
  char area[13];
  struct query *query = query_open(desk->store, "SELECT name FROM k_unit WHERE area = ?1 AND voided IS NULL LIMIT 1");
  query_bind_text(query, 1, area_text(store_area(desk->store), area));
  char *name = query_next(query, NULL) == 1 ? mem_dup(query_text(query, 0)) : mem_dup(area);
  query_close(query);
  return name;
}

/* "26B007": year, this node's letter, and one more than the greatest so far. */
static char *next_sequence(struct desk *desk)
{
  struct tm parts;
  clock_parts(clock_now(), &parts);
  char *own = own_name(desk), *head = mem_printf("%02d%c", parts.tm_year % 100, store_letter(desk->store));
  struct query *query = query_open(desk->store, "SELECT max(CAST(substr(sequence, 4) AS INTEGER)) FROM k_message WHERE place = ?1 AND substr(sequence, 1, 3) = ?2");
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
  *message = (struct short_message){ .sort = sort, .place = own_name(desk), .sequence = next_sequence(desk), .subject = mem_dup(subject) };
  set_time(message, at);
}

static void add_figure(struct short_message *message, const char *name, const struct record *record, const char *field)
{
  int64_t number = record_number(record, field, -1);
  if (number >= 0)
    short_message_add(message, name, number, NULL);
}

static int from_sitrep(struct desk *desk, const struct record *report, struct short_message *message, struct err *err)
{
  static const char *const same[] = { "dead", "missing", "injured", "trapped", "affected", "collapsed_rooms", "severe_rooms", NULL };
  struct record incident = { 0 };
  if (lookup_record(desk, &incident_kind, record_number(report, "incident", 0), &incident, err) != 0)
    return -1;
  message_start(desk, SHORT_SITREP, record_number(report, "as_of", 0), record_title(&incident), message);
  for (int index = 0; same[index]; index++)
    add_figure(message, same[index], report, same[index]);
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
    if (colour && strcmp(colour, words[index][0]) == 0)
      return words[index][1];
  return NULL;
}

static int from_warning(struct desk *desk, const struct record *warning, struct short_message *message, struct err *err)
{
  char until[16] = "";
  struct tm parts;
  (void)err;
  message_start(desk, SHORT_WARNING, record_number(warning, "sent", 0), record_text(warning, "event"), message);
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
  struct query *query = query_open(desk->store, "SELECT name, CAST(area AS INTEGER) FROM k_unit WHERE voided IS NULL AND level <> 'village' ORDER BY area DESC");
  while (!name && query_next(query, NULL) == 1)
    if (query_number(query, 1) != own && area_contains(query_number(query, 1), own))
      name = mem_dup(query_text(query, 0));
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

static struct change *message_change(struct act *act, int64_t area, const struct values *values, bool *existing)
{
  struct change *change = act_keyed(act, &message_kind, area, LANE_UP_URGENT, values, existing);
  if (!*existing)
    change_set_all(change, values);
  return change;
}

static int keep_made(struct desk *desk, const struct short_message *message, const char *text, const char *about, const struct values *arguments,
                     struct outcome *outcome, struct err *err)
{
  struct values values = { 0 };
  bool existing;
  if (record_values(message, text, clock_now(), &values, err) != 0)
    return -1;
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
static int make(struct desk *desk, const struct short_message *message, const char *about, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  struct buf text = BUF_INIT;
  struct short_message read = { 0 };
  int missing = short_message_write(message, atoi(values_text(arguments, "length")), &text, err);
  int status = missing < 0 ? -1 : short_message_read(buf_text(&text), &read, err);
  if (status == 0)
    status = keep_made(desk, &read, buf_text(&text), about, arguments, outcome, err);
  if (status == 0) {
    outcome_say(outcome, "%s", buf_text(&text));
    if (missing > 0)
      outcome_say(outcome, _("Not all of it found room. Left out or shortened: %d"), missing);
    outcome_say(outcome, _("Send it as it stands, let the other side read back the last five digits, then note that (message confirm)."));
  }
  short_message_free(&read);
  buf_free(&text);
  return status;
}

static int run_made_from(struct desk *desk, const struct kind *kind, record_id subject, const struct values *arguments,
                         int (*from)(struct desk *desk, const struct record *record, struct short_message *message, struct err *err), struct outcome *outcome,
                         struct err *err)
{
  struct record record = { 0 };
  struct short_message message = { 0 };
  int status = lookup_record(desk, kind, subject, &record, err);
  if (status == 0)
    status = from(desk, &record, &message, err);
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
  if (status == 0)
    status = make(desk, &message, NULL, arguments, outcome, err);
  short_message_free(&message);
  return status;
}

/* --- keying one in ------------------------------------------------------------------------------------------------------------------------------------ */

static const struct field read_arguments[] = {
  { .name = "text", .type = FIELD_NOTE, .label = N_("Message as received"), .flags = FIELD_REQUIRED },
  { .name = "area", .type = FIELD_AREA, .label = N_("Sender's area code"), .help = N_("Only if no unit here bears the name in the message") },
  { 0 },
};

/* Whose record it is: the sender's, if it is one of ours or below. */
static int64_t sender_area(struct desk *desk, const char *place, const struct values *arguments, struct err *err)
{
  int64_t own = store_area(desk->store), area = -1;
  if (values_known(arguments, "area"))
    area = area_from_text(values_text(arguments, "area"), err);
  else {
    struct query *query = query_open(desk->store, "SELECT CAST(area AS INTEGER) FROM k_unit WHERE name = ?1 AND voided IS NULL LIMIT 1");
    query_bind_text(query, 1, place);
    if (query_next(query, NULL) == 1)
      area = query_number(query, 0);
    query_close(query);
    if (area < 0)
      return err_usage(err, _("no unit here is called %s: give the sender's area code too (area=…), or enter the unit first"), place);
  }
  return area < 0 ? -1 : area_contains(own, area) ? area : own; /* a superior's: we may write only for ourselves and those below */
}

static int keep_received(struct desk *desk, const struct short_message *message, int64_t area, struct outcome *outcome, struct err *err)
{
  struct values values = { 0 };
  struct buf text = BUF_INIT;
  bool existing = false;
  int status = short_message_write(message, 100000, &text, err);
  if (status >= 0)
    status = record_values(message, buf_text(&text), clock_now(), &values, err);
  struct act *act = status == 0 ? act_begin(desk->store, "message.read", desk->officer, err) : NULL;
  char *officer = lookup_name(desk, desk->officer);
  if (act) {
    struct change *change = message_change(act, area, &values, &existing);
    if (existing && change_text(change, "text") && strcmp(change_text(change, "text"), buf_text(&text)) != 0)
      act_refuse(act, _("%s has sent another message under the number %s: ask which of them counts"), message->place, message->sequence);
    change_set_number(change, "received_at", act_at(act));
    change_set_text(change, "received_by", officer);
    outcome->kind = &message_kind;
    outcome->record = change_record(change);
  }
  status = act ? act_commit(act, err) : -1;
  if (status == 0)
    outcome_say(outcome, existing ? _("This message was here already.") : _("Kept: %s %s. Answer with its last five digits."), message->place, message->sequence);
  free(officer);
  values_free(&values);
  buf_free(&text);
  return status;
}

static int run_read(struct desk *desk, record_id subject, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  (void)subject;
  struct short_message message;
  if (short_message_read(values_text(arguments, "text"), &message, err) != 0)
    return -1;
  int64_t area = sender_area(desk, message.place, arguments, err);
  int status = area < 0 ? -1 : keep_received(desk, &message, area, outcome, err);
  short_message_free(&message);
  return status;
}

/* --- the other side has read it back ---------------------------------------------------------------------------------------------------------------------- */

static const struct field confirm_arguments[] = {
  { .name = "check", .type = FIELD_TEXT, .label = N_("The five digits that were read back"), .flags = FIELD_REQUIRED, .least = 5, .most = 5 },
  { .name = "confirmed_by", .type = FIELD_TEXT, .label = N_("Read back by"), .flags = FIELD_REQUIRED, .most = 60 },
  { 0 },
};

static bool confirm_possible(struct desk *desk, const struct record *record)
{
  (void)desk;
  return record && !record_is_void(record) && record_number(record, "sent_at", 0) && !record_number(record, "confirmed_at", 0);
}

static int run_confirm(struct desk *desk, record_id subject, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  struct record message = { 0 };
  if (lookup_record(desk, &message_kind, subject, &message, err) != 0)
    return -1;
  const char *text = record_text(&message, "text"), *check = values_text(arguments, "check");
  bool same = text && strlen(text) > 5 && strcmp(text + strlen(text) - 5, check) == 0;
  record_free(&message);
  if (!same)
    return err_usage(err, _("check: these are not the digits of this message: it did not arrive as it was sent; send it again"));
  struct act *act = act_begin(desk->store, "message.confirm", desk->officer, err);
  if (!act)
    return -1;
  struct change *change = act_edit(act, &message_kind, subject);
  change_set_number(change, "confirmed_at", act_at(act));
  change_set_text(change, "confirmed_by", values_text(arguments, "confirmed_by"));
  *outcome = (struct outcome){ .kind = &message_kind, .record = subject };
  return act_commit(act, err);
}

const struct action message_actions[] = {
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
  { .name = "message.read",
    .label = N_("Key in a short message"),
    .command = "message read",
    .arguments = read_arguments,
    .help = N_("Reads what came by SMS, satellite or radio; a mistyped character is noticed, the same message twice is one."),
    .run = run_read },
  { .name = "message.confirm",
    .label = N_("Note the read-back"),
    .key = "b",
    .command = "message confirm",
    .subject = "message",
    .arguments = confirm_arguments,
    .help = N_("The other side has read back the last five digits: the message arrived as it was sent."),
    .possible = confirm_possible,
    .run = run_confirm },
  { 0 },
};
