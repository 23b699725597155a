/* One whole shift through the terminal, from an empty file to a signed handover and a printed report, in both languages; and how few keys the
 * most frequent things take. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "script.h"

#define ITEM "北沟水位每半小时一报"

/* ---- the parts of a shift ---- */

static void set_up(struct driver *driver, const struct words *words)
{
  driver_wait_for(driver, words->set_up, 10);
  script_fill(driver, (const char *const[]){ "110105001000", "测试镇", "", "值班员甲", "1111", "1111", NULL });
  script_save(driver, words->printer_test);
  script_press(driver, "Down Enter"); /* not now */
  driver_wait_for(driver, words->overview, 10);
}

static void add_people(struct driver *driver, const struct words *words)
{
  /* rank: 1 officer, 2 leader; post: 1 A, 2 B, 3 leader */
  static const char *const people[][3] = {
    { "值班员乙", "1", "2" }, { "值班员丙", "2", "3" }, { "值班员丁", "1", "1" }, { "值班员戊", "1", "2" }
  };
  static const char *const pins[] = { "2222", "3333", "4444", "5555" };
  for (size_t i = 0; i < sizeof people / sizeof *people; i++) {
    script_press(driver, "F9");
    script_press(driver, "2");
    script_press(driver, "Insert");
    script_fill(driver, (const char *const[]){ people[i][0], people[i][1], people[i][2], NULL });
    script_save(driver, words->saved);
    script_choose(driver, words->name, people[i][0]);
    script_press(driver, "p");
    script_fill(driver, (const char *const[]){ pins[i], pins[i], NULL });
    script_save(driver, words->pin_is_set);
  }
}

/* The first day that stands there is only proposed: typing replaces it. */
static void fill_roster(struct driver *driver, const struct words *words)
{
  script_do(driver, words, words->fill_roster);
  script_fill(driver, (const char *const[]){ "2026-06-30", NULL });
  script_save(driver, words->shifts_made);
  script_press(driver, "F2");
}

static void log_three(struct driver *driver, const struct words *words)
{
  static const char *const texts[] = { "北沟雨量一小时32毫米", "村道巡查完毕，未见异常", "通知各村加强值守" };
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    script_press(driver, "1");
    script_type(driver, texts[i]);
    script_save(driver, words->overview);
  }
  script_press(driver, "F3");
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) driver_wait_for(driver, texts[i], 5);
  script_press(driver, "F2");
}

/* The first entry of the list becomes an open item that the next shift has to read back. */
static void open_item(struct driver *driver, const struct words *words)
{
  script_press(driver, "F3");
  script_press(driver, "i");
  script_press(driver, "Ctrl-U");
  script_fill(driver, (const char *const[]){ ITEM, "", "0600", "打电话给北沟村", "1", NULL });
  script_save(driver, words->saved);
  script_press(driver, "F2");
  driver_wait_for(driver, ITEM, 5);
}

static void import_red_alert(struct driver *driver, const struct words *words)
{
  char path[4096];
  snprintf(path, sizeof path, "%s/tests/fixtures/alerts/mainland-red.xml", getenv("abs_top_srcdir"));
  script_do(driver, words, words->import_warning);
  script_type(driver, path);
  script_save(driver, "暴雨红色预警");
  script_press(driver, "F2");
  driver_wait_for(driver, words->red, 5); /* on the top line */
  script_press(driver, "F4");
  script_press(driver, "k"); /* acknowledge */
  script_save(driver, words->acknowledge);
  script_press(driver, "F2");
  driver_wait_gone(driver, words->acknowledge, 5);
}

static void visit_a_point(struct driver *driver, const struct words *words)
{
  script_press(driver, "F5");
  script_press(driver, "Insert");
  script_fill(driver, (const char *const[]){ "北沟滑坡", "1", "2", NULL });
  script_save(driver, words->saved);
  script_press(driver, "F2");
  script_press(driver, "4");
  script_fill(driver, (const char *const[]){ "北沟滑坡", NULL });
  script_save(driver, words->saved);
  script_press(driver, "F5");
  script_press(driver, "2");
  driver_wait_for(driver, "北沟滑坡", 5);
  script_press(driver, "F2");
}

/* Item by item, as it is read aloud. */
static void read_back(struct driver *driver, const struct words *words)
{
  int row = driver_row_of(driver, ITEM), first = driver_row_of(driver, words->signatures);
  assert_true(first > 0 && row > first);
  script_press(driver, "Home");
  for (; row > first; row--) script_press(driver, "Down");
  driver_key(driver, "Enter");
  driver_wait_for(driver, words->read_back, 5);
  driver_settle(driver);
}

/* Four PINs, and nothing is accepted before the critical item was read back. */
static void hand_over(struct driver *driver, const struct words *words)
{
  script_press(driver, "6");
  driver_wait_for(driver, words->handover, 5);
  script_press(driver, "6");
  script_fill(driver, (const char *const[]){ "1111", "5555", NULL });
  script_save(driver, words->offered);
  script_press(driver, "a");
  script_fill(driver, (const char *const[]){ "4444", "2222", NULL });
  script_save(driver, words->not_read_back);
  script_press(driver, "Esc");
  script_press(driver, "Delete");
  read_back(driver, words);
  script_press(driver, "a");
  script_fill(driver, (const char *const[]){ "4444", "2222", NULL });
  script_save(driver, words->accepted);
  script_press(driver, "F2");
}

static void read_file(const char *path, char *bytes, size_t room)
{
  FILE *file = fopen(path, "r");
  assert_non_null(file);
  bytes[fread(bytes, 1, room - 1, file)] = 0;
  fclose(file);
}

/* As PDF where paper goes without being asked, then as text, to be read from the job. */
static void print_report(struct driver *driver, const struct station *station, const struct words *words)
{
  char path[512], bytes[16];
  script_press(driver, "7 Enter");
  driver_wait_for(driver, "/print/", 30); /* a child does it and says where it lies */
  snprintf(path, sizeof path, "%s/print/Z-26-A001.pdf", station->home);
  read_file(path, bytes, sizeof bytes);
  assert_memory_equal(bytes, "%PDF-", 5);
  script_press(driver, "7");
  script_type(driver, words->report_as_asked);
  script_press(driver, "Enter");
  script_fill(driver, (const char *const[]){ "1", NULL });
  script_save(driver, words->overview);
  script_press(driver, "7 End Enter");
  driver_wait_gone(driver, words->running, 30);
  script_press(driver, "Enter");
  driver_wait_for(driver, words->report, 5);
  if (!driver_contains(driver, "北沟")) script_press(driver, "PageDown");
  assert_true(driver_contains(driver, "北沟"));
  script_press(driver, "F2");
}

static void work_a_shift(const struct words *words)
{
  struct station station;
  station_start(&station, words->language);
  struct driver *driver = station_open(&station, NULL, NULL);
  set_up(driver, words);
  add_people(driver, words);
  fill_roster(driver, words);
  driver_key(driver, "Ctrl-X");
  driver_wait_exit(driver, 0, 10);

  driver = station_sit(&station, NULL, "值班员甲", "1111");
  log_three(driver, words);
  open_item(driver, words);
  import_red_alert(driver, words);
  visit_a_point(driver, words);
  print_report(driver, &station, words);
  hand_over(driver, words);
  driver_key(driver, "Ctrl-X");
  driver_wait_exit(driver, 0, 10);
  station_verify(&station);
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
  driver_wait_for(driver, words_zh.saved, 5);
  assert_true(driver_keys(driver) <= 3);
  station_expect(&station, "村口积水三十厘米", "entry", "list", "sort=phone");
}

static void a_quiet_handover_takes_twelve_keys(void **state)
{
  struct station station;
  (void)state;
  station_make(&station, "zh_CN");
  struct driver *driver = station_sit(&station, NULL, "值班员甲", "1111");
  driver_count_from_here(driver);
  script_press(driver, "6");
  script_press(driver, "6");
  script_fill(driver, (const char *const[]){ "1111", "5555", NULL });
  script_save(driver, words_zh.offered);
  script_press(driver, "a");
  script_fill(driver, (const char *const[]){ "4444", "2222", NULL });
  script_save(driver, words_zh.accepted);
  assert_true(driver_keys(driver) <= 12);
  assert_int_equal(driver_characters(driver), 16);
  station_expect(&station, words_zh.accepted_state, "handover", "list");
}

static void the_report_takes_two_keys(void **state)
{
  struct station station;
  (void)state;
  station_make(&station, "zh_CN");
  struct driver *driver = station_sit(&station, NULL, "值班员甲", "1111");
  driver_count_from_here(driver);
  script_press(driver, "7 Enter");
  driver_wait_for(driver, "/print/Z-26-A001.pdf", 30);
  assert_true(driver_keys(driver) <= 2);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, driver_stop_all)
  const struct CMUnitTest tests[] = {
    TEST(a_shift_in_chinese),
    TEST(a_shift_in_english),
    TEST(a_phone_call_takes_three_keys),
    TEST(a_quiet_handover_takes_twelve_keys),
    TEST(the_report_takes_two_keys),
  };
  station_need_clock();
  return cmocka_run_group_tests_name("a day", tests, NULL, NULL);
}
