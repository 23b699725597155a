/* One database copied to two places: both write on under one name, until a peer shows it. What the second wrote then goes on in child
 * logs, nothing is lost, and all come to the same tables. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
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
#include "store/query.h"
#include "store/upkeep.h"

#include "faults/breaker.h"

static const struct field note_fields[] = {
  { .name = "what", .type = FIELD_TEXT, .label = "What" },
  { .name = "person", .type = FIELD_TEXT, .label = "Person", .flags = FIELD_PERSONAL },
  { .name = "about", .type = FIELD_REFERENCE, .label = "About", .reference = "note" },
  { .name = "covers", .type = FIELD_NOTE, .label = "Covers" },
  { .name = NULL },
};
static const struct kind note_kind = {
  .name = "note", .label = "Note", .letter = "N", .fields = note_fields, .lanes = LANE_BIT(LANE_UP) | LANE_BIT(LANE_HERE), .title = "what"
};
static const struct kind *const kinds[] = { &note_kind, NULL };

static char directory[] = "/tmp/dutydesk-renew-XXXXXX";

static void must(int result, const struct err *err)
{
  if (result < 0) fail_msg("%s", err->text);
}

static struct store *open_at(const char *name)
{
  struct err err = ERR_INIT;
  struct store *store = NULL;
  char *path = mem_printf("%s/%s.db", directory, name);
  must(store_open(&store, path, kinds, &err), &err);
  free(path);
  return store;
}

static struct store *station(const char *name)
{
  struct err err = ERR_INIT;
  char *path = mem_printf("%s/%s.db", directory, name);
  must(store_create(path, "510722103000", 'B', false, kinds, &err), &err);
  free(path);
  return open_at(name);
}

/* The whole database with its key. `cat` into a file that is there keeps its inode, as when a machine goes back to a snapshot: we cannot
 * see it. */
static void copy(const char *from, const char *to)
{
  char *command = mem_printf("cat %s/%s.db > %s/%s.db && cat %s/%s.db.key > %s/%s.db.key", directory, from, directory, to, directory, from,
                             directory, to);
  assert_int_equal(system(command), 0);
  free(command);
}

static record_id note(struct store *store, enum lane lane, const char *what, record_id about)
{
  struct err err = ERR_INIT;
  struct act *act = act_begin(store, "note.add", about, &err);
  struct change *change = act ? act_new(act, &note_kind, 0, lane) : NULL;
  if (!change) fail_msg("%s", err.text);
  change_set_text(change, "what", what);
  change_set_text(change, "person", "01号户");
  change_number(change);
  if (about) change_set_number(change, "about", about);
  record_id id = change_record(change);
  must(act_commit(act, &err), &err);
  return id;
}

static void edit(struct store *store, record_id id, const char *field, const char *text)
{
  struct err err = ERR_INIT;
  struct act *act = act_begin(store, "note.set", 0, &err);
  change_set_text(act_edit(act, &note_kind, id), field, text);
  must(act_commit(act, &err), &err);
}

struct list {
  op_id ops[256];
  int count;
};

/* Log by log, each from its beginning. */
static void tell(struct store *from, struct store *to)
{
  struct err err = ERR_INIT;
  struct list list = { 0 };
  struct query *query = query_open(from, "SELECT id FROM op ORDER BY id");
  while (query_next(query, &err) == 1) list.ops[list.count++] = query_number(query, 0);
  query_close(query);
  for (int index = 0; index < list.count; index++) {
    struct operation operation;
    must(journal_read(from, list.ops[index], &operation, &err), &err);
    must(journal_admit(to, &operation, clock_now(), &err), &err);
    operation_free(&operation);
  }
}

static int compare_lines(const void *one, const void *other)
{
  return strcmp(*(char *const *)one, *(char *const *)other);
}

struct dump {
  struct store *store;
  char *lines[256];
  int count;
};

static bool dump_record(void *context, const struct record *record)
{
  struct dump *dump = context;
  struct buf line = BUF_INIT;
  json *object = record_json(dump->store, record, true);
  json_write(object, 0, &line);
  json_drop(object);
  dump->lines[dump->count++] = buf_take(&line, NULL);
  return true;
}

static char *dumped(struct store *store)
{
  struct dump dump = { .store = store };
  struct buf out = BUF_INIT;
  struct list_query query = { .kind = &note_kind, .with_void = true };
  assert_int_equal(list_read(store, &query, dump_record, &dump, NULL), 0);
  qsort(dump.lines, (size_t)dump.count, sizeof(*dump.lines), compare_lines);
  for (int index = 0; index < dump.count; index++) {
    buf_addf(&out, "%s\n", dump.lines[index]);
    free(dump.lines[index]);
  }
  return buf_take(&out, NULL);
}

static int head_of_up(void *context, const struct log_head *head)
{
  struct log_head *up = context;
  if (head->name.lane == LANE_UP) *up = *head;
  return 0;
}

static void say(void *context, const char *line)
{
  (void)context;
  fprintf(stderr, "%s\n", line);
}

static void clean(struct store *store)
{
  struct err err = ERR_INIT;
  assert_int_equal(verify_all(store, say, NULL, NULL, &err), 0);
}

static int64_t count_of(struct store *store, const char *what)
{
  struct query *query = query_open(store, "SELECT count(*) FROM k_note WHERE what = ?");
  query_bind_text(query, 1, what);
  int64_t count = query_next(query, NULL) == 1 ? query_number(query, 0) : -1;
  query_close(query);
  return count;
}

static void copies_come_apart(void **state)
{
  (void)state;
  struct err err = ERR_INIT;
  struct store *second = station("second"), *reader = station("reader");
  note(second, LANE_HERE, "本室", 0);
  record_id common = note(second, LANE_UP, "共同", 0);
  struct log_head up = { 0 };
  must(journal_heads(second, head_of_up, &up, &err), &err);
  store_close(second);
  copy("second", "snapshot");
  second = open_at("second");
  note(second, LANE_UP, "甲机", common);
  note(second, LANE_HERE, "甲机本室", common);
  tell(second, reader);
  store_close(second);
  copy("second", "first");
  copy("snapshot", "second");
  struct store *first = open_at("first");
  second = open_at("second");
  record_id own = note(second, LANE_UP, "乙机一", common);
  record_id here = note(second, LANE_HERE, "乙机本室", own);
  note(second, LANE_UP, "乙机二", own);
  edit(second, own, "what", "乙机一改");
  struct buf vector = BUF_INIT;
  journal_vector(second, &vector);
  edit(second, here, "covers", buf_text(&vector));
  uint64_t node = store_node(second);

  must(store_fork(second, &up, 1, &err), &err);
  assert_true(store_node(second) != node);
  assert_int_equal(store_letter(second), 'C');
  clean(second);
  assert_int_equal(count_of(second, "乙机一改"), 1);
  note(second, LANE_UP, "乙机三", common); /* work goes on */

  tell(second, reader);
  tell(second, first);
  tell(first, second);
  clean(reader);
  clean(first);
  clean(second);
  char *one = dumped(first), *two = dumped(second), *three = dumped(reader);
  assert_string_equal(one, two);
  assert_string_equal(one, three);
  assert_int_equal(count_of(reader, "共同") + count_of(reader, "甲机") + count_of(reader, "乙机一改") + count_of(reader, "乙机二") +
                     count_of(reader, "乙机三"),
                   5);
  assert_int_equal(count_of(reader, "乙机本室") + count_of(reader, "甲机本室") + count_of(reader, "本室"), 3);
  char *child = mem_printf("%016llx/510722103000/up", (unsigned long long)store_node(second));
  assert_non_null(strstr(three, child)); /* what covered the second one's own now names the child */
  free(child);
  free(one);
  free(two);
  free(three);
  buf_free(&vector);
  store_close(first);
  store_close(second);
  store_close(reader);
}

/* What we can see is another node from its first opening on: nothing comes apart. */
static void copy_is_another_node(void **state)
{
  (void)state;
  struct store *origin = station("origin");
  record_id common = note(origin, LANE_UP, "共同", 0);
  store_close(origin);
  copy("origin", "carried");
  struct store *carried = open_at("carried");
  origin = open_at("origin");
  assert_true(store_node(carried) != store_node(origin));
  assert_int_equal(store_letter(origin), 'B');
  note(origin, LANE_UP, "甲机", common);
  note(carried, LANE_UP, "乙机", common);
  tell(origin, carried);
  tell(carried, origin);
  clean(origin);
  clean(carried);
  char *one = dumped(origin), *two = dumped(carried);
  assert_string_equal(one, two);
  free(one);
  free(two);
  uint64_t node = store_node(carried);
  store_close(carried);
  carried = open_at("carried");
  assert_true(store_node(carried) == node); /* once only */
  store_close(carried);
  store_close(origin);
}

/* A session that was open while another one forked must not write under stale names. */
static void open_sessions_are_told(void **state)
{
  (void)state;
  struct err err = ERR_INIT;
  struct store *store = station("shared"), *session = open_at("shared");
  note(store, LANE_UP, "一", 0);
  struct log_head nothing = { .name = { store_node(store), store_area(store), LANE_UP } };
  must(store_fork(store, &nothing, 1, &err), &err);
  assert_null(act_begin(session, "note.add", 0, &err));
  assert_non_null(strstr(err.text, "open it again"));
  store_close(session);
  session = open_at("shared");
  note(session, LANE_UP, "二", 0);
  clean(session);
  store_close(session);
  store_close(store);
}

/* After a plain renewal (no operation moved) an open session goes on, under the new key. */
static void renewal_reaches_open_sessions(void **state)
{
  (void)state;
  struct err err = ERR_INIT;
  struct store *store = station("renewed"), *session = open_at("renewed");
  note(store, LANE_UP, "一", 0);
  must(store_renew(store, &err), &err);
  note(session, LANE_UP, "二", 0);
  assert_true(store_node(session) == store_node(store));
  clean(session);
  struct store *reader = station("renewal-reader");
  tell(session, reader);
  clean(reader);
  store_close(reader);
  store_close(session);
  store_close(store);
}

/* Killed at every call that changes a file, a node is what it was or what it becomes, with its old key's word for it: nobody has to say
 * yes again. And what followed a common point is not taken for common. */
static void cut_off_anywhere(void **state)
{
  (void)state;
  struct err err = ERR_INIT;
  struct breaker *breaker = breaker_make();
  struct store *store = station("cut");
  note(store, LANE_UP, "共同", 0);
  struct log_head up = { 0 };
  must(journal_heads(store, head_of_up, &up, &err), &err);
  note(store, LANE_UP, "本机", 0);
  uint64_t node = store_node(store);
  store_close(store);
  copy("cut", "whole");
  int status = SIGKILL, renewed = 0, not_yet = 0;
  breaker->mode = BREAKER_KILLS;
  for (breaker->at = 0; WIFSIGNALED(status); breaker->at++) {
    copy("whole", "cut");
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
      store = open_at("cut");
      breaker_arm(breaker);
      _exit(store_fork(store, &up, 1, &err) != 0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    store = open_at("cut");
    char *word = store_get_local(store, "succession");
    bool is_new = store_node(store) != node;
    if (is_new != (word != NULL))
      fail_msg("killed at call %ld it is %s, and has %s", breaker->at, is_new ? "new" : "old", word ? word : "no word for it");
    renewed += is_new;
    not_yet += !is_new;
    if (!is_new) must(store_fork(store, &up, 1, &err), &err);
    assert_int_equal(count_of(store, "本机"), 1);
    clean(store);
    free(word);
    store_close(store);
  }
  assert_int_equal(WEXITSTATUS(status), 0);
  assert_true(renewed > 1 && not_yet > 1);
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
  const struct CMUnitTest tests[] = { cmocka_unit_test(copies_come_apart), cmocka_unit_test(copy_is_another_node),
                                      cmocka_unit_test(open_sessions_are_told), cmocka_unit_test(renewal_reaches_open_sessions),
                                      cmocka_unit_test(cut_off_anywhere) };
  struct err err = ERR_INIT;
  setlocale(LC_ALL, "C.UTF-8");
  if (crypto_start(&err) != 0 || clock_set_zone("Asia/Shanghai", &err) != 0 || !mkdtemp(directory)) return 1;
  return cmocka_run_group_tests(tests, NULL, remove_all);
}
