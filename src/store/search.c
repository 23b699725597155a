/* Two-character words are what people look for in Chinese, and FTS5's trigrams cannot find them: so the text is cut into overlapping
 * pairs here. FTS5 sees each pair as a word; detail=none keeps only which record has it; every hit is then checked against the text
 * itself. */
#include "store/search.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <wctype.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/inside.h"
#include "store/upkeep.h"

/* --- cutting -------------------------------------------------------------------------------------------------------------------------- */

struct letter { /* or figure or Chinese character, in lower case; length 0: none */
  char bytes[6];
  size_t length;
};

/* What most texts here are made of is known without asking the locale: Han, and what stands between it. */
static bool is_han(uint32_t code_point)
{
  return code_point >= 0x3400 && code_point <= 0x9fff;
}

static bool is_punctuation(uint32_t code_point)
{
  return (code_point >= 0x3001 && code_point <= 0x3003) || code_point == 0xff0c || code_point == 0xff1a || code_point == 0xff1b;
}

static struct letter letter_of(uint32_t code_point)
{
  struct letter letter = { .length = 0 };
  struct buf lower = BUF_INIT;
  if (iswalnum((wint_t)code_point)) text_put(&lower, (uint32_t)towlower((wint_t)code_point));
  letter.length = lower.length;
  memcpy(letter.bytes, buf_text(&lower), lower.length);
  buf_free(&lower);
  return letter;
}

static struct letter letter_take(const char **at, const char *end)
{
  const char *start = *at;
  uint32_t code_point = text_next(at, end);
  struct letter letter = { .length = (size_t)(*at - start) };
  if (code_point < 0x80) {
    letter.bytes[0] = (char)tolower((int)code_point);
    letter.length = isalnum((int)code_point) ? 1 : 0;
  } else if (is_han(code_point))
    memcpy(letter.bytes, start, letter.length);
  else if (is_punctuation(code_point))
    letter.length = 0;
  else
    letter = letter_of(code_point);
  return letter;
}

/* Calls pair() for each two characters in a row of letters, figures and Chinese, then with the last of the run alone (second of length
 * 0). */
static void pairs_walk(const char *text,
                       void (*pair)(struct buf *out, const struct letter *first, const struct letter *second, bool begins_run),
                       struct buf *out)
{
  const char *at = text, *end = text + strlen(text);
  struct letter before = { .length = 0 };
  bool begins = true;
  while (at < end || before.length) {
    struct letter now = { .length = 0 };
    if (at < end) now = letter_take(&at, end);
    if (before.length) pair(out, &before, &now, begins);
    begins = !before.length;
    before = now;
  }
}

/* A run's last character also stands alone in the index, so that "X*" finds every X. */
static void pair_index(struct buf *out, const struct letter *first, const struct letter *second, bool begins_run)
{
  char word[sizeof(first->bytes) + sizeof(second->bytes) + 1];
  (void)begins_run;
  memcpy(word, first->bytes, sizeof(first->bytes));
  memcpy(word + first->length, second->bytes, sizeof(second->bytes));
  word[first->length + second->length] = ' ';
  buf_add(out, word, first->length + second->length + 1);
}

static void pair_ask(struct buf *out, const struct letter *first, const struct letter *second, bool begins_run)
{
  if (!second->length && !begins_run) return;
  buf_adds(out, out->length ? " \"" : "\"");
  buf_add(out, first->bytes, first->length);
  buf_add(out, second->bytes, second->length);
  buf_adds(out, second->length ? "\"" : "\"*");
}

static bool is_prose(const struct field *field)
{
  return field_is_text(field) && field->type != FIELD_CHOICE && field->type != FIELD_CHOICES && !(field->flags & FIELD_UNSEARCHED);
}

static void record_words(const struct record *record, struct buf *out)
{
  for (int index = 0; index < record->values.count; index++) {
    const struct value *value = &record->values.list[index];
    if (value->known && is_prose(record->values.fields[index])) {
      buf_adds(out, value->text);
      buf_addc(out, '\n');
    }
  }
}

/* --- keeping in step ------------------------------------------------------------------------------------------------------------------ */

int search_create(struct store *store, struct err *err)
{
  return sql_run(store->sql, err,
                 "CREATE VIRTUAL TABLE search USING fts5(pairs, content='', detail=none, tokenize='unicode61 remove_diacritics 0');"
                 "CREATE TABLE search_todo(record INTEGER PRIMARY KEY, indexed TEXT)");
}

int search_note(struct store *store, record_id id, const struct record *before, struct err *err)
{
  struct buf words = BUF_INIT;
  struct query *query = sql_query(store->sql, "INSERT OR IGNORE INTO search_todo(record, indexed) VALUES(?, ?)");
  query_bind_number(query, 1, id);
  if (before) {
    record_words(before, &words);
    query_bind_text(query, 2, buf_text(&words));
  }
  buf_free(&words);
  return query_do(query, err);
}

void search_pairs(const struct record *record, struct buf *out)
{
  struct buf words = BUF_INIT;
  record_words(record, &words);
  buf_clear(out);
  pairs_walk(buf_text(&words), pair_index, out);
  buf_free(&words);
}

struct indexing {
  struct store *store;
  const struct kind *guess; /* of the next record: they come in runs of one kind */
  struct buf words, cut;    /* room for the record at hand */
};

static void indexing_free(struct indexing *indexing)
{
  buf_free(&indexing->words);
  buf_free(&indexing->cut);
}

/* Under `id`, the pairs that were cut. */
static int cut_write(struct indexing *indexing, const char *sql, record_id id, struct err *err)
{
  struct query *query = sql_query(indexing->store->sql, sql);
  query_bind_number(query, 1, id);
  query_lend_text(query, 2, buf_text(&indexing->cut));
  return query_do(query, err);
}

static int index_write(struct indexing *indexing, const char *sql, record_id id, const char *words, struct err *err)
{
  buf_clear(&indexing->cut);
  pairs_walk(words, pair_index, &indexing->cut);
  return cut_write(indexing, sql, id, err);
}

static const char index_add_sql[] = "INSERT INTO search(rowid, pairs) VALUES(?, ?)";

static int index_add(struct indexing *indexing, const struct record *record, struct err *err)
{
  buf_clear(&indexing->words);
  record_words(record, &indexing->words);
  if (indexing->words.length == 0) return 0;
  return index_write(indexing, index_add_sql, record->id, buf_text(&indexing->words), err);
}

/* The record under an id, whatever its kind; tries `guess` first, since hits come in runs of one kind. */
static bool read_whatever(struct store *store, record_id id, const struct kind **guess, struct record *record)
{
  if (*guess && record_read(store, *guess, id, record, NULL) == 1) return true;
  for (int index = 0; store->kinds[index]; index++)
    if (store->kinds[index] != *guess && record_read(store, store->kinds[index], id, record, NULL) == 1) {
      *guess = store->kinds[index];
      return true;
    }
  return false;
}

static int settle_one(struct indexing *indexing, record_id id, const char *indexed, struct err *err)
{
  struct record record;
  if (indexed && *indexed &&
      index_write(indexing, "INSERT INTO search(search, rowid, pairs) VALUES('delete', ?, ?)", id, indexed, err) != 0)
    return -1;
  if (!read_whatever(indexing->store, id, &indexing->guess, &record)) return 0;
  int result = index_add(indexing, &record, err);
  record_free(&record);
  return result;
}

int search_settle_inside(struct store *store, int limit, struct err *err)
{
  struct indexing indexing = { .store = store };
  struct query *query = sql_query(store->sql, "SELECT record, indexed FROM search_todo ORDER BY record LIMIT ?");
  int64_t last = INT64_MIN;
  int found, result = 0;
  query_bind_number(query, 1, limit ? limit : -1);
  while (result == 0 && (found = query_next(query, err)) == 1) {
    last = query_number(query, 0);
    result = settle_one(&indexing, last, query_text(query, 1), err);
  }
  query_close(query);
  indexing_free(&indexing);
  if (result != 0 || found < 0) return -1;
  query = sql_query(store->sql, "DELETE FROM search_todo WHERE record <= ?");
  query_bind_number(query, 1, last);
  return query_do(query, err);
}

int64_t search_settle(struct store *store, int limit, struct err *err)
{
  if (!query_single(store, "SELECT 1 FROM search_todo LIMIT 1", 0, 0)) return 0;
  if (sql_begin(store->sql, err) != 0) return -1;
  if (search_settle_inside(store, limit, err) != 0) {
    sql_rollback(store->sql);
    return -1;
  }
  store->wrote = true;
  return sql_commit(store->sql, err) == 0 ? query_single(store, "SELECT count(*) FROM search_todo", 0, 0) : -1;
}

/* Only what is searched, straight from the columns: a whole station is read here. */
static char *words_sql(const struct kind *kind)
{
  struct buf sql = BUF_INIT;
  buf_adds(&sql, "SELECT id");
  for (int index = 0; index < kind_field_count(kind); index++)
    if (is_prose(kind_field(kind, index))) buf_addf(&sql, ", \"%s\"", kind_field(kind, index)->name);
  buf_addf(&sql, " FROM k_%s", kind->name);
  return buf_take(&sql, NULL);
}

static int build_row(struct indexing *indexing, struct query *query, int columns, struct err *err)
{
  bool any = false;
  buf_clear(&indexing->cut);
  for (int column = 1; column < columns; column++) {
    const char *text = query_text(query, column);
    any |= text != NULL;
    if (text) pairs_walk(text, pair_index, &indexing->cut);
  }
  return any ? cut_write(indexing, index_add_sql, query_number(query, 0), err) : 0;
}

static int build_kind(struct store *store, const struct kind *kind, const struct upkeep_progress *progress, int64_t *done, struct err *err)
{
  struct indexing indexing = { .store = store };
  char *sql = words_sql(kind);
  struct query *query = sql_query(store->sql, sql);
  int columns = query_columns(query), found, result = 0;
  while (result == 0 && (found = query_next(query, err)) == 1) {
    result = build_row(&indexing, query, columns, err);
    if (progress && ++*done % 1000 == 0 && !progress->step(progress->context, *done, 0))
      result = err_set(err, _("stopped as asked; nothing has changed"));
  }
  query_close(query);
  indexing_free(&indexing);
  free(sql);
  return found < 0 ? -1 : result;
}

int search_build_all(struct store *store, const struct upkeep_progress *progress, struct err *err)
{
  int64_t done = 0;
  if (sql_run(store->sql, err, "INSERT INTO search(search) VALUES('delete-all'); DELETE FROM search_todo") != 0) return -1;
  for (int index = 0; store->kinds[index]; index++)
    if (build_kind(store, store->kinds[index], progress, &done, err) != 0) return -1;
  return 0;
}

/* --- asking --------------------------------------------------------------------------------------------------------------------------- */

struct hit {
  record_id id;
  int64_t at;
};

struct asking {
  struct store *store;
  char **words;
  int word_count;
  struct buf match;
  const struct kind *kind, *guess;
  bool with_void;
  int limit;
  struct hit *hits;
  int hit_count;
};

static bool has_all_words(const struct asking *asking, const struct record *record)
{
  struct buf text = BUF_INIT;
  bool all = true;
  record_words(record, &text);
  for (int index = 0; all && index < asking->word_count; index++) all = text_contains(buf_text(&text), asking->words[index]);
  buf_free(&text);
  return all;
}

static bool is_wanted(struct asking *asking, record_id id)
{
  struct record record;
  bool found = asking->kind ? record_read(asking->store, asking->kind, id, &record, NULL) == 1
                            : read_whatever(asking->store, id, &asking->guess, &record);
  if (!found) return false;
  bool wanted = (asking->with_void || !record_is_void(&record)) && has_all_words(asking, &record);
  record_free(&record);
  return wanted;
}

/* The newest hits among ids from `first` to `last`: within one log, ids grow with time. */
static int ask_range(struct asking *asking, record_id first, record_id last, struct err *err)
{
  struct query *query =
    sql_query(asking->store->sql, "SELECT rowid FROM search WHERE search MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid DESC");
  query_bind_text(query, 1, buf_text(&asking->match));
  query_bind_number(query, 2, first);
  query_bind_number(query, 3, last);
  int found = 0, taken = 0;
  while (asking->match.length > 0 && (found = query_next(query, err)) == 1 && taken < asking->limit) {
    record_id id = query_number(query, 0);
    if (!is_wanted(asking, id)) continue;
    asking->hits = mem_grow(asking->hits, (size_t)asking->hit_count + 1, sizeof(*asking->hits));
    int64_t at = record_is_keyed(id)
                   ? query_single(asking->store, "SELECT max(at) FROM op WHERE id IN (SELECT op FROM touch WHERE record = ?)", id, 0)
                   : query_single(asking->store, "SELECT at FROM op WHERE id = ?", record_op(id), 0);
    asking->hits[asking->hit_count++] = (struct hit){ id, at };
    taken++;
  }
  query_close(query);
  return found < 0 ? -1 : 0;
}

static int hit_compare(const void *one, const void *other)
{
  const struct hit *a = one, *b = other;
  if (a->at != b->at) return a->at < b->at ? 1 : -1;
  return a->id < b->id ? 1 : a->id > b->id ? -1 : 0;
}

static void words_split(const char *words, struct asking *asking)
{
  char *copy = mem_dup(words), *rest = copy, *word;
  while ((word = strsep(&rest, " \t\n")))
    if (*text_trim(word)) {
      asking->words = mem_grow(asking->words, (size_t)asking->word_count + 1, sizeof(*asking->words));
      asking->words[asking->word_count++] = mem_dup(text_trim(word));
      pairs_walk(text_trim(word), pair_ask, &asking->match);
    }
  free(copy);
}

static int hits_give(struct asking *asking, bool (*row)(void *context, const struct record *record), void *context, struct err *err)
{
  (void)err;
  if (asking->hit_count) qsort(asking->hits, (size_t)asking->hit_count, sizeof(*asking->hits), hit_compare);
  bool go_on = true;
  for (int index = 0; go_on && index < asking->hit_count && index < asking->limit; index++) {
    struct record record;
    bool found = asking->kind ? record_read(asking->store, asking->kind, asking->hits[index].id, &record, NULL) == 1
                              : read_whatever(asking->store, asking->hits[index].id, &asking->guess, &record);
    if (found) {
      go_on = row(context, &record);
      record_free(&record);
    }
  }
  return 0;
}

static void asking_free(struct asking *asking)
{
  for (int index = 0; index < asking->word_count; index++) free(asking->words[index]);
  free(asking->words);
  free(asking->hits);
  buf_free(&asking->match);
}

int search_read(struct store *store, const char *words, const struct kind *kind, bool with_void, int limit,
                bool (*row)(void *context, const struct record *record), void *context, struct err *err)
{
  struct asking asking = { .store = store, .kind = kind, .with_void = with_void, .limit = limit, .match = BUF_INIT };
  if (search_settle(store, 0, err) < 0) return -1;
  words_split(words, &asking);
  log_by_id(store, LOGS_MAX); /* loads what is new */
  int result = ask_range(&asking, INT64_MIN, -1, err);
  for (int log = 1; result == 0 && log <= store->log_count; log++)
    result = ask_range(&asking, record_of(op_of(log, 0), 0), record_of(op_of(log, SEQ_MAX), PLACE_MAX), err);
  if (result == 0) result = hits_give(&asking, row, context, err);
  asking_free(&asking);
  return result;
}
