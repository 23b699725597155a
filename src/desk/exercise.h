/* An exercise has a database of its own, with what the station stands on and nothing of what happened: its hashes never verify as real. */
#ifndef DESK_EXERCISE_H
#define DESK_EXERCISE_H

#include "desk/desk.h"

/* Makes the exercise database at `path` from the real one at `from`, which is only read: units, officers (without PINs: those never
 * leave their node), contacts, points, plans, ledgers, households, roster. Refuses an existing file and an exercise as source. */
int exercise_make(const char *path, const char *from, struct config *config, struct err *err);

#endif
