/* Measuring: ours against a reference, in the same run, taking turns, the medians compared. */
#ifndef TESTS_BENCH_BENCH_H
#define TESTS_BENCH_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* One row of the table that tests/bench/run prints: WHAT | ours | reference | ratio | limit | ok or MISSED. Returns whether the limit
 * was met. */
bool bench_row(const char *what, double ours, double reference, const char *unit, double limit);

/* Does it once and returns the seconds that count (or another figure); ends the program by bench_fail() if it cannot. */
typedef double (*bench_measure)(void *context);
/* Takes turns `rounds` times, then a row of the medians. */
bool bench_compare(const char *what, bench_measure ours, bench_measure reference, void *context, int rounds, const char *unit,
                   double limit);

double bench_median(double *figures, int count); /* sorts them */
double bench_seconds(void);                      /* monotonic clock */
_Noreturn void bench_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* $BENCH_DIRECTORY/NAME: where the run keeps its files and removes them afterwards. The caller frees. */
char *bench_path(const char *name);
int64_t bench_operations(int64_t most);             /* $BENCH_OPERATIONS, at most `most` */
void bench_remove(const char *path);                /* a database with what SQLite and the store lay beside it */
char *bench_read(const char *path, size_t *length); /* a whole file; the caller frees */

long bench_status(pid_t process, const char *name);   /* the number behind a name in /proc/PID/status; -1: none */
void bench_settle(const pid_t *processes, int count); /* waits until none of them wakes for half a second */
/* Settles, then two rows: how often they wake and how long they run in a while. Whoever is not woken has neither sent nor got a byte. */
bool bench_asleep(const char *who, const pid_t *processes, int count);

/* From here on other programs take no time slices from this one and its children, where that is permitted: for what lasts milliseconds. */
void bench_undisturbed(void);

#endif
