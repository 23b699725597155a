#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "sync/bundle_inside.h"
#include "sync/receipts.h"

/* --- whom it is for ------------------------------------------------------------------------------------------------------------------- */

struct readers { /* trusted machines of one area */
  int64_t area;
  uint64_t own;
  const struct node *list[BUNDLE_READERS];
  int count;
};

static void reader_add(void *context, const struct node *node)
{
  struct readers *readers = context;
  if (node->state == NODE_TRUSTED && node->reach.count > 0 && node->reach.areas[0] == readers->area && node->number != readers->own &&
      readers->count < BUNDLE_READERS)
    readers->list[readers->count++] = node;
}

static int own_head(void *context, const struct signed_head *head)
{
  const struct log_head whole = { .name = head->log, .seq = head->seq };
  void **both = context;
  if (head->log.node == *(const uint64_t *)both[0]) vector_put(both[1], &whole);
  return 0;
}

/* By its newest receipt, which says nothing of its own logs: those it wrote itself. */
static int held_by(struct desk *desk, uint64_t node, struct vector *held, struct err *err)
{
  struct receipt receipt;
  int kept = 0;
  if (receipt_read(desk->store, node, &receipt, held, err) < 0) return -1;
  for (int i = 0; i < held->count; i++)
    if (receipt_agrees(desk->store, &held->list[i])) held->list[kept++] = held->list[i];
  held->count = kept;
  return head_each(desk->store, own_head, (void *[]){ &node, held }, err) < 0 ? -1 : 0;
}

/* What all of them hold. One that never gave a receipt needs everything. */
static int held_by_all(struct desk *desk, const struct readers *readers, struct vector *held, struct err *err)
{
  for (int i = 0; i < readers->count; i++) {
    struct vector theirs = { 0 }, both = { 0 };
    if (held_by(desk, readers->list[i]->number, &theirs, err) != 0) return -1;
    for (int k = 0; k < theirs.count; k++) {
      const struct log_head *before = vector_find(held, &theirs.list[k].name);
      if (i > 0 && !before) continue;
      struct log_head least = i > 0 && before->seq < theirs.list[k].seq ? *before : theirs.list[k];
      vector_put(&both, &least);
    }
    vector_free(held);
    vector_free(&theirs);
    *held = both;
  }
  return 0;
}

/* --- bytes ---------------------------------------------------------------------------------------------------------------------------- */

struct writer {
  FILE *file;
  struct crypto_hash hash;
  struct crypto_stream stream;
  struct wire_stream *packer;
  struct buf packed;
  int64_t written;
  bool failed;
};

static void put(struct writer *writer, const void *bytes, size_t length)
{
  crypto_hash_add(&writer->hash, bytes, length);
  writer->failed |= fwrite(bytes, 1, length, writer->file) != length;
  writer->written += (int64_t)length;
}

static void put_number(struct writer *writer, uint64_t number, int bytes)
{
  unsigned char little[8];
  for (int i = 0; i < bytes; i++) little[i] = (unsigned char)(number >> (8 * i));
  put(writer, little, (size_t)bytes);
}

static void put_piece(struct writer *writer, const char *bytes, size_t length, bool last)
{
  unsigned char piece[BUNDLE_PIECE + CRYPTO_STREAM_MORE];
  crypto_stream_put(&writer->stream, bytes, length, last, piece);
  put_number(writer, length + CRYPTO_STREAM_MORE, 4);
  put(writer, piece, length + CRYPTO_STREAM_MORE);
}

/* Packs frames; whole pieces go out, at the end the rest. */
static int put_frames(struct writer *writer, const struct buf *frames, bool last, struct err *err)
{
  size_t at = 0;
  if (frames->length && wire_stream_pack(writer->packer, frames->data, frames->length, &writer->packed) != 0)
    return err_set(err, _("the bundle could not be packed"));
  for (; writer->packed.length - at >= BUNDLE_PIECE; at += BUNDLE_PIECE) put_piece(writer, writer->packed.data + at, BUNDLE_PIECE, false);
  struct buf rest = BUF_INIT;
  buf_add(&rest, buf_text(&writer->packed) + at, writer->packed.length - at);
  buf_free(&writer->packed);
  writer->packed = rest;
  if (last) put_piece(writer, buf_text(&rest), rest.length, true);
  return 0;
}

static int put_head(struct writer *writer, struct desk *desk, const struct identity *identity, const struct readers *readers,
                    int64_t number, struct err *err)
{
  unsigned char key[CRYPTO_KEY], sealed[CRYPTO_SEALED], head[CRYPTO_STREAM_HEAD];
  crypto_make_key(key);
  put(writer, BUNDLE_MAGIC, strlen(BUNDLE_MAGIC));
  put_number(writer, store_is_exercise(desk->store) ? BUNDLE_EXERCISE : 0, 1);
  put_number(writer, (uint64_t)clock_now(), 8);
  put_number(writer, (uint64_t)number, 8);
  put_number(writer, (uint64_t)readers->area, 8);
  put(writer, identity->public_key, CRYPTO_PUBLIC);
  put_number(writer, (uint64_t)readers->count, 2);
  for (int i = 0; i < readers->count; i++) {
    if (!crypto_seal(readers->list[i]->public_key, key, sealed))
      return err_set(err, _("a machine of that area has a key that is none: enrol it anew"));
    put_number(writer, readers->list[i]->number, 8);
    put(writer, sealed, sizeof(sealed));
  }
  crypto_stream_begin(&writer->stream, key, head);
  put(writer, head, sizeof(head));
  explicit_bzero(key, sizeof(key));
  return 0;
}

static void put_signature(struct writer *writer, const struct identity *identity)
{
  unsigned char digest[CRYPTO_HASH], signature[CRYPTO_SIGNATURE];
  crypto_hash_end(&writer->hash, digest, sizeof(digest));
  crypto_make_signature(identity->secret_key, digest, sizeof(digest), signature);
  writer->failed |= fwrite(signature, 1, sizeof(signature), writer->file) != sizeof(signature);
  writer->written += (int64_t)sizeof(signature);
}

/* --- what is in it -------------------------------------------------------------------------------------------------------------------- */

int64_t bundle_next(struct desk *desk)
{
  char *last = store_get_local(desk->store, "bundle.number");
  int64_t number = (last ? strtoll(last, NULL, 10) : 0) + 1;
  free(last);
  return number;
}

static int64_t take_next(struct desk *desk, struct err *err)
{
  int64_t number = bundle_next(desk);
  char *text = mem_printf("%" PRId64, number);
  int status = store_set_local(desk->store, "bundle.number", text, err);
  free(text);
  return status == 0 ? number : -1;
}

/* What every one of them may see. */
static struct reach common_reach(const struct readers *readers)
{
  struct reach common = readers->list[0]->reach;
  for (int i = 1; i < readers->count; i++) {
    const struct reach *theirs = &readers->list[i]->reach;
    int kept = 0;
    for (int k = 0; k < common.count; k++)
      for (int j = 0; j < theirs->count; j++)
        if (theirs->areas[j] == common.areas[k]) {
          common.areas[kept++] = common.areas[k];
          break;
        }
    common.count = kept;
  }
  return common;
}

static bool is_first_of_reach(const struct readers *readers, int reader)
{
  int i = 0;
  while (!reach_same(&readers->list[i]->reach, &readers->list[reader]->reach)) i++;
  return i == reader;
}

static int put_receipts(struct desk *desk, const struct trust *trust, const struct identity *identity, const struct readers *readers,
                        const struct reach *common, struct wire_dictionary *names, struct buf *frames, struct err *err)
{
  int status = 0;
  for (int i = 0; status == 0 && i < readers->count; i++)
    if (is_first_of_reach(readers, i)) status = bundle_receipt_put(desk, trust, identity, &readers->list[i]->reach, names, frames, err);
  return status == 0 ? receipts_pass(desk, trust, common, &(struct receipts_passed){ .count = 0 }, frames, err) : status;
}

static int put_content(struct writer *writer, struct desk *desk, const struct trust *trust, const struct identity *identity,
                       const struct readers *readers, int64_t *sent, struct err *err)
{
  struct wire_dictionary *names = wire_dictionary_open(desk->store, trust);
  struct reach reach = common_reach(readers);
  struct vector held = { 0 };
  struct buf frames = BUF_INIT;
  int status = held_by_all(desk, readers, &held, err), more = 1;
  struct sender *sender = sender_open(desk, trust, &reach, 0, &held, names);
  if (status == 0) status = put_receipts(desk, trust, identity, readers, &reach, names, &frames, err);
  if (status == 0) status = sender_refresh(sender, err);
  while (status == 0 && more == 1) {
    more = sender_give(sender, &frames, BUNDLE_PIECE, err);
    status = more < 0 ? -1 : put_frames(writer, &frames, more == 0, err);
    buf_clear(&frames);
  }
  *sent = sender_count(sender);
  sender_close(sender);
  vector_free(&held);
  buf_free(&frames);
  wire_dictionary_close(names);
  return status;
}

static int write_for(struct desk *desk, struct trust *trust, struct readers *readers, FILE *file, bool spare, struct sync_report *report,
                     struct err *err)
{
  struct identity identity;
  struct writer writer = { .file = file };
  int64_t sent = 0;
  if (identity_prepare(desk->store, &identity, err) != 0) return -1;
  writer.packer = wire_stream_open(true, err);
  int64_t number = writer.packer ? take_next(desk, err) : -1;
  int status = number < 0 ? -1 : 0;
  crypto_hash_start(&writer.hash, BUNDLE_HASH, CRYPTO_HASH);
  if (status == 0) status = put_head(&writer, desk, &identity, readers, number, err);
  if (status == 0) status = put_content(&writer, desk, trust, &identity, readers, &sent, err);
  if (status == 0) put_signature(&writer, &identity);
  wire_stream_close(writer.packer);
  buf_free(&writer.packed);
  explicit_bzero(&identity, sizeof(identity));
  if (status == 0 && (writer.failed || fflush(file) != 0)) status = err_set(err, _("the bundle cannot be written: %s"), strerror(errno));
  if (status != 0) return -1;
  if (sent == 0 && spare) return 0;
  report->sent += sent;
  report->bytes_out += writer.written;
  return 1;
}

int bundle_write(struct desk *desk, int64_t area, FILE *file, bool spare, struct sync_report *report, struct err *err)
{
  struct trust *trust = trust_read(desk, err);
  if (!trust) return -1;
  struct readers readers = { .area = area, .own = trust_own(trust)->number };
  char code[13];
  trust_each(trust, reader_add, &readers);
  int status = readers.count == 0
                 ? err_set(err, _("no machine of %s is known here: enrol it first, by a code over the phone"), area_text(area, code))
                 : write_for(desk, trust, &readers, file, spare, report, err);
  trust_close(trust);
  return status;
}

static int settle(FILE *file, const char *half, const char *path, struct err *err)
{
  char *directory = file_directory(path);
  int folder = -1,
      status =
        fsync(fileno(file)) == 0 && rename(half, path) == 0 && (folder = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) >= 0 ? 0 : -1;
  if (status == 0) fsync(folder); /* FAT has no such thing and says so */
  if (status != 0) err_set(err, _("%s cannot be written: %s"), path, strerror(errno));
  if (folder >= 0) close(folder);
  free(directory);
  return status;
}

int bundle_write_file(struct desk *desk, int64_t area, const char *path, bool spare, struct sync_report *report, struct err *err)
{
  char *half = mem_printf("%s.half", path);
  unlink(half);
  FILE *file = fopen(half, "wxe");
  int status =
    file ? bundle_write(desk, area, file, spare, report, err) : err_set(err, _("%s cannot be written: %s"), half, strerror(errno));
  if (status == 1 && settle(file, half, path, err) != 0) status = -1;
  if (file) fclose(file);
  if (status != 1) unlink(half);
  free(half);
  return status;
}

/* --- areas ---------------------------------------------------------------------------------------------------------------------------- */

struct areas {
  uint64_t own;
  int64_t here;
  int64_t *list;
  int count;
};

static void area_add(void *context, const struct node *node)
{
  struct areas *areas = context;
  if (node->state != NODE_TRUSTED || node->number == areas->own || node->reach.count == 0) return;
  if (!area_contains(node->reach.areas[0], areas->here) && !area_contains(areas->here, node->reach.areas[0]))
    return; /* a neighbour: nothing is for both */
  for (int i = 0; i < areas->count; i++)
    if (areas->list[i] == node->reach.areas[0]) return;
  areas->list = mem_grow(areas->list, (size_t)areas->count + 1, sizeof(*areas->list));
  areas->list[areas->count++] = node->reach.areas[0];
}

int bundle_areas(struct desk *desk, int (*row)(void *context, int64_t area, struct err *err), void *context, struct err *err)
{
  struct trust *trust = trust_read(desk, err);
  if (!trust) return -1;
  struct areas areas = { .own = trust_own(trust)->number, .here = store_area(desk->store) };
  int status = 0;
  trust_each(trust, area_add, &areas);
  trust_close(trust);
  for (int i = 0; status == 0 && i < areas.count; i++) status = row(context, areas.list[i], err);
  free(areas.list);
  return status;
}

static int nearest_above(void *context, int64_t area, struct err *err)
{
  int64_t *found = context, own = found[0];
  (void)err;
  if (area != own && area_contains(area, own) && (found[1] == 0 || area_level(area) > area_level(found[1]))) found[1] = area;
  return 0;
}

int64_t bundle_superior(struct desk *desk)
{
  int64_t found[2] = { store_area(desk->store), 0 };
  bundle_areas(desk, nearest_above, found, NULL);
  return found[1];
}
