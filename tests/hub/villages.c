/* 40 villages, 3 townships and a county through one PostgreSQL, which the script tests/hub/stations has started. DUTYDESK_HUB is a
 * connection string with %s for the role. What each station then holds, what the hub shows, and what the county published are compared
 * with the sum of the parts. */
#include "hub/villages.h"

#include <inttypes.h>

#include "base/child.h"
#include "base/file.h"
#include "desk/trust.h"
#include "store/act.h"
#include "store/query.h"
#include "store/upkeep.h"
#include "sync/hub_desk.h"
#include "sync/hub_postgres.h"
#include "sync/ways.h"

/* --- making them: a key, a database, and records of trust between each and what stands above it --------------------------------------- */

static void name_it(struct place_of_work *one, int index)
{
  if (index == COUNTY) {
    strcpy(one->role, "county");
    strcpy(one->area, "510722000000");
    one->above = -1;
  } else if (index <= TOWNS) {
    snprintf(one->role, sizeof(one->role), "town%d", index);
    snprintf(one->area, sizeof(one->area), "510722%03d000", 100 + index);
    one->above = COUNTY;
  } else {
    int village = index - TOWNS;
    one->above = 1 + village % TOWNS;
    snprintf(one->role, sizeof(one->role), "village%02d", village);
    snprintf(one->area, sizeof(one->area), "510722%03d%03d", 100 + one->above, 200 + village);
  }
}

static void trust_each_other(struct place_of_work *below, struct place_of_work *above)
{
  struct err err = ERR_INIT;
  DONE(node_issue(&above->desk, "node.enrol", below->identity.public_key, store_area(below->desk.store), 'A', below->role, &err));
  DONE(trust_pin(&below->desk, above->identity.public_key, store_area(above->desk.store), 'A', above->role, &err));
}

static int setup(void **state)
{
  static const char *const no_files[] = { NULL };
  struct county *county = mem_zero(1, sizeof(*county));
  struct err err = ERR_INIT;
  *state = county;
  snprintf(county->directory, sizeof(county->directory), "/tmp/dutydesk-villages-XXXXXX");
  if (!mkdtemp(county->directory)) return -1;
  DONE(crypto_start(&err));
  DONE(clock_set_zone("Asia/Shanghai", &err));
  DONE(config_load(&county->config, no_files, &err));
  for (int index = 0; index < STATIONS; index++) {
    struct place_of_work *one = &county->list[index];
    name_it(one, index);
    snprintf(one->path, sizeof(one->path), "%s/%s.db", county->directory, one->role);
    DONE(store_create(one->path, one->area, 'A', false, desk_kinds(), &err));
    DONE(desk_open(&one->desk, one->path, county->config, &err));
    DONE(identity_read(one->desk.store, &one->identity, &err));
    if (one->above >= 0) trust_each_other(one, &county->list[one->above]);
  }
  for (int town = 1; town <= TOWNS; town++) /* a township tells its villages of the county */
    DONE(node_issue(&county->list[town].desk, "node.introduce", county->list[COUNTY].identity.public_key,
                    store_area(county->list[COUNTY].desk.store), 'A', "county", &err));
  return 0;
}

static int teardown(void **state)
{
  struct county *county = *state;
  for (int index = 0; index < STATIONS; index++) desk_close(&county->list[index].desk);
  config_free(county->config);
  const char *const argv[] = { "rm", "-r", county->directory, NULL };
  int status = child_run(argv, NULL, 0, 10000, NULL, NULL, 0, NULL);
  free(county);
  return status;
}

/* --- doing ---------------------------------------------------------------------------------------------------------------------------- */

char *url_of(const char *role)
{
  const char *format = getenv("DUTYDESK_HUB"), *mark = format ? strstr(format, "%s") : NULL;
  if (!mark) fail_msg("DUTYDESK_HUB is not set: run tests/hub/stations");
  return mem_printf("%.*s%s%s", (int)(mark - format), format, role, mark + 2);
}

int64_t sync_one(struct place_of_work *one)
{
  struct sync_report report = { 0 };
  struct err err = ERR_INIT;
  char *url = url_of(one->role);
  int status = sync_once(&one->desk, url, NULL, &report, &err);
  if (status != 0 || report.trouble) fail_msg("%s: %s%s", one->role, err.text, report.trouble ? report.trouble : "");
  int64_t moved = report.sent + report.received;
  sync_report_free(&report);
  free(url);
  return moved;
}

/* Villages first, as a night would have it; until nothing moves. */
void sync_all(struct county *county)
{
  for (int round = 0;; round++) {
    int64_t moved = 0;
    for (int index = STATIONS - 1; index >= 0; index--) moved += sync_one(&county->list[index]);
    if (moved == 0) return;
    assert_true(round < 5);
  }
}

void place_make(struct place_of_work *one, int number)
{
  struct err err = ERR_INIT;
  char name[48];
  struct act *act = act_begin(one->desk.store, "place.add", 0, &err);
  assert_non_null(act);
  struct change *change = act_new(act, &place_kind, 0, LANE_UP);
  snprintf(name, sizeof(name), "%s place %d", one->role, number);
  change_set_text(change, "name", name);
  change_set_text(change, "sort", number % 2 ? "school" : "house");
  change_set_number(change, "interval", number + 1);
  DONE(act_commit(act, &err));
  one->places++;
}

static void order_make(struct place_of_work *one, enum lane lane)
{
  struct err err = ERR_INIT;
  struct act *act = act_begin(one->desk.store, "order.add", 0, &err);
  struct change *change = act_new(act, &order_kind, 0, lane);
  change_set_text(change, "sort", "order");
  change_set_text(change, "content", one->role);
  change_set_text(change, "state", "open");
  DONE(act_commit(act, &err));
}

static void person_make(struct place_of_work *one)
{
  struct err err = ERR_INIT;
  struct act *act = act_begin(one->desk.store, "household.add", 0, &err);
  struct change *change = act_new(act, &household_kind, 0, LANE_UP);
  change_set_text(change, "code", one->role);
  change_set_text(change, "area", one->area);
  change_set_text(change, "head", "01号户");
  DONE(act_commit(act, &err));
}

static void danger_make(struct place_of_work *one)
{
  struct err err = ERR_INIT;
  struct act *act = act_begin(one->desk.store, "danger.add", 0, &err);
  struct change *change = act_new(act, &danger_kind, 0, LANE_UP);
  change_set_text(change, "content", one->role);
  change_set_text(change, "place", one->role);
  change_set_text(change, "level", "general");
  change_set_text(change, "state", "found");
  change_set_number(change, "found_at", act_at(act) - 3 * CLOCK_DAY);
  DONE(act_commit(act, &err));
}

struct change *keyed(struct act *act, const struct kind *kind, enum lane lane, const char *const fields[][2])
{
  struct values key;
  values_start_kind(&key, kind);
  for (; (*fields)[0]; fields++) values_set_text(&key, (*fields)[0], (*fields)[1]);
  struct change *change = act_keyed(act, kind, 0, lane, &key, NULL);
  values_free(&key);
  return change;
}

static void warning_make(struct place_of_work *one)
{
  struct err err = ERR_INIT;
  struct act *act = act_begin(one->desk.store, "warning.add", 0, &err);
  struct change *change = keyed(act, &warning_kind, LANE_DOWN, (const char *const[][2]){ { "key", "W1" }, { NULL, NULL } });
  change_set_text(change, "headline", "headline");
  change_set_text(change, "colour", "red");
  change_set_number(change, "sent", act_at(act));
  DONE(act_commit(act, &err));
}

/* Answered five minutes after it came. */
static void answer_make(struct place_of_work *one)
{
  struct err err = ERR_INIT;
  struct act *act = act_begin(one->desk.store, "answer.ack", 0, &err);
  struct change *change =
    keyed(act, &answer_kind, LANE_UP_URGENT, (const char *const[][2]){ { "warning", "W1" }, { "area", one->area }, { NULL, NULL } });
  change_set_number(change, "received_at", act_at(act));
  change_set_number(change, "answered_at", act_at(act) + 5 * CLOCK_MINUTE);
  DONE(act_commit(act, &err));
}

/* --- looking -------------------------------------------------------------------------------------------------------------------------- */

static int64_t count(struct place_of_work *one, const char *sql, const char *text)
{
  struct query *query = query_open(one->desk.store, sql);
  query_bind_text(query, 1, text);
  int64_t found = query_next(query, NULL) == 1 ? query_number(query, 0) : -1;
  query_close(query);
  return found;
}

int64_t count_places(struct place_of_work *one, const char *beginning)
{
  return count(one, "SELECT count(*) FROM k_place WHERE name GLOB ? || '*'", beginning);
}

static int64_t count_orders(struct place_of_work *one, const char *from)
{
  return count(one, "SELECT count(*) FROM k_order WHERE content = ?", from);
}

struct looking {
  struct reach own;
  int logs;
};

static int must_see(void *context, const struct log_head *head)
{
  struct looking *looking = context;
  looking->logs++;
  if (!reach_reads(&looking->own, &head->name)) fail_msg("holds a log that is not for it: %" PRId64, head->name.area);
  return 0;
}

int64_t ask(const char *role, const char *sql)
{
  struct err err = ERR_INIT;
  struct postgres_rows rows;
  char *url = url_of(role);
  struct postgres *postgres = postgres_open(url, &err);
  if (!postgres) fail_msg("%s", err.text);
  DONE(postgres_ask(postgres, sql, NULL, 0, &rows, &err));
  int64_t number = rows.count ? rows_number(&rows, 0, 0) : -1;
  rows_drop(&rows);
  postgres_close(postgres);
  free(url);
  return number;
}

/* Rows in all tables of the hub, as that role sees them, that a station of that area may read (or may not), by the areas' digits alone
 * and not by the hub's own functions. */
static int64_t rows_seen(const struct place_of_work *one, bool may)
{
  char shorter[sizeof(one->area)];
  snprintf(shorter, sizeof(shorter), "%s", one->area);
  for (int zeros = 0; zeros < 2 && strcmp(shorter + strlen(shorter) - 3, "000") == 0; zeros++) shorter[strlen(shorter) - 3] = '\0';
  char *rule = mem_printf("CASE lane %% 3 WHEN 0 THEN lpad(scope::text, 12, '0') = '%s' WHEN 1 THEN lpad(scope::text, 12, '0') LIKE '%s%%' "
                          "ELSE '%s' LIKE regexp_replace(lpad(scope::text, 12, '0'), '(000){1,2}$', '') || '%%' END",
                          one->area, shorter, one->area);
  char *sql =
    mem_printf("SELECT sum((xpath('/row/n/text()', query_to_xml(format('SELECT count(*) AS n FROM %%I.%%I WHERE (%%s) IS %s', n.nspname, "
               "c.relname, $rule$%s$rule$), "
               "true, true, '')))[1]::text::bigint)::bigint FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
               "WHERE n.nspname IN ('hub', 'desk') AND c.relkind IN ('r', 'p') AND has_table_privilege(c.oid, 'SELECT') AND 2 = "
               "(SELECT count(*) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname IN ('scope', 'lane') AND NOT a.attisdropped)",
               may ? "TRUE" : "NOT TRUE", rule);
  int64_t seen = ask(one->role, sql);
  free(sql);
  free(rule);
  return seen;
}

/* --- tests ---------------------------------------------------------------------------------------------------------------------------- */

static void test_show(void **state)
{
  struct county *county = *state;
  int sum = 0;
  for (int index = 0; index < STATIONS; index++) {
    for (int number = 0; number < 2 + index % 3; number++) place_make(&county->list[index], number);
    order_make(&county->list[index], LANE_HERE);
    order_make(&county->list[index], LANE_DOWN);
    person_make(&county->list[index]);
    if (index % 2) danger_make(&county->list[index]);
    if (index > TOWNS) answer_make(&county->list[index]);
    sum += county->list[index].places;
  }
  warning_make(&county->list[COUNTY]);
  sync_all(county);

  for (int index = 0; index < STATIONS; index++) {
    struct place_of_work *one = &county->list[index];
    struct looking looking = { .own = { { store_area(one->desk.store) }, 1 } };
    struct delivery delivery;
    struct err err = ERR_INIT;
    DONE(journal_heads(one->desk.store, must_see, &looking, &err));
    DONE(delivery_read(one->desk.store, &delivery, &err));
    assert_true(index == COUNTY || (delivery.undelivered == 0 && delivery.receipt_at > 0));
    assert_int_equal(hub_waiting(&one->desk), 0);
    assert_int_equal(count_orders(one, one->role), 2);
    for (int other = index; (other = county->list[other].above) >= 0;)
      assert_int_equal(count_orders(one, county->list[other].role), 1); /* what those above say downwards */
    if (index > TOWNS) {
      assert_int_equal(count_places(one, "village"), one->places);
      assert_int_equal(count_places(one, "town") + count_places(one, "county"), 0);
    }
  }
  struct place_of_work *top = &county->list[COUNTY];
  assert_int_equal(count_places(top, "village") + count_places(top, "town"), sum - top->places);

  /* the county's tables: the sum of the parts, nothing personal */
  struct err err = ERR_INIT;
  int64_t published;
  char *url = url_of("county");
  DONE(hub_publish(&top->desk, url, false, &published, &err));
  assert_int_equal(ask("county", "SELECT count(*) FROM desk.place"), sum);
  assert_int_equal(ask("owner", "SELECT count(*) FROM desk.place"), sum);
  assert_int_equal(ask("county", "SELECT sum(\"interval\")::bigint FROM desk.place"),
                   query_single(top->desk.store, "SELECT sum(interval) FROM k_place", 0, -1));
  assert_int_equal(ask("county", "SELECT count(*) FROM desk.household"), STATIONS);
  assert_int_equal(ask("county", "SELECT count(*) FROM desk.household WHERE head IS NOT NULL"), 0);
  assert_int_equal(ask("village07", "SELECT count(*) FROM desk.household"), 1);
  assert_int_equal(ask("village07", "SELECT count(*) FROM desk.place"), county->list[TOWNS + 7].places);
  assert_int_equal(ask("village07", "SELECT count(*) FROM hub.private"), 1);

  assert_int_equal(ask("county", "SELECT sum(open)::bigint FROM desk.open_dangers"), STATIONS / 2);
  assert_int_equal(ask("county", "SELECT sum(week)::bigint FROM desk.open_dangers"), STATIONS / 2);
  assert_int_equal(ask("county", "SELECT count(*) FROM desk.warning_answers"), STATIONS);
  assert_int_equal(ask("county", "SELECT count(*) FROM desk.warning_answers WHERE minutes = 5"), VILLAGES);
  assert_int_equal(ask("town1", "SELECT count(*) FROM desk.warning_answers WHERE minutes = 5"), (VILLAGES - 1) / TOWNS);
  assert_int_equal(ask("county", "SELECT count(*) FROM desk.last_contact WHERE seen > now() - interval '1 hour'"), STATIONS);

  /* as each station's role, in every table: nothing that is not for it, and not nothing */
  for (int index = 0; index < STATIONS; index++) {
    assert_int_equal(rows_seen(&county->list[index], false), 0);
    assert_true(rows_seen(&county->list[index], true) > 20);
  }

  struct place_of_work all = county->list[TOWNS + 7];
  snprintf(all.role, sizeof(all.role), "owner");
  assert_true(rows_seen(&all, false) > 100); /* the question notices what is too much */

  /* the next time only what is new goes there, and a change shows */
  DONE(hub_publish(&top->desk, url, false, &published, &err));
  assert_int_equal(published, 0);
  place_make(&county->list[TOWNS + 1], 11);
  sync_all(county);
  DONE(hub_publish(&top->desk, url, false, &published, &err));
  assert_true(published >= 1 && published < 10);
  assert_int_equal(ask("county", "SELECT count(*) FROM desk.place"), sum + 1);
  assert_int_equal(query_single(top->desk.store, "SELECT count(*) FROM k_household WHERE head IS NOT NULL", 0, -1), STATIONS);
  DONE(hub_publish(&top->desk, url, true, &published, &err));
  assert_int_equal(ask("county", "SELECT count(*) FROM desk.household WHERE head = '01号户'"), STATIONS);
  free(url);

  char *other = url_of("village07");
  REFUSED(hub_publish(&county->list[TOWNS + 7].desk, other, false, &published, &err), "only a county");
  free(other);
}

static void file_copy(const char *from, const char *to)
{
  const char *const argv[] = { "cp", from, to, NULL };
  assert_int_equal(child_run(argv, NULL, 0, 10000, NULL, NULL, 0, NULL), 0);
}

void place_make_and_forget(struct county *county, struct place_of_work *one, int number)
{
  struct err err = ERR_INIT;
  char *key = mem_printf("%s.key", one->path), *old = mem_printf("%s.old", one->path), *old_key = mem_printf("%s.old.key", one->path);
  desk_close(&one->desk);
  file_copy(one->path, old);
  file_copy(key, old_key);
  DONE(desk_open(&one->desk, one->path, county->config, &err));
  place_make(one, number);
  sync_one(one);
  desk_close(&one->desk);
  file_copy(old, one->path);
  file_copy(old_key, key);
  DONE(desk_open(&one->desk, one->path, county->config, &err));
  free(old_key);
  free(old);
  free(key);
}

/* An old state of database and key is put back, unnoticed, and goes on under the same name: at the hub it finds out, takes a new key,
 * and nothing is lost. */
static void test_fork(void **state)
{
  struct county *county = *state;
  struct place_of_work *one = &county->list[TOWNS + 2];
  struct err err = ERR_INIT;
  uint64_t before = store_node(one->desk.store);
  sync_one(one);
  place_make_and_forget(county, one, 21);
  assert_true(store_node(one->desk.store) == before);
  place_make(one, 22);
  place_make(one, 23);

  struct sync_report report = { 0 };
  char *url = url_of(one->role);
  DONE(sync_once(&one->desk, url, NULL, &report, &err));
  assert_non_null(report.trouble); /* it says so */
  sync_report_free(&report);
  assert_true(store_node(one->desk.store) != before);
  assert_int_equal(count_places(one, "village02 place 2"), 3 + 1); /* and number 2 of before */

  /* who stands above recognises the new key by the old one, without an officer */
  struct place_of_work *town = &county->list[one->above];
  for (int round = 0; round < 2; round++) {
    sync_one(town);
    sync_one(&county->list[COUNTY]);
    sync_one(one);
  }
  assert_int_equal(count_places(town, "village02 place 2"), 4);
  assert_int_equal(count_places(&county->list[COUNTY], "village02 place 2"), 4);
  struct delivery delivery;
  DONE(delivery_read(one->desk.store, &delivery, &err));
  assert_int_equal(delivery.undelivered, 0);
  free(url);
}

/* What was never signed by its origin is not taken, and an erased value is gone from the hub as well. */
static void test_lies_and_erasures(void **state)
{
  struct county *county = *state;
  struct place_of_work *one = &county->list[TOWNS + 3], *town = &county->list[one->above];
  struct err err = ERR_INIT;
  sync_one(one);
  assert_int_equal(ask(one->role, "SELECT count(*) FROM hub.private WHERE salt IS NOT NULL"), 1);
  record_id household = query_single(one->desk.store, "SELECT id FROM k_household", 0, 0);
  struct act *act = act_begin(one->desk.store, "household.erase", 0, &err);
  change_erase(act_edit(act, &household_kind, household));
  DONE(act_commit(act, &err));
  place_make(one, 31);
  sync_one(one);
  assert_int_equal(ask(one->role, "SELECT count(*) FROM hub.private WHERE salt IS NOT NULL"), 0);

  char *spoil = mem_printf("UPDATE hub.op SET body = convert_to(replace(convert_from(body, 'UTF8'), 'place 31', 'place 32'), 'UTF8') WHERE "
                           "position('place 3'::bytea IN body) > 0 AND node = %" PRId64 " RETURNING 1",
                           (int64_t)store_node(one->desk.store));
  assert_int_equal(ask("owner", spoil), 1);
  struct sync_report report = { 0 };
  char *url = url_of(town->role);
  DONE(sync_once(&town->desk, url, NULL, &report, &err));
  assert_non_null(report.trouble);
  sync_report_free(&report);
  assert_int_equal(count_places(town, "village03 place 3"), 0);

  char *mend = mem_printf("UPDATE hub.op SET body = convert_to(replace(convert_from(body, 'UTF8'), 'place 32', 'place 31'), 'UTF8') WHERE "
                          "position('place 3'::bytea IN body) > 0 AND node = %" PRId64 " RETURNING 1",
                          (int64_t)store_node(one->desk.store));
  assert_int_equal(ask("owner", mend), 1);
  sync_one(town);
  assert_int_equal(count_places(town, "village03 place 31"), 1);
  free(spoil);
  free(mend);
  free(url);
}

#define OPS "hub.ops(nodes bigint[], scopes bigint[], lanes smallint[], froms bigint[], lasts bigint[])"
#define OPS_ROW                                                                                                                            \
  "RETURNS TABLE (log bigint, seq bigint, at bigint, stamp bigint, actor text, action text, body bytea, private text) LANGUAGE sql "       \
  "STABLE AS "
#define OPS_SAYS(select) "ALTER FUNCTION " OPS " RENAME TO true_ops; CREATE FUNCTION " OPS OPS_ROW "$$ " select " $$"
#define OPS_AGAIN "DROP FUNCTION " OPS "; ALTER FUNCTION hub.true_ops(bigint[], bigint[], smallint[], bigint[], bigint[]) RENAME TO ops"

#define NEWS "hub.news(nodes bigint[], scopes bigint[], lanes smallint[], seqs bigint[])"
#define NEWS_ROW                                                                                                                           \
  "RETURNS TABLE (node bigint, scope bigint, lane smallint, seq bigint, hash bytea, signature bytea, public_key bytea, "                   \
  "parent_node bigint, parent_seq bigint, parent_hash bytea) LANGUAGE sql STABLE AS "
/* All heads, with `lane` in the place of theirs. */
#define NEWS_SAYS(lane)                                                                                                                    \
  "ALTER FUNCTION " NEWS " RENAME TO true_news; CREATE FUNCTION " NEWS NEWS_ROW "$$ SELECT h.node, h.scope, " lane                         \
  "::smallint, h.signed_seq, h.signed_hash, h.signature, h.public_key, h.parent_node, h.parent_seq, h.parent_hash FROM hub.head h $$"
#define NEWS_AGAIN "DROP FUNCTION " NEWS "; ALTER FUNCTION hub.true_news(bigint[], bigint[], smallint[], bigint[]) RENAME TO news"

/* Whoever runs a hub can make it say anything. %s: the node whose operations are waited for. */
static const struct {
  const char *lie, *again, *refusal;
} hub_lies[] = {
  { "UPDATE hub.head SET signature = set_byte(signature, 5, get_byte(signature, 5) # 1) WHERE node = %s", NULL,
    "not signed by its origin" },
  { "UPDATE hub.head SET public_key = set_byte(public_key, 5, get_byte(public_key, 5) # 1) WHERE node = %s", NULL,
    "not signed by its origin" },
  { "UPDATE hub.head SET signed_seq = signed_seq + 1000000 WHERE node = %s",
    "UPDATE hub.head SET signed_seq = signed_seq - 1000000 WHERE node = %s", "not signed by its origin" },
  { OPS_SAYS("SELECT 1::bigint, froms[1] + 1, 1::bigint, 1::bigint, '', 'x', decode(repeat('5b', 3000000), 'hex'), NULL::text"), OPS_AGAIN,
    "" },
  { OPS_SAYS("SELECT 1::bigint, froms[1] + n, 1::bigint, 1::bigint, '', 'x', '[]'::bytea, NULL::text FROM generate_series(1, 500000) AS n"),
    OPS_AGAIN, "unannounced" },
  { OPS_SAYS("SELECT 99::bigint, froms[1] + 1, 1::bigint, 1::bigint, '', 'x', '[]'::bytea, NULL::text"), OPS_AGAIN, "was not asked" },
  { OPS_SAYS("SELECT 1::bigint, 1::bigint, 1::bigint, 1::bigint, '', 'x', '[]'::bytea, NULL::text WHERE false"), OPS_AGAIN,
    "does not give" },
  { OPS_SAYS("SELECT 1::bigint, froms[1] + 1, 1::bigint, 1::bigint, NULL::text, 'x', '[]'::bytea, NULL::text"), OPS_AGAIN,
    "was not asked" },
  { OPS_SAYS("SELECT 1::bigint, froms[1] + 1, 1::bigint, 1::bigint, '', NULL::text, '[]'::bytea, NULL::text"), OPS_AGAIN, "was not asked" },
  { NEWS_SAYS("-1"), NEWS_AGAIN, "was not asked" },
  { NEWS_SAYS("77"), NEWS_AGAIN, "was not asked" },
};

static void told_to(const char *sql, uint64_t node)
{
  char number[24], *mark = strstr(sql, "%s");
  snprintf(number, sizeof(number), "%" PRId64, (int64_t)node);
  char *whole = mark ? mem_printf("%.*s%s", (int)(mark - sql), sql, number) : mem_dup(sql);
  for (char *next, *at = whole; at; at = next) { /* one statement at a time */
    if ((next = strstr(at, "; "))) *next = '\0', next += 2;
    ask("owner", at);
  }
  free(whole);
}

static void test_hub_that_lies(void **state)
{
  struct county *county = *state;
  struct place_of_work *one = &county->list[TOWNS + 5], *town = &county->list[one->above];
  char *url = url_of(town->role);
  sync_one(one);
  sync_one(town);
  place_make(one, 41);
  sync_one(one);
  int64_t before = query_single(town->desk.store, "SELECT count(*) FROM op", 0, 0);
  for (size_t index = 0; index < sizeof(hub_lies) / sizeof(*hub_lies); index++) {
    struct sync_report report = { 0 };
    struct err err = ERR_INIT;
    told_to(hub_lies[index].lie, store_node(one->desk.store));
    int status = sync_once(&town->desk, url, NULL, &report, &err);
    char *said = mem_printf("%s %s", status == 0 ? "" : err.text, report.trouble ? report.trouble : "");
    if (strlen(said) < 3 || !strstr(said, hub_lies[index].refusal)) fail_msg("lie %zu: '%s'", index, said);
    assert_int_equal(query_single(town->desk.store, "SELECT count(*) FROM op", 0, 0), before);
    assert_int_equal(query_single(town->desk.store, "SELECT count(*) FROM staged", 0, 0), 0);
    told_to(hub_lies[index].again ? hub_lies[index].again : hub_lies[index].lie, store_node(one->desk.store));
    sync_report_free(&report);
    free(said);
  }
  sync_one(town);
  assert_int_equal(count_places(town, "village05 place 41"), 1);

  /* All of it once more, as often as it likes. */
  before = query_single(town->desk.store, "SELECT count(*) FROM op", 0, 0);
  told_to(NEWS_SAYS("h.lane"), 0);
  assert_int_equal(sync_one(town), 0);
  told_to(NEWS_AGAIN, 0);
  assert_int_equal(query_single(town->desk.store, "SELECT count(*) FROM op", 0, 0), before);
  free(url);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(test_show),
                                      cmocka_unit_test(test_fork),
                                      cmocka_unit_test(test_publish_revoked),
                                      cmocka_unit_test(test_publish_given_up),
                                      cmocka_unit_test(test_lies_and_erasures),
                                      cmocka_unit_test(test_hub_that_lies),
                                      cmocka_unit_test(test_views) };
  return cmocka_run_group_tests_name("villages", tests, setup, teardown);
}
