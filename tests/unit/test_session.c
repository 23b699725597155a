/* Signing in: PINs, the wait after wrong ones, who may. */
#include "unit/duty_station.h"

#include "desk/officer.h"
#include "store/query.h"

static void test_sign_in(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  DONE(session_sign_in(&station->desk, station->admin, STATION_PIN, &err));
  assert_int_equal(station->desk.officer, station->admin);
  DONE(session_check_pin(&station->desk, station->admin, "２５８０", &err));
}

static void test_wrong_pin(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  REFUSED(session_sign_in(&station->desk, station->admin, "0000", &err), "wrong");
  REFUSED(session_sign_in(&station->desk, station->admin, NULL, &err), "wrong");
  assert_int_equal(station->desk.officer, 0);
  DONE(session_sign_in(&station->desk, station->admin, STATION_PIN, &err)); /* three tries are free */
}

static void wrong_times(struct station *station, int times)
{
  struct err err = ERR_INIT;
  for (int i = 0; i < times; i++) REFUSED(session_check_pin(&station->desk, station->admin, "0000", &err), "wrong");
}

static void test_delay_survives_restart(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  wrong_times(station, 3);
  assert_in_range(session_delay(&station->desk, station->admin), 3000, 5000);
  desk_close(&station->desk);
  station_open(station);
  assert_in_range(session_delay(&station->desk, station->admin), 1000, 5000);
  REFUSED(session_check_pin(&station->desk, station->admin, STATION_PIN, &err), "wait"); /* even the right one has to wait */
}

static char *wrong_fact(struct station *station)
{
  struct buf name = BUF_INIT;
  buf_adds(&name, "pin.wrong.");
  record_name(station->desk.store, station->admin, &name);
  return buf_take(&name, NULL);
}

/* What the file would hold after `count` wrong PINs with the wait ending `until`. */
static void pretend(struct station *station, int count, int64_t until)
{
  struct err err = ERR_INIT;
  char *name = wrong_fact(station), *value = mem_printf("%d %lld", count, (long long)until);
  DONE(store_set_local(station->desk.store, name, value, &err));
  free(name);
  free(value);
}

static void test_delay_grows_and_ends(void **state)
{
  static const int64_t waits[] = { 5000, 10000, 20000, 40000, 80000, 160000, 300000, 300000 };
  struct station *station = *state;
  struct err err = ERR_INIT;
  for (int i = 0; i < 8; i++) {
    pretend(station, 2 + i, 0); /* the last wait is over */
    assert_int_equal(session_delay(&station->desk, station->admin), 0);
    wrong_times(station, 1);
    assert_in_range(session_delay(&station->desk, station->admin), waits[i] - 2000, waits[i]);
  }
  pretend(station, 1000000, clock_now() - 1);
  DONE(session_sign_in(&station->desk, station->admin, STATION_PIN, &err));
  assert_int_equal(session_delay(&station->desk, station->admin), 0);
  wrong_times(station, 2); /* and the tries are free again */
}

static void test_clock_set_back(void **state)
{
  struct station *station = *state;
  pretend(station, 4, clock_now() + 365 * CLOCK_DAY);
  assert_in_range(session_delay(&station->desk, station->admin), 8000, 10000);
  assert_in_range(session_delay(&station->desk, station->admin), 1, 10000); /* it runs now: it does not begin again each time */
  pretend(station, 4, INT64_MIN / 2);
  assert_int_equal(session_delay(&station->desk, station->admin), 0);
}

static void test_set_pin(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  record_id officer = STATION_ADD(station, &officer_duty, "name", "值班员甲");
  assert_false(session_has_pin(&station->desk, officer));
  REFUSED(session_sign_in(&station->desk, officer, "1111", &err), "No PIN");
  REFUSED(session_set_pin(&station->desk, officer, NULL, "123", &err), "short");
  REFUSED(session_set_pin(&station->desk, officer, NULL, "12a4", &err), "digits");
  DONE(session_set_pin(&station->desk, officer, NULL, "1111", &err)); /* by the file's owner */
  DONE(session_sign_in(&station->desk, officer, "1111", &err));
  REFUSED(session_set_pin(&station->desk, officer, NULL, "2222", &err), "present PIN");
  REFUSED(session_set_pin(&station->desk, officer, "9999", "2222", &err), "wrong");
  DONE(session_set_pin(&station->desk, officer, "1111", "２２２２", &err));
  DONE(session_check_pin(&station->desk, officer, "2222", &err));
  REFUSED(session_set_pin(&station->desk, station->admin, NULL, "3333", &err), "leader"); /* not another's */
  DONE(session_check_pin(&station->desk, station->admin, STATION_PIN, &err));
}

/* A reset is in the journal for all to see; the PIN and its verifier are not. */
static void test_reset_is_journaled(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  record_id officer = STATION_ADD(station, &officer_duty, "name", "值班员甲");
  station->desk.officer = STATION_ADD(station, &officer_duty, "name", "带班领导", "rank", "leader");
  DONE(session_set_pin(&station->desk, officer, NULL, "55443", &err));
  struct record record = { 0 };
  assert_int_equal(record_read(station->desk.store, &officer_kind, officer, &record, &err), 1);
  assert_in_range(record_number(&record, "pin_set", 0), clock_now() - CLOCK_MINUTE, clock_now());
  record_free(&record);
  assert_int_equal(query_single(station->desk.store, "SELECT count(*) FROM op WHERE action = 'officer.pin'", 0, 0),
                   2); /* the administrator's was the first */
  assert_int_equal(query_single(station->desk.store, "SELECT count(*) FROM op WHERE body LIKE '%55443%' OR body LIKE '%argon%'", 0, 9), 0);
}

static void test_gone_officer(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  record_id officer = STATION_ADD(station, &officer_duty, "name", "值班员甲", "rank", "admin");
  DONE(session_set_pin(&station->desk, officer, NULL, "1111", &err));
  DONE(station_change(station, &officer_duty, officer, "active", "0", &err));
  REFUSED(session_sign_in(&station->desk, officer, "1111", &err), "not active");
  station->desk.officer = officer;
  REFUSED(session_may(&station->desk, WHO_OFFICER, &err), "signed in");
}

static void test_who_may(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  assert_true(session_owns_file(&station->desk));
  DONE(session_may(&station->desk, WHO_ADMIN, &err));
  record_id officer = STATION_ADD(station, &officer_duty, "name", "值班员甲");
  record_id leader = STATION_ADD(station, &officer_duty, "name", "带班领导", "rank", "leader");
  station->desk.officer = officer;
  DONE(session_may(&station->desk, WHO_OFFICER, &err));
  REFUSED(session_may(&station->desk, WHO_LEADER, &err), "leader");
  station->desk.officer = leader;
  DONE(session_may(&station->desk, WHO_LEADER, &err));
  REFUSED(session_may(&station->desk, WHO_ADMIN, &err), "administrator");
  station->desk.officer = station->admin;
  DONE(session_may(&station->desk, WHO_ADMIN, &err));
}

/* The administrator of a village below has no rights here, cannot be given a PIN and is not counted among the last ones. */
static void test_foreign_officer(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  record_id guest = add_foreign_officer(station, "村管理员", "any", "admin");
  REFUSED(session_set_pin(&station->desk, guest, NULL, "1111", &err), "another station");
  REFUSED(session_sign_in(&station->desk, guest, "1111", &err), "another station");
  assert_int_equal(officer_count(&station->desk, 9), 1);
  REFUSED(station_change(station, &officer_duty, station->admin, "active", "no", &err), "last administrator");
  station->desk.officer = guest;
  REFUSED(session_may(&station->desk, WHO_OFFICER, &err), "officer");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    STATION_TEST(test_sign_in),
    STATION_TEST(test_wrong_pin),
    STATION_TEST(test_delay_survives_restart),
    STATION_TEST(test_delay_grows_and_ends),
    STATION_TEST(test_clock_set_back),
    STATION_TEST(test_set_pin),
    STATION_TEST(test_reset_is_journaled),
    STATION_TEST(test_gone_officer),
    STATION_TEST(test_who_may),
    STATION_TEST(test_foreign_officer),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
