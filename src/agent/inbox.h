/* The inbox (收件目录): a directory into which other programs put files of alerts. Each is taken in once and then moved to done/, or to
 * refused/ with the reason beside it in NAME.txt, one line. Never waits, never sleeps: what is still being written is left for the next
 * look.
 *
 * A file counts as whole when it was renamed into place or closed after writing, when nobody has it open for writing, or when it has not
 * changed for INBOX_QUIET. One that cannot be read is refused only after it has been quiet, since the rest of it may still come. Passed
 * over: names that begin with "." or end with "~", .tmp, .part, .filepart or .crdownload (until they are renamed), and directories.
 *
 * For a poll loop:
 *   inbox_open(&inbox, config_text(config, "warning.inbox"), &err);     "" : there is none, *inbox is NULL, and all calls take NULL
 *   inbox_take() at the start; then poll inbox_descriptor() for reading, with a timeout until inbox_next(), and inbox_take() after
 *   either. */
#ifndef AGENT_INBOX_H
#define AGENT_INBOX_H

#include <stdint.h>

#include "base/clock.h"
#include "desk/action.h"

#define INBOX_QUIET (3 * CLOCK_SECOND)  /* how long a file must not have changed, when nothing else says that it is whole */
#define INBOX_AGAIN (30 * CLOCK_SECOND) /* after trouble with the database or the directory; also when nothing tells of new files */

struct inbox;

/* One file that has been dealt with. */
struct inbox_file {
  const char *name;              /* as it came */
  const char *refused;           /* why it lies in refused/; NULL: it lies in done/ */
  const struct outcome *outcome; /* what was taken in (also of a file that was refused in part): record is the last warning */
};

/* Opens the directory, making it with done/ and refused/ if need be, and watches it. NULL in *inbox and 0 for an empty name. -1: err. */
int inbox_open(struct inbox **inbox, const char *directory, struct err *err);
void inbox_close(struct inbox *inbox);

int inbox_descriptor(const struct inbox *inbox); /* -1: nothing to poll */
/* When to call inbox_take() next though the descriptor is quiet, by clock_monotonic(); 0: no need. */
int64_t inbox_next(const struct inbox *inbox);

/* Takes what is whole; tell (may be NULL) hears of each file. Ends after a quarter of a second, with inbox_next() at once, so that a
 * loop lives. Returns how many files it has dealt with, or -1: the directory or the database made trouble; files stay where they are for
 * the next time. */
int inbox_take(struct inbox *inbox, struct desk *desk, void (*tell)(void *context, const struct inbox_file *file), void *context,
               struct err *err);

/* warning.inbox: takes once what lies there, for stations without an agent. */
extern const struct action inbox_actions[];
extern const struct action *const agent_action_tables[]; /* ended by NULL */

#endif
