/* The rows of a list that are in sight, read by key from the store and written out once, so that drawing and moving need no store. */
#ifndef TUI_PAGE_H
#define TUI_PAGE_H

#include "desk/desk.h"
#include "tui/draw.h"

enum { PAGE_COLUMNS_MOST = 16 };

struct page_row {
  record_id id;
  char *cells[PAGE_COLUMNS_MOST];
  bool is_void, has_conflict;
};

struct page {
  const struct kind *kind;
  struct list_query query;                                           /* filters and with_void; the rest is set by page */
  int fields[PAGE_COLUMNS_MOST], widths[PAGE_COLUMNS_MOST], columns; /* what is shown, in this order */
  struct page_row *rows;
  int count, size;  /* rows held, rows wanted */
  bool is_at_start; /* what is new before the first row belongs to it */
  bool has_more;    /* there were rows after the last when it was read */
};

void page_start(struct page *page, const struct kind *kind);
void page_stop(struct page *page);
/* Which fields fit into `columns`, and how wide each is. */
void page_lay_out(struct page *page, const struct terminal *terminal, int columns);

/* Each fills the page anew with `size` rows; -1: could not be read. */
int page_first(struct page *page, struct desk *desk, struct err *err);
int page_last(struct page *page, struct desk *desk, struct err *err);
/* The page that begins with the row after the last (before the first) one held. 0 if there is none: then the page stays. */
int page_next(struct page *page, struct desk *desk, struct err *err);
int page_previous(struct page *page, struct desk *desk, struct err *err);
/* One row on (back): 1 if the page moved. */
int page_scroll(struct page *page, struct desk *desk, bool backwards, struct err *err);
/* Reads the same rows again, as far as they are still there. */
int page_again(struct page *page, struct desk *desk, struct err *err);

void page_draw_heading(const struct page *page, struct terminal *terminal, struct area area);
void page_draw_row(const struct page *page, struct terminal *terminal, int row, struct area area, bool is_chosen);

#endif
