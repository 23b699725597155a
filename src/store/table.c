/* The projection's tables, made from the kinds: one table k_KIND for each, and a few small ones beside. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "store/inside.h"

enum use { USE_SELECT, USE_READ_ONE, USE_WRITE, USES };
struct kind_sql {
  char *text[USES]; /* made when first used: a session uses few of the kinds */
};

/* Raise when the fold itself changes its result for the same journal, or create_text() its tables for the same kinds. */
static const char fold_version[] = "fold 4";

static const char *const beside[] = {
  /* which operations touch a record, besides the one that made it */
  "touch(record INTEGER, op INTEGER, place INTEGER, PRIMARY KEY(record, op, place)) WITHOUT ROWID",
  /* a field whose values no edit has all seen */
  "conflict(record INTEGER, field TEXT, kind TEXT, op INTEGER, PRIMARY KEY(record, field, op)) WITHOUT ROWID",
  /* which operations mean nothing here (fold_reads says why) */
  "oddity(op INTEGER PRIMARY KEY)",
  NULL,
};

static bool has_index(const struct kind *kind, const struct field *field)
{
  if (kind->letter && field == kind_field(kind, COMMON_NUMBER)) return true;
  if (kind->order && strcmp(kind->order, field->name) == 0) return true;
  /* What has a short number is seldom named by its title, which then mostly is prose: its index would be as large as the table. */
  bool is_name = kind->title && strcmp(kind->title, field->name) == 0 && !kind->letter && field->type != FIELD_NOTE;
  return is_name || (field->flags & FIELD_INDEXED);
}

static char *create_text(const struct kind *kind, const char *schema)
{
  struct buf sql = BUF_INIT;
  int count = kind_field_count(kind);
  buf_addf(&sql, "CREATE TABLE %s.k_%s(id INTEGER PRIMARY KEY, changed INTEGER", schema, kind->name);
  for (int index = 0; index < count; index++) {
    const struct field *field = kind_field(kind, index);
    buf_addf(&sql, ", \"%s\" %s", field->name, field_is_text(field) ? "TEXT" : "INTEGER");
  }
  buf_adds(&sql, ");");
  for (int index = 0; index < count; index++) {
    const struct field *field = kind_field(kind, index);
    bool is_order = kind->order && strcmp(kind->order, field->name) == 0;
    if (is_order)
      buf_addf(&sql, "CREATE INDEX %s.i_%s_%s ON k_%s(ifnull(\"%s\", %s), id);", schema, kind->name, field->name, kind->name, field->name,
               field_is_text(field) ? "''" : "0");
    if (has_index(kind, field) && (!is_order || (field->flags & FIELD_INDEXED)))
      buf_addf(&sql, "CREATE INDEX %s.x_%s_%s ON k_%s(\"%s\") WHERE \"%s\" IS NOT NULL;", schema, kind->name, field->name, kind->name,
               field->name, field->name);
  }
  if (kind->waiting)
    buf_addf(&sql, "CREATE INDEX %s.w_%s ON k_%s(\"%s\") WHERE %s;", schema, kind->name, kind->name, kind->order, kind->waiting);
  return buf_take(&sql, NULL);
}

static char *select_where(const struct kind *kind, const char *schema, const char *where)
{
  struct buf sql = BUF_INIT;
  int count = kind_field_count(kind);
  buf_adds(&sql, "SELECT id, changed");
  for (int index = 0; index < count; index++) buf_addf(&sql, ", \"%s\"", kind_field(kind, index)->name);
  buf_addf(&sql, " FROM %s.k_%s%s", schema, kind->name, where);
  return buf_take(&sql, NULL);
}

static char *select_text(const struct kind *kind, const char *schema)
{
  return select_where(kind, schema, "");
}

static char *read_one_text(const struct kind *kind, const char *schema)
{
  return select_where(kind, schema, " WHERE id = ?");
}

static char *write_text(const struct kind *kind, const char *schema)
{
  struct buf sql = BUF_INIT;
  int count = kind_field_count(kind);
  buf_addf(&sql, "INSERT OR REPLACE INTO %s.k_%s VALUES(?, ?", schema, kind->name);
  for (int index = 0; index < count; index++) buf_adds(&sql, ", ?");
  buf_addc(&sql, ')');
  return buf_take(&sql, NULL);
}

static int kind_number(const struct store *store, const struct kind *kind)
{
  int number = 0;
  while (store->kinds[number] && store->kinds[number] != kind) number++;
  if (!store->kinds[number]) ERR_BUG("a kind that is not in the store's table");
  return number;
}

static const char *kind_text(struct store *store, const struct kind *kind, enum use use)
{
  static char *(*const makers[USES])(const struct kind *kind, const char *schema) = {
    [USE_SELECT] = select_text,
    [USE_READ_ONE] = read_one_text,
    [USE_WRITE] = write_text,
  };
  char **text = &store->kind_sql[kind_number(store, kind)].text[use];
  if (!*text) *text = makers[use](kind, store->schema);
  return *text;
}

void table_prepare(struct store *store)
{
  size_t count = 0;
  while (store->kinds[count]) count++;
  store->kind_sql = mem_zero(count + 1, sizeof(*store->kind_sql));
}

void table_forget(struct store *store)
{
  for (int number = 0; store->kind_sql && store->kinds[number]; number++)
    for (int use = 0; use < USES; use++) free(store->kind_sql[number].text[use]);
  free(store->kind_sql);
  store->kind_sql = NULL;
}

int table_create_all(struct store *store, struct err *err)
{
  for (int index = 0; beside[index]; index++)
    if (sql_run(store->sql, err, "CREATE TABLE %s.%s", store->schema, beside[index]) != 0) return -1;
  int result = 0;
  for (int number = 0; result == 0 && store->kinds[number]; number++) {
    char *create = create_text(store->kinds[number], store->schema);
    result = sql_run(store->sql, err, "%s", create);
    free(create);
  }
  return result;
}

int table_drop_all(struct store *store, struct err *err)
{
  /* By what is there, not by our kinds: the file may come from a version with others. */
  struct buf names = BUF_INIT;
  struct query *query = sql_query(
    store->sql,
    "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND (substr(name, 1, 2) = 'k_' OR name IN ('touch', 'conflict', 'oddity'))");
  while (query_next(query, NULL) == 1) buf_addf(&names, "DROP TABLE main.\"%s\";", query_text(query, 0));
  query_close(query);
  int result = sql_run(store->sql, err, "%s", buf_text(&names));
  buf_free(&names);
  return result;
}

/* All that create_text() reads, and the groups, which decide what the fold does. Hashing the texts themselves would take longer than the
 * rest of an opening. */
static void add_facts(struct buf *facts, const struct kind *kind)
{
  int count = kind_field_count(kind);
  buf_addf(facts, "%s %s", kind->name, kind->waiting ? kind->waiting : "");
  for (int index = 0; index < count; index++) {
    const struct field *field = kind_field(kind, index);
    bool is_order = kind->order && strcmp(kind->order, field->name) == 0;
    buf_adds(facts, field->name);
    buf_addc(facts,
             (char)(field_is_text(field) | has_index(kind, field) << 1 | is_order << 2 | ((field->flags & FIELD_INDEXED) != 0) << 3));
    buf_addc(facts, (char)field->group);
  }
}

void table_fingerprint(const struct kind *const kinds[], char hex[2 * CRYPTO_NAME + 1])
{
  struct buf facts = BUF_INIT;
  struct crypto_hash hash;
  unsigned char digest[CRYPTO_NAME];
  for (int number = 0; kinds[number]; number++) add_facts(&facts, kinds[number]);
  for (int index = 0; beside[index]; index++) buf_adds(&facts, beside[index]);
  crypto_hash_start(&hash, fold_version, CRYPTO_NAME);
  crypto_hash_add(&hash, facts.data, facts.length);
  crypto_hash_end(&hash, digest, CRYPTO_NAME);
  crypto_hex(digest, sizeof(digest), hex);
  buf_free(&facts);
}

int table_write(struct store *store, const struct record *record, struct err *err)
{
  struct query *query = sql_query(store->sql, kind_text(store, record->kind, USE_WRITE));
  query_bind_number(query, 1, record->id);
  if (record->changed && (record_is_keyed(record->id) || record->changed != record_op(record->id)))
    query_bind_number(query, 2, record->changed);
  for (int index = 0; index < record->values.count; index++) {
    const struct value *value = &record->values.list[index];
    if (value->known && value->text)
      query_lend_text(query, 3 + index, value->text);
    else if (value->known)
      query_bind_number(query, 3 + index, value->number);
  }
  return query_do(query, err);
}

const char *table_select(struct store *store, const struct kind *kind)
{
  return kind_text(store, kind, USE_SELECT);
}

void table_row(struct store *store, const struct kind *kind, struct query *query, struct record *record)
{
  (void)store;
  memset(record, 0, sizeof(*record));
  record->kind = kind;
  record->id = query_number(query, 0);
  record->changed = query_is_null(query, 1) ? record_op(record->id) : query_number(query, 1);
  values_start_kind(&record->values, kind);
  for (int index = 0; index < record->values.count; index++) {
    struct value *value = &record->values.list[index];
    if (query_is_null(query, 2 + index)) continue;
    value->known = true;
    if (field_is_text(record->values.fields[index]))
      value->text = mem_dup(query_text(query, 2 + index));
    else
      value->number = query_number(query, 2 + index);
  }
}

int record_read(struct store *store, const struct kind *kind, record_id id, struct record *record, struct err *err)
{
  memset(record, 0, sizeof(*record));
  struct query *query = sql_query(store->sql, kind_text(store, kind, USE_READ_ONE));
  query_bind_number(query, 1, id);
  int found = query_next(query, err);
  if (found == 1) table_row(store, kind, query, record);
  query_close(query);
  if (found == 1) record->has_conflict = query_single(store, "SELECT count(*) FROM conflict WHERE record = ?", id, 0) > 0;
  return found;
}

void record_free(struct record *record)
{
  values_free(&record->values);
  free(record->title);
  memset(record, 0, sizeof(*record));
}
