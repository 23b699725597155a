/* Lines of the overview that the clock alone brings: whether anybody is awake at night, the alarm test of the shift; and when lines will
 * come that are not here yet. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/alarm.h"
#include "desk/duties.h"
#include "desk/lookup.h"
#include "desk/overview.h"
#include "desk/shift.h"
#include "desk/warning.h"
#include "store/query.h"

/* How long a shift may wait with its alarm test. */

static int64_t minutes(struct desk *desk, const char *option)
{
  return config_number(desk->config, option) * CLOCK_MINUTE;
}

/* --- is anybody awake? ------------------------------------------------------------------------------------------------------------- */

/* Post A must press a key now and then; silence calls post B, then the leader. The clock begins with the night or the shift. */
static void add_watch(struct desk *desk, struct overview *overview, const struct shift_on *on)
{
  const char *hours = config_text(desk->config, "alarm.deadman_hours");
  int64_t every = minutes(desk, "alarm.deadman_minutes"), since = alarm_hours_began(hours, overview->at);
  int64_t key = alarm_last_key(desk);

  if (every == 0) return;
  overview_expect(overview, alarm_hours_change(hours, overview->at));
  if (since == 0 || on->shift == 0) return;
  if (on->starts > since && on->starts <= overview->at) since = on->starts;
  if (key > since && key <= overview->at) since = key;
  int64_t second = since + every, third = second + minutes(desk, "alarm.deadman_leader_minutes");
  overview_expect(overview, second);
  overview_expect(overview, third);
  if (overview->at < second) return;
  bool is_third = overview->at >= third;
  char at[CLOCK_TEXT], *who = lookup_name(desk, on->officers[is_third ? POST_LEADER : POST_B]);
  clock_text(at, since, CLOCK_TIME);
  /* L10N: 无人应答 */
  overview_add(overview, DUE_WATCH, is_third ? third : second, &shift_kind, on->shift, "alarm.awake",
               mem_printf(is_third ? _("Nobody at the desk since %s, and post B is silent: the leader is called")
                                   : _("Nobody at the desk since %s: post B looks whether post A is awake"),
                          at),
               who);
  free(who);
}

/* --- alarm test -------------------------------------------------------------------------------------------------------------------- */

/* Due once each shift, before it ends; one that was asked for rings until somebody says that he heard it. */
static void add_test(struct desk *desk, struct overview *overview, const struct shift_on *on)
{
  int64_t asked = alarm_test_asked(desk);
  char at[CLOCK_TEXT];

  if (asked != 0 && asked <= overview->at && asked > overview->at - CLOCK_DAY) {
    struct overview_line *line = overview_add(overview, DUE_TEST, asked, NULL, 0, "alarm.heard",
                                              mem_printf(_("Alarm test of %s: does it ring?"), clock_text(at, asked, CLOCK_TIME)), NULL);
    line->part = 1;
  }
  if (!config_yes(desk->config, "alarm.test_each_shift") || on->shift == 0) return;
  if (alarm_tested(desk) >= on->starts) return;
  overview_expect(overview, on->ends);
  if (overview->at >= on->starts)
    overview_add(overview, DUE_TEST, on->ends, &shift_kind, on->shift, "alarm.test", mem_dup(_("Test the alarm")), NULL);
}

/* --- all of them ------------------------------------------------------------------------------------------------------------------- */

/* A warning rings some time before it expires. */
static void expect_expiry(struct desk *desk, struct overview *overview)
{
  int64_t ahead = minutes(desk, "alarm.expiry_minutes");

  if (!warning_any(desk)) return;
  overview_expect(overview,
                  query_single(desk->store, "SELECT min(expires) FROM k_warning WHERE " WARNING_IN_FORCE("?1"), overview->at + ahead, 0) -
                    ahead);
}

int overview_clocks(struct desk *desk, struct overview *overview, struct err *err)
{
  struct shift_on on;

  (void)err;
  shift_on_duty(desk, overview->at, &on);
  add_watch(desk, overview, &on);
  add_test(desk, overview, &on);
  expect_expiry(desk, overview);
  overview_expect(overview, clock_day_start(overview->at, 1)); /* what goes by the day: expiries, numbers to verify, the flood season */
  return 0;
}
