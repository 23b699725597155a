/* A station as it looks after years of work, made through the desk itself: every record passes its duty's rules, every operation the
 * journal. */
#ifndef TESTS_BENCH_TEN_YEARS_H
#define TESTS_BENCH_TEN_YEARS_H

#include <stdbool.h>
#include <stdint.h>

struct err;

#define TEN_YEARS_AREA "110228104000"
#define TEN_YEARS_DAY 274 /* operations of one day: 1,000,000 in ten years */

struct ten_years {
  int64_t operations;
  uint64_t seed;     /* the same seed gives the same records, on the same day (they end yesterday) */
  bool entries_only; /* nothing but log entries: what searches are measured on */
};

/* Makes the database at `path`, which must not exist. */
int ten_years_make(const char *path, const struct ten_years *plan, struct err *err);

/* The number that comes after *seed; *seed moves on. */
uint64_t ten_years_random(uint64_t *seed);
/* A log entry's text, 60 to 120 bytes of what duty rooms write; into text[TEN_YEARS_TEXT], returned. */
#define TEN_YEARS_TEXT 256
const char *ten_years_text(uint64_t *seed, char *text);

#endif
