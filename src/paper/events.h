/* The day log as a table: shared by the shift report and the day log. */
#ifndef PAPER_EVENTS_H
#define PAPER_EVENTS_H

#include "desk/desk.h"
#include "paper/page.h"

/* All entries that happened in [from, to), struck ones struck through with their reason, corrections pointing at what they correct. */
int events_table(struct desk *desk, int64_t from, int64_t to, struct page *page, struct err *err);

#endif
