/* Find: words in every record, newest first. */
#ifndef TUI_SEARCH_VIEW_H
#define TUI_SEARCH_VIEW_H

#include "tui/shell.h"

/* words: what to begin with; kind: only there. Either may be NULL. */
struct view *search_view_open(struct shell *shell, const char *words, const struct kind *kind);

#endif
