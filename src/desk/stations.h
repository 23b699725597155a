/* The stations below, as their superior sees them: what came from them, what is on the way to them, what was asked of them. */
#ifndef DESK_STATIONS_H
#define DESK_STATIONS_H

#include "desk/action.h"

/* One unit below, of the nearest level that has any. Texts live until the row function returns. */
struct station_line {
  int64_t area;
  const char *name;
  bool has_machine;    /* one of its machines is trusted here; otherwise the next four mean nothing */
  int64_t contact;     /* own clock when one of its machines or a receipt of it was heard last, 0: never */
  int64_t skew;        /* its clock minus ours then, ms */
  int64_t undelivered; /* operations that it should hold and has not confirmed: of the machine that holds most */
  int warnings;        /* in force; how many of them it has received, answered, finished; */
  int received, answered, finished;
  int told, all;                /* on the lists of these warnings in its area: relayed */
  int64_t gaps, gap_from;       /* in its roster for the next week, as it says: -1 it has not said; clock of the first, 0: none */
  int orders, unanswered, late; /* of ours to it that are open; without a reply; of these beyond the deadline */
};
/* Each in order of the area codes; row() returns false to stop. */
int station_each(struct desk *desk, bool (*row)(void *context, const struct station_line *line), void *context, struct err *err);

/* Of the stations below that should have the operation and of which a machine is known (*all): how many hold it, by their receipts.
 * `area`: of that one alone; 0: of all. */
int station_holders(struct desk *desk, op_id op, int64_t area, int *all);

/* Calls row() for the records of a kind in that area and below, as the kind's lists are sorted, at most `most`, struck ones left out. */
int station_records(struct desk *desk, const struct kind *kind, int64_t area, int most,
                    bool (*row)(void *context, const struct record *record), void *context, struct err *err);

/* Whether one of this station's own machines made the record, which has no key of its own (struct kind). */
bool station_wrote(struct desk *desk, record_id record);
/* Whether its upkeep is this station's: of our own area, or made here for one below that keeps no desk. */
bool station_keeps(struct desk *desk, record_id record);

extern const struct action station_actions[];

#endif
