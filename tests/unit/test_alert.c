/* Alerts: the real files under ../shared, and one fixture of our own for every trap. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "formats/alert.h"

static char *source_path(const char *folder, const char *name)
{
  const char *top = getenv("abs_top_srcdir");

  return mem_printf("%s/%s/%s", top != NULL ? top : ".", folder, name);
}

static int read_path(const char *path, struct alert_list *alerts, struct err *err)
{
  struct buf bytes = BUF_INIT;

  assert_int_equal(file_read(path, 8 * ALERT_LIMIT, &bytes, err), 0);
  int result = alert_read(buf_text(&bytes), bytes.length, path, alerts, err);
  buf_free(&bytes);
  return result;
}

static int read_fixture(const char *name, struct alert_list *alerts, struct err *err)
{
  char *path = source_path("tests/fixtures/alerts", name);
  int result = read_path(path, alerts, err);

  free(path);
  return result;
}

static struct alert *read_good(const char *name, struct alert_list *alerts)
{
  struct err err = ERR_INIT;

  if (read_fixture(name, alerts, &err) != 0) fail_msg("%s: %s", name, err.text);
  assert_true(alerts->count >= 1);
  return &alerts->items[0];
}

static bool has_note(const struct alert *alert, const char *words)
{
  bool has = false;

  for (size_t i = 0; i < alert->notes.count && !has; i++) {
    char *note = i18n_plain(alert->notes.items[i]);
    has = strstr(note, words) != NULL;
    free(note);
  }
  return has;
}

static int64_t instant(const char *iso)
{
  int64_t at;
  assert_int_equal(clock_parse(iso, 0, &at, NULL), 0);
  return at;
}

/* clang-format off */
/* Every trap: what is noted when it is imported, or why it is refused. */
static const struct { const char *file, *note, *refusal; } traps[] = {
  { "mainland-gb18030-says-utf8.xml", "It says that it is written in UTF-8, but it is GB18030", NULL },
  { "mainland-gbk.xml", "It is written in GB18030", NULL },
  { "mainland-utf8-says-gbk.xml", "says that it is written in GBK, but it is UTF-8", NULL },
  { "mainland-utf16.xml", "written in UTF-16LE", NULL },
  { "mainland-colours-differ.xml", "The severity says Orange but the headline says Red", NULL },
  { "mainland-both-spellings.xml", "Both audenceprt and audiencePrt", NULL },
  { "mainland-bare.xml", "The event is not named", NULL },
  { "cap-namespace-mainland.xml", "The namespace is CAP's, but the elements are those of the mainland profile", NULL },
  { "latin1.xml", "written in ISO-8859-1", NULL },
  { "latin1-says-utf8.xml", "it was read as ISO-8859-1", NULL },
  { "no-info.xml", "It has no info block", NULL },
  { "out-of-order.xml", "The elements are out of order (urgency after headline)", NULL },
  { "wrong-namespace.xml", "The namespace “http://example.invalid/cap” is unknown", NULL },
  { "no-namespace.xml", "It has no namespace; it was read as CAP 1.2", NULL },
  { "no-zone.xml", "The time of issue has no time zone", NULL },
  { "letter-zone.xml", "written with a Z", NULL },
  { "impossible-time.xml", "no time that exists", NULL },
  { "expires-before-sent.xml", "It expires at 2026-06-30 09:00, before it was issued at 2026-07-01 02:15", NULL },
  { "empty-references.xml", "references stands there but is empty", NULL },
  { "empty-references.xml", "does not say which", NULL },
  { "bare-references.xml", "is not sender,identifier,sent", NULL },
  { "broken-polygon.xml", "the last position is not the first", NULL },
  { "broken-polygon.xml", "not a list of pairs of numbers", NULL },
  { "broken-polygon.xml", "fewer than four positions", NULL },
  { "broken-polygon.xml", "not on earth", NULL },
  { "broken-polygon.xml", "A circle is broken", NULL },
  { "broken-polygon.xml", "longitude before latitude", NULL },
  { "colour-in-parameter.xml", "The colour was found only in the parameter awareness_level", NULL },
  { "colour-in-headline.xml", "The colour was found only in the headline", NULL },
  { "colour-as-severity.xml", "The severity holds the colour Yellow", NULL },
  { "cap12-prefix.xml", "No colour is given: it was derived from the severity Severe", NULL },
  { "no-language.xml", "taken as zh-CN", NULL },
  { "all-clear.xml", "AllClear", NULL },
  { "signed.xml", "the signature has not been checked", NULL },
  { "strange-words.xml", "status: “Really”", NULL },
  { "strange-words.xml", "taken as a new alert", NULL },
  { "strange-words.xml", "The element colourful is not known here", NULL },
  { "attachment.xml", "An attachment is not kept here; fetch it from the issuer if it is needed: map.png", NULL },
  { "wrapper-rss-escaped.xml", "It stood as text inside another file", NULL },
  { "wrapper-atom-cdata.xml", "It stood as text inside another file", NULL },
  { "several-blocks.xml", "The colour was found only in the headline", NULL },
  { "comments.xml", "The colour was found only in the headline and was taken from there: 甲县水利局发布山洪橙色预警", NULL },
  { "utf16-without-mark.xml", "written in UTF-16LE", NULL },
  { "two-identifiers.xml", "identifier stands there more than once", NULL },
  { "impossible-expiry.xml", "The time of the end “2026-02-30T25:00:00+08:00” is no time that exists", NULL },
  { "deep.xml", NULL, "not well-formed XML" },
  { "many-attributes.xml", NULL, "more than 64 attributes" },
  { "xxe.xml", NULL, "DOCTYPE" },
  { "xxe-parameter.xml", NULL, "DOCTYPE" },
  { "entity-bomb.xml", NULL, "DOCTYPE" },
  { "undefined-entity.xml", NULL, "not well-formed XML, line 19" },
  { "xinclude.xml", NULL, "XInclude" },
  { "cut-off.xml", NULL, "not well-formed XML" },
  { "no-identifier.xml", NULL, "line 2: the alert has no identifier" },
  { "web-page.html", NULL, "web page" },
  { "feed-of-links.xml", NULL, "only links to alerts" },
  { "no-alert.xml", NULL, "its first element is weather" },
  { "prose.txt", NULL, "paste it instead" },
};
/* clang-format on */

static void test_every_trap_is_noted_or_refused(void **state)
{
  (void)state;
  for (size_t i = 0; i < sizeof traps / sizeof *traps; i++) {
    struct alert_list alerts;
    struct err err = ERR_INIT;
    int result = read_fixture(traps[i].file, &alerts, &err);

    if (traps[i].refusal != NULL) {
      if (result == 0 || strstr(err.text, traps[i].refusal) == NULL)
        fail_msg("%s: not refused for %s: %s", traps[i].file, traps[i].refusal, err.text);
      assert_null(alerts.items);
    } else {
      if (result != 0) fail_msg("%s: %s", traps[i].file, err.text);
      if (!has_note(&alerts.items[0], traps[i].note)) fail_msg("%s: no note: %s", traps[i].file, traps[i].note);
    }
    alert_list_free(&alerts);
  }
}

static void test_mainland(void **state)
{
  struct alert_list alerts;
  struct alert *alert = read_good("mainland-red.xml", &alerts);
  const struct alert_info *info = alert_info_for(alert, NULL);

  (void)state;
  assert_int_equal(alert->profile, ALERT_MAINLAND);
  assert_string_equal(alert->identifier, "99010141600000_20260701021500");
  assert_string_equal(alert->sender_code, "99010141600000");
  assert_string_equal(alert->sender_name, "甲县气象台"); /* not the person who signed */
  assert_int_equal(alert->sent, instant("2026-07-01T02:15:00+08:00"));
  assert_string_equal(alert->sent_text, "2026-07-01 02:15:00+08:00");
  assert_int_equal(alert->status, ALERT_ACTUAL);
  assert_int_equal(alert->type, ALERT_ALERT);
  assert_false(alert->lifted);
  assert_string_equal(info->event_code, "11B03");
  assert_string_equal(info->event, "暴雨");
  assert_string_equal(info->severity, "Extreme");
  assert_int_equal(info->colour, ALERT_RED);
  assert_int_equal(info->colour_source, ALERT_BY_COLOUR);
  assert_int_equal(info->onset, -1);
  assert_int_equal(info->expires, instant("2026-07-01T08:15:00+08:00"));
  assert_int_equal(alert->method_count, 2);
  assert_string_equal(alert->methods[0].name, "SMS");
  assert_string_equal(alert->methods[0].audience_part, "00000000001,");
  assert_string_equal(alert->methods[1].audience_part, "00000000002");
  assert_string_equal(alert->methods[1].message, "全体村民请注意：\n甲县发布暴雨红色预警。");
  alert_list_free(&alerts);
}

static void test_mainland_area(void **state)
{
  struct alert_list alerts;
  const struct alert_area *area = &read_good("mainland-red.xml", &alerts)->infos[0].areas[0];
  static const char *const codes[] = { "990101000000", "990101001000", "990101001001", "990101002000" };

  (void)state;
  assert_int_equal(area->codes.count, 4);
  for (size_t i = 0; i < 4; i++) assert_string_equal(area->codes.items[i], codes[i]);
  assert_int_equal(area->shape_count, 2);
  assert_true(area->shapes[0].valid && area->shapes[0].longitude_first && !area->shapes[0].circle);
  assert_true(area->shapes[1].valid && area->shapes[1].circle && !area->shapes[1].longitude_first);
  assert_true(area->shapes[1].radius > 2499.9 && area->shapes[1].radius < 2500.1); /* metres here */
  alert_list_free(&alerts);
}

static void test_cap(void **state)
{
  struct alert_list alerts;
  struct alert *alert = read_good("cap12.xml", &alerts);
  const struct alert_area *area = &alert->infos[0].areas[0];

  (void)state;
  assert_int_equal(alert->profile, ALERT_CAP_1_2);
  assert_int_equal(alert->type, ALERT_UPDATE);
  assert_string_equal(alert->sender_name, "甲县水利局");
  assert_int_equal(alert->references.count, 1);
  assert_string_equal(alert->references.items[0].sender, "duty@example.invalid");
  assert_string_equal(alert->references.items[0].identifier, "XA-2026-0000");
  assert_int_equal(alert->references.items[0].sent, instant("2026-06-30T20:00:00+08:00"));
  assert_string_equal(alert->infos[0].event_code, "11A51");
  assert_int_equal(alert->infos[0].colour, ALERT_ORANGE);
  assert_int_equal(area->geocodes.count, 2);
  assert_string_equal(area->geocodes.items[1].name, "SAME");
  assert_int_equal(area->codes.count, 1); /* 12 digits of ours; 006109 is not */
  assert_string_equal(area->codes.items[0], "659999001001");
  assert_true(area->shapes[1].radius > 2499.9 && area->shapes[1].radius < 2500.1); /* 2.5 km */
  assert_int_equal(alert->notes.count, 1);                                         /* the colour, and nothing else */
  alert_list_free(&alerts);
}

static void test_older_caps(void **state)
{
  struct alert_list alerts;
  struct alert *alert = read_good("cap11.xml", &alerts);

  (void)state;
  assert_int_equal(alert->profile, ALERT_CAP_1_1);
  assert_int_equal(alert->sent, instant("2026-07-01T02:15:00+08:00"));
  alert_list_free(&alerts);
  alert = read_good("cap10.xml", &alerts);
  assert_int_equal(alert->profile, ALERT_CAP_1_0);
  assert_string_equal(alert->infos[0].certainty, "Likely");
  assert_string_equal(alert->infos[0].parameters.items[0].name, "STAGE");
  assert_string_equal(alert->infos[0].parameters.items[0].value, "2 m");
  assert_string_equal(alert->infos[0].areas[0].geocodes.items[0].value, "006109");
  assert_string_equal(alert->infos[0].language, "en-US");
  alert_list_free(&alerts);
}

static void test_prefix_changes_nothing(void **state)
{
  struct alert_list plain, prefixed;
  struct alert *one = read_good("cap12.xml", &plain), *other = read_good("cap12-prefix.xml", &prefixed);

  (void)state;
  assert_string_equal(other->identifier, one->identifier);
  assert_int_equal(other->profile, ALERT_CAP_1_2);
  assert_int_equal(other->info_count, 1);
  assert_string_equal(other->infos[0].areas[0].description, "甲县乙镇");
  alert_list_free(&plain);
  alert_list_free(&prefixed);
}

static void test_wrappers(void **state)
{
  struct alert_list alerts;

  (void)state;
  read_good("wrapper-alerts.xml", &alerts);
  assert_int_equal(alerts.count, 2);
  assert_string_equal(alerts.items[1].identifier, "XA-2");
  assert_int_equal(alerts.refused_count, 0);
  alert_list_free(&alerts);
  read_good("wrapper-atom.xml", &alerts); /* the one in the middle has no identifier */
  assert_int_equal(alerts.count, 2);
  assert_string_equal(alerts.items[1].identifier, "XA-3");
  assert_int_equal(alerts.refused_count, 1);
  assert_int_equal(alerts.refused[0].line, 31);
  assert_non_null(strstr(alerts.refused[0].reason, "no identifier"));
  alert_list_free(&alerts);
  assert_string_equal(read_good("wrapper-edxl.xml", &alerts)->identifier, "XA-EDXL");
  alert_list_free(&alerts);
}

/* What feeds carry as text: a web page among it is no alert, a damaged one is told. */
static void test_alerts_as_text(void **state)
{
  struct alert_list alerts;

  (void)state;
  read_good("wrapper-rss-escaped.xml", &alerts);
  assert_int_equal(alerts.count, 2);
  assert_string_equal(alerts.items[1].identifier, "XA-RSS-2");
  assert_int_equal(alerts.items[1].line, 39);
  assert_int_equal(alerts.refused_count, 0);
  alert_list_free(&alerts);
  assert_string_equal(read_good("wrapper-atom-cdata.xml", &alerts)->identifier, "XA-CDATA");
  alert_list_free(&alerts);
  assert_string_equal(read_good("wrapper-text-damaged.xml", &alerts)->identifier, "XA-WHOLE");
  assert_int_equal(alerts.refused_count, 1);
  assert_int_equal(alerts.refused[0].line, 3);
  assert_non_null(strstr(alerts.refused[0].reason, "not well-formed"));
  alert_list_free(&alerts);
}

static void test_lifted(void **state)
{
  static const struct {
    const char *file;
    bool lifted;
    enum alert_type type;
  } cases[] = {
    { "mainland-cancel.xml", true, ALERT_CANCEL }, { "bilingual.xml", true, ALERT_ALERT },     { "all-clear.xml", true, ALERT_UPDATE },
    { "bare-references.xml", true, ALERT_CANCEL }, { "mainland-red.xml", false, ALERT_ALERT },
  };

  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct alert_list alerts;
    struct alert *alert = read_good(cases[i].file, &alerts);
    if (alert->lifted != cases[i].lifted || alert->type != cases[i].type) fail_msg("%s", cases[i].file);
    alert_list_free(&alerts);
  }
}

static void test_status_decides_what_is_real(void **state)
{
  static const struct {
    const char *file;
    enum alert_status status;
  } cases[] = {
    { "exercise.xml", ALERT_EXERCISE },
    { "strange-words.xml", ALERT_STATUS_UNKNOWN },
    { "cap12.xml", ALERT_ACTUAL },
    { "foreign-element.xml", ALERT_TEST }, /* a status of another namespace says Actual */
  };

  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct alert_list alerts;
    assert_int_equal(read_good(cases[i].file, &alerts)->status, cases[i].status);
    alert_list_free(&alerts);
  }
}

static void test_languages(void **state)
{
  struct alert_list alerts;
  struct alert *alert = read_good("bilingual.xml", &alerts);

  (void)state;
  assert_ptr_equal(alert_info_for(alert, NULL), &alert->infos[1]);
  assert_ptr_equal(alert_info_for(alert, "zh_cn"), &alert->infos[1]);
  assert_ptr_equal(alert_info_for(alert, "en-GB"), &alert->infos[0]);
  assert_ptr_equal(alert_info_for(alert, "fr"), &alert->infos[1]);
  alert_list_free(&alerts);
  assert_null(alert_info_for(read_good("no-info.xml", &alerts), NULL));
  alert_list_free(&alerts);
}

static void test_text_is_kept(void **state)
{
  struct alert_list alerts;
  struct alert *alert = read_good("cdata-and-blanks.xml", &alerts);

  (void)state;
  assert_string_equal(alert->infos[0].headline, "甲县发布 山洪橙色预警");
  assert_string_equal(alert->infos[0].description, "一、<b>转移</b>\n二、避险");
  alert_list_free(&alerts);
  alert = read_good("latin1-says-utf8.xml", &alerts);
  assert_string_equal(alert->infos[0].headline, "Lluvia fuerte en Usulután");
  alert_list_free(&alerts);
}

static void test_file_name_fills(void **state)
{
  struct alert_list alerts;
  struct alert *alert = read_good("99010141600000_20260701021500_11B03_RED_ALERT.XML", &alerts);

  (void)state;
  assert_string_equal(alert->infos[0].event_code, "11B03");
  assert_int_equal(alert->infos[0].colour, ALERT_RED);
  assert_int_equal(alert->infos[0].colour_source, ALERT_BY_FILE_NAME);
  assert_true(has_note(alert, "The colour was found only in the file name and was taken from there: Red"));
  alert_list_free(&alerts);
}

static void test_sizes(void **state)
{
  struct buf text = BUF_INIT;
  struct alert_list alerts;
  struct err err = ERR_INIT;

  (void)state;
  buf_adds(&text, "<alert><identifier>A</identifier>");
  for (int i = 0; i < 200001; i++) buf_adds(&text, "<a/>");
  buf_adds(&text, "</alert>");
  assert_int_equal(alert_read(buf_text(&text), text.length, NULL, &alerts, &err), -1);
  assert_non_null(strstr(err.text, "20000 elements"));
  buf_clear(&text);
  buf_adds(&text, "<alert ");
  for (int i = 0; i < 100; i++) buf_addf(&text, "a%d = \">\" ", i);
  buf_adds(&text, "/>");
  assert_int_equal(alert_read(buf_text(&text), text.length, NULL, &alerts, &err), -1);
  assert_non_null(strstr(err.text, "64 attributes"));
  buf_clear(&text);
  buf_adds(&text, "<alert ");
  for (int i = 0; i < 17; i++) buf_addf(&text, "xmlns:a%d='%d' ", i, i);
  buf_adds(&text, "/>");
  assert_int_equal(alert_read(buf_text(&text), text.length, NULL, &alerts, &err), -1);
  assert_non_null(strstr(err.text, "16 namespaces"));
  buf_clear(&text);
  for (size_t i = 0; i <= ALERT_LIMIT; i++) buf_addc(&text, ' ');
  assert_int_equal(alert_read(buf_text(&text), text.length, NULL, &alerts, &err), -1);
  assert_non_null(strstr(err.text, "empty"));
  assert_int_equal(alert_read("", 0, NULL, &alerts, &err), -1);
  buf_free(&text);
}

/* One that is too large is refused by itself, with its identifier and line; those around it are taken. */
static void test_large_among_others(void **state)
{
  static const char small[] = "<alert><identifier>%s</identifier></alert>\n";
  struct buf text = BUF_INIT;
  struct alert_list alerts;
  struct err err = ERR_INIT;

  (void)state;
  buf_adds(&text, "<feed>\n");
  buf_addf(&text, small, "A");
  buf_adds(&text, "<entry><alert><identifier>B</identifier><note>");
  for (size_t i = 0; i <= ALERT_LIMIT; i++) buf_addc(&text, 'x');
  buf_adds(&text, "</note><info><event>x</event></info></alert></entry>\n");
  buf_addf(&text, small, "C");
  buf_adds(&text, "</feed>\n");
  if (alert_read(buf_text(&text), text.length, NULL, &alerts, &err) != 0) fail_msg("%s", err.text);
  assert_int_equal(alerts.count, 2);
  assert_string_equal(alerts.items[0].identifier, "A");
  assert_string_equal(alerts.items[1].identifier, "C");
  assert_int_equal(alerts.refused_count, 1);
  assert_string_equal(alerts.refused[0].identifier, "B");
  assert_int_equal(alerts.refused[0].line, 3);
  assert_non_null(strstr(alerts.refused[0].reason, "larger than 4 MiB"));
  alert_list_free(&alerts);
  buf_free(&text);
}

/* What came whole before the damage stands; the rest is refused with its line. */
static void test_cut_feed(void **state)
{
  static const char cut[] = "<alerts>\n<alert><identifier>A</identifier></alert>\n<alert><identifier>B</ident";
  struct alert_list alerts;

  (void)state;
  assert_int_equal(alert_read(cut, sizeof cut - 1, NULL, &alerts, NULL), 0);
  assert_int_equal(alerts.count, 1);
  assert_int_equal(alerts.refused_count, 1);
  assert_non_null(strstr(alerts.refused[0].reason, "not well-formed XML, line 3"));
  alert_list_free(&alerts);
}

/* A large alert that is one: half a million area codes, as hostile as it is well-formed. */
static void test_large(void **state)
{
  struct buf text = BUF_INIT;
  struct alert_list alerts;
  struct err err = ERR_INIT;

  (void)state;
  buf_adds(&text, "<alert><identifier>99010141600000_20260701021500</identifier><sendTime>2026-07-01 02:15:00+08:00</sendTime>"
                  "<info><eventType>11B03</eventType><area><geocode>");
  for (int i = 0; i < 300000; i++) buf_addf(&text, "9901%08d,", i % 150000);
  buf_adds(&text, "</geocode></area></info></alert>");
  if (alert_read(buf_text(&text), text.length, NULL, &alerts, &err) != 0) fail_msg("%s", err.text);
  assert_int_equal(alerts.items[0].infos[0].areas[0].codes.count, 150000);
  alert_list_free(&alerts);
  buf_free(&text);
}

static void test_other_files(void **state)
{
  static const struct {
    const char *bytes, *words;
  } files[] = {
    { "PK\3\4....", "ZIP" },
    { "\x1F\x8B\x08.", "gzip" },
    { "{\"a\": 1}", "JSON" },
    { "%PDF-1.7", "PDF" },
    { "<alert", "not well-formed" },
    { "<alert>\xFF\xFE\xFD</alert>", "no identifier" },
    { "<alert><identifier>甲县气象台发布暴\xE9\x9B红色预警</identifier></alert>", "neither UTF-8 nor GB18030" },
    { "<alert><identifier>A</identifier><note>甲县气象台\xE9", "damaged on the way" },
  };

  (void)state;
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
    struct alert_list alerts;
    struct err err = ERR_INIT;
    assert_int_equal(alert_read(files[i].bytes, strlen(files[i].bytes), NULL, &alerts, &err), -1);
    if (strstr(err.text, files[i].words) == NULL) fail_msg("%zu: %s", i, err.text);
  }
}

/* Which element belongs to the alert: the same namespace, none, or another of an alert's; nothing else. */
static void test_namespaces_of_children(void **state)
{
  static const struct {
    const char *text;
    bool taken;
  } cases[] = {
    { "<alert><identifier xmlns='urn:oasis:names:tc:emergency:cap:1.2'>A</identifier></alert>", true },
    { "<c:alert xmlns:c='urn:oasis:names:tc:emergency:cap:1.1'><identifier>A</identifier></c:alert>", true },
    { "<c:alert xmlns:c='http://example.invalid/c'><c:identifier>A</c:identifier></c:alert>", true },
    { "<alert><identifier xmlns='http://example.invalid/c'>A</identifier></alert>", false },
  };

  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct alert_list alerts;
    if ((alert_read(cases[i].text, strlen(cases[i].text), NULL, &alerts, NULL) == 0) != cases[i].taken) fail_msg("%s", cases[i].text);
    alert_list_free(&alerts);
  }
}

static void test_colours_in_words(void **state)
{
  static const struct {
    const char *text;
    enum alert_colour colour;
  } cases[] = {
    { "甲县气象台发布暴雨红色预警[Ⅰ级/特别严重]", ALERT_RED },
    { "甲县发布橙色（Ⅱ级）地质灾害气象风险预警", ALERT_ORANGE },
    { "甲县将暴雨黄色预警信号升级为橙色", ALERT_ORANGE },
    { "雷電黃色預警", ALERT_NONE }, /* traditional 預警 stands in parameters, not in headlines we have seen */
    { "黄县发布大风预警", ALERT_NONE },
    { "红色旅游区道路封闭，注意预警", ALERT_NONE },
    { "Flood warning for Red River and Orange County", ALERT_NONE },
    { "Red warning for rain", ALERT_RED },
    { "Code Orange: rain", ALERT_ORANGE },
    { "Reduced alert", ALERT_NONE },
  };

  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    if (alert_colour_in(cases[i].text) != cases[i].colour)
      fail_msg("%s: %s", cases[i].text, alert_colour_name(alert_colour_in(cases[i].text)));
  assert_int_equal(alert_colour_of("橙色"), ALERT_ORANGE);
  assert_int_equal(alert_colour_of("Blue"), ALERT_BLUE);
  assert_int_equal(alert_colour_of("green"), ALERT_NONE);
  assert_true(ALERT_RED > ALERT_ORANGE && ALERT_ORANGE > ALERT_YELLOW && ALERT_YELLOW > ALERT_BLUE && ALERT_BLUE > ALERT_UNKNOWN);
}

static void test_lifting_words(void **state)
{
  (void)state;
  assert_true(alert_lifts("甲县气象台解除暴雨红色预警"));
  assert_false(alert_lifts("暴雨红色预警尚未解除"));
  assert_false(alert_lifts("解除时间另行通知"));
  assert_false(alert_lifts("甲县气象台发布暴雨红色预警"));
}

static void test_events(void **state)
{
  static const struct {
    const char *text, *code;
  } cases[] = {
    { "雷雨大风黄色预警", "11B20" }, { "大风蓝色预警", "11B06" },  { "地质灾害气象风险橙色预警", "11B37" },
    { "山洪灾害气象", "11A51" },     { "暴雨、雷电黄色预警", "" }, { "洪水", "" },
  };

  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    assert_string_equal(alert_event_in(cases[i].text, strlen(cases[i].text), NULL), cases[i].code);
  for (size_t i = 0; alert_event_code_at(i) != NULL; i++) {
    assert_non_null(alert_event_name(alert_event_code_at(i)));
    assert_string_equal(
      alert_event_in(alert_event_chinese(alert_event_code_at(i)), strlen(alert_event_chinese(alert_event_code_at(i))), NULL),
      alert_event_code_at(i));
    if (i > 0) assert_true(strcmp(alert_event_code_at(i - 1), alert_event_code_at(i)) < 0);
  }
  assert_null(alert_event_name("99Z99"));
  assert_int_equal(alert_kind_of("11B03"), ALERT_KIND_RAIN);
  assert_int_equal(alert_kind_of("11D77"), ALERT_KIND_GEOLOGY);
  assert_int_equal(alert_kind_of(""), ALERT_KIND_OTHER);
}

/* Each real file is imported with what was noted, or refused with a reason; which is which is known. */
static void test_real_files(void **state)
{
  static const struct {
    const char *file;
    size_t count;
    const char *words;
  } files[] = {
    { "canada.cap", 1, "derived from the severity Minor" },
    { "canada_errors.cap", 1, "references stands there but is empty" },
    { "earthquake-iso8859-1.cap", 1, "signature has not been checked" },
    { "henan-wind-blue.xml", 1, NULL },
    { "no_optional_fields.cap", 1, "It has no info block" },
    { "smhi.se.alerts.cap", 17, "derived from the severity Moderate" },
    { "sweden.cap", 1, "A polygon is broken" },
    { "taiwan.cap", 1, "found only in the parameter alert_color" },
    { "xee.cap", 0, "DOCTYPE" },
  };
  const char *shared = getenv("SHARED");
  size_t seen = 0;

  (void)state;
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
    char *path = shared != NULL ? mem_printf("%s/data/cap/%s", shared, files[i].file) : source_path("../shared/data/cap", files[i].file);
    struct alert_list alerts = ALERT_LIST_INIT;
    struct err err = ERR_INIT;
    if (file_exists(path)) {
      seen++;
      int result = read_path(path, &alerts, &err);
      if ((result == 0) != (files[i].count > 0) || alerts.count != files[i].count)
        fail_msg("%s: %zu alerts %s", path, alerts.count, err.text);
      bool said = files[i].words == NULL ? alerts.items[0].notes.count == 0
                  : result == 0          ? has_note(&alerts.items[0], files[i].words)
                                         : strstr(err.text, files[i].words) != NULL;
      if (!said) fail_msg("%s: does not say %s", path, files[i].words);
    }
    alert_list_free(&alerts);
    free(path);
  }
  if (seen == 0) skip();
}

static int set_zone(void **state)
{
  (void)state;
  return clock_set_zone("Asia/Shanghai", NULL);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_every_trap_is_noted_or_refused),
    cmocka_unit_test(test_mainland),
    cmocka_unit_test(test_mainland_area),
    cmocka_unit_test(test_cap),
    cmocka_unit_test(test_older_caps),
    cmocka_unit_test(test_prefix_changes_nothing),
    cmocka_unit_test(test_wrappers),
    cmocka_unit_test(test_alerts_as_text),
    cmocka_unit_test(test_lifted),
    cmocka_unit_test(test_status_decides_what_is_real),
    cmocka_unit_test(test_languages),
    cmocka_unit_test(test_text_is_kept),
    cmocka_unit_test(test_file_name_fills),
    cmocka_unit_test(test_sizes),
    cmocka_unit_test(test_large),
    cmocka_unit_test(test_large_among_others),
    cmocka_unit_test(test_cut_feed),
    cmocka_unit_test(test_other_files),
    cmocka_unit_test(test_namespaces_of_children),
    cmocka_unit_test(test_colours_in_words),
    cmocka_unit_test(test_lifting_words),
    cmocka_unit_test(test_events),
    cmocka_unit_test(test_real_files),
  };
  return cmocka_run_group_tests(tests, set_zone, NULL);
}
