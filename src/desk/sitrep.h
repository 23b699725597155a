/* Disaster reports (灾情报告): one first, any number of follow-ups and zero reports, one verified. */
#ifndef DESK_SITREP_H
#define DESK_SITREP_H

#include "desk/desk.h"

struct buf;

/* What an incident still owes: the next report's sort ("first", "followup", "verified") and when it is due. 1; 0: nothing; -1. First:
 * report.first_minutes after the onset (basis in the configuration). Then 24 h after the last one sent, if only a zero report, until the
 * incident is stable (《自然灾害情况统计调查制度》). A stable or closed incident owes the verified report; *due is 0 then, since places
 * set different terms. */
int sitrep_due(struct desk *desk, const struct record *incident, const char **sort, int64_t *due, struct err *err);

/* The report of the incident with figures of `as_of` or before that was sent last, not counting `except`. 1 (record_free it), 0: none,
 * -1. */
int sitrep_earlier(struct desk *desk, record_id incident, int64_t as_of, record_id except, struct record *earlier, struct err *err);

/* Appends the text of a report as it is sent: known figures only, in the order of the form. */
void sitrep_text(struct desk *desk, const struct record *report, struct buf *out);

/* Appends one line for each figure that differs from the report sent before it: "Label: 3 → 5". Returns how many, or -1. */
int sitrep_differences(struct desk *desk, const struct record *report, struct buf *out, struct err *err);

/* sitrep_rules.c: the checks of domain.md on a report's figures, against each other and against the one sent before it (NULL: none). */
int sitrep_check_figures(const struct values *values, const struct record *earlier, struct err *err);
extern const struct choice sitrep_channels[];
extern const char *const sitrep_figures[]; /* names of the figure fields, in the order of the form; ended by NULL */

#endif
