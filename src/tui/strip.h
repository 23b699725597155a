/* The actions that are open on a record, with the digits that start them: "1 Accept (a)  2 Decline (x)". */
#ifndef TUI_STRIP_H
#define TUI_STRIP_H

#include "tui/shell.h"

enum { STRIP_MOST = 9 };

struct strip {
  const struct action *actions[STRIP_MOST]; /* by digit from 1; NULL: that digit starts nothing */
  int count;                                /* of those that are there */
};

/* record: NULL for actions on a kind without one. */
void strip_fill(struct strip *strip, struct shell *shell, const char *kind, const struct record *record);
/* The action that the key starts, by its digit or its own key; NULL: none. F-keys stay the screen's own. */
const struct action *strip_action(const struct strip *strip, int code);
/* Draws it with a rule below and returns the rows taken; 0: nothing is open. */
int strip_draw(const struct strip *strip, struct terminal *terminal, struct area area);

#endif
