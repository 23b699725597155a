/* Who serves at this station. A superior also holds the officers of the stations below it: those are read here, and nothing more. */
#ifndef DESK_OFFICER_H
#define DESK_OFFICER_H

#include "desk/desk.h"

struct err;

/* Does the officer belong to this station? The record's scope says so; `area` cannot point further than that. */
bool officer_is_ours(struct desk *desk, record_id officer);
/* 0, or -1 with err saying that the officer serves at another station. 0 for an officer of 0: a vacant post. */
int officer_refuse_foreign(struct desk *desk, record_id officer, struct err *err);
/* How many active officers of this station there are, counted no further than `most`. */
int officer_count(struct desk *desk, int most);

#endif
