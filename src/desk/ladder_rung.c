/* ladder_parts.h: from one rung to the next. What an act makes it remembers itself (act_keyed), so that nothing is made twice. */
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/duties.h"
#include "desk/ladder_parts.h"

/* Ranks leave room between rungs for the steps of a station and for what follows the last. */
enum { RANKS_OF_RUNG = 10, RANK_PERSON = 8, RANK_BACK = 9 };

#define STEP_NAMES "abhd"

/* Where a chain stands, and whom it calls next. */
struct place {
  const char *chain;
  const struct ladder_rung *rung;
  int step;
  const char *area; /* of the unit concerned; NULL: everywhere */
  char **names;     /* whom it leads to, as i18n_fill_more() lists them; may be NULL */
};

static int rung_index(const struct ladder *ladder, const struct ladder_rung *rung)
{
  return (int)(rung - ladder->rungs) + 1;
}

/* --- one call ------------------------------------------------------------------------------------------------------------------------ */

struct plan {
  char *rung;
  int rank, tries;
  const char *channel;
  int64_t due;
};

static void set_reference(struct change *change, const char *field, record_id id)
{
  if (id != 0) change_set_number(change, field, id);
}

static void write_call(struct ladder_run *run, struct change *change, const struct plan *plan, const struct ladder_callee *callee)
{
  change_set_number(change, "due", callee->missing != NULL ? run->now : plan->due); /* an empty rung rings at once */
  change_set_text(change, "role", callee->role);
  change_set_text(change, "phone", callee->phone);
  change_set_text(change, "planned", plan->channel);
  if (plan->tries > 0) change_set_number(change, "tries", plan->tries);
  change_set_number(change, "rank", plan->rank);
  set_reference(change, "officer", callee->officer);
  set_reference(change, "contact", callee->contact);
  set_reference(change, "unit", callee->unit);
  transition_write(run->desk, &call_kind, change, callee->missing != NULL ? "skipped" : "waiting", run->desk->officer, act_at(run->act),
                   callee->missing);
  change_number(change);
}

static void make_call(struct ladder_run *run, const struct place *place, const struct plan *plan, const struct ladder_callee *callee)
{
  struct values key;
  bool existing = false;

  values_start_kind(&key, &call_kind);
  values_set_text(&key, "warning", run->warning->key);
  values_set_text(&key, "colour", run->warning->colour);
  values_set_text(&key, "area", callee->area);
  values_set_text(&key, "chain", place->chain);
  values_set_text(&key, "rung", plan->rung);
  values_set_text(&key, "callee", callee->name);
  struct change *change = act_keyed(run->act, &call_kind, 0, LANE_UP_URGENT, &key, &existing);
  values_free(&key);
  if (place->names != NULL) *place->names = i18n_fill_more(*place->names, N_("%s, %s"), callee->name);
  if (existing) return;
  write_call(run, change, plan, callee);
  run->made++;
}

/* --- a rung -------------------------------------------------------------------------------------------------------------------------- */

static int follow(struct ladder_run *run, const struct place *place, const char *name, const char *phone);

/* Officer A, B, head or the duty phone is the role there, in front of the unit's name. */
static const char *step_title(enum ladder_step step)
{
  static const char *const titles[LADDER_STEPS] = { [LADDER_STEP_A] = N_("Officer A"),
                                                    [LADDER_STEP_B] = N_("Officer B"),
                                                    [LADDER_STEP_HEAD] = N_("Head"),
                                                    [LADDER_STEP_DUTY] = N_("Duty phone") };
  return titles[step];
}

struct taking {
  struct ladder_run *run;
  const struct place *place;
};

static int take_callee(void *context, const struct ladder_callee *callee)
{
  struct taking *taking = context;
  struct ladder_run *run = taking->run;
  const struct ladder_rung *rung = taking->place->rung;
  struct place place = *taking->place;
  struct ladder_callee one = *callee;
  int step = rung->who == LADDER_STATION ? place.step : 0;
  struct plan plan = { .rank = rung_index(run->ladder, rung) * RANKS_OF_RUNG + step,
                       .tries = rung->tries,
                       .channel = rung->channel,
                       .due = run->now + rung->within };

  plan.rung = rung->who == LADDER_STATION ? mem_printf("%s/%c", rung->name, STEP_NAMES[rung->steps[step]]) : mem_dup(rung->name);
  if (rung->who == LADDER_STATION) {
    one.role = step_title(rung->steps[step]);
    place.area = callee->area;
  }
  make_call(run, &place, &plan, &one);
  free(plan.rung);
  /* An empty rung is skipped at once, and rings. */
  return one.missing != NULL && follow(run, &place, one.name, one.phone) < 0 ? -1 : 0;
}

static int begin_rung(struct ladder_run *run, const struct place *place)
{
  struct taking taking = { run, place };
  return ladder_callees(run->desk, run->warning, place->rung, place->step, place->area, run->now, take_callee, &taking, run->err);
}

int ladder_begin(struct ladder_run *run, const struct ladder_rung *rung)
{
  struct place place = { rung->name, rung, 0, NULL, NULL };
  return begin_rung(run, &place);
}

static int send_person(struct ladder_run *run, const struct place *place, const char *name, const char *phone)
{
  const struct ladder_rung *rung = place->rung;
  struct ladder_callee callee = {
    .name = name, .role = N_("somebody has to go there") /* L10N: 派人上门 */, .phone = phone, .area = place->area
  };
  struct plan plan = { .rung = mem_printf("%s/person", rung->name),
                       .rank = rung_index(run->ladder, rung) * RANKS_OF_RUNG + RANK_PERSON,
                       .channel = "door",
                       .due = run->now + run->ladder->relay_within };

  make_call(run, place, &plan, &callee);
  free(plan.rung);
  return 1;
}

struct back {
  struct ladder_run *run;
  const struct place *place;
};

static int take_leader(void *context, const struct ladder_callee *callee)
{
  struct back *back = context;
  const struct ladder_rung *rung = back->place->rung;
  struct ladder_callee leader = *callee;
  struct plan plan = { .rung = mem_printf("%s/leader", rung->name),
                       .rank = rung_index(back->run->ladder, rung) * RANKS_OF_RUNG + RANK_BACK,
                       .tries = back->run->ladder->call_tries,
                       .channel = "phone",
                       .due = back->run->now + back->run->ladder->call_within };

  leader.role = N_("duty leader, to decide") /* L10N: 带班领导定夺 */;
  leader.area = back->place->area;
  make_call(back->run, back->place, &plan, &leader);
  free(plan.rung);
  return 0;
}

static int back_to_leader(struct ladder_run *run, const struct place *place)
{
  struct ladder_rung leader = *place->rung;
  struct back back = { run, place };

  leader.who = LADDER_LEADER;
  return ladder_callees(run->desk, run->warning, &leader, 0, place->area, run->now, take_leader, &back, run->err);
}

bool ladder_applies(const struct ladder_rung *rung, const struct ladder_warning *warning)
{
  unsigned bit = 1u << (warning->grade != ALERT_NONE ? warning->grade : ALERT_UNKNOWN);
  /* Without a colour, to be on the safe side, as for orange. */
  return (rung->colours & bit) != 0 || (warning->grade <= ALERT_UNKNOWN && (rung->colours & 1u << ALERT_ORANGE) != 0);
}

static int next_rung(struct ladder_run *run, const struct place *place)
{
  const struct ladder_rung *end = run->ladder->rungs + run->ladder->count;

  for (const struct ladder_rung *rung = place->rung + 1; rung < end; rung++) {
    if (rung->begins) return 0; /* another chain */
    if (!ladder_applies(rung, run->warning)) continue;
    struct place next = { place->chain, rung, 0, place->area, place->names };
    return begin_rung(run, &next);
  }
  return 0;
}

/* Whom a chain calls after the rung (and step) of `place` has not been answered. How many, 0: nobody is left. */
static int follow(struct ladder_run *run, const struct place *place, const char *name, const char *phone)
{
  const struct ladder_rung *rung = place->rung;

  if (rung->who == LADDER_STATION && place->step + 1 < rung->step_count) {
    struct place next = *place;
    next.step++;
    return begin_rung(run, &next);
  }
  switch (rung->then) {
  case LADDER_NEXT: return next_rung(run, place);
  case LADDER_PERSON: return send_person(run, place, name, phone);
  case LADDER_BACK: return back_to_leader(run, place);
  case LADDER_ALARM: break;
  }
  return 0;
}

/* --- no answer ----------------------------------------------------------------------------------------------------------------------- */

/* The place of a call in the ladder as it is now. 0: it is not in it any more, or comes after its last rung. */
static bool place_of(const struct ladder *ladder, const struct record *call, struct place *place)
{
  const char *chain = record_text(call, "chain"), *rung = record_text(call, "rung");
  size_t length = rung != NULL ? strcspn(rung, "/") : 0;
  const char *step = rung != NULL && rung[length] == '/' ? rung + length + 1 : "";

  if (chain == NULL || length == 0) return false;
  *place = (struct place){ .chain = chain, .area = record_text(call, "area") };
  for (int i = 0; i < ladder->count; i++)
    if (strlen(ladder->rungs[i].name) == length && strncmp(ladder->rungs[i].name, rung, length) == 0) place->rung = &ladder->rungs[i];
  if (place->rung == NULL || strcmp(step, "person") == 0 || strcmp(step, "leader") == 0) return false;
  if (*step == '\0') return true;
  for (int i = 0; i < place->rung->step_count; i++)
    if (STEP_NAMES[place->rung->steps[i]] == *step) {
      place->step = i;
      return true;
    }
  return false;
}

static int go_on(struct ladder_run *run, const struct record *call, const char *why, bool person)
{
  char *names = NULL;
  struct place place;
  int count = 0;

  if (place_of(run->ladder, call, &place)) {
    place.names = &names;
    count = person ? send_person(run, &place, record_title(call), record_text(call, "phone"))
                   : follow(run, &place, record_title(call), record_text(call, "phone"));
  }
  if (count >= 0) {
    struct change *change = act_edit(run->act, &call_kind, call->id);
    transition_write(run->desk, &call_kind, change, names != NULL ? "escalated" : "unanswered", run->desk->officer, act_at(run->act), why);
    change_set_text(change, "escalated_to", names);
    if (names == NULL && record_number(call, "due", 0) > run->now) change_set_number(change, "due", run->now); /* rings at once */
    change_settles(change);
    run->made++;
    if (names == NULL) count = 0;
  }
  free(names);
  return count;
}

int ladder_escalate(struct desk *desk, struct act *act, const struct record *call, const char *why, bool person, struct err *err)
{
  struct ladder ladder;
  struct ladder_warning seen = { 0 };
  struct record warning = { 0 };
  struct ladder_run run = { .desk = desk, .act = act, .ladder = &ladder, .warning = &seen, .now = act_at(act), .err = err };
  const char *key = record_text(call, "warning"), *colour = record_text(call, "colour");
  record_id id = key != NULL ? ladder_warning_find(desk, key) : 0;

  if (ladder_of_station(desk, &ladder, NULL, err) < 0) return -1;
  if (id != 0 && lookup_record(desk, &warning_kind, id, &warning, err) == 0) ladder_warning_of(&warning, &seen);
  record_free(&warning);
  if (seen.key == NULL) seen.key = mem_dup(key);
  seen.colour = colour; /* the round that the call belongs to */
  if (colour != NULL) seen.grade = alert_colour_of(colour);
  int count = go_on(&run, call, why, person);
  ladder_warning_free(&seen);
  ladder_free(&ladder);
  return count;
}
