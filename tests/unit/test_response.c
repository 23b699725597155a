/* Response levels: started, changed, ended by a headquarters, each with its document; their own checklists beside the warnings'. */
#include "unit/duty_station.h"

#include "desk/checklist.h"
#include "desk/overview.h"
#include "desk/warning.h"
#include "store/query.h"

static record_id start(struct station *station, const char *level)
{
  return STATION_ADD(station, &response_duty, "hazard", "防汛", "level", level, "level_by", "县防指", "level_document", "〔2026〕1号",
                     "level_at", "-1");
}

static record_id task_of(struct station *station, record_id response, const char *line)
{
  struct query *query = query_open(station->desk.store, "SELECT id FROM k_task WHERE response = ?1 AND line = ?2");
  query_bind_number(query, 1, response);
  query_bind_text(query, 2, line);
  record_id id = query_next(query, NULL) == 1 ? query_number(query, 0) : 0;
  query_close(query);
  return id;
}

static int64_t open_lines(struct station *station, record_id response)
{
  return query_single(station->desk.store, "SELECT count(*) FROM k_task WHERE response = ?1 AND state = 'open'", response, -1);
}

static void test_a_level_brings_its_list(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  record_id response = start(station, "4");
  assert_true(open_lines(station, response) >= 3);
  assert_true(task_of(station, response, "order_kept") != 0);
  assert_int_equal(task_of(station, response, "leader_at_desk"), 0);
  DONE(query_single(station->desk.store, "SELECT -(count(*) > 0) FROM k_task WHERE response = ?1 AND subject = ''", response, 0));
  char *subject = checklist_subject(&station->desk, response);
  assert_field(station, &task_kind, task_of(station, response, "order_kept"), "subject", subject);
  free(subject);
}

/* However it comes in: each of a file, too. */
static void test_imported_brings_its_list(void **state)
{
  static const char csv[] = "hazard,level,level_by\n防汛,2,县防指\n地质灾害,4,县防指\n";
  struct station *station = *state;
  struct err err = ERR_INIT;
  DONE(duty_import_csv(&station->desk, &response_duty, csv, strlen(csv), true, NULL, NULL, NULL, NULL, &err));
  assert_int_equal(query_single(station->desk.store, "SELECT count(*) FROM k_task", 0, -1), 0);
  DONE(duty_import_csv(&station->desk, &response_duty, csv, strlen(csv), false, NULL, NULL, NULL, NULL, &err));
  record_id flood = record_find(station->desk.store, &response_kind, "防汛", &err),
            slides = record_find(station->desk.store, &response_kind, "地质灾害", &err);
  assert_true(open_lines(station, flood) > open_lines(station, slides));
  assert_true(open_lines(station, slides) >= 3);
  assert_true(task_of(station, flood, "leader_at_desk") != 0);
}

static void test_raised_lowered_ended(void **state)
{
  struct station *station = *state;
  record_id response = start(station, "4");
  ACT(station, "task.done", task_of(station, response, "order_kept"));
  ACT(station, "response.change", response, "level", "2", "level_by", "县防指", "level_document", "〔2026〕2号");
  assert_field(station, &task_kind, task_of(station, response, "order_kept"), "state", "done");
  assert_field(station, &task_kind, task_of(station, response, "early_transfer"), "state", "open");
  ACT(station, "response.change", response, "level", "3", "level_by", "县防指");
  assert_field(station, &task_kind, task_of(station, response, "early_transfer"), "state", "dropped");
  assert_field(station, &task_kind, task_of(station, response, "leader_at_desk"), "state", "open");
  assert_int_equal(response_in_force(&station->desk, NULL), 3);
  ACT(station, "response.end", response, "ended_by", "县防指", "ended_document", "〔2026〕4号");
  assert_int_equal(open_lines(station, response), 0);
  assert_field(station, &response_kind, response, "ended_document", "〔2026〕4号");
  assert_int_equal(response_in_force(&station->desk, NULL), 0);
}

static int levels_in_history(struct station *station, record_id response)
{
  struct query *query = query_open(station->desk.store, "SELECT count(*) FROM op WHERE action LIKE 'response.%'");
  assert_int_equal(query_next(query, NULL), 1);
  int count = (int)query_number(query, 0);
  query_close(query);
  (void)response;
  return count;
}

static void test_each_order_is_one_operation(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  record_id response = start(station, "4");
  ACT(station, "response.change", response, "level", "3", "level_by", "县防指");
  ACT(station, "response.end", response, "ended_by", "县防指");
  assert_int_equal(levels_in_history(station, response), 3); /* with all their lines */
  ACT_REFUSED(station, "Ended", "response.change", response, "level", "1", "level_by", "县防指");
}

static void test_no_time_in_the_future(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  assert_int_equal(
    station_try(station, &response_duty, &err, "hazard", "防汛", "level", "4", "level_by", "县防指", "level_at", "+90", NULL), 0);
  record_id response = start(station, "4");
  ACT_REFUSED(station, "future", "response.end", response, "ended_by", "县防指", "ended_at", "+90");
}

/* The leader is at the desk for the response and for the warning alike. */
static void test_one_line_for_warning_and_response(void **state)
{
  struct station *station = *state;
  record_id response = start(station, "3");
  record_id warning = STATION_ADD(station, &warning_duty, "sent", "-5", "received", "-3", "status", "actual", "type", "alert", "colour",
                                  "orange", "event", "霾", "headline", "霾橙色预警", "sender_name", "县气象台", "expires", "+600");
  ACT(station, "warning.ack", warning);
  ACT(station, "warning.checklist", warning);
  ACT(station, "task.done", task_of(station, response, "leader_at_desk"));
  struct query *query = query_open(station->desk.store, "SELECT count(*) FROM k_task WHERE line = 'leader_at_desk' AND state = 'done'");
  assert_int_equal(query_next(query, NULL), 1);
  assert_int_equal(query_number(query, 0), 2);
  query_close(query);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    STATION_TEST(test_a_level_brings_its_list), STATION_TEST(test_imported_brings_its_list),
    STATION_TEST(test_raised_lowered_ended),    STATION_TEST(test_each_order_is_one_operation),
    STATION_TEST(test_no_time_in_the_future),   STATION_TEST(test_one_line_for_warning_and_response),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
