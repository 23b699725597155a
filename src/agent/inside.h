/* What the agent's own files share. */
#ifndef AGENT_INSIDE_H
#define AGENT_INSIDE_H

#include <sys/stat.h>

#include "agent/agent.h"
#include "agent/follower.h"
#include "agent/inbox.h"
#include "agent/steps.h"
#include "agent/way.h"
#include "desk/alarm.h"
#include "store/watch.h"

/* Looks at something again a little later, a few times. */
struct looks {
  int64_t at; /* clock_monotonic; 0: not */
  int count;
};

/* Files that the inbox refused, gathered so that a hundred at once are told once. */
struct refused {
  char *first; /* name and reason; owned */
  int count;
  int64_t at; /* clock_monotonic when they are told; 0: there are none */
};

struct agent {
  const struct agent_options *options;
  struct desk desk;
  struct ways ways;
  struct follower follower;
  struct steps steps;
  struct inbox *inbox; /* NULL: none is set */
  struct refused refused;
  int mark, signals, screens; /* descriptors: presence, signalfd, inotify of PATH.agent */
  struct store_watch database;
  struct stat file; /* the database as it was opened */
  struct looks at_screens;
  int64_t next; /* on the wall clock, when something is due; 0: nothing known */
  bool is_stale, is_ending, has_mail;
  bool is_bloated; /* it has taken in alerts since it last rested */
};

enum { TELL_REFUSED_AFTER = 2000 /* ms in which refused files are gathered */ };

/* tell.c: to whoever sits there, and into the log. */
void tell_trouble(const struct agent *agent, const char *text);     /* trouble of the agent's own: for systemd's journal */
void tell_lapsed(struct agent *agent, const struct alarms *alarms); /* what became due while nobody was running */
void tell_step(struct agent *agent, int64_t step);
void tell_test(struct agent *agent, const struct alarms *alarms); /* once every way of an alarm test has answered */
void tell_refused(struct agent *agent);                           /* once they have been gathered for a while */

#endif
