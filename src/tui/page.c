#include "tui/page.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static void drop_row(struct page_row *row)
{
  for (int i = 0; i < PAGE_CELLS; i++) free(row->cells[i]);
}

static void drop_rows(struct page *page)
{
  for (int i = 0; i < page->count; i++) drop_row(&page->rows[i]);
  page->count = 0;
}

void page_start(struct page *page, const struct page_source *source, void *context)
{
  assert(source->position_size <= PAGE_POSITION);
  *page = (struct page){ .source = source, .context = context };
}

void page_stop(struct page *page)
{
  drop_rows(page);
  free(page->rows);
  page->rows = NULL;
}

/* --- reading -------------------------------------------------------------------------------------------------------------- */

struct page_reading {
  struct page *page;
  struct page_row *rows;
  int count;
};

struct page_row *page_take(struct page_reading *reading, record_id id, const void *position)
{
  reading->rows = mem_grow(reading->rows, (size_t)reading->count + 1, sizeof *reading->rows);
  struct page_row *row = &reading->rows[reading->count++];
  *row = (struct page_row){ .id = id, .mark = ' ' };
  memcpy(row->position, position, reading->page->source->position_size);
  return row;
}

static void turn(struct page_row *rows, int count)
{
  for (int i = 0; i < count / 2; i++) {
    struct page_row kept = rows[i];
    rows[i] = rows[count - 1 - i];
    rows[count - 1 - i] = kept;
  }
}

static int read_rows(struct page *page, struct desk *desk, const void *after, bool backwards, int limit, struct page_reading *reading,
                     struct err *err)
{
  *reading = (struct page_reading){ page, NULL, 0 };
  if (page->source->read(page, desk, after, backwards, limit, reading, err) < 0) {
    for (int i = 0; i < reading->count; i++) drop_row(&reading->rows[i]);
    free(reading->rows);
    return -1;
  }
  if (backwards) turn(reading->rows, reading->count);
  return 0;
}

/* One row more than wanted was asked for, to know whether it goes on there. */
static bool drop_beyond(struct page_reading *reading, int wanted, bool backwards)
{
  if (reading->count <= wanted) return false;
  drop_row(&reading->rows[backwards ? 0 : wanted]);
  reading->count--;
  if (backwards) memmove(reading->rows, reading->rows + 1, (size_t)reading->count * sizeof *reading->rows);
  return true;
}

static int replace_rows(struct page *page, struct desk *desk, const void *after, bool backwards, struct err *err)
{
  struct page_reading reading;

  if (read_rows(page, desk, after, backwards, page->size + 1, &reading, err) < 0) return -1;
  if (reading.count == 0 && after != NULL) return 0;
  bool goes_on = drop_beyond(&reading, page->size, backwards);
  page->has_more = backwards ? after != NULL : goes_on;
  drop_rows(page);
  free(page->rows);
  page->rows = reading.rows;
  page->count = reading.count;
  return reading.count;
}

int page_first(struct page *page, struct desk *desk, struct err *err)
{
  page->is_at_start = true;
  return replace_rows(page, desk, NULL, false, err);
}

int page_last(struct page *page, struct desk *desk, struct err *err)
{
  int result = replace_rows(page, desk, NULL, true, err);

  page->is_at_start = result >= 0 && result < page->size;
  return result;
}

int page_next(struct page *page, struct desk *desk, struct err *err)
{
  int result = page->count > 0 ? replace_rows(page, desk, page->rows[page->count - 1].position, false, err) : 0;

  if (result > 0) page->is_at_start = false;
  return result;
}

/* A short page before the first row means that the start was reached: then a full one from there looks better. */
int page_previous(struct page *page, struct desk *desk, struct err *err)
{
  if (page->count == 0) return 0;
  int result = replace_rows(page, desk, page->rows[0].position, true, err);
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
  struct page_reading reading;

  if (page->count == 0) return 0;
  if (read_rows(page, desk, page->rows[backwards ? 0 : page->count - 1].position, backwards, backwards ? 1 : 2, &reading, err) < 0)
    return -1;
  bool goes_on = drop_beyond(&reading, 1, backwards);
  page->has_more = backwards ? page->has_more || (reading.count > 0 && page->count >= page->size) : goes_on;
  int moved = reading.count == 0 ? 0 : backwards ? prepend_row(page, reading.rows) : append_row(page, reading.rows);
  if (moved && !backwards) page->is_at_start = false;
  free(reading.rows);
  return moved;
}

/* From the row before it on, which stays where it is even if that at `position` is struck or changed meanwhile. */
int page_from(struct page *page, struct desk *desk, const void *position, struct err *err)
{
  struct page_reading before;

  if (read_rows(page, desk, position, true, 1, &before, err) < 0) return -1;
  unsigned char anchor[PAGE_POSITION];
  bool has_anchor = before.count > 0;
  if (has_anchor) memcpy(anchor, before.rows[0].position, sizeof anchor);
  for (int i = 0; i < before.count; i++) drop_row(&before.rows[i]);
  free(before.rows);
  int result = has_anchor ? replace_rows(page, desk, anchor, false, err) : 0;
  if (result > 0) page->is_at_start = false;
  return result == 0 ? page_first(page, desk, err) : result;
}

int page_again(struct page *page, struct desk *desk, struct err *err)
{
  if (page->count == 0 || page->is_at_start) return page_first(page, desk, err);
  return page_from(page, desk, page->rows[0].position, err);
}
