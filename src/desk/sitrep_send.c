/* Sending a disaster report: its text, its differences from the one before, and freezing it. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "desk/duties.h"
#include "desk/figures.h"
#include "desk/lookup.h"
#include "desk/sitrep.h"
#include "store/act.h"
#include "store/query.h"

/* --- what is due ---------------------------------------------------------------------------------------------------------------------- */

struct sent {
  bool any, verified;
  int64_t last;
};

static int read_sent(struct desk *desk, record_id incident, struct sent *sent, struct err *err)
{
  struct query *query = query_open(desk->store, "SELECT count(*), max(sent_at), sum(sort = 'verified') FROM k_sitrep"
                                                " WHERE incident = ?1 AND state = 'sent' AND voided IS NULL");
  query_bind_number(query, 1, incident);
  int row = query_next(query, err);
  if (row == 1) *sent = (struct sent){ query_number(query, 0) > 0, query_number(query, 2) > 0, query_number(query, 1) };
  query_close(query);
  return row;
}

int sitrep_due(struct desk *desk, const struct record *incident, const char **sort, int64_t *due, struct err *err)
{
  struct sent sent;
  if (record_is_void(incident)) return 0;
  if (read_sent(desk, incident->id, &sent, err) != 1) return -1;
  if (sent.verified) return 0;
  if (!sent.any) {
    *sort = "first";
    *due = record_number(incident, "began", 0) + config_number(desk->config, "report.first_minutes") * CLOCK_MINUTE;
  } else if (strcmp(record_text(incident, "state"), "developing") == 0) {
    *sort = "followup";
    *due = sent.last + CLOCK_DAY;
  } else {
    *sort = "verified";
    *due = 0;
  }
  return 1;
}

/* --- texts
 * ------------------------------------------------------------------------------------------------------------------------------ */

static void add_value(struct desk *desk, const struct record *report, const char *name, struct buf *out)
{
  int index = values_index(&report->values, name);
  const struct field *field = report->values.fields[index];
  value_show(desk->store, field, &report->values.list[index], out);
  if (field->unit) buf_addf(out, " %s", i18n_text(field->unit));
}

static void add_line(struct desk *desk, const struct record *report, const char *name, struct buf *out)
{
  if (!values_known(&report->values, name)) return;
  buf_addf(out, "%s: ", figures_label(&report->values, name));
  add_value(desk, report, name, out);
  buf_addc(out, '\n');
}

void sitrep_text(struct desk *desk, const struct record *report, struct buf *out)
{
  static const char *const head[] = { "incident", "sort", "as_of", NULL };
  static const char *const tail[] = { "why", "course", "needs", NULL };
  for (int i = 0; head[i]; i++) add_line(desk, report, head[i], out);
  for (int i = 0; sitrep_figures[i]; i++) add_line(desk, report, sitrep_figures[i], out);
  for (int i = 0; tail[i]; i++) add_line(desk, report, tail[i], out);
}

static bool add_difference(struct desk *desk, const struct record *earlier, const struct record *report, const char *name, struct buf *out)
{
  int index = values_index(&report->values, name);
  if (value_equal(report->values.fields[index], &report->values.list[index], &earlier->values.list[index])) return false;
  buf_addf(out, "%s: ", figures_label(&report->values, name));
  add_value(desk, earlier, name, out);
  buf_adds(out, " → ");
  add_value(desk, report, name, out);
  buf_addc(out, '\n');
  return true;
}

int sitrep_differences(struct desk *desk, const struct record *report, struct buf *out, struct err *err)
{
  struct record earlier = { 0 };
  int count = 0;
  int found = sitrep_earlier(desk, record_number(report, "incident", 0), record_number(report, "as_of", 0), report->id, &earlier, err);
  for (int i = 0; found == 1 && sitrep_figures[i]; i++) count += add_difference(desk, &earlier, report, sitrep_figures[i], out);
  record_free(&earlier);
  return found < 0 ? -1 : count;
}

/* --- sending
 * ------------------------------------------------------------------------------------------------------------------------------ */

static bool is_draft(const struct record *report)
{
  return strcmp(record_text(report, "state"), "draft") == 0;
}

static bool send_possible(struct desk *desk, const struct record *record)
{
  (void)desk;
  return record && !record_is_void(record) && is_draft(record);
}

static int send_prepare(struct desk *desk, record_id id, struct values *arguments, struct err *err)
{
  struct record report = { 0 };
  struct buf text = BUF_INIT;
  int status = lookup_record(desk, &sitrep_kind, id, &report, err);
  if (status == 0) {
    sitrep_text(desk, &report, &text);
    values_set_text(arguments, "text", buf_text(&text));
    values_set_number(arguments, "sent_at", clock_now());
    values_set_text(arguments, "channel", "phone");
  }
  buf_free(&text);
  record_free(&report);
  return status;
}

static int write_sent(struct desk *desk, const struct record *report, const struct values *arguments, struct err *err)
{
  struct buf text = BUF_INIT;
  struct act *act = act_begin(desk->store, "sitrep.send", desk->officer, err);
  if (!act) return -1;
  if (values_known(arguments, "text"))
    buf_adds(&text, values_text(arguments, "text"));
  else
    sitrep_text(desk, report, &text);
  struct change *change = act_edit(act, &sitrep_kind, report->id);
  change_set_text(change, "state", "sent");
  change_set_number(change, "sent_at", values_number(arguments, "sent_at", act_at(act)));
  change_set_text(change, "sent_to", values_text(arguments, "sent_to"));
  change_set_text(change, "channel", values_text(arguments, "channel"));
  change_set_text(change, "text", buf_text(&text));
  buf_free(&text);
  return act_commit(act, err);
}

static int send_run(struct desk *desk, record_id id, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  struct record report = { 0 };
  struct buf differences = BUF_INIT;
  int count = 0;
  int status = lookup_record(desk, &sitrep_kind, id, &report, err);
  if (status == 0 && record_is_void(&report)) status = err_set(err, _("This report was struck: nothing more can be done with it"));
  if (status == 0 && !is_draft(&report)) status = err_set(err, _("A report that was sent is frozen: make a follow-up report"));
  if (status == 0) status = figures_past(arguments, "sent_at", err);
  if (status == 0) count = sitrep_differences(desk, &report, &differences, err);
  if (status == 0 && count >= 0) status = write_sent(desk, &report, arguments, err);
  if (status == 0 && count >= 0) {
    outcome->kind = &sitrep_kind;
    outcome->record = id;
    outcome_say(outcome, _("%s is recorded as sent to %s and frozen"), record_title(&report), values_text(arguments, "sent_to"));
    if (count > 0) outcome_say(outcome, "%s", buf_text(&differences));
  }
  buf_free(&differences);
  record_free(&report);
  return count < 0 ? -1 : status;
}

/* clang-format off */
static const struct field send_arguments[] = {
  { .name = "sent_to", .type = FIELD_TEXT, .label = N_("Sent to"), .flags = FIELD_REQUIRED, .most = 120 },
  { .name = "channel", .type = FIELD_CHOICE, .label = N_("Channel"), .flags = FIELD_REQUIRED, .choices = sitrep_channels },
  { .name = "sent_at", .type = FIELD_TIME, .label = N_("Sent at"), .flags = FIGURES_PAST },
  { .name = "text", .type = FIELD_NOTE, .label = N_("Text as sent"),
    .help = N_("What was really sent; empty: what the program writes from the figures") },
  { 0 },
};

const struct action sitrep_actions[] = {
  { .name = "sitrep.send",
    .label = N_("Sent"),
    .help = N_("Notes to whom, when, how and in which words the report went out, and freezes it."),
    .key = "s",
    .command = "sitrep send",
    .subject = "sitrep",
    .arguments = send_arguments,
    .possible = send_possible,
    .prepare = send_prepare,
    .run = send_run },
  { 0 },
};
/* clang-format on */
