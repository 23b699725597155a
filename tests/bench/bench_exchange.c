/* Bytes on the wire, both ways, greetings, signatures and receipts included: the first exchange of 10,000 small records against zstd -3
 * and rsync -z of their bare content (clock and body of each operation, a line each); one more over an open line against git push of a
 * line more; a hundred more against rsync -z. */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/child.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/crypto.h"
#include "base/err.h"
#include "base/mem.h"
#include "bench.h"
#include "desk/duties.h"
#include "desk/setup.h"
#include "desk/trust.h"
#include "store/act.h"
#include "store/query.h"
#include "sync/exchange.h"
#include "ten_years.h"

enum { FIRST = 10000, MORE = 100, LIMIT = 1 << 20 };

static struct desk station(const char *name, const char *area, struct config *config)
{
  struct desk desk = { 0 };
  struct err err = ERR_INIT;
  char *path = bench_path(name);
  bench_remove(path);
  if (setup_init(path, area, name, 'A', false, &err) != 0 || desk_open(&desk, path, config, &err) != 0) bench_fail("%s", err.text);
  free(path);
  return desk;
}

static void enrol(struct desk *town, struct desk *village)
{
  struct identity above, below;
  struct err err = ERR_INIT;
  if (identity_read(town->store, &above, &err) != 0 || identity_read(village->store, &below, &err) != 0 ||
      node_issue(town, "node.enrol", below.public_key, store_area(village->store), 'A', "村", &err) != 0 ||
      trust_pin(village, above.public_key, store_area(town->store), 'A', "镇", &err) != 0)
    bench_fail("%s", err.text);
}

/* Small records as a station makes them, and the same as lines of text. */
static void write_records(struct desk *desk, int count, uint64_t *seed, const char *content)
{
  FILE *file = fopen(content, "a");
  struct err err = ERR_INIT;
  char text[TEN_YEARS_TEXT], phone[24];
  for (int i = 0; i < count; i++) {
    struct act *act = act_begin(desk->store, "contact.add", 0, &err);
    struct change *change = act ? act_new(act, &contact_kind, 0, LANE_UP) : NULL;
    if (!act) bench_fail("%s", err.text);
    int64_t at = act_at(act);
    snprintf(phone, sizeof(phone), "0000%07u", (unsigned)(*seed >> 33) % 10000000);
    ten_years_text(seed, text);
    change_set_text(change, "name", text);
    change_set_text(change, "sort", "village");
    change_set_text(change, "phone", phone);
    fprintf(file, "%lld\t%s\tvillage\t%s\n", (long long)at, text, phone);
    if (act_commit(act, &err) != 0) bench_fail("%s", err.text);
  }
  fclose(file);
}

/* --- our side ------------------------------------------------------------------------------------------------------------------------- */

struct line {
  struct exchange *ends[2];
  int64_t bytes;
};

static void line_carry(struct line *line)
{
  struct err err = ERR_INIT;
  struct buf out = BUF_INIT;
  for (bool any = true; any;) {
    any = false;
    for (int side = 0; side < 2; side++) {
      int more = exchange_work(line->ends[side], &err);
      buf_clear(&out);
      bool gave = exchange_give(line->ends[side], &out, 1 << 16);
      if (more < 0 || (gave && exchange_feed(line->ends[1 - side], out.data, out.length, &err) != 0)) bench_fail("%s", err.text);
      line->bytes += (int64_t)out.length;
      any |= gave || more > 0;
    }
  }
  buf_free(&out);
}

static int64_t line_more(struct line *line)
{
  int64_t before = line->bytes;
  exchange_wake(line->ends[0]);
  line_carry(line);
  return line->bytes - before;
}

/* --- references ----------------------------------------------------------------------------------------------------------------------- */

static double number_of(const char *script)
{
  struct buf out = BUF_INIT, errors = BUF_INIT;
  struct err err = ERR_INIT;
  const char *argv[] = { "sh", "-ec", script, NULL };
  int status = child_run(argv, "", 0, 60000, &out, &errors, LIMIT, &err);
  double number = status == 0 ? atof(buf_text(&out)) : -1;
  if (number <= 0) bench_fail("%s: %s %s", script, buf_text(&errors), err.text);
  buf_free(&out);
  buf_free(&errors);
  return number;
}

static double reference(const char *format, const char *one, const char *other)
{
  char *script = mem_printf(format, one, other);
  double number = number_of(script);
  free(script);
  return number;
}

#define RSYNC "rsync -z --no-whole-file --stats '%s' '%s' | tr -d , | awk '/^Total bytes (sent|received):/ { all += $4 } END { print all }'"
#define GIT_START                                                                                                                          \
  "rm -rf '%1$s'; git init -q --bare '%1$s/far'; git init -q '%1$s/near'; cd '%1$s/near'; cp '%2$s' content; git add content; git -c "     \
  "user.name=b -c user.email=b@b commit -qm 1; "                                                                                           \
  "git push -q ../far HEAD:main; echo 1"
/* All bytes of the connection, counted by what stands in ssh's place. */
#define GIT_MORE                                                                                                                           \
  "cd '%1$s/near'; cp '%2$s' content; git add content; git -c user.name=b -c user.email=b@b commit -qm 2; "                                \
  "printf 'tee \"%1$s/up\" | sh -c \"$2\" | tee \"%1$s/down\"\\n' >'%1$s/counter'; "                                                       \
  "GIT_SSH_COMMAND='sh %1$s/counter' git push -q 'near:%1$s/far' HEAD:main; cat '%1$s/up' '%1$s/down' | wc -c"

int main(void)
{
  static const char *const no_files[] = { NULL };
  static const struct exchange_options stays = { .stays = true };
  struct config *config;
  struct err err = ERR_INIT;
  uint64_t seed = 11;
  setlocale(LC_ALL, "C.UTF-8");
  if (crypto_start(&err) != 0 || clock_set_zone("Asia/Shanghai", &err) != 0 || config_load(&config, no_files, &err) != 0)
    bench_fail("%s", err.text);
  char *content = bench_path("content"), *copy = bench_path("copy"), *git = bench_path("git");
  unlink(content);
  unlink(copy);
  struct desk town = station("town.db", "510722103000", config), village = station("village.db", "510722103201", config);
  enrol(&town, &village);
  write_records(&village, FIRST, &seed, content);
  double begun = bench_seconds();
  struct line line = { { exchange_open(&village, &stays, &err), exchange_open(&town, &stays, &err) }, 0 };
  if (!line.ends[0] || !line.ends[1]) bench_fail("%s", err.text);
  line_carry(&line);
  printf("first exchange of %d records took %.2f s\n", FIRST, bench_seconds() - begun);
  if (exchange_state(line.ends[0]) != EXCHANGE_EVEN || query_single(town.store, "SELECT count(*) FROM k_contact", 0, 0) != FIRST)
    bench_fail("not all arrived");
  double first = (double)line.bytes;
  bool met =
    bench_row("first exchange of 10,000 small records, both ways", first, reference("zstd -3 -c '%s' | wc -c", content, ""), "B", 1.2);
  met &= bench_row("the same against rsync -z of the file", first, reference(RSYNC, content, copy), "B", 1);
  reference(GIT_START, git, content);
  write_records(&village, 1, &seed, content);
  double one = (double)line_more(&line);
  met &= bench_row("one more record over an open line, git push", one, reference(GIT_MORE, git, content), "B", 1);
  reference(RSYNC, content, copy);
  write_records(&village, MORE, &seed, content);
  met &= bench_row("a hundred more, rsync -z", (double)line_more(&line), reference(RSYNC, content, copy), "B", 0.35);
  for (int side = 0; side < 2; side++) exchange_close(line.ends[side]);
  desk_close(&town);
  desk_close(&village);
  config_free(config);
  free(content);
  free(copy);
  free(git);
  return met ? 0 : 1;
}
