/* Reading the journal as a whole: heads and vectors, what is new, what was not understood. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "store/inside.h"

int journal_heads(struct store *store, int (*head)(void *context, const struct log_head *head), void *context, struct err *err)
{
  struct query *query = sql_query(store->sql, "SELECT id, seq, hash FROM log WHERE seq > ifnull(parent_seq, 0)");
  int found, result = 0;
  while (result == 0 && (found = query_next(query, err)) == 1) {
    struct log_head row = { .name = log_by_id(store, query_number(query, 0))->name, .seq = query_number(query, 1) };
    size_t length;
    const void *bytes = query_bytes(query, 2, &length);
    memcpy(row.hash, bytes, length < CRYPTO_HASH ? length : CRYPTO_HASH);
    result = head(context, &row);
  }
  query_close(query);
  return found < 0 ? -1 : result;
}

struct named_vector {
  struct {
    char *name;
    int64_t seq;
  } * entries;
  int count;
};

static int vector_add(void *context, const struct log_head *head)
{
  struct named_vector *vector = context;
  struct buf name = BUF_INIT;
  log_name_text(&head->name, &name);
  vector->entries = mem_grow(vector->entries, (size_t)vector->count + 1, sizeof(*vector->entries));
  vector->entries[vector->count].name = buf_take(&name, NULL);
  vector->entries[vector->count++].seq = head->seq;
  return 0;
}

static int vector_compare(const void *one, const void *other)
{
  return strcmp(*(char *const *)one, *(char *const *)other); /* the name is the first member */
}

void journal_vector(struct store *store, struct buf *out)
{
  struct named_vector vector = { 0 };
  json *object = json_make_object();
  journal_heads(store, vector_add, &vector, NULL);
  if (vector.count) qsort(vector.entries, (size_t)vector.count, sizeof(*vector.entries), vector_compare);
  for (int index = 0; index < vector.count; index++) {
    json_put(object, vector.entries[index].name, json_make_number(vector.entries[index].seq));
    free(vector.entries[index].name);
  }
  free(vector.entries);
  json_write(object, 0, out);
  json_drop(object);
}

/* --- walking -------------------------------------------------------------------------------------------------------------------------- */

/* Newest first over all logs: the clocks of one log hardly ever step back, so each log is read from its head until `since`, and the
 * results sorted. */
struct recent {
  op_id op;
  int64_t at;
};

static int recent_compare(const void *one, const void *other)
{
  const struct recent *a = one, *b = other;
  if (a->at != b->at) return a->at < b->at ? 1 : -1;
  return a->op < b->op ? 1 : a->op > b->op ? -1 : 0;
}

static int recent_collect(struct store *store, int64_t log, int64_t since, int64_t before, int limit, struct recent **list, size_t *count,
                          struct err *err)
{
  struct query *query = sql_query(store->sql, "SELECT id, at FROM op WHERE id BETWEEN ? AND ? ORDER BY id DESC");
  query_bind_number(query, 1, op_of(log, 0));
  query_bind_number(query, 2, op_of(log, SEQ_MAX));
  int found, taken = 0;
  while ((found = query_next(query, err)) == 1 && query_number(query, 1) >= since && (!limit || taken < limit)) {
    if (before && query_number(query, 1) >= before) continue;
    *list = mem_grow(*list, *count + 1, sizeof(**list));
    (*list)[(*count)++] = (struct recent){ query_number(query, 0), query_number(query, 1) };
    taken++;
  }
  query_close(query);
  return found < 0 ? -1 : 0;
}

int journal_recent(struct store *store, int64_t since, int64_t before, int limit,
                   bool (*row)(void *context, op_id op, const struct operation *operation), void *context, struct err *err)
{
  struct recent *list = NULL;
  size_t count = 0;
  int result = 0;
  log_by_id(store, LOGS_MAX); /* loads what is new */
  for (int log = 1; result == 0 && log <= store->log_count; log++)
    result = recent_collect(store, log, since, before, limit, &list, &count, err);
  if (result == 0 && count) qsort(list, count, sizeof(*list), recent_compare);
  for (size_t index = 0; result == 0 && index < count && (!limit || index < (size_t)limit); index++) {
    struct operation operation;
    result = journal_read(store, list[index].op, &operation, err) == 1 ? 0 : -1;
    if (result == 0 && !row(context, list[index].op, &operation)) count = 0;
    if (result == 0) operation_free(&operation);
  }
  free(list);
  return result;
}

int64_t journal_oddities(struct store *store)
{
  return query_single(store, "SELECT count(*) FROM oddity", 0, 0);
}
