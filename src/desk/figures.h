/* Checks that many kinds need. Each is satisfied while one of the two is empty: unknown is not zero. 0, or -1 with err naming the
 * fields. */
#ifndef DESK_FIGURES_H
#define DESK_FIGURES_H

#include "store/record.h"
#include "store/values.h"

struct err;

/* A flag of the desk's own, beside those of store/kind.h, for a FIELD_TIME that tells of something that has happened. */
enum { FIGURES_PAST = 1 << 16 };
/* value_read() of what a person typed into any field of the desk: a bare time in a FIGURES_PAST field is the last one that has passed. */
int figures_read(struct store *store, const struct field *field, const char *typed, int64_t near, struct value *value, struct err *err);

/* The translated label of a field of values. */
const char *figures_label(const struct values *values, const char *field);

int figures_part(const struct values *values, const char *part, const char *whole, struct err *err);     /* part ≤ whole */
int figures_order(const struct values *values, const char *earlier, const char *later, struct err *err); /* two instants or two dates */
int figures_together(const struct values *values, const char *one, const char *other, struct err *err);  /* both or neither */
int figures_reason(const struct values *values, const char *yes, const char *why, struct err *err);      /* a "yes" needs its reason */
/* An instant that is past: not later than now, but for the minutes by which clocks differ. */
int figures_past(const struct values *values, const char *field, struct err *err);

#endif
