/* call.h: the call sheet, ranked, a page at a time; and its counts. */
#include "base/err.h"
#include "desk/call.h"
#include "desk/duties.h"
#include "desk/ladder_parts.h"
#include "desk/warning.h"
#include "store/query.h"

/* What a call is ranked by: class (enum call_class), then its clock, then the rung. */
#define CLASS(c)                                                                                                                           \
  "CASE WHEN " c ".state IN ('waiting', 'unanswered', 'skipped') THEN 0 WHEN " c ".state = 'answered' AND " c                              \
  ".promised_due IS NOT NULL THEN 1 ELSE 2 END"

/* The ids are ranked and cut to a page first, so that what costs (attempts, names) is asked for the page alone. */
#define RANKED                                                                                                                             \
  "(SELECT c.id AS call, " CLASS(                                                                                                          \
    "c") " AS class, CASE WHEN c.state = 'answered' THEN ifnull(c.promised_due, c.due) ELSE c.due END AS clock,"                           \
         " ifnull(c.rank, 0) AS grade FROM k_call c WHERE c.voided IS NULL AND " CALL_OWN("c")

#define COLUMNS                                                                                                                            \
  "SELECT r.call, r.class, r.clock, c.no, c.state, c.callee, phrase(c.role), c.phone, ifnull(c.planned, 'phone'), c.area,"                 \
  " (SELECT name FROM k_unit u WHERE u.area = c.area AND u.voided IS NULL), c.chain, c.rung, c.warning, c.colour,"                         \
  " (SELECT phrase(event) FROM k_warning w WHERE w.key = c.warning AND w.voided IS NULL ORDER BY w.sent DESC LIMIT 1), r.grade,"           \
  " (SELECT count(*) FROM k_attempt a WHERE a.call = c.id AND a.voided IS NULL), ifnull(c.tries, 0),"                                      \
  " (SELECT max(at) FROM k_attempt a WHERE a.call = c.id AND a.voided IS NULL),"                                                           \
  " (SELECT result FROM k_attempt a WHERE a.call = c.id AND a.voided IS NULL ORDER BY at DESC, id DESC LIMIT 1),"                          \
  " c.answered_at, c.answered_by, c.promised, phrase(c.escalated_to), phrase(c.state_why), c.read_back FROM "
#define JOINED " r JOIN k_call c ON c.id = r.call ORDER BY r.class"

#define SHEET_OF(which, compare, way)                                                                                                      \
  COLUMNS "(SELECT * FROM " RANKED which ") WHERE ?2 = 0 OR (class, clock, grade, call) " compare " (?3, ?4, ?5, ?6) ORDER BY class " way  \
          ", clock " way ", grade " way ", call " way " LIMIT ?7)" JOINED " " way ", r.clock " way ", r.grade " way ", r.call " way

static const char *const sheets[2][2] = {
  { SHEET_OF(" AND ?1 IS NULL", ">", "ASC"), SHEET_OF(" AND ?1 IS NULL", "<", "DESC") },
  { SHEET_OF(" AND c.warning = ?1", ">", "ASC"), SHEET_OF(" AND c.warning = ?1", "<", "DESC") },
};

static void read_line(struct query *query, struct call_line *line)
{
  *line = (struct call_line){ .call = query_number(query, 0),
                              .class = (enum call_class)query_number(query, 1),
                              .due = query_number(query, 2),
                              .no = query_text(query, 3),
                              .state = query_text(query, 4),
                              .callee = query_text(query, 5),
                              .role = query_text(query, 6),
                              .phone = query_text(query, 7),
                              .channel = query_text(query, 8),
                              .area = query_text(query, 9),
                              .area_name = query_text(query, 10),
                              .chain = query_text(query, 11),
                              .rung = query_text(query, 12),
                              .warning = query_text(query, 13),
                              .colour = query_text(query, 14),
                              .event = query_text(query, 15),
                              .rank = (int)query_number(query, 16),
                              .attempts = (int)query_number(query, 17),
                              .tries = (int)query_number(query, 18),
                              .attempted_at = query_number(query, 19),
                              .attempted = query_text(query, 20),
                              .answered_at = query_number(query, 21),
                              .answered_by = query_text(query, 22),
                              .promised = query_text(query, 23),
                              .escalated_to = query_text(query, 24),
                              .why = query_text(query, 25),
                              .read_back = query_number(query, 26) != 0 };
}

int call_sheet(struct desk *desk, const char *warning, const struct call_position *after, bool backwards, int limit,
               bool (*row)(void *context, const struct call_line *line), void *context, struct err *err)
{
  struct query *query = query_open(desk->store, sheets[warning != NULL][backwards]);
  int status;

  query_bind_text(query, 1, warning);
  query_bind_number(query, 2, after != NULL);
  query_bind_number(query, 3, after != NULL ? (int)after->class : 0);
  query_bind_number(query, 4, after != NULL ? after->due : 0);
  query_bind_number(query, 5, after != NULL ? after->rank : 0);
  query_bind_number(query, 6, after != NULL ? after->call : 0);
  query_bind_number(query, 7, limit > 0 ? limit : -1);
  while ((status = query_next(query, err)) == 1) {
    struct call_line line;
    read_line(query, &line);
    if (!row(context, &line)) break;
  }
  query_close(query);
  return status < 0 ? -1 : 0;
}

int call_line(struct desk *desk, record_id call, bool (*row)(void *context, const struct call_line *line), void *context, struct err *err)
{
  struct query *query = query_open(desk->store, COLUMNS RANKED " AND c.id = ?1)" JOINED);

  query_bind_number(query, 1, call);
  int status = query_next(query, err);
  if (status == 1) {
    struct call_line line;
    read_line(query, &line);
    row(context, &line);
  }
  query_close(query);
  return status;
}

#define COUNTED                                                                                                                            \
  "SELECT count(*) FILTER (WHERE class = 0), count(*) FILTER (WHERE class = 0 AND due <= ?2), count(*) FILTER (WHERE class = 1),"          \
  " count(*) FILTER (WHERE class = 1 AND promised_due <= ?2), count(*) FILTER (WHERE answered_at IS NOT NULL),"                            \
  " count(*) FILTER (WHERE state = 'escalated'), count(*) FILTER (WHERE state = 'skipped'), count(*), min(answered_at)"                    \
  " FROM (SELECT c.*, " CLASS("c") " AS class FROM k_call c WHERE c.voided IS NULL AND " CALL_OWN("c") " AND "

int call_count(struct desk *desk, const char *warning, int64_t now, struct call_count *count, struct err *err)
{
  struct query *query = query_open(desk->store, warning != NULL ? COUNTED "c.warning = ?1)" : COUNTED "?1 IS NULL)");

  *count = (struct call_count){ 0 };
  query_bind_text(query, 1, warning);
  query_bind_number(query, 2, now);
  int status = query_next(query, err);
  if (status == 1)
    *count = (struct call_count){ .now = (int)query_number(query, 0),
                                  .overdue = (int)query_number(query, 1),
                                  .promised = (int)query_number(query, 2),
                                  .lapsed = (int)query_number(query, 3),
                                  .answered = (int)query_number(query, 4),
                                  .escalated = (int)query_number(query, 5),
                                  .skipped = (int)query_number(query, 6),
                                  .all = (int)query_number(query, 7),
                                  .first_answer = query_number(query, 8) };
  query_close(query);
  return status < 0 ? -1 : 0;
}
