/* Bundles as only a trusted machine could make them, whatever is in them: the form is that of sync/bundle_inside.h. */
#ifndef TESTS_UNIT_BUNDLE_FORGE_H
#define TESTS_UNIT_BUNDLE_FORGE_H

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "sync/bundle_inside.h"

static inline void forge_number(struct buf *out, uint64_t number, int bytes)
{
  for (int i = 0; i < bytes; i++) buf_addc(out, (char)(number >> (8 * i)));
}

/* All before the signature. `content`: what stands where the packed frames should. */
static inline void bundle_forge(struct buf *out, const struct identity *from, const struct identity *reader, int64_t area,
                                const void *content, size_t length)
{
  unsigned char key[CRYPTO_KEY], sealed[CRYPTO_SEALED], head[CRYPTO_STREAM_HEAD], piece[BUNDLE_PIECE + CRYPTO_STREAM_MORE];
  struct crypto_stream stream;
  const char *bytes = content;
  crypto_make_key(key);
  buf_adds(out, BUNDLE_MAGIC);
  forge_number(out, 0, 1);
  forge_number(out, 1000000, 8);
  forge_number(out, 1, 8);
  forge_number(out, (uint64_t)area, 8);
  buf_add(out, from->public_key, CRYPTO_PUBLIC);
  forge_number(out, 1, 2);
  forge_number(out, reader->node, 8);
  if (!crypto_seal(reader->public_key, key, sealed)) abort();
  buf_add(out, sealed, sizeof(sealed));
  crypto_stream_begin(&stream, key, head);
  buf_add(out, head, sizeof(head));
  for (size_t at = 0; at == 0 || at < length; at += BUNDLE_PIECE) {
    size_t now = length - at < BUNDLE_PIECE ? length - at : BUNDLE_PIECE;
    crypto_stream_put(&stream, bytes + at, now, at + now >= length, piece);
    forge_number(out, now + CRYPTO_STREAM_MORE, 4);
    buf_add(out, piece, now + CRYPTO_STREAM_MORE);
  }
}

static inline void bundle_forge_sign(struct buf *out, const struct identity *from)
{
  struct crypto_hash hash;
  unsigned char digest[CRYPTO_HASH], signature[CRYPTO_SIGNATURE];
  crypto_hash_start(&hash, BUNDLE_HASH, CRYPTO_HASH);
  crypto_hash_add(&hash, buf_text(out), out->length);
  crypto_hash_end(&hash, digest, sizeof(digest));
  crypto_make_signature(from->secret_key, digest, sizeof(digest), signature);
  buf_add(out, signature, sizeof(signature));
}

/* The frames of a genuine bundle with one reader; whoever calls frees them. */
static inline void bundle_frames(const struct buf *bundle, const struct identity *reader, struct buf *frames)
{
  unsigned char key[CRYPTO_KEY], plain[BUNDLE_PIECE];
  const unsigned char *at = (const unsigned char *)bundle->data + strlen(BUNDLE_MAGIC) + 1 + 8 + 8 + 8 + CRYPTO_PUBLIC + 2 + 8;
  struct crypto_stream stream;
  struct wire_stream *unpacker = wire_stream_open(false, NULL);
  bool last = false;
  if (!unpacker || !crypto_unseal(reader->public_key, reader->secret_key, at, key) || !crypto_stream_open(&stream, key, at + CRYPTO_SEALED))
    abort();
  for (at += CRYPTO_SEALED + CRYPTO_STREAM_HEAD; !last;) {
    size_t length = (size_t)at[0] | (size_t)at[1] << 8 | (size_t)at[2] << 16, used;
    if (!crypto_stream_take(&stream, at + 4, length, plain, &last) ||
        wire_stream_unpack(unpacker, plain, length - CRYPTO_STREAM_MORE, &used, frames, 1 << 24, NULL) < 0)
      abort();
    at += 4 + length;
  }
  wire_stream_close(unpacker);
}

#endif
