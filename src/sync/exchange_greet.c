/* Who is at the other end: greetings, proofs of the key, enrolment by a code. Nothing of the journal moves before the peer is known and
 * trusted. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/duties.h"
#include "store/query.h"
#include "sync/exchange_inside.h"
#include "sync/succession.h"

static const char magic[] = "dutydesk";
enum { FLAG_EXERCISE = 1 };

void greet_hello(struct exchange *exchange)
{
  struct buf *hello = &exchange->own_hello;
  unsigned char nonce[NONCE];
  crypto_random(nonce, sizeof(nonce));
  buf_add(hello, magic, sizeof(magic) - 1);
  wire_number(hello, WIRE_PROTOCOL);
  wire_number(hello, store_is_exercise(exchange->desk->store) ? FLAG_EXERCISE : 0);
  buf_add(hello, exchange->identity.public_key, CRYPTO_PUBLIC);
  buf_add(hello, nonce, NONCE);
  wire_number(hello, (uint64_t)store_area(exchange->desk->store));
  wire_number(hello, (unsigned char)store_letter(exchange->desk->store));
  exchange_emit(exchange, WIRE_HELLO, hello);
}

static bool hello_read(const void *bytes, size_t length, struct greeting *says, uint64_t *protocol)
{
  struct wire_reader reader = { bytes, (const unsigned char *)bytes + length, false };
  const unsigned char *start = wire_take(&reader, sizeof(magic) - 1);
  if (!start || memcmp(start, magic, sizeof(magic) - 1) != 0) return false;
  *protocol = wire_take_number(&reader);
  says->exercise = wire_take_number(&reader) & FLAG_EXERCISE;
  const unsigned char *key = wire_take(&reader, CRYPTO_PUBLIC), *nonce = wire_take(&reader, NONCE);
  if (!key || !nonce) return false;
  memcpy(says->public_key, key, CRYPTO_PUBLIC);
  memcpy(says->nonce, nonce, NONCE);
  says->area = (int64_t)wire_take_number(&reader);
  uint64_t letter = wire_take_number(&reader);
  says->letter = letter >= 'A' && letter <= 'Z' ? (char)letter : 0;
  return !reader.bad; /* a later version may say more: the transcript covers it */
}

/* --- what both sign: the two greetings, in an order that both know ---------------------------------------------------------------- */

static void hash_hello(struct crypto_hash *hash, const struct buf *hello)
{
  uint64_t length = htole64(hello->length);
  crypto_hash_add(hash, &length, sizeof(length));
  crypto_hash_add(hash, hello->data, hello->length);
}

/* `use` keeps signature and MACs apart; whose they are is said by the key at the end. */
static void transcript(const struct exchange *exchange, const char *use, const unsigned char *secret,
                       const unsigned char whose[CRYPTO_PUBLIC], unsigned char digest[CRYPTO_HASH])
{
  struct crypto_hash hash;
  bool own_first = memcmp(exchange->identity.public_key, exchange->peer_says.public_key, CRYPTO_PUBLIC) < 0;
  crypto_hash_start(&hash, use, CRYPTO_HASH);
  if (secret) crypto_hash_add(&hash, secret, CRYPTO_HASH);
  hash_hello(&hash, own_first ? &exchange->own_hello : &exchange->peer_hello);
  hash_hello(&hash, own_first ? &exchange->peer_hello : &exchange->own_hello);
  crypto_hash_add(&hash, whose, CRYPTO_PUBLIC);
  crypto_hash_end(&hash, digest, CRYPTO_HASH);
}

static const char use_proof[] = "dutydesk sync proof 1", use_code[] = "dutydesk sync code 1";

static void proof_give(struct exchange *exchange)
{
  struct buf proof = BUF_INIT;
  unsigned char digest[CRYPTO_HASH], signature[CRYPTO_SIGNATURE];
  transcript(exchange, use_proof, NULL, exchange->identity.public_key, digest);
  crypto_make_signature(exchange->identity.secret_key, digest, sizeof(digest), signature);
  buf_add(&proof, signature, sizeof(signature));
  wire_number(&proof, exchange->options.code ? CRYPTO_HASH : 0);
  if (exchange->options.code) {
    transcript(exchange, use_code, exchange->secret, exchange->identity.public_key, digest);
    buf_add(&proof, digest, sizeof(digest));
  }
  char *succession = store_get_local(exchange->desk->store, "succession");
  wire_bytes(&proof, succession ? succession : "", succession ? strlen(succession) : 0);
  free(succession);
  wire_signed(&proof, clock_now()); /* here, not in the greeting, which may have waited for the line to come up */
  exchange_emit(exchange, WIRE_PROOF, &proof);
  exchange->packs = true; /* what we say from here on */
  buf_free(&proof);
}

int greet_take_hello(struct exchange *exchange, const void *bytes, size_t length, struct err *err)
{
  uint64_t protocol = 0;
  struct greeting *says = &exchange->peer_says;
  if (!hello_read(bytes, length, says, &protocol)) return exchange_fail(exchange, err, "%s", _("there is no dutydesk at the other end"));
  if (protocol != WIRE_PROTOCOL)
    return exchange_fail(exchange, err, _("the other side speaks version %d of the exchange, this one %d: bring both to the same version"),
                         (int)protocol, WIRE_PROTOCOL);
  if (says->exercise != store_is_exercise(exchange->desk->store))
    return exchange_fail(exchange, err, "%s",
                         _("one of the two is an exercise database and the other is not: they never exchange anything"));
  if (memcmp(says->public_key, exchange->identity.public_key, CRYPTO_PUBLIC) == 0)
    return exchange_fail(
      exchange, err, "%s",
      _("the other side has this machine's own key: it is this database or a copy of it; on a copy run 'dutydesk node renew'"));
  buf_add(&exchange->peer_hello, bytes, length);
  exchange->peer = node_of_key(says->public_key);
  exchange->phase = PHASE_PROOF;
  proof_give(exchange);
  return 0;
}

/* --- who the peer is ------------------------------------------------------------------------------------------------------------------ */

static int peer_note(struct exchange *exchange, enum peer_state state, int64_t area, char letter, bool superior, struct err *err)
{
  struct peer peer = { .node = exchange->peer, .state = state, .area = area, .letter = letter, .superior = superior };
  memcpy(peer.public_key, exchange->peer_says.public_key, CRYPTO_PUBLIC);
  peer.contact = clock_now();
  peer.skew = exchange->peer_says.skew;
  return peer_keep(exchange->desk->store, &peer, err);
}

struct match {
  struct exchange *exchange;
  const unsigned char *mac;
  struct invitation found;
};

static int invitation_try(void *context, const struct invitation *invitation)
{
  struct match *match = context;
  unsigned char digest[CRYPTO_HASH];
  transcript(match->exchange, use_code, invitation->secret, match->exchange->peer_says.public_key, digest);
  if (!crypto_equal(digest, match->mac, sizeof(digest))) return 0;
  match->found = *invitation;
  match->found.id = mem_dup(invitation->id);
  match->found.name = mem_dup(invitation->name);
  return 1;
}

static int welcome_give(struct exchange *exchange, const unsigned char secret[CRYPTO_HASH], struct err *err)
{
  struct buf welcome = BUF_INIT;
  unsigned char digest[CRYPTO_HASH];
  char code[13];
  struct query *query = query_open(exchange->desk->store, "SELECT name FROM k_unit WHERE area = ? AND voided IS NULL");
  query_bind_text(query, 1, area_text(store_area(exchange->desk->store), code));
  const char *name = query_next(query, err) == 1 ? query_text(query, 0) : NULL;
  transcript(exchange, use_code, secret, exchange->identity.public_key, digest);
  buf_add(&welcome, digest, sizeof(digest));
  wire_bytes(&welcome, name ? name : "", name ? strlen(name) : 0);
  query_close(query);
  exchange_emit(exchange, WIRE_WELCOME, &welcome);
  buf_free(&welcome);
  return 0;
}

static int invited(struct exchange *exchange, const struct invitation *invitation, struct err *err)
{
  const struct greeting *says = &exchange->peer_says;
  char code[13], own[13];
  if (says->area != invitation->area)
    return exchange_fail(exchange, err, _("the invitation is for the area %s, but the station says %s"), area_text(invitation->area, own),
                         area_text(says->area, code));
  if (says->letter != invitation->letter)
    return exchange_fail(exchange, err, _("the invitation is for letter %c, but that machine uses %c: invite it again with its letter"),
                         invitation->letter, says->letter ? says->letter : '?');
  if (node_issue(exchange->desk, "node.enrol", says->public_key, invitation->area, invitation->letter, invitation->name, err) != 0 ||
      invitation_done(exchange->desk, invitation->id, err) != 0 || trust_refresh(exchange->trust, err) < 0)
    return -1;
  return welcome_give(exchange, invitation->secret, err);
}

static int invitation_check(struct exchange *exchange, const unsigned char mac[CRYPTO_HASH], struct err *err)
{
  struct match match = { .exchange = exchange, .mac = mac };
  int found = invitation_each(exchange->desk, invitation_try, &match, err);
  if (found < 0) return -1;
  if (found == 0)
    return exchange_fail(exchange, err, "%s",
                         _("the code is not that of an open invitation: it may have been used or have expired; have a new one made"));
  int status = invited(exchange, &match.found, err);
  free(match.found.id);
  free(match.found.name);
  return status;
}

/* --- the proof ------------------------------------------------------------------------------------------------------------------------ */

static int admit(struct exchange *exchange, struct err *err)
{
  char print[FINGERPRINT];
  const struct node *node = trust_find(exchange->trust, exchange->peer);
  if (exchange->options.only && exchange->peer != exchange->options.only)
    return exchange_fail(exchange, err, "%s", _("this way in is for another machine's key"));
  if (node && node->state == NODE_REVOKED)
    return exchange_fail(exchange, err, "%s", _("this machine was revoked: nothing is exchanged with it"));
  if (node && node->state == NODE_TRUSTED) {
    if (peer_note(exchange, PEER_KNOWN, node->reach.areas[0], node->letter, trust_is_superior(exchange->trust, node), err) != 0) return -1;
    return talk_begin(exchange, err);
  }
  if (peer_note(exchange, PEER_WAITING, exchange->peer_says.area, exchange->peer_says.letter, false, err) != 0) return -1;
  return exchange_fail(exchange, err,
                       _("this machine is not known here yet: an officer has to say yes to its fingerprint %s ('node trust'), or an "
                         "invitation's code is needed"),
                       node_fingerprint(exchange->peer_says.public_key, print));
}

int greet_again(struct exchange *exchange, struct err *err)
{
  const struct node *node = trust_find(exchange->trust, exchange->peer);
  if (!node || node->state != NODE_TRUSTED)
    return exchange_fail(exchange, err, "%s", _("this machine was revoked: nothing is exchanged with it"));
  if (!reach_same(&node->reach, &exchange->peer_reach))
    return exchange_fail(exchange, err, "%s", _("the other side's area has changed: exchange again"));
  return 0;
}

int greet_take_proof(struct exchange *exchange, const void *bytes, size_t length, struct err *err)
{
  struct wire_reader reader = { bytes, (const unsigned char *)bytes + length, false };
  unsigned char digest[CRYPTO_HASH];
  size_t mac_length, succession_length;
  const unsigned char *signature = wire_take(&reader, CRYPTO_SIGNATURE);
  const unsigned char *mac = wire_take_bytes(&reader, CRYPTO_HASH, &mac_length);
  const unsigned char *succession = wire_take_bytes(&reader, 1 << 14, &succession_length);
  if (__builtin_sub_overflow(wire_take_signed(&reader), clock_now(), &exchange->peer_says.skew)) reader.bad = true;
  transcript(exchange, use_proof, NULL, exchange->peer_says.public_key, digest);
  if (reader.bad || !signature || !crypto_check_signature(exchange->peer_says.public_key, digest, sizeof(digest), signature))
    return exchange_fail(exchange, err, "%s", _("the other side cannot prove that the key it names is its own"));
  if (exchange->options.only && exchange->peer != exchange->options.only) return admit(exchange, err);
  if (exchange->options.code) {
    exchange->phase = PHASE_WELCOME;
    return 0;
  }
  const struct node *node = trust_find(exchange->trust, exchange->peer);
  if (mac_length == CRYPTO_HASH && !(node && node->state == NODE_REVOKED) && invitation_check(exchange, mac, err) != 0) return -1;
  bool is_news = !node || (node->state == NODE_TRUSTED &&
                           !trust_before(exchange->trust, exchange->peer)); /* an officer may have said yes before it could say so */
  if (is_news && succession_length &&
      succession_take(exchange->desk, exchange->trust, exchange->peer_says.public_key, exchange->peer_says.letter, (const char *)succession,
                      succession_length, err) != 0)
    return -1;
  return admit(exchange, err);
}

/* The superior has shown that it knows the code: its key is pinned, and the machines below us are told who stands above. */
int greet_take_welcome(struct exchange *exchange, const void *bytes, size_t length, struct err *err)
{
  struct wire_reader reader = { bytes, (const unsigned char *)bytes + length, false };
  const struct greeting *says = &exchange->peer_says;
  unsigned char digest[CRYPTO_HASH];
  size_t name_length;
  const unsigned char *mac = wire_take(&reader, CRYPTO_HASH), *text = wire_take_bytes(&reader, 200, &name_length);
  transcript(exchange, use_code, exchange->secret, says->public_key, digest);
  if (reader.bad || !mac || !crypto_equal(mac, digest, sizeof(digest)))
    return exchange_fail(exchange, err, "%s", _("the other side does not know the code: it is not the superior that made it"));
  if (!area_contains(says->area, store_area(exchange->desk->store)) || says->area < 0)
    return exchange_fail(exchange, err, "%s", _("the other side's area does not lie above ours"));
  char *name = mem_dup_n(text ? (const char *)text : "", name_length);
  int status = node_adopt(exchange->desk, says->public_key, says->area, says->letter, name, err);
  free(name);
  if (status != 0 || trust_refresh(exchange->trust, err) < 0) return -1;
  return admit(exchange, err);
}
