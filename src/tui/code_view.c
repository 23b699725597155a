#include "tui/code_view.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "tui/digits.h"

struct code_view {
  struct view view;
  char *title, *code, *rest;
};

static void draw(struct view *base, struct shell *shell, struct area area)
{
  struct code_view *view = (struct code_view *)base;
  struct area large = { area.top + 1, area.left, area.rows - 1, area.columns };
  int rows = digits_draw(shell->terminal, large, STYLE_STRONG, view->code);

  draw_text(shell->terminal, large.top + rows + 1, area.left, area.columns, STYLE_NORMAL, view->code);
  draw_wrapped(shell->terminal, (struct area){ large.top + rows + 3, area.left, area.rows - rows - 4, area.columns }, STYLE_NORMAL,
               view->rest);
}

static const char *title(struct view *base, struct shell *shell)
{
  (void)shell;
  return ((struct code_view *)base)->title;
}

static void close_view(struct view *base, struct shell *shell)
{
  struct code_view *view = (struct code_view *)base;

  (void)shell;
  free(view->title);
  free(view->code);
  free(view->rest);
  free(view);
}

static const struct binding bindings[] = {
  { KEY_CODE_ESC, N_("back"), N_("Back. The code is not shown again."), NULL },
  { .code = 0 },
};

static const struct view_class class = {
  .name = N_("A code to read out"),
  .bindings = bindings,
  .title = title,
  .draw = draw,
  .close = close_view,
};

struct view *code_view_open(const char *title_text, const char *text)
{
  struct code_view *view = mem_zero(1, sizeof *view);
  size_t length = strcspn(text, "\n");

  view->view.class = &class;
  view->title = mem_dup(title_text);
  view->code = mem_dup_n(text, length);
  view->rest = mem_dup(text[length] != '\0' ? text + length + 1 : "");
  return &view->view;
}
