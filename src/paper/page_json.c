#include "paper/page_json.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "paper/page_model.h"

/* --- writing -------------------------------------------------------------------------------------------------------------------------- */

static void put_text(json *object, const char *name, const char *text)
{
  if (text) json_put(object, name, json_make_text(text));
}

static void put_number(json *object, const char *name, int64_t number)
{
  if (number) json_put(object, name, json_make_number(number));
}

static json *columns_json(const struct page_block *block)
{
  json *list = json_make_array();
  for (size_t index = 0; index < block->column_count; index++) {
    json *column = json_make_object();
    put_text(column, "label", block->columns[index].label);
    put_number(column, "width", block->columns[index].width);
    put_number(column, "weight", block->columns[index].weight);
    put_number(column, "align", block->columns[index].align);
    put_number(column, "cut", block->columns[index].cut);
    json_append(list, column);
  }
  return list;
}

/* A row is its marks, then its texts. */
static json *rows_json(const struct page_block *block)
{
  json *list = json_make_array();
  for (size_t index = 0; index < block->row_count; index++) {
    json *row = json_make_array();
    json_append(row, json_make_number(block->rows[index].marks));
    for (size_t cell = 0; cell < block->rows[index].count; cell++) {
      const char *text = block->rows[index].texts[cell];
      json_append(row, text ? json_make_text(text) : json_make_null());
    }
    json_append(list, row);
  }
  return list;
}

static json *block_json(const struct page_block *block)
{
  json *object = json_make_object();
  json_put(object, "kind", json_make_number(block->kind));
  put_number(object, "marks", block->marks);
  put_number(object, "number", block->number);
  put_number(object, "group", block->group);
  put_text(object, "label", block->label);
  put_text(object, "text", block->text);
  if (block->column_count) json_put(object, "columns", columns_json(block));
  if (block->row_count) json_put(object, "rows", rows_json(block));
  return object;
}

void page_write(const struct page *page, struct buf *out)
{
  json *object = json_make_object(), *blocks = json_make_array();
  put_text(object, "title", page->head.title);
  put_text(object, "unit", page->head.unit);
  put_text(object, "report", page->head.report);
  put_number(object, "made_at", page->head.made_at);
  put_number(object, "exercise", page->head.exercise);
  put_number(object, "landscape", page->head.landscape);
  for (size_t index = 0; index < page->count; index++) json_append(blocks, block_json(&page->blocks[index]));
  json_put(object, "blocks", blocks);
  json_write(object, 0, out);
  json_drop(object);
}

/* --- reading -------------------------------------------------------------------------------------------------------------------------- */

static int64_t get_number(const json *object, const char *name)
{
  return json_number(json_get(object, name), 0);
}

static char *get_text(const json *object, const char *name)
{
  return mem_dup(json_text(json_get(object, name)));
}

static void columns_read(struct page_block *block, const json *list)
{
  block->column_count = json_count(list);
  block->columns = block->column_count ? mem_zero(block->column_count, sizeof(*block->columns)) : NULL;
  for (size_t index = 0; index < block->column_count; index++) {
    const json *column = json_at(list, index);
    block->columns[index] = (struct page_column){ .label = get_text(column, "label"),
                                                  .width = (int)get_number(column, "width"),
                                                  .weight = (int)get_number(column, "weight"),
                                                  .align = (enum page_align)get_number(column, "align"),
                                                  .cut = get_number(column, "cut") != 0 };
  }
}

static void rows_read(struct page_block *block, const json *list)
{
  block->row_count = block->row_room = json_count(list);
  block->rows = block->row_count ? mem_zero(block->row_count, sizeof(*block->rows)) : NULL;
  for (size_t index = 0; index < block->row_count; index++) {
    const json *row = json_at(list, index);
    struct page_cells *cells = &block->rows[index];
    cells->marks = (unsigned)json_number(json_at(row, 0), 0);
    cells->count = json_count(row) ? json_count(row) - 1 : 0;
    cells->texts = mem_zero(cells->count + 1, sizeof(*cells->texts));
    for (size_t cell = 0; cell < cells->count; cell++) cells->texts[cell] = mem_dup(json_text(json_at(row, cell + 1)));
  }
}

static void block_read(struct page *page, const json *object)
{
  struct page_block *block = &page->blocks[page->count++];
  block->kind = (enum page_kind)get_number(object, "kind");
  block->marks = (unsigned)get_number(object, "marks");
  block->number = (int)get_number(object, "number");
  block->group = (int)get_number(object, "group");
  block->label = get_text(object, "label");
  block->text = get_text(object, "text");
  columns_read(block, json_get(object, "columns"));
  rows_read(block, json_get(object, "rows"));
}

struct page *page_read(const char *text, struct err *err)
{
  json *object = json_read(text, strlen(text), err);
  const json *blocks = json_get(object, "blocks");
  if (!object || !json_text(json_get(object, "title")) || !blocks) {
    json_drop(object);
    err_set(err, _("the printout's content cannot be read: run 'dutydesk verify'"));
    return NULL;
  }
  struct page_head head = {
    .title = json_text(json_get(object, "title")),
    .unit = json_text(json_get(object, "unit")),
    .report = json_text(json_get(object, "report")),
    .made_at = get_number(object, "made_at"),
    .exercise = get_number(object, "exercise") != 0,
    .landscape = get_number(object, "landscape") != 0,
  };
  struct page *page = page_new(&head);
  size_t count = json_count(blocks);
  page->blocks = mem_zero(count + 1, sizeof(*page->blocks));
  page->room = count + 1;
  for (size_t index = 0; index < count; index++) block_read(page, json_at(blocks, index));
  json_drop(object);
  return page;
}

void page_set_copy(struct page *page, int copy, const char *footer)
{
  page->head.copy = copy;
  free((char *)page->head.footer);
  page->head.footer = mem_dup(footer ? footer : "");
}
