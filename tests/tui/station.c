#include "station.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "parts.h"

enum { WORDS_MOST = 32 };

static const char *program(void)
{
  static char path[4096];
  const char *top = getenv("abs_top_builddir");
  snprintf(path, sizeof path, "%s/dutydesk", top ? top : ".");
  return path;
}

void station_need_clock(void)
{
  if (driver_clock()) return;
  puts("libfaketime is not installed, and the desk's screens depend on the time of day: install the package faketime");
  exit(77);
}

void station_start(struct station *station, const char *language)
{
  *station = (struct station){ .home = driver_home_make(), .language = language };
  snprintf(station->database, sizeof station->database, "%s/desk.db", station->home);
}

static struct driver_options complete(const struct station *station, const struct driver_options *options)
{
  struct driver_options full = options ? *options : (struct driver_options){ 0 };
  full.home = station->home;
  if (!full.clock_file) full.faketime = driver_clock();
  if (!full.lang) full.language = station->language;
  return full;
}

/* Puts the program and its database before the words. */
static void join(const struct station *station, const char *line[WORDS_MOST], const char *const words[])
{
  int count = 0;
  line[count++] = program();
  line[count++] = "-d";
  line[count++] = station->database;
  for (; words && *words; words++) {
    assert_true(count < WORDS_MOST - 1);
    line[count++] = *words;
  }
  line[count] = NULL;
}

struct driver_run station_run(const struct station *station, const char *const words[], const char *input)
{
  const char *line[WORDS_MOST];
  struct driver_options options = complete(station, NULL);
  join(station, line, words);
  return driver_run(line, &options, input);
}

static void must_succeed(const struct driver_run *run, const char *const words[])
{
  if (run->status == 0) return;
  fail_msg("%s %s … ended with %d: %s%s", words[0], words[1] ? words[1] : "", run->status, run->out, run->err);
}

char *station_told(const struct station *station, const char *const words[])
{
  struct driver_run run = station_run(station, words, NULL);
  must_succeed(&run, words);
  free(run.err);
  return run.out;
}

void station_expected(const struct station *station, const char *text, const char *const words[])
{
  char *told = station_told(station, words);
  if (!strstr(told, text)) fail_msg("%s %s … does not say \"%s\" but: %s", words[0], words[1] ? words[1] : "", text, told);
  free(told);
}

void station_verify(const struct station *station)
{
  free(station_tell(station, "verify"));
}

static void add_officer(const struct station *station, const char *name, const char *rank, const char *post, const char *pin)
{
  char words[3][64], pins[64];
  snprintf(words[0], sizeof words[0], "name=%s", name);
  snprintf(words[1], sizeof words[1], "rank=%s", rank);
  snprintf(words[2], sizeof words[2], "post=%s", post);
  free(station_tell(station, "officer", "add", words[0], words[1], words[2]));
  snprintf(pins, sizeof pins, "\n%s\n%s\n", pin, pin); /* no old one */
  const char *const set[] = { "officer", "pin", name, "--pin-fd", "0", NULL };
  struct driver_run run = station_run(station, set, pins);
  must_succeed(&run, set);
  driver_run_free(&run);
}

static void make(struct station *station)
{
  free(station_tell(station, "init", "--area", "110105001000", "--name", "测试镇"));
  add_officer(station, "值班员甲", "leader", "a", "1111");
  add_officer(station, "值班员乙", "officer", "b", "2222");
  add_officer(station, "值班员丙", "leader", "leader", "3333");
  add_officer(station, "值班员丁", "officer", "a", "4444");
  add_officer(station, "值班员戊", "officer", "b", "5555");
  free(station_tell(station, "roster", "fill", "from=2026-06-30", "to=2026-07-05"));
}

/* Made once in a test program and copied after that: PINs take their time by intention. */
static struct station pattern;

static void drop_pattern(void)
{
  home_remove(pattern.home);
}

void station_copy(const char *from, const char *to)
{
  char bytes[65536];
  size_t length;
  FILE *in = fopen(from, "r"), *out = fopen(to, "w");
  assert_non_null(in);
  assert_non_null(out);
  while ((length = fread(bytes, 1, sizeof bytes, in)) > 0) assert_int_equal(fwrite(bytes, 1, length, out), length);
  fclose(in);
  assert_int_equal(fclose(out), 0);
}

/* A database in another file than it was made in is a copy and takes a new key, so each station has the same file, as it was. */
void station_make(struct station *station, const char *language)
{
  char from[512], to[512];
  if (!pattern.home) {
    station_start(&pattern, "en");
    home_keep(pattern.home);
    atexit(drop_pattern);
    make(&pattern);
    snprintf(to, sizeof to, "%s.made", pattern.database);
    station_copy(pattern.database, to);
  }
  snprintf(from, sizeof from, "%s.made", pattern.database);
  station_start(station, language);
  station_copy(from, pattern.database);
  assert_int_equal(link(pattern.database, station->database), 0);
  snprintf(from, sizeof from, "%s.key", pattern.database);
  snprintf(to, sizeof to, "%s.key", station->database);
  station_copy(from, to);
}

void station_configure(const struct station *station, const char *ini)
{
  char path[300];
  for (int part = 0; part < 2; part++) {
    snprintf(path, sizeof path, "%s/config%s", station->home, part ? "/dutydesk" : "");
    if (mkdir(path, 0700) != 0) assert_int_equal(errno, EEXIST);
  }
  snprintf(path, sizeof path, "%s/config/dutydesk/dutydesk.ini", station->home);
  FILE *file = fopen(path, "w");
  assert_non_null(file);
  fputs(ini, file);
  assert_int_equal(fclose(file), 0);
}

/* The alert's county is made that of the station. */
void station_alert(const struct station *station, char path[300])
{
  static const char county[] = "990101", ours[] = "110105";
  char from[4096], bytes[16384];
  snprintf(from, sizeof from, "%s/tests/fixtures/alerts/mainland-red.xml", getenv("abs_top_srcdir"));
  snprintf(path, 300, "%s/red.xml", station->home);
  FILE *in = fopen(from, "r"), *out = fopen(path, "w");
  assert_non_null(in);
  assert_non_null(out);
  bytes[fread(bytes, 1, sizeof bytes - 1, in)] = 0;
  for (char *at = bytes; (at = strstr(at, county));) memcpy(at, ours, strlen(ours));
  fputs(bytes, out);
  fclose(in);
  assert_int_equal(fclose(out), 0);
}

struct driver *station_open(const struct station *station, const struct driver_options *options, const char *const more[])
{
  const char *line[WORDS_MOST];
  struct driver_options full = complete(station, options);
  join(station, line, more);
  return driver_start(line, &full);
}

/* The list is short: Down until the chosen line, marked with ">", is the officer's. */
void station_sign_in(struct driver *driver, const char *officer, const char *pin)
{
  char chosen[64];
  snprintf(chosen, sizeof chosen, "> %s", officer);
  driver_wait_for(driver, officer);
  driver_settle(driver);
  for (int i = 0; i < 8 && !driver_contains(driver, chosen); i++) {
    driver_key(driver, "Down");
    driver_settle(driver);
  }
  driver_type(driver, pin);
  driver_key(driver, "Enter");
  driver_wait_gone(driver, chosen);
  driver_settle(driver);
}

struct driver *station_sit(const struct station *station, const struct driver_options *options, const char *officer, const char *pin)
{
  struct driver *driver = station_open(station, options, NULL);
  station_sign_in(driver, officer, pin);
  return driver;
}
