/* Records written twice: who is asked, and that nobody is asked about what only looks alike. */
#include "unit/exchange_pair.h"

#include "desk/conflict.h"
#include "desk/lookup.h"

struct found {
  struct duplicate list[16];
  int count;
};

static bool note(void *context, const struct duplicate *duplicate)
{
  struct found *found = context;
  assert_in_range(found->count, 0, 15);
  found->list[found->count++] = *duplicate;
  return true;
}

static struct found offered(struct desk *desk)
{
  struct found found = { .count = 0 };
  struct err err = ERR_INIT;
  DONE(duplicate_each(desk, note, &found, &err));
  return found;
}

static record_id write_numbered(struct desk *desk, const struct kind *kind, int64_t area, const char *field, const char *text)
{
  struct err err = ERR_INIT;
  struct act *act = act_begin(desk->store, "test.add", 0, &err);
  struct change *change = act_new(act, kind, area, kind == &incident_kind ? LANE_UP_URGENT : LANE_UP);
  record_id id = change_record(change);
  change_set_text(change, field, text);
  change_number(change);
  DONE(act_commit(act, &err));
  return id;
}

static void assert_one_number(struct desk *desk, const char *count_of_number, int64_t count)
{
  assert_int_equal(count_of(desk, count_of_number), count);
}

#define LANDSLIDES "SELECT count(*) FROM k_incident WHERE no = (SELECT min(no) FROM k_incident)"
#define DANGERS "SELECT count(*) FROM k_danger WHERE no = (SELECT min(no) FROM k_danger)"

/* Set-up and invitation give every machine the letter A. */
static void villages_of_one_letter_number_alike(void **state)
{
  struct place *place = *state;
  struct desk *town = place_desk(place, TOWN, 'A'), *one = place_desk(place, VILLAGE, 'A'), *two = place_desk(place, VILLAGE_2, 'A');
  enrol(town, one);
  enrol(town, two);
  write_numbered(one, &incident_kind, store_area(one->store), "title", "一村滑坡");
  write_numbered(two, &incident_kind, store_area(two->store), "title", "二村滑坡");
  exchange_whole(one, town);
  exchange_whole(two, town);
  assert_one_number(town, LANDSLIDES, 2);
  assert_int_equal(offered(town).count, 0);
}

/* What a township has a village do is of the village's scope and bears the township's number. */
static void a_superior_numbers_by_itself(void **state)
{
  struct place *place = *state;
  struct desk *town = place_desk(place, TOWN, 'A'), *village = place_desk(place, VILLAGE, 'A');
  enrol(town, village);
  write_numbered(town, &danger_kind, store_area(village->store), "content", "镇里派的");
  write_numbered(village, &danger_kind, store_area(village->store), "content", "村里报的");
  exchange_whole(village, town);
  assert_one_number(village, DANGERS, 2);
  assert_int_equal(offered(village).count, 0);
  assert_int_equal(offered(town).count, 0);
}

/* The machine that did a village's work is gone, and the township does it now. */
static void what_another_station_numbered_is_told_apart(void **state)
{
  struct place *place = *state;
  struct err err = ERR_INIT;
  struct desk *town = place_desk(place, TOWN, 'A'), *village = place_desk(place, VILLAGE, 'A');
  enrol(town, village);
  write_numbered(village, &danger_kind, store_area(village->store), "content", "村里报的");
  exchange_whole(village, town);
  write_numbered(town, &danger_kind, store_area(village->store), "content", "镇里派的");
  struct act *act = act_begin(town->store, "test", 0, &err);
  struct query *query = query_open(town->store, "SELECT id FROM k_node WHERE area = '" VILLAGE "'");
  for (; query_next(query, &err) == 1;) change_set_text(act_edit(act, &node_kind, query_number(query, 0)), "state", "revoked");
  query_close(query);
  DONE(act_commit(act, &err));
  assert_one_number(town, DANGERS, 2);
  assert_int_equal(offered(town).count, 0);
}

static void assert_joined(struct desk *desk, const struct duplicate *pair, record_id kept)
{
  struct record gone = { 0 };
  struct err err = ERR_INIT;
  DONE(duplicate_join(desk, pair, kept, &err));
  assert_int_equal(record_read(desk->store, pair->kind, kept == pair->one ? pair->other : pair->one, &gone, &err), 1);
  assert_true(record_is_void(&gone));
  assert_int_equal(record_number(&gone, "replaced_by", 0), kept);
  record_free(&gone);
  assert_int_equal(offered(desk).count, 0);
}

/* Two machines of one station that bear the same letter: that station is asked, and nobody above it. */
static void machines_of_one_letter_may_write_twice(void **state)
{
  struct place *place = *state;
  struct err err = ERR_INIT;
  struct desk *town = place_desk(place, TOWN, 'A'), *one = place_desk(place, VILLAGE, 'A'), *two = place_desk(place, VILLAGE, 'A');
  enrol(town, one);
  enrol(one, two);
  write_numbered(one, &incident_kind, store_area(one->store), "title", "一村滑坡");
  write_numbered(two, &incident_kind, store_area(two->store), "title", "一村滑坡（补）");
  exchange_whole(two, one);
  exchange_whole(one, town);
  assert_one_number(town, LANDSLIDES, 2);
  struct found found = offered(one);
  assert_int_equal(found.count, 1);
  assert_true(found.list[0].by_number && found.list[0].kind == &incident_kind);
  assert_int_equal(offered(two).count, 1);
  assert_int_equal(offered(town).count, 0);
  struct duplicate above = { .kind = &incident_kind,
                             .one = count_of(town, "SELECT min(id) FROM k_incident"),
                             .other = count_of(town, "SELECT max(id) FROM k_incident"),
                             .by_number = true };
  REFUSED(duplicate_join(town, &above, above.one, &err), "keeps these records");
  assert_int_equal(count_of(town, "SELECT count(*) FROM k_incident WHERE voided IS NOT NULL"), 0);
  assert_joined(one, &found.list[0], found.list[0].other);
}

/* A village without a desk is kept above: one with a desk decides for itself. */
static void who_keeps_it_is_asked(void **state)
{
  struct place *place = *state;
  struct err err = ERR_INIT;
  struct desk *town = place_desk(place, TOWN, 'A'), *village = place_desk(place, VILLAGE, 'A');
  int64_t area = store_area(village->store);
  for (int i = 0; i < 2; i++) write_entry(town, &contact_kind, area, LANE_UP, "name", "村主任");
  struct found found = offered(town);
  assert_int_equal(found.count, 1);
  assert_false(found.list[0].by_number);
  enrol(town, village);
  exchange_whole(village, town);
  assert_int_equal(offered(town).count, 0);
  REFUSED(duplicate_join(town, &found.list[0], found.list[0].one, &err), "keeps these records");
  found = offered(village);
  assert_int_equal(found.count, 1);
  assert_joined(village, &found.list[0], found.list[0].one);
}

/* Each of sixteen villages has its head: that hides no team that is there twice. */
static void alike_in_other_places_hide_nothing(void **state)
{
  struct place *place = *state;
  struct err err = ERR_INIT;
  struct desk *town = place_desk(place, TOWN, 'A');
  record_id heads[16];
  for (int i = 0; i < 16; i++) heads[i] = write_entry(town, &contact_kind, store_area(town->store) + 201 + i, LANE_UP, "name", "村主任");
  record_id one = write_entry(town, &team_kind, 0, LANE_UP, "name", "镇应急分队"),
            other = write_entry(town, &team_kind, 0, LANE_UP, "name", "镇应急分队");
  struct found found = offered(town);
  assert_int_equal(found.count, 1);
  assert_ptr_equal(found.list[0].kind, &team_kind);
  struct duplicate alike = { .kind = &contact_kind, .one = heads[0], .other = heads[1] };
  REFUSED(duplicate_join(town, &alike, heads[0], &err), "different places");
  assert_true(found.list[0].one == one && found.list[0].other == other);
  assert_joined(town, &found.list[0], one);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    PLACE_TEST(villages_of_one_letter_number_alike),
    PLACE_TEST(a_superior_numbers_by_itself),
    PLACE_TEST(what_another_station_numbered_is_told_apart),
    PLACE_TEST(machines_of_one_letter_may_write_twice),
    PLACE_TEST(who_keeps_it_is_asked),
    PLACE_TEST(alike_in_other_places_hide_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
