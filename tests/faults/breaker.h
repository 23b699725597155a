/* Counts the calls that change files in this process, of our own code and of the libraries alike, and lets one of them be the end of the
 * process or fail. Linked into the program itself, whose symbols the libraries' calls meet first: nothing is preloaded. */
#ifndef TESTS_FAULTS_BREAKER_H
#define TESTS_FAULTS_BREAKER_H

enum breaker_mode {
  BREAKER_COUNTS, /* nothing but counting */
  BREAKER_KILLS,  /* SIGKILL in the middle of call `at`: of what is to be written, half is */
  BREAKER_FULL,   /* from call `at` on there is no room: ENOSPC for whatever needs some */
  BREAKER_FAILS,  /* call `at` alone gives EIO */
};

enum { BREAKER_CALLS_MOST = 65536 };

/* Shared with the parent, which reads it when the process has ended. Calls are numbered from 0. */
struct breaker {
  enum breaker_mode mode;
  long at, count;
  /* what each was: w write inside a file, g write that makes it grow, c create, s sync, t truncate, r rename, l link, u unlink */
  char calls[BREAKER_CALLS_MOST];
};

struct breaker *breaker_make(void);        /* for this process and its children; ends the program if there is no memory */
void breaker_arm(struct breaker *breaker); /* from here on this process counts there, from 0 */

#endif
