/* What comes from one peer: every head's signature and every log's right to be here is checked before anything of it is kept. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "sync/wire.h"

enum { FORKS_MOST = 256, TROUBLE_MOST = 8192 };

struct taker {
  struct desk *desk;
  struct trust *trust;
  struct wire_dictionary *dictionary;
  struct intake *intake;
  struct heirs heirs;
  int64_t judged; /* operations admitted when it was last asked what heirs repeat */
  bool yielded;
  struct signed_head head; /* the last that came, if it was taken; else of seq 0 */
  struct log_name bad;     /* of the last operations that came, if they were dropped; else of node 0 */
  struct vector passed;    /* logs of which nothing is taken */
  struct vector refused;   /* those of them that are not ours to take */
  struct signed_head forks[FORKS_MOST];
  int fork_count;
  bool resumed; /* what was left from before was looked at */
  struct buf trouble, all;
};

struct taker *taker_open(struct desk *desk, struct trust *trust, struct wire_dictionary *dictionary)
{
  struct taker *taker = mem_zero(1, sizeof(*taker));
  *taker = (struct taker){ .desk = desk, .trust = trust, .dictionary = dictionary, .heirs = trust_heirs(trust), .judged = -1 };
  taker->intake = intake_open(desk->store, &taker->heirs);
  return taker;
}

void taker_close(struct taker *taker)
{
  if (!taker) return;
  intake_close(taker->intake);
  vector_free(&taker->passed);
  vector_free(&taker->refused);
  buf_free(&taker->trouble);
  buf_free(&taker->all);
  free(taker);
}

struct intake *taker_intake(struct taker *taker)
{
  return taker->intake;
}

const char *taker_trouble(struct taker *taker)
{
  buf_clear(&taker->all);
  buf_adds(&taker->all, buf_text(&taker->trouble));
  buf_adds(&taker->all, intake_trouble(taker->intake));
  return buf_text(&taker->all);
}

const struct signed_head *taker_head(const struct taker *taker)
{
  return &taker->head;
}

const struct log_name *taker_bad(const struct taker *taker)
{
  return taker->bad.node ? &taker->bad : NULL;
}

int taker_forks(const struct taker *taker, const struct signed_head **forks)
{
  *forks = taker->forks;
  return taker->fork_count;
}

/* Nothing more of this log in this exchange; people are told why. */
static void pass_over(struct taker *taker, const struct log_name *log, const char *why)
{
  if (!vector_find(&taker->passed, log) && taker->trouble.length < TROUBLE_MOST) {
    const struct node *origin = trust_find(taker->trust, log->node);
    char area[13];
    buf_addf(&taker->trouble, _("%s, %s (%s): %s\n"), origin && origin->name && *origin->name ? origin->name : "?",
             area_text(log->area, area), lane_name(log->lane), why);
  }
  vector_put(&taker->passed, &(struct log_head){ .name = *log });
}

/* A head of one of our own logs: harmless if we hold it, otherwise proof that somebody else has written under our name. */
static int own_head(struct taker *taker, const struct signed_head *head, struct err *err)
{
  unsigned char hash[CRYPTO_HASH] = { 0 };
  int found = log_hash_at(taker->desk->store, &head->log, head->seq, hash, err);
  if (found < 0) return -1;
  if (found == 1 && memcmp(hash, head->hash, CRYPTO_HASH) == 0) return 0;
  if (taker->fork_count < FORKS_MOST) taker->forks[taker->fork_count++] = *head;
  vector_put(&taker->passed, &(struct log_head){ .name = head->log });
  return 0;
}

/* An origin that no record names: its key is kept, so that an officer can say yes to it. */
static int stranger_note(struct taker *taker, const struct log_name *log, const unsigned char *public_key, struct err *err)
{
  struct peer peer;
  int found = peer_read(taker->desk->store, log->node, &peer, err);
  if (found != 0) return found < 0 ? -1 : 0;
  peer = (struct peer){ .node = log->node, .state = PEER_WAITING, .area = log->area };
  memcpy(peer.public_key, public_key, CRYPTO_PUBLIC);
  return peer_keep(taker->desk->store, &peer, err);
}

static int head_take(struct taker *taker, const struct signed_head *head, const struct log_parent *parent, const unsigned char *public_key,
                     struct err *err)
{
  struct err why = ERR_INIT;
  bool forked = false;
  if (!head_check(head, public_key))
    return err_set(err, _("a head is not signed by the machine that it names: the other side lies or is broken"));
  if (head->log.node == trust_own(taker->trust)->number) return own_head(taker, head, err);
  enum verdict verdict = trust_verdict(taker->trust, &head->log, head->seq);
  if (verdict == VERDICT_STAGE && stranger_note(taker, &head->log, public_key, err) < 0) return -1;
  if (verdict == VERDICT_REFUSE) {
    vector_put(&taker->refused, &(struct log_head){ .name = head->log, .seq = head->seq });
    pass_over(taker, &head->log, _("not accepted: its machine was revoked, or may not write there, or it is not for us"));
  } else if (intake_head(taker->intake, head, parent, verdict, &forked, &why) != 0)
    pass_over(taker, &head->log, why.text);
  else
    taker->head = *head;
  return 0;
}

static int head_frame(struct taker *taker, struct wire_reader *reader, struct err *err)
{
  struct signed_head head = { 0 };
  struct log_parent parent = { 0 };
  const unsigned char *key, *hash;
  taker->head = (struct signed_head){ 0 };
  if (wire_take_log(taker->dictionary, reader, &head.log, &key) != 0) return err_set(err, _("a head is malformed"));
  unsigned char public_key[CRYPTO_PUBLIC];
  memcpy(public_key, key, CRYPTO_PUBLIC); /* the dictionary may move */
  uint64_t seq = wire_take_number(reader), parent_seq = wire_take_number(reader);
  if (seq > INT64_MAX || parent_seq > INT64_MAX) return err_set(err, _("a head is malformed"));
  head.seq = (int64_t)seq;
  parent.seq = (int64_t)parent_seq;
  if (parent.seq && wire_take_log(taker->dictionary, reader, &parent.log, NULL) != 0) return err_set(err, _("a head is malformed"));
  if (parent.seq && (hash = wire_take(reader, CRYPTO_HASH))) memcpy(parent.hash, hash, CRYPTO_HASH);
  hash = wire_take(reader, CRYPTO_HASH);
  const unsigned char *signature = wire_take(reader, CRYPTO_SIGNATURE);
  if (!hash || !signature || reader->at != reader->end) return err_set(err, _("a head is malformed"));
  memcpy(head.hash, hash, CRYPTO_HASH);
  memcpy(head.signature, signature, CRYPTO_SIGNATURE);
  return head_take(taker, &head, parent.seq ? &parent : NULL, public_key, err);
}

static int operation_row(void *context, struct operation *operation, struct err *err)
{
  struct taker *taker = context;
  if (!vector_find(&taker->passed, &operation->log)) return intake_operation(taker->intake, operation, err);
  operation_free(operation);
  return 0;
}

static int operations_frame(struct taker *taker, struct wire_reader *reader, struct err *err)
{
  struct log_name log;
  if (wire_take_log(taker->dictionary, reader, &log, NULL) != 0) return err_set(err, _("a run of operations is malformed"));
  uint64_t first = wire_take_number(reader);
  if (first > INT64_MAX) return err_set(err, _("a run of operations is malformed"));
  int status = wire_run_read(reader, taker->dictionary, &log, (int64_t)first, operation_row, taker, err);
  taker->bad = intake_is_bad(taker->intake, &log) ? log : (struct log_name){ 0 };
  return status;
}

int taker_frame(struct taker *taker, unsigned type, const void *bytes, size_t length, struct err *err)
{
  struct wire_reader reader = { bytes, (const unsigned char *)bytes + length, false };
  return type == WIRE_HEAD ? head_frame(taker, &reader, err) : operations_frame(taker, &reader, err);
}

static enum verdict verdict_now(void *context, const struct log_name *log, int64_t seq)
{
  return trust_verdict(((struct taker *)context)->trust, log, seq);
}

bool taker_yielded(const struct taker *taker)
{
  return taker->yielded;
}

bool taker_may_take_now(const struct taker *taker)
{
  for (int i = 0; i < taker->refused.count; i++)
    if (trust_verdict(taker->trust, &taker->refused.list[i].name, taker->refused.list[i].seq) != VERDICT_REFUSE) return true;
  return false;
}

static int yield(struct taker *taker, struct err *err)
{
  int64_t admitted = intake_counted(taker->intake).admitted;
  if (admitted == taker->judged) return 0;
  taker->judged = admitted;
  int any = heirs_yield(taker->desk->store, &taker->heirs, err);
  taker->yielded |= any == 1;
  return any < 0 ? -1 : 0;
}

int taker_work(struct taker *taker, struct err *err)
{
  int more = intake_work(taker->intake, err);
  if (more != 0) return more;
  int changed = trust_refresh(taker->trust, err);
  if (changed < 0) return -1;
  if (changed == 0 && taker->resumed) return yield(taker, err);
  taker->resumed = true;
  return intake_resume(taker->intake, verdict_now, taker, err) != 0 ? -1 : 1;
}
