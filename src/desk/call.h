/* Calls: somebody is to answer (叫应), and what was promised has a clock of its own. What each attempt gave is a record `attempt` of its
 * own, so that two officers' attempts are a union; a call's counts come from them.
 *
 * States of k_call: waiting (to be called, due is the deadline) → answered → closed; escalated (the next one is called; may still call
 * back); unanswered (nobody is left to call: rings until somebody answers or it is closed with a reason); skipped (nobody is named there:
 * rings likewise, state_why says what is missing; the next rung was called at once); closed. */
#ifndef DESK_CALL_H
#define DESK_CALL_H

#include "desk/stations.h"

struct act;

/* SQL: a row of k_call that somebody has to do something about. The first is due at `due`, the second at `promised_due`. */
#define CALL_OPEN "state IN ('waiting', 'unanswered', 'skipped') AND voided IS NULL"
#define CALL_PROMISED "state = 'answered' AND promised_due IS NOT NULL AND voided IS NULL"
/* SQL: a row of k_call, by that name, of this station's own ladder: those of stations below come up, and are theirs to make. */
#define CALL_OWN(row) "(SELECT keyed.area FROM keyed WHERE keyed.id = " row ".id) = " STATION_OWN

enum call_class {
  CALL_NOW,     /* to be called, or nobody could be */
  CALL_PROMISE, /* answered; what was promised is not closed */
  CALL_OVER     /* escalated, answered without a promise, closed */
};

/* One line of the call sheet. Texts live until the row function returns; NULL if unknown. */
struct call_line {
  record_id call;
  enum call_class class;
  int64_t due;            /* what it is ranked by: deadline, or promised_due of a promise */
  const char *no, *state; /* state: choice name */
  const char *callee, *role, *phone, *channel;
  const char *area, *area_name;         /* whose village: 12 digits, and the unit's name */
  const char *chain, *rung;             /* names from the ladder; NULL for a call made by hand */
  const char *warning, *colour, *event; /* key, colour it was made for, event */
  int rank;                             /* of the rung in its ladder, from 1; 0 by hand */
  int attempts, tries;                  /* made; allowed before the next one is called (0: no limit) */
  int64_t attempted_at;                 /* 0: never */
  const char *attempted;                /* result of the last attempt, choice name */
  int64_t answered_at;                  /* 0: nobody has */
  const char *answered_by, *promised, *escalated_to, *why;
  bool read_back;
};

/* Where a page begins: after (or before) this line. Take it from a line: { line->class, line->due, line->rank, line->call }. */
struct call_position {
  enum call_class class;
  int64_t due;
  int rank;
  record_id call;
};

/* The call sheet: whom to call now, by class, due, rung. `warning`: key, or NULL for all. `after` NULL: from the start (backwards: from the
 * end; rows come nearest first). Stops after `limit` rows or when row() returns false. 0 or -1. */
int call_sheet(struct desk *desk, const char *warning, const struct call_position *after, bool backwards, int limit,
               bool (*row)(void *context, const struct call_line *line), void *context, struct err *err);
/* One line by its id. 1, 0 (no such call), -1. */
int call_line(struct desk *desk, record_id call, bool (*row)(void *context, const struct call_line *line), void *context, struct err *err);

struct call_count {
  int now, overdue;     /* class CALL_NOW; of these, past their deadline */
  int promised, lapsed; /* class CALL_PROMISE; of these, past promised_due */
  int answered, escalated, skipped, all;
  int64_t first_answer; /* earliest; 0: none */
};
int call_count(struct desk *desk, const char *warning, int64_t now, struct call_count *count, struct err *err); /* warning NULL: all */

/* Attempts of a call, oldest first. */
struct attempt_line {
  record_id attempt;
  int64_t at;
  const char *channel, *result; /* choice names */
  const char *who, *officer, *note;
};
int attempt_each(struct desk *desk, record_id call, bool (*row)(void *context, const struct attempt_line *line), void *context,
                 struct err *err);

extern const struct choice attempt_results[]; /* unanswered busy off wrong sent answered */

/* Actions on a call: call.answer, call.attempt (with arguments channel, result, who, note), call.escalate, call.promise (renew),
 * call.close, call.reopen. Names are what a screen asks action_find for. */
extern const struct action call_actions[];

#endif
