/* An alert as its issuer sent it, as the values of a warning message: which of its blocks speaks for us, and what it lacks. */
#include "desk/warning_alert.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/duties.h"

enum { TEXT_MOST = 48 * 1024, CODES_MOST = 64 * 1024 }; /* bytes of one field: an operation holds a mebibyte */

/* How far ahead of our clock an issuer's may be, and how long a warning may be in force, before nobody believes it. */
#define AHEAD_MOST CLOCK_DAY
#define AHEAD_NOTED (10 * CLOCK_MINUTE)
#define LASTS_NOTED (60 * CLOCK_DAY)

static void set_text(struct values *values, const char *name, const char *text)
{
  if (text != NULL && *text != '\0') values_set_text(values, name, text);
}

static void set_time(struct values *values, const char *name, int64_t at)
{
  if (at > 0) values_set_number(values, name, at);
}

static void add_line(struct buf *text, const char *line)
{
  if (*line != '\0') buf_addf(text, "%s%s", text->length > 0 ? "\n" : "", line);
}

/* A text that is longer than a page of paper for days is cut, and says so. */
static void set_long(struct values *values, const char *name, const char *text, struct buf *notes)
{
  size_t length = strlen(text);
  const char *at = text, *end = text + length, *cut = text;

  if (length <= TEXT_MOST) {
    set_text(values, name, text);
    return;
  }
  while (at < text + TEXT_MOST - 4) {
    cut = at;
    text_next(&at, end);
  }
  char *start = mem_dup_n(text, (size_t)(cut - text)), *shortened = mem_printf("%s…", start);
  values_set_text(values, name, shortened);
  char *note = i18n_fill(N_("A text of %d bytes was cut; the file has all of it."), (int)length);
  add_line(notes, note);
  free(note);
  free(shortened);
  free(start);
}

/* --- which blocks --------------------------------------------------------------------------------------------------------------------- */

static bool reaches(struct desk *desk, const struct alert_info *info)
{
  bool any = false;

  for (size_t i = 0; i < info->area_count; i++)
    for (size_t j = 0; j < info->areas[i].codes.count; j++) {
      any = true;
      if (area_concerns(store_area(desk->store), info->areas[i].codes.items[j])) return true;
    }
  return !any;
}

/* The blocks that speak, the gravest that reaches us first. */
struct blocks {
  const struct alert_info **list;
  size_t count;
};

static int compare_blocks(const void *one, const void *other)
{
  const struct alert_info *a = *(const struct alert_info *const *)one, *b = *(const struct alert_info *const *)other;

  if (a->lifted != b->lifted) return a->lifted ? 1 : -1;
  if (a->colour != b->colour) return a->colour > b->colour ? -1 : 1;
  return a < b ? -1 : a > b; /* as they stand in the file */
}

static struct blocks blocks_of(struct desk *desk, const struct alert *alert)
{
  const struct alert_info *preferred = alert_info_for(alert, i18n_is_chinese() ? "zh-CN" : "en");
  struct blocks blocks = { mem_zero(alert->info_count + 1, sizeof *blocks.list), 0 };
  bool any = false;

  for (size_t i = 0; i < alert->info_count; i++)
    any |= strcasecmp(alert->infos[i].language, preferred->language) == 0 && reaches(desk, &alert->infos[i]);
  for (size_t i = 0; i < alert->info_count; i++) {
    const struct alert_info *info = &alert->infos[i];
    if (strcasecmp(info->language, preferred->language) == 0 && (!any || reaches(desk, info))) blocks.list[blocks.count++] = info;
  }
  if (blocks.count > 1) qsort(blocks.list, blocks.count, sizeof *blocks.list, compare_blocks);
  return blocks;
}

static bool is_among(const struct blocks *blocks, const struct alert_info *info)
{
  for (size_t i = 0; i < blocks->count; i++)
    if (blocks->list[i] == info) return true;
  return false;
}

/* Some feeds give the colour in one language's block only. */
static enum alert_colour colour_of(const struct alert *alert, const struct blocks *blocks)
{
  enum alert_colour colour = blocks->count > 0 ? blocks->list[0]->colour : ALERT_NONE;

  for (size_t i = 0; i < alert->info_count && colour <= ALERT_UNKNOWN; i++)
    if (alert->infos[i].colour > colour) colour = alert->infos[i].colour;
  return colour;
}

static bool lifts(const struct alert *alert, const struct blocks *blocks)
{
  bool lifted = alert->type == ALERT_CANCEL || blocks->count > 0;

  for (size_t i = 0; i < blocks->count && alert->type != ALERT_CANCEL; i++) lifted &= blocks->list[i]->lifted;
  return lifted;
}

/* --- areas and texts ------------------------------------------------------------------------------------------------------------------ */

static int compare_codes(const void *one, const void *other)
{
  return strcmp(*(const char *const *)one, *(const char *const *)other);
}

/* Ascending, so that an area stands before its parts, which say nothing more. */
static void join_codes(const char **codes, size_t count, struct buf *out)
{
  int64_t last = -1;

  if (count > 1) qsort(codes, count, sizeof *codes, compare_codes);
  for (size_t i = 0; i < count; i++) {
    int64_t code = strtoll(codes[i], NULL, 10);
    if (last >= 0 && (code == last || area_contains(last, code))) continue;
    buf_addf(out, "%s%s", out->length > 0 ? " " : "", codes[i]);
    last = code;
  }
}

static void add_area(const struct alert_area *area, const char ***codes, size_t *count, struct buf *names, struct buf *others)
{
  if (*area->description != '\0' && strstr(buf_text(names), area->description) == NULL) add_line(names, area->description);
  for (size_t i = 0; i < area->codes.count; i++) {
    *codes = mem_grow(*codes, *count + 1, sizeof **codes);
    (*codes)[(*count)++] = area->codes.items[i];
  }
  for (size_t i = 0; i < area->geocodes.count && others->length < TEXT_MOST; i++)
    buf_addf(others, "%s%s=%s", others->length > 0 ? " " : "", area->geocodes.items[i].name, area->geocodes.items[i].value);
}

/* A list too long to keep is narrowed to what reaches us, which is what it is kept for. */
static void narrow_codes(struct desk *desk, struct buf *codes, struct buf *notes)
{
  struct buf ours = BUF_INIT;

  if (codes->length <= CODES_MOST) return;
  for (const char *at = codes->data; *at != '\0'; at += strcspn(at, " "), at += strspn(at, " ")) {
    char code[13] = "";
    memcpy(code, at, strnlen(at, 12));
    if (ours.length < CODES_MOST && area_concerns(store_area(desk->store), code)) buf_addf(&ours, "%s%s", ours.length > 0 ? " " : "", code);
  }
  if (ours.length == 0) buf_add(&ours, codes->data, 12);
  add_line(notes, N_("It names more area codes than can be kept; those that do not concern this station were left out."));
  buf_free(codes);
  *codes = ours;
}

static void set_areas(struct desk *desk, struct values *values, const struct blocks *blocks, struct buf *notes)
{
  struct buf names = BUF_INIT, list = BUF_INIT, others = BUF_INIT;
  const char **codes = NULL;
  size_t count = 0;

  for (size_t i = 0; i < blocks->count; i++)
    for (size_t j = 0; j < blocks->list[i]->area_count; j++) add_area(&blocks->list[i]->areas[j], &codes, &count, &names, &others);
  join_codes(codes, count, &list);
  narrow_codes(desk, &list, notes);
  set_long(values, "areas", buf_text(&names), notes);
  set_text(values, "geocodes", buf_text(&list));
  set_long(values, "other_codes", buf_text(&others), notes);
  if (count == 0 && blocks->count > 0) add_line(notes, N_("No area code of ours is given; taken as meant for here."));
  free(codes);
  buf_free(&names);
  buf_free(&list);
  buf_free(&others);
}

static void add_block(struct buf *text, const struct alert_info *info, bool with_language)
{
  if (with_language) {
    char *language = mem_printf("[%s]", info->language);
    add_line(text, language);
    free(language);
  }
  add_line(text, info->headline);
  add_line(text, info->description);
  add_line(text, info->instruction);
}

/* What the first block says; the further ones of its language stand below in full, all others aside. */
static void set_texts(struct values *values, const struct alert *alert, const struct blocks *blocks, struct buf *notes)
{
  struct buf description = BUF_INIT, others = BUF_INIT;
  const struct alert_info *first = blocks->list[0];

  add_line(&description, first->description);
  for (size_t i = 1; i < blocks->count; i++) add_block(&description, blocks->list[i], false);
  for (size_t i = 0; i < alert->info_count; i++)
    if (!is_among(blocks, &alert->infos[i])) add_block(&others, &alert->infos[i], true);
  set_text(values, "event", first->event);
  set_text(values, "event_code", first->event_code);
  set_text(values, "contact", first->contact);
  set_text(values, "web", first->web);
  set_text(values, "headline", first->headline);
  set_long(values, "description", buf_text(&description), notes);
  set_long(values, "instruction", first->instruction, notes);
  set_long(values, "other_texts", buf_text(&others), notes);
  if (blocks->count > 1) {
    char *note = i18n_fill(N_("It has %d blocks that concern this station; the gravest is shown."), (int)blocks->count);
    add_line(notes, note);
    free(note);
  }
  buf_free(&description);
  buf_free(&others);
}

/* The mainland profile has a text for each channel. */
static void set_spread(struct values *values, const struct alert *alert, struct buf *notes)
{
  struct buf spread = BUF_INIT;

  for (size_t i = 0; i < alert->method_count && spread.length <= TEXT_MOST; i++) {
    const struct alert_method *method = &alert->methods[i];
    if (*method->message != '\0') buf_addf(&spread, "%s%s: %s", spread.length > 0 ? "\n" : "", method->name, method->message);
  }
  set_long(values, "spread", buf_text(&spread), notes);
  buf_free(&spread);
}

/* --- times ---------------------------------------------------------------------------------------------------------------------------- */

/* The latest end of the blocks that speak; none, if one of them has none. */
static int64_t expires_of(const struct blocks *blocks)
{
  int64_t latest = 0;

  for (size_t i = 0; i < blocks->count; i++) {
    int64_t at = blocks->list[i]->expires;
    if (at <= 0) return 0;
    if (at > latest) latest = at;
  }
  return latest;
}

static void note_time(struct buf *notes, const char *format, int64_t at)
{
  char text[CLOCK_TEXT];
  char *note = i18n_fill(format, clock_text(text, at, CLOCK_DATE_TIME));

  add_line(notes, note);
  free(note);
}

/* A time of issue far ahead of our clock would make every later update look older than it. */
static void settle_sent(struct values *values, const struct alert *alert, int64_t now, struct buf *notes)
{
  if (alert->sent <= 0) {
    add_line(notes, N_("The time of issue is not known; the time of arrival stands in its place."));
    values_set_number(values, "sent", now);
  } else if (alert->sent > now + AHEAD_MOST) {
    note_time(notes, N_("It was issued at %s, more than a day ahead of this station's clock; the time of arrival stands in its place."),
              alert->sent);
    values_set_number(values, "sent", now);
  } else {
    if (alert->sent > now + AHEAD_NOTED)
      note_time(notes, N_("It was issued at %s, ahead of this station's clock; check the clock."), alert->sent);
    values_set_number(values, "sent", alert->sent);
  }
}

static void settle_times(struct values *values, const struct alert *alert, const struct blocks *blocks, struct buf *notes)
{
  int64_t now = clock_now(), expires = expires_of(blocks);

  settle_sent(values, alert, now, notes);
  int64_t sent = values_number(values, "sent", now);
  set_time(values, "effective", blocks->count > 0 ? blocks->list[0]->effective : 0);
  set_time(values, "onset", blocks->count > 0 ? blocks->list[0]->onset : 0);
  if (expires > 0 && (alert->sent <= 0 || expires > alert->sent)) values_set_number(values, "expires", expires);
  if (expires > sent + LASTS_NOTED) note_time(notes, N_("It expires only at %s: ask the issuer whether that is right."), expires);
  values_set_number(values, "received", now);
}

/* --- the whole ------------------------------------------------------------------------------------------------------------------------ */

static int compare_references(const void *one, const void *other)
{
  const struct alert_reference *a = *(const struct alert_reference *const *)one, *b = *(const struct alert_reference *const *)other;

  if (a->sent != b->sent) return a->sent < b->sent ? -1 : 1;
  return a < b ? -1 : a > b;
}

/* The keys of the alerts referred to, the oldest first; the mainland profile gives the identifier alone. */
static void set_refs(struct values *values, const struct alert *alert, struct buf *notes)
{
  size_t count = alert->references.count;
  const struct alert_reference **sorted = mem_zero(count + 1, sizeof *sorted);
  struct buf refs = BUF_INIT;

  for (size_t i = 0; i < count; i++) sorted[i] = &alert->references.items[i];
  if (count > 1) qsort(sorted, count, sizeof *sorted, compare_references);
  for (size_t i = 0; i < count && refs.length < TEXT_MOST; i++) {
    const struct alert_reference *reference = sorted[i];
    char *line = *reference->sender != '\0' ? warning_key(NULL, reference->sender, reference->identifier) : mem_dup(reference->identifier);
    add_line(&refs, line);
    free(line);
  }
  set_long(values, "refs", buf_text(&refs), notes);
  buf_free(&refs);
  free(sorted);
}

/* What a record cannot be without, when the alert says nothing. */
static void set_missing(struct values *values, const struct alert *alert)
{
  if (!values_known(values, "event")) values_set_text(values, "event", values_known(values, "lifts") ? N_("called off") : N_("not named"));
  if (!values_known(values, "headline")) {
    const char *issuer = values_text(values, "sender_name");
    char *headline = mem_printf("%s %s", issuer != NULL ? issuer : alert->sender, i18n_text(values_text(values, "event")));
    values_set_text(values, "headline", headline);
    free(headline);
  }
}

static void set_head(struct values *values, const struct alert *alert, enum alert_colour colour)
{
  set_text(values, "identifier", alert->identifier);
  set_text(values, "sender", *alert->sender_code != '\0' ? alert->sender_code : alert->sender);
  /* In the mainland profile senderName is the person who signed it off; the issuer is the sender. */
  set_text(values, "sender_name", alert->profile == ALERT_MAINLAND ? alert->sender : alert->sender_name);
  values_set_text(values, "status", alert->status == ALERT_STATUS_UNKNOWN ? "unknown" : alert_status_name(alert->status));
  values_set_text(values, "type", alert->type == ALERT_UPDATE || alert->type == ALERT_CANCEL ? alert_type_name(alert->type) : "alert");
  values_set_text(values, "colour", colour > ALERT_UNKNOWN ? alert_colour_name(colour) : "unknown");
}

void warning_alert_values(struct desk *desk, const struct alert *alert, const char *file_name, const char *hash, struct values *values)
{
  struct blocks blocks = blocks_of(desk, alert);
  struct buf notes = BUF_INIT;
  char until[CLOCK_TEXT];

  values_start_kind(values, &warning_message_kind);
  for (size_t i = 0; i < alert->notes.count; i++) add_line(&notes, alert->notes.items[i]);
  set_head(values, alert, colour_of(alert, &blocks));
  if (lifts(alert, &blocks)) values_set_number(values, "lifts", 1);
  if (blocks.count > 0) set_texts(values, alert, &blocks, &notes);
  set_spread(values, alert, &notes);
  if (*alert->note != '\0') {
    char *note = i18n_fill(N_("The issuer notes: %s"), alert->note);
    add_line(&notes, note);
    free(note);
  }
  set_areas(desk, values, &blocks, &notes);
  settle_times(values, alert, &blocks, &notes);
  set_refs(values, alert, &notes);
  set_missing(values, alert);
  int64_t assumed = warning_assumed(desk, values);
  if (assumed != 0) {
    char *note = i18n_fill(N_("The issuer gave no end; assumed until %s."), clock_text(until, assumed, CLOCK_DATE_TIME));
    add_line(&notes, note);
    free(note);
  }
  set_text(values, "notes", buf_text(&notes));
  set_text(values, "source", file_name);
  set_text(values, "source_hash", hash);
  buf_free(&notes);
  free(blocks.list);
}
