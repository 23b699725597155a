/* Settings, and the traps of iniparser that the loader must meet. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/config.h"
#include "base/err.h"
#include "base/file.h"

struct place {
  char directory[32];
  char *file, *other;
};

static int make_place(void **state)
{
  struct place *place = calloc(1, sizeof *place);

  strcpy(place->directory, "/tmp/dutydesk-config-XXXXXX");
  *state = place;
  if (mkdtemp(place->directory) == NULL) return -1;
  place->file = file_join(place->directory, "a.ini");
  place->other = file_join(place->directory, "b.ini");
  return 0;
}

static int remove_place(void **state)
{
  struct place *place = *state;

  unlink(place->file);
  unlink(place->other);
  int result = rmdir(place->directory);
  free(place->file);
  free(place->other);
  free(place);
  return result;
}

static void write_file(const char *path, const char *text)
{
  struct err err = ERR_INIT;

  if (file_replace(path, text, strlen(text), 0600, &err) != 0) fail_msg("%s", err.text);
}

static struct config *load(struct place *place)
{
  const char *const paths[] = { place->file, place->other, NULL };
  struct config *config = NULL;
  struct err err = ERR_INIT;

  if (config_load(&config, paths, &err) != 0) fail_msg("%s", err.text);
  return config;
}

static void without_files_the_defaults_count(void **state)
{
  struct config *config = load(*state);

  assert_string_equal(config_text(config, "station.timezone"), "Asia/Shanghai");
  assert_int_equal(config_number(config, "shift.late_minutes"), 15);
  assert_int_equal(config_number(config, "print.columns"), 72);
  assert_string_equal(config_text(config, "ui.language"), "auto");
  config_free(config);
}

static void later_files_weigh_more(void **state)
{
  struct place *place = *state;

  write_file(place->file, "[shift]\nlate_minutes = 20\n[ui]\nlanguage = en\n");
  write_file(place->other, "[SHIFT]\r\nLate_Minutes=30\r\n\r\n[print]\r\nprinter = \"hall; 2nd # 1\"");
  struct config *config = load(place);
  assert_int_equal(config_number(config, "shift.late_minutes"), 30);
  assert_string_equal(config_text(config, "ui.language"), "en");
  assert_string_equal(config_text(config, "print.printer"), "hall; 2nd # 1");
  config_free(config);
}

static void files_of_windows_editors_are_read(void **state)
{
  struct place *place = *state;

  write_file(place->file, "\xEF\xBB\xBF[print]\nprinter = 值班室\n");
  write_file(place->other, "[print]\nfont = \xCB\xCE\xCC\xE5\n");
  struct config *config = load(place);
  assert_string_equal(config_text(config, "print.printer"), "值班室");
  assert_string_equal(config_text(config, "print.font"), "宋体");
  config_free(config);
}

static void bad_files_are_refused_whole_with_line_and_reason(void **state)
{
  static const struct {
    const char *text, *line, *says;
  } cases[] = {
    { "[shift]\n\nlate = 1\n", "line 3", "late_minutes" },
    { "[shfit]\nlate_minutes = 1\n", "line 2", "[shfit]" },
    { "[shfit]\nlate_minutes = 1\n", "line 2", "station, shift, ui" },
    { "[shift]\nlate_minutes = 0\n", "line 2", "from 1 to 240" },
    { "[shift]\nlate_minutes = 241\n", "line 2", "from 1 to 240" },
    { "[shift]\nlate_minutes = ten\n", "line 2", "from 1 to 240" },
    { "[shift]\nlate_minutes = 5m\n", "line 2", "from 1 to 240" },
    { "[shift]\nlate_minutes = 99999999999999999999\n", "line 2", "from 1 to 240" },
    { "[shift]\nlate_minutes =\n", "line 2", "from 1 to 240" },
    { "[ui]\nlanguage = fr\n", "line 2", "auto, zh_CN, en" },
    { "[ui]\nlanguage = en ; comment\n", "line 2", "quotes" },
    { "[print]\nprinter = a#b\n", "line 2", "quotes" },
    { "[print]\nprinter = \"a\" b\n", "line 2", "quote" },
    { "[print]\nprinter = \"a\n", "line 2", "quote" },
    { "[print]\nprinter = \"\n", "line 2", "quote" },
    { "[print]\nprinter = a\n[ui]\n[print]\nPrinter = b\n", "line 5", "above" },
    { "printer = a\n", "line 1", "section" },
    { "[print]\n= a\n", "line 2", "key" },
    { "[print]\nprinter\n", "line 2", "=" },
    { "[print]\nprinter = a\\\nfont = b\n", "line 2", "\\" },
    { "[print\nprinter = a\n", "line 1", "[name]" },
    { "[print] x\n", "line 1", "[name]" },
    { "[]\n", "line 1", "name" },
  };
  struct place *place = *state;

  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const char *const paths[] = { place->file, NULL };
    struct config *config = NULL;
    struct err err = ERR_INIT;
    write_file(place->file, cases[i].text);
    if (config_load(&config, paths, &err) == 0) fail_msg("taken: %s", cases[i].text);
    assert_null(config);
    if (strstr(err.text, "a.ini") == NULL || strstr(err.text, cases[i].line) == NULL || strstr(err.text, cases[i].says) == NULL)
      fail_msg("%s is answered by: %s", cases[i].text, err.text);
  }
}

static void a_line_too_long_for_iniparser_is_refused(void **state)
{
  struct place *place = *state;
  const char *const paths[] = { place->file, NULL };
  struct config *config;
  struct err err = ERR_INIT;

  for (int extra = 0; extra <= 1; extra++) {
    struct buf text = BUF_INIT;
    buf_adds(&text, "[print]\nprinter=");
    for (int i = 0; i < 1000 - 8 + extra; i++) buf_addc(&text, 'x');
    write_file(place->file, buf_text(&text));
    assert_int_equal(config_load(&config, paths, &err), extra == 0 ? 0 : -1);
    if (extra == 0) {
      assert_int_equal(strlen(config_text(config, "print.printer")), 992);
      config_free(config);
    }
    buf_free(&text);
  }
  assert_non_null(strstr(err.text, "line 2"));
}

static void a_file_given_must_exist(void **state)
{
  struct place *place = *state;
  struct config *config;
  struct err err = ERR_INIT;

  setenv("DUTYDESK_ETC", place->directory, 1);
  setenv("XDG_CONFIG_HOME", place->directory, 1);
  assert_int_equal(config_load_usual(&config, place->file, &err), -1);
  assert_int_equal(err.code, ERR_USAGE);
  write_file(place->file, "[pin]\nlength = 6\n");
  assert_int_equal(config_load_usual(&config, place->file, &err), 0);
  assert_int_equal(config_number(config, "pin.length"), 6);
  config_free(config);
  unsetenv("DUTYDESK_ETC");
  unsetenv("XDG_CONFIG_HOME");
}

static void the_default_file_holds_the_defaults(void **state)
{
  struct place *place = *state;
  struct buf text = BUF_INIT;

  struct config *builtin = load(place);
  config_write_default(&text);
  write_file(place->file, buf_text(&text));
  struct config *config = load(place);
  for (const struct config_option *option = config_options; option->name != NULL; option++) {
    if (strstr(buf_text(&text), strchr(option->name, '.') + 1) == NULL) fail_msg("%s is not written", option->name);
    assert_string_equal(config_text(config, option->name), config_text(builtin, option->name));
  }
  config_free(config);
  config_free(builtin);
  buf_free(&text);
}

/* data/dutydesk.ini is config_write_default's output; DUTYDESK_RENEW=1 in the environment writes it anew. */
static void the_file_in_data_is_up_to_date(void **state)
{
  const char *top = getenv("abs_top_srcdir");
  char *path = file_join(top != NULL ? top : ".", "data/dutydesk.ini");
  struct buf text = BUF_INIT, file = BUF_INIT;
  struct err err = ERR_INIT;
  (void)state;

  config_write_default(&text);
  if (getenv("DUTYDESK_RENEW") != NULL) assert_int_equal(file_replace(path, buf_text(&text), text.length, 0644, &err), 0);
  if (file_read(path, 1 << 20, &file, &err) != 0) fail_msg("%s", err.text);
  assert_string_equal(buf_text(&file), buf_text(&text));
  buf_free(&text);
  buf_free(&file);
  free(path);
}

static int note_pair(void *context, int line, const char *section, const char *key, const char *value, struct err *err)
{
  buf_addf(context, "%d [%s] %s=%s|", line, section, key, value);
  return strcmp(key, "stop") == 0 ? err_set(err, "stopped") : 0;
}

static void other_ini_text_is_read_in_its_order(void **state)
{
  static const char text[] = "; red\n[Red 红]\nFirst = 接收\n\n'x' = ''\n[all]\n# c\nb=\" 2 \"\nstop = 1\nnever = 1\n";
  struct buf seen = BUF_INIT;
  struct err err = ERR_INIT;
  (void)state;

  assert_int_equal(config_read_ini("red.ini", text, sizeof text - 1, note_pair, &seen, &err), -1);
  assert_string_equal(err.text, "stopped");
  assert_string_equal(buf_text(&seen), "3 [Red 红] First=接收|5 [Red 红] 'x'=|8 [all] b= 2 |9 [all] stop=1|");
  assert_int_equal(config_read_ini("red.ini", "[a]\nb=\xFF\n", 8, note_pair, &seen, &err), -1);
  assert_non_null(strstr(err.text, "red.ini"));
  assert_int_equal(config_read_ini("red.ini", "", 0, note_pair, &seen, &err), 0);
  buf_free(&seen);
}

#define PLACED(test) cmocka_unit_test_setup_teardown(test, make_place, remove_place)

int main(void)
{
  const struct CMUnitTest tests[] = {
    PLACED(without_files_the_defaults_count),
    PLACED(later_files_weigh_more),
    PLACED(files_of_windows_editors_are_read),
    PLACED(bad_files_are_refused_whole_with_line_and_reason),
    PLACED(a_line_too_long_for_iniparser_is_refused),
    PLACED(a_file_given_must_exist),
    PLACED(the_default_file_holds_the_defaults),
    cmocka_unit_test(the_file_in_data_is_up_to_date),
    cmocka_unit_test(other_ini_text_is_read_in_its_order),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
