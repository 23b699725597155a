/* A machine's card: who it says it is, signed with its key, as a small text. By cards two stations that no line joins come to know of
 * each other: each finds the other's on a stick, an officer compares the fingerprint over the phone and says yes (node.trust). A card
 * alone is believed in nothing. */
#ifndef SYNC_CARD_H
#define SYNC_CARD_H

#include "desk/desk.h"

struct buf;
struct err;

int card_write(struct desk *desk, struct buf *out, struct err *err);
/* Whose it is then waits among the peers for an officer's yes, unless it is known already. 1: it waits, 0: it is known, or revoked; -1:
 * no card, altered, of an exercise, our own. */
int card_take(struct desk *desk, const void *bytes, size_t length, struct err *err);

/* In a folder that several reach: leaves our own, takes those of others that are not known. Returns how many wait now, or -1. */
int card_exchange(struct desk *desk, const char *folder, struct err *err);

#endif
