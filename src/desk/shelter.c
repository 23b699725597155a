/* Shelters: how many may stay, who opens the door. */
#include "base/i18n.h"
#include "desk/duties.h"
#include "desk/figures.h"

/* clang-format off */
static const struct choice sorts[] = {
  { "school", N_("School") },
  { "committee", N_("Village committee") },
  { "hall", N_("Hall or gym") },
  { "open", N_("Open ground") },
  { "hotel", N_("Hotel") },
  { "other", N_("Other") },
  { NULL, NULL },
};

static const struct choice states[] = {
  { "ready", N_("Ready") },
  { "open", N_("Open") },
  { "full", N_("Full") },
  { "closed", N_("Not usable") },
  { NULL, NULL },
};

static const struct choice means[] = {
  { "water", N_("Water") },
  { "power", N_("Power") },
  { "toilet", N_("Toilets") },
  { "kitchen", N_("Kitchen") },
  { "beds", N_("Beds") },
  { "generator", N_("Generator") },
  { "access", N_("Step-free access") },
  { NULL, NULL },
};

static const struct field fields[] = {
  { .name = "name", .type = FIELD_TEXT, .label = N_("Name"), .flags = FIELD_REQUIRED, .most = 60, .columns = 20 },
  { .name = "sort", .type = FIELD_CHOICE, .label = N_("Sort"), .flags = FIELD_REQUIRED, .choices = sorts },
  { .name = "area", .type = FIELD_AREA, .label = N_("Area code"), .flags = FIELD_ONCE },
  { .name = "address", .type = FIELD_TEXT, .label = N_("Address"), .most = 120 },
  { .name = "longitude", .type = FIELD_DECIMAL, .label = N_("Longitude"), .unit = N_("°E"), .least = -180000000, .most = 180000000,
    .places = 6 },
  { .name = "latitude", .type = FIELD_DECIMAL, .label = N_("Latitude"), .unit = N_("°N"), .least = -90000000, .most = 90000000,
    .places = 6 },
  { .name = "capacity", .type = FIELD_INTEGER, .label = N_("Capacity"), .flags = FIELD_REQUIRED, .unit = N_("people"), .least = 1,
    .most = 1000000, .columns = 6 },
  { .name = "occupied", .type = FIELD_INTEGER, .label = N_("Occupied"), .unit = N_("people"), .most = 1000000, .group = 1, .columns = 6 },
  { .name = "state", .type = FIELD_CHOICE, .label = N_("State"), .flags = FIELD_REQUIRED, .choices = states, .group = 1, .columns = 8 },
  { .name = "manager", .type = FIELD_TEXT, .label = N_("Manager"), .flags = FIELD_REQUIRED, .most = 40, .columns = 9 },
  { .name = "manager_phone", .type = FIELD_PHONE, .label = N_("Manager's phone"), .flags = FIELD_REQUIRED, .columns = 12 },
  { .name = "key_holder", .type = FIELD_TEXT, .label = N_("Key holder"), .most = 40, .columns = 9 },
  { .name = "key_phone", .type = FIELD_PHONE, .label = N_("Key holder's phone") },
  { .name = "means", .type = FIELD_CHOICES, .label = N_("What is there"), .choices = means },
  { .name = "safe_from", .type = FIELD_NOTE, .label = N_("Safe from, not safe from") },
  { .name = "checked", .type = FIELD_DATE, .label = N_("Last checked") },
  { .name = "note", .type = FIELD_NOTE, .label = N_("Remarks") },
  { 0 },
};

const struct kind shelter_kind = {
  .name = "shelter",
  .label = N_("Shelter"),
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
}

/* More people than places is a fact that must be recorded, so it is no error here. */
static int check(struct desk *desk, const struct record *before, const struct values *values, struct err *err)
{
  (void)desk, (void)before;
  return figures_together(values, "longitude", "latitude", err);
}

const struct duty shelter_duty = {
  .kind = &shelter_kind,
  .room = ROOM_LEDGERS,
  .defaults = defaults,
  .check = check,
  .scope = "area",
};
