/* What goes on the screen: texts in styles, row by row. Rows that are not dirty are passed over. */
#ifndef TUI_DRAW_H
#define TUI_DRAW_H

#include <stdbool.h>

#include "tui/terminal.h"

/* Colour never carries meaning alone: each style with a meaning has a word or a mark beside it where it is used. */
enum style {
  STYLE_NORMAL,
  STYLE_TOP,
  STYLE_TITLE,
  STYLE_HEADING,
  STYLE_SELECTED,
  STYLE_FAINT,
  STYLE_STRONG,
  STYLE_LATE, /* overdue */
  STYLE_ERROR,
  STYLE_MESSAGE,
  STYLE_KEY,
  STYLE_HINT,
  STYLE_LABEL,
  STYLE_INPUT,
  STYLE_STRUCK,
  STYLE_EXERCISE,
  STYLE_RED, /* the four colours of warnings */
  STYLE_ORANGE,
  STYLE_YELLOW,
  STYLE_BLUE,
  STYLES
};

/* A part of the screen. */
struct area {
  int top, left, rows, columns;
};

void draw_start(struct terminal *terminal); /* sets the styles up, by what the terminal can */
void draw_stop(struct terminal *terminal);
void draw_send(struct terminal *terminal); /* everything drawn since goes out, and the rows are clean */

bool draw_wanted(const struct terminal *terminal, int row); /* is it dirty? */
/* Empties the dirty rows. To be called before anything is drawn. */
void draw_clear(struct terminal *terminal);

/* Writes text from `column`, cut with … or filled with spaces to exactly `columns`. Control characters are made visible. */
void draw_text(struct terminal *terminal, int row, int column, int columns, enum style style, const char *text);
/* The same without filling; returns the columns taken. */
int draw_part(struct terminal *terminal, int row, int column, int columns, enum style style, const char *text);
/* Text broken into at most area.rows lines; returns those it takes. */
int draw_wrapped(struct terminal *terminal, struct area area, enum style style, const char *text);
int draw_wrapped_rows(const struct terminal *terminal, int columns, int most, const char *text);
/* A line across, with a text set into it if not NULL. */
void draw_rule(struct terminal *terminal, int row, int column, int columns, const char *text);
void draw_cursor(struct terminal *terminal, int row, int column);
void draw_bell(void);

/* "red", "orange", "yellow", "blue" as a style; STYLE_STRONG for another name. */
enum style draw_colour(const char *name);
/* Columns of text on this terminal. */
int draw_columns(const struct terminal *terminal, const char *text);

#endif
