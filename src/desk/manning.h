/* Who keeps a station's desk now and where its roster has gaps, for those above: the roster itself stays at the station (lane here), and
 * the county asks for no more than this of forty villages. */
#ifndef DESK_MANNING_H
#define DESK_MANNING_H

#include "desk/desk.h"

#define MANNING_DAYS 7 /* ahead in which gaps are counted */

/* Writes the station's record if it no longer holds, and there is somebody above to read it. 1: written, 0, -1. */
int manning_note(struct desk *desk, int64_t at, struct err *err);

struct manning {
  char *post_a, *post_b, *leader; /* NULL: vacant */
  int64_t until, gap_from;        /* 0: not known; no gap */
  int64_t gaps;                   /* -1: it has no roster */
};
/* Of the station of that area, as it said last. 1 (manning_free it), 0: it has said nothing. */
int manning_read(struct desk *desk, int64_t area, struct manning *manning);
void manning_free(struct manning *manning);

#endif
