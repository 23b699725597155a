#include "terminal.h"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "bench.h"

enum { FRAME_LEAST = 500 }; /* bytes of a first frame: silence before that is loading */
static const double frame_quiet = 0.3, key_quiet = 0.04, key_wait = 1, patience = 60;

static const struct {
  const char *name, *bytes, *application;
} keys[] = {
  { "down", "\033[B", "\033OB" }, { "up", "\033[A", "\033OA" }, { "home", "\033[H", "\033OH" }, { "page-down", "\033[6~", "\033[6~" },
  { "enter", "\r", "\r" },        { "esc", "\033", "\033" },    { "f2", "\033OQ", "\033OQ" },   { "f3", "\033OR", "\033OR" },
};

static void environment_set(void)
{
  setenv("TERM", "xterm-256color", 1);
  setenv("LANG", "C.UTF-8", 1);
  setenv("LANGUAGE", "zh_CN", 1);
  unsetenv("LC_ALL");
  unsetenv("LINES");
  unsetenv("COLUMNS");
}

void terminal_start(struct terminal *terminal, char *const argv[])
{
  struct winsize size = { .ws_row = 24, .ws_col = 80 };
  int started[2]; /* closes when the program runs: from then on it is timed */
  char byte;
  memset(terminal, 0, sizeof(*terminal));
  if (pipe2(started, O_CLOEXEC) != 0) bench_fail("no pipe");
  terminal->child = forkpty(&terminal->pty, NULL, NULL, &size);
  if (terminal->child < 0) bench_fail("no pseudo-terminal");
  if (terminal->child == 0) {
    environment_set();
    execv(argv[0], argv);
    _exit(127);
  }
  close(started[1]);
  if (read(started[0], &byte, 1) < 0) bench_fail("no pipe");
  close(started[0]);
  terminal->begun = bench_seconds();
}

void terminal_stop(struct terminal *terminal)
{
  char bytes[4096];
  int status;
  kill(terminal->child, SIGTERM);
  for (int tries = 0; waitpid(terminal->child, &status, WNOHANG) == 0; tries++) {
    struct pollfd waiting = { terminal->pty, POLLIN, 0 };
    if (tries == 200) kill(terminal->child, SIGKILL);
    if (poll(&waiting, 1, 10) > 0 && read(terminal->pty, bytes, sizeof(bytes)) <= 0) usleep(1000);
  }
  close(terminal->pty);
}

static void heed(struct terminal *terminal, const char *bytes, size_t length)
{
  char text[sizeof(terminal->tail) + 65536];
  size_t kept = strnlen(terminal->tail, sizeof(terminal->tail)), total = kept + length;
  memcpy(text, terminal->tail, kept);
  memcpy(text + kept, bytes, length);
  if (memmem(text, total, "\033[?1h", 5)) terminal->application_keys = true;
  if (memmem(text, total, "\033[6n", 4) && write(terminal->pty, "\033[1;1R", 6) != 6) bench_fail("the program is gone");
  size_t tail = total < 4 ? total : 4;
  memset(terminal->tail, 0, sizeof(terminal->tail));
  memcpy(terminal->tail, text + total - tail, tail);
}

/* Reads until nothing has come for `quiet` seconds after at least `least` bytes, or nothing at all for `wait`. */
static struct answer until_quiet(struct terminal *terminal, double since, double quiet, double wait, long least)
{
  struct answer answer = { 0, 0 };
  for (double last = since;;) {
    char bytes[65536];
    double left = (answer.bytes >= least && answer.bytes > 0 ? last + quiet : since + wait) - bench_seconds();
    struct pollfd waiting = { terminal->pty, POLLIN, 0 };
    if (left <= 0 || poll(&waiting, 1, (int)(left * 1000) + 1) <= 0) return answer;
    ssize_t length = read(terminal->pty, bytes, sizeof(bytes));
    if (length <= 0) bench_fail("the program has ended: %.*s", 4, terminal->tail);
    last = bench_seconds();
    answer.bytes += length;
    answer.last = last - since;
    heed(terminal, bytes, (size_t)length);
  }
}

struct answer terminal_first_frame(struct terminal *terminal)
{
  return until_quiet(terminal, terminal->begun, frame_quiet, patience, FRAME_LEAST);
}

struct answer terminal_key(struct terminal *terminal, const char *name)
{
  size_t key = 0;
  while (strcmp(keys[key].name, name) != 0) key++;
  const char *bytes = terminal->application_keys ? keys[key].application : keys[key].bytes;
  double begun = bench_seconds();
  if (write(terminal->pty, bytes, strlen(bytes)) < 0) bench_fail("the program is gone");
  return until_quiet(terminal, begun, key_quiet, key_wait, 1);
}

static long status_number(const struct terminal *terminal, const char *name)
{
  char path[64], line[256];
  long number = 0;
  snprintf(path, sizeof(path), "/proc/%d/status", (int)terminal->child);
  FILE *file = fopen(path, "r");
  if (!file) bench_fail("%s cannot be read", path);
  while (fgets(line, sizeof(line), file))
    if (strncmp(line, name, strlen(name)) == 0) number = atol(line + strlen(name));
  fclose(file);
  return number;
}

struct answer terminal_idle(struct terminal *terminal, double seconds, long *wakeups)
{
  long before = status_number(terminal, "voluntary_ctxt_switches:");
  struct answer answer = until_quiet(terminal, bench_seconds(), seconds, seconds, 0);
  *wakeups = status_number(terminal, "voluntary_ctxt_switches:") - before;
  return answer;
}

long terminal_memory(const struct terminal *terminal)
{
  return status_number(terminal, "VmRSS:");
}
