/* Handing over: four signatures, every way out, read-back, what is sealed. */
#include "unit/duty_station.h"

#include "desk/handover.h"
#include "desk/overview.h"
#include "desk/roster.h"
#include "desk/seal.h"
#include "store/journal.h"
#include "store/query.h"

struct cast {
  record_id a, b, c, d, leader, first, second;
};

/* Two shifts: the first is on duty now, the second begins in an hour. */
static void cast_start(struct station *station, struct cast *cast)
{
  int64_t now = clock_now();
  cast->a = add_signer(station, "值班员甲", "any", "officer");
  cast->b = add_signer(station, "值班员乙", "any", "officer");
  cast->c = add_signer(station, "值班员丙", "any", "officer");
  cast->d = add_signer(station, "值班员丁", "any", "officer");
  cast->leader = add_signer(station, "带班甲", "leader", "leader");
  cast->first = add_shift(station, now - 11 * CLOCK_HOUR, now + CLOCK_HOUR, cast->a, cast->b, cast->leader);
  cast->second = add_shift(station, now + CLOCK_HOUR, now + 13 * CLOCK_HOUR, cast->c, cast->d, cast->leader);
}

static record_id offer(struct station *station)
{
  return ACT(station, "handover.offer", 0, "pin_a", PIN_OF, "pin_b", PIN_OF);
}

static void test_quiet_shift(void **state)
{
  struct station *station = *state;
  struct cast cast;
  cast_start(station, &cast);
  record_id handover = offer(station);
  assert_field(station, &handover_kind, handover, "state", "offered");
  assert_int_equal(shift_officer_on(&station->desk, POST_A, clock_now()), cast.a); /* on duty until relieved */
  assert_int_equal(ACT(station, "handover.accept", 0, "pin_a", PIN_OF, "pin_b", PIN_OF), handover);
  assert_field(station, &handover_kind, handover, "state", "accepted");
  assert_int_equal(shift_officer_on(&station->desk, POST_A, clock_now()), cast.c);
  assert_int_equal(shift_officer_on(&station->desk, POST_B, clock_now()), cast.d);
  struct record record = { 0 };
  assert_int_equal(record_read(station->desk.store, &handover_kind, handover, &record, NULL), 1);
  assert_int_equal(record_number(&record, "out_a", 0), cast.a);
  assert_int_equal(record_number(&record, "out_b", 0), cast.b);
  assert_int_equal(record_number(&record, "in_a", 0), cast.c);
  assert_int_equal(record_number(&record, "in_b", 0), cast.d);
  assert_true(record_number(&record, "in_b_at", 0) > 0);
  assert_non_null(record_text(&record, "seal"));
  record_free(&record);
  ACT(station, "handover.archive", handover);
  assert_field(station, &handover_kind, handover, "state", "archived");
  assert_int_equal(shift_officer_on(&station->desk, POST_A, clock_now()), cast.c);
}

static void test_pins(void **state)
{
  struct station *station = *state;
  struct cast cast;
  struct err err = ERR_INIT;
  cast_start(station, &cast);
  ACT_REFUSED(station, "wrong", "handover.offer", 0, "pin_a", PIN_OF, "pin_b", "9999");
  ACT_REFUSED(station, "missing", "handover.offer", 0, "pin_b", PIN_OF);
  ACT_REFUSED(station, "absent", "handover.offer", 0, "pin_a", PIN_OF);
  assert_int_equal(query_single(station->desk.store, "SELECT count(*) FROM k_handover WHERE state = 'offered'", 0, -1), 0);
  ACT_REFUSED(station, "state", "handover.accept", 0, "pin_a", PIN_OF, "pin_b", PIN_OF); /* not offered */
}

static void test_owner_blocks(void **state)
{
  struct station *station = *state;
  struct cast cast;
  struct err err = ERR_INIT;
  cast_start(station, &cast);
  record_id item = STATION_ADD(station, &item_duty, "what", "三组排水沟清淤");
  ACT_REFUSED(station, "三组排水沟清淤", "handover.offer", 0, "pin_a", PIN_OF, "pin_b", PIN_OF);
  ACT(station, "item.assign", item, "owner", "值班员丙", "due", "2359", "next", "联系挖机");
  record_id handover = offer(station);
  struct handover_facts facts;
  DONE(handover_gather(&station->desk, handover, &facts, &err));
  bool listed = false;
  for (int i = 0; i < HANDOVER_SECTIONS; i++)
    for (int j = 0; j < facts.sections[i].count; j++)
      listed |= strcmp(facts.sections[i].field, "items") == 0 && strcmp(facts.sections[i].lines[j].who, "值班员丙") == 0 &&
                strcmp(facts.sections[i].lines[j].next, "联系挖机") == 0;
  assert_true(listed);
  assert_string_equal(facts.signatures[0].name, "值班员甲");
  assert_string_equal(facts.signatures[2].name, "值班员丙");
  handover_facts_free(&facts);
}

static void test_readback(void **state)
{
  struct station *station = *state;
  struct cast cast;
  struct err err = ERR_INIT;
  cast_start(station, &cast);
  record_id one = STATION_ADD(station, &item_duty, "what", "东沟滑坡蹲守", "owner", "值班员丙", "critical", "yes");
  record_id other = STATION_ADD(station, &item_duty, "what", "卫星电话充电", "owner", "值班员丁", "critical", "yes");
  STATION_ADD(station, &item_duty, "what", "补签到表", "owner", "值班员丁");
  ACT_REFUSED(station, "offered", "handover.readback", one);
  offer(station);
  ACT_REFUSED(station, "东沟滑坡蹲守", "handover.accept", 0, "pin_a", PIN_OF, "pin_b", PIN_OF);
  ACT(station, "handover.readback", one);
  ACT_REFUSED(station, "卫星电话充电", "handover.accept", 0, "pin_a", PIN_OF, "pin_b", PIN_OF);
  /* a new offer is read back anew */
  ACT(station, "handover.withdraw", handover_open(&station->desk), "why", "还有来电");
  offer(station);
  ACT_REFUSED(station, "东沟滑坡蹲守", "handover.accept", 0, "pin_a", PIN_OF, "pin_b", PIN_OF);
  ACT(station, "handover.readback", one);
  ACT(station, "handover.readback", other, "by", "值班员丁");
  ACT(station, "handover.accept", 0, "pin_a", PIN_OF, "pin_b", PIN_OF);
}

/* A clock that was set back after the offer does not undo what was read back since. */
static void test_readback_and_clock(void **state)
{
  struct station *station = *state;
  struct cast cast;
  struct err err = ERR_INIT;
  cast_start(station, &cast);
  record_id item = STATION_ADD(station, &item_duty, "what", "东沟滑坡蹲守", "owner", "值班员丙", "critical", "yes");
  record_id handover = offer(station);
  struct act *act = act_begin(station->desk.store, "test", 0, &err);
  change_set_number(act_edit(act, &handover_kind, handover), "state_at", clock_now() + CLOCK_HOUR); /* by the clock of then */
  DONE(act_commit(act, &err));
  ACT(station, "handover.readback", item);
  ACT(station, "handover.accept", 0, "pin_a", PIN_OF, "pin_b", PIN_OF);
}

static void test_ways_out(void **state)
{
  struct station *station = *state;
  struct cast cast;
  struct err err = ERR_INIT;
  cast_start(station, &cast);
  record_id handover = offer(station);
  station->desk.officer = cast.a; /* outgoing: may withdraw, not decline */
  ACT_REFUSED(station, "incoming", "handover.decline", handover, "why", "钥匙不符");
  ACT_REFUSED(station, "missing", "handover.withdraw", handover);
  ACT(station, "handover.withdraw", handover, "why", "还有来电");
  assert_field(station, &handover_kind, handover, "state", "withdrawn");
  assert_field(station, &handover_kind, handover, "out_a", "");
  station->desk.officer = 0;
  assert_int_equal(offer(station), handover);
  station->desk.officer = cast.d;
  ACT_REFUSED(station, "outgoing", "handover.withdraw", handover, "why", "不行");
  ACT(station, "handover.decline", handover, "why", "钥匙不符");
  assert_field(station, &handover_kind, handover, "state_why", "钥匙不符");
  ACT_REFUSED(station, "state", "handover.accept", handover, "pin_a", PIN_OF, "pin_b", PIN_OF);
  station->desk.officer = 0;
  offer(station);
  ACT(station, "handover.accept", handover, "pin_a", PIN_OF, "pin_b", PIN_OF, "reserved", "发电机未试");
  assert_field(station, &handover_kind, handover, "state", "accepted_reserved");
  assert_field(station, &handover_kind, handover, "reservations", "发电机未试");
  ACT_REFUSED(station, "state", "handover.withdraw", handover, "why", "晚了");
}

static void test_absent_signs_late(void **state)
{
  struct station *station = *state;
  struct cast cast;
  struct err err = ERR_INIT;
  cast_start(station, &cast);
  record_id handover = ACT(station, "handover.offer", 0, "pin_a", PIN_OF, "absent", "送医");
  assert_field(station, &handover_kind, handover, "out_b", "");
  assert_field(station, &handover_kind, handover, "out_b_why", "送医");
  ACT_REFUSED(station, "no signature", "handover.sign_late", handover, "side", "in_b", "pin", PIN_OF);
  ACT_REFUSED(station, "no signature", "handover.sign_late", handover, "side", "out_a", "pin", PIN_OF);
  ACT_REFUSED(station, "wrong", "handover.sign_late", handover, "side", "out_b", "pin", "0000");
  ACT(station, "handover.accept", 0, "pin_a", PIN_OF, "absent", "路断");
  ACT(station, "handover.sign_late", handover, "side", "out_b", "pin", PIN_OF);
  assert_field(station, &handover_kind, handover, "out_b_late", "1");
  assert_field(station, &handover_kind, handover, "out_b_why", "送医");
  ACT(station, "handover.sign_late", handover, "side", "in_b", "pin", PIN_OF);
  assert_int_equal(query_single(station->desk.store, "SELECT in_b FROM k_handover WHERE id = ?1", handover, 0), cast.d);
}

static void test_takeover(void **state)
{
  struct station *station = *state;
  struct cast cast;
  struct err err = ERR_INIT;
  cast_start(station, &cast);
  ACT_REFUSED(station, "missing", "handover.takeover", 0, "pin", PIN_OF);
  ACT_REFUSED(station, "leader", "handover.takeover", 0, "leader", "值班员甲", "why", "接班人未到", "pin", PIN_OF);
  ACT_REFUSED(station, "wrong", "handover.takeover", 0, "why", "接班人未到", "pin", "0000");
  add_foreign_officer(station, "村带班", "leader", "leader"); /* leads a village below, not here */
  ACT_REFUSED(station, "another station", "handover.takeover", 0, "leader", "村带班", "why", "接班人未到", "pin", PIN_OF);
  record_id handover = ACT(station, "handover.takeover", 0, "why", "接班人未到", "pin", PIN_OF);
  assert_field(station, &handover_kind, handover, "state", "taken_over");
  assert_int_equal(shift_officer_on(&station->desk, POST_A, clock_now()), cast.leader);
  ACT(station, "handover.sign_late", handover, "side", "in_a", "pin", PIN_OF, "why", "路断");
  assert_int_equal(shift_officer_on(&station->desk, POST_A, clock_now()), cast.c);
}

/* An offer was withdrawn, and the shift it went to is over: whoever takes over later leads into the shift that follows now. */
static void test_stale_offer(void **state)
{
  struct station *station = *state;
  struct cast cast;
  struct status status;
  struct err err = ERR_INIT;
  int64_t now = clock_now();
  cast_start(station, &cast);
  record_id handover = offer(station);
  ACT(station, "handover.withdraw", handover, "why", "还有来电");
  record_id over = add_shift(station, now - 10 * CLOCK_HOUR, now - 9 * CLOCK_HOUR, cast.d, cast.c, 0);
  struct act *act = act_begin(station->desk.store, "test", 0, &err);
  change_set_number(act_edit(act, &handover_kind, handover), "next", over); /* as time would have left it */
  DONE(act_commit(act, &err));
  DONE(duty_void(&station->desk, &shift_duty, over, "已过", 0, &err));
  ACT(station, "handover.takeover", handover, "why", "接班人未到", "pin", PIN_OF);
  assert_int_equal(query_single(station->desk.store, "SELECT next FROM k_handover WHERE id = ?1", handover, 0), cast.second);
  DONE(status_read(&station->desk, &status, &err));
  assert_string_equal(status.post_a, "带班甲");
  assert_string_equal(status.post_b, "值班员丁 (not signed)");
  status_free(&status);
  ACT(station, "handover.sign_late", handover, "side", "in_b", "pin", PIN_OF, "why", "路断");
  DONE(status_read(&station->desk, &status, &err));
  assert_string_equal(status.post_b, "值班员丁");
  status_free(&status);
}

/* With no next shift the pair cannot be relieved by offering, but never locked in. */
static void test_no_successor(void **state)
{
  struct station *station = *state;
  struct cast cast;
  struct err err = ERR_INIT;
  cast_start(station, &cast);
  DONE(duty_void(&station->desk, &shift_duty, cast.second, "排错", 0, &err));
  ACT_REFUSED(station, "takeover", "handover.offer", 0, "pin_a", PIN_OF, "pin_b", PIN_OF);
  ACT(station, "handover.takeover", 0, "why", "无人接班", "pin", PIN_OF);
  assert_int_equal(shift_officer_on(&station->desk, POST_A, clock_now()), cast.leader);
  assert_int_equal(shift_officer_on(&station->desk, POST_B, clock_now()), 0);
}

static void test_somebody_else_sits_down(void **state)
{
  struct station *station = *state;
  struct cast cast;
  struct err err = ERR_INIT;
  cast_start(station, &cast);
  add_signer(station, "值班员戊", "any", "officer");
  record_id other = record_find(station->desk.store, &officer_kind, "值班员戊", &err);
  offer(station);
  ACT_REFUSED(station, "one person", "handover.accept", 0, "in_a", "值班员丁", "pin_a", PIN_OF, "pin_b", PIN_OF);
  ACT(station, "handover.accept", 0, "in_a", "值班员戊", "pin_a", PIN_OF, "pin_b", PIN_OF);
  assert_int_equal(shift_officer_on(&station->desk, POST_A, clock_now()), other);
  assert_int_equal(query_single(station->desk.store, "SELECT post_a FROM k_shift WHERE id = ?1", cast.second, 0), other);
}

/* A handover may pass over a shift whose pair never came. */
static void test_passed_over(void **state)
{
  struct station *station = *state;
  struct cast cast;
  struct err err = ERR_INIT;
  struct shift_on on;
  int64_t now = clock_now();
  cast_start(station, &cast);
  record_id third = add_shift(station, now + 13 * CLOCK_HOUR, now + 25 * CLOCK_HOUR, cast.b, cast.d, cast.leader);
  DONE(duty_void(&station->desk, &shift_duty, cast.second, "排错", 0, &err));
  offer(station);
  ACT(station, "handover.accept", 0, "pin_a", PIN_OF, "pin_b", PIN_OF);
  add_shift(station, now + 2 * CLOCK_HOUR, now + 13 * CLOCK_HOUR, cast.c, cast.a, cast.leader); /* put in between afterwards */
  shift_on_duty(&station->desk, now + 14 * CLOCK_HOUR, &on);
  assert_int_equal(on.shift, third);
  assert_int_equal(on.officers[POST_A], cast.b);
}

static int two_signatures(struct station *station, const char *directory)
{
  struct err err = ERR_INIT;
  char *path = mem_printf("%s/two.ini", directory);
  const char *const paths[] = { path, NULL };
  FILE *file = fopen(path, "w");
  fputs("[shift]\nsignatures = two\n", file);
  fclose(file);
  config_free(station->config);
  DONE(config_load(&station->config, paths, &err));
  station->desk.config = station->config;
  free(path);
  return 0;
}

static void test_two_signatures(void **state)
{
  struct station *station = *state;
  struct cast cast;
  cast_start(station, &cast);
  two_signatures(station, station->directory);
  ACT(station, "handover.offer", 0, "pin_a", PIN_OF);
  record_id handover = ACT(station, "handover.accept", 0, "pin_a", PIN_OF);
  assert_field(station, &handover_kind, handover, "state", "accepted");
  assert_field(station, &handover_kind, handover, "in_b", "");
}

/* What was signed does not change when the records behind it do. */
static void test_frozen(void **state)
{
  struct station *station = *state;
  struct cast cast;
  struct err err = ERR_INIT;
  cast_start(station, &cast);
  record_id item = STATION_ADD(station, &item_duty, "what", "东沟滑坡蹲守", "owner", "值班员丙");
  ACT(station, "entry.add", 0, "text", "县应急局来电查岗");
  ACT(station, "handover.draft", 0, "situation", "雨停", "keys", "三把");
  record_id handover = offer(station);
  ACT_REFUSED(station, "state", "handover.draft", handover, "situation", "雨又大");
  REFUSED(station_change(station, &handover_duty, handover, "situation", "雨又大", &err), "signed");
  ACT(station, "handover.accept", 0, "pin_a", PIN_OF, "pin_b", PIN_OF);
  ACT(station, "item.done", item);
  struct handover_facts facts;
  DONE(handover_gather(&station->desk, handover, &facts, &err));
  assert_true(facts.frozen);
  for (int i = 0; i < HANDOVER_SECTIONS; i++) {
    const struct handover_section *section = &facts.sections[i];
    assert_int_equal(section->count, 0);
    if (strcmp(section->field, "items") == 0) assert_non_null(strstr(section->written, "东沟滑坡蹲守"));
    if (strcmp(section->field, "events") == 0) assert_non_null(strstr(section->written, "县应急局来电查岗"));
    if (strcmp(section->field, "situation") == 0) assert_string_equal(section->written, "雨停");
  }
  handover_facts_free(&facts);
}

static bool count_late(void *context, record_id entry, record_id handover)
{
  record_id *last = context;
  (void)handover;
  *last = entry;
  return true;
}

static void test_seal(void **state)
{
  struct station *station = *state;
  struct cast cast;
  struct err err = ERR_INIT;
  cast_start(station, &cast);
  record_id before = ACT(station, "entry.add", 0, "text", "县应急局来电查岗");
  record_id handover = offer(station);
  assert_false(seal_covers(&station->desk, before));
  ACT(station, "handover.accept", 0, "pin_a", PIN_OF, "pin_b", PIN_OF);
  record_id after = ACT(station, "entry.add", 0, "text", "接班检查设备");
  assert_true(seal_covers(&station->desk, before));
  assert_false(seal_covers(&station->desk, after));
  ACT_REFUSED(station, "sealed", "entry.strike", before, "why", "写错");
  REFUSED(duty_void(&station->desk, &entry_duty, before, "写错", 0, &err), "sealed");
  REFUSED(duty_void(&station->desk, &handover_duty, handover, "写错", 0, &err), "signed");
  REFUSED(station_change(station, &entry_duty, before, "place", "补写", &err), "sealed");
  assert_field(station, &entry_kind, before, "text", "县应急局来电查岗");
  record_id correction = ACT(station, "entry.correct", before, "text", "市应急局来电查岗");
  assert_int_equal(query_single(station->desk.store, "SELECT corrects FROM k_entry WHERE id = ?1", correction, 0), before);
  ACT(station, "entry.strike", after, "why", "写错");
  record_id late = 0;
  ACT(station, "entry.strike", correction, "why", "写错");
  DONE(seal_late_each(&station->desk, count_late, &late, &err));
  assert_int_equal(late, 0);
  record_id forgotten = ACT(station, "entry.add", 0, "text", "上一班漏记", "happened", "-30");
  DONE(seal_late_each(&station->desk, count_late, &late, &err));
  assert_int_equal(late, forgotten);
}

/* Who sat there is signed: neither the generic form nor the roster's commands rewrite it. */
static void test_signed_shifts(void **state)
{
  struct station *station = *state;
  struct cast cast;
  struct handover_facts facts;
  struct err err = ERR_INIT;
  cast_start(station, &cast);
  record_id other = add_signer(station, "值班员戊", "any", "officer");
  DONE(station_change(station, &shift_duty, cast.first, "post_a", "值班员戊", &err)); /* the roster may be wrong until it is signed */
  DONE(station_change(station, &shift_duty, cast.first, "post_a", "值班员甲", &err));
  offer(station);
  record_id handover = ACT(station, "handover.accept", 0, "pin_a", PIN_OF, "absent", "路断");
  REFUSED(station_change(station, &shift_duty, cast.first, "post_a", "值班员戊", &err), "signed handover");
  REFUSED(station_change(station, &shift_duty, cast.first, "weather", "晴", &err), "signed handover");
  REFUSED(duty_void(&station->desk, &shift_duty, cast.first, "写错", 0, &err), "signed handover");
  REFUSED(roster_substitute(&station->desk, cast.first, POST_A, other, "写错", &err), "signed handover");
  REFUSED(station_change(station, &shift_duty, cast.second, "post_a", "值班员戊", &err), "substitute");
  REFUSED(duty_void(&station->desk, &shift_duty, cast.second, "写错", 0, &err), "signed handover");
  DONE(station_change(station, &shift_duty, cast.second, "post_b", "值班员戊", &err)); /* has not signed */
  DONE(roster_substitute(&station->desk, cast.second, POST_A, cast.b, "送医", &err));
  DONE(handover_gather(&station->desk, handover, &facts, &err));
  assert_string_equal(facts.signatures[0].name, "值班员甲");
  assert_string_equal(facts.signatures[2].name, "值班员丙"); /* signed, though replaced since */
  handover_facts_free(&facts);
}

struct since {
  int count, entries;
};

static bool count_since(void *context, int64_t op, const struct operation *operation)
{
  struct since *since = context;
  (void)op;
  since->count++;
  since->entries += strcmp(operation->action, "entry.add") == 0;
  return true;
}

static void test_since(void **state)
{
  struct station *station = *state;
  struct cast cast;
  struct since since = { 0, 0 };
  struct err err = ERR_INIT;
  cast_start(station, &cast);
  ACT(station, "entry.add", 0, "text", "交班前");
  offer(station);
  usleep(2000); /* the clock has milliseconds */
  int64_t offered = clock_now();
  ACT(station, "handover.accept", 0, "pin_a", PIN_OF, "pin_b", PIN_OF);
  ACT(station, "entry.add", 0, "text", "交班后一");
  station->desk.officer = cast.a; /* his own is no news to him */
  ACT(station, "entry.add", 0, "text", "自己写的");
  station->desk.officer = 0;
  int64_t at = handover_since(&station->desk, cast.a, 100, count_since, &since, &err);
  assert_in_range(at, 1, offered);
  assert_int_equal(since.entries, 1);
  since = (struct since){ 0, 0 };
  handover_since(&station->desk, cast.c, 100, count_since, &since, &err); /* never sat here: the last day */
  assert_int_equal(since.entries, 3);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    STATION_TEST(test_quiet_shift),
    STATION_TEST(test_pins),
    STATION_TEST(test_owner_blocks),
    STATION_TEST(test_readback),
    STATION_TEST(test_ways_out),
    STATION_TEST(test_absent_signs_late),
    STATION_TEST(test_takeover),
    STATION_TEST(test_no_successor),
    STATION_TEST(test_somebody_else_sits_down),
    STATION_TEST(test_two_signatures),
    STATION_TEST(test_frozen),
    STATION_TEST(test_seal),
    STATION_TEST(test_since),
    STATION_TEST(test_passed_over),
    STATION_TEST(test_signed_shifts),
    STATION_TEST(test_stale_offer),
    STATION_TEST(test_readback_and_clock),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
