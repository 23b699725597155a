/* Instants as officers write them, and the zone they are meant in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/err.h"

#define NEAR "2026-07-02T00:10:00+08:00"

static void set_zone(const char *zone)
{
  struct err err = ERR_INIT;

  if (clock_set_zone(zone, &err) != 0) fail_msg("%s", err.text);
}

static int64_t instant(const char *iso)
{
  struct err err = ERR_INIT;
  int64_t at = 0;

  if (clock_parse(iso, 0, &at, &err) != 0) fail_msg("%s", err.text);
  return at;
}

static void check_parse(const char *typed, const char *near, const char *expected)
{
  struct err err = ERR_INIT;
  char text[CLOCK_TEXT];
  int64_t at = 0;

  if (clock_parse(typed, instant(near), &at, &err) != 0) fail_msg("%s", err.text);
  assert_string_equal(clock_text(text, at, CLOCK_ISO), expected);
}

static void every_way_of_writing_is_read(void **state)
{
  static const char *const same[] = {
    "07-01 0215",
    "7/1 2:15",
    "7.1 2:15",
    "0701 0215",
    "2026-07-01 02:15",
    "2026/7/1 2:15",
    "20260701 0215",
    "202607010215",
    "20260701021500",
    "2026-07-01T02:15:00+08:00",
    "2026-06-30T18:15:00Z",
    "2026-07-01 02:15:00+0800",
    "2026-07-01T02:15:00.250+08",
    "昨天 0215",
    "昨天2时15分",
    "yesterday 2:15",
    "7月1日2时15分",
    "2026年7月1日 2点15",
    "７月１日２：１５",
    "２０２６-０７-０１　０２：１５",
    " 07-01 02:15 ",
  };
  (void)state;
  for (size_t i = 0; i < sizeof same / sizeof *same; i++) check_parse(same[i], NEAR, "2026-07-01T02:15:00+08:00");
}

static void a_bare_time_is_the_nearest(void **state)
{
  (void)state;
  check_parse("2350", NEAR, "2026-07-01T23:50:00+08:00");
  check_parse("0215", NEAR, "2026-07-02T02:15:00+08:00");
  check_parse("215", NEAR, "2026-07-02T02:15:00+08:00");
  check_parse("2点半", NEAR, "2026-07-02T02:30:00+08:00");
  check_parse("8点", NEAR, "2026-07-02T08:00:00+08:00");
  check_parse("02:15:30", NEAR, "2026-07-02T02:15:30+08:00");
  check_parse("0010", "2026-07-01T23:50:00+08:00", "2026-07-02T00:10:00+08:00");
  check_parse("1200", "2026-07-02T00:00:00+08:00", "2026-07-01T12:00:00+08:00"); /* both 12 h away: the past */
  check_parse("24:00", NEAR, "2026-07-02T00:00:00+08:00");
}

static void check_past(const char *typed, const char *near, const char *expected)
{
  struct err err = ERR_INIT;
  char text[CLOCK_TEXT];
  int64_t at = 0;

  if (clock_parse_past(typed, instant(near), &at, &err) != 0) fail_msg("%s", err.text);
  assert_string_equal(clock_text(text, at, CLOCK_ISO), expected);
}

/* Of what has happened: only a time of day alone moves, whoever names a day means it. */
static void a_bare_time_has_passed(void **state)
{
  static const char evening[] = "2026-07-01T20:22:00+08:00";
  (void)state;
  check_past("0215", evening, "2026-07-01T02:15:00+08:00");
  check_past("2022", evening, evening);
  check_past("2030", evening, "2026-07-01T20:30:00+08:00"); /* as far as clocks differ */
  check_past("2035", evening, "2026-06-30T20:35:00+08:00");
  check_past("24:00", evening, "2026-07-01T00:00:00+08:00");
  check_past("0215", "2026-07-01T02:14:00+08:00", "2026-07-01T02:15:00+08:00");
  check_past("0215", "2026-07-01T00:10:00+08:00", "2026-06-30T02:15:00+08:00");
  check_past("明天 0215", evening, "2026-07-02T02:15:00+08:00");
  check_past("07-02 0215", evening, "2026-07-02T02:15:00+08:00");
  check_past("+30", evening, "2026-07-01T20:52:00+08:00");
}

static void words_and_distances_count_from_near(void **state)
{
  (void)state;
  check_parse("now", NEAR, NEAR);
  check_parse("现在", NEAR, NEAR);
  check_parse("-10", NEAR, "2026-07-02T00:00:00+08:00");
  check_parse("＋３０", NEAR, "2026-07-02T00:40:00+08:00");
  check_parse("今天", NEAR, "2026-07-02T00:00:00+08:00");
  check_parse("明天 0800", NEAR, "2026-07-03T08:00:00+08:00");
  check_parse("今天 2400", NEAR, "2026-07-03T00:00:00+08:00");
}

static void a_date_without_its_year_is_the_nearest(void **state)
{
  (void)state;
  check_parse("12-31 23:00", "2026-01-01T00:10:00+08:00", "2025-12-31T23:00:00+08:00");
  check_parse("1-1", "2025-12-31T23:00:00+08:00", "2026-01-01T00:00:00+08:00");
  check_parse("2-29", "2027-06-01T00:00:00+08:00", "2028-02-29T00:00:00+08:00");
  check_parse("7月1日", NEAR, "2026-07-01T00:00:00+08:00");
}

static void what_cannot_be_is_refused(void **state)
{
  static const char *const wrong[] = {
    "",
    "abc",
    "12",
    "2.15",
    "2-30",
    "2026-02-29",
    "2026-13-01",
    "07-00",
    "25:00",
    "2460",
    "12:60",
    "24:01",
    "12:00:60",
    "0215Z",
    "07-01 02:15 x",
    "+",
    "-",
    "+9999999",
    "07-01 02:15 03",
    "1-2-3",
    "0701021",
    "20260230",
    "99999999999999999999",
    "昨天 25:00",
    "昨天x",
  };
  (void)state;
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    struct err err = ERR_INIT;
    int64_t at = 7;
    if (clock_parse(wrong[i], instant(NEAR), &at, &err) == 0) fail_msg("\"%s\" was taken", wrong[i]);
    assert_int_equal(err.code, ERR_USAGE);
    assert_true(err.text[0] != '\0');
  }
}

static void dates_are_read_alone(void **state)
{
  static const char *const same[] = { "2026-07-01", "07-01", "7.1",       "7/1",          "0701",  "20260701",
                                      "7月1日",     "昨天",  "yesterday", "2026年7月1日", "７．１" };
  static const char *const wrong[] = { "2:15", "昨天 0815", "2-30", "", "now", "20260701 0215" };
  char date[11];
  struct err err = ERR_INIT;
  (void)state;

  for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
    if (clock_parse_date(same[i], instant(NEAR), date, &err) != 0) fail_msg("%s", err.text);
    assert_string_equal(date, "2026-07-01");
  }
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
    if (clock_parse_date(wrong[i], instant(NEAR), date, &err) == 0) fail_msg("\"%s\" was taken", wrong[i]);
}

static void check_style(const char *at, enum clock_style style, const char *expected)
{
  char text[CLOCK_TEXT];

  assert_string_equal(clock_text(text, instant(at), style), expected);
}

static void instants_are_written_in_the_station_zone(void **state)
{
  (void)state;
  check_style("2021-06-30T18:15:09Z", CLOCK_TIME, "02:15");
  check_style("2021-06-30T18:15:09Z", CLOCK_DATE, "2021-07-01");
  check_style("2021-06-30T18:15:09Z", CLOCK_DATE_TIME, "2021-07-01 02:15");
  check_style("2021-06-30T18:15:09Z", CLOCK_SHORT, "2021-07-01 02:15");
  check_style("2021-06-30T18:15:09Z", CLOCK_ISO, "2021-07-01T02:15:09+08:00");
  check_style("2021-06-30T18:15:09Z", CLOCK_LONG, "Thu 1 Jul 2021 02:15");
  check_style("1969-12-31T23:59:59Z", CLOCK_ISO, "1970-01-01T07:59:59+08:00");
}

static void this_year_is_left_out_when_short(void **state)
{
  char text[CLOCK_TEXT], full[CLOCK_TEXT];
  int64_t now = clock_now();
  (void)state;

  clock_text(full, now, CLOCK_DATE_TIME);
  assert_string_equal(clock_text(text, now, CLOCK_SHORT), full + 5);
}

static void lengths_of_time_are_short(void **state)
{
  char text[CLOCK_TEXT];
  (void)state;

  assert_string_equal(clock_length(text, 12 * CLOCK_MINUTE + 59 * CLOCK_SECOND), "12 min");
  assert_string_equal(clock_length(text, 3 * CLOCK_HOUR + 5 * CLOCK_MINUTE), "3 h 05");
  assert_string_equal(clock_length(text, 2 * CLOCK_DAY + 4 * CLOCK_HOUR), "2 d 4 h");
  assert_string_equal(clock_length(text, 0), "0 min");
}

static void days_begin_at_local_midnight(void **state)
{
  (void)state;
  assert_int_equal(clock_date_start("2026-07-01"), instant("2026-06-30T16:00:00Z"));
  assert_int_equal(clock_day_start(instant(NEAR), -1), clock_date_start("2026-07-01"));
  assert_int_equal(clock_day_start(instant(NEAR), 31), clock_date_start("2026-08-02"));
  assert_int_equal(clock_date_start("2026-02-29"), -1);
  assert_int_equal(clock_date_start("2026-7-01"), -1);
  assert_int_equal(clock_date_start("2026-07-01 "), -1);
}

static void summer_time_is_heeded(void **state)
{
  struct err err = ERR_INIT;
  int64_t at;
  (void)state;

  if (clock_set_zone("Europe/Berlin", &err) != 0) skip();
  int64_t day = clock_date_start("2026-03-29");
  assert_int_equal(clock_day_start(day, 1) - day, 23 * CLOCK_HOUR);
  assert_int_equal(clock_parse("2026-03-29 02:30", 0, &at, &err), -1);
  check_parse("2026-03-29 03:30", NEAR, "2026-03-29T03:30:00+02:00");
  set_zone("Asia/Beirut"); /* its summer time begins at midnight */
  check_style("2026-03-28T22:00:00Z", CLOCK_ISO, "2026-03-29T01:00:00+03:00");
  assert_int_equal(clock_date_start("2026-03-29"), instant("2026-03-28T22:00:00Z"));
}

static void shanghai_needs_no_zone_file_and_others_do(void **state)
{
  struct err err = ERR_INIT;
  (void)state;

  setenv("TZ", "UTC0", 1); /* else the C library would keep the zone it has read */
  tzset();
  setenv("TZDIR", "/nonexistent", 1);
  int shanghai = clock_set_zone("Asia/Shanghai", &err);
  check_style("2026-07-01T00:00:00Z", CLOCK_ISO, "2026-07-01T08:00:00+08:00");
  int berlin = clock_set_zone("Europe/Berlin", &err);
  unsetenv("TZDIR");
  assert_int_equal(shanghai, 0);
  assert_int_equal(berlin, -1);
  assert_int_equal(clock_set_zone("../../../etc/passwd", &err), -1);
  assert_int_equal(clock_set_zone("/etc/localtime", &err), -1);
  assert_int_equal(clock_set_zone("", &err), -1);
}

static int in_shanghai(void **state)
{
  (void)state;
  setenv("TZ", "America/New_York", 1); /* the session's own must not count */
  set_zone("Asia/Shanghai");
  return 0;
}

#define HERE(test) cmocka_unit_test_setup(test, in_shanghai)

int main(void)
{
  const struct CMUnitTest tests[] = {
    HERE(every_way_of_writing_is_read),
    HERE(a_bare_time_is_the_nearest),
    HERE(a_bare_time_has_passed),
    HERE(words_and_distances_count_from_near),
    HERE(a_date_without_its_year_is_the_nearest),
    HERE(what_cannot_be_is_refused),
    HERE(dates_are_read_alone),
    HERE(instants_are_written_in_the_station_zone),
    HERE(this_year_is_left_out_when_short),
    HERE(lengths_of_time_are_short),
    HERE(days_begin_at_local_midnight),
    HERE(summer_time_is_heeded),
    HERE(shanghai_needs_no_zone_file_and_others_do),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
