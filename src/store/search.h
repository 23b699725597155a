/* Full-text search that finds two-character words: own bigrams in FTS5, every hit checked against the text. */
#ifndef STORE_SEARCH_H
#define STORE_SEARCH_H

#include "store/record.h"

/* Newest first. `words`: parts separated by white space, all must occur; letters without case; % and _ mean themselves. kind NULL: all
 * kinds. */
int search_read(struct store *store, const char *words, const struct kind *kind, bool with_void, int limit,
                bool (*row)(void *context, const struct record *record), void *context, struct err *err);

/* Brings the index up to date with at most `limit` records changed since (0: all); searching does it by itself. Saving a record only
 * notes that it changed, so that writing down never waits for the index. Returns how many are left, or -1. */
int64_t search_settle(struct store *store, int limit, struct err *err);

#endif
