/* What the files of the ladder share: ladder_run.c brings it forward, ladder_who.c knows whom a rung means, call_action.c is the
 * officer's side. */
#ifndef DESK_LADDER_PARTS_H
#define DESK_LADDER_PARTS_H

#include <stdlib.h>

#include "desk/ladder.h"
#include "desk/lookup.h"
#include "desk/transition.h"
#include "store/act.h"
#include "store/query.h"

extern const struct transition call_moves[];
extern const struct choice ladder_colours[];

/* --- attempts ------------------------------------------------------------------------------------------------------------------------ */

/* SQL: an attempt that gave no answer and sent nobody. */
#define ATTEMPT_FAILED "result IN ('unanswered', 'busy', 'off', 'wrong')"

struct attempt {
  int64_t at; /* 0: now */
  const char *channel, *result, *who, *note;
};
void attempt_add(struct desk *desk, struct act *act, const struct record *call, const struct attempt *attempt);
int attempt_failed(struct desk *desk, record_id call); /* how many so far */

/* --- whom a rung means --------------------------------------------------------------------------------------------------------------- */

struct ladder_callee {
  const char *name, *role, *phone; /* name: never NULL */
  const char *area;                /* 12 digits, or NULL */
  record_id officer, contact, unit;
  const char *missing; /* msgid: why it cannot be called; NULL: it can */
};

/* A warning as the ladder sees it. */
struct ladder_warning {
  char *key, *geocodes; /* geocodes NULL: everywhere */
  const char *colour;   /* choice name of the round; "clear" */
  enum alert_colour grade;
  int64_t onset, received;
};
void ladder_warning_of(const struct record *warning, struct ladder_warning *out);
void ladder_warning_free(struct ladder_warning *warning);
/* The real warning of that key, latest issue; 0: none here. */
record_id ladder_warning_find(struct desk *desk, const char *key);
/* Does the warning concern an area (12 digits)? */
bool ladder_concerns(const struct ladder_warning *warning, const char *area);

/* SQL: u is a unit below this station, of the nearest level that has any. ?1 and ?2 are bound by ladder_bind_below. */
#define LADDER_LEVEL(area)                                                                                                                 \
  "CASE WHEN " area " LIKE '%0000000000' THEN 0 WHEN " area " LIKE '%00000000' THEN 1 WHEN " area " LIKE '%000000' THEN 2 WHEN " area      \
  " LIKE '%000' THEN 3 ELSE 4 END"
#define LADDER_BELOW                                                                                                                       \
  "u.voided IS NULL AND u.area <> ?1 AND u.area LIKE ?2 AND " LADDER_LEVEL("u.area") " = (SELECT min(" LADDER_LEVEL(                       \
    "o.area") ") FROM k_unit o WHERE o.voided IS NULL AND o.area <> ?1 AND o.area LIKE ?2)"
void ladder_bind_below(struct desk *desk, struct query *query);

/* Calls take() for each one that the rung means (of a station's rung: at its step `step`); `area` limits it to one unit, NULL: all that
 * the warning concerns. take() returns 0, or -1 to stop. Returns how many, -1 on error. Texts live until take() returns. */
int ladder_callees(struct desk *desk, const struct ladder_warning *warning, const struct ladder_rung *rung, int step, const char *area,
                   int64_t now, int (*take)(void *context, const struct ladder_callee *callee), void *context, struct err *err);

/* --- one ladder at work --------------------------------------------------------------------------------------------------------------- */

struct ladder_run {
  struct desk *desk;
  struct act *act; /* NULL: only count what there is to do */
  const struct ladder *ladder;
  const struct ladder_warning *warning;
  int64_t now;
  int made; /* records made or changed */
  struct err *err;
};
bool ladder_applies(const struct ladder_rung *rung, const struct ladder_warning *warning);
/* Makes the calls of a rung that begins a chain, and of those that follow where nobody is named. How many callees it has, or -1. */
int ladder_begin(struct ladder_run *run, const struct ladder_rung *rung);

/* After calls or lists have changed: ticks the lines of checklists that they prove, in an act of its own (an act does not see what it
 * writes). */
int ladder_tick(struct desk *desk, struct err *err);

/* --- going on ------------------------------------------------------------------------------------------------------------------------ */

/* Makes in `act` the calls that follow when `call` is not answered, and writes its new state: escalated, or unanswered when nobody is left.
 * `why`: NULL or the reason. `person`: somebody was sent there, whatever the rung says. Returns how many calls follow, or -1. */
int ladder_escalate(struct desk *desk, struct act *act, const struct record *call, const char *why, bool person, struct err *err);

/* Somebody of a chain has answered: the calls further up it that still wait are closed in `act`, and the rungs on which nobody is named,
 * so that no one has to explain each of them; what was missed names them still (warning_figures.h). */
int ladder_answered(struct desk *desk, struct act *act, const struct record *call, struct err *err);

/* Settles in `act` what two nodes have reckoned differently and no person need decide: clocks, numbers, the same state at two moments.
 * How many, or -1. Without an act it only counts. */
int ladder_settle(struct desk *desk, struct act *act, struct err *err);

#endif
