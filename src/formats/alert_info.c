/* One info block (CAP 1.2, 3.2.2): what, how bad, from when to when, what to do. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/text.h"
#include "formats/alert_parts.h"

static const char *const urgencies[] = { "Immediate", "Expected", "Future", "Past", "Unknown", NULL };
static const char *const severities[] = { "Extreme", "Severe", "Moderate", "Minor", "Unknown", NULL };
static const char *const certainties[] = { "Observed", "Likely", "Possible", "Unlikely", "Unknown", NULL };

static void take_category(struct alert *alert, void *target, const xmlNode *element)
{
  struct alert_info *info = target;

  (void)alert;
  alert_add_text(&info->categories, xml_text_line(element));
}

static void take_response(struct alert *alert, void *target, const xmlNode *element)
{
  struct alert_info *info = target;

  (void)alert;
  alert_add_text(&info->responses, xml_text_line(element));
}

static void take_event_code(struct alert *alert, void *target, const xmlNode *element)
{
  alert_read_name_value(alert, &((struct alert_info *)target)->event_codes, element);
}

static void take_parameter(struct alert *alert, void *target, const xmlNode *element)
{
  alert_read_name_value(alert, &((struct alert_info *)target)->parameters, element);
}

static int64_t time_of(struct alert *alert, const xmlNode *element)
{
  char *text = xml_text_line(element);
  int64_t at = alert_read_time(alert, xml_name(element), text);

  free(text);
  return at;
}

static void take_effective(struct alert *alert, void *target, const xmlNode *element)
{
  ((struct alert_info *)target)->effective = time_of(alert, element);
}

static void take_onset(struct alert *alert, void *target, const xmlNode *element)
{
  ((struct alert_info *)target)->onset = time_of(alert, element);
}

static void take_expires(struct alert *alert, void *target, const xmlNode *element)
{
  ((struct alert_info *)target)->expires = time_of(alert, element);
}

static void take_resource(struct alert *alert, void *target, const xmlNode *element)
{
  const xmlNode *name = xml_child_named(element, "resourceDesc");
  char *text = xml_text_line(name != NULL ? name : element);

  (void)target;
  alert_note(alert, N_("An attachment is not kept here; fetch it from the issuer if it is needed: %s"), alert_excerpt(text).text);
  free(text);
}

#define INFO(member) offsetof(struct alert_info, member)

/* clang-format off */
/* In the order of CAP 1.2; image and audio are CAP 1.0's, eventType the mainland's. */
static const struct alert_field fields[] = {
  { "language", 1, 0, INFO(language), NULL },
  { "category", 2, ALERT_MANY, 0, take_category },
  { "event", 3, 0, INFO(event), NULL },
  { "eventType", 3, 0, INFO(event_code), NULL },
  { "responseType", 4, ALERT_MANY, 0, take_response },
  { "urgency", 5, 0, INFO(urgency), NULL },
  { "severity", 6, 0, INFO(severity), NULL },
  { "certainty", 7, 0, INFO(certainty), NULL },
  { "audience", 8, 0, INFO(audience), NULL },
  { "eventCode", 9, ALERT_MANY, 0, take_event_code },
  { "effective", 10, 0, 0, take_effective },
  { "onset", 11, 0, 0, take_onset },
  { "expires", 12, 0, 0, take_expires },
  { "senderName", 13, 0, INFO(sender_name), NULL },
  { "headline", 14, 0, INFO(headline), NULL },
  { "description", 15, ALERT_PROSE, INFO(description), NULL },
  { "instruction", 16, ALERT_PROSE, INFO(instruction), NULL },
  { "web", 17, 0, INFO(web), NULL },
  { "image", 18, ALERT_MANY, 0, alert_drop },
  { "audio", 18, ALERT_MANY, 0, alert_drop },
  { "contact", 19, 0, INFO(contact), NULL },
  { "parameter", 20, ALERT_MANY, 0, take_parameter },
  { "resource", 21, ALERT_MANY, 0, take_resource },
  { "area", 22, ALERT_MANY, 0, alert_take_area },
  { NULL, 0, 0, 0, NULL },
};
/* clang-format on */

static void fill_missing(struct alert_info *info)
{
  char **texts[] = { &info->language,  &info->event,       &info->event_code, &info->urgency,     &info->severity,
                     &info->certainty, &info->sender_name, &info->headline,   &info->description, &info->instruction,
                     &info->web,       &info->contact,     &info->audience };

  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    if (*texts[i] == NULL) *texts[i] = mem_dup("");
}

static void settle_word(struct alert *alert, const char *name, char **slot, const char *const words[])
{
  int word = alert_read_word(alert, name, *slot, words);

  alert_set_text(slot, mem_dup(word >= 0 ? words[word] : "Unknown"));
}

/* CAP 1.0 had "Very Likely"; CAP 1.1 says to read it as Likely. */
static void settle_certainty(struct alert *alert, struct alert_info *info)
{
  if (strcasecmp(info->certainty, "Very Likely") == 0) {
    if (alert->profile != ALERT_CAP_1_0) alert_note(alert, N_("The certainty Very Likely is a word of CAP 1.0; it was read as Likely."));
    alert_set_text(&info->certainty, mem_dup("Likely"));
  }
  settle_word(alert, "certainty", &info->certainty, certainties);
}

/* True if any of the CJK ideographs stands in the text. */
static bool has_chinese(const char *text)
{
  const char *end = text + strlen(text);

  while (text < end) {
    uint32_t c = text_next(&text, end);
    if (c >= 0x4E00 && c <= 0x9FFF) return true;
  }
  return false;
}

/* CAP 1.2: without a language it is en-US. What is plainly Chinese is taken as Chinese all the same. */
static void settle_language(struct alert *alert, struct alert_info *info)
{
  if (*info->language != '\0') return;
  bool chinese = has_chinese(info->headline) || has_chinese(info->description) || has_chinese(info->event);
  alert_set_text(&info->language, mem_dup(chinese || alert->profile == ALERT_MAINLAND ? "zh-CN" : "en-US"));
  if (chinese && alert->profile != ALERT_MAINLAND)
    alert_note(alert, N_("No language is given, but the text is Chinese; it was taken as zh-CN."));
}

static void settle_lifted(struct alert *alert, struct alert_info *info)
{
  info->lifted = alert_lifts(info->headline);
  for (size_t i = 0; i < info->responses.count && !info->lifted; i++) {
    if (strcasecmp(info->responses.items[i], "AllClear") != 0) continue;
    info->lifted = true;
    alert_note(alert, N_("It says responseType AllClear: the danger is called off."));
  }
}

void alert_take_info(struct alert *alert, void *target, const xmlNode *element)
{
  struct alert_info *info = alert_append(&alert->infos, &alert->info_count, sizeof *info);

  (void)target;
  info->effective = info->onset = info->expires = -1;
  alert_take_fields(alert, info, element, fields);
  fill_missing(info);
  settle_language(alert, info);
  settle_lifted(alert, info);
  alert_settle_colour(alert, info);
  settle_word(alert, "urgency", &info->urgency, urgencies);
  settle_word(alert, "severity", &info->severity, severities);
  settle_certainty(alert, info);
  alert_settle_event(alert, info);
}

static void check_order(struct alert *alert, const char *text, int64_t earlier, int64_t expires)
{
  char first[CLOCK_TEXT], second[CLOCK_TEXT];

  if (earlier < 0 || expires < 0 || expires > earlier) return;
  alert_note(alert, text, clock_text(second, expires, CLOCK_DATE_TIME), clock_text(first, earlier, CLOCK_DATE_TIME));
}

void alert_check_info(struct alert *alert, struct alert_info *info)
{
  check_order(alert, N_("It expires at %s, before it was issued at %s: that end is not believed, so ask the issuer until when it holds."),
              alert->sent, info->expires);
  check_order(alert, N_("It expires at %s, before its onset at %s: ask the issuer until when it holds."), info->onset, info->expires);
  if (*info->event == '\0')
    alert_note(alert, N_("The event is not named: which checklist and instructions fit has to be seen from the text."));
  if (info->colour == ALERT_UNKNOWN)
    alert_note(alert, N_("Neither a colour nor a severity is given: the ladder calls as for orange until the issuer has said."));
  if (*info->headline == '\0' && *info->description == '\0')
    alert_note(alert, N_("It has neither headline nor description: ask the issuer what it says."));
  if (info->area_count == 0) alert_note(alert, N_("No area is named: to be on the safe side it counts for this station."));
}
