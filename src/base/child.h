/* Other programs, run without a shell and with an end in sight. */
#ifndef BASE_CHILD_H
#define BASE_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct buf;
struct err;

/* Runs argv (searched in PATH) with `input` on its stdin, collecting at most `limit` bytes of stdout and stderr (either may be NULL),
 * and waits at most `milliseconds`; then it is killed with its group. Returns its exit status, or -1 (not found, killed, timed out) with
 * a message. */
int child_run(const char *const argv[], const char *input, size_t input_length, int64_t milliseconds, struct buf *output,
              struct buf *errors, size_t limit, struct err *err);

/* The same without waiting: for the screen's poll loop. `output` is the read end of its stdout+stderr, non-blocking; poll it. */
struct child {
  pid_t pid;  /* 0 when there is none */
  int output; /* -1 when closed */
};
int child_start(struct child *child, const char *const argv[], const char *input, size_t input_length, struct err *err);
/* Collects the child if it has ended: true with *status as in child_run (-1: killed). What it wrote can still be read from output;
 * child_stop closes that. */
bool child_ended(struct child *child, int *status);
void child_stop(struct child *child); /* kills its group, waits, closes; harmless when there is none */
/* The same for one that was asked to end, or that ends by itself: it is killed only after `milliseconds`. */
void child_end(struct child *child, int64_t milliseconds);

/* The same with a pipe to its stdin, *to, for a talk in both directions (both ends non-blocking); `output` is its stdout alone. What it
 * writes on stderr is kept in the file *errors, which child_said() reads. The caller closes both. */
int child_talk(struct child *child, const char *const argv[], int *to, int *errors, struct err *err);
/* Appends the last of what stands in the file, at most `limit` bytes, as text in one line. */
void child_said(int errors, size_t limit, struct buf *out);

/* This program itself, for argv[0] of a child that runs one of our own commands: /proc/self/exe resolved. */
const char *child_self(void);

#endif
