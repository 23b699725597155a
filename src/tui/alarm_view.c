#include "tui/alarm_view.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/alarm.h"
#include "tui/alarm_watch.h"
#include "tui/doing.h"
#include "tui/overview_view.h"
#include "tui/rows.h"

enum {
  MARGIN = 2,
  ROWS_MOST = 10,
  COLOUR_COLUMNS = 7,
  SINCE_COLUMNS = 12,
  SORT_COLUMNS = 10,
  ROWS_BESIDE = 3 /* where somebody types */
};

struct alarm_view {
  struct view view;
  struct alarms alarms;
  struct rows rows;
  int *shown, shown_count;
  bool is_ringing, is_taken; /* taken: the box has the keys, whatever stands below */
};

static const struct view_class class, class_beside;

/* Somebody types: each key is his, until he turns to the box. A letter in a name must not answer a red alarm, nor a Tab be lost. */
static bool is_beside(const struct alarm_view *view)
{
  const struct view *below = view->view.below;

  return !view->is_taken && below != NULL && below->class->is_typing != NULL && below->class->is_typing(below);
}

static void choose_class(struct alarm_view *view)
{
  view->view.class = is_beside(view) ? &class_beside : &class;
}

/* --- reading ----------------------------------------------------------------------------------------------------------------------- */

static int refresh(struct view *base, struct shell *shell, struct err *err)
{
  struct alarm_view *view = (struct alarm_view *)base;
  struct alarms fresh = { 0 };

  if (alarm_read(&shell->desk, clock_now(), &fresh, err) < 0) return -1;
  alarms_free(&view->alarms);
  view->alarms = fresh;
  view->shown = mem_grow(view->shown, (size_t)fresh.count + 1, sizeof *view->shown);
  view->shown_count = 0;
  for (int i = 0; i < fresh.count; i++)
    if (!view->is_ringing || fresh.list[i].rang != 0) view->shown[view->shown_count++] = i;
  rows_set(&view->rows, view->shown_count);
  choose_class(view);
  if (shell->top->below != NULL) shell->top->below->is_stale = true;
  return 0;
}

static const struct alarm *chosen(const struct alarm_view *view)
{
  return view->rows.chosen >= 0 && view->rows.chosen < view->shown_count ? &view->alarms.list[view->shown[view->rows.chosen]] : NULL;
}

/* --- doing ------------------------------------------------------------------------------------------------------------------------- */

static void close_box(struct view *view, struct shell *shell)
{
  if (shell->alarm.box == view) shell->alarm.box = NULL;
  shell_close(shell, view);
}

void alarm_view_done(struct shell *shell, struct view *view)
{
  close_box(view, shell);
}

/* Who is not signed in, or has locked the desk, sees what rings; the box gives way so that he can sign in. */
static bool gives_way(struct view *view, struct shell *shell)
{
  if (!shell->is_locked && shell->desk.officer != 0) return false;
  close_box(view, shell);
  shell_say(shell, _("Sign in to answer the alarm."));
  return true;
}

/* The key that was pressed may have ended it already: somebody is awake. */
static bool is_open(struct shell *shell, const char *key)
{
  struct alarms alarms;
  bool open = false;

  if (alarm_read(&shell->desk, clock_now(), &alarms, NULL) < 0) return true;
  for (int i = 0; i < alarms.count; i++) open |= strcmp(alarms.list[i].key, key) == 0;
  alarms_free(&alarms);
  return open;
}

static void answer(struct view *base, struct shell *shell, const char *key)
{
  const struct action *action = action_find(shell->tables, "alarm.ack");
  struct outcome outcome = { 0 };
  struct err err = ERR_INIT;
  struct values arguments;

  if (gives_way(base, shell)) return;
  values_start(&arguments, action->arguments);
  values_set_text(&arguments, "key", key);
  if (action_run(&shell->desk, action, 0, &arguments, &outcome, &err) == 0)
    doing_outcome(shell, action, &outcome, false);
  else if (is_open(shell, key))
    shell_complain(shell, &err);
  outcome_free(&outcome);
  values_free(&arguments);
  shell_changed(shell);
}

static void answer_chosen(struct view *view, struct shell *shell)
{
  const struct alarm *alarm = chosen((struct alarm_view *)view);
  char *key = alarm != NULL ? mem_dup(alarm->key) : NULL;

  if (key != NULL) answer(view, shell, key);
  free(key);
}

/* Only those that stand in the box. */
static void answer_all(struct view *base, struct shell *shell)
{
  struct alarm_view *view = (struct alarm_view *)base;
  char **keys = mem_zero((size_t)view->shown_count + 1, sizeof *keys);
  int count = view->shown_count;
  bool may = !shell->is_locked && shell->desk.officer != 0;

  for (int i = 0; i < count; i++) keys[i] = mem_dup(view->alarms.list[view->shown[i]].key);
  if (!may) gives_way(base, shell);
  for (int i = 0; i < count; i++) {
    if (may) answer(base, shell, keys[i]);
    free(keys[i]);
  }
  free(keys);
}

static void go(struct view *base, struct shell *shell)
{
  const struct alarm *alarm = chosen((struct alarm_view *)base);

  if (alarm == NULL || gives_way(base, shell)) return;
  const struct kind *kind = alarm->kind;
  const char *action = alarm->action;
  record_id record = alarm->record;
  close_box(base, shell);
  overview_go(shell, kind, record, action);
}

/* A red one is answered, or gone to; it is never put off. */
static bool can_wait(const struct alarm_view *view)
{
  for (int i = 0; view->is_ringing && i < view->shown_count; i++)
    if (view->alarms.list[view->shown[i]].colour == ALERT_RED) return false;
  return true;
}

static void later(struct view *base, struct shell *shell)
{
  if (gives_way(base, shell)) return;
  if (can_wait((struct alarm_view *)base))
    close_box(base, shell);
  else
    shell_say(shell, "%s",
              is_beside((struct alarm_view *)base) ? _("A red alarm is not put off: Ctrl-G, then a answers it.")
                                                   : _("A red alarm is not put off: a answers it, Enter goes to it."));
}

/* Whoever types his PIN while the box opens need not begin again; the box comes back when he has typed. */
static bool is_pin(const struct shell *shell, const struct view *below, int code)
{
  bool is_away = shell->is_locked || shell->desk.officer == 0;
  return is_away && below != NULL && below->class->key != NULL && code >= '0' && code <= '9';
}

static bool key(struct view *base, struct shell *shell, const struct key *key)
{
  struct alarm_view *view = (struct alarm_view *)base;
  int code = keys_command(key);

  if (code == KEY_CODE_ESC) {
    later(base, shell);
    return true;
  }
  if (is_pin(shell, base->below, code)) {
    struct view *below = base->below;
    close_box(base, shell);
    alarm_watch_again(shell);
    return below->class->key(below, shell, key);
  }
  return rows_key(&view->rows, shell->terminal, key);
}

static void take_keys(struct view *base, struct shell *shell)
{
  struct alarm_view *view = (struct alarm_view *)base;

  view->is_taken = true;
  choose_class(view);
  shell_redraw(shell);
}

static bool key_beside(struct view *base, struct shell *shell, const struct key *key)
{
  struct alarm_view *view = (struct alarm_view *)base;

  choose_class(view);
  if (!is_beside(view)) return class.key(base, shell, key);
  if (keys_command(key) == KEY_CODE_ESC) {
    later(base, shell);
    return true;
  }
  if (keys_command(key) == KEY_CTRL('G')) return false; /* the binding */
  shell_key(shell, base->below, key);
  return true;
}

/* --- drawing ----------------------------------------------------------------------------------------------------------------------- */

static void draw_row(void *context, struct terminal *terminal, int row, struct area area, bool is_chosen)
{
  const struct alarm_view *view = context;
  const struct alarm *alarm = &view->alarms.list[view->shown[row]];
  const char *colour = alarm_colour_label(alarm->colour);
  enum style style = is_chosen ? STYLE_SELECTED : STYLE_NORMAL;
  int column = area.left + 2;
  char since[CLOCK_TEXT];

  draw_text(terminal, area.top, area.left, 2, style, is_chosen ? "> " : "! ");
  draw_text(terminal, area.top, column, COLOUR_COLUMNS,
            is_chosen || *colour == '\0' ? style : draw_colour(alert_colour_name(alarm->colour)), colour);
  column += COLOUR_COLUMNS;
  draw_text(terminal, area.top, column, SINCE_COLUMNS, style, clock_text(since, alarm->since, CLOCK_SHORT));
  column += SINCE_COLUMNS;
  draw_text(terminal, area.top, column, SORT_COLUMNS, style, overview_sort_label(alarm->sort));
  column += SORT_COLUMNS;
  char *text = alarm->who != NULL ? mem_printf("%s (%s)", alarm->text, alarm->who) : mem_dup(alarm->text);
  draw_text(terminal, area.top, column, area.left + area.columns - column, style, text);
  free(text);
}

static const char *keys_line(const struct alarm_view *view)
{
  if (is_beside(view)) return can_wait(view) ? _("Ctrl-G: to the alarms   Esc: later") : _("Ctrl-G: to the alarms");
  return can_wait(view) ? _("Enter: go to it   a: answer it   A: answer all of these   Esc: later")
                        : _("Enter: go to it   a: answer it   A: answer all of these");
}

static void draw(struct view *base, struct shell *shell, struct area area)
{
  struct alarm_view *view = (struct alarm_view *)base;
  struct terminal *terminal = shell->terminal;
  bool beside = is_beside(view);
  int most = beside ? ROWS_BESIDE : ROWS_MOST, rows = view->shown_count < most ? view->shown_count : most;
  int free_rows = area.rows - rows - 3, top = area.top + (beside ? free_rows : free_rows / 3);
  int left = area.left + MARGIN, columns = area.columns - 2 * MARGIN;

  if (base->below != NULL) base->below->class->draw(base->below, shell, area);
  if (!beside) terminal->cursor_row = -1;
  if (rows < 1) rows = 1;
  /* Over the whole width: a wide character that the edge of the box would cut is nobody's. */
  for (int row = top; row < top + rows + 3; row++) draw_text(terminal, row, area.left, area.columns, STYLE_NORMAL, "");
  char *title = mem_printf(view->is_ringing ? _("ALARM: %d") : _("Open alarms: %d"), view->shown_count);
  draw_rule(terminal, top, left, columns, title);
  free(title);
  rows_place(&view->rows, (struct area){ top + 1, left, rows, columns });
  rows_draw(&view->rows, terminal, draw_row, view);
  if (view->shown_count == 0) draw_text(terminal, top + 1, left, columns, STYLE_FAINT, _("No alarm is open."));
  draw_text(terminal, top + 1 + rows, left, columns, STYLE_STRONG, keys_line(view));
  draw_rule(terminal, top + 2 + rows, left, columns, NULL);
}

/* --- the view ---------------------------------------------------------------------------------------------------------------------- */

static const char *title(struct view *view, struct shell *shell)
{
  (void)view;
  (void)shell;
  return _("Alarm");
}

static void close_view(struct view *base, struct shell *shell)
{
  struct alarm_view *view = (struct alarm_view *)base;

  if (shell->alarm.box == base) shell->alarm.box = NULL;
  alarms_free(&view->alarms);
  free(view->shown);
  free(view);
}

static const struct binding bindings[] = {
  { KEY_CODE_ENTER, N_("go to it"), N_("Go to what the chosen alarm is about; it rings again until it is answered or done."), go },
  { 'a', N_("answer"), N_("Answer the chosen alarm: it stops ringing at every desk of the area. What it is about stays to be done."),
    answer_chosen },
  { 'A', N_("answer all"), N_("Answer every alarm that stands here."), answer_all },
  { KEY_CODE_ESC, NULL, N_("Close the box; it opens again at the next ringing. Not while a red alarm stands in it."), NULL },
  { .code = 0 },
};

static const struct view_class class = {
  .name = N_("Alarm"),
  .bindings = bindings,
  .title = title,
  .draw = draw,
  .key = key,
  .refresh = refresh,
  .close = close_view,
  .follows_clock = true,
};

/* --- where somebody types ------------------------------------------------------------------------------------------------------------ */

static const char *title_beside(struct view *view, struct shell *shell)
{
  return view->below->class->title(view->below, shell);
}

static void hints_beside(struct view *view, struct shell *shell, struct hints *hints)
{
  if (view->below->class->hints != NULL) view->below->class->hints(view->below, shell, hints);
}

static const struct binding bindings_beside[] = {
  { KEY_CTRL('G'), N_("to the alarms"), N_("Turn to the alarms; until then each key goes into the form below."), take_keys },
  { KEY_CODE_ESC, NULL, N_("Close the box; it opens again at the next ringing. Not while a red alarm stands in it."), NULL },
  { .code = 0 },
};

static const struct view_class class_beside = {
  .name = N_("Alarm"),
  .bindings = bindings_beside,
  .title = title_beside,
  .hints = hints_beside,
  .draw = draw,
  .key = key_beside,
  .refresh = refresh,
  .close = close_view,
  .follows_clock = true,
};

struct view *alarm_view_open(struct shell *shell, bool is_ringing)
{
  struct alarm_view *view = mem_zero(1, sizeof *view);

  (void)shell;
  view->view.class = &class;
  view->view.is_stale = true;
  view->is_ringing = is_ringing;
  view->is_taken = !is_ringing; /* somebody asked for it */
  return &view->view;
}
