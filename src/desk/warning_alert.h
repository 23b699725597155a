/* From what an issuer sent to the values of a warning message. */
#ifndef DESK_WARNING_ALERT_H
#define DESK_WARNING_ALERT_H

#include "desk/warning.h"

/* Fills values (started here for warning_message_kind; values_free them) from an alert that was read. The blocks in the message language
 * speak, Chinese before English before the rest; of several, those whose areas reach this station, the gravest first; the others are
 * kept as text. What the standard requires and the alert lacks is filled in with a note; times that cannot be true are noted and not
 * believed. */
void warning_alert_values(struct desk *desk, const struct alert *alert, const char *file_name, const char *hash, struct values *values);

#endif
