/* libxml2 held on a short lead: opened when first needed, given decoded UTF-8 only, never allowed to fetch anything. */
#ifndef FORMATS_XML_H
#define FORMATS_XML_H

#include <stdbool.h>
#include <stddef.h>

#include <libxml/tree.h>

struct buf;
struct err;

/* How the bytes were turned into UTF-8. */
struct xml_encoding {
  char declared[40];  /* as the XML declaration says; "" if it does not */
  const char *actual; /* static name of what was decoded: "UTF-8", "GB18030" …; NULL means `declared` was followed */
};

/* Decodes a document to UTF-8 without BOM, believing the bytes more than the declaration, and blanks the declaration out (line numbers
 * stay). Returns 0, or -1 when the bytes fit no encoding. */
int xml_decode(const char *bytes, size_t length, struct buf *utf8, struct xml_encoding *encoding, struct err *err);

/* Parses a document that xml_decode() made. Refused: a DOCTYPE or entity declaration anywhere, more than 200,000 tags, 64 attributes or 16
 * namespaces in one, and whatever is not well-formed, with the line. Free with xml_free(). */
xmlDoc *xml_parse(const struct buf *utf8, struct err *err);
void xml_free(xmlDoc *document);

const xmlNode *xml_root(const xmlDoc *document);
const char *xml_name(const xmlNode *element);      /* local name */
const char *xml_namespace(const xmlNode *element); /* "" if none */
/* First child element / next element beside; NULL at the end. */
const xmlNode *xml_child(const xmlNode *element);
const xmlNode *xml_next(const xmlNode *element);
/* First child of that local name, upper and lower case alike; NULL if none. */
const xmlNode *xml_child_named(const xmlNode *element, const char *name);
int xml_line(const xmlNode *element);

/* All text inside, trimmed; the caller frees. xml_text_line also makes every run of white space one space. */
char *xml_text(const xmlNode *element);
char *xml_text_line(const xmlNode *element);

#endif
