/* One opinion about how wide a character is. */
#ifndef TUI_WIDTH_H
#define TUI_WIDTH_H

#include "base/text.h"

/* Sets what ambiguous characters take (ui.ambiguous); before the screen is opened. */
void width_set(enum text_ambiguous ambiguous);

#endif
