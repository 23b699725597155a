/* How elements become fields: by tables that know the standard's order, and with an eye on whose vocabulary an element belongs to. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/i18n.h"
#include "formats/alert_parts.h"

#define SIGNATURE "http://www.w3.org/2000/09/xmldsig#"

static const struct {
  const char *uri;
  enum alert_profile profile;
} namespaces[] = {
  { "urn:oasis:names:tc:emergency:cap:1.2", ALERT_CAP_1_2 },
  { "urn:oasis:names:tc:emergency:cap:1.1", ALERT_CAP_1_1 },
  { "urn:oasis:names:tc:emergency:cap:1.0", ALERT_CAP_1_0 },
  { "http://www.incident.com/cap/1.0", ALERT_CAP_1_0 },
  { "http://com.icss.amp", ALERT_MAINLAND },
};

static bool find_namespace(const char *uri, enum alert_profile *profile)
{
  for (size_t i = 0; i < sizeof namespaces / sizeof *namespaces; i++) {
    if (strcmp(uri, namespaces[i].uri) != 0) continue;
    *profile = namespaces[i].profile;
    return true;
  }
  return false;
}

/* An element of another vocabulary must not pass for one of ours; ours without a namespace may. */
static bool is_foreign(const xmlNode *parent, const xmlNode *child)
{
  enum alert_profile profile;
  const char *uri = xml_namespace(child);

  return *uri != '\0' && strcmp(uri, xml_namespace(parent)) != 0 && !find_namespace(uri, &profile);
}

static int find_field(const xmlNode *element, const struct alert_field *fields)
{
  for (int i = 0; fields[i].name != NULL; i++)
    if (strcmp(xml_name(element), fields[i].name) == 0) return i;
  for (int i = 0; fields[i].name != NULL; i++)
    if (strcasecmp(xml_name(element), fields[i].name) == 0) return i;
  return -1;
}

static void take_field(struct alert *alert, void *target, const xmlNode *element, const struct alert_field *field)
{
  char **slot = (char **)((char *)target + field->offset);

  if (field->take != NULL)
    field->take(alert, target, element);
  else if (*slot == NULL)
    *slot = field->flags & ALERT_PROSE ? xml_text(element) : xml_text_line(element);
}

static bool note_stranger(struct alert *alert, const xmlNode *parent, const xmlNode *child, int index)
{
  if (strcmp(xml_namespace(child), SIGNATURE) == 0) {
    alert->is_signed = true;
    alert_note(alert, N_("It is signed, and the signature has not been checked: that it comes from the issuer is not proven."));
    return true;
  }
  if (index >= 0 && !is_foreign(parent, child)) return false;
  alert_note(alert, N_("The element %s is not known here and was not read: if something is missing, look into the file."),
             alert_excerpt(xml_name(child)).text);
  return true;
}

void alert_take_fields(struct alert *alert, void *target, const xmlNode *element, const struct alert_field *fields)
{
  const char *last = "";
  int rank = 0;
  bool ordered = true; /* one element that stands wrong would make all that follow it look wrong */
  uint32_t seen = 0;

  for (const xmlNode *child = xml_child(element); child != NULL; child = xml_next(child)) {
    int index = find_field(child, fields);
    if (note_stranger(alert, element, child, index)) continue;
    const struct alert_field *field = &fields[index];
    if (strcmp(xml_name(child), field->name) != 0)
      alert_note(alert, N_("The element %s is written otherwise than %s in the standard; it was read as that."),
                 alert_excerpt(xml_name(child)).text, field->name);
    if (field->rank < rank && ordered)
      alert_note(alert, N_("The elements are out of order (%s after %s); all were read."), field->name, last);
    ordered = ordered && field->rank >= rank;
    if (!(field->flags & ALERT_MANY) && (seen & UINT32_C(1) << index)) {
      alert_note(alert, N_("%s stands there more than once: the first is used, the others are not read."), field->name);
      continue;
    }
    seen |= UINT32_C(1) << index;
    if (field->rank >= rank) last = field->name;
    if (field->rank > rank) rank = field->rank;
    take_field(alert, target, child, field);
  }
}

void alert_drop(struct alert *alert, void *target, const xmlNode *element)
{
  (void)alert, (void)target, (void)element;
}

int alert_read_word(struct alert *alert, const char *name, const char *text, const char *const words[])
{
  for (int i = 0; words[i] != NULL; i++)
    if (strcasecmp(text, words[i]) == 0) return i;
  if (*text != '\0')
    alert_note(alert, N_("%s: “%s” is no word of the standard, so nothing follows from it here."), name, alert_excerpt(text).text);
  else if (alert->profile != ALERT_MAINLAND)
    alert_note(alert, N_("%s is missing, though the standard requires it: the alert counts without it."), name);
  return -1;
}

/* CAP 1.1 and 1.2 nest valueName and value; CAP 1.0 writes name=value. */
void alert_read_name_value(struct alert *alert, struct alert_names *names, const xmlNode *element)
{
  const xmlNode *name = xml_child_named(element, "valueName"), *value = xml_child_named(element, "value");

  if (name != NULL || value != NULL) {
    alert_add_name(names, name != NULL ? xml_text_line(name) : mem_dup(""), value != NULL ? xml_text(value) : mem_dup(""));
    return;
  }
  char *text = xml_text(element), *equals = strchr(text, '=');
  if (*text != '\0') {
    if (alert->profile != ALERT_CAP_1_0 || equals == NULL)
      alert_note(alert, N_("%s has no valueName and value: what it means is not known; it is kept as it stands: %s"),
                 alert_excerpt(xml_name(element)).text, alert_excerpt(text).text);
    alert_add_name(names, equals != NULL ? mem_dup_n(text, (size_t)(equals - text)) : mem_dup(""),
                   mem_dup(equals != NULL ? equals + 1 : text));
  }
  free(text);
}

void alert_settle_profile(struct alert *alert, const xmlNode *element)
{
  const char *uri = xml_namespace(element);
  bool known = find_namespace(uri, &alert->profile), mainland = alert_looks_mainland(element);

  if (mainland && alert->profile != ALERT_MAINLAND && known)
    alert_note(alert, N_("The namespace is CAP's, but the elements are those of the mainland profile; it was read as that."));
  if (!known && *uri != '\0')
    alert_note(alert, N_("The namespace “%s” is unknown: the file may follow another standard; compare it with the text."),
               alert_excerpt(uri).text);
  if (!known && !mainland)
    alert_note(alert, *uri == '\0' ? N_("It has no namespace; it was read as CAP 1.2.") : N_("It was read as CAP 1.2."));
  if (!known) alert->profile = ALERT_CAP_1_2;
  if (mainland) alert->profile = ALERT_MAINLAND;
}
