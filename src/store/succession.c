/* When a node goes on under a new key: its last heads are signed with the old one, which also says who comes after it. Without the old
 * key none of this is possible, and an officer has to say yes to the new one. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "store/exchange_inside.h"
#include "store/inside.h"

/* "succession": [{"old": key, "signature": of "dutydesk renewal KEY" about the next}, …], oldest first. */
static int statement_keep(struct store *store, const struct identity *old, const unsigned char public_key[CRYPTO_PUBLIC], struct err *err)
{
  char said[24 + 2 * CRYPTO_PUBLIC] = "dutydesk renewal ", hex[2 * CRYPTO_SIGNATURE + 1];
  unsigned char signature[CRYPTO_SIGNATURE];
  char *before = store_get_local(store, "succession");
  json *chain = before ? json_read(before, strlen(before), NULL) : NULL, *link = json_make_object();
  struct buf text = BUF_INIT;
  if (!chain) chain = json_make_array();
  crypto_hex(public_key, CRYPTO_PUBLIC, said + strlen(said));
  crypto_make_signature(old->secret_key, said, strlen(said), signature);
  crypto_hex(old->public_key, CRYPTO_PUBLIC, hex);
  json_put(link, "old", json_make_text(hex));
  crypto_hex(signature, sizeof(signature), hex);
  json_put(link, "signature", json_make_text(hex));
  json_append(chain, link);
  json_write(chain, 0, &text);
  int result = store_set_local(store, "succession", buf_text(&text), err);
  json_drop(chain);
  buf_free(&text);
  free(before);
  return result;
}

/* Keys of our own, former ones too, count like pinned ones, so that what they signed goes on. */
static int key_keep(struct store *store, const struct identity *old, char letter, struct err *err)
{
  char hex[2 * CRYPTO_PUBLIC + 1], area[13];
  crypto_hex(old->public_key, CRYPTO_PUBLIC, hex);
  char *name = mem_printf("trust.%s", hex), *value = mem_printf("%s %c ", area_text(store->area, area), letter);
  struct peer peer = { .node = old->node, .area = store->area, .letter = letter };
  memcpy(peer.public_key, old->public_key, CRYPTO_PUBLIC);
  int result = store_set_local(store, name, value, err);
  free(name);
  free(value);
  return result == 0 ? peer_keep(store, &peer, err) : result;
}

int succession_keep(struct store *store, const struct identity *old, char letter, const unsigned char public_key[CRYPTO_PUBLIC],
                    struct err *err)
{
  if (!old->node) return 0;
  return head_sign_own(store, old, err) == 0 && statement_keep(store, old, public_key, err) == 0 ? key_keep(store, old, letter, err) : -1;
}

int identity_prepare(struct store *store, struct identity *identity, struct err *err)
{
  struct peer own;
  if (identity_read(store, identity, err) != 0) return -1;
  int known = peer_read(store, identity->node, &own, err);
  if (known < 0 || (known == 0 && key_keep(store, identity, store->letter, err) != 0)) return -1;
  return head_sign_own(store, identity, err);
}
