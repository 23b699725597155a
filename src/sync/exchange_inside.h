/* What the files of the exchange share: exchange.c (the machine), exchange_greet.c (who is there), exchange_talk.c (what both hold),
 * exchange_fork.c (renewal). */
#ifndef SYNC_EXCHANGE_INSIDE_H
#define SYNC_EXCHANGE_INSIDE_H

#include "base/buf.h"
#include "sync/exchange.h"
#include "sync/receipts.h"
#include "sync/wire.h"

#define NONCE 32

enum phase { PHASE_HELLO, PHASE_PROOF, PHASE_WELCOME, PHASE_TALK };

struct greeting { /* what the peer says of itself in HELLO, and its clock minus ours at its PROOF */
  unsigned char public_key[CRYPTO_PUBLIC], nonce[NONCE];
  int64_t skew, area;
  char letter;
  bool exercise;
};

struct bisect { /* one own log of which the peer holds a longer or another line: the last operation that both have lies in [low, high) */
  struct log_name log;
  int64_t low, high;
  bool asked;
};

struct exchange {
  struct desk *desk;
  struct exchange_options options;
  struct identity identity;
  struct trust *trust;
  enum phase phase;
  enum exchange_state state;
  struct err failure;

  /* greeting */
  struct buf own_hello, peer_hello;
  struct greeting peer_says;
  uint64_t peer;
  unsigned char secret[CRYPTO_HASH]; /* of options.code */
  char *invitation;                  /* that the peer has proven to know */

  /* bytes */
  struct buf in, plain_in, plain_out, raw_out;
  struct wire_stream *packer, *unpacker;
  struct wire_dictionary *names_out, *names_in;
  bool packs;
  size_t skipped;

  /* talk */
  struct reach peer_reach, own_reach;
  bool other_reach;               /* the peer's record of our area is another than ours: its receipts say nothing that we could hold to */
  struct vector peer_holds, told; /* by its HAVE and receipts; by ours */
  struct receipts_passed passed;
  struct sender *sender;
  struct taker *taker;
  int64_t evens, evens_done;           /* how often we said that all is sent; which of those the peer has worked off */
  int64_t peer_evens, peer_evens_done; /* the same of the peer; which of those we have told that we worked off */
  bool has_peer_vector, sent_since_even, gave_receipt, taken_since_receipt, taker_idle, said_bye, finishing, dirty;
  struct bisect *bisects;
  int bisect_count;
  struct vector common; /* of own logs, up to where both have the same */
  int64_t received;     /* admitted when the taker was idle last */
  struct buf trouble, trouble_all;
  int64_t bytes_in, bytes_out;
};

/* Ends the exchange: tells the peer and returns -1 with *err. */
int exchange_fail(struct exchange *exchange, struct err *err, const char *format, ...) __attribute__((format(printf, 3, 4)));
void exchange_emit(struct exchange *exchange, unsigned type, const struct buf *payload);

/* --- exchange_greet.c ------------------------------------------------------------------------------------------------------------- */
void greet_hello(struct exchange *exchange);
int greet_take_hello(struct exchange *exchange, const void *bytes, size_t length, struct err *err);
int greet_take_proof(struct exchange *exchange, const void *bytes, size_t length, struct err *err);
int greet_take_welcome(struct exchange *exchange, const void *bytes, size_t length, struct err *err);
int greet_again(struct exchange *exchange, struct err *err); /* on an open line: is the peer still who was let in? As exchange_fail. */

/* --- exchange_talk.c ----------------------------------------------------------------------------------------------------------------- */
int talk_begin(struct exchange *exchange, struct err *err); /* the peer is trusted: says what we hold */
int talk_take_have(struct exchange *exchange, const void *bytes, size_t length, struct err *err);
int talk_give_receipt(struct exchange *exchange, struct err *err);
int talk_take_receipt(struct exchange *exchange, const void *bytes, size_t length, struct err *err);
int talk_take_even(struct exchange *exchange, const void *bytes, size_t length, struct err *err);
void talk_give_even(struct exchange *exchange);
int talk_own_vector(struct exchange *exchange, struct vector *vector, struct err *err); /* what we hold of what both may see; vector_free */
bool talk_is_even(const struct exchange *exchange);                                     /* all is sent and worked off, on both sides */

/* --- exchange_fork.c ----------------------------------------------------------------------------------------------------------------- */
int fork_begin(struct exchange *exchange, struct err *err); /* when the taker has proof; asks for hashes */
void fork_doubt(
  struct exchange *exchange,
  const struct log_name *log); /* asks the peer for the signed head: to prove what it says of an own log, or because ours is missing */
int fork_take_doubt(struct exchange *exchange, const void *bytes, size_t length, struct err *err);
int fork_take_probe(struct exchange *exchange, const void *bytes, size_t length, struct err *err);
int fork_take_probed(struct exchange *exchange, const void *bytes, size_t length, struct err *err);

#endif
