/* Commands of the exchange: sync, node list. */
#ifndef CLI_SYNC_H
#define CLI_SYNC_H

#include "cli/words.h"

int sync_command(struct cli *cli, struct words *words, struct err *err);
/* bundle out FILE|- [--to AREA], bundle in FILE|- */
int sync_bundle_out(struct cli *cli, struct words *words, struct err *err);
int sync_bundle_in(struct cli *cli, struct words *words, struct err *err);
int sync_card_out(struct cli *cli, struct words *words, struct err *err);
int sync_card_in(struct cli *cli, struct words *words, struct err *err);
int sync_nodes(struct cli *cli, struct words *words, struct err *err);

#endif
