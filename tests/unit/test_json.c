/* JSON: strict when read, in the order written when written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"

static json *read_text(const char *text)
{
  struct err err = ERR_INIT;
  json *value = json_read(text, strlen(text), &err);

  if (value == NULL) fail_msg("%s: %s", text, err.text);
  return value;
}

static void check_written(const json *value, const char *expected)
{
  struct buf out = BUF_INIT;

  json_write(value, 0, &out);
  assert_string_equal(buf_text(&out), expected);
  buf_free(&out);
}

static void what_was_read_is_written_the_same(void **state)
{
  static const char *const texts[] = {
    "{\"b\":1,\"a\":[true,false,null,-9223372036854775808],\"山\":\"洪\\u0001\\\"\"}", "[]", "\"x\"", "9223372036854775807", "null",
  };
  (void)state;
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    json *value = read_text(texts[i]);
    check_written(value, texts[i]);
    json_drop(value);
  }
}

static void bad_json_is_refused_with_its_place(void **state)
{
  static const char *const wrong[] = {
    "",    "{",   "{\"a\":1,\"a\":2}", "[1] x", "\"\\u0000\"", "\"\xFF\"", "9223372036854775808", "{\"a\":1,}",
    "nul", "'a'", "{\"a\\u0000b\":1}",
  };
  (void)state;
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    struct err err = ERR_INIT;
    if (json_read(wrong[i], strlen(wrong[i]), &err) != NULL) fail_msg("%s was taken", wrong[i]);
    assert_non_null(strstr(err.text, "line 1"));
  }
  assert_null(json_read("[1]\0", 4, NULL));
}

static void endless_depth_is_refused(void **state)
{
  char *deep = malloc(100000);
  (void)state;

  memset(deep, '[', 100000);
  assert_null(json_read(deep, 100000, NULL));
  free(deep);
}

static void values_are_made_and_walked_in_order(void **state)
{
  json *object = json_make_object(), *list = json_make_array();
  struct buf keys = BUF_INIT;
  (void)state;

  json_put(object, "z", json_make_number(1));
  json_append(list, json_make_text("山"));
  json_append(list, json_make_null());
  json_put(object, "m", list);
  json_put(object, "a", json_make_bool(true));
  json_put(object, "z", json_make_bool(false));
  for (void *it = json_first(object); it != NULL; it = json_next(object, it)) buf_adds(&keys, json_key(it));
  assert_string_equal(buf_text(&keys), "zma");
  check_written(object, "{\"z\":false,\"m\":[\"山\",null],\"a\":true}");
  assert_ptr_equal(json_value(json_first(object)), json_get(object, "z"));
  buf_free(&keys);
  json_drop(object);
}

static void getters_forgive_what_is_absent_or_of_another_type(void **state)
{
  json *value = read_text("{\"n\":7,\"r\":0.5,\"t\":\"x\",\"l\":[1,2]}");
  (void)state;

  assert_int_equal(json_number(json_get(value, "n"), -1), 7);
  assert_int_equal(json_number(json_get(value, "t"), -1), -1);
  assert_int_equal(json_number(json_get(value, "none"), -1), -1);
  assert_null(json_text(json_get(value, "n")));
  assert_null(json_text(NULL));
  assert_null(json_get(NULL, "n"));
  assert_null(json_get(json_get(value, "l"), "n"));
  assert_null(json_at(json_get(value, "l"), 2));
  assert_int_equal(json_count(json_get(value, "l")), 2);
  assert_int_equal(json_count(value), 4);
  assert_int_equal(json_count(NULL), 0);
  assert_false(json_is_true(NULL));
  assert_true(json_number_real(json_get(value, "r"), 0) == 0.5);
  assert_true(json_number_real(json_get(value, "n"), 0) == 7);
  json_drop(value);
  json_drop(NULL);
}

static void every_type_is_told(void **state)
{
  static const struct {
    const char *text;
    enum json_type type;
  } cases[] = {
    { "{}", JSON_OBJECT_T }, { "[]", JSON_ARRAY_T },  { "\"\"", JSON_TEXT_T },  { "0", JSON_NUMBER_T },
    { "0.0", JSON_REAL_T },  { "true", JSON_BOOL_T }, { "false", JSON_BOOL_T }, { "null", JSON_NULL_T },
  };
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    json *value = read_text(cases[i].text);
    assert_int_equal(json_type_of(value), cases[i].type);
    json_drop(value);
  }
  assert_int_equal(json_type_of(NULL), JSON_NONE);
}

static void equality_ignores_the_order_of_keys(void **state)
{
  json *a = read_text("{\"x\":1,\"y\":[1]}"), *b = read_text("{\"y\":[1],\"x\":1}"), *c = read_text("{\"y\":[2],\"x\":1}");
  (void)state;

  assert_true(json_equal_values(a, b));
  assert_false(json_equal_values(a, c));
  assert_false(json_equal_values(a, NULL));
  assert_true(json_equal_values(NULL, NULL));
  json_drop(a);
  json_drop(b);
  json_drop(c);
}

static void a_kept_value_outlives_its_container(void **state)
{
  json *list = read_text("[\"x\"]"), *kept = json_keep(json_at(list, 0));
  (void)state;

  json_drop(list);
  assert_string_equal(json_text(kept), "x");
  json_drop(kept);
}

static void pieces_are_written_as_whole_values(void **state)
{
  static const char *const texts[] = { "", "山洪 \xf0\x9f\x8c\x8a", "\"\\/", "\b\f\n\r\t", "\x01\x1f\x7f", "end\"" };
  static const int64_t numbers[] = { 0, -1, INT64_MAX, INT64_MIN };

  (void)state;
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
    json *whole = json_make_text(texts[i]);
    struct buf piece = BUF_INIT;
    json_add_text(texts[i], &piece);
    check_written(whole, buf_text(&piece));
    buf_free(&piece);
    json_drop(whole);
  }
  for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
    json *whole = json_make_number(numbers[i]);
    struct buf piece = BUF_INIT;
    json_add_number(numbers[i], &piece);
    check_written(whole, buf_text(&piece));
    buf_free(&piece);
    json_drop(whole);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(what_was_read_is_written_the_same),
    cmocka_unit_test(bad_json_is_refused_with_its_place),
    cmocka_unit_test(endless_depth_is_refused),
    cmocka_unit_test(values_are_made_and_walked_in_order),
    cmocka_unit_test(getters_forgive_what_is_absent_or_of_another_type),
    cmocka_unit_test(every_type_is_told),
    cmocka_unit_test(equality_ignores_the_order_of_keys),
    cmocka_unit_test(a_kept_value_outlives_its_container),
    cmocka_unit_test(pieces_are_written_as_whole_values),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
