/* What the library of the faked clock keeps in shared memory for a process and its children, and leaves there. */
#ifndef TESTS_CLOCK_LEFT_H
#define TESTS_CLOCK_LEFT_H

#include <stdio.h>
#include <unistd.h>

static inline void clock_left(pid_t ended)
{
  static const char *const names[] = { "/dev/shm/faketime_shm_%ld", "/dev/shm/sem.faketime_sem_%ld" };
  char path[80];
  for (int i = 0; i < 2; i++) {
    snprintf(path, sizeof path, names[i], (long)ended);
    unlink(path);
  }
}

#endif
