/* Locale, options, and what the layers offer joined into one program. */
#include <config.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/inbox.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/crypto.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/parts.h"
#include "cli/cli.h"
#include "desk/action.h"
#include "paper/document.h"
#include "sync/sync.h"
#include "tui/tui.h"

static const struct option long_options[] = {
  { "help", no_argument, NULL, 'h' },
  { "version", no_argument, NULL, 'V' },
  { NULL, 0, NULL, 0 },
};

struct options {
  const char *database, *config, *officer;
  int ends; /* 'h' or 'V': say that and end */
};

/* In our own words: getopt's are not in the desk's language. */
static int option_refuse(int why, char **list)
{
  char letter[] = { '-', (char)optopt, 0 };
  const char *word = optopt > 0 && optopt < 128 ? letter : list[optind - 1];
  struct err err = ERR_INIT;
  i18n_start("auto");
  if (why == ':')
    err_usage(&err, _("%s needs a value behind it; 'dutydesk --help' lists what there is"), word);
  else
    err_usage(&err, _("there is no option %s; 'dutydesk --help' lists what there is"), word);
  err_print(err.text);
  return err.code;
}

static int options_read(struct options *options, int count, char **list)
{
  int option;
  while ((option = getopt_long(count, list, "+:d:c:u:hV", long_options, NULL)) != -1) switch (option) {
    case 'd': options->database = optarg; break;
    case 'c': options->config = optarg; break;
    case 'u': options->officer = optarg; break;
    case 'h':
    case 'V': options->ends = option; break;
    default: return option_refuse(option, list);
    }
  return 0;
}

/* One table of tables from all layers that have actions. */
static const struct action **tables_join(void)
{
  static const struct action *const *const layers[] = { desk_action_tables, paper_action_tables, agent_action_tables, sync_action_tables };
  const struct action **joined = NULL;
  size_t count = 0;
  for (size_t layer = 0; layer < sizeof(layers) / sizeof(*layers); layer++)
    for (int table = 0; layers[layer][table]; table++) {
      joined = mem_grow(joined, count + 2, sizeof(*joined));
      joined[count++] = layers[layer][table];
    }
  joined[count] = NULL;
  return joined;
}

static int start(struct config **config, const struct options *options, struct err *err)
{
  i18n_start("auto"); /* for what may go wrong with the settings themselves */
  if (crypto_start(err) != 0 || config_load_usual(config, options->config, err) != 0) return -1;
  i18n_start(config_text(*config, "ui.language"));
  return clock_set_zone(config_text(*config, "station.timezone"), err);
}

static int run(const struct options *options, struct config *config, int count, char **list)
{
  char *path = options->database ? mem_dup(options->database) : desk_default_path();
  const struct action **tables = tables_join();
  struct cli cli = { .config = config, .path = path, .officer = options->officer, .tables = tables };
  int result = 0;
  if (options->ends == 'h')
    cli_help(&cli);
  else if (count > 0)
    result = cli_run(&cli, count, list);
  else
    result = tui_run(path, options->config, config, options->officer, tables);
  free(tables);
  free(path);
  return result;
}

static int version_say(void)
{
  i18n_start("auto");
  puts(PACKAGE_STRING);
  for (const struct part *part = parts; part->name; part++)
    printf("%s %s (%s)\n", part->built_in ? "+" : "-", part->name, i18n_text(part->purpose));
  return 0;
}

int main(int count, char **list)
{
  signal(SIGXFSZ, SIG_IGN); /* a limit on file sizes is a full disk: an error to tell, not an end */
  struct options options = { 0 };
  struct config *config = NULL;
  struct err err = ERR_INIT;
  int result = options_read(&options, count, list);
  if (result != 0) return result;
  if (options.ends == 'V') return version_say();
  if (start(&config, &options, &err) == 0)
    result = run(&options, config, count - optind, list + optind);
  else {
    err_print(err.text);
    result = err.code;
  }
  config_free(config);
  return result;
}
