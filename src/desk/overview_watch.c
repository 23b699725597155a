/* Lines of the overview that take more than one query: reports due, the handover, gaps in the roster, conflicts, what set-up still misses. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/duties.h"
#include "desk/handover.h"
#include "desk/lookup.h"
#include "desk/overview.h"
#include "desk/roster.h"
#include "desk/setup.h"
#include "desk/sitrep.h"
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
    overview_add(overview, DUE_REPORT, due, &incident_kind, id, NULL, mem_printf("%s: %s", record_title(&incident), lookup_choice(&sitrep_kind, "sort", sort)), NULL);
  record_free(&incident);
  return owes < 0 ? -1 : 0;
}

static int add_reports(struct desk *desk, struct overview *overview, struct err *err)
{
  record_id *ids = NULL;
  int count = 0, status;
  struct query *query = query_open(desk->store, "SELECT id FROM k_incident WHERE voided IS NULL AND (state <> 'closed' OR ifnull(began, 0) > ?1 - 2592000000)");

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

/* --- the handover ------------------------------------------------------------------------------------------------------------------------ */

static char *shift_pair(struct desk *desk, record_id shift)
{
  return lookup_text(desk, "SELECT ifnull((SELECT name FROM k_officer WHERE id = post_a), '-') || ', ' || ifnull((SELECT name FROM k_officer WHERE id = post_b), '-')"
                           " FROM k_shift WHERE id = ?1", shift);
}

static void add_handover(struct desk *desk, struct overview *overview, const struct shift_on *on)
{
  record_id handover = handover_open(desk), next = shift_successor(desk, on->shift, overview->at);
  bool offered = query_single(desk->store, "SELECT state = 'offered' FROM k_handover WHERE id = ?1", handover, 0) != 0;
  char *pair = next != 0 ? shift_pair(desk, next) : NULL;

  if (offered)
    overview_add(overview, DUE_HANDOVER, on->ends, &handover_kind, handover, "handover.accept", mem_printf(_("Accept the desk: %s"), pair != NULL ? pair : "-"), pair);
  else if (overview->at >= on->ends - HANDOVER_AHEAD)
    overview_add(overview, DUE_HANDOVER, on->ends, &handover_kind, handover, "handover.offer",
                 pair != NULL ? mem_printf(_("Hand over to %s"), pair) : mem_dup(_("Hand over; no shift follows in the roster")), NULL);
  free(pair);
}

static void add_late(struct desk *desk, struct overview *overview, const struct shift_on *on)
{
  int64_t late = on->rostered_starts + config_number(desk->config, "shift.late_minutes") * CLOCK_MINUTE;
  char at[CLOCK_TEXT];

  if (!on->waiting || overview->at < late) return;
  char *pair = shift_pair(desk, on->rostered);
  overview_add(overview, DUE_LATE, late, &shift_kind, on->rostered, "handover.takeover",
               mem_printf(_("%s have not taken over since %s"), pair, clock_text(at, on->rostered_starts, CLOCK_TIME)), pair);
  free(pair);
}

/* --- the roster --------------------------------------------------------------------------------------------------------------------------- */

/* A gap is repaired in the shift that has it, or by filling. */
static bool add_gap(void *context, const struct roster_finding *finding)
{
  struct found *found = context;
  struct buf text = BUF_INIT;
  record_id shift = finding->shift != 0 ? finding->shift : shift_rostered(found->desk, finding->from);

  roster_tell(found->desk, finding, &text);
  if (shift != 0) overview_add(found->overview, DUE_GAP, finding->from, &shift_kind, shift, "roster.substitute", buf_take(&text, NULL), NULL);
  else overview_add(found->overview, DUE_GAP, finding->from, NULL, 0, "roster.fill", buf_take(&text, NULL), NULL);
  return true;
}

/* An empty roster is a matter of set-up, not of three gaps. */
static int add_gaps(struct desk *desk, struct overview *overview, struct err *err)
{
  struct found found = { desk, overview };

  if (query_single(desk->store, "SELECT 1 FROM k_shift WHERE voided IS NULL LIMIT 1", 0, 0) == 0) return 0;
  return roster_check(desk, overview->at, overview->at + CLOCK_DAY, add_gap, &found, err) < 0 ? -1 : 0;
}

/* --- all of them ---------------------------------------------------------------------------------------------------------------------------- */

static void add_missing(void *context, const struct duty *duty, const char *text)
{
  struct found *found = context;
  overview_add(found->overview, DUE_SETUP, 0, duty->kind, 0, NULL, mem_dup(text), NULL);
}

static void add_conflicts(struct desk *desk, struct overview *overview)
{
  int64_t count = conflict_count(desk->store);

  if (count > 0) overview_add(overview, DUE_CONFLICT, 0, NULL, 0, NULL, mem_printf(_("Conflicts that wait for a decision: %d"), (int)count), NULL);
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
  add_conflicts(desk, overview);
  setup_missing(desk, add_missing, &found);
  return add_reports(desk, overview, err) < 0 || add_gaps(desk, overview, err) < 0 ? -1 : 0;
}
