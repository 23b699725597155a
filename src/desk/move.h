/* Actions that move a record along its transition table and write what was asked for into the record's fields of the same names, in one
 * operation. */
#ifndef DESK_MOVE_H
#define DESK_MOVE_H

#include "desk/transition.h"

struct move {
  const struct kind *kind;
  const struct transition *table;
  const char *action;
  /* Rules beyond the table; NULL: none. */
  int (*check)(struct desk *desk, const struct record *record, const struct values *arguments, struct err *err);
  const char *at; /* time field that gets the moment of the move unless an argument of that name was given; or NULL */
};

bool move_possible(const struct move *move, const struct record *record);
/* The argument "why", if there is one, is the reason of the move. */
int move_run(struct desk *desk, const struct move *move, record_id id, const struct values *arguments, struct outcome *outcome,
             struct err *err);

/* `static const struct move NAME_move` must stand before; defines NAME_possible(). */
#define MOVE_POSSIBLE(name)                                                                                                                \
  static bool name##_possible(struct desk *desk, const struct record *record)                                                              \
  {                                                                                                                                        \
    (void)desk;                                                                                                                            \
    return move_possible(&name##_move, record);                                                                                            \
  }

/* The same, and NAME_run(). */
#define MOVE_FUNCTIONS(name)                                                                                                               \
  MOVE_POSSIBLE(name)                                                                                                                      \
  static int name##_run(struct desk *desk, record_id id, const struct values *arguments, struct outcome *outcome, struct err *err)         \
  {                                                                                                                                        \
    return move_run(desk, &name##_move, id, arguments, outcome, err);                                                                      \
  }

#endif
