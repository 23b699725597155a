#include <config.h>

#include "formats/xml.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <libxml/SAX2.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/xmlerror.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/lazy.h"
#include "base/mem.h"
#include "base/text.h"

#ifndef LAZY_XML2
#define LAZY_XML2 "libxml2.so.2"
#endif

enum { PIECE = 64 * 1024, ATTRIBUTES_MOST = 64, NAMESPACES_MOST = 16 };

#define XINCLUDE "http://www.w3.org/2001/XInclude"
#define XINCLUDE_OLD "http://www.w3.org/2003/XInclude"

static struct {
  typeof(&xmlSAXVersion) sax_version;
  typeof(&xmlSAX2StartElementNs) start_element;
  typeof(&xmlSAX2EndElementNs) end_element;
  typeof(&xmlSAX2Characters) characters;
  typeof(&xmlCreateIOParserCtxt) new_context;
  typeof(&xmlCtxtUseOptions) use_options;
  typeof(&xmlParseDocument) parse;
  typeof(&xmlStopParser) stop;
  typeof(&xmlCtxtGetLastError) last_error;
  typeof(&xmlFreeParserCtxt) free_context;
  typeof(&xmlFreeDoc) free_document;
  typeof(&xmlUnlinkNode) unlink_node;
  typeof(&xmlFreeNode) free_node;
  typeof(&xmlGetLineNo) line;
} libxml;

/* clang-format off */
static const struct lazy_symbol symbols[] = {
  { "xmlSAXVersion", (void **)&libxml.sax_version },
  { "xmlSAX2StartElementNs", (void **)&libxml.start_element },
  { "xmlSAX2EndElementNs", (void **)&libxml.end_element },
  { "xmlSAX2Characters", (void **)&libxml.characters },
  { "xmlCreateIOParserCtxt", (void **)&libxml.new_context },
  { "xmlCtxtUseOptions", (void **)&libxml.use_options },
  { "xmlParseDocument", (void **)&libxml.parse },
  { "xmlStopParser", (void **)&libxml.stop },
  { "xmlCtxtGetLastError", (void **)&libxml.last_error },
  { "xmlFreeParserCtxt", (void **)&libxml.free_context },
  { "xmlFreeDoc", (void **)&libxml.free_document },
  { "xmlUnlinkNode", (void **)&libxml.unlink_node },
  { "xmlFreeNode", (void **)&libxml.free_node },
  { "xmlGetLineNo", (void **)&libxml.line },
  { NULL, NULL },
};
/* clang-format on */

static struct lazy_library library = { LAZY_XML2, "libxml2", symbols, NULL };

/* --- before the parser sees it -------------------------------------------------------------------------------------------------------- */

/* No alert needs a document type, and every attack by entities does. Looked for everywhere, so that no trick with comments can hide one. */
static const struct {
  const char *text, *why;
} forbidden[] = {
  { "<!DOCTYPE",
    N_("line %d has a DOCTYPE, by which a file can make the reader open other files; alerts have none, so it is not trusted") },
  { "<!ENTITY", N_("line %d has an ENTITY, by which a file can make the reader open other files; alerts have none, so it is not trusted") },
  { XINCLUDE, N_("line %d asks to read in another file (XInclude); no alert does that, so the file is not trusted") },
  { XINCLUDE_OLD, N_("line %d asks to read in another file (XInclude); no alert does that, so the file is not trusted") },
};

enum { FORBIDDEN = sizeof forbidden / sizeof *forbidden, FORBIDDEN_LENGTH = sizeof XINCLUDE };

/* What costs the parser more than it could ever be worth to us is turned away before the parser sees it: it compares the attributes of a
 * tag pairwise, and looks for a prefix through all namespaces in scope. A tag cannot hold another '<', so counting from one to the next
 * never counts too few. */
struct scan {
  int line, attributes, namespaces, matched; /* of "xmlns" */
  bool after_equals, begun;
};

static int scan_byte(struct scan *scan, char byte, struct err *err)
{
  static const char name[] = "xmlns";
  bool quote = byte == '"' || byte == '\'';

  scan->line += byte == '\n';
  if (byte == '<') scan->attributes = scan->namespaces = 0;
  if (scan->after_equals && quote && ++scan->attributes > ATTRIBUTES_MOST)
    return err_set(err, _("line %d has more than %d attributes in one tag: this is no alert"), scan->line, ATTRIBUTES_MOST);
  scan->after_equals = byte == '=' || (scan->after_equals && isspace((unsigned char)byte));
  scan->matched = byte == name[scan->matched] ? scan->matched + 1 : byte == *name;
  if (name[scan->matched] != '\0') return 0;
  scan->matched = 0;
  if (++scan->namespaces > NAMESPACES_MOST)
    return err_set(err, _("line %d has more than %d namespaces in one tag: this is no alert"), scan->line, NAMESPACES_MOST);
  return 0;
}

static int scan_beginning(struct scan *scan, const char *bytes, size_t length, struct err *err)
{
  size_t blank = 0;

  while (blank < length && isspace((unsigned char)bytes[blank])) blank++;
  if (scan->begun || blank == length) return 0;
  scan->begun = true;
  if (bytes[blank] == '<') return 0;
  return err_set(err, _("this is no XML file; if it is the text of a warning, paste it instead"));
}

static int line_of(const char *bytes, const char *at)
{
  int line = 0;

  for (; bytes < at; bytes++) line += *bytes == '\n';
  return line;
}

/* `bytes` begin with the end of what was scanned before, in which a forbidden word may have begun. */
static int scan_words(const struct scan *scan, const char *bytes, size_t length, struct err *err)
{
  for (size_t i = 0; i < FORBIDDEN; i++) {
    const char *at = memmem(bytes, length, forbidden[i].text, strlen(forbidden[i].text));
    if (at != NULL) return err_set(err, i18n_text(forbidden[i].why), scan->line + line_of(bytes, at));
  }
  return 0;
}

int xml_scan(struct xml_text *text, struct err *err)
{
  struct scan scan = { .line = 1 };
  char *bytes = mem_zero(1, FORBIDDEN_LENGTH + PIECE);
  size_t kept = 0;
  ptrdiff_t got = 0;
  int status = 0;

  xml_text_rewind(text);
  while (status == 0 && (got = xml_text_read(text, bytes + kept, PIECE, err)) > 0) {
    size_t length = kept + (size_t)got;
    struct scan before = scan;
    before.line -= line_of(bytes, bytes + kept);
    status = scan_beginning(&scan, bytes + kept, (size_t)got, err);
    if (status == 0) status = scan_words(&before, bytes, length, err);
    for (size_t i = kept; i < length && status == 0; i++) status = scan_byte(&scan, bytes[i], err);
    kept = length < FORBIDDEN_LENGTH ? length : FORBIDDEN_LENGTH;
    memmove(bytes, bytes + length - kept, kept);
  }
  free(bytes);
  if (status == 0 && got == 0 && !scan.begun) return err_set(err, _("the file is empty"));
  return got < 0 ? -1 : status;
}

/* --- walking -------------------------------------------------------------------------------------------------------------------------- */

struct walk {
  xmlParserCtxt *context;
  struct xml_text *text;
  const struct xml_walker *walker;
  char *root;
  char *piece; /* decoded, from … to not parsed yet */
  size_t from, to;
  xmlNode *element;   /* that is being read to be handed over; NULL: outside */
  int parts, skipped; /* of it; elements open since nothing more of it is kept */
  bool is_skipping;
  uint64_t began;     /* where it begins in the text */
  struct buf outside; /* text of the innermost element outside */
  bool is_innermost;  /* nothing has ended since that element began */
  struct err *err;
  bool failed, stopped;
};

static int give(void *context, char *buffer, int length)
{
  struct walk *walk = context;

  if (walk->from == walk->to && !walk->failed) {
    ptrdiff_t got = xml_text_read(walk->text, walk->piece, PIECE, walk->err);
    walk->failed = got < 0;
    walk->from = 0;
    walk->to = got > 0 ? (size_t)got : 0;
  }
  if (walk->failed) return -1;
  int given = walk->to - walk->from < (size_t)length ? (int)(walk->to - walk->from) : length;
  memcpy(buffer, walk->piece + walk->from, (size_t)given);
  walk->from += (size_t)given;
  return given;
}

static uint64_t position(const xmlParserCtxt *context)
{
  const xmlParserInput *input = context->input;
  return input != NULL ? input->consumed + (uint64_t)(input->cur - input->base) : 0;
}

static void stop(struct walk *walk)
{
  walk->failed = walk->stopped = true;
  libxml.stop(walk->context);
}

static void check_size(struct walk *walk)
{
  bool large = walk->parts > walk->walker->parts_most || position(walk->context) - walk->began > walk->walker->bytes_most;

  if (walk->element != NULL && large) walk->is_skipping = true;
}

static bool is_wanted(const struct walk *walk, const xmlNode *element)
{
  return walk->element == NULL && strcasecmp(xml_name(element), walk->walker->name) == 0;
}

static void element_begins(void *user, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri, int namespaces,
                           const xmlChar **named, int attributes, int defaulted, const xmlChar **attribute)
{
  xmlParserCtxt *context = user;
  struct walk *walk = context->_private;

  if (walk->stopped) return;
  if (uri != NULL && (strcmp((const char *)uri, XINCLUDE) == 0 || strcmp((const char *)uri, XINCLUDE_OLD) == 0)) {
    err_set(walk->err, _("line %d asks to read in another file (XInclude); no alert does that, so the file is not trusted"),
            context->input->line);
    stop(walk);
    return;
  }
  if (walk->is_skipping) {
    walk->skipped++;
    return;
  }
  libxml.start_element(user, name, prefix, uri, namespaces, named, attributes, defaulted, attribute);
  if (context->node == NULL) return;
  if (*walk->root == '\0') snprintf(walk->root, 64, "%s", (const char *)name);
  buf_clear(&walk->outside);
  walk->is_innermost = true;
  if (is_wanted(walk, context->node)) {
    walk->element = context->node;
    walk->began = position(context);
    walk->parts = 0;
  }
  walk->parts += 1 + attributes + namespaces;
  check_size(walk);
}

static void hand_over(struct walk *walk, xmlNode *element)
{
  int (*take)(void *, const xmlNode *, struct err *) = walk->is_skipping ? walk->walker->too_large : walk->walker->take;

  walk->element = NULL;
  walk->is_skipping = false;
  if (take(walk->walker->context, element, walk->err) < 0) stop(walk);
}

/* Some feeds carry alerts as text. */
static void hand_text(struct walk *walk, const xmlNode *element)
{
  const char *text = buf_text(&walk->outside);

  if (!walk->is_innermost || text[strspn(text, " \t\r\n")] != '<' || walk->walker->text == NULL) return;
  if (walk->walker->text(walk->walker->context, text, xml_line(element), walk->err) < 0) stop(walk);
}

static void element_ends(void *user, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
  xmlParserCtxt *context = user;
  struct walk *walk = context->_private;
  xmlNode *element = context->node;

  if (walk->stopped || element == NULL) return;
  if (walk->skipped > 0) {
    walk->skipped--;
    return;
  }
  libxml.end_element(user, name, prefix, uri);
  check_size(walk);
  bool whole = element == walk->element;
  if (walk->element != NULL && !whole) return;
  if (whole)
    hand_over(walk, element);
  else
    hand_text(walk, element);
  walk->is_innermost = false;
  buf_clear(&walk->outside);
  libxml.unlink_node(element);
  libxml.free_node(element);
}

static void text_comes(void *user, const xmlChar *text, int length)
{
  xmlParserCtxt *context = user;
  struct walk *walk = context->_private;

  if (walk->stopped || walk->is_skipping || context->node == NULL) return;
  if (walk->element != NULL) {
    libxml.characters(user, text, length);
    check_size(walk);
  } else if (walk->is_innermost && walk->outside.length < walk->walker->bytes_most) {
    buf_add(&walk->outside, text, (size_t)length);
  }
}

/* Refused before; if one comes all the same, nothing of it is heeded. */
static void document_type(void *user, const xmlChar *name, const xmlChar *external, const xmlChar *system)
{
  xmlParserCtxt *context = user;
  struct walk *walk = context->_private;

  (void)name, (void)external, (void)system;
  err_set(walk->err, _("the file has a document type; it is not trusted"));
  stop(walk);
}

static void handlers(xmlSAXHandler *sax)
{
  memset(sax, 0, sizeof *sax);
  libxml.sax_version(sax, 2);
  sax->startElementNs = element_begins;
  sax->endElementNs = element_ends;
  sax->characters = sax->ignorableWhitespace = sax->cdataBlock = text_comes;
  sax->internalSubset = sax->externalSubset = document_type;
  sax->comment = NULL;
  sax->processingInstruction = NULL;
  sax->warning = NULL;
  sax->error = NULL;
  sax->fatalError = NULL;
  sax->serror = NULL;
}

static int set_parse_error(xmlParserCtxt *context, struct err *err)
{
  const xmlError *error = libxml.last_error(context);
  char *reason = mem_dup(error != NULL && error->message != NULL ? error->message : "");

  if (text_invalid_at(reason, strlen(reason)) >= 0) *reason = '\0'; /* libxml2 cuts what it quotes at a byte */
  err_set(err, _("not well-formed XML, line %d: %s; it was cut or damaged on the way; ask for it again"), error != NULL ? error->line : 0,
          text_trim(reason));
  free(reason);
  return -1;
}

int xml_walk(struct xml_text *text, const struct xml_walker *walker, char root[64], struct err *err)
{
  const int options = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_IGNORE_ENC | XML_PARSE_NOCDATA;
  struct walk walk = { .text = text, .walker = walker, .root = root, .outside = BUF_INIT };
  struct err own = ERR_INIT;
  xmlSAXHandler sax;

  memset(root, 0, 64);
  if (lazy_open(&library, err) != 0) return -1;
  xml_text_rewind(text);
  handlers(&sax);
  walk.err = err != NULL ? err : &own;
  walk.piece = mem_zero(1, PIECE);
  walk.context = libxml.new_context(&sax, NULL, give, NULL, &walk, XML_CHAR_ENCODING_UTF8);
  if (walk.context == NULL) ERR_BUG("libxml2 has no memory");
  walk.context->_private = &walk;
  libxml.use_options(walk.context, options);
  walk.context->sax->cdataBlock = text_comes;
  int status = libxml.parse(walk.context) == 0 && walk.context->wellFormed ? 0 : -1;
  if (status < 0 && !walk.failed) set_parse_error(walk.context, err);
  if (walk.failed) status = -1;
  libxml.free_document(walk.context->myDoc);
  walk.context->myDoc = NULL;
  libxml.free_context(walk.context);
  buf_free(&walk.outside);
  free(walk.piece);
  return status;
}

/* --- elements ------------------------------------------------------------------------------------------------------------------------- */

const char *xml_name(const xmlNode *element)
{
  return (const char *)element->name;
}

const char *xml_namespace(const xmlNode *element)
{
  return element->ns != NULL && element->ns->href != NULL ? (const char *)element->ns->href : "";
}

static const xmlNode *element_from(const xmlNode *node)
{
  while (node != NULL && node->type != XML_ELEMENT_NODE) node = node->next;
  return node;
}

const xmlNode *xml_child(const xmlNode *element)
{
  return element_from(element->children);
}

const xmlNode *xml_next(const xmlNode *element)
{
  return element_from(element->next);
}

const xmlNode *xml_child_named(const xmlNode *element, const char *name)
{
  const xmlNode *child = xml_child(element);

  while (child != NULL && strcasecmp(xml_name(child), name) != 0) child = xml_next(child);
  return child;
}

int xml_line(const xmlNode *element)
{
  return (int)libxml.line((xmlNode *)element);
}

/* Depth is bounded by libxml2's own limit of 256 without XML_PARSE_HUGE. */
static void add_text(struct buf *out, const xmlNode *element)
{
  for (const xmlNode *node = element->children; node != NULL; node = node->next) {
    if (node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE) buf_adds(out, (const char *)node->content);
    if (node->type == XML_ELEMENT_NODE) add_text(out, node);
  }
}

char *xml_text(const xmlNode *element)
{
  struct buf text = BUF_INIT;

  add_text(&text, element);
  return text_trim(buf_take(&text, NULL));
}

char *xml_text_line(const xmlNode *element)
{
  char *text = xml_text(element), *to = text;

  for (const char *from = text; *from != '\0'; from++) {
    bool space = isspace((unsigned char)*from);
    if (space && to > text && to[-1] == ' ') continue;
    *to++ = space ? ' ' : *from;
  }
  *to = '\0';
  return text;
}
