#include <string.h>

#include "store/inside.h"

static bool shows_something(const struct fold *fold, int change)
{
  for (int field = 0; field < fold->record.values.count; field++)
    if (fold->shown[field] == change) return true;
  return false;
}

static int steps_read(struct store *store, const struct fold *fold, bool (*step)(void *context, const struct history_step *step),
                      void *context, struct err *err)
{
  for (int index = 0; index < fold->change_count; index++) {
    const struct body_change *change = &fold->changes[index];
    struct operation operation;
    if (journal_read(store, change->op, &operation, err) != 1) return -1;
    struct history_step shown = { change->op, &operation, &change->values, change->sets, shows_something(fold, index) };
    bool go_on = step(context, &shown);
    operation_free(&operation);
    if (!go_on) break;
  }
  return 0;
}

int history_read(struct store *store, const struct kind *kind, record_id id, bool (*step)(void *context, const struct history_step *step),
                 void *context, struct err *err)
{
  struct fold fold;
  int found = fold_record(store, id, INT64_MAX, &fold, err);
  if (found != 1) return found;
  int result = fold.record.kind == kind ? steps_read(store, &fold, step, context, err) : 0;
  fold_free(&fold);
  return result;
}

int history_as_of(struct store *store, const struct kind *kind, record_id id, int64_t at, struct record *record, struct err *err)
{
  struct fold fold;
  memset(record, 0, sizeof(*record));
  int found = fold_record(store, id, at, &fold, err);
  if (found != 1) return found;
  if (fold.record.kind != kind)
    found = 0;
  else {
    *record = fold.record;
    memset(&fold.record, 0, sizeof(fold.record));
  }
  fold_free(&fold);
  return found;
}

int conflict_each(struct store *store,
                  bool (*row)(void *context, const struct kind *kind, record_id id, int field, const op_id *ops, int count), void *context,
                  struct err *err)
{
  enum { OPS_SHOWN = 32 };
  struct query *query = sql_query(store->sql, "SELECT record, kind, field, op FROM conflict ORDER BY record, field, op");
  record_id record = 0;
  op_id ops[OPS_SHOWN];
  const struct kind *kind = NULL;
  int field = -1, count = 0, found;
  bool go_on = true;
  do {
    found = query_next(query, err);
    const struct kind *next_kind = found == 1 ? kind_find(store->kinds, query_text(query, 1)) : NULL;
    int next_field = next_kind ? kind_field_index(next_kind, query_text(query, 2)) : -1;
    if (kind && (found != 1 || query_number(query, 0) != record || next_field != field)) {
      go_on = row(context, kind, record, field, ops, count);
      count = 0;
    }
    if (found == 1) {
      record = query_number(query, 0);
      field = next_field;
      if (count < OPS_SHOWN) ops[count++] = query_number(query, 3);
    }
    kind = next_kind;
  } while (go_on && found == 1);
  query_close(query);
  return found < 0 ? -1 : 0;
}

int64_t conflict_count(struct store *store)
{
  return query_single(store, "SELECT count(*) FROM (SELECT DISTINCT record, field FROM conflict)", 0, 0);
}
