#include "sim/shelf.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "desk/trust.h"
#include "store/exchange.h"
#include "store/upkeep.h"

struct laid { /* one operation */
  struct operation operation;
  unsigned char hash[CRYPTO_HASH];
};

struct row {                       /* one log */
  struct signed_head head, before; /* before: seq 0, none */
  struct log_parent parent;
  unsigned char key[CRYPTO_PUBLIC];
  struct laid *list;
  int64_t count;
};

struct shelf {
  struct row *rows;
  int count;
};

struct shelf *shelf_open(void)
{
  return mem_zero(1, sizeof(struct shelf));
}

static void operation_copy(struct operation *copy, const struct operation *operation)
{
  *copy = (struct operation){
    .log = operation->log, .seq = operation->seq, .at = operation->at, .stamp = operation->stamp, .body_length = operation->body_length
  };
  copy->actor = mem_dup(operation->actor);
  copy->action = mem_dup(operation->action);
  copy->body = mem_dup_n(operation->body, operation->body_length);
  copy->private_part = mem_dup(operation->private_part);
}

static void row_cut(struct row *row, int64_t count)
{
  while (row->count > count) operation_free(&row->list[--row->count].operation);
}

void shelf_close(struct shelf *shelf)
{
  for (int i = 0; i < shelf->count; i++) {
    row_cut(&shelf->rows[i], 0);
    free(shelf->rows[i].list);
  }
  free(shelf->rows);
  free(shelf);
}

void shelf_lose(struct shelf *shelf)
{
  for (int i = 0; i < shelf->count; i++) {
    struct row *row = &shelf->rows[i];
    if (row->before.seq == 0) continue;
    row_cut(row, row->before.seq - row->parent.seq);
    row->head = row->before;
    row->before.seq = 0;
  }
}

static struct row *row_find(struct shelf *shelf, const struct log_name *log)
{
  for (int i = 0; i < shelf->count; i++)
    if (log_name_compare(&shelf->rows[i].head.log, log) == 0) return &shelf->rows[i];
  return NULL;
}

/* Does the desk hold the same operation there? */
static bool same_at(struct desk *desk, const struct row *row, int64_t seq)
{
  unsigned char hash[CRYPTO_HASH];
  return log_hash_at(desk->store, &row->head.log, seq, hash, NULL) == 1 &&
         memcmp(hash, row->list[seq - row->parent.seq - 1].hash, CRYPTO_HASH) == 0;
}

/* --- putting there -------------------------------------------------------------------------------------------------------------------- */

struct push {
  struct shelf *shelf;
  struct desk *desk;
  struct trust *trust;
  struct row *row;
};

static bool operation_lay(void *context, const struct operation *operation)
{
  struct push *push = context;
  struct row *row = push->row;
  row->list = mem_grow(row->list, (size_t)row->count + 1, sizeof(*row->list));
  struct laid *laid = &row->list[row->count++];
  operation_copy(&laid->operation, operation);
  log_hash_at(push->desk->store, &row->head.log, operation->seq, laid->hash, NULL);
  return true;
}

static struct row *row_add(struct push *push, const struct signed_head *head, const struct node *origin)
{
  struct shelf *shelf = push->shelf;
  shelf->rows = mem_grow(shelf->rows, (size_t)shelf->count + 1, sizeof(*shelf->rows));
  struct row *row = &shelf->rows[shelf->count++];
  *row = (struct row){ .head.log = head->log };
  if (log_parent_read(push->desk->store, &head->log, &row->parent, NULL) != 1) row->parent = (struct log_parent){ .seq = 0 };
  row->head.seq = row->parent.seq;
  memcpy(row->key, origin->public_key, CRYPTO_PUBLIC);
  return row;
}

static int head_push(void *context, const struct signed_head *head)
{
  struct push *push = context;
  int64_t area = store_area(push->desk->store);
  const struct node *origin = trust_find(push->trust, head->log.node);
  if (!origin || !area_contains(area, head->log.area) || !area_contains(area, origin->reach.areas[0])) return 0;
  struct row *row = row_find(push->shelf, &head->log);
  if (!row) row = row_add(push, head, origin);
  if (head->seq <= row->head.seq || (row->count && !same_at(push->desk, row, row->head.seq))) return 0; /* a fork is refused */
  push->row = row;
  int64_t from = row->head.seq;
  row->before = row->count ? row->head : (struct signed_head){ .seq = 0 };
  row->head = *head;
  return log_run_read(push->desk->store, &head->log, from, head->seq, INT32_MAX, operation_lay, push, NULL) < 0 ? -1 : 0;
}

/* Own logs of which something lies there that we never wrote: how far they are the same, as store_fork wants it. Nothing: 0. */
static int commons_find(struct push *push, struct log_head **commons)
{
  int count = 0;
  bool forked = false;
  *commons = NULL;
  for (int i = 0; i < push->shelf->count; i++) {
    const struct row *row = &push->shelf->rows[i];
    if (row->head.log.node != store_node(push->desk->store)) continue;
    int64_t seq = row->head.seq;
    while (seq > row->parent.seq && !same_at(push->desk, row, seq)) seq--;
    *commons = mem_grow(*commons, (size_t)count + 1, sizeof(**commons));
    (*commons)[count++] = (struct log_head){ .name = row->head.log, .seq = seq };
    forked |= seq < row->head.seq;
  }
  return forked ? count : 0;
}

int shelf_push(struct shelf *shelf, struct desk *desk, struct err *err)
{
  struct identity identity;
  struct log_head *commons;
  if (identity_prepare(desk->store, &identity, err) != 0) return -1;
  struct push push = { shelf, desk, trust_open(desk), NULL };
  int count = commons_find(&push, &commons);
  int status = count ? store_fork(desk->store, commons, count, err) : head_each(desk->store, head_push, &push, err);
  free(commons);
  trust_close(push.trust);
  return status == 0 ? count > 0 : -1;
}

/* --- taking from there ---------------------------------------------------------------------------------------------------------------- */

static int work(struct intake *intake, struct err *err)
{
  int more;
  while ((more = intake_work(intake, err)) == 1) {}
  return more;
}

static int row_pull(const struct row *row, struct desk *desk, const struct trust *trust, struct intake *intake, struct err *err)
{
  const struct log_name *log = &row->head.log;
  int64_t held, from = intake_top(intake, log, &held);
  enum verdict verdict = trust_verdict(trust, log, row->head.seq);
  if (log->node == store_node(desk->store) || !trust_find(trust, log->node) || verdict == VERDICT_REFUSE ||
      !head_check(&row->head, row->key))
    return 0;
  if (from < row->parent.seq) from = row->parent.seq;
  if (held >= row->head.seq || (from >= row->head.seq && verdict == VERDICT_STAGE)) return 0;
  if (intake_head(intake, &row->head, row->parent.seq ? &row->parent : NULL, verdict, NULL, NULL) != 0)
    return 0; /* told, and passed over */
  for (; from < row->head.seq; from++) {
    struct operation operation;
    operation_copy(&operation, &row->list[from - row->parent.seq].operation);
    if (intake_operation(intake, &operation, err) != 0) return -1;
  }
  return work(intake, err);
}

static enum verdict verdict_now(void *context, const struct log_name *log, int64_t seq)
{
  return trust_verdict(context, log, seq);
}

int64_t shelf_pull(struct shelf *shelf, struct desk *desk, struct err *err)
{
  struct trust *trust = trust_open(desk);
  struct heirs heirs = trust_heirs(trust);
  struct intake *intake = intake_open(desk->store, &heirs);
  int status = 0, changed = 1;
  while (status == 0 && changed == 1) {
    for (int i = 0; status == 0 && i < shelf->count; i++) status = row_pull(&shelf->rows[i], desk, trust, intake, err);
    changed = status == 0 ? trust_refresh(trust, err) : 0;
    if (changed == 1 && (intake_resume(intake, verdict_now, trust, err) != 0 || work(intake, err) != 0)) status = -1;
  }
  int64_t came = intake_counted(intake).admitted;
  intake_close(intake);
  if (status == 0 && heirs_yield(desk->store, &heirs, err) < 0) status = -1;
  trust_close(trust);
  return status == 0 && changed == 0 ? came : -1;
}
