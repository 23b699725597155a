/* Teams that can be called out. The muster standard (集结, one hour in the seed) is each team's own figure, not a constant. */
#include "base/i18n.h"
#include "desk/duties.h"

/* clang-format off */
static const struct choice sorts[] = {
  { "rescue", N_("Rescue") },
  { "militia", N_("Militia") },
  { "fire", N_("Fire") },
  { "medical", N_("Medical") },
  { "repair", N_("Repair") },
  { "transport", N_("Transport") },
  { "relocation", N_("Moving people") },
  { "communication", N_("Communication") },
  { "volunteer", N_("Volunteers") },
  { "village", N_("Village team") },
  { NULL, NULL },
};

static const struct choice skills[] = {
  { "flood", N_("Flood fighting") },
  { "water", N_("Water rescue") },
  { "collapse", N_("Collapsed buildings") },
  { "fire", N_("Fire fighting") },
  { "first_aid", N_("First aid") },
  { "machine", N_("Driving machines") },
  { "boat", N_("Boats") },
  { "drone", N_("Drones") },
  { "radio", N_("Radio") },
  { "electric", N_("Electricity") },
  { "night", N_("Night search") },
  { NULL, NULL },
};

static const struct choice states[] = {
  { "ready", N_("Ready") },
  { "out", N_("Called out") },
  { "rest", N_("Not available") },
  { NULL, NULL },
};

static const struct field fields[] = {
  { .name = "name", .type = FIELD_TEXT, .label = N_("Name"), .flags = FIELD_REQUIRED, .most = 60, .columns = 20 },
  { .name = "sort", .type = FIELD_CHOICE, .label = N_("Sort"), .flags = FIELD_REQUIRED, .choices = sorts, .columns = 10 },
  { .name = "area", .type = FIELD_AREA, .label = N_("Area code"), .flags = FIELD_ONCE },
  { .name = "leader", .type = FIELD_TEXT, .label = N_("Leader"), .flags = FIELD_REQUIRED, .most = 40, .columns = 10 },
  { .name = "phone", .type = FIELD_PHONE, .label = N_("Phone"), .flags = FIELD_REQUIRED, .columns = 12 },
  { .name = "deputy", .type = FIELD_TEXT, .label = N_("Deputy"), .most = 40 },
  { .name = "deputy_phone", .type = FIELD_PHONE, .label = N_("Deputy's phone") },
  { .name = "members", .type = FIELD_INTEGER, .label = N_("Members"), .unit = N_("people"), .most = 10000, .columns = 5 },
  { .name = "skills", .type = FIELD_CHOICES, .label = N_("Skills"), .choices = skills },
  { .name = "equipment", .type = FIELD_NOTE, .label = N_("Equipment") },
  { .name = "place", .type = FIELD_TEXT, .label = N_("Where it musters"), .most = 80 },
  { .name = "target", .type = FIELD_INTEGER, .label = N_("Muster target"), .unit = N_("minutes"), .least = 1, .most = 1440 },
  { .name = "mustered", .type = FIELD_INTEGER, .label = N_("Muster reached"), .unit = N_("minutes"), .most = 14400, .group = 1 },
  { .name = "mustered_at", .type = FIELD_TIME, .label = N_("Last mustered"), .group = 1 },
  { .name = "state", .type = FIELD_CHOICE, .label = N_("State"), .flags = FIELD_REQUIRED, .choices = states, .columns = 8 },
  { .name = "verified", .type = FIELD_TIME, .label = N_("Last verified"), .help = N_("When somebody last called and was answered") },
  { .name = "note", .type = FIELD_NOTE, .label = N_("Remarks") },
  { 0 },
};

const struct kind team_kind = {
  .name = "team",
  .label = N_("Team"),
  .fields = fields,
  .lanes = LANE_BIT(LANE_UP),
  .title = "name",
  .order = "name",
};
/* clang-format on */

static void defaults(struct desk *desk, struct values *values)
{
  (void)desk;
  values_set_text(values, "state", "ready");
  values_set_number(values, "target", 60); /* 1 h muster (domain.md): a default that every team overrules */
}

const struct duty team_duty = {
  .kind = &team_kind,
  .room = ROOM_LEDGERS,
  .defaults = defaults,
  .scope = "area",
};
