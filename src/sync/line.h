/* An exchange over two descriptors: the only place of the exchange that waits. */
#ifndef SYNC_LINE_H
#define SYNC_LINE_H

#include "sync/exchange.h"
#include "sync/sync.h"

struct line {
  int in, out;                                      /* made non-blocking */
  const struct sync_heed *heed;                     /* NULL: nothing */
  bool stays;                                       /* watch the database and send what is committed */
  void (*even)(void *context, const char *trouble); /* whenever both hold the same, with what went wrong so far, or ""; NULL: nothing */
  void *context;
};
/* Until they part, the line ends, or trouble. Adds to the report. -1 (err says why not all went through) or an enum sync_end. */
int line_run(struct desk *desk, const struct line *line, const struct exchange_options *options, struct sync_report *report,
             struct err *err);

/* For line.even: notes that the remote works, and what went wrong all the same. */
struct sync_even {
  struct desk *desk;
  const char *remote;
};
void sync_contact_even(void *context, const char *trouble); /* of a struct sync_even */

/* The same through a program's stdin and stdout; what it says on stderr goes into err if it fails. */
int line_run_child(struct desk *desk, const char *const argv[], const struct line *line, const struct exchange_options *options,
                   struct sync_report *report, struct err *err);

#endif
