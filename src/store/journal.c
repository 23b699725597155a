#include "store/journal.h"

#include <endian.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "store/inside.h"

#define OP_COLUMNS "id, at, lead, actor, action, body, private, hash"

void operation_free(struct operation *operation)
{
  free(operation->actor);
  free(operation->action);
  free(operation->body);
  free(operation->private_part);
  memset(operation, 0, sizeof(*operation));
}

/* --- hashing: doc/JOURNAL.md "The chain" ------------------------------------------------------------------------------------------- */

static void hash_number(struct crypto_hash *hash, uint64_t number)
{
  uint64_t little = htole64(number);
  crypto_hash_add(hash, &little, sizeof(little));
}

static void hash_log(struct crypto_hash *hash, const struct log_name *name)
{
  hash_number(hash, name->node);
  hash_number(hash, (uint64_t)name->area);
  hash_number(hash, name->lane);
}

static void hash_text(struct crypto_hash *hash, const char *text, size_t length)
{
  hash_number(hash, length);
  crypto_hash_add(hash, text, length);
}

void operation_hash(const struct store *store, const struct operation *operation, unsigned char digest[CRYPTO_HASH])
{
  struct crypto_hash hash;
  crypto_hash_start(&hash, store->exercise ? "dutydesk exercise 1" : "dutydesk journal 1", CRYPTO_HASH);
  crypto_hash_add(&hash, operation->before, CRYPTO_HASH);
  hash_log(&hash, &operation->log);
  hash_number(&hash, (uint64_t)operation->seq);
  hash_log(&hash, &operation->parent);
  hash_number(&hash, (uint64_t)operation->parent_seq);
  hash_number(&hash, (uint64_t)operation->at);
  hash_number(&hash, (uint64_t)operation->stamp);
  hash_text(&hash, operation->actor, strlen(operation->actor));
  hash_text(&hash, operation->action, strlen(operation->action));
  hash_text(&hash, operation->body, operation->body_length);
  crypto_hash_add(&hash, operation->private_digest, CRYPTO_HASH);
  crypto_hash_end(&hash, digest, CRYPTO_HASH);
}

void private_entry_digest(const unsigned char salt[CRYPTO_SALT], const char *set, unsigned char digest[CRYPTO_HASH])
{
  struct crypto_hash hash;
  crypto_hash_start(&hash, "dutydesk private", CRYPTO_HASH);
  crypto_hash_add(&hash, salt, CRYPTO_SALT);
  crypto_hash_add(&hash, set, strlen(set));
  crypto_hash_end(&hash, digest, CRYPTO_HASH);
}

void private_digest(struct private_part *part)
{
  private_entry_digest(part->salt, part->set, part->digest);
}

void parts_digest(const struct private_part *parts, int count, unsigned char digest[CRYPTO_HASH])
{
  struct crypto_hash hash;
  memset(digest, 0, CRYPTO_HASH);
  if (count == 0) return;
  crypto_hash_start(&hash, "dutydesk private", CRYPTO_HASH);
  for (int index = 0; index < count; index++) {
    hash_number(&hash, (uint64_t)parts[index].place);
    crypto_hash_add(&hash, parts[index].digest, CRYPTO_HASH);
  }
  crypto_hash_end(&hash, digest, CRYPTO_HASH);
}

/* --- writing -------------------------------------------------------------------------------------------------------------------------- */

static int part_insert(struct store *store, op_id op, const struct private_part *part, struct err *err)
{
  struct query *query = sql_query(store->sql, "INSERT INTO private(op, place, digest, salt, part) VALUES(?, ?, ?, ?, ?)");
  query_bind_number(query, 1, op);
  query_bind_number(query, 2, part->place);
  query_bind_bytes(query, 3, part->digest, CRYPTO_HASH);
  if (part->set) {
    query_bind_bytes(query, 4, part->salt, CRYPTO_SALT);
    query_bind_text(query, 5, part->set);
  }
  return query_do(query, err);
}

static bool is_zero(const unsigned char *bytes, size_t length)
{
  for (size_t index = 0; index < length; index++)
    if (bytes[index]) return false;
  return true;
}

/* Writes row, private parts and head. */
int operation_insert(struct store *store, op_id op, const struct operation *operation, record_id actor, const struct private_part *parts,
                     int part_count, struct err *err)
{
  struct query *query = sql_query(store->sql, "INSERT INTO op(" OP_COLUMNS ") VALUES(?, ?, ?, ?, ?, ?, ?, ?)");
  query_bind_number(query, 1, op);
  query_bind_number(query, 2, operation->at);
  query_bind_number(query, 3, operation->stamp - operation->at);
  query_bind_number(query, 4, actor);
  query_bind_text(query, 5, operation->action);
  query_bind_bytes(query, 6, operation->body, operation->body_length);
  if (!is_zero(operation->private_digest, CRYPTO_HASH)) query_bind_bytes(query, 7, operation->private_digest, CRYPTO_HASH);
  query_bind_bytes(query, 8, operation->hash, CRYPTO_HASH);
  if (query_do(query, err) != 0) return -1;
  for (int index = 0; index < part_count; index++)
    if (part_insert(store, op, &parts[index], err) != 0) return -1;
  return log_advance(store, op_log(op), operation->seq, operation->hash, err);
}

void parent_fill(struct store *store, const struct log_row *log, struct operation *operation)
{
  if (!log->parent || !log_is_first(log, operation->seq)) return;
  operation->parent = log_by_id(store, log->parent)->name;
  operation->parent_seq = log->parent_seq;
}

int journal_hash(struct store *store, op_id op, unsigned char hash[CRYPTO_HASH], struct err *err)
{
  struct query *query = sql_query(store->sql, "SELECT hash FROM op WHERE id = ?");
  query_bind_number(query, 1, op);
  int found = query_next(query, err);
  size_t length = 0;
  const void *bytes = found == 1 ? query_bytes(query, 0, &length) : NULL;
  if (length == CRYPTO_HASH) memcpy(hash, bytes, CRYPTO_HASH);
  query_close(query);
  return found == 1 && length != CRYPTO_HASH ? 0 : found;
}

/* What a child goes on from: as its first operation says, since the parent's may never come here. */
static int parent_hash(struct store *store, int64_t log, unsigned char hash[CRYPTO_HASH], struct err *err)
{
  struct query *query = sql_query(store->sql, "SELECT before FROM log WHERE id = ?");
  query_bind_number(query, 1, log);
  int found = query_next(query, err);
  size_t length = 0;
  const void *bytes = found == 1 ? query_bytes(query, 0, &length) : NULL;
  if (length == CRYPTO_HASH) memcpy(hash, bytes, CRYPTO_HASH);
  query_close(query);
  return found;
}

/* Hash of the operation before: the head for the next one, the parent's for the first of a child. */
int before_fill(struct store *store, const struct log_row *log, struct operation *operation, struct err *err)
{
  memset(operation->before, 0, CRYPTO_HASH);
  if (!log_is_first(log, operation->seq))
    return journal_hash(store, op_of(log->id, operation->seq - 1), operation->before, err) < 0 ? -1 : 0;
  return log->parent && parent_hash(store, log->id, operation->before, err) < 0 ? -1 : 0;
}

int journal_append(struct store *store, int64_t log, int64_t seq, int64_t at, int64_t stamp, record_id actor, const char *action,
                   const struct buf *body, struct private_part *parts, int part_count, struct err *err)
{
  struct log_row row = *log_by_id(store, log);
  struct buf actor_name = BUF_INIT;
  if (actor) record_name(store, actor, &actor_name);
  struct operation operation = { .log = row.name,
                                 .seq = seq,
                                 .at = at,
                                 .stamp = stamp,
                                 .actor = (char *)buf_text(&actor_name),
                                 .action = (char *)action,
                                 .body = body->data,
                                 .body_length = body->length };
  parts_digest(parts, part_count, operation.private_digest);
  parent_fill(store, &row, &operation);
  int result = before_fill(store, &row, &operation, err);
  if (result == 0) {
    operation_hash(store, &operation, operation.hash);
    result = operation_insert(store, op_of(log, seq), &operation, actor, parts, part_count, err);
  }
  buf_free(&actor_name);
  return result;
}

/* --- reading -------------------------------------------------------------------------------------------------------------------------- */

static void private_read(struct store *store, op_id op, struct operation *operation)
{
  json *list = json_make_array();
  struct query *query = sql_query(store->sql, "SELECT place, digest, salt, part FROM private WHERE op = ? ORDER BY place");
  query_bind_number(query, 1, op);
  while (query_next(query, NULL) == 1) {
    char hex[2 * CRYPTO_HASH + 1];
    size_t length;
    json *part = json_make_object();
    json_put(part, "place", json_make_number(query_number(query, 0)));
    bool erased = query_is_null(query, 3);
    const void *bytes = query_bytes(query, erased ? 1 : 2, &length);
    crypto_hex(bytes, length, hex);
    json_put(part, erased ? "digest" : "salt", json_make_text(hex));
    if (!erased) json_put(part, "set", json_make_text(query_text(query, 3))); /* as text: its digest is of these bytes */
    json_append(list, part);
  }
  query_close(query);
  if (json_count(list) > 0) {
    struct buf text = BUF_INIT;
    json_write(list, 0, &text);
    operation->private_part = buf_take(&text, NULL);
  }
  json_drop(list);
}

static void operation_row(struct store *store, struct query *query, struct operation *operation)
{
  memset(operation, 0, sizeof(*operation));
  op_id op = query_number(query, 0);
  struct log_row log = *log_by_id(store, op_log(op));
  operation->log = log.name;
  operation->seq = op_seq(op);
  operation->at = query_number(query, 1);
  operation->stamp = operation->at + query_number(query, 2);
  struct buf actor = BUF_INIT;
  if (query_number(query, 3)) record_name(store, query_number(query, 3), &actor);
  operation->actor = buf_take(&actor, NULL);
  operation->action = mem_dup(query_text(query, 4));
  const void *bytes = query_bytes(query, 5, &operation->body_length);
  operation->body = mem_dup_n(bytes ? bytes : "", operation->body_length);
  size_t length;
  bytes = query_bytes(query, 6, &length);
  if (length == CRYPTO_HASH) {
    memcpy(operation->private_digest, bytes, CRYPTO_HASH);
    private_read(store, op, operation);
  }
  bytes = query_bytes(query, 7, &length);
  if (length == CRYPTO_HASH) memcpy(operation->hash, bytes, CRYPTO_HASH);
  parent_fill(store, &log, operation);
}

int journal_read(struct store *store, op_id op, struct operation *operation, struct err *err)
{
  struct query *query = sql_query(store->sql, "SELECT " OP_COLUMNS " FROM op WHERE id = ?");
  query_bind_number(query, 1, op);
  int found = query_next(query, err);
  if (found == 1) operation_row(store, query, operation);
  query_close(query);
  if (found != 1) return found;
  struct log_row log = *log_by_id(store, op_log(op));
  return before_fill(store, &log, operation, err) == 0 ? 1 : -1;
}

static void private_sets_read(struct store *store, op_id op, json **sets)
{
  struct query *query = sql_query(store->sql, "SELECT place, part FROM private WHERE op = ? AND part IS NOT NULL");
  query_bind_number(query, 1, op);
  while (query_next(query, NULL) == 1) {
    char place[24];
    const char *text = query_text(query, 1);
    snprintf(place, sizeof(place), "%" PRId64, query_number(query, 0));
    json *set = json_read(text, strlen(text), NULL);
    if (set) json_put(*sets, place, set);
  }
  query_close(query);
}

int journal_body(struct store *store, op_id op, int64_t *stamp, json **changes, json **private_sets, struct err *err)
{
  *changes = NULL;
  *private_sets = NULL;
  struct query *query = sql_query(store->sql, "SELECT at + lead, body, private IS NOT NULL FROM op WHERE id = ?");
  query_bind_number(query, 1, op);
  int found = query_next(query, err);
  bool has_private = false;
  if (found == 1) {
    size_t length;
    const char *bytes = query_bytes(query, 1, &length);
    *stamp = query_number(query, 0);
    *changes = json_read(bytes ? bytes : "", length, err);
    has_private = query_number(query, 2);
  }
  query_close(query);
  if (found == 1 && *changes && has_private) {
    *private_sets = json_make_object();
    private_sets_read(store, op, private_sets);
  }
  return found < 0 ? -1 : found == 1 && *changes ? 1 : 0;
}

static bool private_parts_quickly(struct store *store, op_id op, struct body_changes *body)
{
  struct query *query = sql_query(store->sql, "SELECT place, part FROM private WHERE op = ? AND part IS NOT NULL");
  query_bind_number(query, 1, op);
  bool good = true;
  while (good && query_next(query, NULL) == 1) {
    size_t length;
    const char *part = query_bytes(query, 1, &length);
    good = body_read_private_quickly(store, body, (int)query_number(query, 0), part, length);
  }
  query_close(query);
  return good;
}

bool journal_body_quickly(struct store *store, op_id op, size_t most, struct body_changes *body)
{
  struct query *query = sql_query(store->sql, "SELECT at + lead, private IS NOT NULL, body FROM op WHERE id = ?");
  query_bind_number(query, 1, op);
  bool good = query_next(query, NULL) == 1, has_private = good && query_number(query, 1);
  size_t length = 0;
  const char *bytes = good ? query_bytes(query, 2, &length) : NULL;
  good = bytes && length <= most && body_read_quickly(store, op, query_number(query, 0), bytes, length, body);
  query_close(query);
  if (good && has_private && !private_parts_quickly(store, op, body)) {
    body_changes_free(body);
    good = false;
  }
  return good;
}

int journal_oddity(struct store *store, op_id op, struct err *err)
{
  char text[256];
  snprintf(text, sizeof(text), "INSERT OR REPLACE INTO %s.oddity(op) VALUES(?)", store->schema);
  struct query *query = sql_query(store->sql, text);
  query_bind_number(query, 1, op);
  return query_do(query, err);
}
