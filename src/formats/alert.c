/* alert.h: the lists an alert is made of, their end, and names. */
#include "formats/alert.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/text.h"
#include "formats/alert_parts.h"

enum { NOTES_MOST = 100 };

/* Room doubles whenever the count is a power of two, so no capacity needs keeping. */
void *alert_append(void *items, size_t *count, size_t size)
{
  char **array = items;

  if ((*count & (*count - 1)) == 0) *array = mem_grow(*array, *count == 0 ? 1 : *count * 2, size);
  char *item = *array + *count * size;
  memset(item, 0, size);
  *count += 1;
  return item;
}

void alert_add_text(struct alert_texts *texts, char *owned)
{
  if (*owned == '\0') {
    free(owned);
    return;
  }
  char **slot = alert_append(&texts->items, &texts->count, sizeof *slot);
  *slot = owned;
}

void alert_add_name(struct alert_names *names, char *owned_name, char *owned_value)
{
  struct alert_named *named = alert_append(&names->items, &names->count, sizeof *named);

  *named = (struct alert_named){ owned_name, owned_value };
}

void alert_set_text(char **slot, char *owned)
{
  free(*slot);
  *slot = owned;
}

void alert_add_note(struct alert *alert, char *owned)
{
  bool known = alert->notes.count >= NOTES_MOST;

  for (size_t i = 0; i < alert->notes.count && !known; i++) known = strcmp(alert->notes.items[i], owned) == 0;
  if (known)
    free(owned);
  else
    alert_add_text(&alert->notes, owned);
}

struct alert_excerpt alert_excerpt(const char *text)
{
  struct alert_excerpt excerpt = { "" };
  const char *end = text + strlen(text), *at = text;
  size_t used = 0;

  while (at < end) {
    const char *start = at;
    text_next(&at, end);
    size_t length = (size_t)(at - start);
    if (used + length > 100) {
      memcpy(excerpt.text + used, "…", sizeof "…");
      break;
    }
    memcpy(excerpt.text + used, start, length);
    if (isspace((unsigned char)*start)) excerpt.text[used] = ' ';
    used += length;
  }
  return excerpt;
}

static void free_texts(struct alert_texts *texts)
{
  for (size_t i = 0; i < texts->count; i++) free(texts->items[i]);
  free(texts->items);
}

static void free_names(struct alert_names *names)
{
  for (size_t i = 0; i < names->count; i++) {
    free(names->items[i].name);
    free(names->items[i].value);
  }
  free(names->items);
}

static void free_area(struct alert_area *area)
{
  free(area->description);
  free_texts(&area->codes);
  free_names(&area->geocodes);
  for (size_t i = 0; i < area->shape_count; i++) free(area->shapes[i].text);
  free(area->shapes);
}

static void free_info(struct alert_info *info)
{
  char *texts[] = { info->language, info->event,       info->event_code,  info->urgency, info->severity, info->certainty, info->sender_name,
                    info->headline, info->description, info->instruction, info->web,     info->contact,  info->audience };

  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) free(texts[i]);
  free_texts(&info->categories);
  free_texts(&info->responses);
  free_names(&info->event_codes);
  free_names(&info->parameters);
  for (size_t i = 0; i < info->area_count; i++) free_area(&info->areas[i]);
  free(info->areas);
}

void alert_clear(struct alert *alert)
{
  char *texts[] = {
    alert->identifier, alert->sender,      alert->sender_code, alert->sender_name, alert->sent_text, alert->scope,
    alert->source,     alert->restriction, alert->addresses,   alert->note,        alert->incidents, alert->classification
  };

  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) free(texts[i]);
  free_texts(&alert->codes);
  free_texts(&alert->notes);
  for (size_t i = 0; i < alert->method_count; i++) {
    struct alert_method *method = &alert->methods[i];
    free(method->name);
    free(method->message);
    free(method->audience_group);
    free(method->audience_part);
  }
  free(alert->methods);
  for (size_t i = 0; i < alert->references.count; i++) {
    free(alert->references.items[i].sender);
    free(alert->references.items[i].identifier);
  }
  free(alert->references.items);
  for (size_t i = 0; i < alert->info_count; i++) free_info(&alert->infos[i]);
  free(alert->infos);
}

void alert_list_free(struct alert_list *alerts)
{
  for (size_t i = 0; i < alerts->count; i++) alert_clear(&alerts->items[i]);
  free(alerts->items);
  for (size_t i = 0; i < alerts->refused_count; i++) {
    free(alerts->refused[i].identifier);
    free(alerts->refused[i].reason);
  }
  free(alerts->refused);
  *alerts = (struct alert_list)ALERT_LIST_INIT;
}

/* zh_CN, zh-cn and zh-CN are one tag. `whole` false compares the language only. */
static bool same_language(const char *one, const char *other, bool whole)
{
  for (;; one++, other++) {
    char a = *one == '_' ? '-' : *one, b = *other == '_' ? '-' : *other;
    bool end_a = a == '\0' || (!whole && a == '-'), end_b = b == '\0' || (!whole && b == '-');
    if (end_a || end_b) return end_a && end_b;
    if (tolower((unsigned char)a) != tolower((unsigned char)b)) return false;
  }
}

const struct alert_info *alert_info_for(const struct alert *alert, const char *language)
{
  if (language == NULL || *language == '\0') language = "zh-CN";
  const struct {
    const char *language;
    bool whole;
  } wishes[] = {
    { language, true }, { language, false }, { "zh-CN", true }, { "zh-Hans", true }, { "zh", false }, { "en", false },
  };

  for (size_t w = 0; w < sizeof wishes / sizeof *wishes; w++)
    for (size_t i = 0; i < alert->info_count; i++)
      if (same_language(alert->infos[i].language, wishes[w].language, wishes[w].whole)) return &alert->infos[i];
  return alert->info_count > 0 ? &alert->infos[0] : NULL;
}

static const char *name_of(const char *const names[], size_t count, int value)
{
  return value >= 0 && (size_t)value < count ? names[value] : "";
}

#define NAME_OF(names, value) name_of(names, sizeof names / sizeof *names, (int)(value))

const char *alert_colour_name(enum alert_colour colour)
{
  static const char *const names[] = { "none", "unknown", "blue", "yellow", "orange", "red" };
  return NAME_OF(names, colour);
}

const char *alert_colour_label(enum alert_colour colour)
{
  static const char *const labels[] = { N_("No colour"), N_("No colour"), N_("Blue"), N_("Yellow"), N_("Orange"), N_("Red") };
  return NAME_OF(labels, colour);
}

const char *alert_status_name(enum alert_status status)
{
  static const char *const names[] = { "unknown", "actual", "exercise", "system", "test", "draft" };
  return NAME_OF(names, status);
}

const char *alert_type_name(enum alert_type type)
{
  static const char *const names[] = { "alert", "update", "cancel", "ack", "error" };
  return NAME_OF(names, type);
}

const char *alert_profile_name(enum alert_profile profile)
{
  static const char *const names[] = { "cap-1.0", "cap-1.1", "cap-1.2", "mainland" };
  return NAME_OF(names, profile);
}

const char *alert_kind_name(enum alert_kind kind)
{
  static const char *const names[] = { "other", "weather", "rain", "flood", "geology", "fire" };
  return NAME_OF(names, kind);
}
