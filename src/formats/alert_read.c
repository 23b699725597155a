/* alert.h: from the bytes of a file to the alerts in it, one after the other. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/err.h"
#include "base/i18n.h"
#include "formats/alert_parts.h"
#include "formats/source.h"

enum { IDENTIFIER_MOST = 500, ALERT_PARTS = 20000 };

struct reading {
  const struct xml_text *text;
  const char *file_name;
  const struct alert_taker *taker;
  bool is_inner; /* of alerts that a file carries as text … */
  int line;      /* … which stands there */
  size_t taken, refused;
  bool is_stopped; /* by the taker */
};

static void note_encoding(struct alert *alert, const struct xml_encoding *encoding)
{
  const char *declared = *encoding->declared != '\0' ? encoding->declared : "UTF-8";

  if (encoding->ascii) return;
  if (encoding->actual == NULL)
    alert_note(alert, N_("It is written in %s; it was converted to UTF-8."), declared);
  else if (strcmp(encoding->actual, "UTF-8") == 0 && strncasecmp(declared, "utf", 3) != 0)
    alert_note(alert, N_("It says that it is written in %s, but it is %s; it was read as that."), declared, encoding->actual);
  else if (strcmp(encoding->actual, "GB18030") == 0 && strncasecmp(declared, "utf", 3) == 0)
    alert_note(alert, N_("It says that it is written in %s, but it is %s; it was read as that."), declared, encoding->actual);
  else if (strcmp(encoding->actual, "ISO-8859-1") == 0)
    alert_note(
      alert,
      N_("It says that it is written in %s, but it is not; it was read as %s, so some letters may be wrong: compare names and figures."),
      declared, encoding->actual);
  else if (strcmp(encoding->actual, "UTF-8") != 0)
    alert_note(alert, N_("It is written in %s; it was converted to UTF-8."), encoding->actual);
}

static char *why_refused(const struct alert *alert)
{
  if (*alert->identifier == '\0') return mem_dup(_("the alert has no identifier, so updates and duplicates could not be told apart"));
  if (strlen(alert->identifier) > IDENTIFIER_MOST)
    return mem_printf(_("the alert's identifier is longer than %d bytes; that is none"), IDENTIFIER_MOST);
  return NULL;
}

/* --- one after the other -------------------------------------------------------------------------------------------------------------- */

static int told(struct reading *reading, int status)
{
  reading->is_stopped |= status < 0;
  return status;
}

static int refuse(struct reading *reading, int line, const char *identifier, const char *reason, struct err *err)
{
  struct alert_excerpt name = alert_excerpt(identifier);
  struct alert_refusal refusal = { reading->is_inner ? reading->line : line, name.text, (char *)reason };

  reading->refused++;
  return told(reading, reading->taker->refuse(reading->taker->context, &refusal, err));
}

/* Its file's name speaks of one that is the whole file. */
static bool is_alone(const xmlNode *element)
{
  return element->parent == NULL || element->parent->type != XML_ELEMENT_NODE;
}

static int take_element(void *context, const xmlNode *element, struct err *err)
{
  struct reading *reading = context;
  struct alert alert = { 0 };
  int status;

  note_encoding(&alert, xml_text_encoding(reading->text));
  if (reading->is_inner) alert_note(&alert, N_("It stood as text inside another file and was taken out of it."));
  alert_take_head(&alert, element, is_alone(element) ? reading->file_name : NULL);
  if (reading->is_inner) alert.line = reading->line;
  char *reason = why_refused(&alert);
  if (reason != NULL) {
    status = refuse(reading, alert.line, alert.identifier, reason, err);
  } else {
    reading->taken++;
    status = told(reading, reading->taker->take(reading->taker->context, &alert, err));
  }
  free(reason);
  alert_clear(&alert);
  return status;
}

static int refuse_large(void *context, const xmlNode *element, struct err *err)
{
  const xmlNode *child = xml_child_named(element, "identifier");
  char *identifier = child != NULL ? xml_text_line(child) : mem_dup("");
  char *reason =
    mem_printf(_("the alert is larger than %zu MiB or has more than %d elements; it was not read"), ALERT_LIMIT >> 20, ALERT_PARTS);
  int status = refuse(context, xml_line(element), identifier, reason, err);

  free(reason);
  free(identifier);
  return status;
}

static int walk_text(struct reading *reading, struct xml_text *text, char root[64], struct err *err);

static int take_text(void *context, const char *bytes, int line, struct err *err)
{
  struct reading *outer = context;
  struct source_memory memory = { bytes, strlen(bytes) };
  struct err why = ERR_INIT;
  char root[64];

  if (outer->is_inner || strstr(bytes, "alert") == NULL || strstr(bytes, "identifier") == NULL) return 0;
  struct source source = source_of_memory(&memory);
  struct xml_text *text = xml_text_open(&source, &why);
  struct reading inner = { .text = text, .taker = outer->taker, .is_inner = true, .line = line };
  int status = text != NULL ? xml_scan(text, &why) : -1;
  if (status == 0) status = walk_text(&inner, text, root, &why);
  xml_text_close(text);
  outer->taken += inner.taken;
  outer->refused += inner.refused;
  outer->is_stopped |= inner.is_stopped;
  if (inner.is_stopped) return err_set(err, "%s", why.text);
  return status < 0 ? refuse(outer, line, "", why.text, err) : 0;
}

static int walk_text(struct reading *reading, struct xml_text *text, char root[64], struct err *err)
{
  const struct xml_walker walker = { "alert", ALERT_LIMIT, ALERT_PARTS, take_element, refuse_large, take_text, reading };

  return xml_walk(text, &walker, root, err);
}

/* --- a file --------------------------------------------------------------------------------------------------------------------------- */

/* What people send instead of an alert, known by its first bytes. */
static int refuse_other_files(const struct source *source, struct err *err)
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
  char start[8] = "";
  ssize_t got = source->read(source->context, 0, start, sizeof start);

  for (size_t i = 0; i < sizeof others / sizeof *others && got > 0; i++)
    if ((size_t)got >= others[i].length && memcmp(start, others[i].start, others[i].length) == 0)
      return err_set(err, "%s", _(others[i].what));
  return 0;
}

/* No alert in it: say what it is instead, as far as its first element tells. */
static int refuse_root(const char *name, struct err *err)
{
  static const char *const feeds[] = { "feed", "rss", "RDF" };

  if (strcasecmp(name, "html") == 0) return err_set(err, _("this is a web page, not an alert; save the alert's XML file itself"));
  for (size_t i = 0; i < sizeof feeds / sizeof *feeds; i++)
    if (strcasecmp(name, feeds[i]) == 0) return err_set(err, _("this feed only links to alerts; fetch the alerts it links to"));
  return err_set(err, _("there is no alert in it: its first element is %s"), alert_excerpt(name).text);
}

int alert_read_each(const struct source *source, const char *file_name, const struct alert_taker *taker, struct err *err)
{
  struct reading reading = { .file_name = file_name, .taker = taker };
  struct err why = ERR_INIT;
  char root[64] = "";

  if (refuse_other_files(source, err) != 0) return -1;
  struct xml_text *text = xml_text_open(source, err);
  if (text == NULL) return -1;
  reading.text = text;
  int status = xml_scan(text, &why);
  if (status == 0) status = walk_text(&reading, text, root, &why);
  xml_text_close(text);
  if (status == 0 && reading.taken + reading.refused == 0) return refuse_root(root, err);
  if (status == 0) return 0;
  if (reading.is_stopped || reading.taken == 0) return err_set(err, "%s", why.text);
  reading.is_inner = false; /* what came before the damage is whole */
  return refuse(&reading, 0, "", why.text, err);
}

/* --- from memory into a list ---------------------------------------------------------------------------------------------------------- */

static int list_alert(void *context, struct alert *alert, struct err *err)
{
  struct alert_list *alerts = context;

  (void)err;
  *(struct alert *)alert_append(&alerts->items, &alerts->count, sizeof *alert) = *alert;
  *alert = (struct alert){ 0 };
  return 0;
}

static int list_refusal(void *context, const struct alert_refusal *refusal, struct err *err)
{
  struct alert_list *alerts = context;
  struct alert_refusal *kept = alert_append(&alerts->refused, &alerts->refused_count, sizeof *kept);

  (void)err;
  *kept = (struct alert_refusal){ refusal->line, mem_dup(refusal->identifier), mem_dup(refusal->reason) };
  return 0;
}

int alert_read(const char *bytes, size_t length, const char *file_name, struct alert_list *alerts, struct err *err)
{
  const struct alert_taker taker = { list_alert, list_refusal, alerts };
  struct source_memory memory = { bytes, length };
  struct source source = source_of_memory(&memory);

  *alerts = (struct alert_list)ALERT_LIST_INIT;
  int status = alert_read_each(&source, file_name, &taker, err);
  if (status == 0 && alerts->count == 0) status = err_set(err, _("line %d: %s"), alerts->refused[0].line, alerts->refused[0].reason);
  if (status < 0) alert_list_free(alerts);
  return status;
}
