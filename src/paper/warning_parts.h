/* What the papers about a warning have in common. */
#ifndef PAPER_WARNING_PARTS_H
#define PAPER_WARNING_PARTS_H

#include "desk/desk.h"

record_id warning_parts_usual(struct desk *desk);                             /* the highest in force, else the newest; 0: none */
char *warning_parts_unit(struct desk *desk, record_id subject, int64_t date); /* its headline; the caller frees */

/* Each list of the warning (its key): those with somebody unreached first, then by village; the all-clear's after the warning's. 0 or
 * -1. */
int warning_parts_relays(struct desk *desk, const char *warning, bool (*row)(void *context, const struct record *relay), void *context,
                         struct err *err);

#endif
