#include "tui/strip.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "tui/doing.h"

struct filling {
  struct shell *shell;
  const struct record *record;
  const struct action *found[STRIP_MOST];
  int count;
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

  if (!only_shows(action) && doing_is_possible(filling->shell, action, filling->record)) filling->found[filling->count++] = action;
  return filling->count < STRIP_MOST;
}

/* An action whose own key is a digit keeps it; the others share those that are left, in their order. */
static void give_digits(struct strip *strip, const struct action *const found[], int count)
{
  int digit = 0;

  for (int i = 0; i < count; i++) {
    int code = keys_from_name(found[i]->key);
    if (code >= '1' && code <= '9' && strip->actions[code - '1'] == NULL) strip->actions[code - '1'] = found[i];
  }
  for (int i = 0; i < count; i++) {
    int code = keys_from_name(found[i]->key);
    if (code >= '1' && code <= '9' && strip->actions[code - '1'] == found[i]) continue;
    while (digit < STRIP_MOST && strip->actions[digit] != NULL) digit++;
    if (digit < STRIP_MOST) strip->actions[digit] = found[i];
  }
}

void strip_fill(struct strip *strip, struct shell *shell, const char *kind, const struct record *record)
{
  struct filling filling = { .shell = shell, .record = record };

  *strip = (struct strip){ .count = 0 };
  doing_each(shell, kind, add, &filling);
  give_digits(strip, filling.found, filling.count);
  strip->count = filling.count;
}

const struct action *strip_action(const struct strip *strip, int code)
{
  if (code >= '1' && code <= '9') return strip->actions[code - '1'];
  if (code == KEY_CODE_NONE || (code > KEY_CODE_F && code < KEY_CODE_ENTER)) return NULL;
  for (int i = 0; i < STRIP_MOST; i++)
    if (strip->actions[i] != NULL && keys_from_name(strip->actions[i]->key) == code) return strip->actions[i];
  return NULL;
}

static char *label_of(const struct action *action)
{
  int code = keys_from_name(action->key);
  bool says_key = action->key != NULL && (code < '1' || code > '9');

  return says_key ? mem_printf("%s (%s)", _(action->label), action->key) : mem_dup(_(action->label));
}

int strip_draw(const struct strip *strip, struct terminal *terminal, struct area area)
{
  int row = 0, column = 0;

  for (int i = 0; i < STRIP_MOST; i++) {
    if (strip->actions[i] == NULL) continue;
    char *label = label_of(strip->actions[i]);
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
