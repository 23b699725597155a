/* A station's answer to a warning: one record of its own for each warning, linked by the key, so that its superior sees what became of what it
 * sent down. Written by the actions, never typed. */
#ifndef DESK_ANSWER_H
#define DESK_ANSWER_H

#include "desk/action.h"

struct act;

/* Notes in `act`, once each (a second time changes nothing): this station has read the warning; somebody on its ladder has answered; nothing more
 * is to be done. `warning`: key. */
int answer_received(struct desk *desk, struct act *act, const char *warning, int64_t at, struct err *err);
int answer_answered(struct desk *desk, struct act *act, const char *warning, int64_t at, const char *by, struct err *err);
int answer_finished(struct desk *desk, struct act *act, const char *warning, int64_t at, const char *why, struct err *err);

/* What a superior sees of one unit. Texts live until the row function returns; NULL if unknown. */
struct answer_line {
  const char *area, *name;      /* of the unit below */
  bool known;                   /* it has answered in a record of its own; otherwise unknown: all times are 0 */
  int64_t received_at, answered_at, finished_at;
  const char *received_by, *answered_by, *finished_by;
  int reached, all;             /* relayed n of m, counted from the lists of its area; m 0: no list */
  record_id call;               /* our own call to it, 0: none; */
  const char *call_state;       /* its state */
  int64_t called_at;            /* when somebody there answered our call; 0: nobody */
};
/* Each unit below this station in order of the area codes: unknown ones too. */
int answer_by_station(struct desk *desk, const char *warning, bool (*row)(void *context, const struct answer_line *line), void *context,
                      struct err *err);

#endif
