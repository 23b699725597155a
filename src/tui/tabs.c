#include "tui/tabs.h"

#include <stdlib.h>

#include "base/mem.h"

static bool show(struct tabs *tabs, int index)
{
  if (index < 0) index = tabs->count - 1;
  if (index >= tabs->count) index = 0;
  bool is_other = index != tabs->now;
  tabs->now = index;
  return is_other;
}

bool tabs_key(struct tabs *tabs, const struct key *key)
{
  int code = keys_command(key);

  if (tabs->count < 2) return false;
  if (code == KEY_CODE_TAB || code == KEY_CODE_RIGHT) return show(tabs, tabs->now + 1);
  if (code == KEY_CODE_BACK_TAB || code == KEY_CODE_LEFT) return show(tabs, tabs->now - 1);
  if (code >= '1' && code <= '9' && code - '1' < tabs->count) return show(tabs, code - '1');
  return false;
}

int tabs_draw(const struct tabs *tabs, struct terminal *terminal, struct area area)
{
  int row = 0, column = 0;

  if (tabs->count < 2) return 0;
  for (int i = 0; i < tabs->count; i++) {
    char *text = i < 9 ? mem_printf(" %d %s ", i + 1, tabs->labels[i]) : mem_printf(" %s ", tabs->labels[i]);
    int columns = draw_columns(terminal, text);
    if (column > 0 && column + columns > area.columns) {
      row++;
      column = 0;
    }
    draw_part(terminal, area.top + row, area.left + column, area.columns - column, i == tabs->now ? STYLE_SELECTED : STYLE_FAINT, text);
    column += columns;
    free(text);
  }
  return row + 1;
}
