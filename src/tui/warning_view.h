/* Everything about one warning: what came, who has been called, who is told, what is ticked, and what became of it in the units below. */
#ifndef TUI_WARNING_VIEW_H
#define TUI_WARNING_VIEW_H

#include "tui/shell.h"

struct view *warning_view_open(struct shell *shell, record_id warning);

#endif
