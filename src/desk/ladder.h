/* The call ladder (叫应): whom a warning makes us call, in what order, how long each has to answer, and who is next. Ladders are data
 * (data/ladders/NAME.ini, overruled by /etc/dutydesk/ladders/NAME.ini; the setting warning.ladder picks one); calls are records (call.h).
 *
 * A chain is a rung that begins by itself with what follows from it when nobody answers. Everything here may run on every node of an
 * area, as often as one likes: calls are keyed by warning, colour, area, chain, rung and callee, so that two nodes make one record of
 * each. */
#ifndef DESK_LADDER_H
#define DESK_LADDER_H

#include "desk/action.h"
#include "formats/alert.h"

struct act;

enum ladder_who {
  LADDER_POST_A, /* officer on post A, now */
  LADDER_POST_B,
  LADDER_LEADER,   /* duty leader */
  LADDER_SUPERIOR, /* duty phone of the unit above */
  LADDER_STATION,  /* each unit below in the warning's area, by its own steps */
  LADDER_MONITOR,  /* monitor of each hazard point in the warning's area */
  LADDER_ROLE,     /* contacts whose role is `named` */
  LADDER_SORT,     /* contacts whose sort is `named` (choice name) */
  LADDER_CONTACT,  /* the contact called `named` */
};

/* Whom a station's rung tries, in the order of the file's `order`. */
enum ladder_step { LADDER_STEP_A, LADDER_STEP_B, LADDER_STEP_HEAD, LADDER_STEP_DUTY, LADDER_STEPS };

/* What follows when nobody has answered in time. */
enum ladder_then {
  LADDER_NEXT,   /* the next rung of the file that applies to the colour */
  LADDER_PERSON, /* somebody goes there (channel door) */
  LADDER_BACK,   /* back to the duty leader, who decides */
  LADDER_ALARM,  /* nothing more to call: the call stays unanswered and rings */
};

struct ladder_rung {
  char *name;  /* of the section: part of the key of its calls */
  char *title; /* what people call it: role of who is called; NULL: none */
  enum ladder_who who;
  char *named; /* role, sort or contact; NULL otherwise */
  enum ladder_step steps[LADDER_STEPS];
  int step_count;      /* LADDER_STATION only */
  const char *channel; /* choice name (warning_channels) */
  int64_t within;      /* ms to answer */
  int tries;           /* calls without an answer until the next one is called, though there is time left */
  enum ladder_then then;
  unsigned colours;     /* bits 1 << enum alert_colour */
  bool begins;          /* by itself when the ladder starts; otherwise only when the rung before was not answered */
  int64_t before_onset; /* ms: begins that long before the onset that the warning gives; 0: at once */
};

struct ladder {
  char *name, *title, *basis;
  int64_t receipt_within, relay_within; /* ms from receipt: the desk has acknowledged; everybody is told */
  int64_t call_within;                  /* ms to answer, and */
  int call_tries;                       /* calls without an answer, of a call made by hand */
  struct ladder_rung *rungs;
  int count;
};

/* Reads the ladder of that name. -1: there is none, or it says nothing usable; err names file, line and key. ladder_free in any case. */
int ladder_load(const char *name, struct ladder *ladder, struct err *err);
void ladder_free(struct ladder *ladder);
/* The one that warning.ladder names. One that cannot be read never stops a call: "standard" as compiled in is taken, *trouble (may be
 * NULL; the caller frees) says why, else NULL. */
int ladder_of_station(struct desk *desk, struct ladder *ladder, char **trouble, struct err *err);
/* Minutes standards of the station's ladder in ms: from receipt until the desk has acknowledged, until everybody is told, and from now
 * until a call made by hand is answered. They read the file each time. */
int64_t ladder_receipt_within(struct desk *desk);
int64_t ladder_relay_within(struct desk *desk);
int64_t ladder_call_within(struct desk *desk);

/* Puts into `act` the calls that the ladder begins with (due = now + minutes of the rung), for a real warning that rings here; calls of a
 * lower colour that still wait are closed. Those that exist stay as they are. To be called where a warning is acknowledged, and again
 * when its colour rises. Returns how many calls it made, skipped ones included, or -1 (the act must be cancelled). */
int ladder_start(struct desk *desk, struct act *act, const struct record *warning, struct err *err);

/* The same in an act of its own, noting too that this station has read the warning (answer.h); says in outcome what there is to call. */
int ladder_begin_warning(struct desk *desk, record_id warning, struct outcome *outcome, struct err *err);

/* warning.ack in one act: the warning's state (of one that is ours; a superior's is read by our answer), the answer, the ladder, the
 * checklist. */
bool ladder_may_acknowledge(struct desk *desk, const struct record *warning);
int ladder_acknowledge(struct desk *desk, record_id warning, const char *why, struct outcome *outcome, struct err *err);

/* Brings every ladder in force forward to `now`: rungs whose time has come, calls whose minutes or tries are used up, lists whose last
 * one was told, and fields that two nodes have reckoned differently. In one operation; none if nothing is due. Returns how many records
 * changed, or -1. For the agent at ladder_next() and for actions that may have used up a call. */
int ladder_advance(struct desk *desk, int64_t now, struct err *err);
/* When ladder_advance has something to do next; 0: nothing waits. Not after what is due already. */
int64_t ladder_next(struct desk *desk, int64_t now);

extern const struct action ladder_actions[];      /* warning.call, warning.relay, warning.finish */
extern const struct action ladder_show_actions[]; /* as text: call.sheet, relay.unreached, warning.stations, ladder.show */

#endif
