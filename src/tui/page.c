#include "tui/page.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "store/record.h"

enum { NUMBER_COLUMNS = 10, GAP = 1, MARK_COLUMNS = 1, TITLE_LEAST = 16, HEADING_EXTRA = 4 };

static void drop_row(struct page_row *row)
{
  for (int i = 0; i < PAGE_COLUMNS_MOST; i++) free(row->cells[i]);
}

static void drop_rows(struct page *page)
{
  for (int i = 0; i < page->count; i++) drop_row(&page->rows[i]);
  page->count = 0;
}

void page_start(struct page *page, const struct kind *kind)
{
  *page = (struct page){ .kind = kind, .query = { .kind = kind } };
}

void page_stop(struct page *page)
{
  drop_rows(page);
  free(page->rows);
  page->rows = NULL;
}

/* --- columns -------------------------------------------------------------------------------------------------------------- */

static bool is_title(const struct page *page, int field)
{
  return page->kind->title != NULL && strcmp(kind_field(page->kind, field)->name, page->kind->title) == 0;
}

/* A long heading may widen its column a little. What names a record begins at half its width, so that others find room, and takes what
 * they leave. */
static int wanted_columns(const struct page *page, const struct terminal *terminal, int field)
{
  int heading = draw_columns(terminal, _(kind_field(page->kind, field)->label)), wanted = kind_field(page->kind, field)->columns;

  if (field == COMMON_NUMBER) return NUMBER_COLUMNS;
  if (is_title(page, field) && wanted > TITLE_LEAST) wanted = wanted / 2 > TITLE_LEAST ? wanted / 2 : TITLE_LEAST;
  if (heading > wanted) wanted = heading < wanted + HEADING_EXTRA ? heading : wanted + HEADING_EXTRA;
  return wanted;
}

static void add_column(struct page *page, const struct terminal *terminal, int field, int *left)
{
  int wanted = wanted_columns(page, terminal, field);

  if (page->columns == PAGE_COLUMNS_MOST || (page->columns > 0 && wanted + GAP > *left)) return;
  page->fields[page->columns] = field;
  page->widths[page->columns++] = wanted;
  *left -= wanted + GAP;
}

static void widen_title(struct page *page, int left)
{
  int at = page->columns - 1;

  for (int i = 0; i < page->columns; i++)
    if (is_title(page, page->fields[i])) at = i;
  if (at >= 0 && left > 0) page->widths[at] += left;
}

void page_lay_out(struct page *page, const struct terminal *terminal, int columns)
{
  int left = columns - MARK_COLUMNS;

  page->columns = 0;
  if (page->kind->letter != NULL) add_column(page, terminal, COMMON_NUMBER, &left);
  for (int field = COMMON_FIELDS; field < kind_field_count(page->kind); field++)
    if (kind_field(page->kind, field)->columns > 0) add_column(page, terminal, field, &left);
  widen_title(page, left);
}

/* --- reading -------------------------------------------------------------------------------------------------------------- */

struct reading {
  struct page *page;
  struct desk *desk;
  struct page_row *rows;
  int count;
};

static char *cell(struct desk *desk, const struct field *field, const struct value *value)
{
  struct buf text = BUF_INIT;

  if (value->known) value_show(desk->store, field, value, &text);
  char *written = buf_take(&text, NULL);
  for (char *at = written; (at = strchr(at, '\n')) != NULL;) *at = ' ';
  return written;
}

static bool take_row(void *context, const struct record *record)
{
  struct reading *reading = context;
  struct page_row row = { .id = record->id, .is_void = record_is_void(record), .has_conflict = record->has_conflict };

  for (int i = 0; i < reading->page->columns; i++) {
    int field = reading->page->fields[i];
    row.cells[i] = cell(reading->desk, kind_field(record->kind, field), &record->values.list[field]);
  }
  reading->rows = mem_grow(reading->rows, (size_t)reading->count + 1, sizeof row);
  reading->rows[reading->count++] = row;
  return true;
}

static void turn(struct page_row *rows, int count)
{
  for (int i = 0; i < count / 2; i++) {
    struct page_row kept = rows[i];
    rows[i] = rows[count - 1 - i];
    rows[count - 1 - i] = kept;
  }
}

static int read_rows(struct page *page, struct desk *desk, record_id after, bool backwards, int limit, struct reading *reading,
                     struct err *err)
{
  struct list_query query = page->query;

  *reading = (struct reading){ page, desk, NULL, 0 };
  query.after = after;
  query.backwards = backwards;
  query.limit = limit;
  if (list_read(desk->store, &query, take_row, reading, err) < 0) {
    for (int i = 0; i < reading->count; i++) drop_row(&reading->rows[i]);
    free(reading->rows);
    return -1;
  }
  if (backwards) turn(reading->rows, reading->count);
  return 0;
}

/* One row more than wanted was asked for, to know whether it goes on there. */
static bool drop_beyond(struct reading *reading, int wanted, bool backwards)
{
  if (reading->count <= wanted) return false;
  drop_row(&reading->rows[backwards ? 0 : wanted]);
  reading->count--;
  if (backwards) memmove(reading->rows, reading->rows + 1, (size_t)reading->count * sizeof *reading->rows);
  return true;
}

static int replace_rows(struct page *page, struct desk *desk, record_id after, bool backwards, struct err *err)
{
  struct reading reading;

  if (read_rows(page, desk, after, backwards, page->size + 1, &reading, err) < 0) return -1;
  if (reading.count == 0 && after != 0) return 0;
  bool goes_on = drop_beyond(&reading, page->size, backwards);
  page->has_more = backwards ? after != 0 : goes_on;
  drop_rows(page);
  free(page->rows);
  page->rows = reading.rows;
  page->count = reading.count;
  return reading.count;
}

int page_first(struct page *page, struct desk *desk, struct err *err)
{
  page->is_at_start = true;
  return replace_rows(page, desk, 0, false, err);
}

int page_last(struct page *page, struct desk *desk, struct err *err)
{
  int result = replace_rows(page, desk, 0, true, err);

  page->is_at_start = result >= 0 && result < page->size;
  return result;
}

int page_next(struct page *page, struct desk *desk, struct err *err)
{
  int result = page->count > 0 ? replace_rows(page, desk, page->rows[page->count - 1].id, false, err) : 0;

  if (result > 0) page->is_at_start = false;
  return result;
}

/* A short page before the first row means that the start was reached: then a full one from there looks better. */
int page_previous(struct page *page, struct desk *desk, struct err *err)
{
  if (page->count == 0) return 0;
  int result = replace_rows(page, desk, page->rows[0].id, true, err);
  return result > 0 && result < page->size ? page_first(page, desk, err) : result;
}

static int append_row(struct page *page, struct page_row *row)
{
  if (page->count >= page->size) {
    drop_row(&page->rows[0]);
    memmove(page->rows, page->rows + 1, (size_t)(page->count - 1) * sizeof *page->rows);
    page->rows[page->count - 1] = *row;
    return 1;
  }
  page->rows = mem_grow(page->rows, (size_t)page->count + 1, sizeof *page->rows);
  page->rows[page->count++] = *row;
  return 1;
}

static int prepend_row(struct page *page, struct page_row *row)
{
  if (page->count >= page->size) drop_row(&page->rows[--page->count]);
  page->rows = mem_grow(page->rows, (size_t)page->count + 1, sizeof *page->rows);
  memmove(page->rows + 1, page->rows, (size_t)page->count * sizeof *page->rows);
  page->rows[0] = *row;
  page->count++;
  return 1;
}

int page_scroll(struct page *page, struct desk *desk, bool backwards, struct err *err)
{
  struct reading reading;

  if (page->count == 0) return 0;
  if (read_rows(page, desk, page->rows[backwards ? 0 : page->count - 1].id, backwards, backwards ? 1 : 2, &reading, err) < 0) return -1;
  bool goes_on = drop_beyond(&reading, 1, backwards);
  page->has_more = backwards ? page->has_more || (reading.count > 0 && page->count >= page->size) : goes_on;
  int moved = reading.count == 0 ? 0 : backwards ? prepend_row(page, reading.rows) : append_row(page, reading.rows);
  if (moved && !backwards) page->is_at_start = false;
  free(reading.rows);
  return moved;
}

/* From the row before the first on, which stays where it is even if the first is struck or changed meanwhile. */
int page_again(struct page *page, struct desk *desk, struct err *err)
{
  struct reading before;

  if (page->count == 0 || page->is_at_start) return page_first(page, desk, err);
  if (read_rows(page, desk, page->rows[0].id, true, 1, &before, err) < 0) return -1;
  record_id anchor = before.count > 0 ? before.rows[0].id : 0;
  for (int i = 0; i < before.count; i++) drop_row(&before.rows[i]);
  free(before.rows);
  int result = replace_rows(page, desk, anchor, false, err);
  return result == 0 ? page_first(page, desk, err) : result;
}

/* --- drawing -------------------------------------------------------------------------------------------------------------- */

void page_draw_heading(const struct page *page, struct terminal *terminal, struct area area)
{
  int column = area.left + MARK_COLUMNS;

  for (int i = 0; i < page->columns; i++) {
    draw_text(terminal, area.top, column, page->widths[i], STYLE_HEADING, _(kind_field(page->kind, page->fields[i])->label));
    column += page->widths[i] + GAP;
  }
}

void page_draw_row(const struct page *page, struct terminal *terminal, int index, struct area area, bool is_chosen)
{
  const struct page_row *row = &page->rows[index];
  enum style style = is_chosen ? STYLE_SELECTED : row->is_void ? STYLE_STRUCK : STYLE_NORMAL;
  struct buf line = BUF_INIT;

  /* x: struck; ?: a conflict waits for a person */
  buf_adds(&line, row->is_void ? "x" : row->has_conflict ? "?" : " ");
  for (int i = 0; i < page->columns; i++) {
    const struct field *field = kind_field(page->kind, page->fields[i]);
    bool is_number = field->type == FIELD_INTEGER || field->type == FIELD_DECIMAL;
    const char *text = row->cells[i] != NULL ? row->cells[i] : "";
    if (is_number)
      text_fit_right(&line, text, page->widths[i], terminal->ambiguous);
    else
      text_fit(&line, text, page->widths[i], terminal->ambiguous);
    buf_addc(&line, ' ');
  }
  draw_text(terminal, area.top, area.left, area.columns, style, buf_text(&line));
  buf_free(&line);
}
