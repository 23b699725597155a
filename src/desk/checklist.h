/* Checklists (清单): what a warning, a response level or an activated plan asks for, as records of kind `task`, each with an owner and a
 * clock.
 *
 * Lists are data: data/checklists/NAME.ini, overruled by /etc/dutydesk/checklists/NAME.ini, where a station may also add lists of its
 * own.
 *
 *   [checklist]                       what the file is for
 *   title = At red                    every text in English, and in Chinese under the same key with .zh_CN; without that the first
 *   stands
 *   title.zh_CN = 红色预警              for both
 *   events = 11A51, 山洪              codes, or words of the event: for these kinds of warning only. blue, yellow, orange and red have
 *   none:
 *                                     the colour takes its own list and those of all lower ones
 *   [satellite_test]                  a line, by its id; one of the same id in a higher colour's list, or in that of the event, replaces
 *   it
 *   what = Test the satellite phone   what has to be done
 *   owner = post_b                    post_a, post_b, leader, or a role in words
 *   stage = action                    received, relaying, action, all_clear: hidden until every line of the stages before is ticked, or
 *   it
 *                                     falls due within CHECKLIST_AHEAD
 *   minutes = 60                      due, from the receipt of the warning (all_clear: from the all-clear); without: no clock
 *   evidence = yes                    cannot be ticked without
 *   from = orange                     applies from this colour on (lists by event)
 *   needed = no                       this event does not ask for the colour's line of this id
 *   merge = open                      never: each warning needs its own; open: one tick serves all warnings in which it is open;
 *                                     standing: it also holds for those that come while that warning is not closed
 *   done_by = receipt                 ticks itself: receipt (acknowledged), relay (nobody unreached), calls (all answered)
 *   basis = V …                       where it comes from
 *
 * A task is keyed by area, subject and line: two nodes make one record, and opening twice is opening once. Subject: the warning's key,
 * the full name of the response, or the plan's with its occasion. Texts are stored as the session that opened them spoke: the record is
 * what was read. */
#ifndef DESK_CHECKLIST_H
#define DESK_CHECKLIST_H

#include "base/clock.h"
#include "desk/warning.h"

struct act;

/* --- opening (checklist.c) ----------------------------------------------------------------------------------------------------------- */

/* Opens in `act` the lines for a warning as it stands (`warning` was read before or after the act began; colour, event, key, received
 * count): to be called where it is acknowledged, also after each update. The one function that does so. What is ticked stays ticked; a
 * higher colour adds lines and shortens clocks; what only a higher colour asked for is dropped, with that reason, when it is lowered.
 * One that is not real, or not for here, opens nothing; a lifted one opens the all-clear. Never fails because of a broken file of the
 * station: what is built in is taken instead and outcome (may be NULL) says so, with attention. Returns how many lines are new (for the
 * caller to say), or -1 (the act must be cancelled). */
int checklist_open(struct desk *desk, struct act *act, const struct record *warning, struct outcome *outcome, struct err *err);

/* The stage all-clear of a warning, due from `at`: what is still open of the others is dropped. New lines, or -1. checklist_open does it
 * itself for one that is lifted. */
int checklist_lift(struct desk *desk, struct act *act, const struct record *warning, int64_t at, struct outcome *outcome, struct err *err);

/* Those of a response level 1 … 4 (the lists from response_4 up to it); `response` may be made by the same act. Lowered: drops what only
 * the higher one asked for. Number of new lines, or -1. */
int checklist_respond(struct desk *desk, struct act *act, record_id response, int level, int64_t at, struct outcome *outcome,
                      struct err *err);

/* What lines are opened for: `subject` names it, the others are 0 or NULL where they do not apply. Due times count from `at`. */
struct checklist_cause {
  const char *subject, *warning;
  record_id response, plan;
  int64_t at;
};
/* Opens lines that were put together elsewhere (a plan's steps); stage may be NULL. Number of new ones, or -1. */
struct checklist;
int checklist_put(struct desk *desk, struct act *act, const struct checklist_cause *cause, const struct checklist *checklist,
                  struct outcome *outcome, struct err *err);
/* All lines of the subject that are open need not be done any more. 0 or -1. */
int checklist_drop(struct desk *desk, struct act *act, const char *subject, const char *why, struct outcome *outcome, struct err *err);

/* Ticks what ticks itself: lines with done_by relay or calls whose lists are complete by now. Part of whatever finishes a relay or a call
 * (ladder_advance), also after tellings have come from elsewhere. How many, or -1. */
int checklist_settle(struct desk *desk, struct act *act, struct err *err);

/* --- asking (checklist_list.c) -------------------------------------------------------------------------------------------------------- */

/* How long before it falls due a line shows, whatever is open before it. A choice of ours: none may become overdue unseen. */
#define CHECKLIST_AHEAD (30 * CLOCK_MINUTE)

/* SQL: a row of k_task that somebody has to do and may see at the instant `now` (an SQL expression as text). Other tables of the FROM
 * must not have columns of these names. */
#define CHECKLIST_RANK(stage) "CASE " stage " WHEN 'received' THEN 1 WHEN 'relaying' THEN 2 WHEN 'action' THEN 3 ELSE 0 END"
#define CHECKLIST_VISIBLE(now)                                                                                                             \
  "state = 'open' AND voided IS NULL AND (stage IS NULL OR due <= " now " + 1800000 OR NOT EXISTS (SELECT 1 FROM (SELECT subject AS"       \
  " earlier_subject, area AS earlier_area, stage AS earlier_stage, state AS earlier_state, voided AS earlier_voided FROM k_task)"          \
  " WHERE earlier_subject = subject AND earlier_area IS area AND earlier_state = 'open' AND earlier_voided IS NULL AND " CHECKLIST_RANK(   \
    "earlier_stage") " BETWEEN 1 AND " CHECKLIST_RANK("stage") " - 1))"
/* SQL: of this station itself, not of one below. */
#define CHECKLIST_OWN "(area IS NULL OR area = (SELECT CAST(value AS TEXT) FROM meta WHERE name = 'area'))"
/* SQL: rows with the same value are one line on the screen. */
#define CHECKLIST_UNIT "CASE WHEN merge IN ('open', 'standing') THEN ifnull(area, '') || ' ' || line ELSE id END"
/* SQL: a table of id, due, what, owner of each visible line of this station, merged. Those that relays and calls tick are left out until
 * they are due: the relays and calls themselves wait beside them. */
#define CHECKLIST_DUE(now)                                                                                                                 \
  "(SELECT id, due, what, owner, min(ifnull(due, 9e15)) FROM k_task WHERE " CHECKLIST_VISIBLE(                                             \
    now) " AND " CHECKLIST_OWN " AND (proof IS NULL OR stage = 'all_clear' OR due <= " now ") GROUP BY " CHECKLIST_UNIT ")"

/* One line as a list shows it. Texts live until the row function returns; NULL if unknown. */
struct checklist_row {
  record_id task;                  /* the one that is due first; ticking it (task.done) ticks all that it stands for */
  int count;                       /* tasks it stands for */
  int64_t due;                     /* 0: no clock */
  const char *what, *owner, *post; /* post: choice name */
  const char *stage, *state;       /* choice names; stage NULL: typed by somebody, or a plan's */
  const char *evidence, *basis, *why;
  const char *serves; /* translated: "Orange 暴雨 · Response Ⅲ" */
  bool needs_evidence, hidden;
  int64_t done_at;
  const char *done_by;
  int64_t done_before; /* open, but ticked then for another subject; 0: not */
};

struct checklist_query {
  const char *subject; /* the warning's key, or another subject; NULL: all of this station */
  bool all;            /* also those done, dropped and hidden (needs a subject) */
  int64_t at;          /* now */
  record_id after;     /* go on after this row's task; 0: from the start */
  int limit;           /* 0: all */
};

/* The lines, by due (those without a clock last), merged. row() returns false to stop. 0 or -1. */
int checklist_each(struct desk *desk, const struct checklist_query *query, bool (*row)(void *context, const struct checklist_row *row),
                   void *context, struct err *err);

struct checklist_count {
  int all, open, hidden, overdue, done, dropped; /* tasks of the subject, not merged; overdue and hidden are among open */
};
int checklist_count(struct desk *desk, const char *subject, int64_t at, struct checklist_count *count, struct err *err);

/* When the next open line of this station falls due, after `at`; 0: none. For the agent. */
int64_t checklist_next_due(struct desk *desk, int64_t at);

/* Subject of the tasks of a record of kind response: its full name. The caller frees. */
char *checklist_subject(struct desk *desk, record_id record);

/* --- the lists as data (checklist_data.c) --------------------------------------------------------------------------------------------- */

struct checklist_line {
  char *id, *list;                            /* section; file without folder and ending */
  char *what, *owner, *basis;                 /* in the language of messages */
  const char *post, *stage, *merge, *done_by; /* choice names of kind task; post NULL: owner is words; done_by NULL */
  int minutes;                                /* -1: no clock */
  bool evidence;
};
struct checklist {
  struct checklist_line *lines;
  int count;
  char *trouble; /* what is wrong with the station's own file, instead of which the built-in one was taken; NULL: nothing */
};

/* The lines for a warning of this colour ("red" …; one without colour counts as blue) and event (word and code, either may be NULL), all
 * stages, in the files' order. -1 only if what is built in is missing. checklist_free in any case. */
int checklist_for_warning(const char *colour, const char *event, const char *event_code, struct checklist *checklist, struct err *err);
int checklist_for_response(int level, struct checklist *checklist, struct err *err);
void checklist_free(struct checklist *checklist);
/* Reads every list there is: -1 with file, line and field of the first that is wrong. */
int checklist_check(struct err *err);

extern const struct choice checklist_stages[], checklist_merges[], checklist_proofs[], checklist_posts[]; /* task.c */
extern const struct choice response_levels[]; /* names 1 … 4, the highest the least; response.c */

/* checklist.show: the lines for a colour and an event, or for a response level, without opening any; warning.checklist: a warning's
 * (checklist_show.c) */
extern const struct action checklist_actions[];

/* --- plans (plan_activate.c) ---------------------------------------------------------------------------------------------------------- */

extern const struct choice plan_colours[]; /* any, blue … red: from which a step counts; plan.c */
extern const struct action plan_actions[]; /* plan.activate, plan.stand_down */

#endif
