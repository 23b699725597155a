/* Documents as PDF, judged by boxes: poppler reads the pages back. 77 (skipped) without poppler, without the font, or built without PDF. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/child.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/err.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "paper/page.h"
#include "paper/qr.h"

enum { SKIPPED = 77, WAIT = 60000, MOST = 64 * 1024 * 1024 };
#define MARGIN (15 / 25.4 * 72)

static char folder[] = "/tmp/test_page_pdf.XXXXXX";

/* Fontconfig keeps its patterns until the process ends; with sanitizers, only our own leaks count. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
  return "leak:libfontconfig\n";
}

/* ---- Reading back ---- */

static struct buf run(const char *const argv[])
{
  struct buf output = BUF_INIT, errors = BUF_INIT;
  struct err err = ERR_INIT;
  int status = child_run(argv, NULL, 0, WAIT, &output, &errors, MOST, &err);

  if (status != 0) fail_msg("%s: %d %s %s", argv[0], status, err.text, buf_text(&errors));
  buf_free(&errors);
  return output;
}

/* A file of the test's folder that holds the document's PDF; the caller frees the name and unlinks the file. */
static char *pdf_file(const struct buf *pdf)
{
  char *path = file_join(folder, "page.pdf");
  struct err err = ERR_INIT;

  if (file_replace(path, pdf->data, pdf->length, 0600, &err) != 0) fail_msg("%s", err.text);
  return path;
}

static struct buf drawn(struct page *page, enum page_paper paper)
{
  struct page_options options = PAGE_OPTIONS_INIT;
  struct err err = ERR_INIT;
  struct buf out = BUF_INIT;
  int result;

  options.paper = paper;
  result = page_pdf(page, &options, &out, &err);
  page_free(page);
  if (result != 0) fail_msg("%s", err.text);
  return out;
}

struct word {
  int page;
  double left, top, right, bottom;
  char text[128];
};

struct words {
  struct word *words;
  int count, pages;
  double width, height;
};

static struct words words_of(const struct buf *pdf)
{
  char *path = pdf_file(pdf);
  struct buf html = run((const char *const[]){ "pdftotext", "-bbox", path, "-", NULL });
  struct words found = { NULL, 0, 0, 0, 0 };

  for (char *line = strtok(html.data, "\n"); line; line = strtok(NULL, "\n")) {
    struct word word = { .page = found.pages - 1 };

    if (sscanf(line, " <page width=\"%lf\" height=\"%lf\"", &found.width, &found.height) == 2) found.pages++;
    if (sscanf(line, " <word xMin=\"%lf\" yMin=\"%lf\" xMax=\"%lf\" yMax=\"%lf\">%127[^<]", &word.left, &word.top, &word.right,
               &word.bottom, word.text) == 5) {
      found.words = mem_grow(found.words, (size_t)found.count + 1, sizeof word);
      found.words[found.count++] = word;
    }
  }
  unlink(path);
  free(path);
  buf_free(&html);
  return found;
}

static int count_word(const struct words *words, const char *text)
{
  int count = 0;

  for (int i = 0; i < words->count; i++) count += strcmp(words->words[i].text, text) == 0;
  return count;
}

static void assert_words_do_not_overlap(const struct words *words)
{
  for (int i = 0; i < words->count; i++) {
    for (int j = i + 1; j < words->count && words->words[j].page == words->words[i].page; j++) {
      const struct word *a = &words->words[i], *b = &words->words[j];
      double wide = (a->right < b->right ? a->right : b->right) - (a->left > b->left ? a->left : b->left);
      double high = (a->bottom < b->bottom ? a->bottom : b->bottom) - (a->top > b->top ? a->top : b->top);

      if (wide > 0.5 && high > 1.5) /* boxes are of ascent and descent, a little higher than the letters */
        fail_msg("page %d: \"%s\" and \"%s\" overlap by %.1f x %.1f points", a->page + 1, a->text, b->text, wide, high);
    }
  }
}

static void assert_words_within(const struct words *words)
{
  for (int i = 0; i < words->count; i++) {
    const struct word *word = &words->words[i];

    if (word->left < MARGIN || word->right > words->width - MARGIN || word->top < MARGIN || word->bottom > words->height - MARGIN)
      fail_msg("page %d: \"%s\" stands in the margin", word->page + 1, word->text);
  }
}

/* A page in grey. At 72 dots an inch a dot is a point. */
struct picture {
  struct buf file;
  const unsigned char *dots;
  int width, height;
};

static struct picture picture_of(const struct buf *pdf, int page, const char *dots)
{
  char *path = pdf_file(pdf), *number = mem_printf("%d", page);
  struct picture picture;
  int used = 0;

  picture.file = run((const char *const[]){ "pdftoppm", "-gray", "-r", dots, "-f", number, "-l", number, path, NULL });
  assert_int_equal(sscanf(picture.file.data, "P5 %d %d 255%n", &picture.width, &picture.height, &used), 2);
  picture.dots = (const unsigned char *)picture.file.data + used + 1;
  assert_int_equal(picture.file.length, (size_t)used + 1 + (size_t)picture.width * (size_t)picture.height);
  unlink(path);
  free(path);
  free(number);
  return picture;
}

static int dark_dots(const struct picture *picture, double left, double top, double right, double bottom)
{
  int dark = 0;

  for (int y = (int)top; y < (int)bottom; y++) {
    for (int x = (int)left; x < (int)right; x++) dark += picture->dots[y * picture->width + x] < 250;
  }
  return dark;
}

static void assert_ink_within(const struct buf *pdf, int pages)
{
  for (int page = 1; page <= pages; page++) {
    struct picture picture = picture_of(pdf, page, "72");
    int width = picture.width, height = picture.height;
    int inside = dark_dots(&picture, MARGIN, MARGIN, width - MARGIN, height - MARGIN), all = dark_dots(&picture, 0, 0, width, height);

    assert_true(inside > 500);
    if (all != inside) fail_msg("page %d: %d dots of ink in the margin", page, all - inside);
    buf_free(&picture.file);
  }
}

/* ---- Documents ---- */

static const struct page_column columns[] = {
  { .label = "时间", .width = 11 },
  { .label = "事由经过", .weight = 3 },
  { .label = "去向", .weight = 1 },
  { .label = "人数", .width = 6, .align = PAGE_RIGHT },
};

static void add_rows(struct page *page, int rows, unsigned marks)
{
  page_table(page, columns, 4, "本班无记录");
  for (int i = 0; i < rows; i++) {
    char *number = mem_printf("%d", i);

    page_row(page, marks,
             (const char *[]){ "07-01 02:15",
                               i % 4 ? "巡查"
                                     : "01号隐患点后缘裂缝由12 mm扩至18 mm，已转移01号户至07号户共23人，无伤亡，"
                                       "Enter the village group (WeChat) 已读确认。",
                               "02号村", number });
    free(number);
  }
}

static struct page *whole_document(int rows)
{
  struct page_head head = { .title = "值班日报（交接班记录）",
                            .unit = "石门沟乡应急值班室 2026年7月1日 白班",
                            .report = "R-26-B031",
                            .hash = "0123456789abcdef0123456789abcdef",
                            .made_at = INT64_C(1782864000000),
                            .copy = 2,
                            .exercise = true,
                            .footer = "打印：值班员甲 2026-07-01 20:05" };
  struct page *page = page_new(&head);

  page_pairs(page, 3);
  for (int i = 0; i < 7; i++) page_pair(page, i % 2 ? "带班领导" : "主岗", i % 3 ? "值班员甲" : NULL);
  page_pair_wide(page, "值班要情",
                 "凌晨两点一刻起普降暴雨，01号隐患点后缘裂缝加宽，已组织转移，无人员伤亡；02号村道路中断，抢通中，预计六时恢复。");
  page_note(page, "提醒", "夜间每小时巡查一次。\n卫星电话已测试。");
  page_heading(page, 1, "一、值班日志");
  add_rows(page, rows, 0);
  page_heading(page, 2, "划改");
  add_rows(page, 2, PAGE_STRUCK | PAGE_TICKED);
  page_paragraph(page, PAGE_BOLD, "本记录由系统按日志自动汇总，划改内容保留原文，接班人须逐项复诵待办事项并签名确认。");
  page_lines(page, "接班意见", 2);
  page_signatures(page, 2);
  page_signature(page, "交班主岗", "值班员甲", "2026-07-01 20:01");
  page_signature(page, "接班主岗", NULL, NULL);
  return page;
}

static void everything_stands_within_the_margins_and_apart(void **state)
{
  (void)state;
  for (enum page_paper paper = PAGE_PORTRAIT; paper <= PAGE_LANDSCAPE; paper++) {
    struct buf pdf = drawn(whole_document(45), paper);
    struct words words = words_of(&pdf);

    assert_true(words.pages >= 3);
    assert_true(words.count > 200);
    assert_int_equal((int)(words.width + 0.5), paper == PAGE_PORTRAIT ? 595 : 842);
    assert_words_within(&words);
    assert_words_do_not_overlap(&words);
    assert_ink_within(&pdf, words.pages);
    free(words.words);
    buf_free(&pdf);
  }
}

static void each_page_has_number_report_and_table_head(void **state)
{
  struct buf pdf = drawn(whole_document(100), PAGE_PORTRAIT);
  struct words words = words_of(&pdf);

  (void)state;
  assert_int_equal(count_word(&words, "Page"), words.pages);
  assert_int_equal(count_word(&words, "R-26-B031"), words.pages);
  assert_int_equal(count_word(&words, "0123456789abcdef0123456789abcdef"), words.pages);
  assert_true(count_word(&words, "事由经过") >= words.pages);
  assert_int_equal(count_word(&words, "巡查"), 75 + 1);
  assert_int_equal(count_word(&words, "EXERCISE"), 2 * words.pages); /* the watermark is no text */
  free(words.words);
  buf_free(&pdf);
}

static void a_row_taller_than_a_page_is_drawn_whole(void **state)
{
  struct page_head head = { .title = "长" };
  struct page *page = page_new(&head);
  struct buf cell = BUF_INIT, pdf;
  struct words words;

  (void)state;
  for (int i = 0; i < 150; i++) buf_addf(&cell, "%sT%03d", i ? "\n" : "", i);
  page_table(page, columns, 4, NULL);
  page_row(page, 0, (const char *[]){ "07-01 02:15", "短", NULL, NULL });
  page_row(page, 0, (const char *[]){ "07-01 02:16", buf_text(&cell), NULL, NULL });
  buf_free(&cell);
  pdf = drawn(page, PAGE_PORTRAIT);
  words = words_of(&pdf);
  assert_int_equal(words.pages, 3);
  for (int i = 0; i < 150; i++) {
    char text[8];

    snprintf(text, sizeof text, "T%03d", i);
    assert_int_equal(count_word(&words, text), 1);
  }
  assert_int_equal(count_word(&words, "02:16"), 1);
  assert_words_within(&words);
  assert_words_do_not_overlap(&words);
  free(words.words);
  buf_free(&pdf);
}

static struct page *one_row(unsigned marks)
{
  struct page_head head = { .title = "划" };
  struct page *page = page_new(&head);

  page_table(page, columns, 4, NULL);
  page_row(page, marks, (const char *[]){ "07-01 02:15", "误报", NULL, NULL });
  return page;
}

static void struck_text_has_a_line_through_it(void **state)
{
  struct buf plain = drawn(one_row(0), PAGE_PORTRAIT), struck = drawn(one_row(PAGE_STRUCK), PAGE_PORTRAIT);
  struct words words = words_of(&struck);
  struct picture before = picture_of(&plain, 1, "72"), after = picture_of(&struck, 1, "72");
  const struct word *found = NULL;

  (void)state;
  for (int i = 0; i < words.count; i++) found = strcmp(words.words[i].text, "误报") == 0 ? &words.words[i] : found;
  assert_non_null(found);
  assert_true(dark_dots(&after, found->left, found->top, found->right, found->bottom) >
              dark_dots(&before, found->left, found->top, found->right, found->bottom));
  buf_free(&before.file);
  buf_free(&after.file);
  buf_free(&plain);
  buf_free(&struck);
  free(words.words);
}

static void the_same_document_gives_the_same_bytes(void **state)
{
  struct buf first = drawn(whole_document(20), PAGE_AS_DOCUMENT), other = drawn(one_row(0), PAGE_AS_DOCUMENT);
  struct buf again = drawn(whole_document(20), PAGE_AS_DOCUMENT);

  (void)state;
  assert_int_equal(first.length, again.length);
  assert_memory_equal(first.data, again.data, first.length);
  assert_int_not_equal(first.length, other.length);
  buf_free(&first);
  buf_free(&other);
  buf_free(&again);
}

static void its_date_is_the_document_s(void **state)
{
  struct buf pdf = drawn(whole_document(1), PAGE_AS_DOCUMENT), facts;
  char *path = pdf_file(&pdf);

  (void)state;
  facts = run((const char *const[]){ "pdfinfo", "-rawdates", path, NULL });
  assert_non_null(strstr(facts.data, "20260701080000+08"));
  assert_null(strstr(facts.data, "ModDate"));
  assert_non_null(strstr(facts.data, "值班日报（交接班记录）"));
  unlink(path);
  free(path);
  buf_free(&facts);
  buf_free(&pdf);
}

static void fonts_are_embedded_in_part(void **state)
{
  struct buf pdf = drawn(whole_document(5), PAGE_PORTRAIT);
  char *path = pdf_file(&pdf);
  struct buf fonts = run((const char *const[]){ "pdffonts", path, NULL });
  int lines = 0;

  (void)state;
  strtok(fonts.data, "\n");
  strtok(NULL, "\n");
  for (char *line = strtok(NULL, "\n"); line; line = strtok(NULL, "\n"), lines++)
    assert_non_null(strstr(line, "yes yes yes")); /* embedded, subset, with a map to Unicode */
  assert_true(lines > 0);
  assert_true(pdf.length < 100 * 1024);
  unlink(path);
  free(path);
  buf_free(&fonts);
  buf_free(&pdf);
}

static void a_character_that_no_font_has_is_an_error(void **state)
{
  struct page_options options = PAGE_OPTIONS_INIT;
  struct page *page = one_row(0);
  struct err err = ERR_INIT;
  struct buf out = BUF_INIT;

  (void)state;
  page_paragraph(page, 0, "甲\xF3\xB0\x80\x81乙");
  assert_int_equal(page_pdf(page, &options, &out, &err), -1);
  assert_int_equal(out.length, 0);
  assert_non_null(strstr(err.text, "U+F0001"));
  assert_non_null(strstr(err.text, "fonts-wqy-microhei"));
  page_free(page);
}

static bool is_finder(const struct qr *qr, int x, int y)
{
  static const char *const rows[7] = { "1111111", "1000001", "1011101", "1011101", "1011101", "1000001", "1111111" };

  for (int row = 0; row < 7; row++) {
    for (int column = 0; column < 7; column++) {
      if (qr->modules[(y + row) * qr->size + x + column] != rows[row][column] - '0') return false;
    }
  }
  return true;
}

/* The middle of each module on paper has the colour of the code. The code is the only black thing at the lower left. */
static void the_code_on_paper_is_the_one_that_was_made(void **state)
{
  enum { FINE = 4 }; /* dots a point */
  struct buf pdf = drawn(whole_document(1), PAGE_PORTRAIT);
  struct picture picture = picture_of(&pdf, 1, "288");
  struct qr qr = QR_INIT;
  struct err err = ERR_INIT;
  int left = picture.width, right = 0, top = picture.height;
  int made = qr_make(&qr, "dutydesk R-26-B031 0123456789abcdef0123456789abcdef", &err);

  (void)state;
  for (int y = picture.height - 92 * FINE; made == 0 && y < picture.height; y++) {
    for (int x = (int)MARGIN * FINE; x < 102 * FINE; x++) {
      if (picture.dots[y * picture.width + x] < 128) {
        left = x < left ? x : left;
        right = x > right ? x : right;
        top = y < top ? y : top;
      }
    }
  }
  for (int i = 0; i < qr.size * qr.size; i++) {
    double module = (right - left + 1) / (double)qr.size, x = left + (i % qr.size + 0.5) * module, y = top + (i / qr.size + 0.5) * module;

    assert_int_equal(picture.dots[(int)y * picture.width + (int)x] < 128, qr.modules[i]);
  }
  assert_true(qr.size == 0 || (is_finder(&qr, 0, 0) && is_finder(&qr, qr.size - 7, 0) && is_finder(&qr, 0, qr.size - 7)));
  qr_free(&qr);
  buf_free(&picture.file);
  buf_free(&pdf);
  if (made != 0) skip();
}

/* ---- Start ---- */

static bool has_tool(const char *name)
{
  struct err err = ERR_INIT;

  return child_run((const char *const[]){ name, "-v", NULL }, NULL, 0, WAIT, NULL, NULL, 0, &err) >= 0;
}

static bool has_font(void)
{
  struct page_options options = PAGE_OPTIONS_INIT;
  struct page *page = one_row(0);
  struct err err = ERR_INIT;
  struct buf out = BUF_INIT;
  int result = page_pdf(page, &options, &out, &err);

  if (result != 0) fprintf(stderr, "%s\n", err.text);
  page_free(page);
  buf_free(&out);
  return result == 0;
}

static int make_folder(void **state)
{
  (void)state;
  return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
  (void)state;
  return rmdir(folder);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(everything_stands_within_the_margins_and_apart),
    cmocka_unit_test(each_page_has_number_report_and_table_head),
    cmocka_unit_test(a_row_taller_than_a_page_is_drawn_whole),
    cmocka_unit_test(struck_text_has_a_line_through_it),
    cmocka_unit_test(the_same_document_gives_the_same_bytes),
    cmocka_unit_test(its_date_is_the_document_s),
    cmocka_unit_test(fonts_are_embedded_in_part),
    cmocka_unit_test(a_character_that_no_font_has_is_an_error),
    cmocka_unit_test(the_code_on_paper_is_the_one_that_was_made),
  };
  struct err err = ERR_INIT;

  i18n_start("en");
  if (crypto_start(&err) != 0 || clock_set_zone("Asia/Shanghai", &err) != 0) return EXIT_FAILURE;
  if (!page_can_pdf() || !has_tool("pdftotext") || !has_tool("pdftoppm") || !has_font()) {
    fprintf(stderr, "skipped: needs Pango, the package fonts-wqy-microhei and the package poppler-utils\n");
    return SKIPPED;
  }
  return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
