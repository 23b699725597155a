/* What of the journal may travel, how far it has come, and what is on its way in. The bytes on the wire are src/sync's; doc/SYNC.md
 * tells the whole. The store knows no node records: who may be trusted with what (desk/trust.h) is handed in. */
#ifndef STORE_EXCHANGE_H
#define STORE_EXCHANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/crypto.h"
#include "store/journal.h"

struct buf;
struct err;
struct store;

/* --- reach: what a node may see and write (reach.c) ----------------------------------------------------------------------------------- */

#define REACH_MOST 16
struct reach { /* the node's area, then further scopes granted by its record; each counts like an area of its own */
  int64_t areas[REACH_MOST];
  int count;
};
bool reach_reads(const struct reach *reach, const struct log_name *log);  /* here: scope is the area; up: below it; down: above it */
bool reach_writes(const struct reach *reach, const struct log_name *log); /* the area or below, whatever the lane */
bool reach_same(const struct reach *one, const struct reach *other);
/* Order in which logs are sent: urgent lanes first; then up, down, here; then by name. As qsort wants it. */
int log_name_compare(const struct log_name *one, const struct log_name *other);

/* --- own identity (key.c, head.c) ----------------------------------------------------------------------------------------------------- */

struct identity { /* from the key file beside the database */
  uint64_t node;
  unsigned char public_key[CRYPTO_PUBLIC], secret_key[CRYPTO_SECRET];
};
/* -1: no key file, or it belongs to another node than the database (a renewal is due: open it again). */
int identity_read(struct store *store, struct identity *identity, struct err *err);
uint64_t node_of_key(const unsigned char public_key[CRYPTO_PUBLIC]); /* a node's number, see doc/JOURNAL.md */

/* --- signed heads (head.c): operations travel only up to a head that their origin signed ---------------------------------------------- */

struct signed_head {
  struct log_name log;
  int64_t seq;
  unsigned char hash[CRYPTO_HASH], signature[CRYPTO_SIGNATURE];
};
bool head_check(const struct signed_head *head,
                const unsigned char public_key[CRYPTO_PUBLIC]); /* the key is the origin's, and it signed this */
/* Signs the heads of all own logs that have grown since, in one transaction (none if nothing grew). */
int head_sign_own(struct store *store, const struct identity *identity, struct err *err);
/* Before anything goes out, a backup too: reads the key, keeps its public half in the database and signs the heads, so that what stands
 * here can be given on even when the key file is gone. */
int identity_prepare(struct store *store, struct identity *identity, struct err *err);
/* The newest signed head that is held whole. 1, 0 (none), -1. */
int head_read(struct store *store, const struct log_name *log, struct signed_head *head, struct err *err);
/* Of every log that has one, up to where; no order, and not looked at whether it is held. The callback returns 0 to go on. */
int head_seqs(struct store *store, int (*take)(void *context, const struct log_name *log, int64_t seq), void *context, struct err *err);
/* Logs of which operations are held, but no signed head (what it covered was given up): nothing of them can be passed on. The callback
 * returns 0 to go on. */
int head_missing(struct store *store, int (*take)(void *context, const struct log_name *log), void *context, struct err *err);
/* All heads that are held whole, no order. The callback returns 0 to go on. */
int head_each(struct store *store, int (*head)(void *context, const struct signed_head *head), void *context, struct err *err);

/* --- vectors (vector.c): what is held of the logs that both may see ------------------------------------------------------------------- */

struct vector { /* sorted by log_name_compare; seq 0 does not occur */
  struct log_head *list;
  int count;
};
int vector_read(struct store *store, const struct reach *one, const struct reach *other, struct vector *vector, struct err *err);
void vector_free(struct vector *vector);
const struct log_head *vector_find(const struct vector *vector, const struct log_name *log); /* NULL: not in it */
void vector_put(struct vector *vector, const struct log_head *head);                         /* adds or replaces */
/* Hash of an operation of a log: 1, 0 (not held), -1. */
int log_hash_at(struct store *store, const struct log_name *log, int64_t seq, unsigned char hash[CRYPTO_HASH], struct err *err);
/* What a child log goes on from (doc/JOURNAL.md "Renewal"). 1, 0 (it is no child, or not here), -1. */
struct log_parent {
  struct log_name log;
  int64_t seq;
  unsigned char hash[CRYPTO_HASH];
};
int log_parent_read(struct store *store, const struct log_name *log, struct log_parent *parent, struct err *err);

/* Revocation: of each log named, what lies behind its seq (INT64_MAX: nothing) is kept in the journal, but no longer folded, so that
 * those who had it and those who never got it show the same. Makes the tables again if that concerns anything held. 1: it did, 0, -1. */
int log_limits_set(struct store *store, const struct log_head *list, int count, struct err *err);

/* Operations of a log behind `after` up to `to`, in order, at most `most`; the callback returns false to stop. What it is given is its
 * own to take apart: hash and before are not filled. Returns how many were given, or -1. */
int log_run_read(struct store *store, const struct log_name *log, int64_t after, int64_t to, int most,
                 bool (*row)(void *context, const struct operation *operation), void *context, struct err *err);

/* --- intake (intake.c, stage.c, heir.c): staging, verification, admission ------------------------------------------------------------- */

/* What may happen with a log of this origin, by its node record. */
enum verdict {
  VERDICT_ADMIT,
  VERDICT_STAGE,  /* unknown origin: kept aside until an officer's yes */
  VERDICT_REFUSE, /* revoked, or it may not write there: nothing is taken */
};

/* Heirs: nodes that went on under a new key. A fork (store_fork) makes them repeat, at the same places of their own logs, what they had
 * written under the key before; what is repeated is given up under the old name, where another database's operations may stand
 * (doc/JOURNAL.md "Renewal"). */
struct heirs {
  uint64_t (*before)(void *context, uint64_t node); /* the node whose key signed this one's into its place; 0: none */
  void *context;
};
/* Gives up what heirs repeat of logs held here, where that is all that lies behind the common point, in one transaction. 1: something
 * was, 0, -1. */
int heirs_yield(struct store *store, const struct heirs *heirs, struct err *err);

struct intake; /* of one exchange; several may be open on one database */
/* `heirs` (kept, may be NULL): a range that is wholly repeated by an heir's log is passed over. */
struct intake *intake_open(struct store *store, const struct heirs *heirs);
/* Keeps what is staged; it goes on from there next time. Flushes what is in memory: with an open line cut, nothing that came is sent
 * twice. */
void intake_close(struct intake *intake);

/* Where a log may be resumed: behind what is held and staged. `held` gets the admitted part alone. For a log that is not here:
 * parent_seq (0 if it is no child). */
int64_t intake_top(struct intake *intake, const struct log_name *log, int64_t *held);

/* A range is announced: the operations behind intake_top() up to this head will follow in order. The caller has checked signature and
 * verdict. `parent` (NULL: none) is what a child log goes on from. -1: the head contradicts what is held (err says how; *forked, may be
 * NULL, is set when another operation stands in its place) or lies beyond what any log can hold. A head that is held already is fine and
 * does nothing. */
int intake_head(struct intake *intake, const struct signed_head *head, const struct log_parent *parent, enum verdict verdict, bool *forked,
                struct err *err);
/* The next operation of an announced range; takes over what it points to, also when it refuses. at, stamp, actor, action, body, private
 * part are filled, and seq; the rest is computed. One that is here already is passed over. -1: it was not announced, or is malformed.
 * When it completes the range this is verified as a whole: if the hash is not the head's, the range is dropped and the log stays at its
 * last good head (intake_trouble). */
int intake_operation(struct intake *intake, struct operation *operation, struct err *err);
bool intake_is_bad(const struct intake *intake, const struct log_name *log); /* the range of it that came last was dropped */
/* Does a slice of what is to be done (flush, admit), at most about 50 ms in a transaction. 1: there is more, 0: nothing left to do, -1:
 * the database fails. */
int intake_work(struct intake *intake, struct err *err);
const char *intake_trouble(const struct intake *intake); /* translated lines about ranges that were dropped; "" if none */
/* How many operations have been admitted, staged and dropped through this intake. */
struct intake_count {
  int64_t admitted, staged, dropped;
};
struct intake_count intake_counted(const struct intake *intake);

/* Ranges that wait for an officer's yes or for a crash to be made good. `verdict` says what may happen with each log now; what may be
 * admitted is scheduled for intake_work. What is refused is dropped. */
int intake_resume(struct intake *intake, enum verdict (*verdict)(void *context, const struct log_name *log, int64_t seq), void *context,
                  struct err *err);
/* Up to where what is held goes on in the staging table, by log, with the hash there (vector_free). */
int staged_vector(struct store *store, struct vector *vector, struct err *err);
/* How many operations are staged. */
int64_t staged_count(struct store *store);

/* --- receipts (receipt.c): what a node says, signed, that it holds -------------------------------------------------------------------- */

#define RECEIPT_SHORT 8 /* of a head's hash these bytes are in a receipt */
/* Covers the logs that both the giver and the audience may see. The newest number counts, even when it covers less. Of vectors made from
 * receipts only the first RECEIPT_SHORT bytes of each hash are known. */
struct receipt {
  uint64_t node; /* who gives it */
  struct reach audience;
  int64_t number, at; /* counts up; the giver's clock */
  unsigned char vector_hash[CRYPTO_HASH], signature[CRYPTO_SIGNATURE];
};
/* Makes and signs a receipt for that vector, with the next number. */
int receipt_make(struct store *store, const struct identity *identity, const struct reach *audience, const struct vector *vector,
                 struct receipt *receipt, struct err *err);
void receipt_vector_hash(const struct vector *vector, unsigned char hash[CRYPTO_HASH]);
bool receipt_check(const struct receipt *receipt, const struct vector *vector, const unsigned char public_key[CRYPTO_PUBLIC]);
/* Keeps a checked receipt with its vector, unless a newer one of that node is here. 1: kept, 0: older, -1. */
int receipt_keep(struct store *store, const struct receipt *receipt, const struct vector *vector, struct err *err);
/* Whether what a receipt says of a log is true here too: the same operation stands there, or it is not our own log and goes on beyond what
 * is here. Otherwise another database writes under the log's name, and what the giver holds of it is not what stands here. */
bool receipt_agrees(struct store *store, const struct log_head *theirs);
/* The newest receipt of a node with its vector (vector_free). 1, 0, -1. */
int receipt_read(struct store *store, uint64_t node, struct receipt *receipt, struct vector *vector, struct err *err);

/* --- delivery (receipt.c): only what the newest receipts of superiors' nodes say ------------------------------------------------------ */

struct delivery {
  int64_t undelivered, since; /* operations of ours that a superior should hold; clock of the oldest, 0: none */
  int64_t receipt_at;         /* when the newest receipt of a superior's node came here, 0: never */
};
int delivery_read(struct store *store, struct delivery *delivery, struct err *err);
/* Up to where superiors' receipts cover a log; INT64_MAX: one of them wrote it. */
int64_t delivery_held(struct store *store, const struct log_name *log);
/* Of one operation: -1 it goes to no superior, 0 not yet, 1 a superior's receipt covers it. */
int delivery_of(struct store *store, op_id op);

/* --- peers (peer.c): what this node knows of others' machines. Local: contact, clock, key --------------------------------------------- */

enum peer_state { PEER_KNOWN, PEER_WAITING }; /* waiting: it knocked and no record names its key */
struct peer {
  uint64_t node;
  unsigned char public_key[CRYPTO_PUBLIC];
  enum peer_state state;
  int64_t area;                         /* of its record; of a waiting one: what it claims */
  char letter;                          /* likewise; 0: unknown */
  bool superior;                        /* by its record: its receipts say what is delivered */
  int64_t contact;                      /* own clock when it was heard last on a line or seen at the hub, 0: never */
  int64_t skew;                         /* its clock minus ours then, ms; shown, never applied */
  int64_t receipt_number, receipt_came; /* 0: none yet */
};
int peer_keep(struct store *store, const struct peer *peer, struct err *err); /* all but the receipt's fields, which receipt_keep writes */
/* Its last contact was then, by the own clock. Written every 30 s at most: a line that stands shall not write all the time. */
int peer_heard(struct store *store, uint64_t node, int64_t at, struct err *err);
/* When it was heard last, whatever the way: of who comes by stick alone, only receipts tell. Own clock, 0: never. */
int64_t peer_contact(const struct peer *peer);
int peer_read(struct store *store, uint64_t node, struct peer *peer, struct err *err); /* 1, 0, -1 */
int peer_each(struct store *store, int (*row)(void *context, const struct peer *peer), void *context, struct err *err);
/* The public key of an origin: own, of a peer, or learnt with its heads. */
int peer_key(struct store *store, uint64_t node, unsigned char public_key[CRYPTO_PUBLIC], struct err *err); /* 1, 0, -1 */

#endif
