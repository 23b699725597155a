/* checklist.h: the lines as lists show them. The same line of several warnings in force is one, with the earliest clock. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/checklist.h"
#include "desk/duties.h"
#include "desk/lookup.h"
#include "desk/warning.h"
#include "store/query.h"

/* --- lines --------------------------------------------------------------------------------------------------------------------------- */

/* ?1 now, ?2 subject or NULL, ?3 with what is done or hidden too. Open tasks of the station (or of the subject), merged, the first due
 * of each unit standing for all; then in order of due, and what has no clock last. */
#define LINES                                                                                                                              \
  "WITH tasks AS (SELECT *, ifnull(due, 9e15) AS clock, NOT (" CHECKLIST_VISIBLE(                                                          \
    "?1") ") AS hidden, CASE WHEN state = 'open' THEN " CHECKLIST_UNIT                                                                     \
          " ELSE id END AS unit FROM k_task WHERE voided IS NULL AND " CHECKLIST_OWN " AND (?2 IS NULL OR subject = ?2)"                   \
          " AND (?3 OR (" CHECKLIST_VISIBLE(                                                                                               \
            "?1") "))),"                                                                                                                   \
                  " lines AS (SELECT *, count(*) AS stands_for, min(clock) AS earliest FROM tasks GROUP BY unit)"                          \
                  " SELECT id, stands_for, due, what, phrase(owner), post, stage, state, phrase(evidence), basis, phrase(state_why), "     \
                  "needs_evidence, state = 'open' AND hidden, done_at,"                                                                    \
                  " state_by, line, area, merge, clock FROM lines"
#define AFTER " WHERE (clock, id) > ((SELECT ifnull(due, 9e15) FROM k_task WHERE id = ?4), ?4)"
#define ORDER " ORDER BY clock, id LIMIT ?5"

enum {
  ID,
  STANDS_FOR,
  DUE,
  WHAT,
  OWNER,
  POST,
  STAGE,
  STATE,
  EVIDENCE,
  BASIS,
  WHY,
  NEEDS_EVIDENCE,
  HIDDEN,
  DONE_AT,
  STATE_BY,
  LINE,
  AREA,
  MERGE
};

/* A row as read; the texts that a list shows besides are looked up once the query is closed. */
struct line {
  struct checklist_row row;
  char *texts[8];
  char *line, *area, *merge;
  record_id by;
};

static const char *keep(struct line *line, int slot, struct query *query, int column)
{
  return line->texts[slot] = mem_dup(query_text(query, column));
}

static void read_row(struct query *query, struct line *line)
{
  *line = (struct line){ .line = mem_dup(query_text(query, LINE)),
                         .area = mem_dup(query_text(query, AREA)),
                         .merge = mem_dup(query_text(query, MERGE)),
                         .by = query_number(query, STATE_BY) };
  line->row = (struct checklist_row){ .task = query_number(query, ID),
                                      .count = (int)query_number(query, STANDS_FOR),
                                      .due = query_number(query, DUE),
                                      .what = keep(line, 0, query, WHAT),
                                      .owner = keep(line, 1, query, OWNER),
                                      .post = keep(line, 2, query, POST),
                                      .stage = keep(line, 3, query, STAGE),
                                      .state = keep(line, 4, query, STATE),
                                      .evidence = keep(line, 5, query, EVIDENCE),
                                      .basis = keep(line, 6, query, BASIS),
                                      .why = keep(line, 7, query, WHY),
                                      .needs_evidence = query_number(query, NEEDS_EVIDENCE) != 0,
                                      .hidden = query_number(query, HIDDEN) != 0,
                                      .done_at = query_number(query, DONE_AT) };
}

static void line_free(struct line *line)
{
  for (size_t i = 0; i < sizeof line->texts / sizeof *line->texts; i++) free(line->texts[i]);
  free(line->line);
  free(line->area);
  free(line->merge);
}

/* --- what a line serves --------------------------------------------------------------------------------------------------------------- */

static void add_name(struct buf *out, char *name)
{
  if (name != NULL && *name != '\0') buf_addf(out, "%s%s", out->length > 0 ? " · " : "", name);
  free(name);
}

static char *warning_name(struct desk *desk, const char *key)
{
  struct query *query =
    query_open(desk->store, "SELECT colour, phrase(event) FROM k_warning WHERE key = ?1 AND voided IS NULL ORDER BY sent DESC LIMIT 1");
  char *name = NULL;

  query_bind_text(query, 1, key);
  if (query_next(query, NULL) == 1) {
    const char *colour = query_text(query, 0), *event = query_text(query, 1);
    bool coloured = colour != NULL && strcmp(colour, "unknown") != 0;
    name =
      mem_printf("%s%s%s", coloured ? lookup_choice(&warning_kind, "colour", colour) : "", coloured ? " " : "", event != NULL ? event : "");
  }
  query_close(query);
  return name;
}

static char *response_name(struct desk *desk, record_id response)
{
  char *level = lookup_text(desk, "SELECT level FROM k_response WHERE id = ?1", response);
  char *name = level != NULL ? mem_printf(_("response %s"), lookup_choice(&response_kind, "level", level)) : NULL;

  free(level);
  return name;
}

struct served {
  char *warning;
  record_id response, plan;
};

static char *served_name(struct desk *desk, const struct served *served)
{
  if (served->plan != 0) return lookup_title(desk, served->plan, NULL);
  if (served->response != 0) return response_name(desk, served->response);
  return served->warning != NULL ? warning_name(desk, served->warning) : NULL;
}

/* All open tasks of its unit, or the task alone. */
static char *serves_text(struct desk *desk, const struct line *line)
{
  bool merged = line->row.count > 1;
  struct query *query =
    merged ? query_open(desk->store, "SELECT warning, response, plan FROM k_task WHERE line = ?1 AND area IS ?2 AND state = 'open'"
                                     " AND merge IN ('open', 'standing') AND voided IS NULL ORDER BY due, id")
           : query_open(desk->store, "SELECT warning, response, plan FROM k_task WHERE id = ?1");
  struct served *list = NULL;
  struct buf out = BUF_INIT;
  int count = 0;

  if (merged) {
    query_bind_text(query, 1, line->line);
    query_bind_text(query, 2, line->area);
  } else {
    query_bind_number(query, 1, line->row.task);
  }
  while (query_next(query, NULL) == 1) {
    list = mem_grow(list, (size_t)count + 1, sizeof *list);
    list[count++] = (struct served){ mem_dup(query_text(query, 0)), query_number(query, 1), query_number(query, 2) };
  }
  query_close(query);
  for (int i = 0; i < count; i++) {
    add_name(&out, served_name(desk, &list[i]));
    free(list[i].warning);
  }
  free(list);
  return buf_take(&out, NULL);
}

/* When the same line was ticked for something else, within a day. */
static int64_t done_before(struct desk *desk, const struct line *line, int64_t at)
{
  struct query *query =
    query_open(desk->store, "SELECT max(done_at) FROM k_task WHERE line = ?1 AND area IS ?2 AND state = 'done' AND done_at > ?3"
                            " AND merge IN ('open', 'standing') AND voided IS NULL");
  int64_t before = 0;

  query_bind_text(query, 1, line->line);
  query_bind_text(query, 2, line->area);
  query_bind_number(query, 3, at - CLOCK_DAY);
  if (query_next(query, NULL) == 1) before = query_number(query, 0);
  query_close(query);
  return before;
}

static bool hand_over(struct desk *desk, const struct checklist_query *asked, struct line *line,
                      bool (*row)(void *context, const struct checklist_row *row), void *context)
{
  bool is_open = line->row.state == NULL || strcmp(line->row.state, "open") == 0;
  bool shares = is_open && line->merge != NULL && strcmp(line->merge, "never") != 0;
  char *serves = serves_text(desk, line), *by = is_open ? NULL : lookup_name(desk, line->by);

  line->row.serves = serves;
  line->row.done_by = by;
  if (shares) line->row.done_before = done_before(desk, line, asked->at);
  bool more = row(context, &line->row);
  free(serves);
  free(by);
  return more;
}

int checklist_each(struct desk *desk, const struct checklist_query *asked, bool (*row)(void *context, const struct checklist_row *row),
                   void *context, struct err *err)
{
  struct query *query = query_open(desk->store, asked->after != 0 ? LINES AFTER ORDER : LINES ORDER);
  struct line *lines = NULL;
  int count = 0, status;
  bool more = true;

  query_bind_number(query, 1, asked->at);
  query_bind_text(query, 2, asked->subject);
  query_bind_number(query, 3, asked->all && asked->subject != NULL);
  if (asked->after != 0) query_bind_number(query, 4, asked->after);
  query_bind_number(query, 5, asked->limit > 0 ? asked->limit : -1);
  while ((status = query_next(query, err)) == 1) {
    lines = mem_grow(lines, (size_t)count + 1, sizeof *lines);
    read_row(query, &lines[count++]);
  }
  query_close(query);
  for (int i = 0; i < count; i++) {
    if (status == 0 && more) more = hand_over(desk, asked, &lines[i], row, context);
    line_free(&lines[i]);
  }
  free(lines);
  return status;
}

/* --- counts --------------------------------------------------------------------------------------------------------------------------- */

int checklist_count(struct desk *desk, const char *subject, int64_t at, struct checklist_count *count, struct err *err)
{
  struct query *query = query_open(
    desk->store, "SELECT count(*), sum(state = 'open'), sum(state = 'open' AND NOT (" CHECKLIST_VISIBLE(
                   "?1") ")),"
                         " sum(state = 'open' AND due <= ?1), sum(state = 'done'), sum(state = 'dropped') FROM k_task WHERE subject = ?2"
                         " AND voided IS NULL AND " CHECKLIST_OWN);
  int *const figures[] = { &count->all, &count->open, &count->hidden, &count->overdue, &count->done, &count->dropped };

  *count = (struct checklist_count){ 0 };
  query_bind_number(query, 1, at);
  query_bind_text(query, 2, subject);
  int status = query_next(query, err);
  for (int i = 0; status == 1 && i < 6; i++) *figures[i] = (int)query_number(query, i);
  query_close(query);
  return status < 0 ? -1 : 0;
}

int64_t checklist_next_due(struct desk *desk, int64_t at)
{
  return query_single(desk->store, "SELECT min(due) FROM k_task WHERE state = 'open' AND voided IS NULL AND due > ?1 AND " CHECKLIST_OWN,
                      at, 0);
}
