#include "tui/strip.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "tui/doing.h"

struct filling {
  struct strip *strip;
  struct shell *shell;
  const struct record *record;
};

/* What only shows the record would show what is shown already. */
static bool only_shows(const struct action *action)
{
  const char *verb = strrchr(action->name, '.');
  return verb != NULL && strcmp(verb, ".show") == 0;
}

static bool add(void *context, const struct action *action)
{
  struct filling *filling = context;

  if (!only_shows(action) && doing_is_possible(filling->shell, action, filling->record)) filling->strip->actions[filling->strip->count++] = action;
  return filling->strip->count < STRIP_MOST;
}

void strip_fill(struct strip *strip, struct shell *shell, const char *kind, const struct record *record)
{
  struct filling filling = { strip, shell, record };

  strip->count = 0;
  doing_each(shell, kind, add, &filling);
}

const struct action *strip_action(const struct strip *strip, int code)
{
  if (code >= '1' && code < '1' + strip->count) return strip->actions[code - '1'];
  if (code == KEY_CODE_NONE || (code > KEY_CODE_F && code < KEY_CODE_ENTER)) return NULL;
  for (int i = 0; i < strip->count; i++)
    if (keys_from_name(strip->actions[i]->key) == code) return strip->actions[i];
  return NULL;
}

int strip_draw(const struct strip *strip, struct terminal *terminal, struct area area)
{
  int row = 0, column = 0;

  for (int i = 0; i < strip->count; i++) {
    const char *key = strip->actions[i]->key;
    char *label = key != NULL ? mem_printf("%s (%s)", _(strip->actions[i]->label), key) : mem_dup(_(strip->actions[i]->label));
    char digit[2] = { (char)('1' + i), '\0' };
    int columns = draw_columns(terminal, label) + 4;
    if (column > 0 && column + columns - 2 > area.columns) {
      row++;
      column = 0;
    }
    draw_part(terminal, area.top + row, area.left + column, 1, STYLE_KEY, digit);
    draw_part(terminal, area.top + row, area.left + column + 2, area.columns - column - 2, STYLE_NORMAL, label);
    column += columns;
    free(label);
  }
  if (strip->count == 0) return 0;
  draw_rule(terminal, area.top + row + 1, area.left, area.columns, NULL);
  return row + 2;
}
