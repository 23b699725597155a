#include "store/act.h"

#include <search.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "store/act_inside.h"

/* An operation of a large import ends when it holds this much: far below the limits of 4,095 changes and 1 MiB, and quick to parse
 * again. */
enum { CHANGES_PER_OPERATION = 1000, BYTES_PER_OPERATION = 256 * 1024 };

struct act *act_begin(struct store *store, const char *action, record_id actor, struct err *err)
{
  if (sql_begin(store->sql, err) != 0) return NULL;
  if (store_refresh_identity(store, err) != 0) {
    sql_rollback(store->sql);
    return NULL;
  }
  struct act *act = mem_zero(1, sizeof(*act));
  act->store = store;
  act->action = mem_dup(action);
  act->actor = actor;
  act->at = clock_now();
  return act;
}

int64_t act_at(const struct act *act)
{
  return act->at;
}

int act_refuse(struct act *act, const char *format, ...)
{
  char text[sizeof(act->err.text)];
  if (act->err.code) return -1;
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof(text), format, arguments);
  va_end(arguments);
  return err_set(&act->err, "%s", text);
}

/* --- changes -------------------------------------------------------------------------------------------------------------------------- */

static int compare_by_record(const void *one, const void *other)
{
  const struct change *a = one, *b = other;
  return a->id < b->id ? -1 : a->id > b->id;
}

static struct change *change_known(struct act *act, record_id id)
{
  struct change wanted = { .id = id };
  struct change **found = tfind(&wanted, &act->by_record, compare_by_record);
  return found ? *found : NULL;
}

/* The log of this node for the scope and lane, made (as a child, after a renewal) when it is not there. 0: act->err says why. */
static int64_t own_log(struct act *act, int64_t area, enum lane lane)
{
  struct store *store = act->store;
  struct log_name name = { store->node, area, lane };
  const struct log_row *log = log_find(store, &name);
  if (log) return log->id;
  log = log_make(store, &name, &act->err);
  int64_t id = log ? log->id : 0, parent_seq = 0;
  unsigned char hash[CRYPTO_HASH];
  uint64_t node = (uint64_t)query_single(store, "SELECT CAST(value AS INTEGER) FROM meta WHERE name = 'node_before'", 0, 0);
  struct log_name before = { node, area, lane };
  const struct log_row *parent = id && node ? log_find(store, &before) : NULL;
  if (!parent) return id;
  int64_t parent_id = parent->id;
  if (log_head(store, parent_id, &parent_seq, hash, &act->err) != 0) return 0;
  return parent_seq == 0 || log_adopt(store, id, parent_id, parent_seq, hash, &act->err) == 0 ? id : 0;
}

static struct pending *pending_add(struct act *act, int64_t log, int64_t seq)
{
  act->pending = mem_grow(act->pending, (size_t)act->pending_count + 1, sizeof(*act->pending));
  act->pending[act->pending_count] = (struct pending){ .log = log, .seq = seq };
  return &act->pending[act->pending_count++];
}

/* The operation of this log that takes the next change. A new one only when the last is full, so none but the last can stay empty. */
static struct pending *pending_for(struct act *act, int64_t log)
{
  struct pending *last = NULL;
  for (int index = act->pending_count - 1; !last && index >= 0; index--)
    if (act->pending[index].log == log) last = &act->pending[index];
  int64_t seq;
  unsigned char hash[CRYPTO_HASH];
  if (last && last->filled < CHANGES_PER_OPERATION && last->bytes < BYTES_PER_OPERATION) return last;
  if (last) return pending_add(act, log, last->seq + 1);
  return log_head(act->store, log, &seq, hash, &act->err) == 0 ? pending_add(act, log, seq + 1) : NULL;
}

static struct change *change_add(struct act *act, const struct kind *kind, int64_t log)
{
  struct change *change = mem_zero(1, sizeof(*change));
  change->act = act;
  change->kind = kind;
  values_start_kind(&change->values, kind);
  change->sets = mem_zero((size_t)change->values.count, sizeof(*change->sets));
  struct pending *pending = log ? pending_for(act, log) : NULL;
  if (!pending) /* the act is lost already; the change swallows what is set */
    pending = act->pending_count ? &act->pending[0] : pending_add(act, 0, 1);
  pending->changes = mem_grow(pending->changes, (size_t)pending->count + 1, sizeof(struct change *));
  pending->changes[pending->count++] = change;
  change->pending = (int)(pending - act->pending);
  change->op = op_of(pending->log, pending->seq);
  return change;
}

static void change_index(struct change *change)
{
  if (!tsearch(change, &change->act->by_record, compare_by_record)) ERR_BUG("out of memory");
}

struct change *act_new(struct act *act, const struct kind *kind, int64_t area, enum lane lane)
{
  if (kind->is_keyed || !(kind->lanes & LANE_BIT(lane))) ERR_BUG(kind->name);
  int64_t log = own_log(act, area ? area : act->store->area, lane);
  struct change *change = change_add(act, kind, log);
  change->fresh = true;
  struct pending *pending = &act->pending[change->pending];
  pending->filled++;
  change->id = record_of(change->op, pending->made++);
  change_index(change);
  return change;
}

static int fold_load(struct act *act, struct change *change)
{
  int found = fold_record(act->store, change->id, INT64_MAX, &change->fold, &act->err);
  if (found == 1)
    for (int field = 0; field < change->values.count; field++)
      value_set(change->values.fields[field], &change->values.list[field], &change->fold.record.values.list[field]);
  return found;
}

struct change *act_keyed(struct act *act, const struct kind *kind, int64_t area, enum lane lane, const struct values *key, bool *existing)
{
  if (!kind->is_keyed || !(kind->lanes & LANE_BIT(lane))) ERR_BUG(kind->name);
  if (!area) area = act->store->area;
  unsigned char name[CRYPTO_NAME];
  keyed_name(area, lane, kind, key, name);
  struct change *change = change_known(act, keyed_id(name));
  if (change) {
    if (existing) *existing = true;
    return change;
  }
  int64_t log = own_log(act, area, lane);
  if (log) keyed_note(act->store, name, area, lane, &act->err);
  change = change_add(act, kind, log);
  change->id = keyed_id(name);
  change_index(change);
  int found = fold_load(act, change);
  if (existing) *existing = found == 1;
  for (int field = COMMON_FIELDS; found == 0 && field < change->values.count; field++)
    if (change->values.fields[field]->flags & FIELD_KEY) {
      int from = values_index(key, change->values.fields[field]->name);
      change_set(change, change->values.fields[field]->name, &key->list[from]);
    }
  return change;
}

struct change *act_edit(struct act *act, const struct kind *kind, record_id id)
{
  struct change *change = change_known(act, id);
  if (change) return change;
  int64_t log = own_log(act, record_area(act->store, id), record_lane(act->store, id));
  change = change_add(act, kind, log);
  change->id = id;
  change_index(change);
  if (fold_load(act, change) == 0)
    act_refuse(act, _("that record is not here"));
  else if (change->fold.record.kind && change->fold.record.kind != kind)
    act_refuse(act, _("that record is no %s"), i18n_text(kind->label));
  return change;
}

record_id change_record(const struct change *change)
{
  return change->id;
}

const char *change_text(const struct change *change, const char *field)
{
  return values_text(&change->values, field);
}

static bool void_allows(const struct change *change, int field)
{
  return !change->fold.record.kind || !record_is_void(&change->fold.record) || field == COMMON_VOIDED || field == COMMON_REPLACED_BY;
}

static void set_field(struct change *change, int field, const struct value *value)
{
  static const struct value empty = { .known = false };
  const struct field *described = change->values.fields[field];
  if (described->type == FIELD_REFERENCE && value->number == 0) /* no record */
    value = &empty;
  if (!change->sets[field] && !change->settles && value_equal(described, &change->values.list[field], value)) return;
  if (!void_allows(change, field)) {
    act_refuse(change->act, _("%s is struck and stays as it is: write a new one"), record_title(&change->fold.record));
    return;
  }
  if (change->fold.record.kind && (described->flags & FIELD_KEY)) {
    act_refuse(change->act, _("%s names the record and cannot change"), i18n_text(described->label));
    return;
  }
  struct pending *pending = &change->act->pending[change->pending];
  pending->bytes += value->known && field_is_text(described) ? strlen(value->text) + 16 : 32;
  if (!change->filled && !change->fresh) pending->filled++;
  change->filled = true;
  value_set(described, &change->values.list[field], value);
  change->sets[field] = true;
}

void change_set(struct change *change, const char *name, const struct value *value)
{
  int field = values_index(&change->values, name);
  if (field < 0) ERR_BUG(name);
  set_field(change, field, value);
}

void change_set_text(struct change *change, const char *field, const char *text)
{
  change_set(change, field, &(struct value){ .known = text && *text, .text = (char *)text });
}

void change_set_number(struct change *change, const char *field, int64_t number)
{
  change_set(change, field, &(struct value){ .known = true, .number = number });
}

void change_clear(struct change *change, const char *field)
{
  change_set(change, field, &(struct value){ .known = false });
}

void change_set_all(struct change *change, const struct values *values)
{
  for (int index = 0; index < values->count; index++) {
    const struct field *field = values->fields[index];
    bool same_place = index < change->values.count && change->values.fields[index] == field;
    int own = same_place ? index : kind_field_index(change->kind, field->name);
    if (own >= COMMON_FIELDS) set_field(change, own, &values->list[index]);
  }
}

void change_settles(struct change *change)
{
  change->settles = true;
}

void change_erase(struct change *change)
{
  change->erases = true;
}

/* --- the end -------------------------------------------------------------------------------------------------------------------------- */

static void no_free(void *node)
{
  (void)node;
}

static void act_free(struct act *act)
{
  tdestroy(act->by_record, no_free);
  for (int index = 0; index < act->pending_count; index++) {
    for (int at = 0; at < act->pending[index].count; at++) {
      struct change *change = act->pending[index].changes[at];
      fold_free(&change->fold);
      values_free(&change->values);
      free(change->sets);
      free(change);
    }
    free(act->pending[index].changes);
  }
  free(act->pending);
  act_free_numbers(act);
  free(act->action);
  free(act);
}

void act_cancel(struct act *act)
{
  sql_rollback(act->store->sql);
  log_forget(act->store);
  fold_forget(act->store);
  act_free(act);
}

int act_commit(struct act *act, struct err *err)
{
  struct store *store = act->store;
  if (act->err.code || act_write(act) != 0 || act_write_numbers(act) != 0) {
    if (err) *err = act->err;
    act_cancel(act);
    return -1;
  }
  store->wrote = true;
  if (sql_commit(store->sql, err) != 0) {
    log_forget(store);
    fold_forget(store);
    act_free(act);
    return -1;
  }
  act_free(act);
  return 0;
}
