/* The agent as a process: each alarm once, whatever happens to the agent and to the clock; commands that get data, not shell; asleep
 * otherwise. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "patience.h"
#include "place.h"

enum { HOUR = 3600, DAY = 24 * HOUR };

static void need_clock(struct place *place)
{
  if (!place->has_clock) skip();
}

static void item_due(struct place *place, const char *what, const char *due)
{
  char fields[2][200];

  snprintf(fields[0], sizeof fields[0], "what=%s", what);
  snprintf(fields[1], sizeof fields[1], "due=%s", due);
  place_do(place, "item", "add", fields[0], fields[1]);
}

/* Runs an agent once over everything that is due and returns how often commands have run by then. */
static int rings_by(struct place *place, int64_t seconds)
{
  place_clock(place, seconds);
  place_do(place, "agent", "--once");
  return place_lines(place->rang);
}

/* Rung when it comes in, killed, started again over further due times: each alarm exactly once. */
static void test_killed_across_due_times(void **state)
{
  struct place *place = *state;

  need_clock(place);
  item_due(place, "检查西沟涵洞", "-5");
  item_due(place, "复查上坪裂缝", "+60");
  pid_t agent = place_agent(place, NULL);
  place_wait_lines(place->rang, 1);
  place_kill(agent);
  assert_int_equal(rings_by(place, 0), 1);
  place_clock(place, 2 * HOUR); /* the second fell due while none ran */
  agent = place_agent(place, NULL);
  place_wait_lines(place->rang, 2);
  place_kill(agent);
  agent = place_agent(place, NULL);
  place_stop(place, agent);
  assert_int_equal(rings_by(place, 3 * HOUR), 2);
  char *text = place_text(place->rang);
  assert_non_null(strstr(text, "检查西沟涵洞"));
  assert_non_null(strstr(text, "复查上坪裂缝"));
  free(text);
}

/* What lapsed while none ran is told, in the log too. */
static void test_lapsed(void **state)
{
  struct place *place = *state;
  char said[PLACE_SAID];

  item_due(place, "检查西沟涵洞", "-90");
  item_due(place, "复查上坪裂缝", "-30");
  pid_t agent = place_agent(place, NULL);
  place_wait_lines(place->rang, 1); /* both at once: one ringing */
  place_stop(place, agent);
  place_run(place, said, (const char *const[]){ "entry", "list", "--json", NULL });
  assert_non_null(strstr(said, "While no agent was running 2 alarms lapsed"));
}

/* A clock that jumps by a day, there and back, while nobody runs, neither loses nor doubles an alarm. */
static void test_clock_steps(void **state)
{
  struct place *place = *state;

  need_clock(place);
  item_due(place, "检查西沟涵洞", "-5");
  item_due(place, "复查上坪裂缝", "+60");
  assert_int_equal(rings_by(place, 0), 1);
  assert_int_equal(rings_by(place, -DAY), 1);
  assert_int_equal(rings_by(place, 0), 1);
  assert_int_equal(rings_by(place, DAY), 2);
  assert_int_equal(rings_by(place, 0), 2);
  assert_int_equal(rings_by(place, 2 * HOUR), 2);
}

/* How often an alarm of that text has rung. */
static int times(struct place *place, const char *what)
{
  char *text = place_text(place->rang), part[200];
  int count = 0;

  snprintf(part, sizeof part, "\"text\":\"%s\"", what);
  for (const char *at = text; (at = strstr(at, part)); at++) count++;
  free(text);
  return count;
}

static void wait_rung(struct place *place, const char *what)
{
  for (int lines = 1; times(place, what) == 0; lines++) place_wait_at_least(place->rang, lines);
}

/* The same under a running agent: it notices at its next look, and says so. */
static void test_clock_steps_while_it_runs(void **state)
{
  struct place *place = *state;
  char said[PLACE_SAID];

  need_clock(place);
  item_due(place, "巡查北沟", "-5");
  item_due(place, "复查上坪裂缝", "+60");
  pid_t agent = place_agent(place, NULL);
  wait_rung(place, "巡查北沟");
  place_clock(place, DAY);
  item_due(place, "检查西沟涵洞", "-5"); /* wakes it */
  wait_rung(place, "检查西沟涵洞");
  place_clock(place, 0);
  item_due(place, "通知东岭村", "-5");
  wait_rung(place, "通知东岭村");
  place_stop(place, agent);
  rings_by(place, 2 * HOUR);
  rings_by(place, DAY + 2 * HOUR);
  assert_int_equal(times(place, "巡查北沟"), 1);
  assert_int_equal(times(place, "复查上坪裂缝"), 1);
  assert_int_equal(times(place, "检查西沟涵洞"), 1);
  assert_int_equal(times(place, "通知东岭村"), 1);
  place_run(place, said, (const char *const[]){ "entry", "list", "--json", NULL });
  assert_non_null(strstr(said, "was set forward by"));
  assert_non_null(strstr(said, "was set back by"));
}

/* It wakes for the next due time by itself. */
static void test_wakes_by_itself(void **state)
{
  struct place *place = *state;
  char due[CLOCK_TEXT];
  int64_t at = clock_now() + 1500;

  clock_set_zone("Asia/Shanghai", NULL);
  pid_t agent = place_agent(place, NULL);
  char whole[64];
  snprintf(whole, sizeof whole, "%.19s+08:00", clock_text(due, at, CLOCK_ISO));
  item_due(place, "检查西沟涵洞", whole);
  place_wait_lines(place->rang, 1);
  place_stop(place, agent);
  char *text = place_text(place->rang);
  assert_non_null(strstr(text, "检查西沟涵洞"));
  free(text);
}

/* An answer here ends it; a repeat comes only while nobody has answered. */
static void test_repeats_until_answered(void **state)
{
  struct place *place = *state;

  need_clock(place);
  place_set(place, "repeat_none = 10");
  item_due(place, "检查西沟涵洞", "-5");
  assert_int_equal(rings_by(place, 0), 1);
  assert_int_equal(rings_by(place, 5 * 60), 1);
  assert_int_equal(rings_by(place, 11 * 60), 2);
  place_do(place, "alarm", "ack", "all");
  assert_int_equal(rings_by(place, 22 * 60), 2);
}

/* Quiet hours put it off; nothing is lost. */
static void test_quiet_hours(void **state)
{
  struct place *place = *state;
  char quiet[100], from[CLOCK_TEXT], to[CLOCK_TEXT];
  int64_t now = clock_now();

  need_clock(place);
  clock_set_zone("Asia/Shanghai", NULL);
  snprintf(quiet, sizeof quiet, "quiet_none = %s-%s\n", clock_text(from, now - CLOCK_HOUR, CLOCK_TIME),
           clock_text(to, now + CLOCK_HOUR, CLOCK_TIME));
  place_set(place, quiet);
  item_due(place, "检查西沟涵洞", "-5");
  assert_int_equal(rings_by(place, 0), 0);
  assert_int_equal(rings_by(place, HOUR + 60), 1);
}

/* --- commands ---------------------------------------------------------------------------------------------------------------------- */

#define NASTY "甲村$(touch pwned)`touch pwned`; touch pwned | \"x\" 'y' && {phone} \\n > pwned"

static void test_names_are_data(void **state)
{
  struct place *place = *state;
  char script[120], line[400], words[120], pwned[120];

  snprintf(script, sizeof script, "%s/hook", place->directory);
  snprintf(words, sizeof words, "%s/words", place->directory);
  snprintf(pwned, sizeof pwned, "%s/pwned", place->directory);
  FILE *file = fopen(script, "w");
  fprintf(file, "#!/bin/sh\ncd %s\nprintf '%%s\\n' \"$#\" \"$1\" \"$2\" >>words\n", place->directory);
  fclose(file);
  chmod(script, 0700);
  snprintf(line, sizeof line, "speaker = %s \"fixed words\" {text}\nspeaker_from = none\n", script);
  place_set(place, line);
  item_due(place, NASTY, "-5");
  place_do(place, "agent", "--once");
  char *text = place_text(words);
  assert_int_equal(strncmp(text, "2\nfixed words\n", 14), 0);
  assert_non_null(strstr(text, NASTY));
  free(text);
  text = place_text(place->rang); /* as JSON too */
  assert_non_null(strstr(text, "甲村$(touch pwned)`touch pwned`; touch pwned | \\\"x\\\" 'y' && {phone} \\\\n > pwned"));
  free(text);
  assert_int_not_equal(access(pwned, F_OK), 0);
}

/* One that hangs is stopped, one that is not there is told; the others ring all the same. */
static void test_commands_that_fail(void **state)
{
  struct place *place = *state;
  char said[PLACE_SAID];

  place_set(place, "seconds = 1\nsms = sleep 600\nsms_from = none\nspeaker = no-such-program\nspeaker_from = none\n");
  item_due(place, "检查西沟涵洞", "-5");
  place_do(place, "agent", "--once");
  assert_int_equal(place_lines(place->rang), 1);
  place_run(place, said, (const char *const[]){ "now", NULL });
  assert_non_null(strstr(said, "This desk can wake nobody"));
}

/* A phone number that is wanted and not known is said, not left out. */
static void test_colour_decides(void **state)
{
  struct place *place = *state;
  char sms[120], line[300];

  snprintf(sms, sizeof sms, "%s/sms", place->directory);
  snprintf(line, sizeof line, "sms = \"sh -c 'cat >>%s; echo >>%s'\"\nsms_from = orange\n", sms, sms);
  place_set(place, line);
  item_due(place, "检查西沟涵洞", "-5"); /* of no colour */
  place_do(place, "agent", "--once");
  assert_int_equal(place_lines(place->rang), 1);
  assert_int_equal(place_lines(sms), 0);
  place_do(place, "dutycheck", "add", "asked_by=县应急局", "asked_at=-20"); /* orange: who asks must be answered */
  place_do(place, "agent", "--once");
  assert_int_equal(place_lines(sms), 1);
}

/* The test rings on every way whatever its colour, and the log says how it went. */
static void test_alarm_test(void **state)
{
  struct place *place = *state;
  char said[PLACE_SAID];

  assert_int_not_equal(place_run(place, said, (const char *const[]){ "alarm", "test", NULL }), 0);
  assert_non_null(strstr(said, "No agent runs"));
  place_set(place, "sms = false\nsms_from = red\n");
  pid_t agent = place_agent(place, NULL);
  place_do(place, "alarm", "test");
  place_wait_lines(place->rang, 1);
  for (struct patience patience = { 0 };; patience_spend(&patience, "no entry")) {
    place_run(place, said, (const char *const[]){ "entry", "list", "--json", NULL });
    if (strstr(said, "Alarm test: ")) break;
  }
  assert_non_null(strstr(said, "no screen is open"));
  assert_non_null(strstr(said, "sms: "));
  assert_non_null(strstr(said, "other: done"));
  place_do(place, "alarm", "heard");
  place_stop(place, agent);
}

/* --- asleep ------------------------------------------------------------------------------------------------------------------------ */

static long number_of(pid_t process, const char *file, const char *name)
{
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/%s", (int)process, file);
  char *text = place_text(path);
  const char *at = strstr(text, name);
  long number = at ? atol(at + strlen(name)) : -1;
  free(text);
  return number;
}

static long ticks_of(pid_t process)
{
  char path[64];
  unsigned long user = 0, system = 0;
  snprintf(path, sizeof path, "/proc/%d/stat", (int)process);
  char *text = place_text(path), *at = strrchr(text, ')');
  if (at) sscanf(at, ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system);
  free(text);
  return (long)(user + system);
}

/* Nothing is due: no wake-up, no CPU, and little memory. One second shows a timer of any use. */
static void test_sleeps(void **state)
{
  struct place *place = *state;

  item_due(place, "复查上坪裂缝", "+600");
  place->has_clock = false; /* libfaketime has threads and memory of its own */
  pid_t agent = place_agent(place, NULL);
  for (long before = -1, now; (now = number_of(agent, "status", "\nvoluntary_ctxt_switches:")) != before; before = now) usleep(300000);
  long switches = number_of(agent, "status", "\nvoluntary_ctxt_switches:"), ticks = ticks_of(agent);
  usleep(1000000);
  assert_int_equal(number_of(agent, "status", "\nvoluntary_ctxt_switches:"), switches);
  assert_int_equal(ticks_of(agent), ticks);
#ifndef __SANITIZE_ADDRESS__
  assert_in_range(number_of(agent, "status", "\nVmRSS:"), 1, 10240);
#endif
  place_stop(place, agent);
}

/* A zombie is gone: not every machine's first process takes in orphans. */
static void wait_gone(pid_t process)
{
  struct patience patience = { 0 };
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/stat", (int)process);
  for (bool gone = false; !gone; patience_spend(&patience, "the process is there still")) {
    char *text = place_text(path);
    gone = *text == '\0' || strstr(text, ") Z ") != NULL;
    free(text);
  }
}

/* A second one finds the first and leaves it alone; the database that is taken away ends it. */
static void test_one_of_each(void **state)
{
  struct place *place = *state;
  char said[PLACE_SAID], moved[128];

  pid_t agent = place_agent(place, NULL);
  assert_int_equal(place_run(place, said, (const char *const[]){ "agent", NULL }), 1);
  assert_non_null(strstr(said, "An agent runs for this database already"));
  assert_int_equal(place_run(place, said, (const char *const[]){ "agent", "--background", NULL }), 0);
  snprintf(moved, sizeof moved, "%s.old", place->database);
  assert_int_equal(rename(place->database, moved), 0);
  wait_gone(agent);
  rename(moved, place->database);
  assert_int_equal(place_run(place, said, (const char *const[]){ "agent", "--stop", NULL }), 0);
  assert_non_null(strstr(said, "No agent runs"));
}

static pid_t child_of(pid_t process)
{
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)process, (int)process);
  char *text = place_text(path);
  pid_t child = (pid_t)atol(text);
  free(text);
  return child;
}

/* With an address in the settings the agent keeps a line open, and nobody keeps it when the agent is gone. */
static void test_exchanges(void **state)
{
  struct place *place = *state;
  char way[100], called[100], settings[300];

  snprintf(way, sizeof way, "%s/way", place->directory);
  snprintf(called, sizeof called, "%s/called", place->directory);
  FILE *file = fopen(way, "w");
  assert_non_null(file);
  fprintf(file, "#!/bin/sh\necho up >>%s\nexec cat >/dev/null\n", called);
  assert_int_equal(fclose(file), 0);
  assert_int_equal(chmod(way, 0700), 0);
  snprintf(settings, sizeof settings, "\n[sync]\nremotes = exec:%s\n", way);
  place_set(place, settings);
  pid_t agent = place_agent(place, NULL);
  place_wait_lines(called, 1);
  pid_t follower = child_of(agent);
  assert_true(follower > 0);
  place_kill(agent);
  wait_gone(follower);
  agent = place_agent(place, NULL);
  place_wait_lines(called, 2);
  follower = child_of(agent);
  place_stop(place, agent);
  wait_gone(follower);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    PLACE_TEST(test_killed_across_due_times),
    PLACE_TEST(test_lapsed),
    PLACE_TEST(test_clock_steps),
    PLACE_TEST(test_clock_steps_while_it_runs),
    PLACE_TEST(test_wakes_by_itself),
    PLACE_TEST(test_repeats_until_answered),
    PLACE_TEST(test_quiet_hours),
    PLACE_TEST(test_names_are_data),
    PLACE_TEST(test_commands_that_fail),
    PLACE_TEST(test_colour_decides),
    PLACE_TEST(test_alarm_test),
    PLACE_TEST(test_exchanges),
    PLACE_TEST(test_sleeps),
    PLACE_TEST(test_one_of_each),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
