/* Hazard points and risk slopes (群测群防): everything that the work card 防灾工作明白卡 prints comes from this record. Types and the
 * threat scale: domain.md, V. */
#include "base/i18n.h"
#include "desk/choices.h"
#include "desk/duties.h"
#include "desk/figures.h"

/* clang-format off */
static const struct choice classes[] = {
  { "hazard", N_("Hazard point") },
  { "slope", N_("Risk slope") },
  { NULL, NULL },
};

/* Names carry the national type number. */
static const struct choice types[] = {
  { "00", N_("Unstable slope") },
  { "01", N_("Landslide") },
  { "02", N_("Rockfall") },
  { "03", N_("Debris flow") },
  { "04", N_("Ground collapse") },
  { "05", N_("Ground subsidence") },
  { "06", N_("Ground fissure") },
  { NULL, NULL },
};

static const struct choice scales[] = {
  { "small", N_("Small (under 100 people)") },
  { "medium", N_("Medium (100 to 500)") },
  { "large", N_("Large (500 to 1000)") },
  { "extra", N_("Extra large (1000 and more)") },
  { NULL, NULL },
};

static const struct choice triggers[] = {
  { "rain", N_("Rain") },
  { "cut", N_("Cut slope") },
  { "erosion", N_("River erosion") },
  { "seepage", N_("Seepage") },
  { "mining", N_("Mining") },
  { "blasting", N_("Blasting or traffic") },
  { "thaw", N_("Freeze and thaw") },
  { "earthquake", N_("Earthquake") },
  { NULL, NULL },
};

static const struct choice states[] = {
  { "active", N_("Under care") },
  { "treated", N_("Treated") },
  { "moved", N_("People moved away") },
  { "cancelled", N_("Cancelled") },
  { NULL, NULL },
};

static const struct field fields[] = {
  { .name = "name", .type = FIELD_TEXT, .label = N_("Name"), .flags = FIELD_REQUIRED, .most = 60, .columns = 16 },
  { .name = "class", .type = FIELD_CHOICE, .label = N_("Class"), .flags = FIELD_REQUIRED, .choices = classes, .columns = 8 },
  { .name = "type", .type = FIELD_CHOICE, .label = N_("Type"), .flags = FIELD_REQUIRED, .choices = types, .columns = 8 },
  { .name = "area", .type = FIELD_AREA, .label = N_("Area code"), .flags = FIELD_ONCE, .help = N_("Of the village where it lies") },
  { .name = "field_number", .type = FIELD_TEXT, .label = N_("Field number"), .most = 30 },
  { .name = "unified_number", .type = FIELD_TEXT, .label = N_("Unified number"), .most = 30,
    .help = N_("The first six digits are the county's; any form is accepted") },
  { .name = "position", .type = FIELD_TEXT, .label = N_("Position"), .most = 120 },
  { .name = "longitude", .type = FIELD_DECIMAL, .label = N_("Longitude"), .unit = N_("°E"), .least = -180000000, .most = 180000000,
    .places = 6 },
  { .name = "latitude", .type = FIELD_DECIMAL, .label = N_("Latitude"), .unit = N_("°N"), .least = -90000000, .most = 90000000,
    .places = 6 },
  { .name = "size", .type = FIELD_TEXT, .label = N_("Size"), .most = 60,
    .help = N_("Of the moving body, as surveyed: volume, length, width") },
  { .name = "triggers", .type = FIELD_CHOICES, .label = N_("Triggers"), .choices = triggers },
  { .name = "signs", .type = FIELD_CHOICES, .label = N_("Signs seen"), .choices = choice_signs },
  { .name = "scale", .type = FIELD_CHOICE, .label = N_("Threat scale"), .choices = scales },
  { .name = "households", .type = FIELD_INTEGER, .label = N_("Households threatened"), .unit = N_("households"), .most = 100000,
    .columns = 5 },
  { .name = "people", .type = FIELD_INTEGER, .label = N_("People threatened"), .unit = N_("people"), .most = 1000000, .columns = 5 },
  { .name = "assets", .type = FIELD_DECIMAL, .label = N_("Assets threatened"), .unit = N_("10,000 yuan"), .most = 1000000000, .places = 2 },
  { .name = "threatened", .type = FIELD_NOTE, .label = N_("Who and what is threatened") },
  { .name = "monitor", .type = FIELD_TEXT, .label = N_("Monitor"), .most = 40, .columns = 9, .help = N_("The villager who watches it") },
  { .name = "monitor_phone", .type = FIELD_PHONE, .label = N_("Monitor's phone") },
  { .name = "responsible", .type = FIELD_TEXT, .label = N_("Person responsible"), .most = 40 },
  { .name = "responsible_phone", .type = FIELD_PHONE, .label = N_("Responsible person's phone") },
  { .name = "means", .type = FIELD_TEXT, .label = N_("Means of monitoring"), .most = 120 },
  { .name = "criteria", .type = FIELD_NOTE, .label = N_("Forecast criteria"),
    .help = N_("What, when seen or measured, means that it may move soon") },
  { .name = "signal", .type = FIELD_TEXT, .label = N_("Alarm signal"), .most = 80 },
  { .name = "route", .type = FIELD_NOTE, .label = N_("Evacuation route") },
  { .name = "refuge", .type = FIELD_TEXT, .label = N_("Refuge"), .most = 80 },
  { .name = "orders_evacuation", .type = FIELD_TEXT, .label = N_("Who orders evacuation"), .most = 60 },
  { .name = "rescue_lead", .type = FIELD_TEXT, .label = N_("Rescue lead"), .most = 40 },
  { .name = "rescue_phone", .type = FIELD_PHONE, .label = N_("Rescue phone") },
  { .name = "police_lead", .type = FIELD_TEXT, .label = N_("Public order lead"), .most = 40 },
  { .name = "police_phone", .type = FIELD_PHONE, .label = N_("Public order phone") },
  { .name = "medical_lead", .type = FIELD_TEXT, .label = N_("Medical lead"), .most = 40 },
  { .name = "medical_phone", .type = FIELD_PHONE, .label = N_("Medical phone") },
  { .name = "card_issuer", .type = FIELD_TEXT, .label = N_("Card issued by"), .most = 60, .group = 2 },
  { .name = "card_issued", .type = FIELD_DATE, .label = N_("Card issued on"), .group = 2 },
  { .name = "card_holder", .type = FIELD_TEXT, .label = N_("Card held by"), .most = 40, .group = 3 },
  { .name = "card_received", .type = FIELD_DATE, .label = N_("Card received on"), .group = 3 },
  { .name = "state", .type = FIELD_CHOICE, .label = N_("State"), .flags = FIELD_REQUIRED, .choices = states },
  { .name = "watch", .type = FIELD_YES, .label = N_("Under watch"), .group = 1, .columns = 5,
    .help = N_("Watched closely now: shown to every shift and in every handover") },
  { .name = "watch_why", .type = FIELD_TEXT, .label = N_("Watched because"), .most = 200, .group = 1 },
  { .name = "note", .type = FIELD_NOTE, .label = N_("Remarks") },
  { 0 },
};

const struct kind point_kind = {
  .name = "point",
  .label = N_("Hazard point"),
  .letter = "P",
  .fields = fields,
  .lanes = LANE_BIT(LANE_UP),
  .title = "name",
  .order = "name",
};
/* clang-format on */

static void defaults(struct desk *desk, struct values *values)
{
  (void)desk;
  values_set_text(values, "class", "hazard");
  values_set_text(values, "state", "active");
}

/* The scale follows from the people threatened (V) unless somebody chose it; assets may raise it, so only an empty one is filled. */
static void derive(struct desk *desk, const struct record *before, struct values *values)
{
  (void)desk, (void)before;
  if (values_known(values, "scale") || !values_known(values, "people")) return;
  int64_t people = values_number(values, "people", 0);
  values_set_text(values, "scale", people < 100 ? "small" : people < 500 ? "medium" : people < 1000 ? "large" : "extra");
}

static int check(struct desk *desk, const struct record *before, const struct values *values, struct err *err)
{
  (void)desk, (void)before;
  if (figures_together(values, "longitude", "latitude", err) < 0) return -1;
  return figures_reason(values, "watch", "watch_why", err);
}

const struct duty point_duty = {
  .kind = &point_kind,
  .room = ROOM_ROUNDS,
  .defaults = defaults,
  .derive = derive,
  .check = check,
  .scope = "area",
};
