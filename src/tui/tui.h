/* The screen. */
#ifndef TUI_TUI_H
#define TUI_TUI_H

#include "desk/action.h"

/* Opens the desk on the terminal and returns when the officer quits: the exit code. `path` may not exist yet: then set-up opens.
 * `settings` is the file that `config` was read from beside the usual ones, or NULL. */
int tui_run(const char *path, const char *settings, struct config *config, const char *officer, const struct action *const tables[]);

#endif
