/* Pushing: what the hub lacks of our own logs and of those below us, up to heads that their origins signed. */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "sync/hub.h"
#include "sync/hub_postgres.h"

enum { CHUNK = 2000, CHUNK_BYTES = 4 << 20 }; /* operations and bytes of one call, about */

enum argument { /* of hub.push, in its order */
                NODES,
                SCOPES,
                LANES_,
                FROMS,
                BEFORES,
                LASTS,
                HASHES,
                SIGNATURES,
                PARENTS,
                PARENT_SEQS,
                PARENT_HASHES,
                OP_LOGS,
                OP_SEQS,
                OP_ATS,
                OP_STAMPS,
                OP_ACTORS,
                OP_ACTIONS,
                OP_BODIES,
                OP_PRIVATES,
                PART_OPS,
                PART_PLACES,
                PART_DIGESTS,
                PART_SALTS,
                PART_SETS,
                ARGUMENTS
};

static const enum postgres_type types[ARGUMENTS] = {
  [NODES] = POSTGRES_LONG,      [SCOPES] = POSTGRES_LONG,        [LANES_] = POSTGRES_SHORT,        [FROMS] = POSTGRES_LONG,
  [BEFORES] = POSTGRES_BYTES,   [LASTS] = POSTGRES_LONG,         [HASHES] = POSTGRES_BYTES,        [SIGNATURES] = POSTGRES_BYTES,
  [PARENTS] = POSTGRES_LONG,    [PARENT_SEQS] = POSTGRES_LONG,   [PARENT_HASHES] = POSTGRES_BYTES, [OP_LOGS] = POSTGRES_INT,
  [OP_SEQS] = POSTGRES_LONG,    [OP_ATS] = POSTGRES_LONG,        [OP_STAMPS] = POSTGRES_LONG,      [OP_ACTORS] = POSTGRES_TEXT,
  [OP_ACTIONS] = POSTGRES_TEXT, [OP_BODIES] = POSTGRES_BYTES,    [OP_PRIVATES] = POSTGRES_YES,     [PART_OPS] = POSTGRES_INT,
  [PART_PLACES] = POSTGRES_INT, [PART_DIGESTS] = POSTGRES_BYTES, [PART_SALTS] = POSTGRES_BYTES,    [PART_SETS] = POSTGRES_TEXT,
};

static const char push_sql[] =
  "SELECT hub.push($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)";

struct offer { /* a log, and how far the hub has it */
  struct signed_head head;
  struct log_parent parent; /* seq 0: none */
  int64_t held, held_signed;
  unsigned char hash[CRYPTO_HASH]; /* at held */
  unsigned char signed_hash[CRYPTO_HASH], signature[CRYPTO_SIGNATURE];
  bool left_out;
};

struct push {
  struct hub *hub;
  struct offer *offers;
  int count;
  uint64_t *nodes; /* origins of these, each once */
  int node_count;
  struct postgres_value arguments[ARGUMENTS];
  struct postgres_value bells[2]; /* scopes and lanes of what was pushed */
  size_t bytes;
  int64_t last; /* of the run that is being read */
};

/* --- which logs ----------------------------------------------------------------------------------------------------------------------- */

static int compare(const void *one, const void *other)
{
  return log_name_compare(&((const struct offer *)one)->head.log, &((const struct offer *)other)->head.log);
}

/* The hub takes from a role what nodes of its area and below have written. */
static const struct node *origin(const struct hub *hub, const struct log_name *log)
{
  const struct node *node = trust_find(hub->trust, log->node);
  if (!node) return NULL;
  struct log_name home = { log->node, node->reach.areas[0], LANE_HERE };
  return reach_writes(&hub->role, &home) && reach_writes(&node->reach, log) ? node : NULL;
}

static void node_add(struct push *push, uint64_t node)
{
  for (int index = 0; index < push->node_count; index++)
    if (push->nodes[index] == node) return;
  push->nodes = mem_grow(push->nodes, (size_t)push->node_count + 1, sizeof(*push->nodes));
  push->nodes[push->node_count++] = node;
}

static int offer_add(void *context, const struct signed_head *head)
{
  struct push *push = context;
  if (!origin(push->hub, &head->log)) return 0;
  push->offers = mem_grow(push->offers, (size_t)push->count + 1, sizeof(*push->offers));
  push->offers[push->count++] = (struct offer){ .head = *head };
  node_add(push, head->log.node);
  return 0;
}

static struct offer *offer_of(struct push *push, const struct log_name *log)
{
  struct offer wanted = { .head = { .log = *log } };
  return !push->count ? NULL : bsearch(&wanted, push->offers, (size_t)push->count, sizeof(wanted), compare);
}

static int parents_read(struct push *push, struct err *err)
{
  for (int index = 0; index < push->count; index++) {
    struct offer *offer = &push->offers[index];
    if (log_parent_read(push->hub->desk->store, &offer->head.log, &offer->parent, err) < 0) return -1;
    offer->held = offer->parent.seq;
    memcpy(offer->hash, offer->parent.hash, CRYPTO_HASH);
  }
  return 0;
}

/* Do we hold that operation with that hash? What a child inherited counts. */
static bool is_ours(struct push *push, const struct log_name *log, int64_t seq, const unsigned char hash[CRYPTO_HASH])
{
  unsigned char own[CRYPTO_HASH];
  return log_hash_at(push->hub->desk->store, log, seq, own, NULL) == 1 && memcmp(own, hash, CRYPTO_HASH) == 0;
}

/* Another line under our own name, with our signature: another database has our key. */
static bool is_fork(struct push *push, const struct offer *offer)
{
  struct signed_head theirs = { .log = offer->head.log, .seq = offer->held_signed };
  memcpy(theirs.hash, offer->signed_hash, CRYPTO_HASH);
  memcpy(theirs.signature, offer->signature, CRYPTO_SIGNATURE);
  return offer->head.log.node == push->hub->identity.node && offer->held_signed > 0 &&
         !is_ours(push, &offer->head.log, offer->held_signed, offer->signed_hash) && head_check(&theirs, push->hub->identity.public_key);
}

static void offer_fill(struct offer *offer, const struct postgres_rows *rows, int row)
{
  offer->held = rows_number(rows, row, 3);
  rows_bytes_exactly(rows, row, 4, offer->hash, CRYPTO_HASH);
  offer->held_signed = rows_number(rows, row, 5);
  rows_bytes_exactly(rows, row, 6, offer->signed_hash, CRYPTO_HASH);
  rows_bytes_exactly(rows, row, 7, offer->signature, CRYPTO_SIGNATURE);
}

/* Also of logs under our name that are not here at all: those are not offered, only judged. */
static int held_read(struct push *push, bool *forked, struct err *err)
{
  struct postgres_value nodes = { .type = POSTGRES_LONG };
  struct postgres_rows rows;
  for (int index = 0; index < push->node_count; index++) value_add_number(&nodes, (int64_t)push->nodes[index]);
  int result = postgres_ask(push->hub->postgres, "SELECT * FROM hub.held($1)", &nodes, 1, &rows, err);
  values_drop(&nodes, 1);
  for (int row = 0; result == 0 && row < rows.count; row++) {
    struct log_name log;
    if (!hub_log(push->hub, &rows, row, &log)) continue;
    struct offer strange = { .head.log = log }, *offer = offer_of(push, &log);
    offer_fill(offer ? offer : &strange, &rows, row);
    if (!offer) *forked |= is_fork(push, &strange);
  }
  if (result == 0) rows_drop(&rows);
  return result;
}

static void offer_judge(struct push *push, struct offer *offer, bool *forked)
{
  if (offer->left_out) return;
  if (is_fork(push, offer)) {
    *forked = offer->left_out = true;
    return;
  }
  if (offer->held == offer->parent.seq || is_ours(push, &offer->head.log, offer->held, offer->hash))
    return; /* maybe more than we offer: another session of ours pushes as well */
  offer->left_out = true;
  bool own = offer->head.log.node == push->hub->identity.node;
  if (own)
    hub_note(push->hub, &offer->head.log,
             _("the hub holds operations under our name that we never signed; the hub's owner must drop that log (hub.drop_log)"));
  else if (offer->held <= offer->head.seq)
    hub_note(push->hub, &offer->head.log, _("the hub holds another line of it than we do"));
}

/* --- whose it is ---------------------------------------------------------------------------------------------------------------------- */

static int claim(struct push *push, const struct node *node, struct err *err)
{
  struct postgres_value values[5] = { { .type = POSTGRES_LONG, .is_single = true },
                                      { .type = POSTGRES_BYTES, .is_single = true },
                                      { .type = POSTGRES_LONG },
                                      { .type = POSTGRES_TEXT, .is_single = true },
                                      { .type = POSTGRES_TEXT, .is_single = true } };
  char *succession = node->number == push->hub->identity.node ? store_get_local(push->hub->desk->store, "succession") : NULL;
  char letter[2] = { node->letter, 0 };
  value_add_number(&values[0], (int64_t)node->number);
  value_add_bytes(&values[1], node->public_key, CRYPTO_PUBLIC);
  for (int index = 0; index < node->reach.count; index++) value_add_number(&values[2], node->reach.areas[index]);
  value_add_text(&values[3], letter);
  value_add_text(&values[4], succession);
  int result = postgres_ask(push->hub->postgres, "SELECT hub.claim($1, $2, $3, $4, $5)", values, 5, NULL, err);
  values_drop(values, 5);
  free(succession);
  return result;
}

static bool is_offered(const struct push *push, uint64_t node)
{
  for (int index = 0; index < push->count; index++)
    if (push->offers[index].head.log.node == node) return true;
  return node == push->hub->identity.node;
}

static bool text_is(const struct postgres_rows *rows, int row, int column, const char *wanted)
{
  size_t length;
  const char *text = rows_bytes(rows, row, column, &length);
  return text && length == strlen(wanted) && memcmp(text, wanted, length) == 0;
}

/* What only we can say of ourselves: our letter, and how we came to our key. */
static bool knows_us(const struct push *push, const struct node *own, const struct postgres_rows *rows, int row)
{
  char *succession = store_get_local(push->hub->desk->store, "succession"), letter[2] = { own->letter, 0 };
  bool knows = text_is(rows, row, 3, letter) && (!succession || text_is(rows, row, 4, succession));
  free(succession);
  return knows;
}

/* Does the hub know the node by its key, with all areas that its logs here need? Columns: node, public_key, areas, letter, succession. */
static bool is_claimed(const struct push *push, const struct node *node, const struct postgres_rows *rows, int row)
{
  struct reach known = hub_reach(rows, row, 2);
  unsigned char key[CRYPTO_PUBLIC];
  if (!rows_bytes_exactly(rows, row, 1, key, CRYPTO_PUBLIC) || memcmp(key, node->public_key, CRYPTO_PUBLIC) != 0) return false;
  if (node->number == push->hub->identity.node && !knows_us(push, node, rows, row)) return false;
  for (int index = 0; index < push->count; index++)
    if (push->offers[index].head.log.node == node->number && !reach_writes(&known, &push->offers[index].head.log)) return false;
  struct log_name home = { node->number, node->reach.areas[0], LANE_HERE };
  return reach_writes(&known, &home);
}

/* Taken by somebody else, where we may not mend it: what is not the node's stays untouched, and the rest of the exchange goes on. */
static int taken_note(struct push *push, uint64_t node, struct err *why)
{
  hub_refused(push->hub, why);
  sync_report_trouble(push->hub->report, why->text);
  for (int index = 0; index < push->count; index++) push->offers[index].left_out |= push->offers[index].head.log.node == node;
  push->hub->is_taken |= node == push->hub->identity.node;
  return 0;
}

static int claim_make(struct push *push, const struct postgres_rows *rows, uint64_t number, struct err *err)
{
  const struct node *node = trust_find(push->hub->trust, number);
  struct err why = ERR_INIT;
  int row = 0;
  while (row < rows->count && (uint64_t)rows_number(rows, row, 0) != number) row++;
  if (row < rows->count ? is_claimed(push, node, rows, row) : !is_offered(push, number)) return 0;
  if (claim(push, node, &why) == 0) return 0;
  if (hub_is_taken(push->hub)) return taken_note(push, number, &why);
  *err = why;
  return -1;
}

/* Also nodes below us that have nothing here to push: whose name there was taken by somebody else gets it back from us. */
static void below_add(void *context, const struct node *node)
{
  struct push *push = context;
  struct log_name home = { node->number, node->reach.areas[0], LANE_HERE };
  if (node->state == NODE_TRUSTED && reach_writes(&push->hub->role, &home)) node_add(push, node->number);
}

static int claims_make(struct push *push, struct err *err)
{
  struct postgres_value nodes = { .type = POSTGRES_LONG };
  struct postgres_rows rows;
  trust_each(push->hub->trust, below_add, push);
  for (int index = 0; index < push->node_count; index++) value_add_number(&nodes, (int64_t)push->nodes[index]);
  int result = postgres_ask(push->hub->postgres, "SELECT node, public_key, areas, letter, succession FROM hub.node WHERE node = ANY ($1)",
                            &nodes, 1, &rows, err);
  values_drop(&nodes, 1);
  if (result != 0) return -1;
  push->hub->is_taken = false;
  for (int index = 0; result == 0 && index < push->node_count; index++) result = claim_make(push, &rows, push->nodes[index], err);
  rows_drop(&rows);
  return result;
}

/* --- one call ------------------------------------------------------------------------------------------------------------------------- */

/* As doc/JOURNAL.md "Private part" has it. */
static int part_add(struct push *push, int operation, const json *part, struct err *err)
{
  struct postgres_value *values = push->arguments;
  const char *salt = json_text(json_get(part, "salt")), *set = json_text(json_get(part, "set")),
             *digest = json_text(json_get(part, "digest"));
  unsigned char salt_bytes[CRYPTO_SALT], digest_bytes[CRYPTO_HASH];
  bool erased = !set;
  if (erased ? !digest || !crypto_unhex(digest, digest_bytes, CRYPTO_HASH) : !salt || !crypto_unhex(salt, salt_bytes, CRYPTO_SALT))
    return err_set(err, _("a private part is malformed"));
  if (!erased) private_entry_digest(salt_bytes, set, digest_bytes);
  value_add_number(&values[PART_OPS], operation);
  value_add_number(&values[PART_PLACES], json_number(json_get(part, "place"), -1));
  value_add_bytes(&values[PART_DIGESTS], digest_bytes, CRYPTO_HASH);
  value_add_bytes(&values[PART_SALTS], erased ? NULL : salt_bytes, CRYPTO_SALT);
  value_add_text(&values[PART_SETS], set);
  return 0;
}

static int parts_add(struct push *push, const char *text, struct err *err)
{
  json *list = json_read(text, strlen(text), err);
  int result = list ? 0 : -1;
  for (size_t index = 0; result == 0 && index < json_count(list); index++)
    result = part_add(push, push->arguments[OP_SEQS].count, json_at(list, index), err);
  json_drop(list);
  return result;
}

struct reading {
  struct push *push;
  struct err *err;
  bool failed;
};

static bool operation_add(void *context, const struct operation *operation)
{
  struct reading *reading = context;
  struct push *push = reading->push;
  struct postgres_value *values = push->arguments;
  value_add_number(&values[OP_LOGS], values[NODES].count + 1); /* its log is added behind it */
  value_add_number(&values[OP_SEQS], operation->seq);
  value_add_number(&values[OP_ATS], operation->at);
  value_add_number(&values[OP_STAMPS], operation->stamp);
  value_add_text(&values[OP_ACTORS], operation->actor);
  value_add_text(&values[OP_ACTIONS], operation->action);
  value_add_bytes(&values[OP_BODIES], operation->body, operation->body_length);
  value_add_number(&values[OP_PRIVATES], operation->private_part != NULL);
  if (operation->private_part && parts_add(push, operation->private_part, reading->err) != 0) reading->failed = true;
  push->last = operation->seq;
  push->bytes += operation->body_length + 160 + (operation->private_part ? strlen(operation->private_part) : 0);
  return !reading->failed && push->bytes < CHUNK_BYTES;
}

static void log_add(struct push *push, const struct offer *offer, int64_t last, const unsigned char hash[CRYPTO_HASH])
{
  struct postgres_value *values = push->arguments;
  bool child = offer->parent.seq > 0;
  value_add_number(&values[NODES], (int64_t)offer->head.log.node);
  value_add_number(&values[SCOPES], offer->head.log.area);
  value_add_number(&values[LANES_], offer->head.log.lane);
  value_add_number(&values[FROMS], offer->held);
  value_add_bytes(&values[BEFORES], offer->hash, CRYPTO_HASH);
  value_add_number(&values[LASTS], last);
  value_add_bytes(&values[HASHES], hash, CRYPTO_HASH);
  value_add_bytes(&values[SIGNATURES], last == offer->head.seq ? offer->head.signature : NULL, CRYPTO_SIGNATURE);
  if (child)
    value_add_number(&values[PARENTS], (int64_t)offer->parent.log.node);
  else
    value_add_bytes(&values[PARENTS], NULL, 0);
  value_add_number(&values[PARENT_SEQS], offer->parent.seq);
  value_add_bytes(&values[PARENT_HASHES], child ? offer->parent.hash : NULL, CRYPTO_HASH);
}

/* Adds what fits of one log to the call. */
static int run_add(struct push *push, struct offer *offer, struct err *err)
{
  struct store *store = push->hub->desk->store;
  struct reading reading = { push, err, false };
  unsigned char hash[CRYPTO_HASH];
  push->last = offer->held;
  int room = CHUNK - push->arguments[OP_SEQS].count;
  if (log_run_read(store, &offer->head.log, offer->held, offer->head.seq, room, operation_add, &reading, err) < 0 || reading.failed)
    return -1;
  if (log_hash_at(store, &offer->head.log, push->last, hash, err) != 1)
    return err_set(err, _("a log here does not reach its signed head: run 'dutydesk verify'"));
  log_add(push, offer, push->last, hash);
  value_add_number(&push->bells[0], offer->head.log.area);
  value_add_number(&push->bells[1], offer->head.log.lane);
  offer->held = push->last;
  memcpy(offer->hash, hash, CRYPTO_HASH);
  if (offer->held == offer->head.seq) offer->held_signed = offer->held;
  return 0;
}

static int send(struct push *push, struct err *err)
{
  struct postgres_rows rows;
  if (push->arguments[NODES].count == 0) return 0;
  int result = postgres_ask(push->hub->postgres, push_sql, push->arguments, ARGUMENTS, &rows, err);
  if (result == 0) {
    push->hub->report->sent += rows.count ? rows_number(&rows, 0, 0) : 0;
    push->hub->report->bytes_out += (int64_t)push->bytes;
    rows_drop(&rows);
  }
  for (int index = 0; index < ARGUMENTS; index++) value_empty(&push->arguments[index]);
  push->bytes = 0;
  return result;
}

static bool is_due(const struct offer *offer)
{
  return !offer->left_out && (offer->held < offer->head.seq || (offer->held == offer->head.seq && offer->held_signed < offer->head.seq));
}

static int send_all(struct push *push, struct err *err)
{
  for (int index = 0; index < push->count;)
    if (!is_due(&push->offers[index]))
      index++;
    else if (run_add(push, &push->offers[index], err) != 0)
      return -1;
    else if ((push->arguments[OP_SEQS].count >= CHUNK || push->bytes >= CHUNK_BYTES) && send(push, err) != 0)
      return -1;
  return send(push, err);
}

/* --- all of it ------------------------------------------------------------------------------------------------------------------------ */

/* What of our own lies at the hub, for "at the hub". */
static int held_note(struct push *push, struct err *err)
{
  json *held = json_make_object();
  struct buf text = BUF_INIT;
  for (int index = 0; index < push->count; index++) {
    struct buf name = BUF_INIT;
    if (push->offers[index].head.log.node != push->hub->identity.node || push->offers[index].left_out) continue;
    log_name_text(&push->offers[index].head.log, &name);
    json_put(held, buf_text(&name), json_make_number(push->offers[index].held));
    buf_free(&name);
  }
  json_write(held, 0, &text);
  int result = store_set_local(push->hub->desk->store, "hub.held", buf_text(&text), err);
  buf_free(&text);
  json_drop(held);
  return result;
}

static int push_all(struct push *push, bool *forked, struct err *err)
{
  struct store *store = push->hub->desk->store;
  if (head_sign_own(store, &push->hub->identity, err) != 0 || head_each(store, offer_add, push, err) != 0) return -1;
  node_add(push, push->hub->identity.node);
  if (push->count) qsort(push->offers, (size_t)push->count, sizeof(*push->offers), compare);
  if (parents_read(push, err) != 0 || claims_make(push, err) != 0 || held_read(push, forked, err) != 0) return -1;
  for (int index = 0; index < push->count; index++) offer_judge(push, &push->offers[index], forked);
  return send_all(push, err) == 0 && hub_ring(push->hub, push->bells, err) == 0 ? held_note(push, err) : -1;
}

int hub_push(struct hub *hub, bool *forked, struct err *err)
{
  struct push push = { .hub = hub };
  *forked = false;
  for (int index = 0; index < ARGUMENTS; index++) push.arguments[index].type = types[index];
  push.bells[0].type = POSTGRES_LONG;
  push.bells[1].type = POSTGRES_SHORT;
  int result = push_all(&push, forked, err);
  values_drop(push.arguments, ARGUMENTS);
  values_drop(push.bells, 2);
  free(push.offers);
  free(push.nodes);
  return result == 0 ? 0 : hub_refused(hub, err);
}
