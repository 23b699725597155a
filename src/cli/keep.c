#include "cli/keep.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/agent.h"
#include "base/buf.h"
#include "base/config.h"
#include "base/err.h"
#include "base/i18n.h"
#include "desk/demo.h"
#include "desk/exercise.h"
#include "desk/setup.h"
#include "paper/document.h"
#include "store/upkeep.h"

/* --- init ----------------------------------------------------------------------------------------------------------------------------- */

static int demo_make(struct cli *cli, struct err *err)
{
  if (desk_open(&cli->desk, cli->path, cli->config, err) != 0) return -1;
  int result = demo_fill(&cli->desk, err);
  if (result == 0) {
    char *banner = demo_banner(&cli->desk);
    puts(banner);
    free(banner);
  }
  desk_close(&cli->desk);
  return result;
}

int keep_init(struct cli *cli, struct words *words, struct err *err)
{
  const char *area = words_option(words, "area"), *name = words_option(words, "name"), *letter = words_option(words, "letter");
  const char *exercise = words_option(words, "exercise");
  bool demo = words_flag(words, "demo");
  if (words_end(words, err) != 0) return -1;
  if (exercise) return exercise_make(cli->path, exercise, cli->config, err);
  if (demo && !area) area = DEMO_AREA;
  if (demo && !name) name = DEMO_NAME;
  if (!area || !name) return err_usage(err, _("a new database needs --area CODE (12 digits) and --name TEXT"));
  if (letter && strlen(letter) != 1) return err_usage(err, _("the node's letter is one of A to Z"));
  if (setup_init(cli->path, area, name, letter ? *letter : 'A', false, err) != 0) return -1;
  return demo ? demo_make(cli, err) : 0;
}

/* --- verify --------------------------------------------------------------------------------------------------------------------------- */

static void finding_put(void *context, const char *line)
{
  (void)context;
  puts(line);
}

static int verify_store(struct cli *cli, bool rebuild, struct err *err)
{
  if (rebuild && verify_rebuild(cli->desk.store, true, NULL, err) != 0) return -1;
  int findings = verify_all(cli->desk.store, finding_put, NULL, NULL, err);
  if (findings < 0) return -1;
  if (findings == 0) puts(_("All is well: the file is sound, the chain of every log holds, and what is shown is what the journal says."));
  return findings ? ERR_FAILED : 0;
}

int keep_verify(struct cli *cli, struct words *words, struct err *err)
{
  bool rebuild = words_flag(words, "rebuild");
  const char *report = words_next(words), *hash = report ? words_next(words) : NULL;
  if (words_end(words, err) != 0) return -1;
  if (report && !hash) return err_usage(err, _("give the report's number and its hash, both printed at its foot and in its QR code"));
  return report ? document_verify(&cli->desk, report, hash, err) : verify_store(cli, rebuild, err);
}

/* --- backup, restore, node, config ---------------------------------------------------------------------------------------------------- */

int keep_backup(struct cli *cli, struct words *words, struct err *err)
{
  const char *path = words_next(words);
  if (!path) return err_usage(err, _("give the name of the file to make"));
  return words_end(words, err) != 0 ? -1 : backup_make(cli->desk.store, path, NULL, err);
}

int keep_restore(struct cli *cli, struct words *words, struct err *err)
{
  const char *path = words_next(words);
  char *aside;
  if (!path) return err_usage(err, _("give the name of the backup"));
  if (words_end(words, err) != 0 || agent_stop(cli->path, err) < 0) /* it holds the file open; a screen or its unit starts it again */
    return -1;
  if (backup_restore(cli->path, path, desk_kinds(), &aside, err) != 0) return -1;
  puts(_("Restored; this node goes on under a new key."));
  if (aside) printf(_("What stood there before is kept as %s.\n"), aside);
  free(aside);
  return 0;
}

int keep_renew(struct cli *cli, struct words *words, struct err *err)
{
  if (words_end(words, err) != 0 || store_renew(cli->desk.store, err) != 0) return -1;
  puts(_("This node has a new key; its records go on."));
  return 0;
}

int keep_config(struct cli *cli, struct words *words, struct err *err)
{
  struct buf text = BUF_INIT;
  (void)cli;
  if (words_end(words, err) != 0) return -1;
  config_write_default(&text);
  fputs(buf_text(&text), stdout);
  buf_free(&text);
  return 0;
}
