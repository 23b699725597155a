/* Action tables of what is followed until it is closed. Each ends with a NULL name; action.c joins them. */
#ifndef DESK_FOLLOW_H
#define DESK_FOLLOW_H

#include "desk/action.h"

extern const struct action item_actions[];
extern const struct action order_actions[];
extern const struct action dutycheck_actions[];
extern const struct action call_actions[];
extern const struct action relay_actions[];
extern const struct action task_actions[];
extern const struct action response_actions[];

#endif
