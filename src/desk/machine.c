/* Machines that can be called up, with their call-up agreement (应急调用协议) and its end. */
#include "base/i18n.h"
#include "desk/duties.h"

/* clang-format off */
static const struct choice sorts[] = {
  { "excavator", N_("Excavator") },
  { "loader", N_("Loader") },
  { "crane", N_("Crane") },
  { "truck", N_("Truck") },
  { "bus", N_("Bus or van") },
  { "boat", N_("Boat") },
  { "pump", N_("Pump") },
  { "generator", N_("Generator") },
  { "light", N_("Lighting") },
  { "water", N_("Water tanker") },
  { "drone", N_("Drone") },
  { "saw", N_("Chain saw or cutter") },
  { "other", N_("Other") },
  { NULL, NULL },
};

static const struct choice states[] = {
  { "ready", N_("Ready") },
  { "out", N_("At work") },
  { "broken", N_("Broken") },
  { NULL, NULL },
};

static const struct field fields[] = {
  { .name = "name", .type = FIELD_TEXT, .label = N_("Name"), .flags = FIELD_REQUIRED, .most = 60, .columns = 18 },
  { .name = "sort", .type = FIELD_CHOICE, .label = N_("Sort"), .flags = FIELD_REQUIRED, .choices = sorts, .columns = 10 },
  { .name = "model", .type = FIELD_TEXT, .label = N_("Model"), .most = 60 },
  { .name = "plate", .type = FIELD_TEXT, .label = N_("Plate"), .most = 20 },
  { .name = "area", .type = FIELD_AREA, .label = N_("Area code"), .flags = FIELD_ONCE },
  { .name = "place", .type = FIELD_TEXT, .label = N_("Place"), .most = 80 },
  { .name = "owner", .type = FIELD_TEXT, .label = N_("Owner"), .flags = FIELD_REQUIRED, .most = 60, .columns = 10 },
  { .name = "phone", .type = FIELD_PHONE, .label = N_("Phone"), .flags = FIELD_REQUIRED, .columns = 12 },
  { .name = "operator", .type = FIELD_TEXT, .label = N_("Operator"), .most = 40 },
  { .name = "operator_phone", .type = FIELD_PHONE, .label = N_("Operator's phone") },
  { .name = "arrives", .type = FIELD_INTEGER, .label = N_("Arrives within"), .unit = N_("minutes"), .most = 1440 },
  { .name = "agreement", .type = FIELD_TEXT, .label = N_("Call-up agreement"), .most = 60, .group = 1 },
  { .name = "agreement_ends", .type = FIELD_DATE, .label = N_("Agreement ends"), .group = 1, .columns = 10 },
  { .name = "state", .type = FIELD_CHOICE, .label = N_("State"), .flags = FIELD_REQUIRED, .choices = states, .columns = 8 },
  { .name = "verified", .type = FIELD_TIME, .label = N_("Last verified"), .help = N_("When somebody last called and was answered") },
  { .name = "note", .type = FIELD_NOTE, .label = N_("Remarks") },
  { 0 },
};

const struct kind machine_kind = {
  .name = "machine",
  .label = N_("Machine"),
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

const struct duty machine_duty = {
  .kind = &machine_kind,
  .room = ROOM_LEDGERS,
  .defaults = defaults,
  .scope = "area",
};
