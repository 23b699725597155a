/* The fold: a row is a pure function of the operations that touch it, in whatever order they came. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "store/inside.h"
#include "store/upkeep.h"

enum { PARSED = sizeof(((struct store *)0)->parsed) / sizeof(*((struct store *)0)->parsed) };

/* --- parsed operations, kept a little ------------------------------------------------------------------------------------------------ */

static void parsed_drop(struct store *store, size_t index)
{
  json_drop(store->parsed[index].changes);
  json_drop(store->parsed[index].private_sets);
  body_changes_free(&store->parsed[index].body);
  memset(&store->parsed[index], 0, sizeof(store->parsed[index]));
}

void fold_forget(struct store *store)
{
  for (size_t index = 0; index < PARSED; index++) parsed_drop(store, index);
}

static size_t parsed_find(const struct store *store, op_id op)
{
  size_t index = 0;
  while (index < PARSED && store->parsed[index].op != op) index++;
  return index;
}

/* Index in `parsed`, PARSED if it is not here, or -1. */
static int parsed_read(struct store *store, op_id op, struct err *err)
{
  int index = (int)parsed_find(store, op);
  if (index < (int)PARSED) return index;
  index = store->parsed_next++ % (int)PARSED;
  parsed_drop(store, (size_t)index);
  int found =
    journal_body_quickly(store, op, SIZE_MAX, &store->parsed[index].body)
      ? 1
      : journal_body(store, op, &store->parsed[index].stamp, &store->parsed[index].changes, &store->parsed[index].private_sets, err);
  if (found != 1) {
    parsed_drop(store, (size_t)index);
    return found < 0 ? -1 : (int)PARSED;
  }
  store->parsed[index].op = op;
  return index;
}

static const json *private_set_at(const json *private_sets, int place)
{
  char name[16];
  snprintf(name, sizeof(name), "%d", place);
  return private_sets ? json_get(private_sets, name) : NULL;
}

/* --- one record ----------------------------------------------------------------------------------------------------------------------- */

static bool is_accepted(struct store *store, op_id op)
{
  return op_seq(op) <= log_by_id(store, op_log(op))->until;
}

static bool op_counts(struct store *store, op_id op, int64_t until)
{
  if (!is_accepted(store, op)) return false;
  char text[160];
  snprintf(text, sizeof(text), "SELECT 1 FROM %s.oddity WHERE op = ?", store->schema);
  if (query_single(store, text, op, 0)) return false;
  if (until == INT64_MAX) return true;
  int64_t arrived = query_single(store, "SELECT ifnull((SELECT at FROM arrival WHERE op = op.id), at) FROM op WHERE id = ?", op, INT64_MAX);
  return arrived <= until;
}

/* A small operation of the usual form, which is not worth keeping. */
static bool change_quickly(struct store *store, op_id op, int place, struct body_change *change)
{
  enum { SMALL = 16384 };
  struct body_changes body;
  if (parsed_find(store, op) < PARSED || !journal_body_quickly(store, op, SMALL, &body)) return false;
  bool found = place < body.count;
  if (found) {
    *change = body.list[place];
    memset(&body.list[place], 0, sizeof(*body.list));
  }
  body_changes_free(&body);
  return found;
}

/* Change `place` of an operation. 1: read; 0: not here or not ours to understand; -1. */
static int change_at(struct store *store, op_id op, int place, struct body_change *change, struct err *err)
{
  memset(change, 0, sizeof(*change));
  if (change_quickly(store, op, place, change)) return 1;
  int index = parsed_read(store, op, err);
  if (index < 0 || index == (int)PARSED) return index < 0 ? -1 : 0;
  const struct body_changes *body = &store->parsed[index].body;
  if (place < body->count) body_change_copy(change, &body->list[place]);
  if (body->list) return place < body->count;
  json *changes = store->parsed[index].changes;
  if ((size_t)place >= json_count(changes)) return 0;
  return body_change_read(store, op, store->parsed[index].stamp, place, json_at(changes, (size_t)place),
                          private_set_at(store->parsed[index].private_sets, place), change, err);
}

static int collect(struct store *store, op_id op, int place, int64_t until, record_id id, struct fold *fold, struct err *err)
{
  struct body_change change;
  if (!op_counts(store, op, until)) return 0;
  int result = change_at(store, op, place, &change, err);
  if (result == 1 && change.record == id && (record_is_keyed(id) || !fold->record.kind || fold->record.kind == change.kind)) {
    fold->record.kind = change.kind;
    fold->changes = mem_grow(fold->changes, (size_t)fold->change_count + 1, sizeof(*fold->changes));
    fold->changes[fold->change_count++] = change;
  } else
    body_change_free(&change);
  return result < 0 ? -1 : 0;
}

static int change_compare(const void *one, const void *other)
{
  const struct body_change *a = one, *b = other;
  if (a->stamp != b->stamp) return a->stamp < b->stamp ? -1 : 1;
  if (a->node != b->node) return a->node < b->node ? -1 : 1;
  if (op_seq(a->op) != op_seq(b->op)) return op_seq(a->op) < op_seq(b->op) ? -1 : 1;
  return a->place - b->place;
}

static int collect_all(struct store *store, record_id id, int64_t until, struct fold *fold, struct err *err)
{
  int result = record_is_keyed(id) ? 0 : collect(store, record_op(id), record_place(id), until, id, fold, err);
  if (result != 0 || (!record_is_keyed(id) && fold->change_count == 0)) return result; /* what makes it says of which kind it is */
  struct touch {
    op_id op;
    int place;
  } *touches = NULL;
  size_t count = 0;
  char text[160];
  snprintf(text, sizeof(text), "SELECT op, place FROM %s.touch WHERE record = ?", store->schema);
  struct query *query = sql_query(store->sql, text);
  query_bind_number(query, 1, id);
  int found;
  while ((found = query_next(query, err)) == 1) {
    touches = mem_grow(touches, count + 1, sizeof(*touches));
    touches[count++] = (struct touch){ query_number(query, 0), (int)query_number(query, 1) };
  }
  query_close(query);
  for (size_t index = 0; result == 0 && found == 0 && index < count; index++)
    result = collect(store, touches[index].op, touches[index].place, until, id, fold, err);
  free(touches);
  if (fold->change_count > 1) qsort(fold->changes, (size_t)fold->change_count, sizeof(*fold->changes), change_compare);
  return found < 0 ? -1 : result;
}

/* Anybody who knows a keyed record's name can write to it where he may write: what counts is where the name says, and of the kind that it
 * says. Until a change has come that shows it, the record is not here. */
static void keep_rightful(struct store *store, struct fold *fold)
{
  const struct body_change *named = NULL;
  int kept = 0;
  for (int index = 0; index < fold->change_count && !named; index++)
    if (fold->changes[index].is_named) named = &fold->changes[index];
  const struct kind *kind = named ? named->kind : NULL;
  struct log_name place = named ? log_by_id(store, op_log(named->op))->name : (struct log_name){ 0 };
  for (int index = 0; index < fold->change_count; index++) {
    const struct log_name *log = &log_by_id(store, op_log(fold->changes[index].op))->name;
    if (kind && fold->changes[index].kind == kind && log->area == place.area && log->lane == place.lane)
      fold->changes[kept++] = fold->changes[index];
    else
      body_change_free(&fold->changes[index]);
  }
  fold->change_count = kept;
  fold->record.kind = kind;
}

bool fold_is_candidate(const struct fold *fold, int change, int field)
{
  const struct body_change *mine = &fold->changes[change];
  if (!body_change_touches(mine, field)) return false;
  for (int other = 0; other < fold->change_count; other++) {
    const struct body_change *edit = &fold->changes[other];
    for (int index = 0; index < edit->saw_count; index++)
      if (edit->saw[index] == mine->op && edit->op != mine->op && body_change_touches(edit, field)) return false;
  }
  return true;
}

/* Who moved it and when is noted beside a state: that two machines made the same move is nothing to decide. */
static bool group_equal(const struct body_change *one, const struct body_change *other, int field)
{
  for (int index = 0; index < one->values.count; index++)
    if (field_same_group(one->values.fields[index], one->values.fields[field]) && !(one->values.fields[index]->flags & FIELD_UNDISPUTED) &&
        !value_equal(one->values.fields[index], &one->values.list[index], &other->values.list[index]))
      return false;
  return true;
}

/* Which change's value shows for a field: of the candidates the last in (stamp, node, seq). */
static void decide(struct fold *fold, int field)
{
  int shown = -1;
  for (int change = fold->change_count - 1; change >= 0; change--) {
    if (!fold_is_candidate(fold, change, field)) continue;
    if (shown < 0)
      shown = change;
    else if (!group_equal(&fold->changes[shown], &fold->changes[change], field))
      fold->in_conflict[field] = 1;
  }
  fold->shown[field] = shown;
  if (shown < 0) return;
  value_set(fold->record.values.fields[field], &fold->record.values.list[field], &fold->changes[shown].values.list[field]);
  fold->record.has_conflict |= fold->in_conflict[field];
}

/* An erasure takes the personal values of every change that is not later, whether or not their private part is still here. */
static void erase_apply(struct fold *fold)
{
  int64_t until = INT64_MIN;
  for (int change = 0; change < fold->change_count; change++)
    if (fold->changes[change].erases) until = fold->changes[change].stamp;
  for (int change = 0; change < fold->change_count && fold->changes[change].stamp <= until; change++)
    for (int field = 0; field < fold->changes[change].values.count; field++)
      if (fold->changes[change].values.fields[field]->flags & FIELD_PERSONAL) value_clear(&fold->changes[change].values.list[field]);
}

int fold_record(struct store *store, record_id id, int64_t until, struct fold *fold, struct err *err)
{
  memset(fold, 0, sizeof(*fold));
  int result = collect_all(store, id, until, fold, err);
  if (result == 0 && record_is_keyed(id)) keep_rightful(store, fold);
  if (result != 0 || fold->change_count == 0) {
    fold_free(fold);
    return result;
  }
  erase_apply(fold);
  fold->record.id = id;
  fold->record.changed = fold->changes[fold->change_count - 1].op;
  values_start_kind(&fold->record.values, fold->record.kind);
  fold->shown = mem_zero((size_t)fold->record.values.count, sizeof(*fold->shown));
  fold->in_conflict = mem_zero((size_t)fold->record.values.count, sizeof(*fold->in_conflict));
  for (int field = 0; field < fold->record.values.count; field++) decide(fold, field);
  return 1;
}

void fold_free(struct fold *fold)
{
  for (int change = 0; change < fold->change_count; change++) body_change_free(&fold->changes[change]);
  free(fold->changes);
  free(fold->shown);
  free(fold->in_conflict);
  record_free(&fold->record);
  memset(fold, 0, sizeof(*fold));
}

/* --- into the projection -------------------------------------------------------------------------------------------------------------- */

static int conflict_write(struct store *store, const struct fold *fold, int field, struct err *err)
{
  char text[160];
  snprintf(text, sizeof(text), "INSERT OR IGNORE INTO %s.conflict(record, field, kind, op) VALUES(?, ?, ?, ?)", store->schema);
  for (int change = 0; change < fold->change_count; change++) {
    if (!fold_is_candidate(fold, change, field)) continue;
    struct query *query = sql_query(store->sql, text);
    query_bind_number(query, 1, fold->record.id);
    query_bind_text(query, 2, fold->record.values.fields[field]->name);
    query_bind_text(query, 3, fold->record.kind->name);
    query_bind_number(query, 4, fold->changes[change].op);
    if (query_do(query, err) != 0) return -1;
  }
  return 0;
}

static bool first_of_group(const struct fold *fold, int field)
{
  for (int before = 0; before < field; before++)
    if (field_same_group(fold->record.values.fields[before], fold->record.values.fields[field])) return false;
  return true;
}

static int conflicts_write(struct store *store, const struct fold *fold, struct err *err)
{
  char text[160];
  snprintf(text, sizeof(text), "DELETE FROM %s.conflict WHERE record = ?", store->schema);
  if (!store->replaying) { /* then there are none yet */
    struct query *query = sql_query(store->sql, text);
    query_bind_number(query, 1, fold->record.id);
    if (query_do(query, err) != 0) return -1;
  }
  for (int field = 0; fold->record.has_conflict && field < fold->record.values.count; field++)
    if (fold->in_conflict[field] && first_of_group(fold, field) && conflict_write(store, fold, field, err) != 0) return -1;
  return 0;
}

static int private_erase(struct store *store, const struct fold *fold, struct err *err)
{
  int64_t until = INT64_MIN;
  for (int change = 0; change < fold->change_count; change++)
    if (fold->changes[change].erases) until = fold->changes[change].stamp;
  if (until == INT64_MIN || store->replaying) return 0;
  if (sql_run(store->sql, err, "PRAGMA secure_delete = ON") != 0) return -1;
  for (int change = 0; change < fold->change_count && fold->changes[change].stamp <= until; change++) {
    struct query *query = sql_query(store->sql, "UPDATE private SET salt = NULL, part = NULL WHERE op = ? AND place = ?");
    query_bind_number(query, 1, fold->changes[change].op);
    query_bind_number(query, 2, fold->changes[change].place);
    if (query_do(query, err) != 0) return -1;
  }
  fold_forget(store);
  return search_settle_inside(store, 0, err); /* the old text must not wait in the index's list */
}

static int refold(struct store *store, record_id id, struct err *err)
{
  struct fold fold;
  int found = fold_record(store, id, INT64_MAX, &fold, err);
  if (found != 1) return found;
  struct record before;
  int result = 0;
  if (!store->replaying) {
    int held = record_read(store, fold.record.kind, id, &before, err);
    result = held < 0 ? -1 : search_note(store, id, held == 1 ? &before : NULL, err);
    record_free(&before);
  }
  if (result == 0) result = table_write(store, &fold.record, err);
  if (result == 0) result = conflicts_write(store, &fold, err);
  if (result == 0) result = private_erase(store, &fold, err);
  fold_free(&fold);
  return result;
}

static int touch_add(struct store *store, const struct body_change *change, struct err *err)
{
  char text[160];
  snprintf(text, sizeof(text), "INSERT OR IGNORE INTO %s.touch(record, op, place) VALUES(?, ?, ?)", store->schema);
  struct query *query = sql_query(store->sql, text);
  query_bind_number(query, 1, change->record);
  query_bind_number(query, 2, change->op);
  query_bind_number(query, 3, change->place);
  return query_do(query, err);
}

static bool is_touched(struct store *store, record_id id)
{
  char text[160];
  snprintf(text, sizeof(text), "SELECT 1 FROM %s.touch WHERE record = ? LIMIT 1", store->schema);
  return query_single(store, text, id, 0);
}

static bool makes(const struct body_change *change)
{
  return !record_is_keyed(change->record) && record_op(change->record) == change->op && record_place(change->record) == change->place;
}

/* A keyed record that this change makes: no other touches it, not even one that does not count. */
static bool makes_keyed(struct store *store, const struct body_change *change)
{
  char text[160];
  if (!change->is_named || change->erases) return false;
  snprintf(text, sizeof(text), "SELECT 1 FROM %s.touch WHERE record = ? AND (op <> ? OR place <> ?) LIMIT 1", store->schema);
  struct query *query = sql_query(store->sql, text);
  query_bind_number(query, 1, change->record);
  query_bind_number(query, 2, change->op);
  query_bind_number(query, 3, change->place);
  bool alone = query_next(query, NULL) == 0;
  query_close(query);
  return alone;
}

/* The common case, a record made and not touched yet: its row is what the operation says. */
static int write_made(struct store *store, const struct body_change *change, struct err *err)
{
  struct record record = { .kind = change->kind, .id = change->record, .changed = change->op, .values = change->values };
  if (!store->replaying && search_note(store, record.id, NULL, err) != 0) return -1;
  return table_write(store, &record, err);
}

static int fold_change(struct store *store, const struct body_change *change, struct err *err)
{
  if (!is_accepted(store, change->op)) return 0;
  if (makes(change)) {
    if (store->replaying || !is_touched(store, change->record)) return change->kind ? write_made(store, change, err) : 0;
  } else if (touch_add(store, change, err) != 0)
    return -1;
  if (store->replaying) /* a replay folds touched records once, at its end */
    return 0;
  return makes_keyed(store, change) ? write_made(store, change, err) : refold(store, change->record, err);
}

int fold_own_change(struct store *store, op_id op, int place, const struct record *own, bool erases, struct err *err)
{
  struct body_change change = { .kind = own->kind,
                                .record = own->id,
                                .op = op,
                                .place = place,
                                .values = own->values,
                                .erases = erases,
                                .is_named = record_is_keyed(own->id) };
  return fold_change(store, &change, err);
}

static int changes_read(struct store *store, op_id op, int64_t stamp, const json *changes, const json *private_sets,
                        struct body_changes *body, struct err *err)
{
  size_t count = json_count(changes);
  if (json_type_of(changes) != JSON_ARRAY_T || count > PLACE_MAX) return err_set(err, _("its body is not a list of changes"));
  body->list = mem_zero(count + 1, sizeof(*body->list));
  body->count = (int)count;
  for (int place = 0; place < body->count; place++)
    if (body_change_read(store, op, stamp, place, json_at(changes, (size_t)place), private_set_at(private_sets, place), &body->list[place],
                         err) < 0)
      return -1;
  return 0;
}

/* -1: it stays in the journal, but means nothing. *body is the caller's, whatever comes back. */
static int body_read(struct store *store, op_id op, struct body_changes *body, struct err *err)
{
  json *changes, *private_sets;
  int64_t stamp;
  *body = (struct body_changes){ 0 };
  if (journal_body_quickly(store, op, SIZE_MAX, body)) return 0;
  int result = journal_body(store, op, &stamp, &changes, &private_sets, NULL) == 1
                 ? changes_read(store, op, stamp, changes, private_sets, body, err)
                 : err_set(err, _("its body is not JSON"));
  json_drop(changes);
  json_drop(private_sets);
  return result;
}

static int fold_changes(struct store *store, const struct body_changes *body, struct err *err)
{
  int result = 0;
  for (int place = 0; result == 0 && place < body->count; place++) result = fold_change(store, &body->list[place], err);
  return result;
}

int fold_held(struct store *store, op_id op, struct err *err)
{
  struct body_changes body;
  int result = body_read(store, op, &body, NULL) == 0 ? fold_changes(store, &body, err) : journal_oddity(store, op, err);
  body_changes_free(&body);
  return result;
}

int fold_reads(struct store *store, op_id op, struct err *err)
{
  struct body_changes body;
  int result = body_read(store, op, &body, err);
  body_changes_free(&body);
  return result;
}

/* --- everything again ----------------------------------------------------------------------------------------------------------------- */

static bool go_on(const struct upkeep_progress *progress, int64_t done, int64_t total)
{
  return !progress || done % 1000 || progress->step(progress->context, done, total);
}

static int replay_operations(struct store *store, const struct upkeep_progress *progress, int64_t total, struct err *err)
{
  struct query *query = sql_query(store->sql, "SELECT id FROM op ORDER BY id");
  int64_t done = 0;
  int found, result = 0;
  while (result == 0 && (found = query_next(query, err)) == 1) {
    result = fold_held(store, query_number(query, 0), err);
    if (result == 0 && !go_on(progress, ++done, total)) result = err_set(err, _("stopped as asked; nothing has changed"));
  }
  query_close(query);
  return found < 0 ? -1 : result;
}

static int replay_touched(struct store *store, struct err *err)
{
  char text[160];
  snprintf(text, sizeof(text), "SELECT DISTINCT record FROM %s.touch", store->schema);
  struct query *query = sql_query(store->sql, text);
  int found, result = 0;
  while (result == 0 && (found = query_next(query, err)) == 1) result = refold(store, query_number(query, 0), err);
  query_close(query);
  return found < 0 ? -1 : result;
}

int fold_everything(struct store *store, const struct upkeep_progress *progress, struct err *err)
{
  int64_t total = query_single(store, "SELECT count(*) FROM op", 0, 0);
  store->replaying = true;
  fold_forget(store);
  int result = replay_operations(store, progress, total, err);
  if (result == 0) result = replay_touched(store, err);
  store->replaying = false;
  return result;
}
