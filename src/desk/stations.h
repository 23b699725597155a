/* The stations below, as their superior sees them: what came from them, what is on the way to them, what was asked of them. */
#ifndef DESK_STATIONS_H
#define DESK_STATIONS_H

#include "desk/action.h"

/* One unit below, of the nearest level that has any. Texts live until the row function returns. */
struct station_line {
  int64_t area;
  const char *name;
  bool has_machine;    /* one of its machines is trusted here; otherwise the next four mean nothing */
  int64_t contact;     /* own clock when one of its machines or a receipt of it was heard last, 0: never */
  int64_t skew;        /* its clock minus ours then, ms */
  int64_t undelivered; /* operations that it should hold and has not confirmed: of the machine that holds most */
  int warnings;        /* in force; how many of them it has received, answered, finished; */
  int received, answered, finished;
  int told, all;                /* on the lists of these warnings in its area: relayed */
  int64_t gaps, gap_from;       /* in its roster for the next week, as it says: -1 it has not said; clock of the first, 0: none */
  int orders, unanswered, late; /* of ours to it that are open; without a reply; of these beyond the deadline */
};
/* Each in order of the area codes; row() returns false to stop. */
int station_each(struct desk *desk, bool (*row)(void *context, const struct station_line *line), void *context, struct err *err);

/* Of the stations below that should have the operation and of which a machine is known (*all): how many hold it, by their receipts.
 * `area`: of that one alone; 0: of all. */
int station_holders(struct desk *desk, op_id op, int64_t area, int *all);

/* Calls row() for the records of a kind in that area and below, as the kind's lists are sorted, at most `most`, struck ones left out. */
int station_records(struct desk *desk, const struct kind *kind, int64_t area, int most,
                    bool (*row)(void *context, const struct record *record), void *context, struct err *err);

/* Whether one of this station's own machines made the record, which has no key of its own (struct kind). */
bool station_wrote(struct desk *desk, record_id record);
/* Whose work a record is: that of the station whose desk stands nearest above its area. Ours is what lies in our own area, and in those
 * below that no station with a trusted machine stands for; what those do comes up to be seen (station_each), not to be done. */
bool station_keeps(struct desk *desk, record_id record);
bool station_keeps_area(struct desk *desk, int64_t area);

/* The same as SQL, of the scope `area` or the record `id` (expressions that give numbers). Areas end in as many zeros as their level
 * leaves open. */
#define STATION_OWN "(SELECT CAST(CAST(value AS TEXT) AS INTEGER) FROM meta WHERE name = 'area')"
#define STATION_WROTE(id)                                                                                                                  \
  "((SELECT log.node FROM log WHERE log.id = " id " >> 47) IN (SELECT value FROM meta WHERE name = 'node' UNION ALL"                       \
  " SELECT node FROM peer WHERE area = " STATION_OWN "))"
#define STATION_DESKS                                                                                                                      \
  "(SELECT CAST(n.area AS INTEGER) FROM k_node n WHERE n.state = 'trusted' AND n.voided IS NULL AND CAST(n.area AS INTEGER) "              \
  "> " STATION_OWN                                                                                                                         \
  " AND NOT EXISTS (SELECT 1 FROM k_node r WHERE r.public_key = n.public_key AND r.state = 'revoked' AND r.voided IS NULL))"
#define STATION_KEEPS_AREA(area)                                                                                                           \
  "(SELECT a = " STATION_OWN " OR (" STATION_OWN " IN (a - a % 1000, a - a % 1000000, a - a % 100000000, a - a % 10000000000, 0)"          \
  " AND NOT EXISTS (SELECT 1 FROM (SELECT a AS above UNION ALL SELECT a - a % 1000 UNION ALL SELECT a - a % 1000000"                       \
  " UNION ALL SELECT a - a % 100000000) WHERE above IN " STATION_DESKS ")) FROM (SELECT " area " AS a))"
#define STATION_KEEPS(id)                                                                                                                  \
  STATION_KEEPS_AREA("ifnull((SELECT area FROM keyed WHERE keyed.id = " id "), (SELECT log.area FROM log WHERE log.id = " id " >> 47))")

extern const struct action station_actions[];

#endif
