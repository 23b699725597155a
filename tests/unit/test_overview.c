/* The overview: everything that waits, by due time, overdue on top, gone once it is done; the top line. */
#include "unit/duty_station.h"
#include "unit/two_machines.h"

#include "desk/alarm.h"
#include "desk/handover.h"
#include "desk/overview.h"
#include "desk/stations.h"
#include "desk/trust.h"
#include "store/journal.h"
#include "store/query.h"

static void look(struct station *station, struct overview *overview)
{
  struct err err = ERR_INIT;
  DONE(overview_read(&station->desk, overview, &err));
}

static const struct overview_line *line_of(const struct overview *overview, enum overview_sort sort, const char *part)
{
  for (int i = 0; i < overview->count; i++)
    if (overview->lines[i].sort == sort && strstr(overview->lines[i].text, part)) return &overview->lines[i];
  return NULL;
}

static bool shows(struct station *station, enum overview_sort sort, const char *part)
{
  struct overview overview;
  look(station, &overview);
  bool found = line_of(&overview, sort, part) != NULL;
  overview_free(&overview);
  return found;
}

static void test_sorted(void **state)
{
  struct station *station = *state;
  struct overview overview;
  STATION_ADD(station, &item_duty, "what", "无期限");
  STATION_ADD(station, &item_duty, "what", "一小时后", "due", "+60");
  STATION_ADD(station, &item_duty, "what", "已超时", "due", "-60", "owner", "管理员");
  STATION_ADD(station, &order_duty, "origin", "县防指", "content", "早已超时", "received", "-300", "deadline", "-120");
  look(station, &overview);
  assert_string_equal(overview.lines[0].text, "县防指 · 早已超时");
  assert_string_equal(overview.lines[1].text, "已超时");
  assert_string_equal(overview.lines[1].who, "管理员");
  assert_string_equal(overview.lines[1].action, "item.done");
  assert_int_equal(overview.overdue, 2);
  for (int i = 1; i < overview.count; i++) {
    int64_t before = overview.lines[i - 1].due, due = overview.lines[i].due;
    assert_true(due == 0 || (before != 0 && before <= due));
  }
  assert_non_null(line_of(&overview, DUE_ITEM, "无期限"));
  overview_free(&overview);
}

static void test_done_is_gone(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  record_id item = STATION_ADD(station, &item_duty, "what", "检修发电机", "due", "-5"),
            struck = STATION_ADD(station, &item_duty, "what", "重复登记");
  record_id check = STATION_ADD(station, &dutycheck_duty, "asked_by", "县应急局");
  assert_true(shows(station, DUE_ITEM, "检修发电机"));
  assert_true(shows(station, DUE_ITEM, "重复登记"));
  assert_true(shows(station, DUE_DUTYCHECK, "县应急局"));
  ACT(station, "item.done", item);
  DONE(duty_void(&station->desk, &item_duty, struck, "重复", 0, &err));
  ACT(station, "dutycheck.answer", check, "answered_by", "管理员");
  assert_false(shows(station, DUE_ITEM, "检修发电机"));
  assert_false(shows(station, DUE_ITEM, "重复登记"));
  assert_false(shows(station, DUE_DUTYCHECK, "县应急局"));
}

static void test_handover_lines(void **state)
{
  struct station *station = *state;
  struct overview overview;
  int64_t now = clock_now();
  record_id a = add_signer(station, "值班员甲", "any", "officer"), b = add_signer(station, "值班员乙", "any", "officer"),
            c = add_signer(station, "值班员丙", "any", "officer"), d = add_signer(station, "值班员丁", "any", "officer"),
            leader = add_signer(station, "带班甲", "leader", "leader");
  add_shift(station, now - 13 * CLOCK_HOUR, now - CLOCK_HOUR, a, b, leader);
  add_shift(station, now - CLOCK_HOUR, now + 11 * CLOCK_HOUR, c, d, leader);
  /* the founding shift is the second: nothing is late */
  assert_false(shows(station, DUE_LATE, "值班员丙"));
  assert_false(shows(station, DUE_HANDOVER, ""));
  record_id third = add_shift(station, now + 11 * CLOCK_HOUR, now + 23 * CLOCK_HOUR, a, b, leader);
  (void)third;
  look(station, &overview);
  const struct overview_line *gap = line_of(&overview, DUE_GAP, "post A"); /* the hour after the third */
  assert_non_null(gap);
  assert_in_range(gap->due, now + 23 * CLOCK_HOUR - 1000, now + 23 * CLOCK_HOUR + 1000);
  overview_free(&overview);
  add_shift(station, now + 23 * CLOCK_HOUR, now + 35 * CLOCK_HOUR, c, d, leader);
  assert_false(shows(station, DUE_GAP, ""));
}

/* Not as old as the look at it; and one that is over is none. */
static void test_gap_of_the_shift_that_runs(void **state)
{
  struct station *station = *state;
  struct overview overview;
  int64_t now = clock_now();
  record_id a = add_signer(station, "值班员甲", "any", "officer"), b = add_signer(station, "值班员乙", "any", "officer"),
            early = add_signer(station, "值班员丙", "any", "officer");
  add_shift(station, now - 3 * CLOCK_HOUR, now - CLOCK_HOUR / 2, early, 0, 0);
  add_shift(station, now - CLOCK_HOUR, now + 35 * CLOCK_HOUR, a, b, 0);
  assert_false(shows(station, DUE_GAP, "two shifts"));
  look(station, &overview);
  const struct overview_line *gap = line_of(&overview, DUE_GAP, "leader");
  assert_non_null(gap);
  assert_int_equal(gap->due, now - CLOCK_HOUR);
  overview_free(&overview);
}

/* The relief is due in an hour; offered, then accepted. */
static void test_relief(void **state)
{
  struct station *station = *state;
  struct overview overview;
  int64_t now = clock_now();
  record_id a = add_signer(station, "值班员甲", "any", "officer"), b = add_signer(station, "值班员乙", "any", "officer"),
            c = add_signer(station, "值班员丙", "any", "officer"), d = add_signer(station, "值班员丁", "any", "officer");
  add_shift(station, now - 11 * CLOCK_HOUR, now + CLOCK_HOUR, a, b, 0);
  add_shift(station, now + CLOCK_HOUR, now + 13 * CLOCK_HOUR, c, d, 0);
  look(station, &overview);
  const struct overview_line *line = line_of(&overview, DUE_HANDOVER, "值班员丙");
  assert_non_null(line);
  assert_string_equal(line->action, "handover.offer");
  overview_free(&overview);
  ACT(station, "handover.offer", 0, "pin_a", PIN_OF, "pin_b", PIN_OF);
  look(station, &overview);
  line = line_of(&overview, DUE_HANDOVER, "值班员丙");
  assert_non_null(line);
  assert_string_equal(line->action, "handover.accept");
  overview_free(&overview);
  ACT(station, "handover.accept", 0, "pin_a", PIN_OF, "absent", "路断");
  look(station, &overview);
  line = line_of(&overview, DUE_HANDOVER, "");
  assert_non_null(line);
  assert_string_equal(line->action, "handover.sign_late");
  assert_null(line_of(&overview, DUE_HANDOVER, "值班员丙"));
  overview_free(&overview);
}

/* A shift before the founding one cannot be late; here the first is made the founding one by moving it so that it ends after the desk was
 * made. */
static void test_late_successor(void **state)
{
  struct station *station = *state;
  struct status status;
  struct err err = ERR_INIT;
  struct shift_on on;
  int64_t now = clock_now();
  record_id a = add_officer(station, "值班员甲", "any", "officer"), b = add_officer(station, "值班员乙", "any", "officer"),
            c = add_officer(station, "值班员丙", "any", "officer");
  int64_t founded = query_single(station->desk.store, "SELECT at FROM op ORDER BY id LIMIT 1", 0, 0);
  record_id first = add_shift(station, now - 11 * CLOCK_HOUR, founded + 1, a, b, 0);
  add_shift(station, founded + 1, now + 12 * CLOCK_HOUR, c, 0, 0);
  shift_on_duty(&station->desk, clock_now(), &on);
  assert_int_equal(on.shift, first);
  assert_true(on.waiting);
  assert_false(shows(station, DUE_LATE, "值班员丙")); /* shift.late_minutes have not passed yet */
  shift_on_duty(&station->desk, founded + CLOCK_HOUR, &on);
  assert_true(on.waiting);
  DONE(status_read(&station->desk, &status, &err));
  assert_string_equal(status.post_a, "值班员甲"); /* who is really there */
  assert_string_equal(status.post_b, "值班员乙");
  assert_null(status.leader);
  status_free(&status);
}

static void test_status(void **state)
{
  struct station *station = *state;
  struct status status;
  struct err err = ERR_INIT;
  DONE(status_read(&station->desk, &status, &err));
  assert_string_equal(status.unit, "示范镇");
  assert_null(status.post_a);
  assert_null(status.response);
  assert_null(status.colour);
  assert_false(status.exercise);
  int alarms = status.alarms;
  assert_int_equal(status.undelivered, 0); /* to whom? */
  status_free(&status);
  static const unsigned char superior[CRYPTO_PUBLIC] = { 7 };
  DONE(trust_pin(&station->desk, superior, store_area(station->desk.store) / 1000000 * 1000000, 'A', "测试县", &err));
  DONE(status_read(&station->desk, &status, &err));
  int undelivered = status.undelivered;
  assert_true(undelivered > 0); /* the unit and the first administrator are for superiors to see */
  assert_true(status.undelivered_since > 0 && status.undelivered_since <= clock_now());
  status_free(&status);
  STATION_ADD(station, &item_duty, "what", "检修发电机", "due", "-5"); /* stays here */
  STATION_ADD(station, &contact_duty, "name", "联系人甲", "sort", "other", "phone", "00000000001");
  DONE(status_read(&station->desk, &status, &err));
  assert_int_equal(status.alarms, alarms + 1);
  assert_int_equal(status.undelivered, undelivered + 1);
  status_free(&status);
}

static void test_other_sources(void **state)
{
  struct station *station = *state;
  record_id point = STATION_ADD(station, &point_duty, "name", "东沟滑坡", "class", "hazard", "type", "01", "state", "active");
  assert_false(shows(station, DUE_ROUND, "东沟滑坡")); /* a fresh list is not overdue at once */
  STATION_ADD(station, &visit_duty, "point", "东沟滑坡", "at", "-60", "visitor", "巡查员甲", "result", "normal");
  assert_false(shows(station, DUE_ROUND, "东沟滑坡"));
  struct err err = ERR_INIT;
  struct record record = { 0 };
  assert_int_equal(record_read(station->desk.store, &point_kind, point, &record, &err), 1);
  values_set_number(&record.values, "watch", 1);
  values_set_text(&record.values, "watch_why", "裂缝加宽");
  DONE(duty_change(&station->desk, &point_duty, point, &record.values, &err));
  record_free(&record);
  assert_true(shows(station, DUE_ROUND, "东沟滑坡")); /* watched: daily, so within a day */
  STATION_ADD(station, &machine_duty, "name", "挖掘机", "sort", "excavator", "owner", "机主甲", "phone", "00000000002", "agreement_ends",
              "2020-01-01", "state", "ready");
  assert_true(shows(station, DUE_EXPIRY, "挖掘机"));
  STATION_ADD(station, &contact_duty, "name", "联系人甲", "sort", "other", "phone", "00000000001", "verified", "2020-01-01");
  assert_true(shows(station, DUE_EXPIRY, "1"));
  STATION_ADD(station, &danger_duty, "content", "排水沟堵塞", "place", "东沟村", "type", "flood", "deadline", "+600");
  assert_true(shows(station, DUE_DANGER, "排水沟堵塞"));
  assert_true(shows(station, DUE_SETUP, ""));
  STATION_ADD(station, &incident_duty, "title", "东沟村内涝", "type", "flood", "place", "东沟村", "began", "-120", "learned", "-115");
  assert_true(shows(station, DUE_REPORT, "东沟村内涝"));
}

/* Every action that a line names exists and fits the line's record. */
static void test_actions_exist(void **state)
{
  struct station *station = *state;
  struct overview overview;
  test_other_sources(state);
  STATION_ADD(station, &item_duty, "what", "检修发电机");
  STATION_ADD(station, &order_duty, "origin", "县防指", "content", "报送值班表");
  look(station, &overview);
  assert_true(overview.count > 6);
  for (int i = 0; i < overview.count; i++) {
    const struct overview_line *line = &overview.lines[i];
    assert_true(*overview_sort_label(line->sort));
    if (!line->action) continue;
    const struct action *action = action_find(desk_action_tables, line->action);
    if (!action) fail_msg("no action %s", line->action);
    if (line->record && action->subject && line->kind && strcmp(action->name, "handover.takeover") != 0)
      assert_string_equal(action->subject, line->kind->name);
  }
  overview_free(&overview);
}

/* Names, keys within one subject and command words are each given once; arguments end with their secrets as the command line reads them. */
static void test_tables(void **state)
{
  (void)state;
  for (int t = 0; desk_action_tables[t]; t++)
    for (const struct action *action = desk_action_tables[t]; action->name; action++) {
      assert_non_null(action->label);
      assert_non_null(action->help);
      assert_non_null(action->run);
      assert_ptr_equal(action_find(desk_action_tables, action->name), action);
      if (action->subject) assert_non_null(duty_find(action->subject));
      for (int u = 0; desk_action_tables[u]; u++)
        for (const struct action *other = desk_action_tables[u]; other->name; other++) {
          if (other == action) continue;
          if (action->command && other->command && strcmp(action->command, other->command) == 0)
            fail_msg("%s and %s: %s", action->name, other->name, action->command);
          bool same_place =
            action->subject && other->subject ? strcmp(action->subject, other->subject) == 0 : !action->subject && !other->subject;
          if (same_place && action->key && other->key && strcmp(action->key, other->key) == 0 && t == u)
            fail_msg("%s and %s: key %s", action->name, other->name, action->key);
        }
    }
}

/* --- two machines of one station ------------------------------------------------------------------------------------------------------ */

/* Changed on both machines before they heard of each other: the overview leads to the record, and saving it decides. */
static bool rings(struct station *station, enum overview_sort sort, int64_t at)
{
  struct alarms alarms;
  struct err err = ERR_INIT;
  bool found = false;
  DONE(alarm_read(&station->desk, at, &alarms, &err));
  for (int i = 0; i < alarms.count; i++) found |= alarms.list[i].sort == sort;
  alarms_free(&alarms);
  return found;
}

/* A household that is to move and that nobody has accounted for. */
static void test_transfer(void **state)
{
  struct station *station = *state;
  STATION_ADD(station, &household_duty, "code", "1组01号户", "area", STATION_VILLAGE);
  record_id row = STATION_ADD(station, &transfer_duty, "household", "1组01号户");
  int64_t made = clock_now();
  assert_true(shows(station, DUE_TRANSFER, "1"));
  assert_false(rings(station, DUE_TRANSFER, made + 50 * CLOCK_MINUTE));
  assert_true(rings(station, DUE_TRANSFER, made + 60 * CLOCK_MINUTE));
  ACT(station, "transfer.settle", row, "goes_to", "relatives", "people", "3");
  assert_false(rings(station, DUE_TRANSFER, made + 90 * CLOCK_MINUTE));
}

static void test_conflict(void **state)
{
  struct station *station = *state;
  struct station other = { .config = station->config };
  struct err err = ERR_INIT;
  struct buf name = BUF_INIT;
  struct overview overview;
  snprintf(other.path, sizeof other.path, "%s/other.db", station->directory);
  DONE(setup_init(other.path, STATION_AREA, "示范镇", 'B', false, &err));
  station_open(&other);
  record_id contact = STATION_ADD(station, &contact_duty, "name", "公路养护站", "sort", "road", "phone", "00000000001");
  record_name(station->desk.store, contact, &name);
  tell(&station->desk, &other.desk);
  record_id there = record_from_name(other.desk.store, buf_text(&name));
  set_phone(&station->desk, contact, "00000000002");
  set_phone(&other.desk, there, "00000000003");
  tell(&other.desk, &station->desk);
  tell(&station->desk, &other.desk);
  look(station, &overview);
  const struct overview_line *line = line_of(&overview, DUE_CONFLICT, "公路养护站");
  assert_non_null(line);
  assert_ptr_equal(line->kind, &contact_kind);
  assert_int_equal(line->record, contact);
  int64_t due = line->due; /* somebody has to decide, and rings until then */
  overview_free(&overview);
  assert_true(due > clock_now() && due <= clock_now() + 30 * CLOCK_MINUTE);
  assert_false(rings(station, DUE_CONFLICT, due - 1));
  assert_true(rings(station, DUE_CONFLICT, due));
  DONE(station_change(station, &contact_duty, contact, "note", "白天", &err)); /* another field decides nothing */
  assert_true(shows(station, DUE_CONFLICT, "公路养护站"));
  set_phone(&station->desk, contact, "00000000004");
  assert_false(shows(station, DUE_CONFLICT, "公路养护站"));
  assert_int_equal(conflict_count(other.desk.store), 1);
  char *shown = station_read(&other, &contact_kind, there, "phone"); /* of two of the same instant, that of either machine */
  set_phone(&other.desk, there, NULL);                               /* saved as it stands */
  assert_int_equal(conflict_count(other.desk.store), 0);
  assert_field(&other, &contact_kind, there, "phone", shown);
  free(shown);
  desk_close(&other.desk);
  buf_free(&name);
}

/* Of the orders open below, a station's line counts those that went to it, not what lies in its villages. */
static bool take_orders(void *context, const struct station_line *line)
{
  if (line->area == 519901101000) *(int *)context = line->orders * 100 + line->unanswered;
  return true;
}

static void test_orders_of_a_station(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  int orders = 0;
  STATION_ADD(station, &unit_duty, "name", "测试镇", "area", "519901101000");
  ACT(station, "station.order", 0, "area", "519901101000", "content", "报水位", "deadline", "+60");
  ACT(station, "station.order", 0, "area", "519901101201", "content", "转移三户", "deadline", "+60");
  DONE(station_each(&station->desk, take_orders, &orders, &err));
  assert_int_equal(orders, 101);
  assert_true(shows(station, DUE_ORDER, "测试镇: 报水位"));
}

static int setup_county(void **state)
{
  return station_setup_area(state, "519901000000", "测试县");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    STATION_TEST(test_sorted),
    STATION_TEST(test_done_is_gone),
    STATION_TEST(test_handover_lines),
    STATION_TEST(test_gap_of_the_shift_that_runs),
    STATION_TEST(test_relief),
    STATION_TEST(test_late_successor),
    STATION_TEST(test_status),
    STATION_TEST(test_other_sources),
    STATION_TEST(test_actions_exist),
    STATION_TEST(test_transfer),
    STATION_TEST(test_conflict),
    cmocka_unit_test(test_tables),
    cmocka_unit_test_setup_teardown(test_orders_of_a_station, setup_county, station_teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
