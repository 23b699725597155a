/* Two desks exchange through the machine without I/O. */
#include "unit/exchange_pair.h"

#include "sync/bundle.h"
#include "sync/receipts.h"
#include "sync/sync.h"

/* --- what arrives where --------------------------------------------------------------------------------------------------------------- */

static void goes_up_and_down_and_stays_here(void **state)
{
  struct place *place = *state;
  struct desk *town = place_desk(place, TOWN, 'A'), *one = place_desk(place, VILLAGE, 'A'), *two = place_desk(place, VILLAGE_2, 'A');
  enrol(town, one);
  enrol(town, two);
  write_entry(one, &contact_kind, 0, LANE_UP, "name", "甲联系人");
  write_entry(one, &entry_kind, 0, LANE_HERE, "text", "村里的记事");
  write_entry(town, &order_kind, 0, LANE_DOWN, "content", "镇里的通知");
  write_entry(town, &contact_kind, store_area(one->store), LANE_UP, "name", "镇里替甲村加的");
  exchange_whole(one, town);
  exchange_whole(town, two); /* either side may begin */
  assert_int_equal(count_of(town, "SELECT count(*) FROM k_contact"), 2);
  assert_int_equal(count_of(town, "SELECT count(*) FROM k_entry"), 0);
  assert_int_equal(count_of(one, "SELECT count(*) FROM k_order"), 1);
  assert_int_equal(count_of(two, "SELECT count(*) FROM k_order"), 1);
  assert_int_equal(count_of(one, "SELECT count(*) FROM k_contact"), 2);
  assert_int_equal(count_of(two, "SELECT count(*) FROM k_contact"), 0); /* the other village's */
  struct delivery delivery;
  struct err err = ERR_INIT;
  DONE(delivery_read(one->store, &delivery, &err));
  assert_int_equal(delivery.undelivered, 0);
  assert_true(delivery.receipt_at > 0);
  assert_sound(town);
  assert_sound(one);
  assert_sound(two);
}

static void relays_pass_on(void **state)
{
  struct place *place = *state;
  struct desk *county = place_desk(place, COUNTY, 'A'), *town = place_desk(place, TOWN, 'A'), *village = place_desk(place, VILLAGE, 'A');
  enrol(county, town);
  enrol(town, village);
  write_entry(village, &contact_kind, 0, LANE_UP, "name", "村里的");
  write_entry(county, &order_kind, 0, LANE_DOWN, "content", "县里的");
  exchange_whole(village, town);
  exchange_whole(town, county);
  exchange_whole(town, village);
  assert_int_equal(count_of(county, "SELECT count(*) FROM k_contact"), 1); /* the county knows the village's key from the town's record */
  assert_int_equal(count_of(village, "SELECT count(*) FROM k_order"), 1);  /* and the village the county's, which the town introduced */
}

static void conflicts_agree(void **state)
{
  struct place *place = *state;
  struct err err = ERR_INIT;
  struct desk *town = place_desk(place, TOWN, 'A'), *village = place_desk(place, VILLAGE, 'A');
  enrol(town, village);
  record_id here = write_entry(village, &contact_kind, 0, LANE_UP, "name", "某人");
  exchange_whole(village, town);
  struct buf name = BUF_INIT;
  record_name(village->store, here, &name);
  record_id there = record_from_name(town->store, buf_text(&name));
  assert_true(there != 0);
  struct act *act = act_begin(village->store, "test", 0, &err);
  change_set_text(act_edit(act, &contact_kind, here), "phone", "00000000001");
  DONE(act_commit(act, &err));
  act = act_begin(town->store, "test", 0, &err);
  change_set_text(act_edit(act, &contact_kind, there), "phone", "00000000002");
  DONE(act_commit(act, &err));
  exchange_whole(town, village);
  assert_int_equal(conflict_count(town->store), 1);
  assert_int_equal(conflict_count(village->store), 1);
  struct record one, other;
  assert_int_equal(record_read(village->store, &contact_kind, here, &one, &err), 1);
  assert_int_equal(record_read(town->store, &contact_kind, there, &other, &err), 1);
  assert_string_equal(record_text(&one, "phone"), record_text(&other, "phone"));
  record_free(&one);
  record_free(&other);
  buf_free(&name);
}

static void expect_undelivered(struct desk *desk, int64_t count)
{
  struct delivery delivery;
  struct err err = ERR_INIT;
  DONE(delivery_read(desk->store, &delivery, &err));
  assert_int_equal(delivery.undelivered, count);
}

static int delivery_of_contact(struct desk *desk, const char *sql)
{
  struct record record = { 0 };
  struct err err = ERR_INIT;
  assert_int_equal(record_read(desk->store, &contact_kind, count_of(desk, sql), &record, &err), 1);
  op_id op = record.changed;
  record_free(&record);
  return delivery_of(desk->store, op);
}

/* The village's second machine never meets the township itself. */
static void receipts_are_passed_on(void **state)
{
  struct place *place = *state;
  struct desk *town = place_desk(place, TOWN, 'A'), *one = place_desk(place, VILLAGE, 'A'), *two = place_desk(place, VILLAGE, 'B');
  enrol(town, one);
  enrol(one, two);
  exchange_whole(one, town);
  exchange_whole(two, one);
  write_entry(two, &contact_kind, 0, LANE_UP, "name", "二号机写的");
  expect_undelivered(two, 2); /* this, and what set it up */
  assert_int_equal(delivery_of_contact(two, "SELECT id FROM k_contact"), 0);
  exchange_whole(two, one);
  expect_undelivered(two, 2); /* with its neighbour is not with its superior */
  exchange_whole(one, town);
  exchange_whole(two, one);
  expect_undelivered(two, 0);
  assert_int_equal(delivery_of_contact(two, "SELECT id FROM k_contact"), 1);
  write_entry(town, &contact_kind, store_area(one->store), LANE_UP, "name", "镇里写的");
  exchange_whole(one, town);
  assert_int_equal(delivery_of_contact(one, "SELECT id FROM k_contact WHERE name = '镇里写的'"), 1); /* it was written there */
}

/* Whoever passes a receipt on cannot add to it. */
static void a_receipt_on_its_way_cannot_be_altered(void **state)
{
  struct place *place = *state;
  struct err err = ERR_INIT;
  struct buf frame = BUF_INIT;
  struct desk *town = place_desk(place, TOWN, 'A'), *village = place_desk(place, VILLAGE, 'A');
  enrol(town, village);
  exchange_whole(village, town);
  struct trust *trust = trust_open(village);
  DONE(receipts_pass(village, trust, &trust_own(trust)->reach, &(struct receipts_passed){ .count = 0 }, &frame, &err));
  struct wire_reader reader = { (const unsigned char *)frame.data + 1, (const unsigned char *)frame.data + frame.length, false };
  size_t length;
  char *bytes = (char *)wire_take_bytes(&reader, frame.length, &length);
  assert_non_null(bytes);
  DONE(receipts_take(village, trust, NULL, bytes, length, &err));
  for (size_t at = CRYPTO_PUBLIC; at < length; at++) {
    bytes[at] ^= 1;
    assert_int_equal(receipts_take(village, trust, NULL, bytes, length, &err), -1);
    bytes[at] ^= 1;
  }
  for (size_t cut = 0; cut < length; cut++) assert_int_equal(receipts_take(village, trust, NULL, bytes, cut, &err), -1);
  trust_close(trust);
  buf_free(&frame);
}

/* What a superior's other machine does not have yet is with the superior all the same; a revoked one says nothing any more. */
static void any_machine_of_a_superior_confirms(void **state)
{
  struct place *place = *state;
  struct err err = ERR_INIT;
  struct desk *town = place_desk(place, TOWN, 'A'), *other = place_desk(place, TOWN, 'B'), *village = place_desk(place, VILLAGE, 'A');
  enrol(town, village);
  enrol(town, other);
  exchange_whole(other, town);
  exchange_whole(village, town);
  write_entry(village, &contact_kind, 0, LANE_UP, "name", "某人");
  exchange_whole(village, town);
  expect_undelivered(village, 0);
  node_action(other, "node.revoke", town, "why", "被水冲走");
  exchange_whole(village, other);
  expect_undelivered(village, 0); /* now it is there */
  struct peer peer;
  assert_int_equal(peer_read(village->store, store_node(town->store), &peer, &err), 1);
  assert_false(peer.superior);
  assert_int_equal(peer_read(village->store, store_node(other->store), &peer, &err), 1);
  assert_true(peer.superior);
}

/* --- an open line --------------------------------------------------------------------------------------------------------------------- */

static void open_line_sends_what_is_committed(void **state)
{
  struct place *place = *state;
  struct carrier carrier;
  struct desk *town = place_desk(place, TOWN, 'A'), *village = place_desk(place, VILLAGE, 'A');
  enrol(town, village);
  carrier_open(&carrier, village, town, both_stay);
  carry(&carrier);
  assert_int_equal(exchange_state(carrier.ends[0]), EXCHANGE_EVEN);
  assert_int_equal(exchange_state(carrier.ends[1]), EXCHANGE_EVEN);
  for (int record = 1; record <= 3; record++) {
    int64_t before = carrier.carried[0] + carrier.carried[1];
    write_entry(village, &contact_kind, 0, LANE_UP, "name", "新来的");
    exchange_wake(carrier.ends[0]);
    carry(&carrier);
    assert_int_equal(count_of(town, "SELECT count(*) FROM k_contact"), record);
    assert_int_equal(exchange_state(carrier.ends[0]), EXCHANGE_EVEN);
    int64_t bytes = carrier.carried[0] + carrier.carried[1] - before;
    print_message("one more record: %d bytes\n", (int)bytes);
    assert_true(bytes < 800);
  }
  int64_t before = carrier.carried[0] + carrier.carried[1];
  exchange_wake(carrier.ends[0]);
  exchange_wake(carrier.ends[1]);
  carry(&carrier);
  assert_int_equal(carrier.carried[0] + carrier.carried[1], before); /* nothing new, nothing said */
  exchange_finish(carrier.ends[0]);
  carry(&carrier);
  assert_int_equal(exchange_state(carrier.ends[0]), EXCHANGE_ENDED);
  assert_int_equal(exchange_state(carrier.ends[1]), EXCHANGE_ENDED);
  carrier_close(&carrier);
}

/* What came to one end from elsewhere goes to the other, and not back; and what both have from elsewhere hurts neither. */
static void open_line_passes_on(void **state)
{
  struct place *place = *state;
  struct carrier carrier;
  struct desk *county = place_desk(place, COUNTY, 'A'), *town = place_desk(place, TOWN, 'A'), *village = place_desk(place, VILLAGE, 'A');
  struct desk *other = place_desk(place, TOWN, 'F');
  enrol(county, town);
  enrol(county, other);
  enrol(town, village);
  enrol(town, other);
  exchange_whole(town, county);
  exchange_whole(other, county);
  for (int both = 0; both < 2; both++) {
    struct desk *end = both ? other : village;
    carrier_open(&carrier, end, town, both_stay);
    carry(&carrier);
    for (int record = 1; record <= 3; record++) {
      write_entry(county, &order_kind, 0, LANE_DOWN, "content", "县里的");
      exchange_whole(county, town);
      if (both) exchange_whole(county, other);
      int64_t sent = exchange_result(carrier.ends[0]).sent;
      exchange_wake(carrier.ends[0]);
      exchange_wake(carrier.ends[1]);
      carry(&carrier);
      for (int side = 0; side < 2; side++)
        if (exchange_state(carrier.ends[side]) != EXCHANGE_EVEN) fail_msg("%d: %s", side, carrier.err[side].text);
      assert_int_equal(count_of(end, "SELECT count(*) FROM k_order"), 3 * both + record);
      if (!both) assert_int_equal(exchange_result(carrier.ends[0]).sent, sent);
    }
    carrier_close(&carrier);
  }
  assert_sound(village);
  assert_sound(other);
}

/* However little there is to say, both know when they heard of each other last. */
static void open_line_shows_the_last_contact(void **state)
{
  struct place *place = *state;
  struct carrier carrier;
  struct desk *town = place_desk(place, TOWN, 'A'), *village = place_desk(place, VILLAGE, 'A');
  enrol(town, village);
  carrier_open(&carrier, village, town, both_stay);
  assert_false(exchange_ask(carrier.ends[0]));
  carry(&carrier);
  clock_shift(CLOCK_HOUR);
  assert_true(exchange_ask(carrier.ends[0]));
  assert_int_equal(exchange_state(carrier.ends[0]), EXCHANGE_OPEN);
  carry(&carrier);
  assert_int_equal(exchange_state(carrier.ends[0]), EXCHANGE_EVEN);
  struct peer above, below;
  struct err err = ERR_INIT;
  assert_int_equal(peer_read(village->store, store_node(town->store), &above, &err), 1);
  assert_int_equal(peer_read(town->store, store_node(village->store), &below, &err), 1);
  assert_true(clock_now() - above.contact < CLOCK_MINUTE && clock_now() - below.contact < CLOCK_MINUTE);
  clock_shift(0);
  carrier_close(&carrier);
}

/* An officer may take a yes back while the line stands. */
static void open_line_ends_with_trust(void **state)
{
  struct place *place = *state;
  struct carrier carrier;
  struct desk *town = place_desk(place, TOWN, 'A'), *village = place_desk(place, VILLAGE, 'A');
  enrol(town, village);
  carrier_open(&carrier, village, town, both_stay);
  carry(&carrier);
  assert_int_equal(exchange_state(carrier.ends[1]), EXCHANGE_EVEN);
  node_action(town, "node.revoke", village, "why", "被盗");
  write_entry(town, &order_kind, 0, LANE_DOWN, "content", "之后的通知");
  exchange_wake(carrier.ends[1]);
  carry(&carrier);
  assert_int_equal(exchange_state(carrier.ends[0]), EXCHANGE_FAILED);
  assert_non_null(strstr(carrier.err[0].text, "was revoked"));
  assert_int_equal(count_of(village, "SELECT count(*) FROM k_order"), 0);
  carrier_close(&carrier);
}

/* Each side has a clock of its own; the town's goes two hours ahead. */
static void carry_by_clocks(struct carrier *carrier, int64_t ahead)
{
  for (int round = 0, side = 0; round < 60; round++, side = 1 - side) {
    struct buf out = BUF_INIT;
    clock_shift(side == 1 ? ahead : 0);
    while (exchange_work(carrier->ends[side], &carrier->err[side]) > 0) continue;
    exchange_give(carrier->ends[side], &out, 1 << 20);
    clock_shift(side == 1 ? 0 : ahead);
    if (out.length) exchange_feed(carrier->ends[1 - side], out.data, out.length, &carrier->err[1 - side]);
    buf_free(&out);
  }
  clock_shift(0);
}

static void a_wrong_clock_is_told(void **state)
{
  struct place *place = *state;
  struct desk *town = place_desk(place, TOWN, 'A'), *village = place_desk(place, VILLAGE, 'A');
  struct carrier carrier;
  struct buf text = BUF_INIT;
  struct err err = ERR_INIT;
  enrol(town, village);
  carrier_open(&carrier, village, town, NULL);
  carry_by_clocks(&carrier, 2 * CLOCK_HOUR);
  assert_int_equal(exchange_state(carrier.ends[0]), EXCHANGE_ENDED);
  carrier_close(&carrier);
  DONE(sync_status_text(village, &text, &err));
  assert_non_null(strstr(buf_text(&text), "its clock is ahead of ours by "));
  buf_clear(&text);
  DONE(sync_status_text(town, &text, &err));
  assert_non_null(strstr(buf_text(&text), "its clock is behind ours by "));
  buf_free(&text);
}

/* --- cuts ----------------------------------------------------------------------------------------------------------------------------- */

static void fill(struct desk *village, struct desk *town, int count)
{
  char text[64];
  for (int i = 0; i < count; i++) {
    snprintf(text, sizeof(text), "村%d", i);
    write_entry(village, &contact_kind, 0, LANE_UP, "name", text);
    snprintf(text, sizeof(text), "镇%d", i);
    write_entry(town, &order_kind, 0, LANE_DOWN, "content", text);
  }
}

/* The line dies after every so many bytes, on either side; what stands is never half, and in the end all is there once. */
static void cut_anywhere_it_goes_on(void **state)
{
  enum { COUNT = 30, STEP = 37 };
  struct place *place = *state;
  struct desk *town = place_desk(place, TOWN, 'A'), *village = place_desk(place, VILLAGE, 'A');
  enrol(town, village);
  fill(village, town, COUNT);
  bool whole = false;
  for (int64_t cut = 0; !whole; cut += STEP) {
    struct carrier carrier;
    carrier_open(&carrier, village, town, NULL);
    carrier.piece = 61;
    carrier.cut[cut / STEP % 2] = cut;
    carry(&carrier);
    whole = exchange_state(carrier.ends[0]) == EXCHANGE_ENDED && exchange_state(carrier.ends[1]) == EXCHANGE_ENDED;
    for (int side = 0; side < 2; side++)
      if (!whole && !is_over(carrier.ends[side])) exchange_hang_up(carrier.ends[side], NULL);
    carrier_close(&carrier);
    int64_t there = count_of(town, "SELECT count(*) FROM k_contact");
    assert_true(there >= 0 && there <= COUNT);
    assert_true(cut < 100000);
  }
  assert_int_equal(count_of(town, "SELECT count(*) FROM k_contact"), COUNT);
  assert_int_equal(count_of(village, "SELECT count(*) FROM k_order"), COUNT);
  exchange_whole(village, town);
  assert_sound(town);
  assert_sound(village);
  struct delivery delivery;
  struct err err = ERR_INIT;
  DONE(delivery_read(village->store, &delivery, &err));
  assert_int_equal(delivery.undelivered, 0);
}

/* A cut long transfer is taken up where it was cut: what was staged is not sent again. */
static void staged_is_not_sent_again(void **state)
{
  struct place *place = *state;
  struct err err = ERR_INIT;
  struct desk *town = place_desk(place, TOWN, 'A'), *village = place_desk(place, VILLAGE, 'A');
  struct carrier carrier;
  enrol(town, village);
  unsigned char noise[3000];
  char hex[2 * sizeof(noise) + 1];
  for (int i = 0; i < 200; i++) {
    crypto_random(noise, sizeof(noise));
    crypto_hex(noise, sizeof(noise), hex);
    write_entry(village, &contact_kind, 0, LANE_UP, "note", hex);
  }
  carrier_open(&carrier, village, town, NULL);
  carrier.cut[0] = 400000; /* of some 600 KB */
  carry(&carrier);
  carrier_close(&carrier);
  int64_t staged = count_of(town, "SELECT count(*) FROM staged");
  assert_true(staged > 50 && staged < 200);
  assert_int_equal(count_of(town, "SELECT count(*) FROM k_contact"), 0);
  int64_t bytes = exchange_whole(village, town);
  assert_true(bytes < 400000);
  assert_int_equal(count_of(town, "SELECT count(*) FROM k_contact"), 200);
  assert_int_equal(count_of(town, "SELECT count(*) FROM staged"), 0);
  assert_int_equal(count_of(town, "SELECT count(*) FROM head WHERE staged = 1"), 0);
  DONE(verify_all(town->store, NULL, NULL, NULL, &err));
}

/* Everything has come, but is not admitted yet when the line is cut: the next exchange ends only when it is, and confirmed. */
static void parts_only_when_all_is_confirmed(void **state)
{
  enum { COUNT = 3000 };
  struct place *place = *state;
  struct err err = ERR_INIT;
  struct desk *town = place_desk(place, TOWN, 'A'), *village = place_desk(place, VILLAGE, 'A');
  struct delivery delivery;
  struct carrier carrier;
  enrol(town, village);
  fill(village, town, COUNT);
  carrier_open(&carrier, village, town, NULL);
  struct buf out = BUF_INIT;
  for (int round = 0; round < 200; round++) /* the town takes all in and works nothing off */
    for (int side = 0; side < 2; side++) {
      buf_clear(&out);
      if (side == 0) exchange_work(carrier.ends[0], &err);
      exchange_give(carrier.ends[side], &out, 1 << 16);
      DONE(exchange_feed(carrier.ends[1 - side], buf_text(&out), out.length, &err));
    }
  buf_free(&out);
  carrier_close(&carrier);
  assert_true(count_of(town, "SELECT count(*) FROM staged") >= COUNT);
  carrier_open(&carrier, village, town, NULL);
  while (exchange_state(carrier.ends[0]) != EXCHANGE_ENDED) {
    carry_one(&carrier, 1); /* so that the village has said that it is through before the town says anything of the kind */
    carry_one(&carrier, 0);
    exchange_work(carrier.ends[0], &carrier.err[0]);
    if (exchange_state(carrier.ends[0]) != EXCHANGE_ENDED) exchange_work(carrier.ends[1], &carrier.err[1]);
    assert_int_equal(carrier.status[0], 0);
  }
  carrier_close(&carrier);
  DONE(delivery_read(village->store, &delivery, &err));
  assert_int_equal(delivery.undelivered, 0);
  assert_int_equal(count_of(town, "SELECT count(*) FROM k_contact"), COUNT);
}

/* --- trust ---------------------------------------------------------------------------------------------------------------------------- */

static void refused_both(struct desk *one, struct desk *other, const struct exchange_options options[2], const char *part)
{
  struct carrier carrier;
  carrier_open(&carrier, one, other, options);
  carry(&carrier);
  if (exchange_state(carrier.ends[0]) != EXCHANGE_FAILED) fail_msg("was not refused");
  if (!strstr(carrier.err[0].text, part) && !strstr(carrier.err[1].text, part))
    fail_msg("said \"%s\" and \"%s\"", carrier.err[0].text, carrier.err[1].text);
  carrier_close(&carrier);
}

static void strangers_wait(void **state)
{
  struct place *place = *state;
  struct err err = ERR_INIT;
  struct desk *town = place_desk(place, TOWN, 'A'), *village = place_desk(place, VILLAGE, 'A');
  refused_both(village, town, NULL, "is not known here yet");
  assert_int_equal(count_of(town, "SELECT count(*) FROM peer WHERE state = 1"), 1);
  node_action(town, "node.trust", village, "why", "电话核对");
  refused_both(village, town, NULL, "is not known here yet"); /* the village has not said yes to the town */
  struct identity above = identity_of(town);
  DONE(trust_pin(village, above.public_key, store_area(town->store), 'A', "镇", &err));
  exchange_whole(village, town);
  node_action(town, "node.revoke", village, "why", "被盗");
  refused_both(village, town, NULL, "was revoked");
}

static char *invite(struct desk *desk, const char *area, const char *letter)
{
  struct err err = ERR_INIT;
  const struct action *action = action_find(desk_action_tables, "node.invite");
  struct values arguments;
  struct outcome outcome = { 0 };
  values_start(&arguments, action->arguments);
  values_set_text(&arguments, "area", area);
  values_set_text(&arguments, "name", "某村");
  values_set_text(&arguments, "letter", letter);
  DONE(action_run(desk, action, 0, &arguments, &outcome, &err));
  char *code = mem_dup_n(outcome.text, strcspn(outcome.text, "\n"));
  outcome_free(&outcome);
  values_free(&arguments);
  return code;
}

static void enrols_by_code(void **state)
{
  struct place *place = *state;
  struct desk *town = place_desk(place, TOWN, 'A'), *village = place_desk(place, VILLAGE, 'A'), *other = place_desk(place, VILLAGE_2, 'A'),
              *impostor = place_desk(place, TOWN, 'B');
  char *code = invite(town, VILLAGE, "A"), *wrong = invite(impostor, VILLAGE, "A");
  struct exchange_options options[2] = { { .code = wrong }, { .stays = true } };
  refused_both(village, town, options, "not that of an open invitation");
  options[0].code = code;
  refused_both(other, town, options, "the invitation is for the area");
  refused_both(village, impostor, options, "not that of an open invitation");
  struct carrier carrier;
  carrier_open(&carrier, village, town, options);
  carry(&carrier);
  if (exchange_state(carrier.ends[0]) != EXCHANGE_ENDED) fail_msg("%s / %s", carrier.err[0].text, carrier.err[1].text);
  carrier_close(&carrier);
  assert_int_equal(count_of(town, "SELECT count(*) FROM k_unit"), 2); /* its own and the village's */
  refused_both(village, impostor, NULL, "is not known here yet");
  refused_both(village, town, options, "not that of an open invitation"); /* works once */
  exchange_whole(village, town);
  struct err err = ERR_INIT;
  unsigned char secret[CRYPTO_HASH];
  code[2] = code[2] == '9' ? '0' : (char)(code[2] + 1);
  REFUSED(invitation_secret(code, secret, &err), "A digit of the code is wrong");
  free(code);
  free(wrong);
}

static void only_the_node_of_the_key(void **state)
{
  struct place *place = *state;
  struct desk *town = place_desk(place, TOWN, 'A'), *one = place_desk(place, VILLAGE, 'A'), *two = place_desk(place, VILLAGE_2, 'A');
  enrol(town, one);
  enrol(town, two);
  struct exchange_options options[2] = { { 0 }, { .stays = true, .only = store_node(one->store) } };
  refused_both(two, town, options, "for another machine's key");
  struct carrier carrier;
  carrier_open(&carrier, one, town, options);
  carry(&carrier);
  assert_int_equal(exchange_state(carrier.ends[0]), EXCHANGE_ENDED);
  carrier_close(&carrier);
}

/* What an unknown machine wrote waits, and comes to light with an officer's yes, without another exchange of it. */
static void unknown_origin_is_staged(void **state)
{
  struct place *place = *state;
  struct err err = ERR_INIT;
  struct desk *first = place_desk(place, TOWN, 'A'), *second = place_desk(place, TOWN, 'B'), *village = place_desk(place, VILLAGE, 'A');
  enrol(first, village);
  enrol(second, village); /* the village trusts both machines of the town, but the first does not know the second */
  write_entry(second, &contact_kind, store_area(village->store), LANE_UP, "name", "第二台机器写的");
  exchange_whole(village, second);
  assert_int_equal(count_of(village, "SELECT count(*) FROM k_contact"), 1);
  exchange_whole(village, first);
  assert_int_equal(count_of(first, "SELECT count(*) FROM k_contact"), 0);
  assert_true(count_of(first, "SELECT count(*) FROM staged") > 0);
  struct identity stranger = identity_of(second);
  DONE(node_issue(first, "node.trust", stranger.public_key, store_area(second->store), 'B', "第二台", &err));
  int64_t bytes = exchange_whole(village, first);
  assert_int_equal(count_of(first, "SELECT count(*) FROM k_contact"), 1);
  assert_int_equal(count_of(first, "SELECT count(*) FROM staged"), 0);
  assert_true(bytes < 3000);
  assert_sound(first);
}

static void exercise_never_meets_reality(void **state)
{
  struct place *place = *state;
  struct err err = ERR_INIT;
  struct desk *town = place_desk(place, TOWN, 'A');
  char *path = place_path(place, 1);
  DONE(setup_init(path, VILLAGE, "演练", 'A', true, &err));
  struct desk *exercise = &place->desks[place->count++];
  DONE(desk_open(exercise, path, place->config, &err));
  free(path);
  enrol(town, exercise);
  refused_both(exercise, town, NULL, "exercise");
}

/* --- renewal -------------------------------------------------------------------------------------------------------------------------- */

static void copy_file(const char *from, const char *to)
{
  char *command = mem_printf("cp %s %s", from, to);
  assert_int_equal(system(command), 0);
  free(command);
}

/* A station goes back to last week's backup: it goes on under a new key, is recognised, and gets back what it had sent. */
static void restored_station_gets_back_what_it_lost(void **state)
{
  struct place *place = *state;
  struct err err = ERR_INIT;
  struct desk *town = place_desk(place, TOWN, 'A'), *village = place_desk(place, VILLAGE, 'A');
  enrol(town, village);
  write_entry(village, &contact_kind, 0, LANE_UP, "name", "备份前");
  exchange_whole(village, town);
  char *path = mem_dup(store_path(village->store)), *backup = mem_printf("%s.backup", path), *aside = NULL;
  DONE(backup_make(village->store, backup, NULL, &err));
  write_entry(village, &contact_kind, 0, LANE_UP, "name", "备份后");
  exchange_whole(village, town);
  struct identity before = identity_of(village);
  desk_close(village);
  DONE(backup_restore(path, backup, desk_kinds(), &aside, &err));
  DONE(desk_open(village, path, place->config, &err));
  assert_true(store_node(village->store) != before.node);
  write_entry(village, &contact_kind, 0, LANE_UP, "name", "恢复后");
  exchange_whole(village, town);
  assert_int_equal(count_of(village, "SELECT count(*) FROM k_contact"), 3);
  assert_int_equal(count_of(town, "SELECT count(*) FROM k_contact"), 3);
  assert_int_equal(count_of(town, "SELECT count(DISTINCT name) FROM k_contact"), 3);
  struct delivery delivery;
  DONE(delivery_read(village->store, &delivery, &err));
  assert_int_equal(delivery.undelivered, 0);
  assert_sound(village);
  assert_sound(town);
  /* Who revokes the old key is told of the new one. */
  const struct action *revoke = action_find(desk_action_tables, "node.revoke");
  struct values arguments;
  struct outcome outcome = { 0 };
  char print[FINGERPRINT];
  values_start(&arguments, revoke->arguments);
  values_set_text(&arguments, "node", node_fingerprint(before.public_key, print));
  values_set_text(&arguments, "why", "换了钥匙");
  DONE(action_run(town, revoke, 0, &arguments, &outcome, &err));
  assert_true(outcome.attention);
  assert_non_null(strstr(outcome.text, node_fingerprint(identity_of(village).public_key, print)));
  values_free(&arguments);
  outcome_free(&outcome);
  free(path);
  free(backup);
  free(aside);
}

/* A superior goes back: its receipt shrinks, and what it lost is on the way again until it has it. */
static void restored_superior_is_sent_again(void **state)
{
  struct place *place = *state;
  struct err err = ERR_INIT;
  struct desk *town = place_desk(place, TOWN, 'A'), *village = place_desk(place, VILLAGE, 'A');
  enrol(town, village);
  write_entry(village, &contact_kind, 0, LANE_UP, "name", "备份前");
  exchange_whole(village, town);
  char *path = mem_dup(store_path(town->store)), *backup = mem_printf("%s.backup", path), *aside = NULL;
  DONE(backup_make(town->store, backup, NULL, &err));
  for (int i = 0; i < 3; i++) write_entry(village, &contact_kind, 0, LANE_UP, "name", "备份后");
  exchange_whole(village, town);
  desk_close(town);
  DONE(backup_restore(path, backup, desk_kinds(), &aside, &err));
  DONE(desk_open(town, path, place->config, &err));
  assert_int_equal(count_of(town, "SELECT count(*) FROM k_contact"), 1);
  /* The first thing that the restored superior says shrinks what is delivered. */
  struct carrier carrier;
  carrier_open(&carrier, village, town, NULL);
  struct delivery delivery;
  bool shrank = false;
  carrier.piece = 64;
  while (carry_round(&carrier)) {
    DONE(delivery_read(village->store, &delivery, &err));
    shrank |= delivery.undelivered >= 3; /* of the old key's receipt nothing is left */
  }
  carrier_close(&carrier);
  assert_true(shrank);
  DONE(delivery_read(village->store, &delivery, &err));
  assert_int_equal(delivery.undelivered, 0);
  assert_int_equal(count_of(town, "SELECT count(*) FROM k_contact"), 4);
  free(path);
  free(backup);
  free(aside);
}

/* Two databases that are copies of one write under one name, which nobody notices until both have spoken to the same superior. */
/* As a disk image that was put back: same place, older, and with it a key file that knows no better. */
static void put_back(const char *aside, const char *path)
{
  char *command = mem_printf("cat %s > %s; rm -f %s-wal %s-shm; sed -i 's/\"heads\".*/\"heads\": {}}/; /^  }/,$d' %s.key;"
                             " sed -i '/\"heads\": {}}/q' %s.key",
                             aside, path, path, path, path, path);
  assert_int_equal(system(command), 0);
  free(command);
}

static void copies_part(void **state)
{
  struct place *place = *state;
  struct err err = ERR_INIT;
  struct desk *town = place_desk(place, TOWN, 'A'), *village = place_desk(place, VILLAGE, 'A');
  enrol(town, village);
  for (int i = 0; i < 20; i++) write_entry(village, &contact_kind, 0, LANE_UP, "name", "共同的");
  exchange_whole(village, town);
  char *path = mem_dup(store_path(village->store)), *aside = mem_printf("%s.aside", path);
  desk_close(village);
  copy_file(path, aside);
  DONE(desk_open(village, path, place->config, &err));
  write_entry(village, &contact_kind, 0, LANE_UP, "name", "第一份写的");
  write_entry(village, &contact_kind, 0, LANE_UP, "name", "第一份又写的");
  exchange_whole(village, town);
  desk_close(village);
  put_back(aside, path);
  DONE(desk_open(village, path, place->config, &err));
  uint64_t before = store_node(village->store);
  write_entry(village, &contact_kind, 0, LANE_UP, "name", "第二份写的");
  struct carrier carrier;
  carrier_open(&carrier, village, town, NULL);
  carry(&carrier);
  assert_int_equal(exchange_state(carrier.ends[0]), EXCHANGE_RENEWED);
  carrier_close(&carrier);
  assert_true(store_node(village->store) != before);
  exchange_whole(village, town);
  exchange_whole(village, town);
  assert_int_equal(count_of(town, "SELECT count(*) FROM k_contact"), 23);
  assert_int_equal(count_of(village, "SELECT count(*) FROM k_contact"), 23);
  assert_int_equal(count_of(town, "SELECT count(DISTINCT name) FROM k_contact"), 4);
  assert_sound(village);
  assert_sound(town);
  free(path);
  free(aside);
}

/* The first life's words come by stick while the second one's line stands: it goes on under a new key without the line being made anew. */
static void copies_part_on_an_open_line(void **state)
{
  struct place *place = *state;
  struct err err = ERR_INIT;
  struct sync_report report = { 0 };
  struct carrier carrier;
  struct desk *town = place_desk(place, TOWN, 'A'), *village = place_desk(place, VILLAGE, 'A');
  enrol(town, village);
  write_entry(village, &contact_kind, 0, LANE_UP, "name", "共同的");
  exchange_whole(village, town);
  char *path = mem_dup(store_path(village->store)), *aside = mem_printf("%s.aside", path), *stick = mem_printf("%s.stick", path);
  desk_close(village);
  copy_file(path, aside);
  DONE(desk_open(village, path, place->config, &err));
  write_entry(village, &contact_kind, 0, LANE_UP, "name", "第一份写的");
  DONE(bundle_write_file(village, store_area(town->store), stick, false, &report, &err));
  desk_close(village);
  put_back(aside, path);
  DONE(desk_open(village, path, place->config, &err));
  carrier_open(&carrier, village, town, both_stay);
  carry(&carrier);
  assert_int_equal(exchange_state(carrier.ends[0]), EXCHANGE_EVEN);
  DONE(bundle_read_file(town, stick, NULL, &report, &err));
  for (int i = 0; i < 3; i++) write_entry(village, &contact_kind, 0, LANE_UP, "name", "第二份写的"); /* longer than the first one's */
  exchange_wake(carrier.ends[0]);
  carry(&carrier);
  exchange_wake(carrier.ends[1]);
  carry(&carrier);
  assert_int_equal(exchange_state(carrier.ends[0]), EXCHANGE_RENEWED);
  carrier_close(&carrier);
  struct log_name child = { store_node(village->store), store_area(village->store), LANE_UP };
  struct log_parent parent;
  assert_int_equal(log_parent_read(village->store, &child, &parent, &err), 1);
  assert_int_equal(delivery_held(village->store, &child), parent.seq); /* what it inherited is not its to deliver */
  exchange_whole(village, town);
  exchange_whole(village, town);
  assert_int_equal(count_of(town, "SELECT count(*) FROM k_contact"), 5);
  assert_int_equal(count_of(village, "SELECT count(*) FROM k_contact"), 5);
  sync_report_free(&report);
  free(path);
  free(aside);
  free(stick);
}

static void exchange_once(struct desk *one, struct desk *other, enum exchange_state end)
{
  struct carrier carrier;
  carrier_open(&carrier, one, other, NULL);
  carry(&carrier);
  assert_int_equal(exchange_state(carrier.ends[0]), end);
  assert_string_equal(exchange_result(carrier.ends[0]).trouble, "");
  carrier_close(&carrier);
}

static void carry_bundle(struct desk *from, struct desk *to[], int count)
{
  struct err err = ERR_INIT;
  struct sync_report report = { 0 };
  char *path = mem_printf("%s.bundle", store_path(from->store));
  assert_int_equal(bundle_write_file(from, store_area(to[0]->store), path, false, &report, &err), 1);
  for (int i = 0; i < count; i++) DONE(bundle_read_file(to[i], path, NULL, &report, &err));
  assert_null(report.trouble);
  free(path);
}

/* One of a village's two machines stands in for the neighbours as well: a bundle for both shows the other one nothing of them, and confirms
 * what each of the two has written. */
static void a_bundle_shows_what_all_its_readers_may_see(void **state)
{
  struct place *place = *state;
  struct desk *town = place_desk(place, TOWN, 'A'), *one = place_desk(place, VILLAGE, 'A'), *two = place_desk(place, VILLAGE, 'B');
  struct desk *both[] = { one, two }, *wide = store_node(one->store) < store_node(two->store) ? one : two; /* the first reader */
  enrol(town, one);
  enrol(town, two);
  node_action(town, "node.trust", wide, "scopes", VILLAGE_2);
  exchange_once(wide, town, EXCHANGE_AGAIN); /* it learns of it, and asks anew for what it may see now */
  for (int i = 0; i < 2; i++) exchange_whole(both[i], town);
  write_entry(town, &contact_kind, area_from_text(VILLAGE_2, NULL), LANE_UP, "name", "邻村的");
  for (int i = 0; i < 2; i++) {
    write_entry(both[i], &contact_kind, 0, LANE_UP, "name", "自己的");
    carry_bundle(both[i], &town, 1);
  }
  carry_bundle(town, both, 2);
  for (int i = 0; i < 2; i++) {
    expect_undelivered(both[i], 0);
    assert_int_equal(count_of(both[i], "SELECT count(*) FROM k_contact WHERE name = '邻村的'"), 0);
  }
  exchange_whole(wide, town);
  assert_int_equal(count_of(wide, "SELECT count(*) FROM k_contact WHERE name = '邻村的'"), 1);
}

/* One village stands in for the other: it sees what is there, and what it writes there comes to the other, although both learn of it only by
 * the exchange in which they are shown it. */
static void further_scopes_are_learnt_on_the_line(void **state)
{
  struct place *place = *state;
  struct desk *town = place_desk(place, TOWN, 'A'), *one = place_desk(place, VILLAGE, 'A'), *two = place_desk(place, VILLAGE_2, 'A');
  struct desk *both[] = { one, two };
  enrol(town, one);
  enrol(town, two);
  write_entry(two, &contact_kind, 0, LANE_UP, "name", "邻村写的");
  for (int i = 0; i < 2; i++) exchange_whole(both[1 - i], town);
  assert_int_equal(count_of(one, "SELECT count(*) FROM k_contact"), 0);
  node_action(town, "node.trust", one, "scopes", VILLAGE_2);
  exchange_once(one, town, EXCHANGE_AGAIN);
  exchange_whole(one, town);
  assert_int_equal(count_of(one, "SELECT count(*) FROM k_contact"), 1);
  write_entry(one, &contact_kind, store_area(two->store), LANE_UP, "name", "代写的");
  exchange_whole(one, town);
  expect_undelivered(one, 0);
  exchange_once(two, town, EXCHANGE_AGAIN);
  exchange_whole(two, town);
  assert_int_equal(count_of(two, "SELECT count(*) FROM k_contact"), 2);
  for (int i = 0; i < 2; i++) assert_sound(both[i]);
}

/* Of a log of which who revoked its machine had never heard, nothing counts anywhere. */
static void what_the_revoker_never_heard_of_counts_nowhere(void **state)
{
  struct place *place = *state;
  struct desk *county = place_desk(place, COUNTY, 'A'), *town = place_desk(place, TOWN, 'A'), *village = place_desk(place, VILLAGE, 'A');
  enrol(county, town);
  enrol(town, village);
  exchange_whole(village, town);
  exchange_whole(town, county);
  exchange_whole(village, town);
  write_entry(village, &incident_kind, 0, LANE_UP_URGENT, "title", "县里先听到的");
  exchange_whole(village, county);
  assert_int_equal(count_of(county, "SELECT count(*) FROM k_incident"), 1);
  node_action(town, "node.revoke", village, "why", "被盗");
  exchange_whole(town, county);
  assert_int_equal(count_of(county, "SELECT count(*) FROM k_incident"), 0);
  assert_int_equal(count_of(town, "SELECT count(*) FROM k_incident"), 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    PLACE_TEST(goes_up_and_down_and_stays_here),
    PLACE_TEST(relays_pass_on),
    PLACE_TEST(conflicts_agree),
    PLACE_TEST(receipts_are_passed_on),
    PLACE_TEST(a_receipt_on_its_way_cannot_be_altered),
    PLACE_TEST(any_machine_of_a_superior_confirms),
    PLACE_TEST(a_wrong_clock_is_told),
    PLACE_TEST(a_bundle_shows_what_all_its_readers_may_see),
    PLACE_TEST(further_scopes_are_learnt_on_the_line),
    PLACE_TEST(what_the_revoker_never_heard_of_counts_nowhere),
    PLACE_TEST(open_line_ends_with_trust),
    PLACE_TEST(open_line_sends_what_is_committed),
    PLACE_TEST(open_line_passes_on),
    PLACE_TEST(open_line_shows_the_last_contact),
    PLACE_TEST(cut_anywhere_it_goes_on),
    PLACE_TEST(staged_is_not_sent_again),
    PLACE_TEST(parts_only_when_all_is_confirmed),
    PLACE_TEST(strangers_wait),
    PLACE_TEST(enrols_by_code),
    PLACE_TEST(only_the_node_of_the_key),
    PLACE_TEST(unknown_origin_is_staged),
    PLACE_TEST(exercise_never_meets_reality),
    PLACE_TEST(restored_station_gets_back_what_it_lost),
    PLACE_TEST(restored_superior_is_sent_again),
    PLACE_TEST(copies_part),
    PLACE_TEST(copies_part_on_an_open_line),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
