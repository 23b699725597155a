/* A station's answer to a warning: one record of its own for each warning, linked by the key, so that its superior sees what became of
 * what it sent down. Written by the actions, never typed. */
#ifndef DESK_ANSWER_H
#define DESK_ANSWER_H

#include "desk/stations.h"

struct act;

/* SQL about a row of k_warning: this station has read its latest alert, by its own answer (a superior's warning is not ours to change).
 * No other table of the FROM may have columns key or sent. */
#define ANSWER_READ                                                                                                                        \
  "EXISTS (SELECT 1 FROM (SELECT warning AS read_key, read_sent, area AS read_area, voided AS read_voided FROM k_answer) WHERE read_key "  \
  "= key"                                                                                                                                  \
  " AND read_sent >= sent AND read_voided IS NULL AND read_area = (SELECT CAST(value AS TEXT) FROM meta WHERE name = 'area'))"

/* SQL about a row of k_warning: it is this station's own record; otherwise a superior's that came down. */
#define ANSWER_OURS "(SELECT ours_area FROM (SELECT id AS ours_id, area AS ours_area FROM keyed) WHERE ours_id = id) = " STATION_OWN

/* Notes in `act` that this station has read the warning as it stands now: first received_at, and the issue of the alert read last. */
void answer_received(struct desk *desk, struct act *act, const struct record *warning);
/* The same of the first on its ladder who has answered, and that nothing more is to be done (why: may be NULL). A second time changes
 * nothing. `warning`: key. */
void answer_answered(struct desk *desk, struct act *act, const char *warning, int64_t at, const char *by);
void answer_finished(struct desk *desk, struct act *act, const char *warning, int64_t at, const char *why);

/* What a superior sees of one unit. Texts live until the row function returns; NULL if unknown. */
struct answer_line {
  const char *area, *name; /* of the unit below */
  bool known;              /* it has answered in a record of its own; otherwise unknown: all times are 0 */
  int64_t received_at, answered_at, finished_at;
  const char *received_by, *answered_by, *finished_by;
  int reached, all;       /* relayed n of m, counted from the lists of its area; m 0: no list */
  record_id call;         /* our own call to it, 0: none; */
  const char *call_state; /* its state */
  int64_t called_at;      /* when somebody there answered our call; 0: nobody */
};
/* Each unit below this station in order of the area codes: unknown ones too. */
int answer_by_station(struct desk *desk, const char *warning, bool (*row)(void *context, const struct answer_line *line), void *context,
                      struct err *err);

#endif
