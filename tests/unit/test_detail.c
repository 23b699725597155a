/* What the detail view says of a record: how far it has come. */
#include "unit/exchange_pair.h"

#include "desk/action.h"
#include "tui/detail_lines.h"
#include "tui/terminal.h"

static int lines_with(struct desk *desk, record_id id, enum detail_sort sort, const char *part)
{
  struct terminal terminal = { .rows = 24, .columns = 80 };
  struct shell shell = { .desk = *desk, .terminal = &terminal, .tables = desk_action_tables };
  struct detail_lines lines = { 0 };
  struct record record = { 0 };
  struct err err = ERR_INIT;
  int count = 0;

  assert_int_equal(record_read(desk->store, &contact_kind, id, &record, &err), 1);
  detail_lines_make(&lines, &shell, &record, 80);
  for (int i = 0; i < lines.count; i++) count += lines.list[i].sort == sort && strstr(lines.list[i].text, part) != NULL;
  detail_lines_free(&lines);
  record_free(&record);
  return count;
}

static void change_phone(struct desk *desk, record_id id, const char *phone)
{
  struct err err = ERR_INIT;
  struct act *act = act_begin(desk->store, "contact.change", 0, &err);

  change_set_text(act_edit(act, &contact_kind, id), "phone", phone);
  DONE(act_commit(act, &err));
}

#define DELIVERED "delivered to the superior"
#define WAITS "on the way to the superior"
#define CONTACT "SELECT id FROM k_contact"

/* The township's change of the record comes to the village by its other machine; that is with the township, the village's own is not. */
static void a_superiors_change_delivers_nothing_of_ours(void **state)
{
  struct place *place = *state;
  struct desk *town = place_desk(place, TOWN, 'A'), *one = place_desk(place, VILLAGE, 'A'), *two = place_desk(place, VILLAGE, 'B');

  enrol(town, one);
  enrol(one, two);
  record_id id = write_entry(one, &contact_kind, 0, LANE_UP, "name", "某人");
  assert_int_equal(lines_with(one, id, DETAIL_FIELD, WAITS), 1);
  exchange_whole(one, town);
  exchange_whole(two, one);
  assert_int_equal(lines_with(one, id, DETAIL_FIELD, DELIVERED), 1);
  record_id there = count_of(two, CONTACT);
  change_phone(two, there, "00000000001"); /* knows nothing of it: */
  change_phone(town, count_of(town, CONTACT), "00000000002");
  exchange_whole(one, town);
  assert_int_equal(lines_with(one, id, DETAIL_FIELD, DELIVERED), 1);
  exchange_whole(two, one);
  for (int i = 0; i < 2; i++) {
    struct desk *desk = i == 0 ? one : two;
    assert_int_equal(lines_with(desk, i == 0 ? id : there, DETAIL_FIELD, WAITS), 1);
    assert_int_equal(lines_with(desk, i == 0 ? id : there, DETAIL_STEP, WAITS), 1); /* that step alone */
    assert_int_equal(lines_with(desk, i == 0 ? id : there, DETAIL_STEP, ""), 3);
  }
  exchange_whole(one, town);
  assert_int_equal(lines_with(one, id, DETAIL_FIELD, DELIVERED), 1);
  assert_int_equal(lines_with(one, id, DETAIL_STEP, WAITS), 0);
  assert_int_equal(lines_with(town, count_of(town, CONTACT), DETAIL_FIELD, WAITS), 0); /* nobody stands above it */
}

int main(void)
{
  const struct CMUnitTest tests[] = { PLACE_TEST(a_superiors_change_delivers_nothing_of_ours) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
