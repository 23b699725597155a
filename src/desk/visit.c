/* Visits: one patrol of one hazard point. What the next officer must know stands in findings, problem and told. */
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "desk/choices.h"
#include "desk/duties.h"
#include "desk/figures.h"

/* clang-format off */
static const struct choice rounds[] = {
  { "routine", N_("Routine") },
  { "before", N_("Before rain") },
  { "during", N_("During rain") },
  { "after", N_("After rain") },
  { "watch", N_("Watch from a safe place") },
  { NULL, NULL },
};

static const struct choice results[] = {
  { "normal", N_("Normal") },
  { "abnormal", N_("Abnormal") },
  { "evacuate", N_("Evacuate now") },
  { NULL, NULL },
};

static const struct field fields[] = {
  { .name = "point", .type = FIELD_REFERENCE, .label = N_("Hazard point"), .flags = FIELD_REQUIRED | FIELD_ONCE | FIELD_INDEXED,
    .reference = "point", .columns = 16 },
  { .name = "at", .type = FIELD_TIME, .label = N_("Time"), .flags = FIELD_REQUIRED | FIGURES_PAST, .columns = 11 },
  { .name = "round", .type = FIELD_CHOICE, .label = N_("Kind of round"), .flags = FIELD_REQUIRED, .choices = rounds, .columns = 8 },
  { .name = "weather", .type = FIELD_CHOICE, .label = N_("Weather"), .choices = choice_weather },
  { .name = "visitor", .type = FIELD_TEXT, .label = N_("Who went"), .flags = FIELD_REQUIRED, .most = 60, .columns = 10 },
  { .name = "companions", .type = FIELD_TEXT, .label = N_("With whom"), .most = 120 },
  { .name = "result", .type = FIELD_CHOICE, .label = N_("Result"), .flags = FIELD_REQUIRED, .choices = results, .columns = 8, .group = 1 },
  { .name = "findings", .type = FIELD_NOTE, .label = N_("Findings") },
  { .name = "signs", .type = FIELD_CHOICES, .label = N_("Signs seen"), .choices = choice_signs, .group = 1 },
  { .name = "problem", .type = FIELD_NOTE, .label = N_("Problem"), .group = 1 },
  { .name = "measure", .type = FIELD_NOTE, .label = N_("Action taken") },
  { .name = "told", .type = FIELD_TEXT, .label = N_("Told whom"), .most = 120, .group = 2 },
  { .name = "told_at", .type = FIELD_TIME, .label = N_("Told at"), .flags = FIGURES_PAST, .group = 2 },
  { .name = "photo", .type = FIELD_TEXT, .label = N_("Photo"), .most = 250, .help = N_("Where the picture file lies") },
  { .name = "note", .type = FIELD_NOTE, .label = N_("Remarks") },
  { 0 },
};

const struct kind visit_kind = {
  .name = "visit",
  .label = N_("Visit"),
  .letter = "V",
  .fields = fields,
  .lanes = LANE_BIT(LANE_UP) | LANE_BIT(LANE_UP_URGENT),
  .order = "at",
  .newest_first = true,
};
/* clang-format on */

static void defaults(struct desk *desk, struct values *values)
{
  struct record officer = { 0 };
  values_set_number(values, "at", clock_now());
  values_set_text(values, "round", "routine");
  values_set_text(values, "result", "normal");
  if (desk->officer && record_read(desk->store, &officer_kind, desk->officer, &officer, NULL) == 1)
    values_set_text(values, "visitor", record_text(&officer, "name"));
  record_free(&officer);
}

static int check(struct desk *desk, const struct record *before, const struct values *values, struct err *err)
{
  (void)desk, (void)before;
  bool normal = strcmp(values_text(values, "result"), "normal") == 0;
  if (!normal && !values_known(values, "problem") && !values_known(values, "signs"))
    return err_set(err, _("A result that is not normal needs the signs seen or the problem"));
  return figures_past(values, "at", err);
}

static enum lane lane(struct desk *desk, const struct values *values)
{
  (void)desk;
  return strcmp(values_text(values, "result"), "evacuate") == 0 ? LANE_UP_URGENT : LANE_UP;
}

const struct duty visit_duty = {
  .kind = &visit_kind,
  .room = ROOM_ROUNDS,
  .defaults = defaults,
  .check = check,
  .lane = lane,
  .scope = "point",
};
