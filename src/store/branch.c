/* Where two databases of one name have parted: logs are cut there, and what moved to another log gets its name everywhere. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "store/exchange_inside.h"
#include "store/inside.h"

static void name_copy(const struct log_name *name, char text[64])
{
  struct buf out = BUF_INIT;
  log_name_text(name, &out);
  snprintf(text, 64, "%s", buf_text(&out));
  buf_free(&out);
}

void branch_fill(struct branch *branch, const struct log_row *log, const struct log_row *child)
{
  *branch = (struct branch){ .log = log->id, .child = child->id, .common = child->parent_seq };
  name_copy(&log->name, branch->name);
  name_copy(&child->name, branch->child_name);
}

/* --- names ---------------------------------------------------------------------------------------------------------------------------- */

/* One name found in a text: copies it, or, where it means something that moved, the child's. Returns what it has read of `at`. */
static const char *name_rewrite(const struct branch *branch, const char *at, struct buf *out)
{
  const char *behind = at + strlen(branch->name), *digits = behind + strspn(behind, "/\\\":");
  char *end;
  long long seq = strtoll(digits, &end, 10);
  if (*behind == '/') {
    buf_adds(out, seq > branch->common ? branch->child_name : branch->name);
    return behind;
  }
  /* "NAME":n, an entry of a vector, in a text that may itself be quoted: what was covered is now the common part and the child */
  size_t quoting = (size_t)(digits - behind);
  buf_adds(out, branch->name);
  if (end == digits || seq <= branch->common) return behind;
  buf_addf(out, "%.*s%lld,%.*s\"%s%.*s%lld", (int)quoting, behind, (long long)branch->common, *behind == '\\' ? 1 : 0, behind,
           branch->child_name, (int)quoting, behind, seq);
  return end;
}

static const struct branch *branch_at(const struct branch *branches, int count, const char *at)
{
  for (int index = 0; index < count; index++) {
    size_t length = strlen(branches[index].name);
    if (strncmp(at, branches[index].name, length) == 0 && at[length] != '-') return &branches[index];
  }
  return NULL;
}

void names_rewrite(const struct branch *branches, int count, const char *text, struct buf *out)
{
  char node[24];
  snprintf(node, sizeof(node), "%.17s", count ? branches[0].name : "\n");
  for (const char *found; (found = strstr(text, node)) != NULL;) {
    const struct branch *branch = branch_at(branches, count, found);
    buf_add(out, text, (size_t)(found - text));
    if (branch)
      text = name_rewrite(branch, found, out);
    else {
      buf_add(out, found, 1);
      text = found + 1;
    }
  }
  buf_adds(out, text);
}

/* --- cutting -------------------------------------------------------------------------------------------------------------------------- */

int operation_forget(struct store *store, op_id op, struct err *err)
{
  static const char *const tables[] = { "DELETE FROM op WHERE id = ?", "DELETE FROM private WHERE op = ?",
                                        "DELETE FROM arrival WHERE op = ?" };
  int result = 0;
  for (size_t index = 0; result == 0 && index < sizeof(tables) / sizeof(*tables); index++) {
    struct query *query = sql_query(store->sql, tables[index]);
    query_bind_number(query, 1, op);
    result = query_do(query, err);
  }
  return result;
}

static int receipts_shrink(struct store *store, int64_t log, int64_t common, struct err *err)
{
  struct query *query = sql_query(store->sql, "UPDATE receipt SET seq = min(seq, ?) WHERE log = ?");
  query_bind_number(query, 1, common);
  query_bind_number(query, 2, log);
  return query_do(query, err);
}

static int head_drop(struct store *store, int64_t log, int64_t common, struct err *err)
{
  struct query *query = sql_query(store->sql, "DELETE FROM head WHERE log = ? AND staged = 0 AND seq > ?");
  query_bind_number(query, 1, log);
  query_bind_number(query, 2, common);
  return query_do(query, err);
}

/* Nothing of it is left: whose child it is said its first operation. */
static int log_empty(struct store *store, int64_t log, struct err *err)
{
  unsigned char zero[CRYPTO_HASH] = { 0 };
  struct query *query =
    sql_query(store->sql, "UPDATE log SET seq = 0, hash = ?, parent = NULL, parent_seq = NULL, before = NULL WHERE id = ?");
  query_bind_bytes(query, 1, zero, sizeof(zero));
  query_bind_number(query, 2, log);
  log_forget(store);
  return query_do(query, err);
}

int log_shorten(struct store *store, int64_t log, int64_t common, struct err *err)
{
  unsigned char hash[CRYPTO_HASH] = { 0 };
  struct log_name name = log_by_id(store, log)->name;
  if (common <= log_by_id(store, log)->parent_seq)
    return log_empty(store, log, err) == 0 && head_drop(store, log, 0, err) == 0 ? receipts_shrink(store, log, 0, err) : -1;
  if (common > 0 && log_hash_at(store, &name, common, hash, err) < 0) return -1;
  return log_advance(store, log, common, hash, err) == 0 && head_drop(store, log, common, err) == 0
           ? receipts_shrink(store, log, common, err)
           : -1;
}

int log_cut(struct store *store, int64_t log, int64_t common, struct err *err)
{
  unsigned char hash[CRYPTO_HASH];
  int64_t head;
  int result = log_head(store, log, &head, hash, err);
  if (result == 0) result = sql_run(store->sql, err, "DROP TRIGGER op_stays_here");
  for (int64_t seq = common + 1; result == 0 && seq <= head; seq++) result = operation_forget(store, op_of(log, seq), err);
  if (result == 0) result = log_shorten(store, log, common, err);
  return result == 0 ? sql_run(store->sql, err, "%s", store_trigger_delete) : result;
}
