/* Keying in a short message where it arrives, and noting that the other end has read one back. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/duties.h"
#include "desk/lookup.h"
#include "desk/message_parts.h"
#include "store/act.h"
#include "store/query.h"

static const struct field read_arguments[] = {
  { .name = "text", .type = FIELD_NOTE, .label = N_("Message as received"), .flags = FIELD_REQUIRED },
  { .name = "area",
    .type = FIELD_AREA,
    .label = N_("Sender's area code"),
    .help = N_("Only if no unit here bears the name in the message") },
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
    if (query_next(query, NULL) == 1) area = query_number(query, 0);
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
  if (status >= 0) status = message_values(message, buf_text(&text), clock_now(), &values, err);
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
    outcome_say(outcome, existing ? _("This message was here already.") : _("Kept: %s %s. Answer with its last five digits."),
                message->place, message->sequence);
  if (status == 0 && message->sort == SHORT_WARNING) { /* what it says of issuer, kind and expiry is too short to ring by itself */
    outcome_say(outcome, _("It is not in force here yet: take it down as a warning, so that it rings and is passed on."));
    outcome->attention = true;
  }
  free(officer);
  values_free(&values);
  buf_free(&text);
  return status;
}

static int run_read(struct desk *desk, record_id subject, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  (void)subject;
  struct short_message message;
  if (short_message_read(values_text(arguments, "text"), &message, err) != 0) return -1;
  int64_t area = sender_area(desk, message.place, arguments, err);
  int status = area < 0 ? -1 : keep_received(desk, &message, area, outcome, err);
  short_message_free(&message);
  return status;
}

/* --- the other side has read it back -------------------------------------------------------------------------------------------------- */

static const struct field confirm_arguments[] = {
  { .name = "check",
    .type = FIELD_TEXT,
    .label = N_("The five digits that were read back"),
    .flags = FIELD_REQUIRED,
    .least = 5,
    .most = 5 },
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
  if (lookup_record(desk, &message_kind, subject, &message, err) != 0) return -1;
  const char *text = record_text(&message, "text"), *check = values_text(arguments, "check");
  bool same = text && strlen(text) > 5 && strcmp(text + strlen(text) - 5, check) == 0;
  record_free(&message);
  if (!same) return err_usage(err, _("check: these are not the digits of this message: it did not arrive as it was sent; send it again"));
  struct act *act = act_begin(desk->store, "message.confirm", desk->officer, err);
  if (!act) return -1;
  struct change *change = act_edit(act, &message_kind, subject);
  change_set_number(change, "confirmed_at", act_at(act));
  change_set_text(change, "confirmed_by", values_text(arguments, "confirmed_by"));
  *outcome = (struct outcome){ .kind = &message_kind, .record = subject };
  return act_commit(act, err);
}

const struct action message_read_actions[] = {
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
