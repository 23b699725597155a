/* What driver.c, keyboard.c, screen.c and environment.c share. */
#ifndef TESTS_TUI_PARTS_H
#define TESTS_TUI_PARTS_H

#include <vterm.h>

#include "driver.h"

struct driver {
  struct driver *next; /* all that live, for driver_stop_all() */
  pid_t pid;
  int master; /* -1: hung up */
  bool ended; /* waited for */
  int status; /* when ended */
  bool own_home;
  char *home;
  char language[8];
  enum driver_keyboard keyboard;
  bool ambiguous_wide;
  VTerm *vterm;
  VTermScreen *screen;
  bool alternate, cursor_visible;
  int bells;
  long keys, characters, bytes_out;
  struct {
    char *bytes;
    size_t length, room;
  } to_send;       /* for the program, also the terminal's answers to its queries */
  char partial[4]; /* an unfinished UTF-8 sequence, see screen_feed() */
  size_t partial_length;
  char *row_text, *screen_text;
  struct printer {
    bool is_on;
    int papers;   /* how often it was turned off again */
    char held[4]; /* perhaps the beginning of a sequence that turns it on or off */
    size_t held_length;
    char *bytes;
    size_t length;
  } printer;
  struct {
    jmp_buf *back;    /* NULL: not doomed */
    long strokes;     /* left */
    double pause, at; /* at: when no strokes are left */
  } doom;
};

/* environment.c */
struct environment {
  char *names[48]; /* NAME=value, ended by NULL */
  int count;
};
void environment_make(struct environment *environment, const struct driver_options *options, const char *home);
void environment_free(struct environment *environment);
_Noreturn void environment_enter(struct environment *environment, const struct driver_options *options, const char *const argv[]);
void home_remove(char *home);     /* and frees; only what driver_home_make() made */
void home_keep(const char *home); /* homes_remove_all() passes it over */
void homes_remove_all(void);

/* keyboard.c */
void keyboard_send(struct driver *driver, const void *bytes, size_t length);

/* screen.c */
void screen_open(struct driver *driver, int rows, int columns);
void screen_close(struct driver *driver);
void screen_feed(struct driver *driver, const char *bytes, size_t length);

/* printer.c */
void printer_feed(struct driver *driver, const char *bytes, size_t length); /* what the program wrote, on its way to the screen */

/* driver.c */
void driver_struck(struct driver *driver); /* a stroke was sent */
/* Reads and writes what can be at once, waiting at most so long for it. False: nothing moved. */
bool driver_pump(struct driver *driver, int milliseconds);

#endif
