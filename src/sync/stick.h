/* Sticks: file systems that somebody has put in and can take out again. */
#ifndef SYNC_STICK_H
#define SYNC_STICK_H

#include <stdbool.h>

struct desk;
struct err;
struct sync_report;

struct stick {
  char *path; /* where it is mounted */
  char *type; /* of file system: "vfat" */
  bool is_read_only;
};

struct sticks {
  struct stick *list; /* by the order in which they were mounted */
  int count;
};

/* Those in a text of the form of /proc/self/mountinfo (proc_pid_mountinfo(5)): mounted somewhere below /media, /run/media or /mnt, or on
 * a device for which is_removable ("8:17") holds. Of several mounts on one path the last counts. What a line does not say right is
 * passed over. */
void sticks_parse(struct sticks *sticks, const char *mounts, bool (*is_removable)(void *context, const char *device), void *context);
/* Those mounted now. DUTYDESK_MOUNTS names a file to read instead of the kernel's. */
int sticks_read(struct sticks *sticks, struct err *err);
void sticks_free(struct sticks *sticks);

/* The folder "dutydesk" of the stick, made if it is not there: takes from it what is ours and leaves there what others lack, then has
 * the kernel write out all of that file system. 0: what was written is on the stick, it may be pulled out. -1: it may not be relied on. */
int stick_exchange(struct desk *desk, const char *path, struct sync_report *report, struct err *err);

#endif
