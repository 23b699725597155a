/* Hours of the day in which something holds: quiet hours, the night. */
#include <stdio.h>
#include <time.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "desk/alarm.h"

/* Minutes of the day; false: no hours, or none that can be read. */
static bool read_hours(const char *hours, int *from, int *to)
{
  int from_hour, from_minute, to_hour, to_minute, end = 0;

  if (sscanf(hours, "%2d:%2d-%2d:%2d%n", &from_hour, &from_minute, &to_hour, &to_minute, &end) != 4 || hours[end] != '\0') return false;
  if (from_hour < 0 || from_hour > 23 || to_hour < 0 || to_hour > 24) return false;
  if (from_minute < 0 || from_minute > 59 || to_minute < 0 || to_minute > 59) return false;
  *from = from_hour * 60 + from_minute;
  *to = (to_hour * 60 + to_minute) % (24 * 60);
  return *from != *to;
}

int alarm_hours_check(const char *option, const char *hours, struct err *err)
{
  int from, to;

  if (*hours == '\0' || read_hours(hours, &from, &to)) return 0;
  return err_usage(err, _("%s = %s: hours are written as 22:00-06:00; empty is none"), option, hours);
}

static int64_t at_minute(int64_t at, int days, int minute)
{
  struct tm parts;

  clock_parts(clock_day_start(at, days), &parts);
  parts.tm_hour = minute / 60;
  parts.tm_min = minute % 60;
  return clock_instant(&parts);
}

int64_t alarm_hours_began(const char *hours, int64_t at)
{
  int from, to;

  if (!read_hours(hours, &from, &to)) return 0;
  for (int day = 0; day >= -1; day--) {
    int64_t begins = at_minute(at, day, from), ends = at_minute(at, to > from ? day : day + 1, to);
    if (begins <= at && at < ends) return begins;
  }
  return 0;
}

int64_t alarm_hours_change(const char *hours, int64_t at)
{
  int from, to;
  int64_t next = 0;

  if (!read_hours(hours, &from, &to)) return 0;
  for (int day = 0; day <= 1; day++)
    for (int end = 0; end < 2; end++) {
      int64_t instant = at_minute(at, day, end ? to : from);
      if (instant > at && (next == 0 || instant < next)) next = instant;
    }
  return next;
}
