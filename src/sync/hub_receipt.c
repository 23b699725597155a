/* Receipts through the hub, and who was there lately. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "sync/hub.h"
#include "sync/hub_postgres.h"
#include "sync/succession.h"

static void areas_add(struct postgres_value *value, const struct reach *reach)
{
  for (int index = 0; index < reach->count; index++) value_add_number(value, reach->areas[index]);
}

/* --- as they lie there ------------------------------------------------------------------------------------------------------------------ */

/* Columns as hub.receipts gives them; the vector from column 7 on. */
static void vector_take(const struct postgres_rows *rows, int row, struct vector *vector)
{
  enum { PARTS = 5 };
  struct postgres_array arrays[PARTS];
  *vector = (struct vector){ 0 };
  for (int part = 0; part < PARTS; part++) arrays[part] = rows_array(rows, row, 7 + part);
  for (;;) {
    struct log_head head = { 0 };
    const char *parts[PARTS];
    size_t length[PARTS];
    for (int part = 0; part < PARTS; part++)
      if (!(parts[part] = array_next(&arrays[part], &length[part]))) return;
    head.name = (struct log_name){ (uint64_t)postgres_number(parts[0], length[0]), postgres_number(parts[1], length[1]),
                                   (enum lane)postgres_number(parts[2], length[2]) };
    head.seq = postgres_number(parts[3], length[3]);
    memcpy(head.hash, parts[4], length[4] < CRYPTO_HASH ? length[4] : CRYPTO_HASH);
    if (head.name.lane < LANES) vector_put(vector, &head);
  }
}

static bool receipt_take(const struct postgres_rows *rows, int row, struct receipt *receipt, unsigned char key[CRYPTO_PUBLIC])
{
  *receipt =
    (struct receipt){ .node = (uint64_t)rows_number(rows, row, 0), .number = rows_number(rows, row, 3), .at = rows_number(rows, row, 4) };
  receipt->audience = hub_reach(rows, row, 2);
  return rows_bytes_exactly(rows, row, 1, key, CRYPTO_PUBLIC) && rows_bytes_exactly(rows, row, 5, receipt->vector_hash, CRYPTO_HASH) &&
         rows_bytes_exactly(rows, row, 6, receipt->signature, CRYPTO_SIGNATURE);
}

/* --- ours ----------------------------------------------------------------------------------------------------------------------------- */

/* Is it what the hub has of us already, as we signed it? Somebody with our password may have put something else in its place. */
static bool is_given(const struct hub *hub, const struct postgres_rows *rows, const struct reach *audience, const struct vector *vector)
{
  const unsigned char *own = hub->identity.public_key;
  for (int row = 0; row < rows->count; row++) {
    unsigned char key[CRYPTO_PUBLIC];
    struct receipt receipt;
    struct vector there;
    if (!receipt_take(rows, row, &receipt, key) || !reach_same(&receipt.audience, audience)) continue;
    vector_take(rows, row, &there);
    bool same = memcmp(key, own, CRYPTO_PUBLIC) == 0 && receipt_check(&receipt, &there, own) && receipt_check(&receipt, vector, own);
    vector_free(&there);
    return same;
  }
  return vector->count == 0;
}

static int give(struct hub *hub, const struct reach *audience, const struct vector *vector, struct err *err)
{
  enum { NODE, AUDIENCE, NUMBER, AT, VECTOR_HASH, SIGNATURE, LOGS, SCOPES, LANES_, SEQS, HASHES, VALUES };
  static const enum postgres_type types[VALUES] = { POSTGRES_LONG,  POSTGRES_LONG,  POSTGRES_LONG, POSTGRES_LONG,
                                                    POSTGRES_BYTES, POSTGRES_BYTES, POSTGRES_LONG, POSTGRES_LONG,
                                                    POSTGRES_SHORT, POSTGRES_LONG,  POSTGRES_BYTES };
  struct postgres_value values[VALUES] = { 0 };
  struct receipt receipt;
  if (receipt_make(hub->desk->store, &hub->identity, audience, vector, &receipt, err) != 0) return -1;
  for (int index = 0; index < VALUES; index++) {
    values[index].type = types[index];
    values[index].is_single = index < LOGS && index != AUDIENCE;
  }
  value_add_number(&values[NODE], (int64_t)receipt.node);
  areas_add(&values[AUDIENCE], audience);
  value_add_number(&values[NUMBER], receipt.number);
  value_add_number(&values[AT], receipt.at);
  value_add_bytes(&values[VECTOR_HASH], receipt.vector_hash, CRYPTO_HASH);
  value_add_bytes(&values[SIGNATURE], receipt.signature, CRYPTO_SIGNATURE);
  for (int index = 0; index < vector->count; index++) {
    const struct log_head *head = &vector->list[index];
    value_add_number(&values[LOGS], (int64_t)head->name.node);
    value_add_number(&values[SCOPES], head->name.area);
    value_add_number(&values[LANES_], head->name.lane);
    value_add_number(&values[SEQS], head->seq);
    value_add_bytes(&values[HASHES], head->hash, RECEIPT_SHORT);
  }
  int result =
    postgres_ask(hub->postgres, "SELECT hub.push_receipt($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)", values, VALUES, NULL, err);
  values_drop(values, VALUES);
  return result;
}

/* That a node holds what it wrote says nothing. */
static void without_own(struct vector *vector, uint64_t node)
{
  int kept = 0;
  for (int index = 0; index < vector->count; index++)
    if (vector->list[index].name.node != node) vector->list[kept++] = vector->list[index];
  vector->count = kept;
}

static int give_all(struct hub *hub, struct err *err)
{
  struct postgres_value node = { .type = POSTGRES_LONG, .is_single = true };
  struct postgres_rows audiences = { 0 }, given = { 0 };
  struct postgres_value bells[2] = { { .type = POSTGRES_LONG }, { .type = POSTGRES_SHORT } };
  if (hub->is_taken) return 0;
  value_add_number(&node, (int64_t)hub->identity.node);
  int result = postgres_ask(hub->postgres, "SELECT * FROM hub.audiences()", NULL, 0, &audiences, err);
  if (result == 0) result = postgres_ask(hub->postgres, "SELECT * FROM hub.given($1)", &node, 1, &given, err);
  for (int row = 0; result == 0 && row < audiences.count; row++) {
    struct reach audience = hub_reach(&audiences, row, 0);
    struct vector vector = { 0 };
    result = vector_read(hub->desk->store, &trust_own(hub->trust)->reach, &audience, &vector, err);
    without_own(&vector, hub->identity.node);
    if (result == 0 && !is_given(hub, &given, &audience, &vector)) {
      result = give(hub, &audience, &vector, err);
      value_add_number(&bells[0], audience.areas[0]);
      value_add_number(&bells[1], LANE_HERE);
    }
    vector_free(&vector);
  }
  values_drop(&node, 1);
  rows_drop(&audiences);
  rows_drop(&given);
  if (result == 0) result = hub_ring(hub, bells, err);
  values_drop(bells, 2);
  return result;
}

/* --- theirs --------------------------------------------------------------------------------------------------------------------------- */

static int take(struct hub *hub, const struct postgres_rows *rows, int row, struct err *err)
{
  unsigned char key[CRYPTO_PUBLIC];
  struct receipt receipt;
  struct vector vector;
  const struct node *node = trust_find(hub->trust, (uint64_t)rows_number(rows, row, 0));
  if (!node || node->state != NODE_TRUSTED || !receipt_take(rows, row, &receipt, key) ||
      !reach_same(&receipt.audience, &trust_own(hub->trust)->reach))
    return 0;
  vector_take(rows, row, &vector);
  int result = receipt_check(&receipt, &vector, key) ? receipt_keep(hub->desk->store, &receipt, &vector, err) : 0;
  vector_free(&vector);
  return result < 0 ? -1 : 0;
}

static int known_add(void *context, const struct peer *peer)
{
  struct postgres_value *values = context;
  value_add_number(&values[0], (int64_t)peer->node);
  value_add_number(&values[1], peer->receipt_number);
  return 0;
}

static int take_all(struct hub *hub, struct err *err)
{
  struct postgres_value values[2] = { { .type = POSTGRES_LONG }, { .type = POSTGRES_LONG } };
  struct postgres_rows rows = { 0 };
  int result = peer_each(hub->desk->store, known_add, values, err);
  if (result == 0) result = postgres_ask(hub->postgres, "SELECT * FROM hub.receipts($1, $2)", values, 2, &rows, err);
  for (int row = 0; result == 0 && row < rows.count; row++) result = take(hub, &rows, row, err);
  values_drop(values, 2);
  rows_drop(&rows);
  return result;
}

int hub_receipts(struct hub *hub, struct err *err)
{
  return give_all(hub, err) == 0 && take_all(hub, err) == 0 ? 0 : hub_refused(hub, err);
}

/* --- who was there -------------------------------------------------------------------------------------------------------------------- */

/* Columns: node, public_key, areas, letter, seen in ms of the hub's clock, skew against it. */
static int node_take(struct hub *hub, const struct postgres_rows *rows, int row, struct err *err)
{
  struct peer peer = { 0 };
  struct reach areas = hub_reach(rows, row, 2);
  uint64_t number = (uint64_t)rows_number(rows, row, 0);
  const struct node *node = trust_find(hub->trust, number);
  if (number == hub->identity.node || areas.count == 0 || (node && node->state == NODE_REVOKED)) return 0;
  if (peer_read(hub->desk->store, number, &peer, err) < 0) return -1;
  struct peer before = peer;
  size_t length;
  const char *letter = rows_bytes(rows, row, 3, &length);
  peer.node = number;
  if (!rows_bytes_exactly(rows, row, 1, peer.public_key, CRYPTO_PUBLIC) || node_of_key(peer.public_key) != number) return 0;
  peer.state = node && node->state == NODE_TRUSTED ? PEER_KNOWN : PEER_WAITING;
  peer.area = node ? node->reach.areas[0] : areas.areas[0];
  peer.letter = node ? node->letter : letter && length == 1 ? *letter : 0;
  peer.superior = node && trust_is_superior(hub->trust, node);
  int64_t seen = rows_number(rows, row, 4) - hub->clock;
  if (rows_number(rows, row, 4) && seen > peer.contact) {
    peer.contact = seen;
    peer.skew = rows_number(rows, row, 5) + hub->clock;
  }
  return memcmp(&before, &peer, sizeof(peer)) == 0 ? 0 : peer_keep(hub->desk->store, &peer, err);
}

/* New keys of machines that we knew under older ones. Column 6: succession. */
static int successions_take(struct hub *hub, const struct postgres_rows *rows, struct err *err)
{
  unsigned char key[CRYPTO_PUBLIC];
  size_t length, letter_length;
  for (int row = 0; row < rows->count; row++) {
    const char *text = rows_bytes(rows, row, 6, &length), *letter = rows_bytes(rows, row, 3, &letter_length);
    uint64_t number = (uint64_t)rows_number(rows, row, 0);
    const struct node *known = trust_find(hub->trust, number);
    bool is_news = !known || (known->state == NODE_TRUSTED && known != trust_own(hub->trust) && !trust_before(hub->trust, number));
    if (text && letter_length == 1 && is_news && rows_bytes_exactly(rows, row, 1, key, CRYPTO_PUBLIC) && node_of_key(key) == number &&
        succession_take(hub->desk, hub->trust, key, *letter, text, length, err) != 0)
      return -1;
  }
  return 0;
}

static int nodes_take(struct hub *hub, const struct postgres_rows *rows, struct err *err)
{
  if (journal_begin(hub->desk->store, err) != 0) return -1;
  for (int row = 0; row < rows->count; row++)
    if (node_take(hub, rows, row, err) != 0) {
      journal_drop(hub->desk->store);
      return -1;
    }
  return journal_end(hub->desk->store, err);
}

int hub_nodes(struct hub *hub, struct err *err)
{
  struct postgres_rows rows = { 0 };
  int result = postgres_ask(
    hub->postgres, "SELECT node, public_key, areas, letter, (extract(epoch FROM seen) * 1000)::bigint, skew, succession FROM hub.node",
    NULL, 0, &rows, err);
  if (result == 0) result = successions_take(hub, &rows, err);
  if (result == 0) result = nodes_take(hub, &rows, err);
  rows_drop(&rows);
  return result == 0 ? 0 : hub_refused(hub, err);
}
