/* Stations in a tree of three levels: what a run of the simulator has, and what its files share (stations.c tells the whole). */
#ifndef TESTS_SIM_WORLD_H
#define TESTS_SIM_WORLD_H

#include "unit/exchange_pair.h"

#include "faults/breaker.h"
#include "sim/shelf.h"

enum { STATIONS = 8, FEW = 5, TOKENS_MOST = 400, STICKS_MOST = 24, TWICE_MOST = 64 };

/* Where each machine stands and who enrols it. Most seeds take the first five. */
struct seat {
  const char *area;
  char letter;
  int superior; /* index; -1: the top */
};
extern const struct seat tree[STATIONS];

/* What is written: its text stands in one field of one kind. */
struct sort {
  const struct kind *kind;
  const char *field, *table;
  enum lane lane;
};
enum { SORTS = 3 };
extern const struct sort sorts[SORTS];

struct token { /* a text that was written once, and has to be wherever it may be seen */
  int station;
  int64_t scope;
  enum lane lane;
  bool may_be_lost; /* its machine went back in time before anybody else had it */
};

/* Operations that came by each way before all was healed, and how often something happened: what brings nothing proves nothing. */
enum tally { BY_LINE, BY_STANDING_LINE, BY_STICK, BY_HUB, STICKS_REFUSED, DEATHS, RENEWALS, TALLIES };

struct sim {
  uint64_t chance, seed;
  int count; /* of stations */
  struct place *place;
  struct desk *desks[STATIONS];
  int64_t clocks[STATIONS]; /* off by so much, ms */
  char *backups[STATIONS];
  struct token tokens[TOKENS_MOST];
  int token_count;
  char *sticks[STICKS_MOST];
  int64_t stick_areas[STICKS_MOST]; /* whom each is for */
  int stick_count;
  struct shelf *shelf;
  struct breaker *breaker;
  int64_t *tally;               /* by enum tally, of all seeds so far; of what the dying do, nothing */
  bool is_older[STATIONS];      /* a program of an earlier version works there */
  uint64_t unsettled[STATIONS]; /* the name under which a machine has two lives, as long as it bears it */
  uint64_t twice[TWICE_MOST];   /* names under which two lives have written */
  int twice_count;
  bool has_lost;            /* a machine has gone back, or died */
  bool has_forked, is_told; /* told: both lives' lines of one log are where the heir could not repeat either (doc/JOURNAL.md "Two lives") */
};

void tell(const char *format, ...) __attribute__((format(printf, 1, 2))); /* with DUTYDESK_TALK */
uint64_t chance(struct sim *sim, uint64_t below);
void at(struct sim *sim, int station); /* by its clock */
int64_t area_of(int station);
bool are_joined(int one, int other);
const char *token_text(int token, char text[24]);
/* In its journal, whether its program can show it or not. */
bool holds(struct sim *sim, int station, int token);
/* Opens the database there by the program of the station's version. */
void opened(struct sim *sim, int station, const char *path);
void reopened(struct sim *sim, int station);
void do_version(struct sim *sim, int station);
void do_write(struct sim *sim, int station);
/* One exchange, cut somewhere if `whole` is not wanted. Returns whether anything came through. */
bool do_line(struct sim *sim, int one, int other, bool whole);
int some_neighbour(struct sim *sim, int station);
/* A file's bytes over another one's, which stays the same inode. */
void copy_over(const char *from, const char *to);

/* deeds.c: something happens somewhere */
void step(struct sim *sim);
/* past.c */
void do_backup(struct sim *sim, int station);
void do_restore(struct sim *sim, int station);
void do_image(struct sim *sim, int station);
void do_death(struct sim *sim, int station);
/* check.c: what must hold when all is quiet */
void check(struct sim *sim);
void check_promise(struct sim *sim, int station); /* at any time: what it calls delivered is there */

/* What all seeds of that many stations begin with, founded and enrolled once: that is half of a seed's time. */
struct founded {
  struct place *place;
  struct desk desks[STATIONS];
  char *paths[STATIONS], *images[STATIONS], *files[STATIONS]; /* files: a second name, since a database knows its file's inode */
  int count;
};
void found(struct founded *founded, int count);
/* The directory as it was left by found(). */
void begin_anew(struct founded *founded);
void founded_remove(struct founded *founded);
void older_make(void); /* the program of an earlier version */

#endif
