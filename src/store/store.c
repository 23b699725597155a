#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "store/exchange.h"
#include "store/inside.h"
#include "store/place.h"
#include "store/upkeep.h"

static const int application_id = 0x44555459; /* "DUTY" */

const char store_trigger_delete[] =
  "CREATE TRIGGER op_stays_here BEFORE DELETE ON op BEGIN SELECT RAISE(ABORT, 'the journal is never changed'); END";

/* Journal and local tables; the projection's come from table.c. */
static const char schema_fixed[] =
  "CREATE TABLE meta(name TEXT PRIMARY KEY, value) WITHOUT ROWID;"
  "CREATE TABLE log(id INTEGER PRIMARY KEY, node INTEGER, area INTEGER, lane INTEGER, seq INTEGER, hash BLOB, parent "
  "INTEGER, parent_seq INTEGER, before BLOB, until INTEGER, UNIQUE(node, area, lane));"
  "CREATE TABLE op(id INTEGER PRIMARY KEY, at INTEGER, lead INTEGER, actor INTEGER, action TEXT, body BLOB, private BLOB, "
  "hash BLOB);"
  "CREATE TRIGGER op_stays BEFORE UPDATE ON op BEGIN SELECT RAISE(ABORT, 'the journal is never changed'); END;"
  "CREATE TABLE private(op INTEGER, place INTEGER, digest BLOB, salt BLOB, part TEXT, PRIMARY KEY(op, place)) WITHOUT "
  "ROWID;"
  "CREATE TABLE keyed(id INTEGER PRIMARY KEY, name BLOB, area INTEGER, lane INTEGER);"
  /* local: backed up, never sent */
  "CREATE TABLE arrival(op INTEGER PRIMARY KEY, at INTEGER);"
  "CREATE TABLE head(log INTEGER, staged INTEGER, seq INTEGER, hash BLOB, signature BLOB, PRIMARY KEY(log, staged)) "
  "WITHOUT ROWID;" /* exchange.h */
  "CREATE TABLE staged(log INTEGER, seq INTEGER, at INTEGER, stamp INTEGER, actor TEXT, action TEXT, body BLOB, private "
  "TEXT, parent TEXT, before BLOB, hash BLOB, "
  "PRIMARY KEY(log, seq));"
  "CREATE TABLE peer(node INTEGER PRIMARY KEY, key BLOB, state INTEGER, area INTEGER, letter INTEGER, superior INTEGER, "
  "contact INTEGER, skew INTEGER);"
  "CREATE TABLE receipt(node INTEGER, log INTEGER, seq INTEGER, hash BLOB, PRIMARY KEY(node, log)) WITHOUT ROWID;"
  "CREATE TABLE receipt_head(node INTEGER PRIMARY KEY, number INTEGER, at INTEGER, came INTEGER, audience TEXT, hash "
  "BLOB, signature BLOB);"
  "CREATE TABLE local(name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;"
  "CREATE TABLE number(kind TEXT, year INTEGER, node INTEGER, next INTEGER, PRIMARY KEY(kind, year, node)) WITHOUT ROWID;"
  "CREATE TABLE reserved(no TEXT PRIMARY KEY, kind TEXT, used INTEGER) WITHOUT ROWID;";

static int network_refuse(const char *path, struct err *err)
{
  const char *type;
  if (!file_is_on_network(path, &type)) return 0;
  return err_set(err, _("%s lies on a network file system (%s), where a database gets damaged: put it on a local disk"), path, type);
}

/* --- meta ----------------------------------------------------------------------------------------------------------------------------- */

int store_meta_set(struct store *store, const char *name, int64_t number, const char *text, struct err *err)
{
  struct query *query = sql_query(store->sql, "INSERT OR REPLACE INTO meta(name, value) VALUES(?, ?)");
  query_bind_text(query, 1, name);
  if (text)
    query_bind_text(query, 2, text);
  else
    query_bind_number(query, 2, number);
  return query_do(query, err);
}

static int64_t meta_number(struct store *store, const char *name)
{
  struct query *query = sql_query(store->sql, "SELECT value FROM meta WHERE name = ?");
  query_bind_text(query, 1, name);
  int64_t number = query_next(query, NULL) == 1 ? query_number(query, 0) : 0;
  query_close(query);
  return number;
}

int store_set_identity(struct store *store, uint64_t node, char letter, struct err *err)
{
  if (store_meta_set(store, "node", (int64_t)node, NULL, err) != 0 || store_meta_set(store, "letter", letter, NULL, err) != 0) return -1;
  store->node = node;
  store->letter = letter;
  return 0;
}

static void identity_load(struct store *store)
{
  store->node = (uint64_t)meta_number(store, "node");
  store->letter = (char)meta_number(store, "letter");
  store->area = meta_number(store, "area");
  store->exercise = meta_number(store, "exercise") != 0;
  store->forks = meta_number(store, "forks");
}

int store_refresh_identity(struct store *store, struct err *err)
{
  if ((uint64_t)meta_number(store, "node") == store->node) return 0;
  if (meta_number(store, "forks") != store->forks)
    return err_set(err,
                   _("this desk's journal was moved to a new key meanwhile: leave and open it again; what you typed is kept as a draft"));
  identity_load(store);
  return 0;
}

/* --- making --------------------------------------------------------------------------------------------------------------------------- */

int store_fingerprint_set(struct store *store, struct err *err)
{
  char fingerprint[2 * CRYPTO_NAME + 1];
  table_fingerprint(store->kinds, fingerprint);
  return store_meta_set(store, "projection", 0, fingerprint, err);
}

static int create_inside(struct store *store, int64_t area, char letter, bool exercise, const struct key_file *key, struct err *err)
{
  if (sql_run(store->sql, err, "%s", schema_fixed) != 0 || sql_run(store->sql, err, "%s", store_trigger_delete) != 0 ||
      table_create_all(store, err) != 0 || search_create(store, err) != 0 || store_fingerprint_set(store, err) != 0)
    return -1;
  if (store_meta_set(store, "area", area, NULL, err) != 0 || store_meta_set(store, "exercise", exercise, NULL, err) != 0 ||
      store_set_place(store, err) != 0)
    return -1;
  return store_set_identity(store, node_of_key(key->public_key), letter, err);
}

static int create_file(const char *path, int64_t area, char letter, bool exercise, const struct kind *const kinds[], struct err *err)
{
  struct key_file key = { 0 };
  struct store store = { .path = (char *)path, .kinds = kinds, .schema = "main", .lock = -1 };
  int result = -1;
  if (key_make(path, 0, &key, err) != 0) return -1;
  store.sql = sql_open(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, err);
  if (store.sql) {
    table_prepare(&store);
    chmod(path, 0660); /* several accounts of one group share the desk */
    result = sql_run(store.sql, err, "PRAGMA journal_mode = WAL; PRAGMA application_id = %d; PRAGMA user_version = %d", application_id,
                     STORE_FORMAT);
    if (result == 0) result = sql_begin(store.sql, err);
    if (result == 0 && create_inside(&store, area, letter, exercise, &key, err) == 0)
      result = sql_commit(store.sql, err);
    else
      result = -1;
    sql_close(store.sql);
    table_forget(&store);
  }
  key_free(&key);
  return result;
}

int store_create(const char *path, const char *area, char letter, bool exercise, const struct kind *const kinds[], struct err *err)
{
  int64_t number = area_from_text(area, err);
  if (number < 0 || network_refuse(path, err) != 0) return -1;
  if (letter < 'A' || letter > 'Z') return err_usage(err, _("the node's letter is one of A to Z"));
  if (file_exists(path)) return err_set(err, _("%s exists already: move it away or choose another name; nothing was changed"), path);
  char *directory = file_directory(path);
  int result = file_make_directories(directory, 0770, err);
  free(directory);
  if (result == 0 && create_file(path, number, letter, exercise, kinds, err) != 0) {
    char *key = mem_printf("%s.key", path);
    unlink(path); /* ours: it did not exist when we began */
    unlink(key);
    free(key);
    result = -1;
  }
  return result;
}

/* --- opening -------------------------------------------------------------------------------------------------------------------------- */

static int64_t pragma(struct store *store, const char *text)
{
  return query_single(store, text, 0, 0);
}

/* Every session holds PATH.lock shared; who gets it alone knows that nobody else is in: a WAL that is left then was left by a crash. */
static int lock_share(struct store *store, const char *path, struct err *err)
{
  struct stat wal;
  char *name = mem_printf("%s.lock", path), *wal_name = mem_printf("%s-wal", path);
  store->lock = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0660);
  if (store->lock < 0)
    err_set(err, _("%s cannot be written (%s): the desk needs to write in the directory of its database"), name, strerror(errno));
  else {
    fchmod(store->lock, 0660); /* whatever the umask; fails harmlessly when it is another account's */
    bool alone = flock(store->lock, LOCK_EX | LOCK_NB) == 0;
    store->clean = !(alone && stat(wal_name, &wal) == 0 && wal.st_size > 0);
    if (alone) {
      key_clean(path);
      place_clean(path);
    }
    flock(store->lock, LOCK_SH);
  }
  free(name);
  free(wal_name);
  return store->lock < 0 ? -1 : 0;
}

int store_format_check(struct store *store, struct err *err)
{
  struct query *query = sql_query(store->sql, "PRAGMA user_version");
  int found = query_next(query, err);
  int64_t format = found == 1 ? query_number(query, 0) : 0;
  query_close(query);
  if (found < 0) return err_prefix(err, "%s", store->path);
  if (format > STORE_FORMAT)
    return err_set(err, _("%s was written by a newer version (format %d, this program knows %d): install the newer dutydesk"), store->path,
                   (int)format, STORE_FORMAT);
  if (format < STORE_FORMAT)
    return err_set(err,
                   _("%s was written by a version before 1.0 (format %d, this program needs %d) and cannot be read: begin a new database"),
                   store->path, (int)format, STORE_FORMAT);
  return 0;
}

static int projection_check(struct store *store, struct err *err)
{
  char wanted[2 * CRYPTO_NAME + 1];
  table_fingerprint(store->kinds, wanted);
  struct query *query = sql_query(store->sql, "SELECT value FROM meta WHERE name = 'projection'");
  int found = query_next(query, err);
  bool same = found == 1 && strcmp(query_text(query, 0), wanted) == 0;
  query_close(query);
  return found < 0 ? -1 : same ? 0 : verify_rebuild(store, true, NULL, err);
}

/* Which file on which machine: a node is one database in one place. Not the device's number, which a reboot may change. */
static char *place_of(const char *path)
{
  struct stat info;
  struct buf machine = BUF_INIT;
  if (stat(path, &info) != 0) return NULL;
  file_read("/etc/machine-id", 64, &machine, NULL); /* a machine without one is told apart by the inode alone */
  char *place = mem_printf("%" PRIu64 " %.32s", (uint64_t)info.st_ino, buf_text(&machine));
  buf_free(&machine);
  return place;
}

int store_set_place(struct store *store, struct err *err)
{
  char *place = place_of(store->path);
  int result = store_meta_set(store, "place", 0, place ? place : "", err);
  free(place);
  return result;
}

/* A copy that somebody made with other means than ours is another node from its first opening on. */
static bool is_copied(struct store *store)
{
  char *place = place_of(store->path);
  struct query *query = sql_query(store->sql, "SELECT value FROM meta WHERE name = 'place'");
  bool copied = place && query_next(query, NULL) == 1 && strcmp(query_text(query, 0), place) != 0;
  query_close(query);
  free(place);
  return copied;
}

static int place_check(struct store *store, struct err *err)
{
  bool ahead = false;
  key_is_ahead(store, &ahead, NULL); /* an older copy of the file was put here: what it lacks others may hold under its name */
  return ahead || is_copied(store) ? store_renew(store, err) : 0; /* without a key file everything but sync works */
}

static int open_inside(struct store *store, struct err *err)
{
  if (store_format_check(store, err) != 0 || sql_run(store->sql, err, "PRAGMA journal_mode = WAL") != 0 ||
      function_register(store, err) != 0)
    return -1;
  table_prepare(store);
  sql_read_begin(store->sql);
  identity_load(store);
  store->data_version = pragma(store, "PRAGMA data_version");
  int result = projection_check(store, err) != 0 || place_check(store, err) != 0 ? -1 : 0;
  sql_read_end(store->sql);
  return result;
}

/* The first bytes of an SQLite file with our application id, which stands at byte 68: looked at before anything is written beside the
 * file. */
static int ours_check(const char *path, struct err *err)
{
  unsigned char head[100] = { 0 };
  int file = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t got = file >= 0 ? read(file, head, sizeof(head)) : -1;
  if (file >= 0) close(file);
  if (got < 0) return err_set(err, _("%s cannot be read: %s"), path, strerror(errno));
  int id = head[68] << 24 | head[69] << 16 | head[70] << 8 | head[71];
  if (got == sizeof(head) && memcmp(head, "SQLite format 3", 16) == 0 && id == application_id) return 0;
  return err_set(err, _("%s is not a dutydesk database: choose another file"), path);
}

int store_open(struct store **out, const char *path, const struct kind *const kinds[], struct err *err)
{
  *out = NULL;
  struct stat info;
  if (stat(path, &info) != 0) return err_set(err, _("%s: %s; 'dutydesk init' makes a new database"), path, strerror(errno));
  if (!S_ISREG(info.st_mode) || info.st_size == 0) return err_set(err, _("%s is not a dutydesk database: choose another file"), path);
  if (ours_check(path, err) != 0 || network_refuse(path, err) != 0) return -1;
  if (access(path, W_OK) != 0)
    return err_set(err, _("%s cannot be written (%s): ask for write permission on it and its directory"), path, strerror(errno));
  struct store *store = mem_zero(1, sizeof(*store));
  store->path = mem_dup(path);
  store->kinds = kinds;
  store->schema = "main";
  store->lock = -1;
  if (lock_share(store, path, err) == 0) store->sql = sql_open(path, SQLITE_OPEN_READWRITE, err);
  if (!store->sql || open_inside(store, err) != 0) {
    store_close(store);
    return -1;
  }
  *out = store;
  return 0;
}

void store_rest(struct store *store)
{
  sqlite3_db_release_memory(sql_handle(store->sql));
}

/* Alone with the key file, and only as the node that the database still is: a copy read before another session's renewal and written after
 * it would be the end of the new key. Without a key everything but sync works. */
static void last_heads_sign(struct store *store)
{
  if (sql_in_transaction(store->sql) || sql_begin(store->sql, NULL) != 0) return;
  if ((uint64_t)meta_number(store, "node") == store->node) key_sign_heads(store, NULL);
  sql_rollback(store->sql);
}

void store_close(struct store *store)
{
  if (!store) return;
  if (store->sql && store->wrote) last_heads_sign(store);
  fold_forget(store);
  log_forget(store);
  table_forget(store);
  sql_close(store->sql);
  if (store->lock >= 0) close(store->lock);
  free(store->path);
  free(store);
}

/* --- facts ---------------------------------------------------------------------------------------------------------------------------- */

const char *store_path(const struct store *store)
{
  return store->path;
}

const struct kind *const *store_kinds(const struct store *store)
{
  return store->kinds;
}

const struct kind *store_kind(const struct store *store, const char *name)
{
  const struct kind *kind = kind_find(store->kinds, name);
  if (!kind) ERR_BUG(name);
  return kind;
}

int64_t store_area(const struct store *store)
{
  return store->area;
}

uint64_t store_node(const struct store *store)
{
  return store->node;
}

char store_letter(const struct store *store)
{
  return store->letter;
}

bool store_is_exercise(const struct store *store)
{
  return store->exercise;
}

bool store_ended_cleanly(const struct store *store)
{
  return store->clean;
}

bool store_changed_elsewhere(struct store *store)
{
  int64_t version = pragma(store, "PRAGMA data_version");
  bool changed = version != store->data_version;
  store->data_version = version;
  return changed;
}

int store_set_local(struct store *store, const char *name, const char *value, struct err *err)
{
  struct query *query =
    sql_query(store->sql, value ? "INSERT OR REPLACE INTO local(name, value) VALUES(?, ?)" : "DELETE FROM local WHERE name = ?");
  query_bind_text(query, 1, name);
  if (value) query_bind_text(query, 2, value);
  return query_do(query, err);
}

char *store_get_local(struct store *store, const char *name)
{
  struct query *query = sql_query(store->sql, "SELECT value FROM local WHERE name = ?");
  query_bind_text(query, 1, name);
  char *value = query_next(query, NULL) == 1 ? mem_dup(query_text(query, 0)) : NULL;
  query_close(query);
  return value;
}
