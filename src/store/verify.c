/* Is what the desk shows what was written down? */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "store/inside.h"
#include "store/upkeep.h"

struct verifying {
  struct store *store;
  void (*said)(void *context, const char *line);
  void *context;
  const struct upkeep_progress *progress;
  int findings;
};

static void finding(struct verifying *verifying, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void finding(struct verifying *verifying, const char *format, ...)
{
  va_list arguments;
  char line[1024];
  va_start(arguments, format);
  vsnprintf(line, sizeof(line), format, arguments);
  va_end(arguments);
  verifying->findings++;
  if (verifying->said) verifying->said(verifying->context, line);
}

/* No damage: the journal holds what was sent, and the tables are what it says. */
static void say_oddity(struct verifying *verifying, op_id op)
{
  struct buf log = BUF_INIT;
  struct err why = ERR_INIT;
  fold_reads(verifying->store, op, &why);
  log_name_text(&log_by_id(verifying->store, op_log(op))->name, &log);
  char *line = mem_printf(_("journal: operation %" PRId64 " of log %s is kept, but not shown: %s"), op_seq(op), buf_text(&log), why.text);
  verifying->said(verifying->context, line);
  free(line);
  buf_free(&log);
}

static int say_oddities(struct verifying *verifying, struct err *err)
{
  struct query *query = sql_query(verifying->store->sql, "SELECT op FROM oddity ORDER BY op");
  int found;
  while ((found = query_next(query, err)) == 1)
    if (verifying->said) say_oddity(verifying, query_number(query, 0));
  query_close(query);
  return found;
}

static int check_file(struct verifying *verifying, struct err *err)
{
  struct query *query = sql_query(verifying->store->sql, "PRAGMA integrity_check(20)");
  int found;
  while ((found = query_next(query, err)) == 1)
    if (strcmp(query_text(query, 0), "ok") != 0) finding(verifying, _("file: %s"), query_text(query, 0));
  query_close(query);
  return found;
}

/* --- the chain ------------------------------------------------------------------------------------------------------------------------ */

static void check_operation(struct verifying *verifying, const struct operation *operation, const char *log, int64_t expected)
{
  unsigned char hash[CRYPTO_HASH];
  if (operation->seq != expected) finding(verifying, _("journal: log %s lacks operation %" PRId64), log, expected);
  operation_hash(verifying->store, operation, hash);
  if (memcmp(hash, operation->hash, CRYPTO_HASH) != 0)
    finding(verifying, _("journal: operation %" PRId64 " of log %s was altered: its hash does not fit"), operation->seq, log);
}

static void check_private(struct verifying *verifying)
{
  struct query *query = sql_query(verifying->store->sql, "SELECT op, place, digest, salt, part FROM private WHERE part IS NOT NULL");
  while (query_next(query, NULL) == 1) {
    struct private_part part = { .set = (char *)query_text(query, 4) };
    size_t length, digest_length;
    const void *salt = query_bytes(query, 3, &length), *digest = query_bytes(query, 2, &digest_length);
    memcpy(part.salt, salt, length < CRYPTO_SALT ? length : CRYPTO_SALT);
    private_digest(&part);
    if (digest_length != CRYPTO_HASH || memcmp(digest, part.digest, CRYPTO_HASH) != 0)
      finding(verifying, _("journal: the personal part of operation %" PRId64 " was altered"), op_seq(query_number(query, 0)));
  }
  query_close(query);
}

static int check_log(struct verifying *verifying, int64_t log, int64_t *done, int64_t total, struct err *err)
{
  struct store *store = verifying->store;
  struct buf name = BUF_INIT;
  unsigned char head[CRYPTO_HASH], last[CRYPTO_HASH] = { 0 };
  int64_t seq = 0, head_seq = 0;
  log_name_text(&log_by_id(store, log)->name, &name);
  int64_t inherited = log_by_id(store, log)->parent_seq;
  int result = log_head(store, log, &head_seq, head, err);
  for (seq = inherited + 1; result == 0 && seq <= head_seq; seq++) {
    struct operation operation;
    int found = journal_read(store, op_of(log, seq), &operation, err);
    if (found == 1) {
      check_operation(verifying, &operation, buf_text(&name), seq);
      memcpy(last, operation.hash, CRYPTO_HASH);
      operation_free(&operation);
    } else if (found == 0)
      finding(verifying, _("journal: log %s lacks operation %" PRId64), buf_text(&name), seq);
    else
      result = -1;
    if (++*done % 1000 == 0 && verifying->progress && !verifying->progress->step(verifying->progress->context, *done, total))
      result = err_set(err, _("stopped as asked; nothing has changed"));
  }
  if (result == 0 && head_seq > inherited && memcmp(last, head, CRYPTO_HASH) != 0)
    finding(verifying, _("journal: the head of log %s does not fit its last operation"), buf_text(&name));
  if (result == 0 && query_single(store, "SELECT max(id) FROM op WHERE id >> 35 = ?", log, op_of(log, head_seq)) > op_of(log, head_seq))
    finding(verifying, _("journal: log %s goes on behind its head"), buf_text(&name));
  buf_free(&name);
  return result;
}

static int check_chain(struct verifying *verifying, struct err *err)
{
  struct store *store = verifying->store;
  int64_t done = 0, total = 2 * query_single(store, "SELECT count(*) FROM op", 0, 0);
  log_by_id(store, LOGS_MAX); /* loads what is new */
  int result = 0;
  for (int log = 1; result == 0 && log <= store->log_count; log++) result = check_log(verifying, log, &done, total, err);
  check_private(verifying);
  return result;
}

/* --- the projection against a replay -------------------------------------------------------------------------------------------------- */

static void check_table(struct verifying *verifying, const char *table)
{
  static const char *const sides[2][2] = { { "main", "replay" }, { "replay", "main" } };
  for (int side = 0; side < 2; side++) {
    char *sql =
      mem_printf("SELECT count(*) FROM (SELECT * FROM %s.%s EXCEPT SELECT * FROM %s.%s)", sides[side][0], table, sides[side][1], table);
    int64_t differ = query_single(verifying->store, sql, 0, -1);
    if (differ != 0)
      finding(verifying,
              side == 0 ? _("table %s: %" PRId64 " rows that the journal does not say; 'dutydesk verify --rebuild' makes it again")
                        : _("table %s: %" PRId64 " rows of the journal are missing; 'dutydesk verify --rebuild' makes it again"),
              table, differ);
    free(sql);
  }
}

static void check_tables(struct verifying *verifying)
{
  for (int index = 0; verifying->store->kinds[index]; index++) {
    char *table = mem_printf("k_%s", verifying->store->kinds[index]->name);
    check_table(verifying, table);
    free(table);
  }
  check_table(verifying, "touch");
  check_table(verifying, "conflict");
  check_table(verifying, "oddity");
}

static void schema_use(struct store *store, const char *schema)
{
  table_forget(store);
  store->schema = schema;
  table_prepare(store);
}

static int check_projection(struct verifying *verifying, struct err *err)
{
  struct store *store = verifying->store;
  if (sql_run(store->sql, err, "ATTACH '' AS replay; PRAGMA replay.synchronous = OFF; PRAGMA replay.journal_mode = OFF") != 0) return -1;
  schema_use(store, "replay");
  /* a read transaction on the real file: others go on writing meanwhile */
  int result = sql_run(store->sql, err, "BEGIN");
  if (result == 0) result = table_create_all(store, err);
  if (result == 0) result = fold_everything(store, verifying->progress, err);
  schema_use(store, "main");
  if (result == 0) check_tables(verifying);
  sql_run(store->sql, NULL, "COMMIT");
  sql_run(store->sql, NULL, "DETACH replay");
  return result;
}

int verify_all(struct store *store, void (*said)(void *context, const char *line), void *context, const struct upkeep_progress *progress,
               struct err *err)
{
  struct verifying verifying = { store, said, context, progress, 0 };
  if (check_file(&verifying, err) != 0 || check_chain(&verifying, err) != 0 || check_projection(&verifying, err) != 0 ||
      say_oddities(&verifying, err) != 0)
    return -1;
  return verifying.findings;
}

int rebuild_inside(struct store *store, bool with_search, const struct upkeep_progress *progress, struct err *err)
{
  if (table_drop_all(store, err) != 0 || table_create_all(store, err) != 0 || fold_everything(store, progress, err) != 0) return -1;
  if (with_search && search_build_all(store, progress, err) != 0) return -1;
  return store_fingerprint_set(store, err);
}

int verify_rebuild(struct store *store, bool with_search, const struct upkeep_progress *progress, struct err *err)
{
  if (sql_begin(store->sql, err) != 0) return -1;
  if (rebuild_inside(store, with_search, progress, err) != 0) {
    sql_rollback(store->sql);
    log_forget(store);
    return -1;
  }
  store->wrote = true;
  return sql_commit(store->sql, err);
}
