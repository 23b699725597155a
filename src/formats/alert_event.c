/* What threatens: the event types of the mainland profile as seen in real messages and files (11B: weather, 11A: water, 11D: geology),
 * and the names under which they appear in Chinese prose. */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "formats/alert_parts.h"

/* clang-format off */
static const struct event {
  const char *code, *chinese, *name;
  enum alert_kind kind;
} events[] = {
  { "11A51", "山洪", N_("Flash flood"), ALERT_KIND_FLOOD },
  { "11B01", "台风", N_("Typhoon"), ALERT_KIND_RAIN },
  { "11B03", "暴雨", N_("Heavy rain"), ALERT_KIND_RAIN },
  { "11B04", "暴雪", N_("Heavy snow"), ALERT_KIND_WEATHER },
  { "11B05", "寒潮", N_("Cold wave"), ALERT_KIND_WEATHER },
  { "11B06", "大风", N_("Strong wind"), ALERT_KIND_WEATHER },
  { "11B07", "沙尘暴", N_("Sandstorm"), ALERT_KIND_WEATHER },
  { "11B09", "高温", N_("Heat"), ALERT_KIND_WEATHER },
  { "11B14", "雷电", N_("Lightning"), ALERT_KIND_WEATHER },
  { "11B15", "冰雹", N_("Hail"), ALERT_KIND_WEATHER },
  { "11B16", "霜冻", N_("Frost"), ALERT_KIND_WEATHER },
  { "11B17", "大雾", N_("Dense fog"), ALERT_KIND_WEATHER },
  { "11B19", "霾", N_("Haze"), ALERT_KIND_WEATHER },
  { "11B20", "雷雨大风", N_("Thunderstorm gale"), ALERT_KIND_RAIN },
  { "11B21", "道路结冰", N_("Icy roads"), ALERT_KIND_WEATHER },
  { "11B22", "干旱", N_("Drought"), ALERT_KIND_WEATHER },
  { "11B25", "森林火险", N_("Forest fire danger"), ALERT_KIND_FIRE },
  { "11B31", "强对流", N_("Severe convection"), ALERT_KIND_RAIN },
  { "11B37", "地质灾害气象风险", N_("Geological disaster weather risk"), ALERT_KIND_GEOLOGY },
  { "11D01", "滑坡", N_("Landslide"), ALERT_KIND_GEOLOGY },
  { "11D02", "泥石流", N_("Debris flow"), ALERT_KIND_GEOLOGY },
  { "11D03", "崩塌", N_("Rockfall"), ALERT_KIND_GEOLOGY },
  { "11D04", "地面塌陷", N_("Ground collapse"), ALERT_KIND_GEOLOGY },
  { "11D05", "地裂缝", N_("Ground fissure"), ALERT_KIND_GEOLOGY },
  { "11D06", "地面沉降", N_("Ground subsidence"), ALERT_KIND_GEOLOGY },
};

/* clang-format on */

enum { EVENTS = sizeof events / sizeof *events };

/* clang-format off */
/* Other names in use. Those that contain another event's name stand here so that the longer one wins. */
static const struct { const char *chinese, *code; } other_names[] = {
  { "山洪灾害气象风险", "11A51" }, { "山洪灾害气象", "11A51" }, { "山洪灾害风险", "11A51" }, { "山洪灾害", "11A51" },
  { "山洪气象", "11A51" },         { "地质灾害气象", "11B37" }, { "地质灾害风险", "11B37" }, { "地质灾害", "11B37" },
  { "颱風", "11B01" },             { "臺風", "11B01" },
  { "雷暴大风", "11B20" },         { "道路冰雪", "11B21" },     { "森林草原火险", "11B25" }, { "森林（草原）火险", "11B25" },
  { "森林(草原)火险", "11B25" },   { "森林火险气象", "11B25" }, { "强对流天气", "11B31" },   { "强对流（雷暴大风）", "11B31" },
  { "强对流（冰雹）", "11B31" },   { "大霧", "11B17" },         { "雷電", "11B14" },         { "沙尘", "11B07" },
  { "气象干旱", "11B22" },         { "山体滑坡", "11D01" },     { "塌陷", "11D04" },         { "沉降", "11D06" },
};

/* clang-format on */

static const struct event *find(const char *code)
{
  for (size_t i = 0; i < EVENTS; i++)
    if (strcmp(events[i].code, code) == 0) return &events[i];
  return NULL;
}

const char *alert_event_name(const char *code)
{
  const struct event *event = find(code);
  return event != NULL ? event->name : NULL;
}

const char *alert_event_chinese(const char *code)
{
  const struct event *event = find(code);
  return event != NULL ? event->chinese : NULL;
}

/* A code of the weather family that is not in the table is still weather: the first three characters name the family. */
enum alert_kind alert_kind_of(const char *code)
{
  static const struct {
    const char *family;
    enum alert_kind kind;
  } families[] = {
    { "11A", ALERT_KIND_FLOOD },
    { "11B", ALERT_KIND_WEATHER },
    { "11D", ALERT_KIND_GEOLOGY },
  };
  const struct event *event = find(code);

  if (event != NULL) return event->kind;
  for (size_t i = 0; i < sizeof families / sizeof *families; i++)
    if (strncmp(code, families[i].family, 3) == 0) return families[i].kind;
  return ALERT_KIND_OTHER;
}

const char *alert_event_code_at(size_t index)
{
  return index < EVENTS ? events[index].code : NULL;
}

/* The longest name that begins at `text`. */
static size_t name_at(const char *text, size_t length, const char **code)
{
  size_t best = 0;

  if ((unsigned char)*text < 0xE0) return 0; /* all names begin with a Chinese character */
  for (size_t i = 0; i < EVENTS + sizeof other_names / sizeof *other_names; i++) {
    const char *name = i < EVENTS ? events[i].chinese : other_names[i - EVENTS].chinese;
    size_t size = strlen(name);
    if (size <= best || size > length || memcmp(text, name, size) != 0) continue;
    best = size;
    *code = i < EVENTS ? events[i].code : other_names[i - EVENTS].code;
  }
  return best;
}

const char *alert_event_in(const char *text, size_t length, size_t *where)
{
  const char *found = "";

  for (size_t i = 0; i < length;) {
    const char *code;
    size_t size = name_at(text + i, length - i, &code);
    if (size > 0 && *found != '\0' && strcmp(found, code) != 0) return "";
    if (size > 0 && *found == '\0') {
      found = code;
      if (where != NULL) *where = i;
    }
    i += size > 0 ? size : 1;
  }
  return found;
}

/* 11 A to Z, two digits. */
static bool is_code(const char *text)
{
  return strlen(text) == 5 && strspn(text, "0123456789") == 2 && text[2] >= 'A' && text[2] <= 'Z' && strspn(text + 3, "0123456789") == 2;
}

/* CAP has no such code of its own, but a feed from here may carry it as an eventCode. */
static void code_from_cap(struct alert_info *info)
{
  for (size_t i = 0; i < info->event_codes.count && *info->event_code == '\0'; i++)
    if (find(info->event_codes.items[i].value) != NULL) alert_set_text(&info->event_code, mem_dup(info->event_codes.items[i].value));
}

static void code_from_words(struct alert *alert, struct alert_info *info)
{
  const char *code = alert_event_in(info->event, strnlen(info->event, ALERT_HEADLINE_MOST), NULL);

  if (*code == '\0') code = alert_event_in(info->headline, strnlen(info->headline, ALERT_HEADLINE_MOST), NULL);
  if (*code == '\0') return;
  alert_set_text(&info->event_code, mem_dup(code));
  if (alert->profile == ALERT_MAINLAND)
    alert_note(alert, N_("It has no eventType: the event was taken from its words: %s"), alert_event_chinese(code));
}

void alert_settle_event(struct alert *alert, struct alert_info *info)
{
  if (*info->event_code != '\0' && find(info->event_code) == NULL)
    alert_note(alert,
               is_code(info->event_code)
                 ? N_("The eventType %s is not in the list of events here: the general checklist and instructions apply.")
                 : N_("The eventType “%s” is no event code: the general checklist and instructions apply."),
               alert_excerpt(info->event_code).text);
  code_from_cap(info);
  if (*info->event_code == '\0') code_from_words(alert, info);
  if (*info->event == '\0' && find(info->event_code) != NULL) alert_set_text(&info->event, mem_dup(alert_event_chinese(info->event_code)));
}
