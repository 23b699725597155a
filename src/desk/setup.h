/* Set-up: from an empty machine to a station with its first administrator, and what is still empty afterwards. */
#ifndef DESK_SETUP_H
#define DESK_SETUP_H

#include "desk/duty.h"

/* What set-up asks for: area, name, letter (A unless this is a second machine of the same station), admin, pin, again, pattern, starts. */
extern const struct field setup_fields[];
/* Fills what can be known beforehand; values_free it. */
void setup_start(struct values *arguments);

/* Makes the database with its key, the station's own unit, the first administrator with his PIN, and keeps the shift pattern as local facts
 * (shift.pattern, shift.starts). 0, or -1 with nothing left behind. */
int setup_create(const char *path, struct config *config, const struct values *arguments, struct err *err);

/* The same without an administrator: `init` on the command line. Whoever owns the file may then add officers. */
int setup_init(const char *path, const char *area, const char *name, char letter, bool exercise, struct err *err);

/* Calls missing() for each kind that a station needs and that is still empty and not dismissed: units, officers, contacts, households,
 * roster. The text is translated and belongs to the caller of missing() until it returns. */
void setup_missing(struct desk *desk, void (*missing)(void *context, const struct duty *duty, const char *action, const char *text),
                   void *context);
/* Not needed here: setup_missing does not name this kind any more. */
int setup_dismiss(struct desk *desk, const char *kind_name, struct err *err);

#endif
