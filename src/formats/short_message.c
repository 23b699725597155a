#include "formats/short_message.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"

#define CHECK_WORD "校"
enum { CHECK_PRIME = 65537, CHECK_DIGITS = 5, USEFUL = 4 /* characters of a text that are worth sending */ };

struct word {
  const char *word, *name;
  bool is_text;
};

/* In the order in which they are sent. No word begins another one of its sort. */
static const struct word sitrep_words[] = {
  { "亡", "dead", false },
  { "失", "missing", false },
  { "伤", "injured", false },
  { "困", "trapped", false },
  { "转", "moved", false },
  { "需", "needs", true },
  { "倒房", "collapsed_rooms", false },
  { "损房", "severe_rooms", false },
  { "灾", "affected", false },
  { "情", "course", true },
  { NULL, NULL, false },
};
static const struct word warning_words[] = {
  { "级", "colour", true }, { "发", "issuer", true }, { "至", "expires", true }, { "令", "instruction", true }, { NULL, NULL, false },
};
static const struct word transfer_words[] = {
  { "应", "planned", false }, { "未", "unaccounted", false }, { "安", "settled", false }, { "途", "moving", false },
  { "拒", "refused", false }, { "返", "returned", false },    { "需", "needs", true },    { NULL, NULL, false },
};
static const struct {
  const char *word;
  const struct word *items;
} sorts[SHORT_SORTS] = { { "灾情", sitrep_words }, { "预警", warning_words }, { "转移", transfer_words } };

void short_message_free(struct short_message *message)
{
  free(message->sequence);
  free(message->place);
  free(message->subject);
  for (int index = 0; index < message->count; index++) free(message->items[index].text);
  *message = (struct short_message){ 0 };
}

const char *short_item_name(enum short_sort sort, int index, bool *is_text)
{
  const struct word *word = &sorts[sort].items[index];
  if (is_text) *is_text = word->is_text;
  return word->name;
}

/* What an input method makes of digits and letters, and what a hand makes of capitals, does not count. */
static uint32_t plain(uint32_t point)
{
  if ((point >= 0xFF10 && point <= 0xFF19) || (point >= 0xFF21 && point <= 0xFF3A) || (point >= 0xFF41 && point <= 0xFF5A)) point -= 0xFEE0;
  return point >= 'a' && point <= 'z' ? point - 'a' + 'A' : point;
}

/* Plain characters with one `space` for each run of spaces, none at the ends. */
static char *normal(const char *text, const char *space)
{
  struct buf out = BUF_INIT;
  const char *at = text, *end = text + strlen(text);
  bool spaced = false;
  while (at < end) {
    uint32_t point = text_next(&at, end);
    if (point <= 0x20 || point == 0x7F || point == 0x3000) {
      spaced = out.length > 0;
      continue;
    }
    if (spaced) buf_adds(&out, space);
    spaced = false;
    text_put(&out, plain(point));
  }
  return buf_take(&out, NULL);
}

/* A text of one piece: spaces separate parts. */
static char *joined(const char *text)
{
  return normal(text, "，");
}

void short_message_add(struct short_message *message, const char *name, int64_t number, const char *text)
{
  const struct word *word = sorts[message->sort].items;
  while (word->name && strcmp(word->name, name) != 0) word++;
  if (!word->name || message->count == SHORT_ITEMS || (word->is_text && (!text || !*text))) return;
  message->items[message->count++] = (struct short_item){ word->name, number, word->is_text ? joined(text) : NULL };
}

/* --- the check ------------------------------------------------------------------------------------------------------------------------ */

static bool counts(uint32_t point)
{
  static const char punctuation[] = " ，,。.；;：:、·-—…“”\"'！!（）()\t\n\r\u3000";
  for (const char *at = punctuation, *end = at + sizeof(punctuation) - 1; at < end;)
    if (text_next(&at, end) == point) return false;
  return true;
}

static int check_of(const char *text, size_t length)
{
  int64_t sum = 0, place = 0;
  for (const char *at = text, *end = text + length; at < end;) {
    uint32_t point = text_next(&at, end);
    if (counts(point)) sum = (sum + ++place * (point % CHECK_PRIME)) % CHECK_PRIME;
  }
  return (int)sum;
}

/* --- writing -------------------------------------------------------------------------------------------------------------------------- */

static void item_write(const struct word *word, const struct short_item *item, size_t most, struct buf *out)
{
  buf_addf(out, " %s", word->word);
  if (!item->text) {
    buf_addf(out, "%lld", (long long)item->number);
    return;
  }
  const char *at = item->text, *end = at + strlen(at);
  bool whole = text_characters(item->text) <= most;
  for (size_t taken = 0; at < end && taken < (whole ? most : most - 1); taken++) text_put(out, text_next(&at, end));
  if (!whole) buf_adds(out, "…");
}

static const struct short_item *item_of(const struct short_message *message, const char *name)
{
  for (int index = 0; index < message->count; index++)
    if (strcmp(message->items[index].name, name) == 0) return &message->items[index];
  return NULL;
}

/* 1: it was left out or shortened. */
static int item_fit(const struct word *word, const struct short_item *item, size_t room, struct buf *out)
{
  size_t head = 1 + text_characters(word->word);
  char digits[24];
  size_t wanted = item->text ? text_characters(item->text) : (size_t)snprintf(digits, sizeof(digits), "%lld", (long long)item->number);
  bool fits = head + wanted <= room;
  if (fits || (item->text && room >= head + USEFUL)) item_write(word, item, fits ? wanted : room - head, out);
  return !fits;
}

int short_message_write(const struct short_message *message, int limit, struct buf *out, struct err *err)
{
  struct buf text = BUF_INIT;
  char *place = joined(message->place), *subject = joined(message->subject && *message->subject ? message->subject : "-");
  buf_addf(&text, "%s%s %s %02d%02d%02d %s", sorts[message->sort].word, message->sequence, place, message->day, message->hour,
           message->minute, subject);
  free(place);
  free(subject);
  size_t most = (size_t)limit - 1 - 1 - CHECK_DIGITS; /* a space and the check */
  int missing = text_characters(buf_text(&text)) <= most ? 0 : -1;
  for (const struct word *word = sorts[message->sort].items; missing >= 0 && word->name; word++) {
    const struct short_item *item = item_of(message, word->name);
    if (item) missing += item_fit(word, item, most - text_characters(buf_text(&text)), &text);
  }
  if (missing >= 0)
    buf_addf(out, "%s " CHECK_WORD "%0*d", buf_text(&text), CHECK_DIGITS, check_of(buf_text(&text), text.length));
  else
    err_set(err,
            _("%d characters cannot hold who reports what and when: shorten the station's name or the event, or choose a longer message"),
            limit);
  buf_free(&text);
  return missing;
}

/* --- reading -------------------------------------------------------------------------------------------------------------------------- */

/* Cuts the check off. -1: none, or it does not fit. */
static int check_take(char *text, struct err *err)
{
  char *last = NULL, *end;
  for (char *at = strstr(text, CHECK_WORD); at; at = strstr(at + 1, CHECK_WORD)) last = at;
  const char *digits = last ? last + strlen(CHECK_WORD) : NULL;
  if (!last || strspn(digits, "0123456789") != CHECK_DIGITS || digits[CHECK_DIGITS])
    return err_usage(err, _("this does not end with its check, %s and five digits: ask for the end of the message"), CHECK_WORD);
  int said = (int)strtol(digits, &end, 10), found = check_of(text, (size_t)(last - text));
  if (said != found)
    return err_usage(
      err, _("the check does not fit: a character was mistyped or left out; compare it with the message, character by character"));
  *last = 0;
  return 0;
}

static int sort_take(const char *part, struct short_message *message)
{
  for (int sort = 0; part && sort < SHORT_SORTS; sort++) {
    size_t length = strlen(sorts[sort].word);
    if (strncmp(part, sorts[sort].word, length) != 0 || !part[length]) continue;
    message->sort = (enum short_sort)sort;
    message->sequence = mem_dup(part + length);
    return 0;
  }
  return -1;
}

static int time_take(const char *part, struct short_message *message)
{
  if (!part || strlen(part) != 6 || strspn(part, "0123456789") != 6) return -1;
  message->day = (part[0] - '0') * 10 + part[1] - '0';
  message->hour = (part[2] - '0') * 10 + part[3] - '0';
  message->minute = (part[4] - '0') * 10 + part[5] - '0';
  return message->day >= 1 && message->day <= 31 && message->hour <= 23 && message->minute <= 59 ? 0 : -1;
}

static int item_take(const char *part, struct short_message *message)
{
  for (const struct word *word = sorts[message->sort].items; word->name; word++) {
    size_t length = strlen(word->word);
    const char *value = part + length;
    bool is_number = *value && strlen(value) <= 12 && value[strspn(value, "0123456789")] == 0;
    if (strncmp(part, word->word, length) != 0 || !(word->is_text ? *value != 0 : is_number) || item_of(message, word->name)) continue;
    short_message_add(message, word->name, word->is_text ? 0 : strtoll(value, NULL, 10), value);
    return 0;
  }
  return -1;
}

static int parts_take(char *text, struct short_message *message, struct err *err)
{
  char *rest = text;
  char *part = strsep(&rest, " ");
  if (sort_take(part, message) != 0) return err_usage(err, _("'%s' is none of the beginnings of a message (灾情, 预警, 转移)"), part);
  part = strsep(&rest, " ");
  message->place = mem_dup(part ? part : "");
  part = strsep(&rest, " ");
  if (time_take(part, message) != 0)
    return err_usage(err, _("'%s' is no time: day, hour and minute, six digits, stand behind the sender's name"), part ? part : "");
  part = strsep(&rest, " ");
  message->subject = mem_dup(part && strcmp(part, "-") != 0 ? part : "");
  while ((part = strsep(&rest, " ")) != NULL)
    if (*part && item_take(part, message) != 0)
      return err_usage(err, _("'%s' is no part of such a message: type the spaces as they stand"), part);
  return 0;
}

int short_message_read(const char *typed, struct short_message *message, struct err *err)
{
  *message = (struct short_message){ 0 };
  char *text = normal(typed, " ");
  int result = check_take(text, err);
  if (result == 0) result = parts_take(text_trim(text), message, err);
  free(text);
  if (result != 0) short_message_free(message);
  return result;
}
