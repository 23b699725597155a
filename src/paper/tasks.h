/* Checklist lines and other tasks as a table: part of the shift report. */
#ifndef PAPER_TASKS_H
#define PAPER_TASKS_H

#include "desk/desk.h"
#include "paper/page.h"

/* A heading and the tasks of this station that were ticked or dropped in [from, to), and those that are open and visible at the instant
 * `now`. Nothing at all if there are none. 0 or -1. */
int tasks_table(struct desk *desk, int64_t from, int64_t to, int64_t now, struct page *page, struct err *err);

#endif
