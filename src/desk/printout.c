/* What was printed: each paper is a record with its whole content, so that it can be printed again to the letter and proven years later. */
#include "base/i18n.h"
#include "desk/duties.h"

static const struct field fields[] = {
  { .name = "title", .type = FIELD_TEXT, .label = N_("Title"), .flags = FIELD_AUTOMATIC, .columns = 30 },
  { .name = "document", .type = FIELD_TEXT, .label = N_("Document"), .flags = FIELD_AUTOMATIC },
  { .name = "about", .type = FIELD_REFERENCE, .label = N_("About"), .flags = FIELD_AUTOMATIC, .reference = "*" },
  { .name = "printed", .type = FIELD_TIME, .label = N_("Printed"), .flags = FIELD_AUTOMATIC, .columns = 11 },
  { .name = "officer",
    .type = FIELD_REFERENCE,
    .label = N_("Printed by"),
    .flags = FIELD_AUTOMATIC,
    .reference = "officer",
    .columns = 10 },
  { .name = "copies",
    .type = FIELD_INTEGER,
    .label = N_("Copies"),
    .flags = FIELD_AUTOMATIC,
    .columns = 4,
    .help = N_("How often it was printed again") },
  { .name = "hash",
    .type = FIELD_TEXT,
    .label = N_("Hash"),
    .flags = FIELD_AUTOMATIC | FIELD_UNSEARCHED,
    .help = N_("Of the whole content; stands at the foot of each page") },
  { .name = "content",
    .type = FIELD_NOTE,
    .label = N_("Content"),
    .flags = FIELD_AUTOMATIC | FIELD_UNSEARCHED,
    .help = N_("The document as JSON, from which it is drawn") },
  { 0 },
};

const struct kind printout_kind = {
  .name = "printout",
  .label = N_("Printout"),
  .letter = "Z",
  .fields = fields,
  .lanes = LANE_BIT(LANE_HERE),
  .title = "title",
  .order = "printed",
  .newest_first = true,
};

const struct duty printout_duty = { .kind = &printout_kind, .room = ROOM_LOG, .read_only = true };
