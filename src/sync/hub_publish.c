/* Schema desk: every kind's table made from its descriptor, and filled from the projection. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "store/query.h"
#include "sync/hub_desk.h"
#include "sync/hub_postgres.h"

enum { BATCH = 500, SEQ_BITS = 35, PLACE_BITS = 12 }; /* doc/JOURNAL.md "What it is": a name inside a database */

/* --- tables --------------------------------------------------------------------------------------------------------------------------- */

static const char *column_type(const struct field *field)
{
  switch (field->type) {
  case FIELD_INTEGER: return "bigint";
  case FIELD_DECIMAL: return "numeric";
  case FIELD_YES: return "boolean";
  case FIELD_DATE: return "date";
  case FIELD_TIME: return "timestamptz";
  default: return "text";
  }
}

static const char *const head_columns[] = { "id", "scope", "lane", "made_at", "changed_at" };
static const char *const head_types[] = { "text", "bigint", "smallint", "timestamptz", "timestamptz" };
enum { HEAD_COLUMNS = sizeof(head_columns) / sizeof(*head_columns) };

static void column_make(const struct kind *kind, const char *name, const char *type, struct buf *sql)
{
  buf_addf(sql, "ALTER TABLE desk.\"%s\" ADD COLUMN IF NOT EXISTS \"%s\" %s;\n", kind->name, name, type);
}

void hub_desk_tables(const struct kind *const kinds[], struct buf *sql)
{
  buf_adds(sql, "CREATE SCHEMA IF NOT EXISTS desk;\n");
  for (; *kinds; kinds++) {
    buf_addf(sql, "CREATE TABLE IF NOT EXISTS desk.\"%s\" (id text PRIMARY KEY, scope bigint NOT NULL, lane smallint NOT NULL);\n",
             (*kinds)->name);
    for (int index = 0; index < HEAD_COLUMNS; index++) column_make(*kinds, head_columns[index], head_types[index], sql);
    for (int index = 0; index < kind_field_count(*kinds); index++)
      column_make(*kinds, kind_field(*kinds, index)->name, column_type(kind_field(*kinds, index)), sql);
  }
}

static void columns_add(const struct kind *kind, const char *format, struct buf *sql)
{
  const char *separator = "";
  for (int index = 0; index < HEAD_COLUMNS + kind_field_count(kind); index++, separator = ", ") {
    const struct field *field = index < HEAD_COLUMNS ? NULL : kind_field(kind, index - HEAD_COLUMNS);
    const char *name = field ? field->name : head_columns[index], *type = field ? column_type(field) : head_types[index];
    buf_adds(sql, separator);
    for (const char *at = format; *at; at++)
      if (*at == '%')
        buf_addf(sql, "\"%s\"", name);
      else if (*at == '$')
        buf_adds(sql, type);
      else
        buf_addc(sql, *at);
  }
}

/* Takes rows as one JSON list. */
static char *upsert_text(const struct kind *kind)
{
  struct buf sql = BUF_INIT;
  buf_addf(&sql, "INSERT INTO desk.\"%s\" (", kind->name);
  columns_add(kind, "%", &sql);
  buf_adds(&sql, ") SELECT * FROM jsonb_to_recordset($1::jsonb) AS row(");
  columns_add(kind, "% $", &sql);
  buf_adds(&sql, ") ON CONFLICT (id) DO UPDATE SET ");
  columns_add(kind, "% = excluded.%", &sql);
  return buf_take(&sql, NULL);
}

/* --- rows ----------------------------------------------------------------------------------------------------------------------------- */

struct publish {
  struct hub *hub;
  bool with_personal;
  int64_t count;
  char *sql; /* of the present kind */
  struct buf rows;
  int waiting;
};

static int rows_send(struct publish *publish, struct err *err)
{
  struct postgres_value value = { .type = POSTGRES_TEXT, .is_single = true };
  if (publish->waiting == 0) return 0;
  buf_addc(&publish->rows, ']');
  value_add_bytes(&value, publish->rows.data, publish->rows.length);
  int result = postgres_ask(publish->hub->postgres, publish->sql, &value, 1, NULL, err);
  values_drop(&value, 1);
  publish->count += publish->waiting;
  publish->waiting = 0;
  buf_clear(&publish->rows);
  return result;
}

static void time_put(json *row, const char *name, int64_t at)
{
  char text[CLOCK_TEXT];
  json_put(row, name, json_make_text(clock_text(text, at, CLOCK_ISO)));
}

static void row_add(struct publish *publish, const struct record *record)
{
  struct store *store = publish->hub->desk->store;
  json *row = record_json(store, record, publish->with_personal);
  json_put(row, "scope", json_make_number(record_area(store, record->id)));
  json_put(row, "lane", json_make_number(record_lane(store, record->id)));
  time_put(row, "made_at", record_made_at(store, record));
  time_put(row, "changed_at", query_single(store, "SELECT at FROM op WHERE id = ?", record->changed, 0));
  buf_adds(&publish->rows, publish->waiting++ ? "," : "[");
  json_write(row, 0, &publish->rows);
  json_drop(row);
}

static int record_publish(struct publish *publish, const struct kind *kind, record_id id, struct err *err)
{
  struct record record = { 0 };
  int found = record_read(publish->hub->desk->store, kind, id, &record, err);
  if (found == 1) row_add(publish, &record);
  record_free(&record);
  return found < 0 ? -1 : publish->waiting >= BATCH ? rows_send(publish, err) : 0;
}

/* --- what has changed ----------------------------------------------------------------------------------------------------------------- */

struct since {         /* operations of one log that are not published */
  int64_t first, last; /* inside names */
};

struct news {
  struct since *list;
  int count;
  json *vector; /* what will be published then: for each log its place and hash there */
  bool is_cut;  /* something that was published is not here any more (heirs_yield) */
};

/* Up to where the log is published, 0: nowhere. False: but what stands there now is something else. */
static bool published_to(struct store *store, const struct log_name *log, const char *there, int64_t *seq)
{
  unsigned char hash[CRYPTO_HASH], now[CRYPTO_HASH];
  char *end = NULL;
  *seq = there ? strtoll(there, &end, 10) : 0;
  return *seq == 0 || (*end == ' ' && crypto_unhex(end + 1, hash, CRYPTO_HASH) && log_hash_at(store, log, *seq, now, NULL) == 1 &&
                       memcmp(hash, now, CRYPTO_HASH) == 0);
}

static void published_put(struct store *store, json *vector, const struct log_name *log, const char *name, int64_t seq)
{
  unsigned char hash[CRYPTO_HASH];
  char hex[2 * CRYPTO_HASH + 1];
  if (log_hash_at(store, log, seq, hash, NULL) != 1) return; /* empty */
  crypto_hex(hash, CRYPTO_HASH, hex);
  char *text = mem_printf("%" PRId64 " %s", seq, hex);
  json_put(vector, name, json_make_text(text));
  free(text);
}

static int news_read(struct store *store, const json *published, struct news *news, struct err *err)
{
  struct query *query = query_open(store, "SELECT id, node, area, lane, seq, ifnull(parent_seq, 0) FROM log");
  *news = (struct news){ .vector = json_make_object() };
  int found;
  while ((found = query_next(query, err)) == 1) {
    struct log_name log = { (uint64_t)query_number(query, 1), query_number(query, 2), (enum lane)query_number(query, 3) };
    struct buf name = BUF_INIT;
    int64_t id = query_number(query, 0), seq = query_number(query, 4);
    log_name_text(&log, &name);
    int64_t from;
    news->is_cut |= !published_to(store, &log, json_text(json_get(published, buf_text(&name))), &from);
    if (from == 0) from = query_number(query, 5);
    published_put(store, news->vector, &log, buf_text(&name), seq);
    buf_free(&name);
    if (seq <= from) continue;
    news->list = mem_grow(news->list, (size_t)news->count + 1, sizeof(*news->list));
    news->list[news->count++] = (struct since){ (id << SEQ_BITS) + from + 1, (id << SEQ_BITS) + seq };
  }
  query_close(query);
  return found;
}

static void news_drop(struct news *news)
{
  json_drop(news->vector);
  free(news->list);
}

static bool is_new(const struct news *news, int64_t op)
{
  for (int index = 0; index < news->count; index++)
    if (op >= news->list[index].first && op <= news->list[index].last) return true;
  return false;
}

static int compare_ids(const void *one, const void *other)
{
  record_id a = *(const record_id *)one, b = *(const record_id *)other;
  return a < b ? -1 : a > b;
}

struct ids {
  record_id *list;
  int count;
};

static void id_add(struct ids *ids, record_id id)
{
  ids->list = mem_grow(ids->list, (size_t)ids->count + 1, sizeof(*ids->list));
  ids->list[ids->count++] = id;
}

static int ids_made(struct store *store, const struct kind *kind, const struct news *news, struct ids *ids, struct err *err)
{
  char *made = mem_printf("SELECT id FROM k_%s WHERE id BETWEEN ? AND ?", kind->name);
  int found = 0;
  for (int index = 0; found == 0 && index < news->count; index++) {
    struct query *query = query_open(store, made);
    query_bind_number(query, 1, news->list[index].first << PLACE_BITS);
    query_bind_number(query, 2, (news->list[index].last + 1) * (1 << PLACE_BITS) - 1);
    while ((found = query_next(query, err)) == 1) id_add(ids, query_number(query, 0));
    query_close(query);
  }
  free(made);
  return found;
}

static int ids_touched(struct store *store, const struct kind *kind, const struct news *news, struct ids *ids, struct err *err)
{
  char *touched = mem_printf("SELECT record, op FROM touch WHERE record IN (SELECT id FROM k_%s) ORDER BY record", kind->name);
  struct query *query = query_open(store, touched);
  record_id last = 0;
  int found;
  while ((found = query_next(query, err)) == 1)
    if (query_number(query, 0) != last && is_new(news, query_number(query, 1))) id_add(ids, last = query_number(query, 0));
  query_close(query);
  free(touched);
  return found;
}

/* Of one kind: made by these operations, touched by them later, or both. Keyed records are always in touch. */
static int kind_publish(struct publish *publish, const struct kind *kind, const struct news *news, struct err *err)
{
  struct store *store = publish->hub->desk->store;
  struct ids ids = { 0 };
  int result = ids_made(store, kind, news, &ids, err);
  if (result == 0) result = ids_touched(store, kind, news, &ids, err);
  if (ids.count > 0) qsort(ids.list, (size_t)ids.count, sizeof(*ids.list), compare_ids);
  for (int index = 0; result == 0 && index < ids.count; index++)
    if (index == 0 || ids.list[index] != ids.list[index - 1]) result = record_publish(publish, kind, ids.list[index], err);
  free(ids.list);
  return result == 0 ? rows_send(publish, err) : -1;
}

/* --- all of it ------------------------------------------------------------------------------------------------------------------------ */

/* What of revoked nodes' logs does not show any more; all of it by one hash. */
static void limits_hash(struct store *store, char hex[2 * CRYPTO_HASH + 1])
{
  struct query *query = query_open(store, "SELECT id, until FROM log WHERE until IS NOT NULL ORDER BY id");
  unsigned char hash[CRYPTO_HASH];
  struct crypto_hash state;
  crypto_hash_start(&state, "dutydesk limits", CRYPTO_HASH);
  while (query_next(query, NULL) == 1) {
    int64_t limit[2] = { query_number(query, 0), query_number(query, 1) };
    crypto_hash_add(&state, limit, sizeof(limit));
  }
  query_close(query);
  crypto_hash_end(&state, hash, CRYPTO_HASH);
  crypto_hex(hash, CRYPTO_HASH, hex);
}

/* What the tables hold belongs to this: the node, the kinds' fingerprint, and what does not show. When it differs, all is published anew. */
static char *basis(struct publish *publish)
{
  struct store *store = publish->hub->desk->store;
  struct query *query = query_open(store, "SELECT value FROM meta WHERE name = 'projection'");
  const char *kinds = query_next(query, NULL) == 1 ? query_text(query, 0) : "";
  char limits[2 * CRYPTO_HASH + 1];
  limits_hash(store, limits);
  char *text =
    mem_printf("%016" PRIx64 " %s %s %s", store_node(store), kinds ? kinds : "", limits, publish->with_personal ? "personal" : "");
  query_close(query);
  return text;
}

/* What was published by that basis; NULL: nothing, and the tables are to be emptied. */
static int published_read(struct hub *hub, const char *wanted, json **published, struct err *err)
{
  struct postgres_rows rows = { 0 };
  *published = NULL;
  if (postgres_ask(hub->postgres, "SELECT basis, vector::text FROM desk.published() AS p(basis text, vector jsonb)", NULL, 0, &rows, err) !=
      0)
    return -1;
  size_t length;
  const char *basis_there = rows.count ? rows_bytes(&rows, 0, 0, &length) : NULL;
  if (basis_there && length == strlen(wanted) && memcmp(basis_there, wanted, length) == 0) {
    const char *vector = rows_bytes(&rows, 0, 1, &length);
    *published = vector ? json_read(vector, length, NULL) : NULL;
  }
  rows_drop(&rows);
  return 0;
}

static int published_note(struct hub *hub, const char *basis_now, const json *vector, struct err *err)
{
  struct postgres_value values[2] = { { .type = POSTGRES_TEXT, .is_single = true }, { .type = POSTGRES_TEXT, .is_single = true } };
  struct buf text = BUF_INIT;
  json_write(vector, 0, &text);
  value_add_text(&values[0], basis_now);
  value_add_text(&values[1], buf_text(&text));
  int result = postgres_ask(hub->postgres, "SELECT desk.publish($1, $2)", values, 2, NULL, err);
  values_drop(values, 2);
  buf_free(&text);
  return result;
}

static int publish_kinds(struct publish *publish, const json *published, const struct news *news, struct err *err)
{
  const struct kind *const *kinds = store_kinds(publish->hub->desk->store);
  int result = 0;
  for (; *kinds && result == 0; kinds++) {
    char *empty = mem_printf("DELETE FROM desk.\"%s\"", (*kinds)->name);
    publish->sql = upsert_text(*kinds);
    if (!published) result = postgres_run(publish->hub->postgres, empty, err);
    if (result == 0) result = kind_publish(publish, *kinds, news, err);
    free(publish->sql);
    free(empty);
  }
  return result;
}

static int publish_inside(struct publish *publish, struct err *err)
{
  struct hub *hub = publish->hub;
  struct news news = { 0 };
  json *published = NULL;
  char *now = basis(publish);
  int result = postgres_run(hub->postgres, "BEGIN", err);
  if (result == 0) result = published_read(hub, now, &published, err);
  if (result == 0) result = news_read(hub->desk->store, published, &news, err);
  if (result == 0 && news.is_cut) {
    json_drop(published);
    published = NULL;
    news_drop(&news);
    result = news_read(hub->desk->store, NULL, &news, err);
  }
  if (result == 0 && (news.count > 0 || !published)) result = publish_kinds(publish, published, &news, err);
  if (result == 0) result = published_note(hub, now, news.vector, err);
  json_drop(published);
  news_drop(&news);
  free(now);
  return result == 0 ? postgres_run(hub->postgres, "COMMIT", err) : -1;
}

int hub_publish(struct desk *desk, const char *remote, bool with_personal, int64_t *count, struct err *err)
{
  struct hub hub;
  struct sync_report report = { 0 };
  *count = 0;
  if (area_level(store_area(desk->store)) > 2) return err_set(err, _("only a county's station and those above it publish their tables"));
  if (hub_open(&hub, desk, remote, &report, err) != 0) return -1;
  struct publish publish = { .hub = &hub, .with_personal = with_personal };
  int result = publish_inside(&publish, err);
  if (result != 0) hub_refused(&hub, err);
  *count = publish.count;
  buf_free(&publish.rows);
  hub_close(&hub);
  sync_report_free(&report);
  return result;
}
