#include "base/buf.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"

enum { FIRST_CAPACITY = 64 };

/* Room for `more` bytes and the NUL. */
static void reserve(struct buf *buf, size_t more)
{
  size_t needed, capacity = buf->capacity > 0 ? buf->capacity : FIRST_CAPACITY;

  if (__builtin_add_overflow(buf->length, more, &needed) || needed >= SIZE_MAX / 2) ERR_BUG("buffer larger than memory");
  if (needed < buf->capacity) return;
  while (capacity <= needed) capacity *= 2;
  buf->data = mem_grow(buf->data, capacity, 1);
  buf->capacity = capacity;
}

void buf_add(struct buf *buf, const void *bytes, size_t length)
{
  if (length == 0) return;
  reserve(buf, length);
  memcpy(buf->data + buf->length, bytes, length);
  buf->length += length;
  buf->data[buf->length] = '\0';
}

void buf_adds(struct buf *buf, const char *text)
{
  if (text != NULL) buf_add(buf, text, strlen(text));
}

void buf_addc(struct buf *buf, char byte)
{
  buf_add(buf, &byte, 1);
}

/* Most of it fits in the room that is there: then it is formatted once. */
void buf_addf(struct buf *buf, const char *format, ...)
{
  va_list arguments, again;

  reserve(buf, FIRST_CAPACITY);
  size_t room = buf->capacity - buf->length;
  va_start(arguments, format);
  va_copy(again, arguments);
  int length = vsnprintf(buf->data + buf->length, room, format, arguments);
  va_end(arguments);
  if (length < 0) ERR_BUG(format);
  if ((size_t)length >= room) {
    reserve(buf, (size_t)length);
    vsnprintf(buf->data + buf->length, (size_t)length + 1, format, again);
  }
  va_end(again);
  buf->length += (size_t)length;
}

const char *buf_text(const struct buf *buf)
{
  return buf->data != NULL ? buf->data : "";
}

char *buf_take(struct buf *buf, size_t *length)
{
  char *data = buf->data != NULL ? buf->data : mem_dup("");

  if (length != NULL) *length = buf->length;
  *buf = (struct buf)BUF_INIT;
  return data;
}

void buf_clear(struct buf *buf)
{
  buf->length = 0;
  if (buf->data != NULL) buf->data[0] = '\0';
}

void buf_free(struct buf *buf)
{
  free(buf->data);
  *buf = (struct buf)BUF_INIT;
}
