/* Addresses of the form ssh://user@host[:port]/path, also for a bundle over ssh. */
#ifndef SYNC_SSH_H
#define SYNC_SSH_H

struct err;

struct ssh_target {
  char *host; /* with "user@" if there is one; never begins with "-" */
  char *port; /* NULL: ssh's own settings */
  char *path; /* of the database there; "" or "/": its own */
};
int ssh_target_read(const char *remote, struct ssh_target *target, struct err *err);
void ssh_target_free(struct ssh_target *target);

#endif
