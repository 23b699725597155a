/* relay.h: the list of a relay with who of it was told. Everything is counted by SQL from the households, places and tellings. */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/duties.h"
#include "desk/ladder_parts.h"
#include "desk/relay_parts.h"
#include "desk/warning.h"
#include "store/query.h"

/* SQL: `inner` lies in the subtree of `outer` (area codes as text). */
#define AREA_IN(inner, outer)                                                                                                              \
  "(" inner " LIKE CASE WHEN " outer " LIKE '%0000000000' THEN substr(" outer ", 1, 2) WHEN " outer " LIKE '%00000000' THEN substr(" outer \
  ", 1, 4) WHEN " outer " LIKE '%000000' THEN substr(" outer ", 1, 6) WHEN " outer " LIKE '%000' THEN substr(" outer ", 1, 9) ELSE " outer \
  " END || '%')"

#define GRADE(colour) "CASE " colour " WHEN 'red' THEN 4 WHEN 'orange' THEN 3 WHEN 'yellow' THEN 2 WHEN 'blue' THEN 1 ELSE 0 END"

/* The relay ?1; its list (a household, a place or a name each), with no more of it than it is sorted and counted by; the marks of those
 * who were told. Whoever was told of a higher colour need not be told of a lower one; the all-clear is a thing of its own. */
#define LIST                                                                                                                               \
  "WITH RECURSIVE r AS MATERIALIZED (SELECT id, warning, colour, area, sort, audience, names FROM k_relay WHERE id = ?1),"                 \
  " lines(number, line, rest) AS (SELECT 0, '', ifnull(names, ifnull(audience, '?')) || char(10) FROM r WHERE sort = 'names' UNION ALL"    \
  " SELECT number + 1, trim(substr(rest, 1, instr(rest, char(10)) - 1), ' ' || char(13)), substr(rest, instr(rest, char(10)) + 1) FROM "   \
  "lines"                                                                                                                                  \
  " WHERE rest <> ''),"                                                                                                                    \
  " member(record, mark, name, grp, number, special, at_risk) AS ("                                                                        \
  " SELECT h.id, h.id, h.code, ifnull(h.village_group, ''), ifnull(h.house_number, 0), h.special IS NOT NULL OR h.id IN (SELECT "          \
  "household FROM"                                                                                                                         \
  " k_person WHERE special IS NOT NULL AND voided IS NULL), ifnull(h.at_risk, 0) FROM r, k_household h WHERE r.sort = 'households'"        \
  " AND h.voided IS NULL AND ifnull(h.area, " WARNING_STATION ") = r.area"                                                                 \
  " UNION ALL SELECT p.id, 'n' || p.name, p.name, '', 0, 0, ifnull(p.risk = 'high', 0) FROM r, k_place p"                                  \
  " WHERE r.sort = 'places' AND p.voided IS NULL AND " AREA_IN(                                                                            \
    "ifnull(p.area, " WARNING_STATION ")",                                                                                                 \
    "r.area") " UNION ALL SELECT NULL, 'n' || line, line, '', min(number), 0, 0 FROM lines WHERE line <> '' GROUP BY line),"               \
              " reached(mark) AS (SELECT ifnull(t.household, 'n' || t.name) FROM r, k_told t WHERE t.warning = r.warning AND t.voided IS " \
              "NULL AND " OF_COLOUR " UNION ALL SELECT ifnull(t.household, 'n' || t.name) FROM r, k_told t WHERE r.warning IS NULL AND "   \
              "t.relay = r.id AND t.voided IS NULL),"                                                                                      \
              " listed AS (SELECT *, mark IN (SELECT mark FROM reached) AS told FROM member)"

#define OF_COLOUR "(t.colour = r.colour OR (r.colour <> 'clear' AND t.colour <> 'clear' AND " GRADE("t.colour") " > " GRADE("r.colour") "))"
#define TELLING "t.voided IS NULL AND (t.relay = r.id OR (t.warning = r.warning AND " OF_COLOUR "))"
#define ORD "told * 3 + CASE WHEN special THEN 0 WHEN at_risk THEN 1 ELSE 2 END"

/* A page is cut from what it is sorted by; the rest is asked for its rows alone. */
#define PAGE(compare, way)                                                                                                                 \
  LIST                                                                                                                                     \
    ", page AS MATERIALIZED (SELECT *, " ORD " AS ord FROM listed WHERE (?2 = 0 OR NOT told) AND (?3 = 0 OR (" ORD                         \
    ", length(grp), grp, number,"                                                                                                          \
    " name) " compare " (?4, length(?5), ?5, ?6, ?7)) ORDER BY ord " way ", length(grp) " way ", grp " way ", number " way ", name " way   \
    " LIMIT ?8)"                                                                                                                           \
    " SELECT h.id, g.name, g.grp, g.number, g.special, g.at_risk, h.special, ifnull(h.head, p.responsible), ifnull(h.phone, p.phone), "    \
    "h.guardian,"                                                                                                                          \
    " h.guardian_phone, first.told_at, first.channel, first.told_by, g.ord FROM page g JOIN r"                                             \
    " LEFT JOIN k_household h ON r.sort = 'households' AND h.id = g.record LEFT JOIN k_place p ON r.sort = 'places' AND p.id = g.record"   \
    " LEFT JOIN k_told first ON g.told AND first.id = (SELECT t.id FROM k_told t WHERE (t.household = h.id OR (t.household IS NULL AND "   \
    "t.name = g.name)) AND " TELLING " ORDER BY t.told_at, t.id LIMIT 1)"                                                                  \
    " ORDER BY g.ord " way ", length(g.grp) " way ", g.grp " way ", g.number " way ", g.name " way

/* --- reading ------------------------------------------------------------------------------------------------------------------------- */

void relay_position_of(const struct relay_line *line, struct relay_position *position)
{
  *position = (struct relay_position){ .order = line->order, .number = line->number };
  snprintf(position->group, sizeof position->group, "%s", line->group);
  snprintf(position->name, sizeof position->name, "%s", line->name);
}

static void read_line(struct query *query, struct relay_line *line)
{
  *line = (struct relay_line){ .household = query_number(query, 0),
                               .name = query_text(query, 1),
                               .group = query_text(query, 2),
                               .number = query_number(query, 3),
                               .is_special = query_number(query, 4) != 0,
                               .at_risk = query_number(query, 5) != 0,
                               .special = query_text(query, 6),
                               .head = query_text(query, 7),
                               .phone = query_text(query, 8),
                               .guardian = query_text(query, 9),
                               .guardian_phone = query_text(query, 10),
                               .told_at = query_number(query, 11),
                               .channel = query_text(query, 12),
                               .told_by = query_text(query, 13),
                               .order = (int)query_number(query, 14) };
  line->is_told = line->order >= 3;
}

int relay_next(struct desk *desk, record_id relay, bool unreached, const struct relay_position *after, bool backwards, int limit,
               bool (*row)(void *context, const struct relay_line *line), void *context, struct err *err)
{
  struct query *query = query_open(desk->store, backwards ? PAGE("<", "DESC") : PAGE(">", "ASC"));
  int status;

  query_bind_number(query, 1, relay);
  query_bind_number(query, 2, unreached);
  query_bind_number(query, 3, after != NULL);
  query_bind_number(query, 4, after != NULL ? after->order : 0);
  query_bind_text(query, 5, after != NULL ? after->group : "");
  query_bind_number(query, 6, after != NULL ? after->number : 0);
  query_bind_text(query, 7, after != NULL ? after->name : "");
  query_bind_number(query, 8, limit > 0 ? limit : -1);
  while ((status = query_next(query, err)) == 1) {
    struct relay_line line;
    read_line(query, &line);
    if (!row(context, &line)) break;
  }
  query_close(query);
  return status < 0 ? -1 : 0;
}

/* --- counting ------------------------------------------------------------------------------------------------------------------------ */

static void finish(struct relay_count *count)
{
  count->unreached = count->all - count->reached;
  count->percent = count->all > 0 ? (int)((int64_t)count->reached * 100 / count->all) : 0;
}

int relay_count_live(struct desk *desk, record_id relay, struct relay_count *count, struct err *err)
{
  struct query *query = query_open(desk->store, LIST " SELECT count(*), sum(told), sum(special), sum(special AND NOT told) FROM listed");

  *count = (struct relay_count){ 0 };
  query_bind_number(query, 1, relay);
  int status = query_next(query, err);
  if (status == 1)
    *count = (struct relay_count){ .all = (int)query_number(query, 0),
                                   .reached = (int)query_number(query, 1),
                                   .special = (int)query_number(query, 2),
                                   .special_unreached = (int)query_number(query, 3) };
  query_close(query);
  finish(count);
  return status < 0 ? -1 : 0;
}

/* Families move: what a closed list held then is not what it would hold today. */
static bool count_kept(struct desk *desk, record_id relay, struct relay_count *count)
{
  struct query *query = query_open(desk->store, "SELECT expected, reached FROM k_relay WHERE id = ?1 AND state IN ('done', 'dropped')"
                                                " AND expected IS NOT NULL");

  *count = (struct relay_count){ 0 };
  query_bind_number(query, 1, relay);
  bool kept = query_next(query, NULL) == 1;
  if (kept) *count = (struct relay_count){ .all = (int)query_number(query, 0), .reached = (int)query_number(query, 1) };
  query_close(query);
  finish(count);
  return kept;
}

int relay_count(struct desk *desk, record_id relay, struct relay_count *count, struct err *err)
{
  return count_kept(desk, relay, count) ? 0 : relay_count_live(desk, relay, count, err);
}

int relay_count_warning(struct desk *desk, const char *warning, const char *area, struct relay_count *count, struct err *err)
{
  struct query *query = query_open(desk->store, "SELECT id FROM k_relay WHERE warning = ?1 AND (?2 IS NULL OR area = ?2) AND voided IS NULL"
                                                " AND colour = (SELECT colour FROM k_relay o WHERE o.warning = ?1 AND o.voided IS NULL"
                                                " ORDER BY o.colour = 'clear', " GRADE("o.colour") " DESC LIMIT 1)");
  record_id *ids;

  *count = (struct relay_count){ 0 };
  query_bind_text(query, 1, warning);
  query_bind_text(query, 2, area);
  int found = lookup_ids(query, &ids, err), status = found < 0 ? -1 : 0;
  for (int i = 0; i < found && status == 0; i++) {
    struct relay_count one;
    status = relay_count(desk, ids[i], &one, err);
    count->all += one.all;
    count->reached += one.reached;
    count->special += one.special;
    count->special_unreached += one.special_unreached;
  }
  free(ids);
  finish(count);
  return status;
}

int relay_groups(struct desk *desk, record_id relay, bool (*row)(void *context, const char *group, int all, int reached), void *context,
                 struct err *err)
{
  struct query *query = query_open(desk->store, LIST " SELECT grp, count(*), sum(told) FROM listed GROUP BY grp ORDER BY length(grp), grp");
  int status;

  query_bind_number(query, 1, relay);
  while ((status = query_next(query, err)) == 1)
    if (!row(context, query_text(query, 0), (int)query_number(query, 1), (int)query_number(query, 2))) break;
  query_close(query);
  return status < 0 ? -1 : 0;
}

/* --- words --------------------------------------------------------------------------------------------------------------------------- */

struct lines {
  struct buf *out;
  int left;
};

static bool add_line(void *context, const struct relay_line *line)
{
  struct lines *lines = context;

  buf_addf(lines->out, "%s%s", lines->out->length > 0 ? "\n" : "", lines->left > 0 ? line->name : "…");
  return lines->left-- > 0;
}

int relay_unreached_text(struct desk *desk, record_id relay, int most, struct buf *out, struct err *err)
{
  struct lines lines = { out, most };
  return relay_next(desk, relay, true, NULL, false, most + 1, add_line, &lines, err);
}

void relay_set_name(struct desk *desk, struct values *values)
{
  const char *sort = values_text(values, "sort");
  char *unit = lookup_unit(desk, area_from_text(values_text(values, "area"), NULL));
  bool places = sort != NULL && strcmp(sort, "places") == 0;
  char *name = i18n_fill(places ? N_("%s, places") /* L10N: %s重点场所 */ : N_("%s, households") /* L10N: %s住户 */, unit);
  values_set_text(values, "audience", name);
  free(name);
  free(unit);
}
