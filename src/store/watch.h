/* Notices what other processes commit to a database, by inotify on its directory. A write is seen before its commit can be read, since the
 * disk takes its time in between; so it is looked at a little later, and again for as long as somebody is writing. Where the kernel refuses
 * to watch (a user may have 128 watchers, and many desks may be one user's), it looks every two seconds instead. */
#ifndef STORE_WATCH_H
#define STORE_WATCH_H

#include <stdbool.h>
#include <stdint.h>

struct store;

struct store_watch {
  int descriptor;  /* to poll for reading; -1: none, as poll() takes it */
  char *prefix;    /* of the names of the database's files */
  int gather;      /* ms in which the writing of others is gathered */
  int looks;       /* since the last sign of others */
  int64_t look_at; /* clock_monotonic; 0: nothing to look for */
};

/* Watches the database at `path`, which need not be there yet; its directory must. store_watch_close it. */
void store_watch_open(struct store_watch *watch, const char *path, int gather);
void store_watch_close(struct store_watch *watch);

/* When the descriptor can be read: reads it. True: it was about the database. */
bool store_watch_see(struct store_watch *watch);
/* Milliseconds until store_watch_look wants to be called; -1: never. */
int64_t store_watch_wait(const struct store_watch *watch);
/* Has another connection committed? Asks only when it is time to, and at most once for each commit: false, too, while it is not. */
bool store_watch_look(struct store_watch *watch, struct store *store);

#endif
