/* Ladders: read from data, started by an acknowledgement, brought forward by minutes and tries; what was promised has its own clock; two
 * nodes make one record each. */
#include "unit/exchange.h"

#include <sys/stat.h>

#include "base/data.h"
#include "base/file.h"
#include "desk/answer.h"
#include "desk/call.h"
#include "desk/ladder.h"
#include "desk/overview.h"
#include "desk/relay.h"
#include "desk/warning.h"
#include "store/query.h"

static int64_t ask(struct station *station, const char *sql)
{
  return query_single(station->desk.store, sql, 0, -1);
}

/* The call of that name and, unless NULL, rung. */
static record_id call_of(struct station *station, const char *callee, const char *rung)
{
  struct query *query =
    query_open(station->desk.store, "SELECT id FROM k_call WHERE callee = ?1 AND (?2 IS NULL OR rung = ?2) ORDER BY colour LIMIT 1");
  query_bind_text(query, 1, callee);
  query_bind_text(query, 2, rung);
  record_id id = query_next(query, NULL) == 1 ? query_number(query, 0) : 0;
  query_close(query);
  if (!id) fail_msg("no call of %s %s", callee, rung ? rung : "");
  return id;
}

#define assert_state(station, callee, rung, expected) assert_field(station, &call_kind, call_of(station, callee, rung), "state", expected)

/* Three villages, of which the second has nobody as officer A; a leader, and A, on duty. */
static void furnish(struct station *station)
{
  record_id a = STATION_ADD(station, &officer_duty, "name", "值班员甲", "post", "a", "rank", "officer", "phone", "00000000021");
  record_id leader = STATION_ADD(station, &officer_duty, "name", "带班领导", "post", "leader", "rank", "leader", "phone", "00000000025");
  add_shift(station, clock_now() - CLOCK_HOUR, clock_now() + 11 * CLOCK_HOUR, a, 0, leader);
  STATION_ADD(station, &unit_duty, "area", "110228104201", "name", "东沟村", "officer_a", "东沟甲", "officer_a_phone", "00000000101",
              "officer_b", "东沟乙", "officer_b_phone", "00000000102", "head", "东沟主任", "head_phone", "00000000103");
  STATION_ADD(station, &unit_duty, "area", "110228104202", "name", "西沟村", "officer_b", "西沟乙", "officer_b_phone", "00000000105",
              "head", "西沟主任", "head_phone", "00000000106");
  STATION_ADD(station, &unit_duty, "area", "110228104203", "name", "南沟村", "officer_a", "南沟甲", "officer_a_phone", "00000000107");
  station->desk.officer = a;
}

static record_id warn(struct station *station, const char *colour, const char *received)
{
  return STATION_ADD(station, &warning_duty, "event", "山洪", "colour", colour, "headline", "山洪灾害气象预警", "sender_name",
                     "示范县水利局", "sent", "-20", "received", received, "expires", "+600");
}

/* --- data
 * ------------------------------------------------------------------------------------------------------------------------------- */

static void test_shipped(void **state)
{
  struct err err = ERR_INIT;
  int found = 0;
  (void)state;
  for (const struct data_file *file = data_files; file->name != NULL; file++) {
    if (strncmp(file->name, "ladders/", 8) != 0) continue;
    struct ladder ladder;
    char *name = mem_dup_n(file->name + 8, strlen(file->name) - 8 - 4);
    DONE(ladder_load(name, &ladder, &err));
    assert_string_equal(ladder.name, name);
    assert_non_null(ladder.title);
    assert_non_null(ladder.basis);
    assert_true(ladder.count > 0 && ladder.rungs[0].begins);
    for (int i = 0; i < ladder.count; i++) assert_true(ladder.rungs[i].within > 0 && ladder.rungs[i].title != NULL);
    ladder_free(&ladder);
    free(name);
    found++;
  }
  assert_true(found >= 6);
}

static void write_ladder(const char *directory, const char *name, const char *text)
{
  struct err err = ERR_INIT;
  char *folder = file_join(directory, "ladders"), *path = mem_printf("%s/%s.ini", folder, name);
  DONE(file_make_directories(folder, 0755, &err));
  DONE(file_replace(path, text, strlen(text), 0644, &err));
  free(path);
  free(folder);
}

static void remove_ladder(const char *directory, const char *name)
{
  char *folder = file_join(directory, "ladders"), *path = mem_printf("%s/%s.ini", folder, name);
  unlink(path);
  rmdir(folder);
  free(path);
  free(folder);
}

static void test_data_errors(void **state)
{
  static const struct {
    const char *text, *said;
  } wrong[] = {
    { "[ladder]\ntitle = x\n", "no rung" },
    { "[a]\nwho = nobody\n", "ladders/own.ini, line 2: who" },
    { "[a]\nwho = leader\nminutes = soon\n", "line 3: minutes" },
    { "[a]\nwho = leader\nminutes = 99999\n", "1440" },
    { "[a]\nwho = role\n", "[a]: named" },
    { "[a]\nwho = leader\ncolours = red, pink\n", "pink" },
    { "[a]\nwho = leader\nspeed = 3\n", "speed" },
    { "[ladder]\nspeed = 3\n[a]\nwho = leader\n", "speed" },
    { "[a]\nwho = station\norder = a, c\n", "order" },
    { "[a]\nwho = leader\nchannel = smoke\n", "smoke" },
  };
  struct station *station = *state;
  struct err err = ERR_INIT;
  struct ladder ladder;
  setenv("DUTYDESK_ETC", station->directory, 1);
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    write_ladder(station->directory, "own", wrong[i].text);
    REFUSED(ladder_load("own", &ladder, &err), wrong[i].said);
    ladder_free(&ladder);
  }
  remove_ladder(station->directory, "own");
  REFUSED(ladder_load("own", &ladder, &err), "own");
  ladder_free(&ladder);
  REFUSED(ladder_load("../dutydesk", &ladder, &err), "");
  ladder_free(&ladder);
  /* A station's own file counts; a broken one never stops a call. */
  write_ladder(station->directory, "standard", "[only]\nwho = leader\nminutes = 7\n");
  DONE(ladder_load("standard", &ladder, &err));
  assert_int_equal(ladder.count, 1);
  assert_int_equal(ladder.rungs[0].within, 7 * CLOCK_MINUTE);
  ladder_free(&ladder);
  write_ladder(station->directory, "standard", "[only]\nwho = nobody\n");
  char *trouble = NULL;
  DONE(ladder_of_station(&station->desk, &ladder, &trouble, &err));
  assert_non_null(strstr(trouble, "line 2"));
  assert_true(ladder.count > 1);
  free(trouble);
  ladder_free(&ladder);
  struct overview overview;
  bool told = false;
  DONE(overview_read(&station->desk, &overview, &err));
  for (int i = 0; i < overview.count; i++) told |= strstr(overview.lines[i].text, "ladders/standard.ini, line 2") != NULL;
  overview_free(&overview);
  assert_true(told);
  remove_ladder(station->directory, "standard");
  unsetenv("DUTYDESK_ETC");
}

/* --- started
 * ---------------------------------------------------------------------------------------------------------------------------- */

static void test_started(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  furnish(station);
  record_id warning = warn(station, "red", "-2");
  int64_t operations = ask(station, "SELECT count(*) FROM op WHERE action = 'warning.ack'");
  ACT(station, "warning.ack", warning);
  assert_int_equal(ask(station, "SELECT count(DISTINCT lead) >= 0 FROM op"), 1);
  assert_true(ask(station, "SELECT count(*) FROM op WHERE action = 'warning.ack'") > operations);
  assert_state(station, "带班领导", "leader", "waiting");
  assert_state(station, "东沟甲", "villages/a", "waiting");
  assert_field(station, &call_kind, call_of(station, "东沟甲", NULL), "area", "110228104201");
  assert_field(station, &call_kind, call_of(station, "东沟甲", NULL), "colour", "red");
  assert_field(station, &call_kind, call_of(station, "东沟甲", NULL), "tries", "3");
  int64_t due = ask(station, "SELECT due FROM k_call WHERE callee = '东沟甲'");
  assert_in_range(due, clock_now() + 4 * CLOCK_MINUTE, clock_now() + 5 * CLOCK_MINUTE);
  /* Nobody is named as A of the second village: visible, ringing, and B is called at once. */
  assert_state(station, "西沟村", "villages/a", "skipped");
  assert_field(station, &call_kind, call_of(station, "西沟村", NULL), "state_why", "nobody is named there");
  assert_state(station, "西沟乙", "villages/b", "waiting");
  assert_true(ask(station, "SELECT due FROM k_call WHERE state = 'skipped'") <= clock_now());
  assert_state(station, "南沟甲", "villages/a", "waiting"); /* the next village is not forgotten over it */
  assert_int_equal(ask(station, "SELECT count(*) FROM k_call"), 5);
  /* Once more, by hand or by the agent: nothing twice. */
  ACT(station, "warning.call", warning);
  DONE(ladder_advance(&station->desk, clock_now(), &err));
  assert_int_equal(ask(station, "SELECT count(*) FROM k_call"), 5);
  assert_int_equal(ladder_next(&station->desk, clock_now()), due < ask(station, "SELECT min(due) FROM k_call WHERE state = 'waiting'")
                                                               ? due
                                                               : ask(station, "SELECT min(due) FROM k_call WHERE state = 'waiting'"));
  assert_true(ask(station, "SELECT received_at FROM k_answer") > 0);
}

/* A test never calls anybody by itself. */
static void test_not_real(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  furnish(station);
  record_id warning = STATION_ADD(station, &warning_duty, "event", "山洪", "colour", "red", "headline", "测试", "sender_name",
                                  "示范县水利局", "sent", "-20", "status", "test", "expires", "+600");
  struct outcome outcome = { 0 };
  DONE(ladder_begin_warning(&station->desk, warning, &outcome, &err));
  outcome_free(&outcome);
  DONE(ladder_advance(&station->desk, clock_now() + CLOCK_HOUR, &err));
  assert_int_equal(ask(station, "SELECT count(*) FROM k_call"), 0);
}

static int64_t calls_after(struct station *station, const char *status)
{
  struct outcome outcome = { 0 };
  struct err err = ERR_INIT;
  record_id warning = STATION_ADD(station, &warning_duty, "event", "山洪", "colour", "red", "headline", "演练", "sender_name",
                                  "示范县水利局", "sent", "-20", "status", status, "expires", "+600");
  DONE(ladder_acknowledge(&station->desk, warning, NULL, &outcome, &err));
  outcome_free(&outcome);
  assert_int_equal(warning_in_force(&station->desk, warning, clock_now()), ask(station, "SELECT count(*) > 0 FROM k_call"));
  assert_int_equal(ask(station, "SELECT count(*) FROM k_task") > 0, ask(station, "SELECT count(*) > 0 FROM k_call"));
  return ask(station, "SELECT count(*) FROM k_call");
}

/* An exercise is for practising; at a real desk the same alert calls nobody. */
static void test_exercise(void **state)
{
  struct station *station = *state, other = { .config = station->config };
  struct err err = ERR_INIT;
  furnish(station);
  assert_int_equal(calls_after(station, "exercise"), 0);
  snprintf(other.path, sizeof other.path, "%s/other.db", station->directory);
  DONE(setup_init(other.path, STATION_AREA, "示范镇", 'B', true, &err));
  station_open(&other);
  furnish(&other);
  assert_int_equal(calls_after(&other, "test"), 0);
  assert_true(calls_after(&other, "exercise") > 0);
  desk_close(&other.desk);
}

/* --- no answer
 * -------------------------------------------------------------------------------------------------------------------------- */

static void fail_to_reach(struct station *station, const char *callee, const char *rung, int times)
{
  for (int i = 0; i < times; i++)
    ACT(station, "call.attempt", call_of(station, callee, rung), "channel", "phone", "result", i % 2 ? "busy" : "unanswered");
}

static void test_tries(void **state)
{
  struct station *station = *state;
  furnish(station);
  ACT(station, "warning.ack", warn(station, "red", "-2"));
  fail_to_reach(station, "东沟甲", NULL, 2);
  assert_state(station, "东沟甲", NULL, "waiting");
  fail_to_reach(station, "东沟甲", NULL, 1);
  assert_state(station, "东沟甲", NULL, "escalated");
  assert_field(station, &call_kind, call_of(station, "东沟甲", NULL), "escalated_to", "东沟乙");
  assert_state(station, "东沟乙", "villages/b", "waiting");
  fail_to_reach(station, "东沟乙", NULL, 3);
  fail_to_reach(station, "东沟主任", "villages/h", 3);
  /* Then somebody goes there. */
  record_id person = call_of(station, "东沟主任", "villages/person");
  assert_field(station, &call_kind, person, "planned", "door");
  assert_field(station, &call_kind, person, "state", "waiting");
  struct err err = ERR_INIT;
  ACT_REFUSED(station, "who", "call.attempt", person, "channel", "door", "result", "sent");
  ACT(station, "call.attempt", person, "channel", "door", "result", "sent", "who", "值班员乙");
  assert_field(station, &call_kind, person, "state", "waiting");
  assert_int_equal(ask(station, "SELECT count(*) FROM k_attempt"), 10);
  /* He does not get through either: it rings until somebody answers. */
  DONE(ladder_advance(&station->desk, clock_now() + 3 * CLOCK_HOUR, &err));
  assert_field(station, &call_kind, person, "state", "unanswered");
  ACT(station, "call.answer", person, "answered_by", "东沟主任");
  assert_field(station, &call_kind, person, "state", "answered");
}

static void test_minutes(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  furnish(station);
  ACT(station, "warning.ack", warn(station, "red", "-2"));
  int64_t later = ask(station, "SELECT due FROM k_call WHERE callee = '东沟甲'");
  assert_int_equal(ladder_advance(&station->desk, later - 1, &err), 0);
  assert_true(ladder_advance(&station->desk, later, &err) > 0);
  assert_int_equal(ladder_advance(&station->desk, later, &err), 0);
  assert_state(station, "东沟甲", NULL, "escalated");
  assert_state(station, "东沟乙", NULL, "waiting");
  assert_true(ladder_next(&station->desk, later) > later);
  /* A long night without anybody: every chain comes to its end, and stays there. */
  for (int64_t at = later, end = later + CLOCK_DAY; at < end && at != 0;) {
    int64_t next = ladder_next(&station->desk, at);
    assert_true(next == 0 || next >= at);
    DONE(ladder_advance(&station->desk, at, &err));
    at = ladder_next(&station->desk, at);
  }
  assert_int_equal(ask(station, "SELECT count(*) FROM k_call WHERE state = 'waiting'"), 0);
}

static void test_wrong_number(void **state)
{
  struct station *station = *state;
  furnish(station);
  record_id unit = ask(station, "SELECT id FROM k_unit WHERE name = '东沟村'");
  ACT(station, "unit.verify", unit);
  ACT(station, "warning.ack", warn(station, "red", "-2"));
  ACT(station, "call.attempt", call_of(station, "东沟甲", NULL), "channel", "phone", "result", "wrong");
  assert_state(station, "东沟甲", NULL, "escalated"); /* it is not tried again */
  assert_field(station, &unit_kind, unit, "verified", "");
  assert_int_equal(ask(station, "SELECT count(*) FROM k_item WHERE state = 'open' AND phrase(what) LIKE '%东沟甲 00000000101%'"), 1);
}

static void test_by_hand(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  furnish(station);
  record_id warning = warn(station, "yellow", "-2");
  record_id call = ACT(station, "warning.call", warning, "callee", "水库管理员", "phone", "00000000045");
  clock_shift(1); /* of one millisecond it would be the same call */
  record_id again = ACT(station, "warning.call", warning, "callee", "水库管理员", "phone", "00000000045");
  clock_shift(0);
  assert_true(call != again);
  ACT_REFUSED(station, "escalated_to", "call.escalate", call);
  ACT(station, "call.escalate", call, "escalated_to", "水库所长", "phone", "00000000046", "why", "三次未接");
  assert_field(station, &call_kind, call, "state", "escalated");
  assert_state(station, "水库所长", NULL, "waiting");
  /* Nothing of a call by hand goes on by itself. */
  DONE(ladder_advance(&station->desk, clock_now() + CLOCK_HOUR, &err));
  assert_state(station, "水库所长", NULL, "waiting");
}

/* --- answered
 * --------------------------------------------------------------------------------------------------------------------------- */

static bool is_listed(struct station *station, const char *action, record_id record)
{
  struct overview overview;
  struct err err = ERR_INIT;
  bool found = false;
  DONE(overview_read(&station->desk, &overview, &err));
  for (int i = 0; i < overview.count; i++)
    found |= overview.lines[i].action && strcmp(overview.lines[i].action, action) == 0 && overview.lines[i].record == record;
  overview_free(&overview);
  return found;
}

static void test_promise(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  furnish(station);
  record_id warning = warn(station, "red", "-2");
  ACT(station, "warning.ack", warning);
  record_id call = call_of(station, "东沟甲", NULL);
  ACT_REFUSED(station, "promised_due", "call.answer", call, "answered_by", "东沟甲", "promised", "转移五户");
  ACT(station, "call.answer", call, "answered_by", "东沟甲", "read_back", "1", "promised", "转移五户", "promised_due", "+30");
  assert_true(is_listed(station, "call.close", call));
  assert_int_equal(ask(station, "SELECT count(*) FROM k_attempt WHERE result = 'answered'"), 1);
  assert_true(ask(station, "SELECT answered_at FROM k_answer") > 0);
  ACT(station, "call.promise", call, "promised_due", "+60", "why", "道路塌方");
  assert_true(ask(station, "SELECT promised_due FROM k_call WHERE state = 'answered'") > clock_now() + 50 * CLOCK_MINUTE);
  assert_true(is_listed(station, "call.close", call));
  ACT_REFUSED(station, "Open", "warning.finish", warning);
  ACT(station, "call.close", call);
  assert_false(is_listed(station, "call.close", call));
  ACT(station, "call.reopen", call, "why", "点错了");
  assert_field(station, &call_kind, call, "answered_by", "");
  assert_state(station, "东沟甲", NULL, "waiting");
}

/* The line of the overview that starts the action for this warning, and that there is only one. */
static struct overview_line listed_once(struct station *station, const char *action, record_id warning)
{
  struct overview overview;
  struct overview_line line = { 0 };
  struct err err = ERR_INIT;
  int found = 0;
  DONE(overview_read(&station->desk, &overview, &err));
  for (int i = 0; i < overview.count; i++)
    if (overview.lines[i].about == warning && overview.lines[i].action && strcmp(overview.lines[i].action, action) == 0) {
      line = overview.lines[i];
      found++;
    }
  overview_free(&overview);
  assert_int_equal(found, 1);
  line.text = line.who = NULL;
  return line;
}

/* However many are to be called, a warning has one line, and it rings when somebody was not reached in time. */
static void test_one_line(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  furnish(station);
  record_id warning = warn(station, "red", "-2");
  ACT(station, "warning.ack", warning);
  assert_true(ask(station, "SELECT count(*) FROM k_call WHERE state = 'waiting'") > 1);
  struct overview_line line = listed_once(station, "call.answer", warning);
  assert_int_equal(line.due, ask(station, "SELECT min(due) FROM k_call WHERE state = 'waiting'"));
  assert_int_equal(line.rings, 0);
  fail_to_reach(station, "东沟甲", NULL, 3); /* the officer's own doing rings for nobody */
  assert_int_equal(listed_once(station, "call.answer", warning).rings, 0);
  struct act *act = act_begin(station->desk.store, "call.set", 0, &err);
  change_set_number(act_edit(act, &call_kind, call_of(station, "东沟乙", NULL)), "due", clock_now() - 1);
  DONE(act_commit(act, &err));
  assert_true(ladder_advance(&station->desk, clock_now(), &err) > 0);
  assert_state(station, "东沟乙", NULL, "escalated");
  assert_true(listed_once(station, "call.answer", warning).rings > 0);
}

/* A calls back after B was called: B need not be called any more. */
static void test_calls_back(void **state)
{
  struct station *station = *state;
  furnish(station);
  ACT(station, "warning.ack", warn(station, "red", "-2"));
  fail_to_reach(station, "东沟甲", NULL, 3);
  ACT(station, "call.answer", call_of(station, "东沟甲", NULL), "answered_by", "东沟甲");
  assert_state(station, "东沟乙", NULL, "closed");
  assert_state(station, "西沟乙", NULL, "waiting"); /* another village is another chain */
}

/* --- the warning goes on
 * ---------------------------------------------------------------------------------------------------------------- */

static void test_colour_rises(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  furnish(station);
  record_id warning = warn(station, "yellow", "-2");
  ACT(station, "warning.ack", warning);
  ACT(station, "call.answer", call_of(station, "带班领导", NULL), "answered_by", "带班领导");
  struct act *act = act_begin(station->desk.store, "warning.import", 0, &err);
  struct change *change = act_edit(act, &warning_kind, warning);
  change_set_text(change, "colour", "red");
  change_set_text(change, "state", "received");
  change_set_number(change, "sent", clock_now());
  DONE(act_commit(act, &err));
  ACT(station, "warning.ack", warning);
  assert_int_equal(ask(station, "SELECT count(*) FROM k_call WHERE callee = '带班领导' AND colour = 'red' AND state = 'waiting'"), 1);
  assert_int_equal(ask(station, "SELECT count(*) FROM k_call WHERE callee = '东沟甲' AND colour = 'yellow' AND state = 'closed'"), 1);
  assert_int_equal(ask(station, "SELECT count(*) FROM k_call WHERE callee = '东沟甲' AND colour = 'red' AND state = 'waiting'"), 1);
}

static void test_over(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  furnish(station);
  ACT(station, "warning.ack", warn(station, "yellow", "-2"));
  int64_t ends = clock_now() + 600 * CLOCK_MINUTE;
  assert_true(ladder_advance(&station->desk, ends + CLOCK_MINUTE, &err) > 0);
  assert_int_equal(ask(station, "SELECT count(*) FROM k_call WHERE " CALL_OPEN), 0);
  assert_int_equal(ask(station, "SELECT count(*) FROM k_call WHERE state = 'closed' AND answered_at IS NULL AND state_why IS NOT NULL"),
                   ask(station, "SELECT count(*) FROM k_call"));
  assert_int_equal(ladder_next(&station->desk, ends + CLOCK_MINUTE), 0);
}

/* --- other ladders -------------------------------------------------------------------------------------------------------------------- */

static void use_ladder(struct station *station, const char *name)
{
  struct err err = ERR_INIT;
  char *path = mem_printf("%s/dutydesk.ini", station->directory), *text = mem_printf("[warning]\nladder = %s\n", name);
  const char *const paths[] = { path, NULL };
  DONE(file_replace(path, text, strlen(text), 0644, &err));
  config_free(station->config);
  DONE(config_load(&station->config, paths, &err));
  station->desk.config = station->config;
  unlink(path);
  free(path);
  free(text);
}

/* 6-3-1: rungs begin so long before the onset, and back to the leader when nobody answers. */
static void test_onset(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  furnish(station);
  use_ladder(station, "631");
  record_id warning = STATION_ADD(station, &warning_duty, "event", "暴雨", "colour", "red", "headline", "暴雨", "sender_name",
                                  "示范县气象台", "sent", "-20", "received", "-2", "onset", "+400", "expires", "+900");
  int64_t onset = ask(station, "SELECT onset FROM k_warning");
  ACT(station, "warning.ack", warning);
  assert_int_equal(ask(station, "SELECT count(*) FROM k_call"), 0);
  assert_int_equal(ladder_next(&station->desk, clock_now()), onset - 6 * CLOCK_HOUR);
  assert_true(ladder_advance(&station->desk, onset - 6 * CLOCK_HOUR, &err) > 0);
  assert_state(station, "带班领导", "six", "waiting");
  assert_int_equal(ask(station, "SELECT count(*) FROM k_call"), 1);
  ACT(station, "call.answer", call_of(station, "带班领导", "six"), "answered_by", "带班领导");
  assert_int_equal(ladder_next(&station->desk, onset - 6 * CLOCK_HOUR), onset - 3 * CLOCK_HOUR);
  assert_true(ladder_advance(&station->desk, onset - 3 * CLOCK_HOUR, &err) > 0);
  assert_state(station, "东沟甲", "three/a", "waiting"); /* the duty phone is missing: skipped */
  fail_to_reach(station, "东沟甲", "three/a", 3);
  fail_to_reach(station, "东沟乙", "three/b", 3);
  fail_to_reach(station, "东沟主任", "three/h", 3);
  assert_state(station, "带班领导", "three/leader", "waiting");
  fail_to_reach(station, "带班领导", "three/leader", 3);
  assert_state(station, "带班领导", "three/leader", "unanswered"); /* nobody is left */
  assert_true(ladder_advance(&station->desk, onset - CLOCK_HOUR, &err) > 0);
  assert_state(station, "南沟甲", "one/a", "waiting");
}

/* A village calls its own two posts and its head. */
static void test_village(void **state)
{
  struct station *station = *state;
  furnish(station);
  use_ladder(station, "village");
  ACT(station, "warning.ack", warn(station, "red", "-2"));
  assert_state(station, "值班员甲", "post_a", "waiting");
  assert_int_equal(ask(station, "SELECT count(*) FROM k_call"), 1);
  fail_to_reach(station, "值班员甲", "post_a", 3);
  assert_state(station, "备岗", "post_b", "skipped"); /* vacant in the roster */
  assert_state(station, "带班领导", "head", "waiting");
}

/* --- the sheet
 * -------------------------------------------------------------------------------------------------------------------------- */

struct pages {
  int64_t due;
  int rows, class;
  struct call_position last;
  bool ordered;
};

static bool next_row(void *context, const struct call_line *line)
{
  struct pages *pages = context;
  pages->ordered &= (int)line->class > pages->class || ((int)line->class == pages->class && line->due >= pages->due);
  pages->class = (int)line->class;
  pages->due = line->due;
  pages->rows++;
  pages->last = (struct call_position){ line->class, line->due, line->rank, line->call };
  return true;
}

static bool first_row(void *context, const struct call_line *line)
{
  snprintf(context, 128, "%s %s %d/%d %s", line->callee, line->area_name ? line->area_name : "-", line->attempts, line->tries, line->state);
  return false;
}

static void test_sheet(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  char text[128];
  enum { MANY = 1000, PAGE = 37 };
  furnish(station);
  record_id warning = warn(station, "red", "-2");
  ACT(station, "warning.ack", warning);
  fail_to_reach(station, "东沟甲", NULL, 1);
  assert_int_equal(call_line(&station->desk, call_of(station, "东沟甲", NULL), first_row, text, &err), 1);
  assert_string_equal(text, "东沟甲 东沟村 1/3 waiting");
  ACT(station, "call.answer", call_of(station, "带班领导", NULL), "answered_by", "带班领导", "promised", "到岗", "promised_due", "+10");
  DONE(call_sheet(&station->desk, NULL, NULL, false, 1, first_row, text, &err));
  assert_non_null(strstr(text, "skipped")); /* that one rings */
  struct act *act = act_begin(station->desk.store, "test", 0, &err);
  char *key = station_read(station, &warning_kind, warning, "key");
  for (int i = 0; i < MANY; i++) {
    struct values values;
    char name[32];
    values_start_kind(&values, &call_kind);
    snprintf(name, sizeof name, "第%d人", i);
    values_set_text(&values, "warning", key);
    values_set_text(&values, "callee", name);
    values_set_number(&values, "made", i);
    values_set_text(&values, "state", "waiting");
    values_set_number(&values, "due", clock_now() + i % 7 * CLOCK_MINUTE); /* many at one moment */
    duty_new(act, &station->desk, &call_duty, &values);
    values_free(&values);
  }
  DONE(act_commit(act, &err));
  int all = (int)ask(station, "SELECT count(*) FROM k_call");
  struct pages pages = { .ordered = true }, page = { .rows = 1 };
  while (page.rows > 0) {
    page = pages;
    page.rows = 0;
    DONE(call_sheet(&station->desk, key, pages.rows ? &pages.last : NULL, false, PAGE, next_row, &page, &err));
    page.rows += pages.rows;
    if (page.rows == pages.rows) break;
    pages = page;
  }
  assert_int_equal(pages.rows, all);
  assert_true(pages.ordered);
  struct call_count count;
  DONE(call_count(&station->desk, key, clock_now() + CLOCK_HOUR, &count, &err));
  assert_int_equal(count.all, all);
  assert_int_equal(count.promised, 1);
  assert_int_equal(count.lapsed, 1);
  assert_int_equal(count.overdue, count.now);
  assert_int_equal(count.skipped, 1);
  struct pages back = { .ordered = true };
  DONE(call_sheet(&station->desk, key, NULL, true, 1, next_row, &back, &err));
  assert_int_equal(back.last.call, pages.last.call);
  free(key);
}

/* --- two nodes
 * -------------------------------------------------------------------------------------------------------------------------- */

/* Two desks of one township run the same ladder without hearing of each other. */
static void test_two_nodes(void **state)
{
  struct station *one = *state, *other;
  struct err err = ERR_INIT;
  assert_int_equal(station_setup_area((void **)&other, STATION_AREA, "示范镇"), 0);
  furnish(one);
  exchange_send(one, other);
  other->desk.officer = other->admin;
  record_id warning = warn(one, "red", "-2");
  exchange_send(one, other);
  ACT(one, "warning.ack", warning);
  fail_to_reach(one, "东沟甲", NULL, 2);
  struct outcome outcome = { 0 };
  DONE(ladder_begin_warning(&other->desk, warning, &outcome, &err));
  outcome_free(&outcome);
  fail_to_reach(other, "东沟甲", NULL, 1);
  ACT(other, "call.answer", call_of(other, "带班领导", NULL), "answered_by", "带班领导");
  exchange_both(one, other);
  DONE(ladder_advance(&one->desk, clock_now(), &err));
  exchange_both(one, other);
  DONE(ladder_advance(&other->desk, clock_now(), &err));
  exchange_both(one, other);
  struct station *const both[] = { one, other };
  for (int i = 0; i < 2; i++) {
    assert_int_equal(ask(both[i], "SELECT count(*) FROM k_call WHERE callee = '东沟甲'"), 1);
    assert_int_equal(ask(both[i], "SELECT count(*) FROM k_call WHERE callee = '东沟乙'"), 1);
    assert_int_equal(ask(both[i], "SELECT count(*) FROM k_attempt WHERE callee = '东沟甲'"), 3);
    assert_state(both[i], "东沟甲", NULL, "escalated"); /* three attempts together */
    assert_state(both[i], "东沟乙", NULL, "waiting");
    assert_state(both[i], "带班领导", "leader", "answered");
    assert_int_equal(ask(both[i], "SELECT count(*) FROM k_answer"), 1);
    assert_int_equal(ask(both[i], "SELECT count(*) FROM conflict WHERE kind IN ('call', 'answer')"), 0);
    assert_true(ladder_next(&both[i]->desk, clock_now()) > clock_now());
  }
  assert_int_equal(ask(one, "SELECT due FROM k_call WHERE callee = '东沟乙'"),
                   ask(other, "SELECT due FROM k_call WHERE callee = '东沟乙'"));
  station_teardown((void **)&other);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_shipped),  STATION_TEST(test_data_errors), STATION_TEST(test_started),  STATION_TEST(test_not_real),
    STATION_TEST(test_exercise),     STATION_TEST(test_tries),       STATION_TEST(test_minutes),  STATION_TEST(test_wrong_number),
    STATION_TEST(test_by_hand),      STATION_TEST(test_promise),     STATION_TEST(test_one_line), STATION_TEST(test_calls_back),
    STATION_TEST(test_colour_rises), STATION_TEST(test_over),        STATION_TEST(test_onset),    STATION_TEST(test_village),
    STATION_TEST(test_sheet),        STATION_TEST(test_two_nodes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
