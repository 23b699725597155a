/* Who is there: the agent of a database, and open screens. Marks in the file PATH.agent that the kernel takes away with the process. */
#ifndef DESK_PRESENCE_H
#define DESK_PRESENCE_H

#include <stdbool.h>
#include <sys/types.h>

struct err;

char *presence_path(const char *database); /* the file; the caller frees */

/* An open screen says so until the descriptor is closed. -1: it cannot (then nothing else is lost). */
int presence_screen(const char *database);
bool presence_screens(const char *database); /* is any open? Not one of this process */

/* Becomes the agent of this database: a descriptor, -2 if there is one, -1. */
int presence_agent(const char *database, struct err *err);
bool presence_has_agent(const char *database);
/* The agent's process; 0: none, or not known. */
pid_t presence_agent_process(const char *database);

#endif
