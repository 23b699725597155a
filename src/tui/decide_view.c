#include "tui/decide_view.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/lookup.h"
#include "tui/detail_view.h"
#include "tui/rows.h"

enum { CHOICES_MOST = 9 };

struct choosable {
  op_id op;         /* of a conflict */
  record_id record; /* of records written twice */
  bool shows;       /* it stands now */
  char *value, *who;
};

struct decide_view {
  struct view view;
  bool is_duplicate;
  struct disputed disputed;
  struct duplicate duplicate;
  char *what; /* the record, and which of its fields */
  struct choosable list[CHOICES_MOST];
  int count;
  struct rows rows;
};

/* --- reading -------------------------------------------------------------------------------------------------------------- */

static char *signed_by(const char *who, int64_t at)
{
  char time[CLOCK_TEXT];
  return mem_printf("%s  %s", clock_text(time, at, CLOCK_DATE_TIME), who != NULL ? who : _("unattributed"));
}

static bool take_version(void *context, const struct conflict_version *version)
{
  struct decide_view *view = context;

  if (view->count == CHOICES_MOST) return false;
  view->list[view->count++] = (struct choosable){ .op = version->op,
                                                  .shows = version->shows,
                                                  .value = mem_dup(*version->value != '\0' ? version->value : _("(empty)")),
                                                  .who = signed_by(version->who, version->at) };
  return true;
}

static void drop_list(struct decide_view *view)
{
  for (int i = 0; i < view->count; i++) {
    free(view->list[i].value);
    free(view->list[i].who);
  }
  view->count = 0;
}

struct reading {
  struct decide_view *view;
  struct shell *shell;
};

static bool take_conflict(void *context, const struct kind *kind, record_id id, int field, const op_id *ops, int count)
{
  struct reading *reading = context;
  struct decide_view *view = reading->view;

  if (id != view->disputed.id || field != view->disputed.field) return true;
  conflict_versions(&reading->shell->desk, kind, id, field, ops, count, take_version, view, NULL);
  return false;
}

/* What tells two that look alike apart. */
static char *what_differs(struct shell *shell, const struct record *record, const struct record *other)
{
  struct buf text = BUF_INIT;

  for (int i = 0; i < record->values.count; i++) {
    const struct field *field = kind_field(record->kind, i);
    if (value_equal(field, &record->values.list[i], &other->values.list[i]) || (field->flags & FIELD_INTERNAL)) continue;
    buf_addf(&text, "%s%s: ", text.length > 0 ? " · " : "", _(field->label));
    value_show(shell->desk.store, field, &record->values.list[i], &text);
  }
  if (text.length == 0) buf_adds(&text, _("the same in every field"));
  return buf_take(&text, NULL);
}

static bool take_first(void *context, const struct history_step *step)
{
  struct reading *reading = context;
  record_id actor = *step->operation->actor != '\0' ? record_from_name(reading->shell->desk.store, step->operation->actor) : 0;
  char *name = lookup_name(&reading->shell->desk, actor);

  reading->view->list[reading->view->count].who = signed_by(name, step->operation->at);
  free(name);
  return false;
}

static void take_record(struct decide_view *view, struct shell *shell, const struct record *record, const struct record *other)
{
  struct reading reading = { view, shell };

  view->list[view->count] = (struct choosable){ .record = record->id, .shows = true, .value = what_differs(shell, record, other) };
  history_read(shell->desk.store, record->kind, record->id, take_first, &reading, NULL);
  if (view->list[view->count].who == NULL) view->list[view->count].who = mem_dup("");
  view->count++;
}

static void take_records(struct decide_view *view, struct shell *shell)
{
  const struct duplicate *pair = &view->duplicate;
  struct record one = { 0 }, other = { 0 };

  if (lookup_record(&shell->desk, pair->kind, pair->one, &one, NULL) == 0 &&
      lookup_record(&shell->desk, pair->kind, pair->other, &other, NULL) == 0 && !record_is_void(&one) && !record_is_void(&other)) {
    take_record(view, shell, &one, &other);
    take_record(view, shell, &other, &one);
  }
  record_free(&one);
  record_free(&other);
}

static int refresh(struct view *base, struct shell *shell, struct err *err)
{
  struct decide_view *view = (struct decide_view *)base;
  struct reading reading = { view, shell };
  int status = 0;

  drop_list(view);
  if (view->is_duplicate)
    take_records(view, shell);
  else
    status = conflict_each(shell->desk.store, take_conflict, &reading, err);
  rows_set(&view->rows, view->count);
  return status < 0 ? -1 : 0;
}

/* --- doing ---------------------------------------------------------------------------------------------------------------- */

static void decide(struct decide_view *view, struct shell *shell, int index)
{
  struct err err = ERR_INIT;
  const struct choosable *chosen = &view->list[index];
  int status = view->is_duplicate
                 ? duplicate_join(&shell->desk, &view->duplicate, chosen->record, &err)
                 : conflict_decide(&shell->desk, view->disputed.kind, view->disputed.id, view->disputed.field, chosen->op, &err);

  if (status < 0) {
    shell_complain(shell, &err);
    return;
  }
  shell_changed(shell);
  if (view->is_duplicate)
    shell_say(shell, _("Joined. The other one stays readable, and says what stands in its place."));
  else
    shell_say(shell, _("Decided: %s. What was written otherwise stays in the history."), chosen->value);
  shell_close(shell, &view->view);
}

static void decide_chosen(struct view *base, struct shell *shell)
{
  struct decide_view *view = (struct decide_view *)base;

  if (view->rows.chosen >= 0 && view->rows.chosen < view->count) decide(view, shell, view->rows.chosen);
}

static void open_record(struct view *base, struct shell *shell)
{
  struct decide_view *view = (struct decide_view *)base;

  if (!view->is_duplicate)
    shell_push(shell, detail_view_open(shell, view->disputed.kind, view->disputed.id));
  else if (view->rows.chosen >= 0 && view->rows.chosen < view->count)
    shell_push(shell, detail_view_open(shell, view->duplicate.kind, view->list[view->rows.chosen].record));
}

static bool key(struct view *base, struct shell *shell, const struct key *key)
{
  struct decide_view *view = (struct decide_view *)base;
  int code = keys_command(key);

  if (rows_key(&view->rows, shell->terminal, key)) {
    shell_redraw(shell); /* the whole of it stands below */
    return true;
  }
  if (code < '1' || code >= '1' + view->count) return false;
  decide(view, shell, code - '1');
  return true;
}

/* --- drawing -------------------------------------------------------------------------------------------------------------- */

enum { DIGIT_COLUMNS = 3, VERB_COLUMNS = 14 };

static void draw_choice(void *context, struct terminal *terminal, int row, struct area area, bool is_chosen)
{
  const struct decide_view *view = context;
  const struct choosable *choice = &view->list[row];
  enum style style = is_chosen ? STYLE_SELECTED : STYLE_NORMAL;
  char digit[] = { (char)('1' + row), '\0' };
  const char *verb = choice->shows ? _("keep") /* L10N: 保留 */ : _("restore"); /* L10N: 恢复 */
  int who = draw_columns(terminal, choice->who) + 2, column = area.left;

  draw_text(terminal, area.top, column, DIGIT_COLUMNS, is_chosen ? style : STYLE_KEY, digit);
  draw_text(terminal, area.top, column += DIGIT_COLUMNS, VERB_COLUMNS, style, verb);
  draw_text(terminal, area.top, column += VERB_COLUMNS, area.columns - DIGIT_COLUMNS - VERB_COLUMNS - who, style, choice->value);
  column = area.left + area.columns - who;
  draw_text(terminal, area.top, column, 2, style, "");
  draw_text(terminal, area.top, column + 2, who - 2, style, choice->who);
}

/* Below the choices the chosen one whole: a row may be too narrow for it. */
static void draw(struct view *base, struct shell *shell, struct area area)
{
  struct decide_view *view = (struct decide_view *)base;
  struct area choices = { area.top + 2, area.left, view->count, area.columns };
  struct area whole = { choices.top + view->count + 1, area.left, area.rows - view->count - 3, area.columns };

  draw_text(shell->terminal, area.top, area.left, area.columns, STYLE_STRONG, view->what);
  rows_place(&view->rows, choices);
  rows_draw(&view->rows, shell->terminal, draw_choice, view);
  if (view->count == 0) {
    draw_text(shell->terminal, area.top + 2, area.left, area.columns, STYLE_FAINT, _("This is decided."));
    return;
  }
  if (view->rows.chosen < 0 || whole.rows < 1) return;
  draw_rule(shell->terminal, whole.top - 1, area.left, area.columns, NULL);
  draw_wrapped(shell->terminal, whole, STYLE_NORMAL, view->list[view->rows.chosen].value);
}

static int64_t subject(struct view *base, struct shell *shell, const struct kind **kind)
{
  struct decide_view *view = (struct decide_view *)base;

  (void)shell;
  *kind = view->is_duplicate ? view->duplicate.kind : view->disputed.kind;
  return view->is_duplicate ? view->duplicate.one : view->disputed.id;
}

static const char *title(struct view *base, struct shell *shell)
{
  (void)shell;
  return ((struct decide_view *)base)->is_duplicate ? _("Written twice?")
                                                    : _("Which value is right?"); /* L10N: 疑似重复登记 / 以哪个为准？ */
}

static void close_view(struct view *base, struct shell *shell)
{
  struct decide_view *view = (struct decide_view *)base;

  (void)shell;
  drop_list(view);
  free(view->what);
  free(view);
}

static const struct binding bindings[] = {
  { KEY_CODE_ENTER, N_("let it stand"), N_("The chosen one stands from now on; so does its digit. Nothing is erased."), decide_chosen },
  { KEY_CTRL('O'), N_("open"), N_("Open the record."), open_record },
  { KEY_CODE_ESC, N_("back"), N_("Back; nothing is decided."), NULL },
  { .code = 0 },
};

static const struct view_class class = {
  .name = N_("One decision"),
  .bindings = bindings,
  .title = title,
  .draw = draw,
  .key = key,
  .subject = subject,
  .refresh = refresh,
  .close = close_view,
};

static struct decide_view *make(void)
{
  struct decide_view *view = mem_zero(1, sizeof *view);

  view->view.class = &class;
  view->view.is_stale = true;
  return view;
}

struct view *decide_view_conflict(struct shell *shell, const struct disputed *disputed)
{
  struct decide_view *view = make();
  char *name = lookup_title(&shell->desk, disputed->id, NULL);

  view->disputed = *disputed;
  view->what = mem_printf("%s \"%s\" · %s", _(disputed->kind->label), name != NULL ? name : "?",
                          _(kind_field(disputed->kind, disputed->field)->label));
  free(name);
  return &view->view;
}

struct view *decide_view_duplicate(struct shell *shell, const struct duplicate *duplicate)
{
  struct decide_view *view = make();

  (void)shell;
  view->is_duplicate = true;
  view->duplicate = *duplicate;
  view->what = mem_printf(_("%s: which of the two stands? The other is struck and refers to it."), _(duplicate->kind->label));
  return &view->view;
}
