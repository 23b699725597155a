/* Received and not yet admitted: a local table, so that a cut line costs nothing that came. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "store/exchange_inside.h"
#include "store/inside.h"

int stage_top(struct store *store, int64_t log, int64_t *seq, unsigned char hash[CRYPTO_HASH], struct err *err)
{
  struct query *query = sql_query(store->sql, "SELECT seq, hash FROM staged WHERE log = ? ORDER BY seq DESC LIMIT 1");
  query_bind_number(query, 1, log);
  int found = query_next(query, err);
  if (found == 1) {
    *seq = query_number(query, 0);
    bytes_take(query, 1, hash, CRYPTO_HASH);
  }
  query_close(query);
  return found;
}

int stage_hash(struct store *store, int64_t log, int64_t seq, unsigned char hash[CRYPTO_HASH], struct err *err)
{
  struct query *query = sql_query(store->sql, "SELECT hash FROM staged WHERE log = ? AND seq = ?");
  query_bind_number(query, 1, log);
  query_bind_number(query, 2, seq);
  int found = query_next(query, err);
  if (found == 1) bytes_take(query, 0, hash, CRYPTO_HASH);
  query_close(query);
  return found;
}

int stage_put(struct store *store, int64_t log, const struct operation *operation, struct err *err)
{
  struct buf parent = BUF_INIT;
  struct query *query =
    sql_query(store->sql, "INSERT OR REPLACE INTO staged(log, seq, at, stamp, actor, action, body, private, parent, before, hash) "
                          "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  query_bind_number(query, 1, log);
  query_bind_number(query, 2, operation->seq);
  query_bind_number(query, 3, operation->at);
  query_bind_number(query, 4, operation->stamp);
  query_bind_text(query, 5, operation->actor);
  query_bind_text(query, 6, operation->action);
  query_bind_bytes(query, 7, operation->body, operation->body_length);
  if (operation->private_part) query_bind_text(query, 8, operation->private_part);
  if (operation->parent.node) {
    log_name_text(&operation->parent, &parent);
    query_bind_text(query, 9, buf_text(&parent));
    query_bind_bytes(query, 10, operation->before, CRYPTO_HASH);
  }
  query_bind_bytes(query, 11, operation->hash, CRYPTO_HASH);
  int result = query_do(query, err);
  buf_free(&parent);
  return result;
}

int stage_read(struct store *store, int64_t log, int64_t seq, struct operation *operation, struct err *err)
{
  struct query *query =
    sql_query(store->sql, "SELECT at, stamp, actor, action, body, private, parent, before, hash FROM staged WHERE log = ? AND seq = ?");
  query_bind_number(query, 1, log);
  query_bind_number(query, 2, seq);
  int found = query_next(query, err);
  if (found == 1) {
    *operation =
      (struct operation){ .log = log_by_id(store, log)->name, .seq = seq, .at = query_number(query, 0), .stamp = query_number(query, 1) };
    operation->actor = mem_dup(query_text(query, 2));
    operation->action = mem_dup(query_text(query, 3));
    const void *body = query_bytes(query, 4, &operation->body_length);
    operation->body = mem_dup_n(body ? body : "", operation->body_length);
    operation->private_part = mem_dup(query_text(query, 5));
    if (!query_is_null(query, 6) && log_name_read(query_text(query, 6), &operation->parent)) {
      operation->parent_seq = seq - 1;
      bytes_take(query, 7, operation->before, CRYPTO_HASH);
    }
    bytes_take(query, 8, operation->hash, CRYPTO_HASH);
  }
  query_close(query);
  return found;
}

int stage_first(struct store *store, int64_t log, int64_t after, struct operation *operation, struct err *err)
{
  struct query *query = sql_query(store->sql, "SELECT min(seq) FROM staged WHERE log = ? AND seq > ?");
  query_bind_number(query, 1, log);
  query_bind_number(query, 2, after);
  int found = query_next(query, err);
  int64_t seq = found == 1 && !query_is_null(query, 0) ? query_number(query, 0) : 0;
  query_close(query);
  return seq ? stage_read(store, log, seq, operation, err) : found < 0 ? -1 : 0;
}

int stage_drop(struct store *store, int64_t log, int64_t up_to, struct err *err)
{
  struct query *query = sql_query(store->sql, "DELETE FROM staged WHERE log = ? AND seq <= ?");
  query_bind_number(query, 1, log);
  query_bind_number(query, 2, up_to);
  return query_do(query, err);
}

int stage_head(struct store *store, int64_t log, struct signed_head *head, struct err *err)
{
  struct query *query = sql_query(store->sql, "SELECT seq, hash, signature FROM head WHERE log = ? AND staged = 1");
  query_bind_number(query, 1, log);
  int found = query_next(query, err);
  if (found == 1) {
    *head = (struct signed_head){ .log = log_by_id(store, log)->name, .seq = query_number(query, 0) };
    bytes_take(query, 1, head->hash, CRYPTO_HASH);
    bytes_take(query, 2, head->signature, CRYPTO_SIGNATURE);
  }
  query_close(query);
  return found;
}

int stage_head_drop(struct store *store, int64_t log, struct err *err)
{
  struct query *query = sql_query(store->sql, "DELETE FROM head WHERE log = ? AND staged = 1");
  query_bind_number(query, 1, log);
  return query_do(query, err);
}

int stage_logs(struct store *store, int64_t **logs, struct err *err)
{
  struct query *query = sql_query(store->sql, "SELECT log FROM head WHERE staged = 1");
  int found, count = 0;
  *logs = NULL;
  while ((found = query_next(query, err)) == 1) {
    *logs = mem_grow(*logs, (size_t)count + 1, sizeof(**logs));
    (*logs)[count++] = query_number(query, 0);
  }
  query_close(query);
  return found < 0 ? -1 : count;
}

int staged_vector(struct store *store, struct vector *vector, struct err *err)
{
  struct query *query = sql_query(
    store->sql, "SELECT staged.log, staged.seq, staged.hash FROM (SELECT log, max(seq) AS seq FROM staged GROUP BY log) AS top "
                "JOIN staged ON staged.log = top.log AND staged.seq = top.seq JOIN log ON log.id = staged.log AND log.seq < staged.seq");
  int found;
  *vector = (struct vector){ 0 };
  while ((found = query_next(query, err)) == 1) {
    struct log_head head = { .name = log_by_id(store, query_number(query, 0))->name, .seq = query_number(query, 1) };
    bytes_take(query, 2, head.hash, CRYPTO_HASH);
    vector_put(vector, &head);
  }
  query_close(query);
  return found;
}
