/* The lines of a record as the detail view shows them: fields, what refers to it, history. */
#ifndef TUI_DETAIL_LINES_H
#define TUI_DETAIL_LINES_H

#include "tui/shell.h"

enum detail_sort { DETAIL_HEADING, DETAIL_FIELD, DETAIL_RELATED, DETAIL_STEP, DETAIL_BLANK };

struct detail_line {
  enum detail_sort sort;
  char *label, *text;        /* translated; label only on a field's first line */
  const struct field *field; /* DETAIL_FIELD */
  const struct kind *kind;   /* of `record` */
  record_id record;          /* what Enter opens: a reference, a related record */
  op_id op;                  /* DETAIL_STEP */
  bool is_strong;
};

struct detail_lines {
  struct detail_line *list;
  int count;
  int label_columns;
};

/* Makes them anew, broken to `columns`. */
void detail_lines_make(struct detail_lines *lines, struct shell *shell, const struct record *record, int columns);
void detail_lines_free(struct detail_lines *lines);

/* "07-01 02:15 name  action": who did what when. The caller frees. */
struct operation;
char *detail_step_text(struct shell *shell, const struct operation *operation);
/* What an operation's action is called on the screen. The caller frees. */
char *detail_action_text(struct shell *shell, const char *name);

#endif
