#include "tui/page_kind.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"

enum { NUMBER_COLUMNS = 10, GAP = 1, MARK_COLUMNS = 1, TITLE_LEAST = 16, HEADING_EXTRA = 4 };

void page_kind_start(struct page_kind *list, const struct kind *kind)
{
  *list = (struct page_kind){ .kind = kind, .query = { .kind = kind } };
}

/* --- columns -------------------------------------------------------------------------------------------------------------- */

static bool is_title(const struct page_kind *list, int field)
{
  return list->kind->title != NULL && strcmp(kind_field(list->kind, field)->name, list->kind->title) == 0;
}

/* A long heading may widen its column a little. What names a record begins at half its width, so that others find room, and takes what
 * they leave. */
static int wanted_columns(const struct page_kind *list, const struct terminal *terminal, int field)
{
  int heading = draw_columns(terminal, _(kind_field(list->kind, field)->label)), wanted = kind_field(list->kind, field)->columns;

  if (field == COMMON_NUMBER) return NUMBER_COLUMNS;
  if (is_title(list, field) && wanted > TITLE_LEAST) wanted = wanted / 2 > TITLE_LEAST ? wanted / 2 : TITLE_LEAST;
  if (heading > wanted) wanted = heading < wanted + HEADING_EXTRA ? heading : wanted + HEADING_EXTRA;
  return wanted;
}

static void add_column(struct page_kind *list, const struct terminal *terminal, int field, int *left)
{
  int wanted = wanted_columns(list, terminal, field);

  if (list->columns == PAGE_CELLS || (list->columns > 0 && wanted + GAP > *left)) return;
  list->fields[list->columns] = field;
  list->widths[list->columns++] = wanted;
  *left -= wanted + GAP;
}

static void widen_title(struct page_kind *list, int left)
{
  int at = list->columns - 1;

  for (int i = 0; i < list->columns; i++)
    if (is_title(list, list->fields[i])) at = i;
  if (at >= 0 && left > 0) list->widths[at] += left;
}

void page_kind_lay_out(struct page_kind *list, const struct terminal *terminal, int columns)
{
  int left = columns - MARK_COLUMNS;

  list->columns = 0;
  if (list->kind->letter != NULL) add_column(list, terminal, COMMON_NUMBER, &left);
  for (int field = COMMON_FIELDS; field < kind_field_count(list->kind); field++)
    if (kind_field(list->kind, field)->columns > 0) add_column(list, terminal, field, &left);
  widen_title(list, left);
}

/* --- reading -------------------------------------------------------------------------------------------------------------- */

struct reading {
  const struct page_kind *list;
  struct desk *desk;
  struct page_reading *taking;
};

static char *cell(struct desk *desk, const struct field *field, const struct value *value)
{
  struct buf text = BUF_INIT;

  if (value->known) value_show(desk->store, field, value, &text);
  char *written = buf_take(&text, NULL);
  for (char *at = written; (at = strchr(at, '\n')) != NULL;) *at = ' ';
  return written;
}

/* x: struck; ?: a conflict waits for a person */
static bool take_record(void *context, const struct record *record)
{
  struct reading *reading = context;
  struct page_row *row = page_take(reading->taking, record->id, &record->id);

  row->mark = record_is_void(record) ? 'x' : record->has_conflict ? '?' : ' ';
  if (record_is_void(record)) row->style = STYLE_STRUCK;
  for (int i = 0; i < reading->list->columns; i++) {
    int field = reading->list->fields[i];
    row->cells[i] = cell(reading->desk, kind_field(record->kind, field), &record->values.list[field]);
  }
  return true;
}

static int read_records(struct page *page, struct desk *desk, const void *after, bool backwards, int limit, struct page_reading *taking,
                        struct err *err)
{
  struct page_kind *list = page->context;
  struct reading reading = { list, desk, taking };
  struct list_query query = list->query;

  if (after != NULL) memcpy(&query.after, after, sizeof query.after);
  query.backwards = backwards;
  query.limit = limit;
  return list_read(desk->store, &query, take_record, &reading, err);
}

const struct page_source page_kind_source = { sizeof(record_id), read_records };

/* --- drawing -------------------------------------------------------------------------------------------------------------- */

void page_kind_draw_heading(const struct page_kind *list, struct terminal *terminal, struct area area)
{
  int column = area.left + MARK_COLUMNS;

  for (int i = 0; i < list->columns; i++) {
    draw_text(terminal, area.top, column, list->widths[i], STYLE_HEADING, _(kind_field(list->kind, list->fields[i])->label));
    column += list->widths[i] + GAP;
  }
}

void page_kind_draw_row(const struct page_kind *list, const struct page_row *row, struct terminal *terminal, struct area area,
                        bool is_chosen)
{
  enum style style = is_chosen ? STYLE_SELECTED : row->style;
  struct buf line = BUF_INIT;

  buf_addc(&line, row->mark);
  for (int i = 0; i < list->columns; i++) {
    const struct field *field = kind_field(list->kind, list->fields[i]);
    bool is_number = field->type == FIELD_INTEGER || field->type == FIELD_DECIMAL;
    const char *text = row->cells[i] != NULL ? row->cells[i] : "";
    if (is_number)
      text_fit_right(&line, text, list->widths[i], terminal->ambiguous);
    else
      text_fit(&line, text, list->widths[i], terminal->ambiguous);
    buf_addc(&line, ' ');
  }
  draw_text(terminal, area.top, area.left, area.columns, style, buf_text(&line));
  buf_free(&line);
}
