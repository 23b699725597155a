/* The harness itself, tested on a program whose behaviour is known. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "driver.h"

static const char *probe(void)
{
  static char path[4096];
  const char *top = getenv("abs_top_builddir");
  snprintf(path, sizeof path, "%s/tests/tui/probe", top ? top : ".");
  return path;
}

static struct driver *start(const char *mode, const struct driver_options *options)
{
  return driver_start((const char *const[]){ probe(), mode, NULL }, options);
}

static void size_is_as_asked(void **state)
{
  (void)state;
  driver_wait_for(start("keys", NULL), "size 80x24");
  driver_wait_for(start("keys", &(struct driver_options){ .rows = 30, .columns = 132 }), "size 132x30");
}

static void resize_reaches_the_program(void **state)
{
  (void)state;
  struct driver *driver = start("keys", NULL);
  driver_wait_for(driver, "size 80x24");
  driver_settle(driver); /* a signal that comes just before getch() sleeps is lost on ncurses, not on us */
  driver_resize(driver, 10, 40);
  driver_wait_for(driver, "size 40x10");
  assert_int_equal(driver_rows(driver), 10);
}

static void keys_arrive_as_those_keys(void **state)
{
  static const char *const keys[][2] = {
    { "F1", "KEY_F(1)" },   { "F10", "KEY_F(10)" },      { "Home", "KEY_HOME" }, { "End", "KEY_END" },
    { "Up", "KEY_UP" },     { "Insert", "KEY_IC" },      { "Delete", "KEY_DC" }, { "PageDown", "KEY_NPAGE" },
    { "Ctrl-P", "got ^P" }, { "Shift-Tab", "KEY_BTAB" }, { "Enter", "got ^M" },  { "Backspace", "KEY_BACKSPACE" },
    { "Esc", "got ^[" },    { "Tab", "got ^I" },         { "x", "got x" },
  };
  (void)state;
  struct driver *driver = start("keys", NULL);
  driver_wait_for(driver, "size");
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
    driver_key(driver, keys[i][0]);
    driver_wait_for(driver, keys[i][1]);
  }
  assert_int_equal(driver_keys(driver), sizeof keys / sizeof *keys);
  driver_key(driver, "q");
  driver_wait_exit(driver, 7);
}

static void check_bytes(enum driver_keyboard keyboard, bool application, const char *key, const char *expected)
{
  struct driver_options options = { .keyboard = keyboard,
                                    .environment = application ? (const char *const[]){ "APPLICATION=1", NULL } : NULL };
  struct driver *driver = start("bytes", &options);
  driver_wait_for(driver, "ready");
  driver_settle(driver);
  driver_key(driver, key);
  driver_settle(driver);
  assert_string_equal(driver_row(driver, 1), expected);
  driver_stop(driver);
}

static void keyboards_differ_as_in_life(void **state)
{
  (void)state;
  check_bytes(DRIVER_XTERM, false, "F1", "1b 4f 50");
  check_bytes(DRIVER_PUTTY, false, "F1", "1b 5b 31 31 7e");
  check_bytes(DRIVER_LINUX, false, "F1", "1b 5b 5b 41");
  check_bytes(DRIVER_XTERM, false, "Home", "1b 5b 48");
  check_bytes(DRIVER_XTERM, true, "Home", "1b 4f 48");
  check_bytes(DRIVER_PUTTY, true, "Home", "1b 5b 31 7e");
  check_bytes(DRIVER_XTERM, true, "Up", "1b 4f 41");
}

static void paste_is_bracketed_when_asked_for(void **state)
{
  (void)state;
  struct driver *plain = start("bytes", NULL);
  driver_wait_for(plain, "ready");
  driver_paste(plain, "a\nb");
  driver_wait_for(plain, "61 0d 62");
  assert_string_equal(driver_row(plain, 1), "61 0d 62");
  struct driver *asks = start("bytes", &(struct driver_options){ .environment = (const char *const[]){ "BRACKETED=1", NULL } });
  driver_wait_for(asks, "ready");
  driver_paste(asks, "a");
  driver_wait_for(asks, "1b 5b 32 30 30 7e 61 1b 5b 32 30 31 7e");
}

static void screen_reads_as_text(void **state)
{
  int row, column;
  bool visible;
  (void)state;
  struct driver *driver = start("paint", &(struct driver_options){ .language = "zh_CN" });
  driver_wait_for(driver, "chosen");
  driver_settle(driver);
  assert_string_equal(driver_row(driver, 0), "暴雨红色预警 ok");
  assert_int_equal(driver_row_of(driver, "暴雨"), 0);
  assert_int_equal(driver_row_of(driver, "nowhere"), -1);
  assert_string_equal(driver_row(driver, 5), "------------------------------------------------------------");
  driver_cursor(driver, &row, &column, &visible);
  assert_int_equal(row, 3);
  assert_int_equal(column, 5);
  assert_true(visible);
  assert_true(driver_in_alternate_screen(driver));
  assert_int_equal(driver_bells(driver), 1);
}

static void cells_have_their_attributes(void **state)
{
  (void)state;
  struct driver *driver = start("paint", NULL);
  driver_wait_for(driver, "chosen");
  driver_settle(driver);
  struct driver_cell cell = driver_attributes(driver, "预警");
  assert_int_equal(cell.columns, 2);
  assert_false(cell.bold); /* the first place is on row 0, plain */
  cell = driver_cell(driver, 2, 2);
  assert_string_equal(cell.text, "预");
  assert_true(cell.bold);
  assert_int_equal(cell.foreground, 1);
  assert_int_equal(cell.background, 3);
  assert_int_equal(driver_cell(driver, 2, 3).columns, 0);
  assert_true(driver_attributes(driver, "chosen").reverse);
  assert_int_equal(driver_attributes(driver, "after").foreground, -1);
}

static void a_terminal_may_show_ambiguous_characters_wide(void **state)
{
  (void)state;
  struct driver *driver = start("paint", &(struct driver_options){ .ambiguous = 2 });
  driver_wait_for(driver, "chosen");
  driver_settle(driver);
  assert_int_equal(driver_cell(driver, 1, 4).columns, 2);
  assert_string_equal(driver_cell(driver, 1, 4).text, "★");
  assert_string_equal(driver_cell(driver, 1, 6).text, "·");
  assert_string_equal(driver_cell(driver, 0, 0).text, "暴");
}

static void settling_waits_for_a_thinking_program(void **state)
{
  (void)state;
  struct driver *driver = start("think", NULL);
  driver_wait_for(driver, "ready");
  driver_type(driver, "ab");
  driver_settle(driver);
  assert_string_equal(driver_row(driver, 1), "answer 2");
  assert_int_equal(driver_characters(driver), 2);
}

static void waiting_for_one_of_two(void **state)
{
  (void)state;
  struct driver *driver = start("think", NULL);
  driver_wait_for(driver, "ready");
  driver_type(driver, "a");
  assert_int_equal(driver_wait_any(driver, (const char *const[]){ "nowhere", "answer 1", NULL }), 1);
  assert_int_equal(driver_watch(driver, 0.1), 0);
}

static void the_terminal_answers_queries(void **state)
{
  (void)state;
  driver_wait_for(start("ask", NULL), "answer ^[[5;10R");
}

static void a_dropped_line_is_a_hangup(void **state)
{
  char path[4096], text[16] = "";
  (void)state;
  struct driver *driver = start("will", NULL);
  driver_wait_for(driver, "ready");
  driver_settle(driver);
  driver_hangup(driver);
  driver_wait_exit(driver, 3);
  snprintf(path, sizeof path, "%s/will", driver_home(driver));
  FILE *file = fopen(path, "r");
  assert_non_null(file);
  assert_non_null(fgets(text, sizeof text, file));
  fclose(file);
  assert_string_equal(text, "draft");
}

static void a_killed_program_is_told_so(void **state)
{
  (void)state;
  struct driver *driver = start("keys", NULL);
  driver_wait_for(driver, "size");
  assert_true(driver_alive(driver));
  driver_signal(driver, SIGKILL);
  driver_wait_exit(driver, 128 + SIGKILL);
  assert_false(driver_alive(driver));
}

static void nothing_of_ours_leaks_into_the_environment(void **state)
{
  (void)state;
  setenv("DUTYDESK_DB", "/nowhere/desk.db", 1);
  struct driver_options options = { .language = "zh_CN" };
  struct driver_run run = driver_run((const char *const[]){ probe(), "environment", NULL }, &options, "one\ntwo\n");
  unsetenv("DUTYDESK_DB");
  assert_int_equal(run.status, 5);
  assert_non_null(strstr(run.out, "read one\nread two\n"));
  assert_non_null(strstr(run.out, "LANGUAGE=zh_CN\n"));
  assert_non_null(strstr(run.out, "TERM=xterm-256color\n"));
  assert_null(strstr(run.out, "DUTYDESK_DB"));
  assert_string_equal(run.err, "to the error output\n");
  driver_run_free(&run);
}

static void homes_go_with_their_test(void **state)
{
  (void)state;
  char *home = strdup(driver_home_make()), inside[4096];
  snprintf(inside, sizeof inside, "%s/inside", home);
  assert_int_equal(mkdir(inside, 0700), 0);
  struct driver *driver = start("keys", &(struct driver_options){ .home = home });
  assert_string_equal(driver_home(driver), home);
  driver_stop(driver);
  assert_int_equal(access(home, F_OK), 0);
  driver_stop_all(NULL);
  assert_int_not_equal(access(home, F_OK), 0);
  free(home);
}

static void golden_masks_only_what_a_clock_writes(void **state)
{
  (void)state;
  char *masked = driver_mask("W-26-B031 at 2026-07-01 02:15, 12 min, F1 help, 3 人, 7月1日, 17 points");
  assert_string_equal(masked, "W-26-B031 at ####-##-## ##:##, ## min, F1 help, 3 人, #月#日, 17 points");
  free(masked);
  struct driver *driver = start("paint", NULL);
  driver_wait_for(driver, "chosen");
  driver_settle(driver);
  driver_expect_golden(driver, "probe");
}

static void the_clock_can_be_set(void **state)
{
  (void)state;
  if (!driver_clock()) skip();
  struct driver_options options = { .faketime = driver_clock() };
  struct driver_run run = driver_run((const char *const[]){ "date", "-u", "+%F %H", NULL }, &options, NULL);
  assert_string_equal(run.out, "2026-06-30 18\n");
  driver_run_free(&run);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, driver_stop_all)
  const struct CMUnitTest tests[] = {
    TEST(size_is_as_asked),
    TEST(resize_reaches_the_program),
    TEST(keys_arrive_as_those_keys),
    TEST(keyboards_differ_as_in_life),
    TEST(paste_is_bracketed_when_asked_for),
    TEST(screen_reads_as_text),
    TEST(cells_have_their_attributes),
    TEST(a_terminal_may_show_ambiguous_characters_wide),
    TEST(settling_waits_for_a_thinking_program),
    TEST(waiting_for_one_of_two),
    TEST(the_terminal_answers_queries),
    TEST(a_dropped_line_is_a_hangup),
    TEST(a_killed_program_is_told_so),
    TEST(nothing_of_ours_leaks_into_the_environment),
    TEST(homes_go_with_their_test),
    TEST(golden_masks_only_what_a_clock_writes),
    TEST(the_clock_can_be_set),
  };
  return cmocka_run_group_tests_name("tui harness", tests, NULL, NULL);
}
