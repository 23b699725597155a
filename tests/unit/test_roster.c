/* The roster: filled fairly, checked for every gap, swapped and substituted only where nobody is in two places; who is really on duty. */
#include "unit/duty_station.h"

#include "desk/officer.h"
#include "desk/roster.h"
#include "store/query.h"

/* A midnight well ahead, so that nothing depends on the hour at which the test runs. */
static int64_t day(int days)
{
  return clock_day_start(clock_now(), 10 + days);
}

static void add_six(struct station *station)
{
  static const char *const names[] = { "值班员甲", "值班员乙", "值班员丙", "值班员丁", "值班员戊", "值班员己" };
  for (int i = 0; i < 6; i++) add_officer(station, names[i], "any", "officer");
  add_officer(station, "带班甲", "leader", "leader");
  add_officer(station, "带班乙", "leader", "leader");
}

static int64_t count_shifts(struct station *station)
{
  return query_single(station->desk.store, "SELECT count(*) FROM k_shift WHERE voided IS NULL", 0, -1);
}

static void test_fill(void **state)
{
  struct station *station = *state;
  struct roster_filled filled;
  struct err err = ERR_INIT;
  add_six(station);
  DONE(roster_fill(&station->desk, day(0), day(30), &filled, &err));
  assert_int_equal(filled.made, 60);
  assert_int_equal(filled.vacant, 0);
  assert_int_equal(count_shifts(station), 60);
  /* 08:00 of the first day to 08:00 after the last; the eight hours before are not ours */
  assert_int_equal(roster_check(&station->desk, day(0) + 8 * CLOCK_HOUR, day(30) + 8 * CLOCK_HOUR, NULL, NULL, &err), 0);
  /* again: nothing to do */
  DONE(roster_fill(&station->desk, day(0), day(30), &filled, &err));
  assert_int_equal(filled.made + filled.completed, 0);
  assert_int_equal(filled.kept, 60);
}

/* Who stands in two shifts in a row. */
static int64_t count_tired(struct station *station)
{
  return query_single(station->desk.store,
                      "SELECT count(*) FROM k_shift s JOIN k_shift t ON t.starts = s.ends WHERE s.post_a IN (t.post_a, t.post_b) "
                      "OR s.post_b IN (t.post_a, t.post_b)",
                      0, -1);
}

/* 7 officers may take A or B (the administrator too): 120 turns, nobody more than one away from the others; nobody works two shifts in a
 * row. */
static void test_fair(void **state)
{
  struct station *station = *state;
  struct roster_filled filled;
  struct err err = ERR_INIT;
  add_six(station);
  DONE(roster_fill(&station->desk, day(0), day(30), &filled, &err));
  int64_t most = query_single(station->desk.store,
                              "SELECT max(n) - min(n) FROM (SELECT (SELECT count(*) FROM k_shift WHERE o.id IN (post_a, post_b)) AS n FROM "
                              "k_officer o WHERE post IS NULL OR post = 'any')",
                              0, -1);
  assert_in_range(most, 0, 1);
  assert_int_equal(count_tired(station), 0);
  int64_t leaders = query_single(station->desk.store, "SELECT count(DISTINCT leader) FROM k_shift", 0, -1);
  assert_int_equal(leaders, 2);
}

static void test_fill_keeps_leave(void **state)
{
  struct station *station = *state;
  struct roster_filled filled;
  struct err err = ERR_INIT;
  char from[CLOCK_TEXT], to[CLOCK_TEXT];
  add_six(station);
  record_id away = record_find(station->desk.store, &officer_kind, "值班员丙", &err);
  STATION_ADD(station, &leave_duty, "officer", "值班员丙", "starts", clock_text(from, day(5), CLOCK_ISO), "ends",
              clock_text(to, day(15), CLOCK_ISO));
  DONE(roster_fill(&station->desk, day(0), day(20), &filled, &err));
  struct query *query =
    query_open(station->desk.store, "SELECT count(*), sum(starts < ?3 AND ends > ?2) FROM k_shift WHERE ?1 IN (post_a, post_b)");
  query_bind_number(query, 1, away);
  query_bind_number(query, 2, day(5));
  query_bind_number(query, 3, day(15));
  assert_int_equal(query_next(query, &err), 1);
  assert_true(query_number(query, 0) > 0);
  assert_int_equal(query_number(query, 1), 0);
  query_close(query);
  assert_int_equal(count_tired(station), 0); /* back from leave he has the least duty, and yet rests between two shifts */
}

static void test_patterns(void **state)
{
  struct station *station = *state;
  struct roster_filled filled;
  struct roster_pattern pattern;
  struct err err = ERR_INIT;
  add_six(station);
  DONE(store_set_local(station->desk.store, "shift.pattern", "day", &err));
  DONE(roster_fill(&station->desk, day(0), day(3), &filled, &err));
  assert_int_equal(filled.made, 3);
  DONE(store_set_local(station->desk.store, "shift.pattern", "custom", &err));
  DONE(store_set_local(station->desk.store, "shift.starts", "08:00, 16:00,00:00", &err));
  DONE(roster_pattern(&station->desk, &pattern, &err));
  assert_int_equal(pattern.count, 3);
  assert_int_equal(pattern.starts[0], 0);
  assert_int_equal(pattern.starts[2], 960);
  DONE(roster_fill(&station->desk, day(10), day(12), &filled, &err));
  assert_int_equal(filled.made, 6);
  assert_int_equal(roster_check(&station->desk, day(10), day(12), NULL, NULL, &err), 0);
  DONE(store_set_local(station->desk.store, "shift.starts", "8,16", &err));
  REFUSED(roster_pattern(&station->desk, &pattern, &err), "8,16");
  DONE(store_set_local(station->desk.store, "shift.starts", "08:00,08:00", &err));
  REFUSED(roster_pattern(&station->desk, &pattern, &err), "twice");
}

/* The shift that runs while the roster is filled has somebody too, also one that began yesterday evening. */
static void test_fill_from_now(void **state)
{
  struct station *station = *state;
  struct roster_pattern pattern;
  struct err err = ERR_INIT;
  add_six(station);
  DONE(roster_pattern(&station->desk, &pattern, &err));
  assert_int_equal(roster_shift_start(&pattern, day(1) + 2 * CLOCK_HOUR), day(0) + 20 * CLOCK_HOUR);
  assert_int_equal(roster_shift_start(&pattern, day(1) + 8 * CLOCK_HOUR), day(1) + 8 * CLOCK_HOUR);
  assert_int_equal(roster_shift_start(&pattern, day(1) + 23 * CLOCK_HOUR), day(1) + 20 * CLOCK_HOUR);
  int64_t before = roster_shift_start(&pattern, clock_now());
  ACT(station, "roster.fill", 0);
  int64_t first = query_single(station->desk.store, "SELECT min(starts) FROM k_shift", 0, 0);
  assert_in_range(first, before, roster_shift_start(&pattern, clock_now()));
  ACT(station, "roster.check", 0);
}

/* Where one officer keeps the desk nobody is missed on post B. */
static void test_single_posts(void **state)
{
  struct station *station = *state;
  struct roster_filled filled;
  struct err err = ERR_INIT;
  char *path = mem_printf("%s/two.ini", station->directory);
  const char *const paths[] = { path, NULL };
  FILE *file = fopen(path, "w");
  assert_non_null(file);
  fputs("[shift]\nsignatures = two\n", file);
  fclose(file);
  config_free(station->config);
  DONE(config_load(&station->config, paths, &err));
  station->desk.config = station->config;
  free(path);
  add_six(station);
  DONE(roster_fill(&station->desk, day(0), day(3), &filled, &err));
  assert_int_equal(filled.made, 6);
  assert_int_equal(filled.vacant, 0);
  assert_int_equal(query_single(station->desk.store, "SELECT count(*) FROM k_shift WHERE post_b IS NOT NULL", 0, -1), 0);
  assert_int_equal(roster_check(&station->desk, day(0) + 8 * CLOCK_HOUR, day(3) + 8 * CLOCK_HOUR, NULL, NULL, &err), 0);
}

struct seen {
  int count;
  struct roster_finding list[20];
};

static bool see(void *context, const struct roster_finding *finding)
{
  struct seen *seen = context;
  if (seen->count < 20) seen->list[seen->count] = *finding;
  seen->count++;
  return true;
}

static void test_check_gaps(void **state)
{
  struct station *station = *state;
  struct seen seen = { 0 };
  struct err err = ERR_INIT;
  record_id a = add_officer(station, "值班员甲", "any", "officer"), b = add_officer(station, "值班员乙", "any", "officer"),
            leader = add_officer(station, "带班甲", "leader", "leader");
  add_shift(station, day(0), day(0) + 8 * CLOCK_HOUR, a, b, leader);
  add_shift(station, day(0) + 8 * CLOCK_HOUR, day(0) + 16 * CLOCK_HOUR, a, 0, leader); /* no B */
  add_shift(station, day(0) + 17 * CLOCK_HOUR, day(1), a, b, leader);                  /* an hour with nobody */
  int count = roster_check(&station->desk, day(0), day(1), see, &seen, &err);
  assert_int_equal(count, 3);
  assert_int_equal(seen.count, 3);
  /* by time: B from 8 to 17, A and the leader from 16 to 17 */
  assert_int_equal(seen.list[0].sort, ROSTER_GAP);
  assert_int_equal(seen.list[0].post, POST_B);
  assert_int_equal(seen.list[0].from, day(0) + 8 * CLOCK_HOUR);
  assert_int_equal(seen.list[0].to, day(0) + 17 * CLOCK_HOUR);
  assert_int_equal(seen.list[1].post, POST_A);
  assert_int_equal(seen.list[1].from, day(0) + 16 * CLOCK_HOUR);
  assert_int_equal(seen.list[1].to, day(0) + 17 * CLOCK_HOUR);
  assert_int_equal(seen.list[2].post, POST_LEADER);
}

static void test_check_doubles(void **state)
{
  struct station *station = *state;
  struct seen seen = { 0 };
  struct err err = ERR_INIT;
  char from[CLOCK_TEXT], to[CLOCK_TEXT];
  record_id a = add_officer(station, "值班员甲", "any", "officer"), b = add_officer(station, "值班员乙", "any", "officer"),
            c = add_officer(station, "值班员丙", "any", "officer"), leader = add_officer(station, "带班甲", "leader", "leader");
  add_shift(station, day(0), day(0) + 12 * CLOCK_HOUR, a, b, leader);
  add_shift(station, day(0) + 11 * CLOCK_HOUR, day(1), c, a, leader); /* one hour too early: a and the leader twice */
  STATION_ADD(station, &leave_duty, "officer", "值班员丙", "starts", clock_text(from, day(0) + 20 * CLOCK_HOUR, CLOCK_ISO), "ends",
              clock_text(to, day(1), CLOCK_ISO));
  assert_int_equal(roster_check(&station->desk, day(0), day(1), see, &seen, &err), 4);
  int sorts[5] = { 0 };
  for (int i = 0; i < seen.count; i++) sorts[seen.list[i].sort]++;
  assert_int_equal(sorts[ROSTER_DOUBLE], 2);
  assert_int_equal(sorts[ROSTER_OVERLAP], 1);
  assert_int_equal(sorts[ROSTER_LEAVE], 1);
  struct buf line = BUF_INIT;
  roster_tell(&station->desk, &seen.list[0], &line);
  assert_non_null(strstr(buf_text(&line), "at once"));
  buf_free(&line);
}

static void test_one_person_one_post(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  record_id a = add_officer(station, "值班员甲", "any", "officer");
  (void)a;
  char from[CLOCK_TEXT], to[CLOCK_TEXT];
  record_id made = station_try(station, &shift_duty, &err, "starts", clock_text(from, day(0), CLOCK_ISO), "ends",
                               clock_text(to, day(1), CLOCK_ISO), "post_a", "值班员甲", "post_b", "值班员甲", NULL);
  assert_int_equal(made, 0);
  assert_non_null(strstr(err.text, "one person"));
}

static void test_swap_and_substitute(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  record_id a = add_officer(station, "值班员甲", "any", "officer"), b = add_officer(station, "值班员乙", "any", "officer"),
            c = add_officer(station, "值班员丙", "any", "officer"), d = add_officer(station, "值班员丁", "any", "officer");
  record_id one = add_shift(station, day(0), day(0) + 12 * CLOCK_HOUR, a, b, 0),
            other = add_shift(station, day(2), day(2) + 12 * CLOCK_HOUR, c, d, 0);
  add_shift(station, day(0) + 6 * CLOCK_HOUR, day(0) + 18 * CLOCK_HOUR, d, 0, 0);
  REFUSED(roster_swap(&station->desk, one, other, POST_A, NULL, &err), "why");
  REFUSED(roster_swap(&station->desk, one, other, POST_LEADER, "家中有事", &err), "nobody");
  REFUSED(roster_swap(&station->desk, one, other, POST_B, "家中有事", &err), "on duty"); /* d stands elsewhere then */
  DONE(roster_swap(&station->desk, one, other, POST_A, "家中有事", &err));
  assert_int_equal(query_single(station->desk.store, "SELECT post_a FROM k_shift WHERE id = ?1", one, 0), c);
  assert_int_equal(query_single(station->desk.store, "SELECT post_a FROM k_shift WHERE id = ?1", other, 0), a);
  assert_field(station, &shift_kind, one, "change_why", "家中有事");
  REFUSED(roster_substitute(&station->desk, one, POST_B, c, "病假", &err), "one person");
  REFUSED(roster_substitute(&station->desk, one, POST_B, d, "病假", &err), "on duty");
  DONE(roster_substitute(&station->desk, one, POST_B, a, "病假", &err));
  record_id past = add_shift(station, clock_now() - 48 * CLOCK_HOUR, clock_now() - 36 * CLOCK_HOUR, a, b, 0);
  REFUSED(roster_substitute(&station->desk, past, POST_A, c, "病假", &err), "over");
}

/* The shift of the founding needs no handover; the next one does, and until then the outgoing pair stays. */
static void test_on_duty(void **state)
{
  struct station *station = *state;
  int64_t now = clock_now();
  struct shift_on on;
  record_id a = add_officer(station, "值班员甲", "any", "officer"), b = add_officer(station, "值班员乙", "any", "officer"),
            c = add_officer(station, "值班员丙", "any", "officer");
  shift_on_duty(&station->desk, now, &on);
  assert_int_equal(on.shift, 0);
  add_shift(station, now - 14 * CLOCK_HOUR, now - 2 * CLOCK_HOUR, b, a, 0); /* over before there was a desk */
  record_id first = add_shift(station, now - 2 * CLOCK_HOUR, now + 10 * CLOCK_HOUR, a, b, 0);
  record_id second = add_shift(station, now + 10 * CLOCK_HOUR, now + 22 * CLOCK_HOUR, c, a, 0);
  shift_on_duty(&station->desk, now, &on);
  assert_int_equal(on.shift, first);
  assert_false(on.waiting);
  assert_int_equal(shift_officer_on(&station->desk, POST_B, now), b);
  shift_on_duty(&station->desk, now + 11 * CLOCK_HOUR, &on); /* not handed over: the first pair stays */
  assert_int_equal(on.shift, first);
  assert_int_equal(on.rostered, second);
  assert_true(on.waiting);
  shift_on_duty(&station->desk, now + 22 * CLOCK_HOUR + SHIFT_STAY, &on); /* nobody sits there for days */
  assert_int_equal(on.shift, 0);
  assert_int_equal(shift_successor(&station->desk, first, now), second);
  assert_int_equal(shift_successor(&station->desk, second, now), 0);
}

/* A long shift covers what a short one within it leaves. */
static void test_check_long_shift(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  record_id a = add_officer(station, "值班员甲", "any", "officer"), b = add_officer(station, "值班员乙", "any", "officer"),
            c = add_officer(station, "值班员丙", "any", "officer"), d = add_officer(station, "值班员丁", "any", "officer"),
            leader = add_officer(station, "带班甲", "leader", "leader"), second = add_officer(station, "带班乙", "leader", "leader");
  add_shift(station, day(0), day(1), a, b, leader);
  add_shift(station, day(0) + 6 * CLOCK_HOUR, day(0) + 8 * CLOCK_HOUR, c, d, second);
  struct seen seen = { 0 };
  assert_int_equal(roster_check(&station->desk, day(0), day(1), see, &seen, &err), 1);
  assert_int_equal(seen.list[0].sort, ROSTER_OVERLAP);
}

/* The officers of the village below, whose records are here too, are not ours to roster. */
static void test_foreign_officers(void **state)
{
  struct station *station = *state;
  struct desk *desk = &station->desk;
  struct roster_filled filled;
  struct err err = ERR_INIT;
  char from[CLOCK_TEXT], to[CLOCK_TEXT];
  add_six(station);
  record_id guest = add_foreign_officer(station, "村值班员甲", "any", "officer"),
            head = add_foreign_officer(station, "村带班", "leader", "leader");
  DONE(roster_fill(desk, day(0), day(30), &filled, &err));
  assert_int_equal(query_single(desk->store, "SELECT count(*) FROM k_shift WHERE ?1 IN (post_a, post_b)", guest, -1), 0);
  assert_int_equal(query_single(desk->store, "SELECT count(*) FROM k_shift WHERE leader = ?1", head, -1), 0);
  record_id own = record_find(desk->store, &officer_kind, "值班员甲", &err);
  record_id shift = add_shift(station, day(40), day(40) + 12 * CLOCK_HOUR, own, 0, 0);
  REFUSED(roster_substitute(desk, shift, POST_A, guest, "病假", &err), "another station");
  assert_true(station_try(station, &shift_duty, &err, "starts", clock_text(from, day(50), CLOCK_ISO), "ends",
                          clock_text(to, day(50) + 12 * CLOCK_HOUR, CLOCK_ISO), "leader", "村带班", NULL) == 0);
  assert_non_null(strstr(err.text, "another station"));
  assert_false(officer_is_ours(desk, head));
  assert_true(officer_is_ours(desk, own));
  /* whoever was rostered by an earlier version is found */
  struct act *act = act_begin(desk->store, "roster.fill", 0, &err);
  change_set_number(act_edit(act, &shift_kind, shift), "post_a", guest);
  DONE(act_commit(act, &err));
  struct seen seen = { 0 };
  roster_check(desk, day(40), day(40) + 12 * CLOCK_HOUR, see, &seen, &err);
  bool found = false;
  for (int i = 0; i < seen.count; i++) found |= seen.list[i].sort == ROSTER_GONE && seen.list[i].officer == guest;
  assert_true(found);
}

/* Somebody of the same name in the village takes nobody's place. */
static void test_same_name_elsewhere(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  record_id own = add_officer(station, "值班员甲", "a", "officer");
  add_foreign_officer(station, "值班员甲", "a", "officer");
  assert_true(record_find(station->desk.store, &officer_kind, "值班员甲", &err) == own);
}

/* Of two that are called the same elsewhere none is guessed; each is named so that it can be given. */
static void test_same_name_twice_elsewhere(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  struct buf name = BUF_INIT;
  add_foreign_officer(station, "村值班员甲", "a", "officer");
  record_id second = add_foreign_officer(station, "村值班员甲", "a", "officer");
  assert_true(record_find(station->desk.store, &officer_kind, "村值班员甲", &err) == 0);
  record_name(station->desk.store, second, &name);
  assert_non_null(strstr(err.text, buf_text(&name)));
  assert_true(record_find(station->desk.store, &officer_kind, buf_text(&name), &err) == second);
  buf_free(&name);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    STATION_TEST(test_single_posts),
    STATION_TEST(test_fill),
    STATION_TEST(test_fair),
    STATION_TEST(test_fill_keeps_leave),
    STATION_TEST(test_patterns),
    STATION_TEST(test_fill_from_now),
    STATION_TEST(test_check_gaps),
    STATION_TEST(test_check_doubles),
    STATION_TEST(test_one_person_one_post),
    STATION_TEST(test_swap_and_substitute),
    STATION_TEST(test_on_duty),
    STATION_TEST(test_check_long_shift),
    STATION_TEST(test_foreign_officers),
    STATION_TEST(test_same_name_elsewhere),
    STATION_TEST(test_same_name_twice_elsewhere),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
