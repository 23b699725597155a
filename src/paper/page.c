#include "paper/page.h"

#include "base/buf.h"
#include "base/crypto.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "paper/page_model.h"

#include <stdlib.h>
#include <string.h>

static char *visible(const char *text, bool keep_newlines)
{
  struct buf out = BUF_INIT;

  if (text) text_visible(&out, text, strlen(text), keep_newlines);
  return buf_take(&out, NULL);
}

/* On one line: a newline is only a space. */
static char *one_line(const char *text)
{
  char *line = visible(text, true);

  for (char *at = line; (at = strchr(at, '\n'));) *at = ' ';
  return line;
}

static char *visible_or_null(const char *text)
{
  return text && *text ? visible(text, true) : NULL;
}

struct page *page_new(const struct page_head *head)
{
  struct page *page = mem_zero(1, sizeof *page);

  page->head = *head;
  page->head.title = one_line(head->title);
  page->head.unit = one_line(head->unit);
  page->head.report = one_line(head->report);
  page->head.hash = one_line(head->hash);
  page->head.footer = one_line(head->footer);
  return page;
}

static void free_rows(struct page_block *block)
{
  for (size_t i = 0; i < block->row_count; i++) {
    for (size_t j = 0; j < block->rows[i].count; j++) free(block->rows[i].texts[j]);
    free(block->rows[i].texts);
  }
  free(block->rows);
}

static void free_block(struct page_block *block)
{
  free(block->label);
  free(block->text);
  for (size_t i = 0; i < block->column_count; i++) free((char *)block->columns[i].label);
  free(block->columns);
  free_rows(block);
}

void page_free(struct page *page)
{
  if (!page) return;
  for (size_t i = 0; i < page->count; i++) free_block(&page->blocks[i]);
  free(page->blocks);
  free((char *)page->head.title);
  free((char *)page->head.unit);
  free((char *)page->head.report);
  free((char *)page->head.hash);
  free((char *)page->head.footer);
  free(page);
}

void page_set_hash(struct page *page, const char *hash)
{
  free((char *)page->head.hash);
  page->head.hash = one_line(hash);
}

/* ---- Building ---- */

static struct page_block *add_block(struct page *page, enum page_kind kind, int number)
{
  struct page_block *block;

  if (page->count == page->room) {
    page->room = page->room ? page->room * 2 : 16;
    page->blocks = mem_grow(page->blocks, page->room, sizeof *page->blocks);
  }
  block = &page->blocks[page->count++];
  memset(block, 0, sizeof *block);
  block->kind = kind;
  block->number = number;
  block->group = page->together ? page->groups : 0;
  return block;
}

static struct page_block *last_block(struct page *page, enum page_kind kind)
{
  if (!page->count || page->blocks[page->count - 1].kind != kind) ERR_BUG("a part was added to a block of a document that was not begun");
  return &page->blocks[page->count - 1];
}

static char **add_cells(struct page_block *block, unsigned marks, size_t count)
{
  struct page_cells *row;

  if (block->row_count == block->row_room) {
    block->row_room = block->row_room ? block->row_room * 2 : 8;
    block->rows = mem_grow(block->rows, block->row_room, sizeof *block->rows);
  }
  row = &block->rows[block->row_count++];
  row->marks = marks;
  row->count = count;
  row->texts = mem_zero(count, sizeof *row->texts);
  return row->texts;
}

static int within(int number, int least, int most)
{
  return number < least ? least : number > most ? most : number;
}

void page_heading(struct page *page, int level, const char *text)
{
  add_block(page, PAGE_HEADING, within(level, 1, 2))->text = one_line(text);
}

void page_paragraph(struct page *page, unsigned marks, const char *text)
{
  struct page_block *block = add_block(page, PAGE_PARAGRAPH, 0);

  block->marks = marks;
  block->text = visible(text, true);
}

void page_note(struct page *page, const char *label, const char *text)
{
  struct page_block *block = add_block(page, PAGE_NOTE, 0);

  block->label = one_line(label);
  block->text = visible(text, true);
}

void page_pairs(struct page *page, int across)
{
  add_block(page, PAGE_PAIRS, within(across, 1, 4));
}

static void add_pair(struct page *page, unsigned marks, const char *label, const char *value)
{
  char **cells = add_cells(last_block(page, PAGE_PAIRS), marks, 2);

  cells[0] = one_line(label);
  cells[1] = visible(value, true);
}

void page_pair(struct page *page, const char *label, const char *value)
{
  add_pair(page, 0, label, value);
}

void page_pair_wide(struct page *page, const char *label, const char *value)
{
  add_pair(page, PAGE_SPAN, label, value);
}

void page_table(struct page *page, const struct page_column *columns, size_t count, const char *empty)
{
  struct page_block *block = add_block(page, PAGE_TABLE, 0);

  if (!count || count > PAGE_COLUMNS) ERR_BUG("a table needs 1 to PAGE_COLUMNS columns");
  block->columns = mem_zero(count, sizeof *block->columns);
  block->column_count = count;
  for (size_t i = 0; i < count; i++) {
    block->columns[i] = columns[i];
    block->columns[i].label = visible(i18n_text(columns[i].label), true);
  }
  block->text = visible_or_null(empty);
}

void page_row(struct page *page, unsigned marks, const char *const cells[])
{
  struct page_block *block = last_block(page, PAGE_TABLE);
  size_t count = marks & PAGE_SPAN ? 1 : block->column_count;
  char **texts = add_cells(block, marks, count);

  for (size_t i = 0; i < count; i++)
    texts[i] = block->columns[i].cut && !(marks & PAGE_SPAN) ? one_line(cells[i]) : visible(cells[i], true);
}

void page_blank_rows(struct page *page, int count)
{
  struct page_block *block = last_block(page, PAGE_TABLE);

  for (int i = 0; i < count; i++) {
    char **texts = add_cells(block, PAGE_TALL, block->column_count);

    for (size_t j = 0; j < block->column_count; j++) texts[j] = mem_dup("");
  }
}

void page_signatures(struct page *page, int across)
{
  add_block(page, PAGE_SIGNATURES, within(across, 1, 4));
}

void page_signature(struct page *page, const char *label, const char *name, const char *time)
{
  char **cells = add_cells(last_block(page, PAGE_SIGNATURES), 0, 3);

  cells[0] = one_line(label);
  cells[1] = visible_or_null(name);
  cells[2] = visible_or_null(time);
}

void page_lines(struct page *page, const char *label, int count)
{
  add_block(page, PAGE_LINES, within(count, 0, 1000))->label = one_line(label);
}

void page_space(struct page *page, int lines)
{
  add_block(page, PAGE_SPACE, within(lines, 0, 1000));
}

void page_break(struct page *page)
{
  add_block(page, PAGE_BREAK, 0);
}

void page_together(struct page *page)
{
  if (page->together) ERR_BUG("page_together is not nested");
  page->together = true;
  page->groups++;
}

void page_together_end(struct page *page)
{
  if (!page->together) ERR_BUG("page_together_end without page_together");
  page->together = false;
}

/* ---- Digest ---- */

/* Lengths in front keep "ab","c" apart from "a","bc"; NULL is apart from "". */
static void digest_number(struct crypto_hash *hash, int64_t number)
{
  unsigned char bytes[8];

  for (int i = 0; i < 8; i++) bytes[i] = (unsigned char)((uint64_t)number >> (56 - 8 * i));
  crypto_hash_add(hash, bytes, sizeof bytes);
}

static void digest_text(struct crypto_hash *hash, const char *text)
{
  size_t length = text ? strlen(text) : 0;

  digest_number(hash, text ? (int64_t)length : -1);
  crypto_hash_add(hash, text ? text : "", length);
}

static void digest_block(struct crypto_hash *hash, const struct page_block *block)
{
  digest_number(hash, block->kind);
  digest_number(hash, block->marks);
  digest_number(hash, block->number);
  digest_text(hash, block->label);
  digest_text(hash, block->text);
  digest_number(hash, (int64_t)block->column_count);
  for (size_t i = 0; i < block->column_count; i++) digest_text(hash, block->columns[i].label);
  digest_number(hash, (int64_t)block->row_count);
  for (size_t i = 0; i < block->row_count; i++) {
    digest_number(hash, block->rows[i].marks);
    digest_number(hash, (int64_t)block->rows[i].count);
    for (size_t j = 0; j < block->rows[i].count; j++) digest_text(hash, block->rows[i].texts[j]);
  }
}

void page_digest(const struct page *page, char hex[PAGE_DIGEST])
{
  static const char key[] = "dutydesk paper 1";
  unsigned char digest[(PAGE_DIGEST - 1) / 2];
  struct crypto_hash hash;

  crypto_hash_start(&hash, key, sizeof digest);
  digest_text(&hash, page->head.title);
  digest_text(&hash, page->head.unit);
  digest_text(&hash, page->head.report);
  digest_number(&hash, page->head.made_at);
  digest_number(&hash, page->head.exercise);
  digest_number(&hash, (int64_t)page->count);
  for (size_t i = 0; i < page->count; i++) digest_block(&hash, &page->blocks[i]);
  crypto_hash_end(&hash, digest, sizeof digest);
  crypto_hex(digest, sizeof digest, hex);
}
