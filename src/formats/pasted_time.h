/* A time of issue inside Chinese prose. */
#ifndef FORMATS_PASTED_TIME_H
#define FORMATS_PASTED_TIME_H

#include <stddef.h>
#include <stdint.h>

/* The first date and time, or time, in `length` bytes of prose: 2020年02月05日10时45分, 7月1日下午2点, 2026-07-01 02:15, 14时20分. What
 * lacks a date or year is the nearest to `near`. Returns -1 if there is none, if it does not exist, or if it begins a span
 * (7月1日20时至…), which is no time of issue. *where gets where it begins, NULL if nothing like a time was found. */
int64_t pasted_time(const char *text, size_t length, int64_t near, const char **where);

#endif
