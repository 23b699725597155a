/* Long work in the background: one of our own commands in a child, its output gathered, never waited for. */
#ifndef TUI_JOB_H
#define TUI_JOB_H

#include "base/buf.h"
#include "base/child.h"
#include "tui/shell.h"

enum { JOBS_MOST = 8 };

struct job {
  char *label; /* translated */
  struct child child;
  struct buf output;      /* the last part of what it printed, control characters and all */
  int64_t started, ended; /* instants; ended 0: it runs */
  int status;             /* exit code once ended; -1: killed */
  bool is_quiet;          /* told about only if something is wrong */
  bool is_for_terminal;   /* its output goes to the printer at the user's terminal */
  struct job *next;
};

/* Starts `dutydesk -d DB … words` as whoever is signed in; words ended by NULL. The label is copied. */
struct job *job_start(struct shell *shell, const char *label, const char *const words[], bool is_quiet, struct err *err);
/* The same with that text on its standard input: others read what stands on a command line. */
struct job *job_start_with(struct shell *shell, const char *label, const char *const words[], const char *input, bool is_quiet,
                           struct err *err);
void job_cancel(struct shell *shell, struct job *job);
void job_stop_all(struct shell *shell);
/* Asks whether to quit although some run. */
void job_ask_to_stop(struct shell *shell);
int job_running(const struct shell *shell);
/* The last line it printed that is not empty, "" if none; the caller frees. */
char *job_last_line(const struct job *job);

/* For the shell's loop: fills at most JOBS_MOST; reads what came, tells the shell's hook about those that ended; ms until a look is
 * needed, -1: none. */
struct pollfd;
int job_polls(const struct job *jobs, struct pollfd *polls);
void job_read_all(struct shell *shell);
int64_t job_wait(const struct job *jobs);

#endif
