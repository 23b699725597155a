/* One-page plans (一页纸预案) and their steps: one A4 page or it is not a plan. */
#include <string.h>

#include "base/err.h"
#include "base/i18n.h"
#include "desk/checklist.h"
#include "desk/choices.h"
#include "desk/duties.h"
#include "desk/figures.h"

/* clang-format off */
static const struct choice tiers[] = {
  { "village", N_("Village plan") },
  { "township", N_("Township plan") },
  { "general", N_("General plan") },
  { "special", N_("Special plan") },
  { "site", N_("Site plan") },
  { NULL, NULL },
};

static const struct choice states[] = {
  { "draft", N_("Draft") },
  { "force", N_("In force") },
  { "replaced", N_("No longer in force") },
  { NULL, NULL },
};

const struct choice plan_colours[] = {
  { "any", N_("Any colour") },
  { "blue", N_("Blue") },
  { "yellow", N_("Yellow") },
  { "orange", N_("Orange") },
  { "red", N_("Red") },
  { NULL, NULL },
};

static const struct field fields[] = {
  { .name = "title", .type = FIELD_TEXT, .label = N_("Title"), .flags = FIELD_REQUIRED, .most = 80, .columns = 22 },
  { .name = "tier", .type = FIELD_CHOICE, .label = N_("Tier"), .flags = FIELD_REQUIRED, .choices = tiers, .columns = 10 },
  { .name = "area", .type = FIELD_AREA, .label = N_("Area code"), .flags = FIELD_ONCE },
  { .name = "hazards", .type = FIELD_CHOICES, .label = N_("Hazards"), .choices = choice_hazard },
  { .name = "version", .type = FIELD_TEXT, .label = N_("Version"), .most = 20, .columns = 7 },
  { .name = "state", .type = FIELD_CHOICE, .label = N_("State"), .flags = FIELD_REQUIRED, .choices = states, .columns = 8 },
  { .name = "population", .type = FIELD_INTEGER, .label = N_("Population"), .unit = N_("people"), .most = 99999999 },
  { .name = "risk_points", .type = FIELD_NOTE, .label = N_("Risk points") },
  { .name = "threatened", .type = FIELD_NOTE, .label = N_("Threatened households") },
  { .name = "commander", .type = FIELD_TEXT, .label = N_("Commander A"), .most = 40 },
  { .name = "commander_phone", .type = FIELD_PHONE, .label = N_("Commander A's phone") },
  { .name = "deputy", .type = FIELD_TEXT, .label = N_("Commander B"), .most = 40 },
  { .name = "deputy_phone", .type = FIELD_PHONE, .label = N_("Commander B's phone") },
  { .name = "signal", .type = FIELD_TEXT, .label = N_("Alarm signal"), .most = 120 },
  { .name = "at_blue", .type = FIELD_NOTE, .label = N_("At blue") },
  { .name = "at_yellow", .type = FIELD_NOTE, .label = N_("At yellow") },
  { .name = "at_orange", .type = FIELD_NOTE, .label = N_("At orange") },
  { .name = "at_red", .type = FIELD_NOTE, .label = N_("At red") },
  { .name = "routes", .type = FIELD_NOTE, .label = N_("Evacuation routes") },
  { .name = "shelters", .type = FIELD_NOTE, .label = N_("Shelters"), .help = N_("With capacity, manager and key holder") },
  { .name = "vulnerable", .type = FIELD_NOTE, .label = N_("Vulnerable people and guardians") },
  { .name = "forces", .type = FIELD_NOTE, .label = N_("Teams, machines, stock") },
  { .name = "report_to", .type = FIELD_TEXT, .label = N_("Report to"), .most = 120 },
  { .name = "fallback", .type = FIELD_NOTE, .label = N_("When power, road and network fail") },
  { .name = "issuer", .type = FIELD_TEXT, .label = N_("Issued by"), .most = 60 },
  { .name = "issued", .type = FIELD_DATE, .label = N_("Issued on"), .columns = 0 },
  { .name = "review_by", .type = FIELD_DATE, .label = N_("Review by"), .columns = 10 },
  { .name = "activated_at", .type = FIELD_TIME, .label = N_("Activated at"), .flags = FIELD_AUTOMATIC, .group = 1 },
  { .name = "activated_by", .type = FIELD_TEXT, .label = N_("Activated by"), .flags = FIELD_AUTOMATIC, .group = 1 },
  { .name = "activated_for", .type = FIELD_NOTE, .label = N_("Activated for"), .flags = FIELD_AUTOMATIC, .group = 1 },
  { .name = "activated_colour", .type = FIELD_CHOICE, .label = N_("Up to colour"), .flags = FIELD_AUTOMATIC, .choices = plan_colours, .group = 1 },
  { .name = "occasion", .type = FIELD_TEXT, .label = N_("Occasion"), .flags = FIELD_AUTOMATIC | FIELD_UNSEARCHED, .group = 1,
    .help = N_("What its tasks belong to; empty once it was stood down") },
  { .name = "note", .type = FIELD_NOTE, .label = N_("Remarks") },
  { 0 },
};

const struct kind plan_kind = {
  .name = "plan",
  .label = N_("Plan"),
  .letter = "J",
  .fields = fields,
  .lanes = LANE_BIT(LANE_UP),
  .title = "title",
  .order = "title",
};
/* clang-format on */

static void plan_defaults(struct desk *desk, struct values *values)
{
  (void)desk;
  values_set_text(values, "tier", "village");
  values_set_text(values, "state", "draft");
}

static int plan_check(struct desk *desk, const struct record *before, const struct values *values, struct err *err)
{
  (void)desk, (void)before;
  bool in_force = strcmp(values_text(values, "state"), "force") == 0;
  if (in_force && !values_known(values, "commander"))
    return err_set(err, _("A plan in force needs its commander: fill in Commander A, or leave it a draft"));
  return figures_order(values, "issued", "review_by", err);
}

/* clang-format off */
const struct duty plan_duty = {
  .kind = &plan_kind,
  .room = ROOM_PLANS,
  .defaults = plan_defaults,
  .check = plan_check,
  .scope = "area",
};

static const struct field step_fields[] = {
  { .name = "plan", .type = FIELD_REFERENCE, .label = N_("Plan"), .flags = FIELD_REQUIRED | FIELD_ONCE | FIELD_INDEXED, .reference = "plan",
    .columns = 18 },
  { .name = "place", .type = FIELD_INTEGER, .label = N_("Step"), .flags = FIELD_REQUIRED, .least = 1, .most = 999, .columns = 4 },
  { .name = "colour", .type = FIELD_CHOICE, .label = N_("From colour"), .flags = FIELD_REQUIRED, .choices = plan_colours, .columns = 8 },
  { .name = "text", .type = FIELD_TEXT, .label = N_("What to do"), .flags = FIELD_REQUIRED, .most = 200, .columns = 24 },
  { .name = "owner", .type = FIELD_TEXT, .label = N_("Owner"), .most = 60, .columns = 10 },
  { .name = "minutes", .type = FIELD_INTEGER, .label = N_("Within"), .unit = N_("minutes"), .most = 10080, .columns = 6,
    .help = N_("From the plan's activation") },
  { 0 },
};

const struct kind plan_step_kind = {
  .name = "plan_step",
  .label = N_("Plan step"),
  .fields = step_fields,
  .lanes = LANE_BIT(LANE_UP),
  .title = "text",
  .order = "place",
};
/* clang-format on */

static void step_defaults(struct desk *desk, struct values *values)
{
  (void)desk;
  values_set_text(values, "colour", "any");
}

const struct duty plan_step_duty = {
  .kind = &plan_step_kind,
  .room = ROOM_PLANS,
  .defaults = step_defaults,
  .scope = "plan",
};
