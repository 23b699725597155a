/* Exchange with other stations: what the superior is known to hold, the ways there, the machines, and what can be done about them. */
#ifndef TUI_SYNC_VIEW_H
#define TUI_SYNC_VIEW_H

#include "tui/shell.h"

struct view *sync_view_open(struct shell *shell);

#endif
