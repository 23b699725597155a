/* A station with officers, and a roster around now: what tests of shift, handover and overview begin with. */
#ifndef TESTS_UNIT_DUTY_STATION_H
#define TESTS_UNIT_DUTY_STATION_H

#include "unit/station.h"

#include "desk/action.h"
#include "desk/shift.h"
#include "store/act.h"

#define PIN_OF "1357"

static inline record_id add_officer(struct station *station, const char *name, const char *post, const char *rank)
{
  return STATION_ADD(station, &officer_duty, "name", name, "post", post, "rank", rank);
}

/* An officer of the village below, as the exchange brings one: in the village's scope, and no area filled in. */
static inline record_id add_foreign_officer(struct station *station, const char *name, const char *post, const char *rank)
{
  struct err err = ERR_INIT;
  struct act *act = act_begin(station->desk.store, "officer.add", 0, &err);
  struct change *change = act_new(act, &officer_kind, area_from_text(STATION_VILLAGE, NULL), LANE_UP);
  record_id officer = change_record(change);
  change_set_text(change, "name", name);
  change_set_text(change, "post", post);
  change_set_text(change, "rank", rank);
  change_set_number(change, "active", 1);
  DONE(act_commit(act, &err));
  return officer;
}

/* An officer who can sign. */
static inline record_id add_signer(struct station *station, const char *name, const char *post, const char *rank)
{
  struct err err = ERR_INIT;
  record_id officer = add_officer(station, name, post, rank);
  DONE(session_set_pin(&station->desk, officer, NULL, PIN_OF, &err));
  return officer;
}

/* A shift from `from` to `to`; posts of 0 stay vacant. */
static inline record_id add_shift(struct station *station, int64_t from, int64_t to, record_id a, record_id b, record_id leader)
{
  struct values values;
  struct err err = ERR_INIT;
  record_id made = 0;
  duty_start(&station->desk, &shift_duty, &values);
  values_set_number(&values, "starts", from);
  values_set_number(&values, "ends", to);
  if (a) values_set_number(&values, "post_a", a);
  if (b) values_set_number(&values, "post_b", b);
  if (leader) values_set_number(&values, "leader", leader);
  DONE(duty_add(&station->desk, &shift_duty, &values, &made, &err));
  values_free(&values);
  return made;
}

/* Runs an action with "argument", "text" pairs ended by NULL, read as typed. */
static inline int run_action(struct station *station, const char *name, record_id subject, struct outcome *outcome, struct err *err, ...)
{
  const struct action *action = action_find(desk_action_tables, name);
  static const struct field none[] = { { 0 } };
  struct values arguments;
  va_list pairs;
  int status = 0;
  if (!action) fail_msg("no action %s", name);
  values_start(&arguments, action->arguments ? action->arguments : none);
  va_start(pairs, err);
  for (const char *field; (field = va_arg(pairs, const char *));) {
    int index = values_index(&arguments, field);
    const char *text = va_arg(pairs, const char *);
    if (index < 0) fail_msg("%s has no argument %s", name, field);
    if (status == 0) status = figures_read(station->desk.store, arguments.fields[index], text, clock_now(), &arguments.list[index], err);
  }
  va_end(pairs);
  if (status == 0) status = action_run(&station->desk, action, subject, &arguments, outcome, err);
  values_free(&arguments);
  return status;
}

#define ACT(station, name, subject, ...)                                                                                                   \
  ({                                                                                                                                       \
    struct err act_err = ERR_INIT;                                                                                                         \
    struct outcome act_outcome = { 0 };                                                                                                    \
    if (run_action(station, name, subject, &act_outcome, &act_err, __VA_ARGS__ __VA_OPT__(, ) NULL) < 0)                                   \
      fail_msg("%s:%d: %s", __FILE__, __LINE__, act_err.text);                                                                             \
    record_id act_record = act_outcome.record;                                                                                             \
    outcome_free(&act_outcome);                                                                                                            \
    act_record;                                                                                                                            \
  })
#define ACT_REFUSED(station, part, name, subject, ...)                                                                                     \
  do {                                                                                                                                     \
    struct outcome refused_outcome = { 0 };                                                                                                \
    REFUSED(run_action(station, name, subject, &refused_outcome, &err, __VA_ARGS__ __VA_OPT__(, ) NULL), part);                            \
    outcome_free(&refused_outcome);                                                                                                        \
  } while (0)

#endif
