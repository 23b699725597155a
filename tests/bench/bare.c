#include "bare.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "bench.h"

sqlite3 *bare_open(const char *path)
{
  sqlite3 *database;
  if (sqlite3_open_v2(path, &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK) bench_fail("%s cannot be opened", path);
  bare_run(database, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA temp_store = FILE; PRAGMA cache_size = -4096");
  return database;
}

void bare_run(sqlite3 *database, const char *sql)
{
  char *why = NULL;
  if (sqlite3_exec(database, sql, NULL, NULL, &why) != SQLITE_OK) bench_fail("%s: %s", sql, why);
}

sqlite3_stmt *bare_prepare(sqlite3 *database, const char *sql)
{
  sqlite3_stmt *statement;
  if (sqlite3_prepare_v2(database, sql, -1, &statement, NULL) != SQLITE_OK) bench_fail("%s: %s", sql, sqlite3_errmsg(database));
  return statement;
}

static void make_like(sqlite3 *from, sqlite3 *to, const char *where, bool indexes)
{
  char *sql = mem_printf("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND tbl_name IN (SELECT name FROM sqlite_schema WHERE type = 'table' AND %s) "
                         "AND (type = 'table' OR (%d AND type = 'index')) ORDER BY type DESC", where, indexes);
  sqlite3_stmt *made = bare_prepare(from, sql);
  while (sqlite3_step(made) == SQLITE_ROW) bare_run(to, (const char *)sqlite3_column_text(made, 0));
  sqlite3_finalize(made);
  free(sql);
}

static sqlite3_stmt *prepare_insert(sqlite3 *to, const char *table, int columns)
{
  char *sql = mem_printf("INSERT INTO \"%s\" VALUES(?", table);
  for (int column = 1; column < columns; column++) {
    char *longer = mem_printf("%s, ?", sql);
    free(sql);
    sql = longer;
  }
  char *whole = mem_printf("%s)", sql);
  sqlite3_stmt *insert = bare_prepare(to, whole);
  free(whole);
  free(sql);
  return insert;
}

static double copy_table(sqlite3 *from, sqlite3 *to, const char *table)
{
  char *sql = mem_printf("SELECT * FROM \"%s\"", table);
  sqlite3_stmt *row = bare_prepare(from, sql), *insert = prepare_insert(to, table, sqlite3_column_count(row));
  double seconds = 0;
  while (sqlite3_step(row) == SQLITE_ROW) {
    double begun = bench_seconds();
    for (int column = 0; column < sqlite3_column_count(row); column++) sqlite3_bind_value(insert, column + 1, sqlite3_column_value(row, column));
    if (sqlite3_step(insert) != SQLITE_DONE) bench_fail("%s: %s", table, sqlite3_errmsg(to));
    sqlite3_reset(insert);
    seconds += bench_seconds() - begun;
  }
  sqlite3_finalize(insert);
  sqlite3_finalize(row);
  free(sql);
  return seconds;
}

double bare_copy(const char *from, sqlite3 *to, const char *where, bool indexes)
{
  sqlite3 *source = bare_open(from);
  double begun = bench_seconds();
  bare_run(to, "BEGIN IMMEDIATE");
  make_like(source, to, where, indexes);
  double seconds = bench_seconds() - begun;
  char *sql = mem_printf("SELECT name FROM sqlite_schema WHERE type = 'table' AND %s", where);
  sqlite3_stmt *table = bare_prepare(source, sql);
  while (sqlite3_step(table) == SQLITE_ROW) seconds += copy_table(source, to, (const char *)sqlite3_column_text(table, 0));
  sqlite3_finalize(table);
  free(sql);
  begun = bench_seconds();
  bare_run(to, "COMMIT");
  seconds += bench_seconds() - begun;
  sqlite3_close(source);
  return seconds;
}
