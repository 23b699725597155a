#include "tui/form_input.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/figures.h"
#include "store/record.h"
#include "tui/candidates.h"

enum { NOTE_ROWS_LEAST = 2, NOTE_ROWS_MOST = 6 };

static void show_value(struct input *input, struct desk *desk)
{
  struct buf text = BUF_INIT;

  value_show(desk->store, input->field, &input->value, &text);
  line_set(&input->line, buf_text(&text));
  buf_free(&text);
  input->is_unread = false;
}

void input_start(struct input *input, struct desk *desk, const struct field *field, const struct value *value)
{
  *input = (struct input){ .field = field };
  line_start(&input->line, "");
  input->line.has_newlines = field->type == FIELD_NOTE;
  input->line.is_secret = (field->flags & FIELD_SECRET) != 0;
  input->line.history = field->type == FIELD_TEXT || field->type == FIELD_PHONE || field->type == FIELD_AREA ? field->name : NULL;
  if (value != NULL) value_set(field, &input->value, value);
  if (input->value.known) show_value(input, desk);
}

void input_take(struct input *input, struct desk *desk, const struct value *value)
{
  value_set(input->field, &input->value, value);
  show_value(input, desk);
  input_propose(input);
}

/* A text of several lines is always meant to be gone on with. */
void input_propose(struct input *input)
{
  input->is_proposed = !input->is_fixed && !input->is_draft && input->field->type != FIELD_NOTE && *input->line.text != '\0';
}

static void forget_value(struct input *input)
{
  if ((input->field->flags & FIELD_SECRET) && input->value.text != NULL) explicit_bzero(input->value.text, strlen(input->value.text));
  value_clear(&input->value);
}

void input_empty(struct input *input)
{
  forget_value(input);
  line_set(&input->line, "");
  input->is_unread = input->is_touched = input->is_proposed = false;
}

void input_stop(struct input *input)
{
  forget_value(input);
  line_stop(&input->line);
  chooser_stop(&input->chooser);
  free(input->error);
}

/* Why a value cannot be read begins with its field's label: beside the field that says nothing new. */
static const char *without_label(const struct input *input, const char *why)
{
  static const char *const colons[] = { ": ", "：" };
  const char *label = _(input->field->label);
  size_t length = strlen(label);

  if (why == NULL || strncmp(why, label, length) != 0) return why;
  for (size_t i = 0; i < sizeof colons / sizeof *colons; i++)
    if (strncmp(why + length, colons[i], strlen(colons[i])) == 0) return why + length + strlen(colons[i]);
  return why;
}

void input_fail(struct input *input, const char *why)
{
  char *fresh = mem_dup(without_label(input, why));

  free(input->error);
  input->error = fresh;
}

/* --- choosing ------------------------------------------------------------------------------------------------------------- */

/* What the options are sought by: all that was typed, or of several the part behind the last comma. */
static const char *sought(const struct input *input)
{
  const char *text = input->line.text, *last = text;

  if (input->field->type != FIELD_CHOICES) return input->is_unread ? text : "";
  for (const char *at = text; *at != '\0'; at++) {
    if (*at == ',' || *at == ';')
      last = at + 1;
    else if (strncmp(at, "，", 3) == 0 || strncmp(at, "、", 3) == 0 || strncmp(at, "；", 3) == 0)
      last = at + 3;
  }
  return last;
}

void input_open(struct input *input, struct desk *desk)
{
  if (!chooser_suits(input->field) || input->is_fixed) return;
  chooser_fill(&input->chooser, desk, input->field, sought(input));
  input->chooser.is_open = true;
}

bool input_close(struct input *input)
{
  bool was_open = input->chooser.is_open;

  input->chooser.is_open = false;
  return was_open;
}

static void take_option(struct input *input, const struct option *option)
{
  struct value value = { true, option->name, option->number };

  value_set(input->field, &input->value, &value);
  line_set(&input->line, option->label);
  input->is_unread = false;
  input->is_touched = true;
  input_fail(input, NULL);
}

/* Of several choices the label joins those already there. */
static void add_option(struct input *input, const struct option *option)
{
  size_t kept = (size_t)(sought(input) - input->line.text);
  char *text = mem_printf("%.*s%s%s", (int)kept, input->line.text, option->label, _(", "));

  line_set(&input->line, text);
  input->is_unread = input->is_touched = true;
  free(text);
}

bool input_pick(struct input *input, struct desk *desk)
{
  const struct option *option = input->chooser.is_open ? chooser_chosen(&input->chooser) : NULL;

  if (option == NULL) return false;
  if (input->field->type != FIELD_CHOICES) {
    take_option(input, option);
    input_close(input);
    return true;
  }
  if (*sought(input) == '\0' && input->chooser.chosen == 0 && input->is_touched) { /* nothing more is wanted */
    input_close(input);
    return false;
  }
  add_option(input, option);
  input_open(input, desk);
  return true;
}

/* --- typing --------------------------------------------------------------------------------------------------------------- */

/* A proposal goes where Ctrl-Y can bring it back. */
static void replace_proposal(struct input *input)
{
  static const struct key end = { .code = KEY_CODE_END }, cut = { .code = KEY_CTRL('U') };

  if (!input->is_proposed || chooser_suits(input->field)) return;
  line_key(&input->line, &end);
  line_key(&input->line, &cut);
}

/* A value chosen before is replaced as a whole by what is typed. */
static void begin_anew(struct input *input)
{
  if (!chooser_suits(input->field) || input->field->type == FIELD_CHOICES || input->is_unread) return;
  line_set(&input->line, "");
}

bool input_key(struct input *input, struct desk *desk, const struct key *key)
{
  bool chooses = chooser_suits(input->field), edits = keys_is_character(key) || key->code == KEY_CODE_PASTE;

  if (input->is_fixed) return edits;
  if (input->chooser.is_open && chooser_key(&input->chooser, key)) return true;
  if (chooses && !input->chooser.is_open && (key->code == KEY_CODE_INSERT || key->code == ' ')) {
    input_open(input, desk);
    return true;
  }
  if (edits || key->code == KEY_CODE_BACKSPACE || key->code == KEY_CODE_DELETE) begin_anew(input);
  if (edits) replace_proposal(input);
  char *before = mem_dup(input->line.text);
  bool taken = line_key(&input->line, key);
  if (taken) input->is_proposed = false;
  if (taken && (edits || strcmp(before, input->line.text) != 0 || key->code == KEY_CODE_BACKSPACE)) {
    input->is_touched = input->is_unread = true;
    input_fail(input, NULL);
    if (chooses) input_open(input, desk);
  }
  free(before);
  return taken;
}

static char *nth_candidate(void *context, const char *typed, int nth)
{
  const struct candidates *candidates = context;

  (void)typed;
  return nth < candidates->count ? mem_dup(candidates->list[nth]) : NULL;
}

bool input_complete(struct input *input, struct desk *desk)
{
  struct candidates candidates;

  if (input->is_fixed || input->line.is_secret || *input->line.text == '\0' || !input->is_unread) return false;
  candidates_find(&candidates, desk, input->field, input->line.text, input->line.history);
  bool added = line_complete(&input->line, nth_candidate, &candidates);
  candidates_free(&candidates);
  if (added && input->chooser.is_open) input_open(input, desk);
  return added;
}

/* --- understanding -------------------------------------------------------------------------------------------------------- */

/* Labels and numbers of several choices, in any order, as the names that the desk keeps. The caller frees. */
static char *names_of_choices(const struct input *input, struct desk *desk)
{
  struct buf names = BUF_INIT;
  char *folded = text_fold_width(input->line.text);
  char *rest = folded, *part;

  while ((part = strsep(&rest, ",;")) != NULL) {
    struct chooser options = { 0 };
    if (*text_trim(part) == '\0') continue;
    chooser_fill(&options, desk, input->field, part);
    const struct option *option = chooser_meant(&options, part);
    if (names.length > 0) buf_addc(&names, ',');
    buf_adds(&names, option != NULL ? option->name : part);
    chooser_stop(&options);
  }
  free(folded);
  return buf_take(&names, NULL);
}

static char *text_to_read(struct input *input, struct desk *desk)
{
  return input->field->type == FIELD_CHOICES ? names_of_choices(input, desk) : mem_dup(input->line.text);
}

static bool read_by_options(struct input *input, struct desk *desk)
{
  struct chooser options = { 0 };
  char *typed = mem_dup(input->line.text);

  if (!chooser_suits(input->field) || input->field->type == FIELD_CHOICES || *text_trim(typed) == '\0') {
    free(typed);
    return false;
  }
  chooser_fill(&options, desk, input->field, typed);
  const struct option *option = chooser_meant(&options, typed);
  if (option != NULL) take_option(input, option);
  bool found = option != NULL;
  chooser_stop(&options);
  free(typed);
  return found;
}

/* The store names choices as machines do; on the screen they are called by their labels. */
static void name_labels(const struct input *input, struct err *err)
{
  struct buf labels = BUF_INIT;

  for (const struct choice *choice = input->field->choices; choice->name != NULL; choice++)
    buf_addf(&labels, "%s%s", labels.length > 0 ? _(", ") : "", i18n_text(choice->label));
  err_usage(err, _("'%s' is none of these: %s"), input->line.text, buf_text(&labels));
  buf_free(&labels);
}

int input_read(struct input *input, struct desk *desk)
{
  struct err err = ERR_INIT;

  if (!input->is_unread || input->is_fixed) return input->error != NULL ? -1 : 0;
  if (read_by_options(input, desk)) return 0;
  char *text = text_to_read(input, desk);
  int result = figures_read(desk->store, input->field, text, clock_now(), &input->value, &err);
  free(text);
  if (result < 0) {
    if (input->field->choices != NULL) name_labels(input, &err);
    input_fail(input, err.text);
    return -1;
  }
  input_fail(input, NULL);
  line_remember(&input->line);
  if (input->field->flags & FIELD_SECRET)
    input->is_unread = false;
  else
    show_value(input, desk);
  return 0;
}

void input_save(const struct input *input, struct desk *desk, struct buf *out)
{
  if (input->is_unread)
    buf_adds(out, input->line.text);
  else
    value_write(desk->store, input->field, &input->value, out);
}

void input_restore(struct input *input, struct desk *desk, const char *text)
{
  line_set(&input->line, text);
  input->is_touched = input->is_unread = input->is_draft = true;
  input->is_proposed = false;
  if (figures_read(desk->store, input->field, text, clock_now(), &input->value, NULL) == 0) show_value(input, desk);
}

/* --- drawing -------------------------------------------------------------------------------------------------------------- */

static int text_rows(const struct input *input, int columns, enum text_ambiguous ambiguous, bool has_focus)
{
  int rows = line_rows(&input->line, columns, ambiguous);
  int least = input->line.has_newlines && has_focus ? NOTE_ROWS_LEAST : 1;

  if (rows < least) return least;
  return rows < NOTE_ROWS_MOST ? rows : NOTE_ROWS_MOST;
}

int input_rows(const struct input *input, int columns, enum text_ambiguous ambiguous, bool has_focus)
{
  return text_rows(input, columns, ambiguous, has_focus) + (input->error != NULL);
}

void input_draw(struct input *input, struct terminal *terminal, struct area area, bool has_focus)
{
  int rows = text_rows(input, area.columns, terminal->ambiguous, has_focus);
  struct area text = { area.top, area.left, rows < area.rows ? rows : area.rows, area.columns };

  line_draw(&input->line, terminal, text, input->is_fixed ? STYLE_NORMAL : STYLE_INPUT, has_focus && !input->is_fixed);
  if (input->error == NULL || rows >= area.rows) return;
  char *error = mem_printf("^ %s", input->error);
  draw_text(terminal, area.top + rows, area.left, area.columns, STYLE_ERROR, error);
  free(error);
}
