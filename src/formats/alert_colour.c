/* How severe, as people here say it: blue, yellow, orange, red (蓝黄橙红). The mainland profile writes the colour as severity; CAP has no
 * colour, so it is looked for in a parameter, then in the headline, then derived from CAP's severity, with a note each time. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/i18n.h"
#include "base/text.h"
#include "formats/alert_parts.h"

/* clang-format off */
static const struct colour_word {
  const char *word;
  enum alert_colour colour;
} colour_words[] = {
  { "红色", ALERT_RED },    { "紅色", ALERT_RED },       { "红", ALERT_RED },       { "紅", ALERT_RED },       { "red", ALERT_RED },
  { "橙色", ALERT_ORANGE }, { "橙", ALERT_ORANGE },      { "orange", ALERT_ORANGE }, { "amber", ALERT_ORANGE },
  { "黄色", ALERT_YELLOW }, { "黃色", ALERT_YELLOW },    { "黄", ALERT_YELLOW },    { "黃", ALERT_YELLOW },    { "yellow", ALERT_YELLOW },
  { "蓝色", ALERT_BLUE },   { "藍色", ALERT_BLUE },      { "蓝", ALERT_BLUE },      { "藍", ALERT_BLUE },      { "blue", ALERT_BLUE },
};

static const struct { const char *word; enum alert_colour colour; } severities[] = {
  { "Extreme", ALERT_RED }, { "Severe", ALERT_ORANGE }, { "Moderate", ALERT_YELLOW }, { "Minor", ALERT_BLUE },
};

/* clang-format on */

enum { COLOUR_WORDS = sizeof colour_words / sizeof *colour_words, SEVERITIES = sizeof severities / sizeof *severities };

enum alert_colour alert_colour_of(const char *word)
{
  for (size_t i = 0; i < COLOUR_WORDS; i++)
    if (strcasecmp(word, colour_words[i].word) == 0) return colour_words[i].colour;
  return ALERT_NONE;
}

static bool begins(const char *text, const char *word)
{
  return strncmp(text, word, strlen(word)) == 0;
}

/* A colour with 色 (or an English word with nothing joined to it) at `at`; *length gets its bytes. */
static enum alert_colour colour_at(const char *text, const char *at, size_t *length)
{
  for (size_t i = 0; i < COLOUR_WORDS; i++) {
    const char *word = colour_words[i].word;
    *length = strlen(word);
    bool latin = isalpha((unsigned char)*word);
    if (*length == 3 && !latin) continue; /* 黄 alone is a name */
    if (strncasecmp(at, word, *length) != 0) continue;
    if (!latin || (!isalpha((unsigned char)at[*length]) && (at == text || !isalpha((unsigned char)at[-1])))) return colour_words[i].colour;
  }
  return ALERT_NONE;
}

/* Within the same clause, not far on, 预警 follows: 橙色预警, 橙色（Ⅱ级）预警, 橙色地质灾害气象风险预警. */
static bool warning_follows(const char *at)
{
  static const char *const stops[] = { "。", "；", "，", "\n", "：" };
  const char *warning = strstr(at, "预警"), *other = strstr(at, "警戒");

  if (warning == NULL || (other != NULL && other < warning)) warning = other;
  if (warning == NULL || warning - at > 60) return false;
  for (size_t i = 0; i < sizeof stops / sizeof *stops; i++) {
    const char *stop = strstr(at, stops[i]);
    if (stop != NULL && stop < warning) return false;
  }
  return true;
}

static bool english_warning(const char *text, const char *at, size_t length)
{
  static const char *const after[] = { "warning", "alert", "watch", "advisory", "level", "notice", "signal" };
  const char *next = at + length;

  if (at - text >= 5 && (strncasecmp(at - 5, "code ", 5) == 0)) return true;
  if (at - text >= 6 && (strncasecmp(at - 6, "level ", 6) == 0)) return true;
  if (*next != ' ' && *next != '-') return false;
  for (size_t i = 0; i < sizeof after / sizeof *after; i++)
    if (strncasecmp(next + 1, after[i], strlen(after[i])) == 0) return true;
  return false;
}

/* Past the words that say the level changes, or NULL. */
static const char *after_change(const char *text)
{
  static const char *const changes[] = { "升级为", "降级为", "变更为", "调整为", "更新为", "提升为", "提升至", "升级至",
                                         "降级至", "调整至", "改为",   "升为",   "降为",   "降至",   "升至" };
  const char *found = NULL;

  for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
    const char *at = strstr(text, changes[i]);
    if (at != NULL && (found == NULL || at < found)) found = at + strlen(changes[i]);
  }
  return found;
}

static enum alert_colour first_colour(const char *text, bool bare)
{
  for (const char *at = text; *at != '\0'; at++) {
    size_t length;
    enum alert_colour colour = colour_at(text, at, &length);
    if (colour == ALERT_NONE) continue;
    bool latin = isalpha((unsigned char)*at);
    if (latin ? english_warning(text, at, length) : (bare || warning_follows(at + length))) return colour;
  }
  return ALERT_NONE;
}

enum alert_colour alert_colour_in(const char *text)
{
  /* A headline is short; what goes on for pages is not searched to its end, which would take time without limit. */
  char *start = mem_dup_n(text, strnlen(text, ALERT_HEADLINE_MOST));
  enum alert_colour colour = first_colour(start, false);
  char *change = (char *)after_change(start);

  if (change != NULL && (colour != ALERT_NONE || strstr(start, "预警") != NULL)) {
    char *stop = strstr(change, "。");
    if (stop != NULL) *stop = '\0';
    enum alert_colour after = first_colour(change, true);
    if (after != ALERT_NONE) colour = after;
  }
  free(start);
  return colour;
}

bool alert_lifts(const char *text)
{
  static const char *const not_before[] = { "未", "不", "没有", "尚未", "并未" };
  static const char *const not_after[] = { "前", "时间", "条件", "后" };
  static const char word[] = "解除";

  for (const char *at = strstr(text, word); at != NULL; at = strstr(at + 1, word)) {
    bool other = false;
    for (size_t i = 0; i < sizeof not_before / sizeof *not_before; i++) {
      size_t length = strlen(not_before[i]);
      other |= (size_t)(at - text) >= length && memcmp(at - length, not_before[i], length) == 0;
    }
    for (size_t i = 0; i < sizeof not_after / sizeof *not_after; i++) other |= begins(at + sizeof word - 1, not_after[i]);
    if (!other) return true;
  }
  return false;
}

/* A colour in a value: alone, or as a word within where the name speaks of colours ("3; orange; Severe", "红色预警"). */
static enum alert_colour colour_in_value(const struct alert_named *named)
{
  static const char *const hints[] = { "colour", "color", "awareness_level", "awareness level", "颜色", "顏色", "级别", "等级",
                                       "預警",   "预警" };
  enum alert_colour colour = alert_colour_of(named->value);
  size_t length;

  for (size_t i = 0; i < sizeof hints / sizeof *hints && colour == ALERT_NONE; i++) {
    if (!text_contains(named->name, hints[i])) continue;
    for (const char *at = named->value; *at != '\0' && colour == ALERT_NONE; at++) colour = colour_at(named->value, at, &length);
  }
  return colour;
}

static void take(struct alert_info *info, enum alert_colour colour, enum alert_colour_source source)
{
  info->colour = colour;
  info->colour_source = source;
}

static bool take_from_names(struct alert *alert, struct alert_info *info, const struct alert_names *names)
{
  for (size_t i = 0; i < names->count; i++) {
    enum alert_colour colour = colour_in_value(&names->items[i]);
    if (colour == ALERT_NONE) continue;
    alert_note(alert, N_("The colour was found only in the parameter %s = %s and was taken from there."),
               alert_excerpt(names->items[i].name).text, alert_excerpt(names->items[i].value).text);
    take(info, colour, ALERT_BY_PARAMETER);
    return true;
  }
  return false;
}

static bool take_from_headline(struct alert *alert, struct alert_info *info)
{
  enum alert_colour colour = alert_colour_in(info->headline);

  if (colour == ALERT_NONE) return false;
  alert_note(alert, N_("The colour was found only in the headline and was taken from there: %s"), alert_excerpt(info->headline).text);
  take(info, colour, ALERT_BY_HEADLINE);
  return true;
}

static void take_from_severity(struct alert *alert, struct alert_info *info)
{
  for (size_t i = 0; i < SEVERITIES; i++) {
    if (strcmp(info->severity, severities[i].word) != 0) continue;
    alert_note(alert, N_("No colour is given: it was derived from the severity %s; the issuer may have meant another."), info->severity);
    take(info, severities[i].colour, ALERT_BY_SEVERITY);
    return;
  }
}

static const char *severity_of(enum alert_colour colour)
{
  for (size_t i = 0; i < SEVERITIES; i++)
    if (severities[i].colour == colour) return severities[i].word;
  return "Unknown";
}

/* On entry severity is as received: a colour in the mainland profile, and now and then in CAP too. */
void alert_settle_colour(struct alert *alert, struct alert_info *info)
{
  enum alert_colour written = alert_colour_of(info->severity), said = alert_colour_in(info->headline);

  if (written != ALERT_NONE) {
    if (alert->profile != ALERT_MAINLAND)
      alert_note(alert, N_("The severity holds the colour %s, which is no word of CAP: it was taken as the colour."),
                 alert_excerpt(info->severity).text);
    alert_set_text(&info->severity, mem_dup(severity_of(written)));
    take(info, written, ALERT_BY_COLOUR);
    if (said != ALERT_NONE && said != written)
      alert_note(alert, N_("The severity says %s but the headline says %s: the colour decides who is called, so ask the issuer."),
                 alert_colour_label(written), alert_colour_label(said));
    return;
  }
  info->colour = ALERT_UNKNOWN;
  if (take_from_names(alert, info, &info->parameters) || take_from_names(alert, info, &info->event_codes)) return;
  if (!take_from_headline(alert, info)) take_from_severity(alert, info);
}
