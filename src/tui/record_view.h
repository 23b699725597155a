/* Which view shows a record: one of its own where work is done on it, else the list of its fields. */
#ifndef TUI_RECORD_VIEW_H
#define TUI_RECORD_VIEW_H

#include "tui/shell.h"

struct view *record_view_open(struct shell *shell, const struct kind *kind, record_id id);

/* A view made for working on records of this kind, one after another: what Enter on the overview opens rather than one action's form. */
bool record_view_is_for_work(const struct kind *kind);

#endif
