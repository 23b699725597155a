/* A bundle: what one station has for another area, as one file that anything may carry. Sealed for the known machines of that area,
 * signed by the sender; it begins where their last receipts end, so that any one of several sticks suffices, and carries our own receipt
 * back. doc/SYNC.md "Bundles". */
#ifndef SYNC_BUNDLE_H
#define SYNC_BUNDLE_H

#include <stdio.h>

#include "sync/sync.h"

#define BUNDLE_MOST (INT64_C(2) << 30) /* bytes; a larger file is refused before it is read */

/* Writes a bundle for `area` to the file. 1: written; 0: there is nothing that it does not know (only if `spare`; what was written is no
 * bundle then); -1: no machine of that area is known, or the file cannot be written. Adds to the report. */
int bundle_write(struct desk *desk, int64_t area, FILE *file, bool spare, struct sync_report *report, struct err *err);
/* The same as PATH, whole or not at all (temporary file beside it, fsync, rename). */
int bundle_write_file(struct desk *desk, int64_t area, const char *path, bool spare, struct sync_report *report, struct err *err);

int64_t bundle_next(struct desk *desk); /* the number that the next bundle from here will bear */

/* Takes in what is ours in a bundle. The signature is checked before anything is unpacked; a bundle that is cut off, altered, of an
 * unknown or revoked machine, not for us, or from an exercise is refused whole. 0, or -1. Taking it again does nothing. */
int bundle_read(struct desk *desk, FILE *file, struct sync_report *report, struct err *err);
struct bundle_name {
  int64_t area, number; /* whom it is for; counts up with each that its node writes */
  uint64_t node;        /* who wrote it */
};
/* The same of a regular file, or "-": stdin. `name`: what its file name says, by which it is found and counted as taken: a bundle that was
 * signed under another one is refused. NULL: any. */
int bundle_read_file(struct desk *desk, const char *path, const struct bundle_name *name, struct sync_report *report, struct err *err);

/* The area that bundles usually go to: the nearest above us of which a machine is known; 0: none. */
int64_t bundle_superior(struct desk *desk);
/* Calls row() for each area above, below or our own of which another trusted machine is known. */
int bundle_areas(struct desk *desk, int (*row)(void *context, int64_t area, struct err *err), void *context, struct err *err);

#endif
