/* Other programs: their input, output, end, and what happens when there is no end. */
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/child.h"
#include "base/clock.h"
#include "base/err.h"

#define SH(script) ((const char *const[]){ "sh", "-c", script, NULL })

enum { LONG = 20000 };

static void input_output_errors_and_status_pass(void **state)
{
  struct buf output = BUF_INIT, errors = BUF_INIT;
  struct err err = ERR_INIT;
  (void)state;

  assert_int_equal(child_run(SH("tr a-z A-Z; echo bad >&2; exit 3"), "abc", 3, LONG, &output, &errors, 100, &err), 3);
  assert_string_equal(buf_text(&output), "ABC");
  assert_string_equal(buf_text(&errors), "bad\n");
  buf_free(&output);
  buf_free(&errors);
}

static void no_shell_reads_the_arguments(void **state)
{
  const char *const argv[] = { "printf", "%s", "a b; exit 9 $HOME", NULL };
  struct buf output = BUF_INIT;
  (void)state;

  assert_int_equal(child_run(argv, NULL, 0, LONG, &output, NULL, 100, NULL), 0);
  assert_string_equal(buf_text(&output), "a b; exit 9 $HOME");
  buf_free(&output);
}

static void large_input_to_a_child_that_does_not_read_it_is_harmless(void **state)
{
  size_t length = 4 << 20;
  char *input = calloc(1, length);
  struct buf output = BUF_INIT;
  (void)state;

  assert_int_equal(child_run(SH("exit 0"), input, length, LONG, NULL, NULL, 0, NULL), 0);
  assert_int_equal(child_run(SH("cat"), input, length, LONG, &output, NULL, length, NULL), 0);
  assert_int_equal(output.length, length);
  buf_free(&output);
  free(input);
}

static void output_beyond_the_limit_is_dropped(void **state)
{
  struct buf output = BUF_INIT;
  (void)state;

  assert_int_equal(child_run(SH("head -c 1000000 /dev/zero"), NULL, 0, LONG, &output, NULL, 10, NULL), 0);
  assert_int_equal(output.length, 10);
  buf_free(&output);
}

static void a_missing_program_is_named(void **state)
{
  const char *const argv[] = { "dutydesk-no-such-program", NULL };
  struct err err = ERR_INIT;
  struct child child;
  (void)state;

  assert_int_equal(child_run(argv, "x", 1, LONG, NULL, NULL, 0, &err), -1);
  assert_non_null(strstr(err.text, argv[0]));
  assert_int_equal(child_start(&child, argv, NULL, 0, &err), -1);
  assert_int_equal(child.pid, 0);
  assert_int_equal(child.output, -1);
  child_stop(&child);
}

/* A dead process that nobody has collected yet does not run. */
static bool runs(pid_t pid)
{
  struct buf path = BUF_INIT;
  char state = 'Z';

  buf_addf(&path, "/proc/%d/stat", (int)pid);
  FILE *file = fopen(buf_text(&path), "r");
  if (file != NULL && fscanf(file, "%*d (%*[^)]) %c", &state) != 1) state = 'Z';
  if (file != NULL) fclose(file);
  buf_free(&path);
  return state != 'Z' && state != 'X';
}

static void a_child_without_end_is_ended_with_its_group(void **state)
{
  struct buf output = BUF_INIT;
  struct err err = ERR_INIT;
  (void)state;

  int64_t before = clock_monotonic();
  assert_int_equal(child_run(SH("trap '' TERM; sleep 600 & echo $!; sleep 600"), NULL, 0, 300, &output, NULL, 100, &err), -1);
  assert_in_range(clock_monotonic() - before, 300, LONG / 2);
  assert_true(err.text[0] != '\0');
  pid_t grandchild = (pid_t)atol(buf_text(&output));
  assert_true(grandchild > 0);
  for (int64_t until = clock_monotonic() + LONG; runs(grandchild) && clock_monotonic() < until;) poll(NULL, 0, 1);
  assert_false(runs(grandchild));
  buf_free(&output);
}

static void a_grandchild_holding_the_pipe_does_not_hold_us(void **state)
{
  struct buf output = BUF_INIT;
  (void)state;

  int64_t before = clock_monotonic();
  assert_int_equal(child_run(SH("sleep 600 & echo $!"), NULL, 0, LONG, &output, NULL, 100, NULL), 0);
  assert_true(clock_monotonic() - before < LONG / 2);
  assert_int_equal(kill((pid_t)atol(buf_text(&output)), SIGKILL), 0);
  buf_free(&output);
}

static void a_killed_child_is_no_success(void **state)
{
  struct err err = ERR_INIT;
  (void)state;

  assert_int_equal(child_run(SH("kill -9 $$"), NULL, 0, LONG, NULL, NULL, 0, &err), -1);
  assert_true(err.text[0] != '\0');
}

static void signals_and_files_are_not_inherited(void **state)
{
  struct buf output = BUF_INIT;
  int fd = dup2(STDERR_FILENO, 77); /* without close-on-exec */
  (void)state;

  signal(SIGUSR1, SIG_IGN);
  assert_int_equal(child_run(SH("test ! -e /proc/self/fd/77 && kill -USR1 $$"), NULL, 0, LONG, NULL, NULL, 0, NULL), -1);
  signal(SIGUSR1, SIG_DFL);
  close(fd);
  buf_free(&output);
}

static void wait_for_output(const struct child *child)
{
  struct pollfd fd = { child->output, POLLIN, 0 };

  assert_int_equal(poll(&fd, 1, LONG), 1);
}

static void a_started_child_is_polled_and_collected(void **state)
{
  struct child child;
  struct err err = ERR_INIT;
  char text[16] = "";
  int status = 9;
  (void)state;

  assert_int_equal(child_start(&child, SH("cat; read never </dev/null; echo done >&2; exec sleep 0"), "in ", 3, &err), 0);
  for (size_t length = 0; strcmp(text, "in done\n") != 0;) {
    wait_for_output(&child);
    ssize_t got = read(child.output, text + length, sizeof text - 1 - length);
    assert_true(got > 0);
    length += (size_t)got;
  }
  wait_for_output(&child); /* its end */
  for (int64_t until = clock_monotonic() + LONG; !child_ended(&child, &status) && clock_monotonic() < until;) poll(NULL, 0, 1);
  assert_int_equal(status, 0);
  assert_int_equal(child.pid, 0);
  assert_false(child_ended(&child, &status));
  child_stop(&child);
  assert_int_equal(child.output, -1);
}

static void a_started_child_can_be_stopped(void **state)
{
  struct child child;
  int status;
  (void)state;

  assert_int_equal(child_start(&child, SH("exec sleep 600"), NULL, 0, NULL), 0);
  pid_t pid = child.pid;
  assert_false(child_ended(&child, &status));
  child_stop(&child);
  assert_int_equal(kill(pid, 0), -1);
  child_stop(&child);
}

static void one_that_ends_by_itself_is_let_end(void **state)
{
  struct buf said = BUF_INIT;
  struct child child;
  int to, errors;
  (void)state;

  assert_int_equal(child_talk(&child, SH("cat >/dev/null; sleep 0.1; echo ended >&2"), &to, &errors, NULL), 0);
  close(to);
  child_end(&child, LONG);
  child_said(errors, 100, &said);
  assert_string_equal(buf_text(&said), "ended");
  close(errors);
  buf_free(&said);
  assert_int_equal(child_start(&child, SH("exec sleep 600"), NULL, 0, NULL), 0);
  pid_t pid = child.pid;
  child_end(&child, 1);
  assert_int_equal(kill(pid, 0), -1);
  child_end(&child, LONG); /* none any more: nothing to wait for */
}

static void this_program_knows_itself(void **state)
{
  const char *name = strrchr(child_self(), '/');
  (void)state;

  assert_non_null(name);
  assert_non_null(strstr(name, "test_child"));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(input_output_errors_and_status_pass),
    cmocka_unit_test(no_shell_reads_the_arguments),
    cmocka_unit_test(large_input_to_a_child_that_does_not_read_it_is_harmless),
    cmocka_unit_test(output_beyond_the_limit_is_dropped),
    cmocka_unit_test(a_missing_program_is_named),
    cmocka_unit_test(a_child_without_end_is_ended_with_its_group),
    cmocka_unit_test(a_grandchild_holding_the_pipe_does_not_hold_us),
    cmocka_unit_test(a_killed_child_is_no_success),
    cmocka_unit_test(signals_and_files_are_not_inherited),
    cmocka_unit_test(a_started_child_is_polled_and_collected),
    cmocka_unit_test(a_started_child_can_be_stopped),
    cmocka_unit_test(one_that_ends_by_itself_is_let_end),
    cmocka_unit_test(this_program_knows_itself),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
