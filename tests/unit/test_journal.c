/* The journal's bytes: tests/fixtures/journal/golden.jsonl was written once, and every later version must admit it, hash for hash, and
 * fold it to the same tables. DUTYDESK_GOLDEN=write makes it anew: only before release 1.0, together with a new format version. */
#include <inttypes.h>
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "store/act.h"
#include "store/journal.h"
#include "store/upkeep.h"

static const struct choice states[] = { { "open", "open" }, { "done", "done" }, { NULL, NULL } };
static const struct field item_fields[] = {
  { .name = "what", .type = FIELD_TEXT, .label = "What" },
  { .name = "due", .type = FIELD_TIME, .label = "Due" },
  { .name = "state", .type = FIELD_CHOICE, .label = "State", .choices = states, .group = 1 },
  { .name = "why", .type = FIELD_TEXT, .label = "Why", .group = 1 },
  { .name = "depth", .type = FIELD_DECIMAL, .label = "Depth", .places = 2 },
  { .name = "person", .type = FIELD_TEXT, .label = "Person", .flags = FIELD_PERSONAL },
  { .name = "spot", .type = FIELD_REFERENCE, .label = "Spot", .reference = "spot" },
  { .name = "parent", .type = FIELD_REFERENCE, .label = "Parent", .reference = "item" },
  { .name = NULL },
};
static const struct kind item_kind = {
  .name = "item", .label = "Item", .letter = "I", .fields = item_fields, .lanes = LANE_BIT(LANE_UP) | LANE_BIT(LANE_HERE), .title = "what"
};
static const struct field spot_fields[] = {
  { .name = "code", .type = FIELD_TEXT, .label = "Code", .flags = FIELD_KEY },
  { .name = "name", .type = FIELD_TEXT, .label = "Name" },
  { .name = NULL },
};
static const struct kind spot_kind = {
  .name = "spot", .label = "Spot", .fields = spot_fields, .lanes = LANE_BIT(LANE_UP), .title = "name", .is_keyed = true
};
static const struct kind *const kinds[] = { &item_kind, &spot_kind, NULL };

static char directory[] = "/tmp/dutydesk-journal-XXXXXX";

static char *golden_path(void)
{
  const char *top = getenv("abs_top_srcdir");
  return mem_printf("%s/tests/fixtures/journal/golden.jsonl", top ? top : ".");
}

static struct store *station(const char *name)
{
  struct err err = ERR_INIT;
  struct store *store = NULL;
  char path[128];
  snprintf(path, sizeof(path), "%s/%s.db", directory, name);
  if (store_create(path, "510722103000", 'B', false, kinds, &err) != 0 || store_open(&store, path, kinds, &err) != 0)
    fail_msg("%s", err.text);
  return store;
}

/* --- the file: one operation a line, hashes as hex; the last line is the tables ------------------------------------------------------- */

static void put_hex(json *object, const char *name, const unsigned char *bytes, size_t length)
{
  char hex[2 * CRYPTO_HASH + 1];
  crypto_hex(bytes, length, hex);
  json_put(object, name, json_make_text(hex));
}

static bool write_operation(void *context, op_id op, const struct operation *operation)
{
  (void)op;
  struct buf *out = context, log = BUF_INIT, line = BUF_INIT;
  json *object = json_make_object();
  log_name_text(&operation->log, &log);
  json_put(object, "log", json_make_text(buf_text(&log)));
  json_put(object, "seq", json_make_number(operation->seq));
  if (operation->parent.node) {
    struct buf parent = BUF_INIT;
    log_name_text(&operation->parent, &parent);
    json_put(object, "parent", json_make_text(buf_text(&parent)));
    json_put(object, "parent_seq", json_make_number(operation->parent_seq));
    buf_free(&parent);
  }
  json_put(object, "at", json_make_number(operation->at));
  json_put(object, "stamp", json_make_number(operation->stamp));
  json_put(object, "actor", json_make_text(operation->actor));
  json_put(object, "action", json_make_text(operation->action));
  json_put(object, "body", json_make_text(operation->body));
  if (operation->private_part) json_put(object, "private", json_make_text(operation->private_part));
  put_hex(object, "private_digest", operation->private_digest, CRYPTO_HASH);
  put_hex(object, "before", operation->before, CRYPTO_HASH);
  put_hex(object, "hash", operation->hash, CRYPTO_HASH);
  json_write(object, 0, &line);
  buf_addc(&line, '\n');
  buf_add(&line, buf_text(out), out->length); /* newest came first: turn the order round */
  buf_free(out);
  *out = line;
  buf_free(&log);
  json_drop(object);
  return true;
}

static void read_operation(const json *object, struct operation *operation)
{
  memset(operation, 0, sizeof(*operation));
  assert_true(log_name_read(json_text(json_get(object, "log")), &operation->log));
  operation->seq = json_number(json_get(object, "seq"), 0);
  if (json_get(object, "parent")) assert_true(log_name_read(json_text(json_get(object, "parent")), &operation->parent));
  operation->parent_seq = json_number(json_get(object, "parent_seq"), 0);
  assert_true(crypto_unhex(json_text(json_get(object, "before")), operation->before, CRYPTO_HASH));
  operation->at = json_number(json_get(object, "at"), 0);
  operation->stamp = json_number(json_get(object, "stamp"), 0);
  operation->actor = mem_dup(json_text(json_get(object, "actor")));
  operation->action = mem_dup(json_text(json_get(object, "action")));
  operation->body = mem_dup(json_text(json_get(object, "body")));
  operation->body_length = strlen(operation->body);
  operation->private_part = mem_dup(json_text(json_get(object, "private")));
  assert_true(crypto_unhex(json_text(json_get(object, "private_digest")), operation->private_digest, CRYPTO_HASH));
  assert_true(crypto_unhex(json_text(json_get(object, "hash")), operation->hash, CRYPTO_HASH));
}

struct dump {
  struct store *store;
  json *list;
};

static bool dump_record(void *context, const struct record *record)
{
  struct dump *dump = context;
  json_append(dump->list, record_json(dump->store, record, true));
  return true;
}

static void dump_tables(struct store *store, struct buf *out)
{
  struct dump dump = { store, json_make_array() };
  for (int index = 0; kinds[index]; index++) {
    struct list_query query = { .kind = kinds[index], .with_void = true };
    assert_int_equal(list_read(store, &query, dump_record, &dump, NULL), 0);
  }
  json_write(dump.list, 0, out);
  json_drop(dump.list);
}

/* --- making it ------------------------------------------------------------------------------------------------------------------------ */

static void commit(struct act *act)
{
  struct err err = ERR_INIT;
  if (act_commit(act, &err) != 0) fail_msg("%s", err.text);
}

static void work(struct store *store)
{
  struct values key;
  struct act *act = act_begin(store, "spot.set", 0, NULL);
  values_start_kind(&key, &spot_kind);
  values_set_text(&key, "code", "510722-01");
  struct change *spot = act_keyed(act, &spot_kind, 0, LANE_UP, &key, NULL);
  change_set_text(spot, "name", "东沟滑坡点");
  record_id spot_id = change_record(spot);
  values_free(&key);
  commit(act);
  act = act_begin(store, "item.add", 0, NULL);
  struct change *one = act_new(act, &item_kind, 0, LANE_UP), *two = act_new(act, &item_kind, 0, LANE_UP);
  change_set_text(one, "what", "查看“裂缝”\n并上报");
  change_set_number(one, "due", 1782900000000);
  change_set_text(one, "state", "open");
  change_set_number(one, "depth", -125);
  change_set_text(one, "person", "01号户");
  change_set_number(one, "spot", spot_id);
  change_set_text(two, "what", "跟踪");
  change_set_number(two, "parent", change_record(one));
  change_number(one);
  record_id first = change_record(one);
  commit(act);
  act = act_begin(store, "item.done", first, NULL); /* any record's name does as the actor here */
  struct change *edit = act_edit(act, &item_kind, first);
  change_set_text(edit, "state", "done");
  change_set_text(edit, "why", "已处置");
  struct change *here = act_new(act, &item_kind, 0, LANE_HERE);
  change_set_number(here, "parent", first);
  commit(act);
  assert_int_equal(store_renew(store, NULL), 0); /* goes on in a child log */
  act = act_begin(store, "item.add", first, NULL);
  edit = act_edit(act, &item_kind, first);
  change_set_text(edit, "what", "查看裂缝");
  commit(act);
}

static void write_golden(void)
{
  struct store *store = station("made");
  struct buf text = BUF_INIT;
  struct err err = ERR_INIT;
  char *path = golden_path();
  work(store);
  assert_int_equal(journal_recent(store, 0, 0, 0, write_operation, &text, &err), 0);
  dump_tables(store, &text);
  buf_addc(&text, '\n');
  if (file_replace(path, text.data, text.length, 0644, &err) != 0) fail_msg("%s", err.text);
  buf_free(&text);
  free(path);
  store_close(store);
}

/* --- the test ------------------------------------------------------------------------------------------------------------------------- */

static void golden_is_admitted(void **state)
{
  (void)state;
  struct err err = ERR_INIT;
  struct buf text = BUF_INIT, tables = BUF_INIT;
  char *path = golden_path();
  struct store *store = station("reader");
  int operations = 0;
  if (file_read(path, 1 << 20, &text, &err) != 0) fail_msg("%s", err.text);
  char *rest = text.data, *line, *last = NULL;
  while ((line = strsep(&rest, "\n")) && *line) {
    last = line;
    if (*line != '{') break;
    struct operation operation;
    json *object = json_read(line, strlen(line), &err);
    assert_non_null(object);
    read_operation(object, &operation);
    if (journal_admit(store, &operation, 1782900000000, &err) != 1) fail_msg("%s", err.text);
    operation_free(&operation);
    json_drop(object);
    operations++;
  }
  assert_int_equal(operations, 5);
  dump_tables(store, &tables);
  assert_string_equal(buf_text(&tables), last);
  assert_int_equal(verify_all(store, NULL, NULL, NULL, &err), 0);
  buf_free(&tables);
  buf_free(&text);
  free(path);
  store_close(store);
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
  const struct CMUnitTest tests[] = { cmocka_unit_test(golden_is_admitted) };
  struct err err = ERR_INIT;
  const char *golden = getenv("DUTYDESK_GOLDEN");
  setlocale(LC_ALL, "C.UTF-8");
  if (crypto_start(&err) != 0 || clock_set_zone("Asia/Shanghai", &err) != 0 || !mkdtemp(directory)) return 1;
  if (golden && strcmp(golden, "write") == 0) write_golden();
  return cmocka_run_group_tests(tests, NULL, remove_all);
}
