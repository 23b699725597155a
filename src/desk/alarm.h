/* Alarms are computed: what is on the overview and due is an alarm, the same at every node of the area. Answering one is an operation, so
 * that one answer counts everywhere. What has rung is this node's own business (local facts), and survives restarts and clock steps. */
#ifndef DESK_ALARM_H
#define DESK_ALARM_H

#include "desk/action.h"
#include "desk/overview.h"
#include "formats/alert.h"

struct alarm {
  char key[32]; /* sort and hash: "item-3f9a0c2b7d51" */
  enum overview_sort sort;
  enum alert_colour colour; /* urgency: of the warning concerned, or what this sort of thing is worth by itself */
  int64_t since;            /* the instant from which it rings */
  int64_t due;              /* of the line; later than `since` if it rings before */
  const struct kind *kind;  /* what it is about and what Enter does: as in struct overview_line */
  record_id record;
  const char *action;
  char *text, *who; /* owned; who may be NULL */
  int64_t rang;     /* when it rang last here; 0: not yet */
};

struct alarms {
  struct alarm *list; /* open ones, the most urgent and oldest first */
  int count, rung;    /* of them those that have rung here */
  int64_t at;
  int64_t next; /* the next instant at which something becomes due, as far as the present records say; at most the next midnight */
};

/* The open alarms: due and unanswered. alarms_free in any case. */
int alarm_read(struct desk *desk, int64_t at, struct alarms *alarms, struct err *err);
/* The same from an overview that was just read. */
int alarm_from(struct desk *desk, const struct overview *overview, struct alarms *alarms, struct err *err);
void alarms_free(struct alarms *alarms);
const char *alarm_colour_label(enum alert_colour colour); /* translated: "Red"; "" for none */

/* --- ringing: what the agent keeps of it ------------------------------------------------------------------------------------------- */

/* When the alarm has to ring next: its first time, or the repeat of its colour, after the quiet hours of its colour (never of red). 0: not
 * again. Whatever the clock did meanwhile, an alarm rings for the first time once; after a step back its repeats begin anew. */
int64_t alarm_rings_at(struct desk *desk, const struct alarm *alarm, int64_t at);
/* Notes that these ring at `at`, before anything is told to anybody; then, once every way has been set off, that they were told. One that
 * was noted but not told (the agent was killed in between) rings again at once. Screens look at alarm_rang(). */
int alarm_note_rung(struct desk *desk, const struct alarm *const list[], int count, int64_t at, struct err *err);
int alarm_note_told(struct desk *desk, const struct alarm *const list[], int count, struct err *err);
int64_t alarm_rung_last(struct desk *desk, const char *key); /* when it rang last here; 0: never */
int64_t alarm_rang(struct desk *desk);                       /* counts the ringings at this node */
/* Forgets what rang long ago and is not open any more. */
int alarm_forget_old(struct desk *desk, const struct alarms *open, struct err *err);

/* What the agent has to say to whoever sits at a screen: the last notice, with a number that grows. The caller frees. NULL: none. */
char *alarm_notice(struct desk *desk, int64_t *number);
int alarm_give_notice(struct desk *desk, const char *text, struct err *err);
/* Writes it into the day log, in the name of `officer` (0: nobody's). */
int alarm_log(struct desk *desk, const char *action, record_id officer, const char *text, struct err *err);

/* --- hours of the day -------------------------------------------------------------------------------------------------------------- */

/* "22:00-06:00" as settings have it; empty: no hours. When the stretch that holds `at` began, 0 if none does. */
int64_t alarm_hours_began(const char *hours, int64_t at);
int64_t alarm_hours_change(const char *hours, int64_t at); /* the next beginning or end after `at`; 0: none */
int alarm_hours_check(const char *option, const char *hours, struct err *err);

/* --- local facts ------------------------------------------------------------------------------------------------------------------- */

int64_t alarm_last_key(struct desk *desk); /* when somebody signed in last pressed a key here; 0: never */
int alarm_note_key(struct desk *desk, int64_t at, struct err *err);
int64_t alarm_test_asked(struct desk *desk); /* a test that nobody has heard yet; 0: none */
record_id alarm_test_by(struct desk *desk);  /* who asked for it; 0: nobody known */
int64_t alarm_tested(struct desk *desk);     /* when the last test was set off on every way; 0: never */
int alarm_note_tested(struct desk *desk, int64_t at, struct err *err);

/* A way of ringing beside open screens: "desktop", "sms" …, and how it went last. */
int alarm_note_way(struct desk *desk, const char *way, bool works, const char *text, struct err *err);
int alarm_forget_ways(struct desk *desk, struct err *err);

/* Who can be woken from here. */
enum alarm_reach {
  REACH_OFF,     /* agent.start = off: decided so */
  REACH_NOBODY,  /* no agent runs, or no screen is open and no other way works */
  REACH_SCREENS, /* open screens only */
  REACH_WELL,    /* some way that works with no screen open */
};
enum alarm_reach alarm_reach(struct desk *desk);
const char *alarm_reach_name(enum alarm_reach reach); /* for machines: "off", "nobody", "screens", "well" */
const char *alarm_reach_text(enum alarm_reach reach); /* translated, one line; NULL for REACH_WELL */

extern const struct action alarm_actions[];

#endif
