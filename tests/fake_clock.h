/* The faked clock, libfaketime: what it is told, and what it leaves behind. */
#ifndef TESTS_FAKE_CLOCK_H
#define TESTS_FAKE_CLOCK_H

#include <stdio.h>
#include <unistd.h>

/* For the environment of every program under it. A process and its children share one lock, and each stat() takes it to fake the times of
 * the file: one that is killed there would stop all the others for ever. */
static const char *const fake_clock_settings[] = { "NO_FAKE_STAT=1", "FAKETIME_DONT_FAKE_MONOTONIC=1", "DONT_FAKE_MONOTONIC=1", NULL };

/* It keeps something in shared memory for a process and its children, leaves it there when they are killed, and refuses to start where
 * another has left it: to be called when a process has ended, and in a child before the program. */
static inline void fake_clock_clear(pid_t process)
{
  static const char *const names[] = { "/dev/shm/faketime_shm_%ld", "/dev/shm/sem.faketime_sem_%ld" };
  char path[80];
  for (int i = 0; i < 2; i++) {
    snprintf(path, sizeof path, names[i], (long)process);
    unlink(path);
  }
}

#endif
