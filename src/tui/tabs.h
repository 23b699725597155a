/* Several things side by side, one of them in sight: "1 Log entry  2 Open item …", in as many rows as it takes. */
#ifndef TUI_TABS_H
#define TUI_TABS_H

#include "tui/draw.h"
#include "tui/keys.h"

enum { TABS_MOST = 40 };

struct tabs {
  const char *labels[TABS_MOST]; /* translated; not owned */
  int count, now;
};

/* Tab and Shift-Tab, Left and Right, and the digit before a tab. True if another one is in sight now. */
bool tabs_key(struct tabs *tabs, const struct key *key);
/* Draws them from area.top on and returns the rows taken; 0 if there is only one. */
int tabs_draw(const struct tabs *tabs, struct terminal *terminal, struct area area);

#endif
