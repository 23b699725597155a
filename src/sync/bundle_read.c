#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "sync/bundle_inside.h"
#include "sync/receipts.h"

enum { UNPACK_MOST = 1 << 18 };

struct bundle {
  FILE *file;
  int64_t length, at;             /* of what is signed; how much of it was read */
  const struct bundle_name *name; /* NULL: any */
  struct bundle_head head;
  unsigned char key[CRYPTO_KEY];
  bool for_us;
};

static int cut_off(struct err *err)
{
  return err_set(err, _("the bundle is cut off or damaged: have it written again; nothing was taken"));
}

static int too_large(struct err *err)
{
  return err_set(err, _("this file is larger than any bundle: nothing was read"));
}

static int take(struct bundle *bundle, void *bytes, size_t length)
{
  if ((int64_t)length > bundle->length - bundle->at || fread(bytes, 1, length, bundle->file) != length) return -1;
  bundle->at += (int64_t)length;
  return 0;
}

static int take_number(struct bundle *bundle, int bytes, uint64_t *number)
{
  unsigned char little[8];
  if (take(bundle, little, (size_t)bytes) != 0) return -1;
  *number = 0;
  for (int i = bytes - 1; i >= 0; i--) *number = *number << 8 | little[i];
  return 0;
}

/* --- first reading: who signed it ----------------------------------------------------------------------------------------------------- */

static int take_head(struct bundle *bundle, struct err *err)
{
  char magic[sizeof(BUNDLE_MAGIC)] = "";
  uint64_t flags, at, number, area, readers;
  if (take(bundle, magic, strlen(BUNDLE_MAGIC)) != 0 || strcmp(magic, BUNDLE_MAGIC) != 0)
    return err_set(err, _("this is no bundle of dutydesk, or one of a newer version"));
  if (take_number(bundle, 1, &flags) != 0 || take_number(bundle, 8, &at) != 0 || take_number(bundle, 8, &number) != 0 ||
      take_number(bundle, 8, &area) != 0 || take(bundle, bundle->head.public_key, CRYPTO_PUBLIC) != 0 ||
      take_number(bundle, 2, &readers) != 0 || readers == 0 || readers > BUNDLE_READERS)
    return cut_off(err);
  bundle->head.exercise = flags & BUNDLE_EXERCISE;
  bundle->head.at = (int64_t)at;
  bundle->head.number = (int64_t)number;
  bundle->head.area = (int64_t)area;
  bundle->head.readers = (int)readers;
  return 0;
}

static int check_signature(struct bundle *bundle, struct err *err)
{
  struct crypto_hash hash;
  unsigned char piece[BUNDLE_PIECE], digest[CRYPTO_HASH], signature[CRYPTO_SIGNATURE];
  crypto_hash_start(&hash, BUNDLE_HASH, CRYPTO_HASH);
  rewind(bundle->file);
  for (int64_t left = bundle->length; left > 0;) {
    size_t wanted = left < (int64_t)sizeof(piece) ? (size_t)left : sizeof(piece);
    if (fread(piece, 1, wanted, bundle->file) != wanted) return cut_off(err);
    crypto_hash_add(&hash, piece, wanted);
    left -= (int64_t)wanted;
  }
  crypto_hash_end(&hash, digest, sizeof(digest));
  if (fread(signature, 1, sizeof(signature), bundle->file) != sizeof(signature) ||
      !crypto_check_signature(bundle->head.public_key, digest, sizeof(digest), signature))
    return cut_off(err);
  return 0;
}

/* Its key is kept, so that an officer can say yes to it. */
static int stranger(struct desk *desk, const struct bundle *bundle, uint64_t node, struct err *err)
{
  struct peer peer;
  if (peer_read(desk->store, node, &peer, NULL) != 1)
    peer = (struct peer){ .node = node, .contact = clock_now() }; /* of one whose card was here we know more */
  peer.state = PEER_WAITING;
  memcpy(peer.public_key, bundle->head.public_key, CRYPTO_PUBLIC);
  peer_keep(desk->store, &peer, NULL);
  return err_set(
    err,
    _("the machine that wrote this bundle (%016" PRIx64
      ") is not known here: compare its fingerprint over the phone and say yes to it (node trust), then take the bundle again"),
    node);
}

static int check_sender(struct desk *desk, const struct trust *trust, const struct bundle *bundle, struct err *err)
{
  const struct bundle_head *head = &bundle->head;
  uint64_t number = node_of_key(head->public_key);
  const struct node *sender = trust_find(trust, number);
  if (bundle->name && (bundle->name->node != number || bundle->name->area != head->area || bundle->name->number != head->number))
    return err_set(err, _("the file bears another bundle's name: delete it and have the bundle written again; nothing was taken"));
  if (head->exercise != store_is_exercise(desk->store))
    return err_set(err, head->exercise ? _("this bundle is of an EXERCISE: nothing in it is real, and nothing was taken")
                                       : _("this bundle is real and this is an EXERCISE: nothing was taken"));
  if (number == trust_own(trust)->number) return err_set(err, _("this bundle was written here: take it to the other station"));
  if (!sender || sender->state == NODE_WAITING) return stranger(desk, bundle, number, err);
  if (sender->state == NODE_REVOKED) return err_set(err, _("the machine that wrote this bundle is revoked: nothing was taken"));
  return 0;
}

/* --- second reading: what is in it ---------------------------------------------------------------------------------------------------- */

static int take_key(struct bundle *bundle, struct desk *desk, struct err *err)
{
  struct identity identity;
  if (identity_read(desk->store, &identity, err) != 0) return -1;
  for (int i = 0; i < bundle->head.readers; i++) {
    unsigned char sealed[CRYPTO_SEALED];
    uint64_t node;
    if (take_number(bundle, 8, &node) != 0 || take(bundle, sealed, sizeof(sealed)) != 0) return cut_off(err);
    if (node == identity.node && !bundle->for_us)
      bundle->for_us = crypto_unseal(identity.public_key, identity.secret_key, sealed, bundle->key);
  }
  explicit_bzero(&identity, sizeof(identity));
  return bundle->for_us
           ? 0
           : err_set(err,
                     _("this bundle is for another station, or was written before this machine was known there: have one written anew"));
}

struct given {
  struct receipt receipt;
  struct vector vector;
};

enum { OTHERS_MOST = 4 };

struct content {
  struct desk *desk;
  struct trust *trust;
  struct bundle *bundle;
  struct wire_dictionary *names;
  struct taker *taker;
  struct wire_stream *unpacker;
  struct buf frames;
  size_t skipped;
  bool confirms;                    /* a receipt in it counts */
  struct given others[OTHERS_MOST]; /* for a reach that is not ours, unless the bundle brings our record */
  int other_count;
};

/* Takes the vector over. */
static int receipt_settle(struct content *content, struct given *given, struct err *err)
{
  bool is_ours = reach_same(&given->receipt.audience, &trust_own(content->trust)->reach);
  int status = is_ours ? receipt_keep(content->desk->store, &given->receipt, &given->vector, err) : 0;
  vector_free(&given->vector);
  content->confirms |= is_ours;
  return status < 0 ? -1 : 0;
}

static int receipt_do(struct content *content, const void *bytes, size_t length, struct err *err)
{
  struct given given;
  if (bundle_receipt_take(content->bundle->head.public_key, content->names, bytes, length, &given.receipt, &given.vector, err) != 0)
    return -1;
  bool waits = !reach_same(&given.receipt.audience, &trust_own(content->trust)->reach) && content->other_count < OTHERS_MOST;
  if (!waits) return receipt_settle(content, &given, err);
  content->others[content->other_count++] = given;
  return 0;
}

/* Behind the operations: our own record may have been among them. */
static int others_settle(struct content *content, struct sync_report *report, struct err *err)
{
  bool any = content->other_count > 0;
  int status = 0;
  while (content->other_count > 0)
    if (receipt_settle(content, &content->others[--content->other_count], err) != 0) status = -1;
  if (status == 0 && any && !content->confirms) sync_report_trouble(report, _(receipts_other_reach));
  return status;
}

static int frame_do(struct content *content, unsigned type, const void *bytes, size_t length, struct err *err)
{
  if (type == WIRE_HEAD || type == WIRE_OPERATIONS) return taker_frame(content->taker, type, bytes, length, err);
  if (type == WIRE_RECEIPT) return receipt_do(content, bytes, length, err);
  if (type == WIRE_RELAYED) return receipts_take(content->desk, content->trust, NULL, bytes, length, err);
  if (!(type & WIRE_SKIP)) return err_set(err, _("the bundle holds something that this version does not know: install the newer dutydesk"));
  content->skipped += length + 1;
  return content->skipped <= WIRE_SKIPPED_MOST ? 0 : err_set(err, _("the bundle holds without end what nobody understands"));
}

/* Whole frames are done and dropped; the beginning of one stays. */
static int frames_do(struct content *content, struct err *err)
{
  const unsigned char *data = (const unsigned char *)buf_text(&content->frames);
  struct wire_reader reader = { data, data + content->frames.length, false };
  size_t done = 0;
  while (reader.at < reader.end) {
    size_t length;
    unsigned type = *reader.at++;
    struct wire_reader announced = reader;
    if (wire_take_number(&announced) > WIRE_FRAME_MOST) return err_set(err, _("the bundle announces more than may come at once"));
    const unsigned char *bytes = wire_take_bytes(&reader, WIRE_FRAME_MOST, &length);
    if (!bytes) break;
    if (frame_do(content, type, bytes, length, err) != 0) return -1;
    done = (size_t)(reader.at - data);
  }
  if (content->frames.length - done > WIRE_FRAME_MOST + 16) return cut_off(err);
  struct buf rest = BUF_INIT;
  buf_add(&rest, data + done, content->frames.length - done);
  buf_free(&content->frames);
  content->frames = rest;
  int more;
  while ((more = taker_work(content->taker, err)) == 1)
    ;
  return more;
}

static int piece_do(struct content *content, const unsigned char *bytes, size_t length, struct err *err)
{
  size_t at = 0, used;
  int more;
  do {
    more = wire_stream_unpack(content->unpacker, bytes + at, length - at, &used, &content->frames, UNPACK_MOST, err);
    at += used;
    if (more < 0 || frames_do(content, err) != 0) return -1;
  } while (more == 1 || at < length);
  return 0;
}

static int pieces_do(struct content *content, struct err *err)
{
  struct bundle *bundle = content->bundle;
  unsigned char head[CRYPTO_STREAM_HEAD], sealed[BUNDLE_PIECE + CRYPTO_STREAM_MORE], plain[BUNDLE_PIECE];
  struct crypto_stream stream;
  bool last = false;
  if (take(bundle, head, sizeof(head)) != 0 || !crypto_stream_open(&stream, bundle->key, head)) return cut_off(err);
  while (!last) {
    uint64_t length;
    if (take_number(bundle, 4, &length) != 0 || length < CRYPTO_STREAM_MORE || length > sizeof(sealed) ||
        take(bundle, sealed, (size_t)length) != 0 || !crypto_stream_take(&stream, sealed, (size_t)length, plain, &last))
      return cut_off(err);
    if (piece_do(content, plain, (size_t)length - CRYPTO_STREAM_MORE, err) != 0) return -1;
  }
  return bundle->at == bundle->length && content->frames.length == 0 ? 0 : cut_off(err);
}

/* A bundle does not bring our own heads back, but its receipt says what was held of our logs. */
static bool is_contradicted(const struct content *content)
{
  struct store *store = content->desk->store;
  struct receipt receipt;
  struct vector held = { 0 };
  bool agrees = true;
  receipt_read(store, node_of_key(content->bundle->head.public_key), &receipt, &held, NULL);
  for (int i = 0; i < held.count; i++) agrees &= held.list[i].name.node != store_node(store) || receipt_agrees(store, &held.list[i]);
  vector_free(&held);
  return !agrees;
}

static int content_do(struct content *content, struct sync_report *report, struct err *err)
{
  content->names = wire_dictionary_open(content->desk->store, content->trust);
  content->taker = taker_open(content->desk, content->trust, content->names);
  content->unpacker = wire_stream_open(false, err);
  int status = content->unpacker ? pieces_do(content, err) : -1, more = 0;
  while (status == 0 && (more = taker_work(content->taker, err)) == 1)
    ;
  if (others_settle(content, report, err) != 0) status = -1;
  if (status == 0) status = receipts_note_superiors(content->desk, content->trust, err);
  struct intake_count count = intake_counted(taker_intake(content->taker));
  const struct signed_head *forks;
  report->received += count.admitted;
  report->staged += count.staged;
  if (*taker_trouble(content->taker)) sync_report_trouble(report, taker_trouble(content->taker));
  if (taker_forks(content->taker, &forks) > 0 || is_contradicted(content))
    sync_report_trouble(report,
                        _("another database writes under this machine's name: exchange over a line, so that this one gets a new key"));
  wire_stream_close(content->unpacker);
  taker_close(content->taker);
  wire_dictionary_close(content->names);
  buf_free(&content->frames);
  return status == 0 && more == 0 ? 0 : -1;
}

static int read_checked(struct desk *desk, struct trust *trust, struct bundle *bundle, struct sync_report *report, struct err *err)
{
  struct content content = { .desk = desk, .trust = trust, .bundle = bundle };
  if (take_head(bundle, err) != 0 || check_sender(desk, trust, bundle, err) != 0 || check_signature(bundle, err) != 0) return -1;
  rewind(bundle->file);
  bundle->at = 0;
  if (take_head(bundle, err) != 0 || take_key(bundle, desk, err) != 0) return -1;
  int status = content_do(&content, report, err);
  explicit_bzero(bundle->key, sizeof(bundle->key));
  report->bytes_in += bundle->length;
  return status;
}

static int read_named(struct desk *desk, FILE *file, const struct bundle_name *name, struct sync_report *report, struct err *err)
{
  struct stat info;
  if (fstat(fileno(file), &info) != 0 || !S_ISREG(info.st_mode)) return err_set(err, _("a bundle is a regular file; this is none"));
  if (info.st_size > BUNDLE_MOST) return too_large(err);
  if (info.st_size < CRYPTO_SIGNATURE) return cut_off(err);
  struct bundle bundle = { .file = file, .length = info.st_size - CRYPTO_SIGNATURE, .name = name };
  struct trust *trust = trust_read(desk, err);
  if (!trust) return -1;
  int status = read_checked(desk, trust, &bundle, report, err);
  trust_close(trust);
  return status;
}

int bundle_read(struct desk *desk, FILE *file, struct sync_report *report, struct err *err)
{
  return read_named(desk, file, NULL, report, err);
}

/* What comes through a pipe is put beside the database first: it is read twice. */
static FILE *spooled(struct desk *desk, struct err *err)
{
  char *name = mem_printf("%s.bundle-XXXXXX", store_path(desk->store)), bytes[BUNDLE_PIECE];
  int descriptor = mkostemp(name, O_CLOEXEC);
  FILE *file = descriptor >= 0 ? fdopen(descriptor, "w+e") : NULL;
  int64_t length = 0;
  size_t got = 1;
  if (descriptor >= 0) unlink(name);
  free(name);
  while (file && length <= BUNDLE_MOST && (got = fread(bytes, 1, sizeof(bytes), stdin)) > 0 && fwrite(bytes, 1, got, file) == got)
    length += (int64_t)got;
  if (file && length > BUNDLE_MOST)
    too_large(err);
  else if (!file || got != 0 || fflush(file) != 0)
    err_set(err, _("the bundle could not be kept beside the database: %s"), strerror(errno));
  else {
    rewind(file);
    return file;
  }
  if (file) fclose(file);
  return NULL;
}

int bundle_read_file(struct desk *desk, const char *path, const struct bundle_name *name, struct sync_report *report, struct err *err)
{
  FILE *file = NULL;
  if (strcmp(path, "-") == 0)
    file = spooled(desk, err);
  else {
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    file = descriptor >= 0 ? fdopen(descriptor, "re") : NULL;
    if (!file) err_set(err, _("%s cannot be read: %s"), path, strerror(errno));
  }
  int status = file ? read_named(desk, file, name, report, err) : -1;
  if (file) fclose(file);
  return status;
}
