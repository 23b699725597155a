/* Which record does a person mean? */
#include <ctype.h>
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

enum { CANDIDATES_SHOWN = 6 };

struct found {
  record_id id;
  int count;
  struct buf names;
};

static bool is_of_kind(struct store *store, const struct kind *kind, record_id id)
{
  struct record record;
  bool found = record_read(store, kind, id, &record, NULL) == 1;
  record_free(&record);
  return found;
}

/* Runs "SELECT id, TITLE …" with one text parameter, at most a few rows. */
static void candidates(struct store *store, const char *sql, const char *text, const char *upper, struct found *found)
{
  struct query *query = sql_query(store->sql, sql);
  query_bind_text(query, 1, text);
  if (upper) query_bind_text(query, 2, upper);
  while (query_next(query, NULL) == 1) {
    found->id = query_number(query, 0);
    if (found->count++ < CANDIDATES_SHOWN)
      buf_addf(&found->names, "%s%s", found->names.length ? ", " : "", query_text(query, 1) ? query_text(query, 1) : "");
  }
  query_close(query);
}

static void by_number(struct store *store, const struct kind *kind, const char *typed, struct found *found)
{
  char *sql = mem_printf("SELECT id, no FROM k_%s WHERE no = ? LIMIT 8", kind->name);
  char *number = mem_dup(typed);
  for (char *at = number; *at; at++) *at = (char)toupper((unsigned char)*at);
  candidates(store, sql, number, NULL, found);
  if (found->count == 0 && strspn(typed, "0123456789") == strlen(typed) && strlen(typed) >= 1 && strlen(typed) <= 6) {
    time_t seconds = (time_t)(clock_now() / CLOCK_SECOND); /* 31 or 031: this year's, this node's */
    struct tm local;
    localtime_r(&seconds, &local);
    char *whole = mem_printf("%s-%02d-%c%03d", kind->letter, local.tm_year % 100, store->letter, atoi(typed));
    candidates(store, sql, whole, NULL, found);
    free(whole);
  }
  free(number);
  free(sql);
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
  char *sql = mem_printf("SELECT id, \"%s\" FROM k_%s WHERE \"%s\" = ? LIMIT 8", key->name, kind->name, key->name);
  if (field_is_text(key))
    candidates(store, sql, value.text, NULL, found);
  else {
    struct query *query = sql_query(store->sql, sql);
    query_bind_number(query, 1, value.number);
    if (query_next(query, NULL) == 1) {
      found->id = query_number(query, 0);
      found->count = 1;
    }
    query_close(query);
  }
  value_clear(&value);
  free(sql);
}

static void by_title(struct store *store, const struct kind *kind, const char *typed, struct found *found)
{
  int index = kind->title ? kind_field_index(kind, kind->title) : -1;
  if (index < 0 || !field_is_text(kind_field(kind, index))) return;
  /* What the program named is called as the reader sees it. */
  char *title = mem_printf(kind_field(kind, index)->flags & FIELD_PHRASE ? "phrase(\"%s\")" : "\"%s\"", kind->title);
  char *sql = mem_printf("SELECT id, %s FROM k_%s WHERE %s = ? AND voided IS NULL LIMIT 8", title, kind->name, title);
  candidates(store, sql, typed, NULL, found);
  free(sql);
  if (found->count > 0) {
    free(title);
    return;
  }
  char *upper = mem_printf("%s\xf4\x8f\xbf\xbf", typed); /* the last code point: everything that begins so */
  sql = mem_printf("SELECT id, %s FROM k_%s WHERE %s >= ? AND %s < ? AND voided IS NULL LIMIT 8", title, kind->name, title, title);
  candidates(store, sql, typed, upper, found);
  free(sql);
  free(title);
  free(upper);
}

static record_id settle(const struct kind *kind, const char *typed, struct found *found, struct err *err)
{
  record_id id = 0;
  if (found->count == 1)
    id = found->id;
  else if (found->count == 0)
    err_set(err, _("no %s is called '%s': give its number, its name or its full name"), i18n_text(kind->label), typed);
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
