#include "base/text.h"

#include <stdlib.h>
#include <string.h>
#include <unigbrk.h>
#include <unistr.h>

#include "base/buf.h"
#include "base/mem.h"

uint32_t text_next(const char **at, const char *end)
{
  const uint8_t *bytes = (const uint8_t *)*at;
  ucs4_t code_point;

  if (*at >= end) return 0;
  if (*bytes < 0x80) {
    *at += 1;
    return *bytes;
  }
  int length = u8_mbtoucr(&code_point, bytes, (size_t)(end - *at));
  if (length < 0) {
    *at += 1;
    return TEXT_REPLACEMENT;
  }
  *at += length;
  return code_point;
}

void text_put(struct buf *out, uint32_t code_point)
{
  uint8_t bytes[6];
  int length = u8_uctomb(bytes, code_point, sizeof bytes);

  if (length < 0) length = u8_uctomb(bytes, TEXT_REPLACEMENT, sizeof bytes);
  buf_add(out, bytes, (size_t)length);
}

ptrdiff_t text_invalid_at(const char *text, size_t length)
{
  const char *zero = memchr(text, '\0', length);
  const uint8_t *bad = u8_check((const uint8_t *)text, zero != NULL ? (size_t)(zero - text) : length);

  if (bad != NULL) return (const char *)bad - text;
  return zero != NULL ? zero - text : -1;
}

size_t text_characters(const char *text)
{
  const char *end = text + strlen(text);
  size_t count = 0;

  for (; text < end; count++) text_next(&text, end);
  return count;
}

/* u8_grapheme_next looks at pairs of characters only, which is not enough behind a joiner (GB11) and between flags (GB12). */
static bool needs_context(const char *text, size_t length, size_t at)
{
  return memcmp(text + at - 3, "\u200D", 3) == 0 || (length - at >= 4 && memcmp(text + at, "\xF0\x9F\x87", 3) == 0);
}

static size_t after_in_context(const char *text, size_t length, size_t at)
{
  for (size_t window = 128;; window *= 2) {
    size_t end = length - at > window ? at + window : length;
    while (end < length && ((unsigned char)text[end] & 0xC0) == 0x80) end--;
    char *breaks = mem_zero(end - at, 1);
    size_t next = at + 1;
    u8_grapheme_breaks((const uint8_t *)text + at, end - at, breaks);
    while (next < end && !breaks[next - at]) next++;
    free(breaks);
    if (next < end || end == length) return next;
  }
}

size_t text_after(const char *text, size_t length, size_t at)
{
  if (at >= length) return length;
  const uint8_t *found = u8_grapheme_next((const uint8_t *)text + at, (const uint8_t *)text + length);
  size_t next = found != NULL ? (size_t)((const char *)found - text) : length;
  return next - at >= 3 && needs_context(text, length, next) ? after_in_context(text, length, at) : next;
}

/* Flags and emoji sequences can only be split rightly from their front, so the line is walked from its start. */
size_t text_before(const char *text, size_t length, size_t at)
{
  if (at > length) at = length;
  if (at == 0) return 0;
  const char *newline = at > 2 ? memrchr(text, '\n', at - 2) : NULL;
  size_t start = newline != NULL ? (size_t)(newline + 1 - text) : 0;

  for (;;) {
    size_t next = text_after(text, length, start);
    if (next >= at) return start;
    start = next;
  }
}

static uint32_t folded(uint32_t c)
{
  static const struct {
    uint16_t wide;
    char narrow;
  } marks[] = {
    { 0x3000, ' ' },  { 0x3001, ',' },  { 0x3002, '.' }, { 0x3010, '[' }, { 0x3011, ']' },
    { 0x2018, '\'' }, { 0x2019, '\'' }, { 0x201C, '"' }, { 0x201D, '"' }, { 0x2010, '-' },
    { 0x2013, '-' },  { 0x2014, '-' },  { 0x2212, '-' }, { 0x2236, ':' }, { 0x00A0, ' ' },
  };

  if (c >= 0xFF01 && c <= 0xFF5E) return c - 0xFEE0;
  for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
    if (marks[i].wide == c) return (unsigned char)marks[i].narrow;
  return c;
}

char *text_fold_width(const char *text)
{
  const char *end = text + strlen(text);
  struct buf out = BUF_INIT;

  while (text < end) {
    const char *narrow = text;
    while (text < end && (unsigned char)*text < 0x80) text++; /* mostly all of it */
    buf_add(&out, narrow, (size_t)(text - narrow));
    if (text < end) text_put(&out, folded(text_next(&text, end)));
  }
  return buf_take(&out, NULL);
}

/* Bytes of the white space at text, 0 if there is none. */
static size_t space_at(const char *text)
{
  if (strchr(" \t\r\n\v\f", *text) != NULL && *text != '\0') return 1;
  return strncmp(text, "\u3000", 3) == 0 ? 3 : 0;
}

char *text_trim(char *text)
{
  char *start = text, *end = text;

  while (space_at(start) > 0) start += space_at(start);
  for (char *at = start; *at != '\0';) {
    size_t space = space_at(at);
    at += space > 0 ? space : 1;
    if (space == 0) end = at;
  }
  size_t length = end > start ? (size_t)(end - start) : 0;
  memmove(text, start, length);
  text[length] = '\0';
  return text;
}

/* UTF-8 never begins inside a character and its other bytes have no case, so bytes may be compared. */
bool text_contains(const char *whole, const char *part)
{
  return strcasestr(whole, part) != NULL;
}
