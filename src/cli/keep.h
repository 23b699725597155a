/* Commands about the database as a whole: making, proving, backing up, restoring it. */
#ifndef CLI_KEEP_H
#define CLI_KEEP_H

#include "cli/words.h"

int keep_init(struct cli *cli, struct words *words, struct err *err);
int keep_verify(struct cli *cli, struct words *words, struct err *err);
int keep_backup(struct cli *cli, struct words *words, struct err *err);
int keep_restore(struct cli *cli, struct words *words, struct err *err);
int keep_renew(struct cli *cli, struct words *words, struct err *err);
int keep_config(struct cli *cli, struct words *words, struct err *err);

#endif
