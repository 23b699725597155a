/* Replaces the C library's wcwidth() for the whole program. curses counts the cells of a character with it, and the C library knows
 * neither terminals that show ambiguous characters two columns wide, nor a locale that is not installed. With this the screen is laid out
 * and drawn by one and the same count. */
#include "tui/width.h"

#include <wchar.h>

static enum text_ambiguous ambiguous_width = TEXT_NARROW; /* wcwidth() takes no context */

void width_set(enum text_ambiguous ambiguous)
{
  ambiguous_width = ambiguous;
}

int wcwidth(wchar_t character)
{
  if (character == 0) return 0;
  if (character < 0x20 || (character >= 0x7f && character < 0xa0)) return -1;
  return text_char_columns((uint32_t)character, ambiguous_width);
}
