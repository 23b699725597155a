/* CSV import: every row is checked and put into one act; a single wrong row cancels the whole. */
#include <inttypes.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/duties.h"
#include "desk/figures.h"
#include "formats/csv.h"
#include "store/act.h"

/* A text that was seen before: the key of a record (its row, when this file makes it), or what a reference means. */
struct known {
  char *text;
  record_id id; /* SEVERAL: the text does not decide */
  int row;
};
#define SEVERAL INT64_MIN
#define PASSED_OVER -1

struct import {
  struct desk *desk;
  const struct duty *duty;
  struct act *act;
  struct csv csv;
  int *fields; /* of each column: index in values, or PASSED_OVER */
  size_t columns;
  struct values standard, row;
  bool *given;                /* by field: this row has something in it */
  void *records, *references; /* tsearch trees of struct known */
  struct duty_import counts;
  bool dry_run;
  int64_t now;
};

static int compare_known(const void *one, const void *other)
{
  return strcmp(((const struct known *)one)->text, ((const struct known *)other)->text);
}

static void free_known(void *node)
{
  free(((struct known *)node)->text);
  free(node);
}

static struct known *known_find(void **tree, const char *text)
{
  struct known wanted = { .text = (char *)text };
  struct known **found = tfind(&wanted, tree, compare_known);
  return found ? *found : NULL;
}

static void known_add(void **tree, const char *text, record_id id, int row)
{
  struct known *known = mem_zero(1, sizeof(*known));
  *known = (struct known){ mem_dup(text), id, row };
  if (!tsearch(known, tree, compare_known)) abort();
}

/* --- which record a row means ------------------------------------------------------------------------------------------------------- */

static void add_value(const struct values *values, int index, struct buf *key)
{
  if (field_is_text(values->fields[index]))
    buf_adds(key, values->list[index].text);
  else
    buf_addf(key, "%" PRId64, values->list[index].known ? values->list[index].number : 0);
  buf_addc(key, '\x1f');
}

/* Title and scope, or the key fields. False: the record has no such name. */
static bool row_key(const struct import *import, const struct values *values, struct buf *key)
{
  const struct kind *kind = import->duty->kind;
  buf_clear(key);
  for (int i = COMMON_FIELDS; kind->is_keyed && i < values->count; i++)
    if (values->fields[i]->flags & FIELD_KEY) add_value(values, i, key);
  if (kind->is_keyed) return true;
  if (!kind->title || !values_known(values, kind->title)) return false;
  add_value(values, values_index(values, kind->title), key);
  if (!import->duty->scope) return true;
  int scope = values_index(values, import->duty->scope);
  if (values->fields[scope]->type == FIELD_REFERENCE)
    add_value(values, scope, key);
  else
    buf_addf(key, "%" PRId64, duty_area(import->desk, import->duty, values));
  return true;
}

static bool remember(void *context, const struct record *record)
{
  struct import *import = context;
  struct buf key = BUF_INIT;
  if (row_key(import, &record->values, &key)) {
    struct known *known = known_find(&import->records, buf_text(&key));
    if (known)
      known->id = SEVERAL;
    else
      known_add(&import->records, buf_text(&key), record->id, 0);
  }
  buf_free(&key);
  return true;
}

static int load_records(struct import *import, struct err *err)
{
  struct list_query query = { .kind = import->duty->kind };
  return list_read(import->desk->store, &query, remember, import, err);
}

/* --- the header
 * ------------------------------------------------------------------------------------------------------------------------ */

static bool is_passed_over(const char *title)
{
  static const char *const names[] = { "id", "no", "voided", "replaced_by" };
  for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
    if (strcmp(names[i], title) == 0) return true;
  return false;
}

static int find_column(const struct kind *kind, const char *title)
{
  for (int i = 0; kind->fields[i].name; i++) {
    const struct field *field = &kind->fields[i];
    if (strcmp(field->name, title) == 0 || strcmp(field->label, title) == 0 || strcmp(i18n_text(field->label), title) == 0)
      return COMMON_FIELDS + i;
  }
  return -1;
}

static int read_title(struct import *import, size_t column, struct err *err)
{
  char *title = text_trim(mem_dup(csv_get(&import->csv, column)));
  int field = *title && !is_passed_over(title) ? find_column(import->duty->kind, title) : PASSED_OVER;
  int status = 0;
  if (*title && field < 0 && !is_passed_over(title))
    status = csv_fail(&import->csv, column, err, _("%s has no field \"%s\": the template shows those there are"),
                      i18n_text(import->duty->kind->label), title);
  for (size_t before = 0; status == 0 && field >= 0 && before < column; before++)
    if (import->fields[before] == field)
      status = csv_fail(&import->csv, column, err, _("the field \"%s\" has two columns: take one out"), title);
  import->fields[column] = field;
  free(title);
  return status;
}

static int read_header(struct import *import, struct err *err)
{
  int row = csv_next(&import->csv, err);
  if (row < 0) return -1;
  if (row == 0) return err_set(err, _("The file is empty: its first line must hold the names of the fields, as in the template"));
  import->columns = import->csv.count;
  import->fields = mem_zero(import->columns, sizeof(*import->fields));
  for (size_t column = 0; column < import->columns; column++)
    if (read_title(import, column, err) < 0) return -1;
  return 0;
}

/* --- a row
 * ------------------------------------------------------------------------------------------------------------------------------- */

/* A file names few records many times. */
static int read_reference(struct import *import, const struct field *field, const char *text, struct value *value, struct err *err)
{
  char *key = mem_printf("%s\x1f%s", field->reference, text);
  struct known *known = known_find(&import->references, key);
  int status = 0;
  if (known) {
    value_set(field, value, &(struct value){ .known = true, .number = known->id });
  } else {
    status = figures_read(import->desk->store, field, text, import->now, value, err);
    if (status == 0) known_add(&import->references, key, value->number, 0);
  }
  free(key);
  return status;
}

static int read_cell(struct import *import, size_t column, struct err *err)
{
  int index = import->fields[column];
  const char *text = csv_get(&import->csv, column);
  if (text[strspn(text, " \t\r\n")] == '\0') return 0;
  const struct field *field = import->row.fields[index];
  struct value *value = &import->row.list[index];
  int status = field->type == FIELD_REFERENCE ? read_reference(import, field, text, value, err)
                                              : figures_read(import->desk->store, field, text, import->now, value, err);
  import->given[index] = status == 0 && value->known;
  return status;
}

/* Tells of every wrong cell, not only of the first. */
static bool read_cells(struct import *import, void (*trouble)(void *context, const char *line), void *context)
{
  bool right = true;
  memset(import->given, 0, (size_t)import->row.count * sizeof(*import->given));
  for (size_t column = 0; column < import->columns; column++) {
    struct err cell = ERR_INIT, told = ERR_INIT;
    if (import->fields[column] == PASSED_OVER || read_cell(import, column, &cell) == 0) continue;
    csv_fail(&import->csv, column, &told, "%s", cell.text);
    if (trouble) trouble(context, told.text);
    right = false;
  }
  return right;
}

static int add_row(struct import *import, struct err *err)
{
  if (duty_prepare_new(import->desk, import->duty, &import->standard, &import->row, err) < 0) return -1;
  import->counts.made++;
  if (import->dry_run || import->counts.wrong > 0) return 0;
  record_id made = change_record(duty_new(import->act, import->desk, import->duty, &import->row));
  return import->duty->bring ? import->duty->bring(import->desk, import->act, made, &import->row, err) : 0;
}

static bool lay_over(const struct import *import, const struct record *before, struct values *values)
{
  bool differs = false;
  values_copy(values, &before->values);
  for (int i = COMMON_FIELDS; i < values->count; i++) {
    if (!import->given[i] || value_equal(values->fields[i], &values->list[i], &import->row.list[i])) continue;
    value_set(values->fields[i], &values->list[i], &import->row.list[i]);
    differs = true;
  }
  return differs;
}

static int change_row(struct import *import, record_id id, struct err *err)
{
  struct record before = { 0 };
  struct values values;
  if (record_read(import->desk->store, import->duty->kind, id, &before, err) != 1) return -1;
  bool differs = lay_over(import, &before, &values);
  int status = differs ? duty_prepare_change(import->desk, import->duty, &before, &values, err) : 0;
  if (status == 0 && differs && !import->dry_run && import->counts.wrong == 0)
    change_set_all(act_edit(import->act, import->duty->kind, id), &values);
  if (status == 0 && differs) import->counts.changed++;
  if (status == 0 && !differs) import->counts.same++;
  values_free(&values);
  record_free(&before);
  return status;
}

static int place_row(struct import *import, struct err *err)
{
  struct buf key = BUF_INIT;
  struct known *known = NULL;
  int status;
  if (row_key(import, &import->row, &key)) {
    known = known_find(&import->records, buf_text(&key));
    if (!known) known_add(&import->records, buf_text(&key), 0, import->csv.row);
  }
  if (!known)
    status = add_row(import, err);
  else if (known->row)
    status = err_set(err, _("this is the record of row %d again: take one of them out"), known->row);
  else if (known->id == SEVERAL)
    status = err_set(err, _("several records bear this name: change them one by one, by their numbers"));
  else if ((status = change_row(import, known->id, err)) == 0)
    known->row = import->csv.row;
  buf_free(&key);
  return status;
}

static void take_row(struct import *import, void (*trouble)(void *context, const char *line), void *context)
{
  struct err err = ERR_INIT;
  for (int i = 0; i < import->row.count; i++) value_set(import->row.fields[i], &import->row.list[i], &import->standard.list[i]);
  bool right = read_cells(import, trouble, context);
  if (right && place_row(import, &err) < 0) {
    char *line = mem_printf(_("row %d: %s"), import->csv.row, err.text);
    if (trouble) trouble(context, line);
    free(line);
    right = false;
  }
  if (!right) import->counts.wrong++;
}

/* --- the whole file
 * ------------------------------------------------------------------------------------------------------------------------ */

static int64_t count_lines(const char *bytes, size_t length)
{
  int64_t lines = 1;
  const char *end = bytes + length;
  for (const char *at = bytes; (at = memchr(at, '\n', (size_t)(end - at))); at++) lines++;
  return lines;
}

static bool is_explanation(const struct import *import)
{
  return import->csv.row == 2 && csv_get(&import->csv, 0)[0] == '#';
}

static int take_rows(struct import *import, int64_t total, void (*trouble)(void *context, const char *line),
                     bool (*progress)(void *context, int64_t done, int64_t total), void *context, struct err *err)
{
  int row;
  while ((row = csv_next(&import->csv, err)) == 1) {
    if (!is_explanation(import)) take_row(import, trouble, context);
    if (progress && import->csv.row % 256 == 0 && !progress(context, import->csv.line, total))
      return err_set(err, _("Cancelled: nothing was imported"));
  }
  return row;
}

static int import_start(struct import *import, struct err *err)
{
  if (read_header(import, err) < 0) return -1;
  duty_start(import->desk, import->duty, &import->standard);
  values_copy(&import->row, &import->standard);
  import->given = mem_zero((size_t)import->row.count, sizeof(*import->given));
  return load_records(import, err);
}

static void import_free(struct import *import)
{
  csv_close(&import->csv);
  values_free(&import->standard);
  values_free(&import->row);
  free(import->given);
  free(import->fields);
  tdestroy(import->records, free_known);
  tdestroy(import->references, free_known);
}

static int finish(struct import *import, int status, struct err *err)
{
  int wrong = import->counts.wrong;
  if (status == 0 && wrong > 0)
    status = err_set(
      err, ngettext("%d row is wrong: nothing was imported", "%d rows are wrong: nothing was imported", (unsigned long)wrong), wrong);
  if (status == 0 && !import->dry_run) return act_commit(import->act, err);
  act_cancel(import->act);
  return status;
}

int duty_import_csv(struct desk *desk, const struct duty *duty, const char *bytes, size_t length, bool dry_run, struct duty_import *counts,
                    void (*trouble)(void *context, const char *line), bool (*progress)(void *context, int64_t done, int64_t total),
                    void *context, struct err *err)
{
  struct import import = { .desk = desk, .duty = duty, .dry_run = dry_run, .now = clock_now() };
  if (duty->read_only) return err_set(err, _("%s is not written by hand: use the commands that make it"), i18n_text(duty->kind->label));
  int status = csv_open(&import.csv, bytes, length, err);
  if (status == 0) {
    char *action = mem_printf("%s.import", duty->kind->name);
    import.act = act_begin(desk->store, action, desk->officer, err);
    free(action);
    status = import.act ? import_start(&import, err) : -1;
    if (status == 0) status = take_rows(&import, count_lines(bytes, length), trouble, progress, context, err);
    if (import.act) status = finish(&import, status, err);
  }
  if (counts) *counts = import.counts;
  import_free(&import);
  return status;
}
