/* The overview: everything that waits for somebody, in one list sorted by due time, overdue on top. Computed from the records each time. */
#ifndef DESK_OVERVIEW_H
#define DESK_OVERVIEW_H

#include "desk/action.h"

enum overview_sort {
  DUE_SETUP,
  DUE_CALL,
  DUE_WARNING, /* the warning itself; whom to tell of it is DUE_RELAY */
  DUE_RELAY,
  DUE_REPORT,
  DUE_ROUND,
  DUE_ITEM,
  DUE_ORDER,
  DUE_HANDOVER,
  DUE_DUTYCHECK,
  DUE_DANGER,
  DUE_GAP,
  DUE_EXPIRY,
  DUE_CONFLICT,
  DUE_LATE,
  DUE_TRANSFER,
  DUE_WATCH,
  DUE_TEST
};

struct overview_line {
  enum overview_sort sort;
  int64_t due;             /* 0: no time set; these come after the timed ones */
  int64_t rings;           /* when its alarm begins (alarm.h); 0: at due. Before due: being late is then an alarm of its own */
  record_id about;         /* what its alarm goes by; 0: record and action */
  int part;                /* tells lines apart that share these and the time */
  const struct kind *kind; /* what Enter opens; NULL: `action` alone */
  record_id record;        /* 0 with a kind: its list (several are meant), or, with an action, the action without a subject */
  const char *action;      /* name of the action that Enter runs on record; NULL: show the record */
  char *text;              /* translated, for a list column; owned */
  char *who;               /* who has to do it; owned, may be NULL */
};

struct overview {
  struct overview_line *lines;
  int count, overdue;
  int64_t at;                           /* the instant it was computed for */
  int64_t receipt_within, relay_within; /* of the ladder, which is a file: read once for all lines */
  int64_t next;                         /* the soonest instant after it at which a line may come that is not here yet; 0: none known */
};

/* Reads small tables and the end of big ones, so that it stays fast with a million operations. overview_free in any case. */
int overview_read(struct desk *desk, struct overview *overview, struct err *err);
void overview_free(struct overview *overview);
int overview_read_at(struct desk *desk, int64_t at, struct overview *overview, struct err *err); /* the same for another instant */
const char *overview_sort_label(enum overview_sort sort); /* translated, one or two words: "Item", "Round" … */
const char *overview_sort_name(enum overview_sort sort);  /* for machines: "item", "round" … */

/* For the files that add lines (overview_watch.c): text is taken over, who copied (may be NULL). */
struct overview_line *overview_add(struct overview *overview, enum overview_sort sort, int64_t due, const struct kind *kind,
                                   record_id record, const char *action, char *text, const char *who);
/* A line will come at `instant`, if that is after the overview's own: kept in `next` if it is the soonest. */
void overview_expect(struct overview *overview, int64_t instant);
bool overview_is_quiet(struct desk *desk, const struct kind *kind); /* no record of the kind waits for anybody: one quick look */
int overview_calls(struct desk *desk, struct overview *overview, struct err *err);  /* calls and lists, by warning; overview_calls.c */
int overview_orders(struct desk *desk, struct overview *overview, struct err *err); /* asked of us, and by us of stations below */
int overview_watch(struct desk *desk, struct overview *overview,
                   struct err *err); /* what takes more than one query: rounds, reports, handover, roster, conflicts, set-up */
int overview_clocks(struct desk *desk, struct overview *overview, struct err *err); /* what the clock alone brings; overview_clocks.c */

/* The top line. Texts are owned; status_free. */
struct status {
  char *unit;
  int64_t at;
  char *post_a, *post_b, *leader; /* names; NULL: vacant */
  int64_t relief;                 /* next relief, 0 unknown */
  char *response;                 /* response level in force ("Ⅲ"), NULL: none */
  char *colour;                   /* "red", "orange", "yellow", "blue" of the highest warning in force; NULL: none */
  int undelivered;                /* own operations for a superior that no receipt covers */
  int64_t undelivered_since;      /* the clock of the oldest of them; 0: none */
  int alarms;                     /* open: due and unanswered (alarm.h) */
  int rung;                       /* of them those that have rung here */
  int64_t rang;                   /* counts the ringings here: a greater one than before is news */
  char *alarm;                    /* the most urgent that has rung; NULL: none */
  char *alarm_colour;             /* "red" …; NULL: none */
  int reach;                      /* who can be woken from here: enum alarm_reach */
  bool exercise;
};
int status_read(struct desk *desk, struct status *status, struct err *err);
/* The same beside an overview that was read just now, which gives the alarms. */
int status_read_beside(struct desk *desk, const struct overview *overview, struct status *status, struct err *err);
void status_free(struct status *status);

#endif
