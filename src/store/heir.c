/* A node that went on under a new key repeats there, at their old places, what it had written after it and another database of its old
 * name had parted. Whoever holds that under the old name gives it up for the repetition, and the place is free for what the other one
 * wrote. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "store/exchange_inside.h"
#include "store/inside.h"

enum { STEPS_MOST = 64 }; /* keys one after another */

/* Nodes from the heir back to `of`, without that one. 0: it is no heir of it. */
static int path_back(const struct heirs *heirs, uint64_t heir, uint64_t of, uint64_t path[STEPS_MOST])
{
  int count = 0;
  for (uint64_t node = heir; node && node != of; node = heirs->before(heirs->context, node)) {
    if (count == STEPS_MOST) return 0;
    path[count++] = node;
    if (heirs->before(heirs->context, node) == of) return count;
  }
  return 0;
}

/* --- is it the same operation? -------------------------------------------------------------------------------------------------------- */

/* How names changed when `from` became `to`: in each log, what lay behind the point from which the new one goes on. */
static int branches_between(struct store *store, uint64_t from, uint64_t to, struct branch **branches)
{
  int count = 0;
  *branches = NULL;
  for (int id = 1; id <= store->log_count; id++) {
    const struct log_row *child = log_by_id(store, id);
    struct log_name name = { from, child->name.area, child->name.lane };
    const struct log_row *parent = child->name.node == to ? log_find(store, &name) : NULL;
    if (!parent) continue;
    *branches = mem_grow(*branches, (size_t)count + 1, sizeof(**branches));
    branch_fill(&(*branches)[count++], parent, child);
  }
  return count;
}

/* The text with its names as the heir would have written them. */
static char *text_as_heir(struct store *store, const uint64_t *path, int steps, uint64_t from, const char *text)
{
  char *now = mem_dup(text);
  for (int step = steps - 1; step >= 0; from = path[step--]) {
    struct branch *branches;
    struct buf out = BUF_INIT;
    int count = branches_between(store, from, path[step], &branches);
    names_rewrite(branches, count, now, &out);
    free(branches);
    free(now);
    now = buf_take(&out, NULL);
  }
  return now;
}

static bool same_text(struct store *store, const uint64_t *path, int steps, uint64_t from, const char *old, const char *repeated)
{
  if (strcmp(old, repeated) == 0) return true;
  char *as_heir = text_as_heir(store, path, steps, from, old);
  bool same = strcmp(as_heir, repeated) == 0;
  free(as_heir);
  return same;
}

static bool is_repeated(struct store *store, const struct operation *operation, const struct log_row *log, const uint64_t *path, int steps)
{
  struct operation repeated;
  if (operation->seq <= log->parent_seq || journal_read(store, op_of(log->id, operation->seq), &repeated, NULL) != 1) return false;
  bool same = operation->at == repeated.at && operation->stamp == repeated.stamp && strcmp(operation->action, repeated.action) == 0 &&
              same_text(store, path, steps, operation->log.node, operation->actor, repeated.actor) &&
              same_text(store, path, steps, operation->log.node, operation->body, repeated.body);
  operation_free(&repeated);
  return same;
}

bool heir_repeats(struct store *store, const struct heirs *heirs, const struct operation *operation)
{
  uint64_t path[STEPS_MOST];
  log_by_id(store, LOGS_MAX); /* loads what is new */
  for (int id = 1; id <= store->log_count; id++) {
    struct log_row log = *log_by_id(store, id);
    if (log.name.area != operation->log.area || log.name.lane != operation->log.lane || log.name.node == operation->log.node) continue;
    int steps = path_back(heirs, log.name.node, operation->log.node, path);
    if (steps && is_repeated(store, operation, &log, path, steps)) return true;
  }
  return false;
}

/* --- giving up ------------------------------------------------------------------------------------------------------------------------ */

/* Is all of the log behind `common` there again under a later name? */
static int all_repeated(struct store *store, const struct heirs *heirs, int64_t log, int64_t common, int64_t head, struct err *err)
{
  for (int64_t seq = head; seq > common; seq--) {
    struct operation operation;
    int found = journal_read(store, op_of(log, seq), &operation, err);
    if (found != 1) return found;
    bool repeated = heir_repeats(store, heirs, &operation);
    operation_free(&operation);
    if (!repeated) return 0;
  }
  return head > common;
}

/* Where an heir's log leaves this one, 0: nowhere behind its own beginning. */
static int64_t parting(struct store *store, const struct heirs *heirs, const struct log_row *log, int64_t head)
{
  uint64_t path[STEPS_MOST];
  int64_t first = head;
  for (int id = 1; id <= store->log_count; id++) {
    const struct log_row *other = log_by_id(store, id);
    if (other->name.area == log->name.area && other->name.lane == log->name.lane && other->parent_seq < first &&
        path_back(heirs, other->name.node, log->name.node, path))
      first = other->parent_seq;
  }
  return first > log->parent_seq ? first : log->parent_seq;
}

static int log_yield(struct store *store, const struct heirs *heirs, int64_t id, struct err *err)
{
  struct log_row log = *log_by_id(store, id);
  unsigned char hash[CRYPTO_HASH];
  int64_t head;
  if (log_head(store, id, &head, hash, err) != 0) return -1;
  int64_t common = parting(store, heirs, &log, head);
  int repeated = common < head ? all_repeated(store, heirs, id, common, head, err) : 0;
  return repeated != 1 ? repeated : log_cut(store, id, common, err) == 0 ? 1 : -1;
}

static int yield_inside(struct store *store, const struct heirs *heirs, struct err *err)
{
  int any = 0, result = 0;
  for (int id = 1; result >= 0 && id <= store->log_count; id++) {
    result = log_by_id(store, id)->name.node == store->node ? 0 : log_yield(store, heirs, id, err);
    any |= result == 1;
  }
  fold_forget(store);
  if (result < 0 || (any && rebuild_inside(store, true, NULL, err) != 0)) return -1;
  return any;
}

/* Only where an heir has something at the place of a log's head can all of that be repeated. */
static bool may_yield(struct store *store, const struct heirs *heirs)
{
  struct query *query = sql_query(
    store->sql,
    "SELECT log.node, heir.node FROM log JOIN log AS heir ON heir.area = log.area AND heir.lane = log.lane AND heir.node <> log.node "
    "AND ifnull(heir.parent_seq, 0) < log.seq AND heir.seq >= log.seq JOIN op ON op.id = (heir.id << 35) + log.seq "
    "JOIN op AS own ON own.id = (log.id << 35) + log.seq AND own.at = op.at AND own.lead = op.lead");
  uint64_t path[STEPS_MOST];
  bool may = false;
  while (!may && query_next(query, NULL) == 1)
    may = path_back(heirs, (uint64_t)query_number(query, 1), (uint64_t)query_number(query, 0), path) > 0;
  query_close(query);
  return may;
}

int heirs_yield(struct store *store, const struct heirs *heirs, struct err *err)
{
  if (sql_in_transaction(store->sql) || !may_yield(store, heirs)) return 0;
  log_by_id(store, LOGS_MAX);
  if (sql_begin(store->sql, err) != 0) return -1;
  int any = yield_inside(store, heirs, err);
  store->wrote = true;
  if (any >= 0 && sql_commit(store->sql, err) == 0) return any;
  if (any < 0) sql_rollback(store->sql);
  log_forget(store);
  fold_forget(store);
  return -1;
}
