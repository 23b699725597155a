/* Who sits here: looking on without signing in, and a desk that locks itself when nobody types. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "script.h"

/* ---- looking on ---- */

#define ENTRY "北沟雨量一小时32毫米"
#define REFUSED "未登录：只能查看"

static struct driver *look_on(struct station *station)
{
  station_make(station, "zh_CN");
  free(station_tell(station, "log", ENTRY));
  struct driver *driver = station_open(station, NULL, NULL);
  driver_wait_for(driver, "值班员甲");
  driver_key(driver, "Esc");
  driver_wait_for(driver, "未登录，只能查看");
  driver_settle(driver);
  return driver;
}

static char *whole_journal(const struct station *station)
{
  static const char *const kinds[] = { "entry", "item", "handover", "visit", "officer", "contact", "printout" };
  char *all = NULL;
  size_t length;
  FILE *out = open_memstream(&all, &length);
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    char *list = station_tell(station, kinds[i], "list", "--all", "--json");
    fputs(list, out);
    free(list);
  }
  fclose(out);
  return all;
}

static void who_only_looks_may_read(void **state)
{
  struct station station;
  (void)state;
  struct driver *driver = look_on(&station);
  driver_wait_row(driver, 1, "未登录"); /* where the officer's name would stand */
  script_press(driver, "F3");
  driver_wait_for(driver, ENTRY);
  script_press(driver, "Enter");
  driver_wait_for(driver, "E-26-A001");
  driver_wait_for(driver, ENTRY);
  script_press(driver, "Ctrl-F");
  script_type(driver, "雨量");
  script_press(driver, "Enter");
  driver_wait_for(driver, ENTRY);
}

/* A word that is none of the choices is answered with those on the screen, not with the names that machines use. */
static void choices_are_called_by_their_labels(void **state)
{
  struct station station;
  (void)state;
  station_make(&station, "zh_CN");
  struct driver *driver = station_sit(&station, NULL, "值班员甲", "1111");
  script_press(driver, "4");
  for (int i = 0; i < 2; i++) script_press(driver, "Down");
  script_press(driver, "Ctrl-U");
  script_type(driver, "两班倒");
  script_press(driver, "Ctrl-D");
  driver_wait_for(driver, "“两班倒”不在可选之列：日常巡查");
}

static void a_field_is_named_once_in_its_refusal(void **state)
{
  struct station station;
  (void)state;
  station_make(&station, "zh_CN");
  struct driver *driver = station_sit(&station, NULL, "值班员甲", "1111");
  script_press(driver, "4");
  script_press(driver, "Down");
  script_press(driver, "Ctrl-U");
  script_type(driver, "两点");
  script_press(driver, "Ctrl-D");
  driver_wait_for(driver, "^ 两点 不是时刻"); /* the label stands beside it */
}

/* Whatever key begins to write is answered with a sentence, before anything is typed, and nothing changes. */
static void who_only_looks_may_not_write(void **state)
{
  static const char *const attempts[] = { "1",         "2",         "4",    "6 6",        "7 Enter",
                                          "F3 Insert", "F3 Delete", "F3 i", "F3 Enter i", "F3 Enter Ctrl-E",
                                          "F9 Insert" };
  struct station station;
  (void)state;
  struct driver *driver = look_on(&station);
  char *before = whole_journal(&station);
  for (size_t i = 0; i < sizeof attempts / sizeof *attempts; i++) {
    script_press(driver, "F2");
    char *copy = strdup(attempts[i]), *rest = copy;
    for (char *key; (key = strsep(&rest, " "));) script_press(driver, key);
    free(copy);
    if (driver_contains(driver, REFUSED)) continue;
    driver_dump(driver);
    fail_msg("\"%s\" is not refused", attempts[i]);
  }
  script_press(driver, "F2");
  script_do(driver, &words_zh, "导入表格（CSV）：联系人");
  if (!driver_contains(driver, REFUSED)) fail_msg("importing is not refused");
  char *after = whole_journal(&station);
  assert_string_equal(before, after);
  free(before);
  free(after);
}

static void signing_in_ends_the_looking_on(void **state)
{
  struct station station;
  (void)state;
  struct driver *driver = look_on(&station);
  script_press(driver, "Ctrl-T");
  station_sign_in(driver, "值班员甲", "1111");
  script_press(driver, "F2 1");
  script_type(driver, "登录后记");
  script_save(driver, words_zh.saved);
  station_expect(&station, "登录后记", "entry", "list");
}

/* ---- PINs, which nobody sees ---- */

#define PIN_A "交班A岗 PIN 码"
#define PIN_B "交班B岗 PIN 码"

static void stands_in(struct driver *driver, const char *label)
{
  int row, column;
  bool visible;
  driver_cursor(driver, &row, &column, &visible);
  if (row == driver_row_of(driver, label)) return;
  driver_dump(driver);
  fail_msg("the cursor is not at \"%s\"", label);
}

static bool has_stars(struct driver *driver, const char *label)
{
  return strstr(driver_row(driver, driver_row_of(driver, label)), "**") != NULL; /* one marks what is needed */
}

static void a_refused_pin_is_typed_anew(void **state)
{
  struct station station;
  (void)state;
  station_make(&station, "zh_CN");
  struct driver *driver = station_sit(&station, NULL, "值班员甲", "1111");
  script_press(driver, "6");
  script_press(driver, "6");
  script_fill(driver, (const char *const[]){ "9999", "5555", "", "两班换人", NULL });
  script_save(driver, "PIN 码错误");
  stands_in(driver, PIN_A);
  assert_false(has_stars(driver, PIN_A));
  assert_true(has_stars(driver, PIN_B));
  script_type(driver, "98");
  script_press(driver, "Ctrl-U");
  assert_false(has_stars(driver, PIN_A));
  script_type(driver, "1111");
  script_save(driver, words_zh.offered);
}

static void a_pin_is_cut_where_one_signs_in(void **state)
{
  struct station station;
  (void)state;
  station_make(&station, "zh_CN");
  struct driver *driver = station_sit(&station, NULL, "值班员甲", "1111");
  script_press(driver, "Ctrl-T"); /* proposes post B */
  script_type(driver, "98");
  script_press(driver, "Ctrl-U");
  script_type(driver, "5555");
  driver_key(driver, "Enter");
  driver_wait_for(driver, "已登录：值班员戊");
}

/* ---- the lock ---- */

/* A clock that runs sixty times as fast, so that minutes without a key are soon over; of these five, so that a busy machine comes to its
 * next key before. */
static struct driver *sit_with_a_fast_clock(struct station *station)
{
  static char fast[64];
  static const char *const environment[] = { fast, "FAKETIME_DONT_FAKE_MONOTONIC=0", "DONT_FAKE_MONOTONIC=0", NULL };
  snprintf(fast, sizeof fast, "FAKETIME=%s x60", driver_clock());
  station_make(station, "zh_CN");
  station_configure(station, "[ui]\nlock_minutes = 5\n");
  free(station_tell(station, "item", "add", "what=催报各村雨情", "due=2026-07-01T02:00+08:00"));
  return station_sit(station, &(struct driver_options){ .environment = environment }, "值班员甲", "1111");
}

#define LOCKED "已锁定"

static struct driver *locked_over_a_form(struct station *station)
{
  struct driver *driver = sit_with_a_fast_clock(station);
  script_press(driver, "1");
  script_type(driver, "写到一半");
  driver_wait_row(driver, 1, LOCKED);
  driver_settle(driver);
  return driver;
}

static void an_idle_desk_locks_itself(void **state)
{
  struct station station;
  (void)state;
  struct driver *driver = locked_over_a_form(&station);
  driver_wait_for(driver, "催报各村雨情"); /* what is overdue stays in sight */
  assert_false(driver_contains(driver, "写到一半"));
  for (const char *const *key = (const char *const[]){ "F3", "F2", "Ctrl-P", "Ctrl-X", "F10", "Ctrl-T", "1", "Esc", NULL }; *key; key++) {
    script_press(driver, *key);
    assert_true(driver_alive(driver));
    driver_wait_row(driver, 1, LOCKED);
  }
}

static void the_pin_opens_it_where_it_was(void **state)
{
  struct station station;
  (void)state;
  struct driver *driver = locked_over_a_form(&station);
  script_type(driver, "9999");
  script_press(driver, "Enter");
  driver_wait_row(driver, 1, LOCKED);
  assert_false(driver_contains(driver, "写到一半"));
  driver_watch(driver, 0.2); /* the wrong one costs some seconds of that clock */
  script_type(driver, "1111");
  driver_key(driver, "Enter");
  driver_wait_gone(driver, LOCKED);
  driver_wait_for(driver, "写到一半");
  script_save(driver, words_zh.saved);
  station_expect(&station, "写到一半", "entry", "list");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, driver_stop_all)
  const struct CMUnitTest tests[] = {
    TEST(who_only_looks_may_read),
    TEST(who_only_looks_may_not_write),
    TEST(signing_in_ends_the_looking_on),
    TEST(choices_are_called_by_their_labels),
    TEST(a_field_is_named_once_in_its_refusal),
    TEST(a_refused_pin_is_typed_anew),
    TEST(a_pin_is_cut_where_one_signs_in),
    TEST(an_idle_desk_locks_itself),
    TEST(the_pin_opens_it_where_it_was),
  };
  station_need_clock();
  return cmocka_run_group_tests_name("who sits here", tests, NULL, NULL);
}
