/* The call sheet (叫应单): whom to call now, the most urgent first, with the number to dial in large figures and one key for what came of
 * it. */
#ifndef TUI_CALL_VIEW_H
#define TUI_CALL_VIEW_H

#include "tui/shell.h"

/* warning: its key, NULL for all. `call` is chosen if it is in sight (0: the first). */
struct view *call_view_open(struct shell *shell, const char *warning, record_id call);

#endif
