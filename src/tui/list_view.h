/* Records of a kind, a page at a time: never more than what is in sight is read. Kinds of one room stand side by side. */
#ifndef TUI_LIST_VIEW_H
#define TUI_LIST_VIEW_H

#include "desk/duty.h"
#include "tui/shell.h"

struct view *list_view_open_room(struct shell *shell, enum room room);
struct view *list_view_open_kind(struct shell *shell, const struct kind *kind); /* alone */
const char *list_view_room_name(enum room room);                                /* translated */

#endif
