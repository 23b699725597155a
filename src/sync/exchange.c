#include "sync/exchange.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "sync/exchange_inside.h"
#include "sync/receipts.h"

enum { GREETING_MOST = 1 << 15, UNPACK_MOST = 1 << 18, NOTE_MOST = 1024 };

/* --- opening, closing --------------------------------------------------------------------------------------------------------------- */

struct exchange *exchange_open(struct desk *desk, const struct exchange_options *options, struct err *err)
{
  struct exchange *exchange = mem_zero(1, sizeof(*exchange));
  exchange->desk = desk;
  exchange->options = *options;
  if (identity_prepare(desk->store, &exchange->identity, err) != 0 ||
      (options->code && invitation_secret(options->code, exchange->secret, err) != 0) ||
      !(exchange->packer = wire_stream_open(true, err)) || !(exchange->unpacker = wire_stream_open(false, err))) {
    exchange_close(exchange);
    return NULL;
  }
  exchange->trust = trust_open(desk);
  exchange->names_out = wire_dictionary_open(desk->store, exchange->trust);
  exchange->names_in = wire_dictionary_open(desk->store, exchange->trust);
  exchange->taker = taker_open(desk, exchange->trust, exchange->names_in);
  greet_hello(exchange);
  return exchange;
}

void exchange_close(struct exchange *exchange)
{
  if (!exchange) return;
  struct buf *const bufs[] = { &exchange->own_hello, &exchange->peer_hello, &exchange->in,      &exchange->plain_in,
                               &exchange->plain_out, &exchange->raw_out,    &exchange->trouble, &exchange->trouble_all };
  struct vector *const vectors[] = { &exchange->peer_holds, &exchange->told, &exchange->common };
  taker_close(exchange->taker);
  sender_close(exchange->sender);
  wire_dictionary_close(exchange->names_out);
  wire_dictionary_close(exchange->names_in);
  wire_stream_close(exchange->packer);
  wire_stream_close(exchange->unpacker);
  trust_close(exchange->trust);
  for (size_t i = 0; i < sizeof(bufs) / sizeof(*bufs); i++) buf_free(bufs[i]);
  for (size_t i = 0; i < sizeof(vectors) / sizeof(*vectors); i++) vector_free(vectors[i]);
  free(exchange->bisects);
  explicit_bzero(exchange, sizeof(*exchange)); /* holds the secret key */
  free(exchange);
}

enum exchange_state exchange_state(const struct exchange *exchange)
{
  return exchange->state;
}

void exchange_emit(struct exchange *exchange, unsigned type, const struct buf *payload)
{
  wire_frame(exchange->packs ? &exchange->plain_out : &exchange->raw_out, type, payload);
}

int exchange_fail(struct exchange *exchange, struct err *err, const char *format, ...)
{
  va_list arguments;
  char text[NOTE_MOST];
  struct buf said = BUF_INIT;
  va_start(arguments, format);
  vsnprintf(text, sizeof(text), format, arguments);
  va_end(arguments);
  if (exchange->state != EXCHANGE_FAILED) {
    buf_adds(&said, text);
    exchange_emit(exchange, WIRE_TROUBLE, &said);
    buf_free(&said);
    exchange->state = EXCHANGE_FAILED;
    err_set(&exchange->failure, "%s", text);
  }
  return err_set(err, "%s", text);
}

/* For trouble that a lower layer has put into *err. */
static int fail_with(struct exchange *exchange, struct err *err)
{
  char text[NOTE_MOST];
  snprintf(text, sizeof(text), "%s", err->text);
  return exchange_fail(exchange, err, "%s", text);
}

/* --- frames --------------------------------------------------------------------------------------------------------------------------- */

static int trouble_take(struct exchange *exchange, const void *bytes, size_t length, struct err *err)
{
  char *text = mem_dup_n(bytes, length < NOTE_MOST ? length : NOTE_MOST);
  bool good = text_invalid_at(text, strlen(text)) < 0;
  exchange->state = EXCHANGE_FAILED;
  err_set(err, _("the other side says: %s"), good ? text : "?");
  exchange->failure = *err;
  free(text);
  return -1;
}

static int run_take(struct exchange *exchange, unsigned type, const void *bytes, size_t length, struct err *err)
{
  exchange->taker_idle = false;
  exchange->taken_since_receipt = true;
  if (taker_frame(exchange->taker, type, bytes, length, err) != 0) return fail_with(exchange, err);
  const struct signed_head *head = taker_head(exchange->taker);
  const struct log_name *bad = taker_bad(exchange->taker);
  if (type == WIRE_HEAD && head->seq) sender_holds(exchange->sender, &head->log, head->seq);
  if (type == WIRE_OPERATIONS && bad) sender_doubt(exchange->sender, bad);
  return 0;
}

static int bye_take(struct exchange *exchange)
{
  struct buf nothing = BUF_INIT;
  if (!exchange->said_bye) exchange_emit(exchange, WIRE_BYE, &nothing);
  exchange->said_bye = true;
  exchange->state = EXCHANGE_ENDED;
  return 0;
}

/* After the greeting. */
static int talk_frame(struct exchange *exchange, unsigned type, const void *bytes, size_t length, struct err *err)
{
  if (type != WIRE_HAVE && !exchange->has_peer_vector && type != WIRE_BYE)
    return exchange_fail(exchange, err, "%s", _("the other side speaks out of turn"));
  switch (type) {
  case WIRE_HAVE: return talk_take_have(exchange, bytes, length, err);
  case WIRE_HEAD:
  case WIRE_OPERATIONS: return run_take(exchange, type, bytes, length, err);
  case WIRE_RECEIPT: return talk_take_receipt(exchange, bytes, length, err);
  case WIRE_DOUBT: return fork_take_doubt(exchange, bytes, length, err);
  case WIRE_PROBE: return fork_take_probe(exchange, bytes, length, err);
  case WIRE_PROBED: return fork_take_probed(exchange, bytes, length, err);
  case WIRE_EVEN: return talk_take_even(exchange, bytes, length, err);
  case WIRE_BYE: return bye_take(exchange);
  default:
    return exchange_fail(
      exchange, err, _("the other side says something (%u) that this version does not understand: bring both to the same version"), type);
  }
}

static int relayed_take(struct exchange *exchange, const void *bytes, size_t length, struct err *err)
{
  return receipts_take(exchange->desk, exchange->trust, &exchange->passed, bytes, length, err) == 0 ? 0 : fail_with(exchange, err);
}

static int frame_take(struct exchange *exchange, unsigned type, const void *bytes, size_t length, struct err *err)
{
  if (type == WIRE_RELAYED && exchange->phase == PHASE_TALK) return relayed_take(exchange, bytes, length, err);
  if (type == WIRE_TROUBLE) return trouble_take(exchange, bytes, length, err);
  if (type & WIRE_SKIP) {
    exchange->skipped += length + 1;
    return exchange->skipped <= WIRE_SKIPPED_MOST
             ? 0
             : exchange_fail(exchange, err, "%s", _("the other side sends without end what nobody understands"));
  }
  int status = -1;
  if (exchange->phase == PHASE_HELLO && type == WIRE_HELLO)
    status = greet_take_hello(exchange, bytes, length, err);
  else if (exchange->phase == PHASE_PROOF && type == WIRE_PROOF)
    status = greet_take_proof(exchange, bytes, length, err);
  else if (exchange->phase == PHASE_WELCOME && type == WIRE_WELCOME)
    status = greet_take_welcome(exchange, bytes, length, err);
  else if (exchange->phase == PHASE_TALK)
    status = talk_frame(exchange, type, bytes, length, err);
  else
    status =
      exchange_fail(exchange, err, "%s",
                    exchange->phase == PHASE_HELLO ? _("there is no dutydesk at the other end") : _("the other side speaks out of turn"));
  return status == 0 || exchange->state == EXCHANGE_FAILED ? status : fail_with(exchange, err);
}

/* The first whole frame of the bytes: 1 with its parts, 0 not all there yet, -1. `raw`: of the greeting, which is short. */
static int frame_find(struct exchange *exchange, const struct buf *bytes, size_t at, bool raw, const unsigned char **payload,
                      size_t *length, struct err *err)
{
  const unsigned char *start = (const unsigned char *)bytes->data + at;
  struct wire_reader reader = { start, (const unsigned char *)bytes->data + bytes->length, false };
  size_t left = bytes->length - at;
  wire_take(&reader, 1);
  uint64_t wanted = wire_take_number(&reader);
  if (reader.bad && left < 11) return 0;
  if (reader.bad || wanted > (raw ? GREETING_MOST : WIRE_FRAME_MOST))
    return exchange_fail(exchange, err, "%s",
                         raw ? _("there is no dutydesk at the other end") : _("the other side announces more than may come at once"));
  *payload = reader.at;
  *length = wanted;
  return (size_t)(reader.end - reader.at) >= wanted;
}

static void buf_drop(struct buf *buf, size_t count)
{
  if (count == 0) return;
  memmove(buf->data, buf->data + count, buf->length - count);
  buf->length -= count;
  buf->data[buf->length] = '\0';
}

/* Frames of the greeting lie bare in exchange->in; PROOF is the last. */
static int greeting_frames(struct exchange *exchange, struct err *err)
{
  const unsigned char *payload;
  size_t length;
  while (exchange->phase <= PHASE_PROOF && exchange->in.length) {
    if (exchange->phase == PHASE_HELLO && exchange->in.data[0] != WIRE_HELLO && exchange->in.data[0] != WIRE_TROUBLE)
      return exchange_fail(exchange, err, "%s", _("there is no dutydesk at the other end")); /* a shell that greets, another program */
    int found = frame_find(exchange, &exchange->in, 0, true, &payload, &length, err);
    if (found <= 0) return found;
    unsigned type = (unsigned char)exchange->in.data[0];
    size_t whole = (size_t)(payload - (const unsigned char *)exchange->in.data) + length;
    if (frame_take(exchange, type, payload, length, err) != 0) return -1;
    buf_drop(&exchange->in, whole);
  }
  return 0;
}

/* Not any more once it has ended in whatever way: what still comes is for nobody, and is not unpacked either. */
static bool is_heard(const struct exchange *exchange)
{
  return exchange->state == EXCHANGE_OPEN || exchange->state == EXCHANGE_EVEN;
}

static int plain_frames(struct exchange *exchange, struct err *err)
{
  size_t at = 0;
  int status = 0;
  while (status == 0 && at < exchange->plain_in.length && is_heard(exchange)) {
    const unsigned char *payload;
    size_t length;
    int found = frame_find(exchange, &exchange->plain_in, at, false, &payload, &length, err);
    if (found <= 0) {
      status = found;
      break;
    }
    status = frame_take(exchange, (unsigned char)exchange->plain_in.data[at], payload, length, err);
    at = (size_t)(payload - (const unsigned char *)exchange->plain_in.data) + length;
  }
  buf_drop(&exchange->plain_in, at);
  return status;
}

static int packed_take(struct exchange *exchange, struct err *err)
{
  int more = 1;
  while (more == 1 && is_heard(exchange)) {
    size_t used;
    more = wire_stream_unpack(exchange->unpacker, exchange->in.data, exchange->in.length, &used, &exchange->plain_in, UNPACK_MOST, err);
    if (more < 0) return fail_with(exchange, err);
    buf_drop(&exchange->in, used);
    if (plain_frames(exchange, err) != 0) return -1;
    if (exchange->in.length) more = 1;
  }
  return 0;
}

static bool must_begin_anew(const struct exchange *exchange)
{
  return exchange->state == EXCHANGE_RENEWED || exchange->state == EXCHANGE_AGAIN;
}

int exchange_feed(struct exchange *exchange, const void *bytes, size_t length, struct err *err)
{
  if (exchange->state == EXCHANGE_FAILED || must_begin_anew(exchange)) return err_set(err, "%s", exchange->failure.text);
  if (exchange->state == EXCHANGE_ENDED) return 0;
  exchange->bytes_in += (int64_t)length;
  if (exchange->state == EXCHANGE_EVEN) exchange->state = EXCHANGE_OPEN;
  buf_add(&exchange->in, bytes, length);
  if (greeting_frames(exchange, err) != 0) return -1;
  return exchange->phase > PHASE_PROOF && exchange->in.length ? packed_take(exchange, err) : 0;
}

int exchange_hang_up(struct exchange *exchange, struct err *err)
{
  if (exchange->state == EXCHANGE_FAILED) return err_set(err, "%s", exchange->failure.text);
  if (exchange->state == EXCHANGE_ENDED || must_begin_anew(exchange) || exchange->said_bye) {
    exchange->state = exchange->state == EXCHANGE_OPEN || exchange->state == EXCHANGE_EVEN ? EXCHANGE_ENDED : exchange->state;
    return 0;
  }
  err_set(&exchange->failure, "%s",
          exchange->phase == PHASE_HELLO ? _("nobody answered at the other end")
                                         : _("the line was cut; what had come is kept, and the next exchange goes on from there"));
  exchange->state = EXCHANGE_FAILED;
  return err_set(err, "%s", exchange->failure.text);
}

/* --- giving --------------------------------------------------------------------------------------------------------------------------- */

/* What is due now, in the order of its urgency. */
static int talk_give(struct exchange *exchange, size_t most, struct err *err)
{
  struct buf nothing = BUF_INIT;
  if (exchange->dirty && exchange->taker_idle) { /* by then the taker has looked whom to trust */
    exchange->dirty = false;
    if (head_sign_own(exchange->desk->store, &exchange->identity, err) != 0 || sender_refresh(exchange->sender, err) != 0) return -1;
    if (receipts_pass(exchange->desk, exchange->trust, &exchange->peer_reach, &exchange->passed, &exchange->plain_out, err) != 0) return -1;
  }
  if ((!exchange->gave_receipt || (exchange->taker_idle && exchange->taken_since_receipt)) && talk_give_receipt(exchange, err) != 0)
    return -1;
  size_t length = exchange->plain_out.length;
  int more = sender_give(exchange->sender, &exchange->plain_out, most, err);
  if (more < 0) return -1;
  exchange->sent_since_even |= exchange->plain_out.length != length;
  if (more > 0 || exchange->bisect_count) return 0; /* about to renew: the peer shall wait for our questions */
  bool has_news = exchange->sent_since_even || exchange->evens == 0;
  if (has_news) {
    exchange->evens++;
    exchange->sent_since_even = false;
  }
  if (has_news || (exchange->taker_idle && !exchange->taken_since_receipt && exchange->peer_evens != exchange->peer_evens_done))
    talk_give_even(exchange);
  if (talk_is_even(exchange) && exchange->state == EXCHANGE_OPEN) exchange->state = EXCHANGE_EVEN;
  if (exchange->state == EXCHANGE_EVEN && (!exchange->options.stays || exchange->finishing) && !exchange->said_bye) {
    exchange->said_bye = true;
    exchange_emit(exchange, WIRE_BYE, &nothing);
  }
  return 0;
}

bool exchange_give(struct exchange *exchange, struct buf *out, size_t most)
{
  struct err err = ERR_INIT;
  size_t start = out->length;
  if (exchange->phase == PHASE_TALK && exchange->has_peer_vector &&
      (exchange->state == EXCHANGE_OPEN || exchange->state == EXCHANGE_EVEN) && !exchange->said_bye &&
      talk_give(exchange, most, &err) != 0 && exchange->state != EXCHANGE_FAILED)
    fail_with(exchange, &err);
  if (exchange->raw_out.length) buf_add(out, exchange->raw_out.data, exchange->raw_out.length);
  buf_clear(&exchange->raw_out);
  if (exchange->plain_out.length) wire_stream_pack(exchange->packer, exchange->plain_out.data, exchange->plain_out.length, out);
  buf_clear(&exchange->plain_out);
  exchange->bytes_out += (int64_t)(out->length - start);
  return out->length > start;
}

int exchange_work(struct exchange *exchange, struct err *err)
{
  if (exchange->state == EXCHANGE_FAILED) return err_set(err, "%s", exchange->failure.text);
  if (exchange->phase != PHASE_TALK || exchange->taker_idle || must_begin_anew(exchange)) return 0;
  int more = taker_work(exchange->taker, err);
  if (more < 0) return fail_with(exchange, err);
  if (more > 0) return 1;
  if (greet_again(exchange, err) != 0) return -1;
  int64_t admitted = intake_counted(taker_intake(exchange->taker)).admitted;
  if (admitted != exchange->received) exchange->taken_since_receipt = true;
  exchange->received = admitted;
  exchange->taker_idle = true;
  if (receipts_note_superiors(exchange->desk, exchange->trust, err) != 0) return fail_with(exchange, err);
  exchange->dirty = true; /* what came may go on to the peer as well, or its record may have changed */
  if (taker_yielded(exchange->taker)) {
    exchange->state = EXCHANGE_AGAIN;
    err_set(&exchange->failure, "%s", _("what two databases wrote under one machine's name was put apart here; exchange again"));
    return 0;
  }
  if (!reach_same(&exchange->own_reach, &trust_own(exchange->trust)->reach) || taker_may_take_now(exchange->taker)) {
    exchange->state = EXCHANGE_AGAIN;
    err_set(&exchange->failure, "%s", _("who may see or write what has changed; exchange again"));
    return 0;
  }
  return fork_begin(exchange, err) == 0 ? 0 : exchange->state == EXCHANGE_FAILED ? -1 : fail_with(exchange, err);
}

void exchange_wake(struct exchange *exchange)
{
  if (exchange->phase != PHASE_TALK) return;
  exchange->dirty = true;
  exchange->taker_idle = false; /* an officer's yes may let in what is staged */
  if (exchange->state == EXCHANGE_EVEN) exchange->state = EXCHANGE_OPEN;
}

bool exchange_ask(struct exchange *exchange)
{
  if (exchange->phase != PHASE_TALK || !exchange->has_peer_vector) return false;
  exchange->sent_since_even = true; /* only an even of the other side's that answers the next one of ours counts */
  if (exchange->state == EXCHANGE_EVEN) exchange->state = EXCHANGE_OPEN;
  return true;
}

void exchange_finish(struct exchange *exchange)
{
  exchange->finishing = true;
}

/* What it said it had staged may have gone meanwhile, by another session of the peer: its receipts tell. */
static bool is_short(struct exchange *exchange)
{
  struct vector own = { 0 };
  bool lacks = false;
  if (!exchange->sender || exchange->state != EXCHANGE_ENDED || talk_own_vector(exchange, &own, NULL) != 0) return false;
  for (int i = 0; i < own.count; i++) {
    const struct log_head *theirs = vector_find(&exchange->peer_holds, &own.list[i].name);
    lacks |= own.list[i].name.node == exchange->identity.node && (!theirs || theirs->seq < own.list[i].seq) &&
             !sender_doubts(exchange->sender, &own.list[i].name);
  }
  vector_free(&own);
  return lacks;
}

struct exchange_result exchange_result(struct exchange *exchange)
{
  struct exchange_result result = { .peer = trust_find(exchange->trust, exchange->peer),
                                    .peer_number = exchange->peer,
                                    .bytes_in = exchange->bytes_in,
                                    .bytes_out = exchange->bytes_out };
  struct intake_count count = intake_counted(taker_intake(exchange->taker));
  struct peer peer;
  if (exchange->sender) result.sent = sender_count(exchange->sender);
  if (exchange->peer && peer_read(exchange->desk->store, exchange->peer, &peer, NULL) == 1) result.skew = peer.skew;
  result.received = count.admitted;
  result.is_short = is_short(exchange);
  result.staged = count.staged;
  buf_clear(&exchange->trouble_all);
  if (exchange->state != EXCHANGE_AGAIN) { /* what is still wrong then is said anew */
    buf_adds(&exchange->trouble_all, buf_text(&exchange->trouble));
    buf_adds(&exchange->trouble_all, taker_trouble(exchange->taker));
    if (exchange->other_reach) buf_addf(&exchange->trouble_all, "%s\n", _(receipts_other_reach));
  }
  result.trouble = buf_text(&exchange->trouble_all);
  return result;
}
