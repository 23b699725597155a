/* Schema desk shows what the county shows, also after something of it is not shown any more. Runs among the tests of villages.c. */
#include "hub/villages.h"

#include <sys/stat.h>

#include "store/query.h"
#include "sync/hub_desk.h"
#include "sync/ways.h"

/* One exchange, whatever trouble it tells. */
static void exchange_by(struct place_of_work *one, const char *remote)
{
  struct sync_report report = { 0 };
  struct err err = ERR_INIT;
  DONE(sync_once(&one->desk, remote, NULL, &report, &err));
  sync_report_free(&report);
}

/* The county publishes, and its table shows what it shows. */
static void publish_same(struct place_of_work *top)
{
  struct err err = ERR_INIT;
  int64_t published;
  char *url = url_of("county");
  DONE(hub_publish(&top->desk, url, false, &published, &err));
  assert_int_equal(ask("county", "SELECT count(*) FROM desk.place"), query_single(top->desk.store, "SELECT count(*) FROM k_place", 0, -1));
  assert_int_equal(ask("county", "SELECT sum(\"interval\")::bigint FROM desk.place"),
                   query_single(top->desk.store, "SELECT sum(interval) FROM k_place", 0, -1));
  free(url);
}

/* What does not show any more, of a revoked machine, is taken out of the published tables, and put back with it. */
void test_publish_revoked(void **state)
{
  struct county *county = *state;
  struct place_of_work *top = &county->list[COUNTY], *one = &county->list[TOWNS + 9];
  struct err err = ERR_INIT;
  struct log_head limit = { .name = { store_node(one->desk.store), store_area(one->desk.store), LANE_UP }, .seq = 1 };
  sync_one(top);
  publish_same(top);
  int before = (int)count_places(top, one->role);
  assert_int_equal(log_limits_set(top->desk.store, &limit, 1, &err), 1);
  assert_true(count_places(top, one->role) < before);
  publish_same(top);
  limit.seq = INT64_MAX;
  assert_int_equal(log_limits_set(top->desk.store, &limit, 1, &err), 1);
  assert_int_equal(count_places(top, one->role), before);
  publish_same(top);
}

/* The county has by stick what a machine wrote in its second life, and publishes it; then it gives that up for the heir's, and takes the
 * first life in its place. */
void test_publish_given_up(void **state)
{
  struct county *county = *state;
  struct place_of_work *top = &county->list[COUNTY], *one = &county->list[TOWNS + 8];
  char *stick = mem_printf("dir:%s/stick", county->directory), *folder = stick + strlen("dir:");
  char *url = url_of(one->role), *town_url = url_of(county->list[one->above].role), *top_url = url_of(top->role);
  assert_int_equal(mkdir(folder, 0700), 0);
  sync_all(county);
  place_make_and_forget(county, one, 51);
  place_make(one, 58);
  exchange_by(one, stick);
  exchange_by(top, stick);
  assert_int_equal(count_places(top, "village08 place 5"), 1);
  publish_same(top);

  exchange_by(one, url); /* finds out, and goes on under a new key */
  for (int round = 0; round < 3; round++) {
    exchange_by(&county->list[one->above], town_url);
    exchange_by(top, top_url);
    exchange_by(one, url);
  }
  assert_int_equal(count_places(top, "village08 place 51"), 1);
  assert_int_equal(count_places(top, "village08 place 58"), 1);
  publish_same(top);
  assert_int_equal(ask("county", "SELECT count(*) FROM desk.place WHERE name = 'village08 place 51'"), 1);
  assert_int_equal(ask("county", "SELECT count(*) FROM desk.place WHERE name = 'village08 place 58'"), 1);
  free(url);
  free(town_url);
  free(top_url);
  free(stick);
}
