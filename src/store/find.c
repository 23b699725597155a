/* Which record does a person mean? */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "store/inside.h"

enum { CANDIDATES_SHOWN = 6, CANDIDATES_READ = 1000 };

struct found {
  record_id id, own; /* the last one; the last one of this station */
  int count, own_count;
  bool alike; /* all have that very number, key or title */
  struct buf names;
};

static bool is_of_kind(struct store *store, const struct kind *kind, record_id id)
{
  struct record record;
  bool found = record_read(store, kind, id, &record, NULL) == 1;
  record_free(&record);
  return found;
}

static void candidate_name(struct store *store, record_id id, const char *title, struct found *found)
{
  if (found->names.length) buf_adds(&found->names, ", ");
  if (!found->alike) {
    buf_adds(&found->names, title);
    return;
  }
  record_name(store, id, &found->names);
  if (record_is_keyed(id)) buf_addf(&found->names, " (%012" PRId64 ")", record_area(store, id)); /* the name of others says it */
}

/* Reads "SELECT id, TITLE …" and closes it. */
static void candidates(struct store *store, struct query *query, bool alike, struct found *found)
{
  found->alike = alike;
  while (query_next(query, NULL) == 1) {
    found->id = query_number(query, 0);
    if (record_area(store, found->id) == store->area) {
      found->own = found->id;
      found->own_count++;
    }
    if (found->count++ < CANDIDATES_SHOWN) candidate_name(store, found->id, query_text(query, 1), found);
  }
  query_close(query);
}

/* For candidates(); title and `where` are SQL, the parameters are still to be bound. */
static struct query *select_kind(struct store *store, const struct kind *kind, const char *title, const char *where, int most)
{
  char *sql = mem_printf("SELECT id, %s FROM k_%s WHERE %s LIMIT %d", title, kind->name, where, most);
  struct query *query = sql_query(store->sql, sql);
  free(sql);
  return query;
}

static void by_whole_number(struct store *store, const struct kind *kind, const char *number, struct found *found)
{
  struct query *query = select_kind(store, kind, "no", "no = ?1", CANDIDATES_READ);
  query_bind_text(query, 1, number);
  candidates(store, query, true, found);
}

static void by_number(struct store *store, const struct kind *kind, const char *typed, struct found *found)
{
  char *number = mem_dup(typed);
  for (char *at = number; *at; at++) *at = (char)toupper((unsigned char)*at);
  by_whole_number(store, kind, number, found);
  if (found->count == 0 && strspn(typed, "0123456789") == strlen(typed) && strlen(typed) >= 1 && strlen(typed) <= 6) {
    time_t seconds = (time_t)(clock_now() / CLOCK_SECOND); /* 31 or 031: this year's, this node's */
    struct tm local;
    localtime_r(&seconds, &local);
    char *whole = mem_printf("%s-%02d-%c%03d", kind->letter, local.tm_year % 100, store->letter, atoi(typed));
    by_whole_number(store, kind, whole, found);
    free(whole);
  }
  free(number);
}

static const struct field *only_key(const struct kind *kind)
{
  const struct field *key = NULL;
  for (const struct field *field = kind->fields; kind->is_keyed && field->name; field++)
    if (field->flags & FIELD_KEY) {
      if (key) return NULL;
      key = field;
    }
  return key;
}

static void by_key(struct store *store, const struct kind *kind, const char *typed, struct found *found)
{
  const struct field *key = only_key(kind);
  struct value value = { 0 };
  if (!key || value_read(store, key, typed, clock_now(), &value, NULL) != 0) return;
  char *where = mem_printf("\"%s\" = ?1", key->name);
  struct query *query = select_kind(store, kind, "NULL", where, CANDIDATES_READ);
  if (field_is_text(key))
    query_bind_text(query, 1, value.text);
  else
    query_bind_number(query, 1, value.number);
  candidates(store, query, true, found);
  value_clear(&value);
  free(where);
}

static void by_title(struct store *store, const struct kind *kind, const char *typed, struct found *found)
{
  int index = kind->title ? kind_field_index(kind, kind->title) : -1;
  if (index < 0 || !field_is_text(kind_field(kind, index))) return;
  /* What the program named is called as the reader sees it. */
  char *title = mem_printf(kind_field(kind, index)->flags & FIELD_PHRASE ? "phrase(\"%s\")" : "\"%s\"", kind->title);
  char *where = mem_printf("%s = ?1 AND voided IS NULL", title);
  struct query *query = select_kind(store, kind, title, where, CANDIDATES_READ);
  query_bind_text(query, 1, typed);
  candidates(store, query, true, found);
  free(where);
  if (found->count == 0) {
    char *upper = mem_printf("%s\xf4\x8f\xbf\xbf", typed); /* the last code point: everything that begins so */
    where = mem_printf("%s >= ?1 AND %s < ?2 AND voided IS NULL", title, title);
    query = select_kind(store, kind, title, where, CANDIDATES_SHOWN + 1);
    query_bind_text(query, 1, typed);
    query_bind_text(query, 2, upper);
    candidates(store, query, false, found);
    free(where);
    free(upper);
  }
  free(title);
}

static record_id settle(const struct kind *kind, const char *typed, struct found *found, struct err *err)
{
  record_id id = 0;
  if (found->count == 1)
    id = found->id;
  else if (found->alike && found->own_count == 1 && found->count < CANDIDATES_READ)
    id = found->own;
  else if (found->count == 0)
    err_set(err, _("no %s is called '%s': give its number, its name or its full name"), i18n_text(kind->label), typed);
  else if (found->alike)
    err_set(err, _("several are called '%s': give one of these names instead: %s"), typed, buf_text(&found->names));
  else
    err_set(err, _("'%s' may mean several: %s; give the number or the whole name"), typed, buf_text(&found->names));
  buf_free(&found->names);
  return id;
}

static record_id find_of_any(struct store *store, const char *typed, struct err *err)
{
  record_id id = record_from_name(store, typed);
  for (int index = 0; store->kinds[index]; index++) {
    const struct kind *kind = store->kinds[index];
    if (id && is_of_kind(store, kind, id)) return id;
    if (kind->letter && strncasecmp(typed, kind->letter, strlen(kind->letter)) == 0 && typed[strlen(kind->letter)] == '-')
      return record_find(store, kind, typed, err);
  }
  err_set(err, _("'%s' is no number such as W-26-B031 and no full name"), typed);
  return 0;
}

record_id record_find(struct store *store, const struct kind *kind, const char *typed, struct err *err)
{
  if (!kind) return find_of_any(store, typed, err);
  record_id id = record_from_name(store, typed);
  if (id && is_of_kind(store, kind, id)) return id;
  struct found found = { .names = BUF_INIT };
  if (kind->letter) by_number(store, kind, typed, &found);
  if (found.count == 0) by_key(store, kind, typed, &found);
  if (found.count == 0) by_title(store, kind, typed, &found);
  return settle(kind, typed, &found, err);
}
