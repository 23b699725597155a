#include "tui/form_view.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/duty.h"
#include "tui/form_draft.h"
#include "tui/form_draw.h"

enum { ESCAPE_PATIENCE = 1000 }; /* ms: rather a slow Esc than a form left because of a slow line */

/* --- focus ---------------------------------------------------------------------------------------------------------------- */

struct input *form_focused(struct form *form)
{
  return form->focus < form->count ? &form->inputs[form->focus] : NULL;
}

static void collect_values(struct form *form)
{
  for (int i = 0; i < form->count; i++) {
    int index = values_index(&form->values, form->inputs[i].field->name);
    value_set(form->inputs[i].field, &form->values.list[index], &form->inputs[i].value);
  }
}

/* What a pasted text says fills the fields that nobody has typed in. */
static void fill_what_follows(struct form *form, struct shell *shell)
{
  struct values values;
  struct err err = ERR_INIT;

  if (form->purpose->follow == NULL) return;
  collect_values(form);
  values_copy(&values, &form->values);
  if (form->purpose->follow(shell, form, &values, &err) < 0) shell_complain(shell, &err);
  for (int i = 0; i < form->count; i++) {
    struct input *input = &form->inputs[i];
    const struct value *value = &values.list[values_index(&values, input->field->name)];
    if (!input->is_touched && !input->value.known && value->known) input_take(input, &shell->desk, value);
  }
  values_free(&values);
}

static void leave_input(struct form *form, struct shell *shell)
{
  struct input *input = form_focused(form);

  if (input == NULL) return;
  bool is_new = input->is_unread;
  input_close(input);
  if (input_read(input, &shell->desk) == 0 && is_new) fill_what_follows(form, shell);
}

void form_focus(struct form *form, struct shell *shell, int index)
{
  leave_input(form, shell);
  if (index > form->count) index = form->count;
  form->focus = index > 0 ? index : 0;
  shell_redraw(shell);
}

/* Fixed fields are passed over, unless nothing else is there in that direction. */
static void move_focus(struct form *form, struct shell *shell, int step)
{
  int index = form->focus + step;

  while (index >= 0 && index < form->count && form->inputs[index].is_fixed) index += step;
  if (index >= 0) form_focus(form, shell, index);
}

/* --- sending -------------------------------------------------------------------------------------------------------------- */

static void complain_at(struct form *form, struct shell *shell, int index, const char *why)
{
  struct err err = ERR_INIT;

  input_fail(&form->inputs[index], why);
  form->focus = index;
  err_set(&err, _("%s: %s"), _(form->inputs[index].field->label), why);
  shell_complain(shell, &err);
  shell_redraw(shell);
}

/* Reads every field; complains at the first that is wrong or missing. */
static int read_inputs(struct form *form, struct shell *shell)
{
  for (int i = 0; i < form->count; i++) {
    struct input *input = &form->inputs[i];
    if (input_read(input, &shell->desk) < 0) {
      char *why = mem_dup(input->error);
      complain_at(form, shell, i, why);
      free(why);
      return -1;
    }
    if ((input->field->flags & FIELD_REQUIRED) && !input->value.known && !input->is_fixed) {
      complain_at(form, shell, i, _("is needed"));
      return -1;
    }
  }
  return 0;
}

/* Rules speak of a field by its label or its name. A label may begin with another one: "Incoming A", "Incoming A, PIN". */
static void show_refusal(struct form *form, struct shell *shell, const struct err *err)
{
  struct err shown = *err;
  size_t longest = 0;

  for (int i = 0; i < form->count; i++) {
    const char *label = _(form->inputs[i].field->label);
    const char *name = form->inputs[i].field->name;
    bool by_name = strncmp(err->text, name, strlen(name)) == 0 && err->text[strlen(name)] == ':';
    if (by_name) err_set(&shown, _("%s: %s"), label, err->text + strlen(name) + strspn(err->text + strlen(name), ": "));
    if (!by_name && (strncmp(err->text, label, strlen(label)) != 0 || strlen(label) < longest)) continue;
    longest = strlen(label);
    form->focus = i;
  }
  struct input *meant = longest > 0 ? form_focused(form) : NULL;
  if (meant != NULL && (meant->field->flags & FIELD_SECRET)) input_empty(meant); /* nobody sees what is wrong in it */
  shell_redraw(shell);
  shell_complain(shell, &shown);
}

/* Whoever has written something means to go on with it. */
static void tell_below(struct form *form, struct shell *shell)
{
  struct view *below = form->view.below;
  const struct kind *kind = form->action != NULL ? form->outcome.kind : form->duty != NULL ? form->duty->kind : NULL;
  record_id record = form->action != NULL ? form->outcome.record : form->subject;

  if (below != NULL && below->class->written != NULL && kind != NULL && record != 0) below->class->written(below, shell, kind, record);
}

static void submit(struct view *view, struct shell *shell)
{
  struct form *form = (struct form *)view;
  struct err err = ERR_INIT;

  leave_input(form, shell);
  if (read_inputs(form, shell) < 0) return;
  collect_values(form);
  if (form->purpose->submit(shell, form, &form->values, &err) < 0) {
    show_refusal(form, shell, &err);
    return;
  }
  form_draft_drop(form, shell);
  if (form->purpose->after) form->purpose->after(shell, form);
  tell_below(form, shell);
  shell_close(shell, view);
  shell_changed(shell);
}

/* --- leaving -------------------------------------------------------------------------------------------------------------- */

static bool is_touched(const struct form *form)
{
  for (int i = 0; i < form->count; i++)
    if (form->inputs[i].is_touched && (*form->inputs[i].line.text != '\0' || form->inputs[i].value.known)) return true;
  return false;
}

static void throw_away(struct form *form, struct shell *shell)
{
  form_draft_drop(form, shell);
  for (int i = 0; i < form->count; i++) form->inputs[i].is_touched = false;
  shell_close(shell, &form->view);
}

static bool ask_before_leaving(struct form *form, struct shell *shell)
{
  if (form->view.below == NULL) return true;
  if (!is_touched(form)) return false;
  form->is_leaving = true;
  shell_say(shell, form->draft != NULL ? _("Esc again: leave and keep a draft · Del: throw it away · any other key: go on")
                                       : _("Esc again: leave · any other key: go on"));
  return true;
}

/* The first Esc only asks: on a slow line it may be a piece of an arrow key. */
static bool key_while_leaving(struct form *form, struct shell *shell, const struct key *key)
{
  if (!form->is_leaving) return false;
  form->is_leaving = false;
  if (key->code == KEY_CODE_TORN) return true;
  if (key->code == KEY_CODE_ESC) {
    shell_pop(shell);
    return true;
  }
  if (key->code != KEY_CODE_DELETE || form->draft == NULL) return false;
  throw_away(form, shell);
  shell_say(shell, _("Thrown away."));
  return true;
}

/* --- keys ----------------------------------------------------------------------------------------------------------------- */

static void enter(struct form *form, struct shell *shell)
{
  struct input *input = form_focused(form);

  if (input == NULL) {
    submit(&form->view, shell);
    return;
  }
  bool picked = input_pick(input, &shell->desk);
  if (!picked || !input->chooser.is_open) move_focus(form, shell, 1);
}

static bool move_key(struct form *form, struct shell *shell, const struct key *key)
{
  struct input *input = form_focused(form);
  int columns = form_value_columns(form, shell);

  switch (key->code) {
  case KEY_CODE_ENTER: enter(form, shell); return true;
  case KEY_CODE_TAB:
    if (input == NULL || !input_complete(input, &shell->desk)) move_focus(form, shell, 1);
    return true;
  case KEY_CODE_BACK_TAB: move_focus(form, shell, -1); return true;
  case KEY_CODE_UP:
    if (input == NULL || !line_move_row(&input->line, -1, columns, shell->terminal->ambiguous)) move_focus(form, shell, -1);
    return true;
  case KEY_CODE_DOWN:
    if (input == NULL || !line_move_row(&input->line, 1, columns, shell->terminal->ambiguous)) move_focus(form, shell, 1);
    return true;
  case KEY_CODE_ESC: return (input != NULL && input_close(input)) || ask_before_leaving(form, shell);
  default: return false;
  }
}

static bool key(struct view *view, struct shell *shell, const struct key *key)
{
  struct form *form = (struct form *)view;
  struct input *input = form_focused(form);

  shell_redraw(shell);
  if (key_while_leaving(form, shell, key)) return true;
  bool choosing = input != NULL && input->chooser.is_open && (key->code == KEY_CODE_UP || key->code == KEY_CODE_DOWN);
  if (!choosing && move_key(form, shell, key)) return true;
  if (input == NULL) return keys_is_character(key);
  if (!input_key(input, &shell->desk, key)) return false;
  form->is_dirty = true;
  if (key->code == KEY_CODE_PASTE && input_read(input, &shell->desk) == 0) fill_what_follows(form, shell);
  return true;
}

/* --- the view ------------------------------------------------------------------------------------------------------------- */

static const char *title(struct view *view, struct shell *shell)
{
  (void)shell;
  return ((struct form *)view)->title;
}

static void save(struct view *view, struct shell *shell)
{
  form_draft_save((struct form *)view, shell);
}

static void close_view(struct view *view, struct shell *shell)
{
  struct form *form = (struct form *)view;

  (void)shell;
  for (int i = 0; i < form->count; i++) input_stop(&form->inputs[i]);
  values_free(&form->values);
  outcome_free(&form->outcome);
  free(form->inputs);
  free(form->own_fields);
  free(form->owned);
  free(form->draft);
  free(form->title);
  free(form);
}

const char *form_button(const struct form *form)
{
  return form->action != NULL && form->action->button != NULL ? _(form->action->button) : _("Save");
}

static void hints(struct view *view, struct shell *shell, struct hints *hints)
{
  (void)shell;
  hints_add(hints, "Ctrl-D", form_button((struct form *)view));
}

static const struct binding bindings[] = {
  { KEY_CTRL('D'), NULL, N_("Save from any field. Enter on the last line does the same."), submit },
  { KEY_CODE_ENTER, N_("next"), N_("Take what is typed or chosen and go to the next field."), NULL },
  { KEY_CODE_TAB, N_("complete"), N_("Complete the name or code that is begun, or go to the next field; Shift-Tab goes back."), NULL },
  { KEY_CODE_INSERT, N_("choices"), N_("Show what can be chosen. Typing words or a number finds it at once."), NULL },
  { KEY_CODE_PAGE_UP, NULL, N_("Bring back what was typed in this field before; PgDn goes forward again."), NULL },
  { KEY_CTRL('J'), NULL, N_("Begin a new line in a field of several lines."), NULL },
  { KEY_CTRL('U'), NULL, N_("Cut to the start of the line; Ctrl-K to its end; Ctrl-W the word; Ctrl-Y puts it back; Ctrl-_ undoes."),
    NULL },
  { KEY_CODE_ESC, N_("leave"), N_("Leave the form. What is half typed stays as a draft unless it is thrown away."), NULL },
  { .code = 0 },
};

static const struct view_class class = {
  .name = N_("Form"),
  .bindings = bindings,
  .title = title,
  .draw = form_draw,
  .key = key,
  .hints = hints,
  .save = save,
  .is_typing = view_is_typing,
  .close = close_view,
  .escape_patience = ESCAPE_PATIENCE,
};

/* The short number, common to all kinds, is typed last: only what comes from a blank paper form has one already. */
static bool is_number(const struct values *values, int index)
{
  return index == COMMON_NUMBER && strcmp(values->fields[index]->name, "no") == 0;
}

static const struct field paper_number = {
  .name = "no",
  .type = FIELD_TEXT,
  .label = N_("No. on the paper form"),
  .help = N_("Only for what was first written on a blank form: the number printed on it"),
};

static void add_input(struct form *form, struct shell *shell, int index, enum form_shows (*shows)(const struct field *field, int index))
{
  enum form_shows how = shows != NULL ? shows(form->values.fields[index], index) : FORM_TYPED;

  if (how == FORM_HIDDEN) return;
  struct input *input = &form->inputs[form->count++];
  input_start(input, &shell->desk, is_number(&form->values, index) ? &paper_number : form->values.fields[index], &form->values.list[index]);
  input->is_fixed = how == FORM_FIXED;
}

struct form *form_start(struct shell *shell, const struct form_purpose *purpose, char *heading, char *draft, struct values *values,
                        enum form_shows (*shows)(const struct field *field, int index))
{
  struct form *form = mem_zero(1, sizeof *form);

  form->view.class = &class;
  form->purpose = purpose;
  form->title = heading;
  form->draft = draft;
  form->values = *values;
  form->inputs = mem_zero((size_t)values->count + 1, sizeof *form->inputs);
  for (int i = 0; i < values->count; i++)
    if (!is_number(values, i)) add_input(form, shell, i, shows);
  for (int i = 0; i < values->count; i++)
    if (is_number(values, i)) add_input(form, shell, i, shows);
  return form;
}

/* The first that has to be filled in and is not; otherwise the first that can be. */
static int first_to_type(const struct form *form)
{
  int first = -1;

  for (int i = 0; i < form->count; i++) {
    const struct input *input = &form->inputs[i];
    if (input->is_fixed) continue;
    if ((input->field->flags & FIELD_REQUIRED) && !input->value.known && *input->line.text == '\0') return i;
    if (first < 0) first = i;
  }
  return first >= 0 ? first : form->count;
}

struct view *form_view(struct form *form, struct shell *shell)
{
  for (int i = 0; i < form->count && !form->purpose->is_change; i++) input_propose(&form->inputs[i]);
  if (form_draft_restore(form, shell)) shell_say(shell, _("Your draft is back. Esc, then Del throws it away."));
  form->focus = first_to_type(form);
  return &form->view;
}
