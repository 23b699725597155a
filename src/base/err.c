#include "base/err.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"

/* Keeps as many whole characters of text as fit. */
static void keep(struct err *err, enum err_code code, const struct buf *text)
{
  const char *at = buf_text(text), *end = at + text->length, *fits = at;

  while (at < end) {
    text_next(&at, end);
    if ((size_t)(at - buf_text(text)) >= sizeof err->text) break;
    fits = at;
  }
  size_t length = (size_t)(fits - buf_text(text));
  memcpy(err->text, buf_text(text), length);
  err->text[length] = '\0';
  err->code = code;
}

static void fill(struct err *err, enum err_code code, const char *format, va_list arguments, const char *after)
{
  struct buf visible = BUF_INIT;
  char *text = NULL;

  if (err == NULL) return;
  if (vasprintf(&text, format, arguments) < 0) text = mem_dup(format);
  text_visible(&visible, text, strlen(text), false);
  if (after != NULL) { /* the name of a file, a line or a field keeps the colon that programs look for */
    bool is_prose = visible.length > 0 && (unsigned char)buf_text(&visible)[visible.length - 1] >= 0x80;
    buf_adds(&visible, is_prose ? _(": ") : ": ");
    buf_adds(&visible, after);
  }
  keep(err, code, &visible);
  buf_free(&visible);
  free(text);
}

int err_set(struct err *err, const char *format, ...)
{
  va_list arguments;

  va_start(arguments, format);
  fill(err, ERR_FAILED, format, arguments, NULL);
  va_end(arguments);
  return -1;
}

int err_usage(struct err *err, const char *format, ...)
{
  va_list arguments;

  va_start(arguments, format);
  fill(err, ERR_USAGE, format, arguments, NULL);
  va_end(arguments);
  return -1;
}

int err_prefix(struct err *err, const char *format, ...)
{
  va_list arguments;

  if (err == NULL) return -1;
  char *after = mem_dup(err->text);
  va_start(arguments, format);
  fill(err, err->code != ERR_NONE ? err->code : ERR_FAILED, format, arguments, after);
  va_end(arguments);
  free(after);
  return -1;
}

void err_print(const char *text)
{
  fprintf(stderr, _("dutydesk: %s"), text);
  fputc('\n', stderr);
}

const char *err_printed(const char *line)
{
  const char *format = _("dutydesk: %s");
  size_t length = (size_t)(strstr(format, "%s") - format);

  return strncmp(line, format, length) == 0 ? line + length : line;
}

void err_bug(const char *file, int line, const char *what)
{
  fprintf(stderr, "dutydesk: %s:%d: %s (a mistake in the program; please report it)\n", file, line, what);
  abort();
}
