/* Runs of ready text lines, of which page_text puts pages together. For src/paper/page_text*.c only. */
#ifndef PAPER_PAGE_STRIP_H
#define PAPER_PAGE_STRIP_H

#include "base/buf.h"
#include "paper/page.h"
#include "paper/page_grid.h"

struct err;

/* A run of lines, each ended by a newline. */
struct strip {
  struct buf lines;
  int count;
  char *lead;  /* the rule between it and the row above; NULL: none */
  char *close; /* the rule under it where its table ends; NULL: none */
};

#define STRIP_INIT                                                                                                                         \
  {                                                                                                                                        \
    BUF_INIT, 0, NULL, NULL                                                                                                                \
  }

void page_strip_free(struct strip *strip);
void page_strip_end_line(struct strip *strip); /* ends the line whose bytes were added to strip->lines; trailing blanks go */
void page_strip_add(struct strip *strip, const char *line);
void page_strip_wrap(struct strip *strip, const char *text, const struct page_options *options);
void page_strip_wrap_centred(struct strip *strip, const char *text, const struct page_options *options);
void page_strip_fill(struct strip *strip, const char *with, const struct page_options *options); /* a line of one repeated character */
/* left at the left edge and right at the right one; on two lines if they do not fit on one. Nothing if both are empty. */
void page_strip_both_ends(struct strip *strip, const char *left, const char *right, const struct page_options *options);

/* A grid as strips: its head (or, where there is none, only its upper edge) and one for each row below. */
struct text_grid {
  struct strip head;
  struct strip *rows;
  bool *apart; /* rows[i] has a rule above it */
  size_t count;
};

/* -1: it has more columns than fit. The grid must have at least one row. */
int text_grid_draw(struct text_grid *drawn, const struct grid *grid, const struct page_options *options, struct err *err);

#endif
