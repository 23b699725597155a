#include "tui/menu.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "tui/line.h"
#include "tui/rows.h"

enum { NUMBER_COLUMNS = 4, KEY_COLUMNS = 8 };

struct menu {
  struct view view;
  char *title, *aside; /* aside: what Ins does; NULL: nothing */
  struct menu_item *items;
  int count;
  int *found; /* indexes of those that the filter lets through */
  struct rows rows;
  struct line filter;
};

/* Every character of the part, in this order, other ones between: 交班 is in 交接班. Only of Chinese, where a few characters say much. */
static bool has_characters(const char *whole, const char *part)
{
  const char *end = whole + strlen(whole), *part_end = part + strlen(part);
  int wanted = 0;

  while (part < part_end) {
    uint32_t character = text_next(&part, part_end);
    if (character < 0x80) return false;
    bool found = false;
    while (whole < end && !found) found = text_next(&whole, end) == character;
    if (!found) return false;
    wanted++;
  }
  return wanted > 1;
}

static bool has_word(const struct menu_item *item, const char *word)
{
  const char *const texts[] = { item->label, item->detail, item->also };

  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    if (texts[i] != NULL && text_contains(texts[i], word)) return true;
  return has_characters(item->label, word);
}

/* All of them, in any order. */
static bool has_words(const struct menu_item *item, const char *words)
{
  char *copy = mem_dup(words), *rest = copy, *word;
  bool has = true;

  while (has && (word = strsep(&rest, " ")) != NULL) has = has_word(item, word);
  free(copy);
  return has;
}

enum fit { FIT_NOT, FIT_WORDS, FIT_LABEL };

static enum fit fit_of(const struct menu_item *item, const char *typed, const char *folded)
{
  if (text_contains(item->label, typed) || text_contains(item->label, folded)) return FIT_LABEL;
  return has_words(item, folded) ? FIT_WORDS : FIT_NOT;
}

/* Everything, if nothing is typed; else the one that bears the number, then what is called so, then what has to do with it. */
static void apply_filter(struct menu *menu)
{
  char *folded = text_trim(text_fold_width(menu->filter.text)), *end;
  int count = 0;
  long number = strtol(folded, &end, 10);
  bool is_number = *folded != '\0' && *end == '\0';

  menu->found = mem_grow(menu->found, (size_t)menu->count + 1, sizeof *menu->found);
  if (is_number && number >= 1 && number <= menu->count) menu->found[count++] = (int)number - 1;
  for (enum fit wanted = FIT_LABEL; wanted > FIT_NOT; wanted--)
    for (int i = 0; i < menu->count; i++) {
      bool is_there = is_number && number == i + 1;
      if (!is_there && fit_of(&menu->items[i], menu->filter.text, folded) == wanted) menu->found[count++] = i;
    }
  free(folded);
  rows_set(&menu->rows, count);
}

static const char *title(struct view *view, struct shell *shell)
{
  (void)shell;
  return ((struct menu *)view)->title;
}

static void draw_item(void *context, struct terminal *terminal, int row, struct area area, bool is_chosen)
{
  const struct menu *menu = context;
  int index = menu->found[row];
  const struct menu_item *item = &menu->items[index];
  enum style style = is_chosen ? STYLE_SELECTED : STYLE_NORMAL;
  int left = area.left + NUMBER_COLUMNS + 1;
  char number[16], name[16] = "";

  snprintf(number, sizeof number, "%*d ", NUMBER_COLUMNS, index + 1);
  if (item->code != 0) keys_name(item->code, name);
  draw_text(terminal, area.top, area.left, NUMBER_COLUMNS + 1, style, number);
  draw_text(terminal, area.top, left, KEY_COLUMNS, is_chosen ? style : STYLE_KEY, name);
  draw_text(terminal, area.top, left + KEY_COLUMNS, area.columns - left - KEY_COLUMNS, style, item->label);
}

/* What the chosen one does, below the list. */
static void draw_detail(struct menu *menu, struct shell *shell, int row)
{
  const char *detail = menu->rows.chosen >= 0 ? menu->items[menu->found[menu->rows.chosen]].detail : NULL;

  draw_text(shell->terminal, row, 0, shell->terminal->columns, STYLE_FAINT, detail);
}

static void draw(struct view *view, struct shell *shell, struct area area)
{
  struct menu *menu = (struct menu *)view;
  int column = draw_part(shell->terminal, area.top, area.left, area.columns, STYLE_LABEL, _("Words or number:")) + 1;

  line_draw(&menu->filter, shell->terminal, (struct area){ area.top, column, 1, area.columns - column }, STYLE_INPUT, true);
  area.top++;
  area.rows -= 2;
  draw_detail(menu, shell, area.top + area.rows);
  rows_place(&menu->rows, area);
  rows_draw(&menu->rows, shell->terminal, draw_item, menu);
  if (menu->rows.count == 0) draw_text(shell->terminal, area.top, area.left, area.columns, STYLE_FAINT, _("Nothing fits what was typed."));
}

static bool key(struct view *view, struct shell *shell, const struct key *key)
{
  struct menu *menu = (struct menu *)view;

  if (rows_key(&menu->rows, shell->terminal, key)) {
    terminal_dirty(shell->terminal, menu->rows.area.top + menu->rows.area.rows);
    return true;
  }
  if (!line_key(&menu->filter, key)) return false;
  apply_filter(menu);
  shell_redraw(shell);
  return true;
}

static void run(struct menu *menu, struct shell *shell, bool is_aside)
{
  if (menu->rows.chosen < 0) return;
  struct menu_item item = menu->items[menu->found[menu->rows.chosen]];
  if (is_aside && item.aside == NULL) return;
  item.label = mem_dup(item.label);
  item.detail = item.also = NULL;
  shell_close(shell, &menu->view);
  (is_aside ? item.aside : item.run)(shell, &item);
  free(item.label);
}

static void run_chosen(struct view *view, struct shell *shell)
{
  run((struct menu *)view, shell, false);
}

static void run_aside(struct view *view, struct shell *shell)
{
  run((struct menu *)view, shell, true);
}

static void hints(struct view *view, struct shell *shell, struct hints *hints)
{
  const struct menu *menu = (struct menu *)view;

  (void)shell;
  if (menu->aside != NULL) hints_add(hints, "Ins", menu->aside);
}

static void close_view(struct view *view, struct shell *shell)
{
  struct menu *menu = (struct menu *)view;

  (void)shell;
  for (int i = 0; i < menu->count; i++) {
    free(menu->items[i].label);
    free(menu->items[i].detail);
    free(menu->items[i].also);
  }
  line_stop(&menu->filter);
  free(menu->items);
  free(menu->found);
  free(menu->aside);
  free(menu->title);
  free(menu);
}

static const struct binding bindings[] = {
  { KEY_CODE_ENTER, N_("do it"), N_("Do the chosen one. Type words of it, or its number, to find it faster."), run_chosen },
  { KEY_CODE_INSERT, NULL, N_("Where the line below says so: the same, but something is chosen first."), run_aside },
  { KEY_CODE_ESC, N_("back"), N_("Back to where you were."), NULL },
  { .code = 0 },
};

static const struct view_class class = {
  .name = N_("Menu"),
  .bindings = bindings,
  .title = title,
  .draw = draw,
  .key = key,
  .hints = hints,
  .is_typing = view_is_typing,
  .close = close_view,
};

struct menu *menu_start(const char *heading)
{
  struct menu *menu = mem_zero(1, sizeof *menu);

  menu->view.class = &class;
  menu->title = mem_dup(heading);
  line_start(&menu->filter, "");
  return menu;
}

void menu_add(struct menu *menu, const char *label, const char *detail, int code,
              void (*run_it)(struct shell *shell, const struct menu_item *item), const void *what, record_id subject)
{
  menu->items = mem_grow(menu->items, (size_t)menu->count + 1, sizeof *menu->items);
  menu->items[menu->count++] = (struct menu_item){ mem_dup(label), mem_dup(detail), code, run_it, what, subject, NULL, NULL };
}

void menu_aside(struct menu *menu, const char *hint, void (*run_it)(struct shell *shell, const struct menu_item *item))
{
  free(menu->aside);
  menu->aside = mem_dup(hint);
  menu->items[menu->count - 1].aside = run_it;
}

void menu_also(struct menu *menu, const char *words)
{
  struct menu_item *item = &menu->items[menu->count - 1];
  char *both = item->also != NULL ? mem_printf("%s %s", item->also, words != NULL ? words : "") : mem_dup(words);

  free(item->also);
  item->also = both;
}

struct view *menu_view(struct menu *menu)
{
  apply_filter(menu);
  return &menu->view;
}
