/* What this node knows of others' machines: key, area, last contact, clock. */
#include <string.h>

#include "base/err.h"
#include "store/exchange_inside.h"
#include "store/inside.h"

int peer_keep(struct store *store, const struct peer *peer, struct err *err)
{
  struct query *query = sql_query(
    store->sql, "INSERT OR REPLACE INTO peer(node, key, state, area, letter, superior, contact, skew) VALUES(?, ?, ?, ?, ?, ?, ?, ?)");
  query_bind_number(query, 1, (int64_t)peer->node);
  query_bind_bytes(query, 2, peer->public_key, CRYPTO_PUBLIC);
  query_bind_number(query, 3, peer->state);
  query_bind_number(query, 4, peer->area);
  query_bind_number(query, 5, peer->letter);
  query_bind_number(query, 6, peer->superior);
  query_bind_number(query, 7, peer->contact);
  query_bind_number(query, 8, peer->skew);
  return query_do(query, err);
}

int peer_heard(struct store *store, uint64_t node, int64_t at, struct err *err)
{
  struct query *query = sql_query(store->sql, "UPDATE peer SET contact = ?2 WHERE node = ?1 AND abs(contact - ?2) > 30000");
  query_bind_number(query, 1, (int64_t)node);
  query_bind_number(query, 2, at);
  return query_do(query, err);
}

#define PEER_SELECT                                                                                                                        \
  "SELECT peer.node, key, state, area, letter, superior, contact, skew, ifnull(number, 0), ifnull(came, 0) FROM peer LEFT JOIN "           \
  "receipt_head ON receipt_head.node = peer.node"

static void peer_row(struct query *query, struct peer *peer)
{
  *peer = (struct peer){
    .node = (uint64_t)query_number(query, 0),
    .state = query_number(query, 2) ? PEER_WAITING : PEER_KNOWN,
    .area = query_number(query, 3),
    .letter = (char)query_number(query, 4),
    .superior = query_number(query, 5) != 0,
    .contact = query_number(query, 6),
    .skew = query_number(query, 7),
    .receipt_number = query_number(query, 8),
    .receipt_came = query_number(query, 9),
  };
  bytes_take(query, 1, peer->public_key, CRYPTO_PUBLIC);
}

int64_t peer_contact(const struct peer *peer)
{
  return peer->contact > peer->receipt_came ? peer->contact : peer->receipt_came;
}

int peer_read(struct store *store, uint64_t node, struct peer *peer, struct err *err)
{
  struct query *query = sql_query(store->sql, PEER_SELECT " WHERE peer.node = ?");
  query_bind_number(query, 1, (int64_t)node);
  int found = query_next(query, err);
  if (found == 1) peer_row(query, peer);
  query_close(query);
  return found;
}

int peer_each(struct store *store, int (*row)(void *context, const struct peer *peer), void *context, struct err *err)
{
  struct query *query = sql_query(store->sql, PEER_SELECT " ORDER BY peer.area, peer.node");
  int found, result = 0;
  while (result == 0 && (found = query_next(query, err)) == 1) {
    struct peer peer;
    peer_row(query, &peer);
    result = row(context, &peer);
  }
  query_close(query);
  return found < 0 ? -1 : result;
}

int peer_key(struct store *store, uint64_t node, unsigned char public_key[CRYPTO_PUBLIC], struct err *err)
{
  struct peer peer;
  int found = peer_read(store, node, &peer, err);
  if (found == 1) memcpy(public_key, peer.public_key, CRYPTO_PUBLIC);
  return found;
}
