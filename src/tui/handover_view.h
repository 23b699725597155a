/* The handover of the shift on duty (交接班): what it says now, who has signed, and what can be done with it. */
#ifndef TUI_HANDOVER_VIEW_H
#define TUI_HANDOVER_VIEW_H

#include "tui/shell.h"

struct view *handover_view_open(struct shell *shell);

#endif
