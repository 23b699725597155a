#include "store/record.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "store/inside.h"

const char *record_text(const struct record *record, const char *field)
{
  return values_text(&record->values, field);
}

int64_t record_number(const struct record *record, const char *field, int64_t otherwise)
{
  return values_number(&record->values, field, otherwise);
}

bool record_is_void(const struct record *record)
{
  return record->values.list[COMMON_VOIDED].known;
}

const char *record_title(const struct record *record)
{
  int index = record->kind->title ? values_index(&record->values, record->kind->title) : -1;
  const struct value *value = index >= 0 ? &record->values.list[index] : NULL;
  bool is_phrase = value && (record->values.fields[index]->flags & FIELD_PHRASE);
  if (value && value->known && field_is_text(record->values.fields[index]) && !is_phrase) return value->text;
  const struct value *number = &record->values.list[COMMON_NUMBER];
  if (number->known && !(value && value->known)) return number->text;
  if (!record->title) {
    struct buf text = BUF_INIT;
    if (value && value->known && record->values.fields[index]->type != FIELD_REFERENCE)
      value_show(NULL, record->values.fields[index], value, &text);
    else
      buf_addf(&text, "%s %" PRId64, i18n_text(record->kind->label),
               record->id < 0 ? -record->id % 100000 : record->id >> PLACE_BITS & 0xfffff);
    ((struct record *)record)->title = buf_take(&text, NULL); /* a cache: nobody can tell the difference */
  }
  return record->title;
}

int64_t record_made_at(struct store *store, const struct record *record)
{
  if (!record_is_keyed(record->id)) return query_single(store, "SELECT at FROM op WHERE id = ?", record_op(record->id), 0);
  return query_single(store, "SELECT min(at) FROM op WHERE id IN (SELECT op FROM touch WHERE record = ?)", record->id, 0);
}

json *record_json(struct store *store, const struct record *record, bool with_personal)
{
  struct buf name = BUF_INIT;
  json *object = json_make_object();
  record_name(store, record->id, &name);
  json_put(object, "id", json_make_text(buf_text(&name)));
  for (int index = 0; index < record->values.count; index++) {
    const struct field *field = record->values.fields[index];
    if (with_personal || !(field->flags & FIELD_PERSONAL))
      json_put(object, field->name, value_json(store, field, &record->values.list[index]));
  }
  buf_free(&name);
  return object;
}
