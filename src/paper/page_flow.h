/* Which piece of a document stands on which page and where: the same rules for text (heights in lines) and PDF (in points). */
#ifndef PAPER_PAGE_FLOW_H
#define PAPER_PAGE_FLOW_H

#include <stdbool.h>
#include <stddef.h>

struct flow_piece {
  double before;        /* space above it; none at the head of a page or right under its head */
  double height;        /* padding + lines * line, if it can be split */
  double after;         /* heads: what closing their piece of table takes at its foot */
  double line, padding; /* line 0: never split */
  int lines;
  const struct flow_piece *head; /* stands above it where its table begins and again on each page; NULL: none */
  bool keep;                     /* on the same page as the next piece */
  bool breaks;                   /* nothing itself: what follows begins a page */
  int group;                     /* pieces of one group (not 0) stay on one page if they fit on one */
  void *content;
};

struct flow_painter {
  void *context;
  double (*room)(void *context, int page); /* height of what pieces may fill; pages count from 0 */
  /* Lines from .. from+lines-1 of the piece at y. lead: the space before it, at y - before, is there too. */
  void (*place)(void *context, const struct flow_piece *piece, int page, double y, int from, int lines, bool lead);
  void (*close)(void *context, const struct flow_piece *head, int page, double y); /* a table ends here, on this page at least */
};

/* Returns the number of pages, at least 1. */
int flow_run(const struct flow_piece *pieces, size_t count, const struct flow_painter *painter);

#endif
