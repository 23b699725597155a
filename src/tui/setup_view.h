/* Set-up: what the desk asks when there is no database yet. */
#ifndef TUI_SETUP_VIEW_H
#define TUI_SETUP_VIEW_H

#include "tui/shell.h"

/* after() is called, with what was typed, when the database has been made. */
struct values;
struct view *setup_view_open(struct shell *shell, void (*after)(struct shell *shell, const struct values *values));

#endif
