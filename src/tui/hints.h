/* The key hints at the bottom: what the view on top says of its own keys, then the keys that work everywhere. */
#ifndef TUI_HINTS_H
#define TUI_HINTS_H

#include "tui/shell.h"

enum { HINTS_MOST = 48, HINT_ROWS_MOST = 3, HINT_KEY_BYTES = 16 };

struct hint {
  char key[HINT_KEY_BYTES];
  const char *text;
};

/* `needed` of them, from the first, are the view's own with the help, which tells the others: for these a second row is taken. */
struct hints {
  struct hint list[HINTS_MOST];
  int count, needed;
};

void hints_gather(struct hints *hints, struct shell *shell);                /* good as long as the view on top stays as it is */
int hints_rows(const struct hints *hints, const struct terminal *terminal); /* 1 to HINT_ROWS_MOST */
/* Draws each whole, in their order, into so many rows from `top`. What finds no room is left out, but never the last that is needed. */
void hints_draw(const struct hints *hints, struct terminal *terminal, int top, int rows);

#endif
