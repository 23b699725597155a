/* clock.h: instants and dates as officers type them. A table of shapes is tried in order; the first that fits counts. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/text.h"

enum { UNSAID = -1, FIRST_YEAR = 1900, LAST_YEAR = 9998, MOST_MINUTES = 366 * 24 * 60 };

enum part { YEAR, MONTH, DAY, HOUR, MINUTE, SECOND, PARTS };

struct said {
  int part[PARTS]; /* UNSAID where nothing was typed */
  bool day_known;  /* by a word such as yesterday */
  int days;        /* that word's distance from today */
  bool is_past;    /* a time of day alone is one that has passed */
  bool zone_known;
  int64_t zone; /* what the typed zone adds to UTC */
};

/* In a shape a letter is a number, anything else itself. Upper case: exactly two digits (Y: four), so that numbers may touch;
 * lower case: one or two; i: an hour of exactly one digit. */
/* clang-format off */
static const struct letter { char letter; enum part part; int least, most; } letters[] = {
  { 'Y', YEAR, 4, 4 }, { 'M', MONTH, 2, 2 }, { 'm', MONTH, 1, 2 }, { 'D', DAY, 2, 2 }, { 'd', DAY, 1, 2 }, { 'H', HOUR, 2, 2 },
  { 'h', HOUR, 1, 2 }, { 'i', HOUR, 1, 1 }, { 'N', MINUTE, 2, 2 }, { 'n', MINUTE, 1, 2 }, { 'S', SECOND, 2, 2 }, { 's', SECOND, 1, 2 },
};

/* A dot is a date only where nothing else can be meant: 2.15 alone may be a time typed with an input method's full stop. */
static const struct date_shape { const char *shape; bool needs_time; } date_shapes[] = {
  { "Y-m-d", false }, { "Y.m.d", false }, { "Y年m月d日", false }, { "YMDHNS", false }, { "YMDHN", false }, { "YMD", false },
  { "m-d", false }, { "m月d日", false }, { "m.d", true }, { "MD", true },
};

static const char *const time_shapes[] = { "h:n:s", "h:n", "h时n分s秒", "h时n分", "h时n", "h时", "HNS", "HN", "iN" };

static const struct { const char *written, *meant; } spellings[] = {
  { "点", "时" }, { "號", "日" }, { "号", "日" }, { "半", "30分" }, { "钟", "" }, { "整", "" }, { "/", "-" },
};

static const struct { const char *word; int days; } day_words[] = {
  { "今天", 0 }, { "今日", 0 }, { "昨天", -1 }, { "昨日", -1 }, { "前天", -2 }, { "明天", 1 }, { "明日", 1 }, { "后天", 2 },
  { "today", 0 }, { "yesterday", -1 }, { "tomorrow", 1 },
};

static const char *const now_words[] = { "now", "现在", "此刻", "刚才" };
/* clang-format on */

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const struct letter *letter_of(char c)
{
  for (size_t i = 0; i < COUNT(letters); i++)
    if (letters[i].letter == c) return &letters[i];
  return NULL;
}

/* Reads one number of the shape; the text behind it, or NULL. */
static const char *read_number(const char *at, const struct letter *letter, int part[PARTS])
{
  int digits = 0, value = 0;

  for (; digits < letter->most && isdigit((unsigned char)*at); digits++) value = value * 10 + (*at++ - '0');
  part[letter->part] = value;
  return digits >= letter->least ? at : NULL;
}

/* Reads one shape from text. The text behind it, or NULL with *said unchanged; a digit may not follow a number. */
static const char *read_shape(const char *at, const char *shape, struct said *said)
{
  struct said read = *said;
  const struct letter *letter = NULL;

  for (; *shape != '\0' && at != NULL; shape++) {
    letter = letter_of(*shape);
    if (letter != NULL)
      at = read_number(at, letter, read.part);
    else
      at = *at == *shape ? at + 1 : NULL;
  }
  if (at == NULL || (letter != NULL && isdigit((unsigned char)*at))) return NULL;
  *said = read;
  return at;
}

static const char *skip_spaces(const char *at)
{
  return at + strspn(at, " \t");
}

/* Z, +08:00, +0800 or +08 behind a time. */
static const char *read_zone(const char *at, struct said *said)
{
  struct said zone = { .part = { 0 } };
  const char *end = NULL;

  if (*at == 'z') {
    said->zone_known = true;
    return at + 1;
  }
  if (*at != '+' && *at != '-') return at;
  static const char *const shapes[] = { "H:N", "HN", "H" };
  for (size_t i = 0; i < COUNT(shapes) && end == NULL; i++) end = read_shape(at + 1, shapes[i], &zone);
  if (end == NULL || zone.part[HOUR] > 14 || zone.part[MINUTE] > 59) return at;
  said->zone_known = true;
  said->zone = (*at == '-' ? -1 : 1) * (zone.part[HOUR] * CLOCK_HOUR + zone.part[MINUTE] * CLOCK_MINUTE);
  return end;
}

static bool read_time(const char *at, struct said *said)
{
  for (size_t i = 0; i < COUNT(time_shapes); i++) {
    struct said read = *said;
    const char *end = read_shape(at, time_shapes[i], &read);
    if (end == NULL) continue;
    if (*end == '.' && isdigit((unsigned char)end[1])) end += 1 + strspn(end + 1, "0123456789");
    end = read_zone(skip_spaces(end), &read);
    if (*skip_spaces(end) != '\0') continue;
    *said = read;
    return true;
  }
  return false;
}

/* What may follow a date: nothing, or a time after spaces or a T. */
static bool read_rest(const char *at, bool needs_time, struct said *said)
{
  const char *rest = skip_spaces(at);

  if (*rest == '\0') return !needs_time;
  if (*rest == 't') rest = skip_spaces(rest + 1);
  if (said->part[HOUR] == UNSAID) return read_time(rest, said);
  return *skip_spaces(read_zone(rest, said)) == '\0';
}

static bool read_day_word(const char *text, struct said *said)
{
  for (size_t i = 0; i < COUNT(day_words); i++) {
    size_t length = strlen(day_words[i].word);
    if (strncmp(text, day_words[i].word, length) != 0) continue;
    said->day_known = true;
    said->days = day_words[i].days;
    return read_rest(text + length, false, said);
  }
  return false;
}

static bool read_date(const char *text, bool date_only, struct said *said)
{
  for (size_t i = 0; i < COUNT(date_shapes); i++) {
    struct said read = *said;
    const char *end = read_shape(text, date_shapes[i].shape, &read);
    if (end == NULL || !read_rest(end, date_shapes[i].needs_time && !date_only, &read)) continue;
    *said = read;
    return true;
  }
  return false;
}

/* Half width, lower case, one spelling. The caller frees. */
static char *normalised(const char *text)
{
  struct buf out = BUF_INIT;
  char *folded = text_trim(text_fold_width(text));

  for (const char *at = folded; *at != '\0';) {
    size_t i = 0;
    while (i < COUNT(spellings) && strncmp(at, spellings[i].written, strlen(spellings[i].written)) != 0) i++;
    if (i < COUNT(spellings)) {
      buf_adds(&out, spellings[i].meant);
      at += strlen(spellings[i].written);
    } else {
      buf_addc(&out, (char)tolower((unsigned char)*at++));
    }
  }
  free(folded);
  return buf_take(&out, NULL);
}

static bool is_date(int year, int month, int day)
{
  static const int lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
  bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

  if (year < FIRST_YEAR || year > LAST_YEAR || month < 1 || month > 12 || day < 1) return false;
  return day <= lengths[month - 1] + (month == 2 && leap);
}

static bool is_time(const int part[PARTS])
{
  if (part[HOUR] == 24) return part[MINUTE] == 0 && part[SECOND] == 0;
  return part[HOUR] < 24 && part[MINUTE] < 60 && part[SECOND] < 60;
}

/* 24:00 is the end of its day. False if that day has no such time, as when summer time begins. */
static bool local_instant(int year, int month, int day, const int part[PARTS], int64_t *at)
{
  struct tm wanted = {
    .tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day, .tm_hour = part[HOUR] % 24, .tm_min = part[MINUTE], .tm_sec = part[SECOND]
  };
  struct tm got;

  wanted.tm_mday += part[HOUR] == 24;
  *at = clock_instant(&wanted);
  clock_parts(*at, &got);
  return got.tm_hour == wanted.tm_hour && got.tm_min == wanted.tm_min;
}

static int64_t utc_instant(int year, int month, int day, const struct said *said)
{
  struct tm parts = { .tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day };
  int64_t seconds = said->part[HOUR] * 3600 + said->part[MINUTE] * 60 + said->part[SECOND];

  return ((int64_t)timegm(&parts) + seconds) * CLOCK_SECOND - said->zone;
}

/* The candidate that lies nearest to `near`; of two equally near the earlier. */
static void offer(int64_t candidate, int64_t near, bool *found, int64_t *at)
{
  if (!*found || llabs(candidate - near) < llabs(*at - near)) *at = candidate;
  *found = true;
}

static bool place_on_date(const struct said *said, int64_t near, int64_t *at)
{
  struct tm today;
  bool found = false;

  clock_parts(near, &today);
  int year = said->part[YEAR], middle = today.tm_year + 1900;
  for (int y = year != UNSAID ? year : middle - 1; y <= (year != UNSAID ? year : middle + 1); y++) {
    int64_t candidate;
    if (!is_date(y, said->part[MONTH], said->part[DAY])) continue;
    if (said->zone_known)
      candidate = utc_instant(y, said->part[MONTH], said->part[DAY], said);
    else if (!local_instant(y, said->part[MONTH], said->part[DAY], said->part, &candidate))
      continue;
    offer(candidate, near, &found, at);
  }
  return found;
}

static bool place_on_day(const struct said *said, int64_t near, int64_t *at)
{
  int first = said->day_known ? said->days : -1, last = said->day_known ? said->days : 1;
  bool found = false;

  for (int days = first; days <= last; days++) {
    struct tm day;
    int64_t candidate;
    clock_parts(clock_day_start(near, days), &day);
    if (!local_instant(day.tm_year + 1900, day.tm_mon + 1, day.tm_mday, said->part, &candidate)) continue;
    if (said->day_known || !said->is_past || candidate <= near + CLOCK_DIFFER) offer(candidate, near, &found, at);
  }
  return found;
}

static int place(const char *text, struct said *said, int64_t near, int64_t *at, struct err *err)
{
  bool dated = said->part[MONTH] != UNSAID;
  bool midnight = said->part[HOUR] == UNSAID;

  for (int i = HOUR; i < PARTS; i++)
    if (said->part[i] == UNSAID) said->part[i] = 0;
  if (!is_time(said->part)) return err_usage(err, _("%s: there is no such time; hours are 00 to 24, minutes 00 to 59"), text);
  if (said->zone_known && !dated) return err_usage(err, _("%s: a time with a zone needs its date too"), text);
  if (midnight && !dated) {
    *at = clock_day_start(near, said->days);
    return 0;
  }
  if (dated ? place_on_date(said, near, at) : place_on_day(said, near, at)) return 0;
  return err_usage(err, _("%s: there is no such date or time; write it as 07-01 02:15 or 2026-07-01 02:15"), text);
}

static bool read_minutes_from_now(const char *text, int64_t near, int64_t *at)
{
  if (*text != '-' && *text != '+') return false;
  size_t digits = strspn(text + 1, "0123456789");
  if (digits == 0 || digits > 6 || text[1 + digits] != '\0') return false;
  int minutes = atoi(text + 1);
  if (minutes > MOST_MINUTES) return false;
  *at = near + (*text == '-' ? -1 : 1) * minutes * CLOCK_MINUTE;
  return true;
}

static bool is_now(const char *text)
{
  for (size_t i = 0; i < COUNT(now_words); i++)
    if (strcmp(text, now_words[i]) == 0) return true;
  return false;
}

static int parse(const char *text, bool is_past, int64_t near, int64_t *at, struct err *err)
{
  struct said said = { .part = { UNSAID, UNSAID, UNSAID, UNSAID, UNSAID, UNSAID }, .is_past = is_past };
  char *plain = normalised(text);
  int result = 0;

  if (is_now(plain))
    *at = near;
  else if (read_minutes_from_now(plain, near, at))
    result = 0;
  else if (read_day_word(plain, &said) || read_date(plain, false, &said) || read_time(plain, &said))
    result = place(text, &said, near, at, err);
  else
    result = err_usage(err, _("%s is not a time; write it as 0215, 02:15, 07-01 02:15, yesterday 2215 or -10 (minutes ago)"), text);
  free(plain);
  return result;
}

int clock_parse(const char *text, int64_t near, int64_t *at, struct err *err)
{
  return parse(text, false, near, at, err);
}

int clock_parse_past(const char *text, int64_t near, int64_t *at, struct err *err)
{
  return parse(text, true, near, at, err);
}

int clock_parse_date(const char *text, int64_t near, char date[11], struct err *err)
{
  struct said said = { .part = { UNSAID, UNSAID, UNSAID, UNSAID, UNSAID, UNSAID } };
  char *plain = normalised(text), written[CLOCK_TEXT];
  bool read = read_day_word(plain, &said) || read_date(plain, true, &said);
  int64_t at;

  free(plain);
  if (!read || said.part[HOUR] != UNSAID) return err_usage(err, _("%s is not a date; write it as 07-01, 2026-07-01 or 20260701"), text);
  if (place(text, &said, near, &at, err) != 0) return -1;
  memcpy(date, clock_text(written, at, CLOCK_DATE), 11);
  return 0;
}
