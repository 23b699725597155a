/* Alarms on screens: the screen starts the agent, the box opens and is answered, and nobody's typing is lost. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "desk/presence.h"
#include "patience.h"
#include "tui/script.h"

static void settings(const struct station *station, const char *lines)
{
  char path[400];

  snprintf(path, sizeof path, "%s/config/dutydesk/dutydesk.ini", station->home);
  FILE *file = fopen(path, "w");
  assert_non_null(file);
  fprintf(file, "[agent]\nstart = screen\n[alarm]\nquiet_blue =\nquiet_none =\ndesktop = no\n%s\n", lines);
  assert_int_equal(fclose(file), 0);
}

static void make(struct station *station, const char *language, const char *lines)
{
  station_make(station, language);
  settings(station, lines);
}

static void item_due(const struct station *station, const char *what, const char *due)
{
  char fields[2][200];

  snprintf(fields[0], sizeof fields[0], "what=%s", what);
  snprintf(fields[1], sizeof fields[1], "due=%s", due);
  free(station_tell(station, "item", "add", fields[0], fields[1]));
}

/* The agent ends with the last screen; until then the home cannot be removed. */
static void leave(const struct station *station, struct driver *driver)
{
  struct patience patience = { 0 };

  driver_stop(driver);
  while (presence_has_agent(station->database)) patience_spend(&patience, "the agent stays after the last screen");
}

/* Sat down and the agent has rung what was due before: the overview is on top. */
static struct driver *sit(const struct station *station, const char *officer, const char *pin)
{
  struct driver *driver = station_sit(station, NULL, officer, pin);
  struct patience patience = { 0 };

  while (!presence_has_agent(station->database)) patience_spend(&patience, "the screen starts no agent");
  return driver;
}

static void a_due_item_rings_and_is_answered(void **state)
{
  struct station station;
  (void)state;
  make(&station, "en", "");
  struct driver *driver = sit(&station, "值班员甲", "1111");
  int bells = driver_bells(driver);
  item_due(&station, "检查西沟涵洞", "-5");
  driver_wait_for(driver, "ALARM: 1");
  assert_true(driver_contains(driver, "检查西沟涵洞"));
  assert_true(driver_bells(driver) > bells);
  script_press(driver, "a");
  driver_wait_gone(driver, "ALARM");
  driver_wait_for(driver, "Answered: 1");
  char *list = station_tell(&station, "alarm", "list");
  assert_string_equal(list, "");
  free(list);
  assert_true(driver_contains(driver, "检查西沟涵洞")); /* the item itself stays to be done */
  station_verify(&station);
  leave(&station, driver);
}

static void two_screens_one_answer(void **state)
{
  struct station station;
  (void)state;
  make(&station, "en", "");
  struct driver *one = sit(&station, "值班员甲", "1111"), *other = sit(&station, "值班员戊", "5555");
  item_due(&station, "检查西沟涵洞", "-5");
  driver_wait_for(one, "ALARM: 1");
  driver_wait_for(other, "ALARM: 1");
  script_press(one, "a");
  driver_wait_gone(other, "ALARM");
  driver_stop(one);
  assert_true(presence_has_agent(station.database)); /* a screen is open still */
  leave(&station, other);
}

/* What is half typed stays, what is typed while the box stands goes on into it. */
static void typing_is_not_lost(void **state)
{
  struct station station;
  (void)state;
  make(&station, "en", "");
  struct driver *driver = sit(&station, "值班员甲", "1111");
  script_press(driver, "1");
  script_type(driver, "北沟水位");
  item_due(&station, "检查西沟涵洞", "-5");
  driver_wait_for(driver, "ALARM: 1");
  script_type(driver, "上涨A组a");
  assert_true(driver_contains(driver, "ALARM: 1")); /* no letter answers it */
  assert_true(driver_contains(driver, "Ctrl-D"));   /* the form's own keys */
  script_press(driver, "Enter");
  script_press(driver, "Tab");
  script_press(driver, "Tab");
  script_type(driver, "西沟");
  script_press(driver, "Ctrl-G");
  driver_wait_for(driver, "a: answer it");
  driver_key(driver, "Esc");
  driver_wait_gone(driver, "ALARM: 1");
  assert_true(driver_contains(driver, "北沟水位上涨A组a"));
  assert_true(driver_contains(driver, "Ctrl-G")); /* the bar stays */
  script_save(driver, words_en.saved);
  station_expect(&station, "北沟水位上涨A组a", "entry", "list");
  station_expect(&station, "西沟", "entry", "list", "--json");
  script_press(driver, "Ctrl-G");
  driver_wait_for(driver, "Open alarms: 1");
  leave(&station, driver);
}

/* Nor does a letter typed to find something answer an alarm. */
static void finding_is_typing(void **state)
{
  struct station station;
  (void)state;
  make(&station, "en", "");
  struct driver *driver = sit(&station, "值班员甲", "1111");
  script_press(driver, "Ctrl-P");
  item_due(&station, "检查西沟涵洞", "-5");
  driver_wait_for(driver, "ALARM: 1");
  script_type(driver, "aA");
  assert_true(driver_contains(driver, "ALARM: 1"));
  script_press(driver, "Ctrl-G");
  script_press(driver, "a");
  driver_wait_gone(driver, "ALARM: 1");
  script_press(driver, "Esc");
  script_press(driver, "F9");
  script_press(driver, "Ctrl-F");
  item_due(&station, "检查东沟涵洞", "-5");
  driver_wait_for(driver, "ALARM: 1");
  script_type(driver, "a");
  assert_true(driver_contains(driver, "ALARM: 1"));
  leave(&station, driver);
}

/* Dropped into the inbox, on the screen; a red one is answered or gone to, never put off. */
static void a_red_warning_from_the_inbox(void **state)
{
  struct station station;
  char from[300], inbox[300], to[400], line[400];
  (void)state;
  make(&station, "zh_CN", "");
  snprintf(inbox, sizeof inbox, "%s/inbox", station.home);
  snprintf(line, sizeof line, "[warning]\ninbox = %s", inbox);
  settings(&station, line);
  struct driver *driver = sit(&station, "值班员甲", "1111");
  station_alert(&station, from);
  snprintf(to, sizeof to, "%s/red.xml", inbox);
  assert_int_equal(rename(from, to), 0);
  driver_wait_for(driver, "A：全部应答"); /* the box */
  assert_false(driver_contains(driver, "Esc：稍后"));
  assert_true(driver_contains(driver, words_zh.red));
  script_press(driver, "Esc");
  driver_settle(driver);
  assert_true(driver_contains(driver, "A：全部应答"));
  script_press(driver, "Enter");
  driver_wait_gone(driver, "A：全部应答");
  leave(&station, driver);
}

/* The box gives way to whoever has to sign in first. */
static void nobody_signed_in(void **state)
{
  struct station station;
  (void)state;
  make(&station, "en", "");
  item_due(&station, "检查西沟涵洞", "-5");
  struct driver *driver = station_open(&station, NULL, NULL);
  driver_wait_for(driver, "ALARM: 1");
  script_press(driver, "a");
  driver_wait_for(driver, "Sign in to answer the alarm");
  station_sign_in(driver, "值班员甲", "1111");
  script_press(driver, "Ctrl-G");
  driver_wait_for(driver, "Open alarms: 1");
  script_press(driver, "a");
  driver_wait_for(driver, "still open: 0");
  leave(&station, driver);
}

/* At night silence calls post B; any key ends it. */
static void a_silent_night(void **state)
{
  struct station station;
  (void)state;
  make(&station, "en", "deadman_minutes = 30\n");
  struct driver *driver = station_open(&station, NULL, NULL);
  driver_wait_for(driver, "Nobody at the desk since");
  driver_wait_for(driver, "ALARM: 1");
  script_press(driver, "Esc"); /* gives way */
  station_sign_in(driver, "值班员甲", "1111");
  script_press(driver, "F2"); /* a key of somebody who is signed in */
  driver_wait_gone(driver, "Nobody at the desk");
  station_expect(&station, "0 alarms open", "now");
  leave(&station, driver);
}

/* What became due while nobody was there is told to whoever sits down, once. */
static void what_lapsed_is_told(void **state)
{
  struct station station;
  (void)state;
  make(&station, "zh_CN", "");
  item_due(&station, "检查西沟涵洞", "-90");
  item_due(&station, "复查上坪裂缝", "-30");
  struct driver *driver = sit(&station, "值班员甲", "1111");
  driver_wait_for(driver, "报警：2");
  script_press(driver, "A");
  driver_wait_gone(driver, "报警：2");
  script_press(driver, "F2"); /* what was said about the answers gives way */
  driver_wait_for(driver, "值守代理未运行期间有2条报警到时");
  script_press(driver, "F3 F2");
  assert_false(driver_contains(driver, "代理未运行期间"));
  leave(&station, driver);
}

static void set_clock(const char *path, long step)
{
  FILE *file = fopen(path, "w");
  assert_non_null(file);
  fprintf(file, "%+ld\n", atol(driver_clock()) + step);
  assert_int_equal(fclose(file), 0);
}

/* NTP comes back, or the battery of the CMOS is empty: the screen says so, and each alarm has rung once. */
static void a_clock_that_is_set_is_told(void **state)
{
  struct station station;
  char path[300];
  (void)state;
  make(&station, "en", "");
  snprintf(path, sizeof path, "%s/clock", station.home);
  set_clock(path, 0);
  const struct driver_options options = { .clock_file = path };
  struct driver *driver = station_sit(&station, &options, "值班员甲", "1111");
  item_due(&station, "检查西沟涵洞", "-5");
  driver_wait_for(driver, "ALARM: 1");
  script_press(driver, "a");
  driver_wait_gone(driver, "ALARM");
  script_press(driver, "F2");
  set_clock(path, 86400);
  item_due(&station, "只是唤醒代理", "+600"); /* the agent looks */
  driver_wait_for(driver, "The clock of this computer was set forward by");
  script_press(driver, "F3 F2");
  set_clock(path, 0);
  item_due(&station, "再次唤醒代理", "+600");
  driver_wait_for(driver, "The clock of this computer was set back by");
  script_press(driver, "F3 F2");
  assert_false(driver_contains(driver, "ALARM"));
  leave(&station, driver);
}

/* Where a unit should keep the agent and does not, every screen says so, and so does whoever leaves as the last. */
static void nobody_can_be_woken(void **state)
{
  struct station station;
  char path[400];
  (void)state;
  station_make(&station, "en");
  snprintf(path, sizeof path, "%s/config/dutydesk/dutydesk.ini", station.home);
  FILE *file = fopen(path, "w");
  assert_non_null(file);
  fputs("[agent]\nstart = unit\n", file);
  assert_int_equal(fclose(file), 0);
  struct driver *driver = station_sit(&station, NULL, "值班员甲", "1111");
  script_press(driver, "F2"); /* the message gives way to the bar */
  driver_wait_for(driver, "This desk can wake nobody");
  station_expect(&station, "This desk can wake nobody", "now");
  driver_key(driver, "Ctrl-X");
  driver_wait_for(driver, "No screen is open now");
  driver_stop(driver);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_teardown(a_due_item_rings_and_is_answered, driver_stop_all),
    cmocka_unit_test_teardown(two_screens_one_answer, driver_stop_all),
    cmocka_unit_test_teardown(typing_is_not_lost, driver_stop_all),
    cmocka_unit_test_teardown(finding_is_typing, driver_stop_all),
    cmocka_unit_test_teardown(a_red_warning_from_the_inbox, driver_stop_all),
    cmocka_unit_test_teardown(nobody_signed_in, driver_stop_all),
    cmocka_unit_test_teardown(a_silent_night, driver_stop_all),
    cmocka_unit_test_teardown(what_lapsed_is_told, driver_stop_all),
    cmocka_unit_test_teardown(a_clock_that_is_set_is_told, driver_stop_all),
    cmocka_unit_test_teardown(nobody_can_be_woken, driver_stop_all),
  };
  station_need_clock();
  return cmocka_run_group_tests(tests, NULL, NULL);
}
