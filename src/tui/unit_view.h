/* What came from one station below, and what was sent to it: to read only. */
#ifndef TUI_UNIT_VIEW_H
#define TUI_UNIT_VIEW_H

#include "tui/shell.h"

struct view *unit_view_open(struct shell *shell, int64_t area, const char *name); /* the name is copied */

#endif
