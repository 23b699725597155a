/* A bundle that lies, by a stranger or by a machine that is trusted: a sentence, and nothing changes. */
#include "unit/exchange_pair.h"

#include "base/file.h"
#include "unit/bundle_forge.h"

struct lying {
  struct desk *town, *village;
  struct identity above, below;
  char *path;
  int64_t before; /* operations that the town holds */
};

static void lying_open(struct place *place, struct lying *lying)
{
  lying->town = place_desk(place, TOWN, 'A');
  lying->village = place_desk(place, VILLAGE, 'A');
  enrol(lying->town, lying->village);
  lying->above = identity_of(lying->town);
  lying->below = identity_of(lying->village);
  lying->path = mem_printf("%s/one.bundle", place->directory);
  write_entry(lying->village, &contact_kind, 0, LANE_UP, "name", "真话");
  lying->before = count_of(lying->town, "SELECT count(*) FROM op");
}

static void nothing_changed(struct lying *lying)
{
  assert_int_equal(count_of(lying->town, "SELECT count(*) FROM op"), lying->before);
  assert_int_equal(count_of(lying->town, "SELECT count(*) FROM staged"), 0);
  assert_sound(lying->town);
}

static void lying_close(struct lying *lying)
{
  free(lying->path);
}

static int taken(struct lying *lying, const struct buf *bundle, struct sync_report *report, struct err *err)
{
  assert_int_equal(file_replace(lying->path, buf_text(bundle), bundle->length, 0600, err), 0);
  return bundle_read_file(lying->town, lying->path, NULL, report, err);
}

static void genuine(struct lying *lying, struct buf *bundle)
{
  struct sync_report report = { 0 };
  struct err err = ERR_INIT;
  assert_int_equal(bundle_write_file(lying->village, store_area(lying->town->store), lying->path, false, &report, &err), 1);
  DONE(file_read(lying->path, 1 << 24, bundle, &err));
  sync_report_free(&report);
}

/* Frames in a bundle that this key signed. */
static void sealed(struct lying *lying, const struct identity *by, const struct buf *frames, struct buf *bundle)
{
  struct err err = ERR_INIT;
  struct wire_stream *packer = wire_stream_open(true, &err);
  struct buf packed = BUF_INIT;
  assert_int_equal(wire_stream_pack(packer, frames->data, frames->length, &packed), 0);
  bundle_forge(bundle, by, &lying->above, store_area(lying->town->store), packed.data, packed.length);
  bundle_forge_sign(bundle, by);
  wire_stream_close(packer);
  buf_free(&packed);
}

static void refused(struct lying *lying, const struct identity *by, const struct buf *frames, const char *part)
{
  struct buf bundle = BUF_INIT;
  struct sync_report report = { 0 };
  struct err err = ERR_INIT;
  sealed(lying, by, frames, &bundle);
  REFUSED(taken(lying, &bundle, &report, &err), part);
  nothing_changed(lying);
  sync_report_free(&report);
  buf_free(&bundle);
}

/* By a key that nobody knows; and under a known one without its secret. */
static void forged_sender(void **state)
{
  struct lying lying;
  struct buf bundle = BUF_INIT, frames = BUF_INIT;
  struct identity stranger, thief;
  lying_open(*state, &lying);
  genuine(&lying, &bundle);
  bundle_frames(&bundle, &lying.above, &frames);
  crypto_make_keys(stranger.public_key, stranger.secret_key);
  refused(&lying, &stranger, &frames, "not known here");
  thief = lying.below;
  memcpy(thief.secret_key, stranger.secret_key, sizeof(thief.secret_key));
  refused(&lying, &thief, &frames, "nothing was taken");
  buf_free(&bundle);
  buf_free(&frames);
  lying_close(&lying);
}

/* The machine itself is trusted; what it says of an operation is not what was signed. */
static void altered_operation(void **state)
{
  struct lying lying;
  struct buf bundle = BUF_INIT, frames = BUF_INIT, again = BUF_INIT;
  struct sync_report report = { 0 };
  struct err err = ERR_INIT;
  lying_open(*state, &lying);
  genuine(&lying, &bundle);
  bundle_frames(&bundle, &lying.above, &frames);
  char *word = memmem(frames.data, frames.length, "真话", strlen("真话"));
  assert_non_null(word);
  memcpy(word, "假话", strlen("假话"));
  sealed(&lying, &lying.below, &frames, &again);
  taken(&lying, &again, &report, &err);
  assert_non_null(strstr(report.trouble, "do not lead to the head"));
  assert_int_equal(count_of(lying.town, "SELECT count(*) FROM k_contact"), 0);
  assert_sound(lying.town);
  memcpy(word, "真话", strlen("真话")); /* and the truth gets in afterwards */
  buf_clear(&again);
  sealed(&lying, &lying.below, &frames, &again);
  DONE(taken(&lying, &again, &report, &err));
  assert_int_equal(count_of(lying.town, "SELECT count(*) FROM k_contact"), 1);
  sync_report_free(&report);
  buf_free(&bundle);
  buf_free(&frames);
  buf_free(&again);
  lying_close(&lying);
}

/* The head of another machine's log, signed by the one that sends the bundle. */
static void forged_head(void **state)
{
  struct lying lying;
  struct buf frames = BUF_INIT, frame = BUF_INIT, said = BUF_INIT;
  struct signed_head head = { .seq = 1 };
  lying_open(*state, &lying);
  head.log = (struct log_name){ node_of_key(lying.above.public_key), store_area(lying.village->store), LANE_UP };
  buf_adds(&said, "dutydesk head ");
  log_name_text(&head.log, &said);
  buf_addf(&said, "/%lld ", (long long)head.seq);
  buf_add(&said, head.hash, CRYPTO_HASH);
  crypto_make_signature(lying.below.secret_key, said.data, said.length, head.signature);
  wire_number(&frame, 0);
  wire_number(&frame, 0);
  buf_add(&frame, lying.above.public_key, CRYPTO_PUBLIC);
  wire_number(&frame, (uint64_t)head.log.area);
  wire_number(&frame, head.log.lane);
  wire_number(&frame, (uint64_t)head.seq);
  wire_number(&frame, 0);
  buf_add(&frame, head.hash, CRYPTO_HASH);
  buf_add(&frame, head.signature, CRYPTO_SIGNATURE);
  wire_frame(&frames, WIRE_HEAD, &frame);
  refused(&lying, &lying.below, &frames, "not signed by the machine");
  buf_free(&frames);
  buf_free(&frame);
  buf_free(&said);
  lying_close(&lying);
}

static void replayed(void **state)
{
  struct lying lying;
  struct buf old = BUF_INIT, new = BUF_INIT;
  struct sync_report report = { 0 };
  struct err err = ERR_INIT;
  struct receipt receipt, later;
  struct vector vector = { 0 };
  lying_open(*state, &lying);
  genuine(&lying, &old);
  write_entry(lying.village, &contact_kind, 0, LANE_UP, "name", "又写的");
  genuine(&lying, &new);
  DONE(taken(&lying, &new, &report, &err));
  lying.before = count_of(lying.town, "SELECT count(*) FROM op");
  assert_int_equal(receipt_read(lying.town->store, node_of_key(lying.below.public_key), &receipt, &vector, &err), 1);
  vector_free(&vector);
  for (int again = 0; again < 2; again++) {
    DONE(taken(&lying, again ? &new : &old, &report, &err));
    nothing_changed(&lying);
    assert_int_equal(receipt_read(lying.town->store, node_of_key(lying.below.public_key), &later, &vector, &err), 1);
    assert_int_equal(later.number, receipt.number); /* an old receipt does not come back */
    vector_free(&vector);
  }
  assert_int_equal(report.received,
                   lying.before - (count_of(lying.town, "SELECT count(*) FROM op WHERE id NOT IN (SELECT op FROM arrival)")));
  sync_report_free(&report);
  buf_free(&old);
  buf_free(&new);
  lying_close(&lying);
}

static void huge_length(void **state)
{
  struct lying lying;
  struct buf frames = BUF_INIT;
  lying_open(*state, &lying);
  buf_addc(&frames, WIRE_OPERATIONS);
  wire_number(&frames, UINT64_MAX);
  refused(&lying, &lying.below, &frames, "announces more");
  buf_clear(&frames);
  buf_addc(&frames, WIRE_HEAD);
  wire_number(&frames, 1000); /* and ends there */
  refused(&lying, &lying.below, &frames, "cut off or damaged");
  /* Pieces: the length of one is that of the whole file, and more. */
  struct buf bundle = BUF_INIT;
  struct sync_report report = { 0 };
  struct err err = ERR_INIT;
  bundle_forge(&bundle, &lying.below, &lying.above, store_area(lying.town->store), "", 0);
  memset(bundle.data + bundle.length - CRYPTO_STREAM_MORE - 4, 0xff, 4);
  bundle_forge_sign(&bundle, &lying.below);
  REFUSED(taken(&lying, &bundle, &report, &err), "cut off or damaged");
  nothing_changed(&lying);
  sync_report_free(&report);
  buf_free(&bundle);
  buf_free(&frames);
  lying_close(&lying);
}

/* A few kilobytes that unpack to many megabytes of nothing. */
static void endless_stream(void **state)
{
  struct lying lying;
  struct buf frames = BUF_INIT, empty = BUF_INIT;
  lying_open(*state, &lying);
  for (int i = 0; i < 4096; i++) buf_adds(&empty, "无无无无");
  for (int i = 0; i < 100; i++) wire_frame(&frames, 200, &empty);
  refused(&lying, &lying.below, &frames, "without end");
  buf_free(&frames);
  buf_free(&empty);
  lying_close(&lying);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    PLACE_TEST(forged_sender), PLACE_TEST(altered_operation), PLACE_TEST(forged_head),
    PLACE_TEST(replayed),      PLACE_TEST(huge_length),       PLACE_TEST(endless_stream),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
