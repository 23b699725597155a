/* Handing the desk over (交接班): a record for each shift, drafted, offered with the signatures of the outgoing pair, accepted with those
 * of the incoming one, and sealed. Nobody can be locked in: an offer can be declined or withdrawn, and the leader can take over with a
 * reason. */
#ifndef DESK_HANDOVER_H
#define DESK_HANDOVER_H

#include "desk/action.h"
#include "desk/shift.h"
#include "desk/transition.h"

extern const struct transition handover_moves[]; /* the whole life of a handover */

/* --- what it says -------------------------------------------------------------------------------------------------------------------- */

struct handover_line {
  record_id record;        /* 0 once frozen */
  int64_t at;              /* happened, or due; 0: none */
  char *text, *who, *next; /* owned; who and next may be NULL */
  bool critical, read_back;
};

struct handover_section {
  const char *field;           /* of kind handover: where the officers' own words stand, and the frozen whole later */
  const char *label;           /* msgid */
  char *written;               /* the officers' own words, owned; NULL: none. Once frozen: everything */
  struct handover_line *lines; /* from the records, until frozen */
  int count;
};

struct handover_signature {
  const char *label; /* msgid: "Outgoing A" … */
  char *name;        /* who signed, or who has to; NULL: nobody is on that post */
  int64_t at;        /* 0: not signed yet */
  bool late;         /* signed afterwards (补签) */
  char *why;         /* why it was not signed in time; may be NULL */
};

#define HANDOVER_SECTIONS 15

struct handover_facts {
  struct record handover, shift, next; /* next.kind is NULL if no shift follows in the roster */
  char *leader;
  struct handover_section sections[HANDOVER_SECTIONS];
  struct handover_signature signatures[4];
  bool frozen; /* signed by both sides: what it says does not change any more */
};

/* What a handover says: from live records until it is accepted, then as frozen. -1 with err; handover_facts_free in any case. */
int handover_gather(struct desk *desk, record_id handover, struct handover_facts *facts, struct err *err);
void handover_facts_free(struct handover_facts *facts);
/* One line of a section as text, as it is frozen and shown. Appends without newline. */
void handover_line_text(const struct handover_line *line, struct buf *out);
/* The whole section: own words, then the lines, each on a line of its own. Empty: appends nothing. */
void handover_section_text(const struct handover_section *section, struct buf *out);

/* --- where it stands ----------------------------------------------------------------------------------------------------------------- */

/* SQL: a signature under it may be missing. Whoever asks for late signatures writes this term, which has an index of its own. */
#define HANDOVER_UNSIGNED "(in_a IS NULL OR in_b IS NULL OR out_b IS NULL)"

/* The handover of the shift on duty that is not accepted yet, else 0. */
record_id handover_open(struct desk *desk);
/* The same, drafted if there is none; 0 with err if nobody is on duty. */
record_id handover_draft(struct desk *desk, struct err *err);
/* The shift that the one on duty has relieved, and when; 0: none. */
record_id handover_relieved(struct desk *desk, int64_t *relieved_at);
bool handover_is_frozen(const struct record *handover);
/* How many signatures each side gives: 2, or 1 with shift.signatures = two. */
int handover_signatures(struct desk *desk);

/* "What changed since you last sat here": the operations of others since the officer's last signature under a handover; without one, of
 * the last day. Newest first; row() false stops. Returns the instant it begins at, or -1. */
struct operation;
int64_t handover_since(struct desk *desk, record_id officer, int limit,
                       bool (*row)(void *context, int64_t op, const struct operation *operation), void *context, struct err *err);

/* --- signing: what handover_sign.c and handover_relief.c share ------------------------------------------------------------------------ */

struct signature {
  const char *field; /* "out_a" … */
  record_id officer;
  const char *pin;       /* NULL: absent, signs late */
  const char *why;       /* then: why */
  const char *pin_label; /* msgid of the argument that it is asked for by: what is wrong with the PIN is said of that */
};
/* The right PIN, or a reason why it comes late. Looking at a PIN takes its time: not inside an act. */
int signature_check(struct desk *desk, const struct signature *signature, struct err *err);
struct change;
void signature_write(struct change *change, const struct signature *signature, int64_t at, bool late);
bool handover_can(const struct record *record,
                  const char *action); /* is it open in the record's state? NULL, there is none yet: as in a draft */

extern const struct action handover_actions[];        /* handover_action.c */
extern const struct action handover_sign_actions[];   /* handover_sign.c */
extern const struct action handover_relief_actions[]; /* handover_relief.c */

#endif
