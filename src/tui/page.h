/* The rows of a list that are in sight, read by key from a source and written out once, so that drawing and moving need no store.
 * However long the list is, no more than a page of it is read. */
#ifndef TUI_PAGE_H
#define TUI_PAGE_H

#include "desk/desk.h"
#include "tui/draw.h"

enum { PAGE_CELLS = 16, PAGE_POSITION = 408 };

struct page_row {
  record_id id;                          /* what the row is about; 0: something else, the source knows */
  char *cells[PAGE_CELLS];               /* translated texts, owned; what each means is the source's */
  char mark;                             /* in front: 'x' struck, '?' in conflict, ' ' nothing */
  enum style style;                      /* when it is not the chosen one */
  unsigned char position[PAGE_POSITION]; /* where the list goes on behind it, as the source wants it */
};

struct page;
struct page_reading;
struct page_source {
  size_t position_size; /* at most PAGE_POSITION */
  /* Gives page_take() for each row behind `after` (before it: backwards, nearest first; NULL: from the start, backwards from the end),
   * at most `limit`. */
  int (*read)(struct page *page, struct desk *desk, const void *after, bool backwards, int limit, struct page_reading *reading,
              struct err *err);
};
/* A new row with this position, whose cells the source fills. */
struct page_row *page_take(struct page_reading *reading, record_id id, const void *position);

struct page {
  const struct page_source *source;
  void *context; /* the source's */
  struct page_row *rows;
  int count, size;  /* rows held, rows wanted */
  bool is_at_start; /* what is new before the first row belongs to it */
  bool has_more;    /* there were rows after the last when it was read */
};

void page_start(struct page *page, const struct page_source *source, void *context);
void page_stop(struct page *page);

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
/* The page that begins with the row at this position, or, if it is not in the list, with the one that would follow it. */
int page_from(struct page *page, struct desk *desk, const void *position, struct err *err);

#endif
