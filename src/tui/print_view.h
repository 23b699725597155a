/* Printing: which paper. Drawing and sending run in a child, as the command line would. */
#ifndef TUI_PRINT_VIEW_H
#define TUI_PRINT_VIEW_H

#include "tui/job.h"

struct view *print_view_open(struct shell *shell);

/* Is it an action that makes paper? Those are never run in the screen itself. */
bool print_makes_paper(const struct action *action);
/* Starts its job. values may be NULL: as the settings say. -1: it could not be started. */
int print_start(struct shell *shell, const struct action *action, record_id subject, const struct values *values, struct err *err);
/* A paper for the printer at the user's own terminal has been drawn: sends it there. */
void print_to_terminal(struct shell *shell, struct job *job);

#endif
