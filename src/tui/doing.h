/* Doing what an action says, from wherever it was chosen: by key, palette, overview or menu. */
#ifndef TUI_DOING_H
#define TUI_DOING_H

#include "desk/duty.h"
#include "tui/shell.h"

/* Asks for what the action needs, in a form, or runs it at once if it needs nothing. subject: 0 for actions without one. */
void doing_action(struct shell *shell, const struct action *action, record_id subject);
/* Runs it without asking for anything. */
void doing_at_once(struct shell *shell, const struct action *action, record_id subject);
/* The same with some of what it would ask for given as text, by the names of its arguments; ended by a NULL name. */
struct doing_given {
  const char *name, *text;
};
void doing_given(struct shell *shell, const char *name, record_id subject, const struct doing_given *given);
/* By name; says so if there is no such action. */
void doing_named(struct shell *shell, const char *name, record_id subject);

/* The same in a form, which it opens with these filled in; what came of it is one line, since it stands in the view below. `about` stands
 * in the form's title behind what the action is called; NULL: the subject does, if there is one. */
void doing_form(struct shell *shell, const char *name, record_id subject, const char *about, const struct doing_given *given);
/* Writes a new record of that kind: by an action of its own that asks for less than the whole form (struct duty), if there is one. */
void doing_add(struct shell *shell, const struct kind *kind);
bool doing_can_add(struct shell *shell, const struct kind *kind); /* false: its records are made by other actions only */

/* May whoever sits here not do this? Then the screen says what it takes. */
bool doing_refused(struct shell *shell, enum who who);
/* Is it open to whoever sits here, on this record (NULL: none)? */
bool doing_is_possible(struct shell *shell, const struct action *action, const struct record *record);

/* Calls each action with this subject kind (NULL: those without a subject), in the tables' order, until it returns false. */
void doing_each(struct shell *shell, const char *subject, bool (*each)(void *context, const struct action *action), void *context);

/* The action that `code` starts on a record of this kind (NULL: with no record); NULL: none. */
const struct action *doing_by_key(struct shell *shell, const char *subject, int code);

/* The same among those that need no record but are about this kind, such as importing: "warning.import". */
const struct action *doing_general_by_key(struct shell *shell, const char *kind, int code);
bool doing_is_of_kind(const struct action *action, const char *kind);

/* What was given as text into values that are started; -1: err. */
int doing_fill(struct shell *shell, const struct doing_given *given, struct values *values, struct err *err);
/* Leaves the first line of what was said. */
void doing_brief(struct outcome *outcome);
/* Tells what an action said: in the message line, or as a text if it is longer. `shows_record`: what it made is opened. */
void doing_outcome(struct shell *shell, const struct action *action, const struct outcome *outcome, bool shows_record);

#endif
