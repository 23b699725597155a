/* F1: what the keys do here, made from the tables that the keys are looked up in. */
#ifndef TUI_HELP_VIEW_H
#define TUI_HELP_VIEW_H

#include "tui/shell.h"

struct view *help_view_open(struct shell *shell, struct view *about);

#endif
