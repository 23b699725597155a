/* 44 stations and the hub between them: villages.c makes them, each with a role of the hub; tests of villages.c,
 * villages_publish.c and villages_views.c. */
#ifndef TESTS_HUB_VILLAGES_H
#define TESTS_HUB_VILLAGES_H

#include "unit/station.h"

#include "desk/trust.h"
#include "store/act.h"

enum { TOWNS = 3, VILLAGES = 40, STATIONS = 1 + TOWNS + VILLAGES, COUNTY = 0 };

struct place_of_work {
  char role[32], path[160], area[32];
  struct desk desk;
  struct identity identity;
  int above; /* its superior; -1: none */
  int places;
};

struct county {
  char directory[64];
  struct config *config;
  struct place_of_work list[STATIONS];
};

char *url_of(const char *role);              /* of the hub; the caller frees */
int64_t sync_one(struct place_of_work *one); /* how many operations moved */
void sync_all(struct county *county);        /* until nothing moves */
void place_make(struct place_of_work *one, int number);
/* It makes one and pushes it; then the database and key of before are put back, and it goes on from there unnoticed. */
void place_make_and_forget(struct county *county, struct place_of_work *one, int number);
int64_t count_places(struct place_of_work *one, const char *beginning); /* of the name */
int64_t ask(const char *role, const char *sql);                         /* the hub, for one number */

/* A keyed record of the station's own; fields end with NULL. */
struct change *keyed(struct act *act, const struct kind *kind, enum lane lane, const char *const fields[][2]);

void test_views(void **state);
void test_publish_revoked(void **state);
void test_publish_given_up(void **state);

#endif
