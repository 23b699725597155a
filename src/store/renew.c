/* A new key for this node: after a restore, on demand, and when another database was found to write under our name. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "store/exchange.h"
#include "store/exchange_inside.h"
#include "store/inside.h"
#include "store/upkeep.h"

static int renew_inside(struct store *store, const struct key_file *key, struct err *err)
{
  uint64_t before = store->node;
  char letter = store->letter < 'Z' ? (char)(store->letter + 1) : 'A'; /* its numbers must not meet those that a lost copy gave out */
  if (store_meta_set(store, "node_before", (int64_t)before, NULL, err) != 0 || store_set_place(store, err) != 0) return -1;
  return store_set_identity(store, node_of_key(key->public_key), letter, err);
}

/* Makes the key, gives the node its new identity and does what else is to be done in the same transaction. */
static int renew_with(struct store *store, int (*more)(struct store *store, void *context, struct err *err), void *context, struct err *err)
{
  struct key_file key = { 0 };
  struct identity old = { 0 };
  uint64_t node = store->node;
  char letter = store->letter;
  identity_read(store, &old, NULL); /* without it a superior has to say yes to the new key */
  if (sql_begin(store->sql, err) != 0) return -1;
  int result = key_make(store->path, node, &key, err);
  if (result == 0) result = renew_inside(store, &key, err);
  if (result == 0 && more) result = more(store, context, err);
  if (result == 0) result = succession_keep(store, &old, letter, key.public_key, err);
  explicit_bzero(&old, sizeof(old));
  store->wrote = true;
  if (result != 0)
    sql_rollback(store->sql);
  else if ((result = sql_commit(store->sql, err)) == 0)
    key_settle(store->path, &key);
  key_free(&key);
  if (result == 0) return 0;
  log_forget(store);
  fold_forget(store);
  store->node = node;
  store->letter = letter;
  return -1;
}

int store_renew(struct store *store, struct err *err)
{
  return renew_with(store, NULL, NULL, err);
}

/* --- a fork: what followed the common point moves to child logs ----------------------------------------------------------------------- */

struct forking {
  const struct log_head *common;
  int common_count;
  uint64_t node; /* as it was */
  struct branch *branches;
  int count;
};

static struct branch *branch_of(const struct forking *forking, int64_t log)
{
  for (int index = 0; index < forking->count; index++)
    if (forking->branches[index].log == log) return &forking->branches[index];
  return NULL;
}

static op_id moved(const struct forking *forking, op_id op)
{
  const struct branch *branch = branch_of(forking, op_log(op));
  return branch && op_seq(op) > branch->common ? op_of(branch->child, op_seq(op)) : op;
}

static int64_t clock_of(struct store *store, int64_t log, int64_t seq)
{
  return query_single(store, "SELECT at FROM op WHERE id = ?", op_of(log, seq), 0);
}

/* The last operation of the log that is not younger than `at`. */
static int64_t seq_until(struct store *store, const struct branch *branch, int64_t at)
{
  int64_t seq = branch->head;
  while (seq > 0 && clock_of(store, branch->log, seq) > at) seq--;
  return seq;
}

struct confirming {
  struct store *store;
  const struct log_name *log;
  int64_t seq;
};

static int confirm(void *context, const struct peer *peer)
{
  struct confirming *confirming = context;
  struct receipt receipt;
  struct vector vector = { 0 };
  unsigned char hash[CRYPTO_HASH];
  int found = receipt_read(confirming->store, peer->node, &receipt, &vector, NULL);
  const struct log_head *theirs = found == 1 ? vector_find(&vector, confirming->log) : NULL;
  if (theirs && theirs->seq > confirming->seq && log_hash_at(confirming->store, &theirs->name, theirs->seq, hash, NULL) == 1 &&
      memcmp(hash, theirs->hash, RECEIPT_SHORT) == 0)
    confirming->seq = theirs->seq;
  vector_free(&vector);
  return 0;
}

/* How much of the log anybody has confirmed to hold as we do; -1: nobody has said anything. */
static int64_t confirmed_common(struct store *store, const struct log_name *log)
{
  struct confirming confirming = { store, log, -1 };
  peer_each(store, confirm, &confirming, NULL);
  return confirming.seq;
}

static int64_t named_common(const struct forking *forking, const char *name)
{
  int64_t seq = -1;
  for (int index = 0; index < forking->common_count; index++) {
    struct buf text = BUF_INIT;
    log_name_text(&forking->common[index].name, &text);
    if (strcmp(buf_text(&text), name) == 0) seq = forking->common[index].seq;
    buf_free(&text);
  }
  return seq;
}

static void branch_add(struct store *store, struct forking *forking, const struct log_row *log)
{
  unsigned char hash[CRYPTO_HASH];
  struct log_row child = { .name = { store->node, log->name.area, log->name.lane } };
  forking->branches = mem_grow(forking->branches, (size_t)forking->count + 1, sizeof(*forking->branches));
  struct branch *branch = &forking->branches[forking->count++];
  branch_fill(branch, log, &child);
  log_head(store, log->id, &branch->head, hash, NULL);
  branch->common = named_common(forking, branch->name);
}

/* Of logs that the peer does not see: what others have confirmed is common. If nobody ever has, nobody else may hold any of it, but a
 * copy that still runs might: the copies were one database until some moment, and the youngest operation known to be common was written
 * before it. */
static void branches_find(struct store *store, struct forking *forking)
{
  int64_t youngest = 0;
  log_by_id(store, LOGS_MAX); /* loads what is new */
  for (int log = 1; log <= store->log_count; log++)
    if (log_by_id(store, log)->name.node == forking->node) branch_add(store, forking, log_by_id(store, log));
  for (int index = 0; index < forking->count; index++) {
    struct branch *branch = &forking->branches[index];
    if (branch->common > branch->head) branch->common = branch->head;
    if (branch->common > 0 && clock_of(store, branch->log, branch->common) > youngest)
      youngest = clock_of(store, branch->log, branch->common);
  }
  for (int index = 0; index < forking->count; index++) {
    struct branch *branch = &forking->branches[index];
    if (branch->common < 0) branch->common = confirmed_common(store, &log_by_id(store, branch->log)->name);
    if (branch->common < 0) branch->common = seq_until(store, branch, youngest);
    int64_t inherited = log_by_id(store, branch->log)->parent_seq;
    if (branch->common < inherited) /* the other database made the same log a child at another place */
      branch->common = inherited;
  }
}

/* Gives the branch its child log, which begins behind the common point. */
static int branch_begin(struct store *store, struct branch *branch, struct err *err)
{
  struct log_name name;
  unsigned char hash[CRYPTO_HASH] = { 0 };
  const struct log_row *child = log_name_read(branch->child_name, &name) ? log_make(store, &name, err) : NULL;
  if (!child) return -1;
  branch->child = child->id;
  struct log_row log = *log_by_id(store, branch->log);
  struct log_parent parent;
  if (branch->common == log.parent_seq && log.parent) /* all of it is ours alone, and goes on from where it began */
    return log_parent_read(store, &log.name, &parent, err) == 1 ? log_adopt(store, branch->child, log.parent, parent.seq, parent.hash, err)
                                                                : -1;
  if (branch->common == 0) /* the same, and it began as a log of its own */
    return 0;
  if (journal_hash(store, log_operation(store, branch->log, branch->common), hash, err) < 0) return -1;
  return log_adopt(store, branch->child, branch->log, branch->common, hash, err);
}

static int parts_move(struct store *store, const struct forking *forking, op_id from, struct private_part **parts, int *count,
                      struct err *err)
{
  struct query *query = sql_query(store->sql, "SELECT place, digest, salt, part FROM private WHERE op = ? ORDER BY place");
  query_bind_number(query, 1, from);
  int found;
  *parts = NULL;
  *count = 0;
  while ((found = query_next(query, err)) == 1) {
    size_t length;
    *parts = mem_grow(*parts, (size_t)*count + 1, sizeof(**parts));
    struct private_part *part = &(*parts)[(*count)++];
    *part = (struct private_part){ .place = (int)query_number(query, 0) };
    memcpy(part->digest, query_bytes(query, 1, &length), CRYPTO_HASH);
    if (query_is_null(query, 3)) continue;
    struct buf set = BUF_INIT;
    memcpy(part->salt, query_bytes(query, 2, &length), CRYPTO_SALT);
    names_rewrite(forking->branches, forking->count, query_text(query, 3), &set);
    part->set = buf_take(&set, NULL);
    private_digest(part);
  }
  query_close(query);
  return found;
}

static int operation_move(struct store *store, const struct forking *forking, const struct branch *branch, int64_t seq, struct err *err)
{
  op_id from = op_of(branch->log, seq);
  struct operation operation;
  struct private_part *parts;
  struct buf body = BUF_INIT;
  int count;
  if (journal_read(store, from, &operation, err) != 1) return -1;
  record_id actor = query_single(store, "SELECT actor FROM op WHERE id = ?", from, 0);
  names_rewrite(forking->branches, forking->count, operation.body, &body);
  int result = parts_move(store, forking, from, &parts, &count, err);
  if (actor > 0) actor = record_of(moved(forking, record_op(actor)), record_place(actor));
  if (result == 0) result = operation_forget(store, from, err);
  if (result == 0)
    result = journal_append(store, branch->child, seq, operation.at, operation.stamp, actor, operation.action, &body, parts, count, err);
  for (int index = 0; index < count; index++) free(parts[index].set);
  free(parts);
  buf_free(&body);
  operation_free(&operation);
  return result;
}

static int branch_move(struct store *store, const struct forking *forking, const struct branch *branch, struct err *err)
{
  int result = 0;
  for (int64_t seq = branch->common + 1; result == 0 && seq <= branch->head; seq++)
    result = operation_move(store, forking, branch, seq, err);
  return result == 0 ? log_shorten(store, branch->log, branch->common, err) : result;
}

static int fork_inside(struct store *store, void *context, struct err *err)
{
  struct forking *forking = context;
  branches_find(store, forking);
  int result = sql_run(store->sql, err, "DROP TRIGGER op_stays_here");
  for (int index = 0; result == 0 && index < forking->count; index++)
    if (forking->branches[index].common < forking->branches[index].head) result = branch_begin(store, &forking->branches[index], err);
  for (int index = 0; result == 0 && index < forking->count; index++)
    if (forking->branches[index].child) result = branch_move(store, forking, &forking->branches[index], err);
  if (result == 0) result = sql_run(store->sql, err, "%s", store_trigger_delete);
  fold_forget(store);
  if (result == 0 && store_meta_set(store, "forks", store->forks + 1, NULL, err) == 0 && rebuild_inside(store, true, NULL, err) == 0) {
    store->forks++;
    return 0;
  }
  return -1;
}

int store_fork(struct store *store, const struct log_head *common, int count, struct err *err)
{
  struct forking forking = { .common = common, .common_count = count, .node = store->node };
  int result = renew_with(store, fork_inside, &forking, err);
  free(forking.branches);
  return result;
}
