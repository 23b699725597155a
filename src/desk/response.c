/* Response levels (应急响应 Ⅳ–Ⅰ): started, changed and ended by a headquarters. They are not the colour of a warning. */
#include <stdlib.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "desk/checklist.h"
#include "desk/duties.h"
#include "desk/figures.h"
#include "desk/follow.h"
#include "desk/lookup.h"
#include "desk/move.h"
#include "desk/warning.h"
#include "store/act.h"
#include "store/query.h"

const struct choice response_levels[] = { { "1", "Ⅰ" }, { "2", "Ⅱ" }, { "3", "Ⅲ" }, { "4", "Ⅳ" }, { NULL, NULL } };

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
  { .name = "warning",
    .type = FIELD_TEXT,
    .label = N_("Warning"),
    .reference = "warning",
    .flags = FIELD_ONCE,
    .help = N_("The warning's key, if one led to it") },
  { .name = "level",
    .type = FIELD_CHOICE,
    .label = N_("Level"),
    .flags = FIELD_REQUIRED,
    .choices = response_levels,
    .group = 2,
    .columns = 5 },
  { .name = "level_by", .type = FIELD_TEXT, .label = N_("Ordered by"), .flags = FIELD_REQUIRED, .most = 80, .group = 2, .columns = 16 },
  { .name = "level_document", .type = FIELD_TEXT, .label = N_("Document number"), .most = 60, .group = 2 },
  { .name = "level_at", .type = FIELD_TIME, .label = N_("From"), .flags = FIELD_REQUIRED | FIGURES_PAST, .group = 2, .columns = 11 },
  { .name = "area", .type = FIELD_AREA, .label = N_("Area code"), .flags = FIELD_ONCE },
  { .name = "ended_at", .type = FIELD_TIME, .label = N_("Ended at"), .flags = FIELD_AUTOMATIC, .group = 3, .columns = 11 },
  { .name = "ended_by", .type = FIELD_TEXT, .label = N_("Ended by"), .flags = FIELD_AUTOMATIC, .most = 80, .group = 3 },
  { .name = "ended_document", .type = FIELD_TEXT, .label = N_("Document that ended it"), .flags = FIELD_AUTOMATIC, .most = 60, .group = 3 },
  { .name = "note", .type = FIELD_NOTE, .label = N_("Remarks") },
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

static int check(struct desk *desk, const struct record *before, const struct values *values, struct err *err)
{
  (void)desk, (void)before;
  return figures_past(values, "level_at", err);
}

/* The level brings its checklist with it. */
static int bring(struct desk *desk, struct act *act, record_id made, const struct values *values, struct err *err)
{
  return checklist_respond(desk, act, made, (int)atoi(values_text(values, "level")), values_number(values, "level_at", act_at(act)), NULL,
                           err);
}

const struct duty response_duty = {
  .kind = &response_kind, .room = ROOM_WARNINGS, .defaults = defaults, .derive = derive, .check = check, .bring = bring, .scope = "area"
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

/* --- changed and ended ---------------------------------------------------------------------------------------------------------------- */

static const struct move change_move = { &response_kind, moves, "response.change", NULL, NULL };
static const struct move end_move = { &response_kind, moves, "response.end", NULL, NULL };

static bool change_possible(struct desk *desk, const struct record *record)
{
  (void)desk;
  return move_possible(&change_move, record);
}

static bool end_possible(struct desk *desk, const struct record *record)
{
  (void)desk;
  return move_possible(&end_move, record);
}

/* What the headquarters ordered into the fields of the same names, the state along the table, and the lists after it. */
static int write_order(struct desk *desk, struct act *act, const struct move *move, const struct record *response,
                       const struct values *arguments, struct outcome *outcome, struct err *err)
{
  bool ends = move == &end_move;
  const char *why = ends ? values_text(arguments, "why") : NULL, *at_field = ends ? "ended_at" : "level_at";
  const struct transition *to = transition_check(desk, moves, move->action, response, why, err);

  if (to == NULL || figures_past(arguments, at_field, err) < 0) return -1;
  struct change *change = act_edit(act, &response_kind, response->id);
  for (int i = 0; i < arguments->count; i++)
    if (kind_field_index(&response_kind, arguments->fields[i]->name) >= COMMON_FIELDS)
      change_set(change, arguments->fields[i]->name, &arguments->list[i]);
  int64_t at = values_number(arguments, at_field, act_at(act));
  change_set_number(change, at_field, at);
  transition_write(desk, &response_kind, change, to->to, desk->officer, act_at(act), why);
  change_settles(change); /* who moves it on has seen where it stands */
  outcome_say(outcome, "%s %s: %s", record_title(response), lookup_choice(&response_kind, "level", change_text(change, "level")),
              lookup_choice(&response_kind, "state", to->to));
  if (!ends) return checklist_respond(desk, act, response->id, atoi(values_text(arguments, "level")), at, outcome, err) < 0 ? -1 : 0;
  char *subject = checklist_subject(desk, response->id);
  int status = checklist_drop(desk, act, subject, N_("the response has ended"), outcome, err);
  free(subject);
  return status;
}

static int run_order(struct desk *desk, const struct move *move, record_id id, const struct values *arguments, struct outcome *outcome,
                     struct err *err)
{
  struct record response = { 0 };
  struct act *act = act_begin(desk->store, move->action, desk->officer, err);

  if (act == NULL) return -1;
  int status = lookup_record(desk, &response_kind, id, &response, err);
  if (status == 0) status = write_order(desk, act, move, &response, arguments, outcome, err);
  record_free(&response);
  outcome->kind = &response_kind;
  outcome->record = id;
  if (status == 0) return act_commit(act, err);
  act_cancel(act);
  return -1;
}

static int change_run(struct desk *desk, record_id id, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  return run_order(desk, &change_move, id, arguments, outcome, err);
}

static int end_run(struct desk *desk, record_id id, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  return run_order(desk, &end_move, id, arguments, outcome, err);
}

static const struct field change_arguments[] = {
  { .name = "level", .type = FIELD_CHOICE, .label = N_("Level"), .flags = FIELD_REQUIRED, .choices = response_levels },
  { .name = "level_by", .type = FIELD_TEXT, .label = N_("Ordered by"), .flags = FIELD_REQUIRED, .most = 80 },
  { .name = "level_document", .type = FIELD_TEXT, .label = N_("Document number"), .most = 60 },
  { .name = "level_at", .type = FIELD_TIME, .label = N_("From"), .flags = FIGURES_PAST },
  { 0 },
};

static int change_prepare(struct desk *desk, record_id id, struct values *arguments, struct err *err)
{
  if (lookup_arguments(desk, &response_kind, id, arguments, err) < 0) return -1;
  values_clear(arguments, "level_document");
  values_set_number(arguments, "level_at", clock_now());
  return 0;
}

static int end_prepare(struct desk *desk, record_id id, struct values *arguments, struct err *err)
{
  struct record response = { 0 };

  if (lookup_record(desk, &response_kind, id, &response, err) < 0) return -1;
  values_set_text(arguments, "ended_by", record_text(&response, "level_by"));
  values_set_number(arguments, "ended_at", clock_now());
  record_free(&response);
  return 0;
}

static const struct field end_arguments[] = {
  { .name = "ended_by", .type = FIELD_TEXT, .label = N_("Ended by"), .most = 80 },
  { .name = "ended_document", .type = FIELD_TEXT, .label = N_("Document number"), .most = 60 },
  { .name = "ended_at", .type = FIELD_TIME, .label = N_("Ended at"), .flags = FIGURES_PAST },
  { .name = "why", .type = FIELD_NOTE, .label = N_("Why") },
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
    .help = N_("The headquarters has raised or lowered the level: the checklist follows."),
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
    .help = N_("The headquarters has ended the response: by whom, which document, when."),
    .possible = end_possible,
    .prepare = end_prepare,
    .run = end_run },
  { 0 },
};
