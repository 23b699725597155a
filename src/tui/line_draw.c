/* line.h: where a text lies on the screen, in columns. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "tui/line.h"

/* The end of the row that begins at `start`: at a newline or where the columns end, never inside a cluster. */
static size_t row_end(const struct line *line, size_t start, int columns, enum text_ambiguous ambiguous)
{
  const char *from = line->text + start;
  const char *newline = strchr(from, '\n');
  size_t fits = text_cut(from, columns - 1, ambiguous, NULL); /* the last column is left for the cursor */

  if (newline != NULL && (size_t)(newline - from) <= fits) return start + (size_t)(newline - from);
  return start + (fits > 0 ? fits : text_after(from, strlen(from), 0));
}

static size_t row_next(const struct line *line, size_t end)
{
  return line->text[end] == '\n' ? end + 1 : end;
}

/* Finds the row that holds byte `point`; *start gets where it begins. */
static int row_of(const struct line *line, size_t point, int columns, enum text_ambiguous ambiguous, size_t *start)
{
  int row = 0;

  for (*start = 0;; row++) {
    size_t end = row_end(line, *start, columns, ambiguous), next = row_next(line, end);
    bool is_last = line->text[end] == '\0';
    if (is_last || point < next) return row;
    *start = next;
  }
}

static size_t row_start(const struct line *line, int row, int columns, enum text_ambiguous ambiguous)
{
  size_t start = 0;

  for (; row > 0; row--) start = row_next(line, row_end(line, start, columns, ambiguous));
  return start;
}

int line_rows(const struct line *line, int columns, enum text_ambiguous ambiguous)
{
  size_t start;
  return line->has_newlines ? 1 + row_of(line, strlen(line->text), columns, ambiguous, &start) : 1;
}

static int columns_between(const struct line *line, size_t from, size_t to, enum text_ambiguous ambiguous)
{
  char *part = mem_dup_n(line->text + from, to - from);
  int columns = text_columns(part, ambiguous);

  free(part);
  return columns;
}

bool line_move_row(struct line *line, int rows, int columns, enum text_ambiguous ambiguous)
{
  size_t start;
  int row = row_of(line, line->point, columns, ambiguous, &start) + rows;

  if (!line->has_newlines || row < 0 || row >= line_rows(line, columns, ambiguous)) return false;
  int at = columns_between(line, start, line->point, ambiguous);
  start = row_start(line, row, columns, ambiguous);
  size_t end = row_end(line, start, columns, ambiguous);
  size_t cut = start + text_cut(line->text + start, at, ambiguous, NULL);
  line->point = cut < end ? cut : end;
  return true;
}

static void draw_piece(struct line *line, struct terminal *terminal, struct area area, enum style style, size_t from, size_t to)
{
  char *piece = mem_dup_n(line->text + from, to - from);

  draw_text(terminal, area.top, area.left, area.columns, style, piece);
  free(piece);
}

static void draw_rows(struct line *line, struct terminal *terminal, struct area area, enum style style, bool has_focus)
{
  size_t start;
  int row = row_of(line, line->point, area.columns, terminal->ambiguous, &start);
  int rows = line_rows(line, area.columns, terminal->ambiguous);

  if (line->top > rows - area.rows) line->top = rows > area.rows ? rows - area.rows : 0;
  if (row < line->top) line->top = row;
  if (row >= line->top + area.rows) line->top = row - area.rows + 1;
  if (has_focus)
    draw_cursor(terminal, area.top + row - line->top, area.left + columns_between(line, start, line->point, terminal->ambiguous));
  start = row_start(line, line->top, area.columns, terminal->ambiguous);
  for (int i = 0; i < area.rows; i++, area.top++) {
    bool is_there = i < rows - line->top;
    size_t end = is_there ? row_end(line, start, area.columns, terminal->ambiguous) : start;
    draw_piece(line, terminal, area, style, start, end);
    if (is_there) start = row_next(line, end);
  }
}

/* Shifts the shown part so that the cursor is in it, by whole clusters. */
static void scroll(struct line *line, int columns, enum text_ambiguous ambiguous)
{
  size_t length = strlen(line->text);

  if (line->left > line->point || line->left > length) line->left = line->point;
  while (columns_between(line, line->left, line->point, ambiguous) >= columns) line->left = text_after(line->text, length, line->left);
  while (line->left > 0 && line->left == line->point) line->left = text_before(line->text, length, line->left);
}

static void draw_secret(struct line *line, struct terminal *terminal, struct area area, enum style style, bool has_focus)
{
  char stars[64] = "";
  size_t count = text_characters(line->text);

  if (count > sizeof stars - 1) count = sizeof stars - 1;
  memset(stars, '*', count);
  draw_text(terminal, area.top, area.left, area.columns, style, stars);
  if (has_focus) draw_cursor(terminal, area.top, area.left + (int)count);
}

void line_draw(struct line *line, struct terminal *terminal, struct area area, enum style style, bool has_focus)
{
  if (line->is_secret) {
    draw_secret(line, terminal, area, style, has_focus);
  } else if (line->has_newlines) {
    draw_rows(line, terminal, area, style, has_focus);
  } else {
    scroll(line, area.columns, terminal->ambiguous);
    if (!has_focus) line->left = 0;
    draw_piece(line, terminal, area, style, line->left, strlen(line->text));
    if (has_focus) draw_cursor(terminal, area.top, area.left + columns_between(line, line->left, line->point, terminal->ambiguous));
  }
}
