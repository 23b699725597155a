#include "tui/digits.h"

#include <string.h>

#include "base/buf.h"

/* Seven strokes, from characters that every terminal has. */
static const char *const shapes[][DIGITS_ROWS] = {
  ['0'] = { " _ ", "| |", "|_|" }, ['1'] = { "   ", "  |", "  |" },  ['2'] = { " _ ", " _|", "|_ " },  ['3'] = { " _ ", " _|", " _|" },
  ['4'] = { "   ", "|_|", "  |" }, ['5'] = { " _ ", "|_ ", " _|" },  ['6'] = { " _ ", "|_ ", "|_|" },  ['7'] = { " _ ", "  |", "  |" },
  ['8'] = { " _ ", "|_|", "|_|" }, ['9'] = { " _ ", "|_|", " _|" },  ['-'] = { "   ", " _ ", "   " },  ['+'] = { "   ", "_|_", " | " },
  ['/'] = { "  /", " / ", "/  " }, ['('] = { " / ", "|  ", " \\ " }, [')'] = { " \\ ", "  |", " / " }, [' '] = { "   ", "   ", "   " },
};

static const char *shape(char digit, int row)
{
  size_t index = (unsigned char)digit;
  return index < sizeof shapes / sizeof *shapes ? shapes[index][row] : NULL;
}

static bool can_draw(const char *number, int columns)
{
  if (strlen(number) * DIGITS_COLUMNS > (size_t)columns) return false;
  for (; *number; number++)
    if (shape(*number, 0) == NULL) return false;
  return true;
}

int digits_draw(struct terminal *terminal, struct area area, enum style style, const char *number)
{
  if (area.rows < DIGITS_ROWS || !can_draw(number, area.columns)) {
    draw_text(terminal, area.top, area.left, area.columns, style, number);
    return 1;
  }
  for (int row = 0; row < DIGITS_ROWS; row++) {
    struct buf line = BUF_INIT;
    for (const char *digit = number; *digit; digit++) buf_addf(&line, "%s ", shape(*digit, row));
    draw_text(terminal, area.top + row, area.left, area.columns, style, buf_text(&line));
    buf_free(&line);
  }
  return DIGITS_ROWS;
}
