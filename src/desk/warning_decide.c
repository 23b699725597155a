/* What a person decides about a warning whose issuer left it open: until when it lasts, and whether it is real. */
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "desk/duties.h"
#include "desk/lookup.h"
#include "desk/transition.h"
#include "desk/warning.h"
#include "store/act.h"
#include "store/query.h"

static bool is_open(const struct record *record)
{
  const char *state = record != NULL ? transition_state(record, "received") : "";
  return (strcmp(state, "received") == 0 || strcmp(state, "in_force") == 0) && !record_is_void(record);
}

static bool is_status(const struct record *record, const char *status)
{
  const char *text = record_text(record, "status");
  return text != NULL && strcmp(text, status) == 0;
}

/* --- how long ------------------------------------------------------------------------------------------------------------------------- */

static const struct field extend_arguments[] = {
  { .name = "until", .type = FIELD_TIME, .label = N_("In force until"), .flags = FIELD_REQUIRED },
  { .name = "why", .type = FIELD_NOTE, .label = N_("Why"), .help = N_("Who said so, e.g. the issuer's duty room by phone") },
  { 0 },
};

static bool extend_possible(struct desk *desk, const struct record *record)
{
  return is_open(record) && warning_is_ours(desk, record->id) && record_number(record, "expires", 0) == 0;
}

static int extend_prepare(struct desk *desk, record_id id, struct values *arguments, struct err *err)
{
  struct record warning = { 0 };

  if (lookup_record(desk, &warning_kind, id, &warning, err) < 0) return -1;
  int64_t now = clock_now(), length = warning_assumed(desk, &warning.values) - record_number(&warning, "sent", now);
  if (length > 0) values_set_number(arguments, "until", now + length);
  record_free(&warning);
  return 0;
}

static int check_extension(struct desk *desk, const struct record *warning, int64_t until, struct err *err)
{
  if (!warning_is_ours(desk, warning->id))
    return err_set(err, _("%s came from the superior unit: only they can change it"), record_title(warning));
  if (!is_open(warning)) return err_set(err, _("%s is not in force any more: take a new warning down instead"), record_title(warning));
  if (record_number(warning, "expires", 0) != 0)
    return err_set(err, _("%s ends as its issuer said: take his update down as a new message"), record_title(warning));
  if (until <= clock_now()) return err_usage(err, _("until: it has passed already; close the warning instead"));
  return 0;
}

static int extend_run(struct desk *desk, record_id id, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  struct record warning = { 0 };
  int64_t until = values_number(arguments, "until", 0);
  struct act *act = act_begin(desk->store, "warning.extend", desk->officer, err);

  if (act == NULL) return -1;
  int status = lookup_record(desk, &warning_kind, id, &warning, err);
  if (status == 0) status = check_extension(desk, &warning, until, err);
  if (status == 0) {
    struct change *change = act_edit(act, &warning_kind, id);
    change_set_number(change, "assumed_until", until);
    transition_write(desk, &warning_kind, change, "in_force", desk->officer, act_at(act), values_text(arguments, "why"));
    status = act_commit(act, err);
  } else {
    act_cancel(act);
  }
  outcome->kind = &warning_kind;
  outcome->record = id;
  record_free(&warning);
  return status;
}

/* --- whether it is real --------------------------------------------------------------------------------------------------------------- */

static const struct field confirm_arguments[] = {
  { .name = "status", .type = FIELD_CHOICE, .label = N_("Status"), .flags = FIELD_REQUIRED, .choices = warning_statuses },
  { .name = "why", .type = FIELD_NOTE, .label = N_("Why"), .flags = FIELD_REQUIRED, .help = N_("Whom of the issuer you have asked") },
  { 0 },
};

static bool confirm_possible(struct desk *desk, const struct record *record)
{
  return record != NULL && !record_is_void(record) && warning_is_ours(desk, record->id) && is_status(record, "unknown");
}

/* Its latest message again under the status that it has in truth, and what it was taken for is struck: a real one goes to the villages,
 * which its record could not. */
static int take_again(struct desk *desk, struct act *act, record_id id, const struct values *arguments, struct outcome *outcome,
                      struct err *err)
{
  struct record message = { 0 };
  struct warning_news news;
  record_id latest = query_single(
    desk->store, "SELECT id FROM k_warning_message WHERE warning = ?1 AND voided IS NULL ORDER BY sent DESC, id LIMIT 1", id, 0);

  if (lookup_record(desk, &warning_message_kind, latest, &message, err) < 0) return -1;
  struct values values;
  values_copy(&values, &message.values);
  values_set_text(&values, "status", values_text(arguments, "status"));
  int status = warning_take(desk, act, &values, &news, err);
  if (status == 0) {
    struct change *struck = act_edit(act, &warning_kind, id);
    change_set_text(struck, "voided", values_text(arguments, "why"));
    change_set_number(struck, "replaced_by", news.warning);
    outcome->record = news.warning;
  }
  values_free(&values);
  record_free(&message);
  return status;
}

static int confirm_run(struct desk *desk, record_id id, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  struct record warning = { 0 };

  if (strcmp(values_text(arguments, "status"), "unknown") == 0) return err_usage(err, _("status: say what the issuer says it is"));
  struct act *act = act_begin(desk->store, "warning.confirm", desk->officer, err);
  if (act == NULL) return -1;
  int status = lookup_record(desk, &warning_kind, id, &warning, err);
  if (status == 0 && !confirm_possible(desk, &warning))
    status = err_set(err, _("%s has a status that is known, or came from the superior unit"), record_title(&warning));
  record_free(&warning);
  outcome->kind = &warning_kind;
  if (status == 0) status = take_again(desk, act, id, arguments, outcome, err);
  if (status == 0) return act_commit(act, err);
  act_cancel(act);
  return -1;
}

const struct action warning_decide_actions[] = {
  { .name = "warning.extend",
    .label = N_("Still in force"), /* L10N: 继续有效 */
    .key = "e",
    .command = "warning extend",
    .subject = "warning",
    .arguments = extend_arguments,
    .help = N_("For a warning whose issuer gave no end: until when it lasts. A red one asks for this when its assumed end has passed."),
    .possible = extend_possible,
    .prepare = extend_prepare,
    .run = extend_run },
  { .name = "warning.confirm",
    .label = N_("Real or not"), /* L10N: 核实真伪 */
    .key = "v",
    .command = "warning confirm",
    .subject = "warning",
    .arguments = confirm_arguments,
    .help = N_("For a warning whose message did not say whether it is real: what the issuer says."),
    .possible = confirm_possible,
    .run = confirm_run },
  { 0 },
};
