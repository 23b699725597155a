/* Several at once: two screens on one file see each other, and four writers lose nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/crypto.h"
#include "base/err.h"
#include "base/mem.h"
#include "desk/action.h"
#include "script.h"

enum { WRITERS = 4, EACH = 1000 };

/* ---- two screens ---- */

static void an_entry_shows_in_the_other(void **state)
{
  struct station station;
  (void)state;
  station_make(&station, "zh_CN");
  struct driver *one = station_sit(&station, NULL, "值班员甲", "1111"), *other = station_sit(&station, NULL, "值班员戊", "5555");
  script_press(other, "F3");
  for (int i = 1; i <= 5; i++) {
    char text[32];
    snprintf(text, sizeof text, "北沟雨停%d", i);
    script_press(one, "1");
    script_type(one, text);
    driver_key(one, "Ctrl-D");
    driver_wait_for(one, words_zh.saved);
    driver_wait_for(other, text);
  }
  driver_settle(one);
  script_press(other, "F2");
  free(station_tell(&station, "item", "add", "what=催报各村雨情", "due=2026-07-01T06:00+08:00")); /* a third, on the command line */
  driver_wait_for(other, "催报各村雨情");
  driver_wait_for(one, "催报各村雨情");
}

static void a_half_typed_form_is_not_disturbed(void **state)
{
  struct station station;
  (void)state;
  station_make(&station, "zh_CN");
  struct driver *one = station_sit(&station, NULL, "值班员甲", "1111"), *other = station_sit(&station, NULL, "值班员戊", "5555");
  script_press(other, "2");
  script_type(other, "对方说到一半");
  script_press(one, "1");
  script_type(one, "北沟雨停");
  script_save(one, words_zh.saved);
  driver_watch(other, 0.5);
  assert_true(driver_contains(other, "对方说到一半"));
  script_type(other, "，电话断了");
  script_save(other, words_zh.saved);
  station_expect(&station, "对方说到一半，电话断了", "entry", "list", "sort=phone");
  station_expect(&station, "北沟雨停", "entry", "list");
  station_verify(&station);
}

static void an_idle_screen_is_silent(void **state)
{
  struct station station;
  (void)state;
  station_make(&station, "zh_CN");
  struct driver *driver = station_sit(&station, NULL, "值班员甲", "1111");
  driver_watch(driver, 0.5);
  long bytes = driver_watch(driver, 1);
  if (bytes > 0) bytes = driver_watch(driver, 1); /* the minute may have turned */
  assert_int_equal(bytes, 0);
}

/* ---- four writers ---- */

static void write_one(struct desk *desk, const struct action *action, const char *text)
{
  struct values values;
  struct outcome outcome = { 0 };
  struct err err = ERR_INIT;
  values_start(&values, action->arguments);
  if (action->prepare && action->prepare(desk, 0, &values, &err) < 0) fprintf(stderr, "%s\n", err.text);
  values_set_text(&values, "text", text);
  if (action_run(desk, action, 0, &values, &outcome, &err) < 0) {
    fprintf(stderr, "%s: %s\n", text, err.text);
    exit(1);
  }
  values_free(&values);
  outcome_free(&outcome);
}

/* What `two write DB N` does: a process of its own, through the actions that both front ends use. */
static int write_entries(const char *database, const char *writer)
{
  struct config *config;
  struct desk desk = { 0 };
  struct err err = ERR_INIT;
  if (crypto_start(&err) < 0 || config_load_usual(&config, NULL, &err) < 0 || clock_set_zone("Asia/Shanghai", &err) < 0 ||
      desk_open(&desk, database, config, &err) < 0) {
    fprintf(stderr, "%s\n", err.text);
    return 1;
  }
  const struct action *action = action_find(desk_action_tables, "entry.add");
  for (int i = 0; i < EACH; i++) {
    char text[64];
    snprintf(text, sizeof text, "写者%s第%04d条", writer, i);
    write_one(&desk, action, text);
  }
  desk_close(&desk);
  config_free(config);
  return 0;
}

static void four_writers_lose_nothing(void **state)
{
  struct station station;
  struct driver *writers[WRITERS];
  char self[4096], name[8], text[64];
  (void)state;
  station_make(&station, "zh_CN");
  snprintf(self, sizeof self, "%s/tests/tui/two", getenv("abs_top_builddir"));
  struct driver *screen = station_sit(&station, NULL, "值班员甲", "1111");
  script_press(screen, "F3");
  for (int i = 0; i < WRITERS; i++) {
    snprintf(name, sizeof name, "%d", i);
    writers[i] = driver_start((const char *const[]){ self, "write", station.database, name, NULL },
                              &(struct driver_options){ .home = station.home, .faketime = driver_clock() });
  }
  for (int i = 0; i < WRITERS; i++) driver_wait_exit(writers[i], 0);
  driver_settle(screen);
  assert_true(driver_alive(screen));
  driver_key(screen, "Ctrl-X");
  driver_wait_exit(screen, 0);
  char *list = station_tell(&station, "entry", "list", "--csv");
  for (int i = 0; i < WRITERS; i++)
    for (int j = 0; j < EACH; j++) {
      snprintf(text, sizeof text, "写者%d第%04d条", i, j);
      if (!strstr(list, text)) fail_msg("%s is lost", text);
    }
  free(list);
  station_verify(&station);
}

int main(int count, char **words)
{
#define TEST(name) cmocka_unit_test_teardown(name, driver_stop_all)
  const struct CMUnitTest tests[] = {
    TEST(an_entry_shows_in_the_other),
    TEST(a_half_typed_form_is_not_disturbed),
    TEST(an_idle_screen_is_silent),
    TEST(four_writers_lose_nothing),
  };
  if (count == 4 && strcmp(words[1], "write") == 0) return write_entries(words[2], words[3]);
  station_need_clock();
  return cmocka_run_group_tests_name("two at once", tests, NULL, NULL);
}
