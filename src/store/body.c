/* One change of an operation's body: {"kind", "record", "set", "saw", "erase"}. */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "store/inside.h"

void body_change_free(struct body_change *change)
{
  values_free(&change->values);
  free(change->sets);
  free(change->saw);
  memset(change, 0, sizeof(*change));
}

void body_change_copy(struct body_change *to, const struct body_change *from)
{
  size_t sets = from->sets ? (size_t)from->values.count * sizeof(*from->sets) : 0, saw = (size_t)from->saw_count * sizeof(*from->saw);
  *to = *from;
  values_copy(&to->values, &from->values);
  to->sets = sets ? memcpy(mem_zero(sets, 1), from->sets, sets) : NULL;
  to->saw = saw ? memcpy(mem_zero(saw, 1), from->saw, saw) : NULL;
}

static int value_from_json(struct store *store, op_id op, const struct field *field, const json *source, struct value *value,
                           struct err *err)
{
  value_clear(value);
  enum json_type type = json_type_of(source);
  if (type == JSON_NULL_T) return 0;
  if (field_is_text(field)) {
    if (type != JSON_TEXT_T) return err_set(err, _("field %s is not text"), field->name);
    value->text = mem_dup(json_text(source));
  } else if (field->type == FIELD_REFERENCE) {
    value->number = reference_read(store, op, source, err);
    if (!value->number) return err_prefix(err, _("field %s"), field->name);
  } else {
    if (type != JSON_NUMBER_T) return err_set(err, _("field %s is not a number"), field->name);
    value->number = json_number(source, 0);
  }
  value->known = true;
  return 0;
}

static int sets_read(struct store *store, op_id op, const json *set, struct body_change *out, struct err *err)
{
  for (void *at = json_first((json *)set); at; at = json_next((json *)set, at)) {
    int index = kind_field_index(out->kind, json_key(at));
    if (index < 0) continue; /* of a newer version: stays in the journal */
    if (value_from_json(store, op, out->values.fields[index], json_value(at), &out->values.list[index], err) != 0) return -1;
    out->sets[index] = true;
  }
  return 0;
}

/* Only what is personal counts of a private part, which is not everywhere and not for ever: nothing else may hang on it. */
static void private_read(struct store *store, op_id op, const json *set, struct body_change *out)
{
  for (void *at = json_first((json *)set); at; at = json_next((json *)set, at)) {
    int index = kind_field_index(out->kind, json_key(at));
    if (index < 0 || !(out->values.fields[index]->flags & FIELD_PERSONAL)) continue;
    out->sets[index] = value_from_json(store, op, out->values.fields[index], json_value(at), &out->values.list[index], NULL) == 0;
    if (!out->sets[index]) value_clear(&out->values.list[index]);
  }
}

static int saws_read(struct store *store, op_id op, const json *saw, struct body_change *out, struct err *err)
{
  size_t count = json_count(saw);
  out->saw = count ? mem_zero(count, sizeof(*out->saw)) : NULL;
  for (size_t index = 0; index < count; index++)
    if (!(out->saw[out->saw_count++] = saw_read(store, op, json_at(saw, index), err))) return -1;
  return 0;
}

int body_change_place(struct store *store, struct body_change *change, const char *record, struct err *err)
{
  const struct log_name log = log_by_id(store, op_log(change->op))->name;
  unsigned char name[CRYPTO_NAME], made[CRYPTO_NAME];
  if (!record_is_keyed(change->record)) {
    const struct log_name *home = &log_by_id(store, op_log(record_op(change->record)))->name;
    return home->area == log.area && home->lane == log.lane
             ? 0
             : err_set(err, _("change %d is about a record of another scope or lane than its own"), change->place);
  }
  if (!change->kind || !crypto_unhex(record + 1, name, sizeof(name))) return 0;
  keyed_name(log.area, log.lane, change->kind, &change->values, made);
  change->is_named = memcmp(name, made, sizeof(name)) == 0;
  return change->is_named ? keyed_note(store, name, log.area, log.lane, err) : 0;
}

static int change_read(struct store *store, op_id op, int place, const json *change, const json *private_set, struct body_change *out,
                       struct err *err)
{
  const char *kind_name = json_text(json_get(change, "kind"));
  const json *record = json_get(change, "record"), *set = json_get(change, "set"), *saw = json_get(change, "saw");
  if (!kind_name || !record || (set && json_type_of(set) != JSON_OBJECT_T) || (saw && json_type_of(saw) != JSON_ARRAY_T))
    return err_set(err, _("change %d has no kind, no record, or a malformed part"), place);
  out->record = reference_read(store, op, record, err);
  if (!out->record) return -1;
  out->kind = kind_find(store->kinds, kind_name);
  if (!out->kind) return body_change_place(store, out, NULL, err);
  values_start_kind(&out->values, out->kind);
  out->sets = mem_zero((size_t)out->values.count, sizeof(*out->sets));
  out->erases = json_is_true(json_get(change, "erase"));
  if (sets_read(store, op, set, out, err) != 0 || body_change_place(store, out, json_text(record), err) != 0) return -1;
  if (private_set) private_read(store, op, private_set, out);
  return saws_read(store, op, saw, out, err) != 0 ? -1 : 1;
}

int body_change_read(struct store *store, op_id op, int64_t stamp, int place, const json *change, const json *private_set,
                     struct body_change *out, struct err *err)
{
  memset(out, 0, sizeof(*out));
  out->op = op;
  out->place = place;
  out->stamp = stamp;
  out->node = log_by_id(store, op_log(op))->name.node;
  int result = change_read(store, op, place, change, private_set, out, err);
  if (result < 0) body_change_free(out);
  return result;
}

bool body_change_touches(const struct body_change *change, int field)
{
  for (int index = 0; index < change->values.count; index++)
    if (change->sets[index] && field_same_group(change->values.fields[index], change->values.fields[field])) return true;
  return false;
}
