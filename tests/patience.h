/* Waiting in tests: for a condition, never for a time. `while (!it_is_so()) patience_spend(&patience, "it does not come");` */
#ifndef TESTS_PATIENCE_H
#define TESTS_PATIENCE_H

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

enum { PATIENCE = 60000 }; /* ms, for the slowest machine, under a sanitizer and beside other work: only what fails takes so long */

struct patience {
  int64_t ends; /* 0: nothing was waited for yet */
};

static inline int64_t patience_now(void)
{
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * INT64_C(1000) + time.tv_nsec / 1000000;
}

static inline void patience_spend(struct patience *patience, const char *in_vain)
{
  if (patience->ends == 0) patience->ends = patience_now() + PATIENCE;
  if (patience_now() > patience->ends) fail_msg("%s within %d ms", in_vain, PATIENCE);
  poll(NULL, 0, 5);
}

#endif
