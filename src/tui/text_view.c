#include "tui/text_view.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "tui/rows.h"

struct text_view {
  struct view view;
  char *title, *text;
  char **lines; /* the text as it is broken at the present width */
  int count, columns;
  struct rows rows;
};

static const char *title(struct view *view, struct shell *shell)
{
  (void)shell;
  return ((struct text_view *)view)->title;
}

static void drop_lines(struct text_view *view)
{
  for (int i = 0; i < view->count; i++) free(view->lines[i]);
  free(view->lines);
  view->lines = NULL;
  view->count = 0;
}

static bool take_line(const char *bytes, size_t length, void *context)
{
  struct text_view *view = context;

  view->lines = mem_grow(view->lines, (size_t)view->count + 1, sizeof *view->lines);
  view->lines[view->count++] = mem_dup_n(bytes, length);
  return true;
}

static void break_lines(struct text_view *view, struct shell *shell, int columns)
{
  if (view->columns == columns) return;
  drop_lines(view);
  view->columns = columns;
  text_wrap(view->text, columns, shell->terminal->ambiguous, take_line, view);
}

static void draw(struct view *base, struct shell *shell, struct area area)
{
  struct text_view *view = (struct text_view *)base;

  break_lines(view, shell, area.columns);
  view->rows.area = area;
  if (view->rows.top > view->count - area.rows) view->rows.top = view->count > area.rows ? view->count - area.rows : 0;
  for (int i = 0; i < area.rows && view->rows.top + i < view->count; i++) {
    const char *line = view->lines[view->rows.top + i];
    bool is_heading = strncmp(line, "# ", 2) == 0;
    draw_text(shell->terminal, area.top + i, area.left, area.columns, is_heading ? STYLE_HEADING : STYLE_NORMAL,
              is_heading ? line + 2 : line);
  }
}

/* There is nothing to choose: Up and Down move the text. */
static bool key(struct view *base, struct shell *shell, const struct key *key)
{
  struct text_view *view = (struct text_view *)base;
  int page = view->rows.area.rows > 1 ? view->rows.area.rows - 1 : 1, top = view->rows.top;

  switch (key->code) {
  case KEY_CODE_UP: top--; break;
  case KEY_CODE_DOWN: top++; break;
  case KEY_CODE_PAGE_UP: top -= page; break;
  case KEY_CODE_PAGE_DOWN: top += page; break;
  case KEY_CODE_HOME: top = 0; break;
  case KEY_CODE_END: top = view->count; break;
  case KEY_CODE_ENTER: shell_pop(shell); return true;
  default: return false;
  }
  if (top > view->count - view->rows.area.rows) top = view->count - view->rows.area.rows;
  view->rows.top = top > 0 ? top : 0;
  shell_redraw(shell);
  return true;
}

static void hints(struct view *base, struct shell *shell, struct hints *hints)
{
  struct text_view *view = (struct text_view *)base;
  struct area area = shell_area(shell);

  break_lines(view, shell, area.columns);
  if (view->rows.top + area.rows < view->count) hints_add(hints, "PgDn", _("more"));
}

static void close_view(struct view *base, struct shell *shell)
{
  struct text_view *view = (struct text_view *)base;

  (void)shell;
  drop_lines(view);
  free(view->title);
  free(view->text);
  free(view);
}

static const struct binding bindings[] = {
  { KEY_CODE_PAGE_DOWN, NULL, N_("One page on; PgUp one page back."), NULL },
  { KEY_CODE_ESC, N_("back"), N_("Back to where you were; Enter does the same."), NULL },
  { .code = 0 },
};

static const struct view_class class = {
  .name = N_("A text to read"),
  .bindings = bindings,
  .title = title,
  .draw = draw,
  .key = key,
  .hints = hints,
  .close = close_view,
};

struct view *text_view_open(const char *heading, const char *text)
{
  struct text_view *view = mem_zero(1, sizeof *view);

  view->view.class = &class;
  view->title = mem_dup(heading);
  view->text = mem_dup(text);
  return &view->view;
}
