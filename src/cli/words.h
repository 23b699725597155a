/* What stands on the command line behind the command: options, field=value, the rest. */
#ifndef CLI_WORDS_H
#define CLI_WORDS_H

#include <stdbool.h>

#include "cli/cli.h"

struct words {
  char **list; /* not ours */
  int count;
  bool *taken;
};

void words_start(struct words *words, int count, char **list);
void words_free(struct words *words);
/* How many words of `command` stand at the beginning of list; 0 unless all do. */
int words_matched(const char *command, int count, char **list);
/* Passes over the first words, which named the command. */
void words_skip(struct words *words, int count);
/* Takes "--NAME"; false if it is not there. */
bool words_flag(struct words *words, const char *name);
/* Takes "--NAME VALUE" or "--NAME=VALUE"; NULL if it is not there. */
const char *words_option(struct words *words, const char *name);
/* Takes the next word that is nothing else; NULL: none left. */
char *words_next(struct words *words);
/* Everything left that is nothing else, joined by spaces; NULL: nothing. The caller frees. */
char *words_rest(struct words *words);
/* Takes each "field=value", "--field value" and "--field-fd N" (a line from that descriptor) of these fields into values. An unknown
 * field is an error that names those there are, unless words without a name may follow (takes_prose): then it is one of them. */
int words_values(struct words *words, struct cli *cli, struct values *values, bool takes_prose, struct err *err);
/* Takes --pin-fd N and reads one PIN a line from there into the FIELD_SECRET fields, in their order. */
int words_pins(struct words *words, struct values *values, struct err *err);
/* How many words are left. */
int words_left(const struct words *words);
/* Nothing may be left. */
int words_end(const struct words *words, struct err *err);

#endif
