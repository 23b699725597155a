/* The box that opens over everything when an alarm rings. */
#ifndef TUI_ALARM_VIEW_H
#define TUI_ALARM_VIEW_H

#include "tui/shell.h"

/* `is_ringing`: those that have rung, or else all that are open. A view in which
 * somebody types keeps its keys until somebody turns to a box that opened by itself. NULL: none is open. */
struct view *alarm_view_open(struct shell *shell, bool is_ringing);
/* Nothing rings any more: a box that opened by itself closes. */
void alarm_view_done(struct shell *shell, struct view *view);

#endif
