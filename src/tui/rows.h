/* Which row of a list is chosen and which are in sight; moving repaints only what changes. */
#ifndef TUI_ROWS_H
#define TUI_ROWS_H

#include "tui/view.h"

struct rows {
  int count;        /* rows there are */
  int chosen;       /* -1 when there are none */
  int top;          /* first row in sight */
  struct area area; /* where they were drawn last */
};

void rows_set(struct rows *rows, int count);          /* keeps the choice where it can */
void rows_place(struct rows *rows, struct area area); /* to be called by draw before the rows are drawn */
/* Up, Down, PgUp, PgDn, Home, End. False: another key. */
bool rows_key(struct rows *rows, struct terminal *terminal, const struct key *key);
void rows_choose(struct rows *rows, struct terminal *terminal, int row);
/* Draws one row through `draw` (called with its index, its line of the screen and its style) for each row in sight that is dirty. */
void rows_draw(struct rows *rows, struct terminal *terminal,
               void (*draw)(void *context, struct terminal *terminal, int row, struct area area, bool is_chosen), void *context);

#endif
