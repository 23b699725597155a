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

#include "patience.h"
#include "shift.h"

enum { KILLS = 20, ACTS_MOST = 40, STROKES_MOST = 8, ENTRIES_MOST = 200, PATH_MOST = 200 };

/* ---- killed ---- */

/* The same moments in each run, however they fall on the program: a failure can be sought again. */
static unsigned next_random(unsigned *state)
{
  *state = *state * 1664525u + 1013904223u;
  return *state >> 8;
}

/* What became of each act of a shift, and when the program is killed next. */
struct progress {
  bool done[ACTS_MOST], confirmed[ACTS_MOST]; /* confirmed: on the screen */
  int now, kills;
  int targets[KILLS]; /* the acts in which it is killed, rising */
  unsigned seed;
};

static int rising(const void *one, const void *other)
{
  return *(const int *)one - *(const int *)other;
}

static void draw_lots(struct progress *progress)
{
  int acts = 0;
  while (shift_acts[acts].name) acts++;
  assert_true(acts <= ACTS_MOST);
  for (int i = 0; i < KILLS; i++) progress->targets[i] = (int)(next_random(&progress->seed) % (unsigned)acts);
  qsort(progress->targets, KILLS, sizeof *progress->targets, rising);
}

/* Some strokes into the act and some milliseconds later; an act that is over sooner leaves it to the next one. */
static void doom(struct driver *driver, struct progress *progress, jmp_buf *back)
{
  long strokes = next_random(&progress->seed) % STROKES_MOST;
  driver_doom(driver, strokes, next_random(&progress->seed) % 60 / 1000.0, back);
}

static bool is_due(const struct progress *progress, int act)
{
  return progress->kills < KILLS && progress->targets[progress->kills] <= act;
}

/* One sitting: from the opened screen to the end of the shift, unless the end of the program comes before. */
static void sit_until_the_end(struct shift *shift, struct progress *progress, jmp_buf *back)
{
  bool is_doomed = is_due(progress, progress->now); /* another kill in the same act may fall on the start or the signing in */
  if (is_doomed) doom(shift->driver, progress, back);
  shift_sign_in(shift);
  for (progress->now = 0; shift_acts[progress->now].name; progress->now++) {
    if (progress->done[progress->now]) continue;
    if (!is_doomed && (is_doomed = is_due(progress, progress->now))) doom(shift->driver, progress, back);
    shift_acts[progress->now].perform(shift, &shift_acts[progress->now]);
    progress->done[progress->now] = progress->confirmed[progress->now] = true;
  }
  driver_key(shift->driver, "Ctrl-X");
  driver_wait_exit(shift->driver, 0);
}

/* What was confirmed is there; what was interrupted is there as a whole, or comes again. */
static void look_afterwards(const struct shift *shift, struct progress *progress)
{
  const struct shift_act *act = &shift_acts[progress->now];
  if (access(shift->station.database, F_OK) == 0) station_verify(&shift->station);
  if (act->name) progress->done[progress->now] = shift_is_done(shift, act);
  for (int i = progress->now - 1; i >= 0; i--)
    if (progress->confirmed[i] && !shift_is_done(shift, &shift_acts[i]))
      fail_msg("%s %s was confirmed on the screen and is lost", shift_acts[i].name, shift_acts[i].shows);
    else if (act->name && i < progress->now - 2)
      break; /* nothing is taken away later, so all are looked at when the shift is over */
}

/* True: it was killed. */
static bool sit(struct shift *shift, struct progress *progress)
{
  jmp_buf back;
  shift_open(shift);
  if (setjmp(back) == 0) {
    sit_until_the_end(shift, progress, &back);
    driver_stop(shift->driver);
    return false;
  }
  driver_stop(shift->driver);
  return true;
}

static unsigned seed_of_today(void)
{
  const char *given = getenv("DUTYDESK_SEED");
  return given ? (unsigned)strtoul(given, NULL, 10) : 20260701;
}

static void kills_lose_nothing_confirmed(void **state)
{
  struct progress progress = { .seed = seed_of_today() };
  (void)state;
  print_message("DUTYDESK_SEED=%u\n", progress.seed);
  draw_lots(&progress);
  while (progress.kills < KILLS) { /* one shift, unless the last act was over before its time */
    struct shift shift = { .words = &words_zh };
    bool is_over = false;
    memset(progress.done, 0, sizeof progress.done);
    memset(progress.confirmed, 0, sizeof progress.confirmed);
    station_start(&shift.station, "zh_CN");
    while (!is_over) {
      is_over = !sit(&shift, &progress);
      const char *act = shift_acts[progress.now].name ? shift_acts[progress.now].name : "leaving";
      if (!is_over) print_message("%2d. killed before \"%s\" was done\n", ++progress.kills, act);
      look_afterwards(&shift, &progress);
    }
  }
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
  driver_wait_for(driver, "桥头塌方，正在");
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
  driver_wait_end(driver);
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
    driver_wait_end(driver);
    assert_false(driver_in_alternate_screen(driver)); /* the terminal was given back */
    expect_draft(&station);
  }
}

static bool holds(const char *path, const char *text)
{
  enum { MOST = 8 << 20 };
  char *bytes = malloc(MOST);
  FILE *file = fopen(path, "r");
  size_t length = file ? fread(bytes, 1, MOST, file) : 0;
  bool found = memmem(bytes, length, text, strlen(text)) != NULL;
  free(bytes);
  if (file) fclose(file);
  return found;
}

/* In the database, or in what SQLite has yet to carry over into it. */
static bool is_stored(const struct station *station, const char *text)
{
  char waiting[300];
  snprintf(waiting, sizeof waiting, "%s-wal", station->database);
  return holds(station->database, text) || holds(waiting, text);
}

/* Drafts are saved every few seconds as well: a power cut costs the last ones only. */
static void a_kill_brings_the_form_back(void **state)
{
  struct station station;
  (void)state;
  station_make(&station, "zh_CN");
  struct driver *driver = half_typed(&station);
  for (struct patience patience = { 0 }; !is_stored(&station, "北沟村"); driver_watch(driver, 0.01))
    patience_spend(&patience, "no draft is saved");
  driver_signal(driver, SIGKILL);
  driver_wait_end(driver);
  expect_draft(&station);
}

/* ---- no room ---- */

struct ledger {
  char confirmed[ENTRIES_MOST][48];
  int count, tried;
};

static void expect_all(const struct station *station, const struct ledger *ledger)
{
  char *list = station_tell(station, "entry", "list", "--csv");
  for (int i = 0; i < ledger->count; i++)
    if (!strstr(list, ledger->confirmed[i])) fail_msg("\"%s\" was confirmed on the screen and is lost", ledger->confirmed[i]);
  free(list);
}

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
    if (driver_wait_any(driver, (const char *const[]){ words_zh.saved, "! ", NULL }) != 0) return;
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
  driver_wait_exit(driver, 0);
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
  driver_wait_end(driver);
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
