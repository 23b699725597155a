/* The newest entries that hold two characters, among 100,000, against a LIKE scan of the same table. */
#include <locale.h>
#include <stdlib.h>

#include "bare.h"
#include "base/crypto.h"
#include "base/err.h"
#include "base/mem.h"
#include "bench.h"
#include "desk/desk.h"
#include "store/search.h"

enum { ROUNDS = 15, PAGE = 50 };

struct searching {
  struct store *store;
  sqlite3 *bare;
  const char *word;
  int expected; /* hits that LIKE found, at most a page */
};

static bool count_hit(void *context, const struct record *record)
{
  (void)record;
  ++*(int *)context;
  return true;
}

static double search_ours(void *context)
{
  struct searching *searching = context;
  struct err err = ERR_INIT;
  int hits = 0;
  double begun = bench_seconds();
  if (search_read(searching->store, searching->word, store_kind(searching->store, "entry"), false, PAGE, count_hit, &hits, &err) != 0)
    bench_fail("%s", err.text);
  double seconds = bench_seconds() - begun;
  if (hits != searching->expected) bench_fail("%s: %d hits, LIKE has %d", searching->word, hits, searching->expected);
  return seconds * 1e3;
}

static double search_bare(void *context)
{
  struct searching *searching = context;
  char *pattern = mem_printf("%%%s%%", searching->word);
  sqlite3_stmt *scan = bare_prepare(searching->bare, "SELECT id FROM k_entry WHERE text LIKE ? AND voided IS NULL");
  int hits = 0;
  double begun = bench_seconds();
  sqlite3_bind_text(scan, 1, pattern, -1, SQLITE_STATIC);
  while (sqlite3_step(scan) == SQLITE_ROW) hits++;
  double seconds = bench_seconds() - begun;
  sqlite3_finalize(scan);
  free(pattern);
  searching->expected = hits < PAGE ? hits : PAGE;
  return seconds * 1e3;
}

int main(void)
{
  static const char *const words[] = { "山洪", "裂缝", "铁索" }; /* in one entry of twenty, of ten, of a thousand */
  struct searching searching = { 0 };
  struct err err = ERR_INIT;
  char *entries = bench_path("entries.db");
  bool met = true;
  setlocale(LC_ALL, "C.UTF-8");
  if (crypto_start(&err) != 0 || store_open(&searching.store, entries, desk_kinds(), &err) != 0) bench_fail("%s", err.text);
  searching.bare = bare_open(entries);
  for (size_t word = 0; word < sizeof(words) / sizeof(words[0]); word++) {
    char *what = mem_printf("search of %s in the entries", words[word]);
    searching.word = words[word];
    met &= bench_compare(what, search_ours, search_bare, &searching, ROUNDS, "ms", 0.3);
    free(what);
  }
  sqlite3_close(searching.bare);
  store_close(searching.store);
  free(entries);
  return met ? 0 : 1;
}
