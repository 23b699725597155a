/* Relaying: lists from households, places and names; one, a range, a group; unreached and special first; counts from the list alone; two
 * officers, two nodes, and the township that reads its villages' answers. */
#include "unit/exchange.h"

#include "desk/answer.h"
#include "desk/ladder.h"
#include "desk/relay.h"
#include "desk/warning.h"
#include "store/query.h"

static int64_t ask(struct station *station, const char *sql)
{
  return query_single(station->desk.store, sql, 0, -1);
}

static void add_household(struct station *station, const char *area, const char *village, int group, int number, const char *special)
{
  char code[64];
  snprintf(code, sizeof code, "%s%d组%02d号户", village, group, number);
  if (special)
    STATION_ADD(station, &household_duty, "code", code, "area", area, "special", special, "members", "3");
  else
    STATION_ADD(station, &household_duty, "code", code, "area", area, "members", "4", "at_risk", number % 5 == 0 ? "1" : "0");
}

/* 2 villages of 2 groups of 10 households; in each group number 7 is special. */
static void furnish(struct station *station)
{
  static const char *const areas[] = { "110228104201", "110228104202" }, *const names[] = { "东沟村", "西沟村" };
  for (int i = 0; i < 2; i++) {
    STATION_ADD(station, &unit_duty, "area", areas[i], "name", names[i], "officer_a", i ? "西沟甲" : "东沟甲", "officer_a_phone",
                "00000000101");
    for (int group = 1; group <= 2; group++)
      for (int number = 1; number <= 10; number++)
        add_household(station, areas[i], names[i], group, number, number == 7 ? "bedridden" : NULL);
  }
  STATION_ADD(station, &place_duty, "name", "中心小学", "sort", "school", "area", STATION_AREA, "risk", "medium");
  STATION_ADD(station, &place_duty, "name", "采石场", "sort", "factory", "area", "110228104202", "risk", "high");
}

static record_id warn(struct station *station, const char *colour)
{
  record_id warning = STATION_ADD(station, &warning_duty, "event", "山洪", "colour", colour, "headline", "山洪灾害气象预警", "sender_name",
                                  "示范县水利局", "sent", "-20", "received", "-2", "expires", "+600");
  ACT(station, "warning.ack", warning);
  return warning;
}

static record_id list_of(struct station *station, const char *audience, const char *colour)
{
  struct query *query =
    query_open(station->desk.store, "SELECT id FROM k_relay WHERE substr(phrase(audience), 1, length(?1)) = ?1 AND colour = ?2 AND"
                                    " sort = 'households'");
  query_bind_text(query, 1, audience);
  query_bind_text(query, 2, colour);
  record_id id = query_next(query, NULL) == 1 ? query_number(query, 0) : 0;
  query_close(query);
  if (!id) fail_msg("no list of %s", audience);
  return id;
}

#define assert_count(station, relay, reached_expected, all_expected)                                                                       \
  do {                                                                                                                                     \
    struct relay_count counted;                                                                                                            \
    struct err count_err = ERR_INIT;                                                                                                       \
    assert_int_equal(relay_count(&(station)->desk, relay, &counted, &count_err), 0);                                                       \
    assert_int_equal(counted.reached, reached_expected);                                                                                   \
    assert_int_equal(counted.all, all_expected);                                                                                           \
    assert_int_equal(counted.unreached, (all_expected) - (reached_expected));                                                              \
  } while (0)

static void test_lists(void **state)
{
  struct station *station = *state;
  furnish(station);
  record_id warning = warn(station, "red");
  ACT(station, "warning.relay", warning);
  assert_int_equal(ask(station, "SELECT count(*) FROM k_relay WHERE sort = 'households'"), 2);
  assert_int_equal(ask(station, "SELECT count(*) FROM k_relay WHERE sort = 'places'"), 1);
  record_id east = list_of(station, "东沟村", "red");
  assert_count(station, east, 0, 20);
  assert_field(station, &relay_kind, east, "expected", "20");
  assert_field(station, &relay_kind, east, "area", "110228104201");
  assert_count(station, ask(station, "SELECT id FROM k_relay WHERE sort = 'places'"), 0, 2);
  /* Half an hour from receipt. */
  assert_int_equal(ask(station, "SELECT due FROM k_relay WHERE sort = 'places'") - ask(station, "SELECT received FROM k_warning"),
                   30 * CLOCK_MINUTE);
  struct outcome outcome = { 0 };
  struct err err = ERR_INIT;
  DONE(run_action(station, "warning.relay", warning, &outcome, &err, NULL));
  assert_true(outcome.attention); /* they exist */
  outcome_free(&outcome);
  assert_int_equal(ask(station, "SELECT count(*) FROM k_relay"), 3);
}

/* A warning for one village makes lists for that one. */
static void test_area(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  furnish(station);
  record_id warning = warn(station, "red");
  struct act *act = act_begin(station->desk.store, "test", 0, &err);
  change_set_text(act_edit(act, &warning_kind, warning), "geocodes", "110228104202");
  DONE(act_commit(act, &err));
  ACT(station, "warning.relay", warning);
  assert_int_equal(ask(station, "SELECT count(*) FROM k_relay WHERE area = '110228104202'"), 2);
  assert_int_equal(ask(station, "SELECT count(*) FROM k_relay"), 2);
  assert_count(station, ask(station, "SELECT id FROM k_relay WHERE sort = 'places'"), 0, 1);
}

struct pages {
  int rows, told_before_unreached, unspecial_before_special;
  bool told_seen, plain_seen;
  struct relay_position last;
  char first[64];
};

static bool next_row(void *context, const struct relay_line *line)
{
  struct pages *pages = context;
  if (pages->rows++ == 0) snprintf(pages->first, sizeof pages->first, "%s", line->name);
  pages->told_before_unreached += !line->is_told && pages->told_seen;
  pages->told_seen |= line->is_told;
  pages->unspecial_before_special += !line->is_told && line->is_special && pages->plain_seen;
  pages->plain_seen |= !line->is_special && !line->is_told;
  relay_position_of(line, &pages->last);
  return true;
}

static void test_order_and_pages(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  furnish(station);
  ACT(station, "warning.relay", warn(station, "red"));
  record_id east = list_of(station, "东沟村", "red");
  ACT(station, "relay.tell", east, "group", "1组", "from", "2", "to", "4", "channel", "door");
  struct pages pages = { 0 };
  for (int before = -1; before != pages.rows;) {
    before = pages.rows;
    struct relay_position after = pages.last;
    DONE(relay_next(&station->desk, east, false, before ? &after : NULL, false, 3, next_row, &pages, &err));
  }
  assert_int_equal(pages.rows, 20);
  assert_int_equal(pages.told_before_unreached, 0);
  assert_int_equal(pages.unspecial_before_special, 0);
  assert_string_equal(pages.first, "东沟村1组07号户");
  assert_string_equal(pages.last.name, "东沟村1组04号户"); /* told, at the end */
  struct pages back = { 0 };
  DONE(relay_next(&station->desk, east, false, NULL, true, 1, next_row, &back, &err));
  assert_string_equal(back.first, "东沟村1组04号户");
  struct pages open = { 0 };
  DONE(relay_next(&station->desk, east, true, NULL, false, 0, next_row, &open, &err));
  assert_int_equal(open.rows, 17);
}

/* What is typed short is never the end of a longer number: nobody is told who was not. */
static void test_groups_by_number(void **state)
{
  struct station *station = *state;
  furnish(station);
  for (int number = 1; number <= 3; number++) {
    add_household(station, "110228104201", "东沟村", 11, number, NULL);
    add_household(station, "110228104201", "东沟村十", 1, number, NULL);
  }
  ACT(station, "warning.relay", warn(station, "red"));
  record_id east = list_of(station, "东沟村", "red");
  ACT(station, "relay.tell", east, "group", "1组");
  assert_count(station, east, 10, 26);
  ACT(station, "relay.tell", east, "group", "组");
  assert_count(station, east, 10, 26);
  ACT(station, "relay.tell", east, "group", "11", "to", "2");
  assert_count(station, east, 12, 26);
  ACT(station, "relay.tell", east, "group", "2", "from", "1", "to", "1");
  assert_count(station, east, 13, 26);
  ACT(station, "relay.partly", east, "unreached", "3号户"); /* of each group */
  assert_count(station, east, 23, 26);
}

static void test_telling(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  furnish(station);
  ACT(station, "warning.relay", warn(station, "red"));
  record_id east = list_of(station, "东沟村", "red");
  ACT_REFUSED(station, "whom", "relay.tell", east);
  ACT_REFUSED(station, "0 of 20", "relay.done", east);
  ACT(station, "relay.tell", east, "household", "东沟村2组03号户", "channel", "phone", "told_at", "-1");
  assert_count(station, east, 1, 20);
  assert_field(station, &relay_kind, east, "state", "partly");
  ACT(station, "relay.tell", east, "group", "1组", "channel", "loudspeaker"); /* a whole group */
  assert_count(station, east, 11, 20);
  ACT(station, "relay.tell", east, "group", "1组", "channel", "door"); /* who was told is not told twice */
  assert_int_equal(ask(station, "SELECT count(*) FROM k_told"), 11);
  ACT(station, "relay.tell", east, "group", "2组", "from", "8");
  assert_count(station, east, 14, 20);
  ACT_REFUSED(station, "missing", "relay.untell", east, "group", "2组", "from", "9", "to", "9", "why", " ");
  ACT(station, "relay.untell", east, "group", "2组", "from", "9", "to", "9", "why", "点错一户");
  assert_count(station, east, 13, 20);
  assert_int_equal(ask(station, "SELECT count(*) FROM k_told WHERE voided = '点错一户'"), 1);
  ACT(station, "told.add", 0, "household", "东沟村2组09号户", "channel", "door");
  assert_count(station, east, 14, 20);
  ACT(station, "relay.partly", east, "unreached", "2组01号户、2组07号户", "channel", "gong");
  assert_count(station, east, 18, 20);
  ACT_REFUSED(station, "99号户", "relay.partly", east, "unreached", "99号户");
  ACT_REFUSED(station, "2组07号户", "relay.done", east); /* the special one is named first */
  ACT(station, "relay.tell", east, "everybody", "1", "channel", "door");
  assert_field(station, &relay_kind, east, "state", "done");
  assert_field(station, &relay_kind, east, "reached", "20");
  record_id telling = ask(station, "SELECT max(id) FROM k_told WHERE voided IS NULL");
  ACT(station, "told.undo", telling, "why", "没有人在家");
  assert_field(station, &relay_kind, east, "state", "partly");
  assert_count(station, east, 19, 20);
  ACT(station, "relay.drop", east, "why", "预警解除");
  assert_field(station, &relay_kind, east, "expected", "20");
  assert_field(station, &relay_kind, east, "reached", "19");
  char *unreached = station_read(station, &relay_kind, east, "unreached");
  assert_non_null(strstr(unreached, "号户"));
  free(unreached);
  /* What was counted then stays, though a family moves in. */
  add_household(station, "110228104201", "东沟村", 2, 11, NULL);
  assert_count(station, east, 19, 20);
}

static void test_names(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  furnish(station);
  record_id warning = warn(station, "red");
  record_id sites = ACT(station, "warning.relay", warning, "audience", "在建工地", "names", "一号桥\n二号桥\n\n三号隧道\n二号桥");
  assert_count(station, sites, 0, 3);
  ACT(station, "relay.tell", sites, "name", "二号桥", "channel", "phone");
  assert_count(station, sites, 1, 3);
  ACT_REFUSED(station, "1 of 3", "relay.done", sites);
  record_id alone = ACT(station, "warning.relay", warning, "audience", "石门水库");
  assert_count(station, alone, 0, 1);
  ACT(station, "relay.done", alone, "channel", "phone"); /* alone on his list: that word is the telling */
  assert_count(station, alone, 1, 1);
  assert_int_equal(ask(station, "SELECT count(*) FROM k_told"), 2);
  ACT_REFUSED(station, "list", "told.add", 0, "name", "没有这个地方");
}

/* Told of orange is not told of red; told of red is told of orange. */
static void test_colour(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  furnish(station);
  record_id warning = warn(station, "orange");
  ACT(station, "warning.relay", warning);
  record_id orange = list_of(station, "东沟村", "orange");
  ACT(station, "relay.tell", orange, "group", "1组");
  struct act *act = act_begin(station->desk.store, "test", 0, &err);
  change_set_text(act_edit(act, &warning_kind, warning), "colour", "red");
  DONE(act_commit(act, &err));
  ACT(station, "warning.relay", warning);
  record_id red = list_of(station, "东沟村", "red");
  assert_true(red != orange);
  assert_count(station, red, 0, 20);
  ACT(station, "relay.tell", red, "group", "2组");
  assert_count(station, red, 10, 20);
  assert_count(station, orange, 20, 20);
  struct relay_count count;
  char *key = station_read(station, &warning_kind, warning, "key");
  DONE(relay_count_warning(&station->desk, key, "110228104201", &count, &err));
  assert_int_equal(count.all, 20);
  assert_int_equal(count.reached, 10); /* of the highest colour */
  free(key);
}

/* --- several at once
 * -------------------------------------------------------------------------------------------------------------------- */

/* A second session on the same file. */
static void test_two_sessions(void **state)
{
  struct station *station = *state, second = *station;
  furnish(station);
  ACT(station, "warning.relay", warn(station, "red"));
  record_id east = list_of(station, "东沟村", "red");
  station_open(&second);
  ACT(station, "relay.tell", east, "group", "1组", "from", "1", "to", "6");
  ACT(&second, "relay.tell", east, "group", "1组", "from", "4", "to", "9");
  ACT(station, "relay.tell", east, "group", "2组");
  assert_count(station, east, 19, 20);
  assert_count(&second, east, 19, 20);
  ACT(&second, "relay.tell", east, "everybody", "1");
  assert_field(station, &relay_kind, east, "state", "done");
  assert_int_equal(ask(station, "SELECT count(*) FROM k_told"), 20);
  desk_close(&second.desk);
}

/* Two nodes that do not hear of each other: the union, and nobody has to decide anything. */
static void test_two_nodes(void **state)
{
  struct station *one = *state, *other;
  struct err err = ERR_INIT;
  assert_int_equal(station_setup_area((void **)&other, STATION_AREA, "示范镇"), 0);
  furnish(one);
  record_id warning = warn(one, "red");
  exchange_send(one, other);
  ACT(one, "warning.relay", warning);
  ACT(other, "warning.relay", warning);
  ACT(one, "relay.tell", list_of(one, "东沟村", "red"), "group", "1组", "channel", "loudspeaker");
  ACT(other, "relay.tell", list_of(other, "东沟村", "red"), "group", "1组", "from", "5", "channel", "door");
  ACT(other, "relay.tell", list_of(other, "东沟村", "red"), "group", "2组", "channel", "door");
  exchange_both(one, other);
  struct station *const both[] = { one, other };
  for (int i = 0; i < 2; i++) assert_count(both[i], list_of(both[i], "东沟村", "red"), 20, 20);
  DONE(ladder_advance(&one->desk, clock_now(), &err));
  exchange_both(one, other);
  DONE(ladder_advance(&other->desk, clock_now(), &err));
  exchange_both(one, other);
  for (int i = 0; i < 2; i++) {
    assert_int_equal(ask(both[i], "SELECT count(*) FROM k_relay WHERE sort = 'households'"), 2);
    assert_field(both[i], &relay_kind, list_of(both[i], "东沟村", "red"), "state", "done");
    assert_int_equal(ask(both[i], "SELECT count(*) FROM conflict WHERE kind IN ('relay', 'told', 'answer')"), 0);
    assert_int_equal(ask(both[i], "SELECT count(*) FROM k_told"), 26);
  }
  station_teardown((void **)&other);
}

/* --- the township and its villages
 * -------------------------------------------------------------------------------------------------------- */

struct seen {
  char text[2][160];
  int count;
};

static bool see(void *context, const struct answer_line *line)
{
  struct seen *seen = context;
  assert_true(seen->count < 2);
  snprintf(seen->text[seen->count++], sizeof seen->text[0], "%s %s%s%s%s %d/%d%s", line->name, line->known ? "known" : "unknown",
           line->received_at ? " received" : "", line->answered_at ? " answered" : "", line->called_at ? " called" : "", line->reached,
           line->all, line->finished_at ? " finished" : "");
  return true;
}

static void test_stations(void **state)
{
  struct station *township = *state, *village;
  struct err err = ERR_INIT;
  struct seen seen = { 0 };
  assert_int_equal(station_setup_area((void **)&village, "110228104201", "东沟村"), 0);
  furnish(township);
  record_id warning = warn(township, "red");
  char *key = station_read(township, &warning_kind, warning, "key");
  record_id call = ask(township, "SELECT id FROM k_call WHERE callee = '西沟甲'");
  ACT(township, "call.answer", call, "answered_by", "西沟甲");
  exchange_both(township, village);
  DONE(answer_by_station(&township->desk, key, see, &seen, &err));
  assert_int_equal(seen.count, 2);
  assert_string_equal(seen.text[0], "东沟村 unknown 0/0");
  assert_string_equal(seen.text[1], "西沟村 unknown called 0/0"); /* answered our call, keeps no desk */
  /* The village reads what came down: the record is not its own, its answer is. */
  village->desk.officer = village->admin;
  assert_field(village, &warning_kind, warning, "state", "in_force"); /* so the township says */
  assert_true(warning_rings(&village->desk, warning, clock_now()));
  STATION_ADD(village, &household_duty, "code", "1组21号户"); /* one that only the village knew */
  ACT(village, "warning.ack", warning);
  assert_false(warning_rings(&village->desk, warning, clock_now()));
  ACT(village, "warning.relay", warning);
  record_id list = ask(village, "SELECT id FROM k_relay WHERE sort = 'households'");
  ACT(village, "relay.tell", list, "from", "21", "channel", "door");
  exchange_both(township, village);
  seen.count = 0;
  DONE(answer_by_station(&township->desk, key, see, &seen, &err));
  assert_string_equal(seen.text[0], "东沟村 known received 1/21");
  assert_int_equal(ask(township, "SELECT count(*) FROM k_told"), 1);
  ACT(village, "relay.tell", list, "everybody", "1", "channel", "loudspeaker");
  ACT_REFUSED(village, "Open", "warning.finish", warning); /* its own leader has not answered yet */
  ACT(village, "warning.finish", warning, "why", "全村已通知");
  exchange_both(township, village);
  seen.count = 0;
  DONE(answer_by_station(&township->desk, key, see, &seen, &err));
  assert_string_equal(seen.text[0], "东沟村 known received 21/21 finished");
  free(key);
  station_teardown((void **)&village);
}

/* Ranges go by the number of the house, whatever else has one in the code. */
static void test_house_numbers(void **state)
{
  static const struct {
    const char *code, *number;
  } houses[] = { { "1组07号户", "7" }, { "6村07号户", "7" },      { "3栋2单元501", "501" },
                 { "12号-1", "12" },   { "上坪村2组15号", "15" }, { "老张家", "" } };
  struct station *station = *state;
  for (size_t i = 0; i < sizeof houses / sizeof *houses; i++)
    assert_field(station, &household_kind, STATION_ADD(station, &household_duty, "code", houses[i].code, "area", STATION_VILLAGE),
                 "house_number", houses[i].number);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    STATION_TEST(test_house_numbers),    STATION_TEST(test_lists),     STATION_TEST(test_area),     STATION_TEST(test_order_and_pages),
    STATION_TEST(test_groups_by_number), STATION_TEST(test_telling),   STATION_TEST(test_names),    STATION_TEST(test_colour),
    STATION_TEST(test_two_sessions),     STATION_TEST(test_two_nodes), STATION_TEST(test_stations),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
