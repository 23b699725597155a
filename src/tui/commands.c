#include "tui/commands.h"

#include "base/i18n.h"
#include "tui/alarm_view.h"
#include "tui/help_view.h"
#include "tui/job.h"
#include "tui/list_view.h"
#include "tui/news_view.h"
#include "tui/palette.h"
#include "tui/search_view.h"
#include "tui/signin_view.h"

static void help(struct view *view, struct shell *shell)
{
  shell_push(shell, help_view_open(shell, view));
}
static void palette(struct view *view, struct shell *shell)
{
  (void)view, shell_push(shell, palette_open(shell));
}
static void find(struct view *view, struct shell *shell)
{
  (void)view, shell_push(shell, search_view_open(shell, NULL, NULL));
}
static void overview(struct view *view, struct shell *shell)
{
  (void)view, shell_home(shell);
}
static void alarms(struct view *view, struct shell *shell)
{
  (void)view;
  if (shell->status.alarms == 0)
    shell_say(shell, _("No alarm is open."));
  else if (shell->alarm.box == NULL)
    shell_push(shell, alarm_view_open(shell, false));
}
static void change_officer(struct view *view, struct shell *shell)
{
  (void)view, shell_push(shell, signin_view_change(shell));
}
static void news(struct view *view, struct shell *shell)
{
  (void)view, shell_push(shell, news_view_open(shell));
}
static void lock(struct view *view, struct shell *shell)
{
  (void)view, shell->hooks->lock(shell);
}

/* A room lies directly above the overview; what was open is closed, its drafts kept. */
static void open_room(struct shell *shell, enum room room)
{
  shell_home(shell);
  shell_push(shell, list_view_open_room(shell, room));
}

static void open_log(struct view *view, struct shell *shell)
{
  (void)view, open_room(shell, ROOM_LOG);
}
static void open_warnings(struct view *view, struct shell *shell)
{
  (void)view, open_room(shell, ROOM_WARNINGS);
}
static void open_rounds(struct view *view, struct shell *shell)
{
  (void)view, open_room(shell, ROOM_ROUNDS);
}
static void open_dangers(struct view *view, struct shell *shell)
{
  (void)view, open_room(shell, ROOM_DANGERS);
}
static void open_plans(struct view *view, struct shell *shell)
{
  (void)view, open_room(shell, ROOM_PLANS);
}
static void open_incidents(struct view *view, struct shell *shell)
{
  (void)view, open_room(shell, ROOM_INCIDENTS);
}
static void open_ledgers(struct view *view, struct shell *shell)
{
  (void)view, open_room(shell, ROOM_LEDGERS);
}

static void quit(struct view *view, struct shell *shell)
{
  (void)view;
  if (job_running(shell) == 0 || shell->is_quitting) {
    shell_quit(shell);
    return;
  }
  shell->is_quitting = true;
  job_ask_to_stop(shell);
}

const struct binding commands[] = {
  { KEY_FUNCTION(1), N_("help"), N_("What the keys do here."), help },
  { KEY_FUNCTION(2), N_("overview"), N_("Back to the overview, from anywhere."), overview },
  { KEY_CTRL('P'), N_("everything"), N_("Everything the desk can do, found by its words."), palette },
  { KEY_FUNCTION(3), NULL, N_("Log, open items, orders, duty checks, shifts and handovers."), open_log },
  { KEY_FUNCTION(4), NULL, N_("Warnings, calls, relays."), open_warnings },
  { KEY_FUNCTION(5), NULL, N_("Rounds: points, visits, readings."), open_rounds },
  { KEY_FUNCTION(6), NULL, N_("Hidden dangers."), open_dangers },
  { KEY_FUNCTION(7), NULL, N_("Plans."), open_plans },
  { KEY_FUNCTION(8), NULL, N_("Incidents and reports."), open_incidents },
  { KEY_FUNCTION(9), NULL, N_("Ledgers: units, officers, contacts, teams, stock, shelters, households and more."), open_ledgers },
  { KEY_CTRL('F'), NULL, N_("Find words in every record."), find },
  { KEY_CTRL('G'), NULL, N_("Open alarms: go to one, answer it."), alarms },
  { KEY_CTRL('T'), NULL, N_("Change between the officers on post A and post B, by PIN."), change_officer },
  { KEY_CTRL('N'), NULL, N_("What changed since you last sat here."), news },
  { KEY_CTRL('L'), NULL, N_("Lock the desk until somebody signs in; alarms stay in view."), lock },
  { KEY_CTRL('X'), N_("quit"), N_("Leave the desk. F10 does the same."), quit },
  { KEY_FUNCTION(10), NULL, N_("Leave the desk."), quit },
  { .code = 0 },
};

const struct binding setup_commands[] = {
  { KEY_FUNCTION(1), N_("help"), N_("What the keys do here."), help },
  { KEY_CTRL('X'), N_("quit"), N_("Leave the desk. F10 does the same."), quit },
  { KEY_FUNCTION(10), NULL, N_("Leave the desk."), quit },
  { .code = 0 },
};
