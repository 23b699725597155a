/* Single values: as people type them, as they are shown, as machines write them. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/inside.h"

struct reading {
  struct store *store;
  const struct field *field;
  int64_t near;
};

static int64_t power_of_ten(int places)
{
  int64_t power = 1;
  while (places-- > 0) power *= 10;
  return power;
}

static void decimal_text(int64_t number, int places, struct buf *out)
{
  int64_t power = power_of_ten(places);
  uint64_t size = number < 0 ? -(uint64_t)number : (uint64_t)number;
  buf_addf(out, "%s%" PRIu64, number < 0 ? "-" : "", size / (uint64_t)power);
  if (places > 0) buf_addf(out, ".%0*" PRIu64, places, size % (uint64_t)power);
}

/* --- reading -------------------------------------------------------------------------------------------------------------------------- */

static int read_text(const struct reading *reading, const char *typed, struct value *value, struct err *err)
{
  const struct field *field = reading->field;
  if (text_invalid_at(typed, strlen(typed)) >= 0) return err_usage(err, _("the text is not UTF-8"));
  if (field->type == FIELD_TEXT && strpbrk(typed, "\n\r")) return err_usage(err, _("it is one line: take out the line break"));
  int64_t characters = (int64_t)text_characters(typed);
  if (field->most && characters > field->most)
    return err_usage(err, _("it has %" PRId64 " characters, at most %" PRId64 " fit"), characters, field->most);
  if (characters < field->least)
    return err_usage(err, _("it has %" PRId64 " characters, at least %" PRId64 " are needed"), characters, field->least);
  value->text = mem_dup(typed);
  return 0;
}

static int range_check(const struct field *field, int64_t number, struct err *err)
{
  if ((field->least == 0 && field->most == 0) || (number >= field->least && number <= field->most)) return 0;
  struct buf least = BUF_INIT, most = BUF_INIT;
  decimal_text(field->least, field->places, &least);
  decimal_text(field->most, field->places, &most);
  err_usage(err, _("it lies between %s and %s"), buf_text(&least), buf_text(&most));
  buf_free(&least);
  buf_free(&most);
  return -1;
}

/* Integers are decimals without places. */
static int read_number(const struct reading *reading, const char *typed, struct value *value, struct err *err)
{
  int places = reading->field->type == FIELD_DECIMAL ? reading->field->places : 0;
  const char *at = typed;
  bool negative = *at == '-';
  at += *at == '-' || *at == '+';
  int64_t number = 0;
  int digits = 0, behind = -1;
  for (; *at; at++) {
    if (*at == '.' && behind < 0 && places > 0) {
      behind = 0;
      continue;
    }
    if (*at < '0' || *at > '9' || ++digits > 15)
      return err_usage(err, places ? _("'%s' is no number such as 12 or 12.5") : _("'%s' is no whole number"), typed);
    if (behind >= 0 && ++behind > places) return err_usage(err, _("'%s' has more than %d places behind the point"), typed, places);
    number = number * 10 + *at - '0';
  }
  if (digits == 0) return err_usage(err, _("'%s' is no whole number"), typed);
  number *= power_of_ten(places - (behind > 0 ? behind : 0));
  value->number = negative ? -number : number;
  return range_check(reading->field, value->number, err);
}

static const struct choice yes_words[] = {
  { "1", N_("yes") }, { "0", N_("no") }, { "yes", "是" },  { "no", "否" }, { "y", "有" },
  { "n", "无" },      { "true", "√" },   { "false", "×" }, { NULL, NULL },
};

static int read_yes(const struct reading *reading, const char *typed, struct value *value, struct err *err)
{
  int found = 0;
  (void)reading;
  while (yes_words[found].name && strcasecmp(typed, yes_words[found].name) != 0 && strcasecmp(typed, yes_words[found].label) != 0) found++;
  if (!yes_words[found].name) /* translations last: looking them up takes longest */
    for (found = 0; yes_words[found].name && strcmp(typed, i18n_text(yes_words[found].label)) != 0;) found++;
  if (!yes_words[found].name) return err_usage(err, _("'%s' is neither yes nor no"), typed);
  value->number = found % 2 == 0;
  return 0;
}

static int read_date(const struct reading *reading, const char *typed, struct value *value, struct err *err)
{
  char date[11];
  if (clock_parse_date(typed, reading->near, date, err) != 0) return -1;
  value->text = mem_dup(date);
  return 0;
}

static int read_time(const struct reading *reading, const char *typed, struct value *value, struct err *err)
{
  return clock_parse(typed, reading->near, &value->number, err);
}

static const char *word_of(const struct choice *choice, int pass)
{
  return pass == 0 ? choice->name : pass == 1 ? choice->label : i18n_text(choice->label);
}

/* Names before labels, and translations last: looking one up costs more than all comparisons. */
static const struct choice *choice_find(const struct field *field, const char *typed, size_t length)
{
  for (int pass = 0; pass < 3; pass++)
    for (const struct choice *choice = field->choices; choice->name; choice++) {
      const char *word = word_of(choice, pass);
      if (strncasecmp(word, typed, length) == 0 && word[length] == 0) return choice;
    }
  return NULL;
}

static int choice_err(const struct field *field, const char *typed, size_t length, struct err *err)
{
  struct buf list = BUF_INIT;
  for (const struct choice *choice = field->choices; choice->name; choice++) buf_addf(&list, "%s%s", list.length ? ", " : "", choice->name);
  err_usage(err, _("'%.*s' is none of: %s"), (int)length, typed, buf_text(&list));
  buf_free(&list);
  return -1;
}

static int read_choice(const struct reading *reading, const char *typed, struct value *value, struct err *err)
{
  const struct choice *choice = choice_find(reading->field, typed, strlen(typed));
  if (!choice) return choice_err(reading->field, typed, strlen(typed), err);
  value->text = mem_dup(choice->name);
  return 0;
}

static int read_choices(const struct reading *reading, const char *typed, struct value *value, struct err *err)
{
  const struct choice *choices = reading->field->choices;
  size_t count = 0;
  while (choices[count].name) count++;
  bool *chosen = mem_zero(count + 1, sizeof(*chosen));
  int result = 0;
  for (const char *at = typed; result == 0 && *at;) {
    size_t length = strcspn(at, ",; ");
    const char *enumeration_comma = strstr(at, "、");
    if (enumeration_comma && (size_t)(enumeration_comma - at) < length) length = (size_t)(enumeration_comma - at);
    const struct choice *choice = length ? choice_find(reading->field, at, length) : NULL;
    if (choice)
      chosen[choice - choices] = true;
    else if (length)
      result = choice_err(reading->field, at, length, err);
    at += length;
    at += at == enumeration_comma ? strlen("、") : *at != 0;
  }
  struct buf text = BUF_INIT;
  for (size_t index = 0; index < count; index++)
    if (chosen[index]) buf_addf(&text, "%s%s", text.length ? "," : "", choices[index].name);
  value->text = buf_take(&text, NULL);
  free(chosen);
  return result;
}

static int read_reference(const struct reading *reading, const char *typed, struct value *value, struct err *err)
{
  const char *name = reading->field->reference;
  value->number = record_find(reading->store, strcmp(name, "*") == 0 ? NULL : store_kind(reading->store, name), typed, err);
  return value->number ? 0 : -1;
}

static int read_area(const struct reading *reading, const char *typed, struct value *value, struct err *err)
{
  (void)reading;
  if (area_from_text(typed, err) < 0) return -1;
  value->text = mem_dup(typed);
  return 0;
}

static int read_phone(const struct reading *reading, const char *typed, struct value *value, struct err *err)
{
  (void)reading;
  if (typed[strspn(typed, "0123456789+-/ ()")] != 0 || !strpbrk(typed, "0123456789"))
    return err_usage(err, _("'%s' is no telephone number: digits, +, - and spaces; several separated by /"), typed);
  value->text = mem_dup(typed);
  return 0;
}

static const struct {
  int (*read)(const struct reading *reading, const char *typed, struct value *value, struct err *err);
  bool folds; /* full-width digits and punctuation are meant as narrow ones */
} readers[] = {
  [FIELD_TEXT] = { read_text, false },      [FIELD_NOTE] = { read_text, false },
  [FIELD_INTEGER] = { read_number, true },  [FIELD_DECIMAL] = { read_number, true },
  [FIELD_YES] = { read_yes, true },         [FIELD_DATE] = { read_date, true },
  [FIELD_TIME] = { read_time, true },       [FIELD_CHOICE] = { read_choice, false },
  [FIELD_CHOICES] = { read_choices, true }, [FIELD_REFERENCE] = { read_reference, false },
  [FIELD_AREA] = { read_area, true },       [FIELD_PHONE] = { read_phone, true },
};

int value_read(struct store *store, const struct field *field, const char *typed, int64_t near, struct value *value, struct err *err)
{
  struct reading reading = { store, field, near };
  value_clear(value);
  char *text = text_trim(readers[field->type].folds ? text_fold_width(typed) : mem_dup(typed));
  int result = 0;
  if (*text) {
    result = readers[field->type].read(&reading, text, value, err);
    value->known = result == 0 && (!field_is_text(field) || *value->text);
  }
  if (result != 0) {
    value_clear(value);
    err_prefix(err, "%s", i18n_text(field->label));
  }
  free(text);
  return result;
}

/* --- writing -------------------------------------------------------------------------------------------------------------------------- */

static void show_choices(const struct field *field, const char *names, struct buf *out)
{
  const char *separator = i18n_is_chinese() ? "、" : ", ";
  for (const char *at = names; *at;) {
    size_t length = strcspn(at, ",");
    const struct choice *choice = choice_find(field, at, length);
    if (choice)
      buf_adds(out, i18n_text(choice->label));
    else
      buf_add(out, at, length);
    at += length;
    if (*at == ',') {
      buf_adds(out, separator);
      at++;
    }
  }
}

/* The record of whatever kind under an id; references of kind "*" do not say. */
static bool read_any(struct store *store, record_id id, const char *kind_name, struct record *record)
{
  if (strcmp(kind_name, "*") != 0) return record_read(store, store_kind(store, kind_name), id, record, NULL) == 1;
  for (int index = 0; store_kinds(store)[index]; index++)
    if (record_read(store, store_kinds(store)[index], id, record, NULL) == 1) return true;
  return false;
}

static void show_reference(struct store *store, const struct field *field, record_id id, struct buf *out)
{
  struct record record;
  if (!store || !read_any(store, id, field->reference, &record)) {
    buf_adds(out, _("(not here)"));
    return;
  }
  if (strcmp(field->reference, "*") == 0) buf_addf(out, "%s ", i18n_text(record.kind->label));
  buf_adds(out, record_title(&record));
  record_free(&record);
}

static void show_phrase(const char *stored, struct buf *out)
{
  char *phrase = i18n_phrase(stored);
  buf_adds(out, phrase);
  free(phrase);
}

static void write_plain(const char *stored, struct buf *out)
{
  char *plain = i18n_plain(stored);
  buf_adds(out, plain);
  free(plain);
}

/* Who reads a key need not hold the record. */
static void show_key(struct store *store, const struct field *field, const char *key, struct buf *out)
{
  const struct kind *kind = store_kind(store, field->reference);
  struct record record;
  record_id id = record_find(store, kind, key, NULL);
  bool is_here = id && record_read(store, kind, id, &record, NULL) == 1;
  buf_adds(out, is_here ? record_title(&record) : key);
  if (is_here) record_free(&record);
}

void value_show(struct store *store, const struct field *field, const struct value *value, struct buf *out)
{
  char text[CLOCK_TEXT];
  if (!value->known) return;
  switch (field->type) {
  case FIELD_INTEGER: buf_addf(out, "%" PRId64, value->number); return;
  case FIELD_DECIMAL: decimal_text(value->number, field->places, out); return;
  case FIELD_YES: buf_adds(out, value->number ? _("yes") : _("no")); return;
  case FIELD_TIME: buf_adds(out, clock_text(text, value->number, CLOCK_SHORT)); return;
  case FIELD_CHOICE:
  case FIELD_CHOICES: show_choices(field, value->text, out); return;
  case FIELD_REFERENCE: show_reference(store, field, value->number, out); return;
  default:
    if (field->flags & FIELD_PHRASE)
      show_phrase(value->text, out);
    else if (field->reference && store)
      show_key(store, field, value->text, out);
    else
      buf_adds(out, value->text);
  }
}

void value_write(struct store *store, const struct field *field, const struct value *value, struct buf *out)
{
  char text[CLOCK_TEXT];
  if (!value->known) return;
  switch (field->type) {
  case FIELD_TIME: buf_adds(out, clock_text(text, value->number, CLOCK_ISO)); return;
  case FIELD_YES: buf_adds(out, value->number ? "1" : "0"); return;
  case FIELD_INTEGER: buf_addf(out, "%" PRId64, value->number); return;
  case FIELD_DECIMAL: decimal_text(value->number, field->places, out); return;
  case FIELD_REFERENCE: {
    struct record record;
    const char *title = NULL;
    bool found = read_any(store, value->number, field->reference, &record);
    if (found && record.values.list[COMMON_NUMBER].known) title = record.values.list[COMMON_NUMBER].text;
    if (title)
      buf_adds(out, title);
    else
      record_name(store, value->number, out);
    if (found) record_free(&record);
    return;
  }
  default:
    if (field->flags & FIELD_PHRASE)
      write_plain(value->text, out);
    else
      buf_adds(out, value->text);
  }
}

json *value_json(struct store *store, const struct field *field, const struct value *value)
{
  if (!value->known) return json_make_null();
  if (field->type == FIELD_INTEGER) return json_make_number(value->number);
  if (field->type == FIELD_YES) return json_make_bool(value->number != 0);
  struct buf text = BUF_INIT;
  if (field->type == FIELD_REFERENCE)
    record_name(store, value->number, &text);
  else
    value_write(store, field, value, &text);
  json *made = json_make_text(buf_text(&text));
  buf_free(&text);
  return made;
}
