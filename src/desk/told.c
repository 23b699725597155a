/* Who was told (入户告知): one record for each household or name that somebody told, with channel and time. Several tellings of one
 * household are a union: whoever was told once is reached. One that was wrong is struck with a reason. */
#include "base/i18n.h"
#include "desk/duties.h"
#include "desk/figures.h"
#include "desk/ladder_parts.h"
#include "desk/warning.h"

/* clang-format off */
static const struct field fields[] = {
  { .name = "relay", .type = FIELD_REFERENCE, .label = N_("Relay"), .flags = FIELD_REQUIRED | FIELD_ONCE | FIELD_INDEXED,
    .reference = "relay" },
  { .name = "warning", .type = FIELD_TEXT, .label = N_("Warning"), .reference = "warning", .flags = FIELD_AUTOMATIC | FIELD_INDEXED },
  { .name = "colour", .type = FIELD_CHOICE, .label = N_("For the colour"), .flags = FIELD_AUTOMATIC, .choices = ladder_colours },
  { .name = "household", .type = FIELD_REFERENCE, .label = N_("Household"), .flags = FIELD_ONCE | FIELD_INDEXED, .reference = "household" },
  { .name = "name", .type = FIELD_TEXT, .label = N_("Who was told"), .flags = FIELD_ONCE, .most = 80, .columns = 20 },
  { .name = "channel", .type = FIELD_CHOICE, .label = N_("Channel"), .flags = FIELD_ONCE, .choices = warning_channels, .columns = 10 },
  { .name = "told_at", .type = FIELD_TIME, .label = N_("Told at"), .flags = FIELD_REQUIRED | FIELD_ONCE | FIGURES_PAST, .columns = 11 },
  { .name = "told_by", .type = FIELD_TEXT, .label = N_("Told by"), .flags = FIELD_AUTOMATIC, .most = 60, .columns = 10 },
  { .name = "note", .type = FIELD_NOTE, .label = N_("Remarks") },
  { 0 },
};
/* clang-format on */

const struct kind told_kind = {
  .name = "told",
  .label = N_("Household told"), /* L10N: 入户告知 */
  .fields = fields,
  .lanes = LANE_BIT(LANE_UP_URGENT),
  .title = "name",
  .order = "told_at",
  .newest_first = true,
};

const struct duty told_duty = { .kind = &told_kind, .room = ROOM_WARNINGS, .read_only = true, .scope = "relay" };
