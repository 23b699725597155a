/* States that move only along a table: each row is one move, the action that makes it, who may, and whether a reason must be given.
 * Legality is checked when acting, never when folding (doc/JOURNAL.md). */
#ifndef DESK_TRANSITION_H
#define DESK_TRANSITION_H

#include "desk/action.h"

struct change;

struct transition {
  const char *action; /* name of the action that makes the move */
  const char *from, *to;
  enum who who;
  bool needs_why;
};

/* The four fields of a state, which change together. `by_type`: FIELD_REFERENCE to an officer in kinds that stay here, FIELD_TEXT (the
 * name) in those that others read, who may not hold our officers. */
/* clang-format off */
#define TRANSITION_FIELDS(state_choices, group_number, by_type) \
  { .name = "state", .type = FIELD_CHOICE, .label = N_("State"), .flags = FIELD_AUTOMATIC | FIELD_INDEXED, .choices = (state_choices), \
    .group = (group_number), .columns = 10 }, \
  { .name = "state_by", .type = (by_type), .label = N_("By"), .flags = FIELD_AUTOMATIC | FIELD_UNDISPUTED, \
    .reference = (by_type) == FIELD_REFERENCE ? "officer" : NULL, .group = (group_number) }, \
  { .name = "state_at", .type = FIELD_TIME, .label = N_("Since"), .flags = FIELD_AUTOMATIC | FIELD_UNDISPUTED, .group = (group_number) }, \
  { .name = "state_why", .type = FIELD_NOTE, .label = N_("Why"), .flags = FIELD_AUTOMATIC | FIELD_PHRASE, .group = (group_number) }
/* clang-format on */

/* The record's state; `first` while none has been set. */
const char *transition_state(const struct record *record, const char *first);
bool transition_possible(const struct transition *table, const char *action, const char *state);

/* The move that `action` makes from the record's state, checked: state, who may, reason (NULL or empty: none), not struck. NULL: err says
 * which of them and what is open instead. The table ends with a NULL action; its first row's `from` is the first state. */
const struct transition *transition_check(struct desk *desk, const struct transition *table, const char *action,
                                          const struct record *record, const char *why, struct err *err);

/* Writes the move into the change of a record of `kind`; `by` 0: unattributed; `why`: a person's words, or ours in English
 * (FIELD_PHRASE). */
void transition_write(struct desk *desk, const struct kind *kind, struct change *change, const char *to, record_id by, int64_t at,
                      const char *why);

/* All in one for actions that do no more: reads the record, checks, commits one operation, and says the new state in outcome. */
int transition_run(struct desk *desk, const struct kind *kind, const struct transition *table, const char *action, record_id id,
                   const char *why, struct outcome *outcome, struct err *err);

#endif
