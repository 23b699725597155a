/* The jobs in the background: what runs, how far it is, what it said; cancelling. */
#ifndef TUI_JOB_VIEW_H
#define TUI_JOB_VIEW_H

#include "tui/job.h"

struct view *job_view_open(struct shell *shell);
/* Starts a job and shows the jobs; complains if it cannot be started. */
void job_view_start(struct shell *shell, const char *label, const char *const words[]);

#endif
