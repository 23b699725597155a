/* The PostgreSQL hub as a remote: an ordinary database with data/hub.sql that keeps journals for stations to fetch. It is trusted with
 * nothing but being there: what comes from it is verified like what comes from anybody. doc/SYNC.md "The hub" tells the whole. */
#ifndef SYNC_HUB_H
#define SYNC_HUB_H

#include "desk/trust.h"
#include "sync/sync.h"

struct postgres;
struct postgres_rows;
struct postgres_value;

#define HUB_VERSION 2 /* of data/hub.sql: its last migration */

/* --- for administrators: run with the rights of the hub's owner (hub_admin.c) --------------------------------------------------------- */

/* Applies data/hub.sql; may be repeated, then it upgrades. Refuses a newer hub, and one of the other sort (exercise or real). `kinds`:
 * what schema desk has tables for. *version gets the version that the hub had, 0: none. */
int hub_init(const char *url, bool is_exercise, const struct kind *const kinds[], int *version, struct err *err);
/* Makes `role` the role of the station of `areas` (its own first, then further scopes), creating it if there is none; `password` may be
 * NULL. */
int hub_add_station(const char *url, const char *role, const struct reach *areas, const char *password, struct err *err);
/* The role may log in no more and sees nothing, over a connection that stands either; what it pushed stays. */
int hub_drop_station(const char *url, const char *role, struct err *err);

/* --- what is known of the hub here ---------------------------------------------------------------------------------------------------- */

/* Operations of this node that lie at a hub and that no superior's receipt covers yet: shown as "at the hub", apart from "delivered". */
int64_t hub_waiting(struct desk *desk);
bool hub_holds(struct desk *desk, op_id op); /* that one of our own lay at a hub when we were there last */

/* --- among the hub's files ------------------------------------------------------------------------------------------------------------ */

struct hub { /* one connection */
  struct desk *desk;
  struct postgres *postgres;
  struct trust *trust;
  struct identity identity;
  struct reach role; /* what our role may see and write there: areas as in a reach */
  struct sync_report *report;
  int64_t clock; /* the hub's clock minus ours, ms */
  bool is_taken; /* somebody else's key stands there under our node's name: nothing of ours can be left there until that is mended */
};

/* Connects, and makes sure that it is a hub for us. -1: nothing to close. */
int hub_open(struct hub *hub, struct desk *desk, const char *url, struct sync_report *report, struct err *err);
void hub_close(struct hub *hub);
/* Says what the refusal was, in the words of people. Returns -1. */
int hub_refused(const struct hub *hub, struct err *err);
/* Was the last refusal that somebody has taken a node's name? */
bool hub_is_taken(const struct hub *hub);
/* A line about one log for the report. */
void hub_note(struct hub *hub, const struct log_name *log, const char *why);
/* Wakes others who listen for logs of these scopes and lanes: two arrays, which may be empty. */
int hub_ring(struct hub *hub, struct postgres_value *bells, struct err *err);
/* First three columns: node, scope, lane. False: no log can be called so; the report says that the hub answers nonsense. */
bool hub_log(struct hub *hub, const struct postgres_rows *rows, int row, struct log_name *log);
/* A column of areas. */
struct reach hub_reach(const struct postgres_rows *rows, int row, int column);
/* For an answer that no hub of ours gives: -1 with *err. */
int hub_nonsense(struct err *err);

/* Pushes what the hub lacks of the logs that our role may push (hub_push.c). *forked: another database was proved to write under our
 * name. */
int hub_push(struct hub *hub, bool *forked, struct err *err);
/* Where each of our logs and the hub's part ways, for store_fork (hub_fork.c). The caller frees *common. Returns how many, or -1. */
int hub_common(struct hub *hub, struct log_head **common, struct err *err);
/* Takes what the hub has and we lack, verified (hub_pull.c). */
int hub_pull(struct hub *hub, struct err *err);
/* Leaves receipts for those who share logs with us, takes theirs (hub_receipt.c). */
int hub_receipts(struct hub *hub, struct err *err);
/* Who was there lately; unknown nodes below us wait for an officer's yes (hub_receipt.c). */
int hub_nodes(struct hub *hub, struct err *err);

#endif
