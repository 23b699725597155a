#include "driver.h"

#include "fake_clock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "parts.h"
#include "patience.h"

#define QUIET 0.015 /* a program that sleeps waiting for its terminal and was silent so long has drawn what it had to draw */

static struct driver *live;

static double now(void)
{
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* ---- the life of a program ---- */

struct driver *driver_start(const char *const argv[], const struct driver_options *options)
{
  static const struct driver_options none;
  if (!options) options = &none;
  struct driver *driver = calloc(1, sizeof *driver);
  if (!driver) abort();
  driver->own_home = !options->home;
  driver->home = options->home ? strdup(options->home) : driver_home_make();
  snprintf(driver->language, sizeof driver->language, "%s", options->language ? options->language : "en");
  driver->keyboard = options->keyboard;
  driver->ambiguous_wide = options->ambiguous == 2;
  int rows = options->rows ? options->rows : 24, columns = options->columns ? options->columns : 80;
  struct winsize size = { .ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns };
  struct environment environment;
  environment_make(&environment, options, driver->home);
  fflush(NULL);
  driver->pid = forkpty(&driver->master, NULL, NULL, &size);
  if (driver->pid < 0) fail_msg("forkpty: %s", strerror(errno));
  if (driver->pid == 0) {
    signal(SIGPIPE, SIG_DFL);
    environment_enter(&environment, options, argv);
  }
  environment_free(&environment);
  fcntl(driver->master, F_SETFL, O_NONBLOCK);
  fcntl(driver->master, F_SETFD, FD_CLOEXEC);
  screen_open(driver, rows, columns);
  driver->next = live;
  live = driver;
  return driver;
}

static bool reap(struct driver *driver, int flags)
{
  int status;
  if (!driver->ended && waitpid(driver->pid, &status, flags) == driver->pid) {
    driver->ended = true;
    fake_clock_clear(driver->pid);
    driver->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  return driver->ended;
}

void driver_stop(struct driver *driver)
{
  if (!driver) return;
  for (struct driver **at = &live; *at; at = &(*at)->next)
    if (*at == driver) {
      *at = driver->next;
      break;
    }
  if (!driver->ended) {
    kill(driver->pid, SIGKILL);
    reap(driver, 0);
  }
  driver_hangup(driver);
  screen_close(driver);
  if (driver->own_home)
    home_remove(driver->home);
  else
    free(driver->home);
  free(driver->to_send.bytes);
  free(driver->printer.bytes);
  free(driver);
}

int driver_stop_all(void **state)
{
  (void)state;
  while (live) driver_stop(live);
  homes_remove_all();
  return 0;
}

const char *driver_home(const struct driver *driver)
{
  return driver->home;
}
pid_t driver_pid(const struct driver *driver)
{
  return driver->pid;
}
bool driver_alive(struct driver *driver)
{
  return !reap(driver, WNOHANG);
}

void driver_signal(struct driver *driver, int signal_number)
{
  if (!driver->ended) kill(driver->pid, signal_number);
}

void driver_doom(struct driver *driver, long strokes, double seconds, jmp_buf *back)
{
  driver->doom.back = back;
  driver->doom.strokes = strokes;
  driver->doom.pause = seconds;
  driver->doom.at = now() + seconds;
}

void driver_struck(struct driver *driver)
{
  if (driver->doom.strokes > 0 && --driver->doom.strokes == 0) driver->doom.at = now() + driver->doom.pause;
}

/* Milliseconds that may still be waited for something, at most so many. When none is left, the program dies. */
static int until_doom(struct driver *driver, int milliseconds)
{
  if (!driver->doom.back || driver->doom.strokes > 0) return milliseconds;
  double left = (driver->doom.at - now()) * 1000;
  if (left > 0) return left < milliseconds ? (int)left + 1 : milliseconds;
  jmp_buf *back = driver->doom.back;
  driver->doom.back = NULL;
  kill(driver->pid, SIGKILL);
  reap(driver, 0);
  longjmp(*back, 1);
}

void driver_hangup(struct driver *driver)
{
  if (driver->master >= 0) close(driver->master);
  driver->master = -1;
  driver->to_send.length = 0;
}

void driver_resize(struct driver *driver, int rows, int columns)
{
  struct winsize size = { .ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns };
  vterm_set_size(driver->vterm, rows, columns);
  if (ioctl(driver->master, TIOCSWINSZ, &size)) fail_msg("resize: %s", strerror(errno));
}

int driver_wait_end(struct driver *driver)
{
  double end = now() + PATIENCE / 1e3;
  while (!reap(driver, WNOHANG)) {
    if (now() > end) {
      driver_dump(driver);
      fail_msg("the program is still there after %d ms", PATIENCE);
    }
    if (!driver_pump(driver, 5)) poll(NULL, 0, driver->master < 0 ? 5 : 1);
  }
  while (driver_pump(driver, 0)) continue;
  return driver->status;
}

void driver_wait_exit(struct driver *driver, int status)
{
  if (driver_wait_end(driver) == status) return;
  driver_dump(driver);
  fail_msg("the program ended with %d instead of %d", driver->status, status);
}

/* ---- moving bytes ---- */

static bool take(struct driver *driver)
{
  char bytes[16384];
  ssize_t got = read(driver->master, bytes, sizeof bytes);
  if (got > 0) {
    driver->bytes_out += got;
    printer_feed(driver, bytes, (size_t)got);
  }
  return got > 0;
}

static bool give(struct driver *driver)
{
  ssize_t wrote = write(driver->master, driver->to_send.bytes, driver->to_send.length);
  if (wrote < 0 && errno != EAGAIN && errno != EINTR) wrote = (ssize_t)driver->to_send.length; /* nobody there to read it */
  if (wrote <= 0) return false;
  driver->to_send.length -= (size_t)wrote;
  memmove(driver->to_send.bytes, driver->to_send.bytes + wrote, driver->to_send.length);
  return true;
}

bool driver_pump(struct driver *driver, int milliseconds)
{
  if (driver->master < 0) return false;
  milliseconds = until_doom(driver, milliseconds);
  struct pollfd wait = { driver->master, (short)(POLLIN | (driver->to_send.length ? POLLOUT : 0)), 0 };
  if (poll(&wait, 1, milliseconds) <= 0) return false;
  bool moved = false;
  if (wait.revents & (POLLIN | POLLHUP)) moved = take(driver);
  if (wait.revents & POLLOUT) moved |= give(driver);
  return moved;
}

long driver_watch(struct driver *driver, double seconds)
{
  long before = driver->bytes_out;
  double end = now() + seconds;
  for (double left; (left = end - now()) > 0;) driver_pump(driver, (int)(left * 1000) + 1);
  return driver->bytes_out - before;
}

/* ---- waiting ---- */

static int index_on_screen(struct driver *driver, const char *const texts[])
{
  for (int i = 0; texts[i]; i++)
    if (driver_contains(driver, texts[i])) return i;
  return -1;
}

/* -1: none came. */
static int await(struct driver *driver, const char *const texts[])
{
  double end = now() + PATIENCE / 1e3;
  int found;
  while ((found = index_on_screen(driver, texts)) < 0) {
    double left = end - now();
    if (left <= 0) return -1;
    if (reap(driver, WNOHANG)) {
      while (driver_pump(driver, 0)) continue;
      return index_on_screen(driver, texts);
    }
    driver_pump(driver, left > 0.05 ? 50 : 1);
  }
  return found;
}

int driver_wait_any(struct driver *driver, const char *const texts[])
{
  int found = await(driver, texts);
  if (found < 0) {
    driver_dump(driver);
    fail_msg("\"%s\"%s did not come within %d ms", texts[0], texts[1] ? " or another text" : "", PATIENCE);
  }
  driver_settle(driver);
  return found;
}

void driver_wait_for(struct driver *driver, const char *text)
{
  driver_wait_any(driver, (const char *const[]){ text, NULL });
}

void driver_wait_row(struct driver *driver, int row, const char *text)
{
  double end = now() + PATIENCE / 1e3;
  while (!strstr(driver_row(driver, row), text)) {
    if (now() > end || reap(driver, WNOHANG)) {
      driver_dump(driver);
      fail_msg("row %d has no \"%s\" within %d ms", row, text, PATIENCE);
    }
    driver_pump(driver, 50);
  }
  driver_settle(driver);
}

void driver_wait_gone(struct driver *driver, const char *text)
{
  double end = now() + PATIENCE / 1e3;
  while (driver_contains(driver, text)) {
    if (now() > end || reap(driver, WNOHANG)) {
      driver_dump(driver);
      fail_msg("\"%s\" did not go within %d ms", text, PATIENCE);
    }
    driver_pump(driver, 50);
  }
  driver_settle(driver);
}

/* True if the kernel says that the program sleeps in a call that could be ended by its terminal. */
static bool waits_for_terminal(struct driver *driver)
{
  char path[64], text[256] = "";
  snprintf(path, sizeof path, "/proc/%d/syscall", (int)driver->pid);
  FILE *file = fopen(path, "r");
  if (file) {
    if (!fgets(text, sizeof text, file)) *text = 0;
    fclose(file);
  }
  if (*text) { /* "running", or number and arguments of the call it sleeps in */
    char *end;
    long call = strtol(text, &end, 10);
    if (end == text) return false;
    if (call == SYS_read) return strtoul(end, NULL, 16) == 0;
    return call == SYS_ppoll || call == SYS_pselect6 || call == SYS_epoll_pwait
#ifdef SYS_poll
           || call == SYS_poll || call == SYS_select || call == SYS_epoll_wait
#endif
      ;
  }
  snprintf(path, sizeof path, "/proc/%d/stat", (int)driver->pid);
  file = fopen(path, "r");
  if (!file) return false;
  bool sleeps = fgets(text, sizeof text, file) && strrchr(text, ')') && strncmp(strrchr(text, ')'), ") S", 3) == 0;
  fclose(file);
  return sleeps;
}

/* Has the program not yet read what was sent? The other side is opened for the question only: held open, it would hide the end. Polling it
 * also moves on what the kernel has not yet brought from here to there, which FIONREAD would not see. */
static bool unread(struct driver *driver)
{
  char name[64];
  if (ptsname_r(driver->master, name, sizeof name)) return false;
  struct pollfd other = { open(name, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC), POLLIN, 0 };
  if (other.fd < 0) return false;
  bool waits = poll(&other, 1, 0) == 1 && (other.revents & POLLIN);
  close(other.fd);
  return waits;
}

void driver_settle(struct driver *driver)
{
  double end = now() + PATIENCE / 1e3, quiet_since = now();
  while (driver->master >= 0 && !reap(driver, WNOHANG)) {
    bool busy = driver->to_send.length || !waits_for_terminal(driver) || unread(driver);
    if (driver_pump(driver, 2) || busy) /* in this order: what it drew before it slept has come after that */
      quiet_since = now();
    else if (now() - quiet_since >= QUIET)
      return;
    if (now() > end) {
      driver_dump(driver);
      fail_msg("the program did not come to rest within %d ms", PATIENCE);
    }
  }
}
