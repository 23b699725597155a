/* Hashes, signatures and PINs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/crypto.h"
#include "base/err.h"

static int start(void **state)
{
  struct err err = ERR_INIT;
  (void)state;

  return crypto_start(&err);
}

/* The expected digests come from another implementation: Python's hashlib.blake2b(bytes, digest_size=…, key=…). */
static void a_keyed_hash_is_blake2b(void **state)
{
  unsigned char digest[CRYPTO_HASH];
  char hex[2 * CRYPTO_HASH + 1];
  struct crypto_hash hash;
  (void)state;

  crypto_hash_start(&hash, "dutydesk op", CRYPTO_HASH);
  crypto_hash_add(&hash, "山", 3);
  crypto_hash_add(&hash, "洪", 3);
  crypto_hash_end(&hash, digest, CRYPTO_HASH);
  crypto_hex(digest, CRYPTO_HASH, hex);
  assert_string_equal(hex, "7edb76a9e332a9478984fab339e8ecc6d9cba31a2ea86a1767fad9aefc4ac8e8");

  crypto_hash_start(&hash, "k", CRYPTO_NAME);
  crypto_hash_end(&hash, digest, CRYPTO_NAME);
  crypto_hex(digest, CRYPTO_NAME, hex);
  assert_string_equal(hex, "0af9f47b3095761505669b03171459bd");
}

static void a_signature_holds_for_its_bytes_and_key_only(void **state)
{
  unsigned char public_key[CRYPTO_PUBLIC], other_key[CRYPTO_PUBLIC], secret[CRYPTO_SECRET], signature[CRYPTO_SIGNATURE];
  (void)state;

  crypto_make_keys(other_key, secret);
  crypto_make_keys(public_key, secret);
  crypto_make_signature(secret, "handover", 8, signature);
  assert_true(crypto_check_signature(public_key, "handover", 8, signature));
  assert_false(crypto_check_signature(public_key, "handoveR", 8, signature));
  assert_false(crypto_check_signature(public_key, "handover", 7, signature));
  assert_false(crypto_check_signature(other_key, "handover", 8, signature));
  signature[0] ^= 1;
  assert_false(crypto_check_signature(public_key, "handover", 8, signature));
}

static void a_pin_is_checked_against_its_verifier(void **state)
{
  char verifier[CRYPTO_PIN], again[CRYPTO_PIN];
  struct err err = ERR_INIT;
  (void)state;

  assert_int_equal(crypto_pin_make("0000", verifier, &err), 0);
  assert_true(strncmp(verifier, "$argon2id$", 10) == 0);
  assert_null(strstr(verifier, "0000$"));
  assert_true(crypto_pin_check(verifier, "0000"));
  assert_false(crypto_pin_check(verifier, "0001"));
  assert_false(crypto_pin_check(verifier, ""));
  assert_false(crypto_pin_check("not a verifier", "0000"));
  assert_int_equal(crypto_pin_make("0000", again, &err), 0);
  assert_string_not_equal(verifier, again); /* salted */
}

static void hexadecimal_goes_there_and_back(void **state)
{
  unsigned char bytes[3];
  char hex[7];
  (void)state;

  crypto_hex("\x00\xAB\xFF", 3, hex);
  assert_string_equal(hex, "00abff");
  assert_true(crypto_unhex("00aBFf", bytes, 3));
  assert_memory_equal(bytes, "\x00\xAB\xFF", 3);
  assert_false(crypto_unhex("00abf", bytes, 3));
  assert_false(crypto_unhex("00abff00", bytes, 3));
  assert_false(crypto_unhex("00abfg", bytes, 3));
  assert_false(crypto_unhex("00 bff", bytes, 3));
}

static void random_bytes_differ(void **state)
{
  unsigned char a[CRYPTO_SALT], b[CRYPTO_SALT];
  (void)state;

  crypto_random(a, sizeof a);
  crypto_random(b, sizeof b);
  assert_false(crypto_equal(a, b, sizeof a));
  assert_true(crypto_equal(a, a, sizeof a));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_keyed_hash_is_blake2b),
    cmocka_unit_test(a_signature_holds_for_its_bytes_and_key_only),
    cmocka_unit_test(a_pin_is_checked_against_its_verifier),
    cmocka_unit_test(hexadecimal_goes_there_and_back),
    cmocka_unit_test(random_bytes_differ),
  };
  return cmocka_run_group_tests(tests, start, NULL);
}
