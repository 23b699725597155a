/* Doing something: one user action = one transaction = one operation in each log it touches, all with one stamp. Nothing else writes
 * records.
 *
 *   struct act *act = act_begin(store, "entry.add", officer, err);      takes the write lock; NULL: see err
 *   struct change *entry = act_new(act, &entry_kind, 0, LANE_HERE);
 *   change_set_text(entry, "text", "…");
 *   return act_commit(act, err);                                        0: durably written; -1: nothing has changed
 *
 * Calls in between never fail at once: the first trouble is kept and act_commit reports it. Reading the store in between sees what stood
 * before. */
#ifndef STORE_ACT_H
#define STORE_ACT_H

#include "store/record.h"

struct act;
struct change;

struct act *act_begin(struct store *store, const char *action, record_id actor, struct err *err);
int act_commit(struct act *act, struct err *err); /* frees act in any case */
void act_cancel(struct act *act);
int64_t act_at(const struct act *act); /* the clock as read at the beginning */
/* Makes the commit fail with this reason, unless there is one already. Returns -1. */
int act_refuse(struct act *act, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A new record in the scope `area` (0: the station's own). For a keyed kind use act_keyed. */
struct change *act_new(struct act *act, const struct kind *kind, int64_t area, enum lane lane);
/* The record that the key fields of `key` name, made if it is not there yet; *existing (may be NULL) says which. */
struct change *act_keyed(struct act *act, const struct kind *kind, int64_t area, enum lane lane, const struct values *key, bool *existing);
/* An edit of an existing record. Of a void one only `voided` and `replaced_by` may change. */
struct change *act_edit(struct act *act, const struct kind *kind, record_id id);

const char *change_text(const struct change *change, const char *field); /* as it will stand; NULL if empty */
record_id change_record(const struct change *change);                    /* final already: other records of the same act may refer to it */
void change_set(struct change *change, const char *field, const struct value *value);
void change_set_text(struct change *change, const char *field, const char *text);
void change_set_number(struct change *change, const char *field, int64_t number);
void change_clear(struct change *change, const char *field);
/* Every field of `values` that the kind has and that differs from what stands. */
void change_set_all(struct change *change, const struct values *values);
/* Gives the record its next short number of this year and node: PREFIX-YY-Lnnn. No effect if the kind has no letter or it has one
 * already. */
void change_number(struct change *change);
/* Uses a number reserved on a blank form; refused if it is not reserved here or used already. */
void change_use_number(struct change *change, const char *number);
/* Decides a conflict: this change has seen every value of the fields it sets, not only the one shown. */
void change_settles(struct change *change);
/* Makes unreadable for ever all personal fields of the record, here and wherever the operation arrives. */
void change_erase(struct change *change);

/* Takes `count` short numbers of a kind out of the range of this node for blank forms; *first gets the first ("W-26-B031", caller
 * frees). */
int act_reserve_numbers(struct act *act, const struct kind *kind, int count, char **first);

#endif
