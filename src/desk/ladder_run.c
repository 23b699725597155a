/* ladder.h: a ladder is started, and brought forward when its time has come. Everything is asked before anything is written: an act does
 * not see what it writes itself. Without an act the same functions only count what there would be to do. */
#include <string.h>

#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/answer.h"
#include "desk/call.h"
#include "desk/checklist.h"
#include "desk/duties.h"
#include "desk/ladder_parts.h"
#include "desk/relay.h"
#include "desk/warning.h"

/* --- starting ------------------------------------------------------------------------------------------------------------------------ */

static bool has_chain(struct ladder_run *run, const char *chain)
{
  struct query *query = query_open(
    run->desk->store, "SELECT 1 FROM k_call WHERE warning = ?1 AND colour = ?2 AND chain = ?3 AND " CALL_OWN("k_call") " LIMIT 1");

  query_bind_text(query, 1, run->warning->key);
  query_bind_text(query, 2, run->warning->colour);
  query_bind_text(query, 3, chain);
  bool found = query_next(query, NULL) == 1;
  query_close(query);
  return found;
}

/* When a chain begins: at once, or so long before the onset. */
static int64_t chain_start(const struct ladder_rung *rung, const struct ladder_warning *warning)
{
  return rung->before_onset != 0 && warning->onset != 0 ? warning->onset - rung->before_onset : 0;
}

static int count_callee(void *context, const struct ladder_callee *callee)
{
  (void)context, (void)callee;
  return 0;
}

static int begin_chain(struct ladder_run *run, const struct ladder_rung *rung)
{
  if (run->act != NULL) return ladder_begin(run, rung);
  int count = ladder_callees(run->desk, run->warning, rung, 0, NULL, run->now, count_callee, NULL, run->err);
  if (count > 0) run->made += count;
  return count;
}

static int start_chains(struct ladder_run *run)
{
  for (int i = 0; i < run->ladder->count; i++) {
    const struct ladder_rung *rung = &run->ladder->rungs[i];
    if (!rung->begins || !ladder_applies(rung, run->warning) || has_chain(run, rung->name)) continue;
    if (chain_start(rung, run->warning) > run->now) continue;
    if (begin_chain(run, rung) < 0) return -1;
  }
  return 0;
}

static void close_call(struct ladder_run *run, record_id id, const char *why)
{
  run->made++;
  if (run->act == NULL) return;
  struct change *change = act_edit(run->act, &call_kind, id);
  transition_write(run->desk, &call_kind, change, "closed", run->desk->officer, act_at(run->act), why);
  change_settles(change);
}

static int due_ids(struct desk *desk, const char *sql, int64_t now, record_id **ids, struct err *err)
{
  struct query *query = query_open(desk->store, sql);

  query_bind_number(query, 1, now);
  return lookup_ids(query, ids, err);
}

/* The highest colour that calls have been made for; ALERT_NONE: none yet. */
static enum alert_colour highest_round(struct ladder_run *run)
{
  struct query *query =
    query_open(run->desk->store, "SELECT DISTINCT colour FROM k_call WHERE warning = ?1 AND colour IS NOT NULL AND " CALL_OWN("k_call"));
  enum alert_colour highest = ALERT_NONE;

  query_bind_text(query, 1, run->warning->key);
  while (query_next(query, NULL) == 1) {
    enum alert_colour colour = alert_colour_of(query_text(query, 0));
    if (colour == ALERT_NONE && strcmp(query_text(query, 0), "unknown") == 0) colour = ALERT_UNKNOWN;
    if (colour > highest) highest = colour;
  }
  query_close(query);
  return highest;
}

/* Calls of a lower colour that still wait: everybody is called anew. */
static int close_lower(struct ladder_run *run)
{
  record_id *ids;
  struct query *query =
    query_open(run->desk->store, "SELECT id FROM k_call WHERE warning = ?1 AND colour <> ?2 AND " CALL_OPEN " AND " CALL_OWN("k_call"));

  query_bind_text(query, 1, run->warning->key);
  query_bind_text(query, 2, run->warning->colour);
  int count = lookup_ids(query, &ids, run->err);
  for (int i = 0; i < count; i++) close_call(run, ids[i], N_("The colour has risen: called anew"));
  free(ids);
  return count < 0 ? -1 : 0;
}

static int start(struct ladder_run *run)
{
  enum alert_colour grade = run->warning->grade != ALERT_NONE ? run->warning->grade : ALERT_UNKNOWN, highest = highest_round(run);

  if (grade < highest) return 0; /* who was called for more need not be called for less */
  if (grade > highest && highest != ALERT_NONE && run->act != NULL && close_lower(run) < 0) return -1;
  return start_chains(run);
}

int ladder_start(struct desk *desk, struct act *act, const struct record *warning, struct err *err)
{
  struct ladder ladder;
  struct ladder_warning seen;
  struct ladder_run run = { .desk = desk, .act = act, .ladder = &ladder, .warning = &seen, .now = act_at(act), .err = err };

  if (!warning_counts(desk, warning) || !warning_for_here(desk, warning->id)) return 0;
  if (ladder_of_station(desk, &ladder, NULL, err) < 0) return -1;
  ladder_warning_of(warning, &seen);
  int status = strcmp(seen.colour, "clear") == 0 ? 0 : start(&run);
  ladder_warning_free(&seen);
  ladder_free(&ladder);
  return status < 0 ? -1 : run.made;
}

/* --- answered ------------------------------------------------------------------------------------------------------------------------ */

int ladder_answered(struct desk *desk, struct act *act, const struct record *call, struct err *err)
{
  struct ladder_run run = { .desk = desk, .act = act, .now = act_at(act), .err = err };
  record_id *ids;
  struct query *query =
    query_open(desk->store, "SELECT o.id FROM k_call o JOIN k_call c ON o.warning = c.warning AND o.colour = c.colour AND o.chain = c.chain"
                            " AND o.area IS c.area WHERE c.id = ?1 AND (o.rank > c.rank OR o.state = 'skipped')"
                            " AND o.state IN ('waiting', 'unanswered', 'skipped') AND o.voided IS NULL"
                            " AND (SELECT area FROM keyed WHERE keyed.id = o.id) = (SELECT area FROM keyed WHERE keyed.id = c.id)");

  query_bind_number(query, 1, call->id);
  int count = lookup_ids(query, &ids, err);
  char *why = mem_printf("%s: %s", N_("Not needed, somebody has answered"), record_title(call));
  for (int i = 0; i < count; i++) close_call(&run, ids[i], why);
  free(why);
  free(ids);
  return count;
}

/* --- time goes on -------------------------------------------------------------------------------------------------------------------- */

static int start_one(struct ladder_run *run, record_id id)
{
  struct record warning = { 0 };
  struct ladder_warning seen;

  if (lookup_record(run->desk, &warning_kind, id, &warning, run->err) < 0) return -1;
  ladder_warning_of(&warning, &seen);
  run->warning = &seen;
  int status = start(run);
  run->warning = NULL;
  ladder_warning_free(&seen);
  record_free(&warning);
  return status;
}

/* Warnings whose ladder runs: in force, and read here. A superior's is read when our answer says so. */
#define RUNNING(now) WARNING_IN_FORCE(now) " AND CASE WHEN " ANSWER_OURS " THEN state = 'in_force' ELSE " ANSWER_READ " END"

static int start_due(struct ladder_run *run)
{
  record_id *ids;
  int count = due_ids(run->desk, "SELECT id FROM k_warning WHERE " RUNNING("?1"), run->now, &ids, run->err), status = count < 0 ? -1 : 0;

  for (int i = 0; i < count && status == 0; i++) status = start_one(run, ids[i]);
  free(ids);
  return status;
}

/* SQL: keys of warnings that are over: held here, and none of that key in force. Asked once for each key, since a warning may have
 * thousands of calls. */
#define OVER(now)                                                                                                                          \
  "(SELECT key FROM (SELECT DISTINCT warning AS call_key FROM k_call WHERE state IN ('waiting', 'unanswered', 'skipped') AND voided IS "   \
  "NULL)"                                                                                                                                  \
  " JOIN k_warning ON key = call_key GROUP BY key HAVING NOT max(" WARNING_IN_FORCE(now) "))"

#define LAPSED(now)                                                                                                                        \
  "c.state = 'waiting' AND c.voided IS NULL AND c.chain IS NOT NULL AND (c.due <= " now                                                    \
  " OR (c.tries > 0 AND (SELECT count(*) FROM k_attempt a WHERE a.call = c.id AND a.voided IS NULL AND a." ATTEMPT_FAILED ") >= c.tries))"

/* clang-format off */
static const char lapsed_sql[] =
  "SELECT c.id FROM k_call c WHERE " LAPSED("?1") " AND " CALL_OWN("c")
  " AND (c.warning IS NULL OR c.warning NOT IN " OVER("?1") ") ORDER BY c.rank, c.id";
/* clang-format on */

static int escalate_due(struct ladder_run *run)
{
  record_id *ids;
  int count = due_ids(run->desk, lapsed_sql, run->now, &ids, run->err);
  int status = count < 0 ? -1 : 0;

  if (run->act == NULL && count > 0) run->made += count;
  for (int i = 0; i < count && status >= 0 && run->act != NULL; i++) {
    struct record call = { 0 };
    status = lookup_record(run->desk, &call_kind, ids[i], &call, run->err);
    if (status == 0) status = ladder_escalate(run->desk, run->act, &call, NULL, false, run->err);
    if (status >= 0) run->made++;
    record_free(&call);
  }
  free(ids);
  return status < 0 ? -1 : 0;
}

/* Calls of a warning that is over: lifted, closed, expired. Who did not answer shows as never answered. */
static int close_over(struct ladder_run *run)
{
  record_id *ids;
  int count = due_ids(run->desk,
                      "SELECT c.id FROM k_call c WHERE c.state IN ('waiting', 'unanswered', 'skipped') AND c.voided IS NULL"
                      " AND c.chain IS NOT NULL AND " CALL_OWN("c") " AND c.warning IN " OVER("?1"),
                      run->now, &ids, run->err);

  for (int i = 0; i < count; i++) close_call(run, ids[i], N_("The warning is over"));
  free(ids);
  return count < 0 ? -1 : 0;
}

/* Closes and escalates what is due, starts what is due. */
static int bring_forward(struct ladder_run *run)
{
  if (close_over(run) < 0 || escalate_due(run) < 0 || start_due(run) < 0) return -1;
  int lists = relay_settle(run->desk, run->act, run->now, run->err);
  if (lists < 0) return -1;
  run->made += lists;
  if (run->act != NULL && run->made > 0) return 0; /* what is settled is what stands, not what this act is about to write: next time */
  int settled = ladder_settle(run->desk, run->act, run->err);
  if (settled > 0) run->made += settled;
  return settled < 0 ? -1 : 0;
}

/* What there is to do at `now`; reading only, so that nothing takes the write lock while nothing is due. */
static int pending(struct desk *desk, int64_t now, struct err *err)
{
  struct ladder ladder;
  struct ladder_run run = { .desk = desk, .ladder = &ladder, .now = now, .err = err };
  int status = ladder_of_station(desk, &ladder, NULL, err);

  if (status == 0) status = bring_forward(&run);
  ladder_free(&ladder);
  return status < 0 ? -1 : run.made;
}

static int advance(struct desk *desk, int64_t now, struct err *err)
{
  struct ladder ladder;
  struct ladder_run run = { .desk = desk, .ladder = &ladder, .now = now, .err = err };

  run.act = act_begin(desk->store, "ladder.advance", desk->officer, err);
  if (run.act == NULL) return -1;
  int status = ladder_of_station(desk, &ladder, NULL, err);
  if (status == 0) status = bring_forward(&run);
  ladder_free(&ladder);
  if (status == 0 && run.made > 0) return act_commit(run.act, err) < 0 ? -1 : run.made;
  act_cancel(run.act);
  return status;
}

int ladder_tick(struct desk *desk, struct err *err)
{
  if (query_single(desk->store, "SELECT 1 FROM k_task WHERE state = 'open' AND proof IN ('relay', 'calls') LIMIT 1", 0, 0) == 0) return 0;
  struct act *act = act_begin(desk->store, "task.done", desk->officer, err);
  if (act == NULL) return -1;
  int ticked = checklist_settle(desk, act, err);
  if (ticked > 0) return act_commit(act, err) < 0 ? -1 : ticked;
  act_cancel(act);
  return ticked;
}

/* What is due, then what that has left to settle; no more, should somebody else write at the same time. */
enum { ROUNDS_MOST = 3 };

int ladder_advance(struct desk *desk, int64_t now, struct err *err)
{
  int total = 0, count = 1;

  for (int round = 0; round < ROUNDS_MOST && count > 0; round++) {
    count = pending(desk, now, err);
    if (count > 0) count = advance(desk, now, err);
    if (count > 0) total += count;
  }
  return count < 0 || (total > 0 && ladder_tick(desk, err) < 0) ? -1 : total;
}

/* --- when again ---------------------------------------------------------------------------------------------------------------------- */

static void sooner(int64_t *next, int64_t at)
{
  if (at > 0 && (*next == 0 || at < *next)) *next = at;
}

static void chain_starts(struct desk *desk, int64_t now, int64_t *next)
{
  struct ladder ladder;
  record_id *ids = NULL;
  int count =
    ladder_of_station(desk, &ladder, NULL, NULL) < 0 ? 0 : due_ids(desk, "SELECT id FROM k_warning WHERE " RUNNING("?1"), now, &ids, NULL);

  for (int i = 0; i < count; i++) {
    struct record warning = { 0 };
    struct ladder_warning seen;
    if (lookup_record(desk, &warning_kind, ids[i], &warning, NULL) < 0) continue;
    ladder_warning_of(&warning, &seen);
    for (int j = 0; j < ladder.count; j++) {
      int64_t at = chain_start(&ladder.rungs[j], &seen);
      if (ladder.rungs[j].begins && at > now) sooner(next, at);
    }
    ladder_warning_free(&seen);
    record_free(&warning);
  }
  free(ids);
  ladder_free(&ladder);
}

int64_t ladder_next(struct desk *desk, int64_t now)
{
  int64_t next = 0;

  if (pending(desk, now, NULL) > 0) return now;
  sooner(&next, query_single(desk->store,
                             "SELECT min(due) FROM k_call c WHERE state = 'waiting' AND voided IS NULL AND chain IS NOT NULL"
                             " AND due > ?1 AND " CALL_OWN("c"),
                             now, 0));
  sooner(&next,
         query_single(desk->store, "SELECT min(" WARNING_ENDS ") FROM k_warning WHERE " WARNING_IN_FORCE("?1") " AND " WARNING_ENDS " > ?1",
                      now, 0));
  chain_starts(desk, now, &next);
  return next;
}
