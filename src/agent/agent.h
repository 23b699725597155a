/* The agent: what happens with nobody at the keyboard. One for each database; it sleeps until something is due, somebody writes, or a file
 * comes in, and then rings. */
#ifndef AGENT_AGENT_H
#define AGENT_AGENT_H

#include <stdbool.h>

struct config;
struct err;

struct agent_options {
  const char *path; /* of the database */
  struct config *config;
  bool once;           /* does what is due now, waits for what that set off, and ends */
  bool with_screens;   /* ends with the last screen, unless a command is set that rings without one */
  void (*ready)(void); /* it is there and has rung what was due; NULL: nobody wants to know */
};

/* Runs until it is told to end (SIGTERM, SIGINT, agent_stop), the database is gone, or as `options` say. 0, or -1. Another agent that
 * runs already is no trouble: *busy is set and nothing done. */
int agent_run(const struct agent_options *options, bool *busy, struct err *err);

/* Tells the agent of this database to end and waits until it has, 5 s at most. 1: none ran, 0: it has ended, -1. */
int agent_stop(const char *path, struct err *err);

#endif
