/* Hashes, signatures, PIN verifiers, randomness: libsodium's only user. */
#ifndef BASE_CRYPTO_H
#define BASE_CRYPTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct err;

#define CRYPTO_HASH 32   /* bytes of BLAKE2b-256 */
#define CRYPTO_NAME 16   /* bytes of BLAKE2b-128, for names of keyed records */
#define CRYPTO_PUBLIC 32 /* Ed25519 */
#define CRYPTO_SECRET 64
#define CRYPTO_SIGNATURE 64
#define CRYPTO_SALT 16
#define CRYPTO_PIN 128 /* room for a verifier string with its NUL */

int crypto_start(struct err *err); /* once, before anything else here */

/* BLAKE2b in pieces. `key` is a short constant text that keeps different uses apart (it is BLAKE2b's key; at most 64 bytes, not NULL). */
struct crypto_hash {
  _Alignas(64) unsigned char state[384];
};
void crypto_hash_start(struct crypto_hash *hash, const char *key, size_t length);
void crypto_hash_add(struct crypto_hash *hash, const void *bytes, size_t length);
void crypto_hash_end(struct crypto_hash *hash, void *digest, size_t length); /* length: 16 to 64, the same as at the start */

void crypto_random(void *bytes, size_t length);
bool crypto_equal(const void *a, const void *b, size_t length); /* in constant time */

void crypto_make_keys(unsigned char public_key[CRYPTO_PUBLIC], unsigned char secret_key[CRYPTO_SECRET]);
/* Not crypto_sign and crypto_verify: libsodium has taken those. */
void crypto_make_signature(const unsigned char secret_key[CRYPTO_SECRET], const void *bytes, size_t length,
                           unsigned char signature[CRYPTO_SIGNATURE]);
bool crypto_check_signature(const unsigned char public_key[CRYPTO_PUBLIC], const void *bytes, size_t length,
                            const unsigned char signature[CRYPTO_SIGNATURE]);

/* Argon2id at libsodium's "interactive" cost, so that an old office PC answers in under a second. Verifiers never leave their node. */
int crypto_pin_make(const char *pin, char verifier[CRYPTO_PIN], struct err *err);
bool crypto_pin_check(const char *verifier, const char *pin);

/* A key of CRYPTO_HASH bytes made from a short secret that people read out, at the same cost; `salt` is a constant text of CRYPTO_SALT
 * bytes that keeps uses apart. */
int crypto_stretch(const char *secret, const char *salt, unsigned char key[CRYPTO_HASH], struct err *err);

void crypto_hex(const void *bytes, size_t length, char *hex);   /* 2*length+1 bytes */
bool crypto_unhex(const char *hex, void *bytes, size_t length); /* exactly length bytes, lower or upper case */

#endif
