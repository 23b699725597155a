#include "tui/draw.h"

#include <curses.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

enum { NONE = -1 };

/* foreground, background of 8 colours; foreground of 256 (0: as of 8); what stands for it without colours */
static const struct {
  short foreground, background, rich;
  attr_t always, mono;
} looks[STYLES] = {
  [STYLE_NORMAL] = { NONE, NONE, 0, 0, 0 },
  [STYLE_TOP] = { COLOR_WHITE, COLOR_BLUE, 0, 0, A_REVERSE },
  [STYLE_TITLE] = { NONE, NONE, 0, A_BOLD, A_BOLD },
  [STYLE_HEADING] = { COLOR_CYAN, NONE, 0, 0, A_UNDERLINE },
  [STYLE_SELECTED] = { NONE, NONE, 0, A_REVERSE, A_REVERSE },
  [STYLE_FAINT] = { NONE, NONE, 244, 0, 0 },
  [STYLE_STRONG] = { NONE, NONE, 0, A_BOLD, A_BOLD },
  [STYLE_LATE] = { COLOR_RED, NONE, 203, A_BOLD, A_BOLD },
  [STYLE_ERROR] = { COLOR_RED, NONE, 203, A_BOLD, A_BOLD },
  [STYLE_MESSAGE] = { COLOR_GREEN, NONE, 0, 0, 0 },
  [STYLE_KEY] = { COLOR_CYAN, NONE, 0, A_BOLD, A_REVERSE },
  [STYLE_HINT] = { NONE, NONE, 0, 0, 0 },
  [STYLE_LABEL] = { COLOR_CYAN, NONE, 0, 0, 0 },
  [STYLE_INPUT] = { NONE, NONE, 0, A_UNDERLINE, A_UNDERLINE },
  [STYLE_STRUCK] = { NONE, NONE, 244, A_DIM, A_DIM },
  [STYLE_EXERCISE] = { COLOR_BLACK, COLOR_YELLOW, 0, A_BOLD, A_REVERSE },
  [STYLE_RED] = { COLOR_WHITE, COLOR_RED, 0, A_BOLD, A_REVERSE },
  [STYLE_ORANGE] = { COLOR_YELLOW, NONE, 208, A_BOLD, A_REVERSE },
  [STYLE_YELLOW] = { COLOR_YELLOW, NONE, 226, 0, A_REVERSE },
  [STYLE_BLUE] = { COLOR_BLUE, NONE, 75, A_BOLD, A_REVERSE },
};

static attr_t attribute_of(int style, bool coloured)
{
  if (!coloured) return looks[style].mono;
  short foreground = COLORS >= 256 && looks[style].rich > 0 ? looks[style].rich : looks[style].foreground;
  if (foreground == NONE && looks[style].background == NONE) return looks[style].always;
  init_pair((short)style, foreground, looks[style].background);
  return looks[style].always | (attr_t)COLOR_PAIR(style);
}

void draw_start(struct terminal *terminal)
{
  bool coloured = has_colors() && getenv("NO_COLOR") == NULL;

  if (coloured) {
    start_color();
    use_default_colors();
  }
  terminal->attributes = mem_zero(STYLES, sizeof *terminal->attributes);
  for (int style = 0; style < STYLES; style++) terminal->attributes[style] = attribute_of(style, coloured);
  terminal->cursor_row = -1;
}

void draw_stop(struct terminal *terminal)
{
  free(terminal->attributes);
}

void draw_send(struct terminal *terminal)
{
  bool visible = terminal->cursor_row >= 0;

  memset(terminal->dirty, 0, (size_t)terminal->rows * sizeof *terminal->dirty);
  leaveok(stdscr, !visible);
  if (visible) move(terminal->cursor_row, terminal->cursor_column);
  curs_set(visible);
  wnoutrefresh(stdscr);
  doupdate();
}

void draw_bell(void)
{
  beep();
}

bool draw_wanted(const struct terminal *terminal, int row)
{
  return row >= 0 && row < terminal->rows && terminal->dirty[row];
}

void draw_clear(struct terminal *terminal)
{
  terminal->cursor_row = -1;
  attrset(A_NORMAL);
  for (int row = 0; row < terminal->rows; row++) {
    if (!terminal->dirty[row]) continue;
    move(row, 0);
    clrtoeol();
  }
}

static void put(struct terminal *terminal, int row, int column, enum style style, const char *text)
{
  attrset((attr_t)terminal->attributes[style]);
  mvaddstr(row, column, text);
}

void draw_text(struct terminal *terminal, int row, int column, int columns, enum style style, const char *text)
{
  struct buf out = BUF_INIT;

  if (!draw_wanted(terminal, row) || column >= terminal->columns) return;
  if (column + columns > terminal->columns) columns = terminal->columns - column;
  if (columns <= 0) return;
  text_fit(&out, text != NULL ? text : "", columns, terminal->ambiguous);
  put(terminal, row, column, style, buf_text(&out));
  buf_free(&out);
}

int draw_part(struct terminal *terminal, int row, int column, int columns, enum style style, const char *text)
{
  int taken = draw_columns(terminal, text);

  if (taken > columns) taken = columns;
  draw_text(terminal, row, column, taken, style, text);
  return taken > 0 ? taken : 0;
}

struct wrapping {
  struct terminal *terminal; /* NULL: only counting */
  struct area area;
  enum style style;
  int count;
};

static bool wrapped_line(const char *bytes, size_t length, void *context)
{
  struct wrapping *wrapping = context;

  if (wrapping->terminal != NULL) {
    char *line = mem_dup_n(bytes, length);
    draw_text(wrapping->terminal, wrapping->area.top + wrapping->count, wrapping->area.left, wrapping->area.columns, wrapping->style, line);
    free(line);
  }
  return ++wrapping->count < wrapping->area.rows;
}

int draw_wrapped(struct terminal *terminal, struct area area, enum style style, const char *text)
{
  struct wrapping wrapping = { terminal, area, style, 0 };

  text_wrap(text, area.columns, terminal->ambiguous, wrapped_line, &wrapping);
  return wrapping.count;
}

int draw_wrapped_rows(const struct terminal *terminal, int columns, int most, const char *text)
{
  struct wrapping wrapping = { NULL, { 0, 0, most, columns }, STYLE_NORMAL, 0 };

  text_wrap(text, columns, terminal->ambiguous, wrapped_line, &wrapping);
  return wrapping.count;
}

void draw_rule(struct terminal *terminal, int row, int column, int columns, const char *text)
{
  struct buf line = BUF_INIT;
  const char *dash = terminal->ascii ? "-" : "─";

  if (!draw_wanted(terminal, row)) return;
  for (int i = 0, width = draw_columns(terminal, dash); i + width <= columns; i += width) buf_adds(&line, dash);
  put(terminal, row, column, STYLE_FAINT, buf_text(&line));
  buf_free(&line);
  if (text == NULL || *text == '\0') return;
  int taken = draw_part(terminal, row, column + 3, columns - 6, STYLE_HEADING, text);
  put(terminal, row, column + 2, STYLE_NORMAL, " ");
  put(terminal, row, column + 3 + taken, STYLE_NORMAL, " ");
}

void draw_cursor(struct terminal *terminal, int row, int column)
{
  terminal->cursor_row = row;
  terminal->cursor_column = column < terminal->columns ? column : terminal->columns - 1;
}

enum style draw_colour(const char *name)
{
  static const struct {
    const char *name;
    enum style style;
  } colours[] = { { "red", STYLE_RED }, { "orange", STYLE_ORANGE }, { "yellow", STYLE_YELLOW }, { "blue", STYLE_BLUE } };

  for (size_t i = 0; name != NULL && i < sizeof colours / sizeof *colours; i++)
    if (strcmp(colours[i].name, name) == 0) return colours[i].style;
  return STYLE_STRONG;
}

int draw_columns(const struct terminal *terminal, const char *text)
{
  return text_columns(text, terminal->ambiguous);
}
