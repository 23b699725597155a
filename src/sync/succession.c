#include "sync/succession.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"

struct finding {
  const struct trust *trust;
  const struct node *before;
  size_t place;
};

static bool known_find(void *context, const unsigned char old[CRYPTO_PUBLIC], size_t place)
{
  struct finding *finding = context;
  const struct node *node = trust_find(finding->trust, node_of_key(old));
  if (!node || node == trust_own(finding->trust)) return true;
  finding->before = node->state == NODE_TRUSTED ? node : NULL;
  finding->place = place;
  return false;
}

/* Writes down one heir of a node that is trusted: what an officer has decided about its key stays. `links`: those that show it. */
static int heir_take(struct desk *desk, struct trust *trust, const struct node *before, const unsigned char public_key[CRYPTO_PUBLIC],
                     char letter, const json *links, struct err *err)
{
  const struct node *known = trust_find(trust, node_of_key(public_key)), *own = trust_own(trust);
  struct node heir = *before;
  int64_t area = before->reach.areas[0];
  int status = 0;
  if (known) {
    heir.reach = known->reach;
    heir.name = known->name;
  }
  if (before->pinned && !known) status = trust_pin(desk, public_key, area, letter, before->name, err);
  bool is_ours = area_contains(own->reach.areas[0], area),
       is_above = area_contains(area, own->reach.areas[0]); /* those around us must know it too */
  if (status == 0 && (is_ours || is_above))
    status = node_succeed(desk, is_ours ? "node.renewed" : "node.introduce", &heir, public_key, letter, links, err);
  return status;
}

/* A key that a trusted one has handed over to (after a restore, a copy) is as good as that was, and so are those between. */
static int heirs_take(struct desk *desk, struct trust *trust, const struct finding *finding, const unsigned char public_key[CRYPTO_PUBLIC],
                      char letter, const json *chain, struct err *err)
{
  json *links = json_make_array();
  unsigned char between[CRYPTO_PUBLIC];
  char next = finding->before->letter;
  int status = 0;
  for (size_t place = finding->place; status == 0 && place < json_count(chain); place++) {
    json_append(links, json_keep(json_at(chain, place)));
    const char *old = json_text(json_get(json_at(chain, place + 1), "old"));
    next = next < 'Z' ? (char)(next + 1) : 'A';
    if (!old)
      status = heir_take(desk, trust, finding->before, public_key, letter, links, err);
    else if (crypto_unhex(old, between, CRYPTO_PUBLIC))
      status = heir_take(desk, trust, finding->before, between, next, links, err);
  }
  json_drop(links);
  return status;
}

int succession_take(struct desk *desk, struct trust *trust, const unsigned char public_key[CRYPTO_PUBLIC], char letter, const char *text,
                    size_t length, struct err *err)
{
  struct finding finding = { .trust = trust };
  json *chain = length ? json_read(text, length, NULL) : NULL;
  succession_walk(public_key, chain, known_find, &finding);
  int status = finding.before ? heirs_take(desk, trust, &finding, public_key, letter, chain, err) : 0;
  json_drop(chain);
  return status == 0 && finding.before && trust_refresh(trust, err) < 0 ? -1 : status;
}
