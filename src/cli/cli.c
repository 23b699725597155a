#include "cli/cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "cli/act.h"
#include "cli/agent.h"
#include "cli/help.h"
#include "cli/hub.h"
#include "cli/keep.h"
#include "cli/show.h"
#include "cli/sync.h"
#include "desk/duties.h"
#include "desk/officer.h"
#include "desk/session.h"

struct command {
  const char *name;  /* one or two words */
  const char *usage; /* behind the name */
  const char *help;  /* msgid */
  bool without_desk; /* works, or must work, without an open database */
  int (*run)(struct cli *cli, struct words *words, struct err *err);
};

static const struct command commands[] = {
  { "init", "--area CODE --name TEXT [--letter A] [--demo] [--exercise FROM]", N_("make a new database"), true, keep_init },
  { "now", "[--json]", N_("what the top line and the overview show"), false, show_now },
  { "search", "TEXT… [--json] [--all] [--personal]", N_("find text in all records"), false, show_search },
  { "verify", "[--rebuild] | REPORT HASH", N_("prove the journal and what is shown, or a printed report"), false, keep_verify },
  { "backup", "FILE", N_("copy the database while others work"), false, keep_backup },
  { "restore", "FILE", N_("put a backup in place of the database, which is kept aside"), true, keep_restore },
  { "node renew", "", N_("give this node a new key"), false, keep_renew },
  { "agent", "[--once] [--background] [--stop]", N_("keep the clocks and ring while nobody looks"), true, agent_command },
  { "alarm list", "[--json]", N_("alarms that nobody has answered"), false, agent_alarms },
  { "patrol due", "[--json]", N_("rounds that are due"), false, show_rounds },
  { "sync", "[REMOTE…] [--status [--json]] [--follow [--with-parent]] [--serve [--node NODE]] [--stick PATH] [--only-stick|--line-again]",
    N_("exchange journals with other stations"), false, sync_command },
  { "bundle out", "FILE|- [--to AREA]", N_("write what another station does not know yet into a file for a stick"), false,
    sync_bundle_out },
  { "bundle in", "FILE|-", N_("take in a file that another station has written"), false, sync_bundle_in },
  { "node card out", "[FILE|-]", N_("write this machine's card, for a station that no line joins to us"), false, sync_card_out },
  { "node card in", "FILE|-", N_("take another machine's card; an officer then says yes to it (node trust)"), false, sync_card_in },
  { "node list", "[--json]", N_("this station's machines and those it knows, with their fingerprints"), false, sync_nodes },
  { "hub init", "URL [--exercise]", N_("make a PostgreSQL database the hub of a county, or upgrade it; with its owner's rights"), true,
    hub_command_init },
  { "hub station add", "URL ROLE AREA… [--password-file F]", N_("give a station its role at the hub; with its owner's rights"), true,
    hub_command_station },
  { "hub station drop", "URL ROLE", N_("take the hub from a station; with its owner's rights"), true, hub_command_drop },
  { "hub publish", "[URL] [--personal]", N_("publish what this station shows as tables of the hub, for statistics"), false,
    hub_command_publish },
  { "config list", "", N_("every setting with its meaning, as a commented file"), true, keep_config },
  { NULL, NULL, NULL, false, NULL },
};

static const struct command *command_find(int count, char **list, int *used)
{
  for (const struct command *command = commands; command->name; command++)
    if ((*used = words_matched(command->name, count, list)) > 0) return command;
  return NULL;
}

static void command_help(const struct command *command)
{
  printf("  %s%s%s\n      %s\n", command->name, *command->usage ? " " : "", command->usage, i18n_text(command->help));
}

void cli_help(const struct cli *cli)
{
  puts(_("dutydesk [-d DB] [-c INI] [-u OFFICER] [COMMAND…]     no command: opens the screen"));
  for (const struct command *command = commands; command->name; command++) command_help(command);
  printf("  KIND add|set ID|void ID --why T  field=value…    KIND list [field=value…] [--json|--csv]\n"
         "  KIND show ID [--history] [--json]    KIND import FILE.csv [--dry-run]    KIND template\n      %s",
         _("kinds:"));
  for (int index = 0; duties[index]; index++) printf(" %s", duties[index]->kind->name);
  putchar('\n');
  for (int table = 0; cli->tables[table]; table++)
    for (const struct action *action = cli->tables[table]; action->name; action++)
      if (action->command) help_usage(action);
}

/* Who acts: -u, else the officer on post A. */
static int officer_choose(struct cli *cli, struct err *err)
{
  cli->desk.unproven = true;
  if (!cli->officer) {
    cli->desk.officer = session_on_post(&cli->desk, POST_A);
    return 0;
  }
  cli->desk.officer = record_find(cli->desk.store, &officer_kind, cli->officer, err);
  return cli->desk.officer ? officer_refuse_foreign(&cli->desk, cli->desk.officer, err) : -1;
}

static int command_run(struct cli *cli, const struct command *command, int used, struct words *words, struct err *err)
{
  words_skip(words, used);
  return command->run(cli, words, err);
}

static int run_open(struct cli *cli, int count, char **list, struct words *words, struct err *err)
{
  const struct duty *duty = duty_find(list[0]);
  int used;
  const struct command *command = command_find(count, list, &used);
  if (command) return command_run(cli, command, used, words, err);
  const struct action *action = act_match(cli, count, list, &used);
  if (action) {
    words_skip(words, used);
    return act_run_action(cli, action, words, err);
  }
  if (duty && count > 1 && act_is_verb(list[1])) {
    words_skip(words, 2);
    return act_run_kind(cli, duty, list[1], words, err);
  }
  if (duty) return err_usage(err, _("%s what? add, set, void, list, show, import or template"), list[0]);
  return err_usage(err, _("there is no command '%s'; 'dutydesk --help' lists them"), list[0]);
}

static int run(struct cli *cli, int count, char **list, struct words *words, struct err *err)
{
  int used;
  const struct command *command = command_find(count, list, &used);
  if (command && command->without_desk) return command_run(cli, command, used, words, err);
  if (desk_open(&cli->desk, cli->path, cli->config, err) != 0) return -1;
  int result = officer_choose(cli, err);
  if (result == 0) result = run_open(cli, count, list, words, err);
  desk_close(&cli->desk);
  return result;
}

static bool asks_for_help(int count, char **list)
{
  for (int i = 0; i < count; i++)
    if (strcmp(list[i], "--help") == 0) return true;
  return false;
}

/* By its words on the command line, else by its name: "shift print" is shift.print, which is written "print shift". */
static const struct action *action_meant(struct cli *cli, int count, char **list)
{
  int used;
  const struct action *action = act_match(cli, count, list, &used);
  if (action || count < 2) return action;
  char *name = mem_printf("%s.%s", list[0], list[1]);
  action = action_find(cli->tables, name);
  free(name);
  return action && action->command ? action : NULL;
}

/* Of what the words before --help name. */
static int help_about(struct cli *cli, int count, char **list, struct err *err)
{
  int used;
  const struct command *command = command_find(count, list, &used);
  const struct action *action = action_meant(cli, count, list);
  const struct duty *duty = duty_find(list[0]);

  if (command)
    command_help(command);
  else if (action)
    help_action(action);
  else if (duty)
    help_kind(cli, duty->kind);
  else
    return err_usage(err, _("there is no command '%s'; 'dutydesk --help' lists them"), list[0]);
  return 0;
}

int cli_run(struct cli *cli, int count, char **list)
{
  struct err err = ERR_INIT;
  struct words words;
  words_start(&words, count, list);
  int result = asks_for_help(count, list) ? help_about(cli, count, list, &err) : run(cli, count, list, &words, &err);
  words_free(&words);
  if (result == 0 && fflush(stdout) != 0) result = err_set(&err, _("the output could not be written: the disk may be full"));
  if (result >= 0) return result;
  err_print(err.text);
  return err.code ? (int)err.code : ERR_FAILED;
}
