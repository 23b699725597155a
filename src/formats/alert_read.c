/* alert.h: from the bytes of a file to the alerts in it. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/text.h"
#include "formats/alert_parts.h"

enum { ALERTS_MOST = 5000, IDENTIFIER_MOST = 500 };

#define XINCLUDE "http://www.w3.org/2001/XInclude"
#define XINCLUDE_OLD "http://www.w3.org/2003/XInclude"

static void note_encoding(struct alert *alert, const struct xml_encoding *encoding, bool ascii)
{
  const char *declared = *encoding->declared != '\0' ? encoding->declared : "UTF-8";

  if (ascii) return;
  if (encoding->actual == NULL)
    alert_note(alert, _("written in %s; converted to UTF-8"), declared);
  else if (strcmp(encoding->actual, "UTF-8") == 0 && strncasecmp(declared, "utf", 3) != 0)
    alert_note(alert, _("says that it is written in %s, but it is %s; read as that"), declared, encoding->actual);
  else if (strcmp(encoding->actual, "GB18030") == 0 && strncasecmp(declared, "utf", 3) == 0)
    alert_note(alert, _("says that it is written in %s, but it is %s; read as that"), declared, encoding->actual);
  else if (strcmp(encoding->actual, "ISO-8859-1") == 0)
    alert_note(alert, _("says that it is written in %s, but it is not; read as %s, so some letters may be wrong"), declared,
               encoding->actual);
  else if (strcmp(encoding->actual, "UTF-8") != 0)
    alert_note(alert, _("written in %s; converted to UTF-8"), encoding->actual);
}

static char *why_refused(const struct alert *alert)
{
  if (*alert->identifier == '\0') return mem_dup(_("the alert has no identifier, so updates and duplicates could not be told apart"));
  if (strlen(alert->identifier) > IDENTIFIER_MOST)
    return mem_printf(_("the alert's identifier is longer than %d bytes; that is none"), IDENTIFIER_MOST);
  return NULL;
}

/* All elements called alert, in the order of the file; one inside another is not looked for. */
struct found {
  const xmlNode **items;
  size_t count;
  int inside; /* depth of alerts around the current element */
};

static int collect(const xmlNode *element, struct found *found, struct err *err)
{
  if (strcmp(xml_namespace(element), XINCLUDE) == 0 || strcmp(xml_namespace(element), XINCLUDE_OLD) == 0)
    return err_set(err, _("line %d asks to read in another file (XInclude); no alert does that, so the file is not trusted"),
                   xml_line(element));
  bool alert = strcasecmp(xml_name(element), "alert") == 0 && !found->inside;
  if (alert && found->count == ALERTS_MOST) return err_set(err, _("more than %d alerts in one file; split it"), ALERTS_MOST);
  if (alert) *(const xmlNode **)alert_append(&found->items, &found->count, sizeof element) = element;
  found->inside += alert;
  for (const xmlNode *child = xml_child(element); child != NULL; child = xml_next(child))
    if (collect(child, found, err) != 0) return -1;
  found->inside -= alert;
  return 0;
}

/* No alert in it: say what it is instead, as far as its first element tells. */
static int refuse_root(const xmlNode *root, struct err *err)
{
  static const char *const feeds[] = { "feed", "rss", "RDF" };
  const char *name = xml_name(root);

  if (strcasecmp(name, "html") == 0) return err_set(err, _("this is a web page, not an alert; save the alert's XML file itself"));
  for (size_t i = 0; i < sizeof feeds / sizeof *feeds; i++)
    if (strcasecmp(name, feeds[i]) == 0) return err_set(err, _("this feed only links to alerts; fetch the alerts it links to"));
  return err_set(err, _("there is no alert in it: its first element is %s"), alert_excerpt(name).text);
}

static void refuse(struct alert_list *alerts, struct alert *alert, char *reason)
{
  struct alert_refusal *refusal = alert_append(&alerts->refused, &alerts->refused_count, sizeof *refusal);

  *refusal = (struct alert_refusal){ alert->line, mem_dup(alert_excerpt(alert->identifier).text), reason };
  alert_clear(alert);
}

static void read_all(const struct found *found, const char *file_name, const struct xml_encoding *encoding, bool ascii,
                     struct alert_list *alerts)
{
  for (size_t i = 0; i < found->count; i++) {
    struct alert alert = { 0 };
    note_encoding(&alert, encoding, ascii);
    alert_take_head(&alert, found->items[i], found->count == 1 ? file_name : NULL);
    char *reason = why_refused(&alert);
    if (reason != NULL)
      refuse(alerts, &alert, reason);
    else
      *(struct alert *)alert_append(&alerts->items, &alerts->count, sizeof alert) = alert;
  }
}

static bool is_ascii(const struct buf *text)
{
  for (size_t i = 0; i < text->length; i++)
    if ((unsigned char)text->data[i] >= 0x80) return false;
  return true;
}

static int read_document(const struct buf *utf8, const struct xml_encoding *encoding, const char *file_name, struct alert_list *alerts,
                         struct err *err)
{
  struct found found = { NULL, 0, 0 };
  xmlDoc *document = xml_parse(utf8, err);

  if (document == NULL) return -1;
  int result = collect(xml_root(document), &found, err);
  if (result == 0 && found.count == 0) result = refuse_root(xml_root(document), err);
  if (result == 0) read_all(&found, file_name, encoding, is_ascii(utf8), alerts);
  free(found.items);
  xml_free(document);
  if (result == 0 && alerts->count == 0) {
    result = err_set(err, _("line %d: %s"), alerts->refused[0].line, alerts->refused[0].reason);
    alert_list_free(alerts);
  }
  return result;
}

/* What people send instead of an alert, known by its first bytes. */
static int refuse_other_files(const char *bytes, size_t length, struct err *err)
{
  /* clang-format off */
  static const struct { const char *start; size_t length; const char *what; } others[] = {
    { "PK\3\4", 4, N_("this is a ZIP archive; unpack it and import the files in it") },
    { "\x1F\x8B", 2, N_("this is a gzip archive; unpack it and import the file in it") },
    { "Rar!", 4, N_("this is a RAR archive; unpack it and import the files in it") },
    { "%PDF", 4, N_("this is a PDF, not an alert; its text can be pasted instead") },
    { "\xD0\xCF\x11\xE0", 4, N_("this is an Office document, not an alert; its text can be pasted instead") },
    { "{", 1, N_("this is JSON, not an alert in XML") },
    { "[", 1, N_("this is JSON, not an alert in XML") },
  };
  /* clang-format on */

  for (size_t i = 0; i < sizeof others / sizeof *others; i++)
    if (length >= others[i].length && memcmp(bytes, others[i].start, others[i].length) == 0) return err_set(err, "%s", _(others[i].what));
  return 0;
}

static int refuse_prose(const struct buf *utf8, struct err *err)
{
  const char *text = buf_text(utf8);

  if (text[strspn(text, " \t\r\n")] == '<') return 0;
  return err_set(err, _("this is no XML file; if it is the text of a warning, paste it instead"));
}

int alert_read_within(const char *bytes, size_t length, size_t limit, const char *file_name, struct alert_list *alerts, struct err *err)
{
  struct buf utf8 = BUF_INIT;
  struct xml_encoding encoding;

  *alerts = (struct alert_list)ALERT_LIST_INIT;
  if (length == 0) return err_set(err, _("the file is empty"));
  if (length > limit)
    return err_set(err, _("%zu bytes are more than the limit of %zu for an alert file; it is kept aside unread"), length, limit);
  if (refuse_other_files(bytes, length, err) != 0) return -1;
  int result = xml_decode(bytes, length, &utf8, &encoding, err);
  if (result == 0) result = refuse_prose(&utf8, err);
  if (result == 0) result = read_document(&utf8, &encoding, file_name, alerts, err);
  buf_free(&utf8);
  return result;
}

int alert_read(const char *bytes, size_t length, const char *file_name, struct alert_list *alerts, struct err *err)
{
  return alert_read_within(bytes, length, ALERT_LIMIT, file_name, alerts, err);
}
