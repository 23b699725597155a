/* SQLite, wrapped once: the store's own face of it. The desk sees query.h only. */
#ifndef STORE_SQL_H
#define STORE_SQL_H

#include <sqlite3.h>

#include "store/query.h"

struct sql; /* a connection with its prepared statements */

/* Opens with the pragmas that hold everywhere: WAL, synchronous=FULL, defensive, a busy timeout of 10 s. flags are SQLITE_OPEN_*. */
struct sql *sql_open(const char *path, int flags, struct err *err);
void sql_close(struct sql *sql);
sqlite3 *sql_handle(struct sql *sql);

int sql_run(struct sql *sql, struct err *err, const char *format, ...)
  __attribute__((format(printf, 3, 4))); /* statements without parameters */

/* Fills *err from the connection's last error, in words (full, read-only, busy, damaged). Returns -1. */
int sql_err(struct sql *sql, struct err *err);

/* Write transactions do not nest: a second begin is a programmer's mistake. */
int sql_begin(struct sql *sql, struct err *err);
int sql_commit(struct sql *sql, struct err *err); /* rolls back if it cannot */
void sql_rollback(struct sql *sql);
bool sql_in_transaction(const struct sql *sql);
bool sql_others_write(struct sql *sql); /* is another connection in a write transaction at this moment, or we in one of our own? */

/* See query_begin_reading. */
void sql_read_begin(struct sql *sql);
void sql_read_end(struct sql *sql);

/* As query_open; the text is copied when first seen. */
struct query *sql_query(struct sql *sql, const char *text);
void query_bind_bytes(struct query *query, int parameter, const void *bytes, size_t length);
void query_lend_text(struct query *query, int parameter, const char *text); /* not copied: must stay until the query is closed */
int query_columns(const struct query *query);
const void *query_bytes(struct query *query, int column, size_t *length);
/* Steps a statement that gives no rows and closes it: 0 or -1. */
int query_do(struct query *query, struct err *err);

#endif
