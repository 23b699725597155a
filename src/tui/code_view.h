/* A code to be read out over the phone, three lines high. */
#ifndef TUI_CODE_VIEW_H
#define TUI_CODE_VIEW_H

#include "tui/shell.h"

/* Both texts are copied. The first line of `text` is the code, the rest says what to do with it. */
struct view *code_view_open(const char *title, const char *text);

#endif
