#include "bare.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "bench.h"

sqlite3 *bare_open(const char *path)
{
  sqlite3 *database;
  if (sqlite3_open_v2(path, &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
    bench_fail("%s cannot be opened", path);
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
  char *sql = mem_printf(
    "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND tbl_name IN (SELECT name FROM sqlite_schema WHERE type = 'table' AND %s) "
    "AND (type = 'table' OR (%d AND type = 'index')) ORDER BY type DESC",
    where, indexes);
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

struct copying { /* of one table */
  sqlite3_stmt *row, *insert;
  int64_t rows, done;
};

static struct copying copying_start(sqlite3 *from, sqlite3 *to, const char *table)
{
  struct copying copying;
  char *sql = mem_printf("SELECT count(*) FROM \"%s\"", table);
  sqlite3_stmt *count = bare_prepare(from, sql);
  copying.rows = sqlite3_step(count) == SQLITE_ROW ? sqlite3_column_int64(count, 0) : 0;
  copying.done = 0;
  sqlite3_finalize(count);
  free(sql);
  sql = mem_printf("SELECT * FROM \"%s\"", table);
  copying.row = bare_prepare(from, sql);
  copying.insert = prepare_insert(to, table, sqlite3_column_count(copying.row));
  free(sql);
  return copying;
}

/* Up to the `until`th row. */
static double copying_go_on(struct copying *copying, int64_t until, sqlite3 *to)
{
  double seconds = 0;
  for (; copying->done < until && sqlite3_step(copying->row) == SQLITE_ROW; copying->done++) {
    double begun = bench_seconds();
    for (int column = 0; column < sqlite3_column_count(copying->row); column++)
      sqlite3_bind_value(copying->insert, column + 1, sqlite3_column_value(copying->row, column));
    if (sqlite3_step(copying->insert) != SQLITE_DONE) bench_fail("%s", sqlite3_errmsg(to));
    sqlite3_reset(copying->insert);
    seconds += bench_seconds() - begun;
  }
  return seconds;
}

static double run_timed(sqlite3 *to, const char *sql)
{
  double begun = bench_seconds();
  bare_run(to, sql);
  return bench_seconds() - begun;
}

double bare_copy_in(const char *from, sqlite3 *to, const char *where, bool indexes, int transactions)
{
  enum { TABLES = 256 };
  struct copying tables[TABLES];
  int count = 0;
  sqlite3 *source = bare_open(from);
  double begun = bench_seconds();
  bare_run(to, "BEGIN IMMEDIATE");
  make_like(source, to, where, indexes);
  double seconds = bench_seconds() - begun;
  char *sql = mem_printf("SELECT name FROM sqlite_schema WHERE type = 'table' AND %s", where);
  sqlite3_stmt *table = bare_prepare(source, sql);
  while (count < TABLES && sqlite3_step(table) == SQLITE_ROW)
    tables[count++] = copying_start(source, to, (const char *)sqlite3_column_text(table, 0));
  sqlite3_finalize(table);
  free(sql);
  for (int transaction = 1; transaction <= transactions; transaction++) {
    if (transaction > 1) seconds += run_timed(to, "BEGIN IMMEDIATE");
    for (int index = 0; index < count; index++)
      seconds += copying_go_on(&tables[index], tables[index].rows * transaction / transactions, to);
    seconds += run_timed(to, "COMMIT");
  }
  for (int index = 0; index < count; index++) {
    sqlite3_finalize(tables[index].row);
    sqlite3_finalize(tables[index].insert);
  }
  sqlite3_close(source);
  return seconds;
}

double bare_copy(const char *from, sqlite3 *to, const char *where, bool indexes)
{
  return bare_copy_in(from, to, where, indexes, 1);
}
