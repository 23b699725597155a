/* Another database wrote under our name and pushed it: how far its logs and ours are the same. */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "sync/hub.h"
#include "sync/hub_postgres.h"

struct line { /* one log, here and there */
  struct hub *hub;
  struct log_name log;
  const struct postgres_rows *theirs; /* one operation */
  bool same;
};

static bool text_same(const struct postgres_rows *rows, int column, const char *text, size_t length)
{
  size_t got;
  const char *bytes = rows_bytes(rows, 0, column, &got);
  return bytes && got == length && memcmp(bytes, text, length) == 0;
}

/* Columns as hub.ops gives them. */
static bool ours_compare(void *context, const struct operation *ours)
{
  struct line *line = context;
  line->same = rows_number(line->theirs, 0, 2) == ours->at && rows_number(line->theirs, 0, 3) == ours->stamp &&
               text_same(line->theirs, 4, ours->actor, strlen(ours->actor)) &&
               text_same(line->theirs, 5, ours->action, strlen(ours->action)) && text_same(line->theirs, 6, ours->body, ours->body_length);
  return false;
}

/* Is the operation the same on both sides? 1, 0, -1. */
static int same_at(struct line *line, int64_t seq, struct err *err)
{
  struct postgres_value values[5] = {
    { .type = POSTGRES_LONG }, { .type = POSTGRES_LONG }, { .type = POSTGRES_SHORT }, { .type = POSTGRES_LONG }, { .type = POSTGRES_LONG }
  };
  struct postgres_rows rows = { 0 };
  value_add_number(&values[0], (int64_t)line->log.node);
  value_add_number(&values[1], line->log.area);
  value_add_number(&values[2], line->log.lane);
  value_add_number(&values[3], seq - 1);
  value_add_number(&values[4], seq);
  int result = postgres_ask(line->hub->postgres, "SELECT * FROM hub.ops($1, $2, $3, $4, $5)", values, 5, &rows, err);
  values_drop(values, 5);
  line->same = false;
  line->theirs = &rows;
  if (result == 0 && rows.count == 1 && log_run_read(line->hub->desk->store, &line->log, seq - 1, seq, 1, ours_compare, line, err) < 0)
    result = -1;
  rows_drop(&rows);
  return result == 0 ? line->same : -1;
}

/* The last operation that is the same: what two databases write after they parted differs, if only in its instant. */
static int64_t common_of(struct line *line, int64_t low, int64_t high, struct err *err)
{
  while (low < high) {
    int64_t middle = low + (high - low + 1) / 2;
    int same = same_at(line, middle, err);
    if (same < 0) return -1;
    if (same)
      low = middle;
    else
      high = middle - 1;
  }
  return low;
}

struct heads { /* our logs */
  uint64_t node;
  struct vector vector;
};

static int head_take(void *context, const struct log_head *head)
{
  struct heads *heads = context;
  if (head->name.node == heads->node) vector_put(&heads->vector, head);
  return 0;
}

static int common_add(struct hub *hub, const struct log_head *ours, int64_t theirs, struct log_head *common, struct err *err)
{
  struct log_parent parent = { .seq = 0 };
  struct line line = { .hub = hub, .log = ours->name };
  if (log_parent_read(hub->desk->store, &ours->name, &parent, err) < 0) return -1;
  *common = *ours;
  common->seq = common_of(&line, parent.seq, theirs < ours->seq ? theirs : ours->seq, err);
  memset(common->hash, 0, CRYPTO_HASH);
  return common->seq < 0 || (common->seq > 0 && log_hash_at(hub->desk->store, &ours->name, common->seq, common->hash, err) < 0) ? -1 : 0;
}

int hub_common(struct hub *hub, struct log_head **common, struct err *err)
{
  struct heads heads = { .node = hub->identity.node };
  struct postgres_value nodes = { .type = POSTGRES_LONG };
  struct postgres_rows rows = { 0 };
  int count = 0;
  *common = NULL;
  value_add_number(&nodes, (int64_t)heads.node);
  int result = journal_heads(hub->desk->store, head_take, &heads, err);
  if (result == 0) result = postgres_ask(hub->postgres, "SELECT * FROM hub.held($1)", &nodes, 1, &rows, err);
  values_drop(&nodes, 1);
  for (int row = 0; result == 0 && row < rows.count; row++) {
    struct log_name log;
    const struct log_head *ours = hub_log(hub, &rows, row, &log) ? vector_find(&heads.vector, &log) : NULL;
    if (!ours) continue;
    *common = mem_grow(*common, (size_t)count + 1, sizeof(**common));
    result = common_add(hub, ours, rows_number(&rows, row, 3), &(*common)[count++], err);
  }
  rows_drop(&rows);
  vector_free(&heads.vector);
  return result == 0 ? count : -1;
}
