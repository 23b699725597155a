/* Logs, and the names of records and operations: full ones outside, integers inside. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "store/inside.h"

static int logs_load(struct store *store)
{
  struct query *query =
    sql_query(store->sql, "SELECT id, node, area, lane, ifnull(parent, 0), ifnull(parent_seq, 0), until FROM log WHERE id > ? ORDER BY id");
  query_bind_number(query, 1, store->log_count);
  while (query_next(query, NULL) == 1) {
    store->logs = mem_grow(store->logs, (size_t)store->log_count + 1, sizeof(*store->logs));
    store->logs[store->log_count++] = (struct log_row){
      .id = query_number(query, 0),
      .name = { (uint64_t)query_number(query, 1), query_number(query, 2), (enum lane)query_number(query, 3) },
      .parent = query_number(query, 4),
      .parent_seq = query_number(query, 5),
      .until = query_is_null(query, 6) ? SEQ_MAX : query_number(query, 6),
    };
  }
  query_close(query);
  return store->log_count;
}

void log_forget(struct store *store)
{
  free(store->logs);
  store->logs = NULL;
  store->log_count = 0;
}

const struct log_row *log_by_id(struct store *store, int64_t id)
{
  if (id > store->log_count) logs_load(store);
  return id >= 1 && id <= store->log_count ? &store->logs[id - 1] : NULL;
}

static const struct log_row *log_cached(const struct store *store, const struct log_name *name)
{
  for (int index = 0; index < store->log_count; index++) {
    const struct log_name *own = &store->logs[index].name;
    if (own->node == name->node && own->area == name->area && own->lane == name->lane) return &store->logs[index];
  }
  return NULL;
}

const struct log_row *log_find(struct store *store, const struct log_name *name)
{
  const struct log_row *found = log_cached(store, name);
  if (found) return found;
  logs_load(store);
  return log_cached(store, name);
}

const struct log_row *log_make(struct store *store, const struct log_name *name, struct err *err)
{
  const struct log_row *found = log_find(store, name);
  if (found) return found;
  if (store->log_count >= LOGS_MAX) {
    err_set(err, _("this database holds %d logs already, no more fit"), LOGS_MAX);
    return NULL;
  }
  /* ids without a gap: the cache is an array */
  struct query *query =
    sql_query(store->sql, "INSERT INTO log(id, node, area, lane, seq, hash, parent, parent_seq) VALUES(?, ?, ?, ?, 0, ?, NULL, NULL)");
  unsigned char zero[CRYPTO_HASH] = { 0 };
  query_bind_number(query, 1, store->log_count + 1);
  query_bind_number(query, 2, (int64_t)name->node);
  query_bind_number(query, 3, name->area);
  query_bind_number(query, 4, name->lane);
  query_bind_bytes(query, 5, zero, sizeof(zero));
  return query_do(query, err) == 0 ? log_find(store, name) : NULL;
}

int log_adopt(struct store *store, int64_t log, int64_t parent, int64_t parent_seq, const unsigned char before[CRYPTO_HASH],
              struct err *err)
{
  struct query *query =
    sql_query(store->sql,
              "UPDATE log SET parent = ?1, parent_seq = ?2, seq = ?2, before = ?3, hash = ?3 WHERE id = ?4 AND seq = 0 AND parent IS NULL");
  query_bind_number(query, 1, parent);
  query_bind_number(query, 2, parent_seq);
  query_bind_bytes(query, 3, before, CRYPTO_HASH);
  query_bind_number(query, 4, log);
  log_forget(store);
  return query_do(query, err);
}

bool log_descends(struct store *store, int64_t log, int64_t ancestor)
{
  while (log && log != ancestor) log = log_by_id(store, log)->parent;
  return log != 0;
}

bool log_is_first(const struct log_row *log, int64_t seq)
{
  return seq == log->parent_seq + 1;
}

op_id log_operation(struct store *store, int64_t log, int64_t seq)
{
  const struct log_row *row = log_by_id(store, log);
  while (row->parent && seq <= row->parent_seq) row = log_by_id(store, row->parent);
  return op_of(row->id, seq);
}

int log_head(struct store *store, int64_t log, int64_t *seq, unsigned char hash[CRYPTO_HASH], struct err *err)
{
  struct query *query = sql_query(store->sql, "SELECT seq, hash FROM log WHERE id = ?");
  query_bind_number(query, 1, log);
  int found = query_next(query, err);
  if (found == 1) {
    size_t length;
    const void *bytes = query_bytes(query, 1, &length);
    *seq = query_number(query, 0);
    memset(hash, 0, CRYPTO_HASH);
    memcpy(hash, bytes, length < CRYPTO_HASH ? length : CRYPTO_HASH);
  }
  query_close(query);
  return found == 1 ? 0 : found == 0 ? err_set(err, _("log %" PRId64 " is not in the database: run 'dutydesk verify'"), log) : -1;
}

int log_advance(struct store *store, int64_t log, int64_t seq, const unsigned char hash[CRYPTO_HASH], struct err *err)
{
  struct query *query = sql_query(store->sql, "UPDATE log SET seq = ?, hash = ? WHERE id = ?");
  query_bind_number(query, 1, seq);
  query_bind_bytes(query, 2, hash, CRYPTO_HASH);
  query_bind_number(query, 3, log);
  return query_do(query, err);
}

void log_name_text(const struct log_name *name, struct buf *out)
{
  buf_addf(out, "%016" PRIx64 "/%012" PRId64 "/%s", name->node, name->area, lane_name(name->lane));
}

/* Reads "NODE/AREA/LANE" off the front of *at, which then stands behind it. */
static bool log_name_take(const char **at, struct log_name *name)
{
  enum { NODE = 16, AREA = 12 };
  const char *node = *at, *area = node + NODE + 1, *lane = area + AREA + 1;
  char word[16] = "";
  if (strspn(node, "0123456789abcdef") != NODE || node[NODE] != '/' || strspn(area, "0123456789") != AREA || area[AREA] != '/')
    return false;
  size_t length = strspn(lane, "abcdefghijklmnopqrstuvwxyz-");
  memcpy(word, lane, length < sizeof(word) ? length : 0);
  int number = lane_from_name(word);
  if (number < 0) return false;
  *name = (struct log_name){ strtoull(node, NULL, 16), strtoll(area, NULL, 10), (enum lane)number };
  *at = lane + length;
  return name->node != 0 && name->node <= INT64_MAX;
}

bool log_name_read(const char *text, struct log_name *name)
{
  return log_name_take(&text, name) && *text == 0;
}

/* --- keyed records --------------------------------------------------------------------------------------------------------------- */

void keyed_name(int64_t area, enum lane lane, const struct kind *kind, const struct values *key, unsigned char name[CRYPTO_NAME])
{
  struct crypto_hash hash;
  struct buf head = BUF_INIT;
  crypto_hash_start(&hash, "dutydesk name", CRYPTO_NAME);
  buf_addf(&head, "%012" PRId64 "/%s/%s", area, lane_name(lane), kind->name);
  for (int index = COMMON_FIELDS; index < kind_field_count(kind); index++) {
    const struct field *field = kind_field(kind, index);
    if (!(field->flags & FIELD_KEY)) continue;
    if (field_is_text(field))
      buf_addf(&head, "%c%s", 0, values_text(key, field->name) ? values_text(key, field->name) : "");
    else
      buf_addf(&head, "%c%" PRId64, 0, values_number(key, field->name, 0));
  }
  crypto_hash_add(&hash, head.data, head.length);
  crypto_hash_end(&hash, name, CRYPTO_NAME);
  buf_free(&head);
}

record_id keyed_id(const unsigned char name[CRYPTO_NAME])
{
  int64_t id = 0;
  for (int index = 0; index < 8; index++) id = (int64_t)((uint64_t)id << 8 | name[index]);
  id &= INT64_MAX;
  return id ? -id : -1;
}

int keyed_note(struct store *store, const unsigned char name[CRYPTO_NAME], int64_t area, enum lane lane, struct err *err)
{
  struct query *query = sql_query(store->sql, "SELECT name FROM keyed WHERE id = ?");
  query_bind_number(query, 1, keyed_id(name));
  int found = query_next(query, err);
  size_t length = 0;
  const void *held = found == 1 ? query_bytes(query, 0, &length) : NULL;
  bool same = held && length == CRYPTO_NAME && memcmp(held, name, CRYPTO_NAME) == 0;
  query_close(query);
  if (found < 0 || same) return found < 0 ? -1 : 0;
  if (found == 1) return err_set(err, _("two records' names fall on the same number: please report this to the makers"));
  query = sql_query(store->sql, "INSERT INTO keyed(id, name, area, lane) VALUES(?, ?, ?, ?)");
  query_bind_number(query, 1, keyed_id(name));
  query_bind_bytes(query, 2, name, CRYPTO_NAME);
  query_bind_number(query, 3, area);
  query_bind_number(query, 4, lane);
  return query_do(query, err);
}

static bool keyed_read(struct store *store, record_id id, unsigned char name[CRYPTO_NAME], int64_t *area, enum lane *lane)
{
  struct query *query = sql_query(store->sql, "SELECT name, area, lane FROM keyed WHERE id = ?");
  query_bind_number(query, 1, id);
  bool found = query_next(query, NULL) == 1;
  if (found) {
    size_t length;
    const void *bytes = query_bytes(query, 0, &length);
    memcpy(name, bytes, length < CRYPTO_NAME ? length : CRYPTO_NAME);
    *area = query_number(query, 1);
    *lane = (enum lane)query_number(query, 2);
  }
  query_close(query);
  return found;
}

/* --- records' names --------------------------------------------------------------------------------------------------------------- */

static struct log_name record_log(struct store *store, record_id id)
{
  unsigned char name[CRYPTO_NAME];
  struct log_name log = { 0 };
  if (record_is_keyed(id))
    keyed_read(store, id, name, &log.area, &log.lane);
  else if (log_by_id(store, op_log(record_op(id))))
    log = log_by_id(store, op_log(record_op(id)))->name;
  return log;
}

int64_t record_area(struct store *store, record_id id)
{
  return record_log(store, id).area;
}

enum lane record_lane(struct store *store, record_id id)
{
  return record_log(store, id).lane;
}

void record_name(struct store *store, record_id id, struct buf *out)
{
  if (record_is_keyed(id)) {
    unsigned char name[CRYPTO_NAME] = { 0 };
    char hex[2 * CRYPTO_NAME + 1];
    int64_t area;
    enum lane lane;
    keyed_read(store, id, name, &area, &lane);
    crypto_hex(name, sizeof(name), hex);
    buf_addf(out, "=%s", hex);
    return;
  }
  const struct log_row *log = log_by_id(store, op_log(record_op(id)));
  if (!log) return;
  log_name_text(&log->name, out);
  buf_addf(out, "/%" PRId64 "/%d", op_seq(record_op(id)), record_place(id));
}

/* Reads "SEQ/PLACE" or "SEQ". */
static bool position_read(const char *text, int64_t *seq, int64_t *place)
{
  char *end;
  *seq = strtoll(text, &end, 10);
  if (end == text || *seq < 1 || *seq > SEQ_MAX) return false;
  if (!place) return *end == 0;
  if (*end != '/') return false;
  const char *start = end + 1;
  *place = strtoll(start, &end, 10);
  return end != start && *end == 0 && *place >= 0 && *place < PLACE_MAX;
}

record_id record_from_name(struct store *store, const char *text)
{
  struct log_name name;
  int64_t seq, place;
  if (*text == '=') {
    unsigned char hash[CRYPTO_NAME], held[CRYPTO_NAME];
    int64_t area;
    enum lane lane;
    bool is_held = crypto_unhex(text + 1, hash, sizeof(hash)) && keyed_read(store, keyed_id(hash), held, &area, &lane) &&
                   memcmp(hash, held, sizeof(hash)) == 0;
    return is_held ? keyed_id(hash) : 0;
  }
  if (!log_name_take(&text, &name) || *text++ != '/' || !position_read(text, &seq, &place)) return 0;
  const struct log_row *log = log_find(store, &name);
  return log ? record_of(op_of(log->id, seq), (int)place) : 0;
}

/* --- inside an operation's body ------------------------------------------------------------------------------------------------------ */

void reference_write(struct store *store, op_id from, record_id id, struct buf *out)
{
  if (!record_is_keyed(id) && record_op(id) == from) {
    json_add_number(record_place(id), out);
    return;
  }
  buf_addc(out, '"'); /* names hold nothing that JSON escapes */
  if (!record_is_keyed(id) && op_log(record_op(id)) == op_log(from))
    buf_addf(out, "%" PRId64 "/%d", op_seq(record_op(id)), record_place(id));
  else
    record_name(store, id, out);
  buf_addc(out, '"');
}

record_id reference_of_place(op_id from, int64_t place)
{
  return place < 0 || place >= PLACE_MAX ? 0 : record_of(from, (int)place);
}

record_id reference_of_text(struct store *store, op_id from, const char *text, struct err *err)
{
  struct log_name name;
  int64_t seq, place;
  const char *at = text;
  if (*text == '=') {
    unsigned char hash[CRYPTO_NAME];
    if (crypto_unhex(text + 1, hash, sizeof(hash))) return keyed_id(hash);
  } else if (log_name_take(&at, &name)) {
    if (*at == '/' && position_read(at + 1, &seq, &place)) {
      const struct log_row *log = log_make(store, &name, err);
      return log ? record_of(op_of(log->id, seq), (int)place) : 0;
    }
  } else if (position_read(text, &seq, &place))
    return record_of(log_operation(store, op_log(from), seq), (int)place);
  return err_set(err, _("'%s' is no reference"), text), 0;
}

record_id reference_read(struct store *store, op_id from, const json *reference, struct err *err)
{
  const char *text = json_text(reference);
  if (text) return reference_of_text(store, from, text, err);
  record_id id = reference_of_place(from, json_number(reference, -1));
  return id ? id : (err_set(err, _("a reference that is neither text nor a place")), 0);
}

void saw_write(struct store *store, op_id from, op_id saw, struct buf *out)
{
  if (op_log(saw) == op_log(from)) {
    json_add_number(op_seq(saw), out);
    return;
  }
  buf_addc(out, '"');
  log_name_text(&log_by_id(store, op_log(saw))->name, out);
  buf_addf(out, "/%" PRId64 "\"", op_seq(saw));
}

op_id saw_read(struct store *store, op_id from, const json *saw, struct err *err)
{
  struct log_name name;
  const char *text = json_text(saw);
  int64_t seq = json_number(saw, 0);
  if (!text && seq >= 1 && seq <= SEQ_MAX) return log_operation(store, op_log(from), seq);
  if (text && log_name_take(&text, &name) && *text == '/' && position_read(text + 1, &seq, NULL)) {
    const struct log_row *log = log_make(store, &name, err);
    return log ? op_of(log->id, seq) : 0;
  }
  return err_set(err, _("'saw' names no operation")), 0;
}
