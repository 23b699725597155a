/* What a screen does about alarms: says that it is open, starts the agent if none runs, opens the box when something rings, keeps the
 * bar. */
#ifndef TUI_ALARM_WATCH_H
#define TUI_ALARM_WATCH_H

#include <stdbool.h>
#include <stdint.h>

struct area;
struct job;
struct shell;
struct view;

struct alarm_watch {
  int mark;           /* presence of this screen; -1: none */
  int64_t rang;       /* the ringing that was shown last */
  int64_t notice;     /* the agent's notice that was shown last */
  int64_t box_at;     /* clock_monotonic at which the box opens: not while somebody types; 0: nothing waits */
  int64_t key_noted;  /* clock_monotonic of the last key that was noted for the night check */
  int64_t started_at; /* clock_monotonic at which the agent was started last; 0: never */
  bool has_waiting;   /* a notice that another message kept back */
  bool is_first_over; /* the first picture has been shown: the agent may be started */
  struct view *box;   /* NULL: closed */
};

void alarm_watch_open(struct shell *shell);         /* there is a database now */
void alarm_watch_close(struct shell *shell);        /* harmless twice */
void alarm_watch_status(struct shell *shell);       /* shell->status was read anew */
void alarm_watch_key(struct shell *shell);          /* somebody pressed one */
int64_t alarm_watch_due(const struct shell *shell); /* clock_monotonic; 0: nothing */
void alarm_watch_work(struct shell *shell);         /* does what is due */
void alarm_watch_again(struct shell *shell);        /* the box gave way to what is being typed: it opens again behind that */
void alarm_watch_minute(struct shell *shell);       /* once a minute: an agent that died is started again */

/* What stands in the message's line while there is no message: the most urgent alarm, or that nobody can be woken. The caller frees.
 * NULL: nothing. *colour gets the colour's name, or NULL. */
char *alarm_watch_bar(const struct shell *shell, const char **colour);

#endif
