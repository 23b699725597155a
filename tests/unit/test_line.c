/* Editing text of any width; readline underneath. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tui/line.h"

static void press(struct line *line, int code)
{
  const struct key key = { code, "" };
  assert_true(line_key(line, &key));
}

static void type(struct line *line, const char *text)
{
  const char *end = text + strlen(text);

  while (text < end) {
    const char *from = text;
    int code = (int)text_next(&text, end);
    char *character = mem_dup_n(from, (size_t)(text - from));
    const struct key key = { code, character };
    assert_true(line_key(line, &key));
    free(character);
  }
}

static void paste(struct line *line, const char *text)
{
  const struct key key = { KEY_CODE_PASTE, text };
  assert_true(line_key(line, &key));
}

static void chinese_is_edited_by_characters(void **state)
{
  struct line line;

  (void)state;
  line_start(&line, "水位");
  type(&line, "上涨");
  assert_string_equal(line.text, "水位上涨");
  press(&line, KEY_CODE_BACKSPACE);
  press(&line, KEY_CODE_LEFT);
  press(&line, KEY_CODE_LEFT);
  type(&line, "，");
  assert_string_equal(line.text, "水，位上");
  press(&line, KEY_CODE_DELETE);
  assert_string_equal(line.text, "水，上");
  line_stop(&line);
}

static void killed_text_comes_back_in_another_line(void **state)
{
  struct line one, other;

  (void)state;
  line_start(&one, "山洪 滑坡");
  line_start(&other, "");
  press(&one, KEY_CTRL('U'));
  assert_string_equal(one.text, "");
  press(&other, KEY_CTRL('Y'));
  assert_string_equal(other.text, "山洪 滑坡");
  line_stop(&one);
  line_stop(&other);
}

static void undo_is_of_this_line(void **state)
{
  struct line line;

  (void)state;
  line_start(&line, "a");
  type(&line, "b");
  press(&line, KEY_CTRL('U'));
  press(&line, KEY_CTRL('_'));
  assert_string_equal(line.text, "ab");
  line_stop(&line);
}

static void a_paste_keeps_its_lines_only_where_lines_may_be(void **state)
{
  struct line one, several;

  (void)state;
  line_start(&one, "");
  line_start(&several, "");
  several.has_newlines = true;
  paste(&one, "a\r\nb\rc\n");
  paste(&several, "a\r\nb\rc\n");
  assert_string_equal(one.text, "a b c");
  assert_string_equal(several.text, "a\nb\nc");
  press(&several, KEY_CTRL('J'));
  assert_string_equal(several.text, "a\nb\nc\n");
  line_stop(&one);
  line_stop(&several);
}

static void keys_of_the_form_are_left_to_it(void **state)
{
  static const int codes[] = { KEY_CODE_ENTER, KEY_CODE_TAB,  KEY_CODE_ESC,  KEY_CODE_UP,    KEY_CTRL('D'),
                               KEY_CTRL('P'),  KEY_CTRL('F'), KEY_CTRL('J'), KEY_FUNCTION(1) };
  struct line line;

  (void)state;
  line_start(&line, "x");
  for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) assert_false(line_key(&line, &(struct key){ codes[i], "" }));
  assert_string_equal(line.text, "x");
  line_stop(&line);
}

static void each_history_is_its_own(void **state)
{
  struct line place, caller;

  (void)state;
  line_start(&place, "上坪村");
  line_start(&caller, "村主任");
  place.history = "test.place";
  caller.history = "test.caller";
  line_remember(&place);
  line_remember(&place); /* the same again is kept once */
  line_remember(&caller);
  line_set(&place, "");
  press(&place, KEY_CODE_PAGE_UP);
  assert_string_equal(place.text, "上坪村");
  assert_string_equal(line_remembered("test.caller", 0), "村主任");
  assert_null(line_remembered("test.place", 1));
  line_stop(&place);
  line_stop(&caller);
}

static void secrets_stay_secret(void **state)
{
  struct line pin, other;

  (void)state;
  line_start(&pin, "");
  pin.is_secret = true;
  pin.history = "test.pin";
  type(&pin, "1234");
  line_remember(&pin);
  assert_null(line_remembered("test.pin", 0));
  press(&pin, KEY_CTRL('U')); /* must not reach the kill ring */
  line_start(&other, "");
  press(&other, KEY_CTRL('Y'));
  assert_null(strstr(other.text, "1234"));
  assert_string_equal(pin.text, "");
  type(&pin, "5678");
  press(&pin, KEY_CODE_LEFT);
  press(&pin, KEY_CTRL('K')); /* nobody sees what would be left */
  assert_string_equal(pin.text, "");
  line_stop(&pin);
  line_stop(&other);
}

static char *village(void *context, const char *typed, int nth)
{
  static const char *const names[] = { "上坪村", "上沟村", "下坪村" };

  (void)context;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (strncmp(names[i], typed, strlen(typed)) == 0 && nth-- == 0) return mem_dup(names[i]);
  return NULL;
}

static void completion_goes_as_far_as_it_is_certain(void **state)
{
  struct line line;

  (void)state;
  line_start(&line, "下");
  assert_true(line_complete(&line, village, NULL));
  assert_string_equal(line.text, "下坪村");
  line_set(&line, "上");
  assert_false(line_complete(&line, village, NULL));
  assert_string_equal(line.text, "上");
  line_set(&line, "上沟");
  assert_true(line_complete(&line, village, NULL));
  assert_string_equal(line.text, "上沟村");
  line_stop(&line);
}

static void rows_break_by_columns_not_bytes(void **state)
{
  struct line line;

  (void)state;
  line_start(&line, "一二三四五六七");
  line.has_newlines = true;
  assert_int_equal(line_rows(&line, 9, TEXT_NARROW), 2); /* four characters, and the last column is the cursor's */
  line.point = 0;
  assert_true(line_move_row(&line, 1, 9, TEXT_NARROW));
  assert_int_equal(line.point, strlen("一二三四"));
  assert_false(line_move_row(&line, 1, 9, TEXT_NARROW));
  line_set(&line, "a\n\nb");
  assert_int_equal(line_rows(&line, 9, TEXT_NARROW), 3);
  line_stop(&line);
}

static void the_environment_and_the_locale_stay(void **state)
{
  struct line line;

  (void)state;
  line_start(&line, "x");
  press(&line, KEY_CODE_LEFT);
  assert_string_equal(setlocale(LC_CTYPE, NULL), "C.UTF-8");
  assert_string_equal(getenv("LC_ALL"), "C");
  assert_null(getenv("INPUTRC"));
  line_stop(&line);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(the_environment_and_the_locale_stay), /* first: readline is set up by the first key */
    cmocka_unit_test(chinese_is_edited_by_characters),
    cmocka_unit_test(killed_text_comes_back_in_another_line),
    cmocka_unit_test(undo_is_of_this_line),
    cmocka_unit_test(a_paste_keeps_its_lines_only_where_lines_may_be),
    cmocka_unit_test(keys_of_the_form_are_left_to_it),
    cmocka_unit_test(each_history_is_its_own),
    cmocka_unit_test(secrets_stay_secret),
    cmocka_unit_test(completion_goes_as_far_as_it_is_certain),
    cmocka_unit_test(rows_break_by_columns_not_bytes),
  };

  setlocale(LC_CTYPE, "C.UTF-8");
  setenv("LC_ALL", "C", 1); /* what the session says, and the desk has overruled */
  unsetenv("INPUTRC");
  return cmocka_run_group_tests_name("line", tests, NULL, NULL);
}
