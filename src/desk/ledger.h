/* What the ledgers have in common: a phone or an entry that somebody verified. */
#ifndef DESK_LEDGER_H
#define DESK_LEDGER_H

#include "desk/action.h"

/* Sets the field `verified` of the record to now, as `action`. */
int ledger_verify(struct desk *desk, const struct kind *kind, const char *action, record_id id, struct outcome *outcome, struct err *err);

#endif
