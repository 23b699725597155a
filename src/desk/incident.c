/* Incidents: what happened, from the first word to the end. Reports count their clocks from its beginning. */
#include "base/clock.h"
#include "base/i18n.h"
#include "desk/choices.h"
#include "desk/duties.h"
#include "desk/figures.h"

/* clang-format off */
static const struct choice states[] = {
  { "developing", N_("Developing") },
  { "stable", N_("Stable") },
  { "closed", N_("Closed") },
  { NULL, NULL },
};

static const struct choice levels[] = {
  { "4", N_("General") },
  { "3", N_("Larger") },
  { "2", N_("Major") },
  { "1", N_("Extra major") },
  { NULL, NULL },
};

static const struct field fields[] = {
  { .name = "title", .type = FIELD_TEXT, .label = N_("Title"), .flags = FIELD_REQUIRED, .most = 80, .columns = 24 },
  { .name = "type", .type = FIELD_CHOICE, .label = N_("Type"), .flags = FIELD_REQUIRED, .choices = choice_hazard, .columns = 10 },
  { .name = "area", .type = FIELD_AREA, .label = N_("Area code"), .flags = FIELD_ONCE },
  { .name = "place", .type = FIELD_TEXT, .label = N_("Place"), .flags = FIELD_REQUIRED, .most = 120 },
  { .name = "began", .type = FIELD_TIME, .label = N_("Began"), .flags = FIELD_REQUIRED | FIGURES_PAST, .columns = 11,
    .help = N_("Onset: the clocks of reports run from here") },
  { .name = "learned", .type = FIELD_TIME, .label = N_("Learned at"), .flags = FIELD_REQUIRED | FIGURES_PAST,
    .help = N_("When this desk heard of it") },
  { .name = "source", .type = FIELD_TEXT, .label = N_("Heard from"), .most = 120 },
  { .name = "level", .type = FIELD_CHOICE, .label = N_("Level"), .choices = levels },
  { .name = "attention", .type = FIELD_YES, .label = N_("Deaths, missing, many houses or public attention"),
    .help = N_("Then it is told by phone at once") },
  { .name = "state", .type = FIELD_CHOICE, .label = N_("State"), .flags = FIELD_REQUIRED, .choices = states, .group = 1, .columns = 10 },
  { .name = "stable_at", .type = FIELD_TIME, .label = N_("Stable since"), .flags = FIGURES_PAST, .group = 1 },
  { .name = "cause", .type = FIELD_NOTE, .label = N_("Cause") },
  { .name = "course", .type = FIELD_NOTE, .label = N_("Course and measures") },
  { .name = "point", .type = FIELD_REFERENCE, .label = N_("Hazard point"), .reference = "point" },
  { .name = "note", .type = FIELD_NOTE, .label = N_("Remarks") },
  { 0 },
};

const struct kind incident_kind = {
  .name = "incident",
  .label = N_("Incident"),
  .letter = "N",
  .fields = fields,
  .lanes = LANE_BIT(LANE_UP_URGENT),
  .title = "title",
  .order = "began",
  .newest_first = true,
};
/* clang-format on */

static void defaults(struct desk *desk, struct values *values)
{
  (void)desk;
  values_set_number(values, "began", clock_now());
  values_set_number(values, "learned", clock_now());
  values_set_text(values, "state", "developing");
}

static int check(struct desk *desk, const struct record *before, const struct values *values, struct err *err)
{
  (void)desk, (void)before;
  if (figures_past(values, "began", err) < 0 || figures_past(values, "learned", err) < 0) return -1;
  if (figures_order(values, "began", "learned", err) < 0) return -1;
  return figures_order(values, "began", "stable_at", err);
}

const struct duty incident_duty = {
  .kind = &incident_kind,
  .room = ROOM_INCIDENTS,
  .defaults = defaults,
  .check = check,
  .scope = "area",
};
