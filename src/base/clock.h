/* Instants and how people here write them. An instant is int64_t: milliseconds since 1970-01-01 UTC. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;
struct tm;

#define CLOCK_SECOND INT64_C(1000)
#define CLOCK_MINUTE (60 * CLOCK_SECOND)
#define CLOCK_HOUR (60 * CLOCK_MINUTE)
#define CLOCK_DAY (24 * CLOCK_HOUR)

/* Sets the zone in which everything is shown and typed (station.timezone, e.g. "Asia/Shanghai"), once, at start: the session's
 * own TZ never counts. Without that zone's file, Asia/Shanghai still works as UTC+8. Returns 0 or -1 (unknown zone). */
int clock_set_zone(const char *zone, struct err *err);

int64_t clock_now(void);       /* the wall clock */
void clock_shift(int64_t by);  /* a wrong clock, for simulations: clock_now() is off by so much from now on */
int64_t clock_monotonic(void); /* for waiting and measuring, never recorded */

enum clock_style {
  CLOCK_TIME,      /* 02:15 */
  CLOCK_DATE,      /* 2026-07-01 */
  CLOCK_DATE_TIME, /* 2026-07-01 02:15 */
  CLOCK_SHORT,     /* 07-01 02:15; the year in front when it is not this one's */
  CLOCK_ISO,       /* 2026-07-01T02:15:00+08:00: machine output */
  CLOCK_LONG,      /* 2026年7月1日 星期三 02:15 / Wed 1 Jul 2026 02:15, by the message language */
};
#define CLOCK_TEXT 64
/* Writes into text[CLOCK_TEXT] and returns it. */
const char *clock_text(char *text, int64_t at, enum clock_style style);

/* "12 min", "3 h 05", "2 d 4 h" (translated) for a length of time >= 0; into text[CLOCK_TEXT], returned. */
const char *clock_length(char *text, int64_t milliseconds);
char *clock_length_phrase(int64_t milliseconds); /* the same for records (i18n_phrase); the caller frees */

/* Reads an instant as officers type it: 0215, 2:15, 02:15:30, ２：１５, 07-01 0215, 7/1 2:15, 2026-07-01 02:15, 20260701 0215, ISO 8601 with
 * T and zone, now, -10 (ten minutes ago), +30, and 现在, 昨天 2215, 今天 …, 明天 …, 7月1日2时15分 (yesterday/today/tomorrow in English), 2点半, 24:00.
 * What counts from now counts from `near`, which is usually clock_now(). A bare time means the day that puts it nearest to `near` (an
 * entry at 00:10 about "2350" means yesterday). A date with no time is 00:00. An impossible date (2-30) or a time the zone skips is
 * refused. */
int clock_parse(const char *text, int64_t near, int64_t *at, struct err *err);
/* The same of what has happened: a bare time means the last such time that has passed at `near`, but for the minutes by which clocks
 * differ (CLOCK_DIFFER). */
#define CLOCK_DIFFER (10 * CLOCK_MINUTE)
int clock_parse_past(const char *text, int64_t near, int64_t *at, struct err *err);

/* A date alone as 2026-07-01, 07-01, 7.1, 20260701, 7月1日, today/今天 …: writes YYYY-MM-DD (11 bytes with NUL). */
int clock_parse_date(const char *text, int64_t near, char date[11], struct err *err);

/* Start (00:00) of the local day that holds `at`; of the day `days` later (DST-safe). */
int64_t clock_day_start(int64_t at, int days);
/* Local midnight of YYYY-MM-DD, or -1 if that is not a date. */
int64_t clock_date_start(const char *date);

/* The local calendar of an instant (struct tm of <time.h>), and back: fields out of range are normalised, tm_isdst is not heeded. */
void clock_parts(int64_t at, struct tm *parts);
int64_t clock_instant(const struct tm *parts);

#endif
