/* One record: what can be done with it now, all its fields, its history. */
#ifndef TUI_DETAIL_VIEW_H
#define TUI_DETAIL_VIEW_H

#include "tui/shell.h"

/* NULL if it cannot be read; the shell has said why. */
struct view *detail_view_open(struct shell *shell, const struct kind *kind, record_id id);
/* The same to look at: nothing can be changed from there, nor from what is opened in it. */
struct view *detail_view_look(struct shell *shell, const struct kind *kind, record_id id);

#endif
