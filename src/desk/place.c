/* Places that are inspected for dangers: the twelve kinds of the checklists' frame (domain.md; the lists themselves are data). */
#include "base/i18n.h"
#include "desk/duties.h"

/* clang-format off */
static const struct choice sorts[] = {
  { "school", N_("School or kindergarten") },
  { "hospital", N_("Clinic or hospital") },
  { "care_home", N_("Care home") },
  { "market", N_("Market or shop") },
  { "restaurant", N_("Restaurant") },
  { "hotel", N_("Hotel or farm stay") },
  { "factory", N_("Factory or workshop") },
  { "site", N_("Building site") },
  { "fuel", N_("Fuel or gas station") },
  { "house", N_("Self-built or let house") },
  { "tourism", N_("Scenic or camping site") },
  { "reservoir", N_("Reservoir, pond or dike") },
  { NULL, NULL },
};

static const struct choice risks[] = {
  { "low", N_("Low") },
  { "medium", N_("Medium") },
  { "high", N_("High") },
  { NULL, NULL },
};

static const struct field fields[] = {
  { .name = "name", .type = FIELD_TEXT, .label = N_("Name"), .flags = FIELD_REQUIRED, .most = 60, .columns = 18 },
  { .name = "sort", .type = FIELD_CHOICE, .label = N_("Sort"), .flags = FIELD_REQUIRED, .choices = sorts, .columns = 14 },
  { .name = "area", .type = FIELD_AREA, .label = N_("Area code"), .flags = FIELD_ONCE },
  { .name = "address", .type = FIELD_TEXT, .label = N_("Address"), .most = 120 },
  { .name = "responsible", .type = FIELD_TEXT, .label = N_("Person responsible"), .most = 40, .columns = 10 },
  { .name = "phone", .type = FIELD_PHONE, .label = N_("Phone"), .columns = 12 },
  { .name = "risk", .type = FIELD_CHOICE, .label = N_("Risk"), .choices = risks, .columns = 4 },
  { .name = "interval", .type = FIELD_INTEGER, .label = N_("Inspect every"), .unit = N_("days"), .least = 1, .most = 3660 },
  { .name = "inspected", .type = FIELD_DATE, .label = N_("Last inspected"), .columns = 10, .group = 1 },
  { .name = "inspected_by", .type = FIELD_TEXT, .label = N_("Inspected by"), .most = 60, .group = 1 },
  { .name = "note", .type = FIELD_NOTE, .label = N_("Remarks") },
  { 0 },
};

const struct kind place_kind = {
  .name = "place",
  .label = N_("Inspected place"),
  .fields = fields,
  .lanes = LANE_BIT(LANE_UP),
  .title = "name",
  .order = "name",
};

const struct duty place_duty = {
  .kind = &place_kind,
  .room = ROOM_DANGERS,
  .scope = "area",
};
/* clang-format on */
