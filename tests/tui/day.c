/* One whole shift through the terminal, from an empty file to a signed handover and a printed report, in both languages; and how few keys
 * the
 * most frequent things take. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "shift.h"

static void read_file(const char *path, char *bytes, size_t room)
{
  FILE *file = fopen(path, "r");
  assert_non_null(file);
  bytes[fread(bytes, 1, room - 1, file)] = 0;
  fclose(file);
}

/* The PDF that was printed without being asked; then as text, to be read from the job. */
static void read_report(struct shift *shift)
{
  struct driver *driver = shift->driver;
  char path[512], bytes[16];
  snprintf(path, sizeof path, "%s/print/Z-26-A001.pdf", shift->station.home);
  read_file(path, bytes, sizeof bytes);
  assert_memory_equal(bytes, "%PDF-", 5);
  script_press(driver, "7");
  script_type(driver, shift->words->report_as_asked);
  script_press(driver, "Insert");
  script_fill(driver, (const char *const[]){ "1", NULL });
  driver_key(driver, "Ctrl-D");
  driver_wait_row(driver, 1, shift->words->overview);
  script_press(driver, "7 End Enter");
  driver_wait_gone(driver, shift->words->running);
  script_press(driver, "Enter");
  driver_wait_for(driver, shift->words->report);
  if (!driver_contains(driver, "北沟")) script_press(driver, "PageDown");
  assert_true(driver_contains(driver, "北沟"));
  script_press(driver, "F2");
}

/* Nothing is accepted before the critical item was read back. */
static void accept_too_early(struct shift *shift)
{
  script_press(shift->driver, "6");
  script_press(shift->driver, "a");
  script_fill(shift->driver, (const char *const[]){ "4444", "2222", NULL });
  script_save(shift->driver, shift->words->not_read_back);
  script_press(shift->driver, "Esc");
  script_press(shift->driver, "Delete");
  script_press(shift->driver, "F2");
}

static void leave(struct shift *shift)
{
  driver_key(shift->driver, "Ctrl-X");
  driver_wait_exit(shift->driver, 0);
}

static void work_a_shift(const struct words *words)
{
  struct shift shift = { .words = words };
  station_start(&shift.station, words->language);
  shift_open(&shift);
  shift_sign_in(&shift);
  for (const struct shift_act *act = shift_acts; act->name; act++) {
    if (strcmp(act->name, "read back") == 0) accept_too_early(&shift);
    act->perform(&shift, act);
    if (!shift_is_done(&shift, act)) fail_msg("%s: the screen has confirmed it, and nothing is there", act->name);
    if (strcmp(act->name, "report") == 0) read_report(&shift);
    if (strcmp(act->name, "roster") != 0) continue;
    leave(&shift);
    shift_open(&shift);
    shift_sign_in(&shift);
  }
  leave(&shift);
  station_verify(&shift.station);
}

static void a_shift_in_chinese(void **state)
{
  (void)state;
  work_a_shift(&words_zh);
}

static void a_shift_in_english(void **state)
{
  (void)state;
  work_a_shift(&words_en);
}

/* ---- key counts: beyond the text and the PINs ---- */

static void a_phone_call_takes_three_keys(void **state)
{
  struct station station;
  (void)state;
  station_make(&station, "zh_CN");
  struct driver *driver = station_sit(&station, NULL, "值班员甲", "1111");
  driver_count_from_here(driver);
  script_press(driver, "2");
  script_type(driver, "北沟村来电：村口积水三十厘米");
  script_save(driver, words_zh.overview);
  driver_wait_for(driver, words_zh.saved);
  assert_true(driver_keys(driver) <= 3);
  station_expect(&station, "村口积水三十厘米", "entry", "list", "sort=phone");
}

/* A quarter of an hour before the shift ends. */
static struct driver *sit_before_the_end(const struct station *station)
{
  static char clock[32], setting[64];
  static const char *const environment[] = { setting, NULL };
  snprintf(clock, sizeof clock, "%+ld", atol(driver_clock()) + (5 * 60 + 25) * 60);
  snprintf(setting, sizeof setting, "FAKETIME=%s", clock);
  return station_sit(station, &(struct driver_options){ .environment = environment }, "值班员甲", "1111");
}

static void hand_over(struct driver *driver)
{
  script_press(driver, "6");
  script_press(driver, "6");
  script_fill(driver, (const char *const[]){ "1111", "5555", NULL });
  script_save(driver, words_zh.offered);
  script_press(driver, "a");
  script_fill(driver, (const char *const[]){ "4444", "2222", NULL });
  script_save(driver, words_zh.accepted);
}

static void a_quiet_handover_takes_twelve_keys(void **state)
{
  struct station station;
  (void)state;
  station_make(&station, "zh_CN");
  struct driver *driver = sit_before_the_end(&station);
  driver_count_from_here(driver);
  hand_over(driver);
  assert_true(driver_keys(driver) <= 12);
  assert_int_equal(driver_characters(driver), 16);
  station_expect(&station, words_zh.accepted_state, "handover", "list");
}

/* At 02:20 of a shift until 08:00 it is asked once why; what was typed stays, and the answer stands in the log. */
static void an_early_handover_says_why(void **state)
{
  struct station station;
  (void)state;
  station_make(&station, "zh_CN");
  struct driver *driver = station_sit(&station, NULL, "值班员甲", "1111");
  script_press(driver, "6");
  script_press(driver, "6");
  script_fill(driver, (const char *const[]){ "1111", "5555", NULL });
  script_save(driver, "本班次至07-01 08:00");
  script_type(driver, "值班员甲送医");
  script_save(driver, words_zh.offered);
  station_expect(&station, "before the end of the shift: 值班员甲送医", "entry", "list", "--json");
}

static void the_report_takes_two_keys(void **state)
{
  struct station station;
  (void)state;
  station_make(&station, "zh_CN");
  struct driver *driver = station_sit(&station, NULL, "值班员甲", "1111");
  driver_count_from_here(driver);
  script_press(driver, "7 Enter");
  driver_wait_for(driver, "/print/Z-26-A001.pdf");
  assert_true(driver_keys(driver) <= 2);
}

/* After the handover the report of the shift that is over stands first, and that of the new one below it. */
static void after_a_handover_the_report_is_of_the_shift_that_is_over(void **state)
{
  struct station station;
  (void)state;
  station_make(&station, "zh_CN");
  struct driver *driver = sit_before_the_end(&station);
  hand_over(driver);
  script_press(driver, "F2");
  driver_count_from_here(driver);
  script_press(driver, "7 Enter");
  driver_wait_for(driver, "/print/Z-26-A001.pdf");
  assert_true(driver_keys(driver) <= 2);
  station_expect(&station, "2026-06-30 20:00", "printout", "list", "--json");
  script_press(driver, "7");
  driver_wait_for(driver, "打印已交班次的值班报告");
  script_press(driver, "Down Enter");
  driver_wait_for(driver, "/print/Z-26-A002.pdf");
  station_expect(&station, "2026-07-01 08:00", "printout", "list", "--json");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, driver_stop_all)
  const struct CMUnitTest tests[] = {
    TEST(a_shift_in_chinese),
    TEST(a_shift_in_english),
    TEST(a_phone_call_takes_three_keys),
    TEST(a_quiet_handover_takes_twelve_keys),
    TEST(an_early_handover_says_why),
    TEST(the_report_takes_two_keys),
    TEST(after_a_handover_the_report_is_of_the_shift_that_is_over),
  };
  station_need_clock();
  return cmocka_run_group_tests_name("a day", tests, NULL, NULL);
}
