#include "base/mem.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Nothing that allocates may be called here, gettext included. */
static void *must(void *memory)
{
  if (memory == NULL) {
    fputs("dutydesk: out of memory\n", stderr);
    abort();
  }
  return memory;
}

void *mem_zero(size_t count, size_t size)
{
  return must(calloc(count > 0 ? count : 1, size > 0 ? size : 1));
}

void *mem_grow(void *old, size_t count, size_t size)
{
  size_t total;

  if (__builtin_mul_overflow(count, size, &total)) return must(NULL);
  return must(realloc(old, total > 0 ? total : 1));
}

char *mem_dup(const char *text)
{
  return text != NULL ? must(strdup(text)) : NULL;
}

char *mem_dup_n(const char *bytes, size_t length)
{
  if (length == SIZE_MAX) must(NULL);
  char *copy = mem_grow(NULL, length + 1, 1);

  if (length > 0) memcpy(copy, bytes, length);
  copy[length] = '\0';
  return copy;
}

char *mem_printf(const char *format, ...)
{
  va_list arguments;
  char *text = NULL;

  va_start(arguments, format);
  int length = vasprintf(&text, format, arguments);
  va_end(arguments);
  return must(length < 0 ? NULL : text);
}
