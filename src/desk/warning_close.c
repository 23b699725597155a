/* The all-clear of a warning and its end: one table of states (warning_moves), and refusals that name what is open. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "desk/answer.h"
#include "desk/call.h"
#include "desk/closing.h"
#include "desk/duties.h"
#include "desk/figures.h"
#include "desk/ladder.h"
#include "desk/lookup.h"
#include "desk/relay_parts.h"
#include "desk/session.h"
#include "desk/transition.h"
#include "desk/warning.h"
#include "store/act.h"
#include "store/query.h"

/* The warning itself moves only where it is ours: a superior's record stays his. */
static void move_on(struct desk *desk, struct act *act, const struct record *warning, const char *to, const char *why)
{
  if (!warning_is_ours(desk, warning->id)) return;
  struct change *change = act_edit(act, &warning_kind, warning->id);
  transition_write(desk, &warning_kind, change, to, desk->officer, act_at(act), why);
  change_settles(change);
}

/* The warning as it stands now, "expired" included, if the table has a move from there. */
static const struct transition *check_move(struct desk *desk, record_id id, const char *action, const char *why, struct record *warning,
                                           struct err *err)
{
  if (lookup_record(desk, &warning_kind, id, warning, err) < 0) return NULL;
  values_set_text(&warning->values, "state", warning_state(warning, clock_now()));
  return transition_check(desk, warning_moves, action, warning, why, err);
}

static const char *given(const struct values *arguments, const char *name)
{
  return values_index(arguments, name) >= 0 ? values_text(arguments, name) : NULL;
}

/* --- the all-clear -------------------------------------------------------------------------------------------------------------------- */

static int write_lift(struct desk *desk, struct act *act, record_id id, const struct values *arguments, struct outcome *outcome,
                      struct err *err)
{
  struct record warning = { 0 };
  const struct transition *move = check_move(desk, id, "warning.lift", NULL, &warning, err);
  int status = move != NULL && figures_past(arguments, "release_at", err) == 0 ? 0 : -1;

  if (status == 0) {
    struct change *closing = closing_record(desk, act, &warning);
    transition_write(desk, &closing_kind, closing, "lifted", desk->officer, act_at(act), NULL);
    change_set_text(closing, "release_by", values_text(arguments, "release_by"));
    change_set_text(closing, "release_document", values_text(arguments, "release_document"));
    change_set_number(closing, "release_at", values_number(arguments, "release_at", act_at(act)));
    move_on(desk, act, &warning, move->to, NULL);
    outcome_say(outcome, _("%s: %s"), record_title(&warning), lookup_choice(&warning_kind, "state", move->to));
    status = checklist_lift(desk, act, &warning, act_at(act), outcome, err) < 0 ? -1 : 0;
    values_set_text(&warning.values, "state", "cancelled"); /* whoever was to be told it is to be told that it is over */
    if (status == 0 && relay_start(desk, act, &warning, err) < 0) status = -1;
  }
  record_free(&warning);
  return status;
}

static int lift_run(struct desk *desk, record_id id, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  struct act *act = act_begin(desk->store, "warning.lift", desk->officer, err);

  if (act == NULL) return -1;
  outcome->kind = &warning_kind;
  outcome->record = id;
  if (write_lift(desk, act, id, arguments, outcome, err) < 0) {
    act_cancel(act);
    return -1;
  }
  if (act_commit(act, err) < 0) return -1;
  ladder_advance(desk, clock_now(), NULL); /* calls that nobody needs any more; the agent does it if this fails */
  return 0;
}

/* What the issuer's own all-clear says is its release. */
static int lift_prepare(struct desk *desk, record_id id, struct values *arguments, struct err *err)
{
  struct record warning = { 0 };

  if (lookup_record(desk, &warning_kind, id, &warning, err) < 0) return -1;
  const char *state = warning_state(&warning, clock_now());
  values_set_text(arguments, "release_by", record_text(&warning, "sender_name"));
  if (strcmp(state, "cancelled") == 0) {
    values_set_text(arguments, "release_document", record_text(&warning, "identifier"));
    values_set_number(arguments, "release_at", record_number(&warning, "sent", clock_now()));
  } else if (strcmp(state, "expired") == 0) {
    values_set_text(arguments, "release_document", N_("expired, nothing said"));
    values_set_number(arguments, "release_at", record_number(&warning, "expires", record_number(&warning, "assumed_until", clock_now())));
  } else {
    values_set_number(arguments, "release_at", clock_now());
  }
  record_free(&warning);
  return 0;
}

/* --- closing -------------------------------------------------------------------------------------------------------------------------- */

/* What the leader closes over: each open record ends with his reason, so that nothing rings for a warning that is over. */
static const struct {
  const struct kind *kind;
  const char *to, *sql;
} leftovers[] = {
  { &call_kind, "closed", "SELECT id FROM k_call WHERE warning = ?1 AND ((" CALL_OPEN ") OR (" CALL_PROMISED ")) AND " CALL_OWN("k_call") },
  { &relay_kind, "dropped", "SELECT id FROM k_relay WHERE warning = ?1 AND " RELAY_OURS },
  { &task_kind, "dropped", "SELECT id FROM k_task WHERE warning = ?1 AND state = 'open' AND voided IS NULL AND " CHECKLIST_OWN },
};

static int end_one(struct desk *desk, struct act *act, const struct kind *kind, const char *to, record_id id, const char *why,
                   struct err *err)
{
  struct relay_count count;

  if (kind == &relay_kind) {
    if (relay_count_live(desk, id, &count, err) < 0) return -1;
    relay_write_dropped(desk, act, id, &count, why);
    return 0;
  }
  struct change *change = act_edit(act, kind, id);
  transition_write(desk, kind, change, to, desk->officer, act_at(act), why);
  if (kind == &task_kind) change_clear(change, "list"); /* so that it comes back if the warning does: checklist.c */
  change_settles(change);
  return 0;
}

static int end_leftovers(struct desk *desk, struct act *act, const char *warning, const char *why, struct err *err)
{
  int row = 0;

  for (size_t i = 0; i < sizeof leftovers / sizeof *leftovers && row == 0; i++) {
    struct query *query = query_open(desk->store, leftovers[i].sql);
    query_bind_text(query, 1, warning);
    while (row >= 0 && (row = query_next(query, err)) == 1)
      if (end_one(desk, act, leftovers[i].kind, leftovers[i].to, query_number(query, 0), why, err) < 0) row = -1;
    query_close(query);
  }
  return row;
}

static int check_open(struct desk *desk, const char *open, const char *why, struct err *err)
{
  struct err who = ERR_INIT;

  if (open == NULL || (why != NULL && session_may(desk, WHO_LEADER, &who) == 0)) return 0;
  char *shown = i18n_phrase(open);
  if (why == NULL)
    err_set(err, _("Still open: %s. Finish or drop each, or a leader closes it with a reason (why)"), shown);
  else
    err_set(err, _("Still open: %s. Only a leader may close over it: %s"), shown, who.text);
  free(shown);
  return -1;
}

/* The all-clear has its own lines, which nobody may pass over by closing at once: where a checklist was opened, and the issuer has
 * lifted or it was serious. */
static int check_lifted(struct desk *desk, const struct record *warning, const char *why, struct err *err)
{
  const char *state = record_text(warning, "state"), *colour = record_text(warning, "colour");
  bool serious = colour != NULL && (strcmp(colour, "orange") == 0 || strcmp(colour, "red") == 0);
  struct query *query = query_open(
    desk->store, "SELECT count(*), sum(stage = 'all_clear') FROM k_task WHERE subject = ?1 AND stage IS NOT NULL AND voided IS NULL"
                 " AND " CHECKLIST_OWN);

  query_bind_text(query, 1, record_text(warning, "key"));
  int read = query_next(query, err);
  bool lifted = read == 1 && (query_number(query, 0) == 0 || query_number(query, 1) > 0);
  query_close(query);
  if (read < 0) return -1;
  if (lifted || (strcmp(state, "cancelled") != 0 && !(serious && strcmp(state, "expired") == 0))) return 0;
  if (why != NULL && session_may(desk, WHO_LEADER, NULL) == 0) return 0;
  return err_set(err, _("The all-clear has not been given: do that first (warning lift), or a leader closes it with a reason (why)"));
}

static int write_close(struct desk *desk, struct act *act, record_id id, const char *why, struct outcome *outcome, struct err *err)
{
  struct record warning = { 0 };
  struct closing_count count;
  const struct transition *move = check_move(desk, id, "warning.close", why, &warning, err);
  int status = move != NULL ? check_lifted(desk, &warning, why, err) : -1;
  char *open = status == 0 ? closing_open_text(desk, record_text(&warning, "key"), err) : NULL;

  if (status == 0) status = check_open(desk, open, why, err);
  if (status == 0) status = closing_count(desk, &warning, &count, err);
  if (status == 0 && open != NULL) status = end_leftovers(desk, act, record_text(&warning, "key"), why, err);
  if (status == 0) {
    struct change *closing = closing_record(desk, act, &warning);
    transition_write(desk, &closing_kind, closing, "closed", desk->officer, act_at(act), why);
    change_set_number(closing, "closed_at", act_at(act));
    closing_write(closing, &count);
    change_set_text(closing, "remains", open);
    move_on(desk, act, &warning, move->to, why);
    answer_finished(desk, act, record_text(&warning, "key"), act_at(act), why);
    outcome_say(outcome, _("%s: %s"), record_title(&warning), lookup_choice(&warning_kind, "state", move->to));
    closing_say(&count, outcome);
  }
  free(open);
  record_free(&warning);
  return status;
}

static int close_run(struct desk *desk, record_id id, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  if (ladder_advance(desk, clock_now(), err) < 0) return -1; /* lists and calls say what they say by now */
  struct act *act = act_begin(desk->store, "warning.close", desk->officer, err);

  if (act == NULL) return -1;
  outcome->kind = &warning_kind;
  outcome->record = id;
  if (write_close(desk, act, id, given(arguments, "why"), outcome, err) == 0) return act_commit(act, err);
  act_cancel(act);
  return -1;
}

static bool is_possible(const struct record *record, const char *action)
{
  return record != NULL && !record_is_void(record) && transition_possible(warning_moves, action, warning_state(record, clock_now()));
}

static bool lift_possible(struct desk *desk, const struct record *record)
{
  (void)desk;
  return is_possible(record, "warning.lift");
}

static bool close_possible(struct desk *desk, const struct record *record)
{
  (void)desk;
  return is_possible(record, "warning.close");
}

static const struct field lift_arguments[] = {
  { .name = "release_by", .type = FIELD_TEXT, .label = N_("Released by"), .flags = FIELD_REQUIRED, .most = 80 },
  { .name = "release_document", .type = FIELD_TEXT, .label = N_("Document number"), .flags = FIELD_PHRASE, .most = 80 },
  { .name = "release_at", .type = FIELD_TIME, .label = N_("Released at"), .flags = FIGURES_PAST },
  { 0 },
};

static const struct field why_arguments[] = { { .name = "why", .type = FIELD_NOTE, .label = N_("Why") }, { 0 } };

const struct action closing_actions[] = {
  { .name = "warning.lift",
    .label = N_("All-clear"),
    .key = "l",
    .command = "warning lift",
    .subject = "warning",
    .arguments = lift_arguments,
    .help = N_("The danger is called off in writing, or the warning has run out: opens the lines of the all-clear."),
    .possible = lift_possible,
    .prepare = lift_prepare,
    .run = lift_run },
  { .name = "warning.close",
    .label = N_("Close"),
    .key = "x",
    .command = "warning close",
    .subject = "warning",
    .arguments = why_arguments,
    .help = N_("Nothing more is to be done about it: keeps the final counts. While it is in force it needs a reason; while anything is "
               "open, a leader's."),
    .possible = close_possible,
    .run = close_run },
  { 0 },
};
