#include "store/sql.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "store/inside.h"

struct query {
  struct sql *sql;
  sqlite3_stmt *statement;
  char *text;
  bool in_use, kept;
};

struct sql {
  sqlite3 *handle;
  struct query **kept; /* by hash of the text, open addressing, a power of two */
  size_t kept_size, kept_count;
  bool in_transaction, is_reading;
};

static const int busy_milliseconds = 10000;

static const struct {
  int code;
  const char *text;
} sql_reasons[] = {
  { SQLITE_FULL, N_("the disk is full: nothing was changed; free some space and try again") },
  { SQLITE_READONLY, N_("the database cannot be written here: nothing was changed; check the permissions of the file and its directory") },
  { SQLITE_BUSY, N_("another program holds the database: nothing was changed; try again") },
  { SQLITE_LOCKED, N_("another program holds the database: nothing was changed; try again") },
  { SQLITE_NOTADB, N_("this is not a dutydesk database") },
  { SQLITE_CORRUPT, N_("the database file is damaged: put a backup in its place with 'dutydesk restore FILE'") },
  { SQLITE_CANTOPEN, N_("the database cannot be opened: check the path and the permissions") },
  { SQLITE_IOERR, N_("the disk cannot be read or written: nothing was changed; it may be full or failing") },
};

int sql_err(struct sql *sql, struct err *err)
{
  int code = sqlite3_errcode(sql->handle) & 0xff;
  for (size_t index = 0; index < sizeof(sql_reasons) / sizeof(*sql_reasons); index++)
    if (sql_reasons[index].code == code) return err_set(err, "%s", _(sql_reasons[index].text));
  return err_set(err, _("the database says: %s"), sqlite3_errmsg(sql->handle));
}

struct sql *sql_open(const char *path, int flags, struct err *err)
{
  struct sql *sql = mem_zero(1, sizeof(*sql));
  /* One thread: no mutex and no statistics around every piece of memory; and no pages ahead, of which each small table of a question
   * would touch twenty. Only the first opening in a process can say so. */
  sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
  sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  sqlite3_config(SQLITE_CONFIG_PAGECACHE, NULL, 0, 0);
  int code = sqlite3_open_v2(path, &sql->handle, flags | SQLITE_OPEN_NOMUTEX, NULL);
  if (code != SQLITE_OK) {
    sql_err(sql, err);
    sql_close(sql);
    return NULL;
  }
  sqlite3_busy_timeout(sql->handle, busy_milliseconds);
  sqlite3_extended_result_codes(sql->handle, 0);
  sqlite3_db_config(sql->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_db_config(sql->handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
  sqlite3_db_config(sql->handle, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
  sql->kept_size = 128;
  sql->kept = mem_zero(sql->kept_size, sizeof(*sql->kept));
  if (sql_run(sql, err, "PRAGMA synchronous = FULL; PRAGMA temp_store = FILE; PRAGMA cache_size = -4096") != 0) {
    sql_close(sql);
    return NULL;
  }
  return sql;
}

static void query_free(struct query *query)
{
  sqlite3_finalize(query->statement);
  free(query->text);
  free(query);
}

void sql_close(struct sql *sql)
{
  if (!sql) return;
  for (size_t slot = 0; slot < sql->kept_size; slot++)
    if (sql->kept[slot]) query_free(sql->kept[slot]);
  free(sql->kept);
  sqlite3_close_v2(sql->handle);
  free(sql);
}

sqlite3 *sql_handle(struct sql *sql)
{
  return sql->handle;
}

int sql_run(struct sql *sql, struct err *err, const char *format, ...)
{
  va_list arguments;
  va_start(arguments, format);
  char *text = sqlite3_vmprintf(format, arguments);
  va_end(arguments);
  if (!text) ERR_BUG("out of memory");
  sql_read_end(sql);
  int code = sqlite3_exec(sql->handle, text, NULL, NULL, NULL);
  sqlite3_free(text);
  return code == SQLITE_OK ? 0 : sql_err(sql, err);
}

int sql_begin(struct sql *sql, struct err *err)
{
  if (sql->in_transaction) ERR_BUG("a transaction is open already");
  sql_read_end(sql);
  if (query_do(sql_query(sql, "BEGIN IMMEDIATE"), err) != 0) return -1;
  sql->in_transaction = true;
  return 0;
}

int sql_commit(struct sql *sql, struct err *err)
{
  if (query_do(sql_query(sql, "COMMIT"), err) != 0) {
    sql_rollback(sql);
    return -1;
  }
  sql->in_transaction = false;
  return 0;
}

void sql_rollback(struct sql *sql)
{
  /* After a full disk SQLite may have rolled back by itself: then this fails, and rightly so. */
  if (!sqlite3_get_autocommit(sql->handle)) sqlite3_exec(sql->handle, "ROLLBACK", NULL, NULL, NULL);
  sql->in_transaction = false;
}

bool sql_in_transaction(const struct sql *sql)
{
  return sql->in_transaction;
}

bool sql_others_write(struct sql *sql)
{
  if (!sqlite3_get_autocommit(sql->handle)) return sql_in_transaction(sql);
  sqlite3_busy_timeout(sql->handle, 0);
  int result = sqlite3_exec(sql->handle, "BEGIN IMMEDIATE", NULL, NULL, NULL);
  if (result == SQLITE_OK) sqlite3_exec(sql->handle, "ROLLBACK", NULL, NULL, NULL);
  sqlite3_busy_timeout(sql->handle, busy_milliseconds);
  return result == SQLITE_BUSY;
}

void sql_read_begin(struct sql *sql)
{
  if (!sql->in_transaction && !sql->is_reading) sql->is_reading = query_do(sql_query(sql, "BEGIN"), NULL) == 0;
}

void sql_read_end(struct sql *sql)
{
  bool was_reading = sql->is_reading;
  sql->is_reading = false;
  if (was_reading) query_do(sql_query(sql, "COMMIT"), NULL);
}

static size_t text_slot(const struct sql *sql, const char *text)
{
  size_t hash = 5381;
  for (const char *at = text; *at; at++) hash = hash * 33 + (unsigned char)*at;
  size_t slot = hash & (sql->kept_size - 1);
  while (sql->kept[slot] && strcmp(sql->kept[slot]->text, text) != 0) slot = (slot + 1) & (sql->kept_size - 1);
  return slot;
}

static void kept_grow(struct sql *sql)
{
  struct query **old = sql->kept;
  size_t old_size = sql->kept_size;
  sql->kept_size *= 2;
  sql->kept = mem_zero(sql->kept_size, sizeof(*sql->kept));
  for (size_t slot = 0; slot < old_size; slot++)
    if (old[slot]) sql->kept[text_slot(sql, old[slot]->text)] = old[slot];
  free(old);
}

static struct query *query_prepare(struct sql *sql, const char *text, bool keep)
{
  struct query *query = mem_zero(1, sizeof(*query));
  query->sql = sql;
  query->kept = keep;
  query->text = mem_dup(text);
  int code = sqlite3_prepare_v3(sql->handle, text, -1, keep ? SQLITE_PREPARE_PERSISTENT : 0, &query->statement, NULL);
  if (code == SQLITE_ERROR) err_bug(__FILE__, __LINE__, sqlite3_errmsg(sql->handle));
  return query; /* other trouble (busy, damaged): the statement is NULL and stepping it says so */
}

struct query *sql_query(struct sql *sql, const char *text)
{
  size_t slot = text_slot(sql, text);
  struct query *query = sql->kept[slot];
  if (query && (query->in_use || !query->statement))
    query = query_prepare(sql, text, false); /* the same text again while it is being read, or it could not be prepared before */
  else if (!query) {
    query = query_prepare(sql, text, true);
    sql->kept[slot] = query;
    if (++sql->kept_count * 2 > sql->kept_size) kept_grow(sql);
  }
  query->in_use = true;
  return query;
}

struct query *query_open(struct store *store, const char *sql)
{
  return sql_query(store->sql, sql);
}

void query_begin_reading(struct store *store)
{
  sql_read_begin(store->sql);
}

void query_end_reading(struct store *store)
{
  sql_read_end(store->sql);
}

void query_bind_number(struct query *query, int parameter, int64_t number)
{
  sqlite3_bind_int64(query->statement, parameter, number);
}

void query_bind_text(struct query *query, int parameter, const char *text)
{
  sqlite3_bind_text(query->statement, parameter, text, -1, SQLITE_TRANSIENT);
}

void query_lend_text(struct query *query, int parameter, const char *text)
{
  sqlite3_bind_text(query->statement, parameter, text, -1, SQLITE_STATIC);
}

void query_bind_bytes(struct query *query, int parameter, const void *bytes, size_t length)
{
  sqlite3_bind_blob64(query->statement, parameter, bytes, length, SQLITE_TRANSIENT);
}

int query_next(struct query *query, struct err *err)
{
  if (!query->statement) return sql_err(query->sql, err);
  if (query->sql->is_reading && !sqlite3_stmt_readonly(query->statement))
    sql_read_end(query->sql); /* what was read may be old by now: a write must not build on it */
  switch (sqlite3_step(query->statement)) {
  case SQLITE_ROW: return 1;
  case SQLITE_DONE: return 0;
  default: return sql_err(query->sql, err);
  }
}

int query_columns(const struct query *query)
{
  return sqlite3_column_count(query->statement);
}

int64_t query_number(struct query *query, int column)
{
  return sqlite3_column_int64(query->statement, column);
}

const char *query_text(struct query *query, int column)
{
  return (const char *)sqlite3_column_text(query->statement, column);
}

const void *query_bytes(struct query *query, int column, size_t *length)
{
  const void *bytes = sqlite3_column_blob(query->statement, column);
  *length = (size_t)sqlite3_column_bytes(query->statement, column);
  return bytes;
}

bool query_is_null(struct query *query, int column)
{
  return sqlite3_column_type(query->statement, column) == SQLITE_NULL;
}

void query_close(struct query *query)
{
  if (!query->kept) {
    query_free(query);
    return;
  }
  sqlite3_reset(query->statement);
  sqlite3_clear_bindings(query->statement);
  query->in_use = false;
}

int query_do(struct query *query, struct err *err)
{
  int result = query_next(query, err);
  query_close(query);
  return result < 0 ? -1 : 0;
}

int64_t query_single(struct store *store, const char *sql, int64_t parameter, int64_t otherwise)
{
  struct query *query = query_open(store, sql);
  if (sqlite3_bind_parameter_count(query->statement) > 0) query_bind_number(query, 1, parameter);
  bool found = query_next(query, NULL) == 1 && !query_is_null(query, 0);
  int64_t number = found ? query_number(query, 0) : otherwise;
  query_close(query);
  return number;
}
