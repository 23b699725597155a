/* Any bytes from the line: as a greeting (first byte even), or, behind a real greeting of a trusted peer, as the frames that follow it
 * (odd). Whatever comes, the exchange goes on or says why not, and the journal stays as it is: nothing of this is signed. */
#include "base/buf.h"
#include "fuzz/two_desks.h"
#include "store/query.h"
#include "sync/exchange.h"
#include "sync/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static struct exchange *opened(struct desk *desk)
{
  struct err err = ERR_INIT;
  struct exchange *exchange = exchange_open(desk, &(struct exchange_options){ .stays = true }, &err);
  if (!exchange) stop(err.text);
  return exchange;
}

static void give(struct exchange *from, struct exchange *to)
{
  struct err err = ERR_INIT;
  struct buf out = BUF_INIT;
  exchange_give(from, &out, 1 << 16);
  if (exchange_feed(to, buf_text(&out), out.length, &err) != 0) stop(err.text);
  buf_free(&out);
}

static void feed(struct exchange *exchange, const void *bytes, size_t length)
{
  struct err err = ERR_INIT;
  struct buf out = BUF_INIT;
  int status = exchange_feed(exchange, bytes, length, &err);
  while (status == 0 && (status = exchange_work(exchange, &err)) > 0) status = 0;
  if (status < 0 && (!*err.text || exchange_state(exchange) != EXCHANGE_FAILED)) stop("a refusal without words");
  exchange_give(exchange, &out, 1 << 16);
  buf_free(&out);
}

static void as_frames(const uint8_t *bytes, size_t length)
{
  struct exchange *victim = opened(&town), *peer = opened(&village);
  struct wire_stream *packer = wire_stream_open(true, NULL);
  struct buf packed = BUF_INIT;
  give(victim, peer);
  give(peer, victim);
  wire_stream_pack(packer, bytes, length, &packed);
  feed(victim, buf_text(&packed), packed.length);
  wire_stream_close(packer);
  buf_free(&packed);
  exchange_close(peer);
  exchange_close(victim);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
  struct identity above, below;
  if (!*directory) two_desks_start(&above, &below);
  int64_t before = query_single(town.store, "SELECT count(*) FROM op", 0, -1);
  if (length == 0) return 0;
  if (*bytes % 2)
    as_frames(bytes + 1, length - 1);
  else {
    struct exchange *exchange = opened(&town);
    feed(exchange, bytes + 1, length - 1);
    exchange_close(exchange);
  }
  if (query_single(town.store, "SELECT count(*) FROM op", 0, -2) != before) stop("the journal has changed");
  return 0;
}
