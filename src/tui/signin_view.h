/* Who sits here: choosing an officer and typing the PIN. What is overdue stays in sight below. */
#ifndef TUI_SIGNIN_VIEW_H
#define TUI_SIGNIN_VIEW_H

#include "tui/shell.h"

/* When the desk opens: Esc looks on without signing in. officer: whom to propose, 0: whoever is on duty. NULL if nobody can sign in yet. */
struct view *signin_view_open(struct shell *shell, record_id officer);
/* From one post to the other. */
struct view *signin_view_change(struct shell *shell);
/* Nothing else can be done until somebody signs in. */
void signin_view_lock(struct shell *shell);

#endif
