#include "tui/detail_view.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/duty.h"
#include "tui/detail_lines.h"
#include "tui/doing.h"
#include "tui/form_view.h"
#include "tui/history_view.h"
#include "tui/rows.h"
#include "tui/strip.h"

struct detail {
  struct view view;
  const struct kind *kind;
  record_id id;
  bool is_looking; /* another station's: nothing is changed from here */
  struct record record;
  struct strip strip;
  struct detail_lines lines;
  struct rows rows;
  int columns; /* that the lines were made for; 0: not yet */
  char *title;
};

/* --- reading -------------------------------------------------------------------------------------------------------------- */

static int read_record(struct detail *detail, struct shell *shell, struct err *err)
{
  struct record fresh = { 0 };
  int found = record_read(shell->desk.store, detail->kind, detail->id, &fresh, err);

  if (found == 0) err_set(err, _("This record is no longer here"));
  if (found != 1) return -1;
  record_free(&detail->record);
  detail->record = fresh;
  if (!detail->is_looking) strip_fill(&detail->strip, shell, detail->kind->name, &detail->record);
  detail->columns = 0;
  return 0;
}

static int refresh(struct view *view, struct shell *shell, struct err *err)
{
  return read_record((struct detail *)view, shell, err);
}

/* --- doing ---------------------------------------------------------------------------------------------------------------- */

static struct detail_line *chosen_line(struct detail *detail)
{
  return detail->rows.chosen >= 0 && detail->rows.chosen < detail->lines.count ? &detail->lines.list[detail->rows.chosen] : NULL;
}

static void open_history(struct view *view, struct shell *shell)
{
  struct detail *detail = (struct detail *)view;
  struct detail_line *line = chosen_line(detail);

  shell_push(shell, history_view_open(shell, detail->kind, detail->id, line != NULL ? line->op : 0));
}

static void edit(struct view *view, struct shell *shell)
{
  struct detail *detail = (struct detail *)view;
  struct detail_line *line = chosen_line(detail);

  shell_push(shell,
             form_view_edit(shell, duty_of(detail->kind), detail->id, line != NULL && line->field != NULL ? line->field->name : NULL));
}

/* Whatever the chosen line is about. */
static void open_line(struct view *view, struct shell *shell)
{
  struct detail *detail = (struct detail *)view;
  struct detail_line *line = chosen_line(detail);

  if (line == NULL) return;
  if (line->sort == DETAIL_STEP)
    open_history(view, shell);
  else if (line->record != 0 && line->kind != NULL)
    shell_push(shell,
               detail->is_looking ? detail_view_look(shell, line->kind, line->record) : detail_view_open(shell, line->kind, line->record));
  else if (line->sort == DETAIL_FIELD && detail->is_looking)
    shell_say(shell, _("It is that station's own: it is changed there, or from our own lists."));
  else if (line->sort == DETAIL_FIELD)
    edit(view, shell);
}

static void strike(struct view *view, struct shell *shell)
{
  struct detail *detail = (struct detail *)view;

  shell_push(shell, form_view_void(shell, duty_of(detail->kind), detail->id));
}

static void next_part(struct view *view, struct shell *shell)
{
  struct detail *detail = (struct detail *)view;
  int row = detail->rows.chosen + 1;

  while (row < detail->lines.count && detail->lines.list[row].sort != DETAIL_HEADING) row++;
  rows_choose(&detail->rows, shell->terminal, row < detail->lines.count ? row : 0);
}

static bool action_key(struct detail *detail, struct shell *shell, int code)
{
  const struct action *action = strip_action(&detail->strip, code);

  if (action != NULL) doing_action(shell, action, detail->id);
  return action != NULL;
}

static bool key(struct view *view, struct shell *shell, const struct key *key)
{
  struct detail *detail = (struct detail *)view;

  return rows_key(&detail->rows, shell->terminal, key) || action_key(detail, shell, keys_command(key));
}

/* --- drawing -------------------------------------------------------------------------------------------------------------- */

static bool is_heading(const void *context, int row)
{
  return ((const struct detail *)context)->lines.list[row].sort == DETAIL_HEADING;
}

static void draw_line(void *context, struct terminal *terminal, int row, struct area area, bool is_chosen)
{
  const struct detail *detail = context;
  const struct detail_line *line = &detail->lines.list[row];
  enum style style = is_chosen ? STYLE_SELECTED : line->is_strong ? STYLE_STRONG : STYLE_NORMAL;
  int label = detail->lines.label_columns;

  if (line->sort == DETAIL_HEADING) {
    draw_rule(terminal, area.top, area.left, area.columns, line->text);
    return;
  }
  if (line->sort != DETAIL_FIELD) {
    draw_text(terminal, area.top, area.left, area.columns, style, line->text);
    return;
  }
  draw_text(terminal, area.top, area.left, label, is_chosen ? style : STYLE_LABEL, line->label);
  draw_text(terminal, area.top, area.left + label, 1, style, "");
  draw_text(terminal, area.top, area.left + label + 1, area.columns - label - 1, style, line->text);
}

static void draw(struct view *view, struct shell *shell, struct area area)
{
  struct detail *detail = (struct detail *)view;
  int above = strip_draw(&detail->strip, shell->terminal, area);

  area.top += above;
  area.rows -= above;
  if (detail->columns != area.columns) {
    detail->columns = area.columns;
    detail_lines_make(&detail->lines, shell, &detail->record, area.columns);
    rows_set(&detail->rows, detail->lines.count);
  }
  rows_place(&detail->rows, area);
  rows_draw(&detail->rows, shell->terminal, draw_line, detail);
}

static int64_t subject(struct view *view, struct shell *shell, const struct kind **kind)
{
  struct detail *detail = (struct detail *)view;

  (void)shell;
  *kind = detail->kind;
  return detail->id;
}

static const char *title(struct view *view, struct shell *shell)
{
  struct detail *detail = (struct detail *)view;
  const char *number = record_text(&detail->record, "no"), *name = number != NULL ? number : record_title(&detail->record);

  (void)shell;
  free(detail->title);
  detail->title = record_is_void(&detail->record) ? mem_printf(_("%s %s · struck"), _(detail->kind->label), name)
                                                  : mem_printf("%s %s", _(detail->kind->label), name);
  return detail->title;
}

static void close_view(struct view *view, struct shell *shell)
{
  struct detail *detail = (struct detail *)view;

  (void)shell;
  record_free(&detail->record);
  detail_lines_free(&detail->lines);
  free(detail->title);
  free(detail);
}

static const struct binding bindings[] = {
  { KEY_CODE_ENTER, N_("open"), N_("On a reference: open it. On another field: change it. In the history: see it as it stood then."),
    open_line },
  { KEY_CTRL('E'), N_("change"), N_("Change the record in a form. What was written before stays in its history."), edit },
  { KEY_CODE_DELETE, N_("strike"), N_("Strike the record, with a reason. Nothing is erased."), strike },
  { KEY_CODE_TAB, N_("next part"), N_("Fields, what belongs to it, history."), next_part },
  { KEY_CODE_ESC, N_("back"), N_("Back to where you were."), NULL },
  { .code = 0 },
};

static const struct view_class class = {
  .name = N_("One record"),
  .bindings = bindings,
  .title = title,
  .draw = draw,
  .key = key,
  .subject = subject,
  .refresh = refresh,
  .close = close_view,
};

static const struct binding looking[] = {
  { KEY_CODE_ENTER, N_("open"), N_("On a reference: open it. In the history: see it as it stood then."), open_line },
  { KEY_CODE_TAB, N_("next part"), N_("Fields, what belongs to it, history."), next_part },
  { KEY_CODE_ESC, N_("back"), N_("Back to where you were."), NULL },
  { .code = 0 },
};

/* Without a subject no action of the palette finds it either. */
static const struct view_class class_looking = {
  .name = N_("Another station's record"),
  .bindings = looking,
  .title = title,
  .draw = draw,
  .key = key,
  .refresh = refresh,
  .close = close_view,
};

static struct view *open_as(struct shell *shell, const struct kind *kind, record_id id, bool is_looking)
{
  struct detail *detail = mem_zero(1, sizeof *detail);
  struct err err = ERR_INIT;

  detail->view.class = is_looking ? &class_looking : &class;
  detail->kind = kind;
  detail->id = id;
  detail->is_looking = is_looking;
  detail->rows.is_heading = is_heading;
  detail->rows.context = detail;
  if (read_record(detail, shell, &err) == 0) return &detail->view;
  shell_complain(shell, &err);
  close_view(&detail->view, shell);
  return NULL;
}

struct view *detail_view_open(struct shell *shell, const struct kind *kind, record_id id)
{
  return open_as(shell, kind, id, false);
}

struct view *detail_view_look(struct shell *shell, const struct kind *kind, record_id id)
{
  return open_as(shell, kind, id, true);
}
