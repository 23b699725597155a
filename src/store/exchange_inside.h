/* What the store's files for exchanging share. */
#ifndef STORE_EXCHANGE_INSIDE_H
#define STORE_EXCHANGE_INSIDE_H

#include "store/exchange.h"

struct buf;
struct log_row;
struct query;

void head_sign(struct signed_head *head, const unsigned char secret_key[CRYPTO_SECRET]); /* fills signature */
int head_keep(struct store *store, int64_t log, bool staged, const struct signed_head *head, struct err *err);
void bytes_take(struct query *query, int column, void *to, size_t size); /* zeros unless it has that size */

/* In the open transaction of a renewal (succession.c): what only the old key can say. `old`: zeros if its key file could not be read. */
int succession_keep(struct store *store, const struct identity *old, char letter, const unsigned char public_key[CRYPTO_PUBLIC],
                    struct err *err);

/* --- branch.c: where two databases of one name have parted; all but names_rewrite in an open transaction ------------------------------ */

struct branch {                  /* one log, and the child that takes what lies behind the common point */
  int64_t log, child;            /* child 0: nothing follows the common point */
  char name[64], child_name[64]; /* "NODE/AREA/LANE" */
  int64_t common, head;
};
void branch_fill(struct branch *branch, const struct log_row *log,
                 const struct log_row *child); /* common: where the child leaves; head: 0 */
/* Copies the text with the names of what moved, wherever they stand. The branches are all of one node. */
void names_rewrite(const struct branch *branches, int count, const char *text, struct buf *out);
int operation_forget(struct store *store, op_id op, struct err *err); /* while the trigger is gone */
int log_shorten(struct store *store, int64_t log, int64_t common,
                struct err *err); /* its heads, when the operations behind are gone; and what receipts say of it */
int log_cut(struct store *store, int64_t log, int64_t common,
            struct err *err); /* removes what is behind; the caller makes the tables again */

/* --- heir.c --------------------------------------------------------------------------------------------------------------------------- */

/* Does a log of an heir hold the same at the same place? What such an operation says has come by another way. */
bool heir_repeats(struct store *store, const struct heirs *heirs, const struct operation *operation);

/* --- stage.c: the table of what was received and not yet admitted; all in an open transaction but stage_top --------------------------- */

/* The last staged operation that follows what is held without a gap, and its hash. 1, 0 (nothing staged), -1. */
int stage_top(struct store *store, int64_t log, int64_t *seq, unsigned char hash[CRYPTO_HASH], struct err *err);
int stage_put(struct store *store, int64_t log, const struct operation *operation, struct err *err);
int stage_read(struct store *store, int64_t log, int64_t seq, struct operation *operation, struct err *err);     /* 1, 0, -1 */
int stage_hash(struct store *store, int64_t log, int64_t seq, unsigned char hash[CRYPTO_HASH], struct err *err); /* 1, 0, -1 */
int stage_first(struct store *store, int64_t log, int64_t after, struct operation *operation, struct err *err);  /* 1, 0, -1 */
int stage_drop(struct store *store, int64_t log, int64_t up_to, struct err *err); /* removes what is staged up to a seq */
/* The head that the staged operations lead to. 1, 0, -1. */
int stage_head(struct store *store, int64_t log, struct signed_head *head, struct err *err);
int stage_head_drop(struct store *store, int64_t log, struct err *err);
/* Logs in which something is staged, or whose head waits; caller frees *logs. Returns how many, or -1. */
int stage_logs(struct store *store, int64_t **logs, struct err *err);

#endif
