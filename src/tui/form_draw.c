#include "tui/form_draw.h"

#include <stdlib.h>

#include "base/i18n.h"
#include "base/mem.h"

enum { LABEL_SHARE = 3 }; /* labels take at most a third of the screen */

int form_value_columns(const struct form *form, const struct shell *shell)
{
  return shell->terminal->columns - form->label_columns - 3;
}

static char *label_of(const struct field *field)
{
  const char *mark = field->flags & FIELD_REQUIRED ? "*" : " ";
  return field->unit != NULL ? mem_printf("%s%s (%s)", mark, _(field->label), _(field->unit)) : mem_printf("%s%s", mark, _(field->label));
}

static void measure_labels(struct form *form, struct shell *shell)
{
  int most = shell->terminal->columns / LABEL_SHARE;

  form->label_columns = 0;
  for (int i = 0; i < form->count; i++) {
    char *label = label_of(form->inputs[i].field);
    int columns = draw_columns(shell->terminal, label);
    if (columns > form->label_columns) form->label_columns = columns < most ? columns : most;
    free(label);
  }
}

static int rows_of(struct form *form, struct shell *shell, int index)
{
  if (index == form->count) return 2;
  return input_rows(&form->inputs[index], form_value_columns(form, shell), shell->terminal->ambiguous, index == form->focus);
}

/* Rows above input `index`. */
static int rows_before(struct form *form, struct shell *shell, int index)
{
  int rows = 0;

  for (int i = 0; i < index; i++) rows += rows_of(form, shell, i);
  return rows;
}

static void keep_in_sight(struct form *form, struct shell *shell, int rows)
{
  int first = rows_before(form, shell, form->focus), last = first + rows_of(form, shell, form->focus);

  if (last > form->top + rows) form->top = last - rows;
  if (first < form->top) form->top = first;
  if (form->focus == 0) form->top = 0;
}

static void draw_input(struct form *form, struct shell *shell, int index, struct area area)
{
  struct input *input = &form->inputs[index];
  char *label = label_of(input->field);

  draw_text(shell->terminal, area.top, area.left, form->label_columns, index == form->focus ? STYLE_STRONG : STYLE_LABEL, label);
  free(label);
  area.left += form->label_columns + 1;
  area.columns = form_value_columns(form, shell);
  input_draw(input, shell->terminal, area, index == form->focus);
}

static void draw_save_line(struct form *form, struct shell *shell, struct area area)
{
  bool has_focus = form->focus == form->count;
  char *text = mem_printf("[ %s ]", form_button(form));

  draw_part(shell->terminal, area.top + 1, area.left + form->label_columns + 1, area.columns, has_focus ? STYLE_SELECTED : STYLE_STRONG,
            text);
  free(text);
  if (has_focus) draw_cursor(shell->terminal, area.top + 1, area.left + form->label_columns + 1);
}

/* Options lie over the fields below, or above where there is no room. */
static void draw_options(struct form *form, struct shell *shell, struct area area, int row)
{
  struct input *input = form_focused(form);

  if (input == NULL || !input->chooser.is_open) return;
  int rows = chooser_rows(&input->chooser);
  int below = row + rows_of(form, shell, form->focus);
  if (below + rows > area.top + area.rows) below = row - rows;
  chooser_draw(&input->chooser, shell->terminal, (struct area){ below, form->label_columns + 1, rows, form_value_columns(form, shell) });
}

static void draw_help(struct form *form, struct shell *shell, int row, bool has_more)
{
  struct input *input = form_focused(form);
  const char *more = has_more ? _("more below") : "";
  int columns = shell->terminal->columns - draw_columns(shell->terminal, more);
  const char *help = input != NULL ? i18n_text(input->field->help) : "";

  if (*help == '\0' && input != NULL && chooser_suits(input->field)) help = _("Type words of it or its number; Ins shows all.");
  if (*help == '\0' && input != NULL && input->line.has_newlines) help = _("Ctrl-J begins a new line.");
  draw_text(shell->terminal, row, 0, columns, STYLE_FAINT, help);
  draw_text(shell->terminal, row, columns, shell->terminal->columns - columns, STYLE_STRONG, more);
}

void form_draw(struct view *view, struct shell *shell, struct area area)
{
  struct form *form = (struct form *)view;
  struct area fields = { area.top, area.left, area.rows - 1, area.columns };
  int focus_row = area.top;

  measure_labels(form, shell);
  keep_in_sight(form, shell, fields.rows);
  int row = area.top - form->top;
  for (int i = 0; i <= form->count; i++) {
    int rows = rows_of(form, shell, i);
    struct area place = { row, area.left, rows, area.columns };
    if (i == form->focus) focus_row = row;
    if (row >= fields.top && row + rows <= fields.top + fields.rows) {
      if (i < form->count)
        draw_input(form, shell, i, place);
      else
        draw_save_line(form, shell, place);
    }
    row += rows;
  }
  draw_options(form, shell, fields, focus_row);
  draw_help(form, shell, area.top + area.rows - 1, row > fields.top + fields.rows);
}
