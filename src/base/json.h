/* JSON values, thin over jansson (whose only user is base/json.c). Strings are UTF-8; numbers are 64-bit integers (or reals, read only). */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct err;
struct json_t; /* jansson's */
typedef struct json_t json;

enum json_type { JSON_NONE, JSON_OBJECT_T, JSON_ARRAY_T, JSON_TEXT_T, JSON_NUMBER_T, JSON_REAL_T, JSON_BOOL_T, JSON_NULL_T };

json *json_read(const char *bytes, size_t length, struct err *err); /* rejects duplicate keys, NUL, trailing bytes; json_drop() it */
void json_drop(json *value);
json *json_keep(json *value);
enum json_type json_type_of(const json *value);

json *json_make_object(void);
json *json_make_array(void);
json *json_make_text(const char *text); /* invalid UTF-8 is a programmer's mistake */
json *json_make_number(int64_t number);
json *json_make_bool(bool yes);
json *json_make_null(void);

/* `value` is taken over in both. */
void json_put(json *object, const char *key, json *value);
void json_append(json *array, json *value);

json *json_get(const json *object, const char *key); /* borrowed; NULL if absent or not an object */
size_t json_count(const json *array_or_object);
json *json_at(const json *array, size_t index); /* borrowed */
const char *json_text(const json *value);       /* borrowed, NULL if it is no string */
int64_t json_number(const json *value, int64_t otherwise);
double json_number_real(const json *value, double otherwise); /* of a real or a whole number */
bool json_is_true(const json *value);
bool json_equal_values(const json *a, const json *b); /* whatever the order of keys */

/* Walks an object in the order written: for (it = json_first(o); it; it = json_next(o, it)). */
void *json_first(json *object);
void *json_next(json *object, void *iterator);
const char *json_key(void *iterator);
json *json_value(void *iterator);

/* Compact, keys in insertion order, UTF-8 unescaped; indent > 0 for people. */
void json_write(const json *value, int indent, struct buf *out);
/* Single values as json_write() writes them, for large texts made piece by piece. Invalid UTF-8 is a programmer's mistake. */
void json_add_text(const char *text, struct buf *out);
void json_add_number(int64_t number, struct buf *out);

#endif
