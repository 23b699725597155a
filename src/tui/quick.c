#include "tui/quick.h"

#include "base/buf.h"
#include "base/i18n.h"
#include "desk/duty.h"
#include "tui/doing.h"
#include "tui/form_view.h"
#include "tui/handover_view.h"
#include "tui/list_view.h"
#include "tui/palette.h"
#include "tui/print_view.h"
#include "tui/search_view.h"
#include "tui/sync_view.h"

/* Either an action, or the form of a kind, or something of the screen itself. */
struct quick {
  char digit;
  const char *label;
  const char *action, *kind;
  void (*run)(struct shell *shell);
};

/* The roll-call, where one key on a household's row says that it was told. */
static void tell_household(struct shell *shell)
{
  shell_push(shell, list_view_open_kind(shell, store_kind(shell->desk.store, "transfer")));
}

static void hand_over(struct shell *shell)
{
  shell_push(shell, handover_view_open(shell));
}
static void print(struct shell *shell)
{
  shell_push(shell, print_view_open(shell));
}
static void find(struct shell *shell)
{
  shell_push(shell, search_view_open(shell, NULL, NULL));
}
static void exchange(struct shell *shell)
{
  shell_push(shell, sync_view_open(shell));
}
static void everything(struct shell *shell)
{
  shell_push(shell, palette_open(shell));
}

static const struct quick quicks[] = {
  { '1', N_("log"), "entry.add", NULL, NULL },
  { '2', N_("phone call"), "entry.phone", NULL, NULL },
  { '3', N_("warning"), "warning.paste", "warning", NULL },
  { '4', N_("visit"), NULL, "visit", NULL },
  { '5', N_("household told"), NULL, NULL, tell_household },
  { '6', N_("handover"), NULL, NULL, hand_over },
  { '7', N_("print"), NULL, NULL, print },
  { '8', N_("find"), NULL, NULL, find },
  { '9', N_("sync"), NULL, NULL, exchange },
  { '0', N_("everything"), NULL, NULL, everything },
};

bool quick_key(struct shell *shell, int code)
{
  for (size_t i = 0; i < sizeof quicks / sizeof *quicks; i++) {
    const struct quick *quick = &quicks[i];
    if (quick->digit != code) continue;
    const struct action *action = quick->action != NULL ? action_find(shell->tables, quick->action) : NULL;
    if (action != NULL)
      doing_action(shell, action, 0);
    else if (quick->kind != NULL)
      doing_add(shell, duty_find(quick->kind)->kind);
    else
      quick->run(shell);
    return true;
  }
  return false;
}

/* Places each label in turn; draws it if `terminal` is the one to draw on. Returns the rows taken. */
static int place_all(struct shell *shell, struct area area, bool draws)
{
  int row = 0, column = 0;

  for (size_t i = 0; i < sizeof quicks / sizeof *quicks; i++) {
    char digit[2] = { quicks[i].digit, '\0' };
    int columns = 2 + draw_columns(shell->terminal, _(quicks[i].label)) + 2;
    if (column > 0 && column + columns - 2 > area.columns) {
      row++;
      column = 0;
    }
    if (draws) {
      draw_part(shell->terminal, area.top + row, area.left + column, 1, STYLE_KEY, digit);
      draw_part(shell->terminal, area.top + row, area.left + column + 2, area.columns, STYLE_NORMAL, _(quicks[i].label));
    }
    column += columns;
  }
  return row + 1;
}

int quick_rows(struct shell *shell, int columns)
{
  return place_all(shell, (struct area){ 0, 0, 0, columns }, false);
}

void quick_draw(struct shell *shell, struct area area)
{
  place_all(shell, area, true);
}

void quick_describe(struct shell *shell, struct buf *out)
{
  (void)shell;
  for (size_t i = 0; i < sizeof quicks / sizeof *quicks; i++) buf_addf(out, "%-10c%s\n", quicks[i].digit, _(quicks[i].label));
}
