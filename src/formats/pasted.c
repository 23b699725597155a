/* pasted.h: the announcement is the first sentence that speaks of a warning, up to its colon; issuer and time stand before its verb,
 * event and colour behind. What does not fit that is left for the officer. */
#include "formats/pasted.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "formats/pasted_time.h"

enum { SEARCHED_MOST = 1500, ISSUER_MOST = 150, EVENT_MOST = 45 };

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* A piece of a text. */
struct piece {
  const char *start;
  size_t length;
};

static struct piece piece_of(const char *start, const char *end)
{
  return (struct piece){ start, (size_t)(end - start) };
}

static const char *end_of(struct piece piece)
{
  return piece.start + piece.length;
}

static const char *find(struct piece piece, const char *word)
{
  return piece.length > 0 ? memmem(piece.start, piece.length, word, strlen(word)) : NULL;
}

static bool begins(struct piece piece, const char *word)
{
  return piece.length >= strlen(word) && memcmp(piece.start, word, strlen(word)) == 0;
}

static bool ends(struct piece piece, const char *word)
{
  return piece.length >= strlen(word) && memcmp(end_of(piece) - strlen(word), word, strlen(word)) == 0;
}

/* The earliest of several words, or NULL. */
static const char *first_of(struct piece piece, const char *const words[], size_t count)
{
  const char *first = NULL;

  for (size_t i = 0; i < count; i++) {
    const char *at = find(piece, words[i]);
    if (at != NULL && (first == NULL || at < first)) first = at;
  }
  return first;
}

static struct piece trim(struct piece piece, const char *const before[], size_t before_count, const char *const behind[],
                         size_t behind_count)
{
  for (bool again = true; again;) {
    again = false;
    for (size_t i = 0; i < before_count; i++)
      if (begins(piece, before[i])) {
        piece.start += strlen(before[i]);
        piece.length -= strlen(before[i]);
        again = true;
      }
    for (size_t i = 0; i < behind_count; i++)
      if (ends(piece, behind[i])) {
        piece.length -= strlen(behind[i]);
        again = true;
      }
  }
  return piece;
}

/* 【…】 in front or behind: a heading or the signature of a short message. Takes it off and gives what stood in it. */
static struct piece take_bracket(struct piece *piece)
{
  const char *open = find(*piece, "【"), *close = open != NULL ? find(piece_of(open, end_of(*piece)), "】") : NULL;
  struct piece inside = { piece->start, 0 };

  if (close == NULL) return inside;
  const size_t size = strlen("【");
  inside = piece_of(open + size, close);
  if (open == piece->start)
    *piece = piece_of(close + size, end_of(*piece));
  else if (close + size == end_of(*piece))
    *piece = piece_of(piece->start, open);
  else
    inside.length = 0;
  return inside;
}

/* The first sentence with 预警 in it; length 0 if there is none. */
static struct piece find_sentence(struct piece text)
{
  static const char *const stops[] = { "。", "！", "\n" };
  struct piece none = { text.start, 0 };

  while (text.length > 0) {
    const char *stop = first_of(text, stops, COUNT(stops));
    struct piece sentence = piece_of(text.start, stop != NULL ? stop : end_of(text));
    if (find(sentence, "预警") != NULL) return sentence;
    if (stop == NULL) break;
    text = piece_of(stop + (*stop == '\n' ? 1 : strlen("。")), end_of(text));
  }
  return none;
}

/* Up to the colon behind 预警; *colon gets the place behind it, or NULL. */
static struct piece cut_at_colon(struct piece sentence, const char **colon)
{
  static const char *const colons[] = { "：", ":" };
  const char *warning = find(sentence, "预警");
  const char *at = warning != NULL ? first_of(piece_of(warning, end_of(sentence)), colons, COUNT(colons)) : NULL;

  *colon = NULL;
  if (at == NULL) return sentence;
  *colon = at + (*at == ':' ? 1 : strlen("："));
  return piece_of(sentence.start, at);
}

static const char *find_verb(struct piece piece)
{
  static const char *const verbs[] = { "联合发布", "继续发布", "更新发布", "发布", "签发", "解除",
                                       "升级",     "降级",     "变更",     "调整", "维持", "将" };
  static const char *const no_verbs[] = { "发布单位", "发布机构", "发布时间", "发布人", "将乐" };

  for (struct piece rest = piece; rest.length > 0;) {
    const char *at = first_of(rest, verbs, COUNT(verbs));
    if (at == NULL) return NULL;
    rest = piece_of(at, end_of(piece));
    bool noun = false;
    for (size_t i = 0; i < COUNT(no_verbs); i++) noun |= begins(rest, no_verbs[i]);
    if (!noun) return at;
    rest = piece_of(at + strlen("将"), end_of(piece));
  }
  return NULL;
}

static bool is_office(struct piece piece)
{
  static const char *const suffixes[] = { "气象台",   "气象局",   "气象站", "气象中心", "观象台", "资源局",       "规划局",   "资源厅",
                                          "资源部",   "水利局",   "水务局", "水利厅",   "水利部", "水文局",       "水文中心", "水文站",
                                          "应急局",   "管理局",   "管理厅", "管理部",   "指挥部", "指挥部办公室", "防汛办",   "防指办",
                                          "指挥中心", "林业局",   "林草局", "草原局",   "环境局", "监测总站",     "监测中心", "预警中心",
                                          "发布中心", "人民政府", "办事处", "安委办",   "减灾委", "减灾办" };
  static const char *const not_inside[] = { "，", "；", "：", ":", ",", "\n", "预警" };

  if (piece.length == 0 || piece.length > ISSUER_MOST) return false;
  bool office = false;
  for (size_t i = 0; i < COUNT(suffixes); i++) office |= ends(piece, suffixes[i]);
  for (size_t i = 0; i < COUNT(not_inside); i++) {
    const char *at = find(piece, not_inside[i]);
    if (at != NULL && !(strcmp(not_inside[i], "预警") == 0 && ends(piece, "中心"))) return false;
  }
  return office;
}

static struct piece trim_issuer(struct piece piece)
{
  static const char *const before[] = { " ",         "　", "据",     "根据",  "经",   "预警信息：",
                                        "预警信息:", "【", "转发：", "转发:", "转：", "请注意：" };
  static const char *const behind[] = { " ",    "　",   "于",   "在",   "，",   "、",   "联合", "共同", "继续", "已",
                                        "再次", "消息", "今天", "今日", "昨日", "今晨", "关于", "：",   "（",   "(" };

  return trim(piece, before, COUNT(before), behind, COUNT(behind));
}

/* The rest of the line behind a label such as 发布单位：; length 0 if there is none. */
static struct piece labelled(struct piece text, const char *const labels[], size_t count)
{
  struct piece none = { text.start, 0 };

  for (size_t i = 0; i < count; i++) {
    const char *at = find(text, labels[i]);
    if (at == NULL) continue;
    struct piece rest = piece_of(at + strlen(labels[i]), end_of(text));
    if (!begins(rest, "：") && !begins(rest, ":")) continue;
    rest = piece_of(rest.start + (*rest.start == ':' ? 1 : strlen("：")), end_of(text));
    const char *line = find(rest, "\n");
    return piece_of(rest.start, line != NULL ? line : end_of(rest));
  }
  return none;
}

/* Of "受降雨影响，甲县气象台" the last part; but where an office stands before the mark too, both may issue, and neither is sure. */
static struct piece last_part(struct piece piece)
{
  static const char *const marks[] = { "，", "：", ":", "；" };
  struct piece rest = piece;

  for (const char *mark = first_of(rest, marks, COUNT(marks)); mark != NULL; mark = first_of(rest, marks, COUNT(marks))) {
    if (is_office(trim_issuer(piece_of(rest.start, mark)))) return piece;
    rest = piece_of(mark + (*mark == ':' ? 1 : strlen("，")), end_of(piece));
  }
  return rest;
}

static char *find_issuer(struct piece text, struct piece before_verb, struct piece bracket)
{
  static const char *const labels[] = { "发布单位", "发布机构", "发布部门" };
  const struct piece candidates[] = { last_part(before_verb), labelled(text, labels, COUNT(labels)), bracket };

  for (size_t i = 0; i < COUNT(candidates); i++) {
    struct piece issuer = trim_issuer(candidates[i]);
    if (is_office(issuer)) return mem_dup_n(issuer.start, issuer.length);
  }
  return mem_dup("");
}

/* An event that the table lacks stands between the verb and its colour: 发布重污染天气橙色预警. */
static char *words_before_colour(struct piece behind_verb)
{
  static const char *const colours[] = { "红色", "橙色", "黄色", "蓝色" };
  static const char *const before[] = { "联合", "继续", "更新", "发布", "签发", "解除", "升级", "降级", "变更",
                                        "调整", "维持", "将",   "了",   "为",   "“",    "《",   " " };
  static const char *const behind[] = { " ", "“", "（", "气象" };
  const char *colour = first_of(behind_verb, colours, COUNT(colours));

  if (colour == NULL) return mem_dup("");
  struct piece words = trim(piece_of(behind_verb.start, colour), before, COUNT(before), behind, COUNT(behind));
  bool plain = words.length > 0 && words.length <= EVENT_MOST;
  for (size_t i = 0; i < words.length; i++) plain &= (unsigned char)words.start[i] >= 0x80;
  static const char *const marks[] = { "，", "。", "、", "和", "与", "预警" };
  return plain && first_of(words, marks, COUNT(marks)) == NULL ? mem_dup_n(words.start, words.length) : mem_dup("");
}

/* When a warning changes, the event is that behind the change, if it is named there again. */
static void find_event(struct piece behind_verb, struct pasted *pasted)
{
  static const char *const changes[] = { "升级为", "降级为", "变更为", "调整为", "更新为" };
  const char *change = first_of(behind_verb, changes, COUNT(changes));
  const char *code = alert_event_in(behind_verb.start, behind_verb.length, NULL);

  if (*code == '\0' && change != NULL) code = alert_event_in(change, (size_t)(end_of(behind_verb) - change), NULL);
  pasted->event_code = mem_dup(code);
  /* Two different events in the table's terms are no third one. */
  size_t where = behind_verb.length;
  alert_event_in(behind_verb.start, behind_verb.length, &where);
  if (*code != '\0')
    pasted->event = mem_dup(alert_event_chinese(code));
  else
    pasted->event = where == behind_verb.length ? words_before_colour(behind_verb) : mem_dup("");
}

static enum alert_type type_of(const char *announcement, bool lifted)
{
  static const char *const again[] = { "继续发布", "更新", "升级", "降级", "变更", "调整", "维持" };
  struct piece piece = { announcement, strlen(announcement) };

  if (lifted) return ALERT_CANCEL;
  return first_of(piece, again, COUNT(again)) != NULL ? ALERT_UPDATE : ALERT_ALERT;
}

/* The copy that is searched: full-width digits made plain, cut to what an announcement can need. */
static char *searchable(const char *text)
{
  const char *end = text + strlen(text);
  struct buf out = BUF_INIT;

  while (text < end && out.length < SEARCHED_MOST) {
    uint32_t c = text_next(&text, end);
    if (c >= 0xFF10 && c <= 0xFF19) c = c - 0xFF10 + '0';
    text_put(&out, c == '\r' ? '\n' : c);
  }
  return text_trim(buf_take(&out, NULL));
}

static char *find_body(const char *text)
{
  struct piece whole = { text, strlen(text) };
  const char *colon = NULL;

  cut_at_colon(find_sentence(whole), &colon);
  char *body = text_trim(mem_dup(colon != NULL ? colon : text));
  if (*body != '\0') return body;
  free(body);
  return text_trim(mem_dup(text));
}

static void read_announcement(struct piece text, struct piece announcement, struct piece bracket, int64_t near, struct pasted *pasted)
{
  static const char *const time_labels[] = { "发布时间", "预警时间", "时间" };
  char *words = mem_dup_n(announcement.start, announcement.length);
  const char *verb = find_verb(announcement), *warning = find(announcement, "预警"), *clock;
  if (verb != NULL && warning != NULL && verb > warning)
    verb = NULL; /* 暴雨红色预警解除: it says nothing of where issuer and event stand */
  struct piece before = verb != NULL ? piece_of(announcement.start, verb) : (struct piece){ announcement.start, 0 };
  struct piece behind = verb != NULL ? piece_of(verb, end_of(announcement)) : announcement;
  struct piece label = labelled(text, time_labels, COUNT(time_labels));

  pasted->colour = alert_colour_in(words);
  pasted->lifted = alert_lifts(words);
  pasted->type = type_of(words, pasted->lifted);
  pasted->issued = pasted_time(announcement.start, announcement.length, near, &clock);
  if (clock != NULL && clock < end_of(before)) before = piece_of(before.start, clock);
  if (pasted->issued < 0) pasted->issued = pasted_time(label.start, label.length, near, &clock);
  pasted->issuer = find_issuer(text, before, bracket);
  find_event(behind, pasted);
  free(words);
}

int pasted_read(const char *text, int64_t near, struct pasted *pasted)
{
  char *copy = searchable(text);
  struct piece whole = { copy, strlen(copy) };
  struct piece stripped = whole, bracket = take_bracket(&stripped), sentence = find_sentence(stripped);
  const char *colon;

  *pasted = (struct pasted){ .issued = -1, .body = find_body(text) };
  if (sentence.length == 0) sentence = find_sentence(whole);
  read_announcement(whole, cut_at_colon(sentence, &colon), bracket, near, pasted);
  free(copy);
  if (sentence.length == 0) return 0;
  return (*pasted->issuer != '\0') + (*pasted->event != '\0') + (pasted->colour != ALERT_NONE) + (pasted->issued >= 0);
}

void pasted_free(struct pasted *pasted)
{
  free(pasted->issuer);
  free(pasted->event_code);
  free(pasted->event);
  free(pasted->body);
  *pasted = (struct pasted){ .issued = -1 };
}
