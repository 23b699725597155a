/* What the files of the store share and nobody else sees. */
#ifndef STORE_INSIDE_H
#define STORE_INSIDE_H

#include "store/journal.h"
#include "store/record.h"
#include "store/sql.h"

struct err;

/* A record's id inside the database: the log's local number (16 bits), the seq (35) and the place in the operation (12). Keyed records: the
 * negative of 63 bits of their hash. */
#define SEQ_BITS 35
#define PLACE_BITS 12
#define SEQ_MAX ((INT64_C(1) << SEQ_BITS) - 1)
#define PLACE_MAX ((1 << PLACE_BITS) - 1)
#define LOGS_MAX 65535
#define BODY_MAX (1 << 20)
#define PRIVATE_MAX (4 << 20) /* of an operation's private parts together, as JSON; this and the next as on the wire */
#define ACTION_MAX 256
static inline op_id op_of(int64_t log, int64_t seq)
{
  return log << SEQ_BITS | seq;
}
static inline int64_t op_log(op_id op)
{
  return op >> SEQ_BITS;
}
static inline int64_t op_seq(op_id op)
{
  return op & SEQ_MAX;
}
static inline record_id record_of(op_id op, int place)
{
  return op << PLACE_BITS | place;
}
static inline bool record_is_keyed(record_id id)
{
  return id < 0;
}
static inline op_id record_op(record_id id)
{
  return id >> PLACE_BITS;
}
static inline int record_place(record_id id)
{
  return (int)(id & PLACE_MAX);
}

struct log_row { /* what hardly ever changes of a log */
  int64_t id;
  struct log_name name;
  int64_t parent;     /* local number, 0: none */
  int64_t parent_seq; /* its first operation is the next one */
  int64_t until;      /* what lies behind this of a revoked node is not folded; SEQ_MAX: all is */
};

struct kind_sql; /* statements made from a kind's descriptor: table.c */

/* One change of an operation, read (body.c, body_quick.c). */
struct body_change {
  const struct kind *kind; /* NULL: of a newer version */
  record_id record;
  op_id op;
  int place;
  int64_t stamp;
  uint64_t node; /* of the log: with stamp and seq, the order of edits */
  struct values values;
  bool *sets; /* by field index */
  op_id *saw;
  int saw_count;
  bool erases;
  bool is_named; /* of a keyed record: it brings what the name is made of, and lies where the name says */
};
struct body_changes {
  struct body_change *list; /* by place */
  int count;
};

struct store {
  struct sql *sql;
  char *path;
  const struct kind *const *kinds;
  struct kind_sql *kind_sql; /* one for each kind */
  const char *schema;        /* where the projection is written: "main", or "replay" while verify compares */
  int64_t area;
  uint64_t node;
  char letter;
  int64_t forks; /* how often operations of ours moved to child logs: names read before that are stale */
  bool exercise, clean, wrote;
  bool replaying; /* the projection is being made again: the search index is not kept in step */
  int lock;       /* PATH.lock, shared while we live */
  int64_t data_version;
  struct log_row *logs; /* cache of table log, by id - 1 */
  int log_count;
  struct { /* operations parsed last: imports fold many records of one */
    op_id op;
    struct body_changes body; /* if it could be read quickly, else */
    int64_t stamp;
    json *changes, *private_sets;
  } parsed[4];
  int parsed_next;
};

/* --- table.c: the projection's tables, from the kinds ------------------------------------------------------------------------- */
void table_prepare(struct store *store); /* fills kind_sql for store->schema */
void table_forget(struct store *store);
int table_create_all(struct store *store, struct err *err); /* projection tables and indexes in store->schema */
int table_drop_all(struct store *store, struct err *err);
void table_fingerprint(const struct kind *const kinds[],
                       char hex[2 * CRYPTO_NAME + 1]); /* changes when the projection must be made again */
int table_write(struct store *store, const struct record *record, struct err *err);
const char *table_select(struct store *store, const struct kind *kind); /* "SELECT id, changed, … FROM k_x" */
void table_row(struct store *store, const struct kind *kind, struct query *query, struct record *record); /* from a row of table_select */

/* --- log.c: logs and names ------------------------------------------------------------------------------------------------------ */
const struct log_row *log_by_id(struct store *store, int64_t id);
/* Finds or, in a write transaction, makes the log's row. NULL only with an error. */
const struct log_row *log_make(struct store *store, const struct log_name *name, struct err *err);
/* Makes an empty log the child of `parent`, that goes on behind the operation with the hash `before`. Nothing happens if it has
 * operations or a parent. */
int log_adopt(struct store *store, int64_t log, int64_t parent, int64_t parent_seq, const unsigned char before[CRYPTO_HASH],
              struct err *err);
/* The operation that `seq` means in an operation of this log: what a child inherited stands in its parents. */
op_id log_operation(struct store *store, int64_t log, int64_t seq);
bool log_is_first(const struct log_row *log, int64_t seq);
bool log_descends(struct store *store, int64_t log, int64_t ancestor);            /* is it the ancestor, or a child of a child of it? */
const struct log_row *log_find(struct store *store, const struct log_name *name); /* NULL: not here */
void log_forget(struct store *store);                                             /* the cache, after a rollback */
int log_head(struct store *store, int64_t log, int64_t *seq, unsigned char hash[CRYPTO_HASH], struct err *err);
int log_advance(struct store *store, int64_t log, int64_t seq, const unsigned char hash[CRYPTO_HASH], struct err *err);

/* The keyed record's name: BLAKE2b-128 of scope, lane, kind and key values. */
void keyed_name(int64_t area, enum lane lane, const struct kind *kind, const struct values *key, unsigned char name[CRYPTO_NAME]);
record_id keyed_id(const unsigned char name[CRYPTO_NAME]);
/* Notes the name; -1 if another name has the same id. */
int keyed_note(struct store *store, const unsigned char name[CRYPTO_NAME], int64_t area, enum lane lane, struct err *err);

/* How an operation's body refers to records and operations: short within the same operation or log. Both append JSON. */
void reference_write(struct store *store, op_id from, record_id id, struct buf *out);
/* 0 if malformed or impossible to note. Makes rows for logs not seen yet; keyed names are noted only by the change that is theirs. */
record_id reference_read(struct store *store, op_id from, const json *reference, struct err *err);
record_id reference_of_place(op_id from, int64_t place);
record_id reference_of_text(struct store *store, op_id from, const char *text, struct err *err);
void saw_write(struct store *store, op_id from, op_id saw, struct buf *out);
op_id saw_read(struct store *store, op_id from, const json *saw, struct err *err);

/* --- body.c: one change as it stands in an operation's body --------------------------------------------------------------------- */
void body_change_free(struct body_change *change);
/* Reads change `place` of operation `op`. 1: read; 0: not ours to understand (newer version); -1: bad meaning, err says what. */
int body_change_read(struct store *store, op_id op, int64_t stamp, int place, const json *change, const json *private_set,
                     struct body_change *out, struct err *err);

/* --- body_quick.c: a whole body without a tree ------------------------------------------------------------------------------------- */
/* False: it is not in the form that this node writes, which says nothing about its meaning: read it with body_change_read.
 * body_changes_free it if true. */
bool body_read_quickly(struct store *store, op_id op, int64_t stamp, const char *bytes, size_t length, struct body_changes *body);
/* Adds the private part of one of its changes. False: as above; the body is no good then. */
bool body_read_private_quickly(struct store *store, struct body_changes *body, int place, const char *bytes, size_t length);
void body_changes_free(struct body_changes *body);
/* Does the change lie where its record does? Whoever may write somewhere must not reach what is elsewhere by naming it. `record`: its name
 * as the body has it, read only if it is keyed; such a name is noted by the change that brings what it is made of (is_named). -1: no. */
int body_change_place(struct store *store, struct body_change *change, const char *record, struct err *err);
void body_change_copy(struct body_change *to, const struct body_change *from);

/* --- journal.c ------------------------------------------------------------------------------------------------------------------- */
/* Appends an operation of this node to its log inside the open transaction; fills seq and hashes. `changes` is the parsed body. */
struct private_part {
  int place;
  unsigned char salt[CRYPTO_SALT], digest[CRYPTO_HASH];
  char *set; /* JSON object */
};
int journal_append(struct store *store, int64_t log, int64_t seq, int64_t at, int64_t stamp, record_id actor, const char *action,
                   const struct buf *body, struct private_part *parts, int part_count, struct err *err);
void private_digest(struct private_part *part);
void parts_digest(const struct private_part *parts, int count, unsigned char digest[CRYPTO_HASH]); /* zeros if there are none */
int private_part_digest(const char *text, unsigned char digest[CRYPTO_HASH],
                        struct err *err); /* of an operation's private part as it travels; NULL: zeros */
void operation_hash(const struct store *store, const struct operation *operation, unsigned char digest[CRYPTO_HASH]);
void parent_fill(struct store *store, const struct log_row *log, struct operation *operation);
/* 1, 0 (not here), -1. */
int journal_hash(struct store *store, op_id op, unsigned char hash[CRYPTO_HASH], struct err *err);
int before_fill(struct store *store, const struct log_row *log, struct operation *operation, struct err *err);
/* Writes row, private parts and head. */
int operation_insert(struct store *store, op_id op, const struct operation *operation, record_id actor, const struct private_part *parts,
                     int part_count, struct err *err);
/* Body and private sets of an operation, parsed; json_drop both. *private_sets is an object by place ("3": {…}). */
int journal_body(struct store *store, op_id op, int64_t *stamp, json **changes, json **private_sets, struct err *err);
/* The same read quickly, if it can be and is not longer than `most`. */
bool journal_body_quickly(struct store *store, op_id op, size_t most, struct body_changes *body);
int journal_oddity(struct store *store, op_id op, struct err *err);

/* --- fold.c ---------------------------------------------------------------------------------------------------------------------- */
/* Brings the projection up to date with one more operation of the journal; one that means nothing becomes an oddity. */
int fold_held(struct store *store, op_id op, struct err *err);
/* Whether an operation of the journal can be folded: -1 with the reason. Asked again each time, so that it is said in the language of now
 * and two tables made in different ones are the same. */
int fold_reads(struct store *store, op_id op, struct err *err);
/* As fold_held for change `place` of an operation that this node has just written itself. `own`: its kind and id, and its values if the
 * change makes it. */
int fold_own_change(struct store *store, op_id op, int place, const struct record *own, bool erases, struct err *err);
/* Everything again, for verify and rebuild: the projection's tables must be empty. */
struct upkeep_progress;
int fold_everything(struct store *store, const struct upkeep_progress *progress, struct err *err);

struct fold {
  struct record record;
  struct body_change *changes; /* all that touch it, by (stamp, node, seq) */
  int change_count;
  int *shown;          /* by field: index of the change whose value shows, -1 none */
  int8_t *in_conflict; /* by field */
};
/* The fold of one record from the journal, of what had arrived by `until` (INT64_MAX: all). 1, 0 (nothing touches it), -1. */
int fold_record(struct store *store, record_id id, int64_t until, struct fold *fold, struct err *err);
void fold_free(struct fold *fold);
void fold_forget(struct store *store);                                  /* the parsed operations, when private parts went */
bool body_change_touches(const struct body_change *change, int field);  /* it sets some field of that one's group */
bool fold_is_candidate(const struct fold *fold, int change, int field); /* no other edit of that field's group saw it */

/* --- search.c -------------------------------------------------------------------------------------------------------------------- */
int search_create(struct store *store, struct err *err);
int search_note(struct store *store, record_id id, const struct record *before,
                struct err *err);                                          /* before a row changes; NULL: it is new */
int search_settle_inside(struct store *store, int limit, struct err *err); /* in the open transaction */
void search_pairs(const struct record *record, struct buf *out);           /* what the index is fed: the pairs, separated by spaces */
int search_build_all(struct store *store, const struct upkeep_progress *progress, struct err *err);

/* --- verify.c -------------------------------------------------------------------------------------------------------------------- */
int rebuild_inside(struct store *store, bool with_search, const struct upkeep_progress *progress,
                   struct err *err); /* in the open transaction */

/* --- store.c --------------------------------------------------------------------------------------------------------------------- */
extern const char store_trigger_delete[]; /* SQL: operations are never deleted, but when a fork moves them to another log */
int store_fingerprint_set(struct store *store, struct err *err); /* the projection is that of our kinds now */
int store_format_check(struct store *store, struct err *err);    /* ours, and of this version? */
int store_meta_set(struct store *store, const char *name, int64_t number, const char *text, struct err *err); /* text NULL: the number */
int store_set_identity(struct store *store, uint64_t node, char letter, struct err *err);
int store_set_place(struct store *store, struct err *err); /* this file is where the node lives from now on */
/* Another session may have renewed the node since we opened. -1: it moved operations too, whose names we may still hold. */
int store_refresh_identity(struct store *store, struct err *err);

/* --- key.c: the node's key file, PATH.key ------------------------------------------------------------------------------------------- */
struct key_file {
  unsigned char public_key[CRYPTO_PUBLIC], secret_key[CRYPTO_SECRET];
  json *heads; /* {"NODE/AREA/LANE": {"seq": n, "hash": hex, "signature": hex}} */
  json *next;  /* the pair under which the node is going on, as it stands in the file; NULL: none */
};
/* A new pair, written. `before` is the node that goes on under it, 0: none. Its pair stays in the file until key_settle(), so that a
 * renewal that is cut off before the database has followed has never been. */
int key_make(const char *path, uint64_t before, struct key_file *key, struct err *err);
void key_settle(const char *path, const struct key_file *key); /* the database has followed; if it fails, the next signing does it */
/* The pair of that node, if it is in the file; else the file's own, whosever it is. */
int key_read(const char *path, uint64_t node, struct key_file *key, struct err *err);
void key_free(struct key_file *key);
void key_copy(const char *from, const char *to);          /* of databases; nothing happens if it cannot be */
void key_clean(const char *path);                         /* half-written key files of a power cut; only while no other session is open */
int key_sign_heads(struct store *store, struct err *err); /* the own logs' heads as they stand, signed into the file */
int key_is_ahead(struct store *store, bool *ahead, struct err *err); /* the file knows heads that the database does not hold */

/* --- function.c ----------------------------------------------------------------------------------------------------------------------- */

int function_register(struct store *store, struct err *err); /* the SQL functions that query.h promises */

#endif
