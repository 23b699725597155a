/* One field of a form: its label, what is typed in it, its value once understood, what is wrong with it. */
#ifndef TUI_FORM_INPUT_H
#define TUI_FORM_INPUT_H

#include "desk/desk.h"
#include "tui/chooser.h"
#include "tui/line.h"

struct input {
  const struct field *field;
  struct line line;
  struct value value;
  bool is_fixed;    /* shown, not typed: keys and what is set once, when editing */
  bool is_touched;  /* typed in since it was opened */
  bool is_unread;   /* the text is newer than the value */
  bool is_draft;    /* filled from a draft */
  bool is_proposed; /* filled by the desk and not looked at yet: the first character typed stands in its place */
  struct chooser chooser;
  char *error; /* translated; NULL: none */
};

void input_start(struct input *input, struct desk *desk, const struct field *field, const struct value *value);
void input_stop(struct input *input);

/* A key for the focused input: edits, filters, chooses. False: not for it. */
bool input_key(struct input *input, struct desk *desk, const struct key *key);
void input_open(struct input *input, struct desk *desk); /* shows the options, if it has any */
bool input_close(struct input *input);                   /* true if they were shown */
/* Takes the chosen option. False: the options are not shown or there is none. */
bool input_pick(struct input *input, struct desk *desk);
bool input_complete(struct input *input, struct desk *desk); /* Tab: true if something was completed */

/* Understands what was typed and writes it as the desk does. -1: `error` says why not. Touches nothing that was understood already. */
int input_read(struct input *input, struct desk *desk);
/* Takes a value that the desk has found out. */
void input_take(struct input *input, struct desk *desk, const struct value *value);
/* What stands there is only a proposal: typing replaces it, moving in it keeps it. */
void input_propose(struct input *input);
void input_fail(struct input *input, const char *why);
void input_empty(struct input *input);

/* For drafts: text that input_restore understands in any language. Appends. */
void input_save(const struct input *input, struct desk *desk, struct buf *out);
void input_restore(struct input *input, struct desk *desk, const char *text);

int input_rows(const struct input *input, int columns, enum text_ambiguous ambiguous, bool has_focus); /* with its error */
void input_draw(struct input *input, struct terminal *terminal, struct area area, bool has_focus);     /* options apart */

#endif
