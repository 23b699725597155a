/* Compression of a connection: one zstd stream in each direction, whose window stays over all that was said. */
#include <config.h>
#include <stdlib.h>
#include <zstd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/lazy.h"
#include "base/mem.h"
#include "sync/wire.h"

/* The level's own tables would take 30 MiB, to be cleared before the first byte: most exchanges carry a few kilobytes, on a small
 * machine. */
enum { LEVEL = 9, WINDOW = 21, TABLES = 18, PIECE = 1 << 16 };

static struct {
  typeof(&ZSTD_createCCtx) create_packer;
  typeof(&ZSTD_freeCCtx) free_packer;
  typeof(&ZSTD_CCtx_setParameter) set_packer;
  typeof(&ZSTD_compressStream2) pack;
  typeof(&ZSTD_createDCtx) create_unpacker;
  typeof(&ZSTD_freeDCtx) free_unpacker;
  typeof(&ZSTD_DCtx_setParameter) set_unpacker;
  typeof(&ZSTD_decompressStream) unpack;
  typeof(&ZSTD_isError) is_error;
} zstd;

static const struct lazy_symbol symbols[] = {
  { "ZSTD_createCCtx", (void **)&zstd.create_packer },
  { "ZSTD_freeCCtx", (void **)&zstd.free_packer },
  { "ZSTD_CCtx_setParameter", (void **)&zstd.set_packer },
  { "ZSTD_compressStream2", (void **)&zstd.pack },
  { "ZSTD_createDCtx", (void **)&zstd.create_unpacker },
  { "ZSTD_freeDCtx", (void **)&zstd.free_unpacker },
  { "ZSTD_DCtx_setParameter", (void **)&zstd.set_unpacker },
  { "ZSTD_decompressStream", (void **)&zstd.unpack },
  { "ZSTD_isError", (void **)&zstd.is_error },
  { NULL, NULL },
};

static struct lazy_library library = { LAZY_ZSTD, "libzstd1", symbols, NULL };

struct wire_stream {
  ZSTD_CCtx *packer;
  ZSTD_DCtx *unpacker;
};

struct wire_stream *wire_stream_open(bool packs, struct err *err)
{
  if (lazy_open(&library, err) != 0) return NULL;
  struct wire_stream *stream = mem_zero(1, sizeof(*stream));
  if (packs) {
    stream->packer = zstd.create_packer();
    zstd.set_packer(stream->packer, ZSTD_c_compressionLevel, LEVEL);
    zstd.set_packer(stream->packer, ZSTD_c_windowLog, WINDOW);
    zstd.set_packer(stream->packer, ZSTD_c_hashLog, TABLES);
    zstd.set_packer(stream->packer, ZSTD_c_chainLog, TABLES);
  } else {
    stream->unpacker = zstd.create_unpacker();
    zstd.set_unpacker(stream->unpacker, ZSTD_d_windowLogMax, WINDOW + 2);
  }
  if (!stream->packer && !stream->unpacker) ERR_BUG("out of memory");
  return stream;
}

void wire_stream_close(struct wire_stream *stream)
{
  if (!stream) return;
  if (stream->packer) zstd.free_packer(stream->packer);
  if (stream->unpacker) zstd.free_unpacker(stream->unpacker);
  free(stream);
}

int wire_stream_pack(struct wire_stream *stream, const void *bytes, size_t length, struct buf *out)
{
  char *piece = mem_zero(1, PIECE);
  ZSTD_inBuffer in = { bytes, length, 0 };
  size_t left;
  do {
    ZSTD_outBuffer to = { piece, PIECE, 0 };
    left = zstd.pack(stream->packer, &to, &in, ZSTD_e_flush);
    if (!zstd.is_error(left)) buf_add(out, piece, to.pos);
  } while (!zstd.is_error(left) && left > 0);
  free(piece);
  return zstd.is_error(left) ? -1 : 0;
}

int wire_stream_unpack(struct wire_stream *stream, const void *bytes, size_t length, size_t *used, struct buf *out, size_t most,
                       struct err *err)
{
  char *piece = mem_zero(1, PIECE);
  ZSTD_inBuffer in = { bytes, length, 0 };
  size_t start = out->length, left = 0;
  bool full = true; /* the last piece came out full: there may be more inside without more input */
  while (!zstd.is_error(left) && (in.pos < in.size || full) && out->length - start < most) {
    ZSTD_outBuffer to = { piece, PIECE, 0 };
    left = zstd.unpack(stream->unpacker, &to, &in);
    if (!zstd.is_error(left)) buf_add(out, piece, to.pos);
    full = to.pos == to.size;
  }
  *used = in.pos;
  free(piece);
  return zstd.is_error(left) ? err_set(err, _("what came is damaged: it cannot be unpacked")) : full ? 1 : 0;
}
