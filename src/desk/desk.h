/* What every duty works with: the store, the settings, and who sits there. Passed down, never global. */
#ifndef DESK_DESK_H
#define DESK_DESK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/config.h"
#include "store/record.h"

struct err;

enum post { POST_NONE, POST_A, POST_B, POST_LEADER };

struct desk {
  struct store *store;
  struct config *config;
  record_id officer; /* who acts; 0: unattributed */
  bool interactive;  /* a screen: who is not signed in there may look, and write nothing (session_may) */
  bool unproven;     /* the command line named him, no PIN did: what he may do depends on who owns the file (session_may) */
};

/* All kinds of the desk, ended by NULL: what store_open is given. */
const struct kind *const *desk_kinds(void);

/* Opens the database at path with the settings. officer stays 0. desk_close undoes it. */
int desk_open(struct desk *desk, const char *path, struct config *config, struct err *err);
void desk_close(struct desk *desk);

/* Where the database is without -d: $DUTYDESK_DB, /var/lib/dutydesk/desk.db if its directory is writable, else under $XDG_DATA_HOME.
 * Caller frees. */
char *desk_default_path(void);

#endif
