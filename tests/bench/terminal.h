/* A program in a pseudo-terminal of 80 by 24, timed from outside. */
#ifndef TESTS_BENCH_TERMINAL_H
#define TESTS_BENCH_TERMINAL_H

#include <stdbool.h>
#include <sys/types.h>

struct terminal {
  pid_t child;
  int pty;
  double begun;
  bool application_keys; /* the program asked for them */
  char tail[8];          /* of what it wrote last, since a sequence may be split */
};

struct answer {
  long bytes;
  double last; /* seconds to the last byte before it fell silent */
};

/* Starts it in C.UTF-8 with Chinese messages; argv[0] is its path. */
void terminal_start(struct terminal *terminal, char *const argv[]);
void terminal_stop(struct terminal *terminal);

struct answer terminal_first_frame(struct terminal *terminal);
/* "down", "page-down", "up", "home", "esc", "f2", "f3". */
struct answer terminal_key(struct terminal *terminal, const char *name);
/* Bytes written and times woken while nobody presses anything, in so many seconds. */
struct answer terminal_idle(struct terminal *terminal, double seconds, long *wakeups);

long terminal_memory(const struct terminal *terminal); /* resident, KiB */

#endif
