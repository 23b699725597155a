/* text.h: other encodings to and from UTF-8, by iconv. */
#include <errno.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"

enum { PIECE = 4096, CERTAINLY_UTF8 = 8 };

/* A name from outside must not carry iconv's "//TRANSLIT" or "//IGNORE", which would turn strict into lax. */
static iconv_t open_checked(const char *to, const char *from, const char *name, struct err *err)
{
  iconv_t converter = strchr(name, '/') == NULL && *name != '\0' ? iconv_open(to, from) : (iconv_t)-1;

  if (converter == (iconv_t)-1) err_set(err, _("the encoding %s is not known; use UTF-8 or GB18030"), name);
  return converter;
}

/* Converts what it can from *in on; stops at the end (0) or at what does not fit (errno of iconv). */
static int convert(iconv_t converter, char **in, size_t *left, struct buf *out)
{
  char piece[PIECE];

  for (;;) {
    char *to = piece;
    size_t room = sizeof piece;
    size_t result = iconv(converter, in, left, &to, &room);
    int why = errno;
    buf_add(out, piece, sizeof piece - room);
    if (result != (size_t)-1) return 0;
    if (why != E2BIG) return why;
  }
}

/* Returns the offset of the first byte that does not fit, or -1 if all is well. */
static ptrdiff_t decode(iconv_t converter, const char *bytes, size_t length, struct buf *utf8)
{
  char *in = (char *)bytes;
  size_t left = length, before = utf8->length;
  int result = convert(converter, &in, &left, utf8);

  if (result == 0) result = convert(converter, NULL, NULL, utf8);
  if (result != 0) return in - bytes;
  return memchr(buf_text(utf8) + before, '\0', utf8->length - before) != NULL ? 0 : -1;
}

static int refuse_size(struct err *err)
{
  return err_set(err, _("the text is larger than %d MiB; split it"), TEXT_DECODE_MOST >> 20);
}

int text_decode_from(const char *encoding, const char *bytes, size_t length, struct buf *utf8, struct err *err)
{
  struct buf out = BUF_INIT;

  if (length > TEXT_DECODE_MOST) return refuse_size(err);
  iconv_t converter = open_checked("UTF-8", encoding, encoding, err);
  if (converter == (iconv_t)-1) return -1;
  ptrdiff_t bad = decode(converter, bytes, length, &out);
  iconv_close(converter);
  if (bad < 0) buf_add(utf8, buf_text(&out), out.length);
  buf_free(&out);
  return bad < 0 ? 0 : err_set(err, _("byte %td is not %s; save the file as UTF-8"), bad + 1, encoding);
}

static const struct mark {
  const char *bytes;
  size_t length;
  const char *encoding;
} marks[] = {
  { "\xEF\xBB\xBF", 3, "UTF-8" },
  { "\xFF\xFE", 2, "UTF-16LE" },
  { "\xFE\xFF", 2, "UTF-16BE" },
};

static const struct mark *mark_of(const char *bytes, size_t length)
{
  for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
    if (length >= marks[i].length && memcmp(bytes, marks[i].bytes, marks[i].length) == 0) return &marks[i];
  return NULL;
}

static void name_encoding(const char **encoding, const char *name)
{
  if (encoding != NULL) *encoding = name;
}

/* Most damaged UTF-8 can be read as GB18030 nonsense. Text in GB18030 hardly ever looks like this many characters of three bytes. */
static bool is_damaged_utf8(const char *bytes, ptrdiff_t valid)
{
  int long_characters = 0;

  for (ptrdiff_t i = 0; i < valid && long_characters < CERTAINLY_UTF8; i++)
    if (((unsigned char)bytes[i] & 0xF0) == 0xE0) long_characters++;
  return long_characters == CERTAINLY_UTF8;
}

static int decode_gb18030(const char *bytes, size_t length, ptrdiff_t invalid, struct buf *utf8, struct err *err)
{
  if (is_damaged_utf8(bytes, invalid))
    return err_set(err, _("byte %td is not UTF-8, though all before it is; get the file again"), invalid + 1);
  if (memchr(bytes, '\0', length) == NULL && text_decode_from("GB18030", bytes, length, utf8, NULL) == 0) return 0;
  return err_set(err, _("byte %td is neither UTF-8 nor GB18030 text; save the file as UTF-8"), invalid + 1);
}

int text_decode(const char *bytes, size_t length, struct buf *utf8, const char **encoding, struct err *err)
{
  const struct mark *mark = mark_of(bytes, length);

  if (length > TEXT_DECODE_MOST) return refuse_size(err);
  name_encoding(encoding, mark != NULL ? mark->encoding : "UTF-8");
  if (mark != NULL) return text_decode_from(mark->encoding, bytes + mark->length, length - mark->length, utf8, err);
  ptrdiff_t invalid = text_invalid_at(bytes, length);
  if (invalid < 0) {
    buf_add(utf8, bytes, length);
    return 0;
  }
  name_encoding(encoding, "GB18030");
  return decode_gb18030(bytes, length, invalid, utf8, err);
}

int text_encode(const char *encoding, const char *utf8, struct buf *out, struct err *err)
{
  const char *end = utf8 + strlen(utf8);
  iconv_t converter = open_checked(encoding, "UTF-8", encoding, err);

  if (converter == (iconv_t)-1) return -1;
  while (utf8 < end) {
    char *in = (char *)utf8, mark[] = "?", *question = mark;
    size_t left = (size_t)(end - utf8), one = 1;
    if (convert(converter, &in, &left, out) == 0) break;
    convert(converter, &question, &one, out);
    utf8 = in;
    text_next(&utf8, end);
  }
  convert(converter, NULL, NULL, out);
  iconv_close(converter);
  return 0;
}
