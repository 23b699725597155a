/* Running actions and the generic commands of kinds from the command line. */
#ifndef CLI_ACT_H
#define CLI_ACT_H

#include "cli/words.h"
#include "desk/duty.h"

/* The action whose command has the most words in common with the beginning of `list`; *used gets how many. NULL: none. */
const struct action *act_match(const struct cli *cli, int count, char **list, int *used);
/* Collects subject, arguments and PINs, runs it, prints what it says. Returns -1, or the exit code. */
int act_run_action(struct cli *cli, const struct action *action, struct words *words, struct err *err);

/* KIND add|set|void|list|show|import|template; `verb` is one of them (act_is_verb). */
bool act_is_verb(const char *verb);
int act_run_kind(struct cli *cli, const struct duty *duty, const char *verb, struct words *words, struct err *err);

#endif
