#include "store/values.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"

static void start(struct values *values, int count)
{
  values->count = count;
  values->fields = mem_zero((size_t)count + 1, sizeof(*values->fields));
  values->list = mem_zero((size_t)count + 1, sizeof(*values->list));
}

void values_start_kind(struct values *values, const struct kind *kind)
{
  start(values, kind_field_count(kind));
  for (int index = 0; index < values->count; index++) values->fields[index] = kind_field(kind, index);
}

void values_start(struct values *values, const struct field *fields)
{
  int count = 0;
  while (fields && fields[count].name) count++;
  start(values, count);
  for (int index = 0; index < count; index++) values->fields[index] = &fields[index];
}

void values_free(struct values *values)
{
  for (int index = 0; index < values->count; index++) free(values->list[index].text);
  free((void *)values->fields);
  free(values->list);
  memset(values, 0, sizeof(*values));
}

void values_copy(struct values *to, const struct values *from)
{
  start(to, from->count);
  for (int index = 0; index < from->count; index++) {
    to->fields[index] = from->fields[index];
    value_set(from->fields[index], &to->list[index], &from->list[index]);
  }
}

int values_index(const struct values *values, const char *name)
{
  for (int index = 0; index < values->count; index++)
    if (*values->fields[index]->name == *name &&
        strcmp(values->fields[index]->name, name) == 0) /* asked for each value that is read or set */
      return index;
  return -1;
}

static struct value *named(const struct values *values, const char *name)
{
  int index = values_index(values, name);
  if (index < 0) ERR_BUG(name);
  return &values->list[index];
}

const char *values_text(const struct values *values, const char *name)
{
  const struct value *value = named(values, name);
  return value->known ? value->text : NULL;
}

int64_t values_number(const struct values *values, const char *name, int64_t otherwise)
{
  const struct value *value = named(values, name);
  return value->known ? value->number : otherwise;
}

bool values_known(const struct values *values, const char *name)
{
  return named(values, name)->known;
}

void values_set_text(struct values *values, const char *name, const char *text)
{
  struct value *value = named(values, name);
  char *copy = text && *text ? mem_dup(text) : NULL; /* before the old one goes: it may be the same */
  value_clear(value);
  value->text = copy;
  value->known = copy != NULL;
}

void values_set_number(struct values *values, const char *name, int64_t number)
{
  struct value *value = named(values, name);
  value_clear(value);
  value->number = number;
  value->known = true;
}

void values_clear(struct values *values, const char *name)
{
  value_clear(named(values, name));
}

void value_set(const struct field *field, struct value *value, const struct value *from)
{
  char *copy = from->known && field_is_text(field) ? mem_dup(from->text) : NULL;
  int64_t number = from->number;
  bool known = from->known;
  value_clear(value);
  value->text = copy;
  value->number = number;
  value->known = known;
}

void value_clear(struct value *value)
{
  free(value->text);
  *value = (struct value){ .known = false };
}

bool value_equal(const struct field *field, const struct value *one, const struct value *other)
{
  if (one->known != other->known) return false;
  if (!one->known) return true;
  return field_is_text(field) ? strcmp(one->text, other->text) == 0 : one->number == other->number;
}
