/* What is derived from readings of a monitoring mark. */
#ifndef DESK_MARK_H
#define DESK_MARK_H

#include "desk/desk.h"

/* The change a day, in hundredths of the mark's unit, from the reading before `at` to `value` at `at`. `except`: a reading not to
 * compare with. False: there is no earlier reading. */
bool mark_rate(struct desk *desk, record_id mark, int64_t at, int64_t value, record_id except, int64_t *rate);

#endif
