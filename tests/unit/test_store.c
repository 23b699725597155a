/* The journal from outside: what is written is there, in one piece, and can be proven. */
#include <locale.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/err.h"
#include "base/mem.h"
#include "store/act.h"
#include "store/inside.h"
#include "store/journal.h"
#include "store/query.h"
#include "store/search.h"
#include "store/upkeep.h"
#include "store/watch.h"

static const struct choice states[] = { { "open", "open" }, { "done", "done" }, { NULL, NULL } };
static const struct field note_fields[] = {
  { .name = "at", .type = FIELD_TIME, .label = "At", .flags = FIELD_REQUIRED, .columns = 12 },
  { .name = "text", .type = FIELD_NOTE, .label = "Text", .flags = FIELD_REQUIRED, .columns = 40 },
  { .name = "state", .type = FIELD_CHOICE, .label = "State", .choices = states, .group = 1 },
  { .name = "why", .type = FIELD_TEXT, .label = "Why", .group = 1 },
  { .name = "depth", .type = FIELD_DECIMAL, .label = "Depth", .places = 2, .unit = "m" },
  { .name = "person", .type = FIELD_TEXT, .label = "Person", .flags = FIELD_PERSONAL },
  { .name = "about", .type = FIELD_REFERENCE, .label = "About", .reference = "note" },
  { .name = NULL },
};
static const struct kind note_kind = { .name = "note",
                                       .label = "Note",
                                       .letter = "N",
                                       .fields = note_fields,
                                       .lanes = LANE_BIT(LANE_HERE) | LANE_BIT(LANE_UP),
                                       .order = "at",
                                       .newest_first = true };
static const struct field spot_fields[] = {
  { .name = "code", .type = FIELD_TEXT, .label = "Code", .flags = FIELD_REQUIRED | FIELD_KEY },
  { .name = "name", .type = FIELD_TEXT, .label = "Name" },
  { .name = NULL },
};
static const struct kind spot_kind = {
  .name = "spot", .label = "Spot", .fields = spot_fields, .lanes = LANE_BIT(LANE_UP), .title = "name", .order = "code", .is_keyed = true
};
static const struct kind *const kinds[] = { &note_kind, &spot_kind, NULL };

struct fixture {
  char directory[64], path[80];
  struct store *store;
};

static int setup(void **state)
{
  struct fixture *fixture = mem_zero(1, sizeof(*fixture));
  struct err err = ERR_INIT;
  strcpy(fixture->directory, "/tmp/dutydesk-store-XXXXXX");
  assert_non_null(mkdtemp(fixture->directory));
  snprintf(fixture->path, sizeof(fixture->path), "%s/desk.db", fixture->directory);
  if (store_create(fixture->path, "510722103000", 'B', false, kinds, &err) != 0 ||
      store_open(&fixture->store, fixture->path, kinds, &err) != 0)
    fail_msg("%s", err.text);
  *state = fixture;
  return 0;
}

static int teardown(void **state)
{
  struct fixture *fixture = *state;
  char command[128];
  store_close(fixture->store);
  snprintf(command, sizeof(command), "rm -rf %s", fixture->directory);
  int result = system(command);
  free(fixture);
  return result;
}

static record_id note_add(struct store *store, const char *text)
{
  struct err err = ERR_INIT;
  struct act *act = act_begin(store, "note.add", 0, &err);
  assert_non_null(act);
  struct change *change = act_new(act, &note_kind, 0, LANE_HERE);
  change_set_number(change, "at", act_at(act));
  change_set_text(change, "text", text);
  change_number(change);
  record_id id = change_record(change);
  if (act_commit(act, &err) != 0) fail_msg("%s", err.text);
  return id;
}

static void note_set(struct store *store, record_id id, const char *field, const char *text)
{
  struct err err = ERR_INIT;
  struct act *act = act_begin(store, "note.set", 0, &err);
  assert_non_null(act);
  change_set_text(act_edit(act, &note_kind, id), field, text);
  if (act_commit(act, &err) != 0) fail_msg("%s", err.text);
}

static char *note_text(struct store *store, record_id id, const char *field)
{
  struct record record;
  assert_int_equal(record_read(store, &note_kind, id, &record, NULL), 1);
  char *text = mem_dup(record_text(&record, field));
  record_free(&record);
  return text;
}

static void assert_note(struct store *store, record_id id, const char *field, const char *expected)
{
  char *text = note_text(store, id, field);
  if (expected)
    assert_string_equal(text, expected);
  else
    assert_null(text);
  free(text);
}

static void say(void *context, const char *line)
{
  (void)context;
  print_error("%s\n", line);
}

static void assert_sound(struct store *store)
{
  struct err err = ERR_INIT;
  int findings = verify_all(store, say, NULL, NULL, &err);
  if (findings != 0) fail_msg("%d findings; %s", findings, err.text);
}

static void written_is_read(void **state)
{
  struct fixture *fixture = *state;
  record_id id = note_add(fixture->store, "山洪已过桥面");
  assert_note(fixture->store, id, "text", "山洪已过桥面");
  note_set(fixture->store, id, "text", "山洪已退");
  note_set(fixture->store, id, "why", "水位下降");
  assert_note(fixture->store, id, "text", "山洪已退");
  assert_note(fixture->store, id, "why", "水位下降");
  assert_sound(fixture->store);
}

static void numbers_run_on(void **state)
{
  struct fixture *fixture = *state;
  struct err err = ERR_INIT;
  char *first = NULL, *one = note_text(fixture->store, note_add(fixture->store, "一"), "no");
  struct act *act = act_begin(fixture->store, "note.reserve", 0, &err);
  act_reserve_numbers(act, &note_kind, 3, &first);
  assert_int_equal(act_commit(act, &err), 0);
  char *after = note_text(fixture->store, note_add(fixture->store, "二"), "no");
  assert_string_equal(one + 4, "-B001");
  assert_string_equal(first + 4, "-B002");
  assert_string_equal(after + 4, "-B005");
  act = act_begin(fixture->store, "note.add", 0, &err);
  struct change *change = act_new(act, &note_kind, 0, LANE_HERE);
  change_set_text(change, "text", "补录");
  change_use_number(change, first);
  assert_int_equal(act_commit(act, &err), 0);
  act = act_begin(fixture->store, "note.add", 0, &err);
  change_use_number(act_new(act, &note_kind, 0, LANE_HERE), first);
  assert_int_equal(act_commit(act, &err), -1);
  free(first);
  free(one);
  free(after);
}

static void void_stays_readable(void **state)
{
  struct fixture *fixture = *state;
  struct err err = ERR_INIT;
  record_id id = note_add(fixture->store, "错记");
  note_set(fixture->store, id, "voided", "记错时间");
  assert_note(fixture->store, id, "text", "错记");
  assert_note(fixture->store, id, "voided", "记错时间");
  struct act *act = act_begin(fixture->store, "note.set", 0, &err);
  change_set_text(act_edit(act, &note_kind, id), "text", "改");
  assert_int_equal(act_commit(act, &err), -1);
  assert_note(fixture->store, id, "text", "错记");
}

static void keyed_is_one_record(void **state)
{
  struct fixture *fixture = *state;
  struct err err = ERR_INIT;
  struct values key;
  record_id ids[2];
  bool existing[2];
  values_start_kind(&key, &spot_kind);
  values_set_text(&key, "code", "510722-01");
  for (int time = 0; time < 2; time++) {
    struct act *act = act_begin(fixture->store, "spot.set", 0, &err);
    struct change *change = act_keyed(act, &spot_kind, 0, LANE_UP, &key, &existing[time]);
    change_set_text(change, "name", time ? "甲点" : "乙点");
    ids[time] = change_record(change);
    if (act_commit(act, &err) != 0) fail_msg("%s", err.text);
  }
  values_free(&key);
  assert_true(ids[0] == ids[1] && !existing[0] && existing[1]);
  struct record record;
  assert_int_equal(record_read(fixture->store, &spot_kind, ids[0], &record, NULL), 1);
  assert_string_equal(record_title(&record), "甲点");
  record_free(&record);
  assert_true(record_find(fixture->store, &spot_kind, "甲点", &err) == ids[0]);
  assert_true(record_find(fixture->store, &spot_kind, "510722-01", &err) == ids[0]);
  assert_sound(fixture->store);
}

static bool count_row(void *context, const struct record *record)
{
  (void)record;
  ++*(int *)context;
  return true;
}

static int found(struct store *store, const char *words)
{
  int count = 0;
  struct err err = ERR_INIT;
  if (search_read(store, words, NULL, false, 100, count_row, &count, &err) != 0) fail_msg("%s", err.text);
  return count;
}

static void search_finds_two_characters(void **state)
{
  struct fixture *fixture = *state;
  record_id id = note_add(fixture->store, "3号滑坡点发现山洪，水深 40%_");
  note_add(fixture->store, "山里下雨，洪水未到");
  assert_int_equal(found(fixture->store, "山洪"), 1);
  assert_int_equal(found(fixture->store, "滑坡"), 1);
  assert_int_equal(found(fixture->store, "山"), 2);
  assert_int_equal(found(fixture->store, "到"), 1);
  assert_int_equal(found(fixture->store, "40%_"), 1);
  assert_int_equal(found(fixture->store, "4%"), 0);
  assert_int_equal(found(fixture->store, "洪水 下雨"), 1);
  note_set(fixture->store, id, "text", "解除");
  assert_int_equal(found(fixture->store, "滑坡"), 0);
  assert_int_equal(found(fixture->store, "解除"), 1);
}

static bool collect_id(void *context, const struct record *record)
{
  record_id **next = context;
  *(*next)++ = record->id;
  return true;
}

static void lists_page_by_key(void **state)
{
  struct fixture *fixture = *state;
  record_id all[20], paged[20], *next = all;
  for (int index = 0; index < 10; index++) note_add(fixture->store, "行");
  struct list_query query = { .kind = &note_kind };
  assert_int_equal(list_read(fixture->store, &query, collect_id, &next, NULL), 0);
  assert_int_equal(next - all, 10);
  query.limit = 3;
  next = paged;
  for (record_id *before = next; next == paged || next > before;) {
    query.after = next == paged ? 0 : next[-1];
    before = next;
    assert_int_equal(list_read(fixture->store, &query, collect_id, &next, NULL), 0);
  }
  assert_int_equal(next - paged, 10);
  assert_memory_equal(all, paged, 10 * sizeof(*all));
}

static void altered_is_found(void **state)
{
  struct fixture *fixture = *state;
  note_add(fixture->store, "原文");
  store_close(fixture->store);
  char command[300];
  snprintf(command, sizeof(command),
           "sqlite3 %s \"DROP TRIGGER op_stays; UPDATE op SET body = replace(CAST(body AS TEXT), '原文', '改文')\"", fixture->path);
  if (system("command -v sqlite3 >/dev/null") != 0 || system(command) != 0) skip();
  struct err err = ERR_INIT;
  assert_int_equal(store_open(&fixture->store, fixture->path, kinds, &err), 0);
  assert_true(verify_all(fixture->store, NULL, NULL, NULL, &err) >= 2); /* chain and projection */
}

static void erased_is_gone(void **state)
{
  struct fixture *fixture = *state;
  struct err err = ERR_INIT;
  struct act *act = act_begin(fixture->store, "note.add", 0, &err);
  struct change *change = act_new(act, &note_kind, 0, LANE_UP);
  change_set_text(change, "text", "转移");
  change_set_text(change, "person", "隐私七号");
  record_id id = change_record(change);
  assert_int_equal(act_commit(act, &err), 0);
  assert_note(fixture->store, id, "person", "隐私七号");
  act = act_begin(fixture->store, "note.erase", 0, &err);
  change_erase(act_edit(act, &note_kind, id));
  if (act_commit(act, &err) != 0) fail_msg("%s", err.text);
  assert_note(fixture->store, id, "person", NULL);
  assert_note(fixture->store, id, "text", "转移");
  assert_int_equal(found(fixture->store, "隐私"), 0);
  assert_int_equal(query_single(fixture->store, "SELECT count(*) FROM private WHERE part IS NOT NULL", 0, -1), 0);
  assert_sound(fixture->store);
}

static void rebuild_gives_the_same(void **state)
{
  struct fixture *fixture = *state;
  struct err err = ERR_INIT;
  record_id id = note_add(fixture->store, "甲");
  note_set(fixture->store, id, "state", "done");
  assert_int_equal(verify_rebuild(fixture->store, true, NULL, &err), 0);
  assert_note(fixture->store, id, "state", "done");
  assert_int_equal(found(fixture->store, "甲"), 1);
  assert_sound(fixture->store);
}

static void backup_comes_back_under_a_new_key(void **state)
{
  struct fixture *fixture = *state;
  struct err err = ERR_INIT;
  char backup[96], expected[160], *aside;
  snprintf(backup, sizeof(backup), "%s/backup.db", fixture->directory);
  snprintf(expected, sizeof(expected), "%s.before-restore-1", fixture->path);
  record_id id = note_add(fixture->store, "备份前");
  if (backup_make(fixture->store, backup, NULL, &err) != 0) fail_msg("%s", err.text);
  note_add(fixture->store, "备份后");
  uint64_t node = store_node(fixture->store);
  assert_int_equal(backup_restore(fixture->path, backup, kinds, &aside, &err), -1); /* it is open */
  store_close(fixture->store);
  if (backup_restore(fixture->path, backup, kinds, &aside, &err) != 0) fail_msg("%s", err.text);
  assert_string_equal(aside, expected);
  free(aside);
  assert_int_equal(store_open(&fixture->store, fixture->path, kinds, &err), 0);
  assert_true(store_node(fixture->store) != node);
  assert_int_equal(store_letter(fixture->store), 'C');
  assert_note(fixture->store, id, "text", "备份前");
  assert_int_equal(query_single(fixture->store, "SELECT count(*) FROM k_note", 0, -1), 1);
  note_set(fixture->store, id, "text", "备份前，改");
  note_add(fixture->store, "恢复后");
  assert_note(fixture->store, id, "text", "备份前，改");
  assert_sound(fixture->store);
}

static void older_copy_gets_a_new_key(void **state)
{
  struct fixture *fixture = *state;
  struct err err = ERR_INIT;
  char command[300];
  uint64_t node = store_node(fixture->store);
  note_add(fixture->store, "一");
  store_close(fixture->store);
  snprintf(command, sizeof(command), "cp %s %s.old", fixture->path, fixture->path);
  assert_int_equal(system(command), 0);
  assert_int_equal(store_open(&fixture->store, fixture->path, kinds, &err), 0);
  note_add(fixture->store, "二");
  store_close(fixture->store);
  snprintf(command, sizeof(command), "cp %s.old %s", fixture->path, fixture->path);
  assert_int_equal(system(command), 0);
  assert_int_equal(store_open(&fixture->store, fixture->path, kinds, &err), 0);
  assert_true(store_node(fixture->store) != node);
}

static void areas_concern_those_above_and_below(void **state)
{
  static const struct {
    const char *codes;
    bool concerns;
  } cases[] = {
    { "110228104000", true },
    { "110228104201", true },
    { "110228000000", true },
    { "110200000000", true },
    { "110000000000", true },
    { "000000000000", true },
    { "110228105000", false },
    { "110229000000", false },
    { "510000000000", false },
    { "", false },
    { "110228", false },
    { "510000000000 110228104201", true },
    { "  110228105000  510722000000 ", false },
  };
  (void)state;
  for (size_t index = 0; index < sizeof(cases) / sizeof(*cases); index++)
    assert_int_equal(area_concerns(110228104000, cases[index].codes), cases[index].concerns);
  assert_true(area_concerns(110228104201, "110228104000"));
  assert_false(area_concerns(110228104201, "110228104202"));
}

static int64_t notes_held(struct store *store)
{
  return query_single(store, "SELECT count(*) FROM k_note", 0, -1);
}

static void a_reading_is_of_one_moment(void **state)
{
  struct fixture *fixture = *state;
  struct store *other;
  struct err err = ERR_INIT;
  note_add(fixture->store, "before");
  assert_int_equal(store_open(&other, fixture->path, kinds, &err), 0);
  query_begin_reading(fixture->store);
  assert_int_equal(notes_held(fixture->store), 1);
  note_add(other, "meanwhile");
  assert_int_equal(notes_held(fixture->store), 1);
  query_end_reading(fixture->store);
  assert_int_equal(notes_held(fixture->store), 2);
  store_close(other);
}

/* Else the write would build on what was read long ago, and fail when somebody else has written since. */
static void a_write_ends_the_reading(void **state)
{
  struct fixture *fixture = *state;
  struct store *other;
  struct err err = ERR_INIT;
  assert_int_equal(store_open(&other, fixture->path, kinds, &err), 0);
  query_begin_reading(fixture->store);
  assert_int_equal(notes_held(fixture->store), 0);
  note_add(other, "meanwhile");
  assert_int_equal(store_set_local(fixture->store, "mark", "here", &err), 0);
  query_begin_reading(fixture->store);
  assert_int_equal(notes_held(fixture->store), 1);
  note_add(other, "again");
  note_add(fixture->store, "own");
  assert_int_equal(notes_held(fixture->store), 3);
  query_end_reading(fixture->store);
  char *mark = store_get_local(other, "mark");
  assert_string_equal(mark, "here");
  free(mark);
  store_close(other);
}

static int pages_kept(struct store *store)
{
  int bytes = 0, most;
  sqlite3_db_status(sql_handle(store->sql), SQLITE_DBSTATUS_CACHE_USED, &bytes, &most, 0);
  return bytes;
}

static void resting_gives_back_what_was_read(void **state)
{
  struct fixture *fixture = *state;
  struct buf long_text = BUF_INIT;
  record_id last = 0;
  for (int i = 0; i < 4000; i++) buf_addf(&long_text, "%d ", i);
  for (int i = 0; i < 20; i++) last = note_add(fixture->store, buf_text(&long_text));
  assert_int_equal(notes_held(fixture->store), 20);
  int before = pages_kept(fixture->store);
  store_rest(fixture->store);
  assert_in_range(pages_kept(fixture->store), 0, before / 2);
  assert_note(fixture->store, last, "text", buf_text(&long_text));
  note_add(fixture->store, "after");
  assert_int_equal(notes_held(fixture->store), 21);
  buf_free(&long_text);
}

/* Somebody who reads row after row may be at it while the memory is given back. */
static void resting_does_not_disturb_a_reading(void **state)
{
  struct fixture *fixture = *state;
  for (int i = 0; i < 3; i++) note_add(fixture->store, "x");
  struct query *query = query_open(fixture->store, "SELECT text FROM k_note ORDER BY id");
  int rows = 0;
  while (query_next(query, NULL) == 1) {
    store_rest(fixture->store);
    assert_string_equal(query_text(query, 0), "x");
    rows++;
  }
  query_close(query);
  assert_int_equal(rows, 3);
}

static void decimals_are_exact(void **state)
{
  struct fixture *fixture = *state;
  struct err err = ERR_INIT;
  struct value value = { 0 };
  struct buf text = BUF_INIT;
  const struct field *depth = &note_fields[4];
  assert_int_equal(value_read(fixture->store, depth, "－１２．５", 0, &value, &err), 0);
  assert_int_equal(value.number, -1250);
  value_show(fixture->store, depth, &value, &text);
  assert_string_equal(buf_text(&text), "-12.50");
  assert_int_equal(value_read(fixture->store, depth, "1.234", 0, &value, &err), -1);
  assert_int_equal(value_read(fixture->store, depth, "1e3", 0, &value, &err), -1);
  assert_int_equal(value_read(fixture->store, &note_fields[2], "nonsense", 0, &value, &err), -1);
  buf_free(&text);
}

/* The disk takes its time: what is written is seen, and can be read only when it has been committed. */
static bool look(struct store_watch *watch, struct store *store)
{
  poll(NULL, 0, (int)store_watch_wait(watch) + 1);
  return store_watch_look(watch, store);
}

static void others_are_seen_when_their_commit_can_be_read(void **state)
{
  struct fixture *fixture = *state;
  struct store_watch watch;
  sqlite3 *other;
  assert_int_equal(sqlite3_open(fixture->path, &other), SQLITE_OK);
  assert_int_equal(sqlite3_exec(other, "CREATE TABLE elsewhere(x)", NULL, NULL, NULL), SQLITE_OK);
  store_changed_elsewhere(fixture->store);
  store_watch_open(&watch, fixture->path, 1);
  assert_int_equal(store_watch_wait(&watch), -1);
  assert_false(store_watch_look(&watch, fixture->store));
  /* More than its cache holds goes into the file before the commit. */
  assert_int_equal(sqlite3_exec(other,
                                "PRAGMA cache_size = 2; PRAGMA cache_spill = 2; BEGIN IMMEDIATE;"
                                "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < 40)"
                                " INSERT INTO elsewhere SELECT randomblob(4000) FROM n",
                                NULL, NULL, NULL),
                   SQLITE_OK);
  assert_true(store_watch_see(&watch));
  for (int i = 0; i < 4; i++) assert_false(look(&watch, fixture->store));
  assert_int_equal(sqlite3_exec(other, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
  /* Nothing more is read from the descriptor: what it said before has to be enough. */
  assert_true(look(&watch, fixture->store));
  assert_int_equal(store_watch_wait(&watch), -1);
  assert_true(store_watch_see(&watch));
  assert_false(look(&watch, fixture->store));
  assert_int_equal(store_watch_wait(&watch), -1);
  store_watch_close(&watch);
  assert_int_equal(sqlite3_exec(other, "DROP TABLE elsewhere", NULL, NULL, NULL), SQLITE_OK);
  sqlite3_close(other);
}

/* No more descriptors stand for no more watchers: the kernel refuses both alike. */
static void others_are_seen_where_nothing_can_be_watched(void **state)
{
  struct fixture *fixture = *state;
  struct store_watch watch;
  struct rlimit few, before;
  sqlite3 *other;
  assert_int_equal(sqlite3_open(fixture->path, &other), SQLITE_OK);
  assert_int_equal(sqlite3_exec(other, "CREATE TABLE elsewhere(x)", NULL, NULL, NULL), SQLITE_OK);
  assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
  few = (struct rlimit){ 3, before.rlim_max };
  assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
  store_watch_open(&watch, fixture->path, 1);
  assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
  assert_int_equal(watch.descriptor, -1);
  store_changed_elsewhere(fixture->store);
  for (int i = 0; i < 2; i++) { /* and again */
    assert_true(store_watch_wait(&watch) > 0);
    assert_int_equal(sqlite3_exec(other, "INSERT INTO elsewhere VALUES(1)", NULL, NULL, NULL), SQLITE_OK);
    assert_true(look(&watch, fixture->store));
  }
  store_watch_close(&watch);
  assert_int_equal(sqlite3_exec(other, "DROP TABLE elsewhere", NULL, NULL, NULL), SQLITE_OK);
  sqlite3_close(other);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown(others_are_seen_when_their_commit_can_be_read, setup, teardown),
    cmocka_unit_test_setup_teardown(others_are_seen_where_nothing_can_be_watched, setup, teardown),
    cmocka_unit_test_setup_teardown(written_is_read, setup, teardown),
    cmocka_unit_test_setup_teardown(numbers_run_on, setup, teardown),
    cmocka_unit_test_setup_teardown(void_stays_readable, setup, teardown),
    cmocka_unit_test_setup_teardown(keyed_is_one_record, setup, teardown),
    cmocka_unit_test_setup_teardown(search_finds_two_characters, setup, teardown),
    cmocka_unit_test_setup_teardown(lists_page_by_key, setup, teardown),
    cmocka_unit_test_setup_teardown(altered_is_found, setup, teardown),
    cmocka_unit_test_setup_teardown(erased_is_gone, setup, teardown),
    cmocka_unit_test_setup_teardown(rebuild_gives_the_same, setup, teardown),
    cmocka_unit_test_setup_teardown(backup_comes_back_under_a_new_key, setup, teardown),
    cmocka_unit_test_setup_teardown(older_copy_gets_a_new_key, setup, teardown),
    cmocka_unit_test(areas_concern_those_above_and_below),
    cmocka_unit_test_setup_teardown(a_reading_is_of_one_moment, setup, teardown),
    cmocka_unit_test_setup_teardown(a_write_ends_the_reading, setup, teardown),
    cmocka_unit_test_setup_teardown(resting_gives_back_what_was_read, setup, teardown),
    cmocka_unit_test_setup_teardown(resting_does_not_disturb_a_reading, setup, teardown),
    cmocka_unit_test_setup_teardown(decimals_are_exact, setup, teardown),
  };
  struct err err = ERR_INIT;
  if (crypto_start(&err) != 0 || clock_set_zone("Asia/Shanghai", &err) != 0) fail_msg("%s", err.text);
  setlocale(LC_ALL, "C.UTF-8");
  return cmocka_run_group_tests(tests, NULL, NULL);
}
