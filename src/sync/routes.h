/* What the kernel says of networks, for those who wait for a line. */
#ifndef SYNC_ROUTES_H
#define SYNC_ROUTES_H

#include <stdbool.h>
#include <stdint.h>

struct routes {
  int descriptor;           /* readable: there is something to look at; -1: the kernel tells nothing */
  uint64_t without_carrier; /* interfaces, by their number modulo 64, not known to have a carrier */
  int64_t came;             /* clock_monotonic() of the last that came; 0: none yet */
};

void routes_open(struct routes *routes);
void routes_close(struct routes *routes);
/* Takes what there is to look at. True: a route came, or a cable that was out is in again, which by itself changes no route: what
 * could not be reached before may be reached now. Never waits. */
bool routes_look(struct routes *routes);

#endif
