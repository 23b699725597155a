/* The stations below: one line for each, and what came from one of them. */
#ifndef TUI_STATION_VIEW_H
#define TUI_STATION_VIEW_H

#include "tui/shell.h"

struct view *station_view_open(struct shell *shell);

#endif
