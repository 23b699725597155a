/* One exchange of journals between two nodes as a machine without I/O: fed with bytes, giving bytes. Both sides run the same.
 * doc/SYNC.md has the frames and why nothing is lost or taken on a claim. Memory is bounded whatever the backlog: operations are read
 * from the journal when there is room to give them, and what comes is staged.
 *
 *   while (exchange_state(exchange) is EXCHANGE_OPEN) {
 *     bytes from the line: exchange_feed();      room on the line: exchange_give(), send what it appended
 *     exchange_work() while it returns 1;        neither: wait for the line
 *   }
 * */
#ifndef SYNC_EXCHANGE_H
#define SYNC_EXCHANGE_H

#include "desk/trust.h"

struct buf;

struct exchange_options {
  const char *code; /* enrolment: the sixteen digits as typed; NULL: none */
  uint64_t only;    /* --node: no other node may be at the other end; 0: any trusted one */
  bool stays;       /* goes on when both are even, until exchange_finish() */
};

struct exchange;
struct exchange *exchange_open(struct desk *desk, const struct exchange_options *options, struct err *err); /* NULL: no key, see err */
void exchange_close(struct exchange *exchange);                                                             /* what was received is kept */

enum exchange_state {
  EXCHANGE_OPEN,
  EXCHANGE_EVEN,    /* both hold what both may see; with `stays` there may be more later */
  EXCHANGE_ENDED,   /* agreed to part */
  EXCHANGE_FAILED,  /* err of the last call says why */
  EXCHANGE_RENEWED, /* our node found that it must go on under a new key, and does: connect again */
  EXCHANGE_AGAIN,   /* a third machine's log was put right here (heirs_yield), or who may see or write what has changed: connect again, for
                     * what we had said or refused holds no more */
};
enum exchange_state exchange_state(const struct exchange *exchange);

/* Takes all the bytes. -1: the peer is refused or refuses (err: what and why); give what exchange_give still has, then close. */
int exchange_feed(struct exchange *exchange, const void *bytes, size_t length, struct err *err);
/* The line has ended. -1 unless that was to be expected. */
int exchange_hang_up(struct exchange *exchange, struct err *err);
/* Appends about `most` bytes or less of what there is to send. False: nothing now. */
bool exchange_give(struct exchange *exchange, struct buf *out, size_t most);
/* Applies what came, a slice of about 50 ms. 1: there is more, 0: nothing, -1: as exchange_feed. */
int exchange_work(struct exchange *exchange, struct err *err);
/* The database has changed: look for what can be sent. */
void exchange_wake(struct exchange *exchange);
/* The line may be dead: the other side shall say again that both are even. False: it does not talk with us yet, and is not asked. */
bool exchange_ask(struct exchange *exchange);
/* Parts once both are even. */
void exchange_finish(struct exchange *exchange);

/* What came of it, for reports and status; valid until exchange_close. */
struct exchange_result {
  const struct node *peer; /* NULL: not known yet */
  uint64_t peer_number;
  int64_t skew;           /* the peer's clock minus ours, ms */
  int64_t sent, received; /* operations: given; taken into the journal */
  int64_t staged;         /* operations kept aside: their origin is unknown */
  int64_t bytes_in, bytes_out;
  bool is_short;       /* the peer parted holding less of our own logs than we gave: it dropped something; exchange again */
  const char *trouble; /* translated lines about single logs that did not go through; "" if none */
};
struct exchange_result exchange_result(struct exchange *exchange);

#endif
