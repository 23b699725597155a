#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#ifdef HAVE_PANGO

#include "paper/page_pdf_blocks.h"

#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"

#include <stdlib.h>

/* Points. */
#define PAD_X 4.0
#define PAD_Y 3.0
#define TICK 7.5
#define TICK_ROOM 11.0
#define WRITING_LINE 24.0 /* 8.5 mm: what ruled paper has */

/* What a piece draws: lines of a text, a row of a grid, or a line to write on. */
struct drawing {
  void (*draw)(struct pdf_blocks *blocks, const struct drawing *drawing, int page, double y, int from, int lines);
  struct canvas_text text;
  int first; /* line of text */
  const struct pdf_grid *grid;
  const struct pdf_row *row;
};

struct pdf_cell {
  struct canvas_text text, note; /* note.lines 0: none */
  double x, width;
};

struct pdf_row {
  const struct grid_row *row;
  struct pdf_cell *cells;
  int lines;
};

struct pdf_grid {
  struct grid grid;
  struct pdf_row *rows;
  double x[PAGE_COLUMNS + 1]; /* edges of columns */
  struct flow_piece head;
  double top; /* where it begins on the page being placed */
};

static struct flow_piece *add_piece(struct pdf_blocks *blocks, const struct drawing *drawing, double height, int group)
{
  struct flow_piece *piece;

  if (blocks->count == blocks->room) {
    blocks->room = blocks->room ? blocks->room * 2 : 64;
    blocks->pieces = mem_grow(blocks->pieces, blocks->room, sizeof *blocks->pieces);
  }
  piece = &blocks->pieces[blocks->count++];
  *piece = (struct flow_piece){ .height = height, .lines = 1, .group = group };
  if (drawing) {
    piece->content = mem_zero(1, sizeof *drawing);
    *(struct drawing *)piece->content = *drawing;
  }
  return piece;
}

/* Space above a block, by what stands above it. */
static double gap(const struct page_block *block, const struct page *page)
{
  enum page_kind above = block > page->blocks ? block[-1].kind : PAGE_BREAK;

  if (above == PAGE_SPACE || above == PAGE_BREAK) return 0;
  if (block->kind == PAGE_HEADING) return block->number == 1 ? 12 : 9;
  if (above == PAGE_HEADING) return 4;
  return block->kind == PAGE_PARAGRAPH && above == PAGE_PARAGRAPH ? 3 : 8;
}

/* ---- Text ---- */

static void draw_lines(struct pdf_blocks *blocks, const struct drawing *drawing, int page, double y, int from, int lines)
{
  canvas_put_text(blocks->canvas, page, &drawing->text, blocks->left, y, drawing->first + from, lines);
}

static void add_heading(struct pdf_blocks *blocks, const struct page_block *block)
{
  struct canvas_setting setting = { .width = blocks->width };
  struct drawing drawing = { .draw = draw_lines };
  struct flow_piece *piece;

  drawing.text = canvas_text(blocks->canvas, block->number == 1 ? CANVAS_HEADING : CANVAS_SUBHEADING, block->text, &setting);
  piece = add_piece(blocks, &drawing, drawing.text.lines * drawing.text.line, block->group);
  piece->lines = drawing.text.lines;
  piece->before = gap(block, blocks->page);
  piece->keep = true;
}

/* Each line is a piece, so that a paragraph may go on on the next page; its first two and last two lines stay together. */
static void add_paragraph(struct pdf_blocks *blocks, const struct page_block *block)
{
  struct canvas_setting setting = { .width = blocks->width, .bold = block->marks & PAGE_BOLD, .struck = block->marks & PAGE_STRUCK };
  struct drawing drawing = { .draw = draw_lines };

  setting.indent = i18n_is_chinese() ? 2 * canvas_em(CANVAS_BODY) : 0;
  drawing.text = canvas_text(blocks->canvas, CANVAS_BODY, block->text, &setting);
  for (int i = 0; i < drawing.text.lines; i++) {
    struct flow_piece *piece;

    drawing.first = i;
    piece = add_piece(blocks, &drawing, drawing.text.line, block->group);
    piece->before = i ? 0 : gap(block, blocks->page);
    piece->keep = (i == 0 || i == drawing.text.lines - 2) && i < drawing.text.lines - 1;
  }
}

static void draw_writing_line(struct pdf_blocks *blocks, const struct drawing *drawing, int page, double y, int from, int lines)
{
  (void)drawing;
  (void)from;
  (void)lines;
  canvas_put_line(blocks->canvas, page, blocks->left, y + WRITING_LINE - 1, blocks->width, PDF_THIN);
}

static void add_writing_lines(struct pdf_blocks *blocks, const struct page_block *block)
{
  static const struct drawing line = { .draw = draw_writing_line };
  struct canvas_setting setting = { .width = blocks->width };
  struct drawing label = { .draw = draw_lines };

  if (*block->label) {
    struct flow_piece *piece;

    label.text = canvas_text(blocks->canvas, CANVAS_BODY, block->label, &setting);
    piece = add_piece(blocks, &label, label.text.lines * label.text.line, block->group);
    piece->lines = label.text.lines;
    piece->before = gap(block, blocks->page);
    piece->keep = true;
  }
  for (int i = 0; i < block->number; i++) add_piece(blocks, &line, WRITING_LINE, block->group);
}

/* ---- Grids ---- */

static double edge_after(const struct pdf_grid *drawn, const struct grid_row *row, int cell)
{
  int at = 0;

  for (int i = 0; i <= cell; i++) at += row->cells[i].span;
  return drawn->x[at];
}

static void set_cell(struct pdf_blocks *blocks, struct pdf_cell *set, const struct grid_cell *cell)
{
  double tick = cell->box == GRID_NO_BOX ? 0 : TICK_ROOM;
  struct canvas_setting setting = {
    .width = set->width - 2 * PAD_X - tick,
    .align = cell->align,
    .bold = cell->bold,
    .struck = cell->struck,
    .cut = cell->cut,
  };

  set->text = canvas_text(blocks->canvas, CANVAS_CELL, cell->text, &setting);
  if (!cell->note) return;
  setting = (struct canvas_setting){ .width = set->width - 2 * PAD_X, .align = *cell->text ? cell->align : PAGE_RIGHT };
  set->note = canvas_text(blocks->canvas, CANVAS_NOTE, cell->note, &setting);
}

static void set_row(struct pdf_blocks *blocks, struct pdf_grid *drawn, struct pdf_row *set, const struct grid_row *row)
{
  double x = drawn->x[0];

  set->row = row;
  set->cells = mem_zero((size_t)row->count, sizeof *set->cells);
  set->lines = row->hand ? row->hand : 1;
  for (int i = 0; i < row->count; i++) {
    struct pdf_cell *cell = &set->cells[i];

    cell->x = x;
    x = edge_after(drawn, row, i);
    cell->width = x - cell->x;
    set_cell(blocks, cell, &row->cells[i]);
    if (cell->text.lines + cell->note.lines > set->lines) set->lines = cell->text.lines + cell->note.lines;
  }
}

static int smaller(int a, int b)
{
  return a < b ? a : b;
}

/* Lines of a cell that fall in from .. from+lines-1 of its row, with `above` lines of the row above the cell's first. */
static void put_part(struct canvas *canvas, const struct canvas_text *text, int page, double x, double y, int from, int lines)
{
  int first = from > 0 ? from : 0, skipped = first - from;

  canvas_put_text(canvas, page, text, x, y + skipped * text->line, first, smaller(lines - skipped, text->lines - first));
}

static void draw_cell(struct pdf_blocks *blocks, const struct pdf_row *set, int index, int page, double y, int from, int lines)
{
  const struct pdf_cell *cell = &set->cells[index];
  const struct grid_cell *is = &set->row->cells[index];
  double x = cell->x + PAD_X, top = y + PAD_Y;
  int used = cell->text.lines + cell->note.lines;

  if (lines == set->lines && !(is->note && !*is->text)) /* a whole row: centred from top to bottom */
    top += (lines - used) * cell->text.line / 2;
  if (is->box != GRID_NO_BOX && from == 0)
    canvas_put_tick_box(blocks->canvas, page, x, top + (cell->text.line - TICK) / 2, TICK, is->box == GRID_TICKED);
  put_part(blocks->canvas, &cell->text, page, x + (is->box == GRID_NO_BOX ? 0 : TICK_ROOM), top, from, lines);
  if (!cell->note.lines) return;
  if (*is->text)
    put_part(blocks->canvas, &cell->note, page, x, top, from - cell->text.lines, lines);
  else /* to be written in by hand: at its foot */
    put_part(blocks->canvas, &cell->note, page, x, top, from - (set->lines - cell->note.lines), lines);
}

static void draw_row(struct pdf_blocks *blocks, const struct pdf_row *set, int page, double y, int from, int lines)
{
  double height = lines * canvas_line(CANVAS_CELL) + 2 * PAD_Y;

  for (int i = 0; i < set->row->count; i++) {
    const struct pdf_cell *cell = &set->cells[i];

    if (set->row->cells[i].shaded) canvas_put_shade(blocks->canvas, page, cell->x, y, cell->width, height);
    canvas_put_frame(blocks->canvas, page, cell->x, y, cell->width, height, PDF_THIN);
    draw_cell(blocks, set, i, page, y, from, lines);
  }
}

static void draw_grid_row(struct pdf_blocks *blocks, const struct drawing *drawing, int page, double y, int from, int lines)
{
  draw_row(blocks, drawing->row, page, y, from, lines);
}

static void draw_grid_head(struct pdf_blocks *blocks, const struct drawing *drawing, int page, double y, int from, int lines)
{
  ((struct pdf_grid *)drawing->grid)->top = y;
  if (drawing->grid->grid.has_head) draw_row(blocks, drawing->grid->rows, page, y, from, lines);
}

static void share_widths(struct pdf_blocks *blocks, struct pdf_grid *drawn)
{
  enum { FINE = 100 };
  int widths[PAGE_COLUMNS], columns = drawn->grid.columns, padding = (int)(2 * PAD_X * FINE);

  grid_share(&drawn->grid, (int)(blocks->width * FINE) - columns * padding, (int)(canvas_em(CANVAS_CELL) * FINE / 2) + 1, widths);
  drawn->x[0] = blocks->left;
  for (int i = 0; i < columns; i++) drawn->x[i + 1] = drawn->x[i] + (widths[i] + padding) / (double)FINE;
  drawn->x[columns] = blocks->left + blocks->width;
}

static double row_height(const struct pdf_row *row)
{
  return row->lines * canvas_line(CANVAS_CELL) + 2 * PAD_Y;
}

static void set_head(struct pdf_grid *drawn, double before)
{
  struct drawing *drawing = mem_zero(1, sizeof *drawing);

  *drawing = (struct drawing){ .draw = draw_grid_head, .grid = drawn };
  drawn->head = (struct flow_piece){ .before = before, .content = drawing };
  if (drawn->grid.has_head) {
    drawn->head.lines = drawn->rows[0].lines;
    drawn->head.height = row_height(&drawn->rows[0]);
  }
}

static bool names_a_group(const struct grid *grid, const struct grid_row *row)
{
  return grid->columns > 1 && row->count == 1 && row->cells[0].shaded;
}

static void add_rows(struct pdf_blocks *blocks, struct pdf_grid *drawn, const struct page_block *block)
{
  for (size_t i = drawn->grid.has_head; i < drawn->grid.count; i++) {
    const struct pdf_row *row = &drawn->rows[i];
    struct drawing drawing = { .draw = draw_grid_row, .row = row };
    struct flow_piece *piece = add_piece(blocks, &drawing, row_height(row), block->group);

    piece->lines = row->lines;
    piece->line = canvas_line(CANVAS_CELL);
    piece->padding = 2 * PAD_Y;
    piece->head = &drawn->head;
    piece->keep = i + 1 < drawn->grid.count && (names_a_group(&drawn->grid, row->row) || block->kind == PAGE_SIGNATURES);
  }
  if (drawn->grid.has_head && drawn->grid.count == 1) add_piece(blocks, NULL, 0, block->group)->head = &drawn->head;
}

static void add_grid(struct pdf_blocks *blocks, const struct page_block *block)
{
  struct pdf_grid *drawn = mem_zero(1, sizeof *drawn);

  if (!grid_make(&drawn->grid, block, TEXT_NARROW)) ERR_BUG("a block of a document that PDF cannot draw");
  blocks->grids = mem_grow(blocks->grids, blocks->grid_count + 1, sizeof *blocks->grids);
  blocks->grids[blocks->grid_count++] = drawn;
  if (!drawn->grid.count) return;
  share_widths(blocks, drawn);
  drawn->rows = mem_zero(drawn->grid.count, sizeof *drawn->rows);
  for (size_t i = 0; i < drawn->grid.count; i++) set_row(blocks, drawn, &drawn->rows[i], &drawn->grid.rows[i]);
  set_head(drawn, gap(block, blocks->page));
  add_rows(blocks, drawn, block);
}

/* ---- All ---- */

void pdf_blocks_make(struct pdf_blocks *blocks)
{
  for (size_t i = 0; i < blocks->page->count; i++) {
    const struct page_block *block = &blocks->page->blocks[i];

    switch (block->kind) {
    case PAGE_HEADING: add_heading(blocks, block); break;
    case PAGE_PARAGRAPH: add_paragraph(blocks, block); break;
    case PAGE_LINES: add_writing_lines(blocks, block); break;
    case PAGE_SPACE: add_piece(blocks, NULL, 0, block->group)->before = block->number * canvas_line(CANVAS_BODY); break;
    case PAGE_BREAK: add_piece(blocks, NULL, 0, 0)->breaks = true; break;
    default: add_grid(blocks, block);
    }
  }
}

static void free_grid(struct pdf_grid *drawn)
{
  for (size_t i = 0; drawn->rows && i < drawn->grid.count; i++) free(drawn->rows[i].cells);
  free(drawn->rows);
  free(drawn->head.content);
  grid_free(&drawn->grid);
  free(drawn);
}

void pdf_blocks_free(struct pdf_blocks *blocks)
{
  for (size_t i = 0; i < blocks->count; i++) free(blocks->pieces[i].content);
  for (size_t i = 0; i < blocks->grid_count; i++) free_grid(blocks->grids[i]);
  free(blocks->pieces);
  free(blocks->grids);
}

void pdf_blocks_place(struct pdf_blocks *blocks, const struct flow_piece *piece, int page, double y, int from, int lines)
{
  const struct drawing *drawing = piece->content;

  if (drawing) drawing->draw(blocks, drawing, page, y, from, lines);
}

void pdf_blocks_close(struct pdf_blocks *blocks, const struct flow_piece *head, int page, double y)
{
  const struct drawing *drawing = head->content;

  canvas_put_frame(blocks->canvas, page, blocks->left, drawing->grid->top, blocks->width, y - drawing->grid->top, PDF_BOLD);
}

#else

typedef int page_pdf_blocks_is_empty; /* built without PDF: page_pdf says so */

#endif
