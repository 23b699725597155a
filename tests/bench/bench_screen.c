/* The screen of a station of years, against a bare ncurses program that draws one list of the same entries. */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "bare.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/crypto.h"
#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "bench.h"
#include "desk/duties.h"
#include "desk/setup.h"
#include "store/act.h"
#include "ten_years.h"
#include "terminal.h"

enum { CALLEES = 5000, STARTS = 9, PRESSES = 18, IDLE_SECONDS = 4, SETTLE_SECONDS = 10 };

struct screens {
  char *ours[4], *bare[3];
};

struct figures { /* medians over the starts */
  double frame, memory, down_bytes, down_last, page_bytes;
};

/* What the desk's log shows on a row: time, sort, text, recorder. */
static void write_list(const char *path, const char *station)
{
  sqlite3 *database = bare_open(station);
  sqlite3_stmt *row = bare_prepare(
    database, "SELECT happened, text, o.name FROM k_entry e LEFT JOIN k_officer o ON o.id = e.recorder ORDER BY happened DESC LIMIT 2000");
  struct buf list = BUF_INIT;
  struct err err = ERR_INIT;
  while (sqlite3_step(row) == SQLITE_ROW) {
    const char *text = (const char *)sqlite3_column_text(row, 1), *name = (const char *)sqlite3_column_text(row, 2);
    char at[CLOCK_TEXT];
    buf_addf(&list, "%s 记录     %.*s  %s\n", clock_text(at, sqlite3_column_int64(row, 0), CLOCK_DATE_TIME),
             (int)text_cut(text, 40, TEXT_NARROW, NULL), text, name);
  }
  sqlite3_finalize(row);
  sqlite3_close(database);
  if (file_replace(path, list.data, list.length, 0600, &err) != 0) bench_fail("%s", err.text);
  buf_free(&list);
}

static double median_of(struct terminal *terminal, const char *key, bool bytes)
{
  double figures[PRESSES];
  for (int press = 0; press < PRESSES; press++) {
    struct answer answer = terminal_key(terminal, key);
    if (answer.bytes == 0) bench_fail("no answer to %s", key);
    figures[press] = bytes ? (double)answer.bytes : answer.last * 1e3;
  }
  return bench_median(figures, PRESSES);
}

/* `opens`: keys from the first screen to the list. */
static struct figures measure(char *const argv[], const char *const opens[])
{
  struct terminal terminal;
  struct figures figures;
  terminal_start(&terminal, argv);
  figures.frame = terminal_first_frame(&terminal).last * 1e3;
  figures.memory = (double)terminal_memory(&terminal) / 1024;
  for (; *opens; opens++) terminal_key(&terminal, *opens);
  figures.down_bytes = median_of(&terminal, "down", true);
  terminal_key(&terminal, "page-down");
  terminal_key(&terminal, "home");
  figures.down_last = median_of(&terminal, "down", false);
  figures.page_bytes = median_of(&terminal, "page-down", true);
  terminal_stop(&terminal);
  return figures;
}

/* --- the call sheet ------------------------------------------------------------------------------------------------------------------- */

static void call_make(struct act *act, int number, int64_t due)
{
  char name[32], phone[16];
  struct values key;
  snprintf(name, sizeof(name), "第%d村值班员", number + 1);
  snprintf(phone, sizeof(phone), "%011d", number + 1);
  values_start_kind(&key, &call_kind);
  values_set_text(&key, "warning", "bench");
  values_set_text(&key, "colour", "red");
  values_set_text(&key, "callee", name);
  struct change *call = act_keyed(act, &call_kind, 0, LANE_UP_URGENT, &key, NULL);
  change_set_text(call, "state", "waiting");
  change_set_text(call, "phone", phone);
  change_set_number(call, "rank", number);
  change_set_number(call, "due", due);
  values_free(&key);
}

static void sheet_make(const char *path)
{
  static const char *const no_files[] = { NULL };
  struct config *config;
  struct desk desk;
  struct err err = ERR_INIT;
  bench_remove(path);
  if (crypto_start(&err) != 0 || config_load(&config, no_files, &err) != 0 ||
      setup_init(path, TEN_YEARS_AREA, "示范镇", 'A', false, &err) != 0 || desk_open(&desk, path, config, &err) != 0)
    bench_fail("%s", err.text);
  struct act *act = act_begin(desk.store, "call.add", 0, &err);
  for (int number = 0; act && number < CALLEES; number++) call_make(act, number, clock_now() - CLOCK_HOUR);
  if (!act || act_commit(act, &err) != 0) bench_fail("%s", err.text);
  desk_close(&desk);
  config_free(config);
}

/* --- all ------------------------------------------------------------------------------------------------------------------------------ */

static bool row(const char *what, struct figures *ours, struct figures *bare, size_t field, const char *unit, double limit)
{
  double mine[STARTS], theirs[STARTS];
  for (int start = 0; start < STARTS; start++) {
    mine[start] = *(double *)((char *)&ours[start] + field);
    theirs[start] = *(double *)((char *)&bare[start] + field);
  }
  return bench_row(what, bench_median(mine, STARTS), bench_median(theirs, STARTS), unit, limit);
}

/* The clock in the top line may move on with the minute: not within these seconds. */
static void wait_for_a_quiet_minute(void)
{
  time_t second = time(NULL) % 60;
  if (second > 60 - IDLE_SECONDS - 3) sleep((unsigned)(62 - second));
}

static bool idle(char *const argv[], const char *const opens[])
{
  struct terminal terminal;
  long wakeups;
  terminal_start(&terminal, argv);
  terminal_first_frame(&terminal);
  for (; *opens; opens++) terminal_key(&terminal, *opens);
  terminal_idle(&terminal, SETTLE_SECONDS,
                &wakeups); /* a start touches the file, and the screen looks a few times whether somebody wrote */
  wait_for_a_quiet_minute();
  terminal_idle(&terminal, 0.2, &wakeups);
  struct answer answer = terminal_idle(&terminal, IDLE_SECONDS, &wakeups);
  terminal_stop(&terminal);
  bool bytes = bench_row("idle: bytes", (double)answer.bytes, 0, "B", 0);
  return bench_row("idle: wake-ups", (double)wakeups, 0, "", 0) && bytes;
}

struct programs {
  char *const *desk, *const *sheet, *const *bare;
};

static bool compare(const struct programs *programs)
{
  static const char *const to_log[] = { "esc", "f3", NULL }, *const to_sheet[] = { "esc", "enter", NULL }, *const nothing[] = { NULL };
  struct figures ours[STARTS], bare[STARTS], sheet[STARTS];
  for (int start = 0; start < STARTS; start++) {
    bare[start] = measure(programs->bare, nothing);
    ours[start] = measure(programs->desk, to_log);
    sheet[start] = measure(programs->sheet, to_sheet);
  }
  bool met = row("first full screen, Chinese", ours, bare, offsetof(struct figures, frame), "ms", 5);
  met &= row("memory at the first screen", ours, bare, offsetof(struct figures, memory), "MiB", 5);
  met &= row("one row down: bytes", ours, bare, offsetof(struct figures, down_bytes), "B", 1.3);
  met &= row("one row down: last byte", ours, bare, offsetof(struct figures, down_last), "ms", 3);
  met &= row("one page down: bytes", ours, bare, offsetof(struct figures, page_bytes), "B", 1.3);
  met &= row("call sheet of 5,000, one row down: bytes", sheet, bare, offsetof(struct figures, down_bytes), "B", 1.3);
  met &= row("call sheet of 5,000, one row down: last byte", sheet, bare, offsetof(struct figures, down_last), "ms", 3);
  met &= row("call sheet of 5,000, one page down: bytes", sheet, bare, offsetof(struct figures, page_bytes), "B", 1.3);
  return met & idle(programs->desk, to_log);
}

int main(int argc, char *argv[])
{
  struct err err = ERR_INIT;
  (void)argc;
  char *directory = file_directory(argv[0]), *list = bench_path("list.txt"), *station = bench_path("station.db"),
       *desk = getenv("DUTYDESK");
  char *bare_list = file_join(directory, "bare_list"), *sheet = bench_path("sheet.db");
  char *const our_argv[] = { desk, (char *)"-d", station, NULL }, *const bare_argv[] = { bare_list, list, NULL };
  char *const sheet_argv[] = { desk, (char *)"-d", sheet, NULL };
  const struct programs programs = { our_argv, sheet_argv, bare_argv };
  if (!desk) bench_fail("DUTYDESK does not name the program");
  if (clock_set_zone("Asia/Shanghai", &err) != 0) bench_fail("%s", err.text);
  write_list(list, station);
  sheet_make(sheet);
  bench_undisturbed();
  bool met = compare(&programs);
  unlink(list);
  bench_remove(sheet);
  free(directory);
  free(bare_list);
  free(list);
  free(sheet);
  free(station);
  return met ? 0 : 1;
}
