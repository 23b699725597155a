/* How the command line shows records: aligned text, JSON, CSV. */
#ifndef CLI_SHOW_H
#define CLI_SHOW_H

#include "cli/words.h"

enum show_style { SHOW_TEXT, SHOW_JSON, SHOW_CSV };
enum show_style show_style_take(struct words *words); /* --json, --csv */

void show_json(json *value); /* prints and drops it */
/* The list of a kind with its field=value filters; personal fields only with --personal, struck records only with --all. */
int show_list(struct cli *cli, const struct kind *kind, struct words *words, struct err *err);
/* One record; --history adds every change, --json. */
int show_record(struct cli *cli, const struct kind *kind, record_id id, struct words *words, struct err *err);
/* Top line and overview. */
int show_now(struct cli *cli, struct words *words, struct err *err);
/* Its rounds. Exit 3 if any is overdue. */
int show_rounds(struct cli *cli, struct words *words, struct err *err);
int show_search(struct cli *cli, struct words *words, struct err *err);

#endif
