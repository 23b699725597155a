/* An act on its way: what act.c, act_number.c and act_write.c share. */
#ifndef STORE_ACT_INSIDE_H
#define STORE_ACT_INSIDE_H

#include "base/err.h"
#include "store/act.h"
#include "store/inside.h"

struct change {
  struct act *act;
  const struct kind *kind;
  record_id id;
  bool fresh;       /* made by this act */
  int pending;      /* which of the act's operations it will stand in */
  op_id op;         /* that operation */
  struct fold fold; /* what stands, for an edit */
  struct values values;
  bool *sets;
  bool filled, settles, erases;
};

struct pending { /* one operation to be */
  int64_t log, seq;
  struct change **changes;
  int count, made, filled; /* all, those that make records, those that set anything */
  size_t bytes;
};

struct act {
  struct store *store;
  char *action;
  record_id actor;
  int64_t at;
  struct pending *pending;
  int pending_count;
  void *by_record;          /* tsearch tree of changes */
  struct counter *counters; /* short numbers taken: one for each kind, written at the end */
  int counter_count;
  struct err err;
};

/* Writes the counters of the short numbers that were taken. */
int act_write_numbers(struct act *act);
void act_free_numbers(struct act *act);
/* Writes every operation with its fold. */
int act_write(struct act *act);

#endif
