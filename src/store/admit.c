/* Taking in what came from other nodes. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/inside.h"

int journal_begin(struct store *store, struct err *err)
{
  return sql_begin(store->sql, err);
}

int journal_end(struct store *store, struct err *err)
{
  store->wrote = true;
  if (sql_commit(store->sql, err) == 0) return 0;
  log_forget(store);
  return -1;
}

void journal_drop(struct store *store)
{
  sql_rollback(store->sql);
  log_forget(store);
  fold_forget(store); /* ids of logs made in it may soon be those of others */
}

static int part_read(const json *item, struct private_part *part, struct err *err)
{
  const char *salt = json_text(json_get(item, "salt")), *digest = json_text(json_get(item, "digest")),
             *set = json_text(json_get(item, "set"));
  memset(part, 0, sizeof(*part));
  part->place = (int)json_number(json_get(item, "place"), -1);
  if (part->place < 0 || part->place >= PLACE_MAX) return err_set(err, _("a private part names no change"));
  if (set && salt && crypto_unhex(salt, part->salt, CRYPTO_SALT)) {
    part->set = mem_dup(set);
    private_digest(part);
    return 0;
  }
  return digest && crypto_unhex(digest, part->digest, CRYPTO_HASH) ? 0 : err_set(err, _("a private part is malformed"));
}

static void parts_free(struct private_part *parts, int count)
{
  for (int index = 0; index < count; index++) free(parts[index].set);
  free(parts);
}

static int parts_read(const char *text, struct private_part **parts, int *count, struct err *err)
{
  *parts = NULL;
  *count = 0;
  json *list = text ? json_read(text, strlen(text), err) : NULL;
  if (text && !list) return -1;
  size_t wanted = json_count(list);
  *parts = wanted ? mem_zero(wanted, sizeof(**parts)) : NULL;
  int result = 0;
  while (result == 0 && (size_t)*count < wanted) {
    result = part_read(json_at(list, (size_t)*count), &(*parts)[*count], err);
    ++*count;
  }
  json_drop(list);
  return result;
}

int private_part_digest(const char *text, unsigned char digest[CRYPTO_HASH], struct err *err)
{
  struct private_part *parts;
  int count, result = parts_read(text, &parts, &count, err);
  if (result == 0) parts_digest(parts, count, digest);
  parts_free(parts, count);
  return result;
}

static record_id actor_read(struct store *store, const char *actor, struct err *err)
{
  if (!*actor) return 0;
  record_id id = *actor == '=' ? 0 : reference_of_text(store, 0, actor, err);
  struct buf again = BUF_INIT;
  if (id > 0) record_name(store, id, &again);
  bool same = id > 0 && strcmp(buf_text(&again), actor) == 0;
  buf_free(&again);
  return same ? id : (err_set(err, _("the officer's name '%s' is malformed"), actor), -1);
}

static int bytes_check(const struct operation *operation, struct err *err)
{
  if (operation->seq < 1 || operation->seq > SEQ_MAX || operation->body_length > BODY_MAX || operation->at < 0 ||
      operation->stamp < operation->at || strlen(operation->action) > ACTION_MAX ||
      (operation->private_part && strlen(operation->private_part) > PRIVATE_MAX))
    return err_set(err, _("its header is out of range"));
  if (text_invalid_at(operation->body, operation->body_length) >= 0 || text_invalid_at(operation->action, strlen(operation->action)) >= 0)
    return err_set(err, _("it is not UTF-8"));
  return 0;
}

/* The chain: the hash must follow from the operation before. */
static int chain_check(struct store *store, const struct log_row *log, const struct operation *operation,
                       const unsigned char before[CRYPTO_HASH], struct err *err)
{
  struct operation check = *operation;
  memset(&check.parent, 0, sizeof(check.parent));
  check.parent_seq = 0;
  parent_fill(store, log, &check);
  memcpy(check.before, before, CRYPTO_HASH);
  operation_hash(store, &check, check.hash);
  return memcmp(check.hash, operation->hash, CRYPTO_HASH) == 0 ? 0 : err_set(err, _("its hash does not follow from the operation before"));
}

static int held_same(struct store *store, op_id op, const struct operation *operation, struct err *err)
{
  struct query *query = sql_query(store->sql, "SELECT hash FROM op WHERE id = ?");
  query_bind_number(query, 1, op);
  size_t length = 0;
  int found = query_next(query, err);
  const void *hash = found == 1 ? query_bytes(query, 0, &length) : NULL;
  bool same = length == CRYPTO_HASH && memcmp(hash, operation->hash, CRYPTO_HASH) == 0;
  query_close(query);
  return same ? 0 : found < 0 ? -1 : err_set(err, _("another operation is held at its place: the log has forked"));
}

static int arrival_note(struct store *store, op_id op, int64_t arrived, struct err *err)
{
  struct query *query = sql_query(store->sql, "INSERT INTO arrival(op, at) VALUES(?, ?)");
  query_bind_number(query, 1, op);
  query_bind_number(query, 2, arrived);
  return query_do(query, err);
}

static int admit_next(struct store *store, const struct log_row *log, const struct operation *operation,
                      const unsigned char before[CRYPTO_HASH], int64_t arrived, struct err *err)
{
  struct private_part *parts = NULL;
  int part_count = 0;
  op_id op = op_of(log->id, operation->seq);
  record_id actor = actor_read(store, operation->actor, err);
  int result = actor < 0 ? -1 : parts_read(operation->private_part, &parts, &part_count, err);
  struct operation whole = *operation; /* what came from the stage has no digest */
  parts_digest(parts, part_count, whole.private_digest);
  if (result == 0) result = chain_check(store, log, &whole, before, err);
  if (result == 0) result = operation_insert(store, op, &whole, actor, parts, part_count, err);
  if (result == 0) result = arrival_note(store, op, arrived, err);
  parts_free(parts, part_count);
  return result == 0 ? fold_held(store, op, err) : result;
}

/* The log that takes the operation; the first operation of a child says whose child it is. */
static int log_take(struct store *store, const struct operation *operation, struct log_row *log, struct err *err)
{
  const struct log_row *made = log_make(store, &operation->log, err);
  if (!made) return -1;
  int64_t id = made->id;
  if (operation->parent.node && operation->parent_seq > 0 && operation->seq == operation->parent_seq + 1) {
    if (operation->parent.area != operation->log.area || operation->parent.lane != operation->log.lane)
      return err_set(err, _("its log cannot go on from one of another scope or lane"));
    const struct log_row *parent = log_make(store, &operation->parent, err);
    if (!parent || log_descends(store, parent->id, id)) return parent ? err_set(err, _("its log cannot go on from itself")) : -1;
    if (log_adopt(store, id, parent->id, operation->parent_seq, operation->before, err) != 0) return -1;
  }
  *log = *log_by_id(store, id);
  return 0;
}

static int admit_inside(struct store *store, const struct operation *operation, int64_t arrived, struct err *err)
{
  struct log_row log;
  if (log_take(store, operation, &log, err) != 0) return -1;
  unsigned char hash[CRYPTO_HASH];
  int64_t head;
  if (bytes_check(operation, err) != 0 || log_head(store, log.id, &head, hash, err) != 0) return -1;
  if (operation->seq <= head) return held_same(store, op_of(log.id, operation->seq), operation, err);
  if (operation->seq > head + 1) return err_set(err, _("operation %" PRId64 " is missing before it"), head + 1);
  return admit_next(store, &log, operation, hash, arrived, err) == 0 ? 1 : -1;
}

int journal_admit_bare(struct store *store, const struct operation *operation, int64_t arrived, struct err *err)
{
  int result = admit_inside(store, operation, arrived, err);
  if (result >= 0) return result;
  struct buf name = BUF_INIT;
  log_name_text(&operation->log, &name);
  err_prefix(err, _("operation %" PRId64 " of %s is refused"), operation->seq, buf_text(&name));
  buf_free(&name);
  return -1;
}

int journal_admit(struct store *store, const struct operation *operation, int64_t arrived, struct err *err)
{
  bool own = !sql_in_transaction(store->sql);
  if (own && journal_begin(store, err) != 0) return -1;
  if (!own && query_do(sql_query(store->sql, "SAVEPOINT admit"), err) != 0) return -1;
  int result = journal_admit_bare(store, operation, arrived, err);
  if (result < 0) {
    if (own)
      journal_drop(store);
    else {
      sql_run(store->sql, NULL, "ROLLBACK TO admit; RELEASE admit");
      log_forget(store);
    }
    return -1;
  }
  if (own) return journal_end(store, err) == 0 ? result : -1;
  return query_do(sql_query(store->sql, "RELEASE admit"), err) == 0 ? result : -1;
}
