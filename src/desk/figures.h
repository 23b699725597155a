/* Checks that many kinds need. Each is satisfied while one of the two is empty: unknown is not zero. 0, or -1 with err naming the
 * fields. */
#ifndef DESK_FIGURES_H
#define DESK_FIGURES_H

#include "store/values.h"

struct err;

/* The translated label of a field of values. */
const char *figures_label(const struct values *values, const char *field);

int figures_part(const struct values *values, const char *part, const char *whole, struct err *err);     /* part ≤ whole */
int figures_order(const struct values *values, const char *earlier, const char *later, struct err *err); /* two instants or two dates */
int figures_together(const struct values *values, const char *one, const char *other, struct err *err);  /* both or neither */
int figures_reason(const struct values *values, const char *yes, const char *why, struct err *err);      /* a "yes" needs its reason */
/* An instant that is past: not later than now, but for the minutes by which clocks differ. */
int figures_past(const struct values *values, const char *field, struct err *err);

#endif
