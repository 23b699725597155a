#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <uniwidth.h>

#include "parts.h"

/* libvterm knows ambiguous characters (UAX #11) as narrow only. For a terminal that shows them wide, each is fed as the character so many
 * places up, in a plane where all are wide, and taken back when the screen is read. */
#define WIDE_PLANE 0x20000u
#define SECOND_HALF ((uint32_t)-1)

static int on_property(VTermProp property, VTermValue *value, void *context)
{
  struct driver *driver = context;
  if (property == VTERM_PROP_ALTSCREEN) driver->alternate = value->boolean;
  if (property == VTERM_PROP_CURSORVISIBLE) driver->cursor_visible = value->boolean;
  return 1;
}

static int on_bell(void *context)
{
  ((struct driver *)context)->bells++;
  return 1;
}

static void on_answer(const char *bytes, size_t length, void *context)
{
  keyboard_send(context, bytes, length);
}

void screen_open(struct driver *driver, int rows, int columns)
{
  static const VTermScreenCallbacks callbacks = { .settermprop = on_property, .bell = on_bell };
  driver->vterm = vterm_new(rows, columns);
  vterm_set_utf8(driver->vterm, 1);
  vterm_output_set_callback(driver->vterm, on_answer, driver);
  driver->screen = vterm_obtain_screen(driver->vterm);
  vterm_screen_set_callbacks(driver->screen, &callbacks, driver);
  vterm_screen_enable_altscreen(driver->screen, 1);
  vterm_screen_reset(driver->screen, 1);
}

void screen_close(struct driver *driver)
{
  vterm_free(driver->vterm);
  free(driver->row_text);
  free(driver->screen_text);
}

/* ---- UTF-8, both ways ---- */

static size_t encode(uint32_t character, char bytes[4])
{
  if (character < 0x80) {
    bytes[0] = (char)character;
    return 1;
  }
  size_t length = character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
  for (size_t i = length - 1; i > 0; i--, character >>= 6) bytes[i] = (char)(0x80 | (character & 0x3f));
  bytes[0] = (char)((0xf0 << (4 - length)) | character);
  return length;
}

static size_t length_by_first(unsigned char first)
{
  return first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

static uint32_t decode(const char *bytes, size_t length)
{
  uint32_t character = (unsigned char)*bytes & (length == 1 ? 0xffu : 0xffu >> (length + 1));
  for (size_t i = 1; i < length; i++) character = character << 6 | ((unsigned char)bytes[i] & 0x3f);
  return character;
}

static void feed_character(struct driver *driver, const char *bytes, size_t length)
{
  uint32_t character = decode(bytes, length);
  char raised[4];
  if (length < 2 || length > 3 || uc_width(character, "UTF-8") == uc_width(character, "GBK")) {
    vterm_input_write(driver->vterm, bytes, length);
    return;
  }
  vterm_input_write(driver->vterm, raised, encode(WIDE_PLANE + character, raised));
}

void screen_feed(struct driver *driver, const char *bytes, size_t length)
{
  if (!driver->ambiguous_wide) {
    vterm_input_write(driver->vterm, bytes, length);
    return;
  }
  for (size_t i = 0; i < length; i++) {
    driver->partial[driver->partial_length++] = bytes[i];
    if (driver->partial_length < length_by_first((unsigned char)driver->partial[0])) continue;
    feed_character(driver, driver->partial, driver->partial_length);
    driver->partial_length = 0;
  }
}

/* ---- reading ---- */

int driver_rows(const struct driver *driver)
{
  int rows, columns;
  vterm_get_size(driver->vterm, &rows, &columns);
  return rows;
}

int driver_columns(const struct driver *driver)
{
  int rows, columns;
  vterm_get_size(driver->vterm, &rows, &columns);
  return columns;
}

/* Appends what the cell shows to text, which has room; returns the bytes. A blank gives a space, a second half nothing. */
static size_t cell_text(const VTermScreenCell *cell, char *text)
{
  size_t length = 0;
  if (cell->chars[0] == SECOND_HALF) return 0;
  if (!cell->chars[0]) {
    *text = ' ';
    return 1;
  }
  for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell->chars[i]; i++) {
    uint32_t character = cell->chars[i];
    if (character >= WIDE_PLANE && character < WIDE_PLANE + 0x10000) character -= WIDE_PLANE;
    length += encode(character, text + length);
  }
  return length;
}

#define CELL_MOST (4 * VTERM_MAX_CHARS_PER_CELL)

static size_t row_text(struct driver *driver, int row, char *text)
{
  size_t length = 0;
  for (int column = 0, columns = driver_columns(driver); column < columns; column++) {
    VTermScreenCell cell;
    vterm_screen_get_cell(driver->screen, (VTermPos){ row, column }, &cell);
    length += cell_text(&cell, text + length);
  }
  while (length && text[length - 1] == ' ') length--;
  return length;
}

const char *driver_row(struct driver *driver, int row)
{
  driver->row_text = realloc(driver->row_text, (size_t)driver_columns(driver) * CELL_MOST + 1);
  if (!driver->row_text) abort();
  driver->row_text[row < 0 || row >= driver_rows(driver) ? 0 : row_text(driver, row, driver->row_text)] = 0;
  return driver->row_text;
}

const char *driver_screen(struct driver *driver)
{
  int rows = driver_rows(driver);
  size_t length = 0;
  driver->screen_text = realloc(driver->screen_text, (size_t)rows * ((size_t)driver_columns(driver) * CELL_MOST + 1) + 1);
  if (!driver->screen_text) abort();
  for (int row = 0; row < rows; row++) {
    length += row_text(driver, row, driver->screen_text + length);
    driver->screen_text[length++] = '\n';
  }
  driver->screen_text[length] = 0;
  return driver->screen_text;
}

bool driver_contains(struct driver *driver, const char *text)
{
  return strstr(driver_screen(driver), text);
}

int driver_row_of(struct driver *driver, const char *text)
{
  for (int row = 0; row < driver_rows(driver); row++)
    if (strstr(driver_row(driver, row), text)) return row;
  return -1;
}

void driver_dump(struct driver *driver)
{
  int row, column;
  bool visible;
  driver_cursor(driver, &row, &column, &visible);
  char state[32] = "alive";
  if (!driver_alive(driver)) snprintf(state, sizeof state, "ended with %d", driver->status);
  fprintf(stderr, "---- screen %dx%d, cursor %d,%d%s, %s ----\n", driver_columns(driver), driver_rows(driver), row, column,
          visible ? "" : " hidden", state);
  const char *text = driver_screen(driver);
  size_t length = strlen(text);
  while (length > 1 && text[length - 2] == '\n') length--;
  fprintf(stderr, "%.*s---- end of screen ----\n", (int)length, text);
}

static int palette_index(const VTermColor *colour)
{
  bool standard = VTERM_COLOR_IS_DEFAULT_FG(colour) || VTERM_COLOR_IS_DEFAULT_BG(colour);
  return standard || !VTERM_COLOR_IS_INDEXED(colour) ? -1 : colour->indexed.idx;
}

struct driver_cell driver_cell(struct driver *driver, int row, int column)
{
  VTermScreenCell cell;
  struct driver_cell result = { 0 };
  if (!vterm_screen_get_cell(driver->screen, (VTermPos){ row, column }, &cell)) fail_msg("no cell %d,%d", row, column);
  result.text[cell_text(&cell, result.text)] = 0;
  if (strcmp(result.text, " ") == 0) *result.text = 0;
  result.columns = cell.chars[0] == SECOND_HALF ? 0 : cell.width;
  result.bold = cell.attrs.bold;
  result.underline = cell.attrs.underline;
  result.reverse = cell.attrs.reverse;
  result.blink = cell.attrs.blink;
  result.foreground = palette_index(&cell.fg);
  result.background = palette_index(&cell.bg);
  return result;
}

/* Column where byte `offset` of the row's text is drawn. */
static int column_of(struct driver *driver, int row, size_t offset)
{
  char text[CELL_MOST];
  size_t length = 0;
  for (int column = 0; column < driver_columns(driver); column++) {
    VTermScreenCell cell;
    vterm_screen_get_cell(driver->screen, (VTermPos){ row, column }, &cell);
    if (length >= offset && cell.chars[0] != SECOND_HALF) return column;
    length += cell_text(&cell, text);
  }
  return 0;
}

int driver_column_of(struct driver *driver, int row, const char *text)
{
  const char *line = driver_row(driver, row), *at = strstr(line, text);
  return at ? column_of(driver, row, (size_t)(at - line)) : -1;
}

struct driver_cell driver_attributes(struct driver *driver, const char *text)
{
  int row = driver_row_of(driver, text);
  if (row < 0) {
    driver_dump(driver);
    fail_msg("\"%s\" is not on the screen", text);
  }
  return driver_cell(driver, row, driver_column_of(driver, row, text));
}

void driver_cursor(struct driver *driver, int *row, int *column, bool *visible)
{
  VTermPos at;
  vterm_state_get_cursorpos(vterm_obtain_state(driver->vterm), &at);
  if (row) *row = at.row;
  if (column) *column = at.col;
  if (visible) *visible = driver->cursor_visible;
}

bool driver_in_alternate_screen(const struct driver *driver)
{
  return driver->alternate;
}
int driver_bells(const struct driver *driver)
{
  return driver->bells;
}
