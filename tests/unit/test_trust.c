/* The table of whom this station trusts: that it follows what it is made from, and that half of it is worth nothing. */
#include "unit/exchange_pair.h"

#include <fcntl.h>
#include <sys/stat.h>

static const struct node *pinned(struct trust *trust, const unsigned char public_key[CRYPTO_PUBLIC])
{
  const struct node *node = trust_find(trust, node_of_key(public_key));
  assert_non_null(node);
  return node;
}

/* Each time as long as before. */
static void a_key_that_is_pinned_otherwise_is_noticed(void **state)
{
  struct place *place = *state;
  struct err err = ERR_INIT;
  struct desk *village = place_desk(place, VILLAGE, 'A'), *above = place_desk(place, TOWN, 'A');
  struct identity key = identity_of(above);
  int64_t town = store_area(above->store), county = area_from_text(COUNTY, &err);
  DONE(trust_pin(village, key.public_key, town, 'A', "镇", &err));
  struct trust *trust = trust_open(village);
  assert_int_equal(trust_refresh(trust, &err), 0);
  DONE(trust_pin(village, key.public_key, county, 'A', "镇", &err));
  assert_int_equal(trust_refresh(trust, &err), 1);
  assert_int_equal(pinned(trust, key.public_key)->reach.areas[0], county);
  DONE(trust_pin(village, key.public_key, county, 'B', "镇", &err));
  assert_int_equal(trust_refresh(trust, &err), 1);
  assert_int_equal(pinned(trust, key.public_key)->letter, 'B');
  DONE(trust_pin(village, key.public_key, county, 'B', "县", &err));
  assert_int_equal(trust_refresh(trust, &err), 1);
  assert_string_equal(pinned(trust, key.public_key)->name, "县");
  DONE(trust_pin(village, key.public_key, county, 'B', "县", &err)); /* nothing new */
  assert_int_equal(trust_refresh(trust, &err), 0);
  trust_close(trust);
}

static void write_field(struct desk *desk, record_id id, const char *field, const char *text)
{
  struct err err = ERR_INIT;
  struct act *act = act_begin(desk->store, "test", 0, &err);
  change_set_text(act_edit(act, &node_kind, id), field, text);
  DONE(act_commit(act, &err));
}

/* What the other machine wrote first comes second: the last operation on the record is the same as before. */
static void an_older_change_that_comes_late_is_noticed(void **state)
{
  struct place *place = *state;
  struct err err = ERR_INIT;
  struct buf name = BUF_INIT;
  struct desk *town = place_desk(place, TOWN, 'A'), *other = place_desk(place, TOWN, 'B'), *village = place_desk(place, VILLAGE, 'A');
  enrol(town, village);
  enrol(town, other);
  exchange_whole(other, town);
  record_id here = count_of(town, "SELECT max(id) FROM k_node WHERE area = '" VILLAGE "'");
  record_name(town->store, here, &name);
  write_field(other, record_from_name(other->store, buf_text(&name)), "name", "改名");
  write_field(town, here, "letter", "C");
  write_field(town, here, "letter", "D"); /* later than the other one's, within one millisecond, too */
  struct trust *trust = trust_open(town);
  assert_int_equal(trust_refresh(trust, &err), 0);
  op_id last = count_of(town, "SELECT sum(changed) FROM k_node");
  exchange_whole(other, town);
  assert_int_equal(count_of(town, "SELECT count(*) FROM k_node WHERE name = '改名'"), 1);
  assert_int_equal(count_of(town, "SELECT sum(changed) FROM k_node"), last);
  assert_int_equal(trust_refresh(trust, &err), 1);
  assert_int_equal(trust_refresh(trust, &err), 0);
  trust_close(trust);
  buf_free(&name);
}

/* Everything behind the first page, as a disk that fails would leave it. */
static void spoil(const struct desk *desk)
{
  struct stat file;
  char garbage[4096];
  int descriptor = open(store_path(desk->store), O_WRONLY | O_CLOEXEC);
  memset(garbage, 0xee, sizeof(garbage));
  assert_true(descriptor >= 0 && fstat(descriptor, &file) == 0);
  for (off_t at = sizeof(garbage); at < file.st_size; at += (off_t)sizeof(garbage))
    assert_int_equal(pwrite(descriptor, garbage, sizeof(garbage), at), sizeof(garbage));
  close(descriptor);
}

static void a_table_that_cannot_be_read_trusts_nobody(void **state)
{
  struct place *place = *state;
  struct err err = ERR_INIT;
  struct desk *village = place_desk(place, VILLAGE, 'A'), *town = place_desk(place, TOWN, 'A');
  struct identity above = identity_of(town), own = identity_of(village);
  enrol(town, village);
  desk_reopen(village); /* so that nothing lies beside the file or in memory */
  spoil(village);
  assert_null(trust_read(village, &err));
  assert_int_not_equal(err.text[0], '\0');
  struct trust *trust = trust_open(village);
  assert_null(trust_find(trust, node_of_key(above.public_key)));
  assert_int_equal(trust_own(trust)->number, node_of_key(own.public_key));
  err.text[0] = '\0';
  assert_int_equal(trust_refresh(trust, &err), -1); /* though it is as it was at the opening */
  assert_int_not_equal(err.text[0], '\0');
  trust_close(trust);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    PLACE_TEST(a_key_that_is_pinned_otherwise_is_noticed),
    PLACE_TEST(an_older_change_that_comes_late_is_noticed),
    PLACE_TEST(a_table_that_cannot_be_read_trusts_nobody),
  };
  return cmocka_run_group_tests_name("trust", tests, NULL, NULL);
}
