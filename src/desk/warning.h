/* Warnings that the desk has received: from files as the issuer sent them, or from text that somebody pasted and confirmed. Warning
 * colour and response level are two things, and both are kept (response.c). We never issue public warnings. */
#ifndef DESK_WARNING_H
#define DESK_WARNING_H

#include "desk/action.h"
#include "formats/alert.h"

/* SQL: a row of k_warning counts as in force at the instant `now` (an SQL expression as text). Test, Exercise and Draft never do. */
#define WARNING_IN_FORCE(now) \
  "status = 'actual' AND state IN ('received', 'in_force') AND ifnull(lifts, 0) = 0 AND voided IS NULL" \
  " AND (expires IS NULL OR expires > " now ")"

/* Local rules (L, domain.md): tell the leader within 10 minutes, relay within 30. The ladders that later replace them are data. */
#define WARNING_ACK_WITHIN (10 * CLOCK_MINUTE)
#define WARNING_RELAY_WITHIN (30 * CLOCK_MINUTE)

/* All alerts of one file (or stdin), each in an operation of its own. Those held already change nothing; updates and cancels change the
 * state of the alerts that they refer to, also when they arrive before them. outcome tells what was imported, noted or refused, with
 * attention if anything was noted. -1: nothing was imported. */
int warning_import(struct desk *desk, const char *bytes, size_t length, const char *file_name, struct outcome *outcome, struct err *err);

/* The held alerts that a new one (its values, its id) supersedes or lifts change their state in `act`: those it refers to, those that
 * refer to the same first one, and, where it refers to none, those of the same issuer and event. A test never touches a real one. Returns
 * how many, or -1. */
struct act;
int warning_supersede(struct desk *desk, struct act *act, const struct values *values, record_id by, struct err *err);

/* The held update or cancel, sent later, that supersedes one that arrives only now; 0: none. */
record_id warning_superseded(struct desk *desk, const struct values *values, bool *lifted);

/* Calls row() for each real warning in force, highest colour first. */
int warnings_in_force(struct desk *desk, bool (*row)(void *context, const struct record *warning), void *context, struct err *err);
enum alert_colour warning_highest(struct desk *desk); /* ALERT_NONE: none in force */
/* The state at an instant: as stored, but "expired" once its time has passed. */
const char *warning_state(const struct record *warning, int64_t at);

/* The response level in force (the highest, if several): 1 … 4; 0: none. response.c */
int response_in_force(struct desk *desk, record_id *response);

/* Pasted text: fills the arguments below from it, for an officer to confirm. -1: it reads like no warning. */
extern const struct field warning_text_arguments[];
int warning_prepare_text(struct desk *desk, const char *text, int64_t near, struct values *arguments, struct err *err);
int warning_add_text(struct desk *desk, const char *action, const struct values *arguments, struct outcome *outcome, struct err *err);

/* For a record made here: sender and identifier as one text. The caller frees. */
char *warning_key(const char *sender, const char *identifier);
/* The lane of a warning: down, so that the villages see it, unless it is not real or there is nobody below. */
enum lane warning_lane(struct desk *desk, const struct values *values);

extern const struct choice warning_channels[]; /* how people are told */

extern const struct action warning_actions[];        /* warning.c */
extern const struct action warning_import_actions[]; /* warning_import.c */
extern const struct action warning_text_actions[];   /* warning_text.c */

#endif
