/* Files: read whole with a limit, replaced whole or not at all, locked, watched. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

struct buf;
struct err;

/* Reads a regular file (or stdin for "-") of at most `limit` bytes into out. Larger, a directory, a device: an error that names it. */
int file_read(const char *path, size_t limit, struct buf *out, struct err *err);

/* `mode` is set as given, whatever the umask. Writes a temporary file in the same directory, fsync, rename, fsync of the directory:
 * afterwards `path` is old or new, never half. */
int file_replace(const char *path, const void *bytes, size_t length, mode_t mode, struct err *err);

/* Makes names that were made, renamed or removed in the directory survive a power cut: a rename is only as durable as the directory that
 * holds it. */
int file_sync_directory(const char *directory, struct err *err);

/* Removes what file_replace left beside `path` when the power went in between. Only while nobody else can be writing it. */
void file_remove_leftovers(const char *path);

bool file_exists(const char *path);
int file_make_directories(const char *path, mode_t mode, struct err *err); /* like mkdir -p */
char *file_join(const char *directory, const char *name);                  /* caller frees */
char *file_directory(const char *path);                                    /* directory part, "." if none; caller frees */

/* True if the file system that holds path (or its directory) is reached over a network (nfs, cifs/smb, 9p, fuse.sshfs, afs …),
 * where SQLite's WAL corrupts. *name (may be NULL) gets a static name of the type. */
bool file_is_on_network(const char *path, const char **name);
/* The same for a device, from text as in /proc/self/mountinfo: the type's static name, or NULL if it is local or not listed. */
const char *file_network_type(FILE *mounts, dev_t device);

/* Takes the lock file `path` for this process without waiting. Returns the descriptor (close it to let go; the kernel does so when
 * the process dies), -2 if another process holds it, -1 on error. */
int file_lock(const char *path, struct err *err);

/* Watches a directory for changes of names beginning with `prefix`. Returns a descriptor to poll for reading, or -1.
 * file_watch_drain reads what is waiting and says whether any of it concerned the prefix. */
int file_watch(const char *directory, struct err *err);
bool file_watch_drain(int watch, const char *prefix);

/* Finds text compiled in from data/ under its name, e.g. "checklists/red.ini"; a file of that name under /etc/dutydesk (or
 * $DUTYDESK_ETC) is read instead, so that a station can overrule it. Returns 0 and fills out; -1 if there is neither. */
int file_data(const char *name, struct buf *out, struct err *err);

/* The same without the station's own: what to fall back on when that is broken. 0, or -1 if nothing of that name is built in. */
int file_data_built_in(const char *name, struct buf *out);

/* The names that file_data would find in a folder of data/, e.g. "checklists": those built in first, then those that the station added
 * under /etc/dutydesk, each once, *.ini only. name() gets "checklists/red.ini" and returns false to stop. */
void file_data_each(const char *folder, bool (*name)(void *context, const char *name), void *context);

#endif
