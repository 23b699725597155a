#include "tui/candidates.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "tui/chooser.h"
#include "tui/line.h"

enum { CANDIDATES_MOST = 100 };

struct finding {
  struct candidates *candidates;
  struct desk *desk;
  const char *typed;
};

static void add(struct finding *finding, const char *text)
{
  struct candidates *candidates = finding->candidates;

  if (strncasecmp(text, finding->typed, strlen(finding->typed)) != 0) return;
  for (int i = 0; i < candidates->count; i++)
    if (strcmp(candidates->list[i], text) == 0) return;
  candidates->list = mem_grow(candidates->list, (size_t)candidates->count + 1, sizeof *candidates->list);
  candidates->list[candidates->count++] = mem_dup(text);
}

static void add_options(struct finding *finding, const struct field *field)
{
  struct chooser chooser = { 0 };

  chooser_fill(&chooser, finding->desk, field, finding->typed);
  for (int i = 0; i < chooser.count; i++) add(finding, chooser.options[i].label);
  chooser_stop(&chooser);
}

static bool add_title(void *context, const struct record *record)
{
  struct finding *finding = context;

  add(finding, record_title(record));
  return finding->candidates->count < CANDIDATES_MOST;
}

static bool add_codes(void *context, const struct record *record)
{
  struct finding *finding = context;

  for (int i = 0; i < record->values.count; i++) {
    struct buf code = BUF_INIT;
    if (record->values.fields[i]->type != FIELD_AREA || !record->values.list[i].known) continue;
    value_write(finding->desk->store, record->values.fields[i], &record->values.list[i], &code);
    add(finding, buf_text(&code));
    buf_free(&code);
  }
  return finding->candidates->count < CANDIDATES_MOST;
}

static void add_names(struct finding *finding, const char *kind_name)
{
  const struct kind *kind = kind_find(store_kinds(finding->desk->store), kind_name);
  struct list_filter filter = { "name", LIST_CONTAINS, { true, (char *)(uintptr_t)finding->typed, 0 } };
  struct list_query query = { .kind = kind, .filters = &filter, .filter_count = 1, .limit = CANDIDATES_MOST };

  if (kind != NULL && kind_field_index(kind, "name") >= 0) list_read(finding->desk->store, &query, add_title, finding, NULL);
}

static void add_areas(struct finding *finding)
{
  struct list_query query = { .kind = kind_find(store_kinds(finding->desk->store), "unit") };

  if (query.kind != NULL) list_read(finding->desk->store, &query, add_codes, finding, NULL);
}

void candidates_find(struct candidates *candidates, struct desk *desk, const struct field *field, const char *typed, const char *history)
{
  struct finding finding = { candidates, desk, typed };
  const char *text;

  *candidates = (struct candidates){ 0 };
  if (chooser_suits(field)) add_options(&finding, field);
  for (int i = 0; (text = line_remembered(history, i)) != NULL; i++) add(&finding, text);
  if (desk->store == NULL) return;
  if (field->type == FIELD_AREA) add_areas(&finding);
  if (field->type != FIELD_TEXT) return;
  add_names(&finding, "officer");
  add_names(&finding, "contact");
}

void candidates_free(struct candidates *candidates)
{
  for (int i = 0; i < candidates->count; i++) free(candidates->list[i]);
  free(candidates->list);
  *candidates = (struct candidates){ 0 };
}
