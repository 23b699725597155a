/* The desk's actions joined, found and run. */
#include "desk/action.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/alarm.h"
#include "desk/closing.h"
#include "desk/duties.h"
#include "desk/entry.h"
#include "desk/follow.h"
#include "desk/handover.h"
#include "desk/ladder.h"
#include "desk/lookup.h"
#include "desk/message.h"
#include "desk/relay.h"
#include "desk/roster.h"
#include "desk/session.h"
#include "desk/stations.h"
#include "desk/warning.h"

/* In the order in which a record's screen numbers them: of a kind with more than nine the first nine have digits. */
const struct action *const desk_action_tables[] = {
  entry_actions,        entry_open_actions,     item_actions,
  order_actions,        dutycheck_actions,      station_actions,
  handover_actions,     handover_sign_actions,  handover_relief_actions,
  roster_actions,       warning_actions,        warning_import_actions,
  warning_text_actions, ladder_actions,         ladder_show_actions,
  call_actions,         relay_actions,          told_actions,
  task_actions,         response_actions,       closing_actions,
  checklist_actions,    warning_decide_actions, plan_actions,
  danger_actions,       sitrep_actions,         transfer_actions,
  stock_actions,        gear_actions,           unit_actions,
  officer_actions,      contact_actions,        message_make_actions,
  message_read_actions, setup_actions,          alarm_actions,
  node_actions,         node_invite_actions,    NULL,
};

const struct action *action_find(const struct action *const tables[], const char *name)
{
  for (; *tables != NULL; tables++)
    for (const struct action *action = *tables; action->name != NULL; action++)
      if (strcmp(action->name, name) == 0) return action;
  return NULL;
}

static int say_missing(const struct action *action, const struct field *field, struct err *err)
{
  struct buf names = BUF_INIT;

  for (const struct choice *choice = field->choices; choice != NULL && choice->name != NULL; choice++)
    buf_addf(&names, "%s%s", names.length > 0 ? "|" : "", choice->name);
  err_usage(err, _("%s: %s is missing: give %s=%s"), i18n_text(action->label), i18n_text(field->label), field->name,
            names.length > 0 ? buf_text(&names) : "…");
  buf_free(&names);
  return -1;
}

static int check_arguments(const struct action *action, const struct values *arguments, struct err *err)
{
  for (int i = 0; i < arguments->count; i++) {
    const struct field *field = arguments->fields[i];
    if ((field->flags & FIELD_REQUIRED) && !arguments->list[i].known) return say_missing(action, field, err);
  }
  return 0;
}

/* A subject of the right kind that was not struck. Actions may also take none, where they know which one is meant. */
static int check_subject(struct desk *desk, const struct action *action, record_id subject, struct err *err)
{
  struct record record = { 0 };

  if (action->subject == NULL || subject == 0) return 0;
  int status = lookup_record(desk, store_kind(desk->store, action->subject), subject, &record, err);
  record_free(&record);
  return status;
}

int action_run(struct desk *desk, const struct action *action, record_id subject, const struct values *arguments, struct outcome *outcome,
               struct err *err)
{
  static const struct field none[] = { { 0 } };
  struct values empty;
  int status = -1;

  if (session_may(desk, action->who, err) < 0) return -1;
  values_start(&empty, action->arguments != NULL ? action->arguments : none);
  if (arguments == NULL) arguments = &empty;
  if (check_arguments(action, arguments, err) == 0 && check_subject(desk, action, subject, err) == 0)
    status = action->run(desk, subject, arguments, outcome, err);
  values_free(&empty);
  return status;
}

void outcome_say(struct outcome *outcome, const char *format, ...)
{
  va_list arguments;
  char *line = NULL;

  va_start(arguments, format);
  if (vasprintf(&line, format, arguments) < 0) line = mem_dup("");
  va_end(arguments);
  if (outcome->text == NULL) {
    outcome->text = line;
    return;
  }
  char *both = mem_printf("%s\n%s", outcome->text, line);
  free(outcome->text);
  free(line);
  outcome->text = both;
}

void outcome_free(struct outcome *outcome)
{
  free(outcome->text);
  *outcome = (struct outcome){ 0 };
}
