/* A duty's record kind with what the desk adds to it: defaults, rules, its place on the screen. One const descriptor beside each duty. */
#ifndef DESK_DUTY_H
#define DESK_DUTY_H

#include "desk/action.h"

struct act;
struct buf;
struct change;

/* The screen's F-keys gather kinds: F3 log, F4 warnings, F5 rounds, F6 dangers, F7 plans, F8 incidents and reports, F9 ledgers. */
enum room { ROOM_NONE, ROOM_LOG = 3, ROOM_WARNINGS, ROOM_ROUNDS, ROOM_DANGERS, ROOM_PLANS, ROOM_INCIDENTS, ROOM_LEDGERS };

struct duty {
  const struct kind *kind;
  enum room room;
  const char *adds; /* the action that writes a new one with less typing than the whole form; NULL: KIND.add, else the form */
  bool read_only;   /* made and changed by its own actions only, not by the generic form, CLI and CSV */
  /* Fills what can be known beforehand into a new record's values. NULL: nothing. */
  void (*defaults)(struct desk *desk, struct values *values);
  /* Rules beyond the fields' own; `before` is NULL for a new record. NULL: none. -1 with err names the field. */
  int (*check)(struct desk *desk, const struct record *before, const struct values *values, struct err *err);
  /* The lane of a new record; NULL: the kind's lowest. */
  enum lane (*lane)(struct desk *desk, const struct values *values);
  /* Computes automatic fields from the typed ones, before `check`; `before` is NULL for a new record. NULL: nothing to compute. */
  void (*derive)(struct desk *desk, const struct record *before, struct values *values);
  /* Writes what a new record brings with it into the same act, after it; -1 refuses both. NULL: nothing. */
  int (*bring)(struct desk *desk, struct act *act, record_id made, const struct values *values, struct err *err);
  /* The field that decides whose record a new one is: an area, or a record whose scope it shares. It should be FIELD_ONCE. Empty, NULL,
   * or an area that is not below the station's: the station's own scope. */
  const char *scope;
  enum who strike; /* who may strike a record by duty_void; usually anyone */
  /* May this record be struck at all? -1 with err says what to do instead. NULL: yes. */
  int (*may_strike)(struct desk *desk, const struct record *record, struct err *err);
  /* May this record be chosen where one of the kind is asked for? Others are read, and never offered. NULL: each. */
  bool (*is_offered)(struct desk *desk, record_id id);
};

extern const struct duty *const duties[];            /* ended by NULL, in the order of menus */
const struct duty *duty_of(const struct kind *kind); /* never NULL for a kind of ours */
const struct duty *duty_find(const char *kind_name); /* NULL: none */

/* The scope in which a new record with these values is made; never 0. */
int64_t duty_area(struct desk *desk, const struct duty *duty, const struct values *values);
/* The usual lane of such a record, or the one that the duty picks. */
enum lane duty_lane(struct desk *desk, const struct duty *duty, const struct values *values);
/* Required fields, then the duty's own rules; -1 with err names the field. For actions that write records of the kind themselves. */
int duty_check(struct desk *desk, const struct duty *duty, const struct record *before, const struct values *values, struct err *err);
/* What duty_add does before it writes: refuses what cannot be typed, derives, checks. `standard` is what duty_start gives; `values` are
 * changed in place. */
int duty_prepare_new(struct desk *desk, const struct duty *duty, const struct values *standard, struct values *values, struct err *err);
/* The same before a change of a record that stands. */
int duty_prepare_change(struct desk *desk, const struct duty *duty, const struct record *before, struct values *values, struct err *err);
/* -1 if the record is of a station above ours that has not granted us its scope: nobody else would take such a change. */
int duty_refuse_foreign(struct desk *desk, record_id id, struct err *err);

/* Puts prepared values of a new record into an act: scope, lane, number. Returns its change. */
struct change *duty_new(struct act *act, struct desk *desk, const struct duty *duty, const struct values *values);

/* Any kind's own life: what forms, command line and CSV do with it. All check types, required fields, the duty's rules and who may. */
int duty_start(struct desk *desk, const struct duty *duty,
               struct values *values); /* started for the kind, defaults filled; values_free it */
/* A known "no" is a number reserved on a blank form. *made may be NULL. */
int duty_add(struct desk *desk, const struct duty *duty, const struct values *values, record_id *made, struct err *err);
/* Changes what differs. A conflict of fields that it changes is decided by it; if nothing differs, those of the record are decided for
 * what it shows. */
int duty_change(struct desk *desk, const struct duty *duty, record_id id, const struct values *values, struct err *err);
/* Strikes it: nothing is erased, the reason stands beside it. replaced_by 0: nothing stands in its place. */
int duty_void(struct desk *desk, const struct duty *duty, record_id id, const char *why, record_id replaced_by, struct err *err);

/* CSV. The template has a header line of field names and, behind "#", their labels and what is allowed; it begins with a byte order mark
 * for Excel. */
void duty_template(struct desk *desk, const struct duty *duty, struct buf *out);
struct duty_import {
  int made, changed, same, wrong;
};
/* An import of UTF-8/GB18030 text, all or nothing: every row is checked, every trouble is told with row and column, and only if there is
 * none all is written, as one transaction. The header line holds field names or labels; a second line that begins with "#" is passed
 * over; so are the columns id, voided and replaced_by of an export. Existing records are matched by their key, or by title and scope,
 * and changed; a kind with neither is only added to. An empty cell leaves what stands (or the default). 0: done, or with dry_run could
 * be; -1: nothing has changed, err says why in one line. counts, trouble and progress may be NULL; progress returns false to cancel. */
int duty_import_csv(struct desk *desk, const struct duty *duty, const char *bytes, size_t length, bool dry_run, struct duty_import *counts,
                    void (*trouble)(void *context, const char *line), bool (*progress)(void *context, int64_t done, int64_t total),
                    void *context, struct err *err);

#endif
