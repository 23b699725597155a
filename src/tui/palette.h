/* Everything the desk can do, in one menu: actions, lists, new records, long work, the screen itself. */
#ifndef TUI_PALETTE_H
#define TUI_PALETTE_H

#include "tui/shell.h"

struct view *palette_open(struct shell *shell);

#endif
