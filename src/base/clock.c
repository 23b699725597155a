#include "base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/err.h"
#include "base/file.h"
#include "base/i18n.h"

static bool zone_exists(const char *zone)
{
  const char *directory = getenv("TZDIR");

  if (*zone == '\0' || *zone == '/' || strstr(zone, "..") != NULL) return false;
  char *path = file_join(directory != NULL && *directory != '\0' ? directory : "/usr/share/zoneinfo", zone);
  bool exists = file_exists(path);
  free(path);
  return exists;
}

int clock_set_zone(const char *zone, struct err *err)
{
  const char *value = zone;

  if (!zone_exists(zone)) {
    if (strcmp(zone, "Asia/Shanghai") != 0)
      return err_set(err, _("the time zone %s is not known here; use Asia/Shanghai, or install the package tzdata"), zone);
    value = "CST-8";
  }
  if (setenv("TZ", value, 1) != 0) return err_set(err, _("the time zone could not be set: no memory"));
  tzset();
  return 0;
}

static int64_t read_clock(clockid_t id)
{
  struct timespec now;

  clock_gettime(id, &now);
  return (int64_t)now.tv_sec * CLOCK_SECOND + now.tv_nsec / 1000000;
}

static int64_t wrong_by;

void clock_shift(int64_t by)
{
  wrong_by = by;
}

int64_t clock_now(void)
{
  return read_clock(CLOCK_REALTIME) + wrong_by;
}

int64_t clock_monotonic(void)
{
  return read_clock(CLOCK_MONOTONIC);
}

void clock_parts(int64_t at, struct tm *parts)
{
  time_t seconds = (time_t)(at / CLOCK_SECOND - (at % CLOCK_SECOND < 0));

  if (localtime_r(&seconds, parts) == NULL) memset(parts, 0, sizeof *parts);
}

int64_t clock_instant(const struct tm *parts)
{
  struct tm normal = *parts;

  normal.tm_isdst = -1;
  return (int64_t)mktime(&normal) * CLOCK_SECOND;
}

static const char *const weekdays[] = { N_("Sun"), N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat") };
/* clang-format off */
static const char *const months[] = {
  N_("Jan"), N_("Feb"), N_("Mar"), N_("Apr"), N_("May"), N_("Jun"), N_("Jul"), N_("Aug"), N_("Sep"), N_("Oct"), N_("Nov"), N_("Dec"),
};
/* clang-format on */

static void write_long(char *text, const struct tm *at)
{
  /* L10N: weekday, day, month, year, hour, minute; Chinese turns them round with %4$d and the like. */
  snprintf(text, CLOCK_TEXT, _("%1$s %2$d %3$s %4$d %5$02d:%6$02d"), _(weekdays[at->tm_wday]), at->tm_mday, _(months[at->tm_mon]),
           at->tm_year + 1900, at->tm_hour, at->tm_min);
}

static bool is_this_year(const struct tm *at)
{
  struct tm now;

  clock_parts(clock_now(), &now);
  return now.tm_year == at->tm_year;
}

/* strftime writes +0800; ISO 8601's extended form has a colon. */
static void write_iso(char *text, const struct tm *at)
{
  long minutes = at->tm_gmtoff / 60, size = labs(minutes);
  size_t length = strftime(text, CLOCK_TEXT, "%Y-%m-%dT%H:%M:%S", at);

  snprintf(text + length, CLOCK_TEXT - length, "%c%02ld:%02ld", minutes < 0 ? '-' : '+', size / 60, size % 60);
}

const char *clock_text(char *text, int64_t at, enum clock_style style)
{
  static const char *const formats[] = { [CLOCK_TIME] = "%H:%M", [CLOCK_DATE] = "%Y-%m-%d", [CLOCK_DATE_TIME] = "%Y-%m-%d %H:%M" };
  struct tm parts;

  clock_parts(at, &parts);
  if (style == CLOCK_LONG)
    write_long(text, &parts);
  else if (style == CLOCK_ISO)
    write_iso(text, &parts);
  else if (style == CLOCK_SHORT)
    strftime(text, CLOCK_TEXT, is_this_year(&parts) ? "%m-%d %H:%M" : "%Y-%m-%d %H:%M", &parts);
  else
    strftime(text, CLOCK_TEXT, formats[style], &parts);
  return text;
}

char *clock_length_phrase(int64_t milliseconds)
{
  int minutes = milliseconds > 0 ? (int)(milliseconds / CLOCK_MINUTE) : 0;
  char two[16];

  if (minutes < 60) return i18n_fill(N_("%d min"), minutes);
  snprintf(two, sizeof two, "%02d", minutes % 60);
  if (minutes < 24 * 60) return i18n_fill(N_("%d h %s"), minutes / 60, two);
  return i18n_fill(N_("%d d %d h"), minutes / (24 * 60), minutes / 60 % 24);
}

const char *clock_length(char *text, int64_t milliseconds)
{
  char *stored = clock_length_phrase(milliseconds), *shown = i18n_phrase(stored);

  snprintf(text, CLOCK_TEXT, "%s", shown);
  free(shown);
  free(stored);
  return text;
}

/* Where summer time begins at midnight, mktime gives that day's first moment, 01:00. */
static int64_t midnight(int year, int month, int day)
{
  struct tm parts = { .tm_year = year, .tm_mon = month, .tm_mday = day };

  return clock_instant(&parts);
}

int64_t clock_day_start(int64_t at, int days)
{
  struct tm parts;

  clock_parts(at, &parts);
  return midnight(parts.tm_year, parts.tm_mon, parts.tm_mday + days);
}

int64_t clock_date_start(const char *date)
{
  static const char shape[] = "dddd-dd-dd";
  struct tm parts;
  char again[CLOCK_TEXT];

  if (strlen(date) != sizeof shape - 1) return -1;
  for (size_t i = 0; shape[i] != '\0'; i++)
    if (shape[i] == 'd' ? date[i] < '0' || date[i] > '9' : date[i] != shape[i]) return -1;
  memset(&parts, 0, sizeof parts);
  parts.tm_year = atoi(date) - 1900;
  parts.tm_mon = atoi(date + 5) - 1;
  parts.tm_mday = atoi(date + 8);
  int64_t start = midnight(parts.tm_year, parts.tm_mon, parts.tm_mday);
  return strcmp(clock_text(again, start, CLOCK_DATE), date) == 0 ? start : -1;
}
