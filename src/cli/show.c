#include "cli/show.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/text.h"
#include "formats/csv.h"
#include "store/journal.h"
#include "store/search.h"

enum { NUMBER_COLUMNS = 11 };

enum show_style show_style_take(struct words *words)
{
  return words_flag(words, "json") ? SHOW_JSON : words_flag(words, "csv") ? SHOW_CSV : SHOW_TEXT;
}

void show_json(json *value)
{
  struct buf text = BUF_INIT;
  json_write(value, 2, &text);
  puts(buf_text(&text));
  buf_free(&text);
  json_drop(value);
}

/* Prints a line without what would trouble a terminal, and without blanks at its end. */
static void line_put(struct buf *line)
{
  struct buf visible = BUF_INIT;
  while (line->length && line->data[line->length - 1] == ' ') line->data[--line->length] = 0;
  text_visible(&visible, buf_text(line), line->length, false);
  puts(buf_text(&visible));
  buf_free(&visible);
  buf_clear(line);
}

/* --- lists ---------------------------------------------------------------------------------------------------------------------------- */

struct listing {
  struct cli *cli;
  const struct kind *kind;
  enum show_style style;
  bool with_personal;
  json *array;
  struct buf line;
};

static bool is_shown(const struct listing *listing, const struct field *field)
{
  return listing->with_personal || !(field->flags & FIELD_PERSONAL);
}

static void text_row(struct listing *listing, const struct record *record)
{
  struct buf cell = BUF_INIT;
  for (int index = 0; index < record->values.count; index++) {
    const struct field *field = record->values.fields[index];
    if (!field->columns || !is_shown(listing, field) || (index == COMMON_NUMBER && !listing->kind->letter)) continue;
    buf_clear(&cell);
    value_show(listing->cli->desk.store, field, &record->values.list[index], &cell);
    text_fit(&listing->line, buf_text(&cell), field->columns, TEXT_NARROW);
    buf_addc(&listing->line, ' ');
  }
  if (record_is_void(record)) buf_addf(&listing->line, " [%s: %s]", _("struck"), record->values.list[COMMON_VOIDED].text);
  buf_free(&cell);
  line_put(&listing->line);
}

static void csv_row(struct listing *listing, const struct record *record)
{
  struct buf cell = BUF_INIT;
  for (int index = 0; index < record->values.count; index++) {
    if (!is_shown(listing, record->values.fields[index])) continue;
    buf_clear(&cell);
    value_write(listing->cli->desk.store, record->values.fields[index], &record->values.list[index], &cell);
    if (index > 0) buf_addc(&listing->line, ',');
    csv_cell(&listing->line, buf_text(&cell));
  }
  buf_adds(&listing->line, "\r\n");
  fputs(buf_text(&listing->line), stdout);
  buf_clear(&listing->line);
  buf_free(&cell);
}

static bool row_show(void *context, const struct record *record)
{
  struct listing *listing = context;
  if (listing->style == SHOW_JSON)
    json_append(listing->array, record_json(listing->cli->desk.store, record, listing->with_personal));
  else if (listing->style == SHOW_CSV)
    csv_row(listing, record);
  else
    text_row(listing, record);
  return !ferror(stdout);
}

static void csv_head(struct listing *listing)
{
  fputs(CSV_BOM, stdout);
  for (int index = 0; index < kind_field_count(listing->kind); index++)
    if (is_shown(listing, kind_field(listing->kind, index))) printf("%s%s", index ? "," : "", kind_field(listing->kind, index)->name);
  fputs("\r\n", stdout);
}

/* Each field=value is one condition. */
static int filters_take(struct cli *cli, struct words *words, struct values *values, struct list_filter *filters, int *count,
                        struct err *err)
{
  if (words_values(words, cli, values, false, err) != 0) return -1;
  for (int index = 0; index < values->count; index++)
    if (values->list[index].known)
      filters[(*count)++] = (struct list_filter){ values->fields[index]->name, LIST_EQUAL, values->list[index] };
  return 0;
}

int show_list(struct cli *cli, const struct kind *kind, struct words *words, struct err *err)
{
  struct listing listing = { .cli = cli, .kind = kind, .style = show_style_take(words), .line = BUF_INIT };
  struct list_filter filters[128];
  struct values values;
  const char *limit = words_option(words, "limit");
  struct list_query query = { .kind = kind, .filters = filters, .with_void = words_flag(words, "all"), .limit = limit ? atoi(limit) : 0 };
  listing.with_personal = words_flag(words, "personal");
  values_start_kind(&values, kind);
  int result = filters_take(cli, words, &values, filters, &query.filter_count, err);
  if (result == 0) result = words_end(words, err);
  if (result == 0) {
    listing.array = listing.style == SHOW_JSON ? json_make_array() : NULL;
    if (listing.style == SHOW_CSV) csv_head(&listing);
    result = list_read(cli->desk.store, &query, row_show, &listing, err);
    if (listing.array) show_json(listing.array);
  }
  buf_free(&listing.line);
  values_free(&values);
  return result;
}

/* --- one record ----------------------------------------------------------------------------------------------------------------------- */

static void field_put(const char *label, const char *unit, const char *text)
{
  struct buf line = BUF_INIT;
  text_fit(&line, label, 20, TEXT_NARROW);
  buf_addf(&line, " %s%s%s", text, *unit ? " " : "", unit);
  struct buf visible = BUF_INIT;
  text_visible(&visible, buf_text(&line), line.length, true);
  puts(buf_text(&visible));
  buf_free(&visible);
  buf_free(&line);
}

static void fields_put(struct cli *cli, const struct values *values, const bool *only)
{
  struct buf text = BUF_INIT;
  for (int index = 0; index < values->count; index++) {
    if (!values->list[index].known && !(only && only[index])) continue;
    if (values->fields[index]->flags & FIELD_INTERNAL) continue;
    buf_clear(&text);
    value_show(cli->desk.store, values->fields[index], &values->list[index], &text);
    field_put(i18n_text(values->fields[index]->label), i18n_text(values->fields[index]->unit), buf_text(&text));
  }
  buf_free(&text);
}

static json *step_json(struct cli *cli, const struct history_step *step)
{
  char at[CLOCK_TEXT];
  json *object = json_make_object(), *set = json_make_object();
  json_put(object, "at", json_make_text(clock_text(at, step->operation->at, CLOCK_ISO)));
  json_put(object, "action", json_make_text(step->operation->action));
  json_put(object, "actor", json_make_text(step->operation->actor));
  for (int index = 0; index < step->values->count; index++)
    if (step->sets[index] && !(step->values->fields[index]->flags & FIELD_PERSONAL))
      json_put(set, step->values->fields[index]->name,
               value_json(cli->desk.store, step->values->fields[index], &step->values->list[index]));
  json_put(object, "set", set);
  return object;
}

struct history {
  struct cli *cli;
  json *array; /* NULL: as text */
};

static bool step_show(void *context, const struct history_step *step)
{
  struct history *history = context;
  char at[CLOCK_TEXT];
  if (history->array) {
    json_append(history->array, step_json(history->cli, step));
    return true;
  }
  record_id actor = *step->operation->actor ? record_from_name(history->cli->desk.store, step->operation->actor) : 0;
  struct record officer = { 0 };
  const struct kind *kind = store_kind(history->cli->desk.store, "officer");
  bool known = actor && record_read(history->cli->desk.store, kind, actor, &officer, NULL) == 1;
  printf("\n%s  %s  %s\n", clock_text(at, step->operation->at, CLOCK_DATE_TIME), known ? record_title(&officer) : _("unattributed"),
         step->operation->action);
  record_free(&officer);
  fields_put(history->cli, step->values, step->sets);
  return true;
}

int show_record(struct cli *cli, const struct kind *kind, record_id id, struct words *words, struct err *err)
{
  enum show_style style = show_style_take(words);
  bool with_history = words_flag(words, "history");
  struct history history = { cli, with_history && style == SHOW_JSON ? json_make_array() : NULL };
  struct record record;
  if (words_end(words, err) != 0 || record_read(cli->desk.store, kind, id, &record, err) != 1) return -1;
  int result = 0;
  if (style == SHOW_JSON) {
    json *object = record_json(cli->desk.store, &record, true);
    if (with_history) {
      result = history_read(cli->desk.store, kind, id, step_show, &history, err) < 0 ? -1 : 0;
      json_put(object, "history", history.array);
    }
    show_json(object);
  } else {
    fields_put(cli, &record.values, NULL);
    if (with_history) result = history_read(cli->desk.store, kind, id, step_show, &history, err) < 0 ? -1 : 0;
  }
  record_free(&record);
  return result;
}

/* --- search --------------------------------------------------------------------------------------------------------------------------- */

static bool hit_show(void *context, const struct record *record)
{
  struct listing *listing = context;
  if (listing->style == SHOW_JSON) return row_show(context, record);
  text_fit(&listing->line, i18n_text(record->kind->label), 16, TEXT_NARROW);
  buf_addc(&listing->line, ' ');
  listing->kind = record->kind;
  text_row(listing, record);
  return true;
}

int show_search(struct cli *cli, struct words *words, struct err *err)
{
  enum { HITS = 200 };
  struct listing listing = {
    .cli = cli, .style = show_style_take(words), .line = BUF_INIT, .with_personal = words_flag(words, "personal")
  };
  bool with_void = words_flag(words, "all");
  char *text = words_rest(words);
  int result = words_end(words, err);
  if (result == 0 && !text) result = err_usage(err, _("search for what? Give at least one character"));
  if (result == 0) {
    listing.array = listing.style == SHOW_JSON ? json_make_array() : NULL;
    result = search_read(cli->desk.store, text, NULL, with_void, HITS, hit_show, &listing, err);
    if (listing.array) show_json(listing.array);
  }
  buf_free(&listing.line);
  free(text);
  return result;
}
