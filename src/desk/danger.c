/* Hidden dangers (隐患), a closed loop: found, confirmed, assigned, under control, rectified, written off (domain.md; assignment and
 * supervision are the township's form). The one who writes off is not the one who rectified. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "desk/duties.h"
#include "desk/figures.h"
#include "desk/lookup.h"
#include "desk/move.h"
#include "store/act.h"

/* clang-format off */
static const struct choice types[] = {
  { "geology", N_("Geology") },
  { "flood", N_("Flood control") },
  { "fire", N_("Fire safety") },
  { "forest", N_("Forest fire") },
  { "building", N_("Buildings") },
  { "road", N_("Roads and bridges") },
  { "power", N_("Power and gas") },
  { "water", N_("Reservoirs and water") },
  { "crowd", N_("Crowded places") },
  { "work", N_("Work safety") },
  { "other", N_("Other") },
  { NULL, NULL },
};

static const struct choice levels[] = {
  { "general", N_("General") },
  { "major", N_("Major") },
  { NULL, NULL },
};

static const struct choice states[] = {
  { "found", N_("Found") },
  { "confirmed", N_("Confirmed") },
  { "assigned", N_("Assigned") },
  { "controlled", N_("Under control") },
  { "rectified", N_("Rectified") },
  { "written_off", N_("Written off") },
  { "rejected", N_("No danger") },
  { NULL, NULL },
};

static const struct transition moves[] = {
  { "danger.confirm", "found", "confirmed", WHO_ANYONE, false },
  { "danger.reject", "found", "rejected", WHO_OFFICER, true },
  { "danger.assign", "found", "assigned", WHO_ANYONE, false },
  { "danger.assign", "confirmed", "assigned", WHO_ANYONE, false },
  { "danger.assign", "assigned", "assigned", WHO_ANYONE, false },
  { "danger.assign", "controlled", "assigned", WHO_ANYONE, false },
  { "danger.control", "confirmed", "controlled", WHO_ANYONE, false },
  { "danger.control", "assigned", "controlled", WHO_ANYONE, false },
  { "danger.control", "controlled", "controlled", WHO_ANYONE, false },
  { "danger.rectify", "confirmed", "rectified", WHO_ANYONE, false },
  { "danger.rectify", "assigned", "rectified", WHO_ANYONE, false },
  { "danger.rectify", "controlled", "rectified", WHO_ANYONE, false },
  { "danger.return", "rectified", "assigned", WHO_OFFICER, true },
  { "danger.write_off", "rectified", "written_off", WHO_LEADER, false },
  { "danger.reopen", "written_off", "confirmed", WHO_OFFICER, true },
  { "danger.reopen", "rejected", "confirmed", WHO_OFFICER, true },
  { NULL, NULL, NULL, WHO_ANYONE, false },
};

static const struct field fields[] = {
  { .name = "content", .type = FIELD_TEXT, .label = N_("Content"), .flags = FIELD_REQUIRED, .most = 200, .columns = 17 },
  { .name = "place", .type = FIELD_TEXT, .label = N_("Place"), .flags = FIELD_REQUIRED, .most = 120, .columns = 10 },
  { .name = "area", .type = FIELD_AREA, .label = N_("Area code"), .flags = FIELD_ONCE },
  { .name = "type", .type = FIELD_CHOICE, .label = N_("Type"), .flags = FIELD_REQUIRED, .choices = types },
  { .name = "level", .type = FIELD_CHOICE, .label = N_("Level"), .flags = FIELD_REQUIRED, .choices = levels, .columns = 5 },
  { .name = "point", .type = FIELD_REFERENCE, .label = N_("Hazard point"), .flags = FIELD_INDEXED, .reference = "point" },
  { .name = "inspected", .type = FIELD_REFERENCE, .label = N_("Inspected place"), .reference = "place" },
  { .name = "visit", .type = FIELD_REFERENCE, .label = N_("Visit"), .reference = "visit" },
  { .name = "photo", .type = FIELD_TEXT, .label = N_("Photo"), .most = 250, .help = N_("Where the picture file lies") },
  { .name = "found_by", .type = FIELD_TEXT, .label = N_("Found by"), .most = 60 },
  { .name = "found_at", .type = FIELD_TIME, .label = N_("Found at"), .flags = FIELD_REQUIRED | FIGURES_PAST },
  { .name = "interim", .type = FIELD_NOTE, .label = N_("Interim control"), .help = N_("What keeps people safe until it is rectified") },
  { .name = "measure", .type = FIELD_NOTE, .label = N_("Measure") },
  { .name = "owner", .type = FIELD_TEXT, .label = N_("Owner"), .most = 60, .group = 2, .columns = 7 },
  { .name = "deadline", .type = FIELD_TIME, .label = N_("Deadline"), .group = 2, .columns = 11 },
  { .name = "rectified_by", .type = FIELD_TEXT, .label = N_("Rectified by"), .flags = FIELD_AUTOMATIC, .most = 60, .group = 3 },
  { .name = "rectified_at", .type = FIELD_TIME, .label = N_("Rectified at"), .flags = FIELD_AUTOMATIC, .group = 3 },
  { .name = "evidence", .type = FIELD_NOTE, .label = N_("Evidence"), .flags = FIELD_AUTOMATIC, .group = 3 },
  { .name = "supervised_at", .type = FIELD_TIME, .label = N_("Supervised at"), .flags = FIELD_AUTOMATIC, .group = 4 },
  { .name = "supervised_by", .type = FIELD_TEXT, .label = N_("Supervised by"), .flags = FIELD_AUTOMATIC, .most = 60, .group = 4 },
  { .name = "supervision", .type = FIELD_NOTE, .label = N_("Supervision"), .flags = FIELD_AUTOMATIC, .group = 4 },
  TRANSITION_FIELDS(states, 1, FIELD_TEXT),
  { .name = "note", .type = FIELD_NOTE, .label = N_("Remarks") },
  { 0 },
};

const struct kind danger_kind = {
  .name = "danger",
  .label = N_("Hidden danger"),
  .letter = "D",
  .fields = fields,
  .lanes = LANE_BIT(LANE_UP),
  .title = "content",
  .order = "found_at",
  .newest_first = true,
};
/* clang-format on */

static void defaults(struct desk *desk, struct values *values)
{
  (void)desk;
  values_set_text(values, "level", "general");
  values_set_number(values, "found_at", clock_now());
}

static void derive(struct desk *desk, const struct record *before, struct values *values)
{
  (void)desk;
  if (!before) values_set_text(values, "state", "found");
}

static int check(struct desk *desk, const struct record *before, const struct values *values, struct err *err)
{
  (void)desk, (void)before;
  if (figures_order(values, "found_at", "deadline", err) < 0) return -1;
  return figures_past(values, "found_at", err);
}

const struct duty danger_duty = {
  .kind = &danger_kind,
  .room = ROOM_DANGERS,
  .defaults = defaults,
  .derive = derive,
  .check = check,
  .scope = "area",
};

/* Compared by name as well: who rectified is often written down by somebody else. */
static int check_other_person(struct desk *desk, const struct record *record, const struct values *arguments, struct err *err)
{
  (void)arguments;
  char *name = lookup_name(desk, desk->officer);
  const char *rectified_by = record_text(record, "rectified_by");
  const char *recorded_by = record_text(record, "state_by");
  bool same = name && ((rectified_by && strcmp(name, rectified_by) == 0) || (recorded_by && strcmp(name, recorded_by) == 0));
  free(name);
  return same ? err_set(err, _("The one who writes a danger off is not the one who rectified it: another leader must do this")) : 0;
}

/* clang-format off */
static const struct move confirm_move = { &danger_kind, moves, "danger.confirm", NULL, NULL };
static const struct move reject_move = { &danger_kind, moves, "danger.reject", NULL, NULL };
static const struct move assign_move = { &danger_kind, moves, "danger.assign", NULL, NULL };
static const struct move control_move = { &danger_kind, moves, "danger.control", NULL, NULL };
static const struct move rectify_move = { &danger_kind, moves, "danger.rectify", NULL, "rectified_at" };
static const struct move return_move = { &danger_kind, moves, "danger.return", NULL, NULL };
static const struct move write_off_move = { &danger_kind, moves, "danger.write_off", check_other_person, NULL };
static const struct move reopen_move = { &danger_kind, moves, "danger.reopen", NULL, NULL };
MOVE_FUNCTIONS(confirm)
MOVE_FUNCTIONS(reject)
MOVE_FUNCTIONS(assign)
MOVE_FUNCTIONS(control)
MOVE_FUNCTIONS(rectify)
MOVE_FUNCTIONS(return)
MOVE_FUNCTIONS(write_off)
MOVE_FUNCTIONS(reopen)
/* clang-format on */

static bool supervise_possible(struct desk *desk, const struct record *record)
{
  (void)desk;
  if (!record || record_is_void(record)) return false;
  const char *state = transition_state(record, "found");
  return strcmp(state, "written_off") != 0 && strcmp(state, "rejected") != 0;
}

/* Supervision (督办) moves nothing: it says that somebody above has asked. */
static int write_supervision(struct desk *desk, record_id id, const struct values *arguments, struct err *err)
{
  struct act *act = act_begin(desk->store, "danger.supervise", desk->officer, err);
  if (!act) return -1;
  struct change *change = act_edit(act, &danger_kind, id);
  char *name = lookup_name(desk, desk->officer);
  change_set_number(change, "supervised_at", act_at(act));
  change_set_text(change, "supervised_by", name);
  change_set_text(change, "supervision", values_text(arguments, "supervision"));
  if (values_known(arguments, "deadline")) change_set_number(change, "deadline", values_number(arguments, "deadline", 0));
  free(name);
  return act_commit(act, err);
}

static int supervise_run(struct desk *desk, record_id id, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  struct record record = { 0 };
  int status = lookup_record(desk, &danger_kind, id, &record, err);
  if (status == 0 && !supervise_possible(desk, &record)) status = err_set(err, _("This danger is closed: reopen it first"));
  if (status == 0) status = write_supervision(desk, id, arguments, err);
  if (status == 0) {
    outcome->kind = &danger_kind;
    outcome->record = id;
    outcome_say(outcome, _("Supervised: %s"), record_title(&record));
  }
  record_free(&record);
  return status;
}

/* clang-format off */
#define WHY(flag) { .name = "why", .type = FIELD_NOTE, .label = N_("Why"), .flags = (flag) }
static const struct field why_arguments[] = { WHY(FIELD_REQUIRED), { 0 } };
static const struct field maybe_why_arguments[] = { WHY(0), { 0 } };

static const struct field assign_arguments[] = {
  { .name = "owner", .type = FIELD_TEXT, .label = N_("Owner"), .flags = FIELD_REQUIRED, .most = 60 },
  { .name = "deadline", .type = FIELD_TIME, .label = N_("Deadline"), .flags = FIELD_REQUIRED },
  { .name = "measure", .type = FIELD_NOTE, .label = N_("Measure") },
  { 0 },
};

static const struct field control_arguments[] = {
  { .name = "interim", .type = FIELD_NOTE, .label = N_("Interim control"), .flags = FIELD_REQUIRED },
  { 0 },
};

static const struct field rectify_arguments[] = {
  { .name = "rectified_by", .type = FIELD_TEXT, .label = N_("Rectified by"), .flags = FIELD_REQUIRED, .most = 60 },
  { .name = "rectified_at", .type = FIELD_TIME, .label = N_("Rectified at"), .flags = FIGURES_PAST },
  { .name = "evidence", .type = FIELD_NOTE, .label = N_("Evidence"), .flags = FIELD_REQUIRED,
    .help = N_("What shows it: photos, measurements, who saw it") },
  { 0 },
};

static const struct field supervise_arguments[] = {
  { .name = "supervision", .type = FIELD_NOTE, .label = N_("Supervision"), .flags = FIELD_REQUIRED,
    .help = N_("Whom you asked, and what was promised") },
  { .name = "deadline", .type = FIELD_TIME, .label = N_("New deadline") },
  { 0 },
};
/* clang-format on */

static int rectify_prepare(struct desk *desk, record_id id, struct values *arguments, struct err *err)
{
  struct record record = { 0 };
  int status = lookup_record(desk, &danger_kind, id, &record, err);
  if (status == 0) {
    values_set_text(arguments, "rectified_by", record_text(&record, "owner"));
    values_set_number(arguments, "rectified_at", clock_now());
  }
  record_free(&record);
  return status;
}

static int assign_prepare(struct desk *desk, record_id id, struct values *arguments, struct err *err)
{
  struct record record = { 0 };
  int status = lookup_record(desk, &danger_kind, id, &record, err);
  if (status == 0) {
    values_set_text(arguments, "owner", record_text(&record, "owner"));
    values_set_text(arguments, "measure", record_text(&record, "measure"));
    int64_t deadline = record_number(&record, "deadline", 0);
    if (deadline) values_set_number(arguments, "deadline", deadline);
  }
  record_free(&record);
  return status;
}

/* clang-format off */
const struct action danger_actions[] = {
  { .name = "danger.confirm",
    .label = N_("Confirm"),
    .help = N_("Somebody has looked: it is a danger."),
    .key = "c",
    .command = "danger confirm",
    .subject = "danger",
    .arguments = maybe_why_arguments,
    .possible = confirm_possible,
    .run = confirm_run },
  { .name = "danger.reject",
    .label = N_("No danger"),
    .help = N_("Somebody has looked: it is none. The reason stays."),
    .command = "danger reject",
    .who = WHO_OFFICER,
    .subject = "danger",
    .arguments = why_arguments,
    .possible = reject_possible,
    .run = reject_run },
  { .name = "danger.assign",
    .label = N_("Assign"),
    .help = N_("Gives it an owner and a deadline."),
    .key = "a",
    .command = "danger assign",
    .subject = "danger",
    .arguments = assign_arguments,
    .possible = assign_possible,
    .prepare = assign_prepare,
    .run = assign_run },
  { .name = "danger.control",
    .label = N_("Under control"),
    .help = N_("Notes what keeps people safe until it is rectified."),
    .key = "k",
    .command = "danger control",
    .subject = "danger",
    .arguments = control_arguments,
    .possible = control_possible,
    .run = control_run },
  { .name = "danger.rectify",
    .label = N_("Rectified"),
    .help = N_("The cause is removed; evidence says so."),
    .key = "r",
    .command = "danger rectify",
    .subject = "danger",
    .arguments = rectify_arguments,
    .possible = rectify_possible,
    .prepare = rectify_prepare,
    .run = rectify_run },
  { .name = "danger.return",
    .label = N_("Send back"),
    .help = N_("The rectification does not hold: it is assigned again, with the reason."),
    .command = "danger return",
    .who = WHO_OFFICER,
    .subject = "danger",
    .arguments = why_arguments,
    .possible = return_possible,
    .run = return_run },
  { .name = "danger.write_off",
    .label = N_("Write off"),
    .help = N_("Closes a rectified danger. Not by the one who rectified it."),
    .key = "w",
    .command = "danger write-off",
    .who = WHO_LEADER,
    .subject = "danger",
    .arguments = maybe_why_arguments,
    .possible = write_off_possible,
    .run = write_off_run },
  { .name = "danger.reopen",
    .label = N_("Reopen"),
    .help = N_("A closed danger is there again; its history stays."),
    .command = "danger reopen",
    .who = WHO_OFFICER,
    .subject = "danger",
    .arguments = why_arguments,
    .possible = reopen_possible,
    .run = reopen_run },
  { .name = "danger.supervise",
    .label = N_("Supervise"),
    .help = N_("Notes that the owner of a late danger was pressed, and what was promised."),
    .key = "s",
    .command = "danger supervise",
    .subject = "danger",
    .arguments = supervise_arguments,
    .possible = supervise_possible,
    .run = supervise_run },
  { 0 },
};
/* clang-format on */
