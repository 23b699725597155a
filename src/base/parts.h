/* What this program was built without, so that the screen and --version can say it. */
#ifndef BASE_PARTS_H
#define BASE_PARTS_H

#include <stdbool.h>

struct part {
  const char *name;    /* as ./configure --with-NAME has it */
  const char *purpose; /* msgid: what is missing without it */
  bool built_in;
};

extern const struct part parts[]; /* ended by a NULL name */

#endif
