/* What a person has to decide after an exchange: fields that two machines wrote without knowing of each other, and records that were
 * written twice. */
#ifndef DESK_CONFLICT_H
#define DESK_CONFLICT_H

#include "desk/desk.h"
#include "store/journal.h"

/* Whether a conflict, as conflict_each gives it, concerns this station: who keeps the record decides (station_keeps), and who wrote one of
 * the values must know that another stands against it. */
bool conflict_concerns(struct desk *desk, record_id id, const op_id *ops, int count);
int conflict_ours(struct desk *desk); /* how many concern this station */

/* One of the values between which somebody has to decide. Texts live until the row function returns. */
struct conflict_version {
  op_id op;
  int64_t at;
  const char *who;   /* NULL: unattributed */
  const char *value; /* as it is shown to people, with those that change together with it; "" if it was emptied */
  bool shows;        /* the one shown now */
};

/* Calls row() for each, oldest first. `field`, `ops` and `count` as conflict_each gives them. */
int conflict_versions(struct desk *desk, const struct kind *kind, record_id id, int field, const op_id *ops, int count,
                      bool (*row)(void *context, const struct conflict_version *version), void *context, struct err *err);

/* Writes what that operation wrote into the field and those that change together with it, as the one that stands: nothing is erased, and
 * no conflict is left. -1: the operation wrote nothing there, or the record may not be changed here. */
int conflict_decide(struct desk *desk, const struct kind *kind, record_id id, int field, op_id op, struct err *err);

/* Two records of one scope that may be one: the same title, or the same short number given by machines of one station. */
struct duplicate {
  const struct kind *kind;
  record_id one, other;
  bool by_number;
};
/* Calls row() for each pair that stands and that this station keeps (station_keeps), kind by kind, at most 100; row() returns false to
 * stop. */
int duplicate_each(struct desk *desk, bool (*row)(void *context, const struct duplicate *duplicate), void *context, struct err *err);
/* The other one is struck and refers to the one that is kept. -1: they are of two scopes, or another station keeps them. */
int duplicate_join(struct desk *desk, const struct duplicate *duplicate, record_id kept, struct err *err);

#endif
