/* The life that every kind shares, and the rules of single duties, against a real database. */
#include "unit/station.h"

#include "desk/sitrep.h"
#include "store/query.h"
#include "store/upkeep.h"

/* Runs the action as its front ends do, but for action_run's own checks. Arguments are "field", "text" pairs. */
static int run(struct station *station, const struct action *table, const char *name, record_id subject, struct err *err, ...)
{
  const struct action *action = table;
  while (action->name && strcmp(action->name, name) != 0) action++;
  assert_non_null(action->name);
  struct outcome outcome = { 0 };
  struct values arguments;
  values_start(&arguments, action->arguments);
  va_list pairs;
  va_start(pairs, err);
  for (const char *field; (field = va_arg(pairs, const char *));) {
    int index = values_index(&arguments, field);
    if (index < 0 ||
        value_read(station->desk.store, arguments.fields[index], va_arg(pairs, const char *), clock_now(), &arguments.list[index], err) < 0)
      fail_msg("%s %s: %s", name, field, err->text);
  }
  va_end(pairs);
  int status = action->run(&station->desk, subject, &arguments, &outcome, err);
  free(outcome.text);
  values_free(&arguments);
  return status;
}

static record_id add_point(struct station *station, const char *name, const char *area)
{
  return STATION_ADD(station, &point_duty, "name", name, "type", "01", "area", area);
}

static void test_add_and_read(void **state)
{
  struct station *station = *state;
  record_id id = STATION_ADD(station, &contact_duty, "name", "县值班室", "sort", "superior", "phone", "０００-00000001");
  assert_field(station, &contact_kind, id, "name", "县值班室");
  assert_field(station, &contact_kind, id, "phone", "000-00000001");
  assert_int_equal(record_area(station->desk.store, id), area_from_text(STATION_AREA, NULL));
  assert_int_equal(record_lane(station->desk.store, id), LANE_UP);
}

static void test_numbers(void **state)
{
  struct station *station = *state;
  record_id one = add_point(station, "一号点", STATION_AREA), two = add_point(station, "二号点", STATION_AREA);
  char *first = station_read(station, &point_kind, one, "no"), *second = station_read(station, &point_kind, two, "no");
  assert_int_equal(strncmp(first, "P-", 2), 0);
  assert_string_equal(strrchr(first, 'A'), "A001");
  assert_string_equal(strrchr(second, 'A'), "A002");
  free(first);
  free(second);
}

static void test_scope(void **state)
{
  struct station *station = *state;
  record_id inside = add_point(station, "村里的点", STATION_VILLAGE);
  record_id outside = add_point(station, "外县的点", "110229104201");
  record_id visit = STATION_ADD(station, &visit_duty, "point", "村里的点", "visitor", "值班员甲");
  assert_int_equal(record_area(station->desk.store, inside), area_from_text(STATION_VILLAGE, NULL));
  assert_int_equal(record_area(station->desk.store, outside), area_from_text(STATION_AREA, NULL));
  assert_int_equal(record_area(station->desk.store, visit), area_from_text(STATION_VILLAGE, NULL));
}

static void test_lane(void **state)
{
  struct station *station = *state;
  add_point(station, "一号点", STATION_AREA);
  record_id normal = STATION_ADD(station, &visit_duty, "point", "一号点", "visitor", "值班员甲");
  record_id urgent = STATION_ADD(station, &visit_duty, "point", "一号点", "visitor", "值班员甲", "result", "evacuate", "signs", "bulge");
  assert_int_equal(record_lane(station->desk.store, normal), LANE_UP);
  assert_int_equal(record_lane(station->desk.store, urgent), LANE_UP_URGENT);
}

static void test_refusals(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  int64_t operations = query_single(station->desk.store, "SELECT count(*) FROM op", 0, -1);
  assert_false(station_try(station, &contact_duty, &err, "name", "无电话", "sort", "village", NULL));
  assert_non_null(strstr(err.text, "Phone"));
  assert_false(station_try(station, &danger_duty, &err, "content", "裂缝", "place", "一组", "type", "road", "state", "written_off", NULL));
  assert_non_null(strstr(err.text, "State"));
  assert_false(station_try(station, &node_duty, &err, "name", "x", NULL));
  assert_false(station_try(station, &visit_duty, &err, "visitor", "值班员甲", "at", "+90", NULL));
  assert_int_equal(query_single(station->desk.store, "SELECT count(*) FROM op", 0, -2), operations);
}

static void test_change(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  record_id id =
    STATION_ADD(station, &stock_duty, "name", "编织袋", "sort", "flood", "measure", "条", "quantity", "2000", "place", "镇仓库");
  DONE(station_change(station, &stock_duty, id, "keeper", "保管员甲", &err));
  assert_field(station, &stock_kind, id, "keeper", "保管员甲");
  REFUSED(station_change(station, &stock_duty, id, "quantity", "1", &err), "Quantity");
  REFUSED(station_change(station, &stock_duty, id, "moved_why", "x", &err), "Moved for");
  REFUSED(station_change(station, &stock_duty, id, "name", "", &err), "Name");
  assert_int_equal(err.code, ERR_USAGE);
  assert_field(station, &stock_kind, id, "quantity", "2000");
}

static void test_change_of_nothing(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  record_id id = STATION_ADD(station, &contact_duty, "name", "县值班室", "sort", "superior", "phone", "00000000001");
  int64_t operations = query_single(station->desk.store, "SELECT count(*) FROM op", 0, -1);
  DONE(station_change(station, &contact_duty, id, "phone", "00000000001", &err));
  assert_int_equal(query_single(station->desk.store, "SELECT count(*) FROM op", 0, -2), operations);
}

static void test_strike(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  record_id one = STATION_ADD(station, &contact_duty, "name", "甲", "sort", "other", "phone", "00000000001");
  record_id two = STATION_ADD(station, &contact_duty, "name", "乙", "sort", "other", "phone", "00000000002");
  record_id three = STATION_ADD(station, &contact_duty, "name", "丙", "sort", "other", "phone", "00000000003");
  REFUSED(duty_void(&station->desk, &contact_duty, one, "", 0, &err), "reason");
  REFUSED(duty_void(&station->desk, &contact_duty, one, "重复", one, &err), "itself");
  DONE(duty_void(&station->desk, &contact_duty, one, "重复", two, &err));
  assert_field(station, &contact_kind, one, "voided", "重复");
  assert_field(station, &contact_kind, one, "name", "甲");
  REFUSED(duty_void(&station->desk, &contact_duty, one, "又一次", 0, &err), "already");
  REFUSED(duty_void(&station->desk, &contact_duty, three, "重复", one, &err), "struck");
  REFUSED(station_change(station, &contact_duty, one, "name", "丁", &err), "struck");
  REFUSED(duty_void(&station->desk, &point_duty, two, "不是", 0, &err), "");
}

static void test_unit_is_one_record(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  record_id village = STATION_ADD(station, &unit_duty, "area", STATION_VILLAGE, "name", "一村");
  assert_field(station, &unit_kind, village, "level", "village");
  assert_false(station_try(station, &unit_duty, &err, "area", STATION_VILLAGE, "name", "一村又", NULL));
  REFUSED(station_change(station, &unit_duty, village, "area", "110228104202", &err), "Area code");
}

static void test_officer_rules(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  record_id officer = STATION_ADD(station, &officer_duty, "name", "值班员甲");
  assert_false(station_try(station, &officer_duty, &err, "name", "值班员甲", NULL));
  assert_non_null(strstr(err.text, "值班员甲"));
  station->desk.officer = officer;
  DONE(station_change(station, &officer_duty, officer, "phone", "00000000009", &err));
  REFUSED(station_change(station, &officer_duty, officer, "rank", "admin", &err), "administrator");
  REFUSED(station_change(station, &officer_duty, officer, "active", "0", &err), "leader");
  REFUSED(station_change(station, &officer_duty, station->admin, "phone", "00000000009", &err), "administrator");
  REFUSED(duty_void(&station->desk, &officer_duty, officer, "离职", 0, &err), "leader");
  station->desk.officer = station->admin;
  DONE(station_change(station, &officer_duty, officer, "active", "0", &err));
  STATION_ADD(station, &officer_duty, "name", "值班员甲");
}

/* Without an administrator nobody could make one. */
static void test_administrators(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  record_id leader = STATION_ADD(station, &officer_duty, "name", "带班甲", "rank", "leader");
  REFUSED(duty_void(&station->desk, &officer_duty, station->admin, "离职", 0, &err), "last");
  REFUSED(station_change(station, &officer_duty, station->admin, "active", "0", &err), "last");
  REFUSED(station_change(station, &officer_duty, station->admin, "rank", "leader", &err), "last");
  record_id second = STATION_ADD(station, &officer_duty, "name", "管理员乙", "rank", "admin");
  station->desk.officer = leader;
  REFUSED(duty_void(&station->desk, &officer_duty, second, "离职", 0, &err), "administrator");
  station->desk.officer = station->admin;
  DONE(station_change(station, &officer_duty, second, "active", "0", &err));
  REFUSED(duty_void(&station->desk, &officer_duty, station->admin, "离职", 0, &err), "last"); /* the other one is out of service */
  DONE(duty_void(&station->desk, &officer_duty, second, "离职", 0, &err));
}

static void test_readings(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  add_point(station, "一号点", STATION_VILLAGE);
  STATION_ADD(station, &mark_duty, "name", "裂缝一", "point", "一号点", "quantity", "crack", "warn", "20", "alarm", "30", "rate", "5");
  assert_false(
    station_try(station, &mark_duty, &err, "name", "反了", "point", "一号点", "quantity", "crack", "warn", "30", "alarm", "20", NULL));
  record_id calm = STATION_ADD(station, &reading_duty, "mark", "裂缝一", "at", "-4320", "value", "12.5");
  record_id slow = STATION_ADD(station, &reading_duty, "mark", "裂缝一", "at", "-1440", "value", "21");
  record_id fast = STATION_ADD(station, &reading_duty, "mark", "裂缝一", "value", "27");
  assert_field(station, &reading_kind, calm, "state", "normal");
  assert_field(station, &reading_kind, slow, "state", "warn");
  assert_field(station, &reading_kind, fast, "state", "alarm");
  REFUSED(station_change(station, &reading_duty, calm, "value", "13", &err), "Value");
}

static void test_danger_loop(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  record_id leader = STATION_ADD(station, &officer_duty, "name", "带班领导", "rank", "leader");
  record_id other = STATION_ADD(station, &officer_duty, "name", "副镇长", "rank", "leader");
  record_id id = STATION_ADD(station, &danger_duty, "content", "挡墙开裂", "place", "一组", "type", "geology");
  station->desk.officer = leader;
  assert_field(station, &danger_kind, id, "state", "found");
  REFUSED(run(station, danger_actions, "danger.write_off", id, &err, NULL), "state");
  DONE(run(station, danger_actions, "danger.confirm", id, &err, NULL));
  DONE(run(station, danger_actions, "danger.assign", id, &err, "owner", "一村", "deadline", "+1440", NULL));
  assert_field(station, &danger_kind, id, "owner", "一村");
  DONE(run(station, danger_actions, "danger.supervise", id, &err, "supervision", "电话催办", NULL));
  DONE(run(station, danger_actions, "danger.rectify", id, &err, "rectified_by", "带班领导", "evidence", "照片两张", NULL));
  REFUSED(run(station, danger_actions, "danger.write_off", id, &err, NULL), "not the one");
  station->desk.officer = other;
  DONE(run(station, danger_actions, "danger.write_off", id, &err, NULL));
  assert_field(station, &danger_kind, id, "state", "written_off");
  assert_field(station, &danger_kind, id, "state_by", "副镇长");
  REFUSED(run(station, danger_actions, "danger.reopen", id, &err, NULL), "reason");
  DONE(run(station, danger_actions, "danger.reopen", id, &err, "why", "又裂了", NULL));
  assert_field(station, &danger_kind, id, "state", "confirmed");
}

static void test_stock_moves(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  record_id id = STATION_ADD(station, &stock_duty, "name", "编织袋", "sort", "flood", "measure", "条", "quantity", "100", "minimum", "50",
                             "place", "镇仓库");
  DONE(run(station, stock_actions, "stock.in", id, &err, "count", "20", "why", "采购", NULL));
  DONE(run(station, stock_actions, "stock.out", id, &err, "count", "90", "why", "一村领用", NULL));
  assert_field(station, &stock_kind, id, "quantity", "30");
  REFUSED(run(station, stock_actions, "stock.out", id, &err, "count", "31", "why", "二村领用", NULL), "30");
  REFUSED(run(station, stock_actions, "stock.count", id, &err, "count", "28", NULL), "differs");
  DONE(run(station, stock_actions, "stock.count", id, &err, "count", "28", "why", "破损2条", NULL));
  assert_field(station, &stock_kind, id, "quantity", "28");
}

static void test_rollcall(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  STATION_ADD(station, &shelter_duty, "name", "中心小学", "sort", "school", "capacity", "200", "manager", "校长", "manager_phone",
              "00000000005");
  for (int i = 1; i <= 3; i++) {
    char *code = mem_printf("%02d号户", i);
    STATION_ADD(station, &household_duty, "code", code, "area", STATION_VILLAGE, "members", "4", "at_risk", i < 3 ? "1" : "0", "shelter",
                "中心小学");
    free(code);
  }
  DONE(run(station, transfer_actions, "transfer.start", 0, &err, "area", STATION_VILLAGE, NULL));
  assert_int_equal(query_single(station->desk.store, "SELECT count(*) FROM k_transfer", 0, -1), 2);
  REFUSED(run(station, transfer_actions, "transfer.start", 0, &err, NULL), "already");
  record_id row = record_find(station->desk.store, &transfer_kind, "01号户", &err);
  assert_field(station, &transfer_kind, row, "people", "4");
  REFUSED(run(station, transfer_actions, "transfer.return", row, &err, "approved_by", "带班领导", NULL), "state");
  REFUSED(run(station, transfer_actions, "transfer.refuse", row, &err, NULL), "reason");
  DONE(run(station, transfer_actions, "transfer.refuse", row, &err, "why", "不愿离家", NULL));
  DONE(run(station, transfer_actions, "transfer.leave", row, &err, NULL));
  DONE(run(station, transfer_actions, "transfer.settle", row, &err, "goes_to", "shelter", "shelter", "中心小学", "people", "3", NULL));
  assert_field(station, &transfer_kind, row, "people", "3");
  DONE(run(station, transfer_actions, "transfer.return", row, &err, "approved_by", "带班领导", NULL));
  DONE(run(station, transfer_actions, "transfer.start", 0, &err, NULL)); /* returned families may have to move again */
  assert_int_equal(query_single(station->desk.store, "SELECT count(*) FROM k_transfer", 0, -1), 3);
}

static void test_reports(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  struct record incident = { 0 };
  const char *sort = NULL;
  int64_t due = 0;
  record_id event =
    STATION_ADD(station, &incident_duty, "title", "七一山洪", "type", "flash_flood", "place", "一村", "began", "-90", "learned", "-80");
  assert_false(station_try(station, &sitrep_duty, &err, "incident", "七一山洪", "sort", "followup", NULL));
  record_id first = STATION_ADD(station, &sitrep_duty, "incident", "七一山洪", "sort", "first", "as_of", "-30", "affected", "120", "dead",
                                "0", "moved_total", "40");
  assert_false(station_try(station, &sitrep_duty, &err, "incident", "七一山洪", "sort", "first", NULL));
  assert_false(
    station_try(station, &sitrep_duty, &err, "incident", "七一山洪", "sort", "followup", "moved_now", "9", "moved_total", "8", NULL));
  assert_non_null(strstr(err.text, "part"));
  assert_int_equal(record_read(station->desk.store, &incident_kind, event, &incident, &err), 1);
  assert_int_equal(sitrep_due(&station->desk, &incident, &sort, &due, &err), 1);
  assert_string_equal(sort, "first");
  assert_true(due < clock_now()); /* 60 minutes after an onset of 90 minutes ago */
  DONE(run(station, sitrep_actions, "sitrep.send", first, &err, "sent_to", "县应急局", "channel", "phone", NULL));
  REFUSED(station_change(station, &sitrep_duty, first, "affected", "200", &err), "frozen");
  REFUSED(duty_void(&station->desk, &sitrep_duty, first, "写错", 0, &err), "frozen");
  REFUSED(run(station, sitrep_actions, "sitrep.send", first, &err, "sent_to", "县应急局", "channel", "phone", NULL), "frozen");
  assert_int_equal(sitrep_due(&station->desk, &incident, &sort, &due, &err), 1);
  assert_string_equal(sort, "followup");
  assert_false(station_try(station, &sitrep_duty, &err, "incident", "七一山洪", "sort", "followup", "affected", "100", NULL));
  assert_non_null(strstr(err.text, "falls"));
  assert_false(station_try(station, &sitrep_duty, &err, "incident", "七一山洪", "sort", "followup", "affected", "1201", NULL));
  STATION_ADD(station, &sitrep_duty, "incident", "七一山洪", "sort", "followup", "affected", "100", "why", "重复统计，已核减");
  record_free(&incident);
}

static void test_losses(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  STATION_ADD(station, &incident_duty, "title", "风灾", "type", "wind_hail", "place", "二村");
  assert_false(station_try(station, &sitrep_duty, &err, "incident", "风灾", "sort", "first", "loss_total", "3", "loss_homes", "2.5",
                           "loss_other", "0.51", NULL));
  assert_non_null(strstr(err.text, "3.01"));
  STATION_ADD(station, &sitrep_duty, "incident", "风灾", "sort", "first", "loss_total", "3", "loss_homes",
              "2.5"); /* the rest is unknown, not zero */
}

static void test_text_of_report(void **state)
{
  struct station *station = *state;
  struct record report = { 0 };
  struct buf text = BUF_INIT;
  STATION_ADD(station, &incident_duty, "title", "风灾", "type", "wind_hail", "place", "二村");
  record_id id = STATION_ADD(station, &sitrep_duty, "incident", "风灾", "sort", "first", "dead", "0", "crops_affected", "12.5");
  assert_int_equal(record_read(station->desk.store, &sitrep_kind, id, &report, NULL), 1);
  sitrep_text(&station->desk, &report, &text);
  assert_non_null(strstr(buf_text(&text), "Dead: 0"));
  assert_non_null(strstr(buf_text(&text), "12.5"));
  assert_null(strstr(buf_text(&text), "Missing"));
  record_free(&report);
  buf_free(&text);
}

static void missing_seen(void *context, const struct duty *duty, const char *action, const char *text)
{
  (void)text;
  buf_addf(context, "%s%s%s ", duty->kind->name, action != NULL ? ":" : "", action != NULL ? action : "");
}

static void test_setup_lists_what_is_empty(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  struct buf seen = BUF_INIT;
  STATION_ADD(station, &unit_duty, "area", STATION_VILLAGE, "name", "一村");
  DONE(setup_dismiss(&station->desk, "household", &err));
  REFUSED(setup_dismiss(&station->desk, "nothing", &err), "nothing");
  setup_missing(&station->desk, missing_seen, &seen);
  assert_string_equal(buf_text(&seen), "officer contact shift:roster.fill ");
  buf_free(&seen);
}

static int try_setup(struct station *station, const char *path, const char *field, const char *text, struct err *err)
{
  struct values arguments;
  setup_start(&arguments);
  values_set_text(&arguments, "area", STATION_AREA);
  values_set_text(&arguments, "name", "示范镇");
  values_set_text(&arguments, "admin", "管理员");
  values_set_text(&arguments, "pin", STATION_PIN);
  values_set_text(&arguments, "again", STATION_PIN);
  values_set_text(&arguments, field, text);
  int status = setup_create(path, station->config, &arguments, err);
  values_free(&arguments);
  return status;
}

static void test_setup_leaves_nothing_behind(void **state)
{
  static const char *const wrong[][2] = { { "area", "110228104" }, { "area", "990228104000" }, { "again", "2581" },
                                          { "pin", "12" },         { "letter", "1" },          { "name", "" },
                                          { "pattern", "custom" } };
  struct station *station = *state;
  struct err err = ERR_INIT;
  char *path = mem_printf("%s/other.db", station->directory);
  for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
    REFUSED(try_setup(station, path, wrong[i][0], wrong[i][1], &err), "");
    assert_int_equal(access(path, F_OK), -1);
  }
  /* Found out only when the database is there already. */
  struct values arguments;
  setup_start(&arguments);
  static const char *const typed[][2] = { { "area", STATION_AREA }, { "name", "示范镇" },    { "admin", "管理员" }, { "pin", STATION_PIN },
                                          { "again", STATION_PIN }, { "pattern", "custom" }, { "starts", "25:99" } };
  for (size_t i = 0; i < sizeof(typed) / sizeof(typed[0]); i++) values_set_text(&arguments, typed[i][0], typed[i][1]);
  REFUSED(setup_create(path, station->config, &arguments, &err), "25:99");
  values_free(&arguments);
  assert_int_equal(access(path, F_OK), -1);
  REFUSED(try_setup(station, station->path, "letter", "A", &err), "");
  assert_int_equal(access(station->path, F_OK), 0);
  free(path);
}

static void said(void *context, const char *line)
{
  (void)context;
  print_error("%s\n", line);
}

/* After all of it the journal still proves the projection. */
static void test_verify(void **state)
{
  test_danger_loop(state);
  test_rollcall(state);
  test_stock_moves(state);
  struct station *station = *state;
  struct err err = ERR_INIT;
  assert_int_equal(verify_all(station->desk.store, said, NULL, NULL, &err), 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    STATION_TEST(test_add_and_read),
    STATION_TEST(test_numbers),
    STATION_TEST(test_scope),
    STATION_TEST(test_lane),
    STATION_TEST(test_refusals),
    STATION_TEST(test_change),
    STATION_TEST(test_change_of_nothing),
    STATION_TEST(test_strike),
    STATION_TEST(test_unit_is_one_record),
    STATION_TEST(test_officer_rules),
    STATION_TEST(test_administrators),
    STATION_TEST(test_readings),
    STATION_TEST(test_danger_loop),
    STATION_TEST(test_stock_moves),
    STATION_TEST(test_rollcall),
    STATION_TEST(test_reports),
    STATION_TEST(test_losses),
    STATION_TEST(test_text_of_report),
    STATION_TEST(test_setup_lists_what_is_empty),
    STATION_TEST(test_setup_leaves_nothing_behind),
    STATION_TEST(test_verify),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
