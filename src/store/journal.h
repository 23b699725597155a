/* The journal itself: logs, operations, their hashes; what came from other nodes is admitted here. doc/JOURNAL.md fixes the bytes. */
#ifndef STORE_JOURNAL_H
#define STORE_JOURNAL_H

#include "base/crypto.h"
#include "store/store.h"

struct buf;

struct log_name {
  uint64_t node;
  int64_t area;
  enum lane lane;
};

/* One operation as it travels and as it is shown. */
struct operation {
  struct log_name log;
  int64_t seq;                       /* from 1, without a gap; in a child log from parent_seq + 1 */
  struct log_name parent;            /* of a child log's first only: the log that it goes on from after a renewal; node 0: none */
  int64_t parent_seq;                /* where it left the parent */
  unsigned char before[CRYPTO_HASH]; /* hash of the operation before; of a child's first: the parent's at parent_seq; of seq 1: zeros */
  int64_t at, stamp;
  char *actor; /* full name of the officer's record, "" if unattributed */
  char *action;
  char *body; /* JSON list of changes, hashed as written */
  size_t body_length;
  char *private_part; /* JSON list of {place, salt, set}, or {place, digest} where it was erased; NULL: it never had one */
  unsigned char private_digest[CRYPTO_HASH]; /* zero when the operation never had one */
  unsigned char hash[CRYPTO_HASH];
};
void operation_free(struct operation *operation);
/* The digest that stands for one entry of a private part once it is erased; `set` is its JSON text. */
void private_entry_digest(const unsigned char salt[CRYPTO_SALT], const char *set, unsigned char digest[CRYPTO_HASH]);

/* Reads an operation by id. 1, 0 (not here), -1. */
int journal_read(struct store *store, op_id op, struct operation *operation, struct err *err);

/* Takes in one operation of another node: must be the next of its log, its hash must follow. 1: taken, 0: held already with the same
 * hash, -1: refused (gap, other hash at that seq, bad bytes): that log stays at its last good head. Bad meaning is journalled and
 * told (journal_oddities). `arrived` is this database's clock. In a transaction of its own unless one is open (journal_begin). */
int journal_admit(struct store *store, const struct operation *operation, int64_t arrived, struct err *err);
/* The same in the open transaction, with no way back but journal_drop(): after -1 the caller must take it. Without a savepoint around each
 * operation SQLite does not copy every page that each of them touches. */
int journal_admit_bare(struct store *store, const struct operation *operation, int64_t arrived, struct err *err);

/* Several admissions in one transaction. */
int journal_begin(struct store *store, struct err *err);
int journal_end(struct store *store, struct err *err);
void journal_drop(struct store *store);

/* Every log held, with its head. */
struct log_head {
  struct log_name name;
  int64_t seq;
  unsigned char hash[CRYPTO_HASH];
};
int journal_heads(struct store *store, int (*head)(void *context, const struct log_head *head), void *context, struct err *err);
/* The same as one JSON text {"NODE/AREA/LANE": seq, …} sorted by name: what a seal covers. Appends. */
void journal_vector(struct store *store, struct buf *out);

void log_name_text(const struct log_name *name, struct buf *out); /* "NODE/AREA/LANE", node as 16 hex digits */
bool log_name_read(const char *text, struct log_name *name);

/* Operations newest first (by clock within each log, logs merged), from `before` (0: now) back to `since`. */
int journal_recent(struct store *store, int64_t since, int64_t before, int limit,
                   bool (*row)(void *context, op_id op, const struct operation *operation), void *context, struct err *err);

/* How many operations mean nothing here and are therefore kept but not shown; verify_all says which and why. */
int64_t journal_oddities(struct store *store);

/* The history of a record: each change with what it set, oldest first by (stamp, node, seq); `values` holds only the fields it set
 * (others empty, `sets` says which). */
struct history_step {
  op_id op;
  const struct operation *operation;
  const struct values *values;
  const bool *sets; /* by field index of the kind */
  bool shows;       /* some value of it is the one shown now */
};
struct values;
int history_read(struct store *store, const struct kind *kind, record_id id, bool (*step)(void *context, const struct history_step *step),
                 void *context, struct err *err);
/* The record as it stood at T: the fold of what had arrived here by then. 1, 0 (not there yet), -1. */
struct record;
int history_as_of(struct store *store, const struct kind *kind, record_id id, int64_t at, struct record *record, struct err *err);

/* Conflicts waiting for a person: record, field group's first field index, and the operations whose values differ. */
int conflict_each(struct store *store,
                  bool (*row)(void *context, const struct kind *kind, record_id id, int field, const op_id *ops, int count), void *context,
                  struct err *err);
int64_t conflict_count(struct store *store);

#endif
