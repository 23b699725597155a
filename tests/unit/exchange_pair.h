/* Desks that exchange through bytes carried by the test: it may cut, repeat or alter them. */
#ifndef TESTS_UNIT_EXCHANGE_PAIR_H
#define TESTS_UNIT_EXCHANGE_PAIR_H

#include "unit/station.h"

#include "desk/trust.h"
#include "store/act.h"
#include "store/query.h"
#include "store/upkeep.h"
#include "sync/exchange.h"
#include "sync/wire.h"

#define COUNTY "510722000000"
#define TOWN "510722103000"
#define VILLAGE "510722103201"
#define VILLAGE_2 "510722103202"

struct place { /* a directory with desks in it */
  char directory[64];
  struct config *config;
  struct desk desks[8];
  int count;
};

static inline int place_setup(void **state)
{
  static const char *const no_files[] = { NULL };
  struct place *place = mem_zero(1, sizeof(*place));
  struct err err = ERR_INIT;
  *state = place;
  snprintf(place->directory, sizeof(place->directory), "%s/dutydesk-test-XXXXXX",
           access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"); /* nothing here is about disks */
  if (!mkdtemp(place->directory)) return -1;
  DONE(crypto_start(&err));
  DONE(clock_set_zone("Asia/Shanghai", &err));
  DONE(config_load(&place->config, no_files, &err));
  return 0;
}

static inline int place_teardown(void **state)
{
  struct place *place = *state;
  for (int i = 0; i < place->count; i++) desk_close(&place->desks[i]);
  config_free(place->config);
  DIR *directory = opendir(place->directory);
  for (struct dirent *entry; directory && (entry = readdir(directory));) unlinkat(dirfd(directory), entry->d_name, 0);
  if (directory) closedir(directory);
  int status = rmdir(place->directory);
  free(place);
  return status;
}

#define PLACE_TEST(function) cmocka_unit_test_setup_teardown(function, place_setup, place_teardown)

static inline char *place_path(struct place *place, int number)
{
  return mem_printf("%s/desk%d.db", place->directory, number);
}

static inline struct desk *place_desk(struct place *place, const char *area, char letter)
{
  struct err err = ERR_INIT;
  char *path = place_path(place, place->count), *name = mem_printf("站%d", place->count);
  DONE(setup_init(path, area, name, letter, false, &err));
  struct desk *desk = &place->desks[place->count++];
  DONE(desk_open(desk, path, place->config, &err));
  free(path);
  free(name);
  return desk;
}

static inline void desk_reopen(struct desk *desk)
{
  struct err err = ERR_INIT;
  struct config *config = desk->config;
  char *path = mem_dup(store_path(desk->store));
  desk_close(desk);
  DONE(desk_open(desk, path, config, &err));
  free(path);
}

static inline struct identity identity_of(struct desk *desk)
{
  struct identity identity;
  struct err err = ERR_INIT;
  DONE(identity_read(desk->store, &identity, &err));
  return identity;
}

/* As enrolment leaves it: of a station below, or of a second machine of the same one. */
static inline void enrol(struct desk *superior, struct desk *station)
{
  struct err err = ERR_INIT;
  struct identity above = identity_of(superior), below = identity_of(station);
  DONE(node_issue(superior, "node.enrol", below.public_key, store_area(station->store), store_letter(station->store), "下级", &err));
  DONE(node_adopt(station, above.public_key, store_area(superior->store), store_letter(superior->store), "上级", &err));
}

/* An officer's word about a machine: node.trust, node.revoke; with one more argument. */
static inline void node_action(struct desk *desk, const char *name, struct desk *about, const char *argument, const char *value)
{
  struct err err = ERR_INIT;
  struct identity identity = identity_of(about);
  const struct action *action = action_find(desk_action_tables, name);
  struct values arguments;
  struct outcome outcome = { 0 };
  char print[FINGERPRINT];
  values_start(&arguments, action->arguments);
  values_set_text(&arguments, "node", node_fingerprint(identity.public_key, print));
  values_set_text(&arguments, argument, value);
  DONE(action_run(desk, action, 0, &arguments, &outcome, &err));
  outcome_free(&outcome);
  values_free(&arguments);
}

/* --- carrying bytes ------------------------------------------------------------------------------------------------------------------ */

static const struct exchange_options both_stay[2] = { { .stays = true }, { .stays = true } };

struct carrier {
  struct exchange *ends[2];
  int64_t cut[2]; /* after so many bytes from each side the line is dead; -1: never */
  int64_t carried[2];
  size_t piece;
  struct err err[2];
  int status[2];
};

static inline bool is_over(const struct exchange *exchange)
{
  enum exchange_state state = exchange_state(exchange);
  return state != EXCHANGE_OPEN && state != EXCHANGE_EVEN;
}

static inline bool carry_one(struct carrier *carrier, int from)
{
  struct buf out = BUF_INIT;
  int to = 1 - from;
  bool any = exchange_give(carrier->ends[from], &out, carrier->piece);
  for (size_t at = 0; at < out.length; at += carrier->piece) {
    size_t length = out.length - at < carrier->piece ? out.length - at : carrier->piece;
    if (carrier->cut[from] >= 0 && carrier->carried[from] + (int64_t)length > carrier->cut[from])
      length = carrier->cut[from] > carrier->carried[from] ? (size_t)(carrier->cut[from] - carrier->carried[from]) : 0;
    carrier->carried[from] += (int64_t)length;
    if (length && carrier->status[to] == 0)
      carrier->status[to] = exchange_feed(carrier->ends[to], out.data + at, length, &carrier->err[to]);
  }
  buf_free(&out);
  return any;
}

static inline bool carry_round(struct carrier *carrier)
{
  bool any = false;
  for (int side = 0; side < 2; side++) {
    int more = carrier->status[side] == 0 ? exchange_work(carrier->ends[side], &carrier->err[side]) : 0;
    if (more < 0) carrier->status[side] = -1;
    any |= more > 0;
    any |= carry_one(carrier, side);
  }
  return any;
}

static inline bool is_cut(const struct carrier *carrier)
{
  return (carrier->cut[0] >= 0 && carrier->carried[0] >= carrier->cut[0]) ||
         (carrier->cut[1] >= 0 && carrier->carried[1] >= carrier->cut[1]);
}

/* Until nothing moves any more. */
static inline void carry(struct carrier *carrier)
{
  while (carry_round(carrier) && !is_cut(carrier)) {}
}

static inline void carrier_open(struct carrier *carrier, struct desk *one, struct desk *other, const struct exchange_options options[2])
{
  static const struct exchange_options plain[2] = { { 0 }, { .stays = true } };
  struct err err = ERR_INIT;
  if (!options) options = plain;
  *carrier = (struct carrier){ .cut = { -1, -1 }, .piece = 4096 };
  carrier->ends[0] = exchange_open(one, &options[0], &err);
  if (!carrier->ends[0]) fail_msg("%s", err.text);
  carrier->ends[1] = exchange_open(other, &options[1], &err);
  if (!carrier->ends[1]) fail_msg("%s", err.text);
}

static inline void carrier_close(struct carrier *carrier)
{
  exchange_close(carrier->ends[0]);
  exchange_close(carrier->ends[1]);
}

/* A whole exchange, which must go well. Returns the bytes that it took. */
static inline int64_t exchange_whole(struct desk *one, struct desk *other)
{
  struct carrier carrier;
  carrier_open(&carrier, one, other, NULL);
  carry(&carrier);
  for (int side = 0; side < 2; side++)
    if (exchange_state(carrier.ends[side]) != EXCHANGE_ENDED)
      fail_msg("side %d did not end (%d): %s / %s", side, exchange_state(carrier.ends[side]), carrier.err[0].text, carrier.err[1].text);
  int64_t bytes = carrier.carried[0] + carrier.carried[1];
  carrier_close(&carrier);
  return bytes;
}

/* --- what is there -------------------------------------------------------------------------------------------------------------------- */

static inline record_id write_entry(struct desk *desk, const struct kind *kind, int64_t area, enum lane lane, const char *field,
                                    const char *text)
{
  struct err err = ERR_INIT;
  struct act *act = act_begin(desk->store, "test.add", 0, &err);
  struct change *change = act_new(act, kind, area, lane);
  record_id id = change_record(change);
  change_set_text(change, field, text);
  DONE(act_commit(act, &err));
  return id;
}

static inline int64_t count_of(struct desk *desk, const char *sql)
{
  return query_single(desk->store, sql, 0, -1);
}

static inline void assert_sound(struct desk *desk)
{
  struct err err = ERR_INIT;
  assert_int_equal(verify_all(desk->store, NULL, NULL, NULL, &err), 0);
  assert_int_equal(journal_oddities(desk->store), 0);
}

#endif
