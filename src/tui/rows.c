#include "tui/rows.h"

static bool is_heading(const struct rows *rows, int row)
{
  return rows->is_heading != NULL && rows->is_heading(rows->context, row);
}

/* The first one from `row` on in that direction that can be chosen; -1: none. */
static int beyond_headings(const struct rows *rows, int row, int step)
{
  while (row >= 0 && row < rows->count && is_heading(rows, row)) row += step;
  return row >= 0 && row < rows->count ? row : -1;
}

/* Where a move to `row` ends; with headings only, on that heading. */
static int nearest(const struct rows *rows, int row, int step)
{
  if (row >= rows->count) row = rows->count - 1;
  if (row < 0) row = rows->count > 0 ? 0 : -1;
  int ahead = beyond_headings(rows, row, step), back = ahead < 0 ? beyond_headings(rows, row, -step) : -1;
  return ahead >= 0 ? ahead : back >= 0 ? back : row;
}

void rows_set(struct rows *rows, int count)
{
  rows->count = count;
  rows->chosen = nearest(rows, rows->chosen, 1);
}

static void keep_in_sight(struct rows *rows)
{
  int page = rows->area.rows, first = rows->chosen;

  if (rows->top > rows->count - page) rows->top = rows->count > page ? rows->count - page : 0;
  if (rows->chosen < 0 || page <= 0) return;
  while (first > 0 && is_heading(rows, first - 1)) first--;
  if (first < rows->top) rows->top = first;
  if (rows->chosen >= rows->top + page) rows->top = rows->chosen - page + 1;
}

void rows_place(struct rows *rows, struct area area)
{
  rows->area = area;
  keep_in_sight(rows);
}

void rows_choose(struct rows *rows, struct terminal *terminal, int row)
{
  int top = rows->top, before = rows->chosen;

  row = nearest(rows, row, row < before ? -1 : 1);
  rows->chosen = row;
  keep_in_sight(rows);
  if (rows->top != top)
    for (int i = 0; i < rows->area.rows; i++) terminal_dirty(terminal, rows->area.top + i);
  if (row == before) return;
  terminal_dirty(terminal, rows->area.top + before - top);
  terminal_dirty(terminal, rows->area.top + row - rows->top);
}

bool rows_key(struct rows *rows, struct terminal *terminal, const struct key *key)
{
  int page = rows->area.rows > 1 ? rows->area.rows - 1 : 1;

  switch (key->code) {
  case KEY_CODE_UP: rows_choose(rows, terminal, rows->chosen - 1); return true;
  case KEY_CODE_DOWN: rows_choose(rows, terminal, rows->chosen + 1); return true;
  case KEY_CODE_PAGE_UP: rows_choose(rows, terminal, rows->chosen - page); return true;
  case KEY_CODE_PAGE_DOWN: rows_choose(rows, terminal, rows->chosen + page); return true;
  case KEY_CODE_HOME: rows_choose(rows, terminal, 0); return true;
  case KEY_CODE_END: rows_choose(rows, terminal, rows->count - 1); return true;
  default: return false;
  }
}

void rows_draw(struct rows *rows, struct terminal *terminal,
               void (*draw)(void *context, struct terminal *terminal, int row, struct area area, bool is_chosen), void *context)
{
  for (int i = 0; i < rows->area.rows && rows->top + i < rows->count; i++) {
    struct area line = { rows->area.top + i, rows->area.left, 1, rows->area.columns };
    int row = rows->top + i;
    if (draw_wanted(terminal, line.top)) draw(context, terminal, row, line, row == rows->chosen);
  }
}
