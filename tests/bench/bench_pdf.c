/* A one-page shift report as PDF, against the smallest Pango and Cairo program that draws its words: two processes, from start to end. */
#include <locale.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "bench.h"
#include "paper/page.h"
#include "ten_years.h"

enum { ROUNDS = 21, EVENTS = 22 };

extern char **environ;

struct drawing {
  char *text, *pdf, *self, *bare;
};

/* What stands on the page: the same words for both. */
struct words {
  char times[EVENTS][8], events[EVENTS][TEN_YEARS_TEXT];
};
static const char *const labels[] = { "日期", "班次", "带班领导", "值班员甲", "值班员乙", "天气" };
static const char *const facts[] = { "2026年7月1日", "08:00-20:00", "值班员丙", "值班员甲", "值班员乙", "大雨转暴雨" };

static void words_make(struct words *words)
{
  uint64_t seed = 5;
  for (int event = 0; event < EVENTS; event++) {
    snprintf(words->times[event], sizeof(words->times[event]), "%02d:%02d", 8 + event / 2, event * 7 % 60);
    ten_years_text(&seed, words->events[event]);
  }
}

/* --- ours: this program again, with a PDF's name -------------------------------------------------------------------------------------- */

static struct page *page_make(const struct words *words)
{
  static const struct page_column columns[] = { { .label = "时间", .width = 6 }, { .label = "事项", .weight = 1 } };
  struct page_head head = { .title = "值班报告",
                            .unit = "示范镇 应急值班室",
                            .report = "R-26-A001",
                            .hash = "0123456789abcdef0123456789abcdef",
                            .made_at = 1782864000000 };
  struct page *page = page_new(&head);
  page_pairs(page, 3);
  for (size_t pair = 0; pair < sizeof(labels) / sizeof(labels[0]); pair++) page_pair(page, labels[pair], facts[pair]);
  page_heading(page, 1, "本班事项");
  page_table(page, columns, 2, NULL);
  for (int event = 0; event < EVENTS; event++) page_row(page, 0, (const char *[]){ words->times[event], words->events[event] });
  page_signatures(page, 2);
  page_signature(page, "交班人", NULL, NULL);
  page_signature(page, "接班人", NULL, NULL);
  return page;
}

static int draw(const char *path)
{
  struct page_options options = PAGE_OPTIONS_INIT;
  struct words words;
  struct err err = ERR_INIT;
  struct buf pdf = BUF_INIT;
  words_make(&words);
  struct page *page = page_make(&words);
  if (crypto_start(&err) != 0 || clock_set_zone("Asia/Shanghai", &err) != 0 || page_pdf(page, &options, &pdf, &err) != 0)
    bench_fail("%s", err.text);
  FILE *file = fopen(path, "w");
  if (!file || fwrite(pdf.data, 1, pdf.length, file) != pdf.length || fclose(file) != 0) bench_fail("%s cannot be written", path);
  buf_free(&pdf);
  page_free(page);
  return 0;
}

/* --- taking turns --------------------------------------------------------------------------------------------------------------------- */

static void write_text(const char *path)
{
  struct words words;
  struct buf text = BUF_INIT;
  struct err err = ERR_INIT;
  words_make(&words);
  buf_adds(&text, "值班报告\n示范镇 应急值班室\n");
  for (size_t pair = 0; pair < sizeof(labels) / sizeof(labels[0]); pair++) buf_addf(&text, "%s %s\n", labels[pair], facts[pair]);
  buf_adds(&text, "本班事项\n时间 事项\n");
  for (int event = 0; event < EVENTS; event++) buf_addf(&text, "%s %s\n", words.times[event], words.events[event]);
  buf_adds(&text, "交班人\n接班人\nR-26-A001 0123456789abcdef0123456789abcdef\n");
  if (file_replace(path, text.data, text.length, 0600, &err) != 0) bench_fail("%s", err.text);
  buf_free(&text);
}

static double run(const char *program, char *const argv[])
{
  pid_t child;
  int status;
  double begun = bench_seconds();
  if (posix_spawn(&child, program, NULL, NULL, argv, environ) != 0 || waitpid(child, &status, 0) != child || status != 0)
    bench_fail("%s failed", program);
  return (bench_seconds() - begun) * 1e3;
}

static double draw_ours(void *context)
{
  struct drawing *drawing = context;
  return run(drawing->self, (char *[]){ drawing->self, drawing->pdf, NULL });
}

static double draw_bare(void *context)
{
  struct drawing *drawing = context;
  return run(drawing->bare, (char *[]){ drawing->bare, drawing->text, drawing->pdf, NULL });
}

static void check_one_page(const char *path)
{
  size_t length;
  char *pdf = bench_read(path, &length);
  if (!memmem(pdf, length, "/Count 1\n", 9) && !memmem(pdf, length, "/Count 1 ", 9)) bench_fail("ours is not one page");
  free(pdf);
}

int main(int argc, char *argv[])
{
  setlocale(LC_ALL, "C.UTF-8");
  if (argc == 2) return draw(argv[1]);
  if (!page_can_pdf()) {
    puts("one-page PDF: built without Pango, not measured");
    return 0;
  }
  char *directory = file_directory(argv[0]);
  struct drawing drawing = { bench_path("page.txt"), bench_path("page.pdf"), argv[0], file_join(directory, "bare_page") };
  write_text(drawing.text);
  draw_ours(&drawing);
  check_one_page(drawing.pdf);
  bool met = bench_compare("one-page PDF", draw_ours, draw_bare, &drawing, ROUNDS, "ms", 1.5);
  unlink(drawing.text);
  unlink(drawing.pdf);
  free(drawing.text);
  free(drawing.pdf);
  free(drawing.bare);
  free(directory);
  return met ? 0 : 1;
}
