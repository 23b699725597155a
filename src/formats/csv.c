/* csv.h: reading. Cells are cut and unquoted in place, so that a row costs no memory of its own. */
#include "formats/csv.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"

enum { COLUMNS_MOST = 4096 };

static char *here(const struct csv *csv)
{
  return csv->text.data + csv->at;
}

static bool at_end(const struct csv *csv)
{
  return csv->at >= csv->text.length;
}

static void column_letters(char letters[8], size_t column)
{
  char reversed[8];
  size_t count = 0;

  for (size_t rest = column + 1; rest > 0 && count < 7; rest = (rest - 1) / 26) reversed[count++] = (char)('A' + (rest - 1) % 26);
  for (size_t i = 0; i < count; i++) letters[i] = reversed[count - 1 - i];
  letters[count] = '\0';
}

int csv_fail(const struct csv *csv, size_t column, struct err *err, const char *format, ...)
{
  char letters[8], text[sizeof err->text];
  va_list arguments;

  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  column_letters(letters, column);
  return err_set(err, _("row %d, column %s: %s"), csv->row, letters, text);
}

/* Steps over CR LF, LF or CR if one stands here. */
static bool skip_line_end(struct csv *csv)
{
  const char *at = here(csv);

  if (*at != '\r' && *at != '\n') return false;
  csv->at += *at == '\r' && at[1] == '\n' ? 2 : 1;
  csv->next_line++;
  return true;
}

static size_t count_in_line(const char *at, char wanted)
{
  size_t count = 0;
  bool quoted = false;

  for (; *at != '\0' && (quoted || (*at != '\r' && *at != '\n')); at++) {
    if (*at == '"') quoted = !quoted;
    count += !quoted && *at == wanted;
  }
  return count;
}

static char guess_separator(const char *text)
{
  static const char candidates[] = { ',', ';', '\t' };
  char best = ',';
  size_t most = 0;

  text += strspn(text, "\r\n");
  for (size_t i = 0; i < sizeof candidates; i++) {
    size_t count = count_in_line(text, candidates[i]);
    if (count <= most) continue;
    most = count;
    best = candidates[i];
  }
  return best;
}

/* Excel's own hint, a line of its own that is no row. */
static bool take_hint(struct csv *csv)
{
  const char *at = here(csv);

  if (strncmp(at, "sep=", 4) != 0 || at[4] == '\0' || strchr(",;\t", at[4]) == NULL || (at[5] != '\r' && at[5] != '\n')) return false;
  csv->separator = at[4];
  csv->at += 5;
  skip_line_end(csv);
  return true;
}

int csv_open(struct csv *csv, const char *bytes, size_t length, struct err *err)
{
  *csv = (struct csv){ .separator = ',', .encoding = "UTF-8", .text = BUF_INIT, .next_row = 1, .next_line = 1 };
  if (text_decode(bytes, length, &csv->text, &csv->encoding, err) != 0) return -1;
  if (csv->text.length == 0) return 0;
  const char *zero = memchr(csv->text.data, '\0', csv->text.length);
  if (zero != NULL) return err_set(err, _("byte %td is NUL: this is no text file; save the table as CSV"), zero - csv->text.data + 1);
  if (!take_hint(csv)) csv->separator = guess_separator(here(csv));
  return 0;
}

static struct csv_cell *add_cell(struct csv *csv)
{
  if (csv->count == csv->capacity) {
    csv->capacity = csv->capacity > 0 ? csv->capacity * 2 : 32;
    csv->cells = mem_grow(csv->cells, csv->capacity, sizeof *csv->cells);
  }
  return &csv->cells[csv->count++];
}

static void read_plain(struct csv *csv, struct csv_cell *cell)
{
  const char separator = csv->separator;
  char *start = here(csv), *at = start, *end = csv->text.data + csv->text.length;

  while (at < end && *at != separator && *at != '\n' && *at != '\r') at++;
  *cell = (struct csv_cell){ start, (size_t)(at - start), false };
  csv->at += cell->length;
}

static void count_lines(struct csv *csv, const char *from, const char *to)
{
  for (; from < to; from++) csv->next_line += *from == '\n' || (*from == '\r' && from[1] != '\n');
}

/* The closing mark, doubled ones made single on the way; NULL if there is none. *written gets the end of the text. */
static char *unquote(char *start, char *end, char **written)
{
  char *to = start, *from = start;

  for (;;) {
    char *mark = memchr(from, '"', (size_t)(end - from));
    if (mark == NULL) return NULL;
    if (to != from) memmove(to, from, (size_t)(mark - from));
    to += mark - from;
    if (mark + 1 >= end || mark[1] != '"') {
      *written = to;
      return mark;
    }
    *to++ = '"';
    from = mark + 2;
  }
}

static int read_quoted(struct csv *csv, struct csv_cell *cell, struct err *err)
{
  char *start = here(csv) + 1, *end = csv->text.data + csv->text.length, *written;
  size_t column = csv->count - 1;
  int line = csv->next_line;
  char *mark = unquote(start, end, &written);

  if (mark == NULL) return csv_fail(csv, column, err, _("the quotation mark opened in line %d is never closed"), line);
  count_lines(csv, start, written);
  *cell = (struct csv_cell){ start, (size_t)(written - start), true };
  csv->at = (size_t)(mark + 1 - csv->text.data);
  if (at_end(csv) || *here(csv) == csv->separator || *here(csv) == '\r' || *here(csv) == '\n') return 0;
  return csv_fail(csv, column, err, _("text follows the closing quotation mark in line %d; double the marks inside a cell"),
                  csv->next_line);
}

/* Reads the cells up to the end of the row and steps over its line end; only then may the ends be overwritten. */
static int read_row(struct csv *csv, struct err *err)
{
  csv->count = 0;
  csv->row = csv->next_row++;
  csv->line = csv->next_line;
  for (;;) {
    if (csv->count == COLUMNS_MOST) return csv_fail(csv, csv->count, err, _("more than %d columns: this is no table"), COLUMNS_MOST);
    struct csv_cell *cell = add_cell(csv);
    if (*here(csv) != '"')
      read_plain(csv, cell);
    else if (read_quoted(csv, cell, err) != 0)
      return -1;
    if (at_end(csv) || skip_line_end(csv)) return 0;
    csv->at++; /* the separator */
  }
}

static bool finish_row(struct csv *csv)
{
  bool anything = false;

  for (size_t i = 0; i < csv->count; i++) {
    struct csv_cell *cell = &csv->cells[i];
    cell->text[cell->length] = '\0';
    anything |= cell->quoted || cell->length > 0;
    if (*cell->text != '\'' || !csv_is_guarded(cell->text)) continue;
    cell->text++;
    cell->length--;
  }
  return anything;
}

int csv_next(struct csv *csv, struct err *err)
{
  while (!at_end(csv)) {
    if (read_row(csv, err) != 0) return -1;
    if (finish_row(csv)) return 1;
  }
  csv->count = 0;
  return 0;
}

const char *csv_get(const struct csv *csv, size_t column)
{
  return column < csv->count ? csv->cells[column].text : "";
}

void csv_close(struct csv *csv)
{
  buf_free(&csv->text);
  free(csv->cells);
  csv->cells = NULL;
  csv->count = csv->capacity = csv->at = 0;
}
