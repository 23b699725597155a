#include "tui/terminal.h"

#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/config.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "tui/draw.h"
#include "tui/keys.h"
#include "tui/width.h"

#define PASTE_ON "\033[?2004h"
#define PASTE_OFF "\033[?2004l"

/* What a signal handler needs, and handlers take no context. Written before the handlers are set, read by them. */
static struct {
  int signals;          /* write end of the pipe */
  struct termios saved; /* the terminal as we found it */
  char leave[256];      /* the bytes that give it back */
  size_t leave_length;
} rescue;

/* --- signals -------------------------------------------------------------------------------------------------------------- */

static void on_signal(int number)
{
  int kept = errno;
  unsigned char byte = (unsigned char)number;

  if (write(rescue.signals, &byte, 1) < 0) { /* a full pipe holds enough to wake us */
  }
  errno = kept;
}

/* The program is broken: only what is safe in a handler, then die as the signal would have it. */
static void on_fatal(int number)
{
  if (write(STDOUT_FILENO, rescue.leave, rescue.leave_length) < 0) { /* nothing else to try */
  }
  tcsetattr(STDOUT_FILENO, TCSANOW, &rescue.saved);
  signal(number, SIG_DFL);
  raise(number);
}

/* clang-format off */
static const struct {
  int number;
  void (*handler)(int);
} handlers[] = {
  { SIGWINCH, on_signal }, { SIGHUP, on_signal }, { SIGTERM, on_signal }, { SIGCONT, on_signal }, { SIGINT, SIG_IGN }, { SIGQUIT, SIG_IGN },
  { SIGTSTP, SIG_IGN }, { SIGPIPE, SIG_IGN }, { SIGXFSZ, SIG_IGN }, { SIGSEGV, on_fatal }, { SIGBUS, on_fatal }, { SIGFPE, on_fatal }, { SIGILL, on_fatal },
  { SIGABRT, on_fatal },
};
/* clang-format on */

/* On the way out a second hang-up or kill must not end us before the database is closed and the key file whole. */
static bool stays_ignored(int number)
{
  return number == SIGHUP || number == SIGTERM || number == SIGPIPE || number == SIGXFSZ;
}

static void set_handlers(bool ours)
{
  for (size_t i = 0; i < sizeof handlers / sizeof *handlers; i++) {
    void (*after)(int) = stays_ignored(handlers[i].number) ? SIG_IGN : SIG_DFL;
    struct sigaction action = { .sa_handler = ours ? handlers[i].handler : after, .sa_flags = SA_RESTART };
    sigemptyset(&action.sa_mask);
    sigaction(handlers[i].number, &action, NULL);
  }
}

static int open_signal_pipe(struct terminal *terminal, struct err *err)
{
  int ends[2];

  if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0) return err_set(err, _("The screen could not be opened: %s"), strerror(errno));
  terminal->signals = ends[0];
  rescue.signals = ends[1];
  return 0;
}

/* --- taking over and giving back ------------------------------------------------------------------------------------------ */

static const char *capability(const char *name)
{
  const char *text = tigetstr(name);
  return text != NULL && text != (char *)-1 ? text : "";
}

static void note_leave_bytes(void)
{
  static const char *const names[] = { "sgr0", "rmkx", "cnorm", "rmcup" };

  rescue.leave_length = 0;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    size_t length = strlen(capability(names[i]));
    if (rescue.leave_length + length + sizeof PASTE_OFF > sizeof rescue.leave) continue;
    memcpy(rescue.leave + rescue.leave_length, capability(names[i]), length);
    rescue.leave_length += length;
  }
  memcpy(rescue.leave + rescue.leave_length, PASTE_OFF, strlen(PASTE_OFF));
  rescue.leave_length += strlen(PASTE_OFF);
}

/* clang-format off */
static const struct {
  const char *capability;
  int code;
} learned[] = {
  { "kf1", KEY_FUNCTION(1) }, { "kf2", KEY_FUNCTION(2) }, { "kf3", KEY_FUNCTION(3) }, { "kf4", KEY_FUNCTION(4) },
  { "kf5", KEY_FUNCTION(5) }, { "kf6", KEY_FUNCTION(6) }, { "kf7", KEY_FUNCTION(7) }, { "kf8", KEY_FUNCTION(8) },
  { "kf9", KEY_FUNCTION(9) }, { "kf10", KEY_FUNCTION(10) },
  { "khome", KEY_CODE_HOME }, { "kend", KEY_CODE_END }, { "kich1", KEY_CODE_INSERT }, { "kdch1", KEY_CODE_DELETE },
  { "kpp", KEY_CODE_PAGE_UP }, { "knp", KEY_CODE_PAGE_DOWN }, { "kcuu1", KEY_CODE_UP }, { "kcud1", KEY_CODE_DOWN },
  { "kcub1", KEY_CODE_LEFT }, { "kcuf1", KEY_CODE_RIGHT }, { "kcbt", KEY_CODE_BACK_TAB },
};
/* clang-format on */

static void learn_keys(struct terminal *terminal)
{
  for (size_t i = 0; i < sizeof learned / sizeof *learned; i++)
    keys_learn(terminal->keys, capability(learned[i].capability), learned[i].code);
}

static SCREEN *open_screen(void)
{
  static const char *const fallbacks[] = { "xterm", "vt100" };
  const char *name = getenv("TERM");
  SCREEN *screen = name != NULL && *name != '\0' && strcmp(name, "dumb") != 0 ? newterm(name, stdout, stdin) : NULL;

  for (size_t i = 0; screen == NULL && i < sizeof fallbacks / sizeof *fallbacks; i++) screen = newterm(fallbacks[i], stdout, stdin);
  return screen;
}

static void set_modes(void)
{
  raw(); /* Ctrl-S, Ctrl-C and Ctrl-Z typed out of habit must neither freeze nor kill the desk */
  noecho();
  nonl(); /* tells Enter from Ctrl-J */
  intrflush(stdscr, FALSE);
  keypad(stdscr, TRUE);
  mousemask(0, NULL);
  idlok(stdscr, TRUE);
  if (write(STDOUT_FILENO, PASTE_ON, strlen(PASTE_ON)) < 0) { /* only comfort is lost */
  }
}

static void read_size(struct terminal *terminal)
{
  getmaxyx(stdscr, terminal->rows, terminal->columns);
  terminal->dirty = mem_grow(terminal->dirty, (size_t)terminal->rows, sizeof *terminal->dirty);
  terminal_dirty_all(terminal);
}

/* Lines are ambiguous characters themselves, and old terminals have none in UTF-8. */
static bool wants_ascii(const char *borders, enum text_ambiguous ambiguous)
{
  const char *name = getenv("TERM");

  if (strcmp(borders, "auto") != 0) return strcmp(borders, "ascii") == 0;
  return ambiguous == TEXT_WIDE || name == NULL || strncmp(name, "vt", 2) == 0;
}

int terminal_start(struct terminal **out, const struct config *config, struct err *err)
{
  if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO) || tcgetattr(STDOUT_FILENO, &rescue.saved) < 0)
    return err_set(err, _("The screen needs a terminal, and this is none: give a command instead (dutydesk --help)"));
  struct terminal *terminal = mem_zero(1, sizeof *terminal);
  if (open_signal_pipe(terminal, err) < 0) {
    free(terminal);
    return -1;
  }
  terminal->ambiguous = config_number(config, "ui.ambiguous") == 2 ? TEXT_WIDE : TEXT_NARROW;
  terminal->ascii = wants_ascii(config_text(config, "ui.borders"), terminal->ambiguous);
  width_set(terminal->ambiguous);
  if ((terminal->screen = open_screen()) == NULL) {
    terminal_stop(terminal);
    return err_set(err, _("This terminal (TERM=%s) is not known here: set TERM=xterm, or install ncurses-term"), getenv("TERM"));
  }
  note_leave_bytes();
  terminal->keys = keys_start();
  learn_keys(terminal);
  set_handlers(true);
  set_modes();
  draw_start(terminal);
  read_size(terminal);
  *out = terminal;
  return 0;
}

void terminal_stop(struct terminal *terminal)
{
  if (terminal == NULL) return;
  if (terminal->screen != NULL) {
    set_handlers(false);
    endwin();
    if (write(STDOUT_FILENO, PASTE_OFF, strlen(PASTE_OFF)) < 0) { /* the terminal is gone: nothing to give back */
    }
    delscreen(terminal->screen);
  }
  keys_stop(terminal->keys);
  close(terminal->signals);
  close(rescue.signals);
  draw_stop(terminal);
  free(terminal->dirty);
  free(terminal);
}

/* --- drawing and waiting -------------------------------------------------------------------------------------------------- */

void terminal_dirty(struct terminal *terminal, int row)
{
  if (row >= 0 && row < terminal->rows) terminal->dirty[row] = true;
}

void terminal_dirty_all(struct terminal *terminal)
{
  for (int row = 0; row < terminal->rows; row++) terminal->dirty[row] = true;
}

static void resize(struct terminal *terminal)
{
  struct winsize size;

  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0) resizeterm(size.ws_row, size.ws_col);
  clearok(curscr, TRUE);
  read_size(terminal);
}

static unsigned read_signals(struct terminal *terminal)
{
  unsigned char numbers[64];
  unsigned events = 0;
  ssize_t count = read(terminal->signals, numbers, sizeof numbers);

  for (ssize_t i = 0; i < count; i++) {
    if (numbers[i] == SIGHUP)
      events |= TERMINAL_LOST;
    else if (numbers[i] == SIGTERM)
      events |= TERMINAL_END;
    else
      events |= TERMINAL_RESIZED;
  }
  if (events & TERMINAL_RESIZED) resize(terminal);
  return events;
}

static unsigned read_input(struct terminal *terminal, short revents)
{
  char bytes[4096];
  ssize_t count = read(STDIN_FILENO, bytes, sizeof bytes);

  if (count > 0) {
    keys_feed(terminal->keys, bytes, (size_t)count, clock_monotonic());
    return TERMINAL_INPUT;
  }
  bool passing = count < 0 && (errno == EINTR || errno == EAGAIN) && !(revents & POLLHUP);
  return passing ? 0 : TERMINAL_LOST;
}

unsigned terminal_wait(struct terminal *terminal, struct pollfd *others, int count, int64_t timeout)
{
  struct pollfd all[2 + count];
  unsigned events = 0;

  draw_send(terminal);
  all[0] = (struct pollfd){ STDIN_FILENO, POLLIN, 0 };
  all[1] = (struct pollfd){ terminal->signals, POLLIN, 0 };
  if (count > 0) memcpy(all + 2, others, (size_t)count * sizeof *others);
  if (poll(all, (nfds_t)(2 + count), timeout > INT32_MAX ? INT32_MAX : (int)timeout) < 0) memset(all, 0, sizeof all[0] * 2);
  if (all[1].revents != 0) events |= read_signals(terminal);
  if (all[0].revents != 0) events |= read_input(terminal, all[0].revents);
  for (int i = 0; i < count; i++) others[i].revents = all[2 + i].revents;
  return events;
}

int terminal_print(struct terminal *terminal, const char *bytes, size_t length, struct err *err)
{
  const char *on = capability("mc5"), *off = capability("mc4");

  (void)terminal;
  if (*on == '\0' || *off == '\0')
    return err_set(err, _("This terminal (%s) passes nothing on to a printer: choose lp or a folder"), termname());
  putp(on);
  fwrite(bytes, 1, length, stdout);
  putp(off);
  return fflush(stdout) == 0 ? 0 : err_set(err, _("The printer at the terminal took nothing: %s"), strerror(errno));
}
