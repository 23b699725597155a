/* Values as PostgreSQL's binary format has them: numbers big-endian, lengths in front. */
#include "sync/hub_postgres.h"

#include <endian.h>
#include <string.h>

static void put_int(struct buf *out, int32_t number)
{
  uint32_t big = htobe32((uint32_t)number);
  buf_add(out, &big, sizeof(big));
}

void value_add_bytes(struct postgres_value *value, const void *bytes, size_t length)
{
  value->count++;
  value->has_null |= !bytes;
  put_int(&value->bytes, bytes ? (int32_t)length : -1);
  if (bytes) buf_add(&value->bytes, bytes, length);
}

void value_add_text(struct postgres_value *value, const char *text)
{
  value_add_bytes(value, text, text ? strlen(text) : 0);
}

void value_add_number(struct postgres_value *value, int64_t number)
{
  uint64_t big = htobe64((uint64_t)number);
  size_t size = value->type == POSTGRES_LONG ? 8 : value->type == POSTGRES_INT ? 4 : value->type == POSTGRES_SHORT ? 2 : 1;
  value_add_bytes(value, (const char *)&big + sizeof(big) - size, size);
}

void value_empty(struct postgres_value *value)
{
  buf_clear(&value->bytes);
  value->count = 0;
  value->has_null = false;
}

void values_drop(struct postgres_value *values, int count)
{
  for (int index = 0; index < count; index++) buf_free(&values[index].bytes);
}

int64_t postgres_number(const char *bytes, size_t length)
{
  uint64_t number = 0;
  for (size_t index = 0; index < length && length <= sizeof(number); index++) number = number << 8 | (unsigned char)bytes[index];
  return length == 2 ? (int16_t)number : length == 4 ? (int32_t)number : (int64_t)number;
}

void value_array(const struct postgres_value *value, struct buf *out)
{
  put_int(out, value->count ? 1 : 0); /* dimensions */
  put_int(out, value->has_null);
  put_int(out, (int32_t)value->type);
  if (!value->count) return;
  put_int(out, value->count);
  put_int(out, 1); /* lower bound */
  buf_add(out, value->bytes.data, value->bytes.length);
}

int64_t rows_number(const struct postgres_rows *rows, int row, int column)
{
  size_t length;
  const char *bytes = rows_bytes(rows, row, column, &length);
  return bytes ? postgres_number(bytes, length) : 0;
}

bool rows_bytes_exactly(const struct postgres_rows *rows, int row, int column, void *bytes, size_t length)
{
  size_t got;
  const char *from = rows_bytes(rows, row, column, &got);
  if (!from || got != length) return false;
  memcpy(bytes, from, length);
  return true;
}

/* dimensions, has nulls, type, then for each dimension size and lower bound; elements with their lengths in front. The server is not
 * trusted. */
struct postgres_array rows_array(const struct postgres_rows *rows, int row, int column)
{
  size_t length;
  const char *bytes = rows_bytes(rows, row, column, &length);
  if (!bytes || length < 20 || postgres_number(bytes, 4) != 1) return (struct postgres_array){ 0 };
  return (struct postgres_array){ bytes + 20, length - 20, postgres_number(bytes + 12, 4) };
}

const char *array_next(struct postgres_array *array, size_t *length)
{
  if (array->count <= 0 || array->left < 4) return NULL;
  int64_t size = postgres_number(array->at, 4);
  const char *element = array->at + 4;
  array->left -= 4;
  if (size < 0 || (size_t)size > array->left) return NULL;
  array->at = element + size;
  array->left -= (size_t)size;
  array->count--;
  *length = (size_t)size;
  return element;
}
