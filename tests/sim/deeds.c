/* What happens at the stations, one thing after another: they write, talk, carry sticks; data tables say how often. */
#include "sim/world.h"

#include <stdlib.h>

#include "base/file.h"
#include "sync/bundle.h"

enum { LINES = 4, TURNS = 6 };

/* --- work ----------------------------------------------------------------------------------------------------------------------------- */

/* Its own scope, or that of a station below: what the superior's other machine shall see too goes up from there, never down. */
static int64_t some_scope(struct sim *sim, int station)
{
  int other = (int)chance(sim, (uint64_t)sim->count);
  return area_contains(area_of(station), area_of(other)) ? area_of(other) : area_of(station);
}

void do_write(struct sim *sim, int station)
{
  char text[24];
  int sort = (int)chance(sim, 3);
  if (sim->token_count == TOKENS_MOST || !kind_find(store_kinds(sim->desks[station]->store), sorts[sort].kind->name)) return;
  struct token *token = &sim->tokens[sim->token_count];
  *token = (struct token){ station, sorts[sort].lane == LANE_UP ? some_scope(sim, station) : area_of(station), sorts[sort].lane, false };
  write_entry(sim->desks[station], store_kind(sim->desks[station]->store, sorts[sort].kind->name), token->scope, token->lane,
              sorts[sort].field, token_text(sim->token_count, text));
  tell("station %d writes %d in %s of %lld\n", station, sim->token_count, lane_name(token->lane), (long long)token->scope);
  sim->token_count++;
}

/* An edit that may meet another one elsewhere. */
static void do_edit(struct sim *sim, int station)
{
  struct desk *desk = sim->desks[station];
  struct err err = ERR_INIT;
  record_id id =
    query_single(desk->store, "SELECT id FROM k_contact WHERE voided IS NULL ORDER BY id LIMIT 1 OFFSET ?1", (int64_t)chance(sim, 6), 0);
  if (id == 0 || !area_contains(area_of(station), record_area(desk->store, id))) return;
  struct act *act = act_begin(desk->store, "contact.set", 0, &err);
  if (!act) fail_msg("%s", err.text);
  char text[24];
  snprintf(text, sizeof(text), "%d", (int)chance(sim, 9));
  const char *field = chance(sim, 2) && !sim->is_older[station] ? "note" : "role";
  change_set_text(act_edit(act, store_kind(desk->store, "contact"), id), field, text);
  DONE(act_commit(act, &err));
}

/* --- lines ---------------------------------------------------------------------------------------------------------------------------- */

int some_neighbour(struct sim *sim, int station)
{
  int peer = (int)chance(sim, (uint64_t)sim->count);
  while (!are_joined(station, peer)) peer = (peer + 1) % sim->count;
  return peer;
}

static int64_t carrier_received(const struct carrier *carrier)
{
  return exchange_result(carrier->ends[0]).received + exchange_result(carrier->ends[1]).received;
}

bool do_line(struct sim *sim, int one, int other, bool whole)
{
  struct carrier carrier;
  carrier_open(&carrier, sim->desks[one], sim->desks[other], NULL);
  carrier.piece = whole ? 4096 : 1 + chance(sim, 700);
  for (int side = 0; side < 2 && !whole; side++)
    if (chance(sim, 2)) carrier.cut[side] = (int64_t)chance(sim, 6000);
  carry(&carrier);
  int64_t received = carrier_received(&carrier);
  bool renewed = exchange_state(carrier.ends[0]) == EXCHANGE_RENEWED || exchange_state(carrier.ends[1]) == EXCHANGE_RENEWED;
  for (int side = 0; side < 2; side++)
    tell("%d-%d: state %d, %lld came %s %s\n", one, other, exchange_state(carrier.ends[side]),
         (long long)exchange_result(carrier.ends[side]).received, carrier.err[side].text, exchange_result(carrier.ends[side]).trouble);
  carrier_close(&carrier);
  sim->has_forked |= renewed;
  sim->tally[RENEWALS] += renewed;
  if (!whole) sim->tally[BY_LINE] += received;
  return received > 0 || renewed;
}

static void do_some_line(struct sim *sim, int station)
{
  (void)station;
  int one = (int)chance(sim, (uint64_t)sim->count), other = (int)chance(sim, (uint64_t)sim->count);
  if (!are_joined(one, other)) return;
  at(sim, one); /* two clocks, one process: the line is worked by one of them */
  do_line(sim, one, other, false);
}

/* Lines that stand, as those of agents do: what is written at one end, or comes to it over another line, goes on at once. */
struct standing {
  struct carrier lines[LINES];
  int ends[LINES][2], count;
};

static void standing_add(struct sim *sim, struct standing *standing)
{
  int one = (int)chance(sim, (uint64_t)sim->count), other = some_neighbour(sim, one);
  for (int i = 0; i < standing->count; i++)
    if ((standing->ends[i][0] == one && standing->ends[i][1] == other) || (standing->ends[i][0] == other && standing->ends[i][1] == one))
      return;
  int *ends = standing->ends[standing->count];
  ends[0] = one;
  ends[1] = other;
  carrier_open(&standing->lines[standing->count++], sim->desks[one], sim->desks[other], both_stay);
}

/* False: it is to be made anew. One that was even once has no other reason to end here. */
static bool line_carry(struct sim *sim, struct carrier *line, bool was_even, const int ends[2])
{
  for (int side = 0; side < 2; side++) exchange_wake(line->ends[side]);
  carry(line);
  enum exchange_state one = exchange_state(line->ends[0]), other = exchange_state(line->ends[1]);
  bool renews = one == EXCHANGE_RENEWED || other == EXCHANGE_RENEWED, again = one == EXCHANGE_AGAIN || other == EXCHANGE_AGAIN;
  sim->has_forked |= renews;
  if (one == EXCHANGE_EVEN && other == EXCHANGE_EVEN) return true;
  if (was_even && !renews && !again)
    fail_msg("seed %llu: the line from %d to %d broke: %s / %s", (unsigned long long)sim->seed, ends[0], ends[1], line->err[0].text,
             line->err[1].text);
  return false;
}

static bool standing_carry(struct sim *sim, struct standing *standing, bool was_even)
{
  for (int i = 0; i < standing->count; i++)
    if (!line_carry(sim, &standing->lines[i], was_even, standing->ends[i])) return false;
  return true;
}

static void do_standing(struct sim *sim, int station)
{
  struct standing standing = { .count = 0 };
  for (int i = 0; i < LINES; i++) standing_add(sim, &standing);
  for (int turn = 0; turn < TURNS && standing_carry(sim, &standing, turn > 0); turn++) {
    station = (int)chance(sim, (uint64_t)sim->count);
    if (chance(sim, 3))
      do_write(sim, station);
    else
      do_edit(sim, station);
  }
  for (int i = 0; i < standing.count; i++) {
    sim->tally[BY_STANDING_LINE] += carrier_received(&standing.lines[i]);
    carrier_close(&standing.lines[i]);
  }
}

/* --- sticks --------------------------------------------------------------------------------------------------------------------------- */

static void do_stick_out(struct sim *sim, int station)
{
  struct sync_report report = { 0 };
  int other = some_neighbour(sim, station);
  if (sim->stick_count == STICKS_MOST) return;
  char *path = mem_printf("%s/stick%d", sim->place->directory, sim->stick_count);
  if (bundle_write_file(sim->desks[station], area_of(other), path, false, &report, NULL) == 1) {
    sim->stick_areas[sim->stick_count] = area_of(other);
    sim->sticks[sim->stick_count++] = path;
  } else
    free(path);
  sync_report_free(&report);
}

/* Any stick of those that go round: three in four times one that is for this station, if there is one. */
static const char *some_stick(struct sim *sim, int station)
{
  int some = (int)chance(sim, (uint64_t)sim->stick_count), stick = some;
  if (chance(sim, 4) == 0) return sim->sticks[some];
  do {
    if (sim->stick_areas[stick] == area_of(station)) return sim->sticks[stick];
    stick = (stick + 1) % sim->stick_count;
  } while (stick != some);
  return sim->sticks[some];
}

/* Some are damaged. */
static void do_stick_in(struct sim *sim, int station)
{
  struct sync_report report = { 0 };
  struct buf bytes = BUF_INIT;
  struct err err = ERR_INIT;
  if (sim->stick_count == 0) return;
  const char *path = some_stick(sim, station);
  char *damaged = mem_printf("%s/damaged", sim->place->directory);
  if (chance(sim, 4) == 0) {
    DONE(file_read(path, 1 << 24, &bytes, &err));
    if (chance(sim, 2))
      bytes.length = (size_t)chance(sim, bytes.length);
    else
      bytes.data[chance(sim, bytes.length)] ^= (char)(1 + chance(sim, 255));
    DONE(file_replace(damaged, buf_text(&bytes), bytes.length, 0600, &err));
    if (bundle_read_file(sim->desks[station], damaged, NULL, &report, NULL) == 0) fail_msg("a damaged bundle was taken");
    sim->tally[STICKS_REFUSED]++;
    buf_free(&bytes);
  } else
    bundle_read_file(sim->desks[station], path, NULL, &report, NULL);
  sim->tally[BY_STICK] += report.received;
  free(damaged);
  sync_report_free(&report);
}

/* --- hub and clock -------------------------------------------------------------------------------------------------------------------- */

static void do_clock(struct sim *sim, int station)
{
  static const int64_t offs[] = { 0, -20 * 365 * CLOCK_DAY, 3 * CLOCK_HOUR, -40 * CLOCK_MINUTE, 5 * 365 * CLOCK_DAY };
  sim->clocks[station] = offs[chance(sim, sizeof(offs) / sizeof(*offs))];
}

static void do_hub(struct sim *sim, int station)
{
  struct err err = ERR_INIT;
  int what = (int)chance(sim, 20);
  if (what == 0)
    shelf_lose(sim->shelf);
  else if (what < 10) {
    int status = shelf_push(sim->shelf, sim->desks[station], &err);
    if (status < 0) fail_msg("seed %llu: push: %s", (unsigned long long)sim->seed, err.text);
    sim->has_forked |= status == 1;
  } else {
    int64_t came = shelf_pull(sim->shelf, sim->desks[station], &err);
    if (came < 0) fail_msg("seed %llu: pull: %s", (unsigned long long)sim->seed, err.text);
    sim->tally[BY_HUB] += came;
  }
}

/* --- all of them ---------------------------------------------------------------------------------------------------------------------- */

static const struct {
  int percent;
  const char *name;
  void (*run)(struct sim *sim, int station);
} deeds[] = {
  { 30, "writes", do_write },         { 13, "edits", do_edit },
  { 15, "a line", do_some_line },     { 5, "lines that stand", do_standing },
  { 7, "a stick out", do_stick_out }, { 7, "a stick in", do_stick_in },
  { 9, "the hub", do_hub },           { 2, "a backup", do_backup },
  { 2, "restores", do_restore },      { 1, "a disk image", do_image },
  { 2, "a death", do_death },         { 2, "another version", do_version },
  { 3, "another clock", do_clock },   { 2, "opens again", reopened },
};

void step(struct sim *sim)
{
  int station = (int)chance(sim, (uint64_t)sim->count), what = (int)chance(sim, 100), deed = 0;
  for (; what >= deeds[deed].percent; deed++) what -= deeds[deed].percent;
  at(sim, station);
  tell("station %d: %s\n", station, deeds[deed].name);
  deeds[deed].run(sim, station);
  check_promise(sim, station);
}
