/* The views of schema desk: what the county, a township and a village are shown there is what the villages' own databases say, put
 * together. Line by line, each with its area in front. */
#include "hub/villages.h"

#include <inttypes.h>

#include "desk/overview.h"
#include "desk/relay_parts.h"
#include "store/query.h"
#include "sync/hub_desk.h"
#include "sync/hub_postgres.h"

/* The clock goes on from wherever a record is to be made: linked with --wrap=clock_now. */
static int64_t ago;
int64_t __real_clock_now(void);
int64_t __wrap_clock_now(void);
int64_t __wrap_clock_now(void)
{
  return __real_clock_now() - ago;
}

static struct act *begin(struct place_of_work *one, const char *action)
{
  struct err err = ERR_INIT;
  struct act *act = act_begin(one->desk.store, action, 0, &err);
  if (!act) fail_msg("%s", err.text);
  return act;
}

static void commit(struct act *act)
{
  struct err err = ERR_INIT;
  DONE(act_commit(act, &err));
}

/* --- lines ---------------------------------------------------------------------------------------------------------------------------- */

struct lines {
  char **list;
  int count;
};

static void line_add(struct lines *lines, char *line)
{
  lines->list = mem_grow(lines->list, (size_t)lines->count + 1, sizeof(*lines->list));
  lines->list[lines->count++] = line;
}

static int compare(const void *one, const void *other)
{
  return strcmp(*(char *const *)one, *(char *const *)other);
}

static void lines_free(struct lines *lines)
{
  for (int index = 0; index < lines->count; index++) free(lines->list[index]);
  free(lines->list);
}

/* One text for each row. */
static struct lines lines_shown(const char *role, const char *sql)
{
  struct lines lines = { 0 };
  struct postgres_rows rows;
  struct err err = ERR_INIT;
  char *url = url_of(role);
  struct postgres *postgres = postgres_open(url, &err);
  if (!postgres) fail_msg("%s", err.text);
  if (postgres_ask(postgres, sql, NULL, 0, &rows, &err) != 0) fail_msg("%s: %s", sql, err.text);
  for (int row = 0; row < rows.count; row++) {
    const char *text = rows_bytes(&rows, row, 0, NULL);
    line_add(&lines, mem_dup(text ? text : "NULL"));
  }
  rows_drop(&rows);
  postgres_close(postgres);
  free(url);
  return lines;
}

typedef void (*speaks)(struct place_of_work *one, struct lines *lines);

static bool stands_in(const struct county *county, int station, int above)
{
  while (station != above && station >= 0) station = county->list[station].above;
  return station == above;
}

static void same(const char *what, const char *role, struct lines *shown, struct lines *said)
{
  qsort(shown->list, (size_t)shown->count, sizeof(*shown->list), compare);
  qsort(said->list, (size_t)said->count, sizeof(*said->list), compare);
  for (int index = 0; index < shown->count && index < said->count; index++)
    if (strcmp(shown->list[index], said->list[index]) != 0)
      fail_msg("%s, %s: shown is '%s', the station says '%s'", what, role, shown->list[index], said->list[index]);
  if (shown->count != said->count) fail_msg("%s, %s: %d lines shown, %d said", what, role, shown->count, said->count);
  assert_true(said->count > 0);
  lines_free(shown);
  lines_free(said);
}

/* The view as each level sees it, and what the stations of its area say. */
static void sum_of_parts(struct county *county, const char *what, const char *sql, speaks say)
{
  static const int levels[] = { COUNTY, 2, TOWNS + 7 };
  for (size_t level = 0; level < sizeof(levels) / sizeof(*levels); level++) {
    struct lines said = { 0 }, shown = lines_shown(county->list[levels[level]].role, sql);
    for (int index = 0; index < STATIONS; index++)
      if (stands_in(county, index, levels[level])) say(&county->list[index], &said);
    same(what, county->list[levels[level]].role, &shown, &said);
  }
}

/* SQL: a record of the station's own scope, ?2. Townships and the county hold their villages' as well. */
#define OWN(id) "(" id ") >> 47 IN (SELECT id FROM log WHERE area = ?2)"

static void says(struct place_of_work *one, const char *sql, struct lines *lines)
{
  struct query *query = query_open(one->desk.store, sql);
  query_bind_number(query, 1, __real_clock_now());
  query_bind_number(query, 2, store_area(one->desk.store));
  while (query_next(query, NULL) == 1) line_add(lines, mem_printf("%s %s", one->area, query_text(query, 0)));
  query_close(query);
}

/* --- lists of the unreached ----------------------------------------------------------------------------------------------------------- */

static record_id household_make(struct place_of_work *one, int number)
{
  char code[48];
  struct act *act = begin(one, "household.add");
  struct change *change = act_new(act, &household_kind, 0, LANE_UP);
  snprintf(code, sizeof(code), "%s%02d号户", one->role, number);
  change_set_text(change, "code", code);
  change_set_text(change, "area", one->area);
  record_id household = change_record(change);
  commit(act);
  return household;
}

static record_id list_make(struct place_of_work *one, const char *warning, const char *colour, const char *sort)
{
  struct act *act = begin(one, "relay.add");
  struct change *change = keyed(
    act, &relay_kind, LANE_UP_URGENT,
    (const char *const[][2]){ { "warning", warning }, { "colour", colour }, { "area", one->area }, { "sort", sort }, { NULL, NULL } });
  record_id list = change_record(change);
  change_set_text(change, "audience", sort);
  change_set_text(change, "names", "甲\n乙\n丙");
  change_set_text(change, "state", "waiting");
  change_set_number(change, "due", act_at(act) + CLOCK_HOUR);
  commit(act);
  return list;
}

/* As the desk does at its next look. */
static void list_count(struct place_of_work *one, record_id list)
{
  struct err err = ERR_INIT;
  struct relay_count count;
  struct record record = { 0 };
  DONE(relay_count_live(&one->desk, list, &count, &err));
  assert_int_equal(record_read(one->desk.store, &relay_kind, list, &record, &err), 1);
  struct act *act = begin(one, "relay.settle");
  relay_write_state(&one->desk, act, &record, &count);
  commit(act);
  record_free(&record);
}

static void list_tell(struct place_of_work *one, record_id list, struct relay_choice choice)
{
  struct err err = ERR_INIT;
  DONE(relay_tell(&one->desk, list, &choice, &(struct relay_telling){ .channel = "phone" }, &err));
}

static void list_drop(struct place_of_work *one, record_id list)
{
  struct err err = ERR_INIT;
  struct relay_count count;
  DONE(relay_count_live(&one->desk, list, &count, &err));
  struct act *act = begin(one, "relay.drop");
  relay_write_dropped(&one->desk, act, list, &count, "over");
  commit(act);
}

/* Nobody told, one told, everybody told, closed with some left; a list that nobody has counted yet; one of before the colour rose. */
static void lists_make(struct place_of_work *one, int index)
{
  record_id household = 0;
  for (int number = 0; number < 2 + index % 3; number++) household = household_make(one, number);
  if (index % 2) list_count(one, list_make(one, "W1", "orange", "names"));
  record_id list = list_make(one, "W1", "red", "households");
  list_count(one, list);
  if (index % 4 == 1 || index % 4 == 3) list_tell(one, list, (struct relay_choice){ .household = household });
  if (index % 4 == 2) list_tell(one, list, (struct relay_choice){ 0 });
  if (index % 4 == 3) list_drop(one, list);
  if (index % 5 == 0) list_make(one, "W2", "red", "names");
}

static const char unreached_shown[] =
  "SELECT concat_ws(' ', area, warning, audience, state, coalesce(expected::text, '?'), reached, coalesce(missing::text, '?'), "
  "(SELECT count(*) FROM regexp_split_to_table(names, E'\\n'))) FROM desk.unreached";

static void unreached_said(struct place_of_work *one, struct lines *lines)
{
  struct err err = ERR_INIT;
  struct query *query =
    query_open(one->desk.store, "SELECT id, expected IS NOT NULL, warning || ' ' || audience || ' ' || state, state = 'dropped'"
                                " FROM k_relay WHERE area = ?1 AND ((" RELAY_OPEN ") OR state = 'dropped')");
  query_bind_text(query, 1, one->area);
  while (query_next(query, &err) == 1) {
    struct relay_count count;
    DONE(relay_count_live(&one->desk, query_number(query, 0), &count, &err));
    if (query_number(query, 1))
      line_add(lines, mem_printf("%s %s %d %d %d %d", one->area, query_text(query, 2), count.all, count.reached, count.unreached,
                                 query_number(query, 3) ? count.unreached : 0));
    else
      line_add(lines, mem_printf("%s %s ? 0 ? 0", one->area, query_text(query, 2)));
  }
  query_close(query);
}

static void answers_said(struct place_of_work *one, struct lines *lines)
{
  struct err err = ERR_INIT;
  struct relay_count count;
  DONE(relay_count_warning(&one->desk, "W1", one->area, &count, &err));
  line_add(lines, mem_printf("%s %d %d", one->area, count.all, count.reached));
}

/* --- rounds --------------------------------------------------------------------------------------------------------------------------- */

static const struct {
  const char *name, *class, *state;
  bool is_watched;
  int made, changed; /* days ago; changed 0: not since */
  int visits[3];     /* hours ago; 0: no more */
} points[] = {
  { "new", "hazard", "active", false, 2, 0, { 0 } },
  { "new-watched", "hazard", "active", true, 2, 0, { 0 } },
  { "old", "slope", "active", false, 40, 0, { 0 } },
  { "changed", "slope", "active", false, 40, 3, { 0 } },
  { "watched", "hazard", "active", true, 50, 0, { 75, 30, 2 } },
  { "watched-late", "slope", "active", true, 50, 45, { 200, 75, 30 } },
  { "hazard", "hazard", "active", false, 100, 0, { 1000, 75 } },
  { "hazard-late", "hazard", "active", false, 100, 0, { 1000, 240 } }, /* in the flood season only */
  { "slope-late", "slope", "active", false, 100, 1, { 1000 } },
  { "treated", "hazard", "treated", false, 100, 0, { 1000 } },
};

static void visit_make(struct place_of_work *one, record_id point, int hours, const char *struck)
{
  ago = hours * CLOCK_HOUR;
  struct act *act = begin(one, "visit.add");
  struct change *change = act_new(act, &visit_kind, 0, LANE_UP);
  change_set_number(change, "point", point);
  change_set_number(change, "at", act_at(act));
  change_set_text(change, "round", "routine");
  change_set_text(change, "result", "normal");
  change_set_text(change, "visitor", "值班员甲");
  change_set_text(change, "voided", struck);
  commit(act);
  ago = 0;
}

static void point_make(struct place_of_work *one, size_t number)
{
  ago = points[number].made * CLOCK_DAY;
  struct act *act = begin(one, "point.add");
  struct change *change = act_new(act, &point_kind, 0, LANE_UP);
  record_id point = change_record(change);
  change_set_text(change, "name", points[number].name);
  change_set_text(change, "class", points[number].class);
  change_set_text(change, "type", "01");
  change_set_text(change, "state", points[number].state);
  if (points[number].is_watched) change_set_number(change, "watch", 1);
  commit(act);
  ago = points[number].changed * CLOCK_DAY;
  if (ago) {
    act = begin(one, "point.set");
    change_set_text(act_edit(act, &point_kind, point), "means", "gauge");
    commit(act);
  }
  for (int visit = 0; visit < 3 && points[number].visits[visit]; visit++) visit_make(one, point, points[number].visits[visit], NULL);
  if (points[number].is_watched) visit_make(one, point, 1, "another point's");
  ago = 0;
}

static void points_make(struct place_of_work *one, int index)
{
  for (size_t number = 0; number < sizeof(points) / sizeof(*points); number++)
    if ((number + (size_t)index) % 3) point_make(one, number);
}

static const char rounds_shown[] =
  "SELECT concat_ws(' ', area, name, watch::int, day, week, coalesce(floor(extract(epoch FROM last_visit))::text, '-')) FROM desk.rounds";

static void rounds_said(struct place_of_work *one, struct lines *lines)
{
  says(one,
       "SELECT p.name || ' ' || ifnull(p.watch, 0) || ' ' || (SELECT count(*) FROM k_visit WHERE point = p.id AND voided IS NULL AND at > "
       "?1 - "
       "86400000) || ' ' || (SELECT count(*) FROM k_visit WHERE point = p.id AND voided IS NULL AND at > ?1 - 604800000) || ' ' || "
       "ifnull((SELECT max(at) / 1000 FROM k_visit WHERE point = p.id AND voided IS NULL), '-')"
       " FROM k_point p WHERE p.state = 'active' AND p.voided IS NULL AND " OWN("p.id"),
       lines);
}

static const char missed_shown[] = "SELECT concat_ws(' ', area, name, floor(extract(epoch FROM due))::text) FROM desk.rounds WHERE missed";

/* What the village's own overview has overdue. */
static void missed_said(struct place_of_work *one, struct lines *lines)
{
  struct overview overview;
  struct err err = ERR_INIT;
  DONE(overview_read(&one->desk, &overview, &err));
  for (int index = 0; index < overview.count; index++) {
    const struct overview_line *line = &overview.lines[index];
    if (line->sort == DUE_ROUND && line->due < overview.at && record_area(one->desk.store, line->record) == store_area(one->desk.store))
      line_add(lines, mem_printf("%s %s %" PRId64, one->area, line->text, line->due / 1000));
  }
  overview_free(&overview);
}

/* --- transfers ------------------------------------------------------------------------------------------------------------------------ */

static void transfers_make(struct place_of_work *one, int index)
{
  static const char *const states[] = { "unnotified", "notified", "refused", "moving", "settled", "returned" };
  record_id household = household_make(one, 90);
  for (int number = 0; number < 4 + index % 7; number++) {
    struct act *act = begin(one, "transfer.add");
    struct change *change = act_new(act, &transfer_kind, 0, LANE_UP);
    change_set_number(change, "household", household);
    change_set_text(change, "state", states[(number * 5 + index) % 6]);
    if (number != 3) change_set_number(change, "people", 1 + (number + index) % 9);
    if (number == 1) change_set_text(change, "voided", "twice");
    commit(act);
  }
}

static const char transfers_shown[] = "SELECT concat_ws(' ', area, state, households, people) FROM desk.transfers";

static void transfers_said(struct place_of_work *one, struct lines *lines)
{
  says(one,
       "SELECT state || ' ' || count(*) || ' ' || ifnull(sum(people), 0) FROM k_transfer WHERE voided IS NULL AND " OWN(
         "id") " GROUP BY state",
       lines);
}

/* -------------------------------------------------------------------------------------------------------------------------------------- */

void test_views(void **state)
{
  struct county *county = *state;
  struct err err = ERR_INIT;
  int64_t published;
  for (int index = 0; index < STATIONS; index++) {
    points_make(&county->list[index], index);
    transfers_make(&county->list[index], index); /* makes households: before they are counted */
    lists_make(&county->list[index], index);
  }
  sync_all(county);
  char *url = url_of("county");
  DONE(hub_publish(&county->list[COUNTY].desk, url, false, &published, &err));
  free(url);

  sum_of_parts(county, "unreached", unreached_shown, unreached_said);
  sum_of_parts(county, "lists of a warning",
               "SELECT concat_ws(' ', area, expected, reached) FROM desk.warning_answers WHERE warning = 'W1' AND expected IS NOT NULL",
               answers_said);
  sum_of_parts(county, "rounds", rounds_shown, rounds_said);
  sum_of_parts(county, "rounds missed", missed_shown, missed_said);
  sum_of_parts(county, "transfers", transfers_shown, transfers_said);
}
