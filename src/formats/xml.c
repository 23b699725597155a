#include <config.h>

#include "formats/xml.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <libxml/parser.h>
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

enum { TAGS_MOST = 200000, ATTRIBUTES_MOST = 64, NAMESPACES_MOST = 16 };

static struct {
  typeof(&xmlNewParserCtxt) new_context;
  typeof(&xmlCtxtReadMemory) read;
  typeof(&xmlCtxtGetLastError) last_error;
  typeof(&xmlFreeParserCtxt) free_context;
  typeof(&xmlFreeDoc) free_document;
  typeof(&xmlDocGetRootElement) root;
  typeof(&xmlGetLineNo) line;
} libxml;

/* clang-format off */
static const struct lazy_symbol symbols[] = {
  { "xmlNewParserCtxt", (void **)&libxml.new_context },
  { "xmlCtxtReadMemory", (void **)&libxml.read },
  { "xmlCtxtGetLastError", (void **)&libxml.last_error },
  { "xmlFreeParserCtxt", (void **)&libxml.free_context },
  { "xmlFreeDoc", (void **)&libxml.free_document },
  { "xmlDocGetRootElement", (void **)&libxml.root },
  { "xmlGetLineNo", (void **)&libxml.line },
  { NULL, NULL },
};
/* clang-format on */

static struct lazy_library library = { LAZY_XML2, "libxml2", symbols, NULL };

static int line_of(const struct buf *text, const char *at)
{
  int line = 1;

  for (const char *byte = text->data; byte < at; byte++) line += *byte == '\n';
  return line;
}

static bool begins_value(const char *after_equals, const char *end)
{
  while (after_equals < end && isspace((unsigned char)*after_equals)) after_equals++;
  return after_equals < end && (*after_equals == '"' || *after_equals == '\'');
}

/* What costs the parser more than it could ever be worth to us is turned away before the parser sees it: it compares the attributes of a
 * tag pairwise, and looks for a prefix through all namespaces in scope. A tag cannot hold another '<', so counting from one to the next
 * never counts too few. */
static int check_size(const struct buf *utf8, struct err *err)
{
  const char *end = utf8->data + utf8->length;
  int tags = 0, attributes = 0, namespaces = 0;

  for (const char *at = utf8->data; at < end; at++) {
    if (*at == '<') {
      attributes = namespaces = 0;
      if (++tags > TAGS_MOST) return err_set(err, _("more than %d tags: this is no alert"), TAGS_MOST);
    } else if (*at == '=' && begins_value(at + 1, end) && ++attributes > ATTRIBUTES_MOST) {
      return err_set(err, _("line %d has more than %d attributes in one tag: this is no alert"), line_of(utf8, at), ATTRIBUTES_MOST);
    } else if (*at == 'x' && end - at >= 5 && memcmp(at, "xmlns", 5) == 0 && ++namespaces > NAMESPACES_MOST) {
      return err_set(err, _("line %d has more than %d namespaces in one tag: this is no alert"), line_of(utf8, at), NAMESPACES_MOST);
    }
  }
  return 0;
}

/* No alert needs a document type, and every attack by entities does. Looked for everywhere, so that no trick with comments can hide one. */
static int check_declarations(const struct buf *utf8, struct err *err)
{
  static const char *const forbidden[] = { "<!DOCTYPE", "<!ENTITY" };

  for (size_t i = 0; i < sizeof forbidden / sizeof *forbidden; i++) {
    const char *at = memmem(utf8->data, utf8->length, forbidden[i], strlen(forbidden[i]));
    if (at != NULL)
      return err_set(err,
                     _("line %d has a %s, by which a file can make the reader open other files; alerts have none, so it is not trusted"),
                     line_of(utf8, at), forbidden[i] + 2);
  }
  return 0;
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

xmlDoc *xml_parse(const struct buf *utf8, struct err *err)
{
  const int options = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_IGNORE_ENC | XML_PARSE_NOCDATA;

  if (utf8->length == 0) return err_set(err, _("the file is empty")), NULL;
  if (utf8->length > (size_t)64 << 20) return err_set(err, _("the file is too large for an alert")), NULL;
  if (check_declarations(utf8, err) != 0 || check_size(utf8, err) != 0 || lazy_open(&library, err) != 0) return NULL;
  xmlParserCtxt *context = libxml.new_context();
  if (context == NULL) ERR_BUG("libxml2 has no memory");
  xmlDoc *document = libxml.read(context, utf8->data, (int)utf8->length, NULL, "UTF-8", options);
  if (document == NULL)
    set_parse_error(context, err);
  else if (document->intSubset != NULL || libxml.root(document) == NULL) {
    err_set(err, _("the file has a document type or no element; it is not trusted"));
    libxml.free_document(document);
    document = NULL;
  }
  libxml.free_context(context);
  return document;
}

void xml_free(xmlDoc *document)
{
  if (document != NULL) libxml.free_document(document);
}

const xmlNode *xml_root(const xmlDoc *document)
{
  return libxml.root((xmlDoc *)document);
}

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
