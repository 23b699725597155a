/* Every duty of the desk, in the order of menus. A new kind is one line here and one file beside. */
#ifndef DESK_DUTIES_H
#define DESK_DUTIES_H

#include "desk/action.h"
#include "desk/duty.h"

/* DUTY(name): the file of that duty defines `const struct kind name_kind` and `const struct duty name_duty`. */
#define DUTIES(DUTY)                                                                                                                       \
  DUTY(entry)                                                                                                                              \
  DUTY(item)                                                                                                                               \
  DUTY(order)                                                                                                                              \
  DUTY(dutycheck)                                                                                                                          \
  DUTY(handover)                                                                                                                           \
  DUTY(readback)                                                                                                                           \
  DUTY(shift)                                                                                                                              \
  DUTY(leave)                                                                                                                              \
  DUTY(manning)                                                                                                                            \
  DUTY(warning)                                                                                                                            \
  DUTY(warning_message)                                                                                                                    \
  DUTY(call)                                                                                                                               \
  DUTY(attempt)                                                                                                                            \
  DUTY(relay)                                                                                                                              \
  DUTY(told)                                                                                                                               \
  DUTY(answer)                                                                                                                             \
  DUTY(task)                                                                                                                               \
  DUTY(response)                                                                                                                           \
  DUTY(closing)                                                                                                                            \
  DUTY(alarm)                                                                                                                              \
  DUTY(point)                                                                                                                              \
  DUTY(visit)                                                                                                                              \
  DUTY(mark)                                                                                                                               \
  DUTY(reading)                                                                                                                            \
  DUTY(danger)                                                                                                                             \
  DUTY(place)                                                                                                                              \
  DUTY(plan)                                                                                                                               \
  DUTY(plan_step)                                                                                                                          \
  DUTY(incident)                                                                                                                           \
  DUTY(sitrep)                                                                                                                             \
  DUTY(message)                                                                                                                            \
  DUTY(transfer)                                                                                                                           \
  DUTY(unit)                                                                                                                               \
  DUTY(officer)                                                                                                                            \
  DUTY(contact)                                                                                                                            \
  DUTY(team)                                                                                                                               \
  DUTY(machine)                                                                                                                            \
  DUTY(stock)                                                                                                                              \
  DUTY(shelter)                                                                                                                            \
  DUTY(gear)                                                                                                                               \
  DUTY(household)                                                                                                                          \
  DUTY(person)                                                                                                                             \
  DUTY(drill)                                                                                                                              \
  DUTY(training)                                                                                                                           \
  DUTY(printout)                                                                                                                           \
  DUTY(node)

#define DUTY_DECLARE(name)                                                                                                                 \
  extern const struct kind name##_kind;                                                                                                    \
  extern const struct duty name##_duty;
DUTIES(DUTY_DECLARE)
#undef DUTY_DECLARE

/* Actions of the duties that have some of their own; each ends with a NULL name. action.c joins them with those of the shift half. */
extern const struct action unit_actions[];
extern const struct action officer_actions[];
extern const struct action contact_actions[];
extern const struct action danger_actions[];
extern const struct action stock_actions[];
extern const struct action gear_actions[];
extern const struct action transfer_actions[];
extern const struct action sitrep_actions[];
extern const struct action setup_actions[];
extern const struct action node_actions[];
extern const struct action node_invite_actions[];

#endif
