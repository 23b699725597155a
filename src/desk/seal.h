/* Seals: an accepted handover carries the vector of all logs as they stood then (journal_vector). What it covers is no longer changed or
 * struck; what arrives beyond it is a late amendment, the same everywhere. */
#ifndef DESK_SEAL_H
#define DESK_SEAL_H

#include "desk/desk.h"

/* Is the operation that made the record covered by an accepted handover? Keyed records are made by nobody in particular and never are. */
bool seal_covers(struct desk *desk, record_id record);
/* Late amendments: entries of the log that happened in a shift whose handover is sealed and that its seal does not cover, written
 * afterwards or come from another machine; of the last few seals, newest first. row() returns false to stop. */
int seal_late_each(struct desk *desk, bool (*row)(void *context, record_id entry, record_id handover), void *context, struct err *err);
/* -1 with what to do instead, if it is covered. */
int seal_refuse(struct desk *desk, const struct record *record, struct err *err);

#endif
