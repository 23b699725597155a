/* A machine that went back in time unnoticed has two lives under one name. What each told to others first comes together. */
#include "unit/exchange_pair.h"

#include "base/file.h"

struct lives {
  struct desk *town, *village, *second;
  char *path, *image;
};

static void copy_over(const char *from, const char *to)
{
  struct buf bytes = BUF_INIT;
  struct err err = ERR_INIT;
  DONE(file_read(from, 1 << 26, &bytes, &err));
  FILE *file = fopen(to, "w"); /* the same inode, as a disk image that is put back */
  assert_non_null(file);
  assert_int_equal(fwrite(buf_text(&bytes), 1, bytes.length, file), bytes.length);
  fclose(file);
  buf_free(&bytes);
}

static void copy_both(const char *from, const char *to)
{
  char *key_from = mem_printf("%s.key", from), *key_to = mem_printf("%s.key", to);
  copy_over(from, to);
  copy_over(key_from, key_to);
  free(key_from);
  free(key_to);
}

static void contact(struct desk *desk, const char *name)
{
  write_entry(desk, &contact_kind, store_area(desk->store) == 510722103000 ? 510722103201 : 0, LANE_UP, "name", name);
}

/* The first life reached the town, the second the machine beside it; then the second one meets the town and goes on under a new key. */
static void live_twice(struct place *place, struct lives *lives)
{
  struct err err = ERR_INIT;
  lives->town = place_desk(place, TOWN, 'A');
  lives->village = place_desk(place, VILLAGE, 'A');
  lives->second = place_desk(place, VILLAGE, 'F');
  struct identity own = identity_of(lives->village);
  enrol(lives->town, lives->village);
  enrol(lives->town, lives->second);
  DONE(trust_pin(lives->second, own.public_key, store_area(lives->village->store), 'A', "邻机", &err));
  for (int i = 0; i < 5; i++) contact(lives->village, "共同的");
  exchange_whole(lives->village, lives->town);
  exchange_whole(lives->second, lives->town);
  exchange_whole(lives->village, lives->second);
  lives->path = mem_dup(store_path(lives->village->store));
  lives->image = mem_printf("%s.image", lives->path);
  desk_close(lives->village);
  copy_both(lives->path, lives->image);
  DONE(desk_open(lives->village, lives->path, place->config, &err));
  contact(lives->village, "先一世");
  contact(lives->village, "先一世又");
  exchange_whole(lives->village, lives->town);
  desk_close(lives->village);
  copy_both(lives->image, lives->path);
  DONE(desk_open(lives->village, lives->path, place->config, &err));
  for (int i = 0; i < 3; i++) contact(lives->village, "后一世");
  exchange_whole(lives->village, lives->second);
  struct carrier carrier;
  carrier_open(&carrier, lives->village, lives->town, NULL);
  carry(&carrier);
  assert_int_equal(exchange_state(carrier.ends[0]), EXCHANGE_RENEWED);
  carrier_close(&carrier);
}

static void lives_free(struct lives *lives)
{
  free(lives->path);
  free(lives->image);
}

/* One exchange that may end early; what it had to say of single logs. */
static bool exchanged(struct desk *one, struct desk *other, const char *trouble)
{
  struct carrier carrier;
  bool said = false;
  carrier_open(&carrier, one, other, NULL);
  carry(&carrier);
  for (int side = 0; side < 2; side++) said |= trouble && strstr(exchange_result(carrier.ends[side]).trouble, trouble);
  carrier_close(&carrier);
  return said;
}

static void all_round(struct lives *lives)
{
  for (int round = 0; round < 4; round++) {
    exchanged(lives->village, lives->town, NULL);
    exchanged(lives->second, lives->town, NULL);
    exchanged(lives->village, lives->second, NULL);
  }
}

static void holds_everything_once(struct desk *desk)
{
  assert_int_equal(count_of(desk, "SELECT count(*) FROM k_contact"), 10);
  assert_int_equal(count_of(desk, "SELECT count(*) FROM k_contact WHERE name = '共同的'"), 5);
  assert_int_equal(count_of(desk, "SELECT count(*) FROM k_contact WHERE name GLOB '先一世*'"), 2);
  assert_int_equal(count_of(desk, "SELECT count(*) FROM k_contact WHERE name = '后一世'"), 3);
  assert_sound(desk);
}

static void both_lives_come_together(void **state)
{
  struct lives lives;
  live_twice(*state, &lives);
  all_round(&lives);
  holds_everything_once(lives.town);
  holds_everything_once(lives.village);
  holds_everything_once(lives.second);
  lives_free(&lives);
}

/* A machine that is new here gets it from one that had to give something up. */
static void what_was_given_up_does_not_stop_others(void **state)
{
  struct place *place = *state;
  struct lives lives;
  struct err err = ERR_INIT;
  live_twice(place, &lives);
  all_round(&lives);
  struct desk *third = place_desk(place, VILLAGE, 'G');
  struct identity beside = identity_of(lives.second);
  enrol(lives.town, third);
  DONE(trust_pin(third, beside.public_key, store_area(lives.second->store), 'F', "邻机", &err));
  exchanged(lives.second, lives.town, NULL);
  for (int round = 0; round < 3; round++) exchanged(third, lives.second, NULL);
  holds_everything_once(third);
  lives_free(&lives);
}

/* The heir's claim counts only if the key before signed it: otherwise nobody gives anything up, and people are told. */
static void without_the_old_keys_word_nothing_is_given_up(void **state)
{
  struct lives lives;
  struct err err = ERR_INIT;
  live_twice(*state, &lives);
  char *chain = store_get_local(lives.village->store, "succession"), *forged = mem_dup(chain), *sign = strstr(forged, "\"signature\"");
  sign = strchr(strchr(sign, ':'), '"') + 9;
  *sign = *sign == '0' ? '1' : '0';
  struct identity heir = identity_of(lives.village);
  DONE(store_set_local(lives.village->store, "succession", forged, &err));
  DONE(node_issue(lives.town, "node.trust", heir.public_key, store_area(lives.village->store), 'B', "村",
                  &err)); /* an officer's yes makes it one of us, and no more */
  all_round(&lives);
  assert_int_equal(count_of(lives.second, "SELECT count(*) FROM k_contact WHERE name = '后一世'"), 6);
  assert_int_equal(count_of(lives.second, "SELECT count(*) FROM k_contact WHERE name GLOB '先一世*'"), 0);
  assert_true(exchanged(lives.second, lives.town, "the two sides hold different ones"));
  DONE(store_set_local(lives.village->store, "succession", chain, &err));
  all_round(&lives);
  holds_everything_once(lives.town);
  holds_everything_once(lives.second);
  free(chain);
  free(forged);
  lives_free(&lives);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    PLACE_TEST(both_lives_come_together),
    PLACE_TEST(what_was_given_up_does_not_stop_others),
    PLACE_TEST(without_the_old_keys_word_nothing_is_given_up),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
