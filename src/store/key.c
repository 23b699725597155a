/* The node's key file, PATH.key: its Ed25519 pair and the last heads it signed. Only sync needs it. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "store/exchange_inside.h"
#include "store/inside.h"

enum { KEY_FILE_MAX = 16 << 20 };

uint64_t node_of_key(const unsigned char public_key[CRYPTO_PUBLIC])
{
  unsigned char digest[CRYPTO_HASH];
  struct crypto_hash hash;
  crypto_hash_start(&hash, "dutydesk node", CRYPTO_HASH);
  crypto_hash_add(&hash, public_key, CRYPTO_PUBLIC);
  crypto_hash_end(&hash, digest, CRYPTO_HASH);
  uint64_t number = 0;
  for (int index = 0; index < 8; index++) number = number << 8 | digest[index];
  number &= INT64_MAX;
  return number ? number : 1;
}

static void put_hex(json *object, const char *name, const unsigned char *bytes, size_t length)
{
  char hex[2 * CRYPTO_SECRET + 1];
  crypto_hex(bytes, length, hex);
  json_put(object, name, json_make_text(hex));
}

/* --- the sum of the heads ------------------------------------------------------------------------------------------------------------- */

/* A start compares one number: all of the node's heads taken together, in no order. Reading them one by one took a twentieth of its
 * time. */
struct heads_sum {
  uint64_t node;
  unsigned char bytes[CRYPTO_NAME];
};

static void sum_head(struct heads_sum *sum, const struct log_name *name, int64_t seq, const char *hash_hex)
{
  struct crypto_hash hash;
  struct buf text = BUF_INIT;
  unsigned char digest[CRYPTO_NAME];
  if (name->node != sum->node) return;
  log_name_text(name, &text);
  buf_addf(&text, " %" PRId64 " %s", seq, hash_hex);
  crypto_hash_start(&hash, "dutydesk heads", CRYPTO_NAME);
  crypto_hash_add(&hash, text.data, text.length);
  crypto_hash_end(&hash, digest, CRYPTO_NAME);
  for (size_t index = 0; index < sizeof(digest); index++) sum->bytes[index] ^= digest[index];
  buf_free(&text);
}

static void sum_text(const struct heads_sum *sum, char text[2 * CRYPTO_NAME + 18])
{
  char hex[2 * CRYPTO_NAME + 1];
  crypto_hex(sum->bytes, sizeof(sum->bytes), hex);
  snprintf(text, 2 * CRYPTO_NAME + 18, "%016" PRIx64 " %s", sum->node, hex);
}

static json *sum_of_file(const struct key_file *key)
{
  struct heads_sum sum = { .node = node_of_key(key->public_key) };
  char text[2 * CRYPTO_NAME + 18];
  for (void *at = json_first(key->heads); at; at = json_next(key->heads, at)) {
    struct log_name name;
    const char *hex = json_text(json_get(json_value(at), "hash"));
    if (hex && log_name_read(json_key(at), &name)) sum_head(&sum, &name, json_number(json_get(json_value(at), "seq"), 0), hex);
  }
  sum_text(&sum, text);
  return json_make_text(text);
}

static int sum_held(void *context, const struct log_head *head)
{
  char hex[2 * CRYPTO_HASH + 1];
  crypto_hex(head->hash, CRYPTO_HASH, hex);
  sum_head(context, &head->name, head->seq, hex);
  return 0;
}

/* Are the heads that the file knows exactly those that the database has? */
static bool heads_agree(struct store *store)
{
  struct heads_sum sum = { .node = store->node };
  struct buf file = BUF_INIT;
  char text[2 * CRYPTO_NAME + 18], *name = mem_printf("%s.key", store->path);
  bool agree = file_read(name, KEY_FILE_MAX, &file, NULL) == 0 && journal_heads(store, sum_held, &sum, NULL) == 0;
  sum_text(&sum, text);
  agree = agree && strstr(buf_text(&file), text);
  buf_free(&file);
  free(name);
  return agree;
}

/* --- the file ------------------------------------------------------------------------------------------------------------------------- */

static void put_pair(json *object, const struct key_file *key)
{
  put_hex(object, "public", key->public_key, CRYPTO_PUBLIC);
  put_hex(object, "secret", key->secret_key, CRYPTO_SECRET);
}

static bool take_pair(const json *object, struct key_file *key)
{
  const char *public_hex = json_text(json_get(object, "public")), *secret_hex = json_text(json_get(object, "secret"));
  return public_hex && secret_hex && crypto_unhex(public_hex, key->public_key, CRYPTO_PUBLIC) &&
         crypto_unhex(secret_hex, key->secret_key, CRYPTO_SECRET);
}

static int key_write(const char *path, const struct key_file *key, struct err *err)
{
  struct buf text = BUF_INIT;
  json *object = json_make_object();
  put_pair(object, key);
  json_put(object, "sum", sum_of_file(key));
  json_put(object, "heads", json_keep(key->heads));
  if (key->next) json_put(object, "next", json_keep(key->next));
  json_write(object, 1, &text);
  char *name = mem_printf("%s.key", path);
  int result = file_replace(name, text.data, text.length, 0660, err);
  free(name);
  json_drop(object);
  buf_free(&text);
  return result;
}

int key_make(const char *path, uint64_t before, struct key_file *key, struct err *err)
{
  struct key_file old;
  crypto_make_keys(key->public_key, key->secret_key);
  key->heads = json_make_object();
  key->next = NULL;
  if (before == 0 || key_read(path, before, &old, NULL) != 0) return key_write(path, key, err);
  json_drop(old.next);
  old.next = json_make_object();
  put_pair(old.next, key);
  int result = key_write(path, &old, err);
  key_free(&old);
  return result;
}

void key_settle(const char *path, const struct key_file *key)
{
  key_write(path, key, NULL);
}

int key_read(const char *path, uint64_t node, struct key_file *key, struct err *err)
{
  struct buf text = BUF_INIT;
  char *name = mem_printf("%s.key", path);
  explicit_bzero(key, sizeof(*key));
  json *object = file_read(name, KEY_FILE_MAX, &text, err) == 0 ? json_read(buf_text(&text), text.length, err) : NULL;
  struct key_file other;
  json *next = json_get(object, "next");
  bool good = take_pair(object, key), is_next = good && take_pair(next, &other) && node_of_key(other.public_key) == node;
  if (object && !good) err_set(err, _("%s is not a key file of dutydesk: restore it from a backup, or run 'dutydesk node renew'"), name);
  json *heads = is_next ? NULL : json_get(object, "heads");
  if (is_next) *key = other;
  key->heads = heads ? json_keep(heads) : json_make_object();
  key->next = is_next || !next ? NULL : json_keep(next);
  json_drop(object);
  buf_free(&text);
  free(name);
  if (!good) key_free(key);
  return good ? 0 : -1;
}

void key_free(struct key_file *key)
{
  json_drop(key->heads);
  json_drop(key->next);
  explicit_bzero(key, sizeof(*key));
}

void key_copy(const char *from, const char *to)
{
  struct key_file key;
  if (key_read(from, 0, &key, NULL) != 0) return;
  key_write(to, &key, NULL);
  key_free(&key);
}

void key_clean(const char *path)
{
  char *name = mem_printf("%s.key", path);
  file_remove_leftovers(name);
  free(name);
}

struct signing {
  struct store *store;
  struct key_file *key;
};

static int head_put(void *context, const struct log_head *head)
{
  struct signing *signing = context;
  if (head->name.node != signing->store->node) return 0;
  struct buf name = BUF_INIT;
  struct signed_head made = { .log = head->name, .seq = head->seq };
  memcpy(made.hash, head->hash, CRYPTO_HASH);
  head_sign(&made, signing->key->secret_key);
  log_name_text(&head->name, &name);
  json *entry = json_make_object();
  json_put(entry, "seq", json_make_number(head->seq));
  put_hex(entry, "hash", head->hash, CRYPTO_HASH);
  put_hex(entry, "signature", made.signature, CRYPTO_SIGNATURE);
  json_put(signing->key->heads, buf_text(&name), entry);
  buf_free(&name);
  return 0;
}

int key_sign_heads(struct store *store, struct err *err)
{
  struct key_file key;
  if (key_read(store->path, store->node, &key, err) != 0) return -1;
  struct signing signing = { store, &key };
  int result = journal_heads(store, head_put, &signing, err);
  if (result == 0) result = key_write(store->path, &key, err);
  key_free(&key);
  return result;
}

/* Does the database hold the operation whose hash the file knows as a head? */
static bool head_is_held(struct store *store, const char *name_text, const json *entry)
{
  struct log_name name;
  unsigned char wanted[CRYPTO_HASH];
  const char *hex = json_text(json_get(entry, "hash"));
  if (!log_name_read(name_text, &name) || !hex || !crypto_unhex(hex, wanted, CRYPTO_HASH)) return true; /* says nothing */
  if (name.node != store->node) return true;                                                            /* of a key before this one */
  const struct log_row *log = log_find(store, &name);
  unsigned char held[CRYPTO_HASH];
  int64_t seq, wanted_seq = json_number(json_get(entry, "seq"), 0);
  if (!log || log_head(store, log->id, &seq, held, NULL) != 0 || seq < wanted_seq) return false;
  /* The log may have gone on since it was signed: sessions that were killed sign nothing. */
  bool found = seq == wanted_seq || journal_hash(store, op_of(log->id, wanted_seq), held, NULL) == 1;
  return found && memcmp(held, wanted, CRYPTO_HASH) == 0;
}

int key_is_ahead(struct store *store, bool *ahead, struct err *err)
{
  struct key_file key;
  *ahead = false;
  if (heads_agree(store)) return 0;
  if (key_read(store->path, store->node, &key, err) != 0) return -1;
  *ahead = node_of_key(key.public_key) != store->node; /* the key of another database */
  for (void *at = json_first(key.heads); at; at = json_next(key.heads, at))
    if (!head_is_held(store, json_key(at), json_value(at))) *ahead = true;
  key_free(&key);
  return 0;
}
