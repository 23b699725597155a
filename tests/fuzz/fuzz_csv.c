/* Any bytes as a table; what is read and written again reads as the same. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "formats/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void check_row(const struct csv *csv)
{
  for (size_t i = 0; i < csv->count; i++)
    if (strlen(csv->cells[i].text) != csv->cells[i].length || text_invalid_at(csv->cells[i].text, csv->cells[i].length) >= 0) abort();
}

static void write_row(struct buf *out, const struct csv *csv)
{
  const char **cells = mem_zero(csv->count, sizeof *cells);

  for (size_t i = 0; i < csv->count; i++) cells[i] = csv->cells[i].text;
  csv_write_row(out, cells, csv->count);
  free(cells);
}

static void compare_rows(const struct csv *one, const struct csv *other)
{
  if (one->count != other->count) abort();
  for (size_t i = 0; i < one->count; i++)
    if (strcmp(one->cells[i].text, other->cells[i].text) != 0) abort();
}

/* A header of commas fixes the separator, as every file of ours has one. */
static void check_again(const uint8_t *bytes, size_t length, const struct buf *written)
{
  struct csv first, again;

  if (csv_open(&first, (const char *)bytes, length, NULL) != 0 || csv_open(&again, written->data, written->length, NULL) != 0) abort();
  if (csv_next(&again, NULL) != 1) abort();
  while (csv_next(&first, NULL) > 0) {
    if (csv_next(&again, NULL) != 1) abort();
    compare_rows(&first, &again);
  }
  if (csv_next(&again, NULL) != 0) abort();
  csv_close(&first);
  csv_close(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
  struct csv csv;
  struct err err = ERR_INIT;
  struct buf written = BUF_INIT;
  int got = csv_open(&csv, (const char *)bytes, length, &err);

  buf_adds(&written, "a,b,c\r\n");
  bool opened = got == 0;
  while (got >= 0 && (got = csv_next(&csv, &err)) > 0) {
    check_row(&csv);
    write_row(&written, &csv);
  }
  if (got < 0 && *err.text == '\0') abort();
  csv_close(&csv);
  if (opened) check_again(bytes, length, &written);
  buf_free(&written);
  return 0;
}
