/* Warnings: imported once, superseded in any order of arrival, never real when they are a test; pasted text; what is done about them;
 * response levels. */
#include "unit/duty_station.h"

#include <time.h>

#include "base/file.h"
#include "desk/overview.h"
#include "desk/warning.h"
#include "store/query.h"

/* A mainland alert of our own: identifier, sent, message type, colour and headline vary. */
static char *alert_text(const char *identifier, int64_t sent, const char *status, const char *type, const char *severity,
                        const char *headline, const char *references)
{
  char at[CLOCK_TEXT];
  clock_text(at, sent, CLOCK_DATE_TIME);
  return mem_printf(
    "<?xml version=\"1.0\" "
    "encoding=\"UTF-8\"?>\n<alert>\n<identifier>%s</identifier>\n<sender>示范县气象台</sender>\n<senderCode>11022841600000</senderCode>\n"
    "<sendTime>%s:00+08:00</sendTime>\n<status>%s</status>\n<msgType>%s</msgType>\n<scope>Public</scope>\n<code><method>SMS</method></"
    "code>\n"
    "<references>%s</references>\n<info><language>zh-CN</language><eventType>11B03</eventType><urgency>Immediate</urgency><severity>%s</"
    "severity>"
    "<certainty>Observed</certainty><effective>%s:00+08:00</effective><headline>%s</headline><description>请注意防范。</description>"
    "<area><areaDesc>示范镇</areaDesc><geocode>110228104000</geocode></area></info>\n</alert>\n",
    identifier, at, status, type, references, severity, at, headline);
}

#define FIRST "11022841600000_20260701100000"
#define SECOND "11022841600000_20260701120000"
#define LIFTING "11022841600000_20260701180000"

struct message {
  const char *identifier;
  int hours; /* from now */
  const char *status, *type, *severity, *headline, *references;
};
static const struct message first = { FIRST, -8, "Actual", "Alert", "Orange", "示范县气象台发布暴雨橙色预警", "" };
static const struct message second = { SECOND, -6, "Actual", "Update", "Red", "示范县气象台变更发布暴雨红色预警", FIRST };
static const struct message lifting = { LIFTING, -1, "Actual", "Cancel", "Red", "示范县气象台解除暴雨红色预警", FIRST };
static const struct message drill = { "11022841600000_20260701130000",      -5,   "Exercise", "Cancel", "Red",
                                      "演练：示范县气象台解除暴雨红色预警", FIRST };

static record_id take(struct station *station, const struct message *message, struct outcome *outcome)
{
  struct err err = ERR_INIT;
  char *text = alert_text(message->identifier, clock_now() + message->hours * CLOCK_HOUR, message->status, message->type, message->severity,
                          message->headline, message->references);
  *outcome = (struct outcome){ 0 };
  DONE(warning_import(&station->desk, text, strlen(text), "from/issuer.xml", outcome, &err));
  free(text);
  return outcome->record;
}

static record_id receive(struct station *station, const struct message *message)
{
  struct outcome outcome;
  record_id made = take(station, message, &outcome);
  outcome_free(&outcome);
  return made;
}

/* The message of that identifier. */
static record_id message_of(struct station *station, const char *identifier)
{
  struct query *query = query_open(station->desk.store, "SELECT id FROM k_warning_message WHERE identifier = ?1");
  query_bind_text(query, 1, identifier);
  record_id found = query_next(query, NULL) == 1 ? query_number(query, 0) : 0;
  query_close(query);
  assert_int_not_equal(found, 0);
  return found;
}

static int64_t count(struct station *station, const char *sql)
{
  return query_single(station->desk.store, sql, 0, -1);
}

static void test_import(void **state)
{
  struct station *station = *state;
  record_id warning = receive(station, &first);
  assert_field(station, &warning_kind, warning, "colour", "orange");
  assert_field(station, &warning_kind, warning, "event_code", "11B03");
  assert_field(station, &warning_kind, warning, "event", "暴雨");
  assert_field(station, &warning_kind, warning, "status", "actual");
  assert_field(station, &warning_kind, warning, "state", "received");
  assert_field(station, &warning_kind, warning, "sender_name", "示范县气象台");
  assert_field(station, &warning_kind, warning, "geocodes", "110228104000");
  assert_field(station, &warning_kind, warning, "key", "11022841600000 " FIRST);
  assert_field(station, &warning_kind, warning, "messages", "1");
  assert_field(station, &warning_message_kind, message_of(station, FIRST), "source", "issuer.xml");
  assert_int_equal(record_lane(station->desk.store, warning), LANE_DOWN); /* so that the villages see it */
  assert_int_equal(warning_highest(&station->desk), ALERT_ORANGE);
}

static void test_duplicate(void **state)
{
  struct station *station = *state;
  struct outcome outcome;
  struct message other = first;
  record_id warning = receive(station, &first);
  int64_t operations = query_single(station->desk.store, "SELECT count(*) FROM op", 0, -1);
  assert_int_equal(take(station, &first, &outcome), warning);
  assert_non_null(strstr(outcome.text, "already"));
  outcome_free(&outcome);
  other.severity = "Red";
  other.headline = "示范县气象台发布暴雨红色预警";
  assert_int_equal(take(station, &other, &outcome), warning);
  assert_true(outcome.attention);
  outcome_free(&outcome);
  assert_int_equal(query_single(station->desk.store, "SELECT count(*) FROM op", 0, -1), operations);
  assert_field(station, &warning_kind, warning, "colour", "orange");
}

/* A CAP 1.2 alert of our own. */
static record_id receive_cap(struct station *station, const char *sender, const char *identifier, int hours, const char *type,
                             const char *references)
{
  struct outcome outcome = { 0 };
  struct err err = ERR_INIT;
  char at[CLOCK_TEXT];
  char *text = mem_printf(
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<alert xmlns=\"urn:oasis:names:tc:emergency:cap:1.2\"><identifier>%s</identifier>"
    "<sender>%s</sender><sent>%s:00+08:00</sent><status>Actual</status><msgType>%s</msgType><scope>Public</scope>"
    "<references>%s</references><info><language>zh-CN</language><category>Met</category><event>暴雨</event>"
    "<urgency>Immediate</urgency><severity>Severe</severity><certainty>Observed</certainty><headline>暴雨橙色预警</headline></info>"
    "</alert>\n",
    identifier, sender, clock_text(at, clock_now() + hours * CLOCK_HOUR, CLOCK_DATE_TIME), type, references);
  DONE(warning_import(&station->desk, text, strlen(text), NULL, &outcome, &err));
  free(text);
  record_id made = outcome.record;
  outcome_free(&outcome);
  return made;
}

/* An alert, its update and its cancel are one warning that shows what was said last. */
static void test_update_and_cancel(void **state)
{
  struct station *station = *state;
  record_id warning = receive(station, &first);
  ACT(station, "warning.ack", warning);
  assert_int_equal(receive(station, &second), warning);
  assert_field(station, &warning_kind, warning, "state", "received"); /* to be read again */
  assert_field(station, &warning_kind, warning, "colour", "red");
  assert_field(station, &warning_kind, warning, "key", "11022841600000 " FIRST);
  assert_field(station, &warning_message_kind, message_of(station, FIRST), "colour", "orange");
  assert_int_equal(warning_highest(&station->desk), ALERT_RED);
  record_id exercise = receive(station, &drill); /* lifts nothing real */
  assert_int_not_equal(exercise, warning);
  assert_int_equal(warning_highest(&station->desk), ALERT_RED);
  assert_int_equal(receive(station, &lifting), warning); /* names only the first alert, and yet lifts its update */
  assert_field(station, &warning_kind, warning, "state", "cancelled");
  assert_field(station, &warning_kind, warning, "messages", "3");
  assert_int_equal(warning_highest(&station->desk), ALERT_NONE);
  assert_int_equal(count(station, "SELECT count(*) FROM k_warning WHERE status = 'actual'"), 1);
}

/* Whatever the order of arrival, the same stands at the end. */
static void test_any_order(void **state)
{
  static const struct message *const orders[][3] = {
    { &lifting, &first, &second }, { &second, &first, &lifting }, { &lifting, &second, &first }, { &second, &lifting, &first }
  };
  struct station *station = *state;
  for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
    record_id warning = 0;
    for (int j = 0; j < 3; j++) warning = receive(station, orders[i][j]);
    assert_int_equal(warning_highest(&station->desk), ALERT_NONE);
    assert_field(station, &warning_kind, warning, "state", "cancelled");
    assert_field(station, &warning_kind, warning, "messages", "3");
    assert_field(station, &warning_kind, warning, "type", "cancel");
    assert_field(station, &warning_kind, warning, "key", "11022841600000 " FIRST);
    assert_int_equal(count(station, "SELECT count(*) FROM k_warning"), 1);
    void *fresh = NULL;
    station_teardown(state);
    station_setup(&fresh);
    *state = station = fresh;
  }
}

/* Two that seemed to have nothing to do with each other are one as soon as a third says so. */
static void test_joined(void **state)
{
  struct station *station = *state;
  record_id one = receive_cap(station, "met@a", "A", -4, "Alert", "");
  record_id three = receive_cap(station, "met@a", "C", -2, "Update", "met@a,B,2026-07-01T10:00:00+08:00");
  assert_int_not_equal(one, three);
  ACT(station, "warning.ack", three);
  record_id two = receive_cap(station, "met@a", "B", -3, "Update", "met@a,A,2026-07-01T09:00:00+08:00");
  assert_int_equal(two, one);
  assert_field(station, &warning_kind, one, "identifier", "C");
  assert_field(station, &warning_kind, one, "state", "in_force"); /* what shows was acknowledged */
  assert_field(station, &warning_kind, one, "messages", "3");
  assert_int_equal(query_single(station->desk.store, "SELECT replaced_by FROM k_warning WHERE id = ?1", three, 0), one);
  assert_int_equal(query_single(station->desk.store, "SELECT count(*) FROM k_warning_message WHERE warning = ?1", one, 0), 3);
}

static void test_not_real(void **state)
{
  struct station *station = *state;
  static const struct message test = { FIRST, -1, "Test", "Alert", "Red", "测试：示范县气象台发布暴雨红色预警", "" };
  struct outcome outcome;
  struct overview overview;
  struct err err = ERR_INIT;
  record_id warning = take(station, &test, &outcome);
  assert_non_null(strstr(outcome.text, "Not real"));
  assert_true(outcome.attention);
  outcome_free(&outcome);
  assert_int_equal(warning_highest(&station->desk), ALERT_NONE);
  assert_int_equal(record_lane(station->desk.store, warning), LANE_HERE);
  DONE(overview_read(&station->desk, &overview, &err));
  for (int i = 0; i < overview.count; i++) assert_true(overview.lines[i].kind != &warning_kind);
  overview_free(&overview);
}

static void test_refused(void **state)
{
  struct station *station = *state;
  struct outcome outcome = { 0 };
  struct err err = ERR_INIT;
  static const char evil[] =
    "<?xml version=\"1.0\"?><!DOCTYPE alert [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><alert><identifier>&x;</identifier></alert>";
  REFUSED(warning_import(&station->desk, evil, sizeof evil - 1, "evil.xml", &outcome, &err), "");
  REFUSED(warning_import(&station->desk, "hello", 5, NULL, &outcome, &err), "");
  ACT_REFUSED(station, "/nowhere/x.xml", "warning.import", 0, "file", "/nowhere/x.xml");
  assert_int_equal(query_single(station->desk.store, "SELECT count(*) FROM k_warning", 0, -1), 0);
  outcome_free(&outcome);
}

static void test_expired(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  struct record record = { 0 };
  record_id warning = STATION_ADD(station, &warning_duty, "event", "暴雨", "colour", "red", "headline", "暴雨红色预警", "sender_name",
                                  "示范县气象台", "sent", "-180", "expires", "+1");
  assert_int_equal(warning_highest(&station->desk), ALERT_RED);
  assert_int_equal(record_read(station->desk.store, &warning_kind, warning, &record, &err), 1);
  assert_string_equal(warning_state(&record, clock_now()), "received");
  assert_string_equal(warning_state(&record, clock_now() + 2 * CLOCK_MINUTE), "expired");
  record_free(&record);
}

static const struct overview_line *find_line(const struct overview *overview, const char *action, record_id record)
{
  for (int i = 0; i < overview->count; i++)
    if (overview->lines[i].action && strcmp(overview->lines[i].action, action) == 0 && (!record || overview->lines[i].record == record))
      return &overview->lines[i];
  return NULL;
}

/* As a message group has it, of ten minutes ago: a warning of last week would be over. */
static char *pasted_text(const char *format)
{
  struct tm at;
  clock_parts(clock_now() - 10 * CLOCK_MINUTE, &at);
  return mem_printf(format, at.tm_year + 1900, at.tm_mon + 1, at.tm_mday, at.tm_hour, at.tm_min);
}

#define PASTED_HEADLINE "示范县气象台%d年%02d月%02d日%02d时%02d分发布暴雨橙色预警信号"
#define PASTED PASTED_HEADLINE "：预计未来三小时示范镇降雨将达50毫米以上，请注意防范。"

static void test_paste(void **state)
{
  struct station *station = *state;
  struct values arguments;
  struct err err = ERR_INIT;
  char *pasted = pasted_text(PASTED), *headline = pasted_text(PASTED_HEADLINE);
  values_start(&arguments, warning_text_arguments);
  DONE(warning_prepare_text(&station->desk, pasted, clock_now(), &arguments, &err));
  assert_string_equal(values_text(&arguments, "sender_name"), "示范县气象台");
  assert_string_equal(values_text(&arguments, "event"), "暴雨");
  assert_string_equal(values_text(&arguments, "colour"), "orange");
  assert_true(values_known(&arguments, "sent"));
  REFUSED(warning_prepare_text(&station->desk, "今天食堂吃面条", clock_now(), &arguments, &err), "");
  values_free(&arguments);
  record_id warning = ACT(station, "warning.paste", 0, "text", pasted, "colour", "yellow"); /* the officer knows better */
  assert_field(station, &warning_kind, warning, "colour", "yellow");
  assert_field(station, &warning_kind, warning, "event_code", "11B03");
  assert_field(station, &warning_kind, warning, "headline", headline);
  struct overview overview;
  DONE(overview_read(&station->desk, &overview, &err));
  const struct overview_line *line = find_line(&overview, "warning.ack", warning);
  assert_non_null(line);
  char *said = mem_printf("Acknowledge: Yellow 暴雨 %s", headline);
  assert_string_equal(line->text, said);
  overview_free(&overview);
  assert_int_equal(ACT(station, "warning.paste", 0, "text", pasted, "colour", "yellow"), warning); /* the same again makes no second one */
  free(said);
  free(headline);
  free(pasted);
}

static bool is_listed(struct station *station, const char *action, record_id record)
{
  struct overview overview;
  struct err err = ERR_INIT;
  DONE(overview_read(&station->desk, &overview, &err));
  bool found = find_line(&overview, action, record) != NULL;
  overview_free(&overview);
  return found;
}

/* Acknowledged, relayed until nobody is unreached, called until somebody answered and did what he promised. */
static void test_followed(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  record_id warning = receive(station, &first);
  assert_true(is_listed(station, "warning.ack", warning));
  ACT(station, "warning.ack", warning);
  assert_field(station, &warning_kind, warning, "state", "in_force");
  assert_false(is_listed(station, "warning.ack", warning));
  assert_true(is_listed(station, "warning.relay", warning));
  record_id relay =
    ACT(station, "warning.relay", warning, "audience", "东沟村三组", "channels", "loudspeaker,door", "names", "01号户\n02号户\n03号户");
  assert_false(is_listed(station, "warning.relay", warning));
  assert_true(is_listed(station, "relay.tell", relay));
  assert_field(station, &relay_kind, relay, "warning", "11022841600000 " FIRST);
  ACT(station, "relay.partly", relay, "unreached", "03号户");
  ACT_REFUSED(station, "2 of 3", "relay.done", relay);
  ACT(station, "relay.tell", relay, "name", "03号户", "channel", "door");
  assert_field(station, &relay_kind, relay, "state", "done");
  assert_field(station, &relay_kind, relay, "unreached", "");
  assert_field(station, &relay_kind, relay, "reached", "3");
  assert_false(is_listed(station, "relay.tell", relay));

  record_id call = ACT(station, "warning.call", warning, "callee", "东沟村主任", "phone", "00000000001");
  ACT(station, "call.attempt", call, "channel", "phone", "result", "unanswered");
  assert_int_equal(query_single(station->desk.store, "SELECT count(*) FROM k_attempt WHERE call = ?1", call, 0), 1);
  assert_true(is_listed(station, "call.answer", call));
  ACT(station, "call.answer", call, "answered_by", "东沟村主任", "promised", "转移三组", "promised_due", "+30");
  assert_false(is_listed(station, "call.answer", call));
  assert_true(is_listed(station, "call.close", call)); /* the second clock */
  ACT(station, "call.close", call);
  assert_false(is_listed(station, "call.close", call));

  record_id task = ACT(station, "warning.task", warning, "what", "备勤车辆到位");
  ACT(station, "task.done", task, "evidence", "照片");
  assert_field(station, &task_kind, task, "state", "done");
  ACT_REFUSED(station, "reason", "warning.close", warning);
}

static void test_lifting_is_closed(void **state)
{
  struct station *station = *state;
  record_id warning = receive(station, &lifting);
  assert_false(is_listed(station, "warning.ack", warning));
  assert_true(is_listed(station, "warning.close", warning)); /* the all-clear has to be passed on */
  ACT(station, "warning.close", warning);
  assert_field(station, &warning_kind, warning, "state", "closed");
  assert_false(is_listed(station, "warning.close", warning));
}

static void test_response(void **state)
{
  struct station *station = *state;
  struct status status;
  struct err err = ERR_INIT;
  record_id found = 0;
  assert_int_equal(response_in_force(&station->desk, NULL), 0);
  record_id response = STATION_ADD(station, &response_duty, "hazard", "防汛", "level", "4", "level_by", "县防指");
  assert_int_equal(response_in_force(&station->desk, &found), 4);
  assert_int_equal(found, response);
  ACT(station, "response.change", response, "level", "3", "level_by", "县防指", "level_document", "防指〔2026〕3号");
  receive(station, &first); /* orange: another thing than the level */
  DONE(status_read(&station->desk, &status, &err));
  assert_string_equal(status.response, "Ⅲ");
  assert_string_equal(status.colour, "orange");
  status_free(&status);
  ACT(station, "response.end", response, "why", "县防指通知");
  assert_int_equal(response_in_force(&station->desk, NULL), 0);
}

#define OF_WATER "water@b,2026-001,2026-07-01T10:00:00+08:00"

/* Two issuers number alike: a cancel means the one whose sender it names, in whatever order they arrive. */
static void test_two_issuers(void **state)
{
  struct station *station = *state;
  record_id met = receive_cap(station, "met@a", "2026-001", -4, "Alert", ""),
            water = receive_cap(station, "water@b", "2026-001", -3, "Alert", "");
  receive_cap(station, "water@b", "2026-002", -2, "Cancel", OF_WATER);
  assert_field(station, &warning_kind, met, "state", "received");
  assert_field(station, &warning_kind, water, "state", "cancelled");
}

static void test_two_issuers_late(void **state)
{
  struct station *station = *state;
  record_id met = receive_cap(station, "met@a", "2026-001", -4, "Alert", "");
  receive_cap(station, "water@b", "2026-002", -2, "Cancel", OF_WATER);
  record_id water = receive_cap(station, "water@b", "2026-001", -3, "Alert", "");
  assert_field(station, &warning_kind, met, "state", "received");
  assert_field(station, &warning_kind, water, "state", "cancelled");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    STATION_TEST(test_import),
    STATION_TEST(test_duplicate),
    STATION_TEST(test_update_and_cancel),
    STATION_TEST(test_any_order),
    STATION_TEST(test_not_real),
    STATION_TEST(test_refused),
    STATION_TEST(test_expired),
    STATION_TEST(test_paste),
    STATION_TEST(test_followed),
    STATION_TEST(test_lifting_is_closed),
    STATION_TEST(test_response),
    STATION_TEST(test_two_issuers),
    STATION_TEST(test_two_issuers_late),
    STATION_TEST(test_joined),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
