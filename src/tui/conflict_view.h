/* The inbox of an exchange: values between which somebody has to decide, and records that were written twice. */
#ifndef TUI_CONFLICT_VIEW_H
#define TUI_CONFLICT_VIEW_H

#include "tui/shell.h"

struct view *conflict_view_open(struct shell *shell);

/* Those of one record alone, to be decided at once: what Enter on the overview's line opens. The first of them, if there are several;
 * NULL and the record shown instead, if there are none. */
struct view *conflict_view_open_record(struct shell *shell, const struct kind *kind, record_id id);

#endif
