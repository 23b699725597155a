/* Checklists: the lists as data, opened, raised, lowered, merged, ticked; the all-clear and closing; plans that become tasks. */
#include "unit/duty_station.h"
#include "unit/two_machines.h"

#include "base/file.h"
#include "base/mem.h"
#include "desk/checklist.h"
#include "desk/closing.h"
#include "desk/ladder.h"
#include "desk/overview.h"
#include "desk/warning.h"
#include "store/query.h"

/* One that the village took down by phone; `colour` and `event` as typed. */
static record_id receive(struct station *station, const char *colour, const char *event)
{
  char *headline = mem_printf("%s%s", event, colour);
  record_id warning = STATION_ADD(station, &warning_duty, "sent", "-5", "received", "-3", "status", "actual", "type", "alert", "colour",
                                  colour, "event", event, "headline", headline, "sender_name", "县气象台", "expires", "+600");
  free(headline);
  return warning;
}

static char *key_of(struct station *station, record_id warning)
{
  return station_read(station, &warning_kind, warning, "key");
}

/* Opens the lines of the warning as it stands, as an acknowledgement does. */
static int open_lines(struct station *station, record_id warning)
{
  struct err err = ERR_INIT;
  struct record record = { 0 };
  assert_int_equal(record_read(station->desk.store, &warning_kind, warning, &record, &err), 1);
  struct act *act = act_begin(station->desk.store, "warning.ack", station->desk.officer, &err);
  int made = checklist_open(&station->desk, act, &record, NULL, &err);
  if (made < 0) fail_msg("%s", err.text);
  DONE(act_commit(act, &err));
  record_free(&record);
  return made;
}

/* There is nobody to call at this station: the empty rungs, which ring, are closed with a reason. */
static void close_calls(struct station *station)
{
  record_id call;
  while ((call = query_single(station->desk.store, "SELECT id FROM k_call WHERE state IN ('waiting', 'skipped', 'unanswered')", 0, 0)) != 0)
    ACT(station, "call.close", call, "why", "无人可叫");
}

static void acknowledge(struct station *station, record_id warning)
{
  ACT(station, "warning.ack", warning);
  close_calls(station);
  ACT(station, "warning.checklist", warning); /* once more: nothing new */
}

/* The issuer raises or lowers it: the same record, another colour, received again. */
static void recolour(struct station *station, record_id warning, const char *colour, int minutes_ago)
{
  struct err err = ERR_INIT;
  struct act *act = act_begin(station->desk.store, "warning.import", station->desk.officer, &err);
  struct change *change = act_edit(act, &warning_kind, warning);
  change_set_text(change, "colour", colour);
  change_set_number(change, "received", clock_now() - minutes_ago * CLOCK_MINUTE);
  DONE(act_commit(act, &err));
}

static record_id task_of(struct station *station, const char *subject, const char *line)
{
  struct query *query = query_open(station->desk.store, "SELECT id FROM k_task WHERE subject = ?1 AND line = ?2");
  query_bind_text(query, 1, subject);
  query_bind_text(query, 2, line);
  record_id id = query_next(query, NULL) == 1 ? query_number(query, 0) : 0;
  query_close(query);
  return id;
}

static record_id line_at(struct station *station, record_id warning, const char *line)
{
  char *key = key_of(station, warning);
  record_id task = task_of(station, key, line);
  free(key);
  return task;
}
#define TASK(warning, line) line_at(station, warning, line)

struct seen {
  int rows, count, hidden;
  record_id first, last;
  char what[2048], serves[512];
  int64_t before;
};

static bool see(void *context, const struct checklist_row *row)
{
  struct seen *seen = context;
  if (seen->rows++ == 0) seen->first = row->task;
  seen->last = row->task;
  seen->count += row->count;
  seen->hidden += row->hidden;
  snprintf(seen->serves, sizeof seen->serves, "%s", row->serves);
  snprintf(seen->what + strlen(seen->what), sizeof seen->what - strlen(seen->what), "|%s", row->what);
  if (row->done_before != 0) seen->before = row->done_before;
  return true;
}

static struct seen list(struct station *station, const char *subject, int64_t at)
{
  struct checklist_query query = { .subject = subject, .at = at };
  struct seen seen = { 0 };
  struct err err = ERR_INIT;
  DONE(checklist_each(&station->desk, &query, see, &seen, &err));
  return seen;
}

/* --- as data ------------------------------------------------------------------------------------------------------------------------- */

static const struct checklist_line *line_of(const struct checklist *checklist, const char *id)
{
  for (int i = 0; i < checklist->count; i++)
    if (strcmp(checklist->lines[i].id, id) == 0) return &checklist->lines[i];
  return NULL;
}

static void test_lists_are_whole(void **state)
{
  struct err err = ERR_INIT;
  (void)state;
  DONE(checklist_check(&err));
}

/* Texts by language: [0] plain, [1] .zh_CN. */
struct texts {
  int count[2];
};

static int count_text(void *context, int line, const char *section, const char *key, const char *value, struct err *err)
{
  static const char *const texts[] = { "title", "what", "owner", "basis" };
  struct texts *counted = context;
  size_t length = strcspn(key, ".");
  bool is_post = strncmp(value, "post_", 5) == 0 || strcmp(value, "leader") == 0;
  (void)line, (void)section, (void)err;
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    if (strlen(texts[i]) == length && strncmp(texts[i], key, length) == 0 && !is_post) counted->count[key[length] == '.']++;
  return 0;
}

static bool speaks_both(void *context, const char *name)
{
  struct buf text = BUF_INIT;
  struct texts texts = { 0 };
  struct err err = ERR_INIT;
  DONE(file_data_built_in(name, &text));
  DONE(config_read_ini(name, buf_text(&text), text.length, count_text, &texts, &err));
  if (texts.count[0] == 0 || texts.count[0] != texts.count[1])
    fail_msg("%s: %d texts, %d in Chinese", name, texts.count[0], texts.count[1]);
  buf_free(&text);
  ++*(int *)context;
  return true;
}

static void test_lists_speak_both_languages(void **state)
{
  int files = 0;
  (void)state;
  file_data_each("checklists", speaks_both, &files);
  assert_true(files >= 15);
}

static void test_colours_add_up(void **state)
{
  struct checklist yellow, red;
  struct err err = ERR_INIT;
  (void)state;
  DONE(checklist_for_warning("yellow", "霾", "11B19", &yellow, &err));
  DONE(checklist_for_warning("red", "霾", "11B19", &red, &err));
  assert_non_null(line_of(&yellow, "receive"));
  assert_null(line_of(&yellow, "all_moved"));
  assert_non_null(line_of(&red, "receive"));
  assert_non_null(line_of(&red, "all_moved"));
  assert_non_null(line_of(&red, "reinspection"));
  assert_true(line_of(&red, "patrol_points")->minutes < line_of(&yellow, "patrol_points")->minutes); /* the higher colour's own */
  assert_string_equal(line_of(&red, "patrol_points")->list, "red");
  assert_null(line_of(&red, "valleys_cleared"));
  assert_string_equal(line_of(&red, "leader_at_desk")->post, "leader");
  assert_true(line_of(&red, "all_moved")->evidence);
  for (int i = 0; i < red.count; i++) assert_true(*red.lines[i].basis);
  checklist_free(&yellow);
  checklist_free(&red);
}

static void test_events_have_lines_of_their_own(void **state)
{
  struct checklist by_code, by_word, heat, low;
  struct err err = ERR_INIT;
  (void)state;
  DONE(checklist_for_warning("red", NULL, "11A51", &by_code, &err));
  DONE(checklist_for_warning("red", "山洪灾害气象", NULL, &by_word, &err));
  DONE(checklist_for_warning("red", "高温", NULL, &heat, &err));
  DONE(checklist_for_warning("blue", "山洪", NULL, &low, &err));
  assert_non_null(line_of(&by_code, "valleys_cleared"));
  assert_non_null(line_of(&by_word, "valleys_cleared"));
  assert_null(line_of(&heat, "valleys_cleared"));
  assert_null(line_of(&heat, "all_moved"));      /* nobody moves for heat */
  assert_null(line_of(&low, "valleys_cleared")); /* from orange on */
  checklist_free(&by_code);
  checklist_free(&by_word);
  checklist_free(&heat);
  checklist_free(&low);
}

static void write_own(struct station *station, const char *name, const char *text)
{
  struct err err = ERR_INIT;
  char *folder = file_join(station->directory, "checklists"), *path = file_join(folder, name);
  DONE(file_make_directories(folder, 0700, &err));
  DONE(file_replace(path, text, strlen(text), 0600, &err));
  free(path);
  free(folder);
}

static void remove_own(struct station *station)
{
  static const char *const names[] = { "checklists/red.ini", "checklists/reservoir.ini" };
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    char *path = file_join(station->directory, names[i]);
    unlink(path);
    free(path);
  }
  char *folder = file_join(station->directory, "checklists");
  assert_int_equal(rmdir(folder), 0);
  free(folder);
  unsetenv("DUTYDESK_ETC");
}

#define RED_OF_OURS "[own]\nwhat = Ring the bell\nwhat.zh_CN = 敲钟\nstage = received\nminutes = 5\nbasis = ours\n"

static void test_a_station_overrules(void **state)
{
  struct station *station = *state;
  struct checklist checklist;
  struct err err = ERR_INIT;
  setenv("DUTYDESK_ETC", station->directory, 1);
  write_own(station, "red.ini", RED_OF_OURS);
  write_own(station, "reservoir.ini", "[checklist]\nevents = 水库\n[gate]\nwhat = Man the gate\nstage = action\nbasis = ours\n");
  DONE(checklist_for_warning("red", "水库", NULL, &checklist, &err));
  assert_null(checklist.trouble);
  assert_non_null(line_of(&checklist, "own"));
  assert_non_null(line_of(&checklist, "gate")); /* a list that is not built in */
  assert_null(line_of(&checklist, "all_moved"));
  assert_int_equal(line_of(&checklist, "gate")->minutes, -1);
  checklist_free(&checklist);
  remove_own(station);
}

/* What is wrong is said with file, line and field; and three in the morning is no time to fail for it. */
static void test_mistakes_are_named_and_survived(void **state)
{
  static const struct {
    const char *text, *says;
  } wrong[] = {
    { "[x]\nwhat = a\nstage = soon\nbasis = b\n", "red.ini, line 3: stage cannot be \"soon\"" },
    { "[x]\nwhat = a\nstage = action\n", "line 2: [x] has no key basis" },
    { "[x]\nwhat = a\nstage = action\nbasis = b\nminutes = ten\n", "line 5: minutes must be a number" },
    { "[x]\nwhat = a\nstage = action\nbasis = b\nevidence = perhaps\n", "line 5: evidence cannot be" },
    { "[x]\nwhen = a\n", "line 2: there is no key when in [x]" },
    { "[checklist]\nfor = a\n", "line 2: there is no key for" },
    { "[x]\nwhat = a; b\n", "line 2" },
  };
  struct station *station = *state;
  struct err err = ERR_INIT;
  setenv("DUTYDESK_ETC", station->directory, 1);
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    struct checklist checklist;
    write_own(station, "red.ini", wrong[i].text);
    REFUSED(checklist_check(&err), wrong[i].says);
    DONE(checklist_for_warning("red", "暴雨", NULL, &checklist, &err));
    assert_non_null(checklist.trouble);
    assert_non_null(strstr(checklist.trouble, "red.ini"));
    assert_non_null(line_of(&checklist, "all_moved"));
    assert_null(line_of(&checklist, "x"));
    checklist_free(&checklist);
  }
  remove_own(station);
}

/* --- opening ------------------------------------------------------------------------------------------------------------------------- */

static void test_twice_is_once(void **state)
{
  struct station *station = *state;
  record_id warning = receive(station, "orange", "霾");
  int made = open_lines(station, warning);
  assert_in_range(made, 6, 12);
  assert_int_equal(open_lines(station, warning), 0);
  assert_field(station, &task_kind, TASK(warning, "receive"), "state", "done"); /* ticked by the receipt itself */
  assert_field(station, &task_kind, TASK(warning, "leader_at_desk"), "post", "leader");
  record_id task = TASK(warning, "leader_at_desk");
  assert_int_equal(query_single(station->desk.store,
                                "SELECT t.due - w.received FROM k_task t JOIN k_warning w ON w.key = t.warning WHERE t.id = ?1", task, 0),
                   30 * CLOCK_MINUTE);
  assert_int_equal(TASK(warning, "reinspection"), 0); /* not before the all-clear */
}

static void test_what_is_not_real_opens_nothing(void **state)
{
  struct station *station = *state;
  record_id test = STATION_ADD(station, &warning_duty, "sent", "-5", "received", "-3", "status", "test", "type", "alert", "colour", "red",
                               "event", "山洪", "headline", "测试", "sender_name", "县气象台");
  assert_int_equal(open_lines(station, test), 0);
}

static void test_raising_adds_and_keeps_ticks(void **state)
{
  struct station *station = *state;
  record_id warning = receive(station, "yellow", "霾");
  open_lines(station, warning);
  record_id reachable = TASK(warning, "ab_reachable"), patrol = TASK(warning, "patrol_points");
  ACT(station, "task.done", reachable);
  char *slow = station_read(station, &task_kind, patrol, "due");
  recolour(station, warning, "red", 0);
  assert_true(open_lines(station, warning) > 3);
  assert_field(station, &task_kind, reachable, "state", "done");
  assert_int_equal(TASK(warning, "patrol_points"), patrol); /* the same record, with the shorter clock and the words of red */
  char *quick = station_read(station, &task_kind, patrol, "due");
  assert_true(strcmp(quick, slow) < 0);
  assert_field(station, &task_kind, patrol, "list", "red");
  free(slow);
  free(quick);
  assert_true(TASK(warning, "all_moved") != 0);

  recolour(station, warning, "yellow", 0); /* lowered: what red alone asked for goes, with the reason */
  open_lines(station, warning);
  assert_field(station, &task_kind, TASK(warning, "all_moved"), "state", "dropped");
  assert_field(station, &task_kind, TASK(warning, "all_moved"), "state_why", "the colour was lowered");
  assert_field(station, &task_kind, reachable, "state", "done");
  recolour(station, warning, "red", 0);
  open_lines(station, warning);
  assert_field(station, &task_kind, TASK(warning, "all_moved"), "state", "open"); /* and comes back */
}

static void test_what_a_person_dropped_stays_dropped(void **state)
{
  struct station *station = *state;
  record_id warning = receive(station, "orange", "霾");
  open_lines(station, warning);
  ACT(station, "task.drop", TASK(warning, "outdoor_stopped"), "why", "无工地");
  recolour(station, warning, "red", 0);
  open_lines(station, warning);
  assert_field(station, &task_kind, TASK(warning, "outdoor_stopped"), "state", "dropped");
}

/* --- stages -------------------------------------------------------------------------------------------------------------------------- */

static void test_later_stages_are_hidden_until_due(void **state)
{
  struct station *station = *state;
  record_id warning = receive(station, "orange", "霾");
  char *key = key_of(station, warning);
  open_lines(station, warning);
  struct seen now = list(station, key, clock_now());
  assert_non_null(strstr(now.what, "Duty leader at the desk"));
  assert_null(strstr(now.what, "Make shelters"));
  struct seen later = list(station, key, clock_now() + 95 * CLOCK_MINUTE); /* due after 120 minutes: never overdue unseen */
  assert_non_null(strstr(later.what, "Make shelters"));
  ACT(station, "task.done", TASK(warning, "ab_reachable"));
  ACT(station, "task.done", TASK(warning, "leader_at_desk"));
  assert_null(strstr(list(station, key, clock_now()).what, "Make shelters")); /* the relay comes first */
  ACT(station, "task.done", TASK(warning, "relay"));
  ACT(station, "task.done", TASK(warning, "call_everyone"));
  ACT(station, "task.drop", TASK(warning, "verify_contacts"), "why", "昨日已核对");
  assert_non_null(strstr(list(station, key, clock_now()).what, "Make shelters"));
  free(key);
}

static bool is_listed(struct station *station, const char *action, record_id record)
{
  struct overview overview;
  struct err err = ERR_INIT;
  bool found = false;
  DONE(overview_read(&station->desk, &overview, &err));
  for (int i = 0; i < overview.count; i++)
    found |= overview.lines[i].record == record && overview.lines[i].action != NULL && strcmp(overview.lines[i].action, action) == 0;
  overview_free(&overview);
  return found;
}

static void test_overview_shows_what_is_visible(void **state)
{
  struct station *station = *state;
  record_id warning = receive(station, "orange", "霾");
  open_lines(station, warning);
  assert_true(is_listed(station, "task.done", TASK(warning, "leader_at_desk")));
  assert_false(is_listed(station, "task.done", TASK(warning, "shelters_ready")));
  assert_false(is_listed(station, "task.done", TASK(warning, "receive")));
}

static void test_counts_and_next_due(void **state)
{
  struct station *station = *state;
  struct checklist_count count;
  struct err err = ERR_INIT;
  record_id warning = receive(station, "orange", "霾");
  char *key = key_of(station, warning);
  int made = open_lines(station, warning);
  int64_t now = clock_now();
  DONE(checklist_count(&station->desk, key, now, &count, &err));
  assert_int_equal(count.all, made);
  assert_int_equal(count.done, 1);
  assert_int_equal(count.open, made - 1);
  assert_int_equal(count.overdue, 0);
  assert_true(count.hidden > 0);
  DONE(checklist_count(&station->desk, key, now + CLOCK_DAY, &count, &err));
  assert_int_equal(count.overdue, made - 1);
  assert_int_equal(count.hidden, 0);
  int64_t next = checklist_next_due(&station->desk, now);
  assert_in_range(next, now + 5 * CLOCK_MINUTE, now + 13 * CLOCK_MINUTE);
  assert_true(checklist_next_due(&station->desk, next) > next);
  free(key);
}

/* --- merged -------------------------------------------------------------------------------------------------------------------------- */

static void test_two_warnings_one_line(void **state)
{
  struct station *station = *state;
  record_id storm = receive(station, "orange", "暴雨"), flood = receive(station, "red", "山洪");
  open_lines(station, storm);
  open_lines(station, flood);
  int64_t late = clock_now() + CLOCK_DAY;
  struct seen all = list(station, NULL, late);
  int shelters = 0;
  for (const char *at = all.what; (at = strstr(at, "Make shelters")) != NULL; at++) shelters++;
  assert_int_equal(shelters, 1);
  assert_true(all.count > all.rows);
  int relays = 0;
  for (const char *at = all.what; (at = strstr(at, "Relay the warning")) != NULL; at++) relays++;
  assert_int_equal(relays, 2);                          /* each has to be passed on */
  assert_non_null(strstr(all.what, "without a break")); /* the words and the clock of the higher colour */
  assert_null(strstr(all.what, "several times"));

  ACT(station, "task.done", TASK(storm, "shelters_ready")); /* one tick for both */
  assert_field(station, &task_kind, TASK(flood, "shelters_ready"), "state", "done");
  ACT(station, "task.done", TASK(storm, "relay"));
  assert_field(station, &task_kind, TASK(flood, "relay"), "state", "open");
}

static void test_lines_say_what_they_serve(void **state)
{
  struct station *station = *state;
  struct checklist_query query = { .at = clock_now(), .limit = 1 };
  struct seen seen = { 0 };
  struct err err = ERR_INIT;
  record_id storm = receive(station, "yellow", "暴雨"), flood = receive(station, "yellow", "霾");
  open_lines(station, storm);
  open_lines(station, flood);
  DONE(checklist_each(&station->desk, &query, see, &seen, &err)); /* the first due: A and B reachable */
  assert_non_null(strstr(seen.serves, "Yellow 暴雨"));
  assert_non_null(strstr(seen.serves, "Yellow 霾"));
}

static void test_what_stands_holds_for_the_next(void **state)
{
  struct station *station = *state;
  record_id storm = receive(station, "orange", "暴雨");
  open_lines(station, storm);
  ACT(station, "task.done", TASK(storm, "leader_at_desk"));
  ACT(station, "task.done", TASK(storm, "patrol_points"));
  record_id flood = receive(station, "orange", "霾");
  open_lines(station, flood);
  assert_field(station, &task_kind, TASK(flood, "leader_at_desk"), "state", "done");
  assert_field(station, &task_kind, TASK(flood, "patrol_points"), "state", "open"); /* a patrol has to be made again, */
  char *key = key_of(station, flood);
  assert_true(list(station, key, clock_now() + 90 * CLOCK_MINUTE).before != 0); /* but it is said when it was */
  free(key);
}

static void test_pages(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  char *key;
  record_id warning = receive(station, "red", "山洪");
  open_lines(station, warning);
  key = key_of(station, warning);
  struct seen whole = list(station, key, clock_now() + CLOCK_DAY), pages = { 0 };
  struct checklist_query query = { .subject = key, .at = clock_now() + CLOCK_DAY, .limit = 4 };
  int before;
  do {
    before = pages.rows;
    DONE(checklist_each(&station->desk, &query, see, &pages, &err));
    query.after = pages.last;
  } while (pages.rows > before);
  assert_int_equal(pages.rows, whole.rows);
  assert_string_equal(pages.what, whole.what);
  free(key);
}

static void test_evidence(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  record_id warning = receive(station, "orange", "霾");
  open_lines(station, warning);
  record_id task = TASK(warning, "early_transfer");
  ACT_REFUSED(station, "needs its evidence", "task.done", task);
  ACT(station, "task.done", task, "evidence", "23户69人已到安置点");
  assert_field(station, &task_kind, task, "evidence", "23户69人已到安置点");
  ACT(station, "task.reopen", task, "why", "有人返回");
  assert_field(station, &task_kind, task, "state", "open");
}

static void test_a_post_owns_until_somebody_is_named(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  record_id warning = receive(station, "blue", "霾");
  open_lines(station, warning);
  record_id task = TASK(warning, "verify_contacts");
  assert_field(station, &task_kind, task, "post", "b");
  DONE(station_change(station, &task_duty, task, "owner", "值班员丙", &err));
  assert_field(station, &task_kind, task, "post", "");
  DONE(station_change(station, &task_duty, task, "due", "+30", &err));
}

/* --- ticks itself --------------------------------------------------------------------------------------------------------------------- */

static int settle(struct station *station)
{
  struct err err = ERR_INIT;
  struct act *act = act_begin(station->desk.store, "ladder.advance", 0, &err);
  int ticked = checklist_settle(&station->desk, act, &err);
  DONE(act_commit(act, &err));
  return ticked;
}

static void test_relayed_is_ticked(void **state)
{
  struct station *station = *state;
  record_id warning = receive(station, "blue", "霾");
  open_lines(station, warning);
  record_id line = TASK(warning, "relay");
  assert_int_equal(settle(station), 0); /* no list is no proof */
  record_id relay = ACT(station, "warning.relay", warning, "audience", "三组");
  assert_int_equal(settle(station), 0);
  ACT(station, "relay.done", relay);
  settle(station);
  assert_field(station, &task_kind, line, "state", "done");
  assert_int_equal(settle(station), 0);
}

/* --- all-clear and closing ------------------------------------------------------------------------------------------------------------ */

static record_id closing_of(struct station *station, record_id warning)
{
  char *key = key_of(station, warning);
  struct query *query = query_open(station->desk.store, "SELECT id FROM k_closing WHERE warning = ?1");
  query_bind_text(query, 1, key);
  record_id id = query_next(query, NULL) == 1 ? query_number(query, 0) : 0;
  query_close(query);
  free(key);
  return id;
}

static void test_all_clear(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  record_id warning = receive(station, "orange", "霾");
  acknowledge(station, warning);
  ACT_REFUSED(station, "reason", "warning.close", warning);
  ACT(station, "warning.lift", warning, "release_by", "县气象台", "release_document", "〔2026〕9号", "release_at", "-1");
  assert_field(station, &warning_kind, warning, "state", "cancelled");
  assert_field(station, &task_kind, TASK(warning, "shelters_ready"), "state", "dropped");
  assert_field(station, &task_kind, TASK(warning, "reinspection"), "state", "open");
  assert_field(station, &closing_kind, closing_of(station, warning), "release_document", "〔2026〕9号");
  ACT_REFUSED(station, "4 lines of the all-clear", "warning.close", warning);
  ACT(station, "task.done", TASK(warning, "written_release"), "evidence", "传真");
  ACT(station, "task.done", TASK(warning, "relay_all_clear"));
  ACT_REFUSED(station, "Re-inspect", "warning.close", warning);
  ACT(station, "task.done", TASK(warning, "reinspection"), "evidence", "三处边坡无异常");
  ACT(station, "task.done", TASK(warning, "closing_counts"));
  assert_true(is_listed(station, "warning.close", warning));
  ACT(station, "warning.close", warning);
  assert_false(is_listed(station, "warning.close", warning));
  assert_field(station, &warning_kind, warning, "state", "closed");
  assert_field(station, &closing_kind, closing_of(station, warning), "state", "closed");
  ACT_REFUSED(station, "Closed", "warning.close", warning);
}

static void set_state(struct station *station, record_id warning, const char *to)
{
  struct err err = ERR_INIT;
  struct act *act = act_begin(station->desk.store, "warning.import", 0, &err);
  change_set_text(act_edit(act, &warning_kind, warning), "state", to);
  DONE(act_commit(act, &err));
}

/* A later alert of the chain: closed is not over. */
static void test_in_force_again(void **state)
{
  struct station *station = *state;
  record_id warning = receive(station, "blue", "霾");
  acknowledge(station, warning);
  ACT(station, "warning.lift", warning, "release_by", "县气象台");
  ACT(station, "warning.close", warning, "why", "误发");
  assert_field(station, &task_kind, TASK(warning, "verify_contacts"), "state", "dropped");
  set_state(station, warning, "received");
  acknowledge(station, warning);
  assert_field(station, &closing_kind, closing_of(station, warning), "state", "again");
  assert_field(station, &task_kind, TASK(warning, "verify_contacts"), "state", "open");
  set_state(station, warning, "cancelled");
  ACT(station, "warning.lift", warning, "release_by", "县气象台");
  assert_field(station, &closing_kind, closing_of(station, warning), "state", "lifted");
  assert_field(station, &task_kind, TASK(warning, "reinspection"), "state", "open");
}

/* The issuer has lifted it: the desk still has to give its own all-clear. */
static void test_lifted_by_the_issuer(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  record_id warning = receive(station, "blue", "霾");
  acknowledge(station, warning);
  set_state(station, warning, "cancelled");
  assert_true(is_listed(station, "warning.lift", warning));
  assert_false(is_listed(station, "warning.close", warning));
  ACT_REFUSED(station, "all-clear has not been given", "warning.close", warning);
  ACT(station, "warning.lift", warning, "release_by", "县气象台");
  assert_false(is_listed(station, "warning.lift", warning));
  assert_true(TASK(warning, "relay_all_clear") != 0);
}

static void test_open_things_are_named(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  struct closing_open open;
  record_id warning = receive(station, "blue", "霾");
  char *key = key_of(station, warning);
  acknowledge(station, warning);
  record_id relay = ACT(station, "warning.relay", warning, "audience", "东沟村三组");
  record_id call = ACT(station, "warning.call", warning, "callee", "东沟村主任");
  ACT(station, "warning.task", warning, "what", "备勤车辆到位");
  DONE(closing_open(&station->desk, key, &open, &err));
  assert_int_equal(open.calls, 1);
  assert_int_equal(open.relays, 1);
  assert_int_equal(open.tasks, 3);
  assert_int_equal(open.inspections, 0);
  char *text = closing_open_text(&station->desk, key, &err);
  assert_non_null(strstr(text, "东沟村主任"));
  assert_non_null(strstr(text, "东沟村三组"));
  assert_non_null(strstr(text, "备勤车辆到位"));
  free(text);

  record_id officer = add_officer(station, "值班员甲", "a", "officer"), leader = add_officer(station, "带班领导", "leader", "leader");
  station->desk.officer = officer;
  station->desk.interactive = true; /* signed in: what he may do is his rank */
  ACT_REFUSED(station, "1 relay (东沟村三组)", "warning.close", warning, "why", "都办完了");
  ACT_REFUSED(station, "Only a leader", "warning.close", warning, "why", "都办完了");
  station->desk.officer = leader;
  ACT(station, "warning.close", warning, "why", "降雨已停三日");
  assert_field(station, &warning_kind, warning, "state", "closed");
  assert_field(station, &call_kind, call, "state", "closed");
  assert_field(station, &relay_kind, relay, "state", "dropped");
  char *remains = station_read(station, &closing_kind, closing_of(station, warning), "remains");
  assert_non_null(strstr(remains, "东沟村三组"));
  free(remains);
  free(key);
}

static void test_counts_are_frozen(void **state)
{
  struct station *station = *state;
  record_id warning = receive(station, "orange", "霾");
  acknowledge(station, warning);
  record_id relay = ACT(station, "warning.relay", warning, "audience", "三组", "names", "01号户\n02号户\n03号户");
  ACT(station, "relay.partly", relay, "unreached", "03号户");
  record_id household = STATION_ADD(station, &household_duty, "code", "1组01号户", "head", "01号户", "members", "3");
  record_id row = STATION_ADD(station, &transfer_duty, "household", "1组01号户");
  ACT(station, "transfer.settle", row, "goes_to", "relatives", "people", "3");
  (void)household;
  ACT(station, "warning.close", warning, "why", "演示结束");
  record_id closing = closing_of(station, warning);
  assert_field(station, &closing_kind, closing, "to_tell", "3");
  assert_field(station, &closing_kind, closing, "told", "2");
  assert_field(station, &closing_kind, closing, "unreached", "1");
  assert_field(station, &closing_kind, closing, "transferred", "3");
  assert_field(station, &closing_kind, closing, "households", "1");
  assert_field(station, &closing_kind, closing, "returned", "0");
  ACT(station, "transfer.return", row, "approved_by", "镇长");
  assert_field(station, &closing_kind, closing, "returned", "0"); /* as it was */
}

/* --- plans ---------------------------------------------------------------------------------------------------------------------------- */

static record_id add_plan(struct station *station, const char *state)
{
  record_id plan = STATION_ADD(station, &plan_duty, "title", "防汛预案", "tier", "township", "state", state, "commander", "镇长");
  STATION_ADD(station, &plan_step_duty, "plan", "防汛预案", "place", "1", "colour", "any", "text", "核对电话", "owner", "值班员甲",
              "minutes", "30");
  STATION_ADD(station, &plan_step_duty, "plan", "防汛预案", "place", "2", "colour", "orange", "text", "领导到岗");
  STATION_ADD(station, &plan_step_duty, "plan", "防汛预案", "place", "3", "colour", "red", "text", "封路");
  return plan;
}

static int64_t plan_tasks(struct station *station, const char *state)
{
  struct query *query = query_open(station->desk.store, "SELECT count(*) FROM k_task WHERE plan IS NOT NULL AND state = ?1");
  query_bind_text(query, 1, state);
  assert_int_equal(query_next(query, NULL), 1);
  int64_t count = query_number(query, 0);
  query_close(query);
  return count;
}

static void test_plan_becomes_tasks_once(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  record_id plan = add_plan(station, "force");
  ACT(station, "plan.activate", plan, "colour", "orange", "why", "演练");
  assert_int_equal(plan_tasks(station, "open"), 2);
  ACT(station, "plan.activate", plan, "colour", "orange");
  assert_int_equal(plan_tasks(station, "open"), 2);
  record_id first = query_single(station->desk.store, "SELECT id FROM k_task WHERE plan = ?1 AND due IS NOT NULL", plan, 0);
  assert_field(station, &task_kind, first, "owner", "值班员甲");
  ACT(station, "task.done", first);
  ACT(station, "plan.activate", plan, "colour", "red"); /* a higher colour adds, and what is done stays so */
  assert_int_equal(plan_tasks(station, "open"), 2);
  assert_int_equal(plan_tasks(station, "done"), 1);
  assert_field(station, &plan_kind, plan, "activated_for", "演练");
  ACT(station, "plan.stand_down", plan, "why", "演练结束");
  assert_int_equal(plan_tasks(station, "open"), 0);
  assert_int_equal(plan_tasks(station, "dropped"), 2);
  ACT_REFUSED(station, "not activated", "plan.stand_down", plan, "why", "再一次");
}

static void test_plan_of_a_warning(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  record_id plan = add_plan(station, "force"), warning = receive(station, "orange", "霾");
  char *key = key_of(station, warning), *typed = station_read(station, &warning_kind, warning, "no");
  struct closing_open open;
  ACT(station, "plan.activate", plan, "colour", "orange", "warning", typed);
  DONE(closing_open(&station->desk, key, &open, &err));
  assert_int_equal(open.tasks, 2); /* its steps are part of what the warning leaves to do */
  free(key);
  free(typed);
}

static void test_plan_must_be_in_force(void **state)
{
  struct station *station = *state;
  struct err err = ERR_INIT;
  record_id plan = STATION_ADD(station, &plan_duty, "title", "草案", "tier", "village", "state", "draft");
  ACT_REFUSED(station, "not in force", "plan.activate", plan, "colour", "red");
  record_id empty = STATION_ADD(station, &plan_duty, "title", "空案", "tier", "village", "state", "force", "commander", "村主任");
  ACT_REFUSED(station, "no steps", "plan.activate", empty, "colour", "red");
}

/* --- two machines --------------------------------------------------------------------------------------------------------------------- */

static struct station *second_machine(void)
{
  void *state = NULL;
  assert_int_equal(station_setup(&state), 0);
  return state;
}

static record_id receive_here(struct station *station, const char *sent, const char *received)
{
  return STATION_ADD(station, &warning_duty, "sent", sent, "received", received, "status", "actual", "type", "alert", "colour", "orange",
                     "event", "霾", "headline", "霾橙色预警", "sender_name", "县气象台", "expires", "+600");
}

static bool count_tasks(void *context, const struct kind *kind, record_id id, int field, const op_id *ops, int count)
{
  (void)id, (void)ops, (void)count;
  if (kind != &task_kind) return true;
  print_message("in conflict: %s\n", kind_field(kind, field)->name);
  ++*(int *)context;
  return true;
}

/* Each machine of the desk has received and acknowledged by itself, a minute apart: one record of each line, and nobody is asked which. */
static void test_two_machines_make_one_list(void **state)
{
  struct station *here = *state, *there = second_machine();
  struct err err = ERR_INIT;
  char sent[CLOCK_TEXT];
  void *other = there;
  clock_text(sent, clock_now() - 5 * CLOCK_MINUTE, CLOCK_DATE_TIME);
  record_id ours = receive_here(here, sent, "-3"), theirs = receive_here(there, sent, "-2");
  ACT(here, "warning.ack", ours);
  ACT(there, "warning.ack", theirs);
  ACT(there, "task.done", line_at(there, theirs, "leader_at_desk"));
  int64_t lines = query_single(here->desk.store, "SELECT count(*) FROM k_task", 0, 0);
  tell(&there->desk, &here->desk);
  assert_int_equal(query_single(here->desk.store, "SELECT count(*) FROM k_task", 0, 0), lines);
  assert_true(ladder_advance(&here->desk, clock_now(), &err) > 0);
  int conflicts = 0;
  DONE(conflict_each(here->desk.store, count_tasks, &conflicts, &err));
  assert_int_equal(conflicts, 0);
  assert_field(here, &task_kind, line_at(here, ours, "leader_at_desk"), "state", "done"); /* what is done there is done here */
  station_teardown(&other);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_lists_are_whole),
    cmocka_unit_test(test_lists_speak_both_languages),
    cmocka_unit_test(test_colours_add_up),
    cmocka_unit_test(test_events_have_lines_of_their_own),
    STATION_TEST(test_a_station_overrules),
    STATION_TEST(test_mistakes_are_named_and_survived),
    STATION_TEST(test_twice_is_once),
    STATION_TEST(test_what_is_not_real_opens_nothing),
    STATION_TEST(test_raising_adds_and_keeps_ticks),
    STATION_TEST(test_what_a_person_dropped_stays_dropped),
    STATION_TEST(test_later_stages_are_hidden_until_due),
    STATION_TEST(test_overview_shows_what_is_visible),
    STATION_TEST(test_counts_and_next_due),
    STATION_TEST(test_two_warnings_one_line),
    STATION_TEST(test_lines_say_what_they_serve),
    STATION_TEST(test_what_stands_holds_for_the_next),
    STATION_TEST(test_pages),
    STATION_TEST(test_evidence),
    STATION_TEST(test_a_post_owns_until_somebody_is_named),
    STATION_TEST(test_relayed_is_ticked),
    STATION_TEST(test_all_clear),
    STATION_TEST(test_lifted_by_the_issuer),
    STATION_TEST(test_in_force_again),
    STATION_TEST(test_open_things_are_named),
    STATION_TEST(test_counts_are_frozen),
    STATION_TEST(test_plan_becomes_tasks_once),
    STATION_TEST(test_plan_of_a_warning),
    STATION_TEST(test_plan_must_be_in_force),
    STATION_TEST(test_two_machines_make_one_list),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
