#include "desk/ledger.h"

#include "base/err.h"
#include "base/i18n.h"
#include "desk/duty.h"
#include "desk/lookup.h"
#include "store/act.h"

int ledger_verify(struct desk *desk, const struct kind *kind, const char *action, record_id id, struct outcome *outcome, struct err *err)
{
  struct record record = { 0 };
  struct act *act = NULL;
  int status = duty_refuse_foreign(desk, id, err);

  if (status == 0) status = lookup_record(desk, kind, id, &record, err);

  if (status == 0) act = act_begin(desk->store, action, desk->officer, err);
  if (act) change_set_number(act_edit(act, kind, id), "verified", act_at(act));
  status = act ? act_commit(act, err) : -1;
  if (status == 0) {
    outcome->kind = kind;
    outcome->record = id;
    outcome_say(outcome, _("Verified: %s"), record_title(&record));
  }
  record_free(&record);
  return status;
}
