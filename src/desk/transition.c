#include "desk/transition.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "desk/lookup.h"
#include "desk/session.h"
#include "store/act.h"

const char *transition_state(const struct record *record, const char *first)
{
  const char *state = record_text(record, "state");
  return state != NULL ? state : first;
}

static const struct transition *find(const struct transition *table, const char *action, const char *state)
{
  for (const struct transition *move = table; move->action != NULL; move++)
    if (strcmp(move->action, action) == 0 && strcmp(move->from, state) == 0) return move;
  return NULL;
}

bool transition_possible(const struct transition *table, const char *action, const char *state)
{
  return find(table, action, state) != NULL;
}

static const char *state_label(const struct kind *kind, const char *state)
{
  return lookup_choice(kind, "state", state);
}

static int refuse_state(const struct record *record, const struct transition *table, const char *action, const char *state, struct err *err)
{
  struct buf from = BUF_INIT;

  for (const struct transition *move = table; move->action != NULL; move++) {
    if (strcmp(move->action, action) != 0) continue;
    if (from.length > 0) buf_adds(&from, " / ");
    buf_adds(&from, state_label(record->kind, move->from));
  }
  err_set(err, _("%s \"%s\" is in the state \"%s\"; this can be done only in: %s"), i18n_text(record->kind->label), record_title(record),
          state_label(record->kind, state), buf_text(&from));
  buf_free(&from);
  return -1;
}

const struct transition *transition_check(struct desk *desk, const struct transition *table, const char *action,
                                          const struct record *record, const char *why, struct err *err)
{
  const char *state = transition_state(record, table->from);
  const struct transition *move = find(table, action, state);

  if (record_is_void(record)) {
    err_set(err, _("%s \"%s\" was struck: nothing more can be done with it"), i18n_text(record->kind->label), record_title(record));
    return NULL;
  }
  if (move == NULL) {
    refuse_state(record, table, action, state, err);
    return NULL;
  }
  if (session_may(desk, move->who, err) < 0) return NULL;
  if (move->needs_why && (why == NULL || *why == '\0')) {
    err_usage(err, _("a reason is needed for the state \"%s\": give it as why"), state_label(record->kind, move->to));
    return NULL;
  }
  return move;
}

void transition_write(struct desk *desk, const struct kind *kind, struct change *change, const char *to, record_id by, int64_t at,
                      const char *why)
{
  const struct field *field = kind_field(kind, kind_field_index(kind, "state_by"));

  change_set_text(change, "state", to);
  if (by == 0) {
    change_clear(change, "state_by");
  } else if (field->type == FIELD_REFERENCE) {
    change_set_number(change, "state_by", by);
  } else {
    char *name = lookup_name(desk, by);
    change_set_text(change, "state_by", name);
    free(name);
  }
  change_set_number(change, "state_at", at);
  if (why != NULL && *why != '\0')
    change_set_text(change, "state_why", why);
  else
    change_clear(change, "state_why");
}

int transition_run(struct desk *desk, const struct kind *kind, const struct transition *table, const char *action, record_id id,
                   const char *why, struct outcome *outcome, struct err *err)
{
  struct record record = { 0 };
  int status = lookup_record(desk, kind, id, &record, err);

  if (status == 0) {
    const struct transition *move = transition_check(desk, table, action, &record, why, err);
    struct act *act = move != NULL ? act_begin(desk->store, action, desk->officer, err) : NULL;
    status = -1;
    if (act != NULL) {
      struct change *change = act_edit(act, kind, id);
      transition_write(desk, kind, change, move->to, desk->officer, act_at(act), why);
      change_settles(change); /* who moves it on has seen where it stands */
      status = act_commit(act, err);
    }
    if (status == 0) {
      outcome->kind = kind;
      outcome->record = id;
      outcome_say(outcome, _("%s: %s"), record_title(&record), state_label(kind, move->to));
    }
  }
  record_free(&record);
  return status;
}
