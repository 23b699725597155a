/* What a warning starts: its ladder, its lists, its end. */
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/answer.h"
#include "desk/call.h"
#include "desk/checklist.h"
#include "desk/duties.h"
#include "desk/ladder_parts.h"
#include "desk/relay_parts.h"
#include "desk/warning.h"

static bool is_open(struct desk *desk, const struct record *record)
{
  (void)desk;
  return record != NULL && !record_is_void(record) && strcmp(transition_state(record, "received"), "closed") != 0;
}

static void say_trouble(struct desk *desk, struct outcome *outcome)
{
  struct ladder ladder;
  char *trouble = NULL;

  if (ladder_of_station(desk, &ladder, &trouble, NULL) == 0 && trouble != NULL) {
    outcome->attention = true;
    outcome_say(outcome, _("%s. The standard ladder is taken"), trouble);
  }
  free(trouble);
  ladder_free(&ladder);
}

/* A record of its own for this warning, from what was asked. */
static int add_one(struct desk *desk, const struct duty *duty, const struct record *warning, const struct values *arguments,
                   struct outcome *outcome, struct err *err)
{
  struct values values;

  duty_start(desk, duty, &values);
  values_set_text(&values, "warning", record_text(warning, "key"));
  for (int i = 0; i < arguments->count; i++) {
    int index = values_index(&values, arguments->fields[i]->name);
    if (index >= 0 && arguments->list[i].known) value_set(values.fields[index], &values.list[index], &arguments->list[i]);
  }
  int status = duty_add(desk, duty, &values, &outcome->record, err);
  outcome->kind = duty->kind;
  values_free(&values);
  return status;
}

/* --- acknowledged -------------------------------------------------------------------------------------------------------------------- */

/* A superior's warning is not ours to change: that we have read it stands in our answer. */
static bool is_read(struct desk *desk, record_id warning)
{
  return query_single(desk->store, "SELECT " ANSWER_READ " FROM k_warning WHERE id = ?1", warning, 0) != 0;
}

bool ladder_may_acknowledge(struct desk *desk, const struct record *warning)
{
  if (warning == NULL || record_is_void(warning)) return false;
  const char *state = transition_state(warning, "received");
  if (warning_is_ours(desk, warning->id)) return transition_possible(warning_moves, "warning.ack", state);
  return strcmp(state, "closed") != 0 && !is_read(desk, warning->id);
}

static int note_read(struct desk *desk, struct act *act, const struct record *warning, const char *why, struct err *err)
{
  if (!warning_is_ours(desk, warning->id)) {
    if (!ladder_may_acknowledge(desk, warning)) return err_set(err, _("%s was acknowledged here already"), record_title(warning));
  } else {
    const struct transition *move = transition_check(desk, warning_moves, "warning.ack", warning, why, err);
    if (move == NULL) return -1;
    struct change *change = act_edit(act, &warning_kind, warning->id);
    transition_write(desk, &warning_kind, change, move->to, desk->officer, act_at(act), why);
    change_settles(change); /* who moves it on has seen where it stands */
  }
  answer_received(desk, act, warning);
  return 0;
}

/* Receipt, ladder and checklist are one act: none of them can be forgotten. */
static int acknowledge(struct desk *desk, struct act *act, const struct record *warning, const char *why, struct outcome *outcome,
                       struct err *err)
{
  if (note_read(desk, act, warning, why, err) < 0) return -1;
  int calls = ladder_start(desk, act, warning, err);
  int lines = calls < 0 ? -1 : checklist_open(desk, act, warning, outcome, err);
  /* One line: who acknowledges at night wants to go on, not to read. L10N: 待叫应 %d 人，清单 %d 项；请传达 */
  if (lines >= 0) outcome_say(outcome, _("%d calls to make, %d lines of the checklist; then pass it on (warning relay)"), calls, lines);
  return lines < 0 ? -1 : 0;
}

int ladder_acknowledge(struct desk *desk, record_id id, const char *why, struct outcome *outcome, struct err *err)
{
  struct record warning = { 0 };
  struct act *act = act_begin(desk->store, "warning.ack", desk->officer, err);

  if (act == NULL) return -1;
  int status = lookup_record(desk, &warning_kind, id, &warning, err);
  if (status == 0) status = acknowledge(desk, act, &warning, why, outcome, err);
  if (status < 0)
    act_cancel(act);
  else
    status = act_commit(act, err);
  if (status == 0) say_trouble(desk, outcome);
  outcome->kind = &warning_kind;
  outcome->record = id;
  record_free(&warning);
  return status;
}

/* --- calls --------------------------------------------------------------------------------------------------------------------------- */

static const struct field call_arguments[] = {
  { .name = "callee", .type = FIELD_TEXT, .label = N_("Who is called"), .most = 60, .help = N_("Empty: whom the ladder names") },
  { .name = "role", .type = FIELD_TEXT, .label = N_("Role"), .most = 60 },
  { .name = "phone", .type = FIELD_PHONE, .label = N_("Phone") },
  { .name = "due", .type = FIELD_TIME, .label = N_("Due") },
  { 0 },
};

int ladder_begin_warning(struct desk *desk, record_id warning, struct outcome *outcome, struct err *err)
{
  struct record record = { 0 };
  struct act *act = act_begin(desk->store, "ladder.start", desk->officer, err);
  int made = -1;

  if (act == NULL) return -1;
  if (lookup_record(desk, &warning_kind, warning, &record, err) == 0) {
    answer_received(desk, act, &record);
    made = ladder_start(desk, act, &record, err);
  }
  record_free(&record);
  if (made < 0)
    act_cancel(act);
  else if (act_commit(act, err) < 0)
    made = -1;
  if (made > 0) outcome_say(outcome, _("Calls to make: %d (call sheet)") /* L10N: 待叫应 */, made);
  if (made >= 0) say_trouble(desk, outcome);
  return made;
}

static int run_ladder(struct desk *desk, record_id warning, struct outcome *outcome, struct err *err)
{
  int made = ladder_begin_warning(desk, warning, outcome, err), advanced = made < 0 ? -1 : ladder_advance(desk, clock_now(), err);

  if (advanced < 0) return -1;
  outcome->kind = &warning_kind;
  outcome->record = warning;
  if (made == 0 && advanced == 0) outcome_say(outcome, _("The ladder runs already; nothing is due now"));
  return 0;
}

static int call_run(struct desk *desk, record_id subject, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  struct record warning = { 0 };

  if (!values_known(arguments, "callee")) return run_ladder(desk, subject, outcome, err);
  if (lookup_record(desk, &warning_kind, subject, &warning, err) < 0) return -1;
  int status = add_one(desk, &call_duty, &warning, arguments, outcome, err);
  record_free(&warning);
  return status;
}

/* --- lists --------------------------------------------------------------------------------------------------------------------------- */

static const struct field relay_arguments[] = {
  { .name = "audience",
    .type = FIELD_TEXT,
    .label = N_("Audience"),
    .most = 80,
    .help = N_("Empty: lists of the households of each village and of the places") },
  { .name = "names",
    .type = FIELD_NOTE,
    .label = N_("Names"),
    .help = N_("Who belongs to it, one a line; empty: the audience itself is one") },
  { .name = "channels", .type = FIELD_CHOICES, .label = N_("Channels"), .choices = warning_channels },
  { .name = "due", .type = FIELD_TIME, .label = N_("Due") },
  { 0 },
};

static int make_lists(struct desk *desk, const struct record *warning, struct outcome *outcome, struct err *err)
{
  struct act *act = act_begin(desk->store, "warning.relay", desk->officer, err);

  if (act == NULL) return -1;
  int made = relay_start(desk, act, warning, err);
  if (made <= 0)
    act_cancel(act);
  else if (act_commit(act, err) < 0)
    made = -1;
  if (made > 0 && ladder_advance(desk, clock_now(), err) < 0) made = -1; /* counts them */
  if (made > 0) outcome_say(outcome, _("Lists made: %d. Mark who was told (relay tell)"), made);
  if (made == 0) {
    outcome->attention = true;
    outcome_say(outcome, _("No list was made: they exist, or there are no households and places on record for its area. Name an audience"));
  }
  outcome->kind = &warning_kind;
  outcome->record = warning->id;
  return made < 0 ? -1 : 0;
}

static int relay_run(struct desk *desk, record_id subject, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  struct record warning = { 0 };

  if (lookup_record(desk, &warning_kind, subject, &warning, err) < 0) return -1;
  int status = values_known(arguments, "audience") ? add_one(desk, &relay_duty, &warning, arguments, outcome, err)
                                                   : make_lists(desk, &warning, outcome, err);
  record_free(&warning);
  return status;
}

/* --- the end ------------------------------------------------------------------------------------------------------------------------- */

static const struct field finish_arguments[] = {
  { .name = "why", .type = FIELD_NOTE, .label = N_("How it ended"), .help = N_("Needed while calls or lists are open") },
  { 0 },
};

/* Open calls, promises and unreached people are no end unless somebody says so. */
static int check_finished(struct desk *desk, const char *key, const char *why, struct err *err)
{
  struct call_count calls;
  struct relay_count relays;

  if (call_count(desk, key, clock_now(), &calls, err) < 0 || relay_count_warning(desk, key, NULL, &relays, err) < 0) return -1;
  if ((calls.now == 0 && calls.promised == 0 && relays.unreached == 0) || (why != NULL && *why != '\0')) return 0;
  return err_usage(err, _("Open: %d calls, %d promises, %d unreached. Finish them, or say how it ended (why)"), calls.now, calls.promised,
                   relays.unreached);
}

static int finish_run(struct desk *desk, record_id subject, const struct values *arguments, struct outcome *outcome, struct err *err)
{
  struct record warning = { 0 };
  const char *why = values_text(arguments, "why");

  if (lookup_record(desk, &warning_kind, subject, &warning, err) < 0) return -1;
  int status = check_finished(desk, record_text(&warning, "key"), why, err);
  struct act *act = status == 0 ? act_begin(desk->store, "warning.finish", desk->officer, err) : NULL;
  if (act != NULL) answer_finished(desk, act, record_text(&warning, "key"), act_at(act), why);
  status = act != NULL ? act_commit(act, err) : -1;
  if (status == 0) outcome_say(outcome, _("%s: reported upward as finished"), record_title(&warning));
  outcome->kind = &warning_kind;
  outcome->record = subject;
  record_free(&warning);
  return status;
}

/* clang-format off */
const struct action ladder_actions[] = {
  { .name = "warning.call",
    .label = N_("Call"),
    .key = "c",
    .command = "warning call",
    .subject = "warning",
    .arguments = call_arguments,
    .help = N_("Starts the ladder of calls, or goes on with it; with a name, that one has to be called and has to answer."),
    .possible = is_open,
    .run = call_run },
  { .name = "warning.relay",
    .label = N_("Relay"),
    .key = "r",
    .command = "warning relay",
    .subject = "warning",
    .arguments = relay_arguments,
    .help = N_("Makes the lists of who has to be told, down to the household; with an audience, that one, until nobody is unreached."),
    .possible = is_open,
    .run = relay_run },
  { .name = "warning.finish",
    .label = N_("Finish"),
    .command = "warning finish",
    .subject = "warning",
    .arguments = finish_arguments,
    .help = N_("This station has done what the warning asked: its superior sees so."),
    .possible = is_open,
    .run = finish_run },
  { 0 },
};
/* clang-format on */
