/* What a hub does, without PostgreSQL: whoever stands above a log puts its rest there, whoever may read it takes what he lacks. It knows
 * no order but each log's own, never meets its visitors two at a time, and may lose what was put there last. As src/sync/hub_push.c and
 * hub_pull.c use data/hub.sql. */
#ifndef TESTS_SIM_SHELF_H
#define TESTS_SIM_SHELF_H

#include <stdbool.h>
#include <stdint.h>

struct desk;
struct err;
struct shelf;

struct shelf *shelf_open(void);
void shelf_close(struct shelf *shelf);
/* 1: another database had put something there under our name, so this desk goes on under a new key; 0, -1. */
int shelf_push(struct shelf *shelf, struct desk *desk, struct err *err);
/* Returns how many operations came, or -1. */
int64_t shelf_pull(struct shelf *shelf, struct desk *desk, struct err *err);
void shelf_lose(struct shelf *shelf); /* what was put there last of each log, as a failover does */

#endif
