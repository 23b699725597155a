#include "bench.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"

enum { IDLE_SECONDS = 3 };

bool bench_row(const char *what, double ours, double reference, const char *unit, double limit)
{
  double ratio = reference > 0 ? ours / reference : ours > 0 ? 1e9 : 0;
  bool met = ratio <= limit;
  printf("%-52s | %10.3f %-3s | %10.3f %-3s | %6.2f | %5.2f | %s\n", what, ours, unit, reference, unit, ratio, limit,
         met ? "ok" : "MISSED");
  fflush(stdout);
  return met;
}

bool bench_compare(const char *what, bench_measure ours, bench_measure reference, void *context, int rounds, const char *unit, double limit)
{
  double *mine = mem_zero((size_t)rounds, sizeof(*mine)), *theirs = mem_zero((size_t)rounds, sizeof(*theirs));
  for (int round = 0; round < rounds; round++) {
    theirs[round] = reference(context);
    mine[round] = ours(context);
  }
  bool met = bench_row(what, bench_median(mine, rounds), bench_median(theirs, rounds), unit, limit);
  free(mine);
  free(theirs);
  return met;
}

static int compare_figures(const void *one, const void *other)
{
  double a = *(const double *)one, b = *(const double *)other;
  return a < b ? -1 : a > b;
}

double bench_median(double *figures, int count)
{
  qsort(figures, (size_t)count, sizeof(*figures), compare_figures);
  return count % 2 ? figures[count / 2] : (figures[count / 2 - 1] + figures[count / 2]) / 2;
}

double bench_seconds(void)
{
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

void bench_fail(const char *format, ...)
{
  va_list arguments;
  va_start(arguments, format);
  fprintf(stderr, "%s: ", program_invocation_short_name);
  vfprintf(stderr, format, arguments);
  fputc('\n', stderr);
  va_end(arguments);
  exit(2);
}

char *bench_path(const char *name)
{
  const char *directory = getenv("BENCH_DIRECTORY");
  if (!directory) bench_fail("start it by tests/bench/run, or set BENCH_DIRECTORY to a directory for its files");
  return mem_printf("%s/%s", directory, name);
}

int64_t bench_operations(int64_t most)
{
  const char *text = getenv("BENCH_OPERATIONS");
  int64_t operations = text && atoll(text) > 0 ? atoll(text) : most;
  return operations < most ? operations : most;
}

void bench_remove(const char *path)
{
  static const char *const endings[] = { "", "-wal", "-shm", ".key", ".lock" };
  for (size_t index = 0; index < sizeof(endings) / sizeof(endings[0]); index++) {
    char *name = mem_printf("%s%s", path, endings[index]);
    unlink(name);
    free(name);
  }
}

char *bench_read(const char *path, size_t *length)
{
  struct buf bytes = BUF_INIT;
  struct err err = ERR_INIT;
  if (file_read(path, (size_t)1 << 30, &bytes, &err) != 0) bench_fail("%s", err.text);
  return buf_take(&bytes, length);
}

void bench_undisturbed(void)
{
  struct sched_param priority = { .sched_priority = 1 };
  sched_setscheduler(0, SCHED_FIFO, &priority);
}

/* --- processes ------------------------------------------------------------------------------------------------------------------------ */

long bench_status(pid_t process, const char *name)
{
  char path[64], line[256];
  long number = -1;
  snprintf(path, sizeof path, "/proc/%d/status", (int)process);
  FILE *file = fopen(path, "r");
  while (file && fgets(line, sizeof line, file))
    if (strncmp(line, name, strlen(name)) == 0) number = atol(line + strlen(name));
  if (file) fclose(file);
  return number;
}

/* What the scheduler has given it, in ms; 0 while it sleeps. */
static double run_time(pid_t process)
{
  char path[64];
  unsigned long long nanoseconds = 0;
  snprintf(path, sizeof path, "/proc/%d/schedstat", (int)process);
  FILE *file = fopen(path, "r");
  if (!file || fscanf(file, "%llu", &nanoseconds) != 1) bench_fail("%s cannot be read", path);
  fclose(file);
  return (double)nanoseconds / 1e6;
}

/* The sums over processes. */
static void sleep_read(const pid_t *processes, int count, double *wakes, double *run)
{
  *wakes = *run = 0;
  for (int index = 0; index < count; index++) {
    *wakes += (double)bench_status(processes[index], "voluntary_ctxt_switches:");
    *run += run_time(processes[index]);
  }
}

void bench_settle(const pid_t *processes, int count)
{
  double before = -1, wakes, run;
  for (sleep_read(processes, count, &wakes, &run); wakes != before; sleep_read(processes, count, &wakes, &run)) {
    before = wakes;
    poll(NULL, 0, 500);
  }
}

bool bench_asleep(const char *who, const pid_t *processes, int count)
{
  double wakes, run, wakes_after, run_after;
  char *what_wakes = mem_printf("%s asleep: wake-ups in %d s (none allowed)", who, IDLE_SECONDS);
  char *what_run = mem_printf("%s asleep: CPU in %d s (none allowed)", who, IDLE_SECONDS);
  bench_settle(processes, count);
  sleep_read(processes, count, &wakes, &run);
  poll(NULL, 0, IDLE_SECONDS * 1000);
  sleep_read(processes, count, &wakes_after, &run_after);
  bool met = bench_row(what_wakes, wakes_after - wakes, 1, "", 0);
  met &= bench_row(what_run, run_after - run, 1, "ms", 0);
  free(what_wakes);
  free(what_run);
  return met;
}
