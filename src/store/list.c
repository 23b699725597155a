/* Lists, read a page at a time by key. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "store/inside.h"

static const char *const test_sql[] = {
  [LIST_EQUAL] = "\"%s\" = ?",     [LIST_LEAST] = "\"%s\" >= ?",
  [LIST_MOST] = "\"%s\" <= ?",     [LIST_CONTAINS] = "instr(\"%s\", ?) > 0",
  [LIST_EMPTY] = "\"%s\" IS NULL", [LIST_FILLED] = "\"%s\" IS NOT NULL",
};

static bool test_has_value(enum list_test test)
{
  return test != LIST_EMPTY && test != LIST_FILLED;
}

/* The expression that lists are sorted by, the same as its index has. */
static char *order_text(const struct kind *kind)
{
  if (!kind->order) return mem_dup("id");
  const struct field *field = kind_field(kind, kind_field_index(kind, kind->order));
  return mem_printf("ifnull(\"%s\", %s)", field->name, field_is_text(field) ? "''" : "0");
}

static char *list_text(struct store *store, const struct list_query *query)
{
  const struct kind *kind = query->kind;
  bool descending = kind->newest_first != query->backwards;
  char *order = order_text(kind);
  struct buf sql = BUF_INIT;
  buf_addf(&sql, "%s WHERE 1", table_select(store, kind));
  for (int index = 0; index < query->filter_count; index++) {
    buf_adds(&sql, " AND ");
    char *test = mem_dup(test_sql[query->filters[index].test]); /* "%s" is the field's name */
    char *mark = strstr(test, "%s");
    buf_add(&sql, test, (size_t)(mark - test));
    buf_adds(&sql, query->filters[index].field);
    buf_adds(&sql, mark + 2);
    free(test);
  }
  if (!query->with_void) buf_adds(&sql, " AND voided IS NULL");
  if (query->after)
    buf_addf(&sql, " AND (%s, id) %s ((SELECT %s FROM k_%s WHERE id = ?), ?)", order, descending ? "<" : ">", order, kind->name);
  const char *direction = descending ? "DESC" : "ASC";
  buf_addf(&sql, " ORDER BY %s %s, id %s LIMIT ?", order, direction, direction);
  free(order);
  return buf_take(&sql, NULL);
}

static void list_bind(const struct list_query *list, struct query *query)
{
  int parameter = 1;
  for (int index = 0; index < list->filter_count; index++) {
    const struct list_filter *filter = &list->filters[index];
    if (!test_has_value(filter->test)) continue;
    if (filter->value.text)
      query_bind_text(query, parameter++, filter->value.text);
    else
      query_bind_number(query, parameter++, filter->value.number);
  }
  if (list->after) {
    query_bind_number(query, parameter++, list->after);
    query_bind_number(query, parameter++, list->after);
  }
  query_bind_number(query, parameter, list->limit > 0 ? list->limit : -1);
}

int list_read(struct store *store, const struct list_query *list, bool (*row)(void *context, const struct record *record), void *context,
              struct err *err)
{
  char *sql = list_text(store, list);
  struct query *query = sql_query(store->sql, sql);
  free(sql);
  list_bind(list, query);
  int found;
  bool go_on = true;
  while (go_on && (found = query_next(query, err)) == 1) {
    struct record record;
    table_row(store, list->kind, query, &record);
    go_on = row(context, &record);
    record_free(&record);
  }
  query_close(query);
  return go_on && found < 0 ? -1 : 0;
}
