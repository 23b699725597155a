/* What the overview, the palette and the lists lead to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "script.h"

/* The line leads to the decision, from there to the record, where both versions stand first; Enter on them leads to the field. */
static void a_conflict_is_decided_from_its_line(void **state)
{
  struct station station;
  char maker[4096];
  (void)state;
  station_make(&station, "zh_CN");
  snprintf(maker, sizeof maker, "%s/tests/tui/dispute", getenv("abs_top_builddir"));
  struct driver_run made = driver_run((const char *const[]){ maker, station.database, NULL },
                                      &(struct driver_options){ .home = station.home, .faketime = driver_clock() }, NULL);
  if (made.status != 0) fail_msg("%s%s", made.out, made.err);
  driver_run_free(&made);
  struct driver *driver = station_sit(&station, NULL, "值班员甲", "1111");
  script_choose(driver, "全部", "公路养护站");
  script_press(driver, "Enter");
  driver_wait_for(driver, "00000000002");
  driver_wait_for(driver, "00000000003");
  script_press(driver, "Ctrl-O");
  driver_wait_for(driver, "? 电话");
  driver_wait_row(driver, driver_row_of(driver, "? 电话"), "00000000002");
  driver_wait_row(driver, driver_row_of(driver, "? 电话"), "00000000003");
  script_press(driver, "Enter");
  script_press(driver, "Ctrl-U");
  script_type(driver, "00000000004");
  script_save(driver, words_zh.saved);
  script_press(driver, "F2");
  assert_false(driver_contains(driver, "公路养护站"));
  station_expect(&station, "00000000004", "contact", "list", "--csv", "--personal");
  station_verify(&station);
}

static void where_one_keeps_the_desk_there_is_no_b(void **state)
{
  struct station station;
  (void)state;
  station_start(&station, "en");
  free(station_tell(&station, "init", "--area", "110105001000", "--name", "测试镇"));
  struct driver *driver = station_open(&station, NULL, NULL);
  driver_wait_row(driver, 1, "B vacant");
  driver_key(driver, "Ctrl-X");
  driver_wait_exit(driver, 0);
  station_configure(&station, "[shift]\nsignatures = two\n");
  driver = station_open(&station, NULL, NULL);
  driver_wait_row(driver, 1, "A vacant");
  assert_null(strstr(driver_row(driver, 1), "B vacant"));
  assert_true(strstr(driver_row(driver, 1), "Lead vacant") != NULL);
}

/* By its name in the language of the screen, in part of its characters, in English, by the words of the command line, by what it is for. */
static void the_palette_finds_by_every_word(void **state)
{
  static const char *const typed[] = { "交班", "交接班", "Hand over", "handover offer", "待办事项须均有责任人" };
  struct station station;
  (void)state;
  station_make(&station, "zh_CN");
  struct driver *driver = station_sit(&station, NULL, "值班员甲", "1111");
  for (size_t i = 0; i < sizeof typed / sizeof *typed; i++) {
    script_press(driver, "Ctrl-P");
    script_type(driver, typed[i]);
    if (!driver_contains(driver, "当值班次的交接班")) fail_msg("\"%s\" does not find the handover", typed[i]);
    script_press(driver, "Esc");
  }
  script_do(driver, &words_zh, "导警件");
  driver_wait_row(driver, 1, words_zh.import_warning); /* whose characters these are, in this order */
}

/* There is nothing to see in an empty roster: it is made. */
static void an_empty_roster_is_filled_from_its_line(void **state)
{
  struct station station;
  (void)state;
  station_start(&station, "zh_CN");
  free(station_tell(&station, "init", "--area", "110105001000", "--name", "测试镇"));
  struct driver *driver = station_open(&station, NULL, NULL);
  driver_wait_for(driver, "尚未排班");
  script_choose(driver, "全部", "尚未排班");
  script_press(driver, "Enter");
  driver_wait_row(driver, 1, words_zh.fill_roster);
  driver_wait_for(driver, "Ctrl-D");
  driver_key(driver, "Esc");
  driver_wait_row(driver, 1, words_zh.overview);
  script_press(driver, "Delete"); /* a station without one takes the line off, as before */
  driver_wait_gone(driver, "尚未排班");
}

static void import_officers(const struct station *station, int count)
{
  char path[300];
  snprintf(path, sizeof path, "%s/officers.csv", station->home);
  FILE *file = fopen(path, "w");
  assert_non_null(file);
  fputs("name\n", file);
  for (int i = 1; i <= count; i++) fprintf(file, "网格员%02d\n", i);
  assert_int_equal(fclose(file), 0);
  free(station_tell(station, "officer", "import", path));
}

static void add_officer(struct driver *driver, const char *name)
{
  script_press(driver, "Insert");
  script_type(driver, name);
  script_save(driver, words_zh.saved);
}

/* The PIN that is set next is that of whoever was added just now, also where the list is longer than the screen; never one's own. */
static void what_was_added_is_chosen(void **state)
{
  static const char *const names[] = { "值班员己", "网格员99", "网格员00" }; /* among those in sight, far below, between */
  struct station station;
  (void)state;
  station_make(&station, "zh_CN");
  import_officers(&station, 60);
  struct driver *driver = station_sit(&station, NULL, "值班员甲", "1111");
  script_press(driver, "F9 2");
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    add_officer(driver, names[i]);
    script_press(driver, "p");
    driver_wait_row(driver, 1, names[i]);
    script_press(driver, "Esc");
  }
  script_press(driver, "Home");
  script_press(driver, "Ctrl-F");
  script_type(driver, "值班员丙");
  add_officer(driver, "值班员庚"); /* not in this list: what was chosen stays chosen */
  script_press(driver, "p");
  driver_wait_row(driver, 1, "值班员丙");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, driver_stop_all)
  const struct CMUnitTest tests[] = {
    TEST(a_conflict_is_decided_from_its_line),     TEST(where_one_keeps_the_desk_there_is_no_b),
    TEST(the_palette_finds_by_every_word),         TEST(what_was_added_is_chosen),
    TEST(an_empty_roster_is_filled_from_its_line),
  };
  station_need_clock();
  return cmocka_run_group_tests_name("overview and palette", tests, NULL, NULL);
}
