/* checklist.h: lines become tasks. What is ticked stays ticked, whatever opens the list again. */
#include "desk/checklist.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/call.h"
#include "desk/closing.h"
#include "desk/duties.h"
#include "desk/lookup.h"
#include "desk/relay.h"
#include "desk/transition.h"
#include "desk/warning.h"
#include "store/act.h"
#include "store/query.h"

struct opening {
  struct desk *desk;
  struct act *act;
  struct checklist_cause cause;
  int made;
};

static const char *own_area(struct desk *desk, char area[13])
{
  return area_text(store_area(desk->store), area);
}

char *checklist_subject(struct desk *desk, record_id record)
{
  struct buf name = BUF_INIT;

  record_name(desk->store, record, &name);
  return buf_take(&name, NULL);
}

/* --- one line ------------------------------------------------------------------------------------------------------------------------ */

static bool is_of_stage(const struct checklist_line *line, const char *stage)
{
  return strcmp(line->stage, stage) == 0;
}

static void set_clock(const struct opening *opening, struct change *task, const struct checklist_line *line)
{
  if (line->minutes >= 0) change_set_number(task, "due", opening->cause.at + line->minutes * CLOCK_MINUTE);
}

static void set_words(struct change *task, const struct checklist_line *line)
{
  const char *owner = line->owner;

  for (int i = 0; line->post != NULL && checklist_posts[i].name != NULL; i++)
    if (strcmp(checklist_posts[i].name, line->post) == 0) owner = checklist_posts[i].label;
  change_set_text(task, "what", line->what);
  change_set_text(task, "owner", owner);
  change_set_text(task, "post", line->post);
  change_set_text(task, "stage", line->stage);
  change_set_text(task, "list", line->list);
  change_set_text(task, "merge", line->merge);
  change_set_text(task, "proof", line->done_by);
  change_set_text(task, "basis", line->basis);
  if (line->evidence) change_set_number(task, "needs_evidence", 1);
}

static void tick(const struct opening *opening, struct change *task, int64_t at, const char *evidence)
{
  change_set_number(task, "done_at", at);
  change_set_text(task, "evidence", evidence);
  transition_write(opening->desk, &task_kind, task, "done", opening->desk->officer, act_at(opening->act), NULL);
}

/* When the same standing line was ticked for a warning or response that is not over yet: it holds for this one too. */
static int64_t standing_since(const struct opening *opening, const struct checklist_line *line)
{
  char area[13];
  struct query *query = query_open(
    opening->desk->store,
    "SELECT t.done_at FROM k_task t WHERE t.line = ?1 AND t.area = ?2 AND t.subject <> ?3 AND t.state = 'done' AND t.merge = 'standing'"
    " AND t.voided IS NULL AND (EXISTS (SELECT 1 FROM k_warning w WHERE w.key = t.warning AND w.state IN ('received', 'in_force')"
    " AND w.voided IS NULL AND NOT EXISTS (SELECT 1 FROM k_closing c WHERE c.warning = w.key AND c.area = t.area AND c.voided IS NULL))"
    " OR EXISTS (SELECT 1 FROM k_response r WHERE r.id = t.response AND r.state = 'started' AND r.voided IS NULL))"
    " ORDER BY t.done_at DESC LIMIT 1");
  int64_t at = 0;

  query_bind_text(query, 1, line->id);
  query_bind_text(query, 2, own_area(opening->desk, area));
  query_bind_text(query, 3, opening->cause.subject);
  if (strcmp(line->merge, "standing") == 0 && query_next(query, NULL) == 1) at = query_number(query, 0);
  query_close(query);
  return at;
}

static void write_new(struct opening *opening, struct change *task, const struct checklist_line *line)
{
  char area[13];
  int64_t since = standing_since(opening, line);

  change_set_text(task, "warning", opening->cause.warning);
  if (opening->cause.response != 0) change_set_number(task, "response", opening->cause.response);
  if (opening->cause.plan != 0) change_set_number(task, "plan", opening->cause.plan);
  change_set_text(task, "area", own_area(opening->desk, area));
  set_words(task, line);
  set_clock(opening, task, line);
  change_set_text(task, "state", "open");
  if (line->done_by != NULL && strcmp(line->done_by, "receipt") == 0)
    tick(opening, task, act_at(opening->act), N_("acknowledged"));
  else if (since != 0)
    tick(opening, task, since, N_("done already, and it still holds"));
  change_number(task);
  opening->made++;
}

/* An open line that a higher colour words or clocks otherwise; one dropped because the colour fell (it has lost its list) comes back. */
static int renew(struct opening *opening, struct change *change, const struct checklist_line *line, struct err *err)
{
  struct record task = { 0 };

  if (lookup_record(opening->desk, &task_kind, change_record(change), &task, err) < 0) return -1;
  const char *state = transition_state(&task, "open"), *list = record_text(&task, "list");
  int64_t due = record_number(&task, "due", 0), wanted = line->minutes >= 0 ? opening->cause.at + line->minutes * CLOCK_MINUTE : 0;
  bool fell = strcmp(state, "dropped") == 0 && list == NULL, changed = list != NULL && strcmp(list, line->list) != 0;

  if (!record_is_void(&task) && (fell || (changed && strcmp(state, "open") == 0))) {
    set_words(change, line);
    if (wanted != 0 && (fell || due == 0 || wanted < due)) change_set_number(change, "due", wanted);
    if (fell) transition_write(opening->desk, &task_kind, change, "open", opening->desk->officer, act_at(opening->act), NULL);
    change_settles(change);
    opening->made += fell;
  }
  record_free(&task);
  return 0;
}

static int open_line(struct opening *opening, const struct checklist_line *line, struct err *err)
{
  struct values key;
  bool existing = false;

  values_start_kind(&key, &task_kind);
  values_set_text(&key, "subject", opening->cause.subject);
  values_set_text(&key, "line", line->id);
  struct change *task = act_keyed(opening->act, &task_kind, 0, LANE_UP, &key, &existing);
  values_free(&key);
  if (existing) return renew(opening, task, line, err);
  write_new(opening, task, line);
  return 0;
}

/* --- dropping what is not asked for any more ------------------------------------------------------------------------------------------ */

static bool asks_for(const struct checklist *checklist, const char *id)
{
  for (int i = 0; checklist != NULL && i < checklist->count; i++)
    if (strcmp(checklist->lines[i].id, id) == 0) return true;
  return false;
}

struct dropped {
  record_id *ids;
  int count;
};

#define LISTED "SELECT id, line FROM k_task WHERE subject = ?1 AND area = ?2 AND list IS NOT NULL AND voided IS NULL AND "
#define OPEN_BEFORE_ALL_CLEAR LISTED "state = 'open' AND ifnull(stage, '') <> 'all_clear'"
#define OPEN_ANY LISTED "state = 'open'"
#define ALL_CLEAR LISTED "stage = 'all_clear'"

/* Those that came from a list and that `checklist` (NULL: nothing) does not ask for. */
static int find_needless(const struct opening *opening, const char *sql, const struct checklist *checklist, struct dropped *found,
                         struct err *err)
{
  char area[13];
  struct query *query = query_open(opening->desk->store, sql);
  int row;

  query_bind_text(query, 1, opening->cause.subject);
  query_bind_text(query, 2, own_area(opening->desk, area));
  while ((row = query_next(query, err)) == 1) {
    if (asks_for(checklist, query_text(query, 1))) continue;
    found->ids = mem_grow(found->ids, (size_t)found->count + 1, sizeof *found->ids);
    found->ids[found->count++] = query_number(query, 0);
  }
  query_close(query);
  return row;
}

static int drop_needless(const struct opening *opening, const char *sql, const struct checklist *checklist, const char *why,
                         struct outcome *outcome, struct err *err)
{
  struct dropped found = { 0 };
  char *said = i18n_phrase(why);
  int status = find_needless(opening, sql, checklist, &found, err);

  for (int i = 0; i < found.count && status == 0; i++) {
    struct change *task = act_edit(opening->act, &task_kind, found.ids[i]);
    transition_write(opening->desk, &task_kind, task, "dropped", opening->desk->officer, act_at(opening->act), why);
    change_clear(task, "list"); /* so that a higher colour may bring it back: renew() */
    change_settles(task);
  }
  if (status == 0 && found.count > 0 && outcome != NULL)
    outcome_say(
      outcome, ngettext("%d line of the checklist is dropped: %s", "%d lines of the checklist are dropped: %s", (unsigned long)found.count),
      found.count, said);
  free(said);
  free(found.ids);
  return status;
}

/* --- for a warning ------------------------------------------------------------------------------------------------------------------- */

static void say_trouble(const struct checklist *checklist, struct outcome *outcome)
{
  if (outcome == NULL || checklist->trouble == NULL) return;
  outcome_say(outcome, "%s", checklist->trouble);
  outcome->attention = true;
}

static void say_opened(const struct opening *opening, const struct checklist *checklist, struct outcome *outcome)
{
  if (outcome == NULL) return;
  if (opening->made > 0)
    outcome_say(outcome, ngettext("%d line is on the checklist.", "%d lines are on the checklist.", (unsigned long)opening->made),
                opening->made);
  say_trouble(checklist, outcome);
}

static struct opening opening_for(struct desk *desk, struct act *act, const struct record *warning, int64_t at)
{
  const char *key = record_text(warning, "key");
  return (struct opening){ .desk = desk, .act = act, .cause = { .subject = key, .warning = key, .at = at } };
}

static int open_stages(struct opening *opening, const struct checklist *checklist, bool all_clear, struct err *err)
{
  for (int i = 0; i < checklist->count; i++)
    if (is_of_stage(&checklist->lines[i], "all_clear") == all_clear && open_line(opening, &checklist->lines[i], err) < 0) return -1;
  return 0;
}

static int load_for(const struct record *warning, struct checklist *checklist, struct err *err)
{
  return checklist_for_warning(record_text(warning, "colour"), record_text(warning, "event"), record_text(warning, "event_code"), checklist,
                               err);
}

int checklist_lift(struct desk *desk, struct act *act, const struct record *warning, int64_t at, struct outcome *outcome, struct err *err)
{
  struct opening opening = opening_for(desk, act, warning, at);
  struct checklist checklist = { 0 };

  if (!warning_counts(desk, warning)) return 0;
  int status = load_for(warning, &checklist, err);
  if (status == 0) status = drop_needless(&opening, OPEN_BEFORE_ALL_CLEAR, NULL, N_("the warning is lifted"), outcome, err);
  if (status == 0) status = open_stages(&opening, &checklist, true, err);
  if (status == 0) say_opened(&opening, &checklist, outcome);
  checklist_free(&checklist);
  return status == 0 ? opening.made : -1;
}

int checklist_open(struct desk *desk, struct act *act, const struct record *warning, struct outcome *outcome, struct err *err)
{
  int64_t received = record_number(warning, "received", act_at(act));
  struct opening opening = opening_for(desk, act, warning, received);
  struct checklist checklist = { 0 };
  const char *state = transition_state(warning, "received");

  if (!warning_counts(desk, warning)) return 0;
  if (strcmp(state, "cancelled") == 0 || record_number(warning, "lifts", 0))
    return checklist_lift(desk, act, warning, act_at(act), outcome, err);
  int status = load_for(warning, &checklist, err);
  /* An all-clear that was given before, ticked or not, counts no more: the next one is another. */
  if (status == 0) status = drop_needless(&opening, ALL_CLEAR, NULL, N_("in force again"), outcome, err);
  if (status == 0) status = drop_needless(&opening, OPEN_BEFORE_ALL_CLEAR, &checklist, N_("the colour was lowered"), outcome, err);
  if (status == 0) status = open_stages(&opening, &checklist, false, err);
  if (status == 0) status = closing_again(desk, act, warning, err);
  if (status == 0) say_trouble(&checklist, outcome);
  checklist_free(&checklist);
  return status == 0 ? opening.made : -1;
}

/* --- for a response level, for anything else ------------------------------------------------------------------------------------------ */

int checklist_put(struct desk *desk, struct act *act, const struct checklist_cause *cause, const struct checklist *checklist,
                  struct outcome *outcome, struct err *err)
{
  struct opening opening = { .desk = desk, .act = act, .cause = *cause };

  for (int i = 0; i < checklist->count; i++)
    if (open_line(&opening, &checklist->lines[i], err) < 0) return -1;
  say_opened(&opening, checklist, outcome);
  return opening.made;
}

int checklist_drop(struct desk *desk, struct act *act, const char *subject, const char *why, struct outcome *outcome, struct err *err)
{
  struct opening opening = { .desk = desk, .act = act, .cause = { .subject = subject } };
  return drop_needless(&opening, OPEN_ANY, NULL, why, outcome, err);
}

int checklist_respond(struct desk *desk, struct act *act, record_id response, int level, int64_t at, struct outcome *outcome,
                      struct err *err)
{
  char *subject = checklist_subject(desk, response);
  struct opening opening = { .desk = desk, .act = act, .cause = { .subject = subject, .response = response, .at = at } };
  struct checklist checklist = { 0 };
  int made = checklist_for_response(level, &checklist, err);

  if (made == 0) made = drop_needless(&opening, OPEN_ANY, &checklist, N_("the response level was lowered"), outcome, err);
  if (made == 0) made = checklist_put(desk, act, &opening.cause, &checklist, outcome, err);
  checklist_free(&checklist);
  free(subject);
  return made;
}

/* --- what ticks itself ---------------------------------------------------------------------------------------------------------------- */

/* Columns: open, proven, of these reached or answered, all, read back. ?1: the warning's key, ?2: of the all-clear. */
static const struct {
  const char *proof, *says, *sql;
} proofs[] = {
  { "relay", N_("told: %d of %d"),
    "SELECT ifnull(sum(" RELAY_OPEN
    "), 0), count(*), ifnull(sum(reached), 0), ifnull(sum(max(ifnull(expected, 0), ifnull(reached, 0))), 0), 0"
    " FROM k_relay WHERE warning = ?1 AND voided IS NULL AND state <> 'dropped' AND (ifnull(colour, '') = 'clear') = ?2"
    " AND " STATION_KEEPS("k_relay.id") },
  { "calls", N_("answered: %d of %d, read back: %d"),
    "SELECT ifnull(sum(" CALL_OPEN
    "), 0), ifnull(sum(state = 'answered' OR answered_at IS NOT NULL), 0), ifnull(sum(answered_at IS NOT NULL), 0),"
    " count(*), ifnull(sum(read_back = 1), 0) FROM k_call WHERE warning = ?1 AND voided IS NULL AND NOT ?2 AND " CALL_OWN("k_call") },
};

/* NULL: not proven yet. */
static char *proof_text(struct desk *desk, const char *proof, const char *warning, bool all_clear)
{
  size_t which = strcmp(proof, proofs[0].proof) == 0 ? 0 : 1;
  struct query *query = query_open(desk->store, proofs[which].sql);
  char *text = NULL;

  query_bind_text(query, 1, warning);
  query_bind_number(query, 2, all_clear);
  if (query_next(query, NULL) == 1 && query_number(query, 0) == 0 && query_number(query, 1) > 0)
    text = i18n_fill(proofs[which].says, (int)query_number(query, 2), (int)query_number(query, 3), (int)query_number(query, 4));
  query_close(query);
  return text;
}

struct proven {
  record_id task;
  char *proof, *warning;
  bool all_clear;
};

static struct proven *read_proofs(struct desk *desk, int *count, struct err *err)
{
  struct proven *list = NULL;
  struct query *query =
    query_open(desk->store,
               "SELECT id, proof, warning, ifnull(stage, '') = 'all_clear' FROM k_task WHERE state = 'open' AND proof IN ('relay', 'calls')"
               " AND warning IS NOT NULL AND voided IS NULL AND " CHECKLIST_OWN);
  int row;

  *count = 0;
  while ((row = query_next(query, err)) == 1) {
    list = mem_grow(list, (size_t)*count + 1, sizeof *list);
    list[(*count)++] =
      (struct proven){ query_number(query, 0), mem_dup(query_text(query, 1)), mem_dup(query_text(query, 2)), query_number(query, 3) != 0 };
  }
  query_close(query);
  if (row < 0) *count = -*count - 1;
  return list;
}

int checklist_settle(struct desk *desk, struct act *act, struct err *err)
{
  struct opening opening = { .desk = desk, .act = act };
  int count, ticked = 0;
  struct proven *list = read_proofs(desk, &count, err);
  bool failed = count < 0;

  if (failed) count = -count - 1;
  for (int i = 0; i < count; i++) {
    char *evidence = failed ? NULL : proof_text(desk, list[i].proof, list[i].warning, list[i].all_clear);
    if (evidence != NULL) {
      struct change *task = act_edit(act, &task_kind, list[i].task);
      tick(&opening, task, act_at(act), evidence);
      change_settles(task);
      ticked++;
    }
    free(evidence);
    free(list[i].proof);
    free(list[i].warning);
  }
  free(list);
  return failed ? -1 : ticked;
}
