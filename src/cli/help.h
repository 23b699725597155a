/* What `dutydesk KIND ACTION --help` says: how a command is written, and a line for each of its arguments. */
#ifndef CLI_HELP_H
#define CLI_HELP_H

#include "cli/cli.h"

/* As the list of all commands shows it: words, arguments, label. */
void help_usage(const struct action *action);
/* The same with its help and each argument: what it takes, its label, whether it is needed, its help. */
void help_action(const struct action *action);
/* A kind's own verbs, its actions, and its fields as add and set take them. */
void help_kind(const struct cli *cli, const struct kind *kind);

#endif
