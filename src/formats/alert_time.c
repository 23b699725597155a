/* When: CAP writes 2020-02-05T10:45:00+08:00 (CAP 1.2, 3.3.2; a Z is forbidden there, and sent all the same), the mainland profile
 * 2020-02-05 10:45:00+08:00. Without a zone it is the station's. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/text.h"
#include "formats/alert_parts.h"

struct written {
  int year, month, day, hour, minute, second;
};

/* Reads exactly `digits` digits at *at; -1 if they are not there. */
static int number(const char **at, int digits)
{
  int value = 0;

  for (; digits > 0; digits--, ++*at) {
    if (**at < '0' || **at > '9') return -1;
    value = value * 10 + (**at - '0');
  }
  return value;
}

static bool skip(const char **at, const char *one_of)
{
  if (**at == '\0' || strchr(one_of, **at) == NULL) return false;
  ++*at;
  return true;
}

static bool valid_day(const struct written *w)
{
  static const char days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

  if (w->year < 1970 || w->year > 2199 || w->month < 1 || w->month > 12 || w->day < 1) return false;
  bool leap = w->month == 2 && w->year % 4 == 0 && (w->year % 100 != 0 || w->year % 400 == 0);
  return w->day <= days[w->month - 1] + leap;
}

/* A leap second counts as the one before it; 24:00 ends a day. */
static bool valid_time(struct written *w)
{
  if (w->second == 60) w->second = 59;
  if (w->hour == 24) return w->minute == 0 && w->second == 0;
  return w->hour >= 0 && w->hour < 24 && w->minute >= 0 && w->minute < 60 && w->second >= 0 && w->second < 60;
}

static bool read_written(const char **at, struct written *w)
{
  w->year = number(at, 4);
  if (!skip(at, "-/")) return false;
  w->month = number(at, 2);
  if (!skip(at, "-/")) return false;
  w->day = number(at, 2);
  if (!skip(at, "Tt ")) return false;
  while (**at == ' ') ++*at;
  w->hour = number(at, 2);
  if (!skip(at, ":")) return false;
  w->minute = number(at, 2);
  if (skip(at, ":")) w->second = number(at, 2);
  if (skip(at, ".,"))
    while (**at >= '0' && **at <= '9') ++*at; /* fractions of a second mean nothing here */
  return valid_day(w) && valid_time(w);
}

/* Minutes east of UTC; false if what is left is no zone. */
static bool read_zone(const char *at, int *minutes, enum alert_zone *zone)
{
  while (*at == ' ') at++;
  *minutes = 0;
  *zone = *at == '\0' ? ALERT_ZONE_NONE : ALERT_ZONE_GIVEN;
  if (*at == '\0') return true;
  if (strcmp(at, "Z") == 0 || strcmp(at, "z") == 0) {
    *zone = ALERT_ZONE_LETTER;
    return true;
  }
  int sign = *at == '-' ? -1 : 1;
  if (!skip(&at, "+-")) return false;
  int hours = number(&at, 2), rest = 0;
  if (*at != '\0') {
    skip(&at, ":");
    rest = number(&at, 2);
  }
  if (hours < 0 || hours > 14 || rest < 0 || rest > 59 || *at != '\0') return false;
  *minutes = sign * (hours * 60 + rest);
  return true;
}

/* Days from 1970-01-01 in the Gregorian calendar. */
static int64_t days_since_1970(const struct written *w)
{
  static const int before[] = { 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334 };
  int64_t year = w->year - (w->month <= 2); /* years of which the leap day has passed */
  int64_t leap_days = year / 4 - year / 100 + year / 400 - (1969 / 4 - 1969 / 100 + 1969 / 400);

  return (w->year - 1970) * INT64_C(365) + leap_days + before[w->month - 1] + w->day - 1;
}

/* By base/clock.h, which knows the station's zone; it does not write 24:00, so hours over the day are added afterwards. */
static bool station_instant(const struct written *w, int64_t *at)
{
  char text[64];
  int hour = w->hour == 24 ? 0 : w->hour;

  snprintf(text, sizeof text, "%04d-%02d-%02d %02d:%02d", w->year, w->month, w->day, hour, w->minute);
  if (clock_parse(text, 0, at, NULL) != 0) return false;
  *at += (w->second + (w->hour == 24 ? 86400 : 0)) * CLOCK_SECOND;
  return *at >= 0;
}

bool alert_time_parse(const char *text, int64_t *at, enum alert_zone *zone)
{
  struct written w = { 0 };
  int minutes;

  if (!read_written(&text, &w) || !read_zone(text, &minutes, zone)) return false;
  if (*zone == ALERT_ZONE_NONE) return station_instant(&w, at);
  *at = ((days_since_1970(&w) * 24 + w.hour) * 60 + w.minute - minutes) * CLOCK_MINUTE + w.second * CLOCK_SECOND;
  return *at >= 0;
}

/* What people call the element; its own name if it is none of these. */
static const char *label_of(const char *name)
{
  static const struct {
    const char *name, *label;
  } labels[] = {
    { "sent", N_("time of issue") },      { "sendTime", N_("time of issue") },  { "effective", N_("time from which it holds") },
    { "onset", N_("time of the onset") }, { "expires", N_("time of the end") }, { "references", N_("time of the alert referred to") },
  };

  for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
    if (strcasecmp(name, labels[i].name) == 0) return labels[i].label;
  return name;
}

int64_t alert_read_time(struct alert *alert, const char *name, const char *text)
{
  char *folded = text_trim(text_fold_width(text));
  enum alert_zone zone = ALERT_ZONE_GIVEN;
  int64_t at = -1;

  if (*folded != '\0' && !alert_time_parse(folded, &at, &zone)) {
    at = -1;
    alert_note(alert, N_("The %s “%s” is no time that exists: it was taken as unknown."), label_of(name), alert_excerpt(text).text);
  } else if (*folded != '\0' && zone == ALERT_ZONE_NONE) {
    alert_note(alert, N_("The %s has no time zone: it was taken in this station's zone."), label_of(name));
  } else if (*folded != '\0' && zone == ALERT_ZONE_LETTER && alert->profile == ALERT_CAP_1_2) {
    alert_note(alert, N_("The %s is written with a Z, which CAP 1.2 does not allow; it was taken as UTC."), label_of(name));
  }
  free(folded);
  return at;
}
