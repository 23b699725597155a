#include "tui/strip.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "tui/doing.h"

struct filling {
  const struct action *all[STRIP_MOST]; /* of the kind, possible or not */
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

  if (!only_shows(action)) filling->all[filling->count++] = action;
  return filling->count < STRIP_MOST;
}

/* The digit that is the action's own key; 0: it has another key or none. */
static int own_digit(const struct action *action)
{
  int code = keys_from_name(action->key);
  return code >= '1' && code <= '9' ? code - '0' : 0;
}

/* An action whose own key is a digit keeps it; the others of the kind get those that are left, in their order. */
static void give_digits(const struct filling *filling, const struct action *owners[STRIP_DIGITS])
{
  int digit = 1;

  for (int i = 0; i < filling->count; i++)
    if (own_digit(filling->all[i]) != 0) owners[own_digit(filling->all[i]) - 1] = filling->all[i];
  for (int i = 0; i < filling->count; i++) {
    if (own_digit(filling->all[i]) != 0) continue;
    while (digit <= STRIP_DIGITS && owners[digit - 1] != NULL) digit++;
    if (digit <= STRIP_DIGITS) owners[digit - 1] = filling->all[i];
  }
}

static int digit_of(const struct action *const owners[STRIP_DIGITS], const struct action *action)
{
  for (int i = 0; i < STRIP_DIGITS; i++)
    if (owners[i] == action) return i + 1;
  return 0;
}

void strip_fill(struct strip *strip, struct shell *shell, const char *kind, const struct record *record)
{
  struct filling filling = { .count = 0 };
  const struct action *owners[STRIP_DIGITS] = { NULL };

  *strip = (struct strip){ .other_count = 0 };
  doing_each(shell, kind, add, &filling);
  give_digits(&filling, owners);
  for (int i = 0; i < filling.count; i++) {
    const struct action *action = filling.all[i];
    int digit = digit_of(owners, action);
    if (!doing_is_possible(shell, action, record)) continue;
    if (digit != 0)
      strip->by_digit[digit - 1] = action;
    else if (action->key != NULL)
      strip->others[strip->other_count++] = action;
  }
}

static bool has_key(const struct action *action, int code)
{
  return action != NULL && keys_from_name(action->key) == code;
}

const struct action *strip_action(const struct strip *strip, int code)
{
  if (code >= '1' && code <= '9') return strip->by_digit[code - '1'];
  if (code == KEY_CODE_NONE || (code > KEY_CODE_F && code < KEY_CODE_ENTER)) return NULL;
  for (int i = 0; i < STRIP_DIGITS; i++)
    if (has_key(strip->by_digit[i], code)) return strip->by_digit[i];
  for (int i = 0; i < strip->other_count; i++)
    if (has_key(strip->others[i], code)) return strip->others[i];
  return NULL;
}

struct drawing {
  struct terminal *terminal;
  struct area area;
  int row, column;
  bool any;
};

static void draw_action(struct drawing *drawing, const char *key, const char *label)
{
  struct area area = drawing->area;
  int key_columns = draw_columns(drawing->terminal, key), columns = key_columns + 1 + draw_columns(drawing->terminal, label);

  if (drawing->column > 0 && drawing->column + columns > area.columns) {
    drawing->row++;
    drawing->column = 0;
  }
  draw_part(drawing->terminal, area.top + drawing->row, area.left + drawing->column, key_columns, STYLE_KEY, key);
  int left = drawing->column + key_columns + 1;
  draw_part(drawing->terminal, area.top + drawing->row, area.left + left, area.columns - left, STYLE_NORMAL, label);
  drawing->column += columns + 2;
  drawing->any = true;
}

static void draw_by_digit(struct drawing *drawing, const struct action *action, int digit)
{
  char key[2] = { (char)('0' + digit), '\0' };
  bool says_key = action->key != NULL && own_digit(action) == 0;
  char *label = says_key ? mem_printf("%s (%s)", _(action->label), action->key) : mem_dup(_(action->label));

  draw_action(drawing, key, label);
  free(label);
}

int strip_draw(const struct strip *strip, struct terminal *terminal, struct area area)
{
  struct drawing drawing = { terminal, area, 0, 0, false };

  for (int i = 0; i < STRIP_DIGITS; i++)
    if (strip->by_digit[i] != NULL) draw_by_digit(&drawing, strip->by_digit[i], i + 1);
  for (int i = 0; i < strip->other_count; i++) draw_action(&drawing, strip->others[i]->key, _(strip->others[i]->label));
  if (!drawing.any) return 0;
  draw_rule(terminal, area.top + drawing.row + 1, area.left, area.columns, NULL);
  return drawing.row + 2;
}
