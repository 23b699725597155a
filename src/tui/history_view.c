#include "tui/history_view.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "store/journal.h"
#include "tui/detail_lines.h"
#include "tui/rows.h"
#include "tui/text_view.h"

struct step {
  op_id op;
  char *text; /* who did what when */
};

struct history {
  struct view view;
  const struct kind *kind;
  record_id id;
  char *title;
  struct step *steps;
  int count;
  struct rows rows;
};

struct reading {
  struct history *history;
  struct shell *shell;
};

static bool take_step(void *context, const struct history_step *step)
{
  struct reading *reading = context;
  struct history *history = reading->history;

  history->steps = mem_grow(history->steps, (size_t)history->count + 1, sizeof *history->steps);
  history->steps[history->count++] = (struct step){ step->op, detail_step_text(reading->shell, step->operation) };
  return true;
}

static void drop_steps(struct history *history)
{
  for (int i = 0; i < history->count; i++) free(history->steps[i].text);
  history->count = 0;
}

static int refresh(struct view *view, struct shell *shell, struct err *err)
{
  struct history *history = (struct history *)view;
  struct reading reading = { history, shell };

  drop_steps(history);
  int result = history_read(shell->desk.store, history->kind, history->id, take_step, &reading, err);
  rows_set(&history->rows, history->count);
  return result;
}

/* --- one step ------------------------------------------------------------------------------------------------------------- */

/* The operation as the journal has it: whoever doubts the screen can find it there. */
static void add_operation(struct shell *shell, op_id op, struct buf *out, int64_t *at)
{
  struct operation operation = { 0 };
  char time[CLOCK_TEXT];

  if (journal_read(shell->desk.store, op, &operation, NULL) != 1) return;
  buf_addf(out, "# %s\n", _("Operation"));
  buf_addf(out, "%s  %s\n", _("Recorded"), clock_text(time, operation.at, CLOCK_ISO));
  char *done = detail_action_text(shell, operation.action);
  buf_addf(out, "%s  %s (%s)\n", _("Action"), done, operation.action);
  free(done);
  log_name_text(&operation.log, out);
  buf_addf(out, "/%" PRId64 "\n", operation.seq);
  for (size_t i = 0; i < sizeof operation.hash; i++) buf_addf(out, "%02x", operation.hash[i]);
  buf_adds(out, "\n\n");
  *at = operation.at;
  operation_free(&operation);
}

static void add_fields(struct shell *shell, const struct record *record, struct buf *out)
{
  for (int i = 0; i < record->values.count; i++) {
    const struct field *field = kind_field(record->kind, i);
    if (!record->values.list[i].known || (field->flags & FIELD_INTERNAL)) continue;
    struct buf value = BUF_INIT;
    value_show(shell->desk.store, field, &record->values.list[i], &value);
    buf_addf(out, _("%s: %s"), _(field->label), buf_text(&value));
    buf_addc(out, '\n');
    buf_free(&value);
  }
}

static void show_step(struct view *view, struct shell *shell)
{
  struct history *history = (struct history *)view;
  struct record record = { 0 };
  struct buf text = BUF_INIT;
  struct err err = ERR_INIT;
  int64_t at = 0;

  if (history->rows.chosen < 0) return;
  add_operation(shell, history->steps[history->rows.chosen].op, &text, &at);
  buf_addf(&text, "# %s\n", _("The record as it stood here then"));
  int found = history_as_of(shell->desk.store, history->kind, history->id, at, &record, &err);
  if (found == 1)
    add_fields(shell, &record, &text);
  else
    buf_adds(&text, found == 0 ? _("It had not arrived here yet.") : err.text);
  record_free(&record);
  shell_push(shell, text_view_open(history->steps[history->rows.chosen].text, buf_text(&text)));
  buf_free(&text);
}

/* --- the view ------------------------------------------------------------------------------------------------------------- */

static void draw_row(void *context, struct terminal *terminal, int row, struct area area, bool is_chosen)
{
  const struct history *history = context;
  draw_text(terminal, area.top, area.left, area.columns, is_chosen ? STYLE_SELECTED : STYLE_NORMAL, history->steps[row].text);
}

static void draw(struct view *view, struct shell *shell, struct area area)
{
  struct history *history = (struct history *)view;

  rows_place(&history->rows, area);
  rows_draw(&history->rows, shell->terminal, draw_row, history);
}

static bool key(struct view *view, struct shell *shell, const struct key *key)
{
  return rows_key(&((struct history *)view)->rows, shell->terminal, key);
}

static const char *title(struct view *view, struct shell *shell)
{
  (void)shell;
  return ((struct history *)view)->title;
}

static void close_view(struct view *view, struct shell *shell)
{
  struct history *history = (struct history *)view;

  (void)shell;
  drop_steps(history);
  free(history->steps);
  free(history->title);
  free(history);
}

static const struct binding bindings[] = {
  { KEY_CODE_ENTER, N_("as it stood"), N_("The record as it stood after this step, and the operation in the journal."), show_step },
  { KEY_CODE_ESC, N_("back"), N_("Back to where you were."), NULL },
  { .code = 0 },
};

static const struct view_class class = {
  .name = N_("History"),
  .bindings = bindings,
  .title = title,
  .draw = draw,
  .key = key,
  .refresh = refresh,
  .close = close_view,
};

struct view *history_view_open(struct shell *shell, const struct kind *kind, record_id id, op_id op)
{
  struct history *history = mem_zero(1, sizeof *history);
  struct err err = ERR_INIT;

  history->view.class = &class;
  history->kind = kind;
  history->id = id;
  history->title = mem_printf(_("History: %s"), _(kind->label));
  if (refresh(&history->view, shell, &err) < 0) shell_complain(shell, &err);
  history->rows.chosen = history->count - 1;
  for (int i = 0; op != 0 && i < history->count; i++)
    if (history->steps[i].op == op) history->rows.chosen = i;
  return &history->view;
}
