#include "desk/move.h"

#include <string.h>

#include "base/err.h"
#include "base/i18n.h"
#include "desk/lookup.h"
#include "store/act.h"

bool move_possible(const struct move *move, const struct record *record)
{
  return record && !record_is_void(record) && transition_possible(move->table, move->action, transition_state(record, move->table->from));
}

static void write_arguments(const struct move *move, struct change *change, const struct values *arguments)
{
  for (int i = 0; arguments && i < arguments->count; i++) {
    const char *name = arguments->fields[i]->name;
    bool is_field = kind_field_index(move->kind, name) >= COMMON_FIELDS;
    if (is_field && arguments->list[i].known) change_set(change, name, &arguments->list[i]);
  }
}

static bool given(const struct values *arguments, const char *name)
{
  return arguments && values_index(arguments, name) >= 0 && values_known(arguments, name);
}

static int write_move(struct desk *desk, const struct move *move, const struct transition *to, record_id id, const struct values *arguments,
                      struct err *err)
{
  struct act *act = act_begin(desk->store, move->action, desk->officer, err);
  if (!act) return -1;
  struct change *change = act_edit(act, move->kind, id);
  write_arguments(move, change, arguments);
  if (move->at && !given(arguments, move->at)) change_set_number(change, move->at, act_at(act));
  transition_write(desk, move->kind, change, to->to, desk->officer, act_at(act),
                   given(arguments, "why") ? values_text(arguments, "why") : NULL);
  change_settles(change); /* who moves it on has seen where it stands */
  return act_commit(act, err);
}

int move_run(struct desk *desk, const struct move *move, record_id id, const struct values *arguments, struct outcome *outcome,
             struct err *err)
{
  struct record record = { 0 };
  const struct transition *to = NULL;
  int status = -1;

  if (lookup_record(desk, move->kind, id, &record, err) == 0)
    to = transition_check(desk, move->table, move->action, &record, given(arguments, "why") ? values_text(arguments, "why") : NULL, err);
  if (to && (!move->check || move->check(desk, &record, arguments, err) == 0)) status = write_move(desk, move, to, id, arguments, err);
  if (status == 0) {
    outcome->kind = move->kind;
    outcome->record = id;
    outcome_say(outcome, _("%s: %s"), record_title(&record), lookup_choice(move->kind, "state", to->to));
  }
  record_free(&record);
  return status;
}
