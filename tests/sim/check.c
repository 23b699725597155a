/* Whoever may see the same logs holds the same, nobody holds what is not for him, nothing that two machines ever held is missing. */
#include "sim/world.h"

#include <stdlib.h>

static bool reads(int station, int64_t scope, enum lane lane)
{
  struct reach reach = { { area_of(station) }, 1 };
  return reach_reads(&reach, &(struct log_name){ 1, scope, lane });
}

/* What it wrote for a station below, in a lane that comes up, lies there as well; that it may read. */
static int nothing_strange(void *context, const struct log_head *head)
{
  int station = *(int *)context;
  if (!reads(station, head->name.area, head->name.lane))
    fail_msg("station %d holds a log of %lld in lane %s", station, (long long)head->name.area, lane_name(head->name.lane));
  return 0;
}

static bool has_lived_twice(const struct sim *sim, uint64_t node)
{
  for (int i = 0; i < sim->twice_count; i++)
    if (sim->twice[i] == node) return true;
  return false;
}

/* Two lines of one log, not one that is longer. */
static bool lines_part(struct sim *sim, int one, int other, const struct log_head *here, const struct log_head *there)
{
  unsigned char hashes[2][CRYPTO_HASH] = { { 0 } };
  if (!there || !has_lived_twice(sim, here->name.node)) return false;
  int64_t seq = here->seq < there->seq ? here->seq : there->seq;
  int found = log_hash_at(sim->desks[one]->store, &here->name, seq, hashes[0], NULL) +
              log_hash_at(sim->desks[other]->store, &here->name, seq, hashes[1], NULL);
  return found < 2 || memcmp(hashes[0], hashes[1], CRYPTO_HASH) != 0;
}

static void check_logs(struct sim *sim, int one, int other)
{
  struct reach a = { { area_of(one) }, 1 }, b = { { area_of(other) }, 1 };
  struct vector here = { 0 }, there = { 0 };
  struct err err = ERR_INIT;
  DONE(vector_read(sim->desks[one]->store, &a, &b, &here, &err));
  DONE(vector_read(sim->desks[other]->store, &a, &b, &there, &err));
  for (int i = 0; i < here.count; i++) {
    const struct log_head *theirs = vector_find(&there, &here.list[i].name);
    struct buf name = BUF_INIT;
    log_name_text(&here.list[i].name, &name);
    bool same = theirs && theirs->seq == here.list[i].seq && memcmp(theirs->hash, here.list[i].hash, CRYPTO_HASH) == 0;
    if (!same && lines_part(sim, one, other, &here.list[i], theirs))
      sim->is_told = true;
    else if (!same)
      fail_msg("seed %llu: stations %d and %d differ in %s: %lld and %lld", (unsigned long long)sim->seed, one, other, buf_text(&name),
               (long long)here.list[i].seq, theirs ? (long long)theirs->seq : 0LL);
    buf_free(&name);
  }
  vector_free(&here);
  vector_free(&there);
}

static int64_t token_count(struct sim *sim, int station, int token)
{
  char text[24];
  int64_t count = 0;
  for (size_t sort = 0; sort < sizeof(sorts) / sizeof(*sorts); sort++) {
    if (sorts[sort].lane != sim->tokens[token].lane) continue;
    char *sql = mem_printf("SELECT count(*) FROM %s WHERE %s = '%s'", sorts[sort].table, sorts[sort].field, token_text(token, text));
    count = query_single(sim->desks[station]->store, sql, 0, -1);
    free(sql);
  }
  return count;
}

static void check_tokens(struct sim *sim)
{
  for (int token = 0; token < sim->token_count; token++)
    for (int station = 0; station < sim->count; station++) {
      const struct token *written = &sim->tokens[token];
      int64_t count = token_count(sim, station, token);
      if (!reads(station, written->scope, written->lane)) {
        if (count != 0) fail_msg("seed %llu: station %d sees token %d, which is not for it", (unsigned long long)sim->seed, station, token);
        continue;
      }
      if (count == 0 && !written->may_be_lost)
        fail_msg("seed %llu: token %d of station %d, lane %s, scope %lld is missing at station %d", (unsigned long long)sim->seed, token,
                 written->station, lane_name(written->lane), (long long)written->scope, station);
      if (count > (sim->has_forked ? 2 : 1))
        fail_msg("seed %llu: token %d is there %d times at station %d", (unsigned long long)sim->seed, token, (int)count, station);
    }
}

struct dumping {
  struct desk *desk;
  int other;
  json *list;
};

static bool dump_record(void *context, const struct record *record)
{
  struct dumping *dumping = context;
  struct store *store = dumping->desk->store;
  if (reads(dumping->other, record_area(store, record->id), record_lane(store, record->id)))
    json_append(dumping->list, record_json(store, record, true));
  return true;
}

static int text_compare(const void *one, const void *other)
{
  return strcmp(*(char *const *)one, *(char *const *)other);
}

/* All records that the other may see, by full names, in no order of the database's own. */
static char *dump(struct desk *desk, int other)
{
  static const struct kind *const kinds[] = { &contact_kind, &order_kind, &entry_kind, &node_kind };
  struct dumping dumping = { desk, other, json_make_array() };
  struct buf all = BUF_INIT;
  for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
    assert_int_equal(list_read(desk->store, &(struct list_query){ .kind = kinds[i], .with_void = true }, dump_record, &dumping, NULL), 0);
  size_t count = json_count(dumping.list);
  char **lines = mem_zero(count + 1, sizeof(*lines));
  for (size_t i = 0; i < count; i++) {
    struct buf line = BUF_INIT;
    json_write(json_at(dumping.list, i), 0, &line);
    lines[i] = buf_take(&line, NULL);
  }
  qsort(lines, count, sizeof(*lines), text_compare);
  for (size_t i = 0; i < count; i++) {
    buf_addf(&all, "%s\n", lines[i]);
    free(lines[i]);
  }
  free(lines);
  json_drop(dumping.list);
  return buf_take(&all, NULL);
}

static void check_tables(struct sim *sim, int one, int other)
{
  char *here = dump(sim->desks[one], other), *there = dump(sim->desks[other], one);
  if (strcmp(here, there) != 0)
    fail_msg("seed %llu: stations %d and %d show different records:\n%s\n%s", (unsigned long long)sim->seed, one, other, here, there);
  free(here);
  free(there);
}

/* When all is quiet, each superior has said so. */
static void check_delivered(struct sim *sim)
{
  struct err err = ERR_INIT;
  for (int station = 0; station < sim->count; station++) {
    struct delivery delivery;
    DONE(delivery_read(sim->desks[station]->store, &delivery, &err));
    if (delivery.undelivered != 0)
      fail_msg("seed %llu: station %d says that %lld are on the way", (unsigned long long)sim->seed, station,
               (long long)delivery.undelivered);
  }
}

/* Nobody's machine has gone back yet: what is called delivered is there. Afterwards it may be lost there without anybody knowing. */
void check_promise(struct sim *sim, int station)
{
  struct err err = ERR_INIT;
  struct delivery delivery;
  if (tree[station].superior < 0 || sim->has_lost) return;
  DONE(delivery_read(sim->desks[station]->store, &delivery, &err));
  if (delivery.receipt_at == 0 || delivery.undelivered != 0) return;
  for (int token = 0; token < sim->token_count; token++) {
    bool is_there = sim->tokens[token].station != station || sim->tokens[token].lane != LANE_UP;
    for (int other = 0; other < sim->count && !is_there; other++)
      is_there =
        area_of(other) != area_of(station) && area_contains(area_of(other), area_of(station)) && token_count(sim, other, token) > 0;
    if (!is_there) fail_msg("seed %llu: station %d calls token %d delivered", (unsigned long long)sim->seed, station, token);
  }
}

void check(struct sim *sim)
{
  struct err err = ERR_INIT;
  for (int one = 0; one < sim->count; one++) {
    DONE(journal_heads(sim->desks[one]->store, nothing_strange, &one, &err));
    for (int other = 0; other < sim->count; other++)
      if (one != other) check_logs(sim, one, other);
  }
  if (!sim->is_told) {
    for (int one = 0; one < sim->count; one++)
      for (int other = 0; other < one; other++) check_tables(sim, one, other);
    check_tokens(sim);
    check_delivered(sim);
  }
  assert_sound(sim->desks[chance(sim, (uint64_t)sim->count)]);
}
