#include "sync/succession.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"

/* A key that a trusted one has handed over to (after a restore, a copy) is as good as that was. */
static const struct node *predecessor(const struct trust *trust, const unsigned char public_key[CRYPTO_PUBLIC], const json *chain)
{
  unsigned char key[CRYPTO_PUBLIC], wanted[CRYPTO_PUBLIC], signature[CRYPTO_SIGNATURE];
  memcpy(wanted, public_key, CRYPTO_PUBLIC);
  for (size_t left = json_count(chain); left > 0; left--) {
    const json *link = json_at(chain, left - 1);
    const char *old = json_text(json_get(link, "old")), *made = json_text(json_get(link, "signature"));
    char said[64 + 2 * CRYPTO_PUBLIC] = "dutydesk renewal ";
    crypto_hex(wanted, CRYPTO_PUBLIC, said + strlen(said));
    if (!old || !made || !crypto_unhex(old, key, CRYPTO_PUBLIC) || !crypto_unhex(made, signature, CRYPTO_SIGNATURE) ||
        !crypto_check_signature(key, said, strlen(said), signature))
      return NULL;
    const struct node *node = trust_find(trust, node_of_key(key));
    if (node && node != trust_own(trust)) return node->state == NODE_TRUSTED ? node : NULL;
    memcpy(wanted, key, CRYPTO_PUBLIC);
  }
  return NULL;
}

int succession_take(struct desk *desk, struct trust *trust, const unsigned char public_key[CRYPTO_PUBLIC], char letter, const char *text, size_t length,
                    struct err *err)
{
  json *chain = length ? json_read(text, length, NULL) : NULL;
  const struct node *before = predecessor(trust, public_key, chain), *own = trust_own(trust);
  int status = 0;
  json_drop(chain);
  if (!before) return 0;
  int64_t area = before->reach.areas[0];
  char *name = mem_dup(before->name);
  if (before->pinned) status = trust_pin(desk, public_key, area, letter, name, err);
  bool is_ours = area_contains(own->reach.areas[0], area), is_above = area_contains(area, own->reach.areas[0]); /* those around us must know it too */
  if (status == 0 && (is_ours || is_above))
    status = node_succeed(desk, is_ours ? "node.renewed" : "node.introduce", before, public_key, letter, err);
  free(name);
  return status == 0 && trust_refresh(trust, err) >= 0 ? 0 : -1;
}
