#include "ten_years.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/crypto.h"
#include "base/err.h"
#include "base/mem.h"
#include "desk/duties.h"
#include "desk/setup.h"
#include "store/act.h"
#include "store/inside.h"
#include "store/search.h"

enum { POINTS = 42, OFFICERS = 8, OPEN_ITEMS = 40, OPEN_RELAYS = 48, VILLAGES = 20, SETTLE_EVERY = 5000 };

struct making {
  struct desk desk;
  uint64_t seed;
  int64_t now, left; /* the station's clock; operations still to come */
  record_id officers[OFFICERS], points[POINTS], shift;
  record_id items[OPEN_ITEMS], relays[OPEN_RELAYS];
  int item_count, relay_count;
  struct err err;
};

/* The desk's clock while a station is made: mkstation is linked with --wrap=clock_now. */
static int64_t station_clock;
int64_t __real_clock_now(void);
int64_t __wrap_clock_now(void);
int64_t __wrap_clock_now(void)
{
  return station_clock;
}

static int64_t below(struct making *making, int64_t limit)
{
  return (int64_t)(ten_years_random(&making->seed) % (uint64_t)limit);
}

static record_id officer(struct making *making)
{
  return making->officers[below(making, OFFICERS)];
}

static void set_prose(struct making *making, struct values *values, const char *field)
{
  char text[TEN_YEARS_TEXT];
  values_set_text(values, field, ten_years_text(&making->seed, text));
}

/* Takes `values` over. */
static record_id add(struct making *making, const struct duty *duty, struct values *values)
{
  record_id made = 0;
  if (!making->err.code) duty_add(&making->desk, duty, values, &made, &making->err);
  values_free(values);
  making->left--;
  return made;
}

/* Begins an edit of one record; finish() ends it. */
static struct change *begin(struct making *making, const char *action, const struct kind *kind, record_id id, struct act **act)
{
  *act = making->err.code ? NULL : act_begin(making->desk.store, action, making->desk.officer, &making->err);
  return *act ? act_edit(*act, kind, id) : NULL;
}

static void finish(struct making *making, struct act *act)
{
  if (act) act_commit(act, &making->err);
  making->left--;
}

static void change_state(struct making *making, struct change *change, const char *state)
{
  change_set_text(change, "state", state);
  change_set_number(change, "state_by", making->desk.officer);
  change_set_number(change, "state_at", making->now);
}

/* --- what happens in a duty room ------------------------------------------------------------------------------------------------------ */

static void log_entry(struct making *making)
{
  struct values values;
  char text[64];
  duty_start(&making->desk, &entry_duty, &values);
  set_prose(making, &values, "text");
  if (below(making, 8) == 0) {
    values_set_text(&values, "sort", "phone");
    snprintf(text, sizeof(text), "%02d号户", (int)below(making, 99));
    values_set_text(&values, "caller_name", text);
    snprintf(text, sizeof(text), "000000%05d", (int)below(making, 100000));
    values_set_text(&values, "caller_phone", text);
    set_prose(making, &values, "cause");
  }
  if (below(making, 25) == 0) values_set_number(&values, "important", 1);
  add(making, &entry_duty, &values);
}

static void visit(struct making *making)
{
  struct values values;
  duty_start(&making->desk, &visit_duty, &values);
  values_set_number(&values, "point", making->points[below(making, POINTS)]);
  values_set_text(&values, "visitor", below(making, 2) ? "监测员甲" : "监测员乙");
  if (below(making, 4) == 0) set_prose(making, &values, "findings");
  if (below(making, 20) == 0) {
    values_set_text(&values, "result", "abnormal");
    values_set_text(&values, "signs", "tension_crack,muddy_seepage");
    set_prose(making, &values, "measure");
  }
  add(making, &visit_duty, &values);
}

static void item_new(struct making *making)
{
  struct values values;
  duty_start(&making->desk, &item_duty, &values);
  set_prose(making, &values, "what");
  values_set_number(&values, "owner", officer(making));
  values_set_number(&values, "due", making->now + below(making, 48) * CLOCK_HOUR);
  values_set_text(&values, "next", "再次电话核实并回报");
  making->items[making->item_count++] = add(making, &item_duty, &values);
}

static void item_edit(struct making *making)
{
  struct act *act;
  int which = (int)below(making, making->item_count);
  bool done = below(making, 3) == 0;
  struct change *change = begin(making, done ? "item.done" : "item.change", &item_kind, making->items[which], &act);
  char text[TEN_YEARS_TEXT];
  if (change && done)
    change_state(making, change, "done");
  else if (change) {
    change_set_text(change, "next", ten_years_text(&making->seed, text));
    change_set_number(change, "due", making->now + below(making, 48) * CLOCK_HOUR);
  }
  finish(making, act);
  if (done) making->items[which] = making->items[--making->item_count];
}

static void item(struct making *making)
{
  if (making->item_count < OPEN_ITEMS / 2 || (making->item_count < OPEN_ITEMS && below(making, 3) == 0))
    item_new(making);
  else
    item_edit(making);
}

static void relay_new(struct making *making, const char *warning, int village)
{
  struct values values;
  char audience[64];
  duty_start(&making->desk, &relay_duty, &values);
  snprintf(audience, sizeof(audience), "第%d村信息员", village);
  values_set_text(&values, "audience", audience);
  values_set_text(&values, "warning", warning);
  values_set_number(&values, "due", making->now + CLOCK_HOUR);
  making->relays[making->relay_count++] = add(making, &relay_duty, &values);
}

static void relay_told(struct making *making)
{
  struct act *act;
  if (making->relay_count == 0) {
    log_entry(making);
    return;
  }
  struct change *change = begin(making, "relay.done", &relay_kind, making->relays[--making->relay_count], &act);
  if (change) {
    change_state(making, change, "done");
    change_set_number(change, "expected", 40);
    change_set_number(change, "reached", 40);
  }
  finish(making, act);
}

/* As warning_import.c writes one, with the text of its bulletin. */
static void warning(struct making *making)
{
  struct values key;
  char identifier[64], prose[TEN_YEARS_TEXT];
  struct buf text = BUF_INIT;
  snprintf(identifier, sizeof(identifier), "110228_%lld_暴雨", (long long)making->now);
  values_start_kind(&key, &warning_kind);
  values_set_text(&key, "key", identifier);
  struct act *act = making->err.code ? NULL : act_begin(making->desk.store, "warning.import", making->desk.officer, &making->err);
  if (act) {
    struct change *change = act_keyed(act, &warning_kind, 0, LANE_HERE, &key, NULL);
    for (int line = 0; line < 4; line++) buf_addf(&text, "%s\n", ten_years_text(&making->seed, prose));
    change_set_number(change, "sent", making->now - 5 * CLOCK_MINUTE);
    change_set_number(change, "received", making->now);
    change_set_number(change, "expires", making->now + 12 * CLOCK_HOUR);
    change_set_text(change, "colour", below(making, 3) ? "yellow" : "orange");
    change_set_text(change, "event", "暴雨");
    change_set_text(change, "headline", "县气象台发布暴雨预警");
    change_set_text(change, "status", "actual");
    change_set_text(change, "type", "alert");
    change_set_text(change, "identifier", identifier);
    change_set_text(change, "description", buf_text(&text));
    change_set_text(change, "state", "expired");
    change_number(change);
  }
  finish(making, act);
  for (int village = 1; village <= 12 && making->relay_count < OPEN_RELAYS; village++) relay_new(making, identifier, village);
  buf_free(&text);
  values_free(&key);
}

/* --- a shift and its handover --------------------------------------------------------------------------------------------------------- */

static record_id shift_new(struct making *making)
{
  struct values values;
  int64_t first = below(making, OFFICERS);
  duty_start(&making->desk, &shift_duty, &values);
  values_set_number(&values, "starts", making->now);
  values_set_number(&values, "ends", making->now + 12 * CLOCK_HOUR);
  values_set_number(&values, "post_a", making->officers[first]);
  values_set_number(&values, "post_b", making->officers[(first + 1) % OFFICERS]);
  values_set_number(&values, "leader", making->officers[(first + 2) % OFFICERS]);
  making->desk.officer = making->officers[first];
  return add(making, &shift_duty, &values);
}

static void handover_edit(struct making *making, record_id id, const char *action, const char *state, const char *seal)
{
  static const char *const posts[] = { "out_a", "out_b", "in_a", "in_b" };
  struct act *act;
  struct change *change = begin(making, action, &handover_kind, id, &act);
  for (int post = 0; change && seal && post < 4; post++) {
    char at[16];
    snprintf(at, sizeof(at), "%s_at", posts[post]);
    change_set_number(change, posts[post], making->officers[post]);
    change_set_number(change, at, making->now);
  }
  if (change) change_state(making, change, state);
  if (change && seal) change_set_number(change, "relieved_at", making->now);
  if (change && seal) change_set_text(change, "seal", seal);
  finish(making, act);
}

static record_id handover_draft(struct making *making, record_id shift, record_id next)
{
  static const char *const sections[] = { "summary", "situation", "tasks", "events", "items", "points" };
  struct values key;
  record_id made = 0;
  values_start_kind(&key, &handover_kind);
  values_set_number(&key, "starts", making->now - 12 * CLOCK_HOUR);
  struct act *act = making->err.code ? NULL : act_begin(making->desk.store, "handover.draft", making->desk.officer, &making->err);
  if (act) {
    struct change *change = act_keyed(act, &handover_kind, 0, LANE_HERE, &key, NULL);
    change_set_number(change, "shift", shift);
    change_set_number(change, "next", next);
    change_set_text(change, "state", "draft");
    for (size_t section = 0; section < sizeof(sections) / sizeof(sections[0]); section++) {
      struct buf text = BUF_INIT;
      char line[TEN_YEARS_TEXT];
      for (int64_t lines = below(making, 6) + 1; lines > 0; lines--) buf_addf(&text, "%s\n", ten_years_text(&making->seed, line));
      change_set_text(change, sections[section], buf_text(&text));
      buf_free(&text);
    }
    change_number(change);
    made = change_record(change);
  }
  finish(making, act);
  values_free(&key);
  return made;
}

static void relieve(struct making *making)
{
  record_id next = shift_new(making);
  if (making->shift) {
    struct buf seal = BUF_INIT;
    record_id handover = handover_draft(making, making->shift, next);
    handover_edit(making, handover, "handover.offer", "offered", NULL);
    journal_vector(making->desk.store, &seal);
    handover_edit(making, handover, "handover.accept", "accepted", buf_text(&seal));
    buf_free(&seal);
  }
  making->shift = next;
}

static void happen(struct making *making)
{
  int64_t chance = below(making, 1000);
  if (chance < 3)
    warning(making);
  else if (chance < 530)
    log_entry(making);
  else if (chance < 780)
    visit(making);
  else if (chance < 960)
    item(making);
  else
    relay_told(making);
}

/* --- from the first day to yesterday -------------------------------------------------------------------------------------------------- */

static void people_and_points(struct making *making)
{
  struct values values;
  char text[64];
  for (int index = 0; index < OFFICERS; index++) {
    static const char *const names[OFFICERS] = { "甲", "乙", "丙", "丁", "戊", "己", "庚", "辛" };
    duty_start(&making->desk, &officer_duty, &values);
    snprintf(text, sizeof(text), "值班员%s", names[index]);
    values_set_text(&values, "name", text);
    making->officers[index] = add(making, &officer_duty, &values);
  }
  for (int index = 0; index < POINTS; index++) {
    duty_start(&making->desk, &point_duty, &values);
    snprintf(text, sizeof(text), "%02d号隐患点", index + 1);
    values_set_text(&values, "name", text);
    values_set_text(&values, "type", "01");
    snprintf(text, sizeof(text), "110228104%03d", 201 + index % VILLAGES);
    values_set_text(&values, "area", text);
    values_set_number(&values, "people", 5 + index);
    making->points[index] = add(making, &point_duty, &values);
  }
}

static void work(struct making *making, const struct ten_years *plan)
{
  int64_t days = (plan->operations + TEN_YEARS_DAY - 1) / TEN_YEARS_DAY;
  int64_t start = clock_day_start(making->now, -(int)days), begun = plan->operations;
  station_clock = making->now = start;
  people_and_points(making);
  making->desk.officer = making->officers[0];
  for (int64_t half_days = 0; making->left > 0 && !making->err.code;) {
    station_clock = making->now = start + (begun - making->left) * (days * CLOCK_DAY / plan->operations);
    if (!plan->entries_only && making->now >= start + half_days * CLOCK_DAY / 2) {
      half_days++;
      relieve(making);
    } else if (plan->entries_only)
      log_entry(making);
    else
      happen(making);
    if (making->left % SETTLE_EVERY == 0) search_settle(making->desk.store, 0, &making->err);
  }
  if (!making->err.code) search_settle(making->desk.store, 0, &making->err);
}

static int make(const char *path, struct making *making, const struct ten_years *plan, struct err *err)
{
  static const char *const no_files[] = { NULL };
  struct config *config;
  if (crypto_start(err) != 0 || clock_set_zone("Asia/Shanghai", err) != 0 || config_load(&config, no_files, err) != 0) return -1;
  int status = setup_init(path, TEN_YEARS_AREA, "示范镇", 'A', false, err);
  if (status == 0) status = desk_open(&making->desk, path, config, err);
  /* Nothing is lost that cannot be made again: no waiting for the disk a million times. */
  if (status == 0) status = sql_run(making->desk.store->sql, err, "PRAGMA synchronous = OFF; PRAGMA cache_size = -65536");
  if (status == 0) work(making, plan);
  desk_close(&making->desk);
  config_free(config);
  return status;
}

int ten_years_make(const char *path, const struct ten_years *plan, struct err *err)
{
  station_clock = __real_clock_now();
  struct making making = { .seed = plan->seed, .left = plan->operations, .now = station_clock };
  if (make(path, &making, plan, err) != 0) return -1;
  return making.err.code ? err_set(err, "%s", making.err.text) : 0;
}
