/* Ways out for paper: bytes for printers, lp, the terminal's printer, a folder. `lp` is a script of the test's own. */
#include <fcntl.h>
#include <pty.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/child.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "paper/printer.h"

enum { MOST = 1024 * 1024 };

#define TEXT "山洪\n预警\f次页\n"
static const struct printer_job text_job = { "R-26-B031", TEXT, sizeof TEXT - 1, false };

/* A folder for one test, taken away with all it holds. */
static int make_folder(void **state)
{
  *state = mem_dup("/tmp/test_printer.XXXXXX");
  return mkdtemp(*state) ? 0 : -1;
}

static int remove_folder(void **state)
{
  struct err err = ERR_INIT;
  int result = child_run((const char *const[]){ "/bin/rm", "-r", *state, NULL }, NULL, 0, 10000, NULL, NULL, 0, &err);

  free(*state);
  return result;
}

static char *content(const char *folder, const char *name)
{
  char *path = file_join(folder, name);
  struct buf out = BUF_INIT;
  struct err err = ERR_INIT;

  if (file_read(path, MOST, &out, &err) != 0) fail_msg("%s", err.text);
  free(path);
  return buf_take(&out, NULL);
}

static void assert_content(const char *folder, const char *name, const char *expected)
{
  char *found = content(folder, name);

  assert_string_equal(found, expected);
  free(found);
}

/* Puts a program `lp` into the folder and makes PATH find it and the few tools that it uses; NULL: PATH finds nothing. */
static void put_lp(const char *folder, const char *script)
{
  char *path = file_join(folder, "lp"), *search = mem_printf("%s%s", folder, script ? ":/usr/bin:/bin" : "/nothing");
  struct err err = ERR_INIT;

  if (script && file_replace(path, script, strlen(script), 0700, &err) != 0) fail_msg("%s", err.text);
  setenv("PATH", search, 1);
  free(path);
  free(search);
}

/* ---- Bytes ---- */

static void assert_bytes(const char *written, const char *expected, size_t length)
{
  struct buf out = BUF_INIT;
  struct err err = ERR_INIT;

  if (printer_bytes(written, &out, &err) != 0) fail_msg("%s", err.text);
  assert_int_equal(out.length, length);
  assert_memory_equal(buf_text(&out), expected, length);
  buf_free(&out);
}

static void printer_bytes_are_read_as_people_write_them(void **state)
{
  static const char *const wrong[] = { "\\", "\\q", "\\x1", "\\xZZ", "hex:1", "hex:1B4G", "hex:ESC" };
  struct buf out = BUF_INIT;

  (void)state;
  assert_bytes("", "", 0);
  assert_bytes("\\x1b@", "\033@", 2);
  assert_bytes("\\e@\\r\\n\\t\\f\\0\\\\", "\033@\r\n\t\f\0\\", 8);
  assert_bytes("1B 40", "\033@", 2);
  assert_bytes("1b401C26", "\033@\034&", 4);
  assert_bytes("hex:1b", "\033", 1);
  assert_bytes("text:1b", "1b", 2);
  assert_bytes("1b4", "1b4", 3);
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    struct err err = ERR_INIT;

    assert_int_equal(printer_bytes(wrong[i], &out, &err), -1);
    assert_int_equal(err.code, ERR_USAGE);
    assert_non_null(strstr(err.text, wrong[i]));
  }
  assert_int_equal(out.length, 0);
}

static void text_is_encoded_between_start_and_end(void **state)
{
  struct printer_options options = { .encoding = "GB18030", .start = "\\x1b@", .end = "\\f" };
  static const char expected[] = "\033@\xC9\xBD\r\n\f";
  struct buf out = BUF_INIT;
  struct err err = ERR_INIT;

  (void)state;
  assert_int_equal(printer_encode("山\n", 4, true, &options, &out, &err), 0);
  assert_int_equal(out.length, strlen(expected));
  assert_memory_equal(out.data, expected, out.length);
  buf_clear(&out);
  options.encoding = "KLINGON";
  assert_int_equal(printer_encode("山\n", 4, true, &options, &out, &err), -1);
  buf_free(&out);
}

static void text_cannot_act_on_the_printer(void **state)
{
  struct printer_options options = { .encoding = NULL };
  static const char text[] = "a\033[4ib\f\007\n\xC2\x9B";
  struct buf out = BUF_INIT;
  struct err err = ERR_INIT;

  (void)state;
  assert_int_equal(printer_encode(text, strlen(text), false, &options, &out, &err), 0);
  for (size_t i = 0; i < out.length; i++) assert_true((unsigned char)out.data[i] >= ' ' || out.data[i] == '\n' || out.data[i] == '\f');
  assert_null(strstr(out.data, "\xC2\x9B"));
  assert_non_null(strstr(out.data, "b\f"));
  buf_free(&out);
}

/* ---- Folder ---- */

static void assert_name(const char *name, const char *expected)
{
  char *found = printer_file_name(name, strstr(expected, ".pdf") != NULL);

  assert_string_equal(found, expected);
  free(found);
}

static void file_names_are_plain(void **state)
{
  char longest[200] = "", *found;

  (void)state;
  assert_name("R-26-B031", "R-26-B031.pdf");
  assert_name("2026-07-01 08:00 白班", "2026-07-01-08-00.txt");
  assert_name("../../etc/passwd", "etc-passwd.txt");
  assert_name(".hidden..", "hidden.txt");
  assert_name("值班日报", "paper.pdf");
  assert_name("", "paper.txt");
  assert_name(NULL, "paper.txt");
  memset(longest, 'a', sizeof longest - 1);
  found = printer_file_name(longest, true);
  assert_int_equal(strlen(found), 84);
  free(found);
}

static void an_existing_file_is_never_replaced(void **state)
{
  struct printer_options options = { .encoding = "UTF-8", .start = "\\x1b@" };
  struct printer_job pdf = { "R-26-B031", "%PDF\0x", 6, true };
  char *folder = mem_printf("%s/new/deep", (char *)*state), *path = NULL;
  struct err err = ERR_INIT;
  struct buf out = BUF_INIT;

  for (int i = 0; i < 3; i++) {
    free(path);
    if (printer_folder(&text_job, folder, &options, &path, &err) != 0) fail_msg("%s", err.text);
  }
  assert_string_equal(strrchr(path, '/'), "/R-26-B031-3.txt");
  assert_content(folder, "R-26-B031.txt", TEXT); /* what starts a printer is not for files */
  assert_content(folder, "R-26-B031-2.txt", TEXT);
  free(path);
  assert_int_equal(printer_folder(&pdf, folder, &options, &path, &err), 0);
  assert_int_equal(file_read(path, MOST, &out, &err), 0);
  assert_int_equal(out.length, 6);
  assert_memory_equal(out.data, "%PDF\0x", 6);
  buf_free(&out);
  free(path);
  free(folder);
}

static void a_folder_that_cannot_be_is_an_error(void **state)
{
  struct printer_options options = { .encoding = NULL };
  char *file = mem_printf("%s/file", (char *)*state), *path = NULL;
  struct err err = ERR_INIT;

  assert_int_equal(file_replace(file, "x", 1, 0600, &err), 0);
  assert_int_equal(printer_folder(&text_job, file, &options, &path, &err), -1);
  assert_int_equal(err.code, ERR_FAILED);
  assert_null(path);
  free(file);
}

/* ---- lp ---- */

/* Writes its arguments, one a line, and its input beside itself. */
#define LP_TAKES "#!/bin/sh\nd=${0%/*}\nfor a; do echo \"$a\"; done >$d/arguments\ncat >$d/input\n"

static void lp_gets_the_job_on_its_input(void **state)
{
  struct printer_options options = { .spool = *state };
  struct err err = ERR_INIT;

  put_lp(*state, LP_TAKES);
  if (printer_lp(&text_job, "前台; rm -rf", &options, NULL, &err) != 0) fail_msg("%s", err.text);
  assert_content(*state, "arguments", "-t\nR-26-B031\n-d\n前台; rm -rf\n");
  assert_content(*state, "input", TEXT);
}

static void start_up_bytes_and_gb18030_go_raw(void **state)
{
  struct printer_options options = { .encoding = "GB18030", .start = "1B40", .spool = *state };
  struct printer_job job = { "R", "山\n", 4, false };
  struct err err = ERR_INIT;

  put_lp(*state, LP_TAKES);
  assert_int_equal(printer_lp(&job, NULL, &options, NULL, &err), 0);
  assert_content(*state, "arguments", "-t\nR\n-o\nraw\n");
  assert_content(*state, "input", "\033@\xC9\xBD\r\n");
}

static void a_pdf_goes_as_it_is(void **state)
{
  struct printer_options options = { .encoding = "GB18030", .start = "1B40", .spool = *state };
  struct printer_job job = { "R", "%PDF-1.5 \xE2\xE3", 11, true };
  struct err err = ERR_INIT;

  put_lp(*state, LP_TAKES);
  assert_int_equal(printer_lp(&job, NULL, &options, NULL, &err), 0);
  assert_content(*state, "arguments", "-t\nR\n");
  assert_content(*state, "input", "%PDF-1.5 \xE2\xE3");
}

static void assert_kept(const char *folder, const struct printer_options *options, const char *why)
{
  struct err err = ERR_INIT;
  char *kept = NULL;

  assert_int_equal(printer_lp(&text_job, NULL, options, &kept, &err), -1);
  assert_int_equal(err.code, ERR_ATTENTION);
  assert_non_null(kept);
  assert_non_null(strstr(err.text, kept));
  if (!strstr(err.text, why)) fail_msg("no \"%s\" in: %s", why, err.text);
  assert_string_equal(strrchr(kept, '/'), "/R-26-B031.txt");
  assert_content(folder, "R-26-B031.txt", TEXT);
  unlink(kept);
  free(kept);
}

static void a_job_that_lp_does_not_take_is_kept(void **state)
{
  struct printer_options options = { .spool = *state, .patience = 300 };

  put_lp(*state, NULL);
  assert_kept(*state, &options, "lp");
  put_lp(*state, "#!/bin/sh\necho 'lp: no default destination' >&2\nexit 1\n");
  assert_kept(*state, &options, "lp: no default destination");
  put_lp(*state, "#!/bin/sh\nexit 1\n");
  assert_kept(*state, &options, "gave no reason");
  put_lp(*state, "#!/bin/sh\nexec sleep 60\n");
  assert_kept(*state, &options, "lp");
}

static void a_job_that_cannot_even_be_kept_is_a_failure(void **state)
{
  struct printer_options options = { .spool = NULL };
  struct err err = ERR_INIT;

  put_lp(*state, NULL);
  assert_int_equal(printer_lp(&text_job, NULL, &options, NULL, &err), -1);
  assert_int_equal(err.code, ERR_FAILED);
}

/* ---- Terminal ---- */

static void the_terminal_gets_the_text_between_on_and_off(void **state)
{
  static const char expected[] = "\033[5i\xC9\xBD\r\n\033[4i";
  struct printer_options options = { .encoding = "GB18030" };
  struct printer_job job = { "R", "山\n", 4, false };
  char *path = file_join(*state, "terminal");
  int fd = open(path, O_RDWR | O_CREAT, 0600);
  struct err err = ERR_INIT;

  assert_true(fd >= 0);
  assert_int_equal(printer_terminal(&job, fd, "\033[5i", "\033[4i", &options, &err), 0);
  assert_int_equal(fcntl(fd, F_GETFL) & O_NONBLOCK, 0);
  close(fd);
  assert_content(*state, "terminal", expected);
  free(path);
}

static void what_the_terminal_cannot_print_is_refused(void **state)
{
  struct printer_options options = { .encoding = NULL };
  struct printer_job pdf = { "R", "%PDF", 4, true };
  struct err err = ERR_INIT;

  (void)state;
  assert_int_equal(printer_terminal(&pdf, -1, "on", "off", &options, &err), -1);
  assert_int_equal(err.code, ERR_USAGE);
  assert_int_equal(printer_terminal(&text_job, -1, NULL, "off", &options, &err), -1);
  assert_int_equal(printer_terminal(&text_job, -1, "on", "", &options, &err), -1);
  assert_non_null(strstr(err.text, "mc5"));
  assert_int_equal(printer_terminal(&text_job, -1, "on", "off", &options, &err), -1);
}

/* Nobody reads the other end: the terminal fills up, as after Ctrl-S. */
static void a_stopped_terminal_does_not_hold_us(void **state)
{
  struct printer_options options = { .patience = 200 };
  char *text = mem_zero(MOST + 1, 1);
  struct printer_job job = { "R", text, MOST, false };
  int64_t start = clock_monotonic();
  struct err err = ERR_INIT;
  int ours, theirs;

  (void)state;
  memset(text, 'x', MOST);
  assert_int_equal(openpty(&ours, &theirs, NULL, NULL, NULL), 0);
  assert_int_equal(printer_terminal(&job, theirs, "on", "off", &options, &err), -1);
  assert_true(clock_monotonic() - start < 20000);
  assert_int_equal(fcntl(theirs, F_GETFL) & O_NONBLOCK, 0);
  close(theirs);
  close(ours);
  free(text);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(printer_bytes_are_read_as_people_write_them),
    cmocka_unit_test(text_is_encoded_between_start_and_end),
    cmocka_unit_test(text_cannot_act_on_the_printer),
    cmocka_unit_test(file_names_are_plain),
    cmocka_unit_test_setup_teardown(an_existing_file_is_never_replaced, make_folder, remove_folder),
    cmocka_unit_test_setup_teardown(a_folder_that_cannot_be_is_an_error, make_folder, remove_folder),
    cmocka_unit_test_setup_teardown(lp_gets_the_job_on_its_input, make_folder, remove_folder),
    cmocka_unit_test_setup_teardown(start_up_bytes_and_gb18030_go_raw, make_folder, remove_folder),
    cmocka_unit_test_setup_teardown(a_pdf_goes_as_it_is, make_folder, remove_folder),
    cmocka_unit_test_setup_teardown(a_job_that_lp_does_not_take_is_kept, make_folder, remove_folder),
    cmocka_unit_test_setup_teardown(a_job_that_cannot_even_be_kept_is_a_failure, make_folder, remove_folder),
    cmocka_unit_test_setup_teardown(the_terminal_gets_the_text_between_on_and_off, make_folder, remove_folder),
    cmocka_unit_test(what_the_terminal_cannot_print_is_refused),
    cmocka_unit_test(a_stopped_terminal_does_not_hold_us),
  };

  i18n_start("en");
  return cmocka_run_group_tests(tests, NULL, NULL);
}
