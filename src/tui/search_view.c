#include "tui/search_view.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "store/search.h"
#include "tui/line.h"
#include "tui/record_view.h"
#include "tui/rows.h"

enum { FOUND_MOST = 200, TIME_COLUMNS = 12, KIND_COLUMNS = 12, NUMBER_COLUMNS = 11 };

struct found {
  const struct kind *kind;
  record_id id;
  char *time, *number, *title;
  bool is_void;
};

struct search {
  struct view view;
  const struct kind *kind; /* only this one; NULL: all */
  struct line words;
  struct found *found;
  int count;
  struct rows rows;
};

static void drop_found(struct search *search)
{
  for (int i = 0; i < search->count; i++) {
    free(search->found[i].time);
    free(search->found[i].number);
    free(search->found[i].title);
  }
  search->count = 0;
}

struct reading {
  struct search *search;
  struct shell *shell;
};

static bool take_found(void *context, const struct record *record)
{
  struct reading *reading = context;
  struct search *search = reading->search;
  char time[CLOCK_TEXT];
  int64_t made = record_made_at(reading->shell->desk.store, record);
  struct found found = { record->kind,
                         record->id,
                         mem_dup(made > 0 ? clock_text(time, made, CLOCK_SHORT) : ""),
                         mem_dup(record_text(record, "no")),
                         mem_dup(record_title(record)),
                         record_is_void(record) };

  for (char *at = found.title; (at = strchr(at, '\n')) != NULL;) *at = ' ';
  search->found = mem_grow(search->found, (size_t)search->count + 1, sizeof *search->found);
  search->found[search->count++] = found;
  return true;
}

static int refresh(struct view *view, struct shell *shell, struct err *err)
{
  struct search *search = (struct search *)view;
  struct reading reading = { search, shell };
  char *words = mem_dup(search->words.text);
  int result = 0;

  drop_found(search);
  if (*text_trim(words) != '\0') result = search_read(shell->desk.store, words, search->kind, true, FOUND_MOST, take_found, &reading, err);
  rows_set(&search->rows, search->count);
  free(words);
  return result;
}

/* --- keys ----------------------------------------------------------------------------------------------------------------- */

static void search_again(struct search *search, struct shell *shell)
{
  struct err err = ERR_INIT;

  if (refresh(&search->view, shell, &err) < 0) shell_complain(shell, &err);
  rows_choose(&search->rows, shell->terminal, 0);
  shell_redraw(shell);
}

static bool key(struct view *view, struct shell *shell, const struct key *key)
{
  struct search *search = (struct search *)view;

  if (rows_key(&search->rows, shell->terminal, key)) return true;
  if (key->code == KEY_CTRL('F')) return true;
  if (!line_key(&search->words, key)) return false;
  search_again(search, shell);
  return true;
}

static void open_found(struct view *view, struct shell *shell)
{
  struct search *search = (struct search *)view;

  if (search->rows.chosen < 0) return;
  line_remember(&search->words);
  const struct found *found = &search->found[search->rows.chosen];
  shell_push(shell, record_view_open(shell, found->kind, found->id));
}

/* --- drawing -------------------------------------------------------------------------------------------------------------- */

static void draw_found(void *context, struct terminal *terminal, int row, struct area area, bool is_chosen)
{
  const struct search *search = context;
  const struct found *found = &search->found[row];
  enum style style = is_chosen ? STYLE_SELECTED : found->is_void ? STYLE_STRUCK : STYLE_NORMAL;
  int column = area.left;

  draw_text(terminal, area.top, column, 1, style, found->is_void ? "x" : "");
  draw_text(terminal, area.top, column += 1, TIME_COLUMNS, style, found->time);
  draw_text(terminal, area.top, column += TIME_COLUMNS, KIND_COLUMNS, style, _(found->kind->label));
  draw_text(terminal, area.top, column += KIND_COLUMNS, NUMBER_COLUMNS, style, found->number);
  column += NUMBER_COLUMNS;
  draw_text(terminal, area.top, column, area.columns - column, style, found->title);
}

static const char *nothing_yet(const struct search *search)
{
  return *search->words.text == '\0' ? _("Type words: all of them must occur. 山洪 finds flash floods.")
                                     : _("Nothing holds all these words.");
}

static void draw(struct view *view, struct shell *shell, struct area area)
{
  struct search *search = (struct search *)view;
  int column = draw_part(shell->terminal, area.top, area.left, area.columns, STYLE_LABEL, _("Find:")) + 1;

  line_draw(&search->words, shell->terminal, (struct area){ area.top, column, 1, area.columns - column }, STYLE_INPUT, true);
  area.top++;
  area.rows--;
  rows_place(&search->rows, area);
  rows_draw(&search->rows, shell->terminal, draw_found, search);
  if (search->count == 0) draw_text(shell->terminal, area.top, area.left, area.columns, STYLE_FAINT, nothing_yet(search));
}

static const char *title(struct view *view, struct shell *shell)
{
  struct search *search = (struct search *)view;

  (void)shell;
  return search->kind != NULL ? _(search->kind->label) : _("Find everywhere");
}

static void close_view(struct view *view, struct shell *shell)
{
  struct search *search = (struct search *)view;

  (void)shell;
  drop_found(search);
  free(search->found);
  line_stop(&search->words);
  free(search);
}

static const struct binding bindings[] = {
  { KEY_CODE_ENTER, N_("open"), N_("Open the chosen record. The list changes as you type."), open_found },
  { KEY_CODE_ESC, N_("back"), N_("Back to where you were."), NULL },
  { .code = 0 },
};

static const struct view_class class = {
  .name = N_("Find"),
  .bindings = bindings,
  .title = title,
  .draw = draw,
  .key = key,
  .refresh = refresh,
  .is_typing = view_is_typing,
  .close = close_view,
};

struct view *search_view_open(struct shell *shell, const char *words, const struct kind *kind)
{
  struct search *search = mem_zero(1, sizeof *search);

  search->view.class = &class;
  search->kind = kind;
  line_start(&search->words, words);
  search->words.history = "find";
  search_again(search, shell);
  return &search->view;
}
