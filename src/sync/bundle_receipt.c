/* The receipt in a bundle: the same as on a line, but with its whole vector, since nobody knows what came before. */
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"
#include "sync/bundle_inside.h"

/* That a node holds its own logs goes without saying. */
static int vector_for(struct desk *desk, const struct trust *trust, uint64_t own, const struct reach *reach,
                      const struct wire_dictionary *dictionary, struct vector *vector, struct err *err)
{
  int kept = 0;
  if (vector_read(desk->store, &trust_own(trust)->reach, reach, vector, err) != 0) return -1;
  for (int i = 0; i < vector->count; i++)
    if (vector->list[i].name.node != own && wire_can_name(dictionary, &vector->list[i].name)) vector->list[kept++] = vector->list[i];
  vector->count = kept;
  return 0;
}

int bundle_receipt_put(struct desk *desk, const struct trust *trust, const struct identity *identity, const struct reach *reach,
                       struct wire_dictionary *dictionary, struct buf *out, struct err *err)
{
  struct buf frame = BUF_INIT;
  struct vector vector = { 0 };
  struct receipt receipt;
  int status = vector_for(desk, trust, identity->node, reach, dictionary, &vector, err);
  if (status == 0) status = receipt_make(desk->store, identity, reach, &vector, &receipt, err);
  wire_reach(&frame, reach);
  wire_number(&frame, (uint64_t)vector.count);
  for (int i = 0; status == 0 && i < vector.count; i++) {
    status = wire_log(dictionary, &frame, &vector.list[i].name, err);
    wire_number(&frame, (uint64_t)vector.list[i].seq);
    buf_add(&frame, vector.list[i].hash, RECEIPT_SHORT);
  }
  if (status == 0) {
    wire_number(&frame, (uint64_t)receipt.number);
    wire_signed(&frame, receipt.at - receipt.number);
    buf_add(&frame, receipt.signature, CRYPTO_SIGNATURE);
    wire_frame(out, WIRE_RECEIPT, &frame);
  }
  vector_free(&vector);
  buf_free(&frame);
  return status;
}

static int vector_take(struct wire_reader *reader, struct wire_dictionary *dictionary, struct vector *vector)
{
  uint64_t count = wire_take_number(reader);
  for (uint64_t i = 0; i < count && !reader->bad; i++) {
    struct log_head head = { 0 };
    if (wire_take_log(dictionary, reader, &head.name, NULL) != 0) return -1;
    uint64_t seq = wire_take_number(reader);
    const unsigned char *hash = wire_take(reader, RECEIPT_SHORT);
    if (!hash || seq > INT64_MAX) return -1;
    head.seq = (int64_t)seq;
    memcpy(head.hash, hash, RECEIPT_SHORT);
    vector_put(vector, &head);
  }
  return reader->bad ? -1 : 0;
}

int bundle_receipt_take(const unsigned char public_key[CRYPTO_PUBLIC], struct wire_dictionary *dictionary, const void *bytes, size_t length,
                        struct receipt *receipt, struct vector *vector, struct err *err)
{
  struct wire_reader reader = { bytes, (const unsigned char *)bytes + length, false };
  *receipt = (struct receipt){ .node = node_of_key(public_key), .audience = wire_take_reach(&reader) };
  *vector = (struct vector){ 0 };
  int status = vector_take(&reader, dictionary, vector);
  receipt->number = (int64_t)wire_take_number(&reader);
  int64_t later = wire_take_signed(&reader);
  const unsigned char *signature = wire_take(&reader, CRYPTO_SIGNATURE);
  if (status != 0 || !signature || receipt->number < 0 || __builtin_add_overflow(receipt->number, later, &receipt->at))
    status = err_set(err, _("the receipt in this bundle is malformed"));
  else {
    memcpy(receipt->signature, signature, CRYPTO_SIGNATURE);
    receipt_vector_hash(vector, receipt->vector_hash);
    if (!receipt_check(receipt, vector, public_key)) status = err_set(err, _("the receipt in this bundle is not signed by its sender"));
  }
  if (status != 0) vector_free(vector);
  return status;
}
