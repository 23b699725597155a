/* Five nodes work, hear of each other now and then, edit the same records, strike and erase. Whatever order their operations reach a
 * sixth in, and however often, its tables are the same. A failing seed is printed and runs again with DUTYDESK_SEED. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/err.h"
#include "base/mem.h"
#include "store/act.h"
#include "store/journal.h"
#include "store/upkeep.h"

enum { NODES = 5, OPERATIONS = 1000, ORDERS = 100, SPOTS = 12 };

static const struct choice states[] = { { "open", "open" }, { "done", "done" }, { "dropped", "dropped" }, { NULL, NULL } };
static const struct field item_fields[] = {
  { .name = "what", .type = FIELD_TEXT, .label = "What" },
  { .name = "state", .type = FIELD_CHOICE, .label = "State", .choices = states, .group = 1 },
  { .name = "why", .type = FIELD_TEXT, .label = "Why", .group = 1 },
  { .name = "level", .type = FIELD_INTEGER, .label = "Level" },
  { .name = "person", .type = FIELD_TEXT, .label = "Person", .flags = FIELD_PERSONAL },
  { .name = "about", .type = FIELD_REFERENCE, .label = "About", .reference = "*" },
  { .name = NULL },
};
static const struct kind item_kind = {
  .name = "item", .label = "Item", .letter = "I", .fields = item_fields, .lanes = LANE_BIT(LANE_UP) | LANE_BIT(LANE_HERE)
};
static const struct field spot_fields[] = {
  { .name = "code", .type = FIELD_TEXT, .label = "Code", .flags = FIELD_KEY },
  { .name = "name", .type = FIELD_TEXT, .label = "Name" },
  { .name = "depth", .type = FIELD_INTEGER, .label = "Depth" },
  { .name = NULL },
};
static const struct kind spot_kind = {
  .name = "spot", .label = "Spot", .fields = spot_fields, .lanes = LANE_BIT(LANE_UP), .title = "name", .order = "code", .is_keyed = true
};
static const struct kind *const kinds[] = { &item_kind, &spot_kind, NULL };

/* --- chance, repeatable --------------------------------------------------------------------------------------------------------------- */

static uint64_t chance_state;

static uint32_t chance(uint32_t below)
{
  chance_state ^= chance_state << 13;
  chance_state ^= chance_state >> 7;
  chance_state ^= chance_state << 17;
  return (uint32_t)((chance_state >> 11) % below);
}

/* --- stations ------------------------------------------------------------------------------------------------------------------------- */

static char directory[] = "/tmp/dutydesk-merge-XXXXXX";

static struct store *station(const char *name)
{
  struct err err = ERR_INIT;
  struct store *store = NULL;
  char path[128];
  snprintf(path, sizeof(path), "%s/%s.db", directory, name);
  if (store_create(path, "510722103000", 'A', false, kinds, &err) != 0 || store_open(&store, path, kinds, &err) != 0)
    fail_msg("%s", err.text);
  return store;
}

struct known {
  record_id ids[OPERATIONS * 2];
  int count;
};

static bool know(void *context, const struct record *record)
{
  struct known *known = context;
  known->ids[known->count++] = record->id;
  return known->count < OPERATIONS * 2;
}

/* One random action, as an officer of that node would do it. */
static void work(struct store *store, int node)
{
  struct err err = ERR_INIT;
  struct known *known = mem_zero(1, sizeof(*known));
  struct list_query query = { .kind = &item_kind };
  char text[64];
  list_read(store, &query, know, known, &err);
  struct act *act = act_begin(store, "work", 0, &err);
  assert_non_null(act);
  uint32_t what = chance(20);
  if (known->count == 0 || what < 5) {
    struct change *item = act_new(act, &item_kind, 0, LANE_UP);
    snprintf(text, sizeof(text), "事%u", chance(1000));
    change_set_text(item, "what", text);
    change_set_text(item, "person", "某户");
    change_number(item);
  } else if (what < 8) {
    struct values key;
    values_start_kind(&key, &spot_kind);
    snprintf(text, sizeof(text), "S%u", chance(SPOTS));
    values_set_text(&key, "code", text);
    struct change *spot = act_keyed(act, &spot_kind, 0, LANE_UP, &key, NULL);
    change_set_number(spot, "depth", chance(9));
    if (chance(2)) change_set_text(spot, "name", chance(2) ? "东沟" : "西沟");
    values_free(&key);
  } else {
    struct change *item = act_edit(act, &item_kind, known->ids[chance((uint32_t)known->count)]);
    if (what < 11) {
      change_set_text(item, "state", states[chance(3)].name);
      snprintf(text, sizeof(text), "因%d", node);
      change_set_text(item, "why", text);
    } else if (what < 16)
      change_set_number(item, "level", chance(5));
    else if (what < 17)
      change_set_number(item, "about", known->ids[chance((uint32_t)known->count)]);
    else if (what < 18) {
      change_settles(item);
      change_set_number(item, "level", chance(5));
    } else if (what == 18)
      change_erase(item);
    else
      change_set_text(item, "voided", "记错");
  }
  if (act_commit(act, &err) != 0) fail_msg("%s", err.text);
  free(known);
}

/* --- operations on their way ---------------------------------------------------------------------------------------------------------- */

struct traffic {
  struct operation *list;
  int count;
};

static bool keep_operation(void *context, op_id op, const struct operation *operation)
{
  (void)op;
  struct traffic *traffic = context;
  traffic->list = mem_grow(traffic->list, (size_t)traffic->count + 1, sizeof(*traffic->list));
  struct operation *copy = &traffic->list[traffic->count++];
  *copy = *operation;
  copy->actor = mem_dup(operation->actor);
  copy->action = mem_dup(operation->action);
  copy->body = mem_dup_n(operation->body, operation->body_length);
  copy->private_part = mem_dup(operation->private_part);
  return true;
}

static int by_log_and_seq(const void *one, const void *other)
{
  const struct operation *a = one, *b = other;
  if (a->log.node != b->log.node) return a->log.node < b->log.node ? -1 : 1;
  if (a->log.lane != b->log.lane) return a->log.lane < b->log.lane ? -1 : 1;
  return a->seq < b->seq ? -1 : a->seq > b->seq;
}

static void traffic_read(struct store *store, struct traffic *traffic)
{
  struct err err = ERR_INIT;
  memset(traffic, 0, sizeof(*traffic));
  if (journal_recent(store, 0, 0, 0, keep_operation, traffic, &err) != 0) fail_msg("%s", err.text);
  qsort(traffic->list, (size_t)traffic->count, sizeof(*traffic->list), by_log_and_seq);
}

static void traffic_free(struct traffic *traffic)
{
  for (int index = 0; index < traffic->count; index++) operation_free(&traffic->list[index]);
  free(traffic->list);
}

static void admit(struct store *store, const struct operation *operation)
{
  struct err err = ERR_INIT;
  if (journal_admit(store, operation, clock_now(), &err) < 0) fail_msg("%s", err.text);
}

static void tell(struct store *from, struct store *to)
{
  struct traffic traffic;
  struct err err = ERR_INIT;
  traffic_read(from, &traffic);
  assert_int_equal(journal_begin(to, &err), 0);
  for (int index = 0; index < traffic.count; index++) admit(to, &traffic.list[index]);
  assert_int_equal(journal_end(to, &err), 0);
  traffic_free(&traffic);
}

/* --- dumps by full names -------------------------------------------------------------------------------------------------------------- */

struct dump {
  struct store *store;
  char **lines;
  int count;
};

static void line_add(struct dump *dump, struct buf *line)
{
  dump->lines = mem_grow(dump->lines, (size_t)dump->count + 1, sizeof(*dump->lines));
  dump->lines[dump->count++] = buf_take(line, NULL);
}

static bool dump_record(void *context, const struct record *record)
{
  struct dump *dump = context;
  struct buf line = BUF_INIT;
  json *object = record_json(dump->store, record, true);
  json_write(object, 0, &line);
  json_drop(object);
  line_add(dump, &line);
  return true;
}

static bool dump_conflict(void *context, const struct kind *kind, record_id id, int field, const op_id *ops, int count)
{
  struct dump *dump = context;
  struct buf line = BUF_INIT;
  (void)ops;
  buf_addf(&line, "conflict of %d on %s of ", count, kind_field(kind, field)->name);
  record_name(dump->store, id, &line);
  line_add(dump, &line);
  return true;
}

static int line_compare(const void *one, const void *other)
{
  return strcmp(*(char *const *)one, *(char *const *)other);
}

static char *dump_all(struct store *store)
{
  struct dump dump = { .store = store };
  struct err err = ERR_INIT;
  struct buf text = BUF_INIT;
  for (int index = 0; kinds[index]; index++) {
    struct list_query query = { .kind = kinds[index], .with_void = true };
    assert_int_equal(list_read(store, &query, dump_record, &dump, &err), 0);
  }
  assert_int_equal(conflict_each(store, dump_conflict, &dump, &err), 0);
  qsort(dump.lines, (size_t)dump.count, sizeof(*dump.lines), line_compare);
  for (int index = 0; index < dump.count; index++) {
    buf_addf(&text, "%s\n", dump.lines[index]);
    free(dump.lines[index]);
  }
  free(dump.lines);
  return buf_take(&text, NULL);
}

/* --- the test ------------------------------------------------------------------------------------------------------------------------- */

/* The next operation of a log chosen by chance, and now and then one again that is there already. */
static void apply_in_some_order(struct store *store, const struct traffic *traffic)
{
  int starts[NODES * LANES + 1], next[NODES * LANES + 1], logs = 0, left = traffic->count;
  struct err err = ERR_INIT;
  for (int index = 0; index < traffic->count; index++)
    if (traffic->list[index].seq == 1) starts[logs++] = index;
  starts[logs] = traffic->count;
  memcpy(next, starts, sizeof(next));
  assert_int_equal(journal_begin(store, &err), 0);
  while (left > 0) {
    uint32_t log = chance((uint32_t)logs);
    if (next[log] > starts[log] && chance(10) == 0)
      admit(store, &traffic->list[starts[log] + (int)chance((uint32_t)(next[log] - starts[log]))]);
    if (next[log] == starts[log + 1]) continue;
    admit(store, &traffic->list[next[log]++]);
    left--;
  }
  assert_int_equal(journal_end(store, &err), 0);
}

static void any_order_gives_the_same(void **state)
{
  (void)state;
  struct store *nodes[NODES], *all;
  struct traffic traffic;
  char name[128];
  for (int node = 0; node < NODES; node++) {
    snprintf(name, sizeof(name), "node%d", node);
    nodes[node] = station(name);
  }
  for (int operation = 0; operation < OPERATIONS; operation++) {
    work(nodes[chance(NODES)], (int)chance(NODES));
    if (chance(25) == 0) {
      uint32_t from = chance(NODES), to = chance(NODES);
      if (from != to) tell(nodes[from], nodes[to]);
    }
  }
  for (int node = 1; node < NODES; node++) tell(nodes[node], nodes[0]);
  char *expected = dump_all(nodes[0]);
  assert_true(strlen(expected) > 10000);
  assert_true(conflict_count(nodes[0]) > 0); /* else the test would show little */
  traffic_read(nodes[0], &traffic);
  for (int order = 0; order < ORDERS; order++) {
    snprintf(name, sizeof(name), "order%d", order);
    all = station(name);
    apply_in_some_order(all, &traffic);
    char *dump = dump_all(all);
    if (strcmp(dump, expected) != 0) fail_msg("order %d gives other tables", order);
    free(dump);
    struct err err = ERR_INIT;
    if (order == 0 && verify_all(all, NULL, NULL, NULL, &err) != 0) fail_msg("after merging, verify finds something; %s", err.text);
    store_close(all);
    snprintf(name, sizeof(name), "rm -f %s/order*", directory);
    assert_int_equal(system(name), 0);
  }
  free(expected);
  traffic_free(&traffic);
  for (int node = 0; node < NODES; node++) store_close(nodes[node]);
}

/* What a peer that lies sends is refused, and the log stays at its last good head. */
static void lies_are_refused(void **state)
{
  (void)state;
  struct err err = ERR_INIT;
  struct store *honest = station("honest"), *receiver = station("receiver");
  struct traffic traffic;
  for (int operation = 0; operation < 5; operation++) work(honest, 0);
  traffic_read(honest, &traffic);
  assert_true(traffic.count >= 3);
  assert_int_equal(journal_admit(receiver, &traffic.list[1], 1, &err), -1); /* a gap */
  assert_int_equal(journal_admit(receiver, &traffic.list[0], 1, &err), 1);
  assert_int_equal(journal_admit(receiver, &traffic.list[0], 1, &err), 0); /* again: nothing */
  struct operation altered = traffic.list[1];
  altered.at++;
  altered.stamp++;
  assert_int_equal(journal_admit(receiver, &altered, 1, &err), -1);
  altered = traffic.list[0];
  altered.hash[3] ^= 1;
  assert_int_equal(journal_admit(receiver, &altered, 1, &err), -1); /* forked */
  assert_int_equal(journal_admit(receiver, &traffic.list[1], 1, &err), 1);
  assert_int_equal(verify_all(receiver, NULL, NULL, NULL, &err), 0);
  traffic_free(&traffic);
  store_close(honest);
  store_close(receiver);
}

static int remove_all(void **state)
{
  (void)state;
  char command[64];
  snprintf(command, sizeof(command), "rm -rf %s", directory);
  return system(command);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(any_order_gives_the_same), cmocka_unit_test(lies_are_refused) };
  const char *seed = getenv("DUTYDESK_SEED");
  struct err err = ERR_INIT;
  chance_state = seed ? strtoull(seed, NULL, 10) : (uint64_t)clock_now();
  fprintf(stderr, "seed: DUTYDESK_SEED=%llu\n", (unsigned long long)chance_state);
  setlocale(LC_ALL, "C.UTF-8");
  if (crypto_start(&err) != 0 || clock_set_zone("Asia/Shanghai", &err) != 0 || !mkdtemp(directory)) return 1;
  return cmocka_run_group_tests(tests, NULL, remove_all);
}
