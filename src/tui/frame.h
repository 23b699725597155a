/* What surrounds every view: the state of the station, the title with who is on duty, the message, the key hints. */
#ifndef TUI_FRAME_H
#define TUI_FRAME_H

#include "tui/shell.h"

struct area frame_area(struct shell *shell); /* what it leaves for the view */
/* Before anything is drawn: how many rows the hints of the view on top take. All is dirty when that has changed. */
void frame_measure(struct shell *shell);
void frame_draw(struct shell *shell);
/* Instead of everything, in a window that is too small. */
void frame_draw_too_small(struct shell *shell);

#endif
