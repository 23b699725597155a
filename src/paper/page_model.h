/* What page.h builds and the painters read. For src/paper/page*.c only. */
#ifndef PAPER_PAGE_MODEL_H
#define PAPER_PAGE_MODEL_H

#include "paper/page.h"

/* The values are part of page_digest: new ones only at the end. */
enum page_kind {
  PAGE_HEADING,
  PAGE_PARAGRAPH,
  PAGE_NOTE,
  PAGE_PAIRS,
  PAGE_TABLE,
  PAGE_SIGNATURES,
  PAGE_LINES,
  PAGE_SPACE,
  PAGE_BREAK,
};

/* cells: table: one text a column, or one in all (PAGE_SPAN) · pairs: label, value (PAGE_SPAN: on a row of its own) ·
 * signatures: label, name, time, of which the last two may be NULL. */
struct page_cells {
  unsigned marks;
  size_t count;
  char **texts;
};

struct page_block {
  enum page_kind kind;
  unsigned marks;
  int number; /* heading: level · pairs, signatures: across · lines, space: how many */
  int group;  /* of blocks to be kept together; 0: none */
  char *label;
  char *text;                  /* table: what it says without rows, or NULL */
  struct page_column *columns; /* labels translated and owned */
  size_t column_count;
  struct page_cells *rows;
  size_t row_count, row_room;
};

struct page {
  struct page_head head; /* texts owned, never NULL */
  struct page_block *blocks;
  size_t count, room;
  int groups;
  bool together;
};

#endif
