/* Receipts of superiors, passed on among the machines of one station: a receipt is signed and says for whom it is, so any machine of
 * that station may carry it to the others, which need not have met the superior themselves. doc/SYNC.md "Receipts". */
#ifndef SYNC_RECEIPTS_H
#define SYNC_RECEIPTS_H

#include "desk/trust.h"

struct buf;
struct err;

enum { RECEIPTS_PASSED = 32 };
struct receipts_passed { /* which of them the other side has, as far as this exchange knows */
  struct {
    uint64_t node;
    int64_t number;
  } list[RECEIPTS_PASSED];
  int count;
};

/* To be told (as a msgid) when a receipt for us was given for another reach than ours, which then counts for nothing. */
extern const char receipts_other_reach[];

/* Keeps in the table of peers who stands above, whether met or not, and who no longer does. */
int receipts_note_superiors(struct desk *desk, const struct trust *trust, struct err *err);
/* Appends frames with those that the peer, if it is a machine of our own station, may not have yet. */
int receipts_pass(struct desk *desk, const struct trust *trust, const struct reach *peer, struct receipts_passed *passed, struct buf *out,
                  struct err *err);
/* One such frame. -1: malformed, or the giver did not sign it. Of somebody who stands not above us, or for others: passed over. `passed`
 * may be NULL. */
int receipts_take(struct desk *desk, const struct trust *trust, struct receipts_passed *passed, const void *bytes, size_t length,
                  struct err *err);

#endif
