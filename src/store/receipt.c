/* Receipts: what a node says, signed, that it holds; and what follows from them for delivery. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "store/exchange_inside.h"
#include "store/inside.h"

enum { SHORT = RECEIPT_SHORT };

void receipt_vector_hash(const struct vector *vector, unsigned char hash[CRYPTO_HASH])
{
  struct crypto_hash state;
  struct buf entry = BUF_INIT;
  crypto_hash_start(&state, "dutydesk vector", CRYPTO_HASH);
  for (int index = 0; index < vector->count; index++) {
    buf_clear(&entry);
    log_name_text(&vector->list[index].name, &entry);
    buf_addf(&entry, "/%" PRId64 " ", vector->list[index].seq);
    buf_add(&entry, vector->list[index].hash, SHORT);
    crypto_hash_add(&state, entry.data, entry.length);
  }
  crypto_hash_end(&state, hash, CRYPTO_HASH);
  buf_free(&entry);
}

static void audience_text(const struct reach *audience, struct buf *out)
{
  for (int index = 0; index < audience->count; index++) buf_addf(out, "%s%012" PRId64, index ? "," : "", audience->areas[index]);
}

static void audience_read(const char *text, struct reach *audience)
{
  char *end = (char *)text;
  audience->count = 0;
  while (text && *end && audience->count < REACH_MOST) {
    audience->areas[audience->count++] = strtoll(text, &end, 10);
    text = end + (*end == ',');
  }
}

static void statement(const struct receipt *receipt, struct buf *out)
{
  buf_addf(out, "dutydesk receipt %016" PRIx64 " ", receipt->node);
  audience_text(&receipt->audience, out);
  buf_addf(out, " %" PRId64 " %" PRId64 " ", receipt->number, receipt->at);
  buf_add(out, receipt->vector_hash, CRYPTO_HASH);
}

/* Counts up also after the clock was set back, and after a database was put back from a backup. */
static int64_t next_number(struct store *store)
{
  char *last = store_get_local(store, "receipt.number");
  int64_t number = last ? strtoll(last, NULL, 10) + 1 : 1;
  free(last);
  return number > clock_now() ? number : clock_now();
}

int receipt_make(struct store *store, const struct identity *identity, const struct reach *audience, const struct vector *vector,
                 struct receipt *receipt, struct err *err)
{
  struct buf said = BUF_INIT;
  char number[24];
  *receipt = (struct receipt){ .node = identity->node, .audience = *audience, .number = next_number(store), .at = clock_now() };
  snprintf(number, sizeof(number), "%" PRId64, receipt->number);
  if (store_set_local(store, "receipt.number", number, err) != 0) return -1;
  receipt_vector_hash(vector, receipt->vector_hash);
  statement(receipt, &said);
  crypto_make_signature(identity->secret_key, said.data, said.length, receipt->signature);
  buf_free(&said);
  return 0;
}

bool receipt_check(const struct receipt *receipt, const struct vector *vector, const unsigned char public_key[CRYPTO_PUBLIC])
{
  struct buf said = BUF_INIT;
  unsigned char hash[CRYPTO_HASH];
  receipt_vector_hash(vector, hash);
  if (memcmp(hash, receipt->vector_hash, CRYPTO_HASH) != 0 || node_of_key(public_key) != receipt->node) return false;
  statement(receipt, &said);
  bool good = crypto_check_signature(public_key, said.data, said.length, receipt->signature);
  buf_free(&said);
  return good;
}

/* --- keeping -------------------------------------------------------------------------------------------------------------------------- */

static int head_write(struct store *store, const struct receipt *receipt, struct err *err)
{
  struct buf audience = BUF_INIT;
  struct query *query = sql_query(
    store->sql, "INSERT OR REPLACE INTO receipt_head(node, number, at, came, audience, hash, signature) VALUES(?, ?, ?, ?, ?, ?, ?)");
  audience_text(&receipt->audience, &audience);
  query_bind_number(query, 1, (int64_t)receipt->node);
  query_bind_number(query, 2, receipt->number);
  query_bind_number(query, 3, receipt->at);
  query_bind_number(query, 4, clock_now());
  query_bind_text(query, 5, buf_text(&audience));
  query_bind_bytes(query, 6, receipt->vector_hash, CRYPTO_HASH);
  query_bind_bytes(query, 7, receipt->signature, CRYPTO_SIGNATURE);
  int result = query_do(query, err);
  buf_free(&audience);
  return result;
}

static int entry_write(struct store *store, uint64_t node, const struct log_head *head, struct err *err)
{
  const struct log_row *log = log_make(store, &head->name, err);
  if (!log) return -1;
  struct query *query = sql_query(
    store->sql, "INSERT INTO receipt(node, log, seq, hash) VALUES(?1, ?2, ?3, ?4) "
                "ON CONFLICT DO UPDATE SET seq = excluded.seq, hash = excluded.hash WHERE seq <> excluded.seq OR hash <> excluded.hash");
  query_bind_number(query, 1, (int64_t)node);
  query_bind_number(query, 2, log->id);
  query_bind_number(query, 3, head->seq);
  query_bind_bytes(query, 4, head->hash, SHORT);
  return query_do(query, err);
}

/* Logs that the newer receipt does not name. */
static int entries_drop(struct store *store, uint64_t node, const struct vector *vector, struct err *err)
{
  struct query *query = sql_query(store->sql, "SELECT log FROM receipt WHERE node = ?");
  int64_t *gone = NULL;
  size_t count = 0;
  int found, result = 0;
  query_bind_number(query, 1, (int64_t)node);
  while ((found = query_next(query, err)) == 1)
    if (!vector_find(vector, &log_by_id(store, query_number(query, 0))->name)) {
      gone = mem_grow(gone, count + 1, sizeof(*gone));
      gone[count++] = query_number(query, 0);
    }
  query_close(query);
  for (size_t index = 0; found == 0 && result == 0 && index < count; index++) {
    query = sql_query(store->sql, "DELETE FROM receipt WHERE node = ? AND log = ?");
    query_bind_number(query, 1, (int64_t)node);
    query_bind_number(query, 2, gone[index]);
    result = query_do(query, err);
  }
  free(gone);
  return found < 0 ? -1 : result;
}

static int keep_inside(struct store *store, const struct receipt *receipt, const struct vector *vector, struct err *err)
{
  struct query *query = sql_query(store->sql, "SELECT number FROM receipt_head WHERE node = ?");
  query_bind_number(query, 1, (int64_t)receipt->node);
  int found = query_next(query, err);
  bool newer = found == 0 || (found == 1 && query_number(query, 0) < receipt->number);
  query_close(query);
  if (found < 0 || !newer) return found < 0 ? -1 : 0;
  if (head_write(store, receipt, err) != 0 || entries_drop(store, receipt->node, vector, err) != 0) return -1;
  for (int index = 0; index < vector->count; index++)
    if (entry_write(store, receipt->node, &vector->list[index], err) != 0) return -1;
  return 1;
}

int receipt_keep(struct store *store, const struct receipt *receipt, const struct vector *vector, struct err *err)
{
  if (journal_begin(store, err) != 0) return -1;
  int result = keep_inside(store, receipt, vector, err);
  if (result < 0) {
    journal_drop(store);
    return -1;
  }
  return journal_end(store, err) == 0 ? result : -1;
}

bool receipt_agrees(struct store *store, const struct log_head *theirs)
{
  unsigned char hash[CRYPTO_HASH];
  int found = log_hash_at(store, &theirs->name, theirs->seq, hash, NULL);
  return found == 1 ? memcmp(hash, theirs->hash, SHORT) == 0 : found == 0 && theirs->name.node != store->node;
}

int receipt_read(struct store *store, uint64_t node, struct receipt *receipt, struct vector *vector, struct err *err)
{
  *vector = (struct vector){ 0 };
  struct query *query = sql_query(store->sql, "SELECT number, at, audience, hash, signature FROM receipt_head WHERE node = ?");
  query_bind_number(query, 1, (int64_t)node);
  int found = query_next(query, err);
  if (found == 1) {
    *receipt = (struct receipt){ .node = node, .number = query_number(query, 0), .at = query_number(query, 1) };
    audience_read(query_text(query, 2), &receipt->audience);
    bytes_take(query, 3, receipt->vector_hash, CRYPTO_HASH);
    bytes_take(query, 4, receipt->signature, CRYPTO_SIGNATURE);
  }
  query_close(query);
  if (found != 1) return found;
  query = sql_query(store->sql, "SELECT log, seq, hash FROM receipt WHERE node = ?");
  query_bind_number(query, 1, (int64_t)node);
  while ((found = query_next(query, err)) == 1) {
    struct log_head head = { .name = log_by_id(store, query_number(query, 0))->name, .seq = query_number(query, 1) };
    bytes_take(query, 2, head.hash, SHORT);
    vector_put(vector, &head);
  }
  query_close(query);
  return found < 0 ? -1 : 1;
}

/* --- delivery ------------------------------------------------------------------------------------------------------------------------- */

/* When the newest receipt of a superior's machine came. */
static int64_t confirmed_at(struct store *store)
{
  return query_single(store, "SELECT max(came) FROM receipt_head JOIN peer ON peer.node = receipt_head.node AND superior = 1", 0, 0);
}

#define SUPERIORS "(SELECT node FROM peer WHERE superior = 1)"
/* Up to where what superiors say of a log covers it, as far as it agrees with what is here. */
#define HELD "(SELECT log, max(seq) AS seq FROM receipt WHERE node IN " SUPERIORS " AND receipt_agrees(log, seq, hash) GROUP BY log)"

/* Who knows others, none of whom stands above, has nobody to deliver to. */
static bool is_top(struct store *store)
{
  return query_single(store, "SELECT count(*) > 0 AND max(superior) = 0 FROM peer WHERE (contact > 0 OR superior) AND state = 0", 0, 0) !=
         0;
}

/* Is it a log of this node, or one that a log of this node goes on from? */
static bool is_ours(struct store *store, int64_t id)
{
  if (log_by_id(store, id)->name.node == store->node) return true;
  for (int index = 0; index < store->log_count; index++)
    if (store->logs[index].name.node == store->node && log_descends(store, store->logs[index].id, id)) return true;
  return false;
}

/* Of each machine above us its newest receipt counts, and what one of them holds is there. A child's parents count as far as the child
 * goes on from them. */
int delivery_read(struct store *store, struct delivery *delivery, struct err *err)
{
  *delivery = (struct delivery){ 0 };
  delivery->receipt_at = confirmed_at(store);
  if (is_top(store)) return 0;
  struct query *query =
    sql_query(store->sql, "SELECT up, log.seq - there, at FROM (SELECT id AS up, max(ifnull(held.seq, 0), ifnull(parent_seq, 0)) AS there "
                          "FROM log LEFT JOIN " HELD " AS held ON held.log = log.id WHERE lane IN (1, 4)) "
                          "JOIN log ON log.id = up AND log.seq > there LEFT JOIN op ON op.id = (up << 35) + there + 1");
  int found;
  while ((found = query_next(query, err)) == 1) {
    if (!is_ours(store, query_number(query, 0))) continue;
    int64_t at = query_number(query, 2);
    delivery->undelivered += query_number(query, 1);
    if (delivery->since == 0 || at < delivery->since) delivery->since = at;
  }
  query_close(query);
  return found < 0 ? -1 : 0;
}

static int64_t held_above(struct store *store, const struct log_row *log)
{
  struct query *query =
    sql_query(store->sql, "SELECT CASE WHEN ?1 IN " SUPERIORS " THEN ?3 ELSE (SELECT seq FROM " HELD " WHERE log = ?2) END");
  query_bind_number(query, 1, (int64_t)log->name.node); /* what a superior wrote itself is there */
  query_bind_number(query, 2, log->id);
  query_bind_number(query, 3, INT64_MAX);
  int64_t held = query_next(query, NULL) == 1 ? query_number(query, 0) : 0;
  query_close(query);
  return held > log->parent_seq ? held : log->parent_seq; /* what it goes on from is its parent's to deliver */
}

int64_t delivery_held(struct store *store, const struct log_name *name)
{
  const struct log_row *log = log_find(store, name);
  return log ? held_above(store, log) : 0;
}

int delivery_of(struct store *store, op_id op)
{
  const struct log_row *log = log_by_id(store, op_log(op));
  if (!log || (log->name.lane != LANE_UP && log->name.lane != LANE_UP_URGENT) || is_top(store)) return -1;
  return held_above(store, log) >= op_seq(op);
}
