#include "paper/page_strip.h"

#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

struct layout {
  const struct grid *grid;
  const struct page_options *options;
  int line; /* columns that a line-drawing character takes */
  int pad;  /* blanks on each side of a cell */
  int widths[PAGE_COLUMNS];
};

enum { LEAST = 2 }; /* columns of a cell: a Chinese character */

/* A column that came out too narrow takes from the widest one. */
static void widen(struct layout *layout)
{
  for (int i = 0; i < layout->grid->columns; i++) {
    while (layout->widths[i] < LEAST) {
      int widest = 0;

      for (int j = 1; j < layout->grid->columns; j++) widest = layout->widths[j] > layout->widths[widest] ? j : widest;
      layout->widths[widest] -= layout->line;
      layout->widths[i] += layout->line;
    }
  }
}

static int share_widths(struct layout *layout, struct err *err)
{
  enum { ROOMY = 14 }; /* columns a cell has before it gets blanks beside its text */
  int columns = layout->options->columns, count = layout->grid->columns, total;
  struct grid even = *layout->grid;

  layout->line = layout->options->line_drawing ? text_char_columns(0x2500, layout->options->ambiguous) : 1;
  /* Where a line takes 2 columns, widths stay even, or rules would not meet their corners. */
  layout->pad = layout->line == 1 && columns / count >= ROOMY ? 1 : 0;
  total = (columns - (count + 1) * layout->line - 2 * layout->pad * count) / layout->line * layout->line;
  if (total < LEAST * count)
    return err_usage(err, _("A table with %d columns does not fit on text %d columns wide: ask for wider text or for PDF"), count, columns);
  for (int i = 0; i < count; i++) even.width[i] = (even.width[i] + layout->line - 1) / layout->line * layout->line;
  grid_share(&even, total, 1, layout->widths);
  for (int i = 0, shared = 0, given = 0; i < count; i++) {
    shared += layout->widths[i];
    layout->widths[i] = shared / layout->line * layout->line - given;
    given += layout->widths[i];
  }
  widen(layout);
  return 0;
}

static int cell_width(const struct layout *layout, int from, int span)
{
  int width = 0;

  for (int i = from; i < from + span; i++) width += layout->widths[i];
  return width + (span - 1) * (layout->line + 2 * layout->pad);
}

/* One bit for each column edge that the row's cells draw. */
static uint64_t edges(const struct grid_row *row)
{
  uint64_t mask = 0;
  int at = 0;

  for (int i = 0; row && i < row->count; i++) {
    mask |= UINT64_C(1) << at;
    at += row->cells[i].span;
  }
  return row ? mask | UINT64_C(1) << at : 0;
}

static void add_repeated(struct buf *out, const char *piece, int times)
{
  for (int i = 0; i < times; i++) buf_adds(out, piece);
}

/* The rule between two rows, of which either may be NULL. The caller frees. */
static char *rule(const struct layout *layout, const struct grid_row *above, const struct grid_row *below)
{
  /* by what meets there: 1 left, 2 right, 4 above, 8 below */
  static const char *const crossings[16] = { " ", "─", "─", "─", "│", "┘", "└", "┴", "│", "┐", "┌", "┬", "│", "┤", "├", "┼" };
  uint64_t up = edges(above), down = edges(below);
  int last = layout->grid->columns;
  struct buf out = BUF_INIT;

  for (int i = 0; i <= last; i++) {
    int meets = (i > 0 ? 1 : 0) | (i < last ? 2 : 0) | (up >> i & 1 ? 4 : 0) | (down >> i & 1 ? 8 : 0);

    if (layout->options->line_drawing)
      buf_adds(&out, crossings[meets]);
    else
      buf_addc(&out, meets > 3 ? '+' : '-');
    if (i < last) add_repeated(&out, layout->options->line_drawing ? "─" : "-", (layout->widths[i] + 2 * layout->pad) / layout->line);
  }
  return buf_take(&out, NULL);
}

static void add_rule(struct strip *strip, const struct layout *layout, const struct grid_row *above, const struct grid_row *below)
{
  char *line = rule(layout, above, below);

  page_strip_add(strip, line);
  free(line);
}

/* ---- Cells ---- */

/* The mark of a struck row stands in its widest cell: the one with the words. */
static int widest_cell(const struct layout *layout, const struct grid_row *row)
{
  int widest = 0, most = 0, at = 0;

  for (int i = 0; i < row->count; i++) {
    int width = cell_width(layout, at, row->cells[i].span);

    if (width > most && *row->cells[i].text) {
      most = width;
      widest = i;
    }
    at += row->cells[i].span;
  }
  return widest;
}

/* hand: lines of a cell to be written in, whose note then stands on the last one. */
static char *cell_text(const struct grid_cell *cell, bool mark, int hand)
{
  static const char *const boxes[] = { "", "[ ] ", "[x] " };
  struct buf text = BUF_INIT;

  buf_adds(&text, boxes[cell->box]);
  /* L10N: stands in front of text that was struck through and stays readable */
  buf_adds(&text, mark ? _("[struck] ") : "");
  buf_adds(&text, cell->text);
  if (cell->note) {
    add_repeated(&text, "\n", *cell->text || hand < 2 ? 1 : hand - 1);
    buf_adds(&text, cell->note);
  }
  return buf_take(&text, NULL);
}

static struct strip wrap_cell(const struct layout *layout, const struct grid_row *row, int index, int width)
{
  const struct grid_cell *cell = &row->cells[index];
  struct page_options narrow = *layout->options;
  struct strip strip = STRIP_INIT;
  char *text = cell_text(cell, cell->struck && index == widest_cell(layout, row), row->hand);

  narrow.columns = width;
  if (cell->cut)
    page_strip_add(&strip, text);
  else
    page_strip_wrap(&strip, text, &narrow);
  free(text);
  return strip;
}

static void add_aligned(struct buf *out, const char *text, int width, enum page_align align, enum text_ambiguous ambiguous)
{
  int spare = width - text_columns(text, ambiguous);

  if (align == PAGE_RIGHT) {
    text_fit_right(out, text, width, ambiguous);
    return;
  }
  if (align == PAGE_CENTRE && spare > 1) {
    add_repeated(out, " ", spare / 2);
    width -= spare / 2;
  }
  text_fit(out, text, width, ambiguous);
}

/* Takes the next line off *at; "" when there is none left. The caller frees. */
static char *next_line(const char **at)
{
  const char *start = *at, *end = strchrnul(start, '\n');

  *at = *end ? end + 1 : end;
  return mem_dup_n(start, (size_t)(end - start));
}

static void add_cell_line(struct strip *strip, const struct layout *layout, const char **at, int width, enum page_align align)
{
  char *text = next_line(at);

  buf_adds(&strip->lines, layout->options->line_drawing ? "│" : "|");
  add_repeated(&strip->lines, " ", layout->pad);
  add_aligned(&strip->lines, text, width, align, layout->options->ambiguous);
  add_repeated(&strip->lines, " ", layout->pad);
  free(text);
}

static struct strip draw_row(const struct layout *layout, const struct grid_row *row)
{
  struct strip strip = STRIP_INIT, cells[PAGE_COLUMNS];
  const char *next[PAGE_COLUMNS];
  int widths[PAGE_COLUMNS], lines = row->hand ? row->hand : 1;

  for (int i = 0, at = 0; i < row->count; at += row->cells[i++].span) {
    widths[i] = cell_width(layout, at, row->cells[i].span);
    cells[i] = wrap_cell(layout, row, i, widths[i]);
    next[i] = buf_text(&cells[i].lines);
    lines = cells[i].count > lines ? cells[i].count : lines;
  }
  for (int line = 0; line < lines; line++) {
    for (int i = 0; i < row->count; i++) add_cell_line(&strip, layout, &next[i], widths[i], row->cells[i].align);
    page_strip_add(&strip, layout->options->line_drawing ? "│" : "|");
  }
  for (int i = 0; i < row->count; i++) page_strip_free(&cells[i]);
  return strip;
}

/* ---- Rows ---- */

static struct strip draw_head(const struct layout *layout)
{
  const struct grid *grid = layout->grid;
  struct strip strip = STRIP_INIT, cells;

  add_rule(&strip, layout, NULL, &grid->rows[0]);
  if (!grid->has_head) return strip;
  cells = draw_row(layout, &grid->rows[0]);
  buf_adds(&strip.lines, buf_text(&cells.lines));
  strip.count += cells.count;
  page_strip_free(&cells);
  if (grid->count > 1)
    add_rule(&strip, layout, &grid->rows[0], &grid->rows[1]);
  else
    strip.close = rule(layout, &grid->rows[0], NULL);
  return strip;
}

int text_grid_draw(struct text_grid *drawn, const struct grid *grid, const struct page_options *options, struct err *err)
{
  struct layout layout = { .grid = grid, .options = options };
  const struct grid_row *rows = grid->rows + grid->has_head;
  bool ruled = false;

  if (share_widths(&layout, err) != 0) return -1;
  drawn->head = draw_head(&layout);
  drawn->count = grid->count - grid->has_head;
  drawn->rows = mem_zero(drawn->count + 1, sizeof *drawn->rows);
  drawn->apart = mem_zero(drawn->count + 1, sizeof *drawn->apart);
  for (size_t i = 0; i < drawn->count; i++) {
    drawn->rows[i] = draw_row(&layout, &rows[i]);
    drawn->rows[i].close = rule(&layout, &rows[i], NULL);
    drawn->rows[i].lead = i ? rule(&layout, &rows[i - 1], &rows[i]) : NULL;
    ruled = ruled || drawn->rows[i].count > 1;
  }
  /* Rows of one line each need no rules between them, unless their cells differ in shape. */
  for (size_t i = 1; i < drawn->count; i++) drawn->apart[i] = ruled || edges(&rows[i]) != edges(&rows[i - 1]);
  return 0;
}
