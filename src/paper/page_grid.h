/* Blocks that are ruled boxes (pairs, tables, signatures, notes) as one thing: rows of cells that span columns. For the painters only. */
#ifndef PAPER_PAGE_GRID_H
#define PAPER_PAGE_GRID_H

#include "paper/page_model.h"

struct grid_cell {
  const char *text; /* borrowed from the block or gettext */
  const char *note; /* smaller, under the text; NULL: none */
  int span;
  enum page_align align;
  bool cut, shaded, bold, struck;
  enum { GRID_NO_BOX, GRID_BOX, GRID_TICKED } box;
};

struct grid_row {
  struct grid_cell *cells;
  int count;
  int hand; /* at least so many lines high, to write in by hand; 0: as its text needs */
};

struct grid {
  int columns;
  int width[PAGE_COLUMNS], weight[PAGE_COLUMNS]; /* as in struct page_column; weight only where width is 0 */
  bool has_head;                                 /* rows[0] stands again on each page */
  struct grid_row *rows;
  size_t count, room;
};

/* False when the block is not of that kind. */
bool grid_make(struct grid *grid, const struct page_block *block, enum text_ambiguous ambiguous);
void grid_free(struct grid *grid);

/* Shares `total` among the columns into widths[]; a column of text is `unit` wide. Fixed widths that leave too little to the others
 * shrink. The sum is exactly `total`; with very many columns some may get 0. */
void grid_share(const struct grid *grid, int total, int unit, int widths[PAGE_COLUMNS]);

#endif
