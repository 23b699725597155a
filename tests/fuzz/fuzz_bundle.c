/* Any bytes as a bundle. The first says how they are taken, so that the fuzzer gets past the signature too:
 *   0 the file · 1 changes (place, 2 bytes; bits) to a genuine bundle that this desk has not taken yet, but for one altered operation,
 *   signed after that by the trusted peer that wrote it · 2 what that peer sealed, in place of packed frames · 3 the frames in there ·
 *   4 changes to the frames of that bundle. Whatever comes is taken or refused with a sentence, and the journal stays as it is: nothing of this leads to a head
 *   that its origin signed. */
#include "base/file.h"
#include "base/mem.h"
#include "desk/duties.h"
#include "fuzz/two_desks.h"
#include "store/act.h"
#include "store/query.h"
#include "unit/bundle_forge.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static struct identity above, below;
static struct buf genuine, whole; /* its frames; all but the signature, when the letter is altered */
static size_t letter;             /* in the frames */

static void clean(void)
{
  buf_free(&genuine);
  buf_free(&whole);
}

static void contact_write(const char *name)
{
  struct err err = ERR_INIT;
  struct act *act = act_begin(village.store, "contact.add", 0, &err);
  if (!act) stop(err.text);
  change_set_text(act_new(act, &contact_kind, 0, LANE_UP), "name", name);
  if (act_commit(act, &err) != 0) stop(err.text);
}

static void genuine_make(void)
{
  struct err err = ERR_INIT;
  struct buf file = BUF_INIT;
  struct sync_report report = { 0 };
  char *path = mem_printf("%s/genuine", directory);
  for (int i = 0; i < 20; i++) contact_write("真话");
  if (bundle_write_file(&village, store_area(town.store), path, false, &report, &err) != 1 || file_read(path, 1 << 24, &file, &err) != 0)
    stop(err.text);
  bundle_frames(&file, &above, &genuine);
  char *found = memmem(genuine.data, genuine.length, "真话", strlen("真话"));
  if (!found) stop("the genuine bundle does not hold what was written");
  letter = (size_t)(found - genuine.data);
  sync_report_free(&report);
  buf_free(&file);
  free(path);
}

static void start(void)
{
  two_desks_start(&above, &below);
  atexit(clean);
  genuine_make();
}

/* --- ways to lie ---------------------------------------------------------------------------------------------------------------------- */

static void sealed(const void *content, size_t length, struct buf *out)
{
  bundle_forge(out, &below, &above, store_area(town.store), content, length);
}

static void packed(const void *frames, size_t length, struct buf *out)
{
  struct wire_stream *packer = wire_stream_open(true, NULL);
  struct buf content = BUF_INIT;
  wire_stream_pack(packer, frames, length, &content);
  sealed(buf_text(&content), content.length, out);
  wire_stream_close(packer);
  buf_free(&content);
}

static void changes_make(struct buf *at, const uint8_t *changes, size_t length)
{
  for (size_t i = 0; i + 2 < length; i += 3) at->data[(size_t)(changes[i] << 8 | changes[i + 1]) % at->length] ^= (char)changes[i + 2];
}

/* Without changes it is what bundle_write makes, but for the letter, which no change can put right. */
static void changed(const uint8_t *changes, size_t length, struct buf *out)
{
  struct buf frames = BUF_INIT;
  buf_add(&frames, genuine.data, genuine.length);
  changes_make(&frames, changes, length);
  memcpy(frames.data + letter, "假", strlen("假"));
  packed(frames.data, frames.length, out);
  buf_free(&frames);
}

static void bundle_make(const uint8_t *bytes, size_t length, struct buf *out)
{
  unsigned way = *bytes++ % 5;
  if (!whole.length) changed(NULL, 0, &whole);
  switch (way) {
  case 0: buf_add(out, bytes, length - 1); return;
  case 1:
    buf_add(out, whole.data, whole.length);
    changes_make(out, bytes, length - 1);
    break;
  case 2: sealed(bytes, length - 1, out); break;
  case 3: packed(bytes, length - 1, out); break;
  default: changed(bytes, length - 1, out);
  }
  bundle_forge_sign(out, &below);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
  struct err err = ERR_INIT;
  struct sync_report report = { 0 };
  struct buf bundle = BUF_INIT;
  if (length == 0) return 0;
  if (!*directory) start();
  int64_t before = query_single(town.store, "SELECT count(*) FROM op", 0, -1);
  bundle_make(bytes, length, &bundle);
  FILE *spooled = tmpfile();
  if (!spooled || fwrite(buf_text(&bundle), 1, bundle.length, spooled) != bundle.length || fflush(spooled) != 0) stop("no room");
  rewind(spooled);
  if (bundle_read(&town, spooled, &report, &err) != 0 && !*err.text) stop("a refusal without words");
  if (query_single(town.store, "SELECT count(*) FROM op", 0, -2) != before) stop("the journal has changed");
  fclose(spooled);
  sync_report_free(&report);
  buf_free(&bundle);
  return 0;
}
