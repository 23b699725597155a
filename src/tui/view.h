/* A view: one thing that fills the screen between the top line and the hints, described by a table of callbacks. The shell never asks
 * which it is. */
#ifndef TUI_VIEW_H
#define TUI_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "tui/draw.h"
#include "tui/keys.h"

struct err;
struct key;
struct kind;
struct shell;
struct view;

/* What a key does in a view, with its own description: hints and help are made from these. */
struct binding {
  int code;                                            /* a key_code; a character for digits and extras */
  const char *hint;                                    /* msgid, a word or two for the hint bar; NULL: not there */
  const char *help;                                    /* msgid, for F1 */
  void (*run)(struct view *view, struct shell *shell); /* NULL: described here, done in the class's key() */
};

/* The hint bar being filled (hints.h); hints that do not fit are left out, so the most useful come first. */
struct hints;
void hints_add(struct hints *hints, const char *key, const char *text); /* text translated, stays the view's own */

struct view_class {
  const char *name;                                                           /* of the screen, for help: msgid */
  const struct binding *bindings;                                             /* ended by code 0; NULL: none */
  const char *(*title)(struct view *view, struct shell *shell);               /* translated; valid until the next call */
  void (*draw)(struct view *view, struct shell *shell, struct area area);     /* only dirty rows need care */
  bool (*key)(struct view *view, struct shell *shell, const struct key *key); /* before the bindings: true if it was taken. NULL: none */
  void (*hints)(struct view *view, struct shell *shell, struct hints *hints); /* before those of the bindings. NULL: none */
  /* The record that the view is about at the moment, with its kind; 0: none. The palette offers what can be done with it. NULL: none. */
  int64_t (*subject)(struct view *view, struct shell *shell, const struct kind **kind);
  /* A form that was opened from here has written this record; comes before the refresh. NULL: that changes nothing here. */
  void (*written)(struct view *view, struct shell *shell, const struct kind *kind, int64_t record);
  int (*refresh)(struct view *view, struct shell *shell, struct err *err); /* the data may have changed. NULL: nothing to do */
  void (*save)(struct view *view, struct shell *shell);                    /* keeps what is half typed. NULL: nothing is */
  bool (*is_typing)(const struct view *view);            /* its keys are somebody's words just now: no box may take them. NULL: never */
  void (*close)(struct view *view, struct shell *shell); /* frees the view */
  bool follows_clock;                                    /* refreshed every minute */
  int escape_patience;                                   /* ms a lone ESC waits for the rest of a sequence; 0: the usual */
};

bool view_is_typing(const struct view *view); /* for the is_typing of those in which one always types */

struct view {
  const struct view_class *class;
  struct view *below;
  bool is_stale; /* refreshed before it is drawn next */
};

#endif
