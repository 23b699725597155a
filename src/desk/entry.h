/* The day log (值班日志): written with a pen, not a pencil. Nothing is erased; what is wrong is struck through with a reason, or
 * corrected by a new entry once the shift is sealed. */
#ifndef DESK_ENTRY_H
#define DESK_ENTRY_H

#include "desk/action.h"

extern const struct action entry_actions[];
extern const struct action entry_open_actions[]; /* entry_open.c */

/* Notes in the log what the desk itself did about another record, in an operation of its own kind of act: adds the entry to `act`. */
struct act;
void entry_note(struct desk *desk, struct act *act, const char *text, record_id about);

#endif
