#include "hubs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/config.h"
#include "base/crypto.h"
#include "base/err.h"
#include "base/mem.h"
#include "bench.h"
#include "desk/duties.h"
#include "desk/trust.h"
#include "store/act.h"
#include "sync/hub_postgres.h"
#include "sync/ways.h"
#include "ten_years.h"

static struct err err = ERR_INIT;

struct config *hubs_start(const char *program)
{
  static const char *const no_files[] = { NULL };
  struct config *config;
  if (!getenv("DUTYDESK_HUB")) {
    char *script = mem_printf("%s/tests/hub/with-server", getenv("abs_top_srcdir") ? getenv("abs_top_srcdir") : ".");
    execlp("sh", "sh", script, realpath(program, NULL), (char *)NULL); /* the script goes to another directory */
    bench_fail("%s cannot be run", script);
  }
  if (crypto_start(&err) != 0 || clock_set_zone("Asia/Shanghai", &err) != 0 || config_load(&config, no_files, &err) != 0)
    bench_fail("%s", err.text);
  return config;
}

char *hubs_url(const char *role, const char *database)
{
  const char *format = getenv("DUTYDESK_HUB"), *mark = strstr(format, "%s");
  return mem_printf("%.*s%s%s&dbname=%s", (int)(mark - format), format, role, mark + 2, database);
}

struct postgres *hubs_connect(const char *role, const char *database)
{
  char *url = hubs_url(role, database);
  struct postgres *postgres = postgres_open(url, &err);
  if (!postgres) bench_fail("%s", err.text);
  free(url);
  return postgres;
}

int64_t hubs_ask(struct postgres *postgres, const char *sql)
{
  struct postgres_rows rows;
  if (postgres_ask(postgres, sql, NULL, 0, &rows, &err) != 0) bench_fail("%s", err.text);
  int64_t number = rows.count ? rows_number(&rows, 0, 0) : 0;
  rows_drop(&rows);
  return number;
}

struct desk hubs_station(const char *name, const char *area, struct config *config)
{
  struct desk desk = { 0 };
  char *path = bench_path(name);
  bench_remove(path);
  if (store_create(path, area, 'A', false, desk_kinds(), &err) != 0 || desk_open(&desk, path, config, &err) != 0)
    bench_fail("%s", err.text);
  free(path);
  return desk;
}

void hubs_contacts(struct desk *desk, int count)
{
  uint64_t seed = 1;
  char text[TEN_YEARS_TEXT];
  for (int number = 0; number < count; number++) {
    struct act *act = act_begin(desk->store, "contact.add", 0, &err);
    struct change *change = act ? act_new(act, &contact_kind, 0, LANE_UP) : NULL;
    if (!act) bench_fail("%s", err.text);
    ten_years_text(&seed, text);
    change_set_text(change, "name", text);
    change_set_text(change, "sort", "village");
    if (act_commit(act, &err) != 0) bench_fail("%s", err.text);
  }
}

double hubs_exchange(struct desk *desk, const char *role)
{
  char *url = hubs_url(role, "hub");
  struct sync_report report = { 0 };
  double start = bench_seconds();
  if (sync_once(desk, url, NULL, &report, &err) != 0 || report.trouble) bench_fail("%s%s", err.text, report.trouble ? report.trouble : "");
  double seconds = bench_seconds() - start;
  sync_report_free(&report);
  free(url);
  return seconds;
}

void hubs_enrol(struct desk *town, struct desk *village)
{
  struct identity below, above;
  if (identity_read(village->store, &below, &err) != 0 || identity_read(town->store, &above, &err) != 0 ||
      node_issue(town, "node.enrol", below.public_key, store_area(village->store), 'A', "village", &err) != 0 ||
      trust_pin(village, above.public_key, store_area(town->store), 'A', "town", &err) != 0)
    bench_fail("%s", err.text);
}
