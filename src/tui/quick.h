/* The digits of the overview: what is done most, one key away. */
#ifndef TUI_QUICK_H
#define TUI_QUICK_H

#include "tui/shell.h"

bool quick_key(struct shell *shell, int code); /* false: no digit */
int quick_rows(struct shell *shell, int columns);
void quick_draw(struct shell *shell, struct area area);
/* Appends the digits and what they do, for help. */
struct buf;
void quick_describe(struct shell *shell, struct buf *out);

#endif
