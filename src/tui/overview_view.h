/* The overview: what waits for somebody, overdue on top, and the digits that start what is done most. */
#ifndef TUI_OVERVIEW_VIEW_H
#define TUI_OVERVIEW_VIEW_H

#include "tui/shell.h"

struct view *overview_view_open(struct shell *shell);

/* What Enter does on a line: the action, or the record, or the list of its kind. */
void overview_go(struct shell *shell, const struct kind *kind, record_id record, const char *action);

/* The first rows of it, drawn below a view that hides it: alarms stay visible while the desk is locked. Returns the rows taken. */
int overview_draw_alarms(struct shell *shell, const struct overview *overview, struct area area);

#endif
