/* The demo is what the README promises, made through the desk's own rules, and real nowhere. */
#include "unit/station.h"

#include "desk/demo.h"
#include "desk/handover.h"
#include "desk/overview.h"
#include "desk/shift.h"
#include "desk/warning.h"
#include "store/query.h"
#include "store/upkeep.h"

static int demo_setup(void **state)
{
  static const char *const no_files[] = { NULL };
  struct station *station = mem_zero(1, sizeof(*station));
  struct err err = ERR_INIT;
  *state = station;
  snprintf(station->directory, sizeof(station->directory), "/tmp/dutydesk-test-XXXXXX");
  if (!mkdtemp(station->directory)) return -1;
  snprintf(station->path, sizeof(station->path), "%s/desk.db", station->directory);
  DONE(crypto_start(&err));
  DONE(clock_set_zone("Asia/Shanghai", &err));
  DONE(config_load(&station->config, no_files, &err));
  DONE(setup_init(station->path, DEMO_AREA, DEMO_NAME, 'A', false, &err));
  station_open(station);
  DONE(demo_fill(&station->desk, &err));
  return 0;
}

static int64_t count(void **state, const char *sql)
{
  struct station *station = *state;
  return query_single(station->desk.store, sql, 0, -1);
}

static void test_ledgers(void **state)
{
  assert_int_equal(count(state, "SELECT count(*) FROM k_point WHERE class = 'hazard'"), 17);
  assert_int_equal(count(state, "SELECT count(*) FROM k_point WHERE class = 'slope'"), 25);
  assert_int_equal(count(state, "SELECT count(*) FROM k_team WHERE sort <> 'village'"), 5);
  assert_int_equal(count(state, "SELECT count(*) FROM k_team WHERE sort = 'village'"), 8);
  assert_true(count(state, "SELECT count(*) FROM k_unit WHERE level = 'village'") >= 8);
  assert_true(count(state, "SELECT count(*) FROM k_household") >= 30);
  assert_true(count(state, "SELECT count(DISTINCT state) FROM k_danger") >= 6);
}

/* A number that begins with 000 belongs to nobody. */
static void test_no_phone_can_ring(void **state)
{
  struct station *station = *state;
  for (int i = 0; duties[i]; i++)
    for (const struct field *field = duties[i]->kind->fields; field->name; field++) {
      if (field->type != FIELD_PHONE) continue;
      char *sql = mem_printf("SELECT count(*) FROM k_%s WHERE \"%s\" NOT LIKE '000%%'", duties[i]->kind->name, field->name);
      struct query *query = query_open(station->desk.store, sql);
      assert_int_equal(query_next(query, NULL), 1);
      if (query_number(query, 0) > 0) fail_msg("%s.%s", duties[i]->kind->name, field->name);
      query_close(query);
      free(sql);
    }
}

static void test_shift(void **state)
{
  struct station *station = *state;
  struct shift_on on;
  shift_on_duty(&station->desk, clock_now(), &on);
  assert_int_not_equal(on.officers[POST_A], 0);
  assert_int_not_equal(on.officers[POST_B], 0);
  assert_int_not_equal(on.officers[POST_LEADER], 0);
  assert_in_range(clock_now() - on.starts, 5 * CLOCK_HOUR, 7 * CLOCK_HOUR + CLOCK_MINUTE);
  assert_true(count(state, "SELECT count(*) FROM k_entry WHERE voided IS NULL") >= 10);
  assert_true(count(state, "SELECT count(*) FROM k_entry WHERE sort = 'phone'") >= 3);
  assert_int_equal(count(state, "SELECT count(*) FROM k_entry WHERE voided IS NOT NULL"), 1);
  assert_int_not_equal(handover_open(&station->desk), 0);
  assert_int_equal(count(state, "SELECT count(*) FROM k_handover WHERE state = 'draft'"), 1);
}

static void test_warning(void **state)
{
  struct station *station = *state;
  assert_int_equal(warning_highest(&station->desk), ALERT_ORANGE);
  assert_int_equal(response_in_force(&station->desk, NULL), 3);
  assert_true(count(state, "SELECT count(*) FROM k_relay WHERE state = 'done'") >= 2);
  assert_true(count(state, "SELECT count(*) FROM k_relay WHERE state <> 'done'") >= 2);
  assert_true(count(state, "SELECT count(*) FROM k_relay WHERE reached > 0 AND reached < expected") >= 4);
  assert_int_equal(count(state, "SELECT count(*) FROM k_call WHERE state = 'skipped'"), 1);
  assert_int_equal(count(state, "SELECT count(*) FROM k_call WHERE state = 'escalated'"), 1);
  assert_true(count(state, "SELECT count(*) FROM k_call WHERE state = 'waiting'") >= 4);
  assert_int_equal(count(state, "SELECT count(*) FROM k_call WHERE state = 'answered' AND promised_due IS NOT NULL"), 2);
}

static void test_overview(void **state)
{
  struct station *station = *state;
  struct overview overview = { 0 };
  struct err err = ERR_INIT;
  DONE(overview_read(&station->desk, &overview, &err));
  assert_int_equal(overview.overdue, 4); /* among them the empty rung of the ladder */
  assert_true(overview.count >= 45);     /* more than two pages of 80x24 */
  overview_free(&overview);
}

static void test_banner(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  char *banner = demo_banner(&station->desk);
  record_id officer = record_find(station->desk.store, &officer_kind, "值班员甲", &err);
  assert_non_null(banner);
  assert_non_null(strstr(banner, "值班员甲 1111"));
  DONE(session_check_pin(&station->desk, officer, "1111", &err));
  free(banner);
}

static void said(void *context, const char *line)
{
  (void)context;
  print_error("%s\n", line);
}

static void test_verify(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  assert_int_equal(verify_all(station->desk.store, said, NULL, NULL, &err), 0);
}

static void test_only_a_township(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  struct desk village = { 0 };
  char *path = mem_printf("%s/village.db", station->directory);
  DONE(setup_init(path, STATION_VILLAGE, "一村", 'A', false, &err));
  DONE(desk_open(&village, path, station->config, &err));
  REFUSED(demo_fill(&village, &err), "township");
  assert_null(demo_banner(&village));
  desk_close(&village);
  free(path);
}

/* Its words name the station that it was made for, whatever that is called. */
static void test_any_name(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  struct desk town = { 0 };
  char *path = mem_printf("%s/town.db", station->directory);
  DONE(setup_init(path, STATION_AREA, "示范镇", 'A', false, &err));
  DONE(desk_open(&town, path, station->config, &err));
  DONE(demo_fill(&town, &err));
  desk_close(&town);
  free(path);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_ledgers), cmocka_unit_test(test_no_phone_can_ring), cmocka_unit_test(test_shift),
    cmocka_unit_test(test_warning), cmocka_unit_test(test_overview),          cmocka_unit_test(test_banner),
    cmocka_unit_test(test_verify),  cmocka_unit_test(test_only_a_township),   cmocka_unit_test(test_any_name),
  };
  return cmocka_run_group_tests(tests, demo_setup, station_teardown);
}
