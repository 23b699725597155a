/* The form of a bundle, for bundle_write.c and bundle_read.c. Numbers are little-endian.
 *
 *   magic, flags (1), clock of the sender (8), its number (8), area it is for (8), key of the sender (32), how many may read it (2),
 *   for each: its node number (8), the content's key sealed for it (80),
 *   head of the stream (24), then pieces: length (4), bytes; the last one says so,
 *   signature (64) by the sender over the BLAKE2b of all before.
 *
 * Content: one zstd stream of frames (sync/wire.h): a RECEIPT for each reach that its readers have (as a rule one), then what all of them may
 * see, as HEAD and OPERATIONS. */
#ifndef SYNC_BUNDLE_INSIDE_H
#define SYNC_BUNDLE_INSIDE_H

#include "base/crypto_seal.h"
#include "sync/bundle.h"
#include "sync/wire.h"

#define BUNDLE_MAGIC "dutydesk bundle 2\n"
#define BUNDLE_HASH "dutydesk bundle"
#define BUNDLE_EXERCISE 1
#define BUNDLE_PIECE (1 << 16)
#define BUNDLE_READERS 64

struct bundle_head {
  bool exercise;
  int64_t at, number, area;
  unsigned char public_key[CRYPTO_PUBLIC];
  int readers;
};

/* A receipt as it stands in a frame, with its whole vector; both ends' dictionaries name the logs. What is taken is signed by that key, and
 * not kept yet; the caller frees the vector. */
int bundle_receipt_put(struct desk *desk, const struct trust *trust, const struct identity *identity, const struct reach *reach,
                       struct wire_dictionary *dictionary, struct buf *out, struct err *err);
int bundle_receipt_take(const unsigned char public_key[CRYPTO_PUBLIC], struct wire_dictionary *dictionary, const void *bytes, size_t length,
                        struct receipt *receipt, struct vector *vector, struct err *err);

#endif
