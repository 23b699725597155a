/* The day log: written quickly, struck with a reason, corrected, acknowledged by each post; what opens from it; items, orders and duty
 * checks followed. */
#include <time.h>

#include "unit/duty_station.h"

#include "desk/warning.h"
#include "store/query.h"

static record_id on_duty(struct station *station, record_id *b)
{
  int64_t now = clock_now();
  record_id a = add_officer(station, "值班员甲", "any", "officer");
  *b = add_officer(station, "值班员乙", "any", "officer");
  add_shift(station, now - CLOCK_HOUR, now + 11 * CLOCK_HOUR, a, *b, 0);
  return a;
}

static void test_add(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  struct record record = { 0 };
  station->desk.officer = station->admin;
  int64_t operations = query_single(station->desk.store, "SELECT count(*) FROM op", 0, -1);
  record_id entry = ACT(station, "entry.add", 0, "text", "东沟村来报：公路有落石", "happened", "-25");
  assert_int_equal(query_single(station->desk.store, "SELECT count(*) FROM op", 0, -1), operations + 1);
  assert_int_equal(record_read(station->desk.store, &entry_kind, entry, &record, &err), 1);
  int64_t now = clock_now(), made = record_made_at(station->desk.store, &record), happened = record_number(&record, "happened", 0);
  assert_in_range(made, now - 5000, now);
  assert_in_range(happened, now - 26 * CLOCK_MINUTE, now - 25 * CLOCK_MINUTE); /* happened-at is not recorded-at */
  assert_int_equal(record_number(&record, "recorder", 0), station->admin);
  assert_string_equal(record_text(&record, "sort"), "note");
  assert_non_null(record_text(&record, "no"));
  record_free(&record);
  ACT_REFUSED(station, "missing", "entry.add", 0, "place", "东沟");
  ACT_REFUSED(station, "Happened lies in the future", "entry.add", 0, "text", "明天的事", "happened", "+180");
}

/* As the manual says it, at any hour: what was typed as a time of day lies behind us. */
static void test_bare_time(void **state)
{
  struct station *station = *state;
  struct record record = { 0 };
  struct err err = ERR_INIT;
  for (int hours = 1; hours < 24; hours++) {
    struct tm ahead;
    clock_parts(clock_now() + hours * CLOCK_HOUR, &ahead);
    char typed[8];
    snprintf(typed, sizeof typed, "%02u%02u", (unsigned)ahead.tm_hour % 24, (unsigned)ahead.tm_min % 60);
    record_id entry = STATION_ADD(station, &entry_duty, "happened", typed, "sort", "note", "text", "补录");
    assert_int_equal(record_read(station->desk.store, &entry_kind, entry, &record, &err), 1);
    assert_in_range(record_number(&record, "happened", 0), clock_now() - CLOCK_DAY, clock_now());
    record_free(&record);
  }
}

static void test_phone(void **state)
{
  struct station *station = *state;
  record_id entry = ACT(station, "entry.phone", 0, "text", "汇报降雨", "caller_unit", "东沟村", "caller_name", "村干部甲", "caller_phone",
                        "００００００００００１", "measures", "已拉警戒", "told", "镇防汛办", "told_at", "-5");
  assert_field(station, &entry_kind, entry, "sort", "phone");
  assert_field(station, &entry_kind, entry, "caller_phone", "00000000001");
  assert_field(station, &entry_kind, entry, "caller_name", "村干部甲");
  assert_field(station, &entry_kind, entry, "measures", "已拉警戒");
}

/* What was first written on a blank form keeps the number that was printed on it. */
static void test_paper_number(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  char *number = NULL;
  struct act *act = act_begin(station->desk.store, "blank.reserve", 0, &err);
  assert_non_null(act);
  act_reserve_numbers(act, &entry_kind, 2, &number);
  assert_int_equal(act_commit(act, &err), 0);
  record_id entry = ACT(station, "entry.add", 0, "text", "停电时手写", "no", number);
  assert_field(station, &entry_kind, entry, "no", number);
  ACT_REFUSED(station, "used already", "entry.phone", 0, "text", "同一张表", "no", number);
  number[strlen(number) - 1]++;
  assert_field(station, &entry_kind, ACT(station, "entry.phone", 0, "text", "另一张表", "no", number), "no", number);
  ACT_REFUSED(station, "not a number reserved", "entry.add", 0, "text", "没有这张表", "no", "E-26-A999");
  free(number);
}

static void test_strike(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  record_id entry = ACT(station, "entry.add", 0, "text", "写错了");
  ACT_REFUSED(station, "missing", "entry.strike", entry);
  ACT(station, "entry.strike", entry, "why", "时间不对");
  assert_field(station, &entry_kind, entry, "voided", "时间不对");
  assert_field(station, &entry_kind, entry, "text", "写错了"); /* stays readable */
  ACT_REFUSED(station, "already", "entry.strike", entry, "why", "再划");
  record_id correction = ACT(station, "entry.correct", entry, "text", "改正");
  assert_field(station, &entry_kind, correction, "sort", "correction");
  assert_int_equal(query_single(station->desk.store, "SELECT corrects FROM k_entry WHERE id = ?1", correction, 0), entry);
}

/* Pen, not pencil: a later call may complete an entry, nothing rewrites it. */
static void test_not_overwritten(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  record_id entry = ACT(station, "entry.phone", 0, "text", "汇报降雨", "caller_unit", "东沟村", "happened", "-5");
  REFUSED(station_change(station, &entry_duty, entry, "text", "改了", &err), "strike");
  REFUSED(station_change(station, &entry_duty, entry, "happened", "-25", &err), "strike");
  REFUSED(station_change(station, &entry_duty, entry, "sort", "note", &err), "strike");
  DONE(station_change(station, &entry_duty, entry, "measures", "已拉警戒", &err));
  REFUSED(station_change(station, &entry_duty, entry, "measures", "未拉警戒", &err), "log correct");
  REFUSED(station_change(station, &entry_duty, entry, "measures", "", &err), "log correct");
  REFUSED(station_change(station, &entry_duty, entry, "caller_unit", "西沟村", &err), "log correct");
  DONE(station_change(station, &entry_duty, entry, "important", "yes", &err));
  REFUSED(station_change(station, &entry_duty, entry, "important", "no", &err), "log correct");
  assert_field(station, &entry_kind, entry, "text", "汇报降雨");
  assert_field(station, &entry_kind, entry, "measures", "已拉警戒");
  record_id item = STATION_ADD(station, &item_duty, "what", "检修发电机");
  char *number = station_read(station, &item_kind, item, "no");
  DONE(station_change(station, &entry_duty, entry, "about", number, &err));
  DONE(station_change(station, &entry_duty, entry, "about", "", &err));
  free(number);
}

static void test_acknowledge(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  record_id b, a = on_duty(station, &b);
  record_id entry = ACT(station, "entry.add", 0, "text", "县里要求夜间蹲守", "important", "yes"),
            plain = ACT(station, "entry.add", 0, "text", "换灯泡");
  ACT_REFUSED(station, "post A", "entry.acknowledge", entry);
  station->desk.officer = station->admin; /* not on duty */
  ACT_REFUSED(station, "post A", "entry.acknowledge", entry);
  station->desk.officer = b;
  ACT_REFUSED(station, "important", "entry.acknowledge", plain);
  ACT(station, "entry.acknowledge", entry);
  ACT_REFUSED(station, "already", "entry.acknowledge", entry);
  assert_field(station, &entry_kind, entry, "ack_a", "");
  station->desk.officer = a;
  ACT(station, "entry.acknowledge", entry);
  assert_int_equal(query_single(station->desk.store, "SELECT ack_a FROM k_entry WHERE id = ?1", entry, 0), a);
  assert_int_equal(query_single(station->desk.store, "SELECT ack_b FROM k_entry WHERE id = ?1", entry, 0), b);
}

/* What is prepared from an entry can be taken as it is. */
static record_id open_from(struct station *station, const char *name, record_id entry)
{
  const struct action *action = action_find(desk_action_tables, name);
  struct values arguments;
  struct outcome outcome = { 0 };
  struct err err = ERR_INIT;
  values_start(&arguments, action->arguments);
  DONE(action->prepare(&station->desk, entry, &arguments, &err));
  DONE(action_run(&station->desk, action, entry, &arguments, &outcome, &err));
  record_id made = outcome.record;
  values_free(&arguments);
  outcome_free(&outcome);
  return made;
}

static void test_open_from_entry(void **state)
{
  struct station *station = *state;
  station->desk.officer = station->admin;
  record_id entry = ACT(station, "entry.add", 0, "text", "三组后山有裂缝\n长约两米", "place", "东沟村三组");
  record_id item = open_from(station, "entry.to_item", entry);
  assert_field(station, &item_kind, item, "what", "三组后山有裂缝");
  assert_field(station, &item_kind, item, "state", "open");
  assert_int_equal(query_single(station->desk.store, "SELECT source FROM k_item WHERE id = ?1", item, 0), entry);
  assert_int_equal(query_single(station->desk.store, "SELECT owner FROM k_item WHERE id = ?1", item, 0), station->admin);
  assert_int_equal(query_single(station->desk.store, "SELECT about FROM k_entry WHERE id = ?1", entry, 0), item);
  record_id danger = open_from(station, "entry.to_danger", entry);
  assert_field(station, &danger_kind, danger, "place", "东沟村三组");
  assert_field(station, &danger_kind, danger, "state", "found");
  assert_int_equal(query_single(station->desk.store, "SELECT about FROM k_entry WHERE id = ?1", entry, 0),
                   item); /* points at the first already */
  record_id heard = ACT(station, "entry.phone", 0, "text", "示范县气象台2026年07月01日10时45分发布暴雨橙色预警信号：请注意防范。",
                        "caller_unit", "县应急局");
  record_id warning = open_from(station, "entry.to_warning", heard);
  assert_field(station, &warning_kind, warning, "colour", "orange");
  assert_field(station, &warning_kind, warning, "sender_name", "示范县气象台");
}

static void test_item(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  record_id item = STATION_ADD(station, &item_duty, "what", "检修发电机");
  assert_field(station, &item_kind, item, "state", "open");
  ACT_REFUSED(station, "state", "item.reopen", item, "why", "?");
  ACT(station, "item.done", item, "why", "已修好");
  assert_field(station, &item_kind, item, "state_why", "已修好");
  ACT_REFUSED(station, "state", "item.done", item);
  ACT(station, "item.reopen", item, "why", "又坏了");
  ACT_REFUSED(station, "missing", "item.drop", item);
  ACT(station, "item.drop", item, "why", "换新的");
  assert_field(station, &item_kind, item, "state", "dropped");
  ACT_REFUSED(station, "state", "item.assign", item, "owner", "管理员");
}

static void test_order(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  record_id order = STATION_ADD(station, &order_duty, "origin", "县防指", "content", "报送值班表", "document_no", "防指〔2026〕3号",
                                "received", "-60", "deadline", "+60");
  ACT(station, "order.assign", order, "owner", "值班员甲");
  ACT_REFUSED(station, "reason", "order.close", order);
  ACT(station, "order.reply", order, "reply", "已报送");
  assert_field(station, &order_kind, order, "state", "replied");
  assert_true(query_single(station->desk.store, "SELECT replied_at FROM k_order WHERE id = ?1", order, 0) > 0);
  ACT(station, "order.close", order);
  assert_int_equal(station_try(station, &order_duty, &err, "origin", "县防指", "content", "x", "deadline", "-600", "received", "-60", NULL),
                   0);
  assert_non_null(strstr(err.text, "deadline"));
}

static void test_dutycheck(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  record_id check = STATION_ADD(station, &dutycheck_duty, "asked_by", "县应急局", "channel", "video", "asked_at", "-3");
  assert_field(station, &dutycheck_kind, check, "state", "open");
  ACT_REFUSED(station, "before it was asked", "dutycheck.answer", check, "answered_at", "-30");
  ACT(station, "dutycheck.answer", check, "answered_by", "管理员", "result", "在岗");
  assert_field(station, &dutycheck_kind, check, "state", "answered");
  record_id other =
    STATION_ADD(station, &dutycheck_duty, "asked_by", "县应急局", "asked_at", "-3", "answered_at", "-2", "answered_by", "管理员");
  assert_field(station, &dutycheck_kind, other, "state", "answered");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    STATION_TEST(test_add),          STATION_TEST(test_bare_time),       STATION_TEST(test_phone),
    STATION_TEST(test_strike),       STATION_TEST(test_acknowledge),     STATION_TEST(test_open_from_entry),
    STATION_TEST(test_item),         STATION_TEST(test_order),           STATION_TEST(test_dutycheck),
    STATION_TEST(test_paper_number), STATION_TEST(test_not_overwritten),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
