/* Characters, columns, lines and encodings. */
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

static void malformed_bytes_are_stepped_over_one_by_one(void **state)
{
  const char text[] = "a\xE6\xB4\xAA\xFF\xE6\xB4";
  const char *at = text, *end = text + sizeof text - 1;
  static const uint32_t expected[] = { 'a', 0x6D2A, TEXT_REPLACEMENT, TEXT_REPLACEMENT, TEXT_REPLACEMENT, 0 };
  (void)state;

  for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) assert_int_equal(text_next(&at, end), expected[i]);
  assert_ptr_equal(at, end);
}

static void invalid_text_is_located(void **state)
{
  (void)state;
  assert_int_equal(text_invalid_at("山洪", 6), -1);
  assert_int_equal(text_invalid_at("", 0), -1);
  assert_int_equal(text_invalid_at("a\xFF", 2), 1);
  assert_int_equal(text_invalid_at("ab\0c", 4), 2);
  assert_int_equal(text_invalid_at("\xED\xA0\x80", 3), 0); /* a surrogate */
  assert_int_equal(text_invalid_at("\xC0\xAF", 2), 0);     /* overlong */
}

static void columns_are_not_bytes(void **state)
{
  (void)state;
  assert_int_equal(text_columns("洪ab", TEXT_NARROW), 4);
  assert_int_equal(text_columns("①…", TEXT_NARROW), 2);
  assert_int_equal(text_columns("①…", TEXT_WIDE), 4);
  assert_int_equal(text_columns("éω─", TEXT_WIDE), 6);
  assert_int_equal(text_columns("ñ⠿", TEXT_WIDE), 2);
  assert_int_equal(text_columns("e\u0301", TEXT_WIDE), 1);
  assert_int_equal(text_columns("\033", TEXT_NARROW), 1);
  assert_int_equal(text_columns("\u202E", TEXT_NARROW), 8);
  assert_int_equal(text_characters("洪ab"), 3);
}

static void what_is_shown_takes_the_columns_counted(void **state)
{
  static const char *const texts[] = { "a\tb", "\x7F", "\xC2\x85", "\u2066x\u2069", "\xFF\xFE", "山\033[1m", "①" };
  (void)state;
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    struct buf shown = BUF_INIT;
    text_visible(&shown, texts[i], strlen(texts[i]), false);
    assert_int_equal(text_columns(texts[i], TEXT_WIDE), text_columns(buf_text(&shown), TEXT_WIDE));
    buf_free(&shown);
  }
}

static void a_cut_never_splits_a_cluster(void **state)
{
  int taken;
  (void)state;
  assert_int_equal(text_cut("山洪", 3, TEXT_NARROW, &taken), 3);
  assert_int_equal(taken, 2);
  assert_int_equal(text_cut("e\u0301x", 1, TEXT_NARROW, NULL), 3);
  assert_int_equal(text_cut("abc", 0, TEXT_NARROW, NULL), 0);
  assert_int_equal(text_cut("abc", 9, TEXT_NARROW, &taken), 3);
  assert_int_equal(taken, 3);
}

static void check_fit(const char *text, int columns, enum text_ambiguous ambiguous, const char *left, const char *right)
{
  struct buf out = BUF_INIT;

  text_fit(&out, text, columns, ambiguous);
  assert_string_equal(buf_text(&out), left);
  assert_int_equal(text_columns(buf_text(&out), ambiguous), columns);
  buf_clear(&out);
  text_fit_right(&out, text, columns, ambiguous);
  assert_string_equal(buf_text(&out), right);
  buf_free(&out);
}

static void fitted_text_is_exactly_as_wide_as_asked(void **state)
{
  (void)state;
  check_fit("山洪", 6, TEXT_NARROW, "山洪  ", "  山洪");
  check_fit("山洪预警", 8, TEXT_NARROW, "山洪预警", "山洪预警");
  check_fit("山洪预警", 7, TEXT_NARROW, "山洪预…", "山洪预…");
  check_fit("山洪预警", 6, TEXT_NARROW, "山洪… ", " 山洪…");
  check_fit("山洪预警", 6, TEXT_WIDE, "山洪…", "山洪…");
  check_fit("山洪", 1, TEXT_WIDE, " ", " ");
  check_fit("", 0, TEXT_NARROW, "", "");
  check_fit("\033[2J", 5, TEXT_NARROW, "\u241B[2J ", " \u241B[2J");
}

static void steps_go_by_clusters_both_ways(void **state)
{
  /* woman farmer (joined), two flags, a letter with an accent, CR LF, 洪 */
  const char *text = "\U0001F469\u200D\U0001F33E\U0001F1E8\U0001F1F3\U0001F1E8\U0001F1F3e\u0301\r\n洪";
  static const size_t stops[] = { 0, 11, 19, 27, 30, 32, 35 };
  size_t length = strlen(text), count = sizeof stops / sizeof *stops;
  (void)state;

  for (size_t i = 0; i + 1 < count; i++) {
    assert_int_equal(text_after(text, length, stops[i]), stops[i + 1]);
    assert_int_equal(text_before(text, length, stops[i + 1]), stops[i]);
  }
  assert_int_equal(text_after(text, length, length), length);
  assert_int_equal(text_before(text, length, 0), 0);
}

static bool join_line(const char *bytes, size_t length, void *context)
{
  buf_add(context, bytes, length);
  buf_addc(context, '|');
  return true;
}

static void check_wrap(const char *text, int columns, const char *expected)
{
  struct buf lines = BUF_INIT;

  text_wrap(text, columns, TEXT_NARROW, join_line, &lines);
  assert_string_equal(buf_text(&lines), expected);
  buf_free(&lines);
}

static void lines_break_where_chinese_and_english_allow(void **state)
{
  (void)state;
  check_wrap("", 10, "|");
  check_wrap("强降雨橙色预警", 10, "强降雨橙色|预警|");
  check_wrap("强降雨橙色，预警", 10, "强降雨橙|色，预警|");
  check_wrap("the road is closed", 8, "the road|is|closed|");
  check_wrap("abcdefghijkl", 5, "abcde|fghij|kl|");
  check_wrap("山\n\n洪\n", 10, "山||洪|");
  check_wrap("山\r\n洪", 10, "山|洪|");
  check_wrap("洪", 1, "洪|"); /* too narrow: still goes on */
}

static bool first_line_only(const char *bytes, size_t length, void *context)
{
  join_line(bytes, length, context);
  return false;
}

static void wrapping_stops_when_told(void **state)
{
  struct buf lines = BUF_INIT;
  (void)state;

  text_wrap("a\nb\nc", 10, TEXT_NARROW, first_line_only, &lines);
  assert_string_equal(buf_text(&lines), "a|");
  buf_free(&lines);
}

static void control_characters_are_shown_never_sent(void **state)
{
  struct buf out = BUF_INIT;
  (void)state;

  text_visible(&out, "a\0\033\x7F\xC2\x9B\n\u202Eb\xFF", 12, false);
  assert_string_equal(buf_text(&out), "a\u2400\u241B\u2421<U+009B>\u240A<U+202E>b\uFFFD");
  buf_clear(&out);
  text_visible(&out, "a\nb\r", 4, true);
  assert_string_equal(buf_text(&out), "a\nb\u240D");
  buf_free(&out);
}

static void full_width_is_folded(void **state)
{
  (void)state;
  char *folded = text_fold_width("２：１５　（Ａ）。，、山");
  assert_string_equal(folded, "2:15 (A).,,山");
  free(folded);
}

static void white_space_is_trimmed_at_both_ends(void **state)
{
  char text[] = " \t\u3000山 洪\u3000\r\n", blank[] = "\u3000 ";
  (void)state;

  assert_string_equal(text_trim(text), "山 洪");
  assert_string_equal(text_trim(blank), "");
}

static void check_decode(const char *bytes, size_t length, const char *encoding, const char *expected)
{
  struct buf out = BUF_INIT;
  const char *found;
  struct err err = ERR_INIT;

  assert_int_equal(text_decode(bytes, length, &out, &found, &err), 0);
  assert_string_equal(found, encoding);
  assert_string_equal(buf_text(&out), expected);
  buf_free(&out);
}

static void files_of_office_programs_are_decoded(void **state)
{
  (void)state;
  check_decode("山洪", 6, "UTF-8", "山洪");
  check_decode("\xEF\xBB\xBF山", 6, "UTF-8", "山");
  check_decode("\xC9\xBD\xBA\xE9", 4, "GB18030", "山洪");
  check_decode("\x81\x30\x81\x30\xC9\xBD", 6, "GB18030", "\xC2\x80山");
  check_decode("\xFF\xFE\x71\x5C", 4, "UTF-16LE", "山");
  check_decode("\xFE\xFF\x5C\x71", 4, "UTF-16BE", "山");
  check_decode("", 0, "UTF-8", "");
}

static void check_refused(const char *bytes, size_t length, const char *says)
{
  struct buf out = BUF_INIT;
  struct err err = ERR_INIT;

  assert_int_equal(text_decode(bytes, length, &out, NULL, &err), -1);
  assert_non_null(strstr(err.text, says));
  assert_int_equal(out.length, 0);
  buf_free(&out);
}

static void what_fits_no_encoding_is_refused_with_its_place(void **state)
{
  (void)state;
  check_refused("ab\xFF"
                "cd",
                5, "byte 3 ");
  check_refused("ab\xC9", 3, "byte 3 ");                                 /* cut off */
  check_refused("山洪预警转移群众\xE5\xB1", 26, "byte 25 is not UTF-8"); /* GB18030 too, but not by its looks */
  check_refused("a\0b", 3, "byte 2 ");
  check_refused("\xFF\xFE\x71", 3, "UTF-16LE");
  check_refused("\xFF\xFE\0\0", 4, "UTF-16LE"); /* a NUL character */
}

static void only_plain_encoding_names_are_taken(void **state)
{
  struct buf out = BUF_INIT;
  struct err err = ERR_INIT;
  (void)state;

  assert_int_equal(text_decode_from("ISO-8859-1", "\xE9", 1, &out, &err), 0);
  assert_string_equal(buf_text(&out), "é");
  assert_int_equal(text_decode_from("GB18030//IGNORE", "\xFF", 1, &out, &err), -1);
  assert_int_equal(text_decode_from("", "a", 1, &out, &err), -1);
  assert_int_equal(text_decode_from("no-such", "a", 1, &out, &err), -1);
  assert_int_equal(text_encode("UTF-8//TRANSLIT", "a", &out, &err), -1);
  buf_free(&out);
}

static void what_an_encoding_lacks_becomes_a_question_mark(void **state)
{
  struct buf out = BUF_INIT;
  struct err err = ERR_INIT;
  (void)state;

  assert_int_equal(text_encode("GB18030", "山洪", &out, &err), 0);
  assert_memory_equal(buf_text(&out), "\xC9\xBD\xBA\xE9", 5);
  buf_clear(&out);
  assert_int_equal(text_encode("ISO-8859-1", "a山é洪", &out, &err), 0);
  assert_string_equal(buf_text(&out), "a?\xE9?");
  buf_clear(&out);
  for (int i = 0; i < 3000; i++) buf_adds(&out, "山");
  char *long_text = buf_take(&out, NULL);
  assert_int_equal(text_encode("GB18030", long_text, &out, &err), 0);
  assert_int_equal(out.length, 6000);
  free(long_text);
  buf_free(&out);
}

static void search_ignores_the_case_of_letters_only(void **state)
{
  (void)state;
  assert_true(text_contains("SOS 山洪 Call", "洪 call"));
  assert_false(text_contains("山洪", "洪山"));
  assert_true(text_contains("山", ""));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(malformed_bytes_are_stepped_over_one_by_one),
    cmocka_unit_test(invalid_text_is_located),
    cmocka_unit_test(columns_are_not_bytes),
    cmocka_unit_test(what_is_shown_takes_the_columns_counted),
    cmocka_unit_test(a_cut_never_splits_a_cluster),
    cmocka_unit_test(fitted_text_is_exactly_as_wide_as_asked),
    cmocka_unit_test(steps_go_by_clusters_both_ways),
    cmocka_unit_test(lines_break_where_chinese_and_english_allow),
    cmocka_unit_test(wrapping_stops_when_told),
    cmocka_unit_test(control_characters_are_shown_never_sent),
    cmocka_unit_test(full_width_is_folded),
    cmocka_unit_test(white_space_is_trimmed_at_both_ends),
    cmocka_unit_test(files_of_office_programs_are_decoded),
    cmocka_unit_test(what_fits_no_encoding_is_refused_with_its_place),
    cmocka_unit_test(only_plain_encoding_names_are_taken),
    cmocka_unit_test(what_an_encoding_lacks_becomes_a_question_mark),
    cmocka_unit_test(search_ignores_the_case_of_letters_only),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
