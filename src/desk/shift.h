/* Shifts and leave: who is on duty when. The roster says who should be; handovers say who still is. */
#ifndef DESK_SHIFT_H
#define DESK_SHIFT_H

#include "desk/desk.h"

extern const struct choice shift_posts[];     /* a, b, leader: for arguments that name a post */
enum post shift_post(const char *name);       /* POST_NONE if it is none */
const char *shift_post_field(enum post post); /* "post_a", "post_b", "leader" */
const char *shift_post_label(enum post post); /* translated: "post A" … */

/* How long a pair that nobody relieved still counts as on duty, from the beginning of the shift after theirs; then the roster counts
 * again, since nobody believes that somebody has sat there for longer. A choice of ours. */
#define SHIFT_STAY (24 * CLOCK_HOUR)

/* Who is on duty at an instant. */
struct shift_on {
  record_id shift;       /* the shift whose pair is on duty; 0: nobody */
  int64_t starts, ends;  /* of that shift by the roster */
  record_id officers[4]; /* by enum post; 0: vacant */
  record_id rostered;    /* the shift that the roster has at that instant; 0: a gap */
  int64_t rostered_starts;
  bool unsigned_b; /* who is on post B by the roster has not signed for having taken over */
  bool waiting;    /* `rostered` has begun, but its pair has not taken over yet */
};

/* The outgoing pair stays on duty until relieved (doc: design of the handover): a shift counts as begun once the handover into it is
 * accepted or taken over by the leader. Exceptions: the first shift of the roster and the one in which this database was made need no
 * handover; see SHIFT_STAY. A leader who took over stands on post A until somebody of the shift signs. */
void shift_on_duty(struct desk *desk, int64_t at, struct shift_on *on);
record_id shift_officer_on(struct desk *desk, enum post post, int64_t at); /* 0: vacant */
/* The shift on duty as a record. 1 (record_free it), 0 none, -1. */
int shift_current(struct desk *desk, int64_t at, struct record *record, struct err *err);

record_id shift_rostered(struct desk *desk, int64_t at); /* by the roster alone; 0: a gap */
/* The next shift to relieve `shift`: the earliest after it that has not ended at `at`; 0: none in the roster. */
record_id shift_successor(struct desk *desk, record_id shift, int64_t at);

/* -1 with err if the shift's pair has been relieved: what both sides signed stays as it is. */
int shift_refuse_handed_over(struct desk *desk, const struct record *shift, struct err *err);

/* "2026-07-01 08:00-20:00" for a shift's name; the caller frees. */
char *shift_name(int64_t starts, int64_t ends);

#endif
