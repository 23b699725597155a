#include "tui/list_view.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "tui/doing.h"
#include "tui/form_view.h"
#include "tui/line.h"
#include "tui/page_kind.h"
#include "tui/record_view.h"
#include "tui/search_view.h"
#include "tui/sheet.h"
#include "tui/tabs.h"

struct list_view {
  struct view view;
  enum room room;
  const struct kind **kinds; /* side by side, as the tabs show them */
  struct tabs tabs;
  struct page_kind list;
  struct sheet sheet;
  struct line words; /* what the titles must contain */
  struct list_filter filter;
  bool is_filtering; /* the keys go to the words */
  record_id written; /* to be chosen when the list is read again; 0: none */
};

static const struct kind *kind_now(const struct list_view *list)
{
  return list->kinds[list->tabs.now];
}

static record_id chosen_record(const struct list_view *list)
{
  const struct page_row *row = sheet_chosen(&list->sheet);
  return row != NULL ? row->id : 0;
}

/* --- reading -------------------------------------------------------------------------------------------------------------- */

static void apply_filter(struct list_view *list, struct shell *shell)
{
  list->filter.value.text = list->words.text;
  list->list.query.filter_count = *list->words.text != '\0' ? 1 : 0;
  sheet_first(&list->sheet, shell);
}

static bool can_filter(const struct kind *kind)
{
  int title = kind->title != NULL ? kind_field_index(kind, kind->title) : -1;
  return title >= 0 && field_is_text(kind_field(kind, title));
}

/* Begins with the kind that the tabs say. In the log what was struck stays in sight. */
static void show_kind(struct list_view *list)
{
  sheet_stop(&list->sheet);
  page_kind_start(&list->list, kind_now(list));
  sheet_start(&list->sheet, &page_kind_source, &list->list);
  list->filter = (struct list_filter){ kind_now(list)->title, LIST_CONTAINS, { .known = true } };
  list->list.query.filters = &list->filter;
  list->list.query.with_void = list->room == ROOM_LOG;
  line_set(&list->words, "");
  list->is_filtering = false;
}

/* What was just added is what the next key is meant for. */
static int refresh(struct view *view, struct shell *shell, struct err *err)
{
  struct list_view *list = (struct list_view *)view;
  record_id written = list->written;

  list->written = 0;
  if (sheet_refresh(&list->sheet, shell, err) < 0) return -1;
  return written != 0 ? sheet_choose(&list->sheet, shell, written, &written, err) : 0;
}

static void take_written(struct view *view, struct shell *shell, const struct kind *kind, int64_t record)
{
  struct list_view *list = (struct list_view *)view;

  (void)shell;
  if (kind == kind_now(list)) list->written = record;
}

/* --- doing ---------------------------------------------------------------------------------------------------------------- */

static void open_chosen(struct view *view, struct shell *shell)
{
  struct list_view *list = (struct list_view *)view;

  if (chosen_record(list) != 0) shell_push(shell, record_view_open(shell, kind_now(list), chosen_record(list)));
}

static void add(struct view *view, struct shell *shell)
{
  doing_add(shell, kind_now((struct list_view *)view));
}

static void strike(struct view *view, struct shell *shell)
{
  struct list_view *list = (struct list_view *)view;

  if (chosen_record(list) != 0) shell_push(shell, form_view_void(shell, duty_of(kind_now(list)), chosen_record(list)));
}

static void begin_filter(struct view *view, struct shell *shell)
{
  struct list_view *list = (struct list_view *)view;

  if (!can_filter(kind_now(list))) {
    shell_push(shell, search_view_open(shell, NULL, kind_now(list)));
    return;
  }
  list->is_filtering = true;
  shell_redraw(shell);
}

static void toggle_struck(struct view *view, struct shell *shell)
{
  struct list_view *list = (struct list_view *)view;

  list->list.query.with_void = !list->list.query.with_void;
  sheet_read(&list->sheet, shell);
  shell_say(shell, list->list.query.with_void ? _("Struck ones are shown, marked x.") : _("Struck ones are hidden."));
}

static bool filter_key(struct list_view *list, struct shell *shell, const struct key *key)
{
  if (!list->is_filtering) return false;
  if (key->code == KEY_CODE_ESC) {
    list->is_filtering = false;
    line_set(&list->words, "");
    apply_filter(list, shell);
  } else if (key->code == KEY_CTRL('F')) {
    shell_push(shell, search_view_open(shell, list->words.text, NULL));
  } else if (key->code == KEY_CODE_HOME || key->code == KEY_CODE_END || key->code == KEY_CODE_PAGE_UP || key->code == KEY_CODE_PAGE_DOWN ||
             !line_key(&list->words, key)) {
    return false;
  } else {
    apply_filter(list, shell);
  }
  return true;
}

static bool action_key(struct list_view *list, struct shell *shell, const struct key *key)
{
  int code = keys_command(key);
  const struct action *action = doing_by_key(shell, kind_now(list)->name, code);

  if (code == KEY_CODE_NONE || (code > KEY_CODE_F && code <= KEY_FUNCTION(12))) return false;
  if (action == NULL) action = doing_general_by_key(shell, kind_now(list)->name, code);
  if (action != NULL && (action->subject == NULL || chosen_record(list) != 0))
    doing_action(shell, action, action->subject != NULL ? chosen_record(list) : 0);
  return action != NULL;
}

static bool key(struct view *view, struct shell *shell, const struct key *key)
{
  struct list_view *list = (struct list_view *)view;

  if (filter_key(list, shell, key) || sheet_key(&list->sheet, shell, key)) return true;
  if (tabs_key(&list->tabs, key)) {
    show_kind(list);
    shell_redraw(shell);
    return true;
  }
  return action_key(list, shell, key);
}

/* --- drawing -------------------------------------------------------------------------------------------------------------- */

static void draw_row(void *context, struct terminal *terminal, const struct page_row *row, struct area area, bool is_chosen)
{
  page_kind_draw_row(context, row, terminal, area, is_chosen);
}

static int draw_filter(struct list_view *list, struct shell *shell, struct area area)
{
  if (!list->is_filtering && *list->words.text == '\0') return 0;
  int column = draw_part(shell->terminal, area.top, area.left, area.columns, STYLE_LABEL, _("Only with:")) + 1;
  line_draw(&list->words, shell->terminal, (struct area){ area.top, column, 1, area.columns - column }, STYLE_INPUT, list->is_filtering);
  return 1;
}

static void draw(struct view *view, struct shell *shell, struct area area)
{
  struct list_view *list = (struct list_view *)view;
  int above = tabs_draw(&list->tabs, shell->terminal, area);

  area.top += above;
  area.rows -= above;
  int filter = draw_filter(list, shell, area);
  area.top += filter + 1;
  area.rows -= filter + 1;
  if (sheet_place(&list->sheet, area)) {
    page_kind_lay_out(&list->list, shell->terminal, area.columns);
    sheet_read(&list->sheet, shell);
  }
  page_kind_draw_heading(&list->list, shell->terminal, (struct area){ area.top - 1, area.left, 1, area.columns });
  sheet_draw(&list->sheet, shell->terminal, draw_row, &list->list);
  if (list->sheet.page.count == 0)
    draw_text(shell->terminal, area.top, area.left, area.columns, STYLE_FAINT,
              doing_can_add(shell, kind_now(list)) ? _("Nothing here yet. Ins adds.") : _("Nothing here yet."));
}

struct hinting {
  const struct list_view *list;
  struct hints *hints;
};

static bool add_hint(void *context, const struct action *action)
{
  struct hinting *hinting = context;
  int code = keys_from_name(action->key);

  if (code >= '0' && code <= '9') return true; /* the tabs' and the overview's */
  if (action->key != NULL && (action->subject != NULL || doing_is_of_kind(action, kind_now(hinting->list)->name)))
    hints_add(hinting->hints, action->key, _(action->label));
  return true;
}

static void hints(struct view *view, struct shell *shell, struct hints *hints)
{
  struct list_view *list = (struct list_view *)view;

  hints_add(hints, "Enter", _("open"));
  if (doing_can_add(shell, kind_now(list))) hints_add(hints, "Ins", _("add"));
  hints_add(hints, "Ctrl-F", _("find"));
  struct hinting hinting = { list, hints };
  doing_each(shell, kind_now(list)->name, add_hint, &hinting);
  hints_add(hints, "Del", _("strike"));
  hints_add(hints, "Tab", _("next list"));
  doing_each(shell, NULL, add_hint, &hinting);
}

/* --- the view ------------------------------------------------------------------------------------------------------------- */

const char *list_view_room_name(enum room room)
{
  static const char *const names[] = {
    [ROOM_LOG] = N_("Log"),         [ROOM_WARNINGS] = N_("Warnings"),
    [ROOM_ROUNDS] = N_("Rounds"),   [ROOM_DANGERS] = N_("Hidden dangers"),
    [ROOM_PLANS] = N_("Plans"),     [ROOM_INCIDENTS] = N_("Incidents and reports"),
    [ROOM_LEDGERS] = N_("Ledgers"),
  };

  return room >= ROOM_LOG && room <= ROOM_LEDGERS ? _(names[room]) : "";
}

static int64_t subject(struct view *view, struct shell *shell, const struct kind **kind)
{
  struct list_view *list = (struct list_view *)view;

  (void)shell;
  *kind = kind_now(list);
  return chosen_record(list);
}

static const char *title(struct view *view, struct shell *shell)
{
  struct list_view *list = (struct list_view *)view;

  (void)shell;
  return list->room != ROOM_NONE ? list_view_room_name(list->room) : _(kind_now(list)->label);
}

static void close_view(struct view *view, struct shell *shell)
{
  struct list_view *list = (struct list_view *)view;

  (void)shell;
  sheet_stop(&list->sheet);
  line_stop(&list->words);
  free(list->kinds);
  free(list);
}

static const struct binding bindings[] = {
  { KEY_CODE_ENTER, NULL, N_("Open the chosen record."), open_chosen },
  { KEY_CODE_INSERT, NULL, N_("Write a new one."), add },
  { KEY_CODE_DELETE, NULL, N_("Strike the chosen one, with a reason. Nothing is erased."), strike },
  { KEY_CODE_TAB, NULL, N_("The next list of this room; Shift-Tab the one before; a digit goes straight to it."), NULL },
  { KEY_CTRL('F'), NULL, N_("Show only what contains some words; once more: find them everywhere; Esc shows all again."), begin_filter },
  { KEY_CTRL('V'), NULL, N_("Show or hide what was struck."), toggle_struck },
  { .code = 0 },
};

static bool is_typing(const struct view *view)
{
  return ((const struct list_view *)view)->is_filtering;
}

static const struct view_class class = {
  .name = N_("List"),
  .bindings = bindings,
  .title = title,
  .draw = draw,
  .key = key,
  .subject = subject,
  .hints = hints,
  .written = take_written,
  .refresh = refresh,
  .is_typing = is_typing,
  .close = close_view,
};

static struct view *open_kinds(enum room room, const struct kind **kinds, int count)
{
  struct list_view *list = mem_zero(1, sizeof *list);

  list->view.class = &class;
  list->room = room;
  list->kinds = kinds;
  for (int i = 0; i < count && i < TABS_MOST; i++) list->tabs.labels[list->tabs.count++] = _(kinds[i]->label);
  line_start(&list->words, "");
  show_kind(list);
  return &list->view;
}

struct view *list_view_open_room(struct shell *shell, enum room room)
{
  const struct kind **kinds = NULL;
  int count = 0;

  (void)shell;
  for (int i = 0; duties[i] != NULL; i++) {
    if (duties[i]->room != room) continue;
    kinds = mem_grow(kinds, (size_t)count + 1, sizeof *kinds);
    kinds[count++] = duties[i]->kind;
  }
  return count > 0 ? open_kinds(room, kinds, count) : NULL;
}

struct view *list_view_open_kind(struct shell *shell, const struct kind *kind)
{
  const struct kind **kinds = mem_grow(NULL, 1, sizeof *kinds);

  (void)shell;
  kinds[0] = kind;
  return open_kinds(ROOM_NONE, kinds, 1);
}
