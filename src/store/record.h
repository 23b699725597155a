/* Records as they stand now: reading one, listing many, naming them, reading and writing single values. */
#ifndef STORE_RECORD_H
#define STORE_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/json.h"
#include "store/store.h"
#include "store/values.h"

struct buf;

struct record {
  const struct kind *kind;
  record_id id;
  struct values values; /* common fields first */
  op_id changed;        /* the latest operation that touched it */
  bool has_conflict;
  char *title; /* record_title keeps here what it had to put together */
};

/* Reads a record. 1: read, 0: there is none of that kind under that id, -1: error. record_free it if 1. */
int record_read(struct store *store, const struct kind *kind, record_id id, struct record *record, struct err *err);
void record_free(struct record *record); /* also of a zeroed one */

const char *record_text(const struct record *record, const char *field); /* NULL if empty */
int64_t record_number(const struct record *record, const char *field, int64_t otherwise);
bool record_is_void(const struct record *record);
/* What to call it: title field, else number, else kind and id; never NULL; belongs to the record. */
const char *record_title(const struct record *record);

int64_t record_made_at(struct store *store, const struct record *record); /* recorded-at: clock of the node that made it */
int64_t record_area(struct store *store, record_id id);                   /* its scope */
enum lane record_lane(struct store *store, record_id id);

/* Full names, the same on every node (doc/JOURNAL.md): "NODE/AREA/LANE/SEQ/PLACE" or "=HASH". Appends to out. */
void record_name(struct store *store, record_id id, struct buf *out);
record_id record_from_name(struct store *store, const char *name); /* 0 if it is not held here or malformed */

/* Finds the record that a person means by `typed`: full name, short number (W-26-B031, also 031 of this year and node), a keyed kind's
 * key, or a title that matches exactly, else by its beginning. Of several with that very number, key or title the one in this station's own
 * area is meant: a superior holds those of all stations below. kind NULL: of any kind, by full name or number. None or several: 0 with the
 * candidates in the message (ids of keyed records are negative, so never test for < 0). Void ones only by name or number. */
record_id record_find(struct store *store, const struct kind *kind, const char *typed, struct err *err);

/* --- lists ------------------------------------------------------------------------------------------------------------- */

enum list_test { LIST_EQUAL, LIST_LEAST, LIST_MOST, LIST_CONTAINS, LIST_EMPTY, LIST_FILLED };
struct list_filter {
  const char *field;
  enum list_test test;
  struct value value;
};
struct list_query {
  const struct kind *kind;
  const struct list_filter *filters;
  int filter_count;
  bool with_void;
  record_id after; /* go on after this record in list order; 0: from the start */
  bool backwards;  /* from `after` (or the end) towards the start; rows still come nearest first */
  int limit;       /* 0: all */
};
/* Calls row() for each in list order (kind's order, then id). The record is the list's: copy what you keep. row() returns false to stop. */
int list_read(struct store *store, const struct list_query *query, bool (*row)(void *context, const struct record *record), void *context,
              struct err *err);

/* --- single values -------------------------------------------------------------------------------------------------------- */

/* Reads what a person typed (or a file holds) into value, checking type, range, choice, reference. Empty text empties it. Folds full-width
 * digits where the type is not prose. `near` is the instant that bare times are near to. Does not check FIELD_REQUIRED. */
int value_read(struct store *store, const struct field *field, const char *typed, int64_t near, struct value *value, struct err *err);
/* Appends the value for people: translated choice, local time, title of the record referred to. Nothing for an empty one. */
void value_show(struct store *store, const struct field *field, const struct value *value, struct buf *out);
/* Appends the value as value_read reads it back in any language: choice name, ISO time, number or full name of a record (CSV, forms). */
void value_write(struct store *store, const struct field *field, const struct value *value, struct buf *out);
/* For --json: number, string or null. The caller drops it. */
json *value_json(struct store *store, const struct field *field, const struct value *value);
json *record_json(struct store *store, const struct record *record, bool with_personal);

#endif
