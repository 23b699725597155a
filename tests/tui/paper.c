/* Paper at the printer beside the user's own terminal: the text goes there whole and unaltered, and the screen does not notice. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "script.h"

#define SENT "已送终端旁的打印机"

static struct driver *sit(struct station *station, const char *settings, const char *term)
{
  station_make(station, "zh_CN");
  station_configure(station, settings);
  station_expect(station, "", "log", "北沟涨水");
  return station_sit(station, &(struct driver_options){ .term = term }, "值班员甲", "1111");
}

static char *copy_of(const char *text)
{
  char *copy = strdup(text);
  assert_non_null(copy);
  return copy;
}

/* Every line of the report as the command line prints it again, but those that differ from copy to copy, in this order, ended as printers
 * want it. */
static void expect_report(const struct station *station, const char *printed)
{
  char *report = station_tell(station, "print", "again", "Z-26-A001", "--text"), *rest = report;
  int lines = 0;
  for (char *line; (line = strsep(&rest, "\n"));) {
    char wanted[400];
    if (!*line || strstr(line, "Z-26-") || strstr(line, "页") || strstr(line, "打印")) continue;
    snprintf(wanted, sizeof wanted, "%s\r\n", line);
    const char *found = strstr(printed, wanted);
    if (!found) fail_msg("not printed, or not in its place: \"%s\"", line);
    printed = found + strlen(wanted);
    lines++;
  }
  assert_true(lines > 20);
  free(report);
}

static void the_report_goes_to_the_printer_at_the_terminal(void **state)
{
  struct station station;
  (void)state;
  struct driver *driver = sit(&station, "[print]\nto = terminal\nstart = 1b40\n", NULL);
  driver_key(driver, "F3");
  driver_settle(driver);
  char *before = copy_of(driver_screen(driver));
  script_press(driver, "F2 7 Enter");
  driver_wait_for(driver, SENT);
  driver_settle(driver);
  assert_int_equal(driver_papers(driver), 1);
  assert_memory_equal(driver_printed(driver), "\033@", 2); /* the printer is reset first */
  assert_true(strstr(driver_printed(driver), "北沟涨水") != NULL);
  expect_report(&station, driver_printed(driver));
  assert_null(strchr(driver_printed(driver) + 2, '\033')); /* nothing of the screen went there */
  script_press(driver, "F3");
  assert_string_equal(driver_screen(driver), before); /* and nothing of the paper on the screen */
  script_press(driver, "F2 7 Enter");
  driver_wait_for(driver, SENT);
  assert_int_equal(driver_papers(driver), 2);
  free(before);
}

static void a_line_printer_gets_its_own_encoding(void **state)
{
  static const char report[] = "\xd6\xb5\xb0\xe0\xb1\xa8\xb8\xe6"; /* 值班报告 in GB18030 */
  struct station station;
  (void)state;
  struct driver *driver = sit(&station, "[print]\nto = terminal\nencoding = GB18030\n", "xterm");
  script_press(driver, "7 Enter");
  driver_wait_for(driver, SENT);
  assert_int_equal(driver_papers(driver), 1);
  assert_true(strstr(driver_printed(driver), report) != NULL);
}

static void a_terminal_without_a_printer_says_so(void **state)
{
  struct station station;
  (void)state;
  struct driver *driver = sit(&station, "[print]\nto = terminal\n", "linux");
  script_press(driver, "7 Enter");
  driver_wait_for(driver, "linux");
  driver_settle(driver);
  assert_int_equal(driver_papers(driver), 0);
  assert_string_equal(driver_printed(driver), "");
  assert_true(driver_alive(driver));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, driver_stop_all)
  const struct CMUnitTest tests[] = {
    TEST(the_report_goes_to_the_printer_at_the_terminal),
    TEST(a_line_printer_gets_its_own_encoding),
    TEST(a_terminal_without_a_printer_says_so),
  };
  station_need_clock();
  return cmocka_run_group_tests_name("paper at the terminal", tests, NULL, NULL);
}
