/* A ledger of households from a CSV file, against SQLite alone writing the rows that come of it: the ledger's, and those of the journal
 * that hold its personal part. */
#include <inttypes.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

#include "bare.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/crypto.h"
#include "base/err.h"
#include "bench.h"
#include "desk/duties.h"
#include "desk/setup.h"
#include "ten_years.h"

enum { ROWS = 100000, ROUNDS = 3 };

struct importing {
  struct config *config;
  struct buf csv;
  char *path, *bare;
  int64_t rows;
};

static void write_csv(struct importing *importing)
{
  uint64_t seed = 11;
  buf_adds(&importing->csv, "code,area,head,phone,address,members,house,at_risk,guardian,guardian_phone,note\r\n");
  for (int64_t row = 0; row < importing->rows; row++) {
    unsigned number = (unsigned)ten_years_random(&seed) % 100000;
    char text[TEN_YEARS_TEXT];
    buf_addf(&importing->csv,
             "%" PRId64 "组%05" PRId64 "号,110228104%03d,%02u号户,000000%05u,石桥村%u组%05u号,%u,brick,%s,包保人%u,000001%05u,%s\r\n",
             row % 20 + 1, row, 201 + (int)(row % 20), number % 99, number, number % 20, number, number % 7 + 1, number % 3 ? "否" : "是",
             number % 50, number, number % 8 ? "" : ten_years_text(&seed, text));
  }
}

static void tell(void *context, const char *line)
{
  if ((*(int *)context)++ < 3) fprintf(stderr, "bench_import: %s\n", line);
}

static double import_ours(void *context)
{
  struct importing *importing = context;
  struct desk desk;
  struct err err = ERR_INIT;
  struct duty_import counts;
  int told = 0;
  bench_remove(importing->path);
  if (setup_init(importing->path, TEN_YEARS_AREA, "示范镇", 'A', false, &err) != 0 ||
      desk_open(&desk, importing->path, importing->config, &err) != 0)
    bench_fail("%s", err.text);
  double begun = bench_seconds();
  if (duty_import_csv(&desk, &household_duty, buf_text(&importing->csv), importing->csv.length, false, &counts, tell, NULL, &told, &err) !=
      0)
    bench_fail("%s", err.text);
  double seconds = bench_seconds() - begun;
  if (counts.made != importing->rows) bench_fail("%d rows of %" PRId64, counts.made, importing->rows);
  desk_close(&desk);
  return seconds;
}

/* Of the database that was imported before. */
static double import_bare(void *context)
{
  struct importing *importing = context;
  bench_remove(importing->bare);
  sqlite3 *bare = bare_open(importing->bare);
  double seconds = bare_copy(importing->path, bare, "name IN ('k_household', 'op', 'private')", true);
  sqlite3_close(bare);
  return seconds;
}

int main(void)
{
  static const char *const no_files[] = { NULL };
  struct importing importing = {
    .csv = BUF_INIT, .path = bench_path("import.db"), .bare = bench_path("bare.db"), .rows = bench_operations(ROWS)
  };
  struct err err = ERR_INIT;
  setlocale(LC_ALL, "C.UTF-8");
  if (crypto_start(&err) != 0 || clock_set_zone("Asia/Shanghai", &err) != 0 || config_load(&importing.config, no_files, &err) != 0)
    bench_fail("%s", err.text);
  write_csv(&importing);
  import_ours(&importing);
  bool met = bench_compare("CSV import of 100,000 rows", import_ours, import_bare, &importing, ROUNDS, "s", 4);
  bench_remove(importing.path);
  bench_remove(importing.bare);
  config_free(importing.config);
  buf_free(&importing.csv);
  free(importing.path);
  free(importing.bare);
  return met ? 0 : 1;
}
