/* What both hold and what each has confirmed: the vectors at the start, receipts, and when both are even. */
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "sync/exchange_inside.h"

/* --- vectors -------------------------------------------------------------------------------------------------------------------------- */

static void entry_write(struct exchange *exchange, struct buf *out, const struct log_head *head)
{
  wire_log(exchange->names_out, out, &head->name, NULL);
  wire_number(out, (uint64_t)head->seq);
  buf_add(out, head->hash, RECEIPT_SHORT);
}

static bool entry_read(struct exchange *exchange, struct wire_reader *reader, struct log_head *head)
{
  *head = (struct log_head){ 0 };
  if (wire_take_log(exchange->names_in, reader, &head->name, NULL) != 0) return false;
  uint64_t seq = wire_take_number(reader);
  const unsigned char *hash = wire_take(reader, RECEIPT_SHORT);
  if (!hash || seq > INT64_MAX) return false;
  head->seq = (int64_t)seq;
  memcpy(head->hash, hash, RECEIPT_SHORT);
  return true;
}

/* Of logs whose origin's key is missing nothing is said. */
int talk_own_vector(struct exchange *exchange, struct vector *vector, struct err *err)
{
  int kept = 0;
  if (vector_read(exchange->desk->store, &trust_own(exchange->trust)->reach, &exchange->peer_reach, vector, err) != 0) return -1;
  for (int i = 0; i < vector->count; i++)
    if (wire_can_name(exchange->names_out, &vector->list[i].name)) vector->list[kept++] = vector->list[i];
  vector->count = kept;
  return 0;
}

/* What is held, then up to where more is staged. */
static int have_give(struct exchange *exchange, struct err *err)
{
  struct buf frame = BUF_INIT;
  struct vector staged = { 0 };
  if (talk_own_vector(exchange, &exchange->told, err) != 0 || staged_vector(exchange->desk->store, &staged, err) != 0) return -1;
  wire_number(&frame, (uint64_t)exchange->told.count);
  for (int i = 0; i < exchange->told.count; i++) entry_write(exchange, &frame, &exchange->told.list[i]);
  int kept = 0;
  for (int i = 0; i < staged.count; i++)
    if (reach_reads(&exchange->peer_reach, &staged.list[i].name) && wire_can_name(exchange->names_out, &staged.list[i].name))
      staged.list[kept++] = staged.list[i];
  wire_number(&frame, (uint64_t)kept);
  for (int i = 0; i < kept; i++) entry_write(exchange, &frame, &staged.list[i]);
  exchange_emit(exchange, WIRE_HAVE, &frame);
  buf_free(&frame);
  vector_free(&staged);
  return 0;
}

int talk_begin(struct exchange *exchange, struct err *err)
{
  const struct node *peer = trust_find(exchange->trust, exchange->peer);
  exchange->peer_reach = peer->reach;
  exchange->own_reach = trust_own(exchange->trust)->reach;
  exchange->phase = PHASE_TALK;
  exchange->taker_idle = false; /* something may wait from before */
  return have_give(exchange, err);
}

/* Does the peer hold another operation than we, where both hold one? */
static int differs(struct exchange *exchange, const struct log_head *theirs, bool *yes, struct err *err)
{
  unsigned char hash[CRYPTO_HASH];
  int found = log_hash_at(exchange->desk->store, &theirs->name, theirs->seq, hash, err);
  *yes = found == 1 && memcmp(hash, theirs->hash, RECEIPT_SHORT) != 0;
  return found < 0 ? -1 : 0;
}

static int doubts_find(struct exchange *exchange, struct err *err)
{
  for (int i = 0; i < exchange->peer_holds.count; i++) {
    const struct log_head *theirs = &exchange->peer_holds.list[i];
    bool other;
    if (differs(exchange, theirs, &other, err) != 0) return -1;
    if (!other) continue;
    sender_doubt(exchange->sender, &theirs->name);
    if (theirs->name.node == exchange->identity.node) fork_doubt(exchange, &theirs->name);
    if (theirs->name.node == exchange->peer || theirs->name.node == exchange->identity.node) continue; /* who wrote it will renew */
    char area[13];
    buf_addf(
      &exchange->trouble,
      _("%s (%s): two databases write under the name of one machine there, and the two sides hold different ones: nothing of it is sent\n"),
      area_text(theirs->name.area, area), lane_name(theirs->name.lane));
  }
  return 0;
}

/* What both hold alike, but we could not pass on. */
static int head_ask(void *context, const struct log_name *log)
{
  struct exchange *exchange = context;
  const struct log_head *ours = vector_find(&exchange->told, log), *theirs = vector_find(&exchange->peer_holds, log);
  if (ours && theirs && ours->seq == theirs->seq && memcmp(ours->hash, theirs->hash, RECEIPT_SHORT) == 0) fork_doubt(exchange, log);
  return 0;
}

int talk_take_have(struct exchange *exchange, const void *bytes, size_t length, struct err *err)
{
  struct wire_reader reader = { bytes, (const unsigned char *)bytes + length, false };
  struct vector tops = { 0 };
  struct log_head head;
  if (exchange->has_peer_vector) return exchange_fail(exchange, err, "%s", _("the other side says twice what it holds"));
  uint64_t held = wire_take_number(&reader);
  for (uint64_t i = 0; i < held && entry_read(exchange, &reader, &head); i++) {
    vector_put(&exchange->peer_holds, &head);
    vector_put(&tops, &head);
  }
  uint64_t staged = wire_take_number(&reader);
  for (uint64_t i = 0; i < staged && entry_read(exchange, &reader, &head); i++) vector_put(&tops, &head);
  if (reader.bad || reader.at != reader.end) {
    vector_free(&tops);
    return exchange_fail(exchange, err, "%s", _("what the other side says it holds is malformed"));
  }
  exchange->has_peer_vector = true;
  exchange->sender = sender_open(exchange->desk, exchange->trust, &exchange->peer_reach, exchange->peer, &tops, exchange->names_out);
  vector_free(&tops);
  if (doubts_find(exchange, err) != 0 || head_missing(exchange->desk->store, head_ask, exchange, err) != 0) return -1;
  return sender_refresh(exchange->sender, err);
}

/* --- receipts ------------------------------------------------------------------------------------------------------------------------- */

/* A receipt covers what others wrote: that a node holds its own logs goes without saying. */
static void without_node(struct vector *vector, uint64_t node)
{
  int kept = 0;
  for (int i = 0; i < vector->count; i++)
    if (vector->list[i].name.node != node) vector->list[kept++] = vector->list[i];
  vector->count = kept;
}

static bool same_head(const struct log_head *one, const struct log_head *other)
{
  return one && one->seq == other->seq && memcmp(one->hash, other->hash, RECEIPT_SHORT) == 0;
}

int talk_give_receipt(struct exchange *exchange, struct err *err)
{
  struct buf frame = BUF_INIT, entries = BUF_INIT;
  struct vector now;
  struct receipt receipt;
  int changed = 0;
  if (talk_own_vector(exchange, &now, err) != 0) return -1;
  without_node(&now, exchange->identity.node);
  for (int i = 0; i < now.count; i++)
    if (!same_head(vector_find(&exchange->told, &now.list[i].name), &now.list[i])) {
      entry_write(exchange, &entries, &now.list[i]);
      vector_put(&exchange->told, &now.list[i]);
      changed++;
    }
  int status = receipt_make(exchange->desk->store, &exchange->identity, &exchange->peer_reach, &now, &receipt, err);
  wire_reach(&frame, &receipt.audience);
  wire_number(&frame, (uint64_t)changed);
  buf_add(&frame, buf_text(&entries), entries.length);
  wire_number(&frame, (uint64_t)receipt.number);
  wire_signed(&frame, receipt.at - receipt.number);
  buf_add(&frame, receipt.signature, CRYPTO_SIGNATURE);
  if (status == 0) exchange_emit(exchange, WIRE_RECEIPT, &frame);
  exchange->gave_receipt = true;
  if (exchange->taker_idle) exchange->taken_since_receipt = false;
  buf_free(&frame);
  buf_free(&entries);
  vector_free(&now);
  return status;
}

int talk_take_receipt(struct exchange *exchange, const void *bytes, size_t length, struct err *err)
{
  struct wire_reader reader = { bytes, (const unsigned char *)bytes + length, false };
  struct receipt receipt = { .node = exchange->peer, .audience = wire_take_reach(&reader) };
  struct log_head head;
  uint64_t changed = wire_take_number(&reader);
  for (uint64_t i = 0; i < changed && entry_read(exchange, &reader, &head); i++) vector_put(&exchange->peer_holds, &head);
  without_node(&exchange->peer_holds, exchange->peer);
  receipt.number = (int64_t)wire_take_number(&reader);
  int64_t later = wire_take_signed(&reader);
  const unsigned char *signature = wire_take(&reader, CRYPTO_SIGNATURE);
  if (!signature || receipt.number < 0 || __builtin_add_overflow(receipt.number, later, &receipt.at))
    return exchange_fail(exchange, err, "%s", _("a receipt is malformed"));
  memcpy(receipt.signature, signature, CRYPTO_SIGNATURE);
  receipt_vector_hash(&exchange->peer_holds, receipt.vector_hash);
  if (!receipt_check(&receipt, &exchange->peer_holds, exchange->peer_says.public_key))
    return exchange_fail(exchange, err, "%s", _("the other side's receipt is not signed by it"));
  exchange->other_reach = !reach_same(&receipt.audience, &trust_own(exchange->trust)->reach);
  return exchange->other_reach ? 0 : receipt_keep(exchange->desk->store, &receipt, &exchange->peer_holds, err) < 0 ? -1 : 0;
}

/* --- even: all is sent, all is worked off --------------------------------------------------------------------------------------------- */

int talk_take_even(struct exchange *exchange, const void *bytes, size_t length, struct err *err)
{
  struct wire_reader reader = { bytes, (const unsigned char *)bytes + length, false };
  uint64_t evens = wire_take_number(&reader), done = wire_take_number(&reader);
  if (reader.bad || evens > INT64_MAX || done > (uint64_t)exchange->evens)
    return exchange_fail(exchange, err, "%s", _("the other side counts wrong"));
  exchange->peer_evens = (int64_t)evens;
  exchange->evens_done = (int64_t)done;
  return peer_heard(exchange->desk->store, exchange->peer, clock_now(), err);
}

void talk_give_even(struct exchange *exchange)
{
  struct buf frame = BUF_INIT;
  if (exchange->taker_idle && !exchange->taken_since_receipt) exchange->peer_evens_done = exchange->peer_evens;
  wire_number(&frame, (uint64_t)exchange->evens);
  wire_number(&frame, (uint64_t)exchange->peer_evens_done);
  exchange_emit(exchange, WIRE_EVEN, &frame);
  buf_free(&frame);
}

bool talk_is_even(const struct exchange *exchange)
{
  return exchange->phase == PHASE_TALK && exchange->has_peer_vector && exchange->evens > 0 && exchange->evens_done == exchange->evens &&
         exchange->peer_evens > 0 && exchange->peer_evens_done == exchange->peer_evens && exchange->taker_idle &&
         !exchange->sent_since_even && !exchange->bisect_count;
}
