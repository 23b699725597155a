/* How a warning went, in minutes, counted from its records and shown as it was: what was late or never happened is said, not rounded
 * away. */
#ifndef DESK_WARNING_FIGURES_H
#define DESK_WARNING_FIGURES_H

#include "desk/call.h"
#include "desk/relay.h"

struct warning_figures {
  int64_t received;                     /* the instant from which all are counted: when it first came here */
  int64_t receipt_at;                   /* acknowledged; 0: not */
  int64_t answer_at;                    /* the first one who answered; 0: nobody */
  int64_t answered_at;                  /* everybody who was to answer has; 0: not yet */
  int64_t relayed_at;                   /* nobody unreached any more; 0: not yet, or there is no list */
  int64_t receipt_within, relay_within; /* what the ladder allows, ms */
  bool is_over;                         /* no longer in force */
  int64_t late;                         /* calls that wait beyond their time */
  int64_t empty;                        /* rungs with nobody to call */
  int64_t silent;                       /* ladders that were closed with no answer */
  struct call_count calls;
  struct relay_count relay;
};

/* 0 or -1. Of this station's own records alone. */
int warning_figures_read(struct desk *desk, const struct record *warning, int64_t now, struct warning_figures *figures, struct err *err);
/* Appends one translated line for each thing that was late or is missing, e.g. "Acknowledged 14 minutes late". Returns how many. */
int warning_figures_missed(const struct warning_figures *figures, int64_t now, struct buf *out);
/* The same in one line: where it stands, its minutes, what was missed. 0 or -1. */
int warning_figures_text(struct desk *desk, const struct record *warning, int64_t now, struct buf *out, struct err *err);
/* Whole minutes from `from` to `at`, rounded up, so that 0 is only what took no time; -1 if either is 0. */
int64_t warning_minutes(int64_t from, int64_t at);

#endif
