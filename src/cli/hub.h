/* Commands about the county's PostgreSQL hub: for its owner, and publishing into it. */
#ifndef CLI_HUB_H
#define CLI_HUB_H

#include "cli/words.h"

int hub_command_init(struct cli *cli, struct words *words, struct err *err);
int hub_command_station(struct cli *cli, struct words *words, struct err *err);
int hub_command_drop(struct cli *cli, struct words *words, struct err *err);
int hub_command_publish(struct cli *cli, struct words *words, struct err *err);

#endif
