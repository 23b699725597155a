/* Blocks of a document as pieces for PDF pages. For src/paper/page_pdf*.c only; built only with Pango. */
#ifndef PAPER_PAGE_PDF_BLOCKS_H
#define PAPER_PAGE_PDF_BLOCKS_H

#include "paper/page_canvas.h"
#include "paper/page_flow.h"
#include "paper/page_grid.h"

#define PDF_THIN 0.5 /* pens, points */
#define PDF_BOLD 1.0

struct pdf_blocks {
  const struct page *page;
  struct canvas *canvas;
  double left, width; /* of the body */
  struct flow_piece *pieces;
  size_t count, room;
  struct pdf_grid **grids; /* pieces point into them, so each stays where it is */
  size_t grid_count;
};

void pdf_blocks_make(struct pdf_blocks *blocks);
void pdf_blocks_free(struct pdf_blocks *blocks);

/* Draws lines of a piece with its upper edge at y; pdf_blocks_close the outer frame of the table that ends at y. */
void pdf_blocks_place(struct pdf_blocks *blocks, const struct flow_piece *piece, int page, double y, int from, int lines);
void pdf_blocks_close(struct pdf_blocks *blocks, const struct flow_piece *head, int page, double y);

#endif
