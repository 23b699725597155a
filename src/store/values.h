/* The values of a list of fields: of a record, or of what an action asks for. */
#ifndef STORE_VALUES_H
#define STORE_VALUES_H

#include <stdbool.h>
#include <stdint.h>

#include "store/kind.h"

struct value {
  bool known;     /* false: empty (unknown is not zero) */
  char *text;     /* text types, owned; otherwise NULL */
  int64_t number; /* other types; a reference holds a record_id */
};

struct values {
  const struct field **fields; /* `count` pointers */
  int count;
  struct value *list;
};

/* For all fields of a kind (common ones first), or for a plain NULL-name-ended list. values_free undoes either. */
void values_start_kind(struct values *values, const struct kind *kind);
void values_start(struct values *values, const struct field *fields);
void values_free(struct values *values);
void values_copy(struct values *to, const struct values *from); /* `to` is started anew */

int values_index(const struct values *values, const char *name); /* -1: none */
/* An unknown name in the rest is a programmer's mistake and aborts. */
const char *values_text(const struct values *values, const char *name); /* NULL if empty */
int64_t values_number(const struct values *values, const char *name, int64_t otherwise);
bool values_known(const struct values *values, const char *name);
void values_set_text(struct values *values, const char *name, const char *text); /* NULL or "" empties it */
void values_set_number(struct values *values, const char *name, int64_t number);
void values_clear(struct values *values, const char *name);

void value_set(const struct field *field, struct value *value, const struct value *from);
void value_clear(struct value *value);
bool value_equal(const struct field *field, const struct value *one, const struct value *other);

#endif
