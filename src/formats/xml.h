/* libxml2 held on a short lead: opened when first needed, given decoded UTF-8 piece by piece, never allowed to fetch anything, and made
 * to hand over one element at a time, so that a feed of any size takes the memory of its largest alert. */
#ifndef FORMATS_XML_H
#define FORMATS_XML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <libxml/tree.h>

struct err;
struct source;

/* How the bytes are turned into UTF-8. */
struct xml_encoding {
  char declared[40];  /* as the XML declaration says; "" if it does not */
  const char *actual; /* static name of what is decoded: "UTF-8", "GB18030" …; NULL means `declared` is followed */
  bool ascii;         /* not a byte needed decoding */
};

/* A document as UTF-8 without BOM. The bytes are believed more than the declaration, which comes out as blanks, so that line numbers
 * stay. */
struct xml_text;
/* Finds out the encoding from the whole file. NULL: err; the bytes fit no encoding, or there are none. */
struct xml_text *xml_text_open(const struct source *source, struct err *err);
void xml_text_close(struct xml_text *text); /* NULL is fine */
const struct xml_encoding *xml_text_encoding(const struct xml_text *text);
/* The next at most `size` bytes (at least 64 of room); 0 at the end, -1 with err. */
ptrdiff_t xml_text_read(struct xml_text *text, char *bytes, size_t size, struct err *err);
void xml_text_rewind(struct xml_text *text);

/* Reads the whole text through once, to refuse before anything is taken: a DOCTYPE, an entity declaration or an XInclude anywhere, more
 * than 64 attributes or 16 namespaces in one tag, and what is no XML at all. 0 or -1. */
int xml_scan(struct xml_text *text, struct err *err);

/* What xml_walk() does with a document. Each returns 0 to go on, or -1 with err to stop. */
struct xml_walker {
  const char *name;  /* local name of the elements to hand over, compared without case; one inside another is not looked for */
  size_t bytes_most; /* of one such element, as written */
  int parts_most;    /* elements and attributes in it */
  int (*take)(void *context, const xmlNode *element, struct err *err);      /* it is freed afterwards */
  int (*too_large)(void *context, const xmlNode *element, struct err *err); /* only what came until then is in it */
  int (*text)(void *context, const char *text, int line,
              struct err *err); /* of an innermost element outside, if it looks like XML itself */
  void *context;
};
/* Parses the document from its start. *root (of 64 bytes) gets the first element's local name. -1: not well-formed, with the line; a
 * document type or an XInclude after all; trouble reading; or a function of the walker stopped. What came before has been handed over
 * then. */
int xml_walk(struct xml_text *text, const struct xml_walker *walker, char root[64], struct err *err);

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
