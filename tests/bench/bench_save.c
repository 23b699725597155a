/* A log entry durably saved as the screen saves it, against one bare INSERT of the operation's own bytes: both wait for the disk each
 * time. */
#include <locale.h>
#include <stdlib.h>

#include "bare.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/crypto.h"
#include "base/err.h"
#include "bench.h"
#include "desk/action.h"
#include "store/query.h"
#include "ten_years.h"

enum { ENTRIES = 100, ROUNDS = 15 };

struct saving {
  struct desk desk;
  sqlite3 *station, *bare;
  uint64_t seed;
};

static void save(struct saving *saving, const struct action *action)
{
  struct values arguments;
  struct outcome outcome = { 0 };
  struct err err = ERR_INIT;
  char text[TEN_YEARS_TEXT];
  values_start(&arguments, action->arguments);
  values_set_text(&arguments, "text", ten_years_text(&saving->seed, text));
  if (action_run(&saving->desk, action, 0, &arguments, &outcome, &err) != 0) bench_fail("%s", err.text);
  outcome_free(&outcome);
  values_free(&arguments);
}

static double save_ours(void *context)
{
  const struct action *action = action_find(desk_action_tables, "entry.add");
  double begun = bench_seconds();
  for (int entry = 0; entry < ENTRIES; entry++) save(context, action);
  return (bench_seconds() - begun) * 1e3 / ENTRIES;
}

/* The operations that the desk saved just before, so that the bytes are the same. */
static double save_bare(void *context)
{
  struct saving *saving = context;
  sqlite3_stmt *row =
    bare_prepare(saving->station, "SELECT at, actor, action, body, hash FROM op WHERE action = 'entry.add' ORDER BY id DESC LIMIT ?");
  sqlite3_stmt *insert = bare_prepare(saving->bare, "INSERT INTO op(at, actor, action, body, hash) VALUES(?, ?, ?, ?, ?)");
  double seconds = 0;
  sqlite3_bind_int(row, 1, ENTRIES);
  while (sqlite3_step(row) == SQLITE_ROW) {
    double begun = bench_seconds();
    for (int column = 0; column < 5; column++) sqlite3_bind_value(insert, column + 1, sqlite3_column_value(row, column));
    if (sqlite3_step(insert) != SQLITE_DONE) bench_fail("%s", sqlite3_errmsg(saving->bare));
    sqlite3_reset(insert);
    seconds += bench_seconds() - begun;
  }
  sqlite3_finalize(insert);
  sqlite3_finalize(row);
  return seconds * 1e3 / ENTRIES;
}

int main(void)
{
  static const char *const no_files[] = { NULL };
  struct saving saving = { .seed = 7 };
  struct config *config;
  struct err err = ERR_INIT;
  char *station = bench_path("entries.db"), *bare = bench_path("bare.db");
  setlocale(LC_ALL, "C.UTF-8");
  if (crypto_start(&err) != 0 || clock_set_zone("Asia/Shanghai", &err) != 0 || config_load(&config, no_files, &err) != 0 ||
      desk_open(&saving.desk, station, config, &err) != 0)
    bench_fail("%s", err.text);
  saving.desk.officer = query_single(saving.desk.store, "SELECT min(id) FROM k_officer", 0, 0);
  saving.bare = bare_open(bare);
  saving.station = bare_open(station);
  bare_run(saving.bare, "CREATE TABLE op(id INTEGER PRIMARY KEY, at INTEGER, actor INTEGER, action TEXT, body BLOB, hash BLOB)");
  bool met = bench_compare("log entry, durably saved", save_ours, save_bare, &saving, ROUNDS, "ms", 2);
  sqlite3_close(saving.bare);
  sqlite3_close(saving.station);
  desk_close(&saving.desk);
  config_free(config);
  bench_remove(bare);
  free(station);
  free(bare);
  return met ? 0 : 1;
}
