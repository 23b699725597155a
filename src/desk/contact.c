/* Contacts: who to call outside the station, with the date when the number was last known to answer. */
#include "base/i18n.h"
#include "desk/duties.h"
#include "desk/ledger.h"

/* clang-format off */
static const struct choice sorts[] = {
  { "superior", N_("Superior duty room") },
  { "leader", N_("Leader") },
  { "village", N_("Village") },
  { "weather", N_("Weather") },
  { "water", N_("Water and flood control") },
  { "geology", N_("Natural resources and geology") },
  { "fire", N_("Fire and rescue") },
  { "police", N_("Police") },
  { "medical", N_("Medical") },
  { "power", N_("Power") },
  { "telecom", N_("Telecommunications") },
  { "road", N_("Roads and transport") },
  { "civil", N_("Civil affairs and relief") },
  { "school", N_("School") },
  { "enterprise", N_("Enterprise") },
  { "volunteer", N_("Volunteers") },
  { "other", N_("Other") },
  { NULL, NULL },
};

static const struct field fields[] = {
  { .name = "name", .type = FIELD_TEXT, .label = N_("Full name"), .flags = FIELD_REQUIRED, .most = 40, .columns = 12 },
  { .name = "sort", .type = FIELD_CHOICE, .label = N_("Sort"), .flags = FIELD_REQUIRED, .choices = sorts, .columns = 12 },
  { .name = "organisation", .type = FIELD_TEXT, .label = N_("Organisation"), .most = 60, .columns = 16 },
  { .name = "role", .type = FIELD_TEXT, .label = N_("Role"), .most = 40, .columns = 8 },
  { .name = "phone", .type = FIELD_PHONE, .label = N_("Phone"), .flags = FIELD_REQUIRED, .columns = 12 },
  { .name = "other_phone", .type = FIELD_PHONE, .label = N_("Other phone"), .help = N_("Satellite phone, fax or a second number") },
  { .name = "area", .type = FIELD_AREA, .label = N_("Area code"), .flags = FIELD_ONCE },
  { .name = "verified", .type = FIELD_TIME, .label = N_("Last verified"), .help = N_("When somebody last called and was answered"),
    .columns = 11 },
  { .name = "issued", .type = FIELD_YES, .label = N_("For the stations below"), .flags = FIELD_ONCE,
    .help = N_("Everybody below gets it, and every change to it") },
  { .name = "note", .type = FIELD_NOTE, .label = N_("Remarks") },
  { 0 },
};

const struct kind contact_kind = {
  .name = "contact",
  .label = N_("Contact"),
  .fields = fields,
  .lanes = LANE_BIT(LANE_UP) | LANE_BIT(LANE_DOWN), /* down: what a superior issues to all below it */
  .title = "name",
  .order = "sort",
};

static enum lane lane(struct desk *desk, const struct values *values)
{
  (void)desk;
  return values_number(values, "issued", 0) != 0 ? LANE_DOWN : LANE_UP;
}

const struct duty contact_duty = {
  .kind = &contact_kind,
  .room = ROOM_LEDGERS,
  .scope = "area",
  .lane = lane,
};
/* clang-format on */

static int verify(struct desk *desk, record_id subject, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  (void)arguments;
  return ledger_verify(desk, &contact_kind, "contact.verify", subject, outcome, err);
}

/* clang-format off */
const struct action contact_actions[] = {
  { .name = "contact.verify",
    .label = N_("Phone verified"),
    .help = N_("Notes that this number was called now and answered."),
    .key = "v",
    .command = "contact verify",
    .subject = "contact",
    .run = verify },
  { 0 },
};
/* clang-format on */
