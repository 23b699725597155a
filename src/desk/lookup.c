#include "desk/lookup.h"

#include <string.h>

#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/duties.h"
#include "store/query.h"

int lookup_record(struct desk *desk, const struct kind *kind, record_id id, struct record *record, struct err *err)
{
  memset(record, 0, sizeof *record);
  int found = id != 0 ? record_read(desk->store, kind, id, record, err) : 0;
  if (found == 1) return 0;
  memset(record, 0, sizeof *record);
  if (found < 0) return -1;
  if (id == 0) return err_usage(err, _("Which %s? Give its number, as its list shows it"), i18n_text(kind->label));
  return err_set(err, _("There is no such record (%s): look it up in its list"), i18n_text(kind->label));
}

char *lookup_name(struct desk *desk, record_id officer)
{
  struct record record = { 0 };
  char *name = NULL;

  if (officer == 0 || record_read(desk->store, &officer_kind, officer, &record, NULL) != 1) return NULL;
  name = mem_dup(record_title(&record));
  record_free(&record);
  return name;
}

char *lookup_title(struct desk *desk, record_id id, const struct kind **kind)
{
  const struct kind *const *kinds = desk_kinds();

  for (int i = 0; id != 0 && kinds[i] != NULL; i++) {
    struct record record = { 0 };
    if (record_read(desk->store, kinds[i], id, &record, NULL) != 1) continue;
    char *title = mem_dup(record_title(&record));
    if (kind != NULL) *kind = kinds[i];
    record_free(&record);
    return title;
  }
  return NULL;
}

char *lookup_unit(struct desk *desk, int64_t area)
{
  char code[13];
  struct query *query = query_open(desk->store, "SELECT name FROM k_unit WHERE area = ?1 AND voided IS NULL LIMIT 1");

  query_bind_text(query, 1, area_text(area, code));
  char *name = mem_dup(query_next(query, NULL) == 1 ? query_text(query, 0) : code);
  query_close(query);
  return name;
}

int lookup_ids(struct query *query, record_id **ids, struct err *err)
{
  int count = 0, row;

  *ids = NULL;
  while ((row = query_next(query, err)) == 1) {
    *ids = mem_grow(*ids, (size_t)count + 1, sizeof **ids);
    (*ids)[count++] = query_number(query, 0);
  }
  query_close(query);
  return row < 0 ? -1 : count;
}

char *lookup_text(struct desk *desk, const char *sql, int64_t parameter)
{
  struct query *query = query_open(desk->store, sql);
  char *text = NULL;

  if (strchr(sql, '?') != NULL) query_bind_number(query, 1, parameter);
  if (query_next(query, NULL) == 1) text = mem_dup(query_text(query, 0));
  query_close(query);
  return text;
}

int lookup_arguments(struct desk *desk, const struct kind *kind, record_id id, struct values *arguments, struct err *err)
{
  struct record record = { 0 };

  if (lookup_record(desk, kind, id, &record, err) < 0) return -1;
  for (int i = 0; i < arguments->count; i++) {
    int index = values_index(&record.values, arguments->fields[i]->name);
    if (index >= 0) value_set(arguments->fields[i], &arguments->list[i], &record.values.list[index]);
  }
  record_free(&record);
  return 0;
}

const char *lookup_choice(const struct kind *kind, const char *field, const char *name)
{
  int index = kind_field_index(kind, field);
  const struct choice *choice = index >= 0 ? kind_field(kind, index)->choices : NULL;

  if (name == NULL) return "";
  for (; choice != NULL && choice->name != NULL; choice++)
    if (strcmp(choice->name, name) == 0) return i18n_text(choice->label);
  return name;
}

const char *lookup_argument(const struct field *fields, const struct values *arguments, const char *name)
{
  const char *value = values_text(arguments, name);

  for (; fields->name != NULL && strcmp(fields->name, name) != 0; fields++) continue;
  for (const struct choice *choice = fields->choices; value != NULL && choice != NULL && choice->name != NULL; choice++)
    if (strcmp(choice->name, value) == 0) return i18n_text(choice->label);
  return value != NULL ? value : "";
}
