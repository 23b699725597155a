/* One thing to be decided: what there is to choose from, by digit. */
#ifndef TUI_DECIDE_VIEW_H
#define TUI_DECIDE_VIEW_H

#include "desk/conflict.h"
#include "tui/shell.h"

struct disputed {
  const struct kind *kind;
  record_id id;
  int field; /* as conflict_each gives it */
};

struct view *decide_view_conflict(struct shell *shell, const struct disputed *disputed);
struct view *decide_view_duplicate(struct shell *shell, const struct duplicate *duplicate);

#endif
