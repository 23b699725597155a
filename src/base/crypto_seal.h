/* Bytes that only those may read to whom they are addressed: a key sealed for each of them, and a stream under that key in which nothing
 * can be altered, left out or changed round unnoticed. */
#ifndef BASE_CRYPTO_SEAL_H
#define BASE_CRYPTO_SEAL_H

#include "base/crypto.h"

#define CRYPTO_KEY 32
#define CRYPTO_SEALED (CRYPTO_KEY + 48)
#define CRYPTO_STREAM_HEAD 24
#define CRYPTO_STREAM_MORE 17 /* bytes that each piece grows by */

void crypto_make_key(unsigned char key[CRYPTO_KEY]);
/* For the owner of that Ed25519 key. False: it is no such key. */
bool crypto_seal(const unsigned char public_key[CRYPTO_PUBLIC], const unsigned char key[CRYPTO_KEY], unsigned char sealed[CRYPTO_SEALED]);
bool crypto_unseal(const unsigned char public_key[CRYPTO_PUBLIC], const unsigned char secret_key[CRYPTO_SECRET],
                   const unsigned char sealed[CRYPTO_SEALED], unsigned char key[CRYPTO_KEY]);

struct crypto_stream {
  _Alignas(16) unsigned char state[64];
};
void crypto_stream_begin(struct crypto_stream *stream, const unsigned char key[CRYPTO_KEY], unsigned char head[CRYPTO_STREAM_HEAD]);
/* out: length + CRYPTO_STREAM_MORE bytes. `last`: nothing follows. */
void crypto_stream_put(struct crypto_stream *stream, const void *bytes, size_t length, bool last, unsigned char *out);
bool crypto_stream_open(struct crypto_stream *stream, const unsigned char key[CRYPTO_KEY], const unsigned char head[CRYPTO_STREAM_HEAD]);
/* One piece as it was put; out: length - CRYPTO_STREAM_MORE bytes. False: altered, or not the next one. */
bool crypto_stream_take(struct crypto_stream *stream, const unsigned char *bytes, size_t length, unsigned char *out, bool *last);

#endif
