/* Whom this station trusts with what: node records that count, and pinned keys. Read by everything that exchanges journals; written by
 * the actions of node.c. The rule: a record counts when it was issued in the scope of the node's area or of one above it; and a superior
 * whose key is pinned here may introduce the machines above itself. Of several records of one key that from the highest scope stands; at
 * the same height a revocation does. */
#ifndef DESK_TRUST_H
#define DESK_TRUST_H

#include "desk/desk.h"
#include "store/exchange.h"

struct act;

enum node_state { NODE_WAITING, NODE_TRUSTED, NODE_REVOKED };

struct node {
  uint64_t number;
  unsigned char public_key[CRYPTO_PUBLIC];
  enum node_state state;
  struct reach reach; /* area first */
  char letter;
  char *name;
  record_id record; /* 0: pinned here, or the station itself, and no record yet */
  bool pinned;
  int level;        /* of the scope in which it was decided, as area_level() */
  json *last_heads; /* of a revoked one: {"NODE/AREA/LANE": seq} */
};

struct trust; /* a table of all nodes, by number; follows the records */
/* The table as it stands now. NULL: it could not be read. */
struct trust *trust_read(struct desk *desk, struct err *err);
/* The same for those that follow it by trust_refresh. Never NULL: if it could not be read it names nobody but this node, so that nobody
 * else is trusted, and the next trust_refresh reads it again or says why it cannot. */
struct trust *trust_open(struct desk *desk);
void trust_close(struct trust *trust); /* NULL is fine */
/* NULL: nothing is known of it. Valid until the next call of trust_refresh. */
const struct node *trust_find(const struct trust *trust, uint64_t number);
const struct node *trust_own(const struct trust *trust); /* this node itself: always trusted, with its own area */
/* Reads the table again if a record or a pinned key has changed in any way, and sees to it that of revoked nodes only what was accepted
 * shows (not within a transaction). 1: it has, 0, -1: then the table names nobody but this node, or what is shown of revoked ones is not
 * settled; the next call tries again. */
int trust_refresh(struct trust *trust, struct err *err);
/* Which node went on under the key of this one: the number of its key before, if that one has signed so; 0: none, or nobody showed it. */
uint64_t trust_before(const struct trust *trust, uint64_t number);
const unsigned char *trust_key_before(const struct trust *trust,
                                      uint64_t number); /* of a node that somebody went on from, known or not; NULL */
struct heirs trust_heirs(const struct trust *trust);    /* the same for the store; as long as the table */
/* All of them in no order. */
void trust_each(const struct trust *trust, void (*row)(void *context, const struct node *node), void *context);
/* What may happen with operations of this log up to seq: admitted; staged while the origin is unknown; refused when it may not write
 * there, when we may not read it, or beyond the last accepted head of a revoked node. */
enum verdict trust_verdict(const struct trust *trust, const struct log_name *log, int64_t seq);
/* Does a trusted key go on in place of this one? Then what it said last that it holds is no longer true: it may have been put back. */
bool trust_has_heir(const struct trust *trust, uint64_t number);
/* Trusted, its area lies above ours, and no other key goes on in its place. */
bool trust_is_superior(const struct trust *trust, const struct node *node);
/* delivery_read where it means something: 1, or 0: no superior is known here, so that nothing waits to be delivered (all zero). -1. */
int trust_delivery(struct desk *desk, struct delivery *delivery, struct err *err);

/* Fingerprint for people: eight groups of four hex digits of the key's hash, to compare over the phone. */
#define FINGERPRINT 40
const char *node_fingerprint(const unsigned char public_key[CRYPTO_PUBLIC], char text[FINGERPRINT]);

/* Pins a superior's key (enrolment); `area` is what that machine may write for. */
int trust_pin(struct desk *desk, const unsigned char public_key[CRYPTO_PUBLIC], int64_t area, char letter, const char *name,
              struct err *err);
/* Issues, in both lanes of the station's scope, the record that makes the key's node trusted. For enrolment and node.trust. */
int node_issue(struct desk *desk, const char *action, const unsigned char public_key[CRYPTO_PUBLIC], int64_t area, char letter,
               const char *name, struct err *err);

/* Pins the key of a machine of our own station or of one above it, and, where it stands above, tells those below us of it. */
int node_adopt(struct desk *desk, const unsigned char public_key[CRYPTO_PUBLIC], int64_t area, char letter, const char *name,
               struct err *err);
/* How a machine that waits for an officer's yes calls itself (local). trust_name: NULL if it has not said; the caller frees. */
int trust_note_name(struct desk *desk, uint64_t node, const char *name, struct err *err); /* NULL: forgets it */
char *trust_name(struct desk *desk, uint64_t node);

/* The same for the key that takes over from one that is trusted: area and name stay, and whose heir it is stands in the record, with the
 * links that show it (as below, from that one's on). */
int node_succeed(struct desk *desk, const char *action, const struct node *before, const unsigned char public_key[CRYPTO_PUBLIC],
                 char letter, const json *links, struct err *err);
/* A list of [{"old": key, "signature": its word for the next one}, …] that ends with this key, gone through from its end: link() gets
 * each old key whose signature is good, with its place in the list, and returns false to stop. What stands before a bad link counts for
 * nothing. */
void succession_walk(const unsigned char public_key[CRYPTO_PUBLIC], const json *links,
                     bool (*link)(void *context, const unsigned char old[CRYPTO_PUBLIC], size_t place), void *context);

/* --- invitations: a superior's codes for enrolment, kept as stretched secrets (node_invite.c) ----------------------------------------- */

struct invitation {
  char *id; /* local name, for invitation_done */
  unsigned char secret[CRYPTO_HASH];
  int64_t area, until;
  char letter;
  char *name;
};
/* Open ones that have not expired. */
int invitation_each(struct desk *desk, int (*row)(void *context, const struct invitation *invitation), void *context, struct err *err);
int invitation_done(struct desk *desk, const char *id, struct err *err);
/* The secret that both sides make of the sixteen digits (spaces and hyphens are passed over, full-width digits are folded). -1: a digit
 * was mistyped. */
int invitation_secret(const char *code, unsigned char secret[CRYPTO_HASH], struct err *err);

#endif
