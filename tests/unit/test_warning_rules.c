/* Which warnings ring: for whom they are, how long they last, whether they are real, and what a person has to decide. */
#include "unit/duty_station.h"

#include "base/file.h"
#include "desk/overview.h"
#include "desk/warning.h"
#include "store/query.h"

/* A CAP 1.2 alert of an hour ago; `parts` stand in its only info block after the event, `tail` after that block. */
static record_id take(struct station *station, const char *identifier, const char *status, const char *parts, const char *tail,
                      struct outcome *outcome)
{
  struct err err = ERR_INIT;
  char at[CLOCK_TEXT];
  char *text = mem_printf(
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<alert xmlns=\"urn:oasis:names:tc:emergency:cap:1.2\"><identifier>%s</identifier>"
    "<sender>met@a</sender><sent>%s:00+08:00</sent><status>%s</status><msgType>Alert</msgType><scope>Public</scope>"
    "<info><language>zh-CN</language><category>Met</category><event>暴雨</event><urgency>Immediate</urgency>"
    "<severity>Severe</severity><certainty>Observed</certainty>%s</info>%s</alert>\n",
    identifier, clock_text(at, clock_now() - CLOCK_HOUR, CLOCK_DATE_TIME), status, parts, tail);
  *outcome = (struct outcome){ 0 };
  DONE(warning_import(&station->desk, text, strlen(text), NULL, outcome, &err));
  free(text);
  return outcome->record;
}

static record_id receive(struct station *station, const char *identifier, const char *parts)
{
  struct outcome outcome;
  record_id made = take(station, identifier, "Actual", parts, "", &outcome);
  outcome_free(&outcome);
  return made;
}

static char *area(const char *code)
{
  return mem_printf("<headline>暴雨橙色预警</headline><area><areaDesc>某地</areaDesc><geocode><valueName>统计用区划代码</valueName>"
                    "<value>%s</value></geocode></area>",
                    code);
}

#define RED "<headline>暴雨红色预警</headline>"
#define ORANGE "<headline>暴雨橙色预警</headline>"

static bool rings(struct station *station, record_id warning)
{
  return warning_rings(&station->desk, warning, clock_now());
}

static const struct overview_line *line_of(const struct overview *overview, const char *action)
{
  for (int i = 0; i < overview->count; i++)
    if (overview->lines[i].action != NULL && strcmp(overview->lines[i].action, action) == 0) return &overview->lines[i];
  return NULL;
}

static bool is_listed(struct station *station, const char *action)
{
  struct overview overview;
  struct err err = ERR_INIT;
  DONE(overview_read(&station->desk, &overview, &err));
  bool listed = line_of(&overview, action) != NULL;
  overview_free(&overview);
  return listed;
}

/* The station is the township 110228104000. */
static void test_areas(void **state)
{
  static const struct {
    const char *code;
    bool here;
  } cases[] = {
    { "110228104000", true },                                                                                   /* itself */
    { "110228104201", true },                                                                                   /* a village of it */
    { "110228000000", true },                                                                                   /* its county */
    { "110200000000", true },                                                                                   /* its prefecture */
    { "110000000000", true },                                                                                   /* its province */
    { "110228105000", false },                                                                                  /* the township beside */
    { "110228105201", false }, { "110229000000", false }, { "120000000000", false }, { "110228110400", false }, /* no prefix by chance */
  };
  struct station *station = *state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char *parts = area(cases[i].code);
    record_id warning = receive(station, cases[i].code, parts);
    if (rings(station, warning) != cases[i].here) fail_msg("%s", cases[i].code);
    assert_int_equal(warning_for_here(&station->desk, warning), cases[i].here);
    assert_int_equal(warning_in_force(&station->desk, warning, clock_now()), cases[i].here);
    free(parts);
  }
}

static void test_elsewhere_is_kept(void **state)
{
  struct station *station = *state;
  struct outcome outcome;
  char *parts = area("120000000000");
  record_id warning = take(station, "A", "Actual", parts, "", &outcome);
  assert_non_null(strstr(outcome.text, "Not for this station: 某地"));
  assert_field(station, &warning_kind, warning, "state", "received");
  assert_int_equal(warning_highest(&station->desk), ALERT_NONE);
  assert_false(is_listed(station, "warning.ack"));
  outcome_free(&outcome);
  free(parts);
}

static void test_without_codes_rings(void **state)
{
  struct station *station = *state;
  struct outcome outcome;
  record_id warning =
    take(station, "A", "Actual",
         "<area><areaDesc>Usulután</areaDesc><geocode><valueName>SAME</valueName><value>006109</value></geocode></area>", "", &outcome);
  assert_true(rings(station, warning));
  assert_true(outcome.attention);
  assert_non_null(strstr(outcome.text, "taken as meant for here"));
  outcome_free(&outcome);
}

/* Of several blocks the gravest that reaches us speaks; one for elsewhere stays aside. */
static void test_blocks(void **state)
{
  struct station *station = *state;
  struct outcome outcome;
  char *blue = area("110228104201"), *red = area("110228104202"), *other = area("120000000000");
  char *tail =
    mem_printf("<info><language>zh-CN</language><event>暴雨</event><severity>Extreme</severity><description>应转尽转</description>%s</info>"
               "<info><language>zh-CN</language><event>大风</event><severity>Extreme</severity><description>别处</description>%s</info>"
               "<info><language>fr-FR</language><event>Pluie</event><severity>Extreme</severity><headline>Pluie</headline>%s</info>",
               red, other, red);
  record_id warning = take(station, "A", "Actual", blue, tail, &outcome);
  assert_field(station, &warning_kind, warning, "colour", "orange"); /* by their headlines, which say so */
  assert_field(station, &warning_kind, warning, "geocodes", "110228104201 110228104202");
  assert_field(station, &warning_kind, warning, "event", "暴雨");
  record_id message = query_single(station->desk.store, "SELECT id FROM k_warning_message", 0, 0);
  char *others = station_read(station, &warning_message_kind, message, "other_texts"),
       *text = station_read(station, &warning_message_kind, message, "description");
  assert_non_null(strstr(others, "别处"));
  assert_non_null(strstr(others, "[fr-FR]"));
  assert_non_null(strstr(text, "应转尽转"));
  assert_null(strstr(text, "别处"));
  assert_non_null(strstr(outcome.text, "2 blocks that concern this station"));
  outcome_free(&outcome);
  free(others);
  free(text);
  free(tail);
  free(blue);
  free(red);
  free(other);
}

static void test_gravest_block(void **state)
{
  struct station *station = *state;
  struct outcome outcome;
  record_id warning =
    take(station, "A", "Actual", "<headline>甲</headline>",
         "<info><language>zh-CN</language><event>山洪</event><severity>Extreme</severity><headline>乙</headline></info>", &outcome);
  assert_field(station, &warning_kind, warning, "colour", "red");
  assert_field(station, &warning_kind, warning, "headline", "乙");
  outcome_free(&outcome);
}

/* A superior's record of the same warning is not ours to change: a later alert makes one of our own, and the two count as one. */
static void test_twin(void **state)
{
  struct station *station = *state;
  struct values values;
  struct err err = ERR_INIT;
  values_start_kind(&values, &warning_kind);
  values_set_text(&values, "identifier", "A");
  values_set_text(&values, "sender", "met@a");
  values_set_text(&values, "event", "暴雨");
  values_set_text(&values, "colour", "red");
  values_set_text(&values, "headline", "县里收到的暴雨红色预警");
  values_set_text(&values, "status", "actual");
  values_set_text(&values, "type", "alert");
  values_set_number(&values, "sent", clock_now() - 2 * CLOCK_HOUR);
  values_set_number(&values, "received", clock_now() - CLOCK_HOUR);
  warning_duty.derive(&station->desk, NULL, &values);
  struct act *act = act_begin(station->desk.store, "warning.import", 0, &err);
  struct change *change = act_keyed(act, &warning_kind, 110228000000, LANE_DOWN, &values, NULL);
  record_id theirs = change_record(change);
  change_set_all(change, &values);
  DONE(act_commit(act, &err));
  values_free(&values);
  assert_true(rings(station, theirs));
  ACT_REFUSED(station, "superior unit", "warning.extend", theirs, "until", "+600");
  record_id own = receive(station, "A", ORANGE); /* an hour later, and less grave */
  assert_int_not_equal(own, theirs);
  assert_true(rings(station, own));
  assert_false(warning_in_force(&station->desk, theirs, clock_now()));
  assert_int_equal(warning_highest(&station->desk), ALERT_ORANGE);
  assert_field(station, &warning_kind, theirs, "colour", "red"); /* untouched */
}

/* --- how long ------------------------------------------------------------------------------------------------------------------------- */

static void test_assumed_end(void **state)
{
  struct station *station = *state;
  struct record record = { 0 };
  record_id warning = receive(station, "A", ORANGE);
  assert_int_equal(record_read(station->desk.store, &warning_kind, warning, &record, NULL), 1);
  int64_t until = record_number(&record, "assumed_until", 0);
  assert_int_equal(until, record_number(&record, "sent", 0) + 24 * CLOCK_HOUR);
  assert_true(warning_in_force(&station->desk, warning, until - 1));
  assert_false(warning_in_force(&station->desk, warning, until));
  assert_string_equal(warning_state(&record, until), "expired");
  record_free(&record);
}

static void test_given_end(void **state)
{
  struct station *station = *state;
  char at[CLOCK_TEXT], *parts = mem_printf("<expires>%s:00+08:00</expires>" RED, clock_text(at, clock_now() + CLOCK_HOUR, CLOCK_DATE_TIME));
  record_id warning = receive(station, "A", parts);
  assert_field(station, &warning_kind, warning, "assumed_until", "");
  assert_true(warning_in_force(&station->desk, warning, clock_now()));
  assert_false(warning_in_force(&station->desk, warning, clock_now() + 2 * CLOCK_HOUR));
  ACT(station, "warning.ack", warning);
  struct err err = ERR_INIT;
  ACT_REFUSED(station, "as its issuer said", "warning.extend", warning, "until", "+600");
  free(parts);
}

/* A red one does not vanish by assumption: somebody asks the issuer. */
static void test_red_asks(void **state)
{
  struct station *station = *state;
  struct overview overview;
  struct err err = ERR_INIT;
  record_id warning = receive(station, "A", RED);
  int64_t later = clock_now() + 30 * CLOCK_HOUR;
  ACT(station, "warning.ack", warning);
  assert_true(warning_in_force(&station->desk, warning, later));
  assert_false(is_listed(station, "warning.extend"));
  struct query *query = query_open(station->desk.store, "SELECT id FROM k_warning WHERE " WARNING_UNDECIDED("?1"));
  query_bind_number(query, 1, later);
  assert_int_equal(query_next(query, NULL), 1);
  query_close(query);
  ACT_REFUSED(station, "passed already", "warning.extend", warning, "until", "-10");
  ACT(station, "warning.extend", warning, "until", "+6000", "why", "县气象台电话");
  query = query_open(station->desk.store, "SELECT id FROM k_warning WHERE " WARNING_UNDECIDED("?1"));
  query_bind_number(query, 1, later);
  assert_int_equal(query_next(query, NULL), 0);
  query_close(query);
  DONE(overview_read(&station->desk, &overview, &err));
  overview_free(&overview);
}

/* One that somebody finds in an archive does not ring for ever. */
static void test_old_red(void **state)
{
  static const char old[] = "<alert xmlns=\"urn:oasis:names:tc:emergency:cap:1.2\"><identifier>A</identifier><sender>met@a</sender>"
                            "<sent>2020-07-01T02:15:00+08:00</sent><status>Actual</status><msgType>Alert</msgType><scope>Public</scope>"
                            "<info><event>Rain</event><severity>Extreme</severity></info></alert>";
  struct station *station = *state;
  struct outcome outcome = { 0 };
  struct record record = { 0 };
  struct err err = ERR_INIT;
  DONE(warning_import(&station->desk, old, sizeof old - 1, NULL, &outcome, &err));
  assert_field(station, &warning_kind, outcome.record, "colour", "red");
  assert_non_null(strstr(outcome.text, "over already"));
  assert_false(rings(station, outcome.record));
  assert_int_equal(record_read(station->desk.store, &warning_kind, outcome.record, &record, NULL), 1);
  assert_string_equal(warning_state(&record, clock_now()), "expired");
  record_free(&record);
  outcome_free(&outcome);
}

static void test_times_not_believed(void **state)
{
  struct station *station = *state;
  struct outcome outcome;
  struct err err = ERR_INIT;
  static const char future[] = "<alert xmlns=\"urn:oasis:names:tc:emergency:cap:1.2\"><identifier>A</identifier><sender>met@a</sender>"
                               "<sent>2126-07-01T02:15:00+08:00</sent><status>Actual</status><msgType>Alert</msgType><scope>Public</scope>"
                               "<info><event>Rain</event><severity>Severe</severity></info></alert>";
  outcome = (struct outcome){ 0 };
  DONE(warning_import(&station->desk, future, sizeof future - 1, NULL, &outcome, &err));
  assert_non_null(strstr(outcome.text, "more than a day ahead of this station's clock"));
  char *sent = station_read(station, &warning_kind, outcome.record, "sent");
  assert_null(strstr(sent, "2126"));
  assert_true(rings(station, outcome.record));
  free(sent);
  outcome_free(&outcome);
  char *early = mem_printf("<expires>2020-01-01T00:00:00+08:00</expires>%s", ORANGE);
  record_id warning = take(station, "B", "Actual", early, "", &outcome);
  assert_non_null(strstr(outcome.text, "that end is not believed"));
  assert_true(rings(station, warning));
  assert_field(station, &warning_kind, warning, "expires", "");
  outcome_free(&outcome);
  free(early);
}

/* --- whether it is real --------------------------------------------------------------------------------------------------------------- */

static void test_never_as_real(void **state)
{
  static const char *const words[] = { "Test", "Exercise", "Draft", "System" };
  struct station *station = *state;
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    struct outcome outcome;
    record_id warning = take(station, words[i], words[i], RED, "", &outcome);
    assert_false(rings(station, warning));
    assert_non_null(strstr(outcome.text, "Not real"));
    outcome_free(&outcome);
  }
  assert_int_equal(warning_highest(&station->desk), ALERT_NONE);
  assert_false(is_listed(station, "warning.ack") || is_listed(station, "warning.confirm"));
}

/* The same identifier, first as a test, then in earnest: the second rings. */
static void test_earnest_after_test(void **state)
{
  struct station *station = *state;
  struct outcome outcome;
  record_id test = take(station, "A", "Test", RED, "", &outcome);
  outcome_free(&outcome);
  record_id real = receive(station, "A", RED);
  assert_int_not_equal(test, real);
  assert_true(rings(station, real));
}

static void test_confirmed(void **state)
{
  struct station *station = *state;
  struct outcome outcome;
  struct err err = ERR_INIT;
  record_id unknown = take(station, "A", "Aktuell", RED, "", &outcome);
  outcome_free(&outcome);
  assert_false(rings(station, unknown));
  assert_true(is_listed(station, "warning.confirm"));
  ACT_REFUSED(station, "why", "warning.confirm", unknown, "status", "actual");
  record_id real = ACT(station, "warning.confirm", unknown, "status", "actual", "why", "问过县气象台");
  assert_int_not_equal(real, unknown);
  assert_true(rings(station, real));
  assert_false(is_listed(station, "warning.confirm"));
  assert_int_equal(record_lane(station->desk.store, real), LANE_DOWN); /* the villages get it now */
  assert_int_equal(query_single(station->desk.store, "SELECT replaced_by FROM k_warning WHERE id = ?1", unknown, 0), real);
}

/* A struck warning stays struck; what its issuer sends later begins anew. */
static void test_struck(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  record_id warning = receive(station, "A", RED);
  DONE(duty_void(&station->desk, &warning_duty, warning, "误录", 0, &err));
  assert_false(rings(station, warning));
  struct outcome outcome;
  record_id later = take(station, "B", "Actual", RED, "", &outcome);
  assert_true(rings(station, later));
  outcome_free(&outcome);
}

/* --- by phone or fax ------------------------------------------------------------------------------------------------------------------ */

static void prepare(struct station *station, struct values *arguments)
{
  struct err err = ERR_INIT;
  const struct action *action = action_find(desk_action_tables, "warning.paste");
  DONE(action->prepare(&station->desk, 0, arguments, &err));
}

/* Eight fields; event and colour propose the rest. */
static void test_taken_down(void **state)
{
  struct station *station = *state;
  struct values arguments;
  struct outcome outcome = { 0 };
  struct err err = ERR_INIT;
  values_start(&arguments, warning_text_arguments);
  assert_in_range(arguments.count, 1, 8);
  prepare(station, &arguments);
  assert_false(values_known(&arguments, "expires"));
  values_set_text(&arguments, "event", "山洪");
  values_set_text(&arguments, "colour", "red");
  prepare(station, &arguments);
  assert_int_equal(values_number(&arguments, "expires", 0), values_number(&arguments, "sent", 0) + 24 * CLOCK_HOUR);
  assert_non_null(strstr(values_text(&arguments, "instruction"), "high ground"));
  values_set_text(&arguments, "sender_name", "县水利局");
  DONE(action_run(&station->desk, action_find(desk_action_tables, "warning.paste"), 0, &arguments, &outcome, &err));
  assert_field(station, &warning_kind, outcome.record, "headline", "县水利局: Red 山洪 warning");
  assert_field(station, &warning_kind, outcome.record, "event_code", "11A51");
  assert_field(station, &warning_kind, outcome.record, "expires", ""); /* nobody said so */
  assert_true(rings(station, outcome.record));
  assert_true(warning_in_force(&station->desk, outcome.record, clock_now() + 30 * CLOCK_HOUR));
  record_id warning = outcome.record;
  outcome_free(&outcome);
  values_free(&arguments);
  record_id lifted = ACT(station, "warning.paste", 0, "event", "山洪", "type", "cancel", "sender_name", "县水利局", "sent", "+1");
  assert_int_equal(lifted, warning);
  assert_field(station, &warning_kind, warning, "state", "cancelled");
  ACT_REFUSED(station, "event", "warning.paste", 0, "colour", "red");
  ACT_REFUSED(station, "before the time of issue", "warning.paste", 0, "event", "山洪", "sent", "-10", "expires", "-20");
}

/* An end that somebody named counts as given. */
static void test_taken_down_end(void **state)
{
  struct station *station = *state;
  record_id warning = ACT(station, "warning.paste", 0, "event", "暴雨", "colour", "red", "expires", "+60");
  assert_true(warning_in_force(&station->desk, warning, clock_now()));
  assert_false(warning_in_force(&station->desk, warning, clock_now() + 2 * CLOCK_HOUR));
}

/* Every kind of danger has its words for every colour. */
static void test_instructions(void **state)
{
  static const char *const events[] = { "暴雨", "山洪", "地质灾害", "大风", "森林火险", "外星人" };
  static const char *const colours[] = { "blue", "yellow", "orange", "red" };
  struct station *station = *state;
  for (size_t i = 0; i < sizeof events / sizeof *events; i++)
    for (size_t j = 0; j < sizeof colours / sizeof *colours; j++) {
      struct values arguments;
      values_start(&arguments, warning_text_arguments);
      values_set_text(&arguments, "event", events[i]);
      values_set_text(&arguments, "colour", colours[j]);
      prepare(station, &arguments);
      if (!values_known(&arguments, "instruction")) fail_msg("%s %s", events[i], colours[j]);
      values_free(&arguments);
    }
}

/* Pasting the alert itself, or where its file lies, imports it. */
static void test_pasted_alert(void **state)
{
  struct station *station = *state;
  char *parts = area("110228104000"), *path = file_join(station->directory, "alert.xml");
  char *text =
    mem_printf("<?xml version=\"1.0\"?>\n<alert xmlns=\"urn:oasis:names:tc:emergency:cap:1.2\"><identifier>A</identifier><sender>b</sender>"
               "<sent>2026-07-01T02:15:00+08:00</sent><status>Actual</status><msgType>Alert</msgType><scope>Public</scope>"
               "<info><event>暴雨</event>%s</info></alert>",
               parts);
  struct err err = ERR_INIT;
  record_id warning = ACT(station, "warning.paste", 0, "text", text);
  assert_field(station, &warning_kind, warning, "identifier", "A");
  strstr(text, ">A<")[1] = 'B';
  DONE(file_replace(path, text, strlen(text), 0600, &err));
  ACT(station, "warning.paste", 0, "text", path);
  assert_int_equal(query_single(station->desk.store, "SELECT count(*) FROM k_warning_message", 0, -1), 2);
  free(text);
  free(path);
  free(parts);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    STATION_TEST(test_areas),
    STATION_TEST(test_elsewhere_is_kept),
    STATION_TEST(test_without_codes_rings),
    STATION_TEST(test_blocks),
    STATION_TEST(test_gravest_block),
    STATION_TEST(test_assumed_end),
    STATION_TEST(test_given_end),
    STATION_TEST(test_red_asks),
    STATION_TEST(test_old_red),
    STATION_TEST(test_times_not_believed),
    STATION_TEST(test_never_as_real),
    STATION_TEST(test_earnest_after_test),
    STATION_TEST(test_confirmed),
    STATION_TEST(test_struck),
    STATION_TEST(test_taken_down),
    STATION_TEST(test_taken_down_end),
    STATION_TEST(test_instructions),
    STATION_TEST(test_pasted_alert),
    STATION_TEST(test_twin),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
