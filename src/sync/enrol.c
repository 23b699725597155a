/* A station joins its superior by the code that was read out to it. */
#include "base/err.h"
#include "base/i18n.h"
#include "desk/action.h"
#include "store/values.h"
#include "sync/ways.h"

/* An address that stands in the settings is most likely the superior's. */
static int enrol_prepare(struct desk *desk, record_id subject, struct values *arguments, struct err *err)
{
  char **remotes = sync_remotes(desk);
  (void)subject, (void)err;
  if (remotes[0] && !values_known(arguments, "remote")) values_set_text(arguments, "remote", remotes[0]);
  sync_remotes_free(remotes);
  return 0;
}

static int enrol_run(struct desk *desk, record_id subject, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  struct sync_report report = { 0 };
  (void)subject;
  int status = sync_once(desk, values_text(arguments, "remote"), values_text(arguments, "code"), &report, err);
  if (status == 0) status = sync_note_joined(desk, values_text(arguments, "remote"), err);
  if (status == 0) {
    outcome_say(outcome, _("This station is enrolled: %lld operations went up, %lld came down"), (long long)report.sent,
                (long long)report.received);
    outcome_say(outcome, _("This address is used from now on, unless the settings name others (sync.remotes)"));
  }
  if (status == 0 && report.trouble) {
    outcome_say(outcome, "%s", report.trouble);
    outcome->attention = true;
  }
  sync_report_free(&report);
  return status;
}

/* clang-format off */
static const struct field enrol_arguments[] = {
  { .name = "remote", .type = FIELD_TEXT, .label = N_("Address"), .flags = FIELD_REQUIRED, .most = 250, .help = N_("Of the superior: ssh://user@host/path/to/desk.db") },
  { .name = "code", .type = FIELD_TEXT, .label = N_("Code"), .flags = FIELD_REQUIRED, .most = 40, .help = N_("Sixteen digits, as the superior reads them out") },
  { 0 },
};

static const struct action enrol_actions[] = {
  { .name = "node.enrol",
    .label = N_("Join the superior"),
    .help = N_("Connects to the superior's desk for the first time, with the code that it reads out over the phone."),
    .command = "node enrol",
    .who = WHO_LEADER,
    .arguments = enrol_arguments,
    .prepare = enrol_prepare,
    .run = enrol_run },
  { 0 },
};
/* clang-format on */

const struct action *const sync_action_tables[] = { enrol_actions, NULL };
