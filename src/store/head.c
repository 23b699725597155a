/* Own identity, and heads signed by their origin: how far a log may travel. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "store/exchange.h"
#include "store/exchange_inside.h"
#include "store/inside.h"

int identity_read(struct store *store, struct identity *identity, struct err *err)
{
  struct key_file key;
  if (key_read(store->path, store->node, &key, err) != 0) return -1;
  identity->node = node_of_key(key.public_key);
  memcpy(identity->public_key, key.public_key, CRYPTO_PUBLIC);
  memcpy(identity->secret_key, key.secret_key, CRYPTO_SECRET);
  key_free(&key);
  if (identity->node == store->node) return 0;
  memset(identity, 0, sizeof(*identity));
  return err_set(err, _("%s.key belongs to another node than the database: leave the desk and open it again"), store->path);
}

static void statement(const struct signed_head *head, struct buf *out)
{
  buf_adds(out, "dutydesk head ");
  log_name_text(&head->log, out);
  buf_addf(out, "/%lld ", (long long)head->seq);
  buf_add(out, head->hash, CRYPTO_HASH);
}

void head_sign(struct signed_head *head, const unsigned char secret_key[CRYPTO_SECRET])
{
  struct buf said = BUF_INIT;
  statement(head, &said);
  crypto_make_signature(secret_key, said.data, said.length, head->signature);
  buf_free(&said);
}

bool head_check(const struct signed_head *head, const unsigned char public_key[CRYPTO_PUBLIC])
{
  struct buf said = BUF_INIT;
  if (node_of_key(public_key) != head->log.node) return false;
  statement(head, &said);
  bool good = crypto_check_signature(public_key, said.data, said.length, head->signature);
  buf_free(&said);
  return good;
}

int head_keep(struct store *store, int64_t log, bool staged, const struct signed_head *head, struct err *err)
{
  struct query *query = sql_query(store->sql, "INSERT OR REPLACE INTO head(log, staged, seq, hash, signature) VALUES(?, ?, ?, ?, ?)");
  query_bind_number(query, 1, log);
  query_bind_number(query, 2, staged);
  query_bind_number(query, 3, head->seq);
  query_bind_bytes(query, 4, head->hash, CRYPTO_HASH);
  query_bind_bytes(query, 5, head->signature, CRYPTO_SIGNATURE);
  return query_do(query, err);
}

void bytes_take(struct query *query, int column, void *to, size_t size)
{
  size_t length;
  const void *bytes = query_bytes(query, column, &length);
  memset(to, 0, size);
  if (bytes && length == size) memcpy(to, bytes, size);
}

/* A head counts while its operation is held: after a fork some of ours are not. */
#define HEAD_SELECT                                                                                                                        \
  "SELECT head.log, head.seq, head.hash, head.signature FROM head JOIN op ON op.id = (head.log << 35) + head.seq AND op.hash = head.hash " \
  "WHERE staged = 0"

static void head_row(struct store *store, struct query *query, struct signed_head *head)
{
  head->log = log_by_id(store, query_number(query, 0))->name;
  head->seq = query_number(query, 1);
  bytes_take(query, 2, head->hash, CRYPTO_HASH);
  bytes_take(query, 3, head->signature, CRYPTO_SIGNATURE);
}

int head_read(struct store *store, const struct log_name *log, struct signed_head *head, struct err *err)
{
  const struct log_row *row = log_find(store, log);
  if (!row) return 0;
  struct query *query = sql_query(store->sql, HEAD_SELECT " AND head.log = ?");
  query_bind_number(query, 1, row->id);
  int found = query_next(query, err);
  if (found == 1) head_row(store, query, head);
  query_close(query);
  return found;
}

int head_each(struct store *store, int (*take)(void *context, const struct signed_head *head), void *context, struct err *err)
{
  struct query *query = sql_query(store->sql, HEAD_SELECT);
  int found, result = 0;
  while (result == 0 && (found = query_next(query, err)) == 1) {
    struct signed_head head;
    head_row(store, query, &head);
    result = take(context, &head);
  }
  query_close(query);
  return found < 0 ? -1 : result;
}

int head_seqs(struct store *store, int (*take)(void *context, const struct log_name *log, int64_t seq), void *context, struct err *err)
{
  struct query *query = sql_query(store->sql, "SELECT log, seq FROM head WHERE staged = 0");
  int found, result = 0;
  while (result == 0 && (found = query_next(query, err)) == 1) {
    struct log_name log = log_by_id(store, query_number(query, 0))->name;
    result = take(context, &log, query_number(query, 1));
  }
  query_close(query);
  return found < 0 ? -1 : result;
}

int head_missing(struct store *store, int (*take)(void *context, const struct log_name *log), void *context, struct err *err)
{
  struct query *query = sql_query(store->sql, "SELECT log.id FROM log LEFT JOIN head ON head.log = log.id AND head.staged = 0 "
                                              "WHERE head.seq IS NULL AND log.seq > ifnull(log.parent_seq, 0)");
  int found, result = 0;
  while (result == 0 && (found = query_next(query, err)) == 1) {
    struct log_name log = log_by_id(store, query_number(query, 0))->name;
    result = take(context, &log);
  }
  query_close(query);
  return found < 0 ? -1 : result;
}

struct grown { /* own logs that have grown since their head was signed */
  struct signed_head *list;
  int count;
};

static int grown_find(struct store *store, uint64_t node, struct grown *grown, struct err *err)
{
  struct query *query =
    sql_query(store->sql, "SELECT log.id, log.seq, log.hash FROM log LEFT JOIN head ON head.log = log.id AND head.staged = 0 "
                          "WHERE log.node = ? AND log.seq > ifnull(log.parent_seq, 0) AND log.hash IS NOT head.hash");
  query_bind_number(query, 1, (int64_t)node);
  int found;
  while ((found = query_next(query, err)) == 1) {
    grown->list = mem_grow(grown->list, (size_t)grown->count + 1, sizeof(*grown->list));
    struct signed_head *head = &grown->list[grown->count++];
    *head = (struct signed_head){ .log = log_by_id(store, query_number(query, 0))->name, .seq = query_number(query, 1) };
    bytes_take(query, 2, head->hash, CRYPTO_HASH);
  }
  query_close(query);
  return found;
}

int head_sign_own(struct store *store, const struct identity *identity, struct err *err)
{
  struct grown grown = { 0 };
  bool own = !sql_in_transaction(store->sql);
  int result = grown_find(store, identity->node, &grown, err);
  if (result == 0 && grown.count && own) result = sql_begin(store->sql, err);
  bool begun = result == 0 && grown.count && own;
  for (int index = 0; result == 0 && index < grown.count; index++) {
    head_sign(&grown.list[index], identity->secret_key);
    result = head_keep(store, log_find(store, &grown.list[index].log)->id, false, &grown.list[index], err);
  }
  free(grown.list);
  if (begun && result == 0) return sql_commit(store->sql, err);
  if (begun) sql_rollback(store->sql);
  return result;
}

/* --- the journal as the other side of the line needs it ------------------------------------------------------------------------------- */

int log_hash_at(struct store *store, const struct log_name *log, int64_t seq, unsigned char hash[CRYPTO_HASH], struct err *err)
{
  const struct log_row *row = log_find(store, log);
  if (!row || seq < 1 || seq > SEQ_MAX) return 0;
  struct log_parent parent;
  if (row->parent && seq == row->parent_seq && log_parent_read(store, log, &parent, err) == 1) {
    memcpy(hash, parent.hash, CRYPTO_HASH);
    return 1;
  }
  return journal_hash(store, op_of(row->id, seq), hash, err);
}

int log_parent_read(struct store *store, const struct log_name *log, struct log_parent *parent, struct err *err)
{
  const struct log_row *row = log_find(store, log);
  if (!row || !row->parent) return 0;
  parent->seq = row->parent_seq;
  parent->log = log_by_id(store, row->parent)->name;
  struct query *query = sql_query(store->sql, "SELECT before FROM log WHERE id = ?");
  query_bind_number(query, 1, log_find(store, log)->id);
  int found = query_next(query, err);
  if (found == 1) bytes_take(query, 0, parent->hash, CRYPTO_HASH);
  query_close(query);
  return found;
}

/* Notes the limit. *concerns: there is something behind the old one or the new one. */
static int limit_set(struct store *store, const struct log_head *limit, bool *changed, bool *concerns, struct err *err)
{
  const struct log_row *row = log_find(store, &limit->name);
  int64_t until = limit->seq < SEQ_MAX ? limit->seq : SEQ_MAX, held;
  unsigned char hash[CRYPTO_HASH];
  if (!row || row->until == until) return 0;
  if (log_head(store, row->id, &held, hash, err) != 0) return -1;
  *changed = true;
  *concerns |= held > until || held > row->until;
  struct query *query = sql_query(store->sql, "UPDATE log SET until = ? WHERE id = ?");
  if (until < SEQ_MAX) query_bind_number(query, 1, until);
  query_bind_number(query, 2, row->id);
  return query_do(query, err);
}

int log_limits_set(struct store *store, const struct log_head *list, int count, struct err *err)
{
  bool changed = false, concerns = false;
  for (int index = 0; index < count && !changed; index++) {
    const struct log_row *row = log_find(store, &list[index].name);
    changed = row && row->until != (list[index].seq < SEQ_MAX ? list[index].seq : SEQ_MAX);
  }
  if (!changed || sql_in_transaction(store->sql)) return 0;
  if (sql_begin(store->sql, err) != 0) return -1;
  int result = 0;
  for (int index = 0; result == 0 && index < count; index++) result = limit_set(store, &list[index], &changed, &concerns, err);
  log_forget(store);
  fold_forget(store);
  if (result == 0 && concerns) result = rebuild_inside(store, true, NULL, err);
  store->wrote = true;
  if (result == 0 && sql_commit(store->sql, err) == 0) return concerns;
  sql_rollback(store->sql);
  log_forget(store);
  return -1;
}

int log_run_read(struct store *store, const struct log_name *log, int64_t after, int64_t to, int most,
                 bool (*take)(void *context, const struct operation *operation), void *context, struct err *err)
{
  const struct log_row *row = log_find(store, log);
  int64_t id = row ? row->id : 0;
  int given = 0;
  for (int64_t seq = after + 1; row && seq <= to && given < most; seq++) {
    struct operation operation;
    int found = journal_read(store, op_of(id, seq), &operation, err);
    if (found != 1) return found < 0 ? -1 : err_set(err, _("operation %lld of a log is missing: run 'dutydesk verify'"), (long long)seq);
    bool more = take(context, &operation);
    operation_free(&operation);
    given++;
    if (!more) break;
  }
  return given;
}
