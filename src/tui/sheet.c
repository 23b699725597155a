#include "tui/sheet.h"

#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"

typedef int page_move(struct page *page, struct desk *desk, struct err *err);

void sheet_start(struct sheet *sheet, const struct page_source *source, void *context)
{
  *sheet = (struct sheet){ .columns = 0 };
  page_start(&sheet->page, source, context);
}

void sheet_stop(struct sheet *sheet)
{
  page_stop(&sheet->page);
}

const struct page_row *sheet_chosen(const struct sheet *sheet)
{
  return sheet->rows.chosen >= 0 && sheet->rows.chosen < sheet->page.count ? &sheet->page.rows[sheet->rows.chosen] : NULL;
}

/* --- reading -------------------------------------------------------------------------------------------------------------- */

/* Moves the page; false: it stayed where it was. */
static bool move_page(struct sheet *sheet, struct shell *shell, page_move *move)
{
  struct err err = ERR_INIT;
  int result = move(&sheet->page, &shell->desk, &err);

  if (result < 0) shell_complain(shell, &err);
  if (result == 0 && sheet->page.count > 0) return false;
  rows_set(&sheet->rows, sheet->page.count);
  shell_redraw(shell);
  return result > 0;
}

bool sheet_place(struct sheet *sheet, struct area area)
{
  bool has_changed = sheet->columns != area.columns || sheet->page.size != area.rows;

  sheet->columns = area.columns;
  sheet->page.size = area.rows;
  rows_place(&sheet->rows, area);
  return has_changed;
}

void sheet_read(struct sheet *sheet, struct shell *shell)
{
  move_page(sheet, shell, page_again);
}

void sheet_first(struct sheet *sheet, struct shell *shell)
{
  move_page(sheet, shell, page_first);
  rows_choose(&sheet->rows, shell->terminal, 0);
}

int sheet_refresh(struct sheet *sheet, struct shell *shell, struct err *err)
{
  const struct page_row *chosen = sheet_chosen(sheet);
  struct page_row kept = chosen != NULL ? *chosen : (struct page_row){ .id = 0 };

  if (sheet->columns == 0) return 0;
  if (page_again(&sheet->page, &shell->desk, err) < 0) return -1;
  rows_set(&sheet->rows, sheet->page.count);
  for (int i = 0; chosen != NULL && i < sheet->page.count; i++) {
    const struct page_row *row = &sheet->page.rows[i];
    if (kept.id != 0 ? row->id == kept.id : memcmp(row->position, kept.position, sheet->page.source->position_size) == 0)
      sheet->rows.chosen = i;
  }
  return 0;
}

static bool choose_in_sight(struct sheet *sheet, struct shell *shell, record_id id)
{
  for (int i = 0; i < sheet->page.count; i++)
    if (sheet->page.rows[i].id == id) {
      rows_choose(&sheet->rows, shell->terminal, i);
      return true;
    }
  return false;
}

/* At the end of the list rather a full page than what is left from there. */
static int read_around(struct sheet *sheet, struct shell *shell, const void *position, struct err *err)
{
  int result = page_from(&sheet->page, &shell->desk, position, err);

  if (result >= 0 && sheet->page.count < sheet->page.size) result = page_last(&sheet->page, &shell->desk, err);
  rows_set(&sheet->rows, sheet->page.count);
  shell_redraw(shell);
  return result < 0 ? -1 : 0;
}

int sheet_choose(struct sheet *sheet, struct shell *shell, record_id id, const void *position, struct err *err)
{
  struct page_row top;
  int chosen = sheet->rows.chosen;
  bool was_at_start = sheet->page.is_at_start;

  if (sheet->page.count == 0 || choose_in_sight(sheet, shell, id)) return 0;
  top = sheet->page.rows[0];
  if (read_around(sheet, shell, position, err) < 0) return -1;
  if (choose_in_sight(sheet, shell, id)) return 0;
  int result = was_at_start ? page_first(&sheet->page, &shell->desk, err) : page_from(&sheet->page, &shell->desk, top.position, err);
  rows_set(&sheet->rows, sheet->page.count);
  rows_choose(&sheet->rows, shell->terminal, chosen);
  return result < 0 ? -1 : 0;
}

/* --- moving --------------------------------------------------------------------------------------------------------------- */

static int scroll_on(struct page *page, struct desk *desk, struct err *err)
{
  return page_scroll(page, desk, false, err);
}
static int scroll_back(struct page *page, struct desk *desk, struct err *err)
{
  return page_scroll(page, desk, true, err);
}

bool sheet_key(struct sheet *sheet, struct shell *shell, const struct key *key)
{
  int last = sheet->page.count - 1;

  switch (key->code) {
  case KEY_CODE_UP:
    if (sheet->rows.chosen > 0) break;
    if (move_page(sheet, shell, scroll_back)) rows_choose(&sheet->rows, shell->terminal, 0);
    return true;
  case KEY_CODE_DOWN:
    if (sheet->rows.chosen != last) break;
    if (move_page(sheet, shell, scroll_on)) rows_choose(&sheet->rows, shell->terminal, sheet->page.count - 1);
    return true;
  case KEY_CODE_PAGE_DOWN:
    if (!move_page(sheet, shell, page_next)) rows_choose(&sheet->rows, shell->terminal, last);
    return true;
  case KEY_CODE_PAGE_UP:
    if (!move_page(sheet, shell, page_previous)) rows_choose(&sheet->rows, shell->terminal, 0);
    return true;
  case KEY_CODE_HOME:
    if (!sheet->page.is_at_start) move_page(sheet, shell, page_first);
    rows_choose(&sheet->rows, shell->terminal, 0);
    return true;
  case KEY_CODE_END:
    move_page(sheet, shell, page_last);
    rows_choose(&sheet->rows, shell->terminal, sheet->page.count - 1);
    return true;
  default: break;
  }
  return rows_key(&sheet->rows, shell->terminal, key);
}

/* --- drawing -------------------------------------------------------------------------------------------------------------- */

struct drawing {
  const struct sheet *sheet;
  void (*draw)(void *context, struct terminal *terminal, const struct page_row *row, struct area area, bool is_chosen);
  void *context;
};

static void draw_row(void *context, struct terminal *terminal, int row, struct area area, bool is_chosen)
{
  struct drawing *drawing = context;
  drawing->draw(drawing->context, terminal, &drawing->sheet->page.rows[row], area, is_chosen);
}

void sheet_draw(struct sheet *sheet, struct terminal *terminal,
                void (*draw)(void *context, struct terminal *terminal, const struct page_row *row, struct area area, bool is_chosen),
                void *context)
{
  struct drawing drawing = { sheet, draw, context };
  int columns = draw_columns(terminal, "↓");
  struct area area = sheet->rows.area;

  if (sheet->page.has_more) draw_part(terminal, area.top - 1, area.left + area.columns - columns, columns, STYLE_KEY, "↓");
  rows_draw(&sheet->rows, terminal, draw_row, &drawing);
}

static int width_of(const struct sheet_column table[], int cell, int all)
{
  int left = all - 1;

  for (int i = 0; table[i].heading != NULL; i++) left -= table[i].columns + 1;
  return table[cell].columns > 0 ? table[cell].columns : left > 4 ? left : 4;
}

static void draw_headings(const struct sheet_column table[], struct terminal *terminal, struct area area)
{
  int column = area.left + 1;

  for (int i = 0; table[i].heading != NULL; i++) {
    int width = width_of(table, i, area.columns);
    draw_text(terminal, area.top, column, width, STYLE_HEADING, _(table[i].heading));
    column += width + 1;
  }
}

static void draw_cells(void *context, struct terminal *terminal, const struct page_row *row, struct area area, bool is_chosen)
{
  const struct sheet_column *table = context;
  struct buf line = BUF_INIT;

  buf_addc(&line, row->mark);
  for (int i = 0; table[i].heading != NULL; i++) {
    text_fit(&line, row->cells[i], width_of(table, i, area.columns), terminal->ambiguous);
    buf_addc(&line, ' ');
  }
  draw_text(terminal, area.top, area.left, area.columns, is_chosen ? STYLE_SELECTED : row->style, buf_text(&line));
  buf_free(&line);
}

void sheet_draw_table(struct sheet *sheet, struct terminal *terminal, const struct sheet_column table[])
{
  struct area area = sheet->rows.area;

  draw_headings(table, terminal, (struct area){ area.top - 1, area.left, 1, area.columns });
  sheet_draw(sheet, terminal, draw_cells, (void *)table);
}
