/* Exchanging journals with the stations around: remotes, transports, the loop that keeps at it, and what is known about it. */
#ifndef SYNC_SYNC_H
#define SYNC_SYNC_H

#include "desk/desk.h"

struct action;
struct err;
struct routes;

struct sync_report {              /* adds up over the remotes of one run */
  int64_t sent, received, staged; /* operations, as in struct exchange_result */
  int64_t bytes_out, bytes_in;
  char *trouble; /* translated, one line per trouble that did not stop the exchange; NULL: none; owned */
};
void sync_report_free(struct sync_report *report);
void sync_report_trouble(struct sync_report *report, const char *line); /* adds one */

/* What a transport that stays with a remote watches besides it. */
struct sync_heed {
  int stop;              /* descriptor; readable: part */
  struct routes *routes; /* one came: the line that stands may be dead, and what was waiting for its timeouts need not wait any more */
};

/* How an exchange ended, if it did not fail (-1, err says why): what calls for another one at once. */
enum sync_end {
  SYNC_DONE,
  SYNC_RENEWED, /* another database wrote under our name, and our node goes on under a new key */
  SYNC_AGAIN,   /* what we had said holds no more (EXCHANGE_AGAIN) */
  SYNC_SHORT,   /* the peer holds less of our own logs than we gave */
};

/* A way to a remote, one file each. `remote` is the whole name, "ssh://user@host/path". */
struct transport {
  const char *scheme; /* "ssh:", "dir:", "postgresql:" */
  /* One exchange to its end. `code`: for enrolment, else NULL. -1 or an enum sync_end; whichever, what was received stays. */
  int (*run)(struct desk *desk, const char *remote, const char *code, struct sync_report *report, struct err *err);
  /* Stays with the remote, sends what is committed and takes what comes, until told to stop (SYNC_DONE) or the line ends (-1, or another end
   * as above). Notes with sync_contact_note when it works. NULL: `run` is called again when something is to be sent, and at times. */
  int (*stay)(struct desk *desk, const char *remote, const struct sync_heed *heed, struct sync_report *report, struct err *err);
  bool is_line; /* needs a network: tried at once when a route returns, and not at all on a day of sync.only_stick */
};
extern const struct transport *const transports[];                         /* sync.c; ended by NULL */
const struct transport *transport_of(const char *remote, struct err *err); /* NULL: no such scheme, err names those there are */

/* Remotes in order of preference: [sync] remotes; where none are set, the address at which the superior was joined. Ended by NULL; the
 * caller frees with sync_remotes_free. */
char **sync_remotes(struct desk *desk);
void sync_remotes_free(char **remotes);
int sync_note_joined(struct desk *desk, const char *remote, struct err *err);
bool sync_only_stick(struct desk *desk); /* "only by stick today": until the end of the local day on which it was said */
int sync_set_only_stick(struct desk *desk, bool yes, struct err *err);

/* One exchange with each remote (NULL: those of the settings, until one of a superior worked). Notes the outcome for the status. */
int sync_run(struct desk *desk, const char *const remotes[], struct sync_report *report, struct err *err);
/* The serving side on two descriptors (stdin, stdout of `sync --serve`). only: as in struct exchange_options. */
int sync_serve(struct desk *desk, int in, int out, uint64_t only, struct sync_report *report, struct err *err);
/* Until `stop` becomes readable: keeps a connection or tries again with growing pauses, at once when a route returns. */
int sync_follow(struct desk *desk, const char *const remotes[], int stop, struct err *err);

/* What is known about a remote or a peer; for `sync --status` and the screen. */
struct sync_contact {
  char *name;            /* the remote as configured, or the peer's name */
  int64_t tried, worked; /* own clock of the last try and the last success, 0: never */
  char *trouble;         /* of the last try: why it did not work, or what went wrong although it did; NULL: nothing */
};
void sync_contact_read(struct desk *desk, const char *remote, struct sync_contact *contact);                     /* sync_contact_free */
int sync_contact_note(struct desk *desk, const char *remote, bool worked, const char *trouble, struct err *err); /* NULL or "": none */
void sync_contact_free(struct sync_contact *contact);
json *sync_status_json(struct desk *desk, struct err *err); /* stable names, see doc/SYNC.md */
int sync_status_text(struct desk *desk, struct buf *out, struct err *err);

extern const struct action *const sync_action_tables[]; /* node.enrol …; joined by main.c */

#endif
