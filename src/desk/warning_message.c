/* The alerts of which warnings are made, each as its issuer sent it. Their warning shows what the latest of them says. */
#include "base/i18n.h"
#include "desk/duties.h"
#include "desk/warning.h"

/* clang-format off */
#define SAID(field_name, field_type, text) { .name = field_name, .type = field_type, .label = text, .flags = FIELD_AUTOMATIC }

static const struct field fields[] = {
  { .name = "key", .type = FIELD_TEXT, .label = N_("Key"), .flags = FIELD_KEY | FIELD_AUTOMATIC | FIELD_INDEXED },
  { .name = "sent", .type = FIELD_TIME, .label = N_("Issued"), .flags = FIELD_AUTOMATIC | FIELD_INDEXED, .columns = 11 },
  { .name = "type", .type = FIELD_CHOICE, .label = N_("Message"), .flags = FIELD_AUTOMATIC, .choices = warning_types, .columns = 8 },
  { .name = "colour", .type = FIELD_CHOICE, .label = N_("Colour"), .flags = FIELD_AUTOMATIC, .choices = warning_colours, .columns = 6 },
  { .name = "headline", .type = FIELD_TEXT, .label = N_("Headline"), .flags = FIELD_AUTOMATIC, .columns = 40 },
  { .name = "warning", .type = FIELD_REFERENCE, .label = N_("Warning"), .flags = FIELD_AUTOMATIC | FIELD_INDEXED, .reference = "warning" },
  { .name = "status", .type = FIELD_CHOICE, .label = N_("Status"), .flags = FIELD_AUTOMATIC, .choices = warning_statuses },
  SAID("sender_name", FIELD_TEXT, N_("Issuer")),
  SAID("lifts", FIELD_YES, N_("Calls the danger off")),
  { .name = "event", .type = FIELD_TEXT, .label = N_("Event"), .flags = FIELD_AUTOMATIC | FIELD_PHRASE },
  SAID("event_code", FIELD_TEXT, N_("Event code")),
  SAID("description", FIELD_NOTE, N_("Text")),
  SAID("instruction", FIELD_NOTE, N_("Instruction")),
  { .name = "other_texts", .type = FIELD_NOTE, .label = N_("In other languages"), .flags = FIELD_AUTOMATIC },
  { .name = "spread", .type = FIELD_NOTE, .label = N_("Texts to pass on"), .flags = FIELD_AUTOMATIC | FIELD_UNSEARCHED,
    .help = N_("As the issuer wrote them for each channel") },
  SAID("contact", FIELD_TEXT, N_("Contact")),
  SAID("web", FIELD_TEXT, N_("Web page")),
  SAID("areas", FIELD_NOTE, N_("Areas")),
  SAID("geocodes", FIELD_NOTE, N_("Area codes")),
  { .name = "other_codes", .type = FIELD_NOTE, .label = N_("Other codes of areas"), .flags = FIELD_AUTOMATIC | FIELD_UNSEARCHED },
  SAID("effective", FIELD_TIME, N_("Effective")),
  SAID("onset", FIELD_TIME, N_("Onset")),
  SAID("expires", FIELD_TIME, N_("Expires")),
  { .name = "identifier", .type = FIELD_TEXT, .label = N_("Identifier"), .flags = FIELD_AUTOMATIC | FIELD_INDEXED },
  SAID("sender", FIELD_TEXT, N_("Sender")),
  { .name = "refs", .type = FIELD_NOTE, .label = N_("Refers to"), .flags = FIELD_AUTOMATIC | FIELD_INDEXED,
    .help = N_("Earlier alerts, one a line: sender and identifier, or the identifier alone") },
  { .name = "many_refs", .type = FIELD_YES, .label = N_("Refers to several"), .flags = FIELD_AUTOMATIC | FIELD_INDEXED },
  SAID("received", FIELD_TIME, N_("Received")),
  { .name = "notes", .type = FIELD_NOTE, .label = N_("Noted on import"), .flags = FIELD_AUTOMATIC | FIELD_PHRASE },
  { .name = "source", .type = FIELD_TEXT, .label = N_("Source"), .flags = FIELD_AUTOMATIC | FIELD_PHRASE,
    .help = N_("Name of the file, or how it was taken down") },
  { .name = "source_hash", .type = FIELD_TEXT, .label = N_("Hash of the source"), .flags = FIELD_AUTOMATIC | FIELD_UNSEARCHED },
  { 0 },
};
/* clang-format on */

const struct kind warning_message_kind = {
  .name = "warning_message",
  .label = N_("Warning message"), /* L10N: 预警报文 */
  .fields = fields,
  .lanes = LANE_BIT(LANE_HERE) | LANE_BIT(LANE_DOWN),
  .title = "headline",
  .order = "sent",
  .newest_first = true,
  .is_keyed = true,
};

const struct duty warning_message_duty = { .kind = &warning_message_kind, .room = ROOM_WARNINGS, .read_only = true, .lane = warning_lane };
