/* The lines of the exchange's view. */
#ifndef TUI_SYNC_LINES_H
#define TUI_SYNC_LINES_H

#include "tui/shell.h"

enum sync_does { SYNC_NOTHING, SYNC_HEAD, SYNC_TRUST, SYNC_NODE, SYNC_DECIDE, SYNC_JOBS };

struct sync_line {
  enum sync_does does;
  enum style style;
  char *text;
  char *fingerprint; /* SYNC_TRUST */
  record_id record;  /* SYNC_NODE */
};

struct sync_lines {
  struct sync_line *list;
  int count;
};

/* Makes them anew, broken to `columns`. */
int sync_lines_make(struct sync_lines *lines, struct shell *shell, int columns, struct err *err);
void sync_lines_free(struct sync_lines *lines);

#endif
