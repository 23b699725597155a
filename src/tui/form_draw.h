/* How a form looks. */
#ifndef TUI_FORM_DRAW_H
#define TUI_FORM_DRAW_H

#include "tui/form_view.h"

void form_draw(struct view *view, struct shell *shell, struct area area);
/* Columns that are left for what is typed. */
int form_value_columns(const struct form *form, const struct shell *shell);

#endif
