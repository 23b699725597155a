/* xml.h: from the bytes of a file to UTF-8. Feeds of the field often declare one encoding and send another, so the bytes are believed
 * first. */
#include <ctype.h>
#include <errno.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "formats/source.h"
#include "formats/xml.h"

enum { DECLARATION_MOST = 400, PIECE = 32 * 1024 };

struct xml_text {
  struct source source;
  struct xml_encoding encoding;
  uint64_t start, offset; /* behind the byte order mark; of the next bytes to read */
  iconv_t converter;      /* (iconv_t)-1: UTF-8 already */
  char piece[PIECE];      /* raw bytes, from … to are not decoded yet */
  size_t from, to;
  bool is_first, at_end;
};

/* --- the bytes ------------------------------------------------------------------------------------------------------------------------ */

/* Moves what is left to the front and reads on behind it. False: trouble; err says which. */
static bool fill(struct xml_text *text, struct err *err)
{
  memmove(text->piece, text->piece + text->from, text->to - text->from);
  text->to -= text->from;
  text->from = 0;
  while (text->to < PIECE && !text->at_end) {
    ssize_t got = text->source.read(text->source.context, text->offset, text->piece + text->to, PIECE - text->to);
    if (got < 0) {
      err_set(err, _("the file cannot be read: %s"), strerror(errno));
      return false;
    }
    text->at_end = got == 0;
    text->offset += (uint64_t)got;
    text->to += (size_t)got;
  }
  return true;
}

void xml_text_rewind(struct xml_text *text)
{
  text->offset = text->start;
  text->from = text->to = 0;
  text->is_first = true;
  text->at_end = false;
  if (text->converter != (iconv_t)-1) iconv(text->converter, NULL, NULL, NULL, NULL);
}

/* Bytes at the end that only begin a character of UTF-8. */
static size_t unfinished(const char *bytes, size_t length)
{
  for (size_t back = 1; back <= 3 && back <= length; back++) {
    unsigned char byte = (unsigned char)bytes[length - back];
    if (byte < 0x80) return 0;
    if (byte < 0xC0) continue;
    return (size_t)(byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2) > back ? back : 0;
  }
  return 0;
}

/* --- which encoding ------------------------------------------------------------------------------------------------------------------- */

struct sight {
  int64_t invalid; /* offset of the first byte that is no UTF-8; -1: none */
  bool ascii, has_zero;
  size_t pairs, others; /* high bytes as GB 2312 pairs them; others */
  size_t good, bad;     /* bytes of long characters in UTF-8; bytes of none */
};

static void see_ascii(struct sight *sight, const char *bytes, size_t length)
{
  for (size_t i = 0; i < length && sight->ascii; i++) sight->ascii = (unsigned char)bytes[i] < 0x80;
  sight->has_zero |= memchr(bytes, '\0', length) != NULL;
}

static int see_utf8(struct xml_text *text, struct sight *sight, struct err *err)
{
  uint64_t at = 0;

  for (xml_text_rewind(text); sight->invalid < 0; text->from = text->to - (text->at_end ? 0 : unfinished(text->piece, text->to))) {
    if (!fill(text, err)) return -1;
    size_t whole = text->to - (text->at_end ? 0 : unfinished(text->piece, text->to));
    ptrdiff_t bad = text_invalid_at(text->piece, whole);
    if (bad >= 0) sight->invalid = (int64_t)at + bad;
    see_ascii(sight, text->piece, whole);
    at += whole;
    if (text->at_end) break;
  }
  return 0;
}

/* GB18030 accepts most Latin-1 too ("án" becomes one rare character). Chinese text keeps to the double bytes of GB 2312, both from A1 up;
 * accented letters stand alone among ASCII. */
static void see_pairs(struct sight *sight, const char *bytes, size_t length)
{
  for (size_t i = 0; i < length; i++) {
    if ((unsigned char)bytes[i] < 0x80) continue;
    if (i + 1 < length && (unsigned char)bytes[i] >= 0xA1 && (unsigned char)bytes[i + 1] >= 0xA1) {
      sight->pairs++;
      i++;
    } else {
      sight->others++;
    }
  }
}

static void see_damage(struct sight *sight, const char *bytes, size_t length)
{
  const char *end = bytes + length;

  for (const char *at = bytes; at < end;) {
    const char *start = at;
    uint32_t c = text_next(&at, end);
    if (at - start == 1)
      sight->bad += c == TEXT_REPLACEMENT;
    else
      sight->good += (size_t)(at - start);
  }
}

static int see_others(struct xml_text *text, struct sight *sight, struct err *err)
{
  xml_text_rewind(text);
  do {
    text->from = text->to;
    if (!fill(text, err)) return -1;
    see_ascii(sight, text->piece, text->to);
    see_pairs(sight, text->piece, text->to);
    see_damage(sight, text->piece, text->to);
  } while (!text->at_end);
  return 0;
}

/* The XML declaration, by its bytes, after what white space there may be: NULL if there is none. */
static char *find_declaration(char *bytes, size_t length, size_t *declaration_length)
{
  char *end = bytes + length;

  if (length >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0) bytes += 3;
  while (bytes < end && isspace((unsigned char)*bytes)) bytes++;
  size_t left = (size_t)(end - bytes);
  if (left < 6 || memcmp(bytes, "<?xml", 5) != 0 || !isspace((unsigned char)bytes[5])) return NULL;
  char *close = memmem(bytes, left < DECLARATION_MOST ? left : DECLARATION_MOST, "?>", 2);
  if (close == NULL) return NULL;
  *declaration_length = (size_t)(close + 2 - bytes);
  return bytes;
}

/* Reads encoding="NAME" out of a declaration; leaves "" when it has none or when that is no name. */
static void read_declared(const char *declaration, size_t length, char declared[40])
{
  const char *end = declaration + length, *at = memmem(declaration, length, "encoding", 8);
  size_t used = 0;

  *declared = '\0';
  if (at == NULL) return;
  for (at += 8; at < end && (isspace((unsigned char)*at) || *at == '='); at++) {}
  if (at == end || (*at != '"' && *at != '\'')) return;
  const char quote = *at++;
  for (; at < end && *at != quote; at++) {
    if (used == 39 || !(isalnum((unsigned char)*at) || strchr("-_.:", *at) != NULL)) {
      *declared = '\0';
      return;
    }
    declared[used++] = *at;
    declared[used] = '\0';
  }
}

static bool is_one_of(const char *name, const char *const names[])
{
  for (size_t i = 0; names[i] != NULL; i++)
    if (strcasecmp(name, names[i]) == 0) return true;
  return false;
}

static const char *const chinese_names[] = { "GB18030", "GBK", "GB2312", "GB_2312-80", "CP936", "EUC-CN", "x-gbk", NULL };
static const char *const unicode_names[] = { "", "UTF-8", "UTF8", "UTF-16", "UTF-16LE", "UTF-16BE", "UCS-2", "US-ASCII", "ASCII", NULL };

/* `name` is static, or the declared one, which must not carry iconv's "//IGNORE" (a declared name has no slash). */
static int convert_from(struct xml_text *text, const char *name, struct err *err)
{
  if (text->converter != (iconv_t)-1) iconv_close(text->converter);
  text->converter = iconv_open("UTF-8", name);
  text->encoding.actual = name == text->encoding.declared ? NULL : name;
  if (text->converter == (iconv_t)-1) return err_set(err, _("the encoding %s is not known; ask for the file in UTF-8"), name);
  return 0;
}

/* Do all bytes fit? */
static int try_through(struct xml_text *text, struct err *err)
{
  char piece[PIECE];
  ptrdiff_t got;

  xml_text_rewind(text);
  while ((got = xml_text_read(text, piece, sizeof piece, err)) > 0)
    if (memchr(piece, '\0', (size_t)got) != NULL)
      return err_set(err, _("there is a zero byte in the text: it was damaged on the way; ask for it again"));
  return (int)got;
}

static int refuse_damaged(const struct sight *sight, struct err *err)
{
  return err_set(err, _("the text is neither UTF-8 nor GB18030 (first wrong byte: %td): it was damaged on the way; ask for it again"),
                 (ptrdiff_t)sight->invalid + 1);
}

/* Bytes that are no UTF-8 and have no BOM. UTF-8 with a few wrong bytes must not be taken for Latin-1: nobody could read what comes out,
 * and a note would not help. */
static int settle_other(struct xml_text *text, struct sight *sight, const char *head, size_t length, struct err *err)
{
  const char *declared = text->encoding.declared;
  const char *wide = length < 4 ? NULL : memcmp(head, "<\0?\0", 4) == 0 ? "UTF-16LE" : memcmp(head, "\0<\0?", 4) == 0 ? "UTF-16BE" : NULL;
  bool chinese = is_one_of(declared, chinese_names);

  if (wide != NULL) return convert_from(text, wide, err) == 0 ? try_through(text, err) : -1;
  if (!chinese && !is_one_of(declared, unicode_names)) return convert_from(text, declared, err) == 0 ? try_through(text, err) : -1;
  if (see_others(text, sight, err) < 0) return -1;
  bool damaged = sight->good >= 3 * sight->bad;
  chinese = !damaged && (chinese || (sight->pairs > 0 && sight->others * 4 <= sight->pairs));
  if (chinese && convert_from(text, "GB18030", err) == 0 && try_through(text, NULL) == 0) return 0;
  if (chinese || damaged || sight->has_zero) return refuse_damaged(sight, err);
  return convert_from(text, "ISO-8859-1", err);
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

static int settle(struct xml_text *text, struct err *err)
{
  struct sight sight = { .invalid = -1, .ascii = true };
  char head[DECLARATION_MOST + 64];
  size_t declaration_length;

  text->encoding.actual = "UTF-8";
  if (!fill(text, err)) return -1;
  if (text->to == 0) return err_set(err, _("the file is empty"));
  size_t length = text->to < sizeof head ? text->to : sizeof head;
  memcpy(head, text->piece, length);
  const char *declaration = find_declaration(head, length, &declaration_length);
  if (declaration != NULL) read_declared(declaration, declaration_length, text->encoding.declared);
  const struct mark *mark = mark_of(head, length);
  if (mark != NULL) text->start = mark->length; /* a BOM before text that is not UTF-8 proves nothing */
  if (mark != NULL && mark->length == 2) return convert_from(text, mark->encoding, err) == 0 ? try_through(text, err) : -1;
  if (see_utf8(text, &sight, err) < 0) return -1;
  text->encoding.ascii = sight.ascii && sight.invalid < 0;
  return sight.invalid < 0 ? 0 : settle_other(text, &sight, head + text->start, length - text->start, err);
}

/* --- reading -------------------------------------------------------------------------------------------------------------------------- */

struct xml_text *xml_text_open(const struct source *source, struct err *err)
{
  struct xml_text *text = mem_zero(1, sizeof *text);

  text->source = *source;
  text->converter = (iconv_t)-1;
  text->is_first = true;
  if (settle(text, err) < 0) {
    xml_text_close(text);
    return NULL;
  }
  xml_text_rewind(text);
  return text;
}

void xml_text_close(struct xml_text *text)
{
  if (text == NULL) return;
  if (text->converter != (iconv_t)-1) iconv_close(text->converter);
  free(text);
}

const struct xml_encoding *xml_text_encoding(const struct xml_text *text)
{
  return &text->encoding;
}

static ptrdiff_t copy(struct xml_text *text, char *bytes, size_t size)
{
  size_t whole = text->to - text->from < size ? text->to - text->from : size;

  memcpy(bytes, text->piece + text->from, whole);
  text->from += whole;
  return (ptrdiff_t)whole;
}

static int refuse_byte(const struct xml_text *text, struct err *err)
{
  return err_set(err, _("byte %td is not %s: the text was damaged on the way; ask for it again"),
                 (ptrdiff_t)(text->offset - (text->to - text->from)) + 1,
                 text->encoding.actual != NULL ? text->encoding.actual : text->encoding.declared);
}

static ptrdiff_t convert(struct xml_text *text, char *bytes, size_t size, struct err *err)
{
  char *in = text->piece + text->from, *out = bytes;
  size_t left = text->to - text->from, room = size;
  bool ended = left == 0;
  size_t result = iconv(text->converter, ended ? NULL : &in, ended ? NULL : &left, &out, &room);
  int why = errno;

  text->from = text->to - left;
  if (result == (size_t)-1 && (why == EILSEQ || (why == EINVAL && text->at_end)) && room == size) return refuse_byte(text, err);
  return (ptrdiff_t)(size - room);
}

/* The declaration has done its work; left in place it could contradict what we hand to the parser. */
static void blank_declaration(char *bytes, size_t length)
{
  size_t left;
  char *declaration = find_declaration(bytes, length, &left);

  for (char *at = declaration; declaration != NULL && left > 0; at++, left--)
    if (*at != '\n' && *at != '\r') *at = ' ';
}

ptrdiff_t xml_text_read(struct xml_text *text, char *bytes, size_t size, struct err *err)
{
  ptrdiff_t got = 0;

  for (bool more = true; got == 0 && more;) {
    if (!text->at_end && text->to - text->from < PIECE / 2 && !fill(text, err)) return -1;
    more = text->to > text->from;
    if (text->converter == (iconv_t)-1)
      got = copy(text, bytes, size);
    else
      got = convert(text, bytes, size, err);
  }
  if (got > 0 && text->is_first) blank_declaration(bytes, (size_t)got);
  text->is_first &= got <= 0;
  return got;
}
