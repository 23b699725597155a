/* The keys that work in every view. */
#ifndef TUI_COMMANDS_H
#define TUI_COMMANDS_H

#include "tui/shell.h"

extern const struct binding commands[];       /* ended by code 0 */
extern const struct binding setup_commands[]; /* those that need no database */

#endif
