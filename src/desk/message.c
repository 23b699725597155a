/* The record that both ends keep of a short message. */
#include "desk/message_parts.h"

#include <time.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "desk/duties.h"
#include "desk/sitrep.h"
#include "store/act.h"

static const struct choice sorts[SHORT_SORTS + 1] = {
  [SHORT_SITREP] = { "sitrep", N_("Disaster report") },
  [SHORT_WARNING] = { "warning", N_("Warning") },
  [SHORT_TRANSFER] = { "transfer", N_("Transfer roll-call") },
};

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

/* --- between a message and the values of its record ----------------------------------------------------------------------------------- */

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
    wanted = (struct tm){
      .tm_year = parts.tm_year, .tm_mon = parts.tm_mon - back, .tm_mday = message->day, .tm_hour = message->hour, .tm_min = message->minute
    };
    int64_t at = clock_instant(&wanted);
    clock_parts(at, &wanted);
    if (wanted.tm_mday == message->day && at <= near + CLOCK_HOUR) return at;
  }
  return -1;
}

int message_values(const struct short_message *message, const char *text, int64_t near, struct values *values, struct err *err)
{
  int64_t at = instant_of(message, near);
  if (at < 0)
    return err_usage(err,
                     _("the message is of day %02d, which this month has not seen yet and the last one did not have: ask for its time"),
                     message->day);
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

struct change *message_change(struct act *act, int64_t area, const struct values *values, bool *existing)
{
  struct change *change = act_keyed(act, &message_kind, area, LANE_UP_URGENT, values, existing);
  if (!*existing) change_set_all(change, values);
  return change;
}
