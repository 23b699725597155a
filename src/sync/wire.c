/* Numbers, frames, and the names that each end of a direction knows already. */
#include "sync/wire.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"

/* --- bytes ------------------------------------------------------------------------------------------------------------------------- */

void wire_number(struct buf *out, uint64_t number)
{
  while (number >= 0x80) {
    buf_addc(out, (char)(number | 0x80));
    number >>= 7;
  }
  buf_addc(out, (char)number);
}

void wire_signed(struct buf *out, int64_t number)
{
  wire_number(out, (uint64_t)number << 1 ^ (uint64_t)(number >> 63));
}

void wire_bytes(struct buf *out, const void *bytes, size_t length)
{
  wire_number(out, length);
  buf_add(out, bytes, length);
}

void wire_frame(struct buf *out, unsigned type, const struct buf *payload)
{
  buf_addc(out, (char)type);
  wire_bytes(out, buf_text(payload), payload->length);
}

const unsigned char *wire_take(struct wire_reader *reader, size_t length)
{
  if (reader->bad || (size_t)(reader->end - reader->at) < length) {
    reader->bad = true;
    return NULL;
  }
  const unsigned char *bytes = reader->at;
  reader->at += length;
  return bytes;
}

uint64_t wire_take_number(struct wire_reader *reader)
{
  uint64_t number = 0;
  for (int shift = 0; shift < 70; shift += 7) {
    const unsigned char *byte = wire_take(reader, 1);
    if (!byte) return 0;
    if (shift == 63 && *byte > 1) break; /* beyond 64 bits */
    number |= (uint64_t)(*byte & 0x7f) << shift;
    if (!(*byte & 0x80)) return number;
  }
  reader->bad = true;
  return 0;
}

int64_t wire_take_signed(struct wire_reader *reader)
{
  uint64_t number = wire_take_number(reader);
  return (int64_t)(number >> 1 ^ (0 - (number & 1)));
}

void wire_reach(struct buf *out, const struct reach *reach)
{
  wire_number(out, (uint64_t)reach->count);
  for (int i = 0; i < reach->count; i++) wire_number(out, (uint64_t)reach->areas[i]);
}

struct reach wire_take_reach(struct wire_reader *reader)
{
  struct reach reach = { .count = 0 };
  uint64_t count = wire_take_number(reader);
  for (uint64_t i = 0; i < count && !reader->bad; i++) {
    uint64_t area = wire_take_number(reader);
    reader->bad |= area > INT64_MAX || reach.count >= REACH_MOST;
    if (!reader->bad) reach.areas[reach.count++] = (int64_t)area;
  }
  return reach;
}

const unsigned char *wire_take_bytes(struct wire_reader *reader, size_t most, size_t *length)
{
  uint64_t wanted = wire_take_number(reader);
  *length = 0;
  if (reader->bad || wanted > most) {
    reader->bad = true;
    return NULL;
  }
  const unsigned char *bytes = wire_take(reader, wanted);
  if (bytes) *length = wanted;
  return bytes;
}

/* --- the dictionary: what was named once is a number from then on -------------------------------------------------------------------- */

enum { NODES_MOST = 65536, LOGS_MOST = 65536, TEXTS_MOST = 4096, TEXT_MOST = 256 };

struct wire_dictionary {
  struct store *store;
  const struct trust *trust;
  unsigned char (*keys)[CRYPTO_PUBLIC];
  uint64_t *nodes; /* number of each key */
  int node_count;
  struct log_name *logs;
  int *log_nodes;
  int log_count;
  char **texts;
  int text_count;
};

struct wire_dictionary *wire_dictionary_open(struct store *store, const struct trust *trust)
{
  struct wire_dictionary *dictionary = mem_zero(1, sizeof(*dictionary));
  dictionary->store = store;
  dictionary->trust = trust;
  return dictionary;
}

void wire_dictionary_close(struct wire_dictionary *dictionary)
{
  if (!dictionary) return;
  for (int i = 0; i < dictionary->text_count; i++) free(dictionary->texts[i]);
  free(dictionary->texts);
  free(dictionary->keys);
  free(dictionary->nodes);
  free(dictionary->logs);
  free(dictionary->log_nodes);
  free(dictionary);
}

static int node_find(const struct wire_dictionary *dictionary, uint64_t node)
{
  for (int i = 0; i < dictionary->node_count; i++)
    if (dictionary->nodes[i] == node) return i;
  return -1;
}

static int node_add(struct wire_dictionary *dictionary, const unsigned char key[CRYPTO_PUBLIC])
{
  size_t count = (size_t)dictionary->node_count + 1;
  dictionary->keys = mem_grow(dictionary->keys, count, sizeof(*dictionary->keys));
  dictionary->nodes = mem_grow(dictionary->nodes, count, sizeof(*dictionary->nodes));
  memcpy(dictionary->keys[count - 1], key, CRYPTO_PUBLIC);
  dictionary->nodes[count - 1] = node_of_key(key);
  return dictionary->node_count++;
}

static void log_add(struct wire_dictionary *dictionary, const struct log_name *log, int node)
{
  size_t count = (size_t)dictionary->log_count + 1;
  dictionary->logs = mem_grow(dictionary->logs, count, sizeof(*dictionary->logs));
  dictionary->log_nodes = mem_grow(dictionary->log_nodes, count, sizeof(*dictionary->log_nodes));
  dictionary->logs[count - 1] = *log;
  dictionary->log_nodes[count - 1] = node;
  dictionary->log_count++;
}

static int key_find(const struct wire_dictionary *dictionary, uint64_t number, unsigned char key[CRYPTO_PUBLIC], struct err *err)
{
  const struct node *node = trust_find(dictionary->trust, number);
  const unsigned char *known = node ? node->public_key : trust_key_before(dictionary->trust, number);
  if (known) memcpy(key, known, CRYPTO_PUBLIC);
  if (known) return 0;
  int found = peer_key(dictionary->store, number, key, err);
  return found == 1 ? 0 : found < 0 ? -1 : err_set(err, _("the key of the machine that wrote it is not known here"));
}

bool wire_can_name(const struct wire_dictionary *dictionary, const struct log_name *log)
{
  unsigned char key[CRYPTO_PUBLIC];
  return key_find(dictionary, log->node, key, NULL) == 0;
}

int wire_log(struct wire_dictionary *dictionary, struct buf *out, const struct log_name *log, struct err *err)
{
  unsigned char key[CRYPTO_PUBLIC];
  for (int i = dictionary->log_count - 1; i >= 0; i--)
    if (log_name_compare(&dictionary->logs[i], log) == 0) {
      wire_number(out, (uint64_t)i + 1);
      return 0;
    }
  int node = node_find(dictionary, log->node);
  if (node < 0 && key_find(dictionary, log->node, key, err) != 0) return -1;
  wire_number(out, 0);
  wire_number(out, (uint64_t)(node + 1));
  if (node < 0) {
    buf_add(out, key, CRYPTO_PUBLIC);
    node = node_add(dictionary, key);
  }
  wire_number(out, (uint64_t)log->area);
  wire_number(out, log->lane);
  log_add(dictionary, log, node);
  return 0;
}

static int node_take(struct wire_dictionary *dictionary, struct wire_reader *reader)
{
  uint64_t index = wire_take_number(reader);
  if (index > 0) return index <= (uint64_t)dictionary->node_count ? (int)index - 1 : -1;
  const unsigned char *key = dictionary->node_count < NODES_MOST ? wire_take(reader, CRYPTO_PUBLIC) : NULL;
  return key ? node_add(dictionary, key) : -1;
}

int wire_take_log(struct wire_dictionary *dictionary, struct wire_reader *reader, struct log_name *log, const unsigned char **public_key)
{
  uint64_t index = wire_take_number(reader);
  if (reader->bad || index > (uint64_t)dictionary->log_count) return -1;
  if (index == 0) {
    int node = node_take(dictionary, reader);
    uint64_t area = wire_take_number(reader), lane = wire_take_number(reader);
    if (reader->bad || node < 0 || area >= UINT64_C(1000000000000) || lane >= LANES || dictionary->log_count >= LOGS_MOST) return -1;
    log_add(dictionary, &(struct log_name){ dictionary->nodes[node], (int64_t)area, (enum lane)lane }, node);
    index = (uint64_t)dictionary->log_count;
  }
  *log = dictionary->logs[index - 1];
  if (public_key) *public_key = dictionary->keys[dictionary->log_nodes[index - 1]];
  return 0;
}

/* Short texts that come again and again: who acted, what the action is called. */
static void text_add(struct wire_dictionary *dictionary, const char *text)
{
  if (dictionary->text_count >= TEXTS_MOST) return;
  dictionary->texts = mem_grow(dictionary->texts, (size_t)dictionary->text_count + 1, sizeof(char *));
  dictionary->texts[dictionary->text_count++] = mem_dup(text);
}

void wire_text(struct wire_dictionary *dictionary, struct buf *out, const char *text)
{
  for (int i = 0; i < dictionary->text_count; i++)
    if (strcmp(dictionary->texts[i], text) == 0) {
      wire_number(out, (uint64_t)i + 1);
      return;
    }
  wire_number(out, 0);
  wire_bytes(out, text, strlen(text));
  text_add(dictionary, text);
}

char *wire_take_text(struct wire_dictionary *dictionary, struct wire_reader *reader)
{
  uint64_t index = wire_take_number(reader);
  if (reader->bad || index > (uint64_t)dictionary->text_count) return NULL;
  if (index > 0) return mem_dup(dictionary->texts[index - 1]);
  size_t length;
  const unsigned char *bytes = wire_take_bytes(reader, TEXT_MOST, &length);
  if (!bytes || memchr(bytes, 0, length)) return NULL;
  char *text = mem_dup_n((const char *)bytes, length);
  text_add(dictionary, text);
  return text;
}
