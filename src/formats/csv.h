/* Tables as spreadsheets save them: CSV after RFC 4180, read as Excel and WPS really write it, written so that they open it rightly.
 *
 * What csv_write_row() writes, csv_next() reads back as the very same texts. */
#ifndef FORMATS_CSV_H
#define FORMATS_CSV_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

struct err;

/* To be put in front of a file meant for Excel, which otherwise takes UTF-8 for the old code page. */
#define CSV_BOM "\xEF\xBB\xBF"

struct csv_cell {
  char *text; /* valid UTF-8, ended by NUL, as written: not trimmed; valid until csv_close() */
  size_t length;
  bool quoted;
};

/* A reader. Fields above the line are for callers to read. */
struct csv {
  struct csv_cell *cells; /* of the current row; valid until the next csv_next() */
  size_t count;
  int row;              /* its number in a spreadsheet: the first is 1, empty rows count */
  int line;             /* the line of the file in which it begins, from 1; more than row when cells hold line breaks */
  char separator;       /* ',' ';' or tab */
  const char *encoding; /* what the bytes were: "UTF-8", "GB18030" …; static */
  /* ---- */
  struct buf text;
  size_t at, capacity;
  int next_row, next_line;
};

/* Takes a whole file: UTF-8 with or without BOM, UTF-16 with BOM, or GB18030. The separator is the one that its first line has most of, or
 * what Excel's "sep=;" says. The bytes are copied once, while decoding; cells then point into that copy.
 * Returns 0, or -1 (no known encoding, a NUL byte, larger than base/text.h decodes). csv_close() in either case. */
int csv_open(struct csv *csv, const char *bytes, size_t length, struct err *err);

/* Reads the next row that has anything in it: rows of empty, unquoted cells only are passed over but counted. Line ends may be CR LF, LF
 * or CR. A quotation mark inside a cell that does not begin with one stands for itself, as Excel has it. One leading ' that guards a
 * formula is taken off (see csv_cell). Returns 1, 0 at the end, or -1 with row and column (a quotation mark that is never closed; text
 * behind a closing one; more than 4,096 columns). */
int csv_next(struct csv *csv, struct err *err);

/* The text in a column (from 0) of the current row; "" where the row is too short. */
const char *csv_get(const struct csv *csv, size_t column);

void csv_close(struct csv *csv); /* harmless twice */

/* Fills *err with "row 7, column C: " and the message; returns -1. For callers' own complaints about a cell; column from 0. */
int csv_fail(const struct csv *csv, size_t column, struct err *err, const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Appends one cell (NULL means empty), in quotation marks where needed. A text that a spreadsheet would run as a formula (it begins with
 * = + - @, tab or CR, and is neither a number nor that character alone) gets a ' in front, and so does one that already looks so
 * guarded. */
void csv_cell(struct buf *out, const char *text);
/* Appends a row with commas and CR LF. */
void csv_write_row(struct buf *out, const char *const cells[], size_t count);

/* True for texts like '=1+1: a guard and what it guards. What csv_cell() adds and csv_next() takes off. */
bool csv_is_guarded(const char *text);

#endif
