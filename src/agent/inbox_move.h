/* Putting a file of the inbox aside for good. */
#ifndef AGENT_INBOX_MOVE_H
#define AGENT_INBOX_MOVE_H

struct err;

/* Moves NAME of `directory` into its subdirectory `aside` ("done", "refused"), never over another file: by its own name without what FAT
 * does not allow, else with -2, -3 … before its ending. With a reason, that stands beside it in NAME.txt. -1: err; it may lie where it
 * was. */
int inbox_move(const char *directory, const char *name, const char *aside, const char *reason, struct err *err);

#endif
