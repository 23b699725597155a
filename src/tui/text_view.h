/* A text to read: outcomes of several lines, help, the output of a job. */
#ifndef TUI_TEXT_VIEW_H
#define TUI_TEXT_VIEW_H

#include "tui/shell.h"

/* Both texts are copied. Lines that begin with "# " are headings. */
struct view *text_view_open(const char *title, const char *text);

#endif
