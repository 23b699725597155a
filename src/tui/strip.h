/* The actions that are open on a record, with the keys that start them: "1 Accept (a)  2 Decline (x)  p Print". An action's digit is the
 * same whatever else is open: the hand knows it. */
#ifndef TUI_STRIP_H
#define TUI_STRIP_H

#include "tui/shell.h"

enum { STRIP_DIGITS = 9, STRIP_MOST = 32 };

struct strip {
  const struct action *by_digit[STRIP_DIGITS]; /* from 1; NULL: that digit starts nothing now */
  const struct action *others[STRIP_MOST];     /* beyond the digits: by their own keys alone */
  int other_count;
};

/* record: NULL for actions on a kind without one. */
void strip_fill(struct strip *strip, struct shell *shell, const char *kind, const struct record *record);
/* The action that the key starts, by its digit or its own key; NULL: none. F-keys stay the screen's own. */
const struct action *strip_action(const struct strip *strip, int code);
/* Draws it with a rule below and returns the rows taken; 0: nothing is open. */
int strip_draw(const struct strip *strip, struct terminal *terminal, struct area area);

#endif
