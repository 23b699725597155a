/* The terminal itself: taken over, given back on every way out, waited for. Only this file, draw.c and width.c know curses. */
#ifndef TUI_TERMINAL_H
#define TUI_TERMINAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

struct config;
struct err;
struct keys;
struct pollfd;

enum { TERMINAL_LEAST_ROWS = 24, TERMINAL_LEAST_COLUMNS = 80 };

struct terminal {
  int rows, columns;
  enum text_ambiguous ambiguous;
  bool ascii;                    /* borders and marks in ASCII only */
  bool *dirty;                   /* [rows]: rows to draw anew; draw.c passes over the others */
  int cursor_row, cursor_column; /* where typing happens; row -1: hidden */
  struct keys *keys;
  unsigned long *attributes; /* by style, see draw.c */
  void *screen;              /* curses' */
  int signals;               /* read end of the pipe that signals write to */
};

/* Takes the terminal over. Settings: ui.borders, ui.ambiguous. -1: stdin or stdout is no terminal, or curses does not know it. */
int terminal_start(struct terminal **terminal, const struct config *config, struct err *err);
/* Gives it back as it was. NULL is fine. */
void terminal_stop(struct terminal *terminal);

enum terminal_event {
  TERMINAL_INPUT = 1,   /* bytes have been fed to terminal->keys */
  TERMINAL_RESIZED = 2, /* rows and columns have changed, all is dirty */
  TERMINAL_LOST = 4,    /* hung up: nobody reads any more */
  TERMINAL_END = 8,     /* asked to end (SIGTERM) */
};

/* Sends what was drawn, then waits at most `timeout` ms (-1: for ever) for input, a signal, or one of `others` (its revents are filled).
 * Returns terminal_events; 0: the time is over or one of the others is ready. */
unsigned terminal_wait(struct terminal *terminal, struct pollfd *others, int count, int64_t timeout);

void terminal_dirty(struct terminal *terminal, int row); /* rows outside the screen are ignored */
void terminal_dirty_all(struct terminal *terminal);

/* Sends text for the printer that hangs at the user's own terminal (terminfo mc5, mc4; PuTTY passes it on). -1: it has none. */
int terminal_print(struct terminal *terminal, const char *bytes, size_t length, struct err *err);

#endif
