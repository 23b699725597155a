/* A page of the records of a kind, with the columns that its descriptor asks for. */
#ifndef TUI_PAGE_KIND_H
#define TUI_PAGE_KIND_H

#include "tui/page.h"

struct page_kind { /* context of page_kind_source */
  const struct kind *kind;
  struct list_query query;                             /* filters and with_void; the rest is set when reading */
  int fields[PAGE_CELLS], widths[PAGE_CELLS], columns; /* what is shown, in this order */
};
extern const struct page_source page_kind_source;

void page_kind_start(struct page_kind *list, const struct kind *kind);
/* Which fields fit into `columns`, and how wide each is. */
void page_kind_lay_out(struct page_kind *list, const struct terminal *terminal, int columns);

void page_kind_draw_heading(const struct page_kind *list, struct terminal *terminal, struct area area);
void page_kind_draw_row(const struct page_kind *list, const struct page_row *row, struct terminal *terminal, struct area area,
                        bool is_chosen);

#endif
