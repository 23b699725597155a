/* Long work that a command of our own does in a child: checks, backups, imports. */
#ifndef TUI_WORK_H
#define TUI_WORK_H

#include "tui/menu.h"

void work_add(struct menu *menu); /* all of it */

#endif
