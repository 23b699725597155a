/* A database is several files: PATH and PATH.key, and while it is open PATH-wal, PATH-shm and PATH.lock. Here they are removed, and put
 * where another
 * stands, as one: whoever is killed meanwhile leaves the old database or the new one. Nobody may have it open. */
#ifndef STORE_PLACE_H
#define STORE_PLACE_H

struct err;

/* Removes all of them, as far as they are there. */
void place_discard(const char *path);
/* Makes the names beside PATH survive a power cut. */
int place_sync(const char *path, struct err *err);
/* Moves `from` to `to`, where nothing may stand yet. On failure both are gone. */
int place_new(const char *from, const char *to, struct err *err);
/* Moves `from` to `to`; what stands there is kept as TO.before-restore-N, whose name is given out (the caller frees; NULL if there was
 * nothing). On
 * failure `to` is as it was and `from` is gone. */
int place_instead(const char *from, const char *to, char **aside, struct err *err);
/* Removes what place_instead() left if it was killed before it took effect: a second name of the same file, which must not be opened as
 * another. */
void place_clean(const char *path);

#endif
