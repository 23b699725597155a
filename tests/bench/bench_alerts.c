/* 10,000 alerts, a file each and in one feed, against libxml2 parsing the same bytes and SQLite alone writing the rows that come of
 * them, in as many transactions. */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <libxml/parser.h>

#include "bare.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/crypto.h"
#include "base/err.h"
#include "base/mem.h"
#include "bench.h"
#include "desk/action.h"
#include "desk/setup.h"
#include "desk/warning.h"
#include "ten_years.h"

enum { ALERTS = 10000 };

struct alerts {
  struct config *config;
  char *directory, *feed, *path, *bare;
  int count;
  bool as_feed;
};

/* --- what comes in -------------------------------------------------------------------------------------------------------------------- */

/* Four of five begin a warning, the fifth updates the one before it. */
static void alert_write(struct buf *out, int number, int64_t now, uint64_t *seed)
{
  static const char *const colours[] = { "BLUE", "YELLOW", "ORANGE", "RED" }, *const severities[] = { "Minor", "Moderate", "Severe",
                                                                                                      "Extreme" };
  char sent[CLOCK_TEXT], before[CLOCK_TEXT], ends[CLOCK_TEXT], text[TEN_YEARS_TEXT], more[TEN_YEARS_TEXT];
  int colour = number / 5 % 4;
  bool updates = number % 5 == 4;
  int64_t at = now - (int64_t)(ALERTS - number) * 5 * CLOCK_MINUTE;
  clock_text(sent, at, CLOCK_ISO);
  clock_text(before, at - 5 * CLOCK_MINUTE, CLOCK_ISO);
  clock_text(ends, at + 12 * CLOCK_HOUR, CLOCK_ISO);
  buf_addf(
    out,
    "<alert xmlns=\"urn:oasis:names:tc:emergency:cap:1.2\">\n<identifier>BENCH-%05d</identifier>\n<sender>qxt@example.invalid</sender>\n"
    "<sent>%s</sent>\n<status>Actual</status>\n<msgType>%s</msgType>\n<scope>Public</scope>\n",
    number, sent, updates ? "Update" : "Alert");
  if (updates) buf_addf(out, "<references>qxt@example.invalid,BENCH-%05d,%s</references>\n", number - 1, before);
  buf_addf(out,
           "<info>\n<language>zh-CN</language>\n<category>Met</category>\n<event>暴雨</event>\n<urgency>Expected</urgency>\n<severity>%s</"
           "severity>\n"
           "<certainty>Likely</certainty>\n<effective>%s</effective>\n<expires>%s</expires>\n<senderName>某县气象台</senderName>\n"
           "<headline>某县气象台发布暴雨预警</headline>\n",
           severities[colour], sent, ends);
  ten_years_text(seed, text);
  buf_addf(out, "<description>预计未来三小时，%s。%s</description>\n<instruction>%s</instruction>\n", text, ten_years_text(seed, more),
           text);
  buf_addf(out,
           "<parameter>\n<valueName>colour</valueName>\n<value>%s</value>\n</parameter>\n<area>\n<areaDesc>某县</areaDesc>\n<geocode>\n"
           "<valueName>areaCode</valueName>\n<value>110228000000</value>\n</geocode>\n</area>\n</info>\n</alert>\n",
           colours[colour]);
}

static char *file_of(const struct alerts *alerts, int number)
{
  return mem_printf("%s/%05d.xml", alerts->directory, number);
}

static void write_file(const char *path, const struct buf *text)
{
  FILE *file = fopen(path, "w");
  if (!file || fwrite(text->data, 1, text->length, file) != text->length || fclose(file) != 0) bench_fail("%s cannot be written", path);
}

static void write_alerts(const struct alerts *alerts)
{
  static const char head[] = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  struct buf one = BUF_INIT, all = BUF_INIT;
  int64_t now = clock_now();
  uint64_t seed = 17;
  mkdir(alerts->directory, 0700);
  buf_addf(&all, "%s<alerts>\n", head);
  for (int number = 0; number < alerts->count; number++) {
    buf_clear(&one);
    buf_adds(&one, head);
    alert_write(&one, number, now, &seed);
    buf_add(&all, one.data + sizeof(head) - 1, one.length - (sizeof(head) - 1));
    char *path = file_of(alerts, number);
    write_file(path, &one);
    free(path);
  }
  buf_adds(&all, "</alerts>\n");
  write_file(alerts->feed, &all);
  buf_free(&one);
  buf_free(&all);
}

/* --- ours ----------------------------------------------------------------------------------------------------------------------------- */

static void import_file(struct desk *desk, const char *path, long *taken)
{
  struct warning_imported imported = { 0 };
  struct outcome outcome = { 0 };
  struct err err = ERR_INIT;
  if (warning_import_file(desk, path, &imported, &outcome, &err) < 0) bench_fail("%s: %s", path, err.text);
  *taken += imported.made + imported.followed;
  outcome_free(&outcome);
}

static double import_ours(void *context)
{
  struct alerts *alerts = context;
  struct desk desk;
  struct err err = ERR_INIT;
  long taken = 0;
  bench_remove(alerts->path);
  if (setup_init(alerts->path, TEN_YEARS_AREA, "示范镇", 'A', false, &err) != 0 ||
      desk_open(&desk, alerts->path, alerts->config, &err) != 0)
    bench_fail("%s", err.text);
  double begun = bench_seconds();
  if (alerts->as_feed) import_file(&desk, alerts->feed, &taken);
  for (int number = 0; !alerts->as_feed && number < alerts->count; number++) {
    char *path = file_of(alerts, number);
    import_file(&desk, path, &taken);
    free(path);
  }
  double seconds = bench_seconds() - begun;
  if (taken != alerts->count) bench_fail("%ld alerts of %d", taken, alerts->count);
  desk_close(&desk);
  return seconds;
}

/* --- the reference -------------------------------------------------------------------------------------------------------------------- */

static void parse(const char *path)
{
  xmlDoc *document = xmlReadFile(path, NULL, XML_PARSE_NONET | XML_PARSE_NOERROR);
  if (!document) bench_fail("%s is no XML", path);
  xmlFreeDoc(document);
}

static double parse_bare(const struct alerts *alerts)
{
  double begun = bench_seconds();
  if (alerts->as_feed) parse(alerts->feed);
  for (int number = 0; !alerts->as_feed && number < alerts->count; number++) {
    char *path = file_of(alerts, number);
    parse(path);
    free(path);
  }
  return bench_seconds() - begun;
}

static const char written[] = "name IN ('op', 'private', 'keyed', 'touch', 'arrival', 'k_warning', 'k_warning_message')";

/* The import's own operations, one to a transaction: related alerts of a feed do not share one. */
static int transactions(const struct alerts *alerts)
{
  sqlite3 *station = bare_open(alerts->path);
  sqlite3_stmt *count = bare_prepare(station, "SELECT count(*) FROM op WHERE action = 'warning.import'");
  int made = sqlite3_step(count) == SQLITE_ROW ? sqlite3_column_int(count, 0) : 0;
  sqlite3_finalize(count);
  sqlite3_close(station);
  return made > 0 ? made : 1;
}

/* Of the database that was imported before. */
static double import_bare(void *context)
{
  struct alerts *alerts = context;
  double seconds = parse_bare(alerts);
  bench_remove(alerts->bare);
  sqlite3 *bare = bare_open(alerts->bare);
  seconds += bare_copy_in(alerts->path, bare, written, true, transactions(alerts));
  sqlite3_close(bare);
  return seconds;
}

/* --- both ----------------------------------------------------------------------------------------------------------------------------- */

static void remove_alerts(const struct alerts *alerts)
{
  for (int number = 0; number < alerts->count; number++) {
    char *path = file_of(alerts, number);
    unlink(path);
    free(path);
  }
  rmdir(alerts->directory);
  unlink(alerts->feed);
}

int main(void)
{
  static const char *const no_files[] = { NULL };
  struct alerts alerts = { .directory = bench_path("alerts"),
                           .feed = bench_path("feed.xml"),
                           .path = bench_path("alerts.db"),
                           .bare = bench_path("bare.db"),
                           .count = (int)bench_operations(ALERTS) };
  struct err err = ERR_INIT;
  setlocale(LC_ALL, "C.UTF-8");
  if (crypto_start(&err) != 0 || clock_set_zone("Asia/Shanghai", &err) != 0 || config_load(&alerts.config, no_files, &err) != 0)
    bench_fail("%s", err.text);
  write_alerts(&alerts);
  import_ours(&alerts);
  bool met = bench_compare("import of 10,000 alerts, a file each", import_ours, import_bare, &alerts, 3, "s", 3);
  alerts.as_feed = true;
  import_ours(&alerts);
  met &= bench_compare("import of 10,000 alerts in one feed", import_ours, import_bare, &alerts, 3, "s", 3);
  remove_alerts(&alerts);
  bench_remove(alerts.path);
  bench_remove(alerts.bare);
  config_free(alerts.config);
  free(alerts.directory);
  free(alerts.feed);
  free(alerts.path);
  free(alerts.bare);
  return met ? 0 : 1;
}
