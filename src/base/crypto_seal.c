#include "base/crypto_seal.h"

#include <sodium.h>

_Static_assert(sizeof(crypto_secretstream_xchacha20poly1305_state) <= sizeof(struct crypto_stream), "the state has room");
_Static_assert(CRYPTO_STREAM_HEAD == crypto_secretstream_xchacha20poly1305_HEADERBYTES, "as libsodium has it");
_Static_assert(CRYPTO_STREAM_MORE == crypto_secretstream_xchacha20poly1305_ABYTES, "as libsodium has it");
_Static_assert(CRYPTO_SEALED == CRYPTO_KEY + crypto_box_SEALBYTES, "as libsodium has it");

static crypto_secretstream_xchacha20poly1305_state *state_of(struct crypto_stream *stream)
{
  return (void *)stream->state;
}

void crypto_make_key(unsigned char key[CRYPTO_KEY])
{
  crypto_secretstream_xchacha20poly1305_keygen(key);
}

bool crypto_seal(const unsigned char public_key[CRYPTO_PUBLIC], const unsigned char key[CRYPTO_KEY], unsigned char sealed[CRYPTO_SEALED])
{
  unsigned char curve[crypto_scalarmult_curve25519_BYTES];
  return crypto_sign_ed25519_pk_to_curve25519(curve, public_key) == 0 && crypto_box_seal(sealed, key, CRYPTO_KEY, curve) == 0;
}

bool crypto_unseal(const unsigned char public_key[CRYPTO_PUBLIC], const unsigned char secret_key[CRYPTO_SECRET],
                   const unsigned char sealed[CRYPTO_SEALED], unsigned char key[CRYPTO_KEY])
{
  unsigned char curve[crypto_scalarmult_curve25519_BYTES], secret[crypto_scalarmult_curve25519_BYTES];
  bool good = crypto_sign_ed25519_pk_to_curve25519(curve, public_key) == 0 &&
              crypto_sign_ed25519_sk_to_curve25519(secret, secret_key) == 0 &&
              crypto_box_seal_open(key, sealed, CRYPTO_SEALED, curve, secret) == 0;
  sodium_memzero(secret, sizeof(secret));
  return good;
}

void crypto_stream_begin(struct crypto_stream *stream, const unsigned char key[CRYPTO_KEY], unsigned char head[CRYPTO_STREAM_HEAD])
{
  crypto_secretstream_xchacha20poly1305_init_push(state_of(stream), head, key);
}

void crypto_stream_put(struct crypto_stream *stream, const void *bytes, size_t length, bool last, unsigned char *out)
{
  crypto_secretstream_xchacha20poly1305_push(state_of(stream), out, NULL, bytes, length, NULL, 0,
                                             last ? crypto_secretstream_xchacha20poly1305_TAG_FINAL
                                                  : crypto_secretstream_xchacha20poly1305_TAG_MESSAGE);
}

bool crypto_stream_open(struct crypto_stream *stream, const unsigned char key[CRYPTO_KEY], const unsigned char head[CRYPTO_STREAM_HEAD])
{
  return crypto_secretstream_xchacha20poly1305_init_pull(state_of(stream), head, key) == 0;
}

bool crypto_stream_take(struct crypto_stream *stream, const unsigned char *bytes, size_t length, unsigned char *out, bool *last)
{
  unsigned char tag = 0;
  if (length < CRYPTO_STREAM_MORE ||
      crypto_secretstream_xchacha20poly1305_pull(state_of(stream), out, NULL, &tag, bytes, length, NULL, 0) != 0)
    return false;
  *last = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
  return true;
}
