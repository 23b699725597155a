#include "tui/tui.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/alarm.h"
#include "desk/duties.h"
#include "desk/lookup.h"
#include "desk/officer.h"
#include "desk/session.h"
#include "tui/commands.h"
#include "tui/job.h"
#include "tui/menu.h"
#include "tui/overview_view.h"
#include "tui/print_view.h"
#include "tui/setup_view.h"
#include "tui/signin_view.h"

/* --- jobs ----------------------------------------------------------------------------------------------------------------- */

static void tell_trouble(struct shell *shell, const struct job *job, const char *said)
{
  struct err err = ERR_INIT;

  if (job->status < 0)
    err_set(&err, _("%s: cancelled"), job->label);
  else
    err_set(&err, _("%s: %s"), job->label, said);
  shell_complain(shell, &err);
}

static void job_has_ended(struct shell *shell, struct job *job)
{
  char *said = job_last_line(job);

  shell_changed(shell); /* whether an agent runs, above all, and that the job has ended */
  if (job->status == 0 && job->is_for_terminal)
    print_to_terminal(shell, job);
  else if (job->status != 0)
    tell_trouble(shell, job, said);
  else if (!job->is_quiet)
    shell_say(shell, _("%s: %s"), job->label, *said != '\0' ? said : _("done"));
  free(said);
  if (shell->is_quitting && job_running(shell) > 0) job_ask_to_stop(shell); /* the question stands: the list of jobs has the answer */
}

/* The last session did not end as it should: the screen is there at once, and a child looks whether all is well. */
static void check_after_unclean_end(struct shell *shell)
{
  static const char *const words[] = { "verify", NULL };
  struct err err = ERR_INIT;

  if (store_ended_cleanly(shell->desk.store)) return;
  if (job_start(shell, _("Check after an unclean end"), words, true, &err) == NULL)
    shell_complain(shell, &err);
  else
    shell_say(shell, _("The last session did not end cleanly; the database is being checked in the background."));
}

/* --- opening -------------------------------------------------------------------------------------------------------------- */

static void show_desk(struct shell *shell, record_id officer)
{
  shell->is_status_stale = true;
  shell_watch(shell);
  alarm_watch_open(shell);
  shell_push(shell, overview_view_open(shell));
  if (shell->desk.officer == 0) shell_push(shell, signin_view_open(shell, officer));
}

static void print_test_page(struct shell *shell, const struct menu_item *item)
{
  const struct action *action = action_find(shell->tables, "log.print");
  struct err err = ERR_INIT;

  (void)item;
  if (action != NULL && print_start(shell, action, 0, NULL, &err) < 0) shell_complain(shell, &err);
}

static void print_nothing(struct shell *shell, const struct menu_item *item)
{
  (void)item;
  shell_say(shell, _("7 on the overview prints; print.to in the settings says where to."));
}

/* The last question of set-up. */
static void offer_printer_test(struct shell *shell)
{
  struct menu *menu = menu_start(_("Printer test"));

  menu_add(menu, _("Print today's log as a test"), _("goes where print.to in the settings says: a folder, lp, or the terminal"), 0,
           print_test_page, NULL, 0);
  menu_add(menu, _("Not now"), NULL, 0, print_nothing, NULL, 0);
  shell_push(shell, menu_view(menu));
}

/* Whoever set the station up sits here: the PIN was typed a moment ago. */
static void sign_in_founder(struct shell *shell, const struct values *values)
{
  record_id officer = record_find(shell->desk.store, &officer_kind, values_text(values, "admin"), NULL);

  if (officer == 0 || session_sign_in(&shell->desk, officer, values_text(values, "pin"), NULL) < 0) return;
  free(shell->officer_name);
  shell->officer_name = lookup_name(&shell->desk, officer);
}

static void after_setup(struct shell *shell, const struct values *values)
{
  struct err err = ERR_INIT;

  if (desk_open(&shell->desk, shell->path, shell->desk.config, &err) < 0) {
    shell_complain(shell, &err);
    return;
  }
  shell->desk.interactive = true;
  sign_in_founder(shell, values);
  show_desk(shell, 0);
  offer_printer_test(shell);
  shell_say(shell, _("The station is set up. What is still empty stands on the overview."));
}

/* --- the screen ----------------------------------------------------------------------------------------------------------- */

static const struct shell_hooks hooks = { commands, setup_commands, signin_view_lock, job_has_ended };

static int fail(const struct err *err)
{
  err_print(err->text);
  return err->code != ERR_NONE ? err->code : ERR_FAILED;
}

/* Everything that can be wrong with the database is said before the terminal is taken over. */
static int open_database(struct shell *shell, const char *officer, record_id *proposed, struct err *err)
{
  struct config *config = shell->desk.config;

  *proposed = 0;
  if (!file_exists(shell->path)) return 0;
  if (desk_open(&shell->desk, shell->path, config, err) < 0) return -1;
  shell->desk.interactive = true;
  if (officer == NULL) return 0;
  *proposed = record_find(shell->desk.store, &officer_kind, officer, err);
  return *proposed != 0 ? officer_refuse_foreign(&shell->desk, *proposed, err) : -1;
}

static void run(struct shell *shell, record_id proposed)
{
  if (shell->desk.store != NULL) {
    show_desk(shell, proposed);
    check_after_unclean_end(shell);
  } else {
    shell_push(shell, setup_view_open(shell, after_setup));
  }
  shell_run(shell);
}

/* With the last screen goes the last that rings, where nothing else does. */
static void tell_reach(struct shell *shell)
{
  if (shell->desk.store == NULL || strcmp(config_text(shell->desk.config, "agent.start"), "off") == 0) return;
  alarm_watch_close(shell);
  if (alarm_reach(&shell->desk) == REACH_NOBODY) err_print(_("No screen is open now, and nothing else rings: this desk can wake nobody"));
}

int tui_run(const char *path, const char *settings, struct config *config, const char *officer, const struct action *const tables[])
{
  struct shell shell = { .path = path,
                         .settings = settings,
                         .tables = tables,
                         .hooks = &hooks,
                         .watch = { .descriptor = -1 },
                         .alarm = { .mark = -1 },
                         .desk = { .config = config } };
  struct err err = ERR_INIT;
  record_id proposed;
  int result = open_database(&shell, officer, &proposed, &err);

  if (result == 0) result = terminal_start(&shell.terminal, config, &err);
  if (result == 0) {
    run(&shell, proposed);
    job_stop_all(&shell);
    terminal_stop(shell.terminal);
  }
  status_free(&shell.status);
  tell_reach(&shell);
  alarm_watch_close(&shell);
  if (shell.desk.store != NULL) desk_close(&shell.desk);
  store_watch_close(&shell.watch);
  free(shell.officer_name);
  free(shell.message);
  return result == 0 ? shell.exit_code : fail(&err);
}
