/* The history of one record: each operation that touched it, and the record as it stood then. */
#ifndef TUI_HISTORY_VIEW_H
#define TUI_HISTORY_VIEW_H

#include "tui/shell.h"

/* op: the step to begin at; 0: the newest. */
struct view *history_view_open(struct shell *shell, const struct kind *kind, record_id id, op_id op);

#endif
