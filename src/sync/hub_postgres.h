/* libpq as the hub needs it, opened when first used: a connection, binary values there and back. Calls block, with time limits: run it
 * in a child. */
#ifndef SYNC_HUB_POSTGRES_H
#define SYNC_HUB_POSTGRES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct err;
struct postgres;

/* `url` is postgresql://…, or any connection string of libpq; what it does not say has defaults that notice a dead line within a minute.
 * NULL: no connection, or a server older than 15. */
struct postgres *postgres_open(const char *url, struct err *err);
void postgres_close(struct postgres *postgres);
int postgres_socket(const struct postgres *postgres);

/* --- values that go along ------------------------------------------------------------------------------------------------------------- */

enum postgres_type {
  POSTGRES_YES = 16,
  POSTGRES_BYTES = 17,
  POSTGRES_LONG = 20,
  POSTGRES_SHORT = 21,
  POSTGRES_INT = 23,
  POSTGRES_TEXT = 25
};

/* An array under construction, or a single value. */
struct postgres_value {
  enum postgres_type type;
  bool is_single, has_null;
  int count;
  struct buf bytes;
};
void value_add_number(struct postgres_value *value, int64_t number);
void value_add_bytes(struct postgres_value *value, const void *bytes, size_t length); /* NULL: NULL */
void value_add_text(struct postgres_value *value, const char *text);
void value_empty(struct postgres_value *value); /* memory is kept */
void values_drop(struct postgres_value *values, int count);
void value_array(const struct postgres_value *value, struct buf *out); /* as an array on the wire */

/* --- questions and answers ------------------------------------------------------------------------------------------------------------ */

struct postgres_rows {
  void *result; /* NULL: none */
  int count;
};
/* One statement. rows may be NULL; rows_drop it if 0 came back. */
int postgres_ask(struct postgres *postgres, const char *sql, struct postgres_value *values, int value_count, struct postgres_rows *rows,
                 struct err *err);
void rows_drop(struct postgres_rows *rows);
bool rows_is_null(const struct postgres_rows *rows, int row, int column);
int64_t rows_number(const struct postgres_rows *rows, int row, int column); /* of int2, int4, int8, boolean; 0 for NULL */
const char *rows_bytes(const struct postgres_rows *rows, int row, int column,
                       size_t *length); /* NULL for NULL; length may be NULL; a NUL follows */
bool rows_bytes_exactly(const struct postgres_rows *rows, int row, int column, void *bytes, size_t length);
/* A one-dimensional array without NULLs, read from its beginning; valid as long as the rows. */
struct postgres_array {
  const char *at;
  size_t left;   /* bytes */
  int64_t count; /* elements to come */
};
struct postgres_array rows_array(const struct postgres_rows *rows, int row, int column); /* empty if it is none */
const char *array_next(struct postgres_array *array, size_t *length);                    /* the next one's bytes; NULL: no more */
int64_t postgres_number(const char *bytes, size_t length);                               /* a binary integer of 1, 2, 4 or 8 bytes */

/* The same row by row as they come, in constant memory; `rows` then holds one row. row() returns -1 to stop with its error. */
int postgres_stream(struct postgres *postgres, const char *sql, struct postgres_value *values, int value_count,
                    int (*row)(void *context, const struct postgres_rows *rows, struct err *err), void *context, struct err *err);
/* Several statements without values or answers. */
int postgres_run(struct postgres *postgres, const char *sql, struct err *err);

/* SQLSTATE of the last failure, "" if the line itself failed. */
const char *postgres_state(const struct postgres *postgres);

/* Takes what the server has to say of itself. 1: a notification was among it, 0: not, -1: the line is dead. */
int postgres_listen(struct postgres *postgres, struct err *err);

/* A password as the server stores it, so that no log sees it in the clear. The caller frees; NULL with err. */
char *postgres_password(struct postgres *postgres, const char *role, const char *password, struct err *err);
/* Quoted for SQL. The caller frees. */
char *postgres_quote_name(struct postgres *postgres, const char *name);
char *postgres_quote_text(struct postgres *postgres, const char *text);

#endif
