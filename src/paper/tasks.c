#include "paper/tasks.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "desk/checklist.h"
#include "desk/duties.h"
#include "desk/lookup.h"
#include "store/query.h"

/* ?1 from, ?2 to, ?3 now. What one tick did for several warnings is one row. */
static const char rows[] =
  "SELECT what, phrase(owner), due, state, done_at, phrase(evidence), phrase(state_why), min(ifnull(due, 9e15)) AS clock FROM k_task"
  " WHERE voided IS NULL AND " CHECKLIST_OWN " AND ((" CHECKLIST_VISIBLE(
    "?3") ") OR (state <> 'open' AND state_at >= ?1 AND state_at < ?2))"
          " GROUP BY " CHECKLIST_UNIT
          ", state, CASE WHEN state = 'open' THEN 0 ELSE state_at END ORDER BY state = 'open', ifnull(done_at, clock), id";

static const struct page_column columns[] = {
  { .label = N_("What has to be done"), .weight = 3 },
  { .label = N_("Owner"), .width = 12 },
  { .label = N_("Due"), .width = 11 },
  { .label = N_("State"), .width = 8 },
  { .label = N_("Done at"), .width = 11 },
  { .label = N_("Evidence"), .weight = 2 },
};

static void row(struct query *query, struct page *page)
{
  char due[CLOCK_TEXT] = "", done[CLOCK_TEXT] = "";
  const char *evidence = query_text(query, 5), *why = query_text(query, 6);

  if (!query_is_null(query, 2)) clock_text(due, query_number(query, 2), CLOCK_SHORT);
  if (!query_is_null(query, 4)) clock_text(done, query_number(query, 4), CLOCK_SHORT);
  page_row(page, 0,
           (const char *[]){ query_text(query, 0), query_text(query, 1), due, lookup_choice(&task_kind, "state", query_text(query, 3)),
                             done, evidence != NULL ? evidence : why });
}

int tasks_table(struct desk *desk, int64_t from, int64_t to, int64_t now, struct page *page, struct err *err)
{
  struct query *query = query_open(desk->store, rows);
  int found, count = 0;

  query_bind_number(query, 1, from);
  query_bind_number(query, 2, to);
  query_bind_number(query, 3, now);
  while ((found = query_next(query, err)) == 1) {
    if (count++ == 0) {
      page_heading(page, 1, _("Checklists and tasks"));
      page_table(page, columns, 6, NULL);
    }
    row(query, page);
  }
  query_close(query);
  return found;
}
