/* Schema desk of the hub: a county's (city's, province's) projection as ordinary tables, one for each kind, for statistics and any SQL
 * tool. */
#ifndef SYNC_HUB_DESK_H
#define SYNC_HUB_DESK_H

#include "sync/hub.h"

struct buf;

/* Appends SQL that makes the tables of schema desk, and adds columns that came with a newer version. */
void hub_desk_tables(const struct kind *const kinds[], struct buf *sql);

/* Publishes what has changed since the last time, or all of it: at the first time, after a renewal, when the kinds changed. Personal
 * values only if asked; for a county's station and above. *count gets how many records went. */
int hub_publish(struct desk *desk, const char *remote, bool with_personal, int64_t *count, struct err *err);

#endif
