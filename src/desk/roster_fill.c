/* Filling a period of the roster in turn. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/duties.h"
#include "desk/officer.h"
#include "desk/roster.h"
#include "store/act.h"
#include "store/query.h"

enum { DAYS_MOST = 366, COUNT_DAYS = 60 };

/* --- the pattern --------------------------------------------------------------------------------------------------------------------- */

/* The order in which they are written does not matter: a night shift may stand last as 00:00. */
static int read_starts(const char *text, struct roster_pattern *pattern, struct err *err)
{
  pattern->count = 0;
  for (const char *at = text; *at != '\0';) {
    int hour, minute, taken = 0;
    if (sscanf(at, " %2d:%2d %n", &hour, &minute, &taken) != 2 || taken == 0 || hour > 23 || minute > 59 || hour < 0 || minute < 0 ||
        pattern->count == ROSTER_STARTS_MOST)
      return err_set(err, _("shift.starts: \"%s\" should be times like 08:00,20:00, at most %d"), text, ROSTER_STARTS_MOST);
    int start = hour * 60 + minute, place = pattern->count;
    while (place > 0 && pattern->starts[place - 1] >= start) place--;
    if (place < pattern->count && pattern->starts[place] == start) return err_set(err, _("shift.starts: \"%s\" names a time twice"), text);
    memmove(&pattern->starts[place + 1], &pattern->starts[place], (size_t)(pattern->count++ - place) * sizeof *pattern->starts);
    pattern->starts[place] = start;
    at += taken;
    if (*at == ',')
      at++;
    else if (*at != '\0')
      return err_set(err, _("shift.starts: \"%s\" should be times with commas between them"), text);
  }
  return pattern->count > 0 ? 0 : err_set(err, _("shift.starts: give at least one time, like 08:00"));
}

static char *setting(struct desk *desk, const char *name)
{
  char *local = store_get_local(desk->store, name);
  return local != NULL ? local : mem_dup(config_text(desk->config, name));
}

int roster_pattern(struct desk *desk, struct roster_pattern *pattern, struct err *err)
{
  char *name = setting(desk, "shift.pattern"), *starts = setting(desk, "shift.starts");
  int status;

  if (strcmp(name, "custom") == 0)
    status = read_starts(starts, pattern, err);
  else
    status = read_starts(strcmp(name, "day") == 0 ? "08:00" : "08:00,20:00", pattern, err);
  free(name);
  free(starts);
  return status;
}

/* --- who there is -------------------------------------------------------------------------------------------------------------------- */

struct busy {
  int64_t from, to;
};

struct person {
  record_id id;
  bool can[4];       /* by enum post */
  int64_t load[4];   /* milliseconds on each post */
  struct busy *busy; /* shifts and leave */
  int busy_count;
};

struct staff {
  struct person *list;
  int count;
};

static void staff_free(struct staff *staff)
{
  for (int i = 0; i < staff->count; i++) free(staff->list[i].busy);
  free(staff->list);
}

static struct person *person_of(struct staff *staff, record_id id)
{
  for (int i = 0; i < staff->count; i++)
    if (staff->list[i].id == id) return &staff->list[i];
  return NULL;
}

static void person_busy(struct person *person, int64_t from, int64_t to)
{
  person->busy = mem_grow(person->busy, (size_t)person->busy_count + 1, sizeof *person->busy);
  person->busy[person->busy_count++] = (struct busy){ from, to };
}

static bool person_is_busy(const struct person *person, int64_t from, int64_t to)
{
  for (int i = 0; i < person->busy_count; i++)
    if (person->busy[i].from < to && person->busy[i].to > from) return true;
  return false;
}

/* Usual post if one is given, else a leader leads and the others take A or B. */
static void person_can(struct person *person, const char *post, const char *rank)
{
  bool any = post != NULL && strcmp(post, "any") == 0;
  bool leader = rank != NULL && strcmp(rank, "leader") == 0;
  enum post usual = any ? POST_NONE : shift_post(post);

  for (enum post at = POST_A; at <= POST_LEADER; at++) {
    if (usual != POST_NONE)
      person->can[at] = at == usual;
    else if (at == POST_LEADER)
      person->can[at] = leader;
    else
      person->can[at] = any || !leader;
  }
}

static int staff_read(struct desk *desk, struct staff *staff, struct err *err)
{
  struct query *query =
    query_open(desk->store, "SELECT id, post, rank FROM k_officer WHERE voided IS NULL AND active = 1 ORDER BY name, id");
  int row;

  while ((row = query_next(query, err)) == 1) {
    if (!officer_is_ours(desk, query_number(query, 0))) continue;
    staff->list = mem_grow(staff->list, (size_t)staff->count + 1, sizeof *staff->list);
    struct person *person = &staff->list[staff->count++];
    *person = (struct person){ .id = query_number(query, 0) };
    person_can(person, query_text(query, 1), query_text(query, 2));
  }
  query_close(query);
  return row;
}

static int staff_read_leave(struct desk *desk, struct staff *staff, int64_t from, int64_t to, struct err *err)
{
  struct query *query =
    query_open(desk->store, "SELECT officer, starts, ends FROM k_leave WHERE voided IS NULL AND starts < ?2 AND ends > ?1");
  int row;

  query_bind_number(query, 1, from);
  query_bind_number(query, 2, to);
  while ((row = query_next(query, err)) == 1) {
    struct person *person = person_of(staff, query_number(query, 0));
    if (person != NULL) person_busy(person, query_number(query, 1), query_number(query, 2));
  }
  query_close(query);
  return row;
}

static void give(struct person *person, enum post post, int64_t from, int64_t to)
{
  person_busy(person, from, to);
  person->load[post] += to - from;
}

/* What everybody has had already: before the period for fairness, after it so that nobody is taken twice. */
static int staff_read_shifts(struct desk *desk, struct staff *staff, int64_t from, int64_t to, struct err *err)
{
  struct query *query =
    query_open(desk->store, "SELECT post_a, post_b, leader, starts, ends FROM k_shift WHERE voided IS NULL AND starts BETWEEN ?1 AND ?2");
  int row;

  query_bind_number(query, 1, from - COUNT_DAYS * CLOCK_DAY);
  query_bind_number(query, 2, to + CLOCK_DAY);
  while ((row = query_next(query, err)) == 1)
    for (enum post post = POST_A; post <= POST_LEADER; post++) {
      struct person *person = person_of(staff, query_number(query, (int)post - POST_A));
      if (person != NULL) give(person, post, query_number(query, 3), query_number(query, 4));
    }
  query_close(query);
  return row;
}

/* --- one slot ------------------------------------------------------------------------------------------------------------------------ */

struct slot {
  record_id id; /* 0: to be made */
  int64_t starts, ends;
  record_id officers[4];
  bool given[4]; /* now, to be written */
  bool taken;    /* by a shift of another pattern, or struck, which somebody meant: left alone */
};

/* A and B count as one load, so that they alternate; leading is counted apart. */
static int64_t load_of(const struct person *person, enum post post)
{
  return post == POST_LEADER ? person->load[POST_LEADER] : person->load[POST_A] + person->load[POST_B];
}

static struct person *choose(struct staff *staff, enum post post, const struct slot *slot)
{
  struct person *best = NULL;
  bool best_rested = false;
  /* A rest as long as the shift on both sides; leaders, who may sleep, need none. */
  int64_t rest = post == POST_LEADER ? 0 : slot->ends - slot->starts;

  if (rest > CLOCK_HOUR * 12) rest = CLOCK_HOUR * 12;
  for (int i = 0; i < staff->count; i++) {
    struct person *person = &staff->list[i];
    if (!person->can[post] || person_is_busy(person, slot->starts, slot->ends)) continue;
    bool rested = !person_is_busy(person, slot->starts - rest, slot->ends + rest);
    bool better = best == NULL || (rested && !best_rested);
    if (!better && rested == best_rested) {
      int64_t load = load_of(person, post), least = load_of(best, post);
      better = load < least || (load == least && person->load[post] < best->load[post]);
    }
    if (better) {
      best = person;
      best_rested = rested;
    }
  }
  return best;
}

static record_id officer_for(struct staff *staff, enum post post, const struct slot *slot, const struct slot *earlier)
{
  struct person *person = NULL;

  if (post == POST_LEADER && earlier != NULL && clock_day_start(earlier->starts, 0) == clock_day_start(slot->starts, 0))
    person = person_of(staff, earlier->officers[POST_LEADER]);
  if (person != NULL && person_is_busy(person, slot->starts, slot->ends)) person = NULL;
  if (person == NULL) person = choose(staff, post, slot);
  if (person == NULL) return 0;
  give(person, post, slot->starts, slot->ends);
  return person->id;
}

static int slot_read(struct desk *desk, struct slot *slot, struct err *err)
{
  struct query *query = query_open(desk->store, "SELECT id, post_a, post_b, leader, voided, ends FROM k_shift WHERE starts = ?1");
  query_bind_number(query, 1, slot->starts);
  int row = query_next(query, err);

  if (row == 1) {
    slot->id = query_number(query, 0);
    slot->taken = !query_is_null(query, 4);
    if (!slot->taken) {
      for (int i = 0; i < 3; i++) slot->officers[POST_A + i] = query_number(query, 1 + i);
      slot->ends = query_number(query, 5);
    }
  }
  query_close(query);
  if (row != 0) return row < 0 ? -1 : 0;
  /* A shift of another pattern stands there: it stays, and roster check tells about any gap beside it. */
  query = query_open(desk->store, "SELECT 1 FROM k_shift WHERE voided IS NULL AND starts > ?1 - 172800000 AND starts < ?2 AND ends > ?1");
  query_bind_number(query, 1, slot->starts);
  query_bind_number(query, 2, slot->ends);
  row = query_next(query, err);
  slot->taken = row == 1;
  query_close(query);
  return row < 0 ? -1 : 0;
}

static void slot_write(struct act *act, const struct slot *slot)
{
  struct change *change;

  if (slot->id == 0) {
    struct values key;
    values_start_kind(&key, &shift_kind);
    values_set_number(&key, "starts", slot->starts);
    change = act_keyed(act, &shift_kind, 0, LANE_HERE, &key, NULL);
    values_free(&key);
  } else {
    change = act_edit(act, &shift_kind, slot->id);
  }
  if (slot->id == 0) {
    char *name = shift_name(slot->starts, slot->ends);
    change_set_number(change, "ends", slot->ends);
    change_set_text(change, "name", name);
    free(name);
  }
  for (enum post post = POST_A; post <= POST_LEADER; post++)
    if (slot->given[post]) change_set_number(change, shift_post_field(post), slot->officers[post]);
}

/* --- the period ---------------------------------------------------------------------------------------------------------------------- */

/* The instant `minute` of the local day that holds `day`, safe where clocks are put forward. */
static int64_t minute_of(int64_t day, int days, int minute)
{
  return clock_day_start(day, days) + minute * CLOCK_MINUTE;
}

int64_t roster_shift_start(const struct roster_pattern *pattern, int64_t at)
{
  int64_t latest = clock_day_start(at, 0);

  for (int day = -1; day <= 0; day++)
    for (int i = 0; i < pattern->count; i++) {
      int64_t starts = minute_of(at, day, pattern->starts[i]);
      if (starts <= at) latest = starts;
    }
  return latest;
}

static struct slot *slots_make(const struct roster_pattern *pattern, int64_t from, int64_t to, int *count)
{
  struct slot *slots = NULL;

  *count = 0;
  for (int day = 0; clock_day_start(from, day) < to; day++)
    for (int i = 0; i < pattern->count; i++) {
      int64_t starts = minute_of(from, day, pattern->starts[i]);
      if (starts < from || starts >= to) continue;
      int64_t ends = i + 1 < pattern->count ? minute_of(from, day, pattern->starts[i + 1]) : minute_of(from, day + 1, pattern->starts[0]);
      slots = mem_grow(slots, (size_t)*count + 1, sizeof *slots);
      slots[(*count)++] = (struct slot){ .starts = starts, .ends = ends };
    }
  return slots;
}

/* Gives the vacant posts of one slot and counts what became of it. */
static bool slot_fill(struct desk *desk, struct staff *staff, struct slot *slot, const struct slot *earlier, struct roster_filled *filled)
{
  bool changed = slot->id == 0;

  if (slot->taken) return false;
  for (enum post post = POST_A; post <= POST_LEADER; post++) {
    if (slot->officers[post] != 0 || !roster_needs(desk, post)) continue;
    slot->officers[post] = officer_for(staff, post, slot, earlier);
    slot->given[post] = slot->officers[post] != 0;
    changed |= slot->given[post];
    filled->vacant += slot->officers[post] == 0;
  }
  if (slot->id == 0)
    filled->made++;
  else if (changed)
    filled->completed++;
  else
    filled->kept++;
  return changed;
}

static int write_all(struct desk *desk, const struct slot *slots, const bool *changed, int count, struct err *err)
{
  struct act *act = act_begin(desk->store, "roster.fill", desk->officer, err);

  if (act == NULL) return -1;
  for (int i = 0; i < count; i++)
    if (changed[i]) slot_write(act, &slots[i]);
  return act_commit(act, err);
}

static int fill_slots(struct desk *desk, struct slot *slots, int count, struct staff *staff, struct roster_filled *filled, struct err *err)
{
  bool *changed = mem_zero((size_t)count + 1, sizeof *changed), any = false;
  int status = 0;

  for (int i = 0; i < count && status == 0; i++) {
    status = slot_read(desk, &slots[i], err);
    if (status == 0) any |= changed[i] = slot_fill(desk, staff, &slots[i], i > 0 ? &slots[i - 1] : NULL, filled);
  }
  if (status == 0 && any) status = write_all(desk, slots, changed, count, err);
  free(changed);
  return status;
}

int roster_fill(struct desk *desk, int64_t from, int64_t to, struct roster_filled *filled, struct err *err)
{
  struct roster_pattern pattern;
  struct staff staff = { 0 };
  int status = -1, count = 0;

  *filled = (struct roster_filled){ 0 };
  if (to <= from) return err_usage(err, _("to: the period must end later than it begins"));
  if (to - from > DAYS_MOST * CLOCK_DAY) return err_usage(err, _("to: at most %d days can be filled at once"), DAYS_MOST);
  if (roster_pattern(desk, &pattern, err) < 0) return -1;
  struct slot *slots = slots_make(&pattern, from, to, &count);
  if (staff_read(desk, &staff, err) == 0 && staff_read_leave(desk, &staff, from - CLOCK_DAY, to + CLOCK_DAY, err) == 0 &&
      staff_read_shifts(desk, &staff, from, to, err) == 0) {
    if (staff.count == 0)
      err_set(err, _("no active officer serves at this station: add officers first"));
    else
      status = fill_slots(desk, slots, count, &staff, filled, err);
  }
  free(slots);
  staff_free(&staff);
  return status;
}
