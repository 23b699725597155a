/* The top line of the screen. */
#include <stdlib.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/duties.h"
#include "desk/handover.h"
#include "desk/lookup.h"
#include "desk/overview.h"
#include "desk/shift.h"
#include "desk/warning.h"
#include "store/query.h"

static char *unit_name(struct desk *desk)
{
  char area[13];
  struct query *query = query_open(desk->store, "SELECT name FROM k_unit WHERE area = ?1 AND voided IS NULL LIMIT 1");
  char *name = NULL;

  query_bind_text(query, 1, area_text(store_area(desk->store), area));
  if (query_next(query, NULL) == 1) name = mem_dup(query_text(query, 0));
  query_close(query);
  return name != NULL ? name : mem_dup(area);
}

/* Own operations in the lanes for superiors (up, urgent or not) beyond the newest receipt of each log. An operation's id is its log's
 * number and its seq. */
static void read_undelivered(struct desk *desk, struct status *status)
{
  struct query *query = query_open(
    desk->store,
    "SELECT sum(l.seq - ifnull(r.seq, 0)), min((SELECT o.at FROM op o WHERE o.id > (l.id << 35) + ifnull(r.seq, 0) ORDER BY o.id LIMIT 1))"
    " FROM log l LEFT JOIN receipt r ON r.log = l.id WHERE l.node = ?1 AND l.lane IN (?2, ?3) AND l.seq > ifnull(r.seq, 0)");

  query_bind_number(query, 1, (int64_t)store_node(desk->store));
  query_bind_number(query, 2, LANE_UP);
  query_bind_number(query, 3, LANE_UP_URGENT);
  if (query_next(query, NULL) == 1) {
    status->undelivered = (int)query_number(query, 0);
    status->undelivered_since = query_number(query, 1);
  }
  query_close(query);
}

int status_read_beside(struct desk *desk, const struct overview *overview, struct status *status, struct err *err)
{
  static const char *const levels[] = { NULL, "Ⅰ", "Ⅱ", "Ⅲ", "Ⅳ" };
  struct shift_on on;

  (void)err;
  *status =
    (struct status){ .at = clock_now(), .unit = unit_name(desk), .exercise = store_is_exercise(desk->store), .alarms = overview->overdue };
  shift_on_duty(desk, status->at, &on);
  status->post_a = lookup_name(desk, on.officers[POST_A]);
  status->post_b = lookup_name(desk, on.officers[POST_B]);
  if (on.unsigned_b && handover_signatures(desk) == 2 && status->post_b != NULL) {
    char *name = status->post_b;
    status->post_b = mem_printf(_("%s (not signed)"), name);
    free(name);
  }
  status->leader = lookup_name(desk, on.officers[POST_LEADER]);
  status->relief = on.ends;
  int level = response_in_force(desk, NULL);
  if (level >= 1 && level <= 4) status->response = mem_dup(levels[level]);
  enum alert_colour colour = warning_highest(desk);
  if (colour > ALERT_UNKNOWN) status->colour = mem_dup(alert_colour_name(colour));
  read_undelivered(desk, status);
  return 0;
}

int status_read(struct desk *desk, struct status *status, struct err *err)
{
  struct overview overview;
  int result = overview_read(desk, &overview, err);

  if (result == 0)
    result = status_read_beside(desk, &overview, status, err);
  else
    *status = (struct status){ 0 };
  overview_free(&overview);
  return result;
}

void status_free(struct status *status)
{
  free(status->unit);
  free(status->post_a);
  free(status->post_b);
  free(status->leader);
  free(status->response);
  free(status->colour);
  *status = (struct status){ 0 };
}
