/* Typing and editing text: GNU readline does the editing (moving, killing, yanking, undo, history, completion), we do the drawing, in
 * columns. */
#ifndef TUI_LINE_H
#define TUI_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/draw.h"
#include "tui/keys.h"

struct line {
  char *text;          /* owned, never NULL after line_start */
  size_t point;        /* byte offset of the cursor */
  bool has_newlines;   /* Ctrl-J and pasted line ends are kept; otherwise they become spaces */
  bool is_secret;      /* a PIN: shown as *, kept out of histories and of the kill ring */
  const char *history; /* name under which what was typed is remembered for this session, or NULL; must outlive the line */
  size_t left;         /* first byte shown of a line wider than its place */
  int top;             /* first row shown of a text taller than its place */
};

void line_start(struct line *line, const char *text);
void line_stop(struct line *line);                  /* overwrites a secret */
void line_set(struct line *line, const char *text); /* cursor at the end */

/* Edits by one key; of a secret each key that cuts takes all. False: the key means nothing to a line (Enter, Tab, Esc, Up, Down, F-keys, most of Ctrl). */
bool line_key(struct line *line, const struct key *key);
/* Up or down one row of a text drawn `columns` wide; false at the edge. */
bool line_move_row(struct line *line, int rows, int columns, enum text_ambiguous ambiguous);

/* Completes the whole line. `candidate` returns the nth text (0 …) that begins with `typed`, newly allocated, or NULL when there are no
 * more. True if anything was added. */
bool line_complete(struct line *line, char *(*candidate)(void *context, const char *typed, int nth), void *context);

/* Remembers what was typed under the line's history; PgUp and PgDn bring it back. */
void line_remember(const struct line *line);
/* The nth remembered text, newest first, or NULL: for completion. */
const char *line_remembered(const char *history, int nth);

/* Rows that the text takes at this width, at least 1. */
int line_rows(const struct line *line, int columns, enum text_ambiguous ambiguous);
/* Draws it in `area`; the cursor is put where typing happens if has_focus. */
void line_draw(struct line *line, struct terminal *terminal, struct area area, enum style style, bool has_focus);

#endif
