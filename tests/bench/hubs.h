/* What benches of the hub share: a PostgreSQL of their own with roles county, town and village, and stations that exchange with it.
 * Whatever fails ends the program. */
#ifndef TESTS_BENCH_HUBS_H
#define TESTS_BENCH_HUBS_H

#include <stdint.h>

#include "desk/desk.h"

struct config;
struct postgres;

/* First of all: starts the program anew inside tests/hub/with-server, unless it is there already. The caller frees. */
struct config *hubs_start(const char *program);

char *hubs_url(const char *role, const char *database); /* the caller frees */
struct postgres *hubs_connect(const char *role, const char *database);
int64_t hubs_ask(struct postgres *postgres, const char *sql); /* the first number of the answer; 0: none */

struct desk hubs_station(const char *name, const char *area, struct config *config); /* new, under bench_path(name) */
void hubs_enrol(struct desk *town, struct desk *village);                            /* each trusts the other */
void hubs_contacts(struct desk *desk, int count);                                    /* new records, one act each */
double hubs_exchange(struct desk *desk, const char *role);                           /* once; seconds */

#endif
