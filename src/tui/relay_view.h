/* Relaying (传达) one audience of a warning: the unreached first, special groups on top; one key for each who was told. */
#ifndef TUI_RELAY_VIEW_H
#define TUI_RELAY_VIEW_H

#include "tui/shell.h"

struct view *relay_view_open(struct shell *shell, record_id relay);

#endif
