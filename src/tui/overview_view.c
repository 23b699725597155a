#include "tui/overview_view.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/setup.h"
#include "tui/conflict_view.h"
#include "tui/detail_view.h"
#include "tui/doing.h"
#include "tui/list_view.h"
#include "tui/quick.h"
#include "tui/record_view.h"
#include "tui/rows.h"
#include "tui/tabs.h"

enum { MARK_COLUMNS = 2, DUE_COLUMNS = 12, SORT_COLUMNS = 10, WHO_COLUMNS = 11, LATE_COLUMNS = 14 };

struct overview_view {
  struct view view;
  struct overview overview;
  struct tabs panes;                   /* all, overdue, then each sort that there is */
  enum overview_sort sorts[TABS_MOST]; /* of the panes from the third on */
  int *shown, shown_count;             /* indexes of the lines in the pane */
  struct rows rows;
};

/* --- reading -------------------------------------------------------------------------------------------------------------- */

static bool has_sort(const struct overview_view *view, enum overview_sort sort)
{
  for (int i = 2; i < view->panes.count; i++)
    if (view->sorts[i] == sort) return true;
  return false;
}

static void make_panes(struct overview_view *view)
{
  enum overview_sort kept = view->sorts[view->panes.now];
  int now = view->panes.now;

  view->panes.labels[0] = _("All");
  view->panes.labels[1] = _("Overdue");
  view->panes.count = 2;
  for (int i = 0; i < view->overview.count; i++) {
    enum overview_sort sort = view->overview.lines[i].sort;
    if (has_sort(view, sort) || view->panes.count == TABS_MOST) continue;
    view->sorts[view->panes.count] = sort;
    view->panes.labels[view->panes.count++] = overview_sort_label(sort);
  }
  view->panes.now = now < 2 ? now : 0;
  for (int i = 2; now >= 2 && i < view->panes.count; i++)
    if (view->sorts[i] == kept) view->panes.now = i;
}

static bool is_overdue(const struct overview *overview, const struct overview_line *line)
{
  return line->due > 0 && line->due <= overview->at;
}

static void fill_pane(struct overview_view *view)
{
  int now = view->panes.now;

  view->shown = mem_grow(view->shown, (size_t)view->overview.count + 1, sizeof *view->shown);
  view->shown_count = 0;
  for (int i = 0; i < view->overview.count; i++) {
    const struct overview_line *line = &view->overview.lines[i];
    if (now == 0 || (now == 1 && is_overdue(&view->overview, line)) || (now > 1 && line->sort == view->sorts[now]))
      view->shown[view->shown_count++] = i;
  }
  rows_set(&view->rows, view->shown_count);
}

static const struct overview_line *chosen_line(const struct overview_view *view)
{
  return view->rows.chosen >= 0 && view->rows.chosen < view->shown_count ? &view->overview.lines[view->shown[view->rows.chosen]] : NULL;
}

static record_id named_by(const struct overview_line *line)
{
  return line->about != 0 ? line->about : line->record;
}

/* The chosen line stays chosen, wherever it has moved to. */
static void choose_again(struct overview_view *view, enum overview_sort sort, record_id record, int part)
{
  for (int i = 0; i < view->shown_count; i++) {
    const struct overview_line *line = &view->overview.lines[view->shown[i]];
    if (line->sort == sort && named_by(line) == record && line->part == part && record != 0) view->rows.chosen = i;
  }
}

static int refresh(struct view *base, struct shell *shell, struct err *err)
{
  struct overview_view *view = (struct overview_view *)base;
  const struct overview_line *line = chosen_line(view);
  enum overview_sort sort = line != NULL ? line->sort : DUE_SETUP;
  record_id record = line != NULL ? named_by(line) : 0;
  int part = line != NULL ? line->part : 0;
  struct overview fresh = { 0 };

  if (overview_read(&shell->desk, &fresh, err) < 0) return -1;
  overview_free(&view->overview);
  view->overview = fresh;
  shell->fresh = &view->overview;
  make_panes(view);
  fill_pane(view);
  choose_again(view, sort, record, part);
  return 0;
}

/* --- doing ---------------------------------------------------------------------------------------------------------------- */

void overview_go(struct shell *shell, const struct kind *kind, record_id record, const char *action)
{
  if (kind != NULL && record != 0 && (action == NULL || record_view_is_for_work(kind)))
    shell_push(shell, record_view_open(shell, kind, record));
  else if (action != NULL)
    doing_named(shell, action, record);
  else if (kind != NULL)
    shell_push(shell, list_view_open_kind(shell, kind));
}

static void do_line(struct view *base, struct shell *shell)
{
  const struct overview_line *line = chosen_line((struct overview_view *)base);

  if (line != NULL && line->sort == DUE_CONFLICT)
    shell_push(shell, conflict_view_open_record(shell, line->kind, line->record));
  else if (line != NULL)
    overview_go(shell, line->kind, line->record, line->action);
}

/* What the line is about, where Enter would act on it. */
static void show_line(struct view *base, struct shell *shell)
{
  const struct overview_line *line = chosen_line((struct overview_view *)base);

  if (line != NULL && line->kind != NULL && line->record != 0) shell_push(shell, detail_view_open(shell, line->kind, line->record));
}

static bool key(struct view *base, struct shell *shell, const struct key *key)
{
  struct overview_view *view = (struct overview_view *)base;
  int code = keys_command(key);

  if (rows_key(&view->rows, shell->terminal, key)) {
    terminal_dirty(shell->terminal, view->rows.area.top - 1); /* says which lines are in sight */
    return true;
  }
  if ((code < '0' || code > '9') && code != KEY_CODE_LEFT && code != KEY_CODE_RIGHT && tabs_key(&view->panes, key)) {
    view->rows.chosen = 0;
    fill_pane(view);
    shell_redraw(shell);
    return true;
  }
  return quick_key(shell, code);
}

/* --- drawing -------------------------------------------------------------------------------------------------------------- */

static void draw_overview_line(const struct overview *overview, const struct overview_line *line, struct terminal *terminal,
                               struct area area, bool is_chosen)
{
  bool late = is_overdue(overview, line);
  enum style style = is_chosen ? STYLE_SELECTED : late ? STYLE_LATE : STYLE_NORMAL;
  char due[CLOCK_TEXT] = "", length[CLOCK_TEXT];
  int text = area.columns - MARK_COLUMNS - DUE_COLUMNS - SORT_COLUMNS - WHO_COLUMNS - LATE_COLUMNS, column = area.left;

  if (line->due > 0) clock_text(due, line->due, CLOCK_SHORT);
  char *late_by = late ? mem_printf(_("%s late"), clock_length(length, overview->at - line->due)) : mem_dup("");
  draw_text(terminal, area.top, column, MARK_COLUMNS, style, late ? "!" : "");
  draw_text(terminal, area.top, column += MARK_COLUMNS, DUE_COLUMNS, style, due);
  draw_text(terminal, area.top, column += DUE_COLUMNS, SORT_COLUMNS, style, overview_sort_label(line->sort));
  column += SORT_COLUMNS;
  if (line->who == NULL) text += WHO_COLUMNS - 1;
  if (line->who == NULL && !late) text = area.columns - column;
  draw_text(terminal, area.top, column, text, style, line->text);
  draw_text(terminal, area.top, column += text, 1, style, "");
  if (line->who != NULL) draw_text(terminal, area.top, column + 1, WHO_COLUMNS - 1, style, line->who);
  column += line->who != NULL ? WHO_COLUMNS : 1;
  draw_text(terminal, area.top, column, LATE_COLUMNS, style, late_by);
  free(late_by);
}

static void draw_row(void *context, struct terminal *terminal, int row, struct area area, bool is_chosen)
{
  const struct overview_view *view = context;
  draw_overview_line(&view->overview, &view->overview.lines[view->shown[row]], terminal, area, is_chosen);
}

int overview_draw_alarms(struct shell *shell, const struct overview *overview, struct area area)
{
  int rows = 0;

  for (int i = 0; i < overview->count && rows < area.rows; i++) {
    if (!is_overdue(overview, &overview->lines[i])) continue;
    draw_overview_line(overview, &overview->lines[i], shell->terminal, (struct area){ area.top + rows, area.left, 1, area.columns }, false);
    rows++;
  }
  return rows;
}

/* The panes have no digits here: those start work. */
static int draw_panes(const struct overview_view *view, struct terminal *terminal, struct area area)
{
  int column = area.left;

  for (int i = 0; i < view->panes.count; i++) {
    char *text = mem_printf(" %s ", view->panes.labels[i]);
    column += draw_part(terminal, area.top, column, area.columns - column, i == view->panes.now ? STYLE_SELECTED : STYLE_FAINT, text);
    free(text);
  }
  return 1;
}

/* Which lines are in sight, at the right end, if there are more. Returns the columns taken. */
static int draw_range(const struct overview_view *view, struct terminal *terminal, struct area area)
{
  const struct rows *rows = &view->rows;

  if (rows->count <= rows->area.rows || rows->area.rows < 1) return 0;
  char *text = mem_printf(_("%d–%d of %d"), rows->top + 1, rows->top + rows->area.rows, rows->count);
  int columns = draw_columns(terminal, text);
  draw_part(terminal, area.top, area.left + area.columns - columns, columns, STYLE_FAINT, text);
  free(text);
  return columns + 1;
}

static void draw(struct view *base, struct shell *shell, struct area area)
{
  struct overview_view *view = (struct overview_view *)base;
  int quick = quick_rows(shell, area.columns);
  struct area lines = { area.top + 1, area.left, area.rows - 1 - quick, area.columns };

  rows_place(&view->rows, lines);
  int range = draw_range(view, shell->terminal, area);
  draw_panes(view, shell->terminal, (struct area){ area.top, area.left, 1, area.columns - range });
  rows_draw(&view->rows, shell->terminal, draw_row, view);
  if (view->shown_count == 0)
    draw_text(shell->terminal, lines.top, lines.left, lines.columns, STYLE_FAINT, _("Nothing waits for anybody."));
  quick_draw(shell, (struct area){ area.top + area.rows - quick, area.left, quick, area.columns });
}

static int64_t subject(struct view *base, struct shell *shell, const struct kind **kind)
{
  const struct overview_line *line = chosen_line((struct overview_view *)base);

  (void)shell;
  *kind = line != NULL ? line->kind : NULL;
  return *kind != NULL ? line->record : 0;
}

/* A kind that this station does not need goes off the overview. */
static void dismiss(struct view *base, struct shell *shell)
{
  const struct overview_line *line = chosen_line((struct overview_view *)base);
  struct err err = ERR_INIT;

  if (line == NULL || line->sort != DUE_SETUP || line->kind == NULL)
    shell_say(shell, _("Only what set-up asks for can be taken off the list."));
  else if (setup_dismiss(&shell->desk, line->kind->name, &err) < 0)
    shell_complain(shell, &err);
  else
    shell_changed(shell);
}

static const char *title(struct view *base, struct shell *shell)
{
  (void)base;
  (void)shell;
  return _("Overview");
}

static void close_view(struct view *base, struct shell *shell)
{
  struct overview_view *view = (struct overview_view *)base;

  (void)shell;
  overview_free(&view->overview);
  free(view->shown);
  free(view);
}

static const struct binding bindings[] = {
  { KEY_CODE_ENTER, N_("do it"), N_("Do what the chosen line asks for; where nothing is to be done, open it."), do_line },
  { KEY_CTRL('O'), N_("open"), N_("Open the record that the chosen line is about."), show_line },
  { KEY_CODE_DELETE, NULL, N_("Take a line of set-up off the list: not needed at this station."), dismiss },
  { KEY_CODE_TAB, N_("next pane"), N_("All, overdue, then each sort of thing that waits."), NULL },
  { .code = 0 },
};

static const struct view_class class = {
  .name = N_("Overview"),
  .bindings = bindings,
  .title = title,
  .draw = draw,
  .key = key,
  .subject = subject,
  .refresh = refresh,
  .close = close_view,
  .follows_clock = true,
};

struct view *overview_view_open(struct shell *shell)
{
  struct overview_view *view = mem_zero(1, sizeof *view);

  (void)shell;
  view->view.class = &class;
  view->view.is_stale = true;
  return &view->view;
}
