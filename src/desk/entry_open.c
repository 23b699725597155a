/* What follows from a log entry: an open item, a danger, a warning, opened with one key and filled in from it. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/duties.h"
#include "desk/entry.h"
#include "desk/figures.h"
#include "desk/lookup.h"
#include "desk/seal.h"
#include "desk/warning.h"
#include "store/act.h"

/* The first line of text, at most `most` characters of it; the caller frees. */
static char *first_line(const char *text, int most)
{
  const char *at = text, *end = text + strcspn(text, "\n");

  for (int i = 0; i < most && at < end; i++) text_next(&at, end);
  return mem_dup_n(text, (size_t)(at - text));
}

static int prepare_text(struct desk *desk, record_id subject, struct values *arguments, const char *field, struct err *err)
{
  struct record record = { 0 };

  if (lookup_record(desk, &entry_kind, subject, &record, err) < 0) return -1;
  char *said = i18n_phrase(record_text(&record, "text")), *line = first_line(said, 200);
  values_set_text(arguments, field, line);
  free(line);
  free(said);
  if (values_index(arguments, "place") >= 0) values_set_text(arguments, "place", record_text(&record, "place"));
  if (values_index(arguments, "found_at") >= 0) values_set_number(arguments, "found_at", record_number(&record, "happened", 0));
  record_free(&record);
  return 0;
}

/* Makes the record and lets the entry point at it, in one action; an entry sealed or pointing elsewhere already is left as it is. */
static int write_both(struct desk *desk, const struct duty *duty, const struct values *values, const char *action,
                      const struct record *entry, struct outcome *outcome, struct err *err)
{
  if (duty_check(desk, duty, NULL, values, err) < 0) return -1;
  bool points = record_number(entry, "about", 0) == 0 && !record_is_void(entry) && !seal_covers(desk, entry->id);
  struct act *act = act_begin(desk->store, action, desk->officer, err);

  if (act == NULL) return -1;
  struct change *made = duty_new(act, desk, duty, values);
  if (points) change_set_number(act_edit(act, &entry_kind, entry->id), "about", change_record(made));
  outcome->kind = duty->kind;
  outcome->record = change_record(made);
  return act_commit(act, err);
}

static int open_record(struct desk *desk, const struct duty *duty, record_id subject, const struct values *arguments, const char *action,
                       struct outcome *outcome, struct err *err)
{
  struct record entry = { 0 };
  struct values values;

  if (lookup_record(desk, &entry_kind, subject, &entry, err) < 0) return -1;
  int status = duty_start(desk, duty, &values);
  for (int i = 0; i < arguments->count; i++) {
    int index = values_index(&values, arguments->fields[i]->name);
    if (index >= 0 && arguments->list[i].known) value_set(values.fields[index], &values.list[index], &arguments->list[i]);
  }
  if (values_index(&values, "source") >= 0) values_set_number(&values, "source", subject);
  /* What kind of danger it is shows when somebody looks; the record can be changed then. */
  if (duty == &danger_duty) values_set_text(&values, "type", "other");
  if (duty->derive != NULL) duty->derive(desk, NULL, &values);
  if (status == 0) status = write_both(desk, duty, &values, action, &entry, outcome, err);
  values_free(&values);
  record_free(&entry);
  return status;
}

static const struct field item_arguments[] = {
  { .name = "what", .type = FIELD_TEXT, .label = N_("What has to be done"), .flags = FIELD_REQUIRED, .most = 200 },
  { .name = "owner", .type = FIELD_REFERENCE, .label = N_("Owner"), .reference = "officer" },
  { .name = "due", .type = FIELD_TIME, .label = N_("Due") },
  { .name = "next", .type = FIELD_TEXT, .label = N_("Next step"), .most = 200 },
  { .name = "critical", .type = FIELD_YES, .label = N_("Critical"), .help = N_("The next shift has to read it back") },
  { 0 },
};

static int prepare_item(struct desk *desk, record_id subject, struct values *arguments, struct err *err)
{
  if (prepare_text(desk, subject, arguments, "what", err) < 0) return -1;
  if (desk->officer != 0) values_set_number(arguments, "owner", desk->officer);
  return 0;
}

static int run_item(struct desk *desk, record_id subject, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  return open_record(desk, &item_duty, subject, arguments, "entry.to_item", outcome, err);
}

static const struct field danger_arguments[] = {
  { .name = "content", .type = FIELD_TEXT, .label = N_("Content"), .flags = FIELD_REQUIRED, .most = 200 },
  { .name = "place", .type = FIELD_TEXT, .label = N_("Place"), .flags = FIELD_REQUIRED, .most = 120 },
  { .name = "found_by", .type = FIELD_TEXT, .label = N_("Found by"), .most = 60 },
  { .name = "found_at", .type = FIELD_TIME, .label = N_("Found at"), .flags = FIGURES_PAST },
  { 0 },
};

static int prepare_danger(struct desk *desk, record_id subject, struct values *arguments, struct err *err)
{
  struct record entry = { 0 };

  if (prepare_text(desk, subject, arguments, "content", err) < 0 || lookup_record(desk, &entry_kind, subject, &entry, err) < 0) return -1;
  values_set_text(arguments, "found_by", record_text(&entry, "caller_name"));
  record_free(&entry);
  return 0;
}

static int run_danger(struct desk *desk, record_id subject, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  return open_record(desk, &danger_duty, subject, arguments, "entry.to_danger", outcome, err);
}

static int prepare_warning(struct desk *desk, record_id subject, struct values *arguments, struct err *err)
{
  struct record entry = { 0 };

  if (lookup_record(desk, &entry_kind, subject, &entry, err) < 0) return -1;
  int status = warning_prepare_text(desk, record_text(&entry, "text"), record_number(&entry, "happened", clock_now()), arguments, err);
  if (status == 0 && !values_known(arguments, "sender_name")) values_set_text(arguments, "sender_name", record_text(&entry, "caller_unit"));
  record_free(&entry);
  return status;
}

static int run_warning(struct desk *desk, record_id subject, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  (void)subject;
  return warning_add_text(desk, "entry.to_warning", arguments, outcome, err);
}

static bool is_standing(struct desk *desk, const struct record *record)
{
  (void)desk;
  return record != NULL && !record_is_void(record);
}

const struct action entry_open_actions[] = {
  { .name = "entry.to_item",
    .label = N_("Make it an open item"),
    .key = "i",
    .command = "log item",
    .subject = "entry",
    .arguments = item_arguments,
    .help = N_("Opens an item from this entry: owner, due time, next step."),
    .possible = is_standing,
    .prepare = prepare_item,
    .run = run_item },
  { .name = "entry.to_danger",
    .label = N_("Make it a hidden danger"),
    .key = "d",
    .command = "log danger",
    .subject = "entry",
    .arguments = danger_arguments,
    .help = N_("Opens a hidden danger from this entry."),
    .possible = is_standing,
    .prepare = prepare_danger,
    .run = run_danger },
  { .name = "entry.to_warning",
    .label = N_("Make it a warning"),
    .key = "w",
    .command = "log warning",
    .subject = "entry",
    .arguments = warning_text_arguments,
    .help = N_("Opens a warning from this entry; issuer, kind, colour and time are read from its text."),
    .possible = is_standing,
    .prepare = prepare_warning,
    .run = run_warning },
  { 0 },
};
