/* Alarms: what is due and unanswered, the same at every machine of the area; when each rings; what is kept of it. */
#include "unit/duty_station.h"
#include "unit/two_machines.h"

#include "agent/way.h"
#include "base/file.h"
#include "desk/alarm.h"
#include "desk/presence.h"
#include "desk/warning.h"
#include "store/query.h"

static struct alarms look(struct station *station, int64_t at)
{
  struct alarms alarms;
  struct err err = ERR_INIT;
  DONE(alarm_read(&station->desk, at, &alarms, &err));
  return alarms;
}

static int count_open(struct station *station, int64_t at)
{
  struct alarms alarms = look(station, at);
  int count = alarms.count;
  alarms_free(&alarms);
  return count;
}

static const struct alarm *alarm_of(const struct alarms *alarms, const char *part)
{
  for (int i = 0; i < alarms->count; i++)
    if (strstr(alarms->list[i].text, part)) return &alarms->list[i];
  return NULL;
}

/* The key of the one alarm with that text, to be freed; NULL: it is not open. */
static char *key_of(struct station *station, const char *part, int64_t at)
{
  struct alarms alarms = look(station, at);
  const struct alarm *alarm = alarm_of(&alarms, part);
  char *key = alarm ? strdup(alarm->key) : NULL;
  alarms_free(&alarms);
  return key;
}

static bool waits_for_test(struct station *station)
{
  struct overview overview;
  struct err err = ERR_INIT;
  bool waits = false;
  DONE(overview_read(&station->desk, &overview, &err));
  for (int i = 0; i < overview.count; i++) waits |= overview.lines[i].sort == DUE_TEST;
  overview_free(&overview);
  return waits;
}

/* Settings of [alarm] over the defaults. */
static void settings(struct station *station, const char *lines)
{
  char path[160], *text = mem_printf("[alarm]\n%s\n", lines);
  struct err err = ERR_INIT;
  snprintf(path, sizeof path, "%s/own.ini", station->directory);
  DONE(file_replace(path, text, strlen(text), 0600, &err));
  config_free(station->config);
  DONE(config_load(&station->config, (const char *const[]){ path, NULL }, &err));
  station->desk.config = station->config;
  free(text);
}

static record_id warn(struct station *station, const char *colour, const char *status)
{
  return STATION_ADD(station, &warning_duty, "event", "山洪", "colour", colour, "headline", "山洪灾害气象预警", "sender_name",
                     "示范县水利局", "sent", "-1", "received", "now", "expires", "+600", "status", status);
}

/* --- which are open ---------------------------------------------------------------------------------------------------------------- */

static void test_due_is_an_alarm(void **state)
{
  struct station *station = *state;
  int64_t now = clock_now();
  STATION_ADD(station, &item_duty, "what", "已到时", "due", "-5");
  STATION_ADD(station, &item_duty, "what", "一小时后", "due", "+60");
  STATION_ADD(station, &item_duty, "what", "无期限");
  struct alarms alarms = look(station, now);
  assert_int_equal(alarms.count, 1);
  assert_int_equal(alarms.rung, 0);
  assert_string_equal(alarms.list[0].text, "已到时");
  assert_string_equal(alarms.list[0].action, "item.done");
  assert_int_equal(alarms.list[0].since, alarms.list[0].due);
  assert_in_range(alarms.next, now + 1, now + CLOCK_HOUR + 1000); /* not later than the next one, or midnight */
  alarms_free(&alarms);
  assert_int_equal(count_open(station, now + CLOCK_HOUR + 1000), 2);
  assert_int_equal(count_open(station, now - CLOCK_HOUR), 0);
}

static void test_answered(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  struct status status;
  record_id item = STATION_ADD(station, &item_duty, "what", "检修发电机", "due", "-5");
  char *key = key_of(station, "检修发电机", clock_now());
  ACT_REFUSED(station, "No open alarm is called", "alarm.ack", 0, "key", "item-none");
  DONE(status_read(&station->desk, &status, &err));
  assert_int_equal(status.alarms, 1);
  status_free(&status);
  station->desk.officer = station->admin;
  key[8] = '\0'; /* its beginning is enough */
  ACT(station, "alarm.ack", 0, "key", key, "note", "已知悉");
  assert_int_equal(count_open(station, clock_now()), 0);
  ACT_REFUSED(station, "No alarm is open", "alarm.ack", 0, "key", "all");
  DONE(status_read(&station->desk, &status, &err));
  assert_int_equal(status.alarms, 0);
  status_free(&status);
  DONE(station_change(station, &item_duty, item, "due", "-2", &err)); /* another deadline is another alarm */
  char *second = key_of(station, "检修发电机", clock_now());
  assert_non_null(second);
  assert_string_not_equal(second, key);
  ACT(station, "item.done", item);
  assert_int_equal(count_open(station, clock_now()), 0);
  free(second);
  free(key);
}

static void test_warning_rings_twice(void **state)
{
  struct station *station = *state;
  int64_t now = clock_now();
  STATION_ADD(station, &item_duty, "what", "已到时", "due", "-5");
  warn(station, "blue", "test");
  record_id warning = warn(station, "red", "actual");
  struct alarms alarms = look(station, now + 1000);
  assert_int_equal(alarms.count, 2);                  /* the test is none */
  assert_int_equal(alarms.list[0].colour, ALERT_RED); /* the most urgent first */
  assert_string_equal(alarms.list[0].action, "warning.ack");
  assert_true(alarms.list[0].since < alarms.list[0].due); /* at once, not when it is late */
  char *first = strdup(alarms.list[0].key);
  int64_t due = alarms.list[0].due;
  alarms_free(&alarms);
  ACT(station, "alarm.ack", 0, "key", first);
  assert_int_equal(count_open(station, due - 1000), 1);
  char *late = key_of(station, "山洪", due + 1000); /* heard, but not received */
  assert_non_null(late);
  assert_string_not_equal(late, first);
  station->desk.officer = station->admin;
  ACT(station, "warning.ack", warning);
  alarms = look(station, clock_now());
  for (int i = 0; i < alarms.count; i++) assert_string_not_equal(alarms.list[i].key, late);
  alarms_free(&alarms);
  free(first);
  free(late);
}

/* Whatever answers a warning has its colour. */
static void test_colour_of_the_warning(void **state)
{
  struct station *station = *state;
  record_id warning = warn(station, "orange", "actual");
  char *key = station_read(station, &warning_kind, warning, "key");
  STATION_ADD(station, &call_duty, "warning", key, "callee", "东沟村主任", "due", "-5");
  STATION_ADD(station, &call_duty, "callee", "西沟村主任", "due", "-5");
  struct alarms alarms = look(station, clock_now());
  assert_int_equal(alarm_of(&alarms, "东沟村主任")->colour, ALERT_ORANGE);
  assert_int_equal(alarm_of(&alarms, "西沟村主任")->colour, ALERT_YELLOW);
  alarms_free(&alarms);
  free(key);
}

/* What goes on and on keeps its name: looking again a minute later makes no new alarm of it. */
static void test_names_stay(void **state)
{
  struct station *station = *state;
  int64_t now = clock_day_start(clock_now(), 0) + 12 * CLOCK_HOUR;
  record_id a = add_signer(station, "值班员甲", "any", "officer");
  add_shift(station, now - 4 * CLOCK_HOUR, now + 8 * CLOCK_HOUR, a, 0, 0); /* nobody on B, nobody leads, and nothing afterwards */
  STATION_ADD(station, &contact_duty, "name", "气象局", "sort", "other", "phone", "00000000001", "verified", "2020-01-01 08:00");
  struct alarms one = look(station, now), other = look(station, now + CLOCK_MINUTE);
  assert_in_range(one.count, 4, 10);
  assert_int_equal(one.count, other.count);
  for (int i = 0; i < one.count; i++) {
    assert_string_equal(one.list[i].key, other.list[i].key);
    for (int j = 0; j < i; j++) assert_string_not_equal(one.list[i].key, one.list[j].key);
  }
  assert_non_null(alarm_of(&one, "Contacts whose numbers"));
  alarms_free(&one);
  alarms_free(&other);
}

static void test_two_machines(void **state)
{
  struct station *one = *state, *other;
  void *second;
  assert_int_equal(station_setup_area(&second, STATION_AREA, "示范镇"), 0);
  other = second;
  STATION_ADD(one, &item_duty, "what", "检修发电机", "due", "-5");
  STATION_ADD(one, &dutycheck_duty, "asked_by", "县应急局", "asked_at", "-20");
  tell(&one->desk, &other->desk);
  struct alarms here = look(one, clock_now()), there = look(other, clock_now());
  assert_int_equal(here.count, 2);
  assert_int_equal(there.count, 2);
  for (int i = 0; i < 2; i++) assert_string_equal(here.list[i].key, there.list[i].key);
  alarms_free(&here);
  alarms_free(&there);
  ACT(other, "alarm.ack", 0, "key", "all");
  assert_int_equal(count_open(one, clock_now()), 2);
  ACT(one, "alarm.ack", 0, "key", "all"); /* not knowing of each other: two answers, no conflict */
  tell(&other->desk, &one->desk);
  tell(&one->desk, &other->desk);
  assert_int_equal(count_open(one, clock_now()), 0);
  assert_int_equal(query_single(one->desk.store, "SELECT count(*) FROM k_alarm", 0, 0), 4);
  struct overview overview;
  struct err err = ERR_INIT;
  DONE(overview_read(&one->desk, &overview, &err));
  for (int i = 0; i < overview.count; i++) assert_int_not_equal(overview.lines[i].sort, DUE_CONFLICT);
  overview_free(&overview);
  STATION_ADD(one, &item_duty, "what", "再查发电机", "due", "-5");
  tell(&one->desk, &other->desk);
  assert_int_equal(count_open(one, clock_now()), 1);
  ACT(other, "alarm.ack", 0, "key", "all");
  tell(&other->desk, &one->desk);
  assert_int_equal(count_open(one, clock_now()), 0); /* answered there, answered here */
  assert_int_equal(station_teardown(&second), 0);
}

/* --- when they ring ---------------------------------------------------------------------------------------------------------------- */

static void test_hours(void **state)
{
  struct err err = ERR_INIT;
  int64_t day = clock_day_start(clock_now(), 0), evening = day + 23 * CLOCK_HOUR, morning = day + 5 * CLOCK_HOUR,
          noon = day + 12 * CLOCK_HOUR;
  (void)state;
  assert_int_equal(alarm_hours_began("22:00-06:00", evening), day + 22 * CLOCK_HOUR);
  assert_int_equal(alarm_hours_began("22:00-06:00", morning), day - 2 * CLOCK_HOUR);
  assert_int_equal(alarm_hours_began("22:00-06:00", noon), 0);
  assert_int_equal(alarm_hours_began("08:00-18:00", noon), day + 8 * CLOCK_HOUR);
  assert_int_equal(alarm_hours_began("", noon), 0);
  assert_int_equal(alarm_hours_change("22:00-06:00", evening), day + 30 * CLOCK_HOUR);
  assert_int_equal(alarm_hours_change("22:00-06:00", noon), day + 22 * CLOCK_HOUR);
  assert_int_equal(alarm_hours_change("22:00-06:00", morning), day + 6 * CLOCK_HOUR);
  assert_int_equal(alarm_hours_change("", noon), 0);
  DONE(alarm_hours_check("x", "22:00-06:00", &err));
  DONE(alarm_hours_check("x", "", &err));
  REFUSED(alarm_hours_check("alarm.quiet_blue", "22-6", &err), "alarm.quiet_blue = 22-6");
  REFUSED(alarm_hours_check("x", "22:00-25:00", &err), "22:00-06:00");
  REFUSED(alarm_hours_check("x", "22:00-06:00 and more", &err), "22:00-06:00");
}

static int64_t rings_at(struct station *station, const char *part, int64_t at)
{
  struct alarms alarms = look(station, at);
  const struct alarm *alarm = alarm_of(&alarms, part);
  assert_non_null(alarm);
  int64_t when = alarm_rings_at(&station->desk, alarm, at);
  alarms_free(&alarms);
  return when;
}

static void note(struct station *station, const char *part, int64_t at, bool told)
{
  struct err err = ERR_INIT;
  struct alarms alarms = look(station, at);
  const struct alarm *alarm = alarm_of(&alarms, part);
  DONE(alarm_note_rung(&station->desk, &alarm, 1, at, &err));
  if (told) DONE(alarm_note_told(&station->desk, &alarm, 1, &err));
  alarms_free(&alarms);
}

static void test_repeats(void **state)
{
  struct station *station = *state;
  int64_t now = clock_now();
  settings(station, "repeat_orange = 5");
  STATION_ADD(station, &dutycheck_duty, "asked_by", "县应急局", "asked_at", "-20");
  assert_int_equal(alarm_rang(&station->desk), 0);
  assert_int_equal(rings_at(station, "县应急局", now), now);
  note(station, "县应急局", now, false); /* killed before anybody was told */
  assert_int_equal(rings_at(station, "县应急局", now + 1000), now + 1000);
  note(station, "县应急局", now + 1000, true);
  assert_int_equal(alarm_rang(&station->desk), 2);
  assert_int_equal(rings_at(station, "县应急局", now + 2000), now + 1000 + 5 * CLOCK_MINUTE);
  assert_int_equal(rings_at(station, "县应急局", now + CLOCK_HOUR), now + CLOCK_HOUR);
  assert_int_equal(rings_at(station, "县应急局", now - CLOCK_MINUTE), now - CLOCK_MINUTE); /* the clock was set back: begins anew */
  settings(station, "repeat_orange = 0");
  assert_int_equal(rings_at(station, "县应急局", now + CLOCK_HOUR), 0);
  struct alarms alarms = look(station, now + 2000);
  assert_int_equal(alarms.rung, 1);
  assert_int_equal(alarms.list[0].rang, now + 1000);
  alarms_free(&alarms);
}

static void test_quiet(void **state)
{
  struct station *station = *state;
  int64_t night = clock_day_start(clock_now(), 1) + 2 * CLOCK_HOUR;
  char due[CLOCK_TEXT];
  settings(station, "quiet_none = 22:00-07:00\nquiet_orange =");
  STATION_ADD(station, &item_duty, "what", "检修发电机", "due", clock_text(due, night - CLOCK_HOUR, CLOCK_ISO));
  STATION_ADD(station, &dutycheck_duty, "asked_by", "县应急局", "asked_at", "-20");
  assert_int_equal(rings_at(station, "检修发电机", night), night + 5 * CLOCK_HOUR);
  assert_int_equal(rings_at(station, "县应急局", night), night);
  assert_int_equal(rings_at(station, "检修发电机", night + 6 * CLOCK_HOUR), night + 6 * CLOCK_HOUR);
}

static void test_forgets(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  int64_t now = clock_now();
  record_id item = STATION_ADD(station, &item_duty, "what", "检修发电机", "due", "-5");
  note(station, "检修发电机", now, true);
  char *key = key_of(station, "检修发电机", now);
  struct alarms later = look(station, now + 90 * CLOCK_DAY);
  DONE(alarm_forget_old(&station->desk, &later, &err)); /* still open: kept */
  alarms_free(&later);
  assert_int_equal(alarm_rung_last(&station->desk, key), now);
  ACT(station, "item.done", item);
  later = look(station, now + 90 * CLOCK_DAY);
  DONE(alarm_forget_old(&station->desk, &later, &err));
  alarms_free(&later);
  assert_int_equal(alarm_rung_last(&station->desk, key), 0);
  free(key);
}

/* --- the night, the test, who can be woken ----------------------------------------------------------------------------------------- */

static void test_night(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  int64_t night = clock_day_start(clock_now(), 1) + 23 * CLOCK_HOUR;
  record_id a = add_signer(station, "值班员甲", "any", "officer"), b = add_signer(station, "值班员乙", "any", "officer"),
            leader = add_signer(station, "带班甲", "leader", "leader");
  add_shift(station, night - CLOCK_HOUR, night + 11 * CLOCK_HOUR, a, b, leader);
  settings(station, "deadman_minutes = 30\ndeadman_hours = 23:00-06:00\ndeadman_leader_minutes = 10");
  char *key;
  assert_null(key_of(station, "Nobody at the desk", night - CLOCK_MINUTE));
  struct alarms alarms = look(station, night + CLOCK_MINUTE);
  assert_null(alarm_of(&alarms, "Nobody at the desk"));
  assert_in_range(alarms.next, night + CLOCK_MINUTE + 1, night + 30 * CLOCK_MINUTE);
  alarms_free(&alarms);
  alarms = look(station, night + 31 * CLOCK_MINUTE);
  const struct alarm *alarm = alarm_of(&alarms, "Nobody at the desk");
  assert_non_null(alarm);
  assert_string_equal(alarm->who, "值班员乙");
  assert_int_equal(alarm->colour, ALERT_RED);
  alarms_free(&alarms);
  alarms = look(station, night + 41 * CLOCK_MINUTE);
  assert_string_equal(alarm_of(&alarms, "the leader is called")->who, "带班甲");
  alarms_free(&alarms);
  DONE(alarm_note_key(&station->desk, night + 35 * CLOCK_MINUTE, &err));
  assert_null(key_of(station, "Nobody at the desk", night + 41 * CLOCK_MINUTE));
  key = key_of(station, "Nobody at the desk", night + 66 * CLOCK_MINUTE);
  assert_non_null(key);
  free(key);
  assert_null(key_of(station, "Nobody at the desk", night + 8 * CLOCK_HOUR)); /* day */
}

static void test_test(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  int64_t now = clock_now();
  record_id a = add_signer(station, "值班员甲", "any", "officer"), b = add_signer(station, "值班员乙", "any", "officer");
  add_shift(station, now - 2 * CLOCK_HOUR, now + 10 * CLOCK_HOUR, a, b, 0);
  ACT_REFUSED(station, "No agent runs", "alarm.test", 0);
  int mark = presence_agent(station->path, &err);
  assert_true(mark >= 0);
  assert_int_equal(presence_agent(station->path, &err), -2);
  ACT(station, "alarm.test", 0);
  char *key = key_of(station, "Alarm test", clock_now());
  assert_non_null(key);
  free(key);
  ACT(station, "alarm.heard", 0);
  assert_null(key_of(station, "Alarm test", clock_now()));
  ACT_REFUSED(station, "No alarm test is running", "alarm.heard", 0);
  assert_true(waits_for_test(station)); /* once each shift, before it ends */
  DONE(alarm_note_tested(&station->desk, clock_now(), &err));
  assert_false(waits_for_test(station));
  settings(station, "test_each_shift = no");
  DONE(alarm_note_tested(&station->desk, 1, &err));
  assert_false(waits_for_test(station));
  close(mark);
}

static void test_reach(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  assert_int_equal(alarm_reach(&station->desk), REACH_NOBODY);
  int screen = presence_screen(station->path);
  assert_true(screen >= 0 && presence_screens(station->path));
  assert_int_equal(alarm_reach(&station->desk), REACH_NOBODY); /* nobody keeps the clocks */
  int agent = presence_agent(station->path, &err);
  assert_int_equal(alarm_reach(&station->desk), REACH_SCREENS);
  close(screen);
  assert_false(presence_screens(station->path));
  assert_int_equal(alarm_reach(&station->desk), REACH_NOBODY);
  DONE(alarm_note_way(&station->desk, "sms", true, "done", &err));
  assert_int_equal(alarm_reach(&station->desk), REACH_WELL);
  DONE(alarm_note_way(&station->desk, "sms", false, "no modem", &err));
  assert_int_equal(alarm_reach(&station->desk), REACH_NOBODY);
  DONE(alarm_forget_ways(&station->desk, &err));
  close(agent);
  char name[160];
  snprintf(name, sizeof name, "%s.agent", station->path);
  unlink(name);
}

static void test_notices(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  int64_t number;
  assert_null(alarm_notice(&station->desk, &number));
  DONE(alarm_give_notice(&station->desk, "一", &err));
  DONE(alarm_give_notice(&station->desk, "二 三", &err));
  char *text = alarm_notice(&station->desk, &number);
  assert_string_equal(text, "二 三");
  assert_int_equal(number, 2);
  free(text);
}

/* --- commands ---------------------------------------------------------------------------------------------------------------------- */

static void test_words(void **state)
{
  char text[] = "甲村; $(x) \"y\"", phone[] = "00000000001", keys[] = "item-1";
  struct message message = { .text = text, .phone = phone, .colour = "red", .keys = keys };
  struct err err = ERR_INIT;
  (void)state;
  char **words = way_words("  send  \"two words\" 'a \"b\"' {text} to={phone}/{colour} {key} {other} \"\"", &message, &err);
  const char *const expected[] = { "send", "two words", "a \"b\"", text, "to=00000000001/red", "item-1", "{other}", "", NULL };
  for (int i = 0; expected[i]; i++) assert_string_equal(words[i], expected[i]);
  assert_null(words[8]);
  way_words_free(words);
  message.phone = NULL;
  assert_null(way_words("send {phone}", &message, &err));
  assert_non_null(strstr(err.text, "no telephone number"));
  assert_null(way_words("send \"half", &message, &err));
  assert_non_null(strstr(err.text, "quotes come in pairs"));
  assert_null(way_words("   ", &message, &err));
}

/* The examples that we ship are settings that load. */
static void test_examples(void **state)
{
  struct config *config;
  struct err err = ERR_INIT;
  const char *top = getenv("abs_top_srcdir");
  char *path = mem_printf("%s/data/alarm-examples.ini", top ? top : ".");
  (void)state;
  DONE(config_load(&config, (const char *const[]){ path, NULL }, &err));
  struct message message = { .text = path, .phone = path, .colour = "red", .keys = path };
  char **words = way_words(config_text(config, "alarm.sms"), &message, &err);
  assert_string_equal(words[0], "gammu-smsd-inject");
  assert_string_equal(words[7], path);
  way_words_free(words);
  words = way_words(config_text(config, "alarm.speaker"), &message, &err);
  assert_string_equal(words[0], "espeak-ng");
  way_words_free(words);
  config_free(config);
  free(path);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    STATION_TEST(test_due_is_an_alarm),
    STATION_TEST(test_answered),
    STATION_TEST(test_warning_rings_twice),
    STATION_TEST(test_colour_of_the_warning),
    STATION_TEST(test_names_stay),
    STATION_TEST(test_two_machines),
    cmocka_unit_test(test_hours),
    STATION_TEST(test_repeats),
    STATION_TEST(test_quiet),
    STATION_TEST(test_forgets),
    STATION_TEST(test_night),
    STATION_TEST(test_test),
    STATION_TEST(test_reach),
    STATION_TEST(test_notices),
    cmocka_unit_test(test_words),
    cmocka_unit_test(test_examples),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
