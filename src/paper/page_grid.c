#include "paper/page_grid.h"

#include "base/i18n.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

enum { HAND_ROW = 2, HAND_SIGNATURE = 4 };

static struct grid_row *add_row(struct grid *grid)
{
  struct grid_row *row;

  if (grid->count == grid->room) {
    grid->room = grid->room ? grid->room * 2 : 8;
    grid->rows = mem_grow(grid->rows, grid->room, sizeof *grid->rows);
  }
  row = &grid->rows[grid->count++];
  *row = (struct grid_row){ mem_zero((size_t)grid->columns, sizeof *row->cells), 0, 0 };
  return row;
}

static struct grid_cell *add_cell(struct grid_row *row, const char *text, int span)
{
  struct grid_cell *cell = &row->cells[row->count++];

  cell->text = text;
  cell->span = span;
  return cell;
}

static void add_label(struct grid_row *row, const char *text)
{
  struct grid_cell *cell = add_cell(row, text, 1);

  cell->shaded = true;
  cell->align = PAGE_CENTRE;
}

/* ---- Pairs and signatures: label, value, label, value … ---- */

static void pair_columns(struct grid *grid, const struct page_block *block, enum text_ambiguous ambiguous)
{
  static const int widest[] = { 20, 16, 12, 8 };
  int across = block->number, at = 0;

  grid->columns = across * 2;
  for (int i = 0; i < across; i++) {
    grid->width[2 * i] = 4;
    grid->weight[2 * i + 1] = 1;
  }
  for (size_t i = 0; i < block->row_count; i++) {
    bool wide = block->rows[i].marks & PAGE_SPAN;
    int *width, columns = text_columns(block->rows[i].texts[0], ambiguous);

    columns += columns % 2; /* a lone letter between Chinese characters (交班A岗) is wider in ink than half of one */
    if (wide) at = 0;
    width = &grid->width[2 * at];
    if (columns > widest[across - 1]) columns = widest[across - 1];
    if (columns > *width) *width = columns;
    at = wide ? 0 : (at + 1) % across;
  }
}

/* The last cell of a row that is not full reaches to the edge. */
static void fill_row(struct grid *grid)
{
  struct grid_row *row = grid->count ? &grid->rows[grid->count - 1] : NULL;
  int used = 0;

  for (int i = 0; row && i < row->count; i++) used += row->cells[i].span;
  if (row && row->count) row->cells[row->count - 1].span += grid->columns - used;
}

/* Nothing but empty values: to be filled in by hand. */
static bool is_form(const struct grid_row *row)
{
  for (int i = 1; i < row->count; i += 2) {
    if (*row->cells[i].text) return false;
  }
  return true;
}

static void make_pairs(struct grid *grid, const struct page_block *block, enum text_ambiguous ambiguous)
{
  struct grid_row *row = NULL;

  pair_columns(grid, block, ambiguous);
  for (size_t i = 0; i < block->row_count; i++) {
    const struct page_cells *pair = &block->rows[i];
    bool wide = pair->marks & PAGE_SPAN;

    if (!row || wide || row->count == grid->columns) {
      fill_row(grid);
      row = add_row(grid);
    }
    add_label(row, pair->texts[0]);
    add_cell(row, pair->texts[1], 1);
    if (wide) {
      fill_row(grid);
      row = NULL;
    }
  }
  fill_row(grid);
  for (size_t i = 0; i < grid->count; i++) grid->rows[i].hand = is_form(&grid->rows[i]) ? HAND_ROW : 0;
}

/* The same width for all: who signs where is no reason for boxes of different sizes. */
static void level_labels(struct grid *grid)
{
  int widest = 0;

  for (int i = 0; i < grid->columns; i += 2) widest = grid->width[i] > widest ? grid->width[i] : widest;
  for (int i = 0; i < grid->columns; i += 2) grid->width[i] = widest;
}

static void make_signatures(struct grid *grid, const struct page_block *block, enum text_ambiguous ambiguous)
{
  struct grid_row *row = NULL;

  pair_columns(grid, block, ambiguous);
  level_labels(grid);
  for (size_t i = 0; i < block->row_count; i++) {
    char **texts = block->rows[i].texts;
    struct grid_cell *cell;

    if (!row || row->count == grid->columns) row = add_row(grid);
    add_label(row, texts[0]);
    cell = add_cell(row, texts[1] ? texts[1] : "", 1);
    cell->bold = true;
    /* L10N: where somebody signs by hand and writes date and time */
    cell->note = texts[2] ? texts[2] : texts[1] ? NULL : _("____-__-__  __:__");
    if (!texts[1]) row->hand = HAND_SIGNATURE;
  }
  fill_row(grid);
}

/* ---- Tables ---- */

static void make_head(struct grid *grid, const struct page_block *block)
{
  struct grid_row *row = add_row(grid);

  for (int i = 0; i < grid->columns; i++) {
    struct grid_cell *cell = add_cell(row, block->columns[i].label, 1);

    cell->align = PAGE_CENTRE;
    cell->shaded = cell->bold = true;
  }
  grid->has_head = true;
}

static void make_row(struct grid *grid, const struct page_block *block, const struct page_cells *cells)
{
  struct grid_row *row = add_row(grid);
  bool span = cells->marks & PAGE_SPAN;

  for (size_t i = 0; i < cells->count; i++) {
    struct grid_cell *cell = add_cell(row, cells->texts[i], span ? grid->columns : 1);

    cell->align = span ? PAGE_LEFT : block->columns[i].align;
    cell->cut = !span && block->columns[i].cut;
    cell->struck = cells->marks & PAGE_STRUCK;
    cell->bold = cells->marks & PAGE_BOLD;
    cell->shaded = span;
  }
  row->cells[0].box = cells->marks & PAGE_TICKED ? GRID_TICKED : cells->marks & PAGE_BOX ? GRID_BOX : GRID_NO_BOX;
  row->hand = cells->marks & PAGE_TALL ? HAND_ROW : 0;
}

static void make_table(struct grid *grid, const struct page_block *block)
{
  grid->columns = (int)block->column_count;
  for (int i = 0; i < grid->columns; i++) {
    const struct page_column *column = &block->columns[i];

    grid->width[i] = column->width > 0 ? column->width : 0;
    grid->weight[i] = column->width > 0 ? 0 : column->weight > 0 ? column->weight : 1;
  }
  make_head(grid, block);
  for (size_t i = 0; i < block->row_count; i++) make_row(grid, block, &block->rows[i]);
  if (!block->row_count && block->text) add_cell(add_row(grid), block->text, grid->columns)->align = PAGE_CENTRE;
}

static void make_note(struct grid *grid, const struct page_block *block, enum text_ambiguous ambiguous)
{
  enum { WIDEST_LABEL = 16 };
  int columns = text_columns(block->label, ambiguous);
  struct grid_row *row;

  grid->columns = *block->label ? 2 : 1;
  grid->width[0] = columns < WIDEST_LABEL ? columns : WIDEST_LABEL;
  grid->weight[grid->columns - 1] = 1;
  row = add_row(grid);
  if (*block->label) {
    add_label(row, block->label);
    row->cells[0].bold = true;
  }
  add_cell(row, block->text, 1);
}

bool grid_make(struct grid *grid, const struct page_block *block, enum text_ambiguous ambiguous)
{
  memset(grid, 0, sizeof *grid);
  switch (block->kind) {
  case PAGE_PAIRS: make_pairs(grid, block, ambiguous); return true;
  case PAGE_SIGNATURES: make_signatures(grid, block, ambiguous); return true;
  case PAGE_TABLE: make_table(grid, block); return true;
  case PAGE_NOTE: make_note(grid, block, ambiguous); return true;
  default: return false;
  }
}

void grid_free(struct grid *grid)
{
  for (size_t i = 0; i < grid->count; i++) free(grid->rows[i].cells);
  free(grid->rows);
}

/* ---- Widths ---- */

/* Divides `total` in proportion to shares[] so that nothing is lost to rounding. */
static void divide(int columns, int total, const int shares[], int widths[])
{
  int64_t whole = 0, before = 0;

  for (int i = 0; i < columns; i++) whole += shares[i];
  for (int i = 0; whole > 0 && i < columns; i++) {
    int64_t after = before + shares[i];

    widths[i] += (int)(total * after / whole - total * before / whole);
    before = after;
  }
}

/* Columns of one width stay of one width: what is left over goes to all alike, and the odd rest to the first. */
static void stretch(int columns, int spare, int widths[])
{
  for (int i = 0; i < columns; i++) widths[i] += spare / columns;
  widths[0] += spare % columns;
}

void grid_share(const struct grid *grid, int total, int unit, int widths[PAGE_COLUMNS])
{
  enum { LEAST_FLEXIBLE = 6 }; /* columns of text */
  int fixed[PAGE_COLUMNS] = { 0 }, asked = 0, flexible = 0, room;

  memset(widths, 0, PAGE_COLUMNS * sizeof *widths);
  for (int i = 0; i < grid->columns; i++) {
    fixed[i] = grid->width[i] * unit;
    asked += fixed[i];
    flexible += grid->weight[i] > 0;
  }
  room = total - flexible * LEAST_FLEXIBLE * unit;
  if (room < total / 3) room = total / 3;
  if (asked > room) {
    divide(grid->columns, room, fixed, widths);
    asked = room;
  } else {
    memcpy(widths, fixed, (size_t)grid->columns * sizeof *widths);
  }
  if (flexible)
    divide(grid->columns, total - asked, grid->weight, widths);
  else
    stretch(grid->columns, total - asked, widths);
}
