#include "tui/signin_view.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/demo.h"
#include "desk/officer.h"
#include "desk/session.h"
#include "desk/shift.h"
#include "tui/line.h"
#include "tui/news_view.h"
#include "tui/overview_view.h"
#include "tui/rows.h"

enum { OFFICERS_MOST = 500, OFFICER_ROWS = 8, NAME_COLUMNS = 24, BANNER_ROWS = 3 };

enum occasion { OCCASION_OPEN, OCCASION_CHANGE, OCCASION_LOCK };

struct officer {
  record_id id;
  char *name;
  int post; /* index of post_labels */
};

struct signin {
  struct view view;
  enum occasion occasion;
  struct officer *officers;
  int count;
  struct rows rows;
  struct line pin;
  struct overview overview;
};

/* --- officers ------------------------------------------------------------------------------------------------------------- */

/* Whoever has no post now comes last. */
enum { POSTS = 3 };
static const char *const post_labels[POSTS + 1] = { N_("post A"), N_("post B"), N_("leader"), NULL };

static int post_of(record_id officer, const record_id on[])
{
  for (int post = 0; post < POSTS; post++)
    if (officer == on[post]) return post;
  return POSTS;
}

struct reading {
  struct signin *signin;
  struct shell *shell;
  record_id on[POSTS];
};

static bool take_officer(void *context, const struct record *record)
{
  struct reading *reading = context;
  struct signin *signin = reading->signin;

  if (!record_number(record, "active", 0) || !officer_is_ours(&reading->shell->desk, record->id)) return true;
  if (signin->count == OFFICERS_MOST) return false;
  signin->officers = mem_grow(signin->officers, (size_t)signin->count + 1, sizeof *signin->officers);
  signin->officers[signin->count++] = (struct officer){ record->id, mem_dup(record_title(record)), post_of(record->id, reading->on) };
  return true;
}

/* Those on duty stand first; otherwise the list's order is kept. */
static void put_duty_first(struct signin *signin)
{
  for (int i = 1; i < signin->count; i++)
    for (int j = i; j > 0 && signin->officers[j].post < signin->officers[j - 1].post; j--) {
      struct officer kept = signin->officers[j];
      signin->officers[j] = signin->officers[j - 1];
      signin->officers[j - 1] = kept;
    }
}

static void read_officers(struct signin *signin, struct shell *shell)
{
  struct desk *desk = &shell->desk;
  struct shift_on on;
  shift_on_duty(desk, clock_now(), &on);
  struct reading reading = { signin, shell, { on.officers[POST_A], on.officers[POST_B], on.officers[POST_LEADER] } };
  struct list_query query = { .kind = store_kind(desk->store, "officer") };
  struct err err = ERR_INIT;

  if (list_read(desk->store, &query, take_officer, &reading, &err) < 0) shell_complain(shell, &err);
  put_duty_first(signin);
  rows_set(&signin->rows, signin->count);
}

static void propose(struct signin *signin, record_id officer)
{
  for (int i = 0; i < signin->count; i++)
    if (signin->officers[i].id == officer && officer != 0) signin->rows.chosen = i;
}

/* --- signing in ----------------------------------------------------------------------------------------------------------- */

static void welcome(struct shell *shell, const char *name)
{
  char *fresh = mem_dup(name);

  free(shell->officer_name);
  shell->officer_name = fresh;
  shell_say(shell, _("Signed in: %s"), fresh);
  news_view_tell(shell);
}

static void try_pin(struct view *view, struct shell *shell)
{
  struct signin *signin = (struct signin *)view;
  struct err err = ERR_INIT;

  if (signin->rows.chosen < 0) return;
  const struct officer *officer = &signin->officers[signin->rows.chosen];
  if (*signin->pin.text == '\0' && session_has_pin(&shell->desk, officer->id)) {
    shell_say(shell, _("Type the PIN of %s, then Enter."), officer->name);
    return;
  }
  int result = session_sign_in(&shell->desk, officer->id, signin->pin.text, &err);
  line_set(&signin->pin, "");
  shell_redraw(shell);
  if (result < 0) {
    shell_complain(shell, &err);
    return;
  }
  welcome(shell, officer->name);
  if (signin->occasion == OCCASION_LOCK) shell->is_locked = false;
  shell_close(shell, view);
  shell_changed(shell);
}

static bool key(struct view *view, struct shell *shell, const struct key *key)
{
  struct signin *signin = (struct signin *)view;
  bool edits = keys_is_character(key) || key->code == KEY_CODE_BACKSPACE || key->code == KEY_CTRL('U');

  if (rows_key(&signin->rows, shell->terminal, key)) {
    line_set(&signin->pin, "");
    return true;
  }
  if (key->code == KEY_CODE_ESC) {
    if (signin->occasion == OCCASION_OPEN && shell->desk.officer == 0)
      shell_say(shell, _("You look on without signing in; Ctrl-T signs in."));
    return signin->occasion == OCCASION_LOCK;
  }
  if (!edits || !line_key(&signin->pin, key)) return false;
  shell_redraw(shell);
  return true;
}

/* --- drawing -------------------------------------------------------------------------------------------------------------- */

static void draw_officer(void *context, struct terminal *terminal, int row, struct area area, bool is_chosen)
{
  const struct signin *signin = context;
  enum style style = is_chosen ? STYLE_SELECTED : STYLE_NORMAL;

  draw_text(terminal, area.top, area.left, 2, style, is_chosen ? "> " : "");
  draw_text(terminal, area.top, area.left + 2, NAME_COLUMNS, style, signin->officers[row].name);
  draw_text(terminal, area.top, area.left + 2 + NAME_COLUMNS, area.columns - 2 - NAME_COLUMNS, style,
            i18n_text(post_labels[signin->officers[row].post]));
}

static void draw_pin(struct signin *signin, struct shell *shell, int row)
{
  int column = draw_part(shell->terminal, row, 0, shell->terminal->columns, STYLE_LABEL, _("PIN:")) + 1;

  line_draw(&signin->pin, shell->terminal, (struct area){ row, column, 1, NAME_COLUMNS }, STYLE_INPUT, true);
}

static void draw(struct view *view, struct shell *shell, struct area area)
{
  struct signin *signin = (struct signin *)view;
  int officers = signin->count < OFFICER_ROWS ? signin->count : OFFICER_ROWS;
  char *banner = demo_banner(&shell->desk);
  int top = area.top;

  if (banner != NULL)
    top += draw_wrapped(shell->terminal, (struct area){ top, area.left, BANNER_ROWS, area.columns }, STYLE_STRONG, banner);
  top++;
  free(banner);
  rows_place(&signin->rows, (struct area){ top, area.left, officers, area.columns });
  rows_draw(&signin->rows, shell->terminal, draw_officer, signin);
  top += officers + 1;
  draw_pin(signin, shell, top);
  top += 2;
  if (signin->overview.overdue == 0) return;
  draw_rule(shell->terminal, top, area.left, area.columns, _("Overdue"));
  overview_draw_alarms(shell, &signin->overview, (struct area){ top + 1, area.left, area.top + area.rows - top - 1, area.columns });
}

static int refresh(struct view *view, struct shell *shell, struct err *err)
{
  struct signin *signin = (struct signin *)view;
  struct overview fresh = { 0 };

  if (overview_read(&shell->desk, &fresh, err) < 0) return -1;
  overview_free(&signin->overview);
  signin->overview = fresh;
  shell->fresh = &signin->overview;
  return 0;
}

static void hints(struct view *view, struct shell *shell, struct hints *hints)
{
  (void)shell;
  hints_add(hints, "Enter", _("sign in"));
  hints_add(hints, _("Arrows"), _("choose"));
  if (((struct signin *)view)->occasion == OCCASION_OPEN) hints_add(hints, "Esc", _("only look on"));
  if (((struct signin *)view)->occasion == OCCASION_CHANGE) hints_add(hints, "Esc", _("back"));
}

/* --- the view ------------------------------------------------------------------------------------------------------------- */

static const char *title(struct view *view, struct shell *shell)
{
  static const char *const titles[] = {
    [OCCASION_OPEN] = N_("Who sits here?"),
    [OCCASION_CHANGE] = N_("Change of officer"),
    [OCCASION_LOCK] = N_("Locked: sign in to go on"),
  };

  (void)shell;
  return _(titles[((struct signin *)view)->occasion]);
}

static void close_view(struct view *view, struct shell *shell)
{
  struct signin *signin = (struct signin *)view;

  (void)shell;
  for (int i = 0; i < signin->count; i++) free(signin->officers[i].name);
  free(signin->officers);
  overview_free(&signin->overview);
  line_stop(&signin->pin);
  free(signin);
}

static const struct binding bindings[] = {
  { KEY_CODE_ENTER, NULL, N_("Sign in as the chosen officer with the PIN that is typed."), try_pin },
  { KEY_CODE_DOWN, NULL, N_("Choose the officer; those on duty stand first."), NULL },
  { KEY_CODE_ESC, NULL, N_("Back, or look on without signing in. Not while the desk is locked."), NULL },
  { .code = 0 },
};

static const struct view_class class = {
  .name = N_("Signing in"),
  .bindings = bindings,
  .title = title,
  .draw = draw,
  .key = key,
  .hints = hints,
  .refresh = refresh,
  .close = close_view,
  .follows_clock = true,
};

static struct signin *start(struct shell *shell, enum occasion occasion, record_id officer)
{
  struct signin *signin = mem_zero(1, sizeof *signin);

  signin->view.class = &class;
  signin->view.is_stale = true;
  signin->occasion = occasion;
  line_start(&signin->pin, "");
  signin->pin.is_secret = true;
  read_officers(signin, shell);
  propose(signin, officer);
  return signin;
}

struct view *signin_view_open(struct shell *shell, record_id officer)
{
  struct signin *signin = start(shell, OCCASION_OPEN, officer);

  if (signin->count > 0) return &signin->view;
  close_view(&signin->view, shell);
  return NULL;
}

struct view *signin_view_change(struct shell *shell)
{
  record_id a = session_on_post(&shell->desk, POST_A), b = session_on_post(&shell->desk, POST_B);

  return &start(shell, OCCASION_CHANGE, shell->desk.officer == a ? b : a)->view;
}

void signin_view_lock(struct shell *shell)
{
  if (shell->is_locked || shell->desk.officer == 0) return;
  shell->is_locked = true;
  shell_push(shell, &start(shell, OCCASION_LOCK, shell->desk.officer)->view);
}
