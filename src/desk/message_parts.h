/* What making a short message and keying one in have in common. */
#ifndef DESK_MESSAGE_PARTS_H
#define DESK_MESSAGE_PARTS_H

#include "desk/message.h"
#include "formats/short_message.h"

struct act;
struct change;

/* The values of its record, started here (values_free them if 0). `text` is what both ends keep: what was really sent, and what reading
 * it gives again. `near`: the clock, which gives the day its month. -1: no month has such a day. */
int message_values(const struct short_message *message, const char *text, int64_t near, struct values *values, struct err *err);
/* The record in the scope `area` (0: own), made with these values if it is not there yet. */
struct change *message_change(struct act *act, int64_t area, const struct values *values, bool *existing);

#endif
