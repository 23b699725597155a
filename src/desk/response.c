/* Response levels (应急响应 Ⅳ–Ⅰ): started, changed and ended by a headquarters. They are not the colour of a warning. */
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "desk/duties.h"
#include "desk/follow.h"
#include "desk/lookup.h"
#include "desk/move.h"
#include "desk/warning.h"
#include "store/query.h"

/* Names are the numbers, so that the highest level is the least. */
static const struct choice levels[] = { { "1", "Ⅰ" }, { "2", "Ⅱ" }, { "3", "Ⅲ" }, { "4", "Ⅳ" }, { NULL, NULL } };

static const struct choice states[] = { { "started", N_("In force") }, { "ended", N_("Ended") }, { NULL, NULL } };

/* clang-format off */
static const struct transition moves[] = {
  { "response.change", "started", "started", WHO_OFFICER, false },
  { "response.end", "started", "ended", WHO_OFFICER, false },
  { NULL, NULL, NULL, WHO_ANYONE, false },
};
/* clang-format on */

static const struct field fields[] = {
  { .name = "hazard", .type = FIELD_TEXT, .label = N_("Response to"), .flags = FIELD_REQUIRED, .most = 60, .columns = 16 },
  TRANSITION_FIELDS(states, 1, FIELD_REFERENCE),
  { .name = "warning", .type = FIELD_TEXT, .label = N_("Warning"), .flags = FIELD_ONCE, .help = N_("The warning's key, if one led to it") },
  { .name = "level", .type = FIELD_CHOICE, .label = N_("Level"), .flags = FIELD_REQUIRED, .choices = levels, .group = 2, .columns = 5 },
  { .name = "level_by", .type = FIELD_TEXT, .label = N_("Ordered by"), .flags = FIELD_REQUIRED, .most = 80, .group = 2, .columns = 16 },
  { .name = "level_document", .type = FIELD_TEXT, .label = N_("Document number"), .most = 60, .group = 2 },
  { .name = "level_at", .type = FIELD_TIME, .label = N_("From"), .flags = FIELD_REQUIRED, .group = 2, .columns = 11 },
  { .name = "area", .type = FIELD_AREA, .label = N_("Area code"), .flags = FIELD_ONCE },
  { .name = "ended_at", .type = FIELD_TIME, .label = N_("Ended at"), .flags = FIELD_AUTOMATIC, .columns = 11 },
  { .name = "note", .type = FIELD_NOTE, .label = N_("Note") },
  { 0 },
};

const struct kind response_kind = {
  .name = "response",
  .label = N_("Response"),
  .letter = "L",
  .fields = fields,
  .lanes = LANE_BIT(LANE_UP),
  .title = "hazard",
  .order = "level_at",
  .newest_first = true,
};

static void defaults(struct desk *desk, struct values *values)
{
  (void)desk;
  values_set_number(values, "level_at", clock_now());
}

static void derive(struct desk *desk, const struct record *before, struct values *values)
{
  (void)desk;
  if (before == NULL) values_set_text(values, "state", "started");
}

const struct duty response_duty = {
  .kind = &response_kind, .room = ROOM_WARNINGS, .defaults = defaults, .derive = derive, .scope = "area"
};

int response_in_force(struct desk *desk, record_id *response)
{
  char area[13];
  /* One that a village keeps for itself does not raise the level of the whole station. */
  struct query *query = query_open(
    desk->store,
    "SELECT id, level FROM k_response WHERE state = 'started' AND voided IS NULL AND (area IS NULL OR area = ?1) ORDER BY level LIMIT 1");
  int level = 0;

  query_bind_text(query, 1, area_text(store_area(desk->store), area));
  if (query_next(query, NULL) == 1) {
    level = (int)query_number(query, 1);
    if (response != NULL) *response = query_number(query, 0);
  }
  query_close(query);
  return level;
}

static const struct move change_move = { &response_kind, moves, "response.change", NULL, "level_at" };
static const struct move end_move = { &response_kind, moves, "response.end", NULL, "ended_at" };
MOVE_FUNCTIONS(change)
MOVE_FUNCTIONS(end)

static const struct field change_arguments[] = {
  { .name = "level", .type = FIELD_CHOICE, .label = N_("Level"), .flags = FIELD_REQUIRED, .choices = levels },
  { .name = "level_by", .type = FIELD_TEXT, .label = N_("Ordered by"), .flags = FIELD_REQUIRED, .most = 80 },
  { .name = "level_document", .type = FIELD_TEXT, .label = N_("Document number"), .most = 60 },
  { .name = "level_at", .type = FIELD_TIME, .label = N_("From") },
  { 0 },
};

static int change_prepare(struct desk *desk, record_id id, struct values *arguments, struct err *err)
{
  if (lookup_arguments(desk, &response_kind, id, arguments, err) < 0) return -1;
  values_clear(arguments, "level_document");
  values_set_number(arguments, "level_at", clock_now());
  return 0;
}

static const struct field end_arguments[] = {
  { .name = "ended_at", .type = FIELD_TIME, .label = N_("Ended at") },
  { .name = "why", .type = FIELD_NOTE, .label = N_("By whom, document number") },
  { 0 },
};

const struct action response_actions[] = {
  { .name = "response.change",
    .label = N_("Change the level"),
    .key = "c",
    .command = "response change",
    .who = WHO_OFFICER,
    .subject = "response",
    .arguments = change_arguments,
    .help = N_("The headquarters has raised or lowered the level."),
    .possible = change_possible,
    .prepare = change_prepare,
    .run = change_run },
  { .name = "response.end",
    .label = N_("End the response"),
    .key = "e",
    .command = "response end",
    .who = WHO_OFFICER,
    .subject = "response",
    .arguments = end_arguments,
    .help = N_("The headquarters has ended the response."),
    .possible = end_possible,
    .run = end_run },
  { 0 },
};
