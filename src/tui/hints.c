#include "tui/hints.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"

enum { GAP = 2 };

/* An action may have the key that the view has for all kinds: it goes first, here as at the keyboard. */
static bool is_there(const struct hints *hints, const char *key)
{
  for (int i = 0; i < hints->count; i++)
    if (strcmp(hints->list[i].key, key) == 0) return true;
  return false;
}

void hints_add(struct hints *hints, const char *key, const char *text)
{
  if (hints->count == HINTS_MOST || is_there(hints, key)) return;
  struct hint *hint = &hints->list[hints->count++];
  snprintf(hint->key, sizeof hint->key, "%s", key);
  hint->text = text;
}

static void add_bindings(struct hints *hints, const struct binding *bindings)
{
  char name[HINT_KEY_BYTES];

  for (const struct binding *binding = bindings; binding != NULL && binding->code != 0; binding++)
    if (binding->hint != NULL) hints_add(hints, keys_name(binding->code, name), _(binding->hint));
}

void hints_gather(struct hints *hints, struct shell *shell)
{
  hints->count = hints->needed = 0;
  if (shell->top == NULL) return;
  if (shell->top->class->hints) shell->top->class->hints(shell->top, shell, hints);
  add_bindings(hints, shell->top->class->bindings);
  int own = hints->count;
  add_bindings(hints, shell_commands(shell)); /* the help is the first of them */
  hints->needed = hints->count > own ? own + 1 : own;
}

/* --- the layout ----------------------------------------------------------------------------------------------------------- */

struct spot {
  int row, column;
};

/* Where a hint comes after what ends at *spot, which then is its own end; false: nowhere in so many rows. */
static bool place(const struct hint *hint, const struct terminal *terminal, int rows, struct spot *spot, struct spot *at)
{
  int columns = draw_columns(terminal, hint->key) + 1 + draw_columns(terminal, hint->text);

  *at = *spot;
  if (at->column + columns > terminal->columns) *at = (struct spot){ at->row + 1, 0 };
  if (at->row >= rows || at->column + columns > terminal->columns) return false;
  *spot = (struct spot){ at->row, at->column + columns + GAP };
  return true;
}

static bool all_needed_fit(const struct hints *hints, const struct terminal *terminal, int rows)
{
  struct spot spot = { 0, 0 }, at;

  for (int i = 0; i < hints->needed; i++)
    if (!place(&hints->list[i], terminal, rows, &spot, &at)) return false;
  return true;
}

int hints_rows(const struct hints *hints, const struct terminal *terminal)
{
  int rows = 1;

  while (rows < HINT_ROWS_MOST && !all_needed_fit(hints, terminal, rows)) rows++;
  return rows;
}

void hints_draw(const struct hints *hints, struct terminal *terminal, int top, int rows)
{
  struct spot spot = { 0, 0 }, at, unused;

  for (int i = 0; i < hints->count; i++) {
    const struct hint *hint = &hints->list[i];
    struct spot end = spot;
    if (!place(hint, terminal, rows, &end, &at)) continue;
    struct spot last = end;
    if (i < hints->needed - 1 && !place(&hints->list[hints->needed - 1], terminal, rows, &last, &unused)) continue;
    int left = at.column + draw_part(terminal, top + at.row, at.column, terminal->columns, STYLE_KEY, hint->key) + 1;
    draw_part(terminal, top + at.row, left, terminal->columns - left, STYLE_HINT, hint->text);
    spot = end;
  }
}
