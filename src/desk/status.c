/* The top line of the screen. */
#include <stdlib.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/alarm.h"
#include "desk/duties.h"
#include "desk/handover.h"
#include "desk/lookup.h"
#include "desk/overview.h"
#include "desk/shift.h"
#include "desk/trust.h"
#include "desk/warning.h"
#include "store/journal.h"

static int read_alarms(struct desk *desk, const struct overview *overview, struct status *status, struct err *err)
{
  struct alarms alarms;
  int result = alarm_from(desk, overview, &alarms, err);

  status->alarms = alarms.count;
  status->rung = alarms.rung;
  status->rang = alarm_rang(desk);
  status->reach = alarm_reach(desk);
  for (int i = 0; i < alarms.count && status->alarm == NULL; i++) {
    const struct alarm *alarm = &alarms.list[i];
    if (alarm->rang == 0) continue;
    status->alarm = mem_dup(alarm->text);
    if (alarm->colour > ALERT_UNKNOWN) status->alarm_colour = mem_dup(alert_colour_name(alarm->colour));
  }
  alarms_free(&alarms);
  return result;
}

int status_read_beside(struct desk *desk, const struct overview *overview, struct status *status, struct err *err)
{
  static const char *const levels[] = { NULL, "Ⅰ", "Ⅱ", "Ⅲ", "Ⅳ" };
  struct shift_on on;
  struct delivery delivery;

  *status =
    (struct status){ .at = clock_now(), .unit = lookup_unit(desk, store_area(desk->store)), .exercise = store_is_exercise(desk->store) };
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
  if (trust_delivery(desk, &delivery, err) < 0) return -1;
  status->undelivered = (int)delivery.undelivered;
  status->undelivered_since = delivery.since;
  return read_alarms(desk, overview, status, err);
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
  free(status->alarm);
  free(status->alarm_colour);
  *status = (struct status){ 0 };
}
