/* The exchange with other stations while nobody looks: `sync --follow` in a child of the agent, as long as there is an address to
 * exchange with. The child keeps to its remotes by itself; here it is only started, and started again when it has ended or the addresses
 * are others. */
#ifndef AGENT_FOLLOWER_H
#define AGENT_FOLLOWER_H

#include <stdint.h>

#include "base/buf.h"
#include "base/child.h"

struct desk;
struct pollfd;

enum { FOLLOWER_FDS = 2 };

struct follower {
  struct child child;
  int process;       /* pidfd, -1: none */
  int64_t again;     /* clock_monotonic before which it is not started; 0: now */
  struct buf output; /* the end of what it says */
  char *remotes;     /* with which it runs, one a line; NULL: it does not */
};

void follower_start(struct follower *follower);
/* Sees to it that it runs with the addresses that hold now. */
void follower_check(struct follower *follower, struct desk *desk);
int follower_polls(const struct follower *follower, struct pollfd *polls);
int64_t follower_wait(const struct follower *follower); /* ms until it is to be checked, -1: nothing is due */
/* Reads what it says. The last line, to be freed, if it has ended by itself; else NULL. */
char *follower_attend(struct follower *follower);
void follower_stop(struct follower *follower);

#endif
