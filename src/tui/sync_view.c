#include "tui/sync_view.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/duties.h"
#include "sync/stick.h"
#include "sync/sync.h"
#include "tui/conflict_view.h"
#include "tui/detail_view.h"
#include "tui/doing.h"
#include "tui/job_view.h"
#include "tui/menu.h"
#include "tui/rows.h"
#include "tui/station_view.h"
#include "tui/sync_lines.h"

struct sync_view {
  struct view view;
  struct sync_lines lines;
  struct rows rows;
  int columns; /* that the lines were made for; 0: not yet */
};

/* --- exchanging ----------------------------------------------------------------------------------------------------------- */

static void begin(struct shell *shell, const char *label, const char *const words[])
{
  struct err err = ERR_INIT;

  if (doing_refused(shell, WHO_ANYONE)) return;
  if (job_start(shell, label, words, false, &err) == NULL)
    shell_complain(shell, &err);
  else
    shell_say(shell, _("%s: started; the desk goes on meanwhile."), label);
  shell_changed(shell);
}

static void exchange_now(struct view *base, struct shell *shell)
{
  (void)base;
  begin(shell, _("Exchange"), (const char *const[]){ "sync", NULL });
}

static void take_stick(struct shell *shell, const struct menu_item *item)
{
  begin(shell, _("Exchange by stick"), (const char *const[]){ "sync", "--stick", item->label, NULL });
}

static void choose_stick(struct view *base, struct shell *shell)
{
  struct sticks sticks;
  struct err err = ERR_INIT;

  (void)base;
  if (sticks_read(&sticks, &err) < 0) {
    shell_complain(shell, &err);
    return;
  }
  struct menu *menu = sticks.count > 0 ? menu_start(_("Which stick?")) : NULL;
  for (int i = 0; i < sticks.count; i++) {
    char *detail = mem_printf("%s%s", sticks.list[i].type, sticks.list[i].is_read_only ? _(", read-only: nothing can be put on it") : "");
    menu_add(menu, sticks.list[i].path, detail, 0, take_stick, NULL, 0);
    free(detail);
  }
  if (menu != NULL)
    shell_push(shell, menu_view(menu));
  else
    shell_say(shell, _("No stick is mounted. Put it in, wait until the system has mounted it, and press the key again."));
  sticks_free(&sticks);
}

static void toggle_only_stick(struct view *base, struct shell *shell)
{
  struct err err = ERR_INIT;
  bool wanted = !sync_only_stick(&shell->desk);

  (void)base;
  if (doing_refused(shell, WHO_ANYONE)) return;
  if (sync_set_only_stick(&shell->desk, wanted, &err) < 0)
    shell_complain(shell, &err);
  else
    shell_say(shell, "%s", wanted ? _("Only by stick today.") : _("Lines are tried again."));
  shell_changed(shell);
}

/* --- machines ------------------------------------------------------------------------------------------------------------- */

static void trust(struct shell *shell, const char *fingerprint)
{
  const struct doing_given given[] = { { "node", fingerprint }, { NULL, NULL } };
  doing_form(shell, "node.trust", 0, NULL, given);
}

static void invite(struct view *base, struct shell *shell)
{
  (void)base;
  doing_named(shell, "node.invite", 0);
}

static void enrol(struct view *base, struct shell *shell)
{
  (void)base;
  doing_named(shell, "node.enrol", 0);
}

static void open_inbox(struct view *base, struct shell *shell)
{
  (void)base;
  shell_push(shell, conflict_view_open(shell));
}

static void open_stations(struct view *base, struct shell *shell)
{
  (void)base;
  shell_push(shell, station_view_open(shell));
}

static void do_line(struct view *base, struct shell *shell)
{
  struct sync_view *view = (struct sync_view *)base;

  if (view->rows.chosen < 0 || view->rows.chosen >= view->lines.count) return;
  const struct sync_line *line = &view->lines.list[view->rows.chosen];
  if (line->does == SYNC_TRUST)
    trust(shell, line->fingerprint);
  else if (line->does == SYNC_NODE && line->record != 0)
    shell_push(shell, detail_view_open(shell, &node_kind, line->record));
  else if (line->does == SYNC_DECIDE)
    open_inbox(base, shell);
  else if (line->does == SYNC_JOBS)
    shell_push(shell, job_view_open(shell));
}

/* --- the view ------------------------------------------------------------------------------------------------------------- */

static int refresh(struct view *base, struct shell *shell, struct err *err)
{
  struct sync_view *view = (struct sync_view *)base;

  view->columns = shell_area(shell).columns;
  int status = sync_lines_make(&view->lines, shell, view->columns, err);
  rows_set(&view->rows, view->lines.count);
  return status;
}

static bool is_heading(const void *context, int row)
{
  return ((const struct sync_view *)context)->lines.list[row].does == SYNC_HEAD;
}

static void draw_line(void *context, struct terminal *terminal, int row, struct area area, bool is_chosen)
{
  const struct sync_view *view = context;
  const struct sync_line *line = &view->lines.list[row];

  if (is_heading(view, row))
    draw_rule(terminal, area.top, area.left, area.columns, line->text);
  else
    draw_text(terminal, area.top, area.left, area.columns, is_chosen ? STYLE_SELECTED : line->style, line->text);
}

static void draw(struct view *base, struct shell *shell, struct area area)
{
  struct sync_view *view = (struct sync_view *)base;

  if (view->columns != area.columns) refresh(base, shell, NULL);
  rows_place(&view->rows, area);
  rows_draw(&view->rows, shell->terminal, draw_line, view);
}

static bool key(struct view *base, struct shell *shell, const struct key *key)
{
  return rows_key(&((struct sync_view *)base)->rows, shell->terminal, key);
}

static const char *title(struct view *base, struct shell *shell)
{
  (void)base, (void)shell;
  return _("Exchange with other stations"); /* L10N: 与其他值班点交换 */
}

static void close_view(struct view *base, struct shell *shell)
{
  struct sync_view *view = (struct sync_view *)base;

  (void)shell;
  sync_lines_free(&view->lines);
  free(view);
}

static const struct binding bindings[] = {
  { '1', N_("exchange"), N_("Exchange now with the addresses of the settings; the desk goes on meanwhile."), exchange_now },
  { '2', N_("stick"), N_("Exchange by a stick, out and in at once; pull it out when \"safe to remove\" stands here."), choose_stick },
  { '3', N_("only stick"), N_("Only by stick today: no line is tried until midnight. Again: lines are tried."), toggle_only_stick },
  { '4', N_("invite"), N_("Invite a station: makes a code to be read out over the phone."), invite },
  { '5', N_("join"), N_("Join the superior with the code that it reads out."), enrol },
  { '6', N_("decide"), N_("Values between which somebody has to decide, and records that were written twice."), open_inbox },
  { '7', N_("units"), N_("The units below: last contact, warnings, what is on the way; orders and duty checks."), open_stations },
  { KEY_CODE_ENTER, N_("open"), N_("On a machine that waits: say yes to it. On another: its record. On the last exchange: what it said."),
    do_line },
  { KEY_CODE_ESC, N_("back"), N_("Back to where you were; an exchange that runs goes on."), NULL },
  { .code = 0 },
};

static const struct view_class class = {
  .name = N_("Exchange"),
  .bindings = bindings,
  .title = title,
  .draw = draw,
  .key = key,
  .refresh = refresh,
  .close = close_view,
  .follows_clock = true,
};

struct view *sync_view_open(struct shell *shell)
{
  struct sync_view *view = mem_zero(1, sizeof *view);

  (void)shell;
  view->view.class = &class;
  view->view.is_stale = true;
  view->rows.is_heading = is_heading;
  view->rows.context = view;
  return &view->view;
}
