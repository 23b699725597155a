/* Nodes that may exchange journals with us, issued by a superior in its down lane (design.md "Sync"). Written by sync's own actions
 * only. */
#include "base/i18n.h"
#include "desk/duties.h"

/* clang-format off */
static const struct choice states[] = {
  { "trusted", N_("Trusted") },
  { "waiting", N_("Waiting for an officer's yes") },
  { "revoked", N_("Revoked") },
  { NULL, NULL },
};

static const struct field fields[] = {
  { .name = "public_key", .type = FIELD_TEXT, .label = N_("Public key"), .flags = FIELD_REQUIRED | FIELD_KEY, .least = 64, .most = 64,
    .columns = 16 },
  { .name = "name", .type = FIELD_TEXT, .label = N_("Name"), .flags = FIELD_REQUIRED, .most = 60, .columns = 18 },
  { .name = "area", .type = FIELD_AREA, .label = N_("Area code"), .flags = FIELD_REQUIRED, .columns = 12 },
  { .name = "letter", .type = FIELD_TEXT, .label = N_("Letter"), .flags = FIELD_REQUIRED, .least = 1, .most = 1, .columns = 3 },
  { .name = "scopes", .type = FIELD_TEXT, .label = N_("Further scopes"), .most = 250,
    .help = N_("Area codes, separated by commas, whose records it may write as well") },
  { .name = "state", .type = FIELD_CHOICE, .label = N_("State"), .flags = FIELD_REQUIRED | FIELD_AUTOMATIC, .choices = states, .group = 1,
    .columns = 12 },
  { .name = "state_at", .type = FIELD_TIME, .label = N_("Since"), .flags = FIELD_AUTOMATIC, .group = 1 },
  { .name = "state_why", .type = FIELD_NOTE, .label = N_("Why"), .flags = FIELD_AUTOMATIC, .group = 1 },
  { .name = "last_heads", .type = FIELD_NOTE, .label = N_("Last accepted heads"), .flags = FIELD_AUTOMATIC, .group = 1 },
  { 0 },
};

const struct kind node_kind = {
  .name = "node",
  .label = N_("Node"),
  .fields = fields,
  .lanes = LANE_BIT(LANE_DOWN),
  .title = "name",
  .order = "area",
  .is_keyed = true,
};

const struct duty node_duty = {
  .kind = &node_kind,
  .read_only = true,
};
/* clang-format on */
