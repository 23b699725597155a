/* A telephone number three lines high, so that it is read across the desk while the other hand dials. */
#ifndef TUI_DIGITS_H
#define TUI_DIGITS_H

#include "tui/draw.h"

enum { DIGITS_ROWS = 3, DIGITS_COLUMNS = 4 /* of each character */ };

/* Draws digits and - + / ( ) from area.top on; what does not fit into area.columns is written small instead. Returns the rows taken: 3
 * or 1. */
int digits_draw(struct terminal *terminal, struct area area, enum style style, const char *number);

#endif
