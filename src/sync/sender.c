/* What goes to one peer. The journal is read as there is room to send it, never a log whole. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "sync/wire.h"

enum { RUN_BYTES = 1 << 16, RUN_OPERATIONS = 4096 };

struct item {              /* one log */
  struct signed_head head; /* up to here it goes now */
  int64_t sent;
  bool announced, doubted, proof, asked;
};

struct sender {
  struct desk *desk;
  const struct trust *trust;
  struct reach peer;
  uint64_t peer_node;
  struct vector held;
  struct wire_dictionary *dictionary;
  struct item *items; /* in the order of log_name_compare: urgent ones first */
  int count;
  struct wire_run *run;
  int64_t given;
};

struct sender *sender_open(struct desk *desk, const struct trust *trust, const struct reach *peer, uint64_t peer_node,
                           const struct vector *held, struct wire_dictionary *dictionary)
{
  struct sender *sender = mem_zero(1, sizeof(*sender));
  *sender = (struct sender){
    .desk = desk, .trust = trust, .peer = *peer, .peer_node = peer_node, .dictionary = dictionary, .run = wire_run_open()
  };
  for (int i = 0; i < held->count; i++) vector_put(&sender->held, &held->list[i]);
  return sender;
}

void sender_close(struct sender *sender)
{
  if (!sender) return;
  vector_free(&sender->held);
  wire_run_close(sender->run);
  free(sender->items);
  free(sender);
}

int64_t sender_count(const struct sender *sender)
{
  return sender->given;
}

/* Where the log stands, or would stand. */
static int item_place(const struct sender *sender, const struct log_name *log)
{
  int low = 0, high = sender->count;
  while (low < high) {
    int middle = (low + high) / 2;
    if (log_name_compare(&sender->items[middle].head.log, log) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static struct item *item_find(struct sender *sender, const struct log_name *log)
{
  int place = item_place(sender, log);
  return place < sender->count && log_name_compare(&sender->items[place].head.log, log) == 0 ? &sender->items[place] : NULL;
}

static struct item *item_add(struct sender *sender, const struct log_name *log)
{
  int place = item_place(sender, log);
  sender->items = mem_grow(sender->items, (size_t)sender->count + 1, sizeof(*sender->items));
  memmove(&sender->items[place + 1], &sender->items[place], (size_t)(sender->count - place) * sizeof(*sender->items));
  sender->count++;
  const struct log_head *held = vector_find(&sender->held, log);
  sender->items[place] = (struct item){ .head.log = *log, .sent = held ? held->seq : 0 };
  return &sender->items[place];
}

void sender_doubt(struct sender *sender, const struct log_name *log)
{
  struct item *item = item_find(sender, log);
  if (!item) item = item_add(sender, log);
  item->doubted = true;
}

void sender_ask(struct sender *sender, const struct log_name *log)
{
  struct item *item = item_find(sender, log);
  if (!item) item = item_add(sender, log);
  item->asked = true;
}

void sender_holds(struct sender *sender, const struct log_name *log, int64_t seq)
{
  struct item *item = item_find(sender, log);
  if (!item) item = item_add(sender, log);
  if (item->announced && item->sent < item->head.seq) return; /* on its way: the peer waits for the next one */
  if (item->sent < seq) item->sent = seq;
}

bool sender_doubts(const struct sender *sender, const struct log_name *log)
{
  for (int i = 0; i < sender->count; i++)
    if (log_name_compare(&sender->items[i].head.log, log) == 0) return sender->items[i].doubted || sender->items[i].proof;
  return true; /* no signed head of it can go there */
}

/* A grown head. A log that is on its way keeps the head that was announced until that is reached. */
static int head_take(struct sender *sender, const struct signed_head *head)
{
  if (!reach_reads(&sender->peer, &head->log) || trust_verdict(sender->trust, &head->log, head->seq) != VERDICT_ADMIT) return 0;
  struct log_parent parent;
  if (!wire_can_name(sender->dictionary, &head->log)) return 0; /* one log must not keep the others */
  if (log_parent_read(sender->desk->store, &head->log, &parent, NULL) == 1 && !wire_can_name(sender->dictionary, &parent.log)) return 0;
  struct item *item = item_find(sender, &head->log);
  if (!item) item = item_add(sender, &head->log);
  if (item->announced && item->sent < item->head.seq) return 0;
  if (item->head.seq == head->seq || (item->proof && item->announced)) return 0;
  item->proof = head->log.node == sender->peer_node && (item->doubted || head->seq > item->sent);
  if (head->log.node == sender->peer_node && !item->proof) return 0;
  item->head = *head;
  item->announced = false;
  return 0;
}

struct refreshing {
  struct sender *sender;
  struct err *err;
};

/* Most logs are as they were: of those nothing more is read. */
static int seq_take(void *context, const struct log_name *log, int64_t seq)
{
  struct refreshing *refreshing = context;
  struct sender *sender = refreshing->sender;
  const struct item *item = item_find(sender, log);
  struct signed_head head;
  if ((item && item->head.seq == seq) || !reach_reads(&sender->peer, log)) return 0;
  int found = head_read(sender->desk->store, log, &head, refreshing->err);
  return found == 1 ? head_take(sender, &head) : found;
}

int sender_refresh(struct sender *sender, struct err *err)
{
  return head_seqs(sender->desk->store, seq_take, &(struct refreshing){ sender, err }, err);
}

static bool is_due(const struct item *item)
{
  if (item->proof) return !item->announced;
  return !item->doubted && (item->sent < item->head.seq || (item->asked && item->head.seq && !item->announced));
}

/* --- frames ---------------------------------------------------------------------------------------------------------------------- */

static int announce(struct sender *sender, struct item *item, struct buf *out, struct err *err)
{
  struct buf frame = BUF_INIT;
  struct log_parent parent = { 0 };
  int child = log_parent_read(sender->desk->store, &item->head.log, &parent, err), status = child < 0 ? -1 : 0;
  if (status == 0) status = wire_log(sender->dictionary, &frame, &item->head.log, err);
  wire_number(&frame, (uint64_t)item->head.seq);
  wire_number(&frame, child == 1 ? (uint64_t)parent.seq : 0);
  if (status == 0 && child == 1) {
    status = wire_log(sender->dictionary, &frame, &parent.log, err);
    buf_add(&frame, parent.hash, CRYPTO_HASH);
    if (item->sent < parent.seq) item->sent = parent.seq;
  }
  buf_add(&frame, item->head.hash, CRYPTO_HASH);
  buf_add(&frame, item->head.signature, CRYPTO_SIGNATURE);
  if (status == 0) wire_frame(out, WIRE_HEAD, &frame);
  buf_free(&frame);
  item->announced = true;
  return status;
}

static bool operation_take(void *context, const struct operation *operation)
{
  struct wire_run *run = context;
  wire_run_add(run, operation);
  return wire_run_size(run) < RUN_BYTES;
}

static int operations_give(struct sender *sender, struct item *item, struct buf *out, struct err *err)
{
  struct buf frame = BUF_INIT;
  int count =
    log_run_read(sender->desk->store, &item->head.log, item->sent, item->head.seq, RUN_OPERATIONS, operation_take, sender->run, err);
  int status = count < 0 ? -1 : wire_log(sender->dictionary, &frame, &item->head.log, err);
  if (status == 0) {
    wire_number(&frame, (uint64_t)item->sent + 1);
    wire_run_write(sender->run, sender->dictionary, &frame);
    wire_frame(out, WIRE_OPERATIONS, &frame);
    item->sent += count;
    sender->given += count;
  }
  buf_free(&frame);
  return status;
}

int sender_give(struct sender *sender, struct buf *out, size_t most, struct err *err)
{
  size_t start = out->length;
  for (int i = 0; i < sender->count; i++)
    while (is_due(&sender->items[i])) {
      if (out->length - start >= most) return 1;
      struct item *item = &sender->items[i];
      if (!item->announced && announce(sender, item, out, err) != 0) return -1;
      if (!item->proof && item->sent < item->head.seq && operations_give(sender, item, out, err) != 0) return -1;
    }
  return 0;
}
