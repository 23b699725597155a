/* A key that a trusted one has handed over to (doc/JOURNAL.md "Renewal"), recognised without an officer. */
#ifndef SYNC_SUCCESSION_H
#define SYNC_SUCCESSION_H

#include "desk/trust.h"

/* `text` is what the key's machine shows (its local fact "succession"): if the chain begins with a node that is trusted here and ends
 * with this key, its record is issued, or its key pinned. Otherwise nothing happens. -1: only if the database fails. */
int succession_take(struct desk *desk, struct trust *trust, const unsigned char public_key[CRYPTO_PUBLIC], char letter, const char *text,
                    size_t length, struct err *err);

#endif
