#include "sync/receipts.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "sync/wire.h"

const char receipts_other_reach[] = N_("what the other side confirms does not count: its record of our area is another than ours; exchange "
                                       "once more, so that both have the same");

struct noting {
  struct desk *desk;
  const struct trust *trust;
  struct err *err;
  int status;
  struct peer *changed;
  int changed_count;
};

static void note(void *context, const struct node *node)
{
  struct noting *noting = context;
  struct peer peer = { .node = node->number, .area = node->reach.areas[0], .letter = node->letter };
  if (noting->status != 0 || !trust_is_superior(noting->trust, node)) return;
  int found = peer_read(noting->desk->store, node->number, &peer, noting->err);
  if (found < 0) noting->status = -1;
  if (found < 0 || (found == 1 && peer.superior && peer.state == PEER_KNOWN)) return;
  memcpy(peer.public_key, node->public_key, CRYPTO_PUBLIC);
  peer.superior = true;
  peer.state = PEER_KNOWN;
  noting->status = peer_keep(noting->desk->store, &peer, noting->err);
}

/* Who stands above us no more: revoked, followed by another key, of another area now, or not named at all. And who is waited for no more. */
static int changed_find(void *context, const struct peer *peer)
{
  struct noting *noting = context;
  const struct node *node = trust_find(noting->trust, peer->node);
  struct peer now = *peer;
  now.superior &= node && trust_is_superior(noting->trust, node);
  if (node && node->state == NODE_TRUSTED) now.state = PEER_KNOWN;
  if (now.superior == peer->superior && now.state == peer->state) return 0;
  noting->changed = mem_grow(noting->changed, (size_t)noting->changed_count + 1, sizeof(*noting->changed));
  noting->changed[noting->changed_count++] = now;
  return 0;
}

int receipts_note_superiors(struct desk *desk, const struct trust *trust, struct err *err)
{
  struct noting noting = { .desk = desk, .trust = trust, .err = err };
  trust_each(trust, note, &noting);
  if (noting.status == 0) noting.status = peer_each(desk->store, changed_find, &noting, err);
  for (int i = 0; noting.status == 0 && i < noting.changed_count; i++) noting.status = peer_keep(desk->store, &noting.changed[i], err);
  free(noting.changed);
  return noting.status;
}

/* --- which the other side has --------------------------------------------------------------------------------------------------------- */

static bool has(const struct receipts_passed *passed, uint64_t node, int64_t number)
{
  for (int i = 0; i < passed->count; i++)
    if (passed->list[i].node == node) return passed->list[i].number >= number;
  return false;
}

static void has_now(struct receipts_passed *passed, uint64_t node, int64_t number)
{
  int i = 0;
  while (i < passed->count && passed->list[i].node != node) i++;
  if (i == RECEIPTS_PASSED) return;
  if (i == passed->count) passed->count++;
  passed->list[i].node = node;
  passed->list[i].number = number;
}

/* --- passing on ----------------------------------------------------------------------------------------------------------------------- */

struct passing {
  struct desk *desk;
  const struct trust *trust;
  struct receipts_passed *passed;
  struct buf *out;
  struct err *err;
  int status;
};

/* Logs stand there with their bare names: who does not know the frame skips it, and the dictionary must not suffer from that. */
static void write_frame(struct buf *out, const struct node *giver, const struct receipt *receipt, const struct vector *vector)
{
  struct buf frame = BUF_INIT;
  buf_add(&frame, giver->public_key, CRYPTO_PUBLIC);
  wire_reach(&frame, &receipt->audience);
  wire_number(&frame, (uint64_t)receipt->number);
  wire_signed(&frame, receipt->at - receipt->number);
  buf_add(&frame, receipt->signature, CRYPTO_SIGNATURE);
  wire_number(&frame, (uint64_t)vector->count);
  for (int i = 0; i < vector->count; i++) {
    const struct log_head *head = &vector->list[i];
    wire_number(&frame, head->name.node);
    wire_number(&frame, (uint64_t)head->name.area);
    wire_number(&frame, head->name.lane);
    wire_number(&frame, (uint64_t)head->seq);
    buf_add(&frame, head->hash, RECEIPT_SHORT);
  }
  wire_frame(out, WIRE_RELAYED, &frame);
  buf_free(&frame);
}

static void pass_one(void *context, const struct node *node)
{
  struct passing *passing = context;
  struct receipt receipt;
  struct vector vector = { 0 };
  if (passing->status != 0 || !trust_is_superior(passing->trust, node)) return;
  int found = receipt_read(passing->desk->store, node->number, &receipt, &vector, passing->err);
  if (found < 0) passing->status = -1;
  if (found == 1 && !has(passing->passed, node->number, receipt.number) &&
      reach_same(&receipt.audience, &trust_own(passing->trust)->reach) &&
      receipt_check(&receipt, &vector, node->public_key)) { /* not while another session replaces it */
    write_frame(passing->out, node, &receipt, &vector);
    has_now(passing->passed, node->number, receipt.number);
  }
  vector_free(&vector);
}

int receipts_pass(struct desk *desk, const struct trust *trust, const struct reach *peer, struct receipts_passed *passed, struct buf *out,
                  struct err *err)
{
  struct passing passing = { desk, trust, passed, out, err, 0 };
  if (reach_same(peer, &trust_own(trust)->reach)) trust_each(trust, pass_one, &passing);
  return passing.status;
}

/* --- taking --------------------------------------------------------------------------------------------------------------------------- */

static bool read_entries(struct wire_reader *reader, struct vector *vector)
{
  uint64_t count = wire_take_number(reader);
  for (uint64_t i = 0; i < count && !reader->bad; i++) {
    uint64_t node = wire_take_number(reader), area = wire_take_number(reader), lane = wire_take_number(reader),
             seq = wire_take_number(reader);
    const unsigned char *hash = wire_take(reader, RECEIPT_SHORT);
    if (!hash || area > INT64_MAX || lane >= LANES || seq > INT64_MAX) return false;
    struct log_head head = { .name = { node, (int64_t)area, (enum lane)lane }, .seq = (int64_t)seq };
    memcpy(head.hash, hash, RECEIPT_SHORT);
    vector_put(vector, &head);
  }
  return !reader->bad && reader->at == reader->end;
}

static int keep(struct desk *desk, const struct trust *trust, const unsigned char *key, struct receipt *receipt,
                const struct vector *vector, struct receipts_passed *passed, struct err *err)
{
  receipt_vector_hash(vector, receipt->vector_hash);
  if (!receipt_check(receipt, vector, key))
    return err_set(err, _("a receipt was passed on that is not signed by who is said to have given it"));
  if (!reach_same(&receipt->audience, &trust_own(trust)->reach)) return 0; /* our own record is on its way */
  if (passed) has_now(passed, receipt->node, receipt->number);
  return receipt_keep(desk->store, receipt, vector, err) < 0 || receipts_note_superiors(desk, trust, err) != 0 ? -1 : 0;
}

int receipts_take(struct desk *desk, const struct trust *trust, struct receipts_passed *passed, const void *bytes, size_t length,
                  struct err *err)
{
  struct wire_reader reader = { bytes, (const unsigned char *)bytes + length, false };
  struct receipt receipt = { 0 };
  struct vector vector = { 0 };
  const unsigned char *key = wire_take(&reader, CRYPTO_PUBLIC);
  const struct node *giver = key ? trust_find(trust, node_of_key(key)) : NULL;
  if (key && (!giver || !trust_is_superior(trust, giver))) return 0; /* what it says, and however much, is nothing to us */
  receipt.audience = wire_take_reach(&reader);
  receipt.number = (int64_t)wire_take_number(&reader);
  int64_t later = wire_take_signed(&reader);
  const unsigned char *signature = wire_take(&reader, CRYPTO_SIGNATURE);
  bool good = read_entries(&reader, &vector) && receipt.number >= 0 && !__builtin_add_overflow(receipt.number, later, &receipt.at);
  int status = -1;
  if (good) {
    receipt.node = node_of_key(key);
    memcpy(receipt.signature, signature, CRYPTO_SIGNATURE);
    status = keep(desk, trust, key, &receipt, &vector, passed, err);
  } else
    err_set(err, _("a receipt is malformed"));
  vector_free(&vector);
  return status;
}
