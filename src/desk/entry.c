#include "desk/entry.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "desk/duties.h"
#include "desk/figures.h"
#include "desk/lookup.h"
#include "desk/roster.h"
#include "desk/seal.h"
#include "desk/shift.h"
#include "store/act.h"

/* --- the kind ------------------------------------------------------------------------------------------------------------------------ */

static const struct choice sorts[] = {
  { "note", N_("Note") },           { "phone", N_("Phone call") },      { "order", N_("Instruction") },
  { "report", N_("Report") },       { "check", N_("Duty check") },      { "visit", N_("Visitor") },
  { "equipment", N_("Equipment") }, { "correction", N_("Correction") }, { NULL, NULL },
};

/* The phone log's own fields (V, domain.md) follow the text; a call's text is its first line. */
static const struct field fields[] = {
  { .name = "happened",
    .type = FIELD_TIME,
    .label = N_("Happened"),
    .flags = FIELD_REQUIRED | FIELD_ONCE | FIELD_INDEXED | FIGURES_PAST,
    .columns = 11,
    .help = N_("When it happened; when it was written down is kept beside it") },
  { .name = "sort", .type = FIELD_CHOICE, .label = N_("Sort"), .flags = FIELD_REQUIRED | FIELD_ONCE, .choices = sorts, .columns = 8 },
  { .name = "text", .type = FIELD_NOTE, .label = N_("Text"), .flags = FIELD_REQUIRED | FIELD_ONCE | FIELD_PHRASE, .columns = 40 },
  { .name = "place", .type = FIELD_TEXT, .label = N_("Place"), .most = 120 },
  { .name = "important", .type = FIELD_YES, .label = N_("Important"), .help = N_("A and B each acknowledge it"), .columns = 4 },
  { .name = "caller_unit", .type = FIELD_TEXT, .label = N_("Caller's unit"), .most = 60 },
  { .name = "caller_name", .type = FIELD_TEXT, .label = N_("Caller"), .flags = FIELD_PERSONAL, .most = 40 },
  { .name = "caller_post", .type = FIELD_TEXT, .label = N_("Caller's post"), .most = 40 },
  { .name = "caller_phone", .type = FIELD_PHONE, .label = N_("Caller's phone"), .flags = FIELD_PERSONAL },
  { .name = "cause", .type = FIELD_NOTE, .label = N_("Cause and course") },
  { .name = "measures", .type = FIELD_NOTE, .label = N_("Measures taken") },
  { .name = "result", .type = FIELD_NOTE, .label = N_("Result") },
  { .name = "trend", .type = FIELD_NOTE, .label = N_("Trend") },
  { .name = "told",
    .type = FIELD_TEXT,
    .label = N_("Already told"),
    .most = 200,
    .help = N_("Whom the caller has told already"),
    .group = 3 },
  { .name = "told_at", .type = FIELD_TIME, .label = N_("Told at"), .flags = FIGURES_PAST, .group = 3 },
  { .name = "recorder", .type = FIELD_REFERENCE, .label = N_("Recorder"), .flags = FIELD_AUTOMATIC, .reference = "officer", .columns = 10 },
  { .name = "about", .type = FIELD_REFERENCE, .label = N_("About"), .reference = "*" },
  { .name = "corrects", .type = FIELD_REFERENCE, .label = N_("Corrects"), .flags = FIELD_ONCE, .reference = "entry" },
  { .name = "ack_a",
    .type = FIELD_REFERENCE,
    .label = N_("Acknowledged on post A"),
    .flags = FIELD_AUTOMATIC,
    .reference = "officer",
    .group = 1 },
  { .name = "ack_a_at", .type = FIELD_TIME, .label = N_("Acknowledged on post A at"), .flags = FIELD_AUTOMATIC, .group = 1 },
  { .name = "ack_b",
    .type = FIELD_REFERENCE,
    .label = N_("Acknowledged on post B"),
    .flags = FIELD_AUTOMATIC,
    .reference = "officer",
    .group = 2 },
  { .name = "ack_b_at", .type = FIELD_TIME, .label = N_("Acknowledged on post B at"), .flags = FIELD_AUTOMATIC, .group = 2 },
  { 0 },
};

const struct kind entry_kind = {
  .name = "entry",
  .label = N_("Log entry"),
  .letter = "E",
  .fields = fields,
  .lanes = LANE_BIT(LANE_HERE),
  .title = "text",
  .order = "happened",
  .newest_first = true,
};

static void defaults(struct desk *desk, struct values *values)
{
  values_set_number(values, "happened", clock_now());
  values_set_text(values, "sort", "note");
  if (desk->officer != 0) values_set_number(values, "recorder", desk->officer);
}

/* A log is written with a pen: what was left empty may be filled in, what was written is corrected by another entry. */
static int refuse_overwriting(const struct record *before, const struct values *values, struct err *err)
{
  for (int i = COMMON_FIELDS; i < values->count; i++) {
    const struct field *field = values->fields[i];
    const struct value *written = &before->values.list[i];
    bool empty = !written->known || (field->type == FIELD_YES && written->number == 0);
    if (empty || (field->flags & FIELD_AUTOMATIC) || strcmp(field->name, "about") == 0) continue;
    if (!value_equal(field, &values->list[i], written))
      return err_set(err, _("%s: what was written stays; write an entry that corrects it (log correct), or strike it (log strike)"),
                     i18n_text(field->label));
  }
  return 0;
}

static int check(struct desk *desk, const struct record *before, const struct values *values, struct err *err)
{
  if (before == NULL) return figures_past(values, "happened", err);
  return seal_refuse(desk, before, err) < 0 ? -1 : refuse_overwriting(before, values, err);
}

const struct duty entry_duty = { .kind = &entry_kind, .room = ROOM_LOG, .defaults = defaults, .check = check, .may_strike = seal_refuse };

void entry_note(struct desk *desk, struct act *act, const char *text, record_id about)
{
  struct change *entry = act_new(act, &entry_kind, 0, LANE_HERE);

  change_set_number(entry, "happened", act_at(act));
  change_set_text(entry, "sort", "note");
  change_set_text(entry, "text", text);
  if (desk->officer != 0) change_set_number(entry, "recorder", desk->officer);
  if (about != 0) change_set_number(entry, "about", about);
  change_number(entry);
}

/* --- writing ------------------------------------------------------------------------------------------------------------------------- */

/* Everything the arguments and the kind have in common; with the recorder and a number. One operation, no reading. */
static int write_entry(struct desk *desk, const char *action, const char *sort, const struct values *arguments, record_id corrects,
                       struct outcome *outcome, struct err *err)
{
  struct values values;
  int status = -1;

  values_start_kind(&values, &entry_kind);
  defaults(desk, &values);
  for (int i = 0; i < arguments->count; i++) {
    int index = values_index(&values, arguments->fields[i]->name);
    if (index >= 0 && arguments->list[i].known) value_set(values.fields[index], &values.list[index], &arguments->list[i]);
  }
  if (sort != NULL) values_set_text(&values, "sort", sort);
  if (corrects != 0) values_set_number(&values, "corrects", corrects);
  struct act *act = duty_check(desk, &entry_duty, NULL, &values, err) == 0 ? act_begin(desk->store, action, desk->officer, err) : NULL;
  if (act != NULL) {
    struct change *entry = act_new(act, &entry_kind, 0, LANE_HERE);
    change_set_all(entry, &values);
    if (values_known(&values, "no"))
      change_use_number(entry, values_text(&values, "no"));
    else
      change_number(entry);
    outcome->kind = &entry_kind;
    outcome->record = change_record(entry);
    status = act_commit(act, err);
  }
  values_free(&values);
  return status;
}

static void prepare_now(struct values *arguments)
{
  values_set_number(arguments, "happened", clock_now());
}

static int prepare_add(struct desk *desk, record_id subject, struct values *arguments, struct err *err)
{
  (void)desk;
  (void)subject;
  (void)err;
  prepare_now(arguments);
  return 0;
}

static const struct field add_arguments[] = {
  { .name = "text", .type = FIELD_NOTE, .label = N_("Text"), .flags = FIELD_REQUIRED },
  { .name = "happened", .type = FIELD_TIME, .label = N_("Happened"), .flags = FIGURES_PAST },
  { .name = "important", .type = FIELD_YES, .label = N_("Important") },
  { .name = "place", .type = FIELD_TEXT, .label = N_("Place"), .most = 120 },
  { .name = "about", .type = FIELD_REFERENCE, .label = N_("About"), .reference = "*" },
  { .name = "no",
    .type = FIELD_TEXT,
    .label = N_("No. on the paper form"),
    .most = 20,
    .help = N_("Only for what was first written on a blank form: the number printed on it") },
  { 0 },
};

static int run_add(struct desk *desk, record_id subject, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  (void)subject;
  return write_entry(desk, "entry.add", NULL, arguments, 0, outcome, err);
}

static const struct field phone_arguments[] = {
  { .name = "text", .type = FIELD_NOTE, .label = N_("What was said"), .flags = FIELD_REQUIRED },
  { .name = "happened", .type = FIELD_TIME, .label = N_("Time of the call"), .flags = FIGURES_PAST },
  { .name = "caller_unit", .type = FIELD_TEXT, .label = N_("Caller's unit"), .most = 60 },
  { .name = "caller_name", .type = FIELD_TEXT, .label = N_("Caller"), .most = 40 },
  { .name = "caller_post", .type = FIELD_TEXT, .label = N_("Caller's post"), .most = 40 },
  { .name = "caller_phone", .type = FIELD_PHONE, .label = N_("Caller's phone") },
  { .name = "place", .type = FIELD_TEXT, .label = N_("Place"), .most = 120 },
  { .name = "cause", .type = FIELD_NOTE, .label = N_("Cause and course") },
  { .name = "measures", .type = FIELD_NOTE, .label = N_("Measures taken") },
  { .name = "result", .type = FIELD_NOTE, .label = N_("Result") },
  { .name = "trend", .type = FIELD_NOTE, .label = N_("Trend") },
  { .name = "told", .type = FIELD_TEXT, .label = N_("Already told"), .most = 200 },
  { .name = "told_at", .type = FIELD_TIME, .label = N_("Told at"), .flags = FIGURES_PAST },
  { .name = "important", .type = FIELD_YES, .label = N_("Important") },
  { .name = "no",
    .type = FIELD_TEXT,
    .label = N_("No. on the paper form"),
    .most = 20,
    .help = N_("Only for what was first written on a blank form: the number printed on it") },
  { 0 },
};

static int run_phone(struct desk *desk, record_id subject, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  (void)subject;
  return write_entry(desk, "entry.phone", "phone", arguments, 0, outcome, err);
}

/* --- what may become of an entry ----------------------------------------------------------------------------------------------------- */

static bool is_open(struct desk *desk, const struct record *record)
{
  return record != NULL && (!record_is_void(record) && !seal_covers(desk, record->id));
}

static bool is_standing(struct desk *desk, const struct record *record)
{
  (void)desk;
  return record != NULL && !record_is_void(record);
}

static const struct field why_arguments[] = {
  { .name = "why", .type = FIELD_TEXT, .label = N_("Why"), .flags = FIELD_REQUIRED },
  { 0 },
};

static int run_strike(struct desk *desk, record_id subject, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  struct record record = { 0 };
  int status = lookup_record(desk, &entry_kind, subject, &record, err);

  if (status == 0 && record_is_void(&record)) status = err_set(err, _("the entry was struck already"));
  if (status == 0) status = seal_refuse(desk, &record, err);
  if (status == 0) {
    struct act *act = act_begin(desk->store, "entry.strike", desk->officer, err);
    status = -1;
    if (act != NULL) {
      change_set_text(act_edit(act, &entry_kind, subject), "voided", values_text(arguments, "why"));
      status = act_commit(act, err);
    }
  }
  if (status == 0) {
    outcome->kind = &entry_kind;
    outcome->record = subject;
    outcome_say(outcome, _("The entry is struck; its text stays readable."));
  }
  record_free(&record);
  return status;
}

static const struct field correct_arguments[] = {
  { .name = "text", .type = FIELD_NOTE, .label = N_("Corrected text"), .flags = FIELD_REQUIRED | FIELD_PHRASE },
  { .name = "happened", .type = FIELD_TIME, .label = N_("Happened"), .flags = FIGURES_PAST },
  { 0 },
};

static int prepare_correct(struct desk *desk, record_id subject, struct values *arguments, struct err *err)
{
  struct record record = { 0 };

  if (lookup_record(desk, &entry_kind, subject, &record, err) < 0) return -1;
  values_set_text(arguments, "text", record_text(&record, "text"));
  values_set_number(arguments, "happened", record_number(&record, "happened", 0));
  record_free(&record);
  return 0;
}

static int run_correct(struct desk *desk, record_id subject, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  struct record record = { 0 };
  struct values filled;

  if (lookup_record(desk, &entry_kind, subject, &record, err) < 0) return -1;
  values_copy(&filled, arguments);
  if (!values_known(&filled, "happened")) values_set_number(&filled, "happened", record_number(&record, "happened", 0));
  int status = write_entry(desk, "entry.correct", "correction", &filled, subject, outcome, err);
  values_free(&filled);
  record_free(&record);
  return status;
}

/* Which post the officer acknowledges for: the one he is on. */
static enum post own_post(struct desk *desk)
{
  struct shift_on on;

  shift_on_duty(desk, clock_now(), &on);
  for (enum post post = POST_A; post <= POST_B; post++)
    if (desk->officer != 0 && on.officers[post] == desk->officer) return post;
  return POST_NONE;
}

static int acknowledge(struct desk *desk, const struct record *record, struct err *err)
{
  enum post post = own_post(desk);
  const char *by = post == POST_A ? "ack_a" : "ack_b", *at = post == POST_A ? "ack_a_at" : "ack_b_at";

  if (post == POST_NONE) return err_set(err, _("only the officers on post A and post B acknowledge entries: sign in as one of them"));
  if (!record_number(record, "important", 0)) return err_set(err, _("the entry is not marked important, so nobody has to acknowledge it"));
  if (record_number(record, by, 0) != 0) return err_set(err, _("%s has acknowledged it already"), shift_post_label(post));
  struct act *act = act_begin(desk->store, "entry.acknowledge", desk->officer, err);
  if (act == NULL) return -1;
  struct change *change = act_edit(act, &entry_kind, record->id);
  change_set_number(change, by, desk->officer);
  change_set_number(change, at, act_at(act));
  return act_commit(act, err);
}

static int run_acknowledge(struct desk *desk, record_id subject, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  struct record record = { 0 };

  (void)arguments;
  if (lookup_record(desk, &entry_kind, subject, &record, err) < 0) return -1;
  int status = acknowledge(desk, &record, err);
  record_free(&record);
  if (status < 0) return -1;
  outcome->kind = &entry_kind;
  outcome->record = subject;
  outcome_say(outcome, _("Acknowledged."));
  return 0;
}

static bool needs_acknowledging(struct desk *desk, const struct record *record)
{
  if (record == NULL || record_is_void(record) || !record_number(record, "important", 0)) return false;
  return !record_number(record, "ack_a", 0) || (roster_needs(desk, POST_B) && !record_number(record, "ack_b", 0));
}

const struct action entry_actions[] = {
  { .name = "entry.add",
    .label = N_("Log"),
    .key = "1",
    .command = "log",
    .arguments = add_arguments,
    .help = N_("Writes an entry into the day log."),
    .prepare = prepare_add,
    .run = run_add },
  { .name = "entry.phone",
    .label = N_("Log a phone call"),
    .key = "2",
    .command = "log phone",
    .arguments = phone_arguments,
    .help = N_("Writes a phone call into the day log, with caller, measures, result, trend and whom he has told already."),
    .prepare = prepare_add,
    .run = run_phone },
  { .name = "entry.strike",
    .label = N_("Strike through"),
    .key = "Del",
    .command = "log strike",
    .subject = "entry",
    .arguments = why_arguments,
    .help = N_("Strikes the entry with a reason; the text stays readable. Not once its shift is sealed."),
    .possible = is_open,
    .run = run_strike },
  { .name = "entry.correct",
    .label = N_("Correct"),
    .key = "c",
    .command = "log correct",
    .subject = "entry",
    .arguments = correct_arguments,
    .help = N_("Writes a new entry that corrects this one, also when its shift is sealed."),
    .possible = is_standing,
    .prepare = prepare_correct,
    .run = run_correct },
  { .name = "entry.acknowledge",
    .label = N_("Acknowledge"),
    .key = "k",
    .command = "log acknowledge",
    .who = WHO_OFFICER,
    .subject = "entry",
    .help = N_("The officer on post A or B has read this important entry."),
    .possible = needs_acknowledging,
    .run = run_acknowledge },
  { 0 },
};
