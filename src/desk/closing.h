/* Closing a warning at this station: what is still open, the final counts, and the record of kind `closing` in which they are kept. */
#ifndef DESK_CLOSING_H
#define DESK_CLOSING_H

#include "desk/checklist.h"

struct change;

/* SQL about a row of k_warning: lifted (or serious and run out) with a checklist, and nobody has given the all-clear; or nothing is left
 * but to close it: the all-clear is given and its lines are done, or there never was a checklist. */
#define CLOSING_LINES(what)                                                                                                                \
  "EXISTS (SELECT 1 FROM k_task WHERE subject = key AND stage IS NOT NULL AND voided IS NULL AND " CHECKLIST_OWN " AND " what ")"
#define CLOSING_OVER "EXISTS (SELECT 1 FROM k_closing WHERE warning = key AND state = 'closed' AND voided IS NULL AND " CHECKLIST_OWN ")"
#define CLOSING_TO_LIFT(now)                                                                                                               \
  "((" WARNING_LIFTED ") OR (state IN ('received', 'in_force') AND colour IN ('orange', 'red') AND " WARNING_ENDS " BETWEEN " now          \
  " - 604800000 AND " now " AND NOT (" WARNING_IN_FORCE(now) ") AND " WARNING_REAL ")) AND " CLOSING_LINES("1") " AND NOT " CLOSING_LINES( \
    "stage = 'all_clear'") " AND NOT " CLOSING_OVER
#define CLOSING_TO_CLOSE                                                                                                                   \
  WARNING_LIFTED " AND NOT " CLOSING_LINES("stage = 'all_clear' AND k_task.state = 'open'") " AND (NOT " CLOSING_LINES(                    \
    "1") " OR " CLOSING_LINES("stage = 'all_clear'") ") AND NOT " CLOSING_OVER

/* What is still open about a warning: each is 0, or somebody has to do something. */
struct closing_open {
  int calls, promises, relays, tasks, inspections; /* inspections: all-clear lines (re-inspection, release); they are not among tasks */
};
int closing_open(struct desk *desk, const char *warning, struct closing_open *open, struct err *err);
/* They as one sentence for a record (i18n_phrase): "2 calls (…), 3 tasks (…)"; NULL if nothing is open. The caller frees. */
char *closing_open_text(struct desk *desk, const char *warning, struct err *err);

/* Final counts, from the lists. */
struct closing_count {
  int64_t to_tell, told, unreached;          /* relays */
  int64_t households, transferred, returned; /* households that moved since the warning came; people, of these back home */
  int64_t calls, answered, tasks, done;
};
int closing_count(struct desk *desk, const struct record *warning, struct closing_count *count, struct err *err);

/* A warning that was lifted or closed here and is acknowledged again, since a later alert came: says so in its closing. */
int closing_again(struct desk *desk, struct act *act, const struct record *warning, struct err *err);

/* The station's record of it, made if it is not there: a change of the act. */
struct change *closing_record(struct desk *desk, struct act *act, const struct record *warning);
/* The counts into that record, and as a sentence. */
void closing_write(struct change *closing, const struct closing_count *count);
void closing_say(const struct closing_count *count, struct outcome *outcome);

extern const struct action closing_actions[]; /* warning.lift, warning.close: warning_close.c */

#endif
