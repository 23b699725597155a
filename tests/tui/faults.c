/* The power goes, the line drops, the disk is full: what was confirmed on the screen is there afterwards, and half a form comes back. */
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "script.h"

enum { KILLS = 20, ENTRIES_MOST = 200, PATH_MOST = 200 };

/* ---- killed ---- */

/* The same moments in each run, however they fall on the program: a failure can be sought again. */
static unsigned next_random(unsigned *state)
{
  *state = *state * 1664525u + 1013904223u;
  return *state >> 8;
}

struct ledger {
  char confirmed[ENTRIES_MOST][48];
  int count, tried;
};

/* Writes entry after entry until the moment has come; what the screen confirms goes into the ledger. A moment is so many steps, four an entry,
 * and then some milliseconds. */
static void work_until(struct driver *driver, struct ledger *ledger, unsigned steps, double pause)
{
  char text[48];
  for (unsigned step = 0; step < steps; step++) switch (step % 4) {
    case 0:
      snprintf(text, sizeof text, "第%03d号记录", ++ledger->tried);
      driver_key(driver, step % 8 ? "2" : "1");
      break;
    case 1: driver_type(driver, text); break;
    case 2: driver_key(driver, "Ctrl-D"); break;
    default:
      driver_wait_for(driver, words_zh.saved, 10);
      assert_true(ledger->count < ENTRIES_MOST);
      strcpy(ledger->confirmed[ledger->count++], text);
    }
  driver_watch(driver, pause);
  if (steps % 4 == 3 && driver_contains(driver, words_zh.saved)) strcpy(ledger->confirmed[ledger->count++], text);
}

static void expect_all(const struct station *station, const struct ledger *ledger)
{
  char *list = station_tell(station, "entry", "list", "--csv");
  for (int i = 0; i < ledger->count; i++)
    if (!strstr(list, ledger->confirmed[i])) fail_msg("\"%s\" was confirmed on the screen and is lost", ledger->confirmed[i]);
  free(list);
}

static void kills_lose_nothing_confirmed(void **state)
{
  struct station station;
  struct ledger ledger = { .count = 0 };
  unsigned seed = 20260701;
  (void)state;
  station_make(&station, "zh_CN");
  for (int round = 0; round < KILLS; round++) {
    struct driver *driver = round % 5 == 4 ? station_open(&station, NULL, NULL) : station_sit(&station, NULL, "值班员甲", "1111");
    unsigned steps = round % 5 == 4 ? 0 : 1 + next_random(&seed) % 12; /* every fifth dies while it starts */
    work_until(driver, &ledger, steps, next_random(&seed) % 60 / 1000.0);
    driver_signal(driver, SIGKILL);
    driver_wait_exit(driver, 128 + SIGKILL, 10);
    driver_stop(driver);
    expect_all(&station, &ledger);
  }
  assert_true(ledger.count > KILLS / 2);
  station_verify(&station);
}

/* ---- half a form ---- */

static struct driver *half_typed(const struct station *station)
{
  struct driver *driver = station_sit(station, NULL, "值班员甲", "1111");
  script_press(driver, "2");
  script_fill(driver, (const char *const[]){ "桥头塌方，正在", "", "北沟村", NULL });
  return driver;
}

static void expect_draft(const struct station *station)
{
  struct driver *driver = station_sit(station, NULL, "值班员甲", "1111");
  script_press(driver, "2");
  driver_wait_for(driver, "桥头塌方，正在", 5);
  assert_true(driver_contains(driver, "北沟村"));
  char *entries = station_tell(station, "entry", "list");
  assert_string_equal(entries, "");
  free(entries);
  driver_stop(driver);
}

static void a_dropped_line_brings_the_form_back(void **state)
{
  struct station station;
  (void)state;
  station_make(&station, "zh_CN");
  struct driver *driver = half_typed(&station);
  driver_hangup(driver);
  driver_wait_end(driver, 10);
  expect_draft(&station);
}

static void signals_bring_the_form_back(void **state)
{
  static const int signals[] = { SIGHUP, SIGTERM };
  (void)state;
  for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
    struct station station;
    station_make(&station, "zh_CN");
    struct driver *driver = half_typed(&station);
    driver_signal(driver, signals[i]);
    driver_wait_end(driver, 10);
    assert_false(driver_in_alternate_screen(driver)); /* the terminal was given back */
    expect_draft(&station);
  }
}

/* Drafts are saved every few seconds as well: a power cut costs the last ones only. */
static void a_kill_brings_the_form_back(void **state)
{
  struct station station;
  (void)state;
  station_make(&station, "zh_CN");
  struct driver *driver = half_typed(&station);
  driver_watch(driver, 4.5);
  driver_signal(driver, SIGKILL);
  driver_wait_end(driver, 10);
  expect_draft(&station);
}

/* ---- no room ---- */

static void write_text(const char *path, const char *text)
{
  FILE *file = fopen(path, "w");
  if (!file) return;
  fputs(text, file);
  fclose(file);
}

/* A disk of our own under the station's home, seen by this program and its children only. False: not permitted here. */
static bool own_disk(const char *place, const char *size)
{
  static bool entered;
  char options[64], map[64];
  unsigned user = getuid(), group = getgid();
  if (!entered && unshare(CLONE_NEWNS) != 0) {
    if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return false;
    write_text("/proc/self/setgroups", "deny");
    snprintf(map, sizeof map, "0 %u 1", user);
    write_text("/proc/self/uid_map", map);
    snprintf(map, sizeof map, "0 %u 1", group);
    write_text("/proc/self/gid_map", map);
  }
  entered = true;
  snprintf(options, sizeof options, "size=%s", size);
  return mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 && mkdir(place, 0700) == 0 &&
         mount("tmpfs", place, "tmpfs", 0, options) == 0;
}

static void move_to(struct station *station, const char place[PATH_MOST])
{
  char to[300], from[300];
  static const char *const endings[] = { "", ".key" };
  for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
    snprintf(from, sizeof from, "%s%s", station->database, endings[i]);
    snprintf(to, sizeof to, "%s/desk.db%s", place, endings[i]);
    station_copy(from, to);
  }
  snprintf(station->database, sizeof station->database, "%s/desk.db", place);
}

/* Fills the disk, leaving so much; the path of what fills it. */
static void fill_disk(const char *path, long leave)
{
  char bytes[4096] = "";
  FILE *file = fopen(path, "w");
  assert_non_null(file);
  setvbuf(file, NULL, _IONBF, 0);
  long written = 0;
  while (fwrite(bytes, 1, sizeof bytes, file) == sizeof bytes) written += (long)sizeof bytes;
  fclose(file);
  assert_true(written > leave);
  assert_int_equal(truncate(path, written - leave), 0);
}

/* Logs until the screen refuses; the text of the refused entry is still in its form. */
static void log_until_refused(struct driver *driver, struct ledger *ledger)
{
  char text[600], last[48];
  for (int i = 0; i < ENTRIES_MOST; i++) {
    snprintf(last, sizeof last, "第%03d号记录", ++ledger->tried);
    snprintf(text, sizeof text, "%0500d%s", 0, last);
    script_press(driver, "1");
    script_type(driver, text);
    driver_key(driver, "Ctrl-D");
    if (driver_wait_any(driver, (const char *const[]){ words_zh.saved, "! ", NULL }, 10) != 0) return;
    driver_settle(driver);
    strcpy(ledger->confirmed[ledger->count++], last);
  }
  fail_msg("the disk never became full");
}

/* Where it is mounted; "" if nowhere. */
static char disk[PATH_MOST];

/* Also after a failure: a home cannot be removed with a disk in it. */
static int leave_disk(void **state)
{
  if (*disk) umount2(disk, MNT_DETACH);
  *disk = 0;
  return driver_stop_all(state);
}

static void a_full_disk_loses_nothing(void **state)
{
  struct station station;
  struct ledger ledger = { .count = 0 };
  char filler[PATH_MOST + 8], last[48];
  (void)state;
  station_make(&station, "zh_CN");
  snprintf(disk, sizeof disk, "%s/disk", station.home);
  if (!own_disk(disk, "4m")) {
    print_message("no file system of our own is permitted here: only the limit on file sizes is tested\n");
    skip();
  }
  move_to(&station, disk);
  struct driver *driver = station_sit(&station, NULL, "值班员甲", "1111");
  snprintf(filler, sizeof filler, "%s/filler", disk);
  fill_disk(filler, 96 * 1024);
  log_until_refused(driver, &ledger);
  assert_true(driver_contains(driver, words_zh.disk_full));
  snprintf(last, sizeof last, "第%03d号记录", ledger.tried);
  assert_true(driver_contains(driver, last));
  unlink(filler);
  script_save(driver, words_zh.saved);
  strcpy(ledger.confirmed[ledger.count++], last);
  driver_key(driver, "Ctrl-X");
  driver_wait_exit(driver, 0, 10);
  expect_all(&station, &ledger);
  station_verify(&station);
}

static void limit_files(void *most)
{
  struct rlimit limit = { *(rlim_t *)most, *(rlim_t *)most };
  setrlimit(RLIMIT_FSIZE, &limit);
}

static void a_limit_on_files_loses_nothing(void **state)
{
  struct station station;
  struct ledger ledger = { .count = 0 };
  struct stat status;
  (void)state;
  station_make(&station, "zh_CN");
  assert_int_equal(stat(station.database, &status), 0);
  rlim_t most = 200 * 1024;
  struct driver *driver = station_sit(&station, &(struct driver_options){ .in_child = limit_files, .context = &most }, "值班员甲", "1111");
  log_until_refused(driver, &ledger);
  assert_true(driver_alive(driver));
  driver_key(driver, "Ctrl-X");
  driver_wait_end(driver, 10);
  expect_all(&station, &ledger);
  station_verify(&station);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, driver_stop_all)
  const struct CMUnitTest tests[] = {
    TEST(kills_lose_nothing_confirmed),
    TEST(a_dropped_line_brings_the_form_back),
    TEST(signals_bring_the_form_back),
    TEST(a_kill_brings_the_form_back),
    cmocka_unit_test_teardown(a_full_disk_loses_nothing, leave_disk),
    TEST(a_limit_on_files_loses_nothing),
  };
  station_need_clock();
  return cmocka_run_group_tests_name("faults", tests, NULL, NULL);
}
