/* Relaying (传达): an audience of a warning, until its list of the unreached is empty (不落一人). A relay says whom; each telling is a
 * record `told` of its own (household or name, channel, time, by whom), so that several officers' tellings are a union. Numbers are
 * counted from them.
 *
 * States of k_relay: waiting, partly, done (nobody unreached), dropped. Its expected and reached are what was counted last (each marking,
 * and ladder_advance after tellings came from elsewhere); once it is closed they stay, and unreached keeps the names. Lists: sort
 * `households` (of the village `area`), `places` (inspected places there: schools, homes for the aged, sites), `names` (one a line;
 * without any the audience itself is the only one). */
#ifndef DESK_RELAY_H
#define DESK_RELAY_H

#include "desk/stations.h"

struct act;

/* SQL: a row of k_relay with somebody unreached; the second: whom this station is to reach. */
#define RELAY_OPEN "state IN ('waiting', 'partly') AND voided IS NULL"
#define RELAY_OURS RELAY_OPEN " AND " STATION_KEEPS("k_relay.id")

/* One of a list. Texts live until the row function returns; NULL if unknown. */
struct relay_line {
  record_id household; /* 0: a place or a name */
  const char *name;    /* household's code, or the name */
  const char *group;   /* "上坪村1组"; "" if it has none */
  int64_t number;      /* house number, or line */
  bool is_told, is_special, at_risk;
  const char *special; /* choice names, comma-separated; only its own, not its people's */
  const char *head, *phone, *guardian, *guardian_phone;
  int64_t told_at; /* first; 0: not told */
  const char *channel, *told_by;
  int order; /* of the list: 0 unreached and special, 1 unreached, at risk, 2 unreached; 3, 4, 5 the same when told */
};

/* Where a page begins; take it from a line with relay_position_of. */
struct relay_position {
  int order;
  char group[128];
  int64_t number;
  char name[256];
};
void relay_position_of(const struct relay_line *line, struct relay_position *position);

/* The list of a relay, unreached first, special groups on top. As call_sheet: `after` NULL from the start, `backwards`, `limit`;
 * `unreached`: only those. */
int relay_next(struct desk *desk, record_id relay, bool unreached, const struct relay_position *after, bool backwards, int limit,
               bool (*row)(void *context, const struct relay_line *line), void *context, struct err *err);

struct relay_count {
  int all, reached, unreached, special, special_unreached;
  int percent; /* reached of all, rounded down, so that 100 is everybody */
};
int relay_count(struct desk *desk, record_id relay, struct relay_count *count, struct err *err);
/* Of all relays of a warning (key) in one area ("110228104201"; NULL: all). */
int relay_count_warning(struct desk *desk, const char *warning, const char *area, struct relay_count *count, struct err *err);

/* The groups of a relay's list with their counts. */
int relay_groups(struct desk *desk, record_id relay, bool (*row)(void *context, const char *group, int all, int reached), void *context,
                 struct err *err);

/* Makes in `act` the lists of a warning that rings here: one for the households of each village in its area, one for the places. Existing
 * ones stay. How many it made, or -1. */
int relay_start(struct desk *desk, struct act *act, const struct record *warning, struct err *err);
/* How many of those that are ours (stations.h) it would make now: of villages whose first household was registered after the warning
 * came. -1: err. */
int relay_missing(struct desk *desk, const struct record *warning, struct err *err);

/* Marks in one act. Which: `household`, or `name`, or else everybody unreached of `group` (NULL: all groups) with numbers from … to (0: no
 * bound). How many were told now, or -1. */
struct relay_choice {
  record_id household;
  const char *name, *group;
  int64_t from, to;
};
struct relay_telling {
  const char *channel; /* choice name; NULL: unknown */
  int64_t at;          /* 0: now */
  const char *note;
};
int relay_tell(struct desk *desk, record_id relay, const struct relay_choice *choice, const struct relay_telling *telling, struct err *err);
/* Takes tellings back: they are struck with the reason. How many, or -1. */
int relay_untell(struct desk *desk, record_id relay, const struct relay_choice *choice, const char *why, struct err *err);

/* Writes into the state of each relay what its list says by now (waiting, partly, done): also after tellings have come from elsewhere.
 * How many changed, or -1; those of a warning that is over are dropped. Without an act it only counts. Part of ladder_advance. */
int relay_settle(struct desk *desk, struct act *act, int64_t now, struct err *err);

/* relay.tell (group, from, to, household, name, channel, told_at), relay.untell (…, why), relay.done, relay.partly (all but those named),
 * relay.drop; told.add (household or name of the highest warning in force: digit 5 of the overview), told.undo. */
extern const struct action relay_actions[];
extern const struct action told_actions[];

#endif
