/* What changed since whoever is signed in last sat here. */
#ifndef TUI_NEWS_VIEW_H
#define TUI_NEWS_VIEW_H

#include "tui/shell.h"

struct view *news_view_open(struct shell *shell);
/* How much there is, told in the message line after signing in. */
void news_view_tell(struct shell *shell);

#endif
