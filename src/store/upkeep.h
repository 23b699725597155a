/* Proof and safety: verify, rebuild, backup, restore, renewal of the node's key. */
#ifndef STORE_UPKEEP_H
#define STORE_UPKEEP_H

#include <stdbool.h>
#include <stdint.h>

#include "store/store.h"

struct upkeep_progress {
  bool (*step)(void *context, int64_t done, int64_t total); /* false cancels */
  void *context;
};

/* Chain of every log, projection against a replay of the journal, SQLite's own integrity check. Calls said() with one translated line
 * for each finding, and last for each operation that is kept but not shown (journal_oddities), which is none. Returns the number of
 * findings, or -1 (could not be done, or cancelled). progress may be NULL. */
int verify_all(struct store *store, void (*said)(void *context, const char *line), void *context, const struct upkeep_progress *progress,
               struct err *err);
/* Throws the projection away and makes it again from the journal, in one transaction; local tables and journal stay. */
int verify_rebuild(struct store *store, bool with_search, const struct upkeep_progress *progress, struct err *err);

/* A consistent copy while others work (SQLite's online backup). The key stays here: a restored database gets a new one. Refuses an
 * existing file. */
int backup_make(struct store *store, const char *to, const struct upkeep_progress *progress, struct err *err);
/* Replaces the database at `path` by the backup `from` after checking it; the present one is kept aside as PATH.before-restore-N:
 * *aside, which the caller frees (NULL if there was none). The node gets a new key at once (a restored database may be behind what
 * others hold of it), and its next operations go to a child log. No session may have it open. */
int backup_restore(const char *path, const char *from, const struct kind *const kinds[], char **aside, struct err *err);
/* New key and node number from now on; own logs go on as children of the old. */
int store_renew(struct store *store, struct err *err);
/* The same when a peer showed that another database writes under our name: it holds another operation where one of ours stands, or more
 * than we do. `common` names for logs of this node the last operation that both have. What followed it moves to the child log, contents
 * and numbers unchanged; of own logs not named, what is younger than all that is known to be common (doc/JOURNAL.md "Renewal"). Other
 * sessions must open the database again. */
struct log_head;
int store_fork(struct store *store, const struct log_head *common, int count, struct err *err);

#endif
