/* Buffers and error texts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/text.h"

static void a_buffer_grows_and_stays_terminated(void **state)
{
  struct buf buf = BUF_INIT;
  (void)state;

  assert_string_equal(buf_text(&buf), "");
  for (int i = 0; i < 1000; i++) {
    buf_addf(&buf, "%03d", i);
    assert_int_equal(buf_text(&buf)[buf.length], '\0');
  }
  assert_int_equal(buf.length, 3000);
  assert_memory_equal(buf_text(&buf) + 2997, "999", 4);
  buf_free(&buf);
}

static void exactly_full_leaves_room_for_the_nul(void **state)
{
  (void)state;
  for (size_t length = 60; length <= 70; length++) {
    struct buf buf = BUF_INIT;
    for (size_t i = 0; i < length; i++) buf_addc(&buf, 'x');
    assert_true(buf.capacity > buf.length);
    assert_int_equal(strlen(buf_text(&buf)), length);
    buf_free(&buf);
  }
}

static void bytes_taken_belong_to_the_taker(void **state)
{
  struct buf buf = BUF_INIT;
  size_t length = 9;
  (void)state;

  char *nothing = buf_take(&buf, &length);
  assert_string_equal(nothing, "");
  assert_int_equal(length, 0);
  buf_add(&buf, "a\0b", 3);
  buf_adds(&buf, NULL);
  char *taken = buf_take(&buf, &length);
  assert_int_equal(length, 3);
  assert_memory_equal(taken, "a\0b", 4);
  assert_null(buf.data);
  free(nothing);
  free(taken);
}

static void clearing_keeps_the_memory(void **state)
{
  struct buf buf = BUF_INIT;
  (void)state;

  buf_adds(&buf, "abc");
  size_t capacity = buf.capacity;
  buf_clear(&buf);
  assert_string_equal(buf_text(&buf), "");
  assert_int_equal(buf.capacity, capacity);
  buf_free(&buf);
}

static void an_error_returns_minus_one_and_its_class(void **state)
{
  struct err err = ERR_INIT;
  (void)state;

  assert_int_equal(err_set(&err, "%s cannot be read", "x.ini"), -1);
  assert_int_equal(err.code, ERR_FAILED);
  assert_string_equal(err.text, "x.ini cannot be read");
  assert_int_equal(err_usage(&err, "no field %s", "colour"), -1);
  assert_int_equal(err.code, ERR_USAGE);
  assert_int_equal(err_set(NULL, "nobody listens"), -1);
}

static void a_prefix_keeps_class_and_text(void **state)
{
  struct err err = ERR_INIT;
  (void)state;

  err_usage(&err, "column %d is empty", 3);
  assert_int_equal(err_prefix(&err, "%s, line %d", "roster.csv", 7), -1);
  assert_string_equal(err.text, "roster.csv, line 7: column 3 is empty");
  assert_int_equal(err.code, ERR_USAGE);
}

static void an_error_is_one_visible_line(void **state)
{
  struct err err = ERR_INIT;
  (void)state;

  err_set(&err, "bad name: a\nb\033[2J");
  assert_string_equal(err.text, "bad name: a\u240Ab\u241B[2J");
}

static void a_long_error_is_cut_at_a_character(void **state)
{
  struct err err = ERR_INIT;
  struct buf text = BUF_INIT;
  (void)state;

  for (int i = 0; i < 500; i++) buf_adds(&text, "洪");
  for (int shift = 0; shift < 3; shift++) {
    err_set(&err, "%s%s", &"xx"[2 - shift], buf_text(&text));
    assert_int_equal(text_invalid_at(err.text, strlen(err.text)), -1);
    assert_in_range(strlen(err.text), 1021, 1023);
  }
  buf_free(&text);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_buffer_grows_and_stays_terminated),
    cmocka_unit_test(exactly_full_leaves_room_for_the_nul),
    cmocka_unit_test(bytes_taken_belong_to_the_taker),
    cmocka_unit_test(clearing_keeps_the_memory),
    cmocka_unit_test(an_error_returns_minus_one_and_its_class),
    cmocka_unit_test(a_prefix_keeps_class_and_text),
    cmocka_unit_test(an_error_is_one_visible_line),
    cmocka_unit_test(a_long_error_is_cut_at_a_character),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
