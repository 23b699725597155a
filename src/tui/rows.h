/* Which row of a list is chosen and which are in sight; moving repaints only what changes. */
#ifndef TUI_ROWS_H
#define TUI_ROWS_H

#include "tui/view.h"

struct rows {
  int count;        /* rows there are */
  int chosen;       /* -1 when there are none */
  int top;          /* first row in sight */
  struct area area; /* where they were drawn last */
  /* Is the row a heading, which is never chosen while there is another row? Asked with `context`; NULL: none is. Set once, by whoever opens
   * the view. */
  bool (*is_heading)(const void *context, int row);
  const void *context;
};

void rows_set(struct rows *rows, int count); /* keeps the choice where it can; to be called when the rows can be asked about */
/* To be called by draw before the rows are drawn. The headings right above the chosen row are in sight with it if they fit. */
void rows_place(struct rows *rows, struct area area);
/* Up, Down, PgUp, PgDn, Home, End. False: another key. */
bool rows_key(struct rows *rows, struct terminal *terminal, const struct key *key);
/* The row, or the last or the first if it lies beyond them. A heading is passed over in the direction of the move; when nothing but
 * headings follows, back to the nearest row that is none. */
void rows_choose(struct rows *rows, struct terminal *terminal, int row);
/* Draws one row through `draw` (called with its index, its line of the screen and its style) for each row in sight that is dirty. */
void rows_draw(struct rows *rows, struct terminal *terminal,
               void (*draw)(void *context, struct terminal *terminal, int row, struct area area, bool is_chosen), void *context);

#endif
