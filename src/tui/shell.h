/* The shell: what every view is drawn in. It keeps the stack of views, waits for keys, signals, other sessions and children, and hands
 * out. */
#ifndef TUI_SHELL_H
#define TUI_SHELL_H

#include "desk/action.h"
#include "desk/overview.h"
#include "store/watch.h"
#include "tui/alarm_watch.h"
#include "tui/view.h"

struct job;
struct shell;

/* What the shell calls without knowing the views. */
struct shell_hooks {
  const struct binding *commands;                      /* keys that work everywhere, ended by code 0; their run() gets the view on top */
  const struct binding *setup_commands;                /* the same while there is no database */
  void (*lock)(struct shell *shell);                   /* nobody has typed for ui.lock_minutes */
  void (*ended)(struct shell *shell, struct job *job); /* a child has ended */
};

struct shell {
  struct desk desk; /* desk.store NULL until there is a database */
  const char *path;
  const char *settings; /* file given with -c, NULL: none; children get it too */
  const struct action *const *tables;
  const struct shell_hooks *hooks;
  struct terminal *terminal;
  struct view *top;
  struct status status;         /* unit NULL until read */
  const struct overview *fresh; /* what the top view read for the picture that is being drawn: not to be read twice; else NULL */
  char *officer_name;           /* who is signed in; NULL: nobody */
  char *message;                /* below the view, until the next key; NULL: none */
  enum style message_style;
  int hint_rows;    /* at the bottom, as frame_measure() found them for what stands on the screen */
  struct job *jobs; /* newest first */
  struct store_watch watch;
  int64_t typed_at; /* clock_monotonic of the last key, */
  bool is_touched;  /* if there was one; else of the start */
  struct alarm_watch alarm;
  int64_t save_at; /* clock_monotonic when due; 0: not */
  bool is_status_stale;
  int64_t minute;   /* that the top line shows, since the epoch */
  bool is_locked;   /* a view on top asks for the PIN: commands are off */
  bool is_quitting; /* the last key asked to quit while jobs run */
  bool is_done;
  int exit_code;
};

/* Runs until the officer quits or the terminal is lost. */
int shell_run(struct shell *shell);

/* The view becomes the top one; the shell owns it. A NULL view is passed over, so that a failed opening needs no test. */
void shell_push(struct shell *shell, struct view *view);
void shell_pop(struct shell *shell);                      /* Esc: never takes the last one */
void shell_close(struct shell *shell, struct view *view); /* that one, wherever it is */
void shell_home(struct shell *shell);                     /* back to the lowest view; drafts are kept */
void shell_close_all(struct shell *shell);
void shell_quit(struct shell *shell);

void shell_say(struct shell *shell, const char *format, ...) __attribute__((format(printf, 2, 3)));
void shell_complain(struct shell *shell, const struct err *err); /* shows it; attention and failure look different */

/* Does what the key means in the view: that on top, or one below that keeps the keys while something stands over it. */
void shell_key(struct shell *shell, struct view *view, const struct key *key);
/* The commands that work now: none while the desk is locked. */
const struct binding *shell_commands(const struct shell *shell);
/* Something was written or may have been: the status and each view are read anew before they are drawn next. */
void shell_changed(struct shell *shell);
void shell_redraw(struct shell *shell);      /* all rows are dirty */
struct area shell_area(struct shell *shell); /* what is left for the view */
/* Watches the database's directory, so that other sessions' work shows. */
void shell_watch(struct shell *shell);

#endif
