/* Lines of the overview that take more than one query: reports and rounds due, the handover, gaps in the roster, conflicts, what set-up
 * still misses. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/conflict.h"
#include "desk/duties.h"
#include "desk/handover.h"
#include "desk/lookup.h"
#include "desk/overview.h"
#include "desk/roster.h"
#include "desk/setup.h"
#include "desk/sitrep.h"
#include "desk/stations.h"
#include "store/journal.h"
#include "store/query.h"

/* How long before relief the handover is on the list. */
#define HANDOVER_AHEAD (2 * CLOCK_HOUR)

struct found {
  struct desk *desk;
  struct overview *overview;
};

/* --- reports ------------------------------------------------------------------------------------------------------------------------- */

static int add_report(struct desk *desk, struct overview *overview, record_id id, struct err *err)
{
  struct record incident = { 0 };
  const char *sort = NULL;
  int64_t due = 0;

  if (lookup_record(desk, &incident_kind, id, &incident, err) < 0) return -1;
  int owes = sitrep_due(desk, &incident, &sort, &due, err);
  if (owes == 1)
    overview_add(overview, DUE_REPORT, due, &incident_kind, id, NULL,
                 mem_printf(_("%s: %s"), record_title(&incident), lookup_choice(&sitrep_kind, "sort", sort)), NULL);
  record_free(&incident);
  return owes < 0 ? -1 : 0;
}

static int add_reports(struct desk *desk, struct overview *overview, struct err *err)
{
  record_id *ids = NULL;
  int count = 0, status;
  struct query *query =
    query_open(desk->store, "SELECT id FROM k_incident WHERE voided IS NULL AND (state <> 'closed' OR ifnull(began, 0) > ?1 - 2592000000)"
                            " AND " STATION_KEEPS("k_incident.id"));

  query_bind_number(query, 1, overview->at);
  while ((status = query_next(query, err)) == 1) {
    ids = mem_grow(ids, (size_t)count + 1, sizeof *ids);
    ids[count++] = query_number(query, 0);
  }
  query_close(query);
  for (int i = 0; i < count && status == 0; i++) status = add_report(desk, overview, ids[i], err);
  free(ids);
  return status;
}

/* --- rounds -------------------------------------------------------------------------------------------------------------------------- */

/* Default frequencies (K, domain.md): a watched point daily; hazard points weekly in the flood season (May to September), else monthly;
 * slopes monthly. */
enum { DAYS_WATCHED = 1, DAYS_FLOOD = 7, DAYS_USUAL = 30, DAYS_LOOKED_BACK = 32 };

struct round {
  record_id point;
  int days;
  int64_t last; /* visit; for a point without any, its last change, so that a fresh list is not overdue at once */
  op_id changed;
  bool visited;
  char *name, *monitor;
};

static bool is_flood_season(int64_t at)
{
  char date[CLOCK_TEXT];
  int month = atoi(clock_text(date, at, CLOCK_DATE) + 5);
  return month >= 5 && month <= 9;
}

/* The rounds of all active points, by the point's id. */
static int read_points(struct desk *desk, int64_t now, struct round **rounds, int *count, struct err *err)
{
  struct query *query = query_open(
    desk->store,
    "SELECT id, watch, class = 'hazard', ifnull(changed, id >> 12), name, monitor FROM k_point WHERE state = 'active' AND voided IS NULL"
    " AND " STATION_KEEPS("k_point.id") " ORDER BY id");
  int row;

  while ((row = query_next(query, err)) == 1) {
    *rounds = mem_grow(*rounds, (size_t)*count + 1, sizeof **rounds);
    struct round *round = &(*rounds)[(*count)++];
    *round = (struct round){ .point = query_number(query, 0), .changed = query_number(query, 3) };
    round->days = query_number(query, 1) ? DAYS_WATCHED : query_number(query, 2) && is_flood_season(now) ? DAYS_FLOOD : DAYS_USUAL;
    round->name = mem_dup(query_text(query, 4));
    round->monitor = mem_dup(query_text(query, 5));
  }
  query_close(query);
  return row;
}

static int by_point(const void *one, const void *other)
{
  record_id a = ((const struct round *)one)->point, b = ((const struct round *)other)->point;
  return a < b ? -1 : a > b;
}

/* Visits newest first, only until each point has one: most have been visited lately, and there may be hundreds of thousands. */
static int read_visits(struct desk *desk, int64_t now, struct round *rounds, int count, struct err *err)
{
  struct query *query =
    query_open(desk->store, "SELECT point, at FROM k_visit WHERE ifnull(at, 0) >= ?1 AND voided IS NULL ORDER BY ifnull(at, 0) DESC");
  int missing = count, row = 0;

  query_bind_number(query, 1, now - DAYS_LOOKED_BACK * CLOCK_DAY);
  while (missing > 0 && (row = query_next(query, err)) == 1) {
    struct round wanted = { .point = query_number(query, 0) };
    struct round *round = bsearch(&wanted, rounds, (size_t)count, sizeof *rounds, by_point);
    if (round == NULL || round->visited) continue;
    round->visited = true;
    round->last = query_number(query, 1);
    missing--;
  }
  query_close(query);
  return row < 0 ? -1 : 0;
}

/* The few that nobody has visited for long are asked for one by one. */
static int64_t last_visit(struct desk *desk, const struct round *round)
{
  int64_t visited = query_single(desk->store, "SELECT max(at) FROM k_visit WHERE point = ?1 AND voided IS NULL", round->point, 0);
  return visited != 0 ? visited : query_single(desk->store, "SELECT at FROM op WHERE id = ?1", round->changed, 0);
}

static int add_rounds(struct desk *desk, struct overview *overview, struct err *err)
{
  struct round *rounds = NULL;
  int count = 0, status = read_points(desk, overview->at, &rounds, &count, err);

  if (status == 0) status = read_visits(desk, overview->at, rounds, count, err);
  for (int i = 0; i < count; i++) {
    if (!rounds[i].visited) rounds[i].last = last_visit(desk, &rounds[i]);
    int64_t due = rounds[i].last + rounds[i].days * CLOCK_DAY;
    if (status == 0 && due < overview->at + CLOCK_DAY)
      overview_add(overview, DUE_ROUND, due, &point_kind, rounds[i].point, NULL, mem_dup(rounds[i].name), rounds[i].monitor);
    free(rounds[i].name);
    free(rounds[i].monitor);
  }
  free(rounds);
  return status;
}

/* --- the handover -------------------------------------------------------------------------------------------------------------------- */

static char *shift_pair(struct desk *desk, record_id shift)
{
  return lookup_text(desk,
                     roster_needs(desk, POST_B)
                       ? "SELECT ifnull((SELECT name FROM k_officer WHERE id = post_a), '-') || ', ' || ifnull((SELECT name FROM k_officer "
                         "WHERE id = post_b), '-') FROM k_shift WHERE id = ?1"
                       : "SELECT ifnull((SELECT name FROM k_officer WHERE id = post_a), '-')"
                         " || ifnull(', ' || (SELECT name FROM k_officer WHERE id = post_b), '') FROM k_shift WHERE id = ?1",
                     shift);
}

static void add_handover(struct desk *desk, struct overview *overview, const struct shift_on *on)
{
  record_id handover = handover_open(desk), next = shift_successor(desk, on->shift, overview->at);
  bool offered = query_single(desk->store, "SELECT state = 'offered' FROM k_handover WHERE id = ?1", handover, 0) != 0;
  char *pair = next != 0 ? shift_pair(desk, next) : NULL;

  if (offered)
    overview_add(overview, DUE_HANDOVER, on->ends, &handover_kind, handover, "handover.accept",
                 mem_printf(_("Accept the desk: %s"), pair != NULL ? pair : "-"), pair);
  else if (overview->at >= on->ends - HANDOVER_AHEAD)
    overview_add(overview, DUE_HANDOVER, on->ends, &handover_kind, handover, "handover.offer",
                 pair != NULL ? mem_printf(_("Hand over to %s"), pair) : mem_dup(_("Hand over; no shift follows in the roster")), NULL);
  overview_expect(overview, on->ends);
  free(pair);
}

static void add_late(struct desk *desk, struct overview *overview, const struct shift_on *on)
{
  int64_t late = on->rostered_starts + config_number(desk->config, "shift.late_minutes") * CLOCK_MINUTE;
  char at[CLOCK_TEXT];

  overview_expect(overview, late);
  if (!on->waiting || overview->at < late) return;
  char *pair = shift_pair(desk, on->rostered);
  overview_add(overview, DUE_LATE, late, &shift_kind, on->rostered, "handover.takeover",
               mem_printf(_("%s have not taken over since %s"), pair, clock_text(at, on->rostered_starts, CLOCK_TIME)), pair);
  free(pair);
}

/* --- the roster ---------------------------------------------------------------------------------------------------------------------- */

/* A gap (缺岗) is an alarm a day before it happens. */
#define GAP_AHEAD CLOCK_DAY

/* A gap is repaired in the shift that has it, or by filling. */
static bool add_gap(void *context, const struct roster_finding *finding)
{
  struct found *found = context;
  struct buf text = BUF_INIT;
  if (finding->to <= found->overview->at) return true;
  record_id shift = finding->shift != 0 ? finding->shift : shift_rostered(found->desk, finding->from);

  roster_tell(found->desk, finding, &text);
  struct overview_line *line =
    shift != 0 ? overview_add(found->overview, DUE_GAP, finding->from, &shift_kind, shift, "roster.substitute", buf_take(&text, NULL), NULL)
               : overview_add(found->overview, DUE_GAP, finding->from, NULL, 0, "roster.fill", buf_take(&text, NULL), NULL);
  line->rings = finding->from - GAP_AHEAD;
  line->part = (int)finding->sort * 16 + (int)finding->post;
  return true;
}

static bool expect_gap(void *context, const struct roster_finding *finding)
{
  overview_expect(context, finding->from - GAP_AHEAD);
  return true;
}

/* From where the shift that runs begins: a gap in it is as old as it is. An empty roster is a matter of set-up, not of three gaps. */
static int add_gaps(struct desk *desk, struct overview *overview, const struct shift_on *on, struct err *err)
{
  struct found found = { desk, overview };

  if (query_single(desk->store, "SELECT 1 FROM k_shift WHERE voided IS NULL LIMIT 1", 0, 0) == 0) return 0;
  int64_t from = on->rostered != 0 ? on->rostered_starts : overview->at;
  if (roster_check(desk, from, overview->at + GAP_AHEAD, add_gap, &found, err) < 0) return -1;
  return roster_check(desk, overview->at + GAP_AHEAD, overview->at + 2 * GAP_AHEAD, expect_gap, overview, err) < 0 ? -1 : 0;
}

/* --- all of them --------------------------------------------------------------------------------------------------------------------- */

static void add_missing(void *context, const struct duty *duty, const char *action, const char *text)
{
  struct found *found = context;
  overview_add(found->overview, DUE_SETUP, 0, duty->kind, 0, action, mem_dup(text), NULL);
}

/* When the last of the values that differ was set, by the clock of who set it: the same at every machine. */
static int64_t conflict_since(struct desk *desk, const op_id *ops, int count)
{
  int64_t since = 0;

  for (int i = 0; i < count; i++) {
    int64_t at = query_single(desk->store, "SELECT at FROM op WHERE id = ?1", ops[i], 0);
    if (at > since) since = at;
  }
  return since;
}

/* Decided in the record: whoever changes it, or saves it as it stands, has chosen. */
static bool add_conflict(void *context, const struct kind *kind, record_id id, int field, const op_id *ops, int count)
{
  struct found *found = context;
  if (!conflict_concerns(found->desk, id, ops, count)) return true;
  char *title = lookup_title(found->desk, id, NULL);

  int64_t due = conflict_since(found->desk, ops, count) + config_number(found->desk->config, "alarm.conflict_minutes") * CLOCK_MINUTE;
  overview_add(found->overview, DUE_CONFLICT, due, kind, id, NULL,
               mem_printf(_("%s \"%s\": %d values for %s, decide between them"), i18n_text(kind->label), title != NULL ? title : "?", count,
                          i18n_text(kind_field(kind, field)->label)),
               NULL);
  free(title);
  return true;
}

int overview_watch(struct desk *desk, struct overview *overview, struct err *err)
{
  struct found found = { desk, overview };
  struct shift_on on;

  shift_on_duty(desk, overview->at, &on);
  if (on.shift != 0) {
    add_handover(desk, overview, &on);
    add_late(desk, overview, &on);
  }
  if (conflict_each(desk->store, add_conflict, &found, err) < 0) return -1;
  setup_missing(desk, add_missing, &found);
  return add_rounds(desk, overview, err) < 0 || add_reports(desk, overview, err) < 0 || add_gaps(desk, overview, &on, err) < 0 ? -1 : 0;
}
