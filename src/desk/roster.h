/* The roster: filling a period with shifts in turn, finding what is wrong with it, swapping and substituting. */
#ifndef DESK_ROSTER_H
#define DESK_ROSTER_H

#include "desk/action.h"
#include "desk/shift.h"

struct buf;

#define ROSTER_STARTS_MOST 12

/* Minutes of the day at which shifts begin, rising. */
struct roster_pattern {
  int starts[ROSTER_STARTS_MOST];
  int count;
};

/* Has this post to be filled here? Post B not where single officers keep the desk (shift.signatures = two). */
bool roster_needs(struct desk *desk, enum post post);

/* The station's pattern: the local facts "shift.pattern" and "shift.starts" that set-up leaves, else the settings of these names. */
int roster_pattern(struct desk *desk, struct roster_pattern *pattern, struct err *err);

/* When the pattern's shift that holds the instant `at` begins: today, or yesterday for one that goes through the night. */
int64_t roster_shift_start(const struct roster_pattern *pattern, int64_t at);

struct roster_filled {
  int made, completed, kept; /* shifts: new, given the missing posts, already whole */
  int vacant;                /* posts for which nobody was left */
};

/* Fills [from, to) with shifts of the pattern, at most 366 days, in one operation. Posts already given stay. For each vacant one the
 * officer who has had the least duty (in the 60 days before and in this period) takes it, who is active, serves here, has this as usual
 * post or any, is not on leave and is not on duty at that time; one who just had or is about to have another shift only if nobody else is
 * left. The leader stays the same for a day. */
int roster_fill(struct desk *desk, int64_t from, int64_t to, struct roster_filled *filled, struct err *err);

enum roster_trouble {
  ROSTER_GAP,     /* nobody on `post` from … to */
  ROSTER_DOUBLE,  /* `officer` on two posts at once */
  ROSTER_OVERLAP, /* two shifts at once */
  ROSTER_LEAVE,   /* `officer` is on leave */
  ROSTER_GONE,    /* `officer` is no longer active, was struck or serves at another station */
};

struct roster_finding {
  enum roster_trouble sort;
  int64_t from, to;
  enum post post;
  record_id officer, shift;
};

/* Every minute of [from, to) needs A, B (see roster_needs) and a leader. Calls found() for each trouble in order of time; false stops.
 * Returns how many, or -1. */
int roster_check(struct desk *desk, int64_t from, int64_t to, bool (*found)(void *context, const struct roster_finding *finding),
                 void *context, struct err *err);
void roster_tell(struct desk *desk, const struct roster_finding *finding, struct buf *out); /* appends one translated line */

/* Two shifts exchange who is on `post` (调班: it is the shifts that change, not the persons' counts). Refused if somebody would then be
 * on two posts at once or is on leave. */
int roster_swap(struct desk *desk, record_id one, record_id other, enum post post, const char *why, struct err *err);
int roster_substitute(struct desk *desk, record_id shift, enum post post, record_id officer, const char *why, struct err *err);

extern const struct action roster_actions[];

#endif
