/* A station's reply to what its superior sent down (an order, a duty check): a record of its own, since what lies in the superior's lane is read downwards
 * only. Keyed by the order's full name and the area, so that two machines of a station make one; written by order.reply, never typed. */
#ifndef DESK_REPLY_H
#define DESK_REPLY_H

#include "desk/desk.h"

/* Is this order a superior's, so that its answer has to travel up? */
bool reply_is_due(struct desk *desk, const struct record *order);
/* Writes the reply, or changes it. `at`: when it was answered, 0: now. */
int reply_write(struct desk *desk, const struct record *order, const char *text, int64_t at, struct err *err);
/* What a unit has replied to an order of ours: its clock, 0: nothing yet; *text (may be NULL) to be freed. */
int64_t reply_read(struct desk *desk, record_id order, int64_t area, char **text);

#endif
