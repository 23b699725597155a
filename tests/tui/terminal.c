/* Terminals as they are: each keyboard, slow lines, input methods, pasting, odd locales, few colours, small windows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "script.h"

#define FORM "New: Visit"

static const struct driver_options english = { .language = "en" };

static struct driver *sit(struct station *station, const struct driver_options *options)
{
  station_make(station, "en");
  return station_sit(station, options, "值班员甲", "1111");
}

static void expect_row(struct driver *driver, int row, const char *text)
{
  driver_wait_row(driver, row, text);
}

/* ---- keyboards ---- */

static void check_function_keys(const char *term, enum driver_keyboard keyboard)
{
  static const char *const rooms[][2] = { { "F3", "Log" },     { "F4", "Warnings" },
                                          { "F5", "Rounds" },  { "F6", "Hidden dangers" },
                                          { "F7", "Plans" },   { "F8", "Incidents and reports" },
                                          { "F9", "Ledgers" }, { "F1", "Help" },
                                          { "F2", "Overview" } };
  struct station station;
  struct driver *driver = sit(&station, &(struct driver_options){ .term = term, .keyboard = keyboard });
  for (size_t i = 0; i < sizeof rooms / sizeof *rooms; i++) {
    script_press(driver, rooms[i][0]);
    expect_row(driver, 1, rooms[i][1]);
  }
  driver_key(driver, "F10");
  driver_wait_exit(driver, 0);
}

static void function_keys_of_xterm(void **state)
{
  (void)state;
  check_function_keys("xterm-256color", DRIVER_XTERM);
}

/* PuTTY calls itself xterm and sends other sequences. */
static void function_keys_of_putty(void **state)
{
  (void)state;
  check_function_keys("xterm", DRIVER_PUTTY);
}

static void function_keys_of_the_console(void **state)
{
  (void)state;
  check_function_keys("linux", DRIVER_LINUX);
}

static void home_and_end_of_every_keyboard(void **state)
{
  static const char *const both[][2] = {
    { "\033[H", "\033[F" }, { "\033OH", "\033OF" }, { "\033[1~", "\033[4~" }, { "\033[7~", "\033[8~" }
  };
  struct station station;
  (void)state;
  struct driver *driver = sit(&station, &english);
  script_press(driver, "1");
  for (size_t i = 0; i < sizeof both / sizeof *both; i++) {
    script_type(driver, "暴雨");
    driver_bytes(driver, both[i][0], strlen(both[i][0]));
    script_type(driver, "前");
    driver_bytes(driver, both[i][1], strlen(both[i][1]));
    script_type(driver, "后");
    expect_row(driver, 2, "前暴雨后");
    script_press(driver, "Ctrl-U");
  }
}

/* ---- slow lines ---- */

/* Sends the parts of a sequence with so much time between them. */
static void send_torn(struct driver *driver, const char *const parts[], double pause)
{
  for (; *parts; parts++) {
    driver_bytes(driver, *parts, strlen(*parts));
    driver_watch(driver, pause);
  }
  driver_settle(driver);
}

static void a_torn_sequence_never_cancels_a_form(void **state)
{
  static const char *const down[] = { "\033", "[", "B", NULL }, *const application_down[] = { "\033", "OB", NULL },
                           *const f5[] = { "\033[1", "5~", NULL };
  struct station station;
  (void)state;
  struct driver *driver = sit(&station, &english);
  script_press(driver, "4");
  driver_wait_for(driver, FORM);
  script_type(driver, "北沟");
  send_torn(driver, down, 0.3);
  send_torn(driver, application_down, 0.3);
  expect_row(driver, 1, FORM);
  assert_true(driver_contains(driver, "北沟"));
  assert_false(driver_contains(driver, "Esc again"));
  send_torn(driver, f5, 0.3);
  expect_row(driver, 1, "Rounds");
}

/* Even a second between the parts, key after key, may at worst make the form ask. */
static void a_very_slow_line_never_cancels_a_form(void **state)
{
  static const char *const down[] = { "\033", "[B", NULL };
  struct station station;
  (void)state;
  struct driver *driver = sit(&station, &english);
  script_press(driver, "1");
  script_type(driver, "北沟");
  for (int i = 0; i < 2; i++) {
    send_torn(driver, down, 1.1);
    expect_row(driver, 1, "Log");
    assert_true(driver_contains(driver, "北沟"));
    assert_false(driver_contains(driver, "[B"));
  }
}

static void escape_leaves_a_form_when_meant(void **state)
{
  struct station station;
  (void)state;
  struct driver *driver = sit(&station, &english);
  script_press(driver, "1");
  script_type(driver, "北沟");
  driver_key(driver, "Esc");
  driver_wait_for(driver, "Esc again");
  driver_key(driver, "Esc");
  driver_wait_for(driver, "Overview");
  expect_row(driver, 1, "Overview");
}

/* On a slow line several keys come at once; each must find what the one before it opened. */
static void keys_typed_ahead_are_not_lost(void **state)
{
  struct station station;
  (void)state;
  struct driver *driver = sit(&station, &english);
  free(station_tell(&station, "log", "先记一条"));
  driver_settle(driver);
  driver_bytes(driver, "\033ORi", 4); /* F3, then i: make the chosen entry an open item */
  driver_wait_for(driver, "Make it an open item");
  script_press(driver, "F2");
  driver_bytes(driver, "1\346\255\242\004", 5); /* 1, 止, Ctrl-D */
  driver_wait_for(driver, "Saved");
  station_expect(&station, "止", "entry", "list");
}

/* ---- input methods and pasting ---- */

static void full_width_digits_are_digits(void **state)
{
  struct station station;
  (void)state;
  struct driver *driver = sit(&station, &english);
  script_type(driver, "１"); /* with the input method left on */
  driver_wait_for(driver, "Happened");
  script_type(driver, "雨势减弱");
  script_press(driver, "Down Ctrl-U");
  script_type(driver, "２：１５");
  script_press(driver, "Down");
  assert_true(driver_contains(driver, "07-01 02:15"));
  script_press(driver, "Ctrl-D F3");
  int row = driver_row_of(driver, "雨势减弱");
  assert_true(row > 0);
  expect_row(driver, row, "07-01 02:15");
}

static void times_are_typed_as_people_do(void **state)
{
  static const char *const times[][2] = { { "0215", "07-01 02:15" }, { "2:15", "07-01 02:15" },      { "2350", "06-30 23:50" },
                                          { "-10", "07-01 02:10" },  { "6-30 2215", "06-30 22:15" }, { "昨天 2215", "06-30 22:15" } };
  struct station station;
  (void)state;
  struct driver *driver = sit(&station, &english);
  script_press(driver, "1");
  driver_wait_for(driver, "Happened");
  for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
    script_press(driver, "Down Ctrl-U");
    script_type(driver, times[i][0]);
    script_press(driver, "Up");
    int row = driver_row_of(driver, "Happened");
    assert_true(row > 0);
    if (strcmp(times[i][0], "-10") != 0)
      expect_row(driver, row, times[i][1]);
    else
      expect_row(driver, row, "07-01 02:1"); /* the minute may have turned */
  }
  script_press(driver, "Down Ctrl-U");
  script_type(driver, "2560");
  script_press(driver, "Ctrl-D");
  expect_row(driver, 1, "Log"); /* still the form */
  assert_true(driver_contains(driver, "2560"));
}

static void pasting_never_submits(void **state)
{
  struct station station;
  (void)state;
  struct driver *driver = sit(&station, &english);
  driver_paste(driver, "1\n3\n"); /* into the overview: starts nothing */
  driver_settle(driver);
  expect_row(driver, 1, "Overview");
  script_press(driver, "1");
  driver_wait_for(driver, "Happened");
  driver_paste(driver, "第一行\n第二行\033[31m\004\n");
  driver_settle(driver);
  expect_row(driver, 1, "Log");
  assert_true(driver_contains(driver, "第一行"));
  assert_true(driver_row_of(driver, "第二行") > driver_row_of(driver, "第一行"));
  char *entries = station_tell(&station, "entry", "list");
  assert_string_equal(entries, "");
  free(entries);
  script_press(driver, "Ctrl-D");
  station_expect(&station, "第一行", "entry", "list");
}

/* ---- locales and widths ---- */

static void check_locale(const char *lang, const char *expected)
{
  struct station station;
  station_make(&station, "en");
  struct driver *driver = station_sit(&station, &(struct driver_options){ .lang = lang }, "值班员甲", "1111");
  expect_row(driver, 0, "测试镇");
  expect_row(driver, 1, expected);
  script_press(driver, "1");
  script_type(driver, "滑坡迹象");
  expect_row(driver, 2, "滑坡迹象");
}

static void plain_c_is_no_obstacle(void **state)
{
  (void)state;
  check_locale("C", "Overview");
  check_locale("POSIX", "Overview");
  check_locale("", "Overview");
}

static void locales_that_are_not_installed(void **state)
{
  (void)state;
  check_locale("zh_CN.UTF-8", "总览");
  check_locale("zh_CN.GB18030", "总览");
  check_locale("xx_YY.UTF-8", "Overview");
}

static void ambiguous_characters_may_be_wide(void **state)
{
  struct station station;
  char path[512];
  (void)state;
  station_make(&station, "en");
  free(station_tell(&station, "log", "①—…“注”·●", "important=yes"));
  free(station_tell(&station, "log", "水位上涨", "important=yes"));
  snprintf(path, sizeof path, "%s/wide.ini", station.home);
  FILE *file = fopen(path, "w");
  assert_non_null(file);
  fputs("[ui]\nambiguous = 2\n", file);
  fclose(file);
  struct driver *driver = station_open(&station, &(struct driver_options){ .ambiguous = 2 }, (const char *const[]){ "-c", path, NULL });
  station_sign_in(driver, "值班员甲", "1111");
  script_press(driver, "F3");
  int odd = driver_row_of(driver, "①—…“注”·●"), plain = driver_row_of(driver, "水位上涨");
  assert_true(odd > 0 && plain > 0);
  assert_int_equal(driver_column_of(driver, odd, "yes"), driver_column_of(driver, plain, "yes"));
  script_press(driver, "Enter");
  int rule = driver_row_of(driver, "History");
  assert_true(rule > 0);
  expect_row(driver, rule + 1, "07-01 02:2"); /* the line across fits its row */
  expect_row(driver, 23, "Enter");
}

static void a_terminal_without_colours(void **state)
{
  struct station station;
  (void)state;
  struct driver *driver = sit(&station, &(struct driver_options){ .term = "vt100" });
  station_expect(&station, "", "log", "先记一条");
  script_press(driver, "F3");
  driver_wait_for(driver, "先记一条");
  for (int row = 0; row < driver_rows(driver); row++)
    for (int column = 0; column < driver_columns(driver); column++) {
      struct driver_cell cell = driver_cell(driver, row, column);
      assert_int_equal(cell.foreground, -1);
      assert_int_equal(cell.background, -1);
    }
  assert_true(driver_attributes(driver, "E-26-A001").reverse); /* the chosen row can be told */
}

/* ---- windows ---- */

static void small_windows_are_told_and_survived(void **state)
{
  static const int sizes[][2] = { { 23, 80 }, { 24, 79 }, { 10, 30 }, { 3, 12 }, { 1, 1 } };
  struct station station;
  (void)state;
  struct driver *driver = sit(&station, &english);
  script_press(driver, "1");
  script_type(driver, "写到一半");
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    driver_resize(driver, sizes[i][0], sizes[i][1]);
    driver_settle(driver);
    assert_true(driver_alive(driver));
    if (sizes[i][1] >= 30) assert_true(driver_contains(driver, "80"));
    script_press(driver, "x"); /* keys do nothing that is not seen */
  }
  driver_resize(driver, 24, 80);
  driver_settle(driver);
  driver_wait_for(driver, "写到一半");
  assert_false(driver_contains(driver, "x写") || driver_contains(driver, "半x"));
  driver_resize(driver, 50, 160);
  driver_settle(driver);
  driver_wait_for(driver, "写到一半");
  expect_row(driver, 49, "F1");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, driver_stop_all)
  const struct CMUnitTest tests[] = {
    TEST(function_keys_of_xterm),
    TEST(function_keys_of_putty),
    TEST(function_keys_of_the_console),
    TEST(home_and_end_of_every_keyboard),
    TEST(a_torn_sequence_never_cancels_a_form),
    TEST(a_very_slow_line_never_cancels_a_form),
    TEST(escape_leaves_a_form_when_meant),
    TEST(keys_typed_ahead_are_not_lost),
    TEST(full_width_digits_are_digits),
    TEST(times_are_typed_as_people_do),
    TEST(pasting_never_submits),
    TEST(plain_c_is_no_obstacle),
    TEST(locales_that_are_not_installed),
    TEST(ambiguous_characters_may_be_wide),
    TEST(a_terminal_without_colours),
    TEST(small_windows_are_told_and_survived),
  };
  station_need_clock();
  return cmocka_run_group_tests_name("terminals", tests, NULL, NULL);
}
