/* The hub: pushing against INSERT … ON CONFLICT of the same rows by the table's owner; pulling and applying against the desk's own
 * rebuild; 500 stations that push at once against one; an incremental pull from a hub of many operations against one of few. Starts its
 * own PostgreSQL (tests/hub/with-server). */
#include <errno.h>
#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/config.h"
#include "base/err.h"
#include "base/mem.h"
#include "bench.h"
#include "hubs.h"
#include "store/upkeep.h"
#include "sync/hub_postgres.h"
#include "ten_years.h"

enum {
  CHUNK = 2000,
  PUSHED = 40000,
  PULLED = 30000,
  CROWD = 500,
  CROWD_PUSHES = 4,
  CROWD_OPERATIONS = 20,
  LOGS = 500,
  ROUNDS = 5,
  LITTLE_ROUNDS = 51
};

static struct err err = ERR_INIT;

/* --- pushing: the same arrays to hub.push and to an INSERT ---------------------------------------------------------------------------- */

struct pushing {
  struct postgres *village, *owner;
  int64_t node; /* the next: each time a log of its own */
};

enum { PUSH_ARGUMENTS = 8 };

/* Operations from+1 … from+count: seq, at, actor, action, body, has_private. */
static void rows_make(struct postgres_value values[PUSH_ARGUMENTS], int64_t from, int count)
{
  static const enum postgres_type types[PUSH_ARGUMENTS] = { POSTGRES_INT,  POSTGRES_LONG, POSTGRES_LONG,  POSTGRES_LONG,
                                                            POSTGRES_TEXT, POSTGRES_TEXT, POSTGRES_BYTES, POSTGRES_YES };
  uint64_t seed = (uint64_t)from + 1;
  for (int column = 0; column < PUSH_ARGUMENTS; column++) values[column] = (struct postgres_value){ .type = types[column] };
  for (int64_t seq = from + 1; seq <= from + count; seq++) {
    char text[TEN_YEARS_TEXT];
    ten_years_text(&seed, text);
    char *body = mem_printf("[{\"kind\":\"entry\",\"record\":0,\"set\":{\"no\":\"E-26-A%03" PRId64 "\",\"at\":%" PRId64
                            ",\"sort\":\"patrol\",\"what\":\"%s\"}}]",
                            seq, INT64_C(1760000000000) + seq, text);
    value_add_number(&values[0], 1);
    value_add_number(&values[1], seq);
    value_add_number(&values[2], INT64_C(1760000000000) + seq);
    value_add_number(&values[3], INT64_C(1760000000000) + seq);
    value_add_text(&values[4], "715c2986e630176c/510722103000/up/2/0");
    value_add_text(&values[5], "entry.add");
    value_add_bytes(&values[6], body, strlen(body));
    value_add_number(&values[7], 0);
    free(body);
  }
}

static char *push_sql(int64_t node, int64_t scope, int64_t from, int count)
{
  return mem_printf(
    "SELECT hub.push('{%" PRId64 "}', '{%" PRId64 "}', '{1}', '{%" PRId64 "}', ARRAY[test.hash(%" PRId64 ")], '{%" PRId64
    "}', ARRAY[test.hash(%" PRId64
    ")], ARRAY[decode(repeat('ab', 64), 'hex')], ARRAY[NULL]::bigint[], '{0}', ARRAY[NULL]::bytea[], $1, $2, $3, $4, $5, $6, $7, $8, "
    "'{}', '{}', '{}', '{}', '{}')",
    node, scope, from, from, from + count, from + count);
}

static char *insert_sql(int64_t node)
{
  return mem_printf(
    "INSERT INTO hub.op(node, scope, lane, seq, at, stamp, actor, action, body, has_private) "
    "SELECT %" PRId64 ", 510722103201, 1, seq, at, stamp, actor, action, body, has_private "
    "FROM unnest($1, $2, $3, $4, $5, $6, $7, $8) AS o(log, seq, at, stamp, actor, action, body, has_private) ON CONFLICT DO NOTHING",
    node);
}

/* Seconds for all chunks; making the arrays does not count. */
static double push_chunks(struct postgres *postgres, int64_t node, bool inserts)
{
  double seconds = 0;
  for (int64_t from = 0; from < PUSHED; from += CHUNK) {
    struct postgres_value values[PUSH_ARGUMENTS];
    rows_make(values, from, CHUNK);
    char *sql = inserts ? insert_sql(node) : push_sql(node, INT64_C(510722103201), from, CHUNK);
    double start = bench_seconds();
    if (postgres_ask(postgres, sql, values, PUSH_ARGUMENTS, NULL, &err) != 0) bench_fail("%s", err.text);
    seconds += bench_seconds() - start;
    free(sql);
    values_drop(values, PUSH_ARGUMENTS);
  }
  return seconds;
}

static double push_ours(void *context)
{
  struct pushing *pushing = context;
  char *claim = mem_printf("SELECT hub.claim(%" PRId64 ", test.key(1), '{510722103201}', 'A')", ++pushing->node);
  hubs_ask(pushing->village, claim);
  free(claim);
  return push_chunks(pushing->village, pushing->node, false);
}

static double push_reference(void *context)
{
  struct pushing *pushing = context;
  return push_chunks(pushing->owner, ++pushing->node, true);
}

static bool push_bench(void)
{
  struct pushing pushing = { hubs_connect("village", "hub"), hubs_connect("owner", "hub"), 1000 };
  push_ours(&pushing), push_reference(&pushing); /* the first extends files and fills caches */
  bool met = bench_compare("push of 40,000 operations · INSERT by the owner", push_ours, push_reference, &pushing, ROUNDS, "s", 1.25);
  postgres_close(pushing.village);
  postgres_close(pushing.owner);
  return met;
}

/* --- pulling -------------------------------------------------------------------------------------------------------------------------- */

static bool pull_bench(struct config *config)
{
  struct desk village = hubs_station("village.db", "510722103201", config);
  double pulled[3], rebuilt[3];
  hubs_contacts(&village, PULLED);
  for (int round = 0; round < 3; round++) {
    struct desk town = hubs_station("town.db", "510722103000", config);
    hubs_enrol(&town, &village);
    hubs_exchange(&village, "village");
    pulled[round] = hubs_exchange(&town, "town");
    double start = bench_seconds();
    if (verify_rebuild(town.store, true, NULL, &err) != 0) bench_fail("%s", err.text);
    rebuilt[round] = bench_seconds() - start;
    desk_close(&town);
  }
  desk_close(&village);
  return bench_row("pull and apply 30,000 operations · rebuild", bench_median(pulled, 3), bench_median(rebuilt, 3), "s", 2);
}

/* --- a crowd -------------------------------------------------------------------------------------------------------------------------- */

/* Pipes between the crowd and who starts it: each station writes a byte to `ready` when it is so far, and goes on when the next of `gates` is
 * closed. */
struct crowd {
  int ready[2], gates[2][2];
};

static void station_waits(const struct crowd *crowd, int gate)
{
  char byte;
  if (write(crowd->ready[1], "", 1) != 1 || read(crowd->gates[gate][0], &byte, 1) < 0) _exit(1);
}

static void station_push(struct postgres *postgres, int64_t node, int64_t scope, int64_t from)
{
  struct postgres_value values[PUSH_ARGUMENTS];
  rows_make(values, from, CROWD_OPERATIONS);
  char *sql = push_sql(node, scope, from, CROWD_OPERATIONS), *ring = mem_printf("SELECT hub.ring('{%" PRId64 "}', '{1}')", scope);
  if (postgres_ask(postgres, sql, values, PUSH_ARGUMENTS, NULL, &err) != 0 || postgres_run(postgres, ring, &err) != 0) {
    fprintf(stderr, "%s\n", err.text);
    _exit(1);
  }
  for (int try = 0; try < 5 && hubs_ask(postgres, "SELECT hub.toll()") == 0; try++) usleep(50000);
  free(ring);
  free(sql);
  values_drop(values, PUSH_ARGUMENTS);
}

/* One station in a process of its own. Its first push is to get ready; and it stays until all are through, since what it costs to leave is
 * not the hub's pushing. */
static void station_run(int number, int pushes, const struct crowd *crowd)
{
  char role[32];
  snprintf(role, sizeof(role), "crowd%d", number);
  struct postgres *postgres = hubs_connect(role, "hub");
  int64_t node = 100000 + number, scope = INT64_C(510722200000) + number / 900 * 1000 + number % 900;
  char *held = mem_printf("SELECT coalesce((SELECT seq FROM hub.held('{%" PRId64 "}')), 0)", node);
  int64_t from = hubs_ask(postgres, held);
  hubs_ask(postgres, "SELECT count(*) FROM hub.channels()"); /* it follows as well */
  station_push(postgres, node, scope, from);
  station_waits(crowd, 0);
  for (int push = 1; push <= pushes; push++) station_push(postgres, node, scope, from + push * CROWD_OPERATIONS);
  station_waits(crowd, 1);
  free(held);
  _exit(0);
}

static void crowd_gather(const struct crowd *crowd, int count)
{
  char byte;
  for (int number = 0; number < count; number++)
    if (read(crowd->ready[0], &byte, 1) != 1) bench_fail("only %d of %d stations came so far", number, count);
}

/* Operations in a second of `count` stations from number `first` on. */
static double crowd_run(int first, int count, int pushes)
{
  struct crowd crowd;
  int status, failed = 0;
  if (pipe(crowd.ready) != 0 || pipe(crowd.gates[0]) != 0 || pipe(crowd.gates[1]) != 0) bench_fail("no pipe");
  for (int number = first; number < first + count; number++) {
    pid_t pid = fork();
    if (pid < 0) bench_fail("no more processes");
    if (pid == 0) {
      close(crowd.ready[0]), close(crowd.gates[0][1]), close(crowd.gates[1][1]);
      station_run(number, pushes, &crowd);
    }
  }
  close(crowd.ready[1]);
  crowd_gather(&crowd, count);
  double began = bench_seconds();
  close(crowd.gates[0][1]);
  crowd_gather(&crowd, count);
  double seconds = bench_seconds() - began;
  close(crowd.gates[1][1]);
  while (wait(&status) > 0) failed += status != 0;
  close(crowd.gates[0][0]), close(crowd.gates[1][0]), close(crowd.ready[0]);
  if (failed) bench_fail("%d of %d stations failed", failed, count);
  return (double)count * pushes * CROWD_OPERATIONS / seconds;
}

static bool crowd_bench(void)
{
  struct postgres *owner = hubs_connect("owner", "hub");
  hubs_ask(
    owner,
    "SELECT count(hub.add_station(('crowd' || n)::name, 510722200000 + n / 900 * 1000 + n % 900)) FROM generate_series(0, 500) AS n");
  hubs_ask(owner,
           "INSERT INTO hub.node(node, public_key, areas, letter, role) SELECT 100000 + n, test.key(n), ARRAY[510722200000 + n / 900 * "
           "1000 + n % 900], 'A', 'crowd' || n "
           "FROM generate_series(0, 500) AS n");
  postgres_close(owner);
  double alone[3];
  for (int round = 0; round < 3; round++) alone[round] = crowd_run(0, 1, 200);
  double together = crowd_run(1, CROWD, CROWD_PUSHES);
  return bench_row("one station's pushes · 500 stations' at once", bench_median(alone, 3), together, "op/s", 1);
}

/* --- a little from much --------------------------------------------------------------------------------------------------------------- */

/* Two hubs side by side in one server, of LOGS logs each, asked in turn and on one processor: what other work, checkpoints and cold caches
 * cost falls on both. Asked one after the other with minutes of loading in between, or over connections that happened to be served next to
 * the asker and across from it, a hub differed from itself as much as here 10,000,000 from 100,000 may. */
struct little_hub {
  struct postgres *county;
  struct postgres_value vector[4]; /* all that is there but the last ten operations of one log */
};

struct little {
  struct little_hub many, few;
};

static void deepen(struct postgres *owner, int64_t deep)
{
  char *rows = mem_printf("INSERT INTO hub.op SELECT 200000 + n, 510722300000 + n, 1, s, 1760000000000 + s, 1760000000000 + s, '', "
                          "'entry.add', test.body(s), false "
                          "FROM generate_series(1, %d) AS n, generate_series(1, %" PRId64 "::bigint) AS s",
                          LOGS, deep);
  char *heads =
    mem_printf("INSERT INTO hub.head(node, scope, lane, seq, hash, signed_seq, signed_hash, signature, public_key) "
               "SELECT 200000 + n, 510722300000 + n, 1, %" PRId64 ", test.hash(1), %" PRId64 ", test.hash(1), test.hash(1), test.key(n) "
               "FROM generate_series(1, %d) AS n",
               deep, deep, LOGS);
  hubs_ask(owner, rows);
  hubs_ask(owner, heads);
  hubs_ask(owner, "VACUUM ANALYZE hub.op");
  hubs_ask(owner, "VACUUM ANALYZE hub.head");
  hubs_ask(owner, "CHECKPOINT");
  free(rows);
  free(heads);
}

/* Of the process, or of the asker itself (0). */
static void stay_on_one_processor(pid_t process)
{
  static int processor = -1;
  cpu_set_t only;
  if (processor < 0) processor = sched_getcpu();
  CPU_ZERO(&only);
  CPU_SET(processor, &only);
  if (sched_setaffinity(process, sizeof(only), &only) != 0) bench_fail("cannot keep to one processor: %s", strerror(errno));
}

static void little_open(struct little_hub *hub, const char *database, int64_t deep)
{
  struct postgres *owner = hubs_connect("owner", database);
  struct postgres_rows rows;
  deepen(owner, deep);
  postgres_close(owner);
  *hub = (struct little_hub){
    .county = hubs_connect("county", database),
    .vector = { { .type = POSTGRES_LONG }, { .type = POSTGRES_LONG }, { .type = POSTGRES_SHORT }, { .type = POSTGRES_LONG } }
  };
  stay_on_one_processor((pid_t)hubs_ask(hub->county, "SELECT pg_backend_pid()"));
  if (postgres_ask(hub->county, "SELECT node, scope, lane, signed_seq - CASE WHEN node = 200007 THEN 10 ELSE 0 END FROM hub.head", NULL, 0,
                   &rows, &err) != 0)
    bench_fail("%s", err.text);
  for (int row = 0; row < rows.count; row++)
    for (int column = 0; column < 4; column++) value_add_number(&hub->vector[column], rows_number(&rows, row, column));
  rows_drop(&rows);
}

static void little_close(struct little_hub *hub)
{
  values_drop(hub->vector, 4);
  postgres_close(hub->county);
}

static int operation_count(void *context, const struct postgres_rows *rows, struct err *why)
{
  (void)why;
  *(int *)context += !rows_is_null(rows, 0, 6);
  return 0;
}

/* Milliseconds for heads and operations, asked as hub_pull.c asks. What the station then does with ten operations does not know how many
 * lie at the hub. */
static double little_pull(struct little_hub *hub)
{
  struct postgres_value range[5] = {
    { .type = POSTGRES_LONG }, { .type = POSTGRES_LONG }, { .type = POSTGRES_SHORT }, { .type = POSTGRES_LONG }, { .type = POSTGRES_LONG }
  };
  struct postgres_rows heads;
  int come = 0;
  double start = bench_seconds();
  if (postgres_ask(hub->county, "SELECT * FROM hub.news($1, $2, $3, $4)", hub->vector, 4, &heads, &err) != 0) bench_fail("%s", err.text);
  for (int head = 0; head < heads.count; head++) {
    for (int column = 0; column < 3; column++) value_add_number(&range[column], rows_number(&heads, head, column));
    value_add_number(&range[3], rows_number(&heads, head, 3) - 10);
    value_add_number(&range[4], rows_number(&heads, head, 3));
  }
  if (postgres_stream(hub->county, "SELECT * FROM hub.ops($1, $2, $3, $4, $5)", range, 5, operation_count, &come, &err) != 0)
    bench_fail("%s", err.text);
  double seconds = bench_seconds() - start;
  if (heads.count != 1 || come != 10) bench_fail("%d operations of %d logs came instead of ten of one", come, heads.count);
  rows_drop(&heads);
  values_drop(range, 5);
  return seconds * 1000;
}

static double little_from_many(void *context)
{
  return little_pull(&((struct little *)context)->many);
}

static double little_from_few(void *context)
{
  return little_pull(&((struct little *)context)->few);
}

static bool little_bench(void)
{
  int64_t many = bench_operations(INT64_C(1000000)) * 10, few = many / 100;
  struct postgres *owner = hubs_connect("owner", "hub");
  struct little little;
  stay_on_one_processor(0);
  hubs_ask(owner, "TRUNCATE hub.op, hub.head");
  hubs_ask(owner, "CREATE DATABASE few TEMPLATE hub");
  postgres_close(owner);
  little_open(&little.few, "few", few / LOGS);
  little_open(&little.many, "hub", many / LOGS);
  char *what = mem_printf("ten of %" PRId64 " operations · of %" PRId64, many, few);
  bool met = bench_compare(what, little_from_many, little_from_few, &little, LITTLE_ROUNDS, "ms", 1.5);
  free(what);
  little_close(&little.few);
  little_close(&little.many);
  return met;
}

int main(int count, char **list)
{
  (void)count;
  struct config *config = hubs_start(list[0]);
  bool met = pull_bench(config);
  met &= crowd_bench();
  met &= push_bench();
  met &= little_bench();
  config_free(config);
  return met ? 0 : 1;
}
