/* Exchange on the screen: what is known, a stick, an invitation; what two machines wrote differently is decided by one key. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "script.h"

/* --- sticks ------------------------------------------------------------------------------------------------------------------ */

struct stick {
  char path[300], folder[320], mounts[300], variable[340];
  const char *environment[2];
};

/* A folder that the list of mounts calls a stick: by a name that begins as sticks' do and leads to the test's own. */
static void stick_put_in(const struct station *station, struct stick *stick)
{
  snprintf(stick->path, sizeof stick->path, "/media/..%s/my stick", station->home);
  snprintf(stick->folder, sizeof stick->folder, "%s/dutydesk", stick->path);
  snprintf(stick->mounts, sizeof stick->mounts, "%s/mounts", station->home);
  snprintf(stick->variable, sizeof stick->variable, "DUTYDESK_MOUNTS=%s", stick->mounts);
  stick->environment[0] = stick->variable;
  stick->environment[1] = NULL;
  assert_int_equal(mkdir(stick->path, 0700), 0);
  FILE *file = fopen(stick->mounts, "w");
  assert_non_null(file);
  fprintf(file, "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n41 22 0:98 / /media/..%s/my\\040stick rw - vfat /dev/sdy1 rw\n", station->home);
  fclose(file);
}

static void stick_pull_out(const struct stick *stick)
{
  FILE *file = fopen(stick->mounts, "w");
  assert_non_null(file);
  fputs("22 1 8:1 / / rw - ext4 /dev/sda1 rw\n", file);
  fclose(file);
}

static void a_stick_is_safe_to_remove_when_it_says_so(void **state)
{
  struct station station;
  struct stick stick;
  struct stat folder;
  (void)state;
  station_make(&station, "en");
  stick_put_in(&station, &stick);
  struct driver *driver = station_sit(&station, &(struct driver_options){ .environment = stick.environment }, "值班员甲", "1111");
  script_press(driver, "9");
  driver_wait_row(driver, 1, "Exchange with other ");
  driver_wait_for(driver, "No superior is known here: nothing waits to be delivered.");
  driver_wait_for(driver, "No address in the settings");
  script_press(driver, "2");
  driver_wait_for(driver, "my stick");
  script_press(driver, "Enter");
  driver_wait_for(driver, "safe to remove");
  assert_int_equal(stat(stick.folder, &folder), 0);
  assert_true(S_ISDIR(folder.st_mode));
  driver_wait_for(driver, "Exchange by stick: /media/");

  stick_pull_out(&stick);
  script_press(driver, "2");
  driver_wait_for(driver, "No stick is mounted");
  struct driver_run gone = station_run(&station, (const char *const[]){ "sync", "--stick", stick.path, NULL }, NULL);
  assert_int_equal(gone.status, 1); /* a folder is there still, and no stick */
  driver_run_free(&gone);
  station_verify(&station);
}

/* --- the rest of the screen ---------------------------------------------------------------------------------------------------- */

static void lines_rest_on_a_day_of_sticks(void **state)
{
  struct station station;
  (void)state;
  station_make(&station, "en");
  station_configure(&station, "[sync]\nremotes = exec:false\n");
  struct driver *driver = station_sit(&station, NULL, "值班员甲", "1111");
  script_press(driver, "9");
  driver_wait_row(driver, 1, "relief 08:00");                       /* the title is long, and gives way */
  driver_wait_for(driver, "Enter looks for records written twice"); /* says what one can do, not that something waits */
  script_press(driver, "1");
  driver_wait_for(driver, "! 07-01");
  script_press(driver, "3");
  driver_wait_for(driver, "no line is tried until midnight");
  driver_wait_gone(driver, "! 07-01"); /* what failed is not tried today */
  station_expect(&station, "\"only_stick\": true", "sync", "--status", "--json");
  script_press(driver, "3");
  driver_wait_gone(driver, "no line is tried until midnight");
  station_expect(&station, "\"only_stick\": false", "sync", "--status", "--json");
}

/* The code stands there twice: large for the eyes, and in one line. */
static void a_station_is_invited(void **state)
{
  struct station station;
  (void)state;
  station_make(&station, "en");
  struct driver *driver = station_sit(&station, NULL, "值班员甲", "1111");
  script_press(driver, "9");
  script_press(driver, "4");
  script_fill(driver, (const char *const[]){ "110105001001", "上坪村", "A", NULL });
  script_save(driver, "Read this code");
  assert_true(driver_row_of(driver, "|_|") > 0 || driver_row_of(driver, "_|") > 0);
  script_press(driver, "F2");
  script_do(driver, &words_en, "Invite a station"); /* wherever it is chosen */
  script_fill(driver, (const char *const[]){ "110105001002", "下坪村", "", NULL });
  script_save(driver, "Read this code");
  assert_true(driver_row_of(driver, "|_|") > 0 || driver_row_of(driver, "_|") > 0);
}

/* --- other stations ------------------------------------------------------------------------------------------------------------- */

struct neighbour {
  struct station station; /* in the same home */
  char remote[8192];
};

static void neighbour_make(const struct station *station, struct neighbour *other, const char *area, const char *name, const char *letter)
{
  other->station = *station;
  snprintf(other->station.database, sizeof other->station.database, "%s/%s.db", station->home, letter);
  free(station_tell(&other->station, "init", "--area", area, "--name", name, "--letter", letter));
  snprintf(other->remote, sizeof other->remote, "exec:%s/dutydesk -d %s sync --serve", getenv("abs_top_builddir"), station->database);
}

/* What is on the first line that a command says. */
static char *first_line(char *said)
{
  said[strcspn(said, "\n")] = '\0';
  return said;
}

static void enrol(const struct station *superior, const struct neighbour *other, const char *area, const char *letter)
{
  char words[3][64], code[64];
  snprintf(words[0], sizeof words[0], "area=%s", area);
  snprintf(words[1], sizeof words[1], "letter=%s", letter);
  char *said = first_line(station_tell(superior, "node", "invite", words[0], "name=下级", words[1]));
  snprintf(code, sizeof code, "%s\n", said);
  free(said);
  const char *const join[] = { "node", "enrol", other->remote, "--code-fd", "0", NULL };
  struct driver_run run = station_run(&other->station, join, code);
  if (run.status != 0) fail_msg("enrolling: %s%s", run.out, run.err);
  driver_run_free(&run);
}

/* Its card has come by stick; the fingerprint is read out over the phone. */
static void enter_says_yes_to_a_machine_that_waits(void **state)
{
  struct station station;
  struct neighbour village;
  char card[300];
  (void)state;
  station_make(&station, "en");
  neighbour_make(&station, &village, "110105001201", "北沟村", "B");
  snprintf(card, sizeof card, "%s/card", station.home);
  free(station_tell(&village.station, "node", "card", "out", card));
  struct driver_run came = station_do(&station, "node", "card", "in", card);
  assert_int_equal(came.status, 3);
  driver_run_free(&came);
  char *listed = station_tell(&village.station, "node", "list"), print[40];
  char *at = strstr(listed, "110105001201");
  assert_non_null(at);
  snprintf(print, sizeof print, "%.39s", strstr(at, "  -  ") - 39);
  free(listed);
  struct driver *driver = station_sit(&station, NULL, "值班员甲", "1111");
  script_press(driver, "9");
  driver_wait_for(driver, "110105001201 B 北沟村: unknown");
  driver_wait_for(driver, print); /* all of it, on 80 columns */
  script_go(driver, "stick.");    /* the last line above the heading of the machines */
  script_press(driver, "Down Enter");
  driver_wait_for(driver, "Trust a station's machine");
  script_save(driver, "Trusted from now on");
  driver_wait_for(driver, "110105001201 B 北沟村 · trusted");
  station_verify(&station);
}

static void the_superior_is_joined_from_the_screen(void **state)
{
  struct station station;
  struct neighbour county;
  (void)state;
  station_make(&station, "en");
  neighbour_make(&station, &county, "110105000000", "示范县", "A");
  snprintf(county.remote, sizeof county.remote, "exec:%s/dutydesk -d %s sync --serve", getenv("abs_top_builddir"), county.station.database);
  char *code = first_line(station_tell(&county.station, "node", "invite", "area=110105001000", "name=测试镇", "letter=A"));
  struct driver *driver = station_sit(&station, NULL, "值班员甲", "1111");
  script_press(driver, "9");
  script_press(driver, "5");
  script_fill(driver, (const char *const[]){ county.remote, code, NULL });
  script_save(driver, "Join the superior");
  driver_wait_for(driver, "This address is used from now on");
  free(code);
  script_press(driver, "Esc");
  driver_wait_for(driver, "示范县 · superior");
  driver_wait_for(driver, "All delivered");
  free(station_tell(&station, "log", "雨停"));
  free(station_tell(&station, "contact", "add", "name=县值班室", "sort=superior", "phone=00000000001"));
  driver_wait_for(driver, "On the way: 1");
  script_press(driver, "1"); /* nothing is in the settings: the address that was joined is used */
  driver_wait_for(driver, "All delivered");
  station_expect(&county.station, "110105001000", "node", "list");
}

static void an_order_is_there_when_a_receipt_says_so(void **state)
{
  struct station station;
  struct neighbour village;
  (void)state;
  station_make(&station, "en");
  neighbour_make(&station, &village, "110105001201", "北沟村", "B");
  enrol(&station, &village, "110105001201", "B");
  struct driver *driver = station_sit(&station, NULL, "值班员甲", "1111");
  script_press(driver, "9");
  script_press(driver, "7");
  driver_wait_for(driver, "北沟村");
  script_press(driver, "2");
  driver_wait_for(driver, "110105001201");
  script_save(driver, words_en.saved);
  script_press(driver, "Enter");
  driver_wait_for(driver, "on the way · by");
  free(station_tell(&village.station, "sync", village.remote));
  driver_wait_for(driver, "is there · by");
  script_press(driver, "Enter");
  driver_wait_for(driver, "with 1 of 1 stations below");
  script_press(driver, "Esc");
  char *list = station_tell(&village.station, "order", "list");
  list[strcspn(list, " ")] = '\0';
  free(station_tell(&village.station, "order", "reply", list, "reply=两人都在岗"));
  free(list);
  free(station_tell(&village.station, "sync", village.remote));
  driver_wait_for(driver, "两人都在岗");
  free(station_tell(&village.station, "agent", "--once"));
  free(station_tell(&village.station, "sync", village.remote));
  driver_wait_for(driver, "It has no roster");
  assert_false(driver_contains(driver, "until ?"));
  free(station_tell(&village.station, "officer", "add", "name=村值班员甲", "rank=leader", "post=a"));
  struct driver_run filled = station_do(&village.station, "roster", "fill", "from=2026-06-30", "to=2026-07-03");
  assert_int_equal(filled.status, 3); /* one officer is not enough */
  driver_run_free(&filled);
  free(station_tell(&village.station, "agent", "--once")); /* what its agent says of its desk */
  free(station_tell(&village.station, "sync", village.remote));
  driver_wait_for(driver, "A 村值班员甲");
  driver_wait_for(driver, "Gaps in its roster for 7 days");
  script_press(driver, "Esc");
  driver_wait_for(driver, "!");
  station_verify(&station);
}

/* --- decisions ------------------------------------------------------------------------------------------------------------------- */

static void disagree(const struct station *station)
{
  char maker[4096];
  snprintf(maker, sizeof maker, "%s/tests/tui/dispute", getenv("abs_top_builddir"));
  struct driver_run made = driver_run((const char *const[]){ maker, station->database, NULL },
                                      &(struct driver_options){ .home = station->home, .faketime = driver_clock() }, NULL);
  if (made.status != 0) fail_msg("%s%s", made.out, made.err);
  driver_run_free(&made);
}

static void one_key_decides(void **state)
{
  struct station station;
  (void)state;
  station_make(&station, "en");
  disagree(&station);
  struct driver *driver = station_sit(&station, NULL, "值班员甲", "1111");
  script_press(driver, "9");
  driver_wait_for(driver, "To be decided: 1");
  script_press(driver, "6");
  driver_wait_for(driver, "公路养护站\": 2 values for Phone");
  script_press(driver, "Enter");
  driver_wait_row(driver, 1, "Which value is right?");
  int other = driver_row_of(driver, "restore");
  assert_true(other > 0 && driver_row_of(driver, "keep") > 0);
  const char *row = driver_row(driver, other);
  bool is_first = row[0] == '1', is_two = strstr(row, "00000000002") != NULL;
  script_press(driver, is_first ? "1" : "2");
  driver_wait_for(driver, "Decided: 0000000000");
  driver_wait_for(driver, "Nothing is to be decided");
  station_expect(&station, is_two ? "00000000002" : "00000000003", "contact", "list", "--csv", "--personal");
  station_verify(&station);
}

/* The village's two machines disagree: the village decides, and the township sees it behind what is its own. */
static void what_others_decide_stands_behind(void **state)
{
  struct station station;
  struct neighbour village, second;
  (void)state;
  station_make(&station, "en");
  neighbour_make(&station, &village, "110105001201", "北沟村", "B");
  enrol(&station, &village, "110105001201", "B");
  neighbour_make(&village.station, &second, "110105001201", "北沟村", "C");
  enrol(&village.station, &second, "110105001201", "C");
  free(station_tell(&village.station, "contact", "add", "name=护林员", "sort=village", "phone=00000000001"));
  free(station_tell(&second.station, "sync", second.remote));
  free(station_tell(&second.station, "contact", "set", "护林员", "phone=00000000002"));
  free(station_tell(&village.station, "contact", "set", "护林员", "phone=00000000003"));
  free(station_tell(&second.station, "sync", second.remote));
  free(station_tell(&village.station, "sync", village.remote));
  disagree(&station);
  struct driver *driver = station_sit(&station, NULL, "值班员甲", "1111");
  script_press(driver, "9");
  driver_wait_for(driver, "To be decided: 1 fields");
  script_press(driver, "6");
  driver_wait_for(driver, "北沟村 · Contact \"护林员\": 2 values for Phone");
  int own = driver_row_of(driver, "公路养护站\": 2 values"), heading = driver_row_of(driver, "For other stations to decide");
  assert_true(own > 0 && own + 1 == heading && heading + 1 == driver_row_of(driver, "护林员"));
  script_press(driver, "Down Enter");
  driver_wait_for(driver, "differs:"); /* the record, to be read */
  assert_false(driver_contains(driver, "Which value is right?"));
  station_verify(&station);
}

static void two_of_one_name_are_joined(void **state)
{
  struct station station;
  (void)state;
  station_make(&station, "en");
  free(station_tell(&station, "contact", "add", "name=公路养护站", "sort=road", "phone=00000000001"));
  free(station_tell(&station, "contact", "add", "name=公路养护站", "sort=road", "phone=00000000002"));
  struct driver *driver = station_sit(&station, NULL, "值班员甲", "1111");
  script_press(driver, "9");
  script_press(driver, "6");
  driver_wait_for(driver, "written twice?");
  script_press(driver, "Enter");
  driver_wait_for(driver, "00000000002");
  script_press(driver, "2");
  driver_wait_for(driver, "Nothing is to be decided");
  station_expect(&station, "00000000002", "contact", "list", "--csv", "--personal");
  char *left = station_tell(&station, "contact", "list", "--csv", "--personal");
  assert_null(strstr(left, "00000000001"));
  free(left);
  station_verify(&station);
}

/* --- units below -------------------------------------------------------------------------------------------------------------------- */

static void a_unit_below_is_asked_who_is_on_duty(void **state)
{
  struct station station;
  (void)state;
  station_make(&station, "en");
  free(station_tell(&station, "unit", "add", "area=110105001001", "name=北沟村"));
  struct driver *driver = station_sit(&station, NULL, "值班员甲", "1111");
  script_press(driver, "9");
  script_press(driver, "7");
  driver_wait_row(driver, 1, "Units below");
  driver_wait_for(driver, "北沟村");
  script_press(driver, "5");
  driver_wait_row(driver, 1, "Duty check of a station · ");
  assert_false(driver_contains(driver, "110105001001"));
  script_press(driver, "Esc");
  driver_wait_row(driver, 1, "Units below");
  script_press(driver, "2");
  driver_wait_row(driver, 1, "Duty check of a station · ");
  driver_wait_for(driver, "110105001001");
  script_save(driver, words_en.saved);
  driver_wait_for(driver, "0/1"); /* answered of asked */
  script_press(driver, "Enter");
  driver_wait_for(driver, "on the way · by");
  station_expect(&station, "\"sort\": \"check\"", "order", "list", "--json");
  station_verify(&station);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, driver_stop_all)
  const struct CMUnitTest tests[] = {
    TEST(a_stick_is_safe_to_remove_when_it_says_so),
    TEST(lines_rest_on_a_day_of_sticks),
    TEST(a_station_is_invited),
    TEST(enter_says_yes_to_a_machine_that_waits),
    TEST(the_superior_is_joined_from_the_screen),
    TEST(an_order_is_there_when_a_receipt_says_so),
    TEST(one_key_decides),
    TEST(what_others_decide_stands_behind),
    TEST(two_of_one_name_are_joined),
    TEST(a_unit_below_is_asked_who_is_on_duty),
  };
  station_need_clock();
  return cmocka_run_group_tests_name("exchange", tests, NULL, NULL);
}
