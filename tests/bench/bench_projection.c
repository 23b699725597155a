/* The projection of a station of years, made again: against SQLite alone writing the same rows, and against raw FTS5 fed the same pairs.
 * And what all of it takes on disk. */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "bare.h"
#include "base/buf.h"
#include "base/crypto.h"
#include "base/err.h"
#include "base/mem.h"
#include "bench.h"
#include "desk/desk.h"
#include "store/inside.h"
#include "store/upkeep.h"

#define PROJECTION "(name LIKE 'k\\_%' ESCAPE '\\' OR name IN ('touch', 'conflict', 'oddity'))"
#define FTS5 "CREATE VIRTUAL TABLE search USING fts5(pairs, content='', detail=none, tokenize='unicode61 remove_diacritics 0')"

struct projection {
  struct store *store;
  char *path, *bare;
};

static sqlite3 *bare_new(const struct projection *projection)
{
  bench_remove(projection->bare);
  return bare_open(projection->bare);
}

static double rebuild_ours(void *context)
{
  struct projection *projection = context;
  struct err err = ERR_INIT;
  double begun = bench_seconds();
  if (verify_rebuild(projection->store, false, NULL, &err) != 0) bench_fail("%s", err.text);
  return bench_seconds() - begun;
}

static double rebuild_bare(void *context)
{
  struct projection *projection = context;
  sqlite3 *bare = bare_new(projection);
  double seconds = bare_copy(projection->path, bare, PROJECTION, true);
  sqlite3_close(bare);
  return seconds;
}

static double index_ours(void *context)
{
  struct projection *projection = context;
  struct err err = ERR_INIT;
  double begun = bench_seconds();
  if (sql_begin(projection->store->sql, &err) != 0 || search_build_all(projection->store, NULL, &err) != 0 ||
      sql_commit(projection->store->sql, &err) != 0)
    bench_fail("%s", err.text);
  return bench_seconds() - begun;
}

/* Fed by the store's own cutting, whose time does not count here. */
static double index_bare(void *context)
{
  struct projection *projection = context;
  sqlite3 *bare = bare_new(projection);
  double begun = bench_seconds(), seconds;
  struct buf pairs = BUF_INIT;
  bare_run(bare, "BEGIN IMMEDIATE; " FTS5);
  sqlite3_stmt *insert = bare_prepare(bare, "INSERT INTO search(rowid, pairs) VALUES(?, ?)");
  seconds = bench_seconds() - begun;
  for (int kind = 0; projection->store->kinds[kind]; kind++) {
    struct query *query = sql_query(projection->store->sql, table_select(projection->store, projection->store->kinds[kind]));
    while (query_next(query, NULL) == 1) {
      struct record record;
      table_row(projection->store, projection->store->kinds[kind], query, &record);
      search_pairs(&record, &pairs);
      begun = bench_seconds();
      sqlite3_bind_int64(insert, 1, record.id);
      sqlite3_bind_text(insert, 2, buf_text(&pairs), (int)pairs.length, SQLITE_STATIC);
      if (pairs.length > 0 && sqlite3_step(insert) != SQLITE_DONE) bench_fail("%s", sqlite3_errmsg(bare));
      sqlite3_reset(insert);
      seconds += bench_seconds() - begun;
      record_free(&record);
    }
    query_close(query);
  }
  begun = bench_seconds();
  bare_run(bare, "COMMIT");
  sqlite3_finalize(insert);
  sqlite3_close(bare);
  buf_free(&pairs);
  return seconds + bench_seconds() - begun;
}

static double megabytes(const char *path)
{
  struct stat info;
  if (stat(path, &info) != 0) bench_fail("%s is not there", path);
  return (double)info.st_size / 1e6;
}

/* As the station grew, before any rebuild left free pages; the reference is packed tight, its rows without indexes. */
static bool size_row(struct projection *projection)
{
  double ours = megabytes(projection->path);
  index_bare(projection);
  sqlite3 *bare = bare_open(projection->bare);
  bare_copy(projection->path, bare, "name LIKE 'k\\_%' ESCAPE '\\'", false);
  char *sql = mem_printf("ATTACH '%s' AS station; CREATE TABLE body(id INTEGER PRIMARY KEY, body BLOB); INSERT INTO body SELECT id, body "
                         "FROM station.op; DETACH station",
                         projection->path);
  bare_run(bare, sql);
  free(sql);
  sqlite3_close(bare);
  return bench_row("database size", ours, megabytes(projection->bare), "MB", 1.5);
}

int main(void)
{
  struct projection projection = { .path = bench_path("station.db"), .bare = bench_path("bare.db") };
  struct err err = ERR_INIT;
  setlocale(LC_ALL, "C.UTF-8");
  if (crypto_start(&err) != 0 || store_open(&projection.store, projection.path, desk_kinds(), &err) != 0) bench_fail("%s", err.text);
  int rounds = bench_operations(1000000) > 300000 ? 3 : 5;
  bool met = size_row(&projection);
  met &= bench_compare("rebuild, search index apart", rebuild_ours, rebuild_bare, &projection, rounds, "s", 4);
  met &= bench_compare("search index rebuild", index_ours, index_bare, &projection, rounds, "s", 1.5);
  store_close(projection.store);
  bench_remove(projection.bare);
  free(projection.path);
  free(projection.bare);
  return met ? 0 : 1;
}
