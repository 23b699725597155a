/* The command line: a contract that scripts use (design.md). Arguments are collected here and given to actions; nothing is decided here. */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <stdbool.h>

#include "desk/action.h"

struct cli {
  struct desk desk; /* opened for the commands that need it */
  struct config *config;
  const char *path;    /* of the database */
  const char *officer; /* -u; NULL: the officer on post A, else unattributed */
  const struct action *const *tables;
};

/* Runs one command, words[0] its name. Returns the exit code of design.md: 0 done, 1 failed, 2 usage, 3 done but something needs
 * attention. */
int cli_run(struct cli *cli, int count, char **words);

/* The list of commands, for --help. */
void cli_help(const struct cli *cli);

#endif
