/* Which language messages are in, and what a session's locale must not change. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/i18n.h"

static int forget_session(void **state)
{
  (void)state;
  unsetenv("LC_ALL");
  unsetenv("LC_MESSAGES");
  unsetenv("LANG");
  unsetenv("LANGUAGE");
  setlocale(LC_ALL, "C");
  return 0;
}

static void the_session_decides_when_auto(void **state)
{
  static const struct {
    const char *all, *messages, *lang, *list;
    int chinese;
  } cases[] = {
    { NULL, NULL, "zh_CN.UTF-8", NULL, 1 },
    { NULL, NULL, "zh_CN.GB18030", NULL, 1 },
    { NULL, NULL, "xx_YY.UTF-8", NULL, 0 },
    { NULL, NULL, NULL, NULL, 0 },
    { NULL, NULL, "C", NULL, 0 },
    { "C", NULL, "zh_CN.UTF-8", NULL, 0 },
    { "zh_CN", "en_US", "en_US", NULL, 1 },
    { "", "zh_CN", "en_US", NULL, 1 },
    { NULL, NULL, "zh_CN.UTF-8", "en_US:zh", 0 },
    { NULL, NULL, "en_US.UTF-8", "zh_CN:en", 1 },
    { NULL, NULL, "C", "zh_CN", 0 },
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    forget_session(state);
    if (cases[i].all != NULL) setenv("LC_ALL", cases[i].all, 1);
    if (cases[i].messages != NULL) setenv("LC_MESSAGES", cases[i].messages, 1);
    if (cases[i].lang != NULL) setenv("LANG", cases[i].lang, 1);
    if (cases[i].list != NULL) setenv("LANGUAGE", cases[i].list, 1);
    i18n_start("auto");
    if (i18n_is_chinese() != cases[i].chinese) fail_msg("case %zu", i);
  }
}

static void the_setting_outweighs_the_session(void **state)
{
  (void)state;
  setenv("LANG", "zh_CN.UTF-8", 1);
  i18n_start("en");
  assert_false(i18n_is_chinese());
  i18n_start("zh_CN");
  assert_true(i18n_is_chinese());
}

static void characters_are_utf8_and_numbers_are_plain_in_any_locale(void **state)
{
  static const char *const locales[] = { "C", "POSIX", "zh_CN.GB18030", "de_DE.UTF-8", "xx_YY" };
  char text[16];
  (void)state;

  for (size_t i = 0; i < sizeof locales / sizeof *locales; i++) {
    setenv("LC_ALL", locales[i], 1);
    i18n_start("auto");
    assert_int_equal(mblen("洪", 3), 3);
    snprintf(text, sizeof text, "%.1f", 1.5);
    assert_string_equal(text, "1.5");
  }
}

static void no_text_translates_to_none(void **state)
{
  (void)state;
  i18n_start("en");
  assert_string_equal(i18n_text(""), "");
  assert_string_equal(i18n_text(NULL), "");
  assert_string_equal(i18n_text("no such message"), "no such message");
}

#define APART(test) cmocka_unit_test_setup_teardown(test, forget_session, forget_session)

static void assert_phrase(const char *stored, const char *shown)
{
  char *phrase = i18n_phrase(stored);
  assert_string_equal(phrase, shown);
  free(phrase);
}

static void what_the_program_wrote_follows_the_reader_and_what_a_person_wrote_does_not(void **state)
{
  (void)state;
  i18n_start("zh_CN");
  assert_phrase("The warning is over", "预警已结束");
  assert_phrase("Not needed, somebody has answered: 值班员甲", "无需再叫，已应答：值班员甲");
  assert_phrase("路断: 车过不去", "路断: 车过不去");
  assert_phrase("", "");
  i18n_start("en");
  assert_phrase("Not needed, somebody has answered: 值班员甲", "Not needed, somebody has answered: 值班员甲");
}

static void assert_filled(char *stored, const char *plain, const char *shown)
{
  char *read = i18n_plain(stored);
  assert_string_equal(read, plain);
  assert_phrase(stored, shown);
  free(read);
  free(stored);
}

static void what_was_filled_into_a_sentence_does_not_hide_it(void **state)
{
  (void)state;
  i18n_start("en");
  assert_filled(i18n_fill("%s, households", "青山村"), "青山村, households", "青山村, households");
  i18n_start("zh_CN");
  assert_filled(i18n_fill("%s, households", "青山村"), "青山村, households", "青山村，住户");
  char *way = i18n_fill("ended with %d", 3), *line = i18n_fill("%s: %s", "sms", way);
  assert_filled(line, "sms: ended with 3", "sms：退出码3");
  char *note = i18n_fill("The issuer notes: %s", "两行\n100%s"), *lines = i18n_fill("acknowledged");
  char *both = malloc(strlen(note) + strlen(lines) + 2);
  sprintf(both, "%s\n%s", note, lines);
  assert_filled(both, "The issuer notes: 两行\n100%s\nacknowledged", "发布单位注：两行\n100%s\n已阅知");
  free(lines);
  free(note);
  free(way);
}

static void marks_that_a_person_typed_do_no_harm(void **state)
{
  (void)state;
  i18n_start("zh_CN");
  assert_phrase("100%s \u2068路断\u2069", "100%s \u2068路断\u2069");
  assert_phrase("路断\u2068", "路断\u2068");
  assert_phrase("\u2069路断\u2069", "\u2069路断\u2069");
  assert_phrase("\u2068\u2068", "\u2068\u2068");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    APART(the_session_decides_when_auto),
    APART(the_setting_outweighs_the_session),
    APART(characters_are_utf8_and_numbers_are_plain_in_any_locale),
    APART(no_text_translates_to_none),
    APART(what_the_program_wrote_follows_the_reader_and_what_a_person_wrote_does_not),
    APART(what_was_filled_into_a_sentence_does_not_hide_it),
    APART(marks_that_a_person_typed_do_no_harm),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
