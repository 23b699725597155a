#include "base/crypto.h"

#include <sodium.h>
#include <string.h>

#include "base/err.h"
#include "base/i18n.h"

_Static_assert(sizeof(struct crypto_hash) >= sizeof(crypto_generichash_state), "crypto_hash holds libsodium's state");
_Static_assert(_Alignof(struct crypto_hash) >= _Alignof(crypto_generichash_state), "crypto_hash is aligned as libsodium's state");
_Static_assert(CRYPTO_PUBLIC == crypto_sign_PUBLICKEYBYTES && CRYPTO_SECRET == crypto_sign_SECRETKEYBYTES, "Ed25519 keys");
_Static_assert(CRYPTO_SIGNATURE == crypto_sign_BYTES && CRYPTO_PIN >= crypto_pwhash_STRBYTES, "signatures and verifiers");

int crypto_start(struct err *err)
{
  if (sodium_init() >= 0) return 0;
  return err_set(err, _("libsodium could not start: no source of random numbers; mount /dev or see the system's log"));
}

static crypto_generichash_state *state_of(struct crypto_hash *hash)
{
  return (crypto_generichash_state *)(void *)hash->state;
}

void crypto_hash_start(struct crypto_hash *hash, const char *key, size_t length)
{
  size_t key_length = strlen(key);

  if (crypto_generichash_init(state_of(hash), (const unsigned char *)key, key_length, length) != 0)
    ERR_BUG("hash key or length out of range");
}

void crypto_hash_add(struct crypto_hash *hash, const void *bytes, size_t length)
{
  crypto_generichash_update(state_of(hash), bytes, length);
}

void crypto_hash_end(struct crypto_hash *hash, void *digest, size_t length)
{
  if (crypto_generichash_final(state_of(hash), digest, length) != 0) ERR_BUG("hash ended twice or length out of range");
}

void crypto_random(void *bytes, size_t length)
{
  randombytes_buf(bytes, length);
}

bool crypto_equal(const void *a, const void *b, size_t length)
{
  return sodium_memcmp(a, b, length) == 0;
}

void crypto_make_keys(unsigned char public_key[CRYPTO_PUBLIC], unsigned char secret_key[CRYPTO_SECRET])
{
  crypto_sign_keypair(public_key, secret_key);
}

void crypto_make_signature(const unsigned char secret_key[CRYPTO_SECRET], const void *bytes, size_t length,
                           unsigned char signature[CRYPTO_SIGNATURE])
{
  crypto_sign_detached(signature, NULL, bytes, length, secret_key);
}

bool crypto_check_signature(const unsigned char public_key[CRYPTO_PUBLIC], const void *bytes, size_t length,
                            const unsigned char signature[CRYPTO_SIGNATURE])
{
  return crypto_sign_verify_detached(signature, bytes, length, public_key) == 0;
}

int crypto_pin_make(const char *pin, char verifier[CRYPTO_PIN], struct err *err)
{
  int result = crypto_pwhash_str(verifier, pin, strlen(pin), crypto_pwhash_OPSLIMIT_INTERACTIVE, crypto_pwhash_MEMLIMIT_INTERACTIVE);

  return result == 0 ? 0 : err_set(err, _("the PIN could not be stored: this needs 64 MiB of free memory; close other programs"));
}

bool crypto_pin_check(const char *verifier, const char *pin)
{
  return crypto_pwhash_str_verify(verifier, pin, strlen(pin)) == 0;
}

int crypto_stretch(const char *secret, const char *salt, unsigned char key[CRYPTO_HASH], struct err *err)
{
  _Static_assert(CRYPTO_SALT == crypto_pwhash_SALTBYTES, "salts of Argon2id");
  if (strlen(salt) != CRYPTO_SALT) ERR_BUG(salt);
  int result = crypto_pwhash(key, CRYPTO_HASH, secret, strlen(secret), (const unsigned char *)salt, crypto_pwhash_OPSLIMIT_INTERACTIVE,
                             crypto_pwhash_MEMLIMIT_INTERACTIVE, crypto_pwhash_ALG_ARGON2ID13);

  return result == 0 ? 0 : err_set(err, _("the code could not be checked: this needs 64 MiB of free memory; close other programs"));
}

void crypto_hex(const void *bytes, size_t length, char *hex)
{
  sodium_bin2hex(hex, 2 * length + 1, bytes, length);
}

bool crypto_unhex(const char *hex, void *bytes, size_t length)
{
  size_t made;

  if (strlen(hex) != 2 * length) return false;
  return sodium_hex2bin(bytes, length, hex, 2 * length, NULL, &made, NULL) == 0 && made == length;
}
