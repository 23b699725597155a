#include "paper/page_strip.h"

#include "base/mem.h"

#include <stdlib.h>

void page_strip_free(struct strip *strip)
{
  buf_free(&strip->lines);
  free(strip->lead);
  free(strip->close);
}

void page_strip_end_line(struct strip *strip)
{
  struct buf *lines = &strip->lines;

  while (lines->length && lines->data[lines->length - 1] == ' ') lines->length--;
  buf_addc(lines, '\n');
  strip->count++;
}

void page_strip_add(struct strip *strip, const char *line)
{
  buf_adds(&strip->lines, line);
  page_strip_end_line(strip);
}

struct wrapping {
  struct strip *strip;
  const struct page_options *options;
  bool centred;
};

static bool wrapped_line(const char *bytes, size_t length, void *context)
{
  const struct wrapping *wrapping = context;
  const struct page_options *options = wrapping->options;
  char *line = mem_dup_n(bytes, length);
  int spare = options->columns - text_columns(line, options->ambiguous);

  for (int i = 0; wrapping->centred && i < spare / 2; i++) buf_addc(&wrapping->strip->lines, ' ');
  page_strip_add(wrapping->strip, line);
  free(line);
  return true;
}

void page_strip_wrap(struct strip *strip, const char *text, const struct page_options *options)
{
  struct wrapping wrapping = { strip, options, false };

  text_wrap(text, options->columns, options->ambiguous, wrapped_line, &wrapping);
}

void page_strip_wrap_centred(struct strip *strip, const char *text, const struct page_options *options)
{
  struct wrapping wrapping = { strip, options, true };

  text_wrap(text, options->columns, options->ambiguous, wrapped_line, &wrapping);
}

void page_strip_fill(struct strip *strip, const char *with, const struct page_options *options)
{
  int each = text_columns(with, options->ambiguous);

  for (int used = 0; used + each <= options->columns; used += each) buf_adds(&strip->lines, with);
  page_strip_end_line(strip);
}

void page_strip_both_ends(struct strip *strip, const char *left, const char *right, const struct page_options *options)
{
  int room = options->columns - text_columns(left, options->ambiguous);

  if (*left && room < text_columns(right, options->ambiguous) + 2) {
    page_strip_wrap(strip, left, options);
    room = options->columns;
    if (!*right) return;
  } else {
    buf_adds(&strip->lines, left);
  }
  text_fit_right(&strip->lines, right, room, options->ambiguous);
  if (*left || *right)
    page_strip_end_line(strip);
  else
    buf_clear(&strip->lines);
}
