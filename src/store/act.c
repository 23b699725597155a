#include "store/act.h"

#include <inttypes.h>
#include <search.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "store/inside.h"

/* An operation of a large import ends when it holds this much: far below the limits of 4,095 changes and 1 MiB, and quick to parse again. */
enum { CHANGES_PER_OPERATION = 1000, BYTES_PER_OPERATION = 256 * 1024 };

struct change {
  struct act *act;
  const struct kind *kind;
  record_id id;
  bool fresh;   /* made by this act */
  int pending;  /* which of the act's operations it will stand in */
  op_id op;     /* that operation */
  struct fold fold; /* what stands, for an edit */
  struct values values;
  bool *sets;
  bool filled, settles, erases;
};

struct pending { /* one operation to be */
  int64_t log, seq;
  struct change **changes;
  int count, made, filled; /* all, those that make records, those that set anything */
  size_t bytes;
};

struct act {
  struct store *store;
  char *action;
  record_id actor;
  int64_t at;
  struct pending *pending;
  int pending_count;
  void *by_record; /* tsearch tree of changes */
  struct err err;
};

struct act *act_begin(struct store *store, const char *action, record_id actor, struct err *err)
{
  if (sql_begin(store->sql, err) != 0)
    return NULL;
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
  if (act->err.code)
    return -1;
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
  if (log)
    return log->id;
  int64_t parent = 0, parent_seq = 0;
  unsigned char hash[CRYPTO_HASH];
  uint64_t node = (uint64_t)query_single(store, "SELECT CAST(value AS INTEGER) FROM meta WHERE name = 'node_before'", 0, 0);
  struct log_name before = { node, area, lane };
  if (node && log_find(store, &before)) {
    parent = log_find(store, &before)->id;
    if (log_head(store, parent, &parent_seq, hash, &act->err) != 0)
      return 0;
    if (parent_seq == 0)
      parent = 0;
  }
  log = log_make(store, &name, parent, parent_seq, &act->err);
  return log ? log->id : 0;
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
    if (act->pending[index].log == log)
      last = &act->pending[index];
  int64_t seq;
  unsigned char hash[CRYPTO_HASH];
  if (last && last->filled < CHANGES_PER_OPERATION && last->bytes < BYTES_PER_OPERATION)
    return last;
  if (last)
    return pending_add(act, log, last->seq + 1);
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
  if (!tsearch(change, &change->act->by_record, compare_by_record))
    ERR_BUG("out of memory");
}

struct change *act_new(struct act *act, const struct kind *kind, int64_t area, enum lane lane)
{
  if (kind->is_keyed || !(kind->lanes & LANE_BIT(lane)))
    ERR_BUG(kind->name);
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
  if (!kind->is_keyed || !(kind->lanes & LANE_BIT(lane)))
    ERR_BUG(kind->name);
  if (!area)
    area = act->store->area;
  unsigned char name[CRYPTO_NAME];
  keyed_name(area, lane, kind, key, name);
  struct change *change = change_known(act, keyed_id(name));
  if (change) {
    if (existing)
      *existing = true;
    return change;
  }
  int64_t log = own_log(act, area, lane);
  if (log)
    keyed_note(act->store, name, area, lane, &act->err);
  change = change_add(act, kind, log);
  change->id = keyed_id(name);
  change_index(change);
  int found = fold_load(act, change);
  if (existing)
    *existing = found == 1;
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
  if (change)
    return change;
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

void change_set(struct change *change, const char *name, const struct value *value)
{
  int field = values_index(&change->values, name);
  if (field < 0)
    ERR_BUG(name);
  const struct field *described = change->values.fields[field];
  if (!change->sets[field] && !change->settles && value_equal(described, &change->values.list[field], value))
    return;
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
  if (!change->filled && !change->fresh)
    pending->filled++;
  change->filled = true;
  value_set(described, &change->values.list[field], value);
  change->sets[field] = true;
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
    const char *name = values->fields[index]->name;
    if (kind_field_index(change->kind, name) >= COMMON_FIELDS)
      change_set(change, name, &values->list[index]);
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

/* --- short numbers ---------------------------------------------------------------------------------------------------------------------- */

static int this_year(const struct act *act)
{
  time_t seconds = (time_t)(act->at / CLOCK_SECOND);
  struct tm local;
  localtime_r(&seconds, &local);
  return local.tm_year % 100;
}

/* The first of `count` numbers taken from the counter; 0 on error. */
static int64_t numbers_take(struct act *act, const struct kind *kind, int count)
{
  struct query *query = sql_query(act->store->sql, "INSERT INTO number(kind, year, node, next) VALUES(?, ?, ?, 1 + ?) "
                                                   "ON CONFLICT(kind, year, node) DO UPDATE SET next = next + ? RETURNING next");
  query_bind_text(query, 1, kind->name);
  query_bind_number(query, 2, this_year(act));
  query_bind_number(query, 3, act->store->letter);
  query_bind_number(query, 4, count);
  query_bind_number(query, 5, count);
  int64_t next = query_next(query, &act->err) == 1 ? query_number(query, 0) : 0;
  query_close(query);
  return next ? next - count : 0;
}

static char *number_text(const struct act *act, const struct kind *kind, int64_t number)
{
  return mem_printf("%s-%02d-%c%03" PRId64, kind->letter, this_year(act), act->store->letter, number);
}

void change_number(struct change *change)
{
  if (!change->kind->letter || change->values.list[COMMON_NUMBER].known)
    return;
  int64_t number = numbers_take(change->act, change->kind, 1);
  char *text = number_text(change->act, change->kind, number);
  change_set_text(change, "no", text);
  free(text);
}

void change_use_number(struct change *change, const char *number)
{
  struct query *query = sql_query(change->act->store->sql, "UPDATE reserved SET used = 1 WHERE no = ? AND kind = ? AND used = 0 RETURNING no");
  query_bind_text(query, 1, number);
  query_bind_text(query, 2, change->kind->name);
  int found = query_next(query, &change->act->err);
  query_close(query);
  if (found == 0)
    act_refuse(change->act, _("%s is not a number reserved on a blank form here, or it is used already"), number);
  else
    change_set_text(change, "no", number);
}

int act_reserve_numbers(struct act *act, const struct kind *kind, int count, char **first)
{
  *first = NULL;
  if (!kind->letter)
    return act_refuse(act, _("%s has no numbers to reserve"), i18n_text(kind->label));
  int64_t number = numbers_take(act, kind, count);
  for (int index = 0; index < count; index++) {
    char *text = number_text(act, kind, number + index);
    struct query *query = sql_query(act->store->sql, "INSERT INTO reserved(no, kind, used) VALUES(?, ?, 0)");
    query_bind_text(query, 1, text);
    query_bind_text(query, 2, kind->name);
    query_do(query, &act->err);
    if (!*first)
      *first = mem_dup(text);
    free(text);
  }
  return act->err.code ? -1 : 0;
}

/* --- what an edit has seen ----------------------------------------------------------------------------------------------------------------- */

struct saw {
  op_id *ops;
  int count;
};

static void saw_add(struct saw *saw, op_id op)
{
  for (int index = 0; index < saw->count; index++)
    if (saw->ops[index] == op)
      return;
  saw->ops = mem_grow(saw->ops, (size_t)saw->count + 1, sizeof(*saw->ops));
  saw->ops[saw->count++] = op;
}

/* The operations whose value of the field's group this change replaces: the one shown, or every candidate when it settles a conflict. */
static void saw_field(const struct change *change, int field, struct saw *saw)
{
  const struct fold *fold = &change->fold;
  if (!fold->record.kind)
    return;
  for (int edit = 0; edit < fold->change_count; edit++)
    if (edit == fold->shown[field] || (fold_is_candidate(fold, edit, field) && (change->settles || !fold->in_conflict[field])))
      saw_add(saw, fold->changes[edit].op);
}

/* Fields that belong together are written together. */
static void complete_groups(struct change *change)
{
  for (int field = 0; field < change->values.count; field++)
    for (int other = 0; !change->fresh && change->sets[field] && other < change->values.count; other++)
      if (field_same_group(change->values.fields[field], change->values.fields[other]))
        change->sets[other] = true;
}

static int64_t stamp_of(const struct act *act)
{
  int64_t stamp = act->at;
  for (int index = 0; index < act->pending_count; index++)
    for (int at = 0; at < act->pending[index].count; at++) {
      const struct fold *fold = &act->pending[index].changes[at]->fold;
      for (int edit = 0; edit < fold->change_count; edit++)
        if (fold->changes[edit].stamp >= stamp)
          stamp = fold->changes[edit].stamp + 1;
    }
  return stamp;
}

/* --- the operation's body -------------------------------------------------------------------------------------------------------------------- */

struct body {
  json *list;
  struct private_part *parts;
  int part_count;
};

static json *value_for_body(struct store *store, op_id op, const struct field *field, const struct value *value)
{
  if (!value->known)
    return json_make_null();
  if (field_is_text(field))
    return json_make_text(value->text);
  if (field->type == FIELD_REFERENCE)
    return reference_write(store, op, value->number);
  return json_make_number(value->number);
}

static void part_add(struct body *body, int place, json *set)
{
  struct buf text = BUF_INIT;
  body->parts = mem_grow(body->parts, (size_t)body->part_count + 1, sizeof(*body->parts));
  struct private_part *part = &body->parts[body->part_count++];
  memset(part, 0, sizeof(*part));
  part->place = place;
  crypto_random(part->salt, sizeof(part->salt));
  json_write(set, 0, &text);
  part->set = buf_take(&text, NULL);
  private_digest(part);
}

/* Appends one entry with the fields for which `with` is set. */
static void body_entry(struct body *body, const struct change *change, const bool *with, const struct saw *saw)
{
  struct store *store = change->act->store;
  int place = (int)json_count(body->list);
  json *entry = json_make_object(), *set = json_make_object(), *hidden = json_make_object();
  for (int field = 0; field < change->values.count; field++) {
    const struct field *described = change->values.fields[field];
    if (!with[field] || (change->fresh && !change->values.list[field].known))
      continue;
    json_put(described->flags & FIELD_PERSONAL ? hidden : set, described->name, value_for_body(store, change->op, described, &change->values.list[field]));
  }
  json_put(entry, "kind", json_make_text(change->kind->name));
  json_put(entry, "record", reference_write(store, change->op, change->id));
  if (json_count(set))
    json_put(entry, "set", json_keep(set));
  if (saw->count) {
    json *list = json_make_array();
    for (int index = 0; index < saw->count; index++)
      json_append(list, saw_write(store, change->op, saw->ops[index]));
    json_put(entry, "saw", list);
  }
  if (change->erases)
    json_put(entry, "erase", json_make_bool(true));
  if (json_count(hidden))
    part_add(body, place, hidden);
  json_drop(set);
  json_drop(hidden);
  json_append(body->list, entry);
}

/* An edit of several field groups is one entry, unless naming what one group replaces would silently settle a conflict of another. */
static void body_edit(struct body *body, const struct change *change)
{
  bool split = false, any = change->erases;
  for (int field = 0; field < change->values.count; field++) {
    any |= change->sets[field];
    split |= change->sets[field] && change->fold.record.kind && change->fold.in_conflict[field] && !change->settles;
  }
  if (!any)
    return;
  size_t count = (size_t)change->values.count;
  bool *left = mem_zero(count, sizeof(*left)), *with = mem_zero(count, sizeof(*with));
  memcpy(left, change->sets, count * sizeof(*left));
  for (int field = 0; field < change->values.count || change->erases; field++) {
    struct saw saw = { 0 };
    if (field < change->values.count && !left[field])
      continue;
    for (int other = 0; other < change->values.count; other++) {
      with[other] = left[other] && (!split || field_same_group(change->values.fields[field], change->values.fields[other]));
      if (with[other]) {
        left[other] = false;
        saw_field(change, other, &saw);
      }
    }
    body_entry(body, change, with, &saw);
    free(saw.ops);
    if (!split)
      break;
  }
  free(left);
  free(with);
}

static void body_make(struct pending *pending, struct body *body)
{
  struct saw nothing = { 0 };
  body->list = json_make_array();
  for (int index = 0; index < pending->count; index++) { /* first what is made: its place is its name */
    struct change *change = pending->changes[index];
    bool *all = mem_zero((size_t)change->values.count, sizeof(*all));
    memset(all, 1, (size_t)change->values.count * sizeof(*all));
    if (change->fresh)
      body_entry(body, change, all, &nothing);
    free(all);
  }
  for (int index = 0; index < pending->count; index++)
    if (!pending->changes[index]->fresh) {
      complete_groups(pending->changes[index]);
      body_edit(body, pending->changes[index]);
    }
}

static void body_free(struct body *body)
{
  json_drop(body->list);
  for (int index = 0; index < body->part_count; index++)
    free(body->parts[index].set);
  free(body->parts);
}

/* The private sets by place, as the fold wants them. */
static json *body_private(const struct body *body)
{
  json *sets = body->part_count ? json_make_object() : NULL;
  for (int index = 0; index < body->part_count; index++) {
    char place[16];
    snprintf(place, sizeof(place), "%d", body->parts[index].place);
    json_put(sets, place, json_read(body->parts[index].set, strlen(body->parts[index].set), NULL));
  }
  return sets;
}

static int pending_write(struct act *act, struct pending *pending, int64_t stamp)
{
  struct body body = { 0 };
  struct buf text = BUF_INIT;
  int result = 0;
  body_make(pending, &body);
  json_write(body.list, 0, &text);
  if (json_count(body.list) > PLACE_MAX || text.length > BODY_MAX)
    result = act_refuse(act, _("that is more than one operation can hold (%zu bytes): shorten the text"), text.length);
  else if (json_count(body.list) > 0) { /* edits that change nothing leave no operation */
    result = journal_append(act->store, pending->log, pending->seq, act->at, stamp, act->actor, act->action, &text, body.parts, body.part_count, &act->err);
    json *sets = body_private(&body);
    if (result == 0)
      result = fold_operation(act->store, op_of(pending->log, pending->seq), stamp, body.list, sets, &act->err);
    json_drop(sets);
  }
  buf_free(&text);
  body_free(&body);
  return result;
}

static int write_all(struct act *act)
{
  int64_t stamp = stamp_of(act);
  int result = 0;
  for (int index = 0; result == 0 && index < act->pending_count; index++)
    result = act->err.code ? -1 : pending_write(act, &act->pending[index], stamp);
  return result;
}

/* --- the end ----------------------------------------------------------------------------------------------------------------------------------- */

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
  if (act->err.code || write_all(act) != 0) {
    if (err)
      *err = act->err;
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
