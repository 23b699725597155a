#include "tui/chooser.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/duty.h"
#include "store/record.h"
#include "store/search.h"

enum { RECORDS_MOST = 60, NUMBER_COLUMNS = 4 };

bool chooser_suits(const struct field *field)
{
  return field->type == FIELD_YES || field->type == FIELD_CHOICE || field->type == FIELD_CHOICES || field->type == FIELD_REFERENCE;
}

static void drop_options(struct chooser *chooser)
{
  for (int i = 0; i < chooser->count; i++) {
    free(chooser->options[i].label);
    free(chooser->options[i].name);
  }
  chooser->count = chooser->chosen = chooser->top = 0;
  chooser->has_more = false;
}

void chooser_stop(struct chooser *chooser)
{
  drop_options(chooser);
  free(chooser->options);
  *chooser = (struct chooser){ 0 };
}

static void add(struct chooser *chooser, char *label, const char *name, int64_t number, int shown_as)
{
  chooser->options = mem_grow(chooser->options, (size_t)chooser->count + 1, sizeof *chooser->options);
  chooser->options[chooser->count++] = (struct option){ label, mem_dup(name), number, shown_as };
}

static bool is_its_number(const char *typed, int number)
{
  char *end;
  return strtol(typed, &end, 10) == number && end != typed && *end == '\0';
}

/* Labels may hold full-width marks, and what was typed has been folded. */
static bool fits(const char *label, const char *typed)
{
  char *folded = text_fold_width(label);
  bool contained = text_contains(label, typed) || text_contains(folded, typed);

  free(folded);
  return contained;
}

static void fill_choices(struct chooser *chooser, const char *typed)
{
  for (int i = 0; chooser->field->choices[i].name != NULL; i++) {
    const struct choice *choice = &chooser->field->choices[i];
    if (fits(_(choice->label), typed) || text_contains(choice->name, typed) || is_its_number(typed, i + 1))
      add(chooser, mem_dup(_(choice->label)), choice->name, 0, i + 1);
  }
}

static void fill_yes(struct chooser *chooser, const char *typed)
{
  static const struct {
    const char *label;
    int64_t number;
  } answers[] = { { N_("yes"), 1 }, { N_("no"), 0 } };

  for (int i = 0; i < 2; i++)
    if (text_contains(_(answers[i].label), typed) || is_its_number(typed, i + 1))
      add(chooser, mem_dup(_(answers[i].label)), NULL, answers[i].number, i + 1);
}

/* --- records -------------------------------------------------------------------------------------------------------------- */

static char *record_label(const struct record *record, bool with_kind)
{
  const char *number = record->values.list[COMMON_NUMBER].text, *name = record_title(record);
  const char *kind = with_kind ? _(record->kind->label) : "";
  bool has_number = number != NULL && strcmp(number, name) != 0;

  return mem_printf("%s%s%s%s%s", kind, with_kind ? " " : "", has_number ? number : "", has_number ? " " : "", name);
}

static bool is_offered(struct desk *desk, const struct record *record)
{
  const struct duty *duty = duty_of(record->kind);
  return duty->is_offered == NULL || duty->is_offered(desk, record->id);
}

struct offering {
  struct chooser *chooser;
  struct desk *desk;
};

static bool add_record(struct chooser *chooser, const struct record *record, bool with_kind)
{
  for (int i = 0; i < chooser->count; i++)
    if (chooser->options[i].number == record->id) return true;
  chooser->has_more = chooser->count >= RECORDS_MOST;
  if (!chooser->has_more) add(chooser, record_label(record, with_kind), NULL, record->id, chooser->count + 1);
  return !chooser->has_more;
}

struct place {
  struct offering offering;
  int left; /* records to pass over */
  int shown_as;
};

static bool add_at_place(void *context, const struct record *record)
{
  struct place *place = context;

  if (!is_offered(place->offering.desk, record) || --place->left > 0) return true;
  add(place->offering.chooser, record_label(record, false), NULL, record->id, place->shown_as);
  return false;
}

/* "3" is also the third of the whole list, as it was shown before anything was typed. */
static void add_by_place(struct chooser *chooser, struct desk *desk, const struct kind *kind, const char *typed)
{
  char *end;
  long number = strtol(typed, &end, 10);
  struct list_query query = { .kind = kind };
  struct place place = { { chooser, desk }, (int)number, (int)number };

  if (typed[0] < '1' || typed[0] > '9' || *end != '\0' || number > RECORDS_MOST) return;
  list_read(desk->store, &query, add_at_place, &place, NULL);
}

static bool add_of_kind(void *context, const struct record *record)
{
  const struct offering *offering = context;

  return !is_offered(offering->desk, record) || add_record(offering->chooser, record, false);
}

static bool add_of_any(void *context, const struct record *record)
{
  return add_record(context, record, true);
}

/* "031" or "W-26-B031" names one record, whatever its title. */
static void add_by_number(struct chooser *chooser, struct desk *desk, const struct kind *kind, const char *typed)
{
  struct record record = { 0 };
  record_id id = record_find(desk->store, kind, typed, NULL);

  if (id == 0 || record_read(desk->store, kind, id, &record, NULL) != 1) return;
  if (is_offered(desk, &record)) add_record(chooser, &record, false);
  record_free(&record);
}

static void fill_records(struct chooser *chooser, struct desk *desk, const char *typed)
{
  const struct kind *kind = kind_find(store_kinds(desk->store), chooser->field->reference);
  struct value contained = { true, (char *)(uintptr_t)typed, 0 };

  if (kind == NULL) {
    if (*typed != '\0') search_read(desk->store, typed, NULL, false, RECORDS_MOST, add_of_any, chooser, NULL);
    return;
  }
  int title = kind->title != NULL ? kind_field_index(kind, kind->title) : -1;
  bool by_title = title >= 0 && field_is_text(kind_field(kind, title));
  struct list_filter filter = { kind->title, LIST_CONTAINS, contained };
  struct list_query query = { .kind = kind, .filters = &filter, .filter_count = *typed != '\0' && by_title ? 1 : 0 };
  query.limit = duty_of(kind)->is_offered != NULL ? 0 : RECORDS_MOST + 1; /* those passed over count for nothing */
  struct offering offering = { chooser, desk };
  add_by_place(chooser, desk, kind, typed);
  if (*typed != '\0') add_by_number(chooser, desk, kind, typed);
  list_read(desk->store, &query, add_of_kind, &offering, NULL);
}

void chooser_fill(struct chooser *chooser, struct desk *desk, const struct field *field, const char *typed)
{
  char *folded = text_fold_width(typed);
  const char *words = text_trim(folded);

  drop_options(chooser);
  chooser->field = field;
  if (field->type == FIELD_YES)
    fill_yes(chooser, words);
  else if (field->type == FIELD_REFERENCE && desk->store != NULL)
    fill_records(chooser, desk, words);
  else if (field->choices != NULL)
    fill_choices(chooser, words);
  free(folded);
}

/* --- choosing ------------------------------------------------------------------------------------------------------------- */

static bool is_same(const char *label, const char *typed)
{
  char *one = text_fold_width(label), *other = text_fold_width(typed);
  bool same = strcmp(text_trim(one), text_trim(other)) == 0;

  free(one);
  free(other);
  return same;
}

const struct option *chooser_meant(const struct chooser *chooser, const char *typed)
{
  for (int i = 0; i < chooser->count; i++) {
    const struct option *option = &chooser->options[i];
    if (is_same(option->label, typed) || (option->name != NULL && strcmp(option->name, typed) == 0)) return option;
  }
  for (int i = 0; i < chooser->count && chooser->field->type != FIELD_REFERENCE; i++)
    if (is_its_number(typed, chooser->options[i].shown_as)) return &chooser->options[i];
  return chooser->count == 1 ? &chooser->options[0] : NULL;
}

const struct option *chooser_chosen(const struct chooser *chooser)
{
  return chooser->chosen < chooser->count ? &chooser->options[chooser->chosen] : NULL;
}

static void choose(struct chooser *chooser, int index)
{
  if (index >= chooser->count) index = chooser->count - 1;
  if (index < 0) index = 0;
  chooser->chosen = index;
  if (index < chooser->top) chooser->top = index;
  if (index >= chooser->top + CHOOSER_ROWS) chooser->top = index - CHOOSER_ROWS + 1;
}

bool chooser_key(struct chooser *chooser, const struct key *key)
{
  switch (key->code) {
  case KEY_CODE_UP: choose(chooser, chooser->chosen - 1); return true;
  case KEY_CODE_DOWN: choose(chooser, chooser->chosen + 1); return true;
  case KEY_CODE_PAGE_UP: choose(chooser, chooser->chosen - CHOOSER_ROWS); return true;
  case KEY_CODE_PAGE_DOWN: choose(chooser, chooser->chosen + CHOOSER_ROWS); return true;
  default: return false;
  }
}

int chooser_rows(const struct chooser *chooser)
{
  int rows = chooser->count < CHOOSER_ROWS ? chooser->count : CHOOSER_ROWS;
  return rows > 0 ? rows : 1;
}

void chooser_draw(struct chooser *chooser, struct terminal *terminal, struct area area)
{
  const char *side = terminal->ascii ? "| " : "│ ";
  int edge = draw_columns(terminal, side);

  for (int i = 0; i < area.rows; i++) {
    int index = chooser->top + i;
    bool is_there = index < chooser->count, is_chosen = is_there && index == chooser->chosen;
    enum style style = is_chosen ? STYLE_SELECTED : STYLE_NORMAL;
    char number[16] = "";
    const char *nothing = i == 0 && chooser->count == 0 ? _("nothing fits: type other words") : "";
    if (is_there) snprintf(number, sizeof number, "%*d ", NUMBER_COLUMNS - 1, chooser->options[index].shown_as);
    draw_text(terminal, area.top + i, area.left, edge, STYLE_FAINT, side);
    draw_text(terminal, area.top + i, area.left + edge, NUMBER_COLUMNS, is_chosen ? style : STYLE_KEY, number);
    draw_text(terminal, area.top + i, area.left + edge + NUMBER_COLUMNS, area.columns - edge - NUMBER_COLUMNS, style,
              is_there ? chooser->options[index].label : nothing);
  }
  if (chooser->has_more && area.rows == CHOOSER_ROWS && chooser->top + CHOOSER_ROWS >= chooser->count)
    draw_text(terminal, area.top + area.rows - 1, area.left + edge + NUMBER_COLUMNS, area.columns - edge - NUMBER_COLUMNS, STYLE_FAINT,
              _("… more: type a few letters of it"));
}
