/* xml.h: from the bytes of a file to UTF-8. Feeds of the field often declare one encoding and send another, so the bytes are believed
 * first. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/text.h"
#include "formats/xml.h"

enum { DECLARATION_MOST = 400 };

/* The XML declaration, by its bytes, after what white space and BOM there may be: NULL if there is none. */
static const char *find_declaration(const char *bytes, size_t length, size_t *declaration_length)
{
  const char *end = bytes + length;

  if (length >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0) bytes += 3;
  while (bytes < end && isspace((unsigned char)*bytes)) bytes++;
  size_t left = (size_t)(end - bytes);
  if (left < 6 || memcmp(bytes, "<?xml", 5) != 0 || !isspace((unsigned char)bytes[5])) return NULL;
  const char *close = memmem(bytes, left < DECLARATION_MOST ? left : DECLARATION_MOST, "?>", 2);
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

/* GB18030 accepts most Latin-1 too ("án" becomes one rare character). Chinese text keeps to the double bytes of GB 2312, both from A1 up;
 * accented letters stand alone among ASCII. */
static bool looks_chinese(const char *bytes, size_t length)
{
  size_t pairs = 0, others = 0;

  for (size_t i = 0; i < length; i++) {
    if ((unsigned char)bytes[i] < 0x80) continue;
    if (i + 1 < length && (unsigned char)bytes[i] >= 0xA1 && (unsigned char)bytes[i + 1] >= 0xA1) {
      pairs++;
      i++;
    } else {
      others++;
    }
  }
  return pairs > 0 && others * 4 <= pairs;
}

/* UTF-8 with a few wrong bytes must not be taken for Latin-1: nobody could read what comes out, and a note would not help. */
static bool looks_damaged(const char *bytes, size_t length)
{
  const char *end = bytes + length;
  size_t good = 0, bad = 0;

  for (const char *at = bytes; at < end;) {
    const char *start = at;
    uint32_t c = text_next(&at, end);
    if (at - start == 1)
      bad += c == TEXT_REPLACEMENT;
    else
      good += (size_t)(at - start);
  }
  return good >= 3 * bad;
}

static bool is_one_of(const char *name, const char *const names[])
{
  for (size_t i = 0; names[i] != NULL; i++)
    if (strcasecmp(name, names[i]) == 0) return true;
  return false;
}

static const char *const chinese_names[] = { "GB18030", "GBK", "GB2312", "GB_2312-80", "CP936", "EUC-CN", "x-gbk", NULL };
static const char *const unicode_names[] = { "", "UTF-8", "UTF8", "UTF-16", "UTF-16LE", "UTF-16BE", "UCS-2", "US-ASCII", "ASCII", NULL };

static int decode_as(const char *name, const char *bytes, size_t length, struct buf *utf8, struct xml_encoding *encoding, struct err *err)
{
  encoding->actual = name;
  return text_decode_from(name, bytes, length, utf8, err);
}

/* Bytes that are no UTF-8 and have no BOM. */
static int decode_other(const char *bytes, size_t length, struct buf *utf8, struct xml_encoding *encoding, struct err *err)
{
  if (length >= 4 && memcmp(bytes, "<\0?\0", 4) == 0) return decode_as("UTF-16LE", bytes, length, utf8, encoding, err);
  if (length >= 4 && memcmp(bytes, "\0<\0?", 4) == 0) return decode_as("UTF-16BE", bytes, length, utf8, encoding, err);
  bool chinese = is_one_of(encoding->declared, chinese_names);
  if (!chinese && !is_one_of(encoding->declared, unicode_names)) {
    encoding->actual = NULL;
    return text_decode_from(encoding->declared, bytes, length, utf8, err);
  }
  bool damaged = looks_damaged(bytes, length);
  chinese = !damaged && (chinese || looks_chinese(bytes, length));
  if (chinese && decode_as("GB18030", bytes, length, utf8, encoding, NULL) == 0) return 0;
  if (chinese || damaged || memchr(bytes, '\0', length) != NULL)
    return err_set(err, _("the text is neither UTF-8 nor GB18030 (first wrong byte: %td): it was damaged on the way; ask for it again"),
                   text_invalid_at(bytes, length) + 1);
  return decode_as("ISO-8859-1", bytes, length, utf8, encoding, err);
}

/* The declaration has done its work; left in place it could contradict what we hand to the parser. */
static void blank_declaration(struct buf *utf8)
{
  size_t length;
  const char *declaration = utf8->data != NULL ? find_declaration(utf8->data, utf8->length, &length) : NULL;

  if (declaration == NULL) return;
  for (char *at = utf8->data + (declaration - utf8->data); length > 0; at++, length--)
    if (*at != '\n' && *at != '\r') *at = ' ';
}

int xml_decode(const char *bytes, size_t length, struct buf *utf8, struct xml_encoding *encoding, struct err *err)
{
  size_t declaration_length;
  const char *declaration = find_declaration(bytes, length, &declaration_length);
  int result;

  *encoding = (struct xml_encoding){ .actual = "UTF-8" };
  if (declaration != NULL) read_declared(declaration, declaration_length, encoding->declared);
  bool marked = length >= 2 && (memcmp(bytes, "\xFF\xFE", 2) == 0 || memcmp(bytes, "\xFE\xFF", 2) == 0);
  if (length >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0 && text_invalid_at(bytes + 3, length - 3) >= 0) {
    bytes += 3; /* a BOM before text that is not UTF-8 proves nothing */
    length -= 3;
  }
  if (marked || text_invalid_at(bytes, length) < 0)
    result = text_decode(bytes, length, utf8, &encoding->actual, err);
  else
    result = decode_other(bytes, length, utf8, encoding, err);
  if (result == 0) blank_declaration(utf8);
  return result;
}
