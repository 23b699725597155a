/* The quick reader of operations' bodies: it reads what the JSON library reads, the same, or leaves it alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/crypto.h"
#include "base/err.h"
#include "store/inside.h"

static const struct field fields[] = {
  { .name = "text", .type = FIELD_NOTE, .label = "Text" },
  { .name = "count", .type = FIELD_INTEGER, .label = "Count" },
  { .name = "about", .type = FIELD_REFERENCE, .label = "About", .reference = "*" },
  { .name = "who", .type = FIELD_TEXT, .label = "Who", .flags = FIELD_PERSONAL },
  { 0 },
};
static const struct kind thing_kind = {
  .name = "thing", .label = "Thing", .fields = fields, .lanes = LANE_BIT(LANE_HERE), .title = "text"
};
static const struct kind *const kinds[] = { &thing_kind, NULL };

enum { STAMP = 77 };
static char directory[64];
static struct store *store;
static op_id op;

static int setup(void **state)
{
  struct err err = ERR_INIT;
  char path[128];
  (void)state;
  snprintf(directory, sizeof(directory), "/tmp/test_body_quick.XXXXXX");
  if (!mkdtemp(directory) || crypto_start(&err) != 0) return -1;
  snprintf(path, sizeof(path), "%s/a.db", directory);
  if (store_create(path, "110228104000", 'A', false, kinds, &err) != 0 || store_open(&store, path, kinds, &err) != 0)
    fail_msg("%s", err.text);
  struct log_name name = { store->node, store->area, LANE_HERE };
  op = op_of(log_make(store, &name, &err)->id, 9);
  return 0;
}

static int teardown(void **state)
{
  static const char *const endings[] = { "", ".key", ".lock", "-wal", "-shm" };
  (void)state;
  store_close(store);
  for (size_t index = 0; index < sizeof(endings) / sizeof(*endings); index++) {
    char path[128];
    snprintf(path, sizeof(path), "%s/a.db%s", directory, endings[index]);
    unlink(path);
  }
  return rmdir(directory);
}

static bool quickly(const char *text, struct body_changes *body)
{
  return body_read_quickly(store, op, STAMP, text, strlen(text), body);
}

static void assert_same(const struct body_change *one, const struct body_change *other)
{
  assert_ptr_equal(one->kind, other->kind);
  assert_int_equal(one->record, other->record);
  assert_int_equal(one->op, other->op);
  assert_int_equal(one->place, other->place);
  assert_int_equal(one->stamp, other->stamp);
  assert_int_equal(one->node, other->node);
  assert_int_equal(one->erases, other->erases);
  assert_int_equal(one->saw_count, other->saw_count);
  for (int index = 0; index < one->saw_count; index++) assert_int_equal(one->saw[index], other->saw[index]);
  for (int field = 0; field < one->values.count; field++) {
    assert_int_equal(one->sets[field], other->sets[field]);
    assert_true(value_equal(one->values.fields[field], &one->values.list[field], &other->values.list[field]));
  }
}

static void check_same(const char *text)
{
  struct body_changes body;
  struct err err = ERR_INIT;
  json *whole = json_read(text, strlen(text), &err);
  if (!whole || !quickly(text, &body)) fail_msg("not read: %s", text);
  assert_int_equal(body.count, json_count(whole));
  for (int place = 0; place < body.count; place++) {
    struct body_change slow;
    assert_int_equal(body_change_read(store, op, STAMP, place, json_at(whole, (size_t)place), NULL, &slow, &err), 1);
    assert_same(&body.list[place], &slow);
    body_change_free(&slow);
  }
  body_changes_free(&body);
  json_drop(whole);
}

static void what_it_reads_is_what_the_library_reads(void **state)
{
  /* clang-format off */
  static const char *const bodies[] = {
    "[{\"kind\":\"thing\",\"record\":0}]",
    "[{\"kind\":\"thing\",\"record\":0,\"set\":{\"text\":\"山洪\",\"count\":-12}}]",
    "[{\"kind\":\"thing\",\"record\":0,\"set\":{\"text\":\"\",\"count\":0,\"about\":0}},{\"kind\":\"thing\",\"record\":\"3/1\",\"set\":{\"about\":\"2/0\"},\"saw\":[3,8]}]",
    "[{\"kind\":\"thing\",\"record\":\"4/0\",\"set\":{\"text\":null,\"count\":null,\"about\":null},\"erase\":true}]",
    "[{\"kind\":\"thing\",\"record\":\"4/0\",\"saw\":[4],\"erase\":true}]",
    "[{\"kind\":\"thing\",\"record\":0,\"set\":{\"no\":\"T-26-A001\",\"text\":\"one\\ntwo \\\"three\\\" \\\\four\\\\\"}}]",
    "[{\"kind\":\"thing\",\"record\":0,\"set\":{\"count\":999999999999999999}}]",
    "[{\"kind\":\"thing\",\"record\":0,\"set\":{\"count\":1,\"text\":\"b\"}}]",
    "[{\"kind\":\"thing\",\"record\":\"=000102030405060708090a0b0c0d0e0f\",\"set\":{\"about\":\"=000102030405060708090a0b0c0d0e0f\"}}]",
    "[{\"kind\":\"thing\",\"record\":0,\"set\":{\"about\":\"00000000000000ff/110228104201/up/5/0\"}}]",
  };
  /* clang-format on */
  (void)state;
  for (size_t index = 0; index < sizeof(bodies) / sizeof(*bodies); index++) check_same(bodies[index]);
}

static void what_differs_is_left_alone(void **state)
{
  static const char *const bodies[] = {
    "",
    "[",
    "[]",
    "{}",
    "null",
    "[{}]",
    "[1]",
    "[{\"kind\":\"thing\",\"record\":0}] ",
    " [{\"kind\":\"thing\",\"record\":0}]",
    "[{\"kind\":\"thing\",\"record\":0},]",
    "[{\"kind\":\"thing\",\"record\":0}",
    "[{\"kind\":\"thing\"}]",
    "[{\"record\":0,\"kind\":\"thing\"}]",
    "[{\"kind\":\"other\",\"record\":0}]",
    "[{\"kind\":\"thing\",\"record\":0,\"new\":1}]",
    "[{\"kind\":\"thing\",\"record\":-1}]",
    "[{\"kind\":\"thing\",\"record\":4095}]",
    "[{\"kind\":\"thing\",\"record\":\"x\"}]",
    "[{\"kind\":\"thing\",\"record\":\"=00\"}]",
    "[{\"kind\":\"thing\",\"record\":0,\"set\":{}}]",
    "[{\"kind\":\"thing\",\"record\":0,\"set\":{\"unknown\":1}}]",
    "[{\"kind\":\"thing\",\"record\":0,\"set\":{\"text\":\"a\",\"text\":\"b\"}}]",
    "[{\"kind\":\"thing\",\"record\":0,\"set\":{\"text\":1}}]",
    "[{\"kind\":\"thing\",\"record\":0,\"set\":{\"count\":\"1\"}}]",
    "[{\"kind\":\"thing\",\"record\":0,\"set\":{\"count\":01}}]",
    "[{\"kind\":\"thing\",\"record\":0,\"set\":{\"count\":-0}}]",
    "[{\"kind\":\"thing\",\"record\":0,\"set\":{\"count\":1.0}}]",
    "[{\"kind\":\"thing\",\"record\":0,\"set\":{\"count\":1e3}}]",
    "[{\"kind\":\"thing\",\"record\":0,\"set\":{\"count\":-}}]",
    "[{\"kind\":\"thing\",\"record\":0,\"set\":{\"count\":1234567890123456789}}]",
    "[{\"kind\":\"thing\",\"record\":0,\"set\":{\"text\":\"\\u5c71\"}}]",
    "[{\"kind\":\"thing\",\"record\":0,\"set\":{\"text\":\"a\\\"}}]",
    "[{\"kind\":\"thing\",\"record\":0,\"set\":{\"text\":\"a\nb\"}}]",
    "[{\"kind\":\"thing\",\"record\":0,\"set\":{\"text\":\"\xe5\xb1\"}}]",
    "[{\"kind\":\"thing\",\"record\":0,\"saw\":[]}]",
    "[{\"kind\":\"thing\",\"record\":0,\"saw\":[0]}]",
    "[{\"kind\":\"thing\",\"record\":0,\"saw\":[\"x\"]}]",
    "[{\"kind\":\"thing\",\"record\":0,\"erase\":false}]",
  };
  struct body_changes body;
  (void)state;
  for (size_t index = 0; index < sizeof(bodies) / sizeof(*bodies); index++)
    if (quickly(bodies[index], &body)) fail_msg("read: %s", bodies[index]);
}

/* No prefix and no body with one byte changed may crash or be read past its end (for sanitizers), and what is read is good JSON. */
static void broken_bytes_never_pass_for_good_ones(void **state)
{
  static const char good[] =
    "[{\"kind\":\"thing\",\"record\":\"3/1\",\"set\":{\"text\":\"a\\n山\",\"count\":5,\"about\":\"2/0\"},\"saw\":[3,8],\"erase\":true}]";
  struct body_changes body;
  (void)state;
  for (size_t at = 0; at < strlen(good); at++) {
    char *copy = malloc(at ? at : 1);
    memcpy(copy, good, at);
    assert_false(body_read_quickly(store, op, STAMP, copy, at, &body));
    free(copy);
    for (int byte = 0; byte < 256; byte++) {
      char changed[sizeof(good)];
      memcpy(changed, good, sizeof(good));
      changed[at] = (char)byte;
      if (!body_read_quickly(store, op, STAMP, changed, sizeof(good) - 1, &body)) continue;
      body_changes_free(&body);
      check_same(changed);
    }
  }
}

static void a_private_part_joins_its_change(void **state)
{
  static const char text[] = "[{\"kind\":\"thing\",\"record\":0,\"set\":{\"text\":\"a\"}}]", part[] = "{\"who\":\"01号户\"}",
                    twice[] = "{\"text\":\"b\"}";
  struct body_changes body;
  (void)state;
  assert_true(quickly(text, &body));
  assert_true(body_read_private_quickly(store, &body, 0, part, strlen(part)));
  assert_string_equal(values_text(&body.list[0].values, "who"), "01号户");
  assert_false(body_read_private_quickly(store, &body, 0, twice, strlen(twice)));
  assert_false(body_read_private_quickly(store, &body, 1, part, strlen(part)));
  assert_false(body_read_private_quickly(store, &body, 0, part, strlen(part) - 1));
  body_changes_free(&body);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(what_it_reads_is_what_the_library_reads),
    cmocka_unit_test(what_differs_is_left_alone),
    cmocka_unit_test(broken_bytes_never_pass_for_good_ones),
    cmocka_unit_test(a_private_part_joins_its_change),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
