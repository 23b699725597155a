/* Documents as text: widths, pages, marks, digests. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/crypto.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "paper/page.h"

static struct page *new_page(void)
{
  struct page_head head = {
    .title = "值班日报",
    .unit = "石门沟乡 2026-07-01",
    .report = "R-26-B031",
    .hash = "0123456789abcdef",
    .footer = "值班员甲",
  };

  return page_new(&head);
}

/* Draws and frees the document. The caller frees the text. */
static char *drawn(struct page *page, const struct page_options *options)
{
  struct buf out = BUF_INIT;
  struct err err = ERR_INIT;
  int result = page_text(page, options, &out, &err);

  page_free(page);
  if (result != 0) fail_msg("%s", err.text);
  return buf_take(&out, NULL);
}

static int count(const char *text, const char *part)
{
  int found = 0;

  for (const char *at = text; (at = strstr(at, part)); at += strlen(part)) found++;
  return found;
}

/* Which page (from 1) a text stands on; 0: on none. */
static int page_of(const char *text, const char *part)
{
  const char *found = strstr(text, part);
  int page = 1;

  for (const char *at = text; found && at < found; at++) page += *at == '\f';
  return found ? page : 0;
}

static void assert_well_formed(const char *text, const struct page_options *options)
{
  int lines = 0;

  assert_int_equal(text_invalid_at(text, strlen(text)), -1);
  for (const char *at = text; *at;) {
    const char *end = strchr(at, '\n');
    char *line;

    assert_non_null(end);
    if (*at == '\f') {
      assert_int_equal(lines, options->lines);
      lines = 0;
      at++;
    }
    line = mem_dup_n(at, (size_t)(end - at));
    if (text_columns(line, options->ambiguous) > options->columns)
      fail_msg("%d columns in a text of %d: %s", text_columns(line, options->ambiguous), options->columns, line);
    assert_false(end > at && end[-1] == ' ');
    free(line);
    lines++;
    at = end + 1;
  }
  if (options->lines) assert_int_equal(lines, options->lines);
}

static const struct page_column columns[] = {
  { .label = "时间", .width = 5 },
  { .label = "事由", .weight = 1 },
  { .label = "数", .width = 4, .align = PAGE_RIGHT },
};

static void a_table_is_ruled_and_aligned(void **state)
{
  struct page_options options = PAGE_OPTIONS_INIT;
  struct page *page = new_page();
  char *text;

  (void)state;
  options.columns = 40;
  options.lines = 0;
  options.line_drawing = true;
  page_table(page, columns, 3, NULL);
  page_row(page, PAGE_SPAN, (const char *[]){ "01号村" });
  page_row(page, 0, (const char *[]){ "02:15", "滑坡体后缘裂缝加宽", "18" });
  page_row(page, PAGE_TICKED, (const char *[]){ "x", "已转移", NULL });
  text = drawn(page, &options);
  assert_non_null(strstr(text, "========================================\n"
                               "┌─────┬───────────────────────────┬────┐\n"
                               "│时间 │           事由            │ 数 │\n"
                               "├─────┴───────────────────────────┴────┤\n"
                               "│01号村                                │\n"
                               "├─────┬───────────────────────────┬────┤\n"
                               "│02:15│滑坡体后缘裂缝加宽         │  18│\n"
                               "│[x] x│已转移                     │    │\n"
                               "└─────┴───────────────────────────┴────┘\n"
                               "----------------------------------------\n"));
  free(text);
}

static void wide_line_drawing_meets_its_corners(void **state)
{
  struct page_options options = PAGE_OPTIONS_INIT;
  struct page *page = new_page();
  char *text;

  (void)state;
  options.columns = 42;
  options.line_drawing = true;
  options.ambiguous = TEXT_WIDE;
  page_pairs(page, 2);
  page_pair(page, "主岗", "值班员甲");
  page_pair(page, "备岗", NULL);
  text = drawn(page, &options);
  assert_non_null(strstr(text, "┌──┬──────┬──┬──────┐\n"
                               "│主岗│值班员甲    │备岗│            │\n"
                               "└──┴──────┴──┴──────┘\n"));
  free(text);
}

static void each_page_has_number_report_and_table_head(void **state)
{
  struct page_options options = PAGE_OPTIONS_INIT;
  struct page *page = new_page();
  char *text;

  (void)state;
  page_table(page, columns, 3, NULL);
  for (int i = 0; i < 120; i++) page_row(page, 0, (const char *[]){ "02:15", "巡查", "1" });
  text = drawn(page, &options);
  assert_well_formed(text, &options);
  assert_int_equal(count(text, "\f"), 2);
  assert_int_equal(count(text, "Page 1 of 3"), 1);
  assert_int_equal(page_of(text, "Page 3 of 3"), 3);
  assert_int_equal(count(text, "R-26-B031  0123456789abcdef"), 3);
  assert_int_equal(count(text, "事由"), 3);
  assert_int_equal(count(text, "巡查"), 120);
  assert_int_equal(count(text, "值班日报"), 3);
  free(text);
}

static void an_endless_page_has_no_form_feed(void **state)
{
  struct page_options options = PAGE_OPTIONS_INIT;
  struct page *page = new_page();
  char *text;

  (void)state;
  options.lines = 0;
  for (int i = 0; i < 200; i++) page_paragraph(page, 0, "一行");
  page_break(page);
  page_paragraph(page, 0, "换页后");
  text = drawn(page, &options);
  assert_int_equal(count(text, "一行"), 200);
  assert_int_equal(page_of(text, "换页后"), 1);
  assert_int_equal(count(text, "Page 1 of 1"), 1);
  assert_well_formed(text, &options);
  free(text);
}

static void rows_are_never_split_unless_taller_than_a_page(void **state)
{
  struct page_options options = PAGE_OPTIONS_INIT;
  struct page *page = new_page();
  struct buf tall = BUF_INIT;
  const char *at;
  char *text;

  (void)state;
  page_table(page, columns, 3, NULL);
  for (int i = 0; i < 60; i++) {
    char *cell = mem_printf("<%d\n中\n%d>", i, i);

    page_row(page, 0, (const char *[]){ "02:15", cell, NULL });
    free(cell);
  }
  for (int i = 0; i < 150; i++) buf_addf(&tall, "%sT%03d", i ? "\n" : "", i);
  page_row(page, 0, (const char *[]){ "03:00", buf_text(&tall), NULL });
  buf_free(&tall);
  text = drawn(page, &options);
  assert_well_formed(text, &options);
  for (int i = 0; i < 60; i++) {
    char first[16], last[16];

    snprintf(first, sizeof first, "<%d ", i);
    snprintf(last, sizeof last, "%d> ", i);
    assert_int_equal(page_of(text, first), page_of(text, last));
    assert_int_not_equal(page_of(text, first), 0);
  }
  at = text;
  for (int i = 0; i < 150; i++) {
    char line[16];

    snprintf(line, sizeof line, "T%03d", i);
    at = strstr(at, line);
    assert_non_null(at);
    assert_int_equal(count(text, line), 1);
  }
  free(text);
}

static void a_heading_stays_with_what_follows(void **state)
{
  (void)state;
  for (int before = 30; before < 60; before++) {
    struct page_options options = PAGE_OPTIONS_INIT;
    struct page *page = new_page();
    char *text;

    for (int i = 0; i < before; i++) page_paragraph(page, 0, "填");
    page_heading(page, 1, "第一部分");
    page_heading(page, 2, "第一节");
    page_table(page, columns, 3, NULL);
    page_row(page, 0, (const char *[]){ "02:15", "首行", NULL });
    page_row(page, 0, (const char *[]){ "02:16", "次行", NULL });
    text = drawn(page, &options);
    assert_well_formed(text, &options);
    assert_int_equal(page_of(text, "第一部分"), page_of(text, "首行"));
    assert_int_equal(page_of(text, "第一节"), page_of(text, "首行"));
    free(text);
  }
}

static void a_paragraph_leaves_no_line_alone(void **state)
{
  (void)state;
  for (int before = 40; before < 60; before++) {
    struct page_options options = PAGE_OPTIONS_INIT;
    struct page *page = new_page();
    char *text;

    for (int i = 0; i < before; i++) page_paragraph(page, 0, "填");
    page_paragraph(page, 0, "其一\n其二\n其三\n其四\n其五");
    text = drawn(page, &options);
    assert_int_equal(page_of(text, "其一"), page_of(text, "其二"));
    assert_int_equal(page_of(text, "其四"), page_of(text, "其五"));
    free(text);
  }
}

static void a_narrow_column_still_holds_a_character(void **state)
{
  static const struct page_column narrow[] = { { .label = "x", .width = 1 }, { .label = "y", .weight = 1 } };
  struct page_options options = PAGE_OPTIONS_INIT;
  struct page *page = new_page();
  char *text;

  (void)state;
  page_table(page, narrow, 2, NULL);
  page_row(page, 0, (const char *[]){ "山", NULL });
  text = drawn(page, &options);
  assert_int_equal(count(text, "山"), 1);
  assert_well_formed(text, &options);
  free(text);
}

static void blocks_kept_together_are_on_one_page(void **state)
{
  (void)state;
  for (int before = 30; before < 60; before++) {
    struct page_options options = PAGE_OPTIONS_INIT;
    struct page *page = new_page();
    char *text;

    for (int i = 0; i < before; i++) page_paragraph(page, 0, "填");
    page_together(page);
    page_paragraph(page, 0, "其一");
    page_table(page, columns, 3, NULL);
    for (int i = 0; i < 12; i++) page_row(page, 0, (const char *[]){ "02:15", "行", NULL });
    page_signatures(page, 2);
    page_signature(page, "交班", NULL, NULL);
    page_signature(page, "接班", NULL, NULL);
    page_together_end(page);
    text = drawn(page, &options);
    assert_well_formed(text, &options);
    assert_int_equal(page_of(text, "其一"), page_of(text, "接班"));
    assert_int_equal(page_of(text, "其一"), before > 28 ? 2 : 1);
    free(text);
  }
}

static void struck_text_is_marked_and_readable(void **state)
{
  struct page_options options = PAGE_OPTIONS_INIT;
  struct page *page = new_page();
  char *text;

  (void)state;
  page_table(page, columns, 3, NULL);
  page_row(page, PAGE_STRUCK, (const char *[]){ "02:15", "误报", NULL });
  page_row(page, 0, (const char *[]){ "02:16", "实报", NULL });
  page_paragraph(page, PAGE_STRUCK, "作废");
  text = drawn(page, &options);
  assert_int_equal(count(text, "[struck] 误报"), 1);
  assert_int_equal(count(text, "[struck] 作废"), 1);
  assert_int_equal(count(text, "[struck]"), 2);
  free(text);
}

static void an_exercise_and_a_copy_show_on_each_page(void **state)
{
  struct page_head head = { .title = "演练", .copy = 3, .exercise = true };
  struct page_options options = PAGE_OPTIONS_INIT;
  struct page *page = page_new(&head);
  char *text;

  (void)state;
  page_break(page);
  page_paragraph(page, 0, "甲");
  page_break(page);
  page_paragraph(page, 0, "乙");
  text = drawn(page, &options);
  assert_well_formed(text, &options);
  assert_int_equal(count(text, "\f"), 1); /* a break at the head of a page is none */
  assert_int_equal(count(text, "*** EXERCISE *** not a real event"), 2);
  assert_int_equal(count(text, "copy 3"), 2);
  free(text);
}

static void control_characters_are_shown_not_sent(void **state)
{
  struct page_head head = { .title = "a\033[2Jb\nc", .footer = "f\007" };
  struct page_options options = PAGE_OPTIONS_INIT;
  struct page *page = page_new(&head);
  char *text;

  (void)state;
  page_pairs(page, 1);
  page_pair(page, "k\033", "v\b\nw");
  page_paragraph(page, 0,
                 "\xE2\x80\xAE"
                 "\xFF");
  text = drawn(page, &options);
  for (const char *at = text; *at; at++) assert_true((unsigned char)*at >= ' ' || *at == '\n' || *at == '\f');
  assert_null(strstr(text, "\xE2\x80\xAE"));
  assert_non_null(strstr(text, "b c"));
  assert_well_formed(text, &options);
  free(text);
}

static void forms_leave_room_to_write(void **state)
{
  struct page_options options = PAGE_OPTIONS_INIT;
  struct page *page = new_page();
  char *text;

  (void)state;
  page_table(page, columns, 3, NULL);
  page_blank_rows(page, 3);
  page_lines(page, "意见", 2);
  page_signatures(page, 1);
  page_signature(page, "签名", NULL, NULL);
  text = drawn(page, &options);
  assert_int_equal(count(text, "\n|       |"), 6); /* two lines a row */
  assert_int_equal(count(text, "____________________\n"), 2);
  assert_int_equal(count(text, "____-__-__"), 1);
  free(text);
}

static void what_cannot_be_drawn_is_refused(void **state)
{
  static const struct page_column many[30] = { { .label = "x", .width = 2 } };
  struct page_options options = PAGE_OPTIONS_INIT;
  struct page *page = new_page();
  struct err err = ERR_INIT;
  struct buf out = BUF_INIT;

  (void)state;
  page_table(page, many, 30, NULL);
  page_row(page, 0, (const char *const[30]){ "1" });
  assert_int_equal(page_text(page, &options, &out, &err), -1);
  assert_int_equal(err.code, ERR_USAGE);
  assert_non_null(strstr(err.text, "30 columns"));
  options.columns = 132;
  assert_int_equal(page_text(page, &options, &out, &err), 0);
  options.columns = 39;
  assert_int_equal(page_text(page, &options, &out, &err), -1);
  options.columns = 72;
  options.lines = 19;
  assert_int_equal(page_text(page, &options, &out, &err), -1);
  page_free(page);
  buf_free(&out);
}

static void digest_of(const char *first, const char *second, int copy, char hex[PAGE_DIGEST])
{
  struct page_head head = { .title = "t", .report = "R-1", .copy = copy, .footer = copy ? "again" : "first" };
  struct page *page = page_new(&head);

  page_pairs(page, 1);
  page_pair(page, first, second);
  page_set_hash(page, copy ? "aa" : "bb");
  page_digest(page, hex);
  page_free(page);
}

static void a_digest_covers_the_contents_and_not_the_reprint(void **state)
{
  char original[PAGE_DIGEST], reprint[PAGE_DIGEST], other[PAGE_DIGEST];

  (void)state;
  digest_of("ab", "c", 0, original);
  digest_of("ab", "c", 2, reprint);
  digest_of("a", "bc", 0, other);
  assert_int_equal(strlen(original), PAGE_DIGEST - 1);
  assert_string_equal(original, reprint);
  assert_string_not_equal(original, other);
}

/* ---- Any document ---- */

static uint32_t roll(uint32_t *seed, uint32_t below)
{
  *seed = *seed * 1664525u + 1013904223u;
  return (*seed >> 8) % below;
}

static const char *any_text(uint32_t *seed)
{
  static const char *const texts[] = {
    "",
    "值班员甲",
    "02:15",
    "Enter the village group (WeChat), then read it back",
    "01号隐患点后缘裂缝由12 mm扩至18 mm，当班已转移23人。",
    "……“橙色”——暴雨①②③",
    "两行\n文字\n\n四行",
    "W-26-B031/000000000000000000000000000000000000000000000000000000000000000000000001",
    "，。、；：？！）》」",
    "e\xCC\x81\xCC\x81 \xF0\x9F\x91\xA8\xE2\x80\x8D\xF0\x9F\x91\xA9",
    " ",
    "\t\033",
  };

  return texts[roll(seed, sizeof texts / sizeof *texts)];
}

static void add_any_table(struct page *page, uint32_t *seed)
{
  size_t number = 1 + roll(seed, 7);
  struct page_column any[7];

  for (size_t i = 0; i < number; i++) {
    any[i] = (struct page_column){ any_text(seed), (int)roll(seed, 3) * 6, (int)roll(seed, 3), (enum page_align)roll(seed, 3), false };
    any[i].cut = roll(seed, 4) == 0;
  }
  page_table(page, any, number, roll(seed, 2) ? any_text(seed) : NULL);
  for (uint32_t rows = roll(seed, 40); rows > 0; rows--) {
    const char *cells[7];

    for (size_t i = 0; i < number; i++) cells[i] = any_text(seed);
    page_row(page, roll(seed, 64), cells);
  }
}

static void add_any_block(struct page *page, uint32_t *seed)
{
  switch (roll(seed, 9)) {
  case 0: page_heading(page, (int)roll(seed, 3), any_text(seed)); break;
  case 1: page_paragraph(page, roll(seed, 4), any_text(seed)); break;
  case 2: page_note(page, any_text(seed), any_text(seed)); break;
  case 3:
    page_pairs(page, (int)roll(seed, 6));
    for (uint32_t i = roll(seed, 6); i > 0; i--) (roll(seed, 3) ? page_pair : page_pair_wide)(page, any_text(seed), any_text(seed));
    break;
  case 4:
    page_signatures(page, 1 + (int)roll(seed, 4));
    for (uint32_t i = roll(seed, 5); i > 0; i--) page_signature(page, any_text(seed), any_text(seed), any_text(seed));
    break;
  case 5: page_lines(page, any_text(seed), (int)roll(seed, 4)); break;
  case 6: page_space(page, (int)roll(seed, 70)); break;
  case 7: page_break(page); break;
  default: add_any_table(page, seed);
  }
}

static void any_document_keeps_within_width_and_page(void **state)
{
  (void)state;
  for (uint32_t number = 0; number < 300; number++) {
    uint32_t seed = number * 7919u + 1;
    struct page_head head = { .title = any_text(&seed),
                              .unit = any_text(&seed),
                              .report = any_text(&seed),
                              .hash = any_text(&seed),
                              .footer = any_text(&seed),
                              .copy = (int)roll(&seed, 2),
                              .exercise = roll(&seed, 2) };
    struct page_options options = { .columns = roll(&seed, 2) ? 72 : 132,
                                    .lines = roll(&seed, 4) ? 60 : 0,
                                    .ambiguous = roll(&seed, 2) ? TEXT_WIDE : TEXT_NARROW,
                                    .line_drawing = roll(&seed, 2) };
    struct page *page = page_new(&head);
    char *text;

    for (uint32_t blocks = roll(&seed, 12); blocks > 0; blocks--) {
      bool together = roll(&seed, 4) == 0;

      if (together) page_together(page);
      add_any_block(page, &seed);
      add_any_block(page, &seed);
      if (together) page_together_end(page);
    }
    text = drawn(page, &options);
    assert_well_formed(text, &options);
    free(text);
  }
}

static int start(void **state)
{
  struct err err = ERR_INIT;

  (void)state;
  i18n_start("en");
  return crypto_start(&err);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_table_is_ruled_and_aligned),
    cmocka_unit_test(wide_line_drawing_meets_its_corners),
    cmocka_unit_test(each_page_has_number_report_and_table_head),
    cmocka_unit_test(an_endless_page_has_no_form_feed),
    cmocka_unit_test(rows_are_never_split_unless_taller_than_a_page),
    cmocka_unit_test(a_heading_stays_with_what_follows),
    cmocka_unit_test(a_paragraph_leaves_no_line_alone),
    cmocka_unit_test(a_narrow_column_still_holds_a_character),
    cmocka_unit_test(blocks_kept_together_are_on_one_page),
    cmocka_unit_test(struck_text_is_marked_and_readable),
    cmocka_unit_test(an_exercise_and_a_copy_show_on_each_page),
    cmocka_unit_test(control_characters_are_shown_not_sent),
    cmocka_unit_test(forms_leave_room_to_write),
    cmocka_unit_test(what_cannot_be_drawn_is_refused),
    cmocka_unit_test(a_digest_covers_the_contents_and_not_the_reprint),
    cmocka_unit_test(any_document_keeps_within_width_and_page),
  };

  return cmocka_run_group_tests(tests, start, NULL);
}
