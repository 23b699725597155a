/* The peer proved, with our own signature, that it holds another or a longer line of one of our logs: this database is a copy, or was
 * put back from an older one. Asked for hashes at halving distances, it tells the last operation that both have; then our node goes on
 * under a new key. */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "store/upkeep.h"
#include "sync/exchange_inside.h"

static int64_t own_seq(struct exchange *exchange, const struct log_name *log)
{
  int64_t held;
  return intake_top(taker_intake(exchange->taker), log, &held), held;
}

static int probe_give(struct exchange *exchange, struct bisect *bisect, struct err *err)
{
  struct buf frame = BUF_INIT;
  int status = wire_log(exchange->names_out, &frame, &bisect->log, err);
  wire_number(&frame, (uint64_t)((bisect->low + bisect->high) / 2));
  if (status == 0) exchange_emit(exchange, WIRE_PROBE, &frame);
  buf_free(&frame);
  return status;
}

/* Own logs that the peer holds exactly as we do need no asking. */
static void common_note(struct exchange *exchange)
{
  for (int i = 0; i < exchange->peer_holds.count; i++) {
    const struct log_head *theirs = &exchange->peer_holds.list[i];
    unsigned char hash[CRYPTO_HASH];
    if (theirs->name.node == exchange->identity.node && log_hash_at(exchange->desk->store, &theirs->name, theirs->seq, hash, NULL) == 1 &&
        memcmp(hash, theirs->hash, RECEIPT_SHORT) == 0 && theirs->seq == own_seq(exchange, &theirs->name))
      vector_put(&exchange->common, theirs);
  }
}

static int renew(struct exchange *exchange, struct err *err)
{
  common_note(exchange);
  for (int i = 0; i < exchange->bisect_count; i++) /* those that differ from the first operation on are named too */
    if (exchange->bisects[i].low == 0) vector_put(&exchange->common, &(struct log_head){ .name = exchange->bisects[i].log });
  if (store_fork(exchange->desk->store, exchange->common.list, exchange->common.count, err) != 0) return -1;
  exchange->state = EXCHANGE_RENEWED;
  err_set(&exchange->failure, "%s",
          _("another database has written under this machine's name: it goes on under a new key; exchange again"));
  return 0;
}

void fork_doubt(struct exchange *exchange, const struct log_name *log)
{
  struct buf frame = BUF_INIT;
  if (wire_log(exchange->names_out, &frame, log, NULL) == 0) exchange_emit(exchange, WIRE_DOUBT, &frame);
  buf_free(&frame);
}

/* The signed head of it goes there, which proves that somebody has written under its name. */
int fork_take_doubt(struct exchange *exchange, const void *bytes, size_t length, struct err *err)
{
  struct wire_reader reader = { bytes, (const unsigned char *)bytes + length, false };
  struct log_name log;
  if (wire_take_log(exchange->names_in, &reader, &log, NULL) != 0 || !reach_reads(&exchange->peer_reach, &log))
    return exchange_fail(exchange, err, "%s", _("a question is malformed"));
  if (log.node == exchange->peer)
    sender_doubt(exchange->sender, &log);
  else
    sender_ask(exchange->sender, &log);
  return sender_refresh(exchange->sender, err);
}

static int bisect_add(struct exchange *exchange, const struct log_name *log, int64_t seq, struct err *err)
{
  int64_t own = own_seq(exchange, log), most = own < seq ? own : seq;
  for (int i = 0; i < exchange->bisect_count; i++)
    if (log_name_compare(&exchange->bisects[i].log, log) == 0) return 0;
  exchange->bisects = mem_grow(exchange->bisects, (size_t)exchange->bisect_count + 1, sizeof(*exchange->bisects));
  exchange->bisects[exchange->bisect_count++] = (struct bisect){ .log = *log, .low = 0, .high = most + 1 };
  return most > 0 ? probe_give(exchange, &exchange->bisects[exchange->bisect_count - 1], err) : 0;
}

/* That somebody writes under our name is proven by one log; where it differs in others, the peer's word is enough. */
static int bisect_claimed(struct exchange *exchange, struct err *err)
{
  for (int i = 0; i < exchange->peer_holds.count; i++) {
    const struct log_head *theirs = &exchange->peer_holds.list[i];
    unsigned char hash[CRYPTO_HASH];
    if (theirs->name.node != exchange->identity.node) continue;
    int found = log_hash_at(exchange->desk->store, &theirs->name, theirs->seq, hash, err);
    if (found < 0) return -1;
    if ((found == 0 || memcmp(hash, theirs->hash, RECEIPT_SHORT) != 0) && bisect_add(exchange, &theirs->name, theirs->seq, err) != 0)
      return -1;
  }
  return 0;
}

int fork_begin(struct exchange *exchange, struct err *err)
{
  const struct signed_head *forks;
  int count = taker_forks(exchange->taker, &forks);
  if (exchange->bisect_count || count == 0 || exchange->state == EXCHANGE_RENEWED) return 0;
  for (int i = 0; i < count; i++)
    if (bisect_add(exchange, &forks[i].log, forks[i].seq, err) != 0) return -1;
  if (bisect_claimed(exchange, err) != 0) return -1;
  for (int i = 0; i < exchange->bisect_count; i++)
    if (exchange->bisects[i].high - exchange->bisects[i].low > 1) return 0;
  return renew(exchange, err);
}

int fork_take_probe(struct exchange *exchange, const void *bytes, size_t length, struct err *err)
{
  struct wire_reader reader = { bytes, (const unsigned char *)bytes + length, false };
  struct buf frame = BUF_INIT;
  struct log_name log;
  unsigned char hash[CRYPTO_HASH] = { 0 };
  if (wire_take_log(exchange->names_in, &reader, &log, NULL) != 0) return exchange_fail(exchange, err, "%s", _("a question is malformed"));
  uint64_t seq = wire_take_number(&reader);
  if (reader.bad || log.node != exchange->peer || seq > INT64_MAX)
    return exchange_fail(exchange, err, "%s", _("the other side asks for what is not its own"));
  int found = log_hash_at(exchange->desk->store, &log, (int64_t)seq, hash, err);
  int status = found < 0 ? -1 : wire_log(exchange->names_out, &frame, &log, err);
  wire_number(&frame, seq);
  buf_add(&frame, hash, CRYPTO_HASH);
  if (status == 0) exchange_emit(exchange, WIRE_PROBED, &frame);
  buf_free(&frame);
  return status;
}

static int bisect_step(struct exchange *exchange, struct bisect *bisect, int64_t seq, const unsigned char *theirs, struct err *err)
{
  unsigned char hash[CRYPTO_HASH] = { 0 };
  if (seq != (bisect->low + bisect->high) / 2 || bisect->high - bisect->low <= 1)
    return exchange_fail(exchange, err, "%s", _("an answer to no question"));
  if (log_hash_at(exchange->desk->store, &bisect->log, seq, hash, err) < 0) return -1;
  if (memcmp(hash, theirs, CRYPTO_HASH) == 0) {
    bisect->low = seq;
    struct log_head head = { .name = bisect->log, .seq = seq };
    memcpy(head.hash, hash, CRYPTO_HASH);
    vector_put(&exchange->common, &head);
  } else
    bisect->high = seq;
  return bisect->high - bisect->low > 1 ? probe_give(exchange, bisect, err) : 0;
}

int fork_take_probed(struct exchange *exchange, const void *bytes, size_t length, struct err *err)
{
  struct wire_reader reader = { bytes, (const unsigned char *)bytes + length, false };
  struct log_name log;
  if (wire_take_log(exchange->names_in, &reader, &log, NULL) != 0) return exchange_fail(exchange, err, "%s", _("an answer is malformed"));
  int64_t seq = (int64_t)wire_take_number(&reader);
  const unsigned char *theirs = wire_take(&reader, CRYPTO_HASH);
  struct bisect *bisect = NULL;
  for (int i = 0; i < exchange->bisect_count; i++)
    if (log_name_compare(&exchange->bisects[i].log, &log) == 0) bisect = &exchange->bisects[i];
  if (!theirs || !bisect) return exchange_fail(exchange, err, "%s", _("an answer to no question"));
  if (bisect_step(exchange, bisect, seq, theirs, err) != 0) return -1;
  for (int i = 0; i < exchange->bisect_count; i++)
    if (exchange->bisects[i].high - exchange->bisects[i].low > 1) return 0;
  return renew(exchange, err);
}
