/* SQL for the desk's own questions: reading only. Records are written by act.h alone. */
#ifndef STORE_QUERY_H
#define STORE_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;
struct store;
struct query;

/* Prepared once per text and kept; the text is copied. Tables: k_KIND (id, no, voided, replaced_by, changed, fields …), op (id, at,
 * action, actor …), see doc/JOURNAL.md. Functions besides SQLite's: concerns(codes), which is area_concerns of the station's area. An SQL
 * mistake aborts (a programmer's); trouble with the file comes from query_next. */
struct query *query_open(struct store *store, const char *sql);
void query_bind_number(struct query *query, int parameter, int64_t number); /* parameters from 1 */
void query_bind_text(struct query *query, int parameter, const char *text);
int query_next(struct query *query, struct err *err);    /* 1: a row, 0: no more, -1: error */
int64_t query_number(struct query *query, int column);   /* columns from 0; 0 for NULL */
const char *query_text(struct query *query, int column); /* until the next query_ call; NULL for NULL */
bool query_is_null(struct query *query, int column);
void query_close(struct query *query);

/* What is read between these two is of one moment, and the file is locked once instead of for each question. Holds up no writer; a write
 * of this process in between ends it early, as does the first end of several. */
void query_begin_reading(struct store *store);
void query_end_reading(struct store *store);

/* The first column of the first row; `otherwise` if there is no row, it is NULL or the read fails. Up to one parameter. */
int64_t query_single(struct store *store, const char *sql, int64_t parameter, int64_t otherwise);

#endif
