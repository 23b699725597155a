#include <jansson.h>
#undef json_is_true /* jansson's macro; ours is a function */

#include "base/json.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/text.h"

static json *made(json *value)
{
  if (value == NULL) ERR_BUG("a JSON value could not be made: text that is not UTF-8, or no memory");
  return value;
}

static void done(int result)
{
  if (result != 0) ERR_BUG("a JSON value could not be stored: a key that is not UTF-8, a wrong container, or no memory");
}

json *json_read(const char *bytes, size_t length, struct err *err)
{
  json_error_t why;
  json *value = json_loadb(bytes, length, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &why);

  if (value == NULL) err_set(err, _("not valid JSON: line %d, column %d: %s"), why.line, why.column, why.text);
  return value;
}

void json_drop(json *value)
{
  json_decref(value);
}

json *json_keep(json *value)
{
  return json_incref(value);
}

enum json_type json_type_of(const json *value)
{
  static const enum json_type types[] = {
    [JSON_OBJECT] = JSON_OBJECT_T, [JSON_ARRAY] = JSON_ARRAY_T, [JSON_STRING] = JSON_TEXT_T, [JSON_INTEGER] = JSON_NUMBER_T,
    [JSON_REAL] = JSON_REAL_T,     [JSON_TRUE] = JSON_BOOL_T,   [JSON_FALSE] = JSON_BOOL_T,  [JSON_NULL] = JSON_NULL_T,
  };

  return value != NULL ? types[json_typeof(value)] : JSON_NONE;
}

json *json_make_object(void)
{
  return made(json_object());
}

json *json_make_array(void)
{
  return made(json_array());
}

json *json_make_text(const char *text)
{
  return made(json_string(text));
}

json *json_make_number(int64_t number)
{
  return made(json_integer(number));
}

json *json_make_bool(bool yes)
{
  return made(json_boolean(yes));
}

json *json_make_null(void)
{
  return made(json_null());
}

void json_put(json *object, const char *key, json *value)
{
  done(json_object_set_new(object, key, value));
}

void json_append(json *array, json *value)
{
  done(json_array_append_new(array, value));
}

json *json_get(const json *object, const char *key)
{
  return json_object_get(object, key);
}

size_t json_count(const json *array_or_object)
{
  return json_is_array(array_or_object) ? json_array_size(array_or_object) : json_object_size(array_or_object);
}

json *json_at(const json *array, size_t index)
{
  return json_array_get(array, index);
}

const char *json_text(const json *value)
{
  return json_string_value(value);
}

int64_t json_number(const json *value, int64_t otherwise)
{
  return json_is_integer(value) ? json_integer_value(value) : otherwise;
}

double json_number_real(const json *value, double otherwise)
{
  return json_is_number(value) ? json_number_value(value) : otherwise;
}

bool json_is_true(const json *value)
{
  return value != NULL && json_typeof(value) == JSON_TRUE;
}

bool json_equal_values(const json *a, const json *b)
{
  return a == b || json_equal(a, b) != 0;
}

void *json_first(json *object)
{
  return json_object_iter(object);
}

void *json_next(json *object, void *iterator)
{
  return json_object_iter_next(object, iterator);
}

const char *json_key(void *iterator)
{
  return json_object_iter_key(iterator);
}

json *json_value(void *iterator)
{
  return json_object_iter_value(iterator);
}

static int add_piece(const char *piece, size_t length, void *out)
{
  buf_add(out, piece, length);
  return 0;
}

void json_write(const json *value, int indent, struct buf *out)
{
  size_t flags = indent > 0 ? JSON_INDENT((size_t)indent & 0x1F) : JSON_COMPACT;

  done(json_dump_callback(value, add_piece, out, flags | JSON_ENCODE_ANY));
}

static void add_escape(unsigned char byte, struct buf *out)
{
  static const char plain[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
  const char *found = strchr(plain, byte);

  if (found != NULL) {
    buf_addc(out, '\\');
    buf_addc(out, letters[found - plain]);
  } else {
    buf_addf(out, "\\u%04X", byte);
  }
}

void json_add_text(const char *text, struct buf *out)
{
  const char *from = text, *at = text;

  if (text_invalid_at(text, strlen(text)) >= 0) ERR_BUG("a JSON text that is not UTF-8");
  buf_addc(out, '"');
  for (; *at != '\0'; at++) {
    unsigned char byte = (unsigned char)*at;
    if (byte >= ' ' && byte != '"' && byte != '\\') continue;
    buf_add(out, from, (size_t)(at - from));
    add_escape(byte, out);
    from = at + 1;
  }
  buf_add(out, from, (size_t)(at - from));
  buf_addc(out, '"');
}

void json_add_number(int64_t number, struct buf *out)
{
  char digits[24];
  int length = snprintf(digits, sizeof digits, "%" PRId64, number);

  buf_add(out, digits, (size_t)length);
}
