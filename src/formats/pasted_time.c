#include "formats/pasted_time.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"

/* clang-format off */
/* What a time consists of besides digits, and what base/clock.h is given for it. */
static const struct token {
  const char *word, *meant;
  bool clock, afternoon;
} tokens[] = {
  { "年", "年", false, false },  { "月", "月", false, false },  { "日", "日", false, false },  { "号", "日", false, false },
  { "时", "时", true, false },   { "点", "时", true, false },   { "分", "分", false, false },  { "秒", "秒", false, false },
  { "：", ":", true, false },    { ":", ":", true, false },     { "-", "-", false, false },    { "/", "-", false, false },
  { " ", " ", false, false },    { "上午", "", false, false },  { "凌晨", "", false, false },  { "早上", "", false, false },
  { "早晨", "", false, false },  { "清晨", "", false, false },  { "下午", "", false, true },   { "傍晚", "", false, true },
  { "晚上", "", false, true },   { "晚间", "", false, true },   { "夜间", "", false, true },
};
/* clang-format on */

static const struct token *token_at(const char *at, const char *end)
{
  for (size_t i = 0; i < sizeof tokens / sizeof *tokens; i++) {
    size_t size = strlen(tokens[i].word);
    if (size <= (size_t)(end - at) && memcmp(at, tokens[i].word, size) == 0) return &tokens[i];
  }
  return NULL;
}

struct span {
  struct buf written; /* for clock_parse() */
  bool clock, afternoon;
};

/* Takes digits and tokens as far as they go; returns what is behind them. A word of the day in front counts too. */
static const char *read_span(const char *at, const char *end, struct span *span)
{
  while (at < end) {
    const struct token *token = token_at(at, end);
    if (token == NULL && !isdigit((unsigned char)*at)) break;
    if (token == NULL) {
      buf_addc(&span->written, *at++);
      continue;
    }
    buf_adds(&span->written, token->meant);
    span->clock |= token->clock && span->written.length > strlen(token->meant);
    span->afternoon |= token->afternoon;
    at += strlen(token->word);
  }
  return at;
}

static bool begins_span(const char *at, const char *end)
{
  static const char *const until[] = { "至", "到", "～", "—", "~" };

  for (size_t i = 0; i < sizeof until / sizeof *until; i++)
    if (strlen(until[i]) <= (size_t)(end - at) && memcmp(at, until[i], strlen(until[i])) == 0) return true;
  return false;
}

/* 下午2时 is 14:00. The hour is read back, since only base/clock.h knows the zone. */
static int64_t in_afternoon(int64_t at)
{
  char text[CLOCK_TEXT];
  int hour = (clock_text(text, at, CLOCK_TIME)[0] - '0') * 10 + (text[1] - '0');

  return hour < 12 ? at + 12 * CLOCK_HOUR : at;
}

int64_t pasted_time(const char *text, size_t length, int64_t near, const char **where)
{
  const char *end = text + length;
  int64_t at = -1;

  *where = NULL;
  for (const char *from = text; from < end && *where == NULL;) {
    struct span span = { BUF_INIT, false, false };
    const struct token *token = token_at(from, end);
    bool starts = isdigit((unsigned char)*from) || (token != NULL && *token->meant == '\0');
    const char *behind = starts ? read_span(from, end, &span) : from + 1;
    if (span.clock) *where = from;
    if (span.clock && !begins_span(behind, end)) {
      if (clock_parse(buf_text(&span.written), near, &at, NULL) != 0)
        at = -1;
      else if (span.afternoon)
        at = in_afternoon(at);
    }
    buf_free(&span.written);
    from = behind;
  }
  return at;
}
