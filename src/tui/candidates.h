/* What Tab can complete in a field: names and codes that the desk knows, and what was typed there before. */
#ifndef TUI_CANDIDATES_H
#define TUI_CANDIDATES_H

#include "desk/desk.h"

struct candidates {
  char **list;
  int count;
};

/* Those that begin with `typed` (letters without case): options of the field, what was typed under `history` (may be NULL) before, names of
 * officers and contacts, area codes of units. candidates_free in any case. */
void candidates_find(struct candidates *candidates, struct desk *desk, const struct field *field, const char *typed, const char *history);
void candidates_free(struct candidates *candidates);

#endif
