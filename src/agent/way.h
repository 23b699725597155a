/* Ways of ringing beside the screens: commands of the settings, and notices on the desktop. Each runs in a child that
 * gets `alarm.seconds`; nothing here waits. */
#ifndef AGENT_WAY_H
#define AGENT_WAY_H

#include "base/buf.h"
#include "base/child.h"
#include "desk/alarm.h"

struct pollfd;

enum { WAY_SMS, WAY_SPEAKER, WAY_OTHER, WAY_DESKTOP, WAYS, WAY_QUEUE = 16, WAY_FDS = 2 * WAYS };

/* What one ringing says on one way. */
struct message {
  char *text;         /* for people */
  char *json;         /* all of it */
  char *phone;        /* of whom it concerns; NULL: not known */
  const char *colour; /* of the most urgent; "none" */
  char *keys;         /* of its alarms, separated by spaces */
  int test;           /* an alarm test is among them */
};

struct way {
  int index;
  const char *name;                /* "sms" … */
  struct message queue[WAY_QUEUE]; /* the first runs while child.pid is set */
  int queued;
  struct child child;
  int process;      /* pidfd, -1: none */
  int64_t deadline; /* clock_monotonic; 0: none */
  struct buf output;
  bool shown; /* desktop: the notice stands there; the child only waits for its answer */
};

struct ways {
  struct way list[WAYS];
  struct desk *desk;
  char *test;  /* how the running alarm test went, for the log */
  int testing; /* messages of it that still run */
};

void ways_start(struct ways *ways, struct desk *desk);
void ways_stop(struct ways *ways); /* to be called when nothing is busy any more: what still runs is killed, notices go away */
bool ways_have_command(const struct desk *desk); /* is any set that rings without a screen? */

/* Rings these of the open ones (in their order) on every way whose least colour they reach. The notice on the desktop, which takes the place of the one
 * before, says all that have rung and are not answered: nothing urgent goes from there because something else has come. */
void ways_ring(struct ways *ways, const struct alarm *const list[], int count, const struct alarms *open);
/* A notice all of whose alarms have been answered goes away. */
void ways_drop_answered(struct ways *ways, const struct alarms *open);

/* For the loop: descriptors to poll, into polls[WAY_FDS]; when something is to be done at the latest (ms from now, -1: never); doing it.
 * Returns true if somebody answered on the desktop: its alarms were answered. */
int ways_polls(const struct ways *ways, struct pollfd *polls);
int64_t ways_wait(const struct ways *ways);
bool ways_attend(struct ways *ways);
bool ways_busy(const struct ways *ways); /* does a command run? Not a notice: it goes with us, so that nobody waits for a mute desktop */

/* Splits a command of the settings into words (quotes, double or single, keep spaces together) and fills in {text}, {phone}, {colour},
 * {key}: what they hold is never split, nor read by any shell. NULL-ended; NULL with err: it is no command, or a phone number is wanted
 * and not known. way_words_free it. */
char **way_words(const char *command, const struct message *message, struct err *err);
void way_words_free(char **words);

/* The message of these alarms. message_free it. */
void message_make(struct desk *desk, const struct alarm *const list[], int count, int64_t at, struct message *message);
void message_free(struct message *message);

#endif
