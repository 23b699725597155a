/* Runs a program in a real pseudo-terminal of a given size and reads its screen as a person does. What a person cannot tell (has the
 * program taken the key?) is told by the kernel, so that no test sleeps.
 *
 * Every function that waits reads the terminal meanwhile. One that waits in vain prints the screen and fails the cmocka test. */
#ifndef TESTS_TUI_DRIVER_H
#define TESTS_TUI_DRIVER_H

#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct driver;

enum driver_keyboard {
  DRIVER_XTERM, /* F1 is ESC O P, Home follows application cursor mode */
  DRIVER_PUTTY, /* F1 is ESC [ 1 1 ~, Home is ESC [ 1 ~, End is ESC [ 4 ~, whatever the mode */
  DRIVER_LINUX, /* F1 is ESC [ [ A */
};

struct driver_options {
  int rows, columns;    /* 0: 24, 80 */
  const char *term;     /* TERM; NULL: xterm-256color */
  const char *lang;     /* LANG; NULL: C.UTF-8. "" leaves it unset */
  const char *language; /* "zh_CN" or "en": what LANGUAGE says, and the suffix of golden files; NULL: en */
  enum driver_keyboard keyboard;
  int ambiguous;                   /* columns that the terminal gives ambiguous characters: 1 (also 0) or 2 */
  const char *home;                /* from driver_home_make(), to share it; NULL: a fresh one that goes with the driver */
  const char *faketime;            /* from driver_clock(); NULL: the clock as it is */
  const char *clock_file;          /* instead of faketime: a file that holds such a time, which may be set while the program runs */
  const char *const *environment;  /* further NAME=value, ended by NULL; they win */
  void (*in_child)(void *context); /* runs in the child before the program: limits, mounts */
  void *context;
};

/* Environment: PATH, TERM, LANG, LANGUAGE, TZ=America/New_York (a desk that shows the session's zone betrays itself), HOME, TMPDIR and
 * XDG_* in the home, DUTYDESK_LOCALEDIR, and what sanitizers and coverage need. Nothing else is inherited. options may be NULL. */
struct driver *driver_start(const char *const argv[], const struct driver_options *options);
void driver_stop(struct driver *driver); /* kills, waits, frees; NULL is allowed */
/* Teardown of a cmocka test: stops every driver and removes every home that the test left. Returns 0. */
int driver_stop_all(void **state);

const char *driver_home(const struct driver *driver);
char *driver_home_make(void); /* owned by the module, removed by driver_stop_all() */
/* Time for programs that are started with it: at the first call it is 2026-07-01 02:20 in Shanghai, a night shift in the flood season, and
 * goes on from there for all of them alike. Needs libfaketime (package faketime): NULL without it, and a test program that wants it exits
 * 77. */
const char *driver_clock(void);

/* Runs a program without a terminal in the environment that driver_start() would give it, `input` (may be NULL) on its standard input. */
struct driver_run {
  int status; /* exit code; 128 + signal */
  char *out, *err;
};
struct driver_run driver_run(const char *const argv[], const struct driver_options *options, const char *input);
void driver_run_free(struct driver_run *run);

/* ---- the keyboard ---- */

/* One key: "F1" … "F12", "Enter", "Esc", "Tab", "Shift-Tab", "Space", "Up", "Down", "Left", "Right", "Home", "End", "PageUp", "PageDown",
 * "Insert", "Delete", "Backspace", "Ctrl-A" … "Ctrl-Z", or one character. Several may be given, separated by spaces. Counted as keys. */
void driver_key(struct driver *driver, const char *names);
void driver_type(struct driver *driver, const char *text); /* as if typed; counted as characters, not as keys */
/* Newlines go as Enter, as terminals send them; bracketed if the program asked for that. */
void driver_paste(struct driver *driver, const char *text);
void driver_bytes(struct driver *driver, const void *bytes, size_t length);
/* The bytes that a key has now; returns their number (at most 16). */
size_t driver_key_bytes(struct driver *driver, const char *name, char bytes[16]);

long driver_keys(const struct driver *driver);       /* keys pressed since the start or driver_count_from_here() */
long driver_characters(const struct driver *driver); /* characters typed */
long driver_bytes_out(const struct driver *driver);  /* bytes that the program wrote */
void driver_count_from_here(struct driver *driver);

/* ---- waiting ---- */

/* Until the screen contains the text (within one row) and is at rest: see driver_settle(). */
void driver_wait_for(struct driver *driver, const char *text);
void driver_wait_gone(struct driver *driver, const char *text);
void driver_wait_row(struct driver *driver, int row, const char *text); /* the same in that row, 0 is the top */
/* Until one of the texts (ended by NULL) is there: its index. */
int driver_wait_any(struct driver *driver, const char *const texts[]);
/* Until the program has read every byte sent to it, sleeps in a call that waits for its terminal (poll, select, epoll, read of descriptor
 * 0; by /proc/PID/syscall, or, where that is closed, merely sleeps) and has written nothing for 15 ms. Children it started do not count. */
void driver_settle(struct driver *driver);
/* Just reads what comes for so long; for measuring an idle screen. Returns the bytes that came. */
long driver_watch(struct driver *driver, double seconds);

/* ---- the screen ---- */

int driver_rows(const struct driver *driver), driver_columns(const struct driver *driver);
/* Texts are the driver's, good until the next call of the same function. Trailing blanks are cut; a wide character is one character. */
const char *driver_row(struct driver *driver, int row); /* 0 is the top */
const char *driver_screen(struct driver *driver);       /* rows ended by newlines */
bool driver_contains(struct driver *driver, const char *text);
int driver_row_of(struct driver *driver, const char *text);             /* -1: nowhere */
int driver_column_of(struct driver *driver, int row, const char *text); /* where it begins on that row; -1: it is not there */
void driver_dump(struct driver *driver);                                /* to standard error */

struct driver_cell {
  char text[32]; /* UTF-8, with what combines; "" for a blank or the second half of a wide character */
  int columns;   /* 1, 2; 0 for a second half */
  bool bold, underline, reverse, blink;
  int foreground, background; /* palette index, -1: the default */
};
struct driver_cell driver_cell(struct driver *driver, int row, int column);
/* Attributes of the first cell of the text's first place on the screen; fails if it is not there. */
struct driver_cell driver_attributes(struct driver *driver, const char *text);
void driver_cursor(struct driver *driver, int *row, int *column, bool *visible);
bool driver_in_alternate_screen(const struct driver *driver);
int driver_bells(const struct driver *driver);

/* What the printer beside the terminal was given, and in how many jobs (turned on and off again). Such bytes are not on the screen. */
const char *driver_printed(const struct driver *driver);
int driver_papers(const struct driver *driver);

/* Compares the screen, times and dates masked, with $abs_top_srcdir/tests/tui/golden/NAME.LANGUAGE.txt. DUTYDESK_GOLDEN=write writes that
 * file instead. The mask puts # for each digit of a time, a date or a length of time, so that only the layout counts. */
void driver_expect_golden(struct driver *driver, const char *name);
char *driver_mask(const char *screen); /* malloc'ed */

/* ---- the rest of the world ---- */

void driver_resize(struct driver *driver, int rows, int columns);
void driver_signal(struct driver *driver, int signal);
/* SIGKILL so many strokes from now (a driver_key() of one key, a driver_type() is one) and then so many seconds, whatever the program
 * does. Once
 * it is dead, control leaves the driver function that then waits, by longjmp(*back, 1). */
void driver_doom(struct driver *driver, long strokes, double seconds, jmp_buf *back);
void driver_hangup(struct driver *driver); /* the line drops: the master is closed, the kernel sends SIGHUP */
bool driver_alive(struct driver *driver);
pid_t driver_pid(const struct driver *driver);
/* Waits for the end; fails unless the exit code is `status` (128 + signal if one killed it). */
void driver_wait_exit(struct driver *driver, int status);
int driver_wait_end(struct driver *driver); /* the same, any code: returned */

#endif
