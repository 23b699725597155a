/* What terminals send, whole, torn and pasted, as keys. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tui/keys.h"

enum { PATIENCE = 400 };

static int start(void **state)
{
  *state = keys_start();
  return 0;
}

static int stop(void **state)
{
  keys_stop(*state);
  return 0;
}

static void feed(struct keys *keys, const char *bytes, int64_t now)
{
  keys_feed(keys, bytes, strlen(bytes), now);
}

/* The next key's code, KEY_CODE_NONE if there is none yet. */
static int next(struct keys *keys, int64_t now)
{
  struct key key;
  return keys_next(keys, now, PATIENCE, &key) ? key.code : KEY_CODE_NONE;
}

static void expect(struct keys *keys, const char *bytes, int code)
{
  feed(keys, bytes, 0);
  assert_int_equal(next(keys, 0), code);
  assert_int_equal(next(keys, 0), KEY_CODE_NONE);
}

static void xterm_and_putty_and_the_console_agree(void **state)
{
  expect(*state, "\033OP", KEY_FUNCTION(1));
  expect(*state, "\033[11~", KEY_FUNCTION(1));
  expect(*state, "\033[[A", KEY_FUNCTION(1));
  expect(*state, "\033OS", KEY_FUNCTION(4));
  expect(*state, "\033[14~", KEY_FUNCTION(4));
  expect(*state, "\033[21~", KEY_FUNCTION(10));
  expect(*state, "\033[H", KEY_CODE_HOME);
  expect(*state, "\033OH", KEY_CODE_HOME);
  expect(*state, "\033[1~", KEY_CODE_HOME);
  expect(*state, "\033[4~", KEY_CODE_END);
  expect(*state, "\033[F", KEY_CODE_END);
  expect(*state, "\033OA", KEY_CODE_UP);
  expect(*state, "\033[A", KEY_CODE_UP);
  expect(*state, "\033[2~", KEY_CODE_INSERT);
  expect(*state, "\033[Z", KEY_CODE_BACK_TAB);
}

static void the_numeric_keypad_gives_digits(void **state)
{
  expect(*state, "\033Op", '0');
  expect(*state, "\033Ot", '4');
  expect(*state, "\033OM", KEY_CODE_ENTER);
}

static void terminfo_goes_before_what_is_known(void **state)
{
  keys_learn(*state, "\033Ot", KEY_FUNCTION(5)); /* a VT100 */
  expect(*state, "\033Ot", KEY_FUNCTION(5));
}

static void an_unknown_sequence_is_swallowed_whole(void **state)
{
  feed(*state, "\033[1;5Cx", 0);
  assert_int_equal(next(*state, 0), 'x');
  feed(*state, "\033[<0;12;7My", 0);
  assert_int_equal(next(*state, 0), 'y');
}

static void a_torn_sequence_is_put_together(void **state)
{
  feed(*state, "\033", 0);
  assert_int_equal(next(*state, 300), KEY_CODE_NONE);
  feed(*state, "[", 350);
  assert_int_equal(next(*state, 700), KEY_CODE_NONE);
  assert_int_equal(next(*state, 2000), KEY_CODE_NONE); /* no Esc any more, however long it takes */
  feed(*state, "A", 2100);
  assert_int_equal(next(*state, 2100), KEY_CODE_UP);
}

static void a_lone_escape_waits_for_its_time(void **state)
{
  feed(*state, "\033", 0);
  assert_int_equal(keys_wait(*state, 100, PATIENCE), 300);
  assert_int_equal(next(*state, 399), KEY_CODE_NONE);
  assert_int_equal(next(*state, 400), KEY_CODE_ESC);
  assert_int_equal(next(*state, 400), KEY_CODE_NONE);
}

static void what_comes_after_a_told_escape_is_no_text(void **state)
{
  feed(*state, "\033", 0);
  assert_int_equal(next(*state, 500), KEY_CODE_ESC);
  feed(*state, "[", 900);
  assert_int_equal(next(*state, 900), KEY_CODE_NONE);
  feed(*state, "3~z", 1300);
  assert_int_equal(next(*state, 1300), KEY_CODE_TORN);
  assert_int_equal(next(*state, 1300), 'z');
}

static void a_bracket_typed_long_after_escape_is_a_bracket(void **state)
{
  feed(*state, "\033", 0);
  assert_int_equal(next(*state, 500), KEY_CODE_ESC);
  feed(*state, "[", 6000);
  assert_int_equal(next(*state, 6000), KEY_CODE_NONE);
  assert_int_equal(next(*state, 9001), '[');
}

static void escape_and_a_letter_at_once_are_two_keys(void **state)
{
  feed(*state, "\0331", 0);
  assert_int_equal(next(*state, 0), KEY_CODE_ESC);
  assert_int_equal(next(*state, 0), '1');
  feed(*state, "\033\033", 0);
  assert_int_equal(next(*state, 0), KEY_CODE_ESC);
  assert_int_equal(next(*state, 0), KEY_CODE_NONE);
}

static void characters_come_whole(void **state)
{
  struct key key;

  feed(*state, "\345\261", 0);
  assert_false(keys_next(*state, 0, PATIENCE, &key));
  feed(*state, "\261\346\264\252", 100); /* 山洪 */
  assert_true(keys_next(*state, 100, PATIENCE, &key));
  assert_string_equal(key.text, "山");
  assert_int_equal(key.code, 0x5c71);
  assert_true(keys_is_character(&key));
  assert_true(keys_next(*state, 100, PATIENCE, &key));
  assert_string_equal(key.text, "洪");
}

static void full_width_digits_are_commands_too(void **state)
{
  struct key key;

  feed(*state, "１ａ", 0);
  assert_true(keys_next(*state, 0, PATIENCE, &key));
  assert_int_equal(keys_command(&key), '1');
  assert_string_equal(key.text, "１"); /* as text it stays what it is */
  assert_true(keys_next(*state, 0, PATIENCE, &key));
  assert_int_equal(keys_command(&key), 'a');
}

static void a_paste_is_one_event(void **state)
{
  struct key key;

  feed(*state, "\033[200~one\rtwo\0331", 0);
  assert_false(keys_next(*state, 0, PATIENCE, &key));
  feed(*state, "\033[20", 10);
  assert_false(keys_next(*state, 10, PATIENCE, &key));
  feed(*state, "1~x", 20);
  assert_true(keys_next(*state, 20, PATIENCE, &key));
  assert_int_equal(key.code, KEY_CODE_PASTE);
  assert_string_equal(key.text, "one\rtwo\0331");
  assert_int_equal(next(*state, 20), 'x');
}

static void a_paste_without_an_end_is_taken_in_the_end(void **state)
{
  struct key key;

  feed(*state, "\033[200~half", 0);
  assert_false(keys_next(*state, 4999, PATIENCE, &key));
  assert_true(keys_next(*state, 5000, PATIENCE, &key));
  assert_string_equal(key.text, "half");
}

static void control_keys(void **state)
{
  expect(*state, "\x04", KEY_CTRL('D'));
  expect(*state, "\r", KEY_CODE_ENTER);
  expect(*state, "\n", KEY_CTRL('J'));
  expect(*state, "\x7f", KEY_CODE_BACKSPACE);
  expect(*state, "\x08", KEY_CODE_BACKSPACE);
  feed(*state, "\x1c", 0); /* means nothing */
  assert_int_equal(next(*state, 0), KEY_CODE_NONE);
}

static void names_go_both_ways(void **state)
{
  static const int codes[] = { KEY_FUNCTION(1), KEY_FUNCTION(10),   KEY_CTRL('P'), KEY_CODE_ENTER,
                               KEY_CODE_INSERT, KEY_CODE_PAGE_DOWN, 'a',           0x5c71 };
  char name[16];

  (void)state;
  for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) assert_int_equal(keys_from_name(keys_name(codes[i], name)), codes[i]);
  assert_string_equal(keys_name(KEY_CTRL('P'), name), "Ctrl-P");
  assert_int_equal(keys_from_name("F13"), KEY_CODE_NONE);
  assert_int_equal(keys_from_name("nonsense"), KEY_CODE_NONE);
  assert_int_equal(keys_from_name(NULL), KEY_CODE_NONE);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)
  const struct CMUnitTest tests[] = {
    TEST(xterm_and_putty_and_the_console_agree),
    TEST(the_numeric_keypad_gives_digits),
    TEST(terminfo_goes_before_what_is_known),
    TEST(an_unknown_sequence_is_swallowed_whole),
    TEST(a_torn_sequence_is_put_together),
    TEST(a_lone_escape_waits_for_its_time),
    TEST(what_comes_after_a_told_escape_is_no_text),
    TEST(a_bracket_typed_long_after_escape_is_a_bracket),
    TEST(escape_and_a_letter_at_once_are_two_keys),
    TEST(characters_come_whole),
    TEST(full_width_digits_are_commands_too),
    TEST(a_paste_is_one_event),
    TEST(a_paste_without_an_end_is_taken_in_the_end),
    TEST(control_keys),
    TEST(names_go_both_ways),
  };

  return cmocka_run_group_tests_name("keys", tests, NULL, NULL);
}
