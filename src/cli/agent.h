/* The agent and the alarms on the command line. */
#ifndef CLI_AGENT_H
#define CLI_AGENT_H

#include "cli/words.h"

/* agent [--once|--background|--stop]; --notify is for its own children. */
int agent_command(struct cli *cli, struct words *words, struct err *err);
/* alarm list [--json]: open alarms, the most urgent first. Exit 3 if there are any. */
int agent_alarms(struct cli *cli, struct words *words, struct err *err);

#endif
