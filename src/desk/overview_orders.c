/* Lines of the overview about orders: those that came in wait for our reply, those that we sent down for the reply of a station below. What
 * others have asked of each other is none of ours. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/duties.h"
#include "desk/lookup.h"
#include "desk/overview.h"
#include "desk/stations.h"
#include "store/query.h"

/* An order from above rings when it comes, as its sender counts, and again at its deadline. If the sender's clock is ahead: from today on. */
static int64_t comes_at(int64_t received, int64_t at)
{
  return received <= at ? received : clock_day_start(at, 0);
}

static char *awaiting(struct desk *desk, int64_t area, const char *content)
{
  char *unit = lookup_unit(desk, area), *text = mem_printf(_("No reply yet from %s: %s"), unit, content);

  free(unit);
  return text;
}

/* Columns: id, deadline, received, sort, origin, content, owner. */
static void add_order(struct desk *desk, struct overview *overview, struct query *query)
{
  record_id id = query_number(query, 0);
  int64_t own = store_area(desk->store), area = record_area(desk->store, id), deadline = query_number(query, 1);
  bool is_sent = record_lane(desk->store, id) == LANE_UP, is_below = is_sent && area != own && area_contains(own, area);
  enum overview_sort sort = is_sent && strcmp(query_text(query, 3), "check") == 0 ? DUE_DUTYCHECK : DUE_ORDER;
  const char *content = query_text(query, 5);

  if (is_below) {
    if (station_wrote(desk, id)) overview_add(overview, sort, deadline, &order_kind, id, NULL, awaiting(desk, area, content), NULL);
    return;
  }
  char *text = mem_printf("%s · %s", query_text(query, 4), content);
  struct overview_line *line = overview_add(overview, sort, deadline, &order_kind, id, "order.reply", text, query_text(query, 6));
  if (is_sent) line->rings = comes_at(query_number(query, 2), overview->at);
}

int overview_orders(struct desk *desk, struct overview *overview, struct err *err)
{
  struct query *query = query_open(
    desk->store, "SELECT id, deadline, received, ifnull(sort, ''), ifnull(origin, ''), ifnull(phrase(content), ''), owner FROM k_order"
                 " WHERE state = 'open' AND voided IS NULL");
  int row;

  while ((row = query_next(query, err)) == 1) add_order(desk, overview, query);
  query_close(query);
  return row;
}
