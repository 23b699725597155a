/* Urgent reports through channels that carry a few dozen characters: made from what is recorded here, keyed in where they arrive
 * (formats/short_message.h). Both ends name the same record by sender and sequence, so that nothing is there twice when the line
 * returns. */
#ifndef DESK_MESSAGE_H
#define DESK_MESSAGE_H

#include "desk/action.h"

extern const struct action message_make_actions[]; /* message.sitrep, message.warning, message.transfer */
extern const struct action message_read_actions[]; /* message.read, message.confirm */

#endif
