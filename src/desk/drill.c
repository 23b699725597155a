/* Drills and trainings. What a drill showed to be wrong becomes a hidden danger of its own. */
#include "base/i18n.h"
#include "desk/choices.h"
#include "desk/duties.h"
#include "desk/figures.h"

/* clang-format off */
static const struct choice sorts[] = {
  { "table", N_("At the table") },
  { "field", N_("In the field") },
  { "unannounced", N_("Unannounced") },
  { "muster", N_("Muster") },
  { "communication", N_("Communication") },
  { NULL, NULL },
};

static const struct field fields[] = {
  { .name = "subject", .type = FIELD_TEXT, .label = N_("Subject"), .flags = FIELD_REQUIRED, .most = 80, .columns = 22 },
  { .name = "sort", .type = FIELD_CHOICE, .label = N_("Sort"), .flags = FIELD_REQUIRED, .choices = sorts, .columns = 12 },
  { .name = "hazard", .type = FIELD_CHOICE, .label = N_("Hazard"), .choices = choice_hazard },
  { .name = "area", .type = FIELD_AREA, .label = N_("Area code"), .flags = FIELD_ONCE },
  { .name = "place", .type = FIELD_TEXT, .label = N_("Place"), .most = 120 },
  { .name = "starts", .type = FIELD_TIME, .label = N_("Starts"), .flags = FIELD_REQUIRED, .columns = 11 },
  { .name = "ends", .type = FIELD_TIME, .label = N_("Ends") },
  { .name = "plan", .type = FIELD_REFERENCE, .label = N_("Plan"), .reference = "plan" },
  { .name = "held_by", .type = FIELD_TEXT, .label = N_("Held by"), .most = 60, .columns = 10 },
  { .name = "participants", .type = FIELD_INTEGER, .label = N_("Participants"), .unit = N_("people"), .most = 1000000, .columns = 6 },
  { .name = "minutes_alarm", .type = FIELD_INTEGER, .label = N_("Alarm reached all"), .unit = N_("minutes"), .most = 1440 },
  { .name = "minutes_muster", .type = FIELD_INTEGER, .label = N_("Teams mustered"), .unit = N_("minutes"), .most = 1440 },
  { .name = "minutes_moved", .type = FIELD_INTEGER, .label = N_("All people moved"), .unit = N_("minutes"), .most = 1440 },
  { .name = "course", .type = FIELD_NOTE, .label = N_("Course") },
  { .name = "problems", .type = FIELD_NOTE, .label = N_("Problems") },
  { .name = "danger", .type = FIELD_REFERENCE, .label = N_("Hidden danger made from it"), .reference = "danger" },
  { .name = "note", .type = FIELD_NOTE, .label = N_("Remarks") },
  { 0 },
};

const struct kind drill_kind = {
  .name = "drill",
  .label = N_("Drill"),
  .letter = "B",
  .fields = fields,
  .lanes = LANE_BIT(LANE_UP),
  .title = "subject",
  .order = "starts",
  .newest_first = true,
};
/* clang-format on */

static int check(struct desk *desk, const struct record *before, const struct values *values, struct err *err)
{
  (void)desk, (void)before;
  return figures_order(values, "starts", "ends", err);
}

/* clang-format off */
const struct duty drill_duty = {
  .kind = &drill_kind,
  .room = ROOM_LEDGERS,
  .check = check,
  .scope = "area",
};

static const struct field training_fields[] = {
  { .name = "subject", .type = FIELD_TEXT, .label = N_("Subject"), .flags = FIELD_REQUIRED, .most = 80, .columns = 26 },
  { .name = "area", .type = FIELD_AREA, .label = N_("Area code"), .flags = FIELD_ONCE },
  { .name = "starts", .type = FIELD_TIME, .label = N_("Starts"), .flags = FIELD_REQUIRED, .columns = 11 },
  { .name = "hours", .type = FIELD_DECIMAL, .label = N_("Length"), .unit = N_("hours"), .most = 10000, .places = 1 },
  { .name = "place", .type = FIELD_TEXT, .label = N_("Place"), .most = 120 },
  { .name = "trainer", .type = FIELD_TEXT, .label = N_("Trainer"), .most = 60, .columns = 12 },
  { .name = "audience", .type = FIELD_TEXT, .label = N_("Audience"), .most = 120, .columns = 14 },
  { .name = "participants", .type = FIELD_INTEGER, .label = N_("Participants"), .unit = N_("people"), .most = 1000000, .columns = 6 },
  { .name = "note", .type = FIELD_NOTE, .label = N_("Remarks") },
  { 0 },
};

const struct kind training_kind = {
  .name = "training",
  .label = N_("Training"),
  .fields = training_fields,
  .lanes = LANE_BIT(LANE_UP),
  .title = "subject",
  .order = "starts",
  .newest_first = true,
};

const struct duty training_duty = {
  .kind = &training_kind,
  .room = ROOM_LEDGERS,
  .scope = "area",
};
/* clang-format on */
