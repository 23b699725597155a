/* Fetching from the hub: heads first, then operations by what we lack. There is no global order to miss a gap in: doc/SYNC.md "The hub". */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "sync/hub.h"
#include "sync/hub_postgres.h"

enum { CHUNK = 4000, BREATH = 200 }; /* operations of one question, and between two looks at what is to be applied */

struct want { /* a log of which the hub has more */
  struct signed_head head;
  struct log_parent parent; /* seq 0: none */
  int64_t from;
};

struct pull {
  struct hub *hub;
  struct intake *intake;
  struct want *wants;
  int count;
  int chunk[CHUNK], chunk_logs; /* wants in the present question */
  int64_t next;                 /* operations since the last look */
};

static int compare(const void *one, const void *other)
{
  return log_name_compare(&((const struct want *)one)->head.log, &((const struct want *)other)->head.log);
}

/* --- heads ---------------------------------------------------------------------------------------------------------------------------- */

static int vector_ask(struct hub *hub, struct postgres_value values[4], struct err *err)
{
  struct vector vector;
  const struct reach *own = &trust_own(hub->trust)->reach;
  if (vector_read(hub->desk->store, own, own, &vector, err) != 0) return -1;
  values[0].type = values[1].type = values[3].type = POSTGRES_LONG;
  values[2].type = POSTGRES_SHORT;
  for (int index = 0; index < vector.count; index++) {
    value_add_number(&values[0], (int64_t)vector.list[index].name.node);
    value_add_number(&values[1], vector.list[index].name.area);
    value_add_number(&values[2], vector.list[index].name.lane);
    value_add_number(&values[3], vector.list[index].seq);
  }
  vector_free(&vector);
  return 0;
}

/* A head as the hub says it, checked: the key is the origin's and signed it. Columns as hub.news gives them. */
static bool want_read(struct hub *hub, const struct postgres_rows *rows, int row, struct want *want)
{
  unsigned char key[CRYPTO_PUBLIC];
  *want = (struct want){ .head.seq = rows_number(rows, row, 3) };
  if (!hub_log(hub, rows, row, &want->head.log)) return false;
  if (!rows_bytes_exactly(rows, row, 4, want->head.hash, CRYPTO_HASH) ||
      !rows_bytes_exactly(rows, row, 5, want->head.signature, CRYPTO_SIGNATURE) || !rows_bytes_exactly(rows, row, 6, key, CRYPTO_PUBLIC) ||
      !head_check(&want->head, key)) {
    hub_note(hub, &want->head.log, _("what the hub says of it was not signed by its origin"));
    return false;
  }
  if (rows_is_null(rows, row, 7)) return true;
  want->parent.log = want->head.log;
  want->parent.log.node = (uint64_t)rows_number(rows, row, 7);
  want->parent.seq = rows_number(rows, row, 8);
  return rows_bytes_exactly(rows, row, 9, want->parent.hash, CRYPTO_HASH);
}

static int want_note(struct hub *hub, const struct want *want, const char *why)
{
  hub_note(hub, &want->head.log, why);
  return 0;
}

/* 1: operations are wanted, 0: not, -1. */
static int want_announce(struct pull *pull, struct want *want, struct err *err)
{
  const struct log_name *log = &want->head.log;
  struct err why = ERR_INIT;
  int64_t held;
  if (log->node == pull->hub->identity.node || !reach_reads(&trust_own(pull->hub->trust)->reach, log))
    return 0; /* our own is for hub_push to judge; our role may see more than this node */
  enum verdict verdict = trust_verdict(pull->hub->trust, log, want->head.seq);
  if (verdict == VERDICT_REFUSE) return want_note(pull->hub, want, _("its origin may not write there, or is revoked"));
  want->from = intake_top(pull->intake, log, &held);
  if (want->from < want->parent.seq) want->from = want->parent.seq;
  if (held >= want->head.seq || (want->from >= want->head.seq && verdict == VERDICT_STAGE)) return 0;
  if (intake_head(pull->intake, &want->head, want->parent.seq ? &want->parent : NULL, verdict, NULL, &why) != 0)
    return want_note(pull->hub, want, why.text);
  (void)err;
  return want->from < want->head.seq;
}

static int news_read(struct pull *pull, struct err *err)
{
  struct postgres_value values[4] = { 0 };
  struct postgres_rows rows = { 0 };
  int result = vector_ask(pull->hub, values, err);
  if (result == 0) result = postgres_ask(pull->hub->postgres, "SELECT * FROM hub.news($1, $2, $3, $4)", values, 4, &rows, err);
  values_drop(values, 4);
  pull->wants = mem_grow(pull->wants, (size_t)rows.count + 1, sizeof(*pull->wants));
  pull->count = 0;
  for (int row = 0; row < rows.count; row++) pull->count += want_read(pull->hub, &rows, row, &pull->wants[pull->count]);
  rows_drop(&rows);
  if (pull->count) qsort(pull->wants, (size_t)pull->count, sizeof(*pull->wants), compare); /* urgent ones first */
  int kept = 0;
  for (int index = 0; result == 0 && index < pull->count; index++) {
    int wanted = want_announce(pull, &pull->wants[index], err);
    if (wanted == 1) pull->wants[kept++] = pull->wants[index];
    result = wanted < 0 ? -1 : 0;
  }
  pull->count = kept;
  return result;
}

/* --- operations ----------------------------------------------------------------------------------------------------------------------- */

static char *copied(const struct postgres_rows *rows, int column)
{
  size_t length;
  const char *bytes = rows_bytes(rows, 0, column, &length);
  return bytes ? mem_dup_n(bytes, length) : NULL;
}

static int work(struct pull *pull, struct err *err)
{
  int more;
  while ((more = intake_work(pull->intake, err)) == 1)
    ;
  return more;
}

/* Columns as hub.ops gives them. */
static int operation_take(void *context, const struct postgres_rows *rows, struct err *err)
{
  struct pull *pull = context;
  int64_t place = rows_number(rows, 0, 0);
  bool is_whole = !rows_is_null(rows, 0, 4) && !rows_is_null(rows, 0, 5) && !rows_is_null(rows, 0, 6);
  if (place < 1 || place > pull->chunk_logs || !is_whole) return hub_nonsense(err);
  struct want *want = &pull->wants[pull->chunk[place - 1]];
  struct operation operation = {
    .log = want->head.log, .seq = rows_number(rows, 0, 1), .at = rows_number(rows, 0, 2), .stamp = rows_number(rows, 0, 3)
  };
  operation.actor = copied(rows, 4);
  operation.action = copied(rows, 5);
  rows_bytes(rows, 0, 6, &operation.body_length);
  operation.body = copied(rows, 6);
  operation.private_part = copied(rows, 7);
  int64_t seq = operation.seq;
  for (int column = 4; column <= 7; column++) {
    size_t length;
    rows_bytes(rows, 0, column, &length);
    pull->hub->report->bytes_in += (int64_t)length;
  }
  if (intake_operation(pull->intake, &operation, err) != 0) return -1;
  want->from = seq;
  return ++pull->next % BREATH == 0 ? work(pull, err) : 0;
}

/* The next some thousand operations, over as many logs as it takes. */
static int chunk_read(struct pull *pull, int first, struct err *err)
{
  struct postgres_value values[5] = {
    { .type = POSTGRES_LONG }, { .type = POSTGRES_LONG }, { .type = POSTGRES_SHORT }, { .type = POSTGRES_LONG }, { .type = POSTGRES_LONG }
  };
  int64_t room = CHUNK, before = pull->next;
  pull->chunk_logs = 0;
  for (int index = first; index < pull->count && room > 0; index++) {
    const struct want *want = &pull->wants[index];
    int64_t most = want->head.seq - want->from < room ? want->head.seq - want->from : room;
    value_add_number(&values[0], (int64_t)want->head.log.node);
    value_add_number(&values[1], want->head.log.area);
    value_add_number(&values[2], want->head.log.lane);
    value_add_number(&values[3], want->from);
    value_add_number(&values[4], want->from + most);
    pull->chunk[pull->chunk_logs++] = index;
    room -= most;
  }
  int result = postgres_stream(pull->hub->postgres, "SELECT * FROM hub.ops($1, $2, $3, $4, $5)", values, 5, operation_take, pull, err);
  values_drop(values, 5);
  if (result == 0) result = work(pull, err);
  if (result == 0 && pull->next == before)
    return err_set(err, _("the hub does not give the operations that it says it has: its owner should look at it"));
  return result;
}

static int operations_read(struct pull *pull, struct err *err)
{
  int first = 0;
  while (first < pull->count)
    if (pull->wants[first].from >= pull->wants[first].head.seq)
      first++;
    else if (chunk_read(pull, first, err) != 0)
      return -1;
  return 0;
}

static enum verdict verdict_now(void *context, const struct log_name *log, int64_t seq)
{
  return trust_verdict(context, log, seq);
}

/* Node records among what came may open the way for what waits. */
static int pull_all(struct pull *pull, struct err *err)
{
  int trusted = 1;
  while (trusted == 1) {
    if (news_read(pull, err) != 0 || operations_read(pull, err) != 0 || work(pull, err) != 0) return -1;
    trusted = trust_refresh(pull->hub->trust, err);
    if (trusted == 1 && (intake_resume(pull->intake, verdict_now, pull->hub->trust, err) != 0 || work(pull, err) != 0)) return -1;
  }
  return trusted;
}

int hub_pull(struct hub *hub, struct err *err)
{
  struct heirs heirs = trust_heirs(hub->trust);
  struct pull pull = { .hub = hub, .intake = intake_open(hub->desk->store, &heirs) };
  int result = pull_all(&pull, err);
  if (result == 0 && heirs_yield(hub->desk->store, &heirs, err) < 0) result = -1;
  struct intake_count count = intake_counted(pull.intake);
  hub->report->received += count.admitted;
  hub->report->staged += count.staged;
  if (*intake_trouble(pull.intake)) sync_report_trouble(hub->report, intake_trouble(pull.intake));
  intake_close(pull.intake);
  free(pull.wants);
  return result == 0 ? 0 : hub_refused(hub, err);
}
