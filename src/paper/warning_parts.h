/* What the papers about a warning have in common. */
#ifndef PAPER_WARNING_PARTS_H
#define PAPER_WARNING_PARTS_H

#include "desk/desk.h"

record_id warning_parts_usual(struct desk *desk); /* the highest in force, else the newest; 0: none */
char *warning_parts_unit(struct desk *desk, record_id subject, int64_t date); /* its headline; the caller frees */

#endif
