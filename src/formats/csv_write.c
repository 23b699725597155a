/* csv.h: writing. A spreadsheet runs a cell that begins with = + - @ as a formula, and tables here are filled by many hands. */
#include <string.h>

#include "formats/csv.h"

static const char starts_formula[] = "=+-@\t\r";

static bool is_number(const char *text)
{
  size_t whole, part = 0;

  text += *text == '+' || *text == '-';
  whole = strspn(text, "0123456789");
  text += whole;
  if (*text == '.') {
    text++;
    part = strspn(text, "0123456789");
    text += part;
  }
  return *text == '\0' && whole + part > 0;
}

static bool begins_formula(const char *text)
{
  return *text != '\0' && strchr(starts_formula, *text) != NULL;
}

bool csv_is_guarded(const char *text)
{
  return *text == '\'' && begins_formula(text + strspn(text, "'"));
}

static bool needs_guard(const char *text)
{
  return csv_is_guarded(text) || (begins_formula(text) && text[1] != '\0' && !is_number(text));
}

static bool needs_quotes(const char *text)
{
  size_t length = strlen(text);

  return length > 0 && (strpbrk(text, "\",;\t\r\n") != NULL || *text == ' ' || text[length - 1] == ' ' || strncmp(text, "sep=", 4) == 0);
}

static void add_quoted(struct buf *out, const char *text)
{
  for (const char *mark = strchr(text, '"'); mark != NULL; mark = strchr(text, '"')) {
    buf_add(out, text, (size_t)(mark - text));
    buf_adds(out, "\"\"");
    text = mark + 1;
  }
  buf_adds(out, text);
}

void csv_cell(struct buf *out, const char *text)
{
  if (text == NULL) text = "";
  bool quotes = needs_quotes(text);

  if (quotes) buf_addc(out, '"');
  if (needs_guard(text)) buf_addc(out, '\'');
  add_quoted(out, text);
  if (quotes) buf_addc(out, '"');
}

/* A row with nothing in it would be passed over when read again. */
static bool is_blank(const char *const cells[], size_t count)
{
  for (size_t i = 0; i < count; i++)
    if (cells[i] != NULL && *cells[i] != '\0') return false;
  return true;
}

void csv_write_row(struct buf *out, const char *const cells[], size_t count)
{
  if (count > 0 && is_blank(cells, count)) buf_adds(out, "\"\"");
  for (size_t i = 0; i < count; i++) {
    if (i > 0) buf_addc(out, ',');
    csv_cell(out, cells[i]);
  }
  buf_adds(out, "\r\n");
}
