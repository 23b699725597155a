/* The transports there are, one line each, in the order in which people are told of them. */
#ifndef SYNC_WAYS_H
#define SYNC_WAYS_H

#include "sync/sync.h"

#define WAYS(WAY)                                                                                                                          \
  WAY(ssh)                                                                                                                                 \
  WAY(dir)                                                                                                                                 \
  WAY(hub)                                                                                                                                 \
  WAY(exec)

#define WAY_DECLARE(name) extern const struct transport name##_transport;
WAYS(WAY_DECLARE)
#undef WAY_DECLARE

/* One exchange with one remote, its outcome noted. `code`: for enrolment, else NULL. */
int sync_once(struct desk *desk, const char *remote, const char *code, struct sync_report *report, struct err *err);

#endif
