/* text.h: what is shown of a text, how many columns it takes, and where its lines break. */
#include <stdlib.h>
#include <string.h>
#include <unilbrk.h>
#include <uniwidth.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"

enum { ELLIPSIS = 0x2026, PICTURE_COLUMNS = 8 /* <U+202E> */ };

/* What would move the cursor, end the line or turn its direction (UAX #9), beyond C0 and DEL which have pictures of their own. */
static bool is_hidden_control(uint32_t c)
{
  return (c >= 0x80 && c < 0xA0) || c == 0x061C || c == 0x200E || c == 0x200F || (c >= 0x2028 && c <= 0x202E) ||
         (c >= 0x2066 && c <= 0x2069);
}

static void put_visible(struct buf *out, uint32_t c)
{
  if (c < 0x20)
    text_put(out, 0x2400 + c);
  else if (c == 0x7F)
    text_put(out, 0x2421);
  else if (is_hidden_control(c))
    buf_addf(out, "<U+%04X>", c);
  else
    text_put(out, c);
}

void text_visible(struct buf *out, const char *text, size_t length, bool keep_newlines)
{
  const char *end = text + length;

  while (text < end) {
    uint32_t c = text_next(&text, end);
    if (c == '\n' && keep_newlines)
      buf_addc(out, '\n');
    else
      put_visible(out, c);
  }
}

int text_char_columns(uint32_t code_point, enum text_ambiguous ambiguous)
{
  if (code_point < 0x80) return 1;
  if (is_hidden_control(code_point)) return PICTURE_COLUMNS;
  int columns = uc_width(code_point, "UTF-8");
  if (columns == 1 && ambiguous == TEXT_WIDE && text_is_ambiguous(code_point)) return 2;
  return columns > 0 ? columns : 0;
}

static int columns_of(const char *text, size_t length, enum text_ambiguous ambiguous)
{
  const char *end = text + length;
  int columns = 0;

  while (text < end) columns += text_char_columns(text_next(&text, end), ambiguous);
  return columns;
}

int text_columns(const char *text, enum text_ambiguous ambiguous)
{
  return columns_of(text, strlen(text), ambiguous);
}

static size_t cut(const char *text, size_t length, int columns, enum text_ambiguous ambiguous, int *taken)
{
  size_t at = 0;
  int used = 0;

  while (at < length) {
    size_t next = text_after(text, length, at);
    int more = columns_of(text + at, next - at, ambiguous);
    if (used + more > columns) break;
    used += more;
    at = next;
  }
  if (taken != NULL) *taken = used;
  return at;
}

size_t text_cut(const char *text, int columns, enum text_ambiguous ambiguous, int *taken)
{
  return cut(text, strlen(text), columns, ambiguous, taken);
}

static void add_spaces(struct buf *out, int count)
{
  for (; count > 0; count--) buf_addc(out, ' ');
}

static void fit(struct buf *out, const char *text, int columns, enum text_ambiguous ambiguous, bool right)
{
  size_t length = strlen(text);
  int used, ellipsis = 0;
  size_t kept = cut(text, length, columns, ambiguous, &used);

  if (kept < length) {
    ellipsis = text_char_columns(ELLIPSIS, ambiguous);
    kept = cut(text, length, columns - ellipsis, ambiguous, &used);
    if (ellipsis > columns) ellipsis = 0;
  }
  if (right) add_spaces(out, columns - used - ellipsis);
  text_visible(out, text, kept, false);
  if (ellipsis > 0) text_put(out, ELLIPSIS);
  if (!right) add_spaces(out, columns - used - ellipsis);
}

void text_fit(struct buf *out, const char *text, int columns, enum text_ambiguous ambiguous)
{
  fit(out, text, columns, ambiguous, false);
}

void text_fit_right(struct buf *out, const char *text, int columns, enum text_ambiguous ambiguous)
{
  fit(out, text, columns, ambiguous, true);
}

static size_t without_spaces(const char *text, size_t start, size_t end)
{
  while (end > start && strchr(" \t\r\n", text[end - 1]) != NULL) end--;
  return end;
}

/* Where the line that begins at start ends: after its newline, at the last place where UAX #14 lets it break, or, in one long word,
 * where the columns do. Spaces before a break may hang over the edge: they are not shown. */
static size_t line_end(const char *text, size_t length, size_t start, int columns, enum text_ambiguous ambiguous, const char *breaks)
{
  size_t at = start, last = start;
  int used = 0;

  while (at < length) {
    size_t next = text_after(text, length, at);
    if (breaks[at] == UC_BREAK_MANDATORY || breaks[next - 1] == UC_BREAK_MANDATORY) return next;
    if (at > start && breaks[at] == UC_BREAK_POSSIBLE) last = at;
    used += columns_of(text + at, next - at, ambiguous);
    bool is_space = without_spaces(text, at, next) == at;
    if (used > columns && !is_space) {
      if (last > start) return last;
      return at > start ? at : next;
    }
    at = next;
  }
  return length;
}

void text_wrap(const char *text, int columns, enum text_ambiguous ambiguous, bool (*line)(const char *bytes, size_t length, void *context),
               void *context)
{
  size_t length = strlen(text), start = 0;
  char *breaks = mem_zero(length, 1);

  u8_possible_linebreaks((const uint8_t *)text, length, "GBK", breaks);
  do {
    size_t end = line_end(text, length, start, columns, ambiguous, breaks);
    if (!line(text + start, without_spaces(text, start, end) - start, context)) break;
    start = end;
  } while (start < length);
  free(breaks);
}
