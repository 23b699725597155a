/* Units: the station itself, its superior and its subordinates, each with who answers there. Named by area code, so that all nodes share
 * one record. */
#include "base/err.h"
#include "base/i18n.h"
#include "desk/choices.h"
#include "desk/duties.h"
#include "desk/ledger.h"

/* clang-format off */
static const struct field fields[] = {
  { .name = "area", .type = FIELD_AREA, .label = N_("Area code"), .flags = FIELD_REQUIRED | FIELD_KEY, .columns = 12 },
  { .name = "name", .type = FIELD_TEXT, .label = N_("Name"), .flags = FIELD_REQUIRED, .most = 60, .columns = 14 },
  { .name = "level", .type = FIELD_CHOICE, .label = N_("Level"), .flags = FIELD_AUTOMATIC, .choices = choice_level },
  { .name = "phone", .type = FIELD_PHONE, .label = N_("Duty phone"), .columns = 12 },
  { .name = "head", .type = FIELD_TEXT, .label = N_("Head"), .most = 40, .columns = 9 },
  { .name = "head_phone", .type = FIELD_PHONE, .label = N_("Head's phone"), .columns = 12 },
  { .name = "officer_a", .type = FIELD_TEXT, .label = N_("Officer A"), .help = N_("Disaster information officer on the main post"),
    .most = 40 },
  { .name = "officer_a_phone", .type = FIELD_PHONE, .label = N_("Officer A's phone") },
  { .name = "officer_b", .type = FIELD_TEXT, .label = N_("Officer B"), .help = N_("Disaster information officer on the second post"),
    .most = 40 },
  { .name = "officer_b_phone", .type = FIELD_PHONE, .label = N_("Officer B's phone") },
  { .name = "population", .type = FIELD_INTEGER, .label = N_("Population"), .unit = N_("people"), .most = 99999999 },
  { .name = "households", .type = FIELD_INTEGER, .label = N_("Households"), .unit = N_("households"), .most = 99999999 },
  { .name = "verified", .type = FIELD_TIME, .label = N_("Last verified"),
    .help = N_("When somebody last tried these phones and was answered"), .columns = 11 },
  { .name = "note", .type = FIELD_NOTE, .label = N_("Remarks") },
  { 0 },
};

const struct kind unit_kind = {
  .name = "unit",
  .label = N_("Unit"),
  .fields = fields,
  .lanes = LANE_BIT(LANE_UP),
  .title = "name",
  .order = "area",
  .is_keyed = true,
};
/* clang-format on */

static void derive(struct desk *desk, const struct record *before, struct values *values)
{
  (void)desk, (void)before;
  int64_t area = values_known(values, "area") ? area_from_text(values_text(values, "area"), NULL) : -1;
  if (area > 0) values_set_text(values, "level", choice_level[area_level(area)].name);
}

const struct duty unit_duty = {
  .kind = &unit_kind,
  .room = ROOM_LEDGERS,
  .derive = derive,
  .scope = "area",
};

static int verify(struct desk *desk, record_id subject, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  (void)arguments;
  return ledger_verify(desk, &unit_kind, "unit.verify", subject, outcome, err);
}

/* clang-format off */
const struct action unit_actions[] = {
  { .name = "unit.verify",
    .label = N_("Phones verified"),
    .help = N_("Notes that the phones of this unit were tried now and answered."),
    .key = "v",
    .command = "unit verify",
    .subject = "unit",
    .run = verify },
  { 0 },
};
/* clang-format on */
