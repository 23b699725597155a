#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "paper/page.h"

#include "base/err.h"
#include "base/i18n.h"

#ifdef HAVE_PANGO

#include "base/buf.h"
#include "base/mem.h"
#include "paper/page_model.h"
#include "paper/page_pdf_blocks.h"
#include "paper/qr.h"

#include <stdlib.h>

/* Points. 18 mm at the sides, 16 mm above and below. */
#define SIDE 51.0
#define EDGE 46.0
#define QR_SIZE 44.0 /* 15.5 mm: modules of half a millimetre for a number and 32 hex digits */
#define QR_QUIET 6.0 /* 4 modules */
#define BANNER 22.0

struct sheet {
  const struct page *page;
  struct canvas *canvas;
  struct pdf_blocks blocks;
  struct qr qr;
  struct canvas_text banner, watermark, title, unit, running, copy, report, hash, footer;
  double foot; /* height, its rule included */
};

static struct canvas_text set_text(struct sheet *sheet, enum canvas_style style, const char *text, double width, enum page_align align,
                                   bool bold)
{
  struct canvas_setting setting = { .width = width, .align = align, .bold = bold };

  return *text ? canvas_text(sheet->canvas, style, text, &setting) : (struct canvas_text){ .lines = 0 };
}

static double text_height(const struct canvas_text *text)
{
  return text->lines * text->line;
}

/* ---- Head ---- */

static void set_exercise(struct sheet *sheet)
{
  if (!sheet->page->head.exercise) return;
  sheet->banner = set_text(sheet, CANVAS_UNIT, _("EXERCISE — not a real event — EXERCISE"), sheet->blocks.width, PAGE_CENTRE, true);
  /* L10N: very large across each page of an exercise */
  sheet->watermark = set_text(sheet, CANVAS_WATERMARK, _("EXERCISE"), 10000, PAGE_LEFT, true);
}

static void set_head(struct sheet *sheet)
{
  const struct page_head *head = &sheet->page->head;
  double width = sheet->blocks.width;
  char *running = mem_printf("%s　%s", head->title, head->unit), *copy = mem_printf(_("copy %d"), head->copy);
  struct canvas_setting line = { .width = width * 0.8, .cut = true };

  set_exercise(sheet);
  sheet->title = set_text(sheet, CANVAS_TITLE, head->title, width * 0.76, PAGE_CENTRE, true);
  sheet->unit = set_text(sheet, CANVAS_UNIT, head->unit, width, PAGE_CENTRE, false);
  sheet->running = canvas_text(sheet->canvas, CANVAS_FOOT, running, &line);
  if (head->copy > 0) sheet->copy = set_text(sheet, CANVAS_CELL, copy, width * 0.11, PAGE_CENTRE, true);
  free(running);
  free(copy);
}

static double banner_height(const struct sheet *sheet)
{
  return sheet->banner.lines ? BANNER + 6 : 0;
}

static double head_height(const struct sheet *sheet, int page)
{
  if (page) return banner_height(sheet) + text_height(&sheet->running) + (sheet->copy.lines ? 14 : 10);
  return banner_height(sheet) + text_height(&sheet->title) + text_height(&sheet->unit) + 16;
}

static void put_copy(struct sheet *sheet, int page, double y)
{
  double width = sheet->blocks.width * 0.12, height = text_height(&sheet->copy) + 6, x = SIDE + sheet->blocks.width - width;

  if (!sheet->copy.lines) return;
  canvas_put_frame(sheet->canvas, page, x, y, width, height, PDF_BOLD);
  canvas_put_text(sheet->canvas, page, &sheet->copy, x + sheet->blocks.width * 0.005, y + 3, 0, sheet->copy.lines);
}

static void put_head(struct sheet *sheet, int page)
{
  double y = EDGE, width = sheet->blocks.width;

  if (sheet->banner.lines) {
    canvas_put_shade(sheet->canvas, page, SIDE, y, width, BANNER);
    canvas_put_frame(sheet->canvas, page, SIDE, y, width, BANNER, PDF_BOLD);
    canvas_put_text(sheet->canvas, page, &sheet->banner, SIDE, y + (BANNER - sheet->banner.line) / 2, 0, 1);
    y += banner_height(sheet);
  }
  put_copy(sheet, page, page ? y - 2 : y + 4);
  if (page) {
    canvas_put_text(sheet->canvas, page, &sheet->running, SIDE, y, 0, 1);
    canvas_put_line(sheet->canvas, page, SIDE, y + sheet->running.line + (sheet->copy.lines ? 6 : 2), width, PDF_THIN);
    return;
  }
  canvas_put_text(sheet->canvas, page, &sheet->title, SIDE + width * 0.12, y, 0, sheet->title.lines);
  y += text_height(&sheet->title);
  canvas_put_text(sheet->canvas, page, &sheet->unit, SIDE, y, 0, sheet->unit.lines);
  y += text_height(&sheet->unit) + 5;
  canvas_put_line(sheet->canvas, page, SIDE, y, width, 1.5);
  canvas_put_line(sheet->canvas, page, SIDE, y + 2.25, width, PDF_THIN);
}

/* ---- Foot ---- */

static double foot_left(const struct sheet *sheet)
{
  return SIDE + (sheet->qr.size ? QR_SIZE + 2 * QR_QUIET : 0);
}

static void set_foot(struct sheet *sheet)
{
  const struct page_head *head = &sheet->page->head;
  char *report = mem_printf("dutydesk  %s", head->report), *code = mem_printf("dutydesk %s %s", head->report, head->hash);
  double width, lines;

  /* Without libqrencode the text beside says the same. */
  if (*head->report && *head->hash) qr_make(&sheet->qr, code, NULL);
  width = SIDE + sheet->blocks.width - foot_left(sheet);
  if (*head->report) sheet->report = set_text(sheet, CANVAS_FOOT, report, width * 0.75, PAGE_LEFT, false);
  sheet->hash = set_text(sheet, CANVAS_FOOT, head->hash, width, PAGE_LEFT, false);
  sheet->footer = set_text(sheet, CANVAS_FOOT, head->footer, width * (*head->report ? 1 : 0.75), PAGE_LEFT, false);
  lines = text_height(&sheet->report) + text_height(&sheet->hash) + text_height(&sheet->footer);
  sheet->foot = 4 + (lines > 11 ? lines : 11);
  if (sheet->qr.size && sheet->foot < QR_SIZE + QR_QUIET) sheet->foot = QR_SIZE + QR_QUIET;
  free(report);
  free(code);
}

static void put_foot(struct sheet *sheet, int page, int pages)
{
  double x = foot_left(sheet), y = canvas_height(sheet->canvas) - EDGE - sheet->foot, width = sheet->blocks.width;
  char *text = mem_printf(_("Page %d of %d"), page + 1, pages);
  struct canvas_text place = set_text(sheet, CANVAS_FOOT, text, width, PAGE_RIGHT, false);

  free(text);
  canvas_put_line(sheet->canvas, page, SIDE, y, width, PDF_THIN);
  if (sheet->qr.size) canvas_put_qr(sheet->canvas, page, SIDE + QR_QUIET / 2, y + QR_QUIET, QR_SIZE, &sheet->qr);
  y += 4;
  canvas_put_text(sheet->canvas, page, &place, SIDE, y, 0, 1);
  canvas_put_text(sheet->canvas, page, &sheet->report, x, y, 0, sheet->report.lines);
  y += text_height(&sheet->report);
  canvas_put_text(sheet->canvas, page, &sheet->hash, x, y, 0, sheet->hash.lines);
  y += text_height(&sheet->hash);
  canvas_put_text(sheet->canvas, page, &sheet->footer, x, y, 0, sheet->footer.lines);
}

/* ---- Body ---- */

static double room(void *context, int page)
{
  const struct sheet *sheet = context;

  return canvas_height(sheet->canvas) - 2 * EDGE - head_height(sheet, page) - sheet->foot - 8;
}

static void place(void *context, const struct flow_piece *piece, int page, double y, int from, int lines, bool lead)
{
  struct sheet *sheet = context;

  (void)lead;
  pdf_blocks_place(&sheet->blocks, piece, page, EDGE + head_height(sheet, page) + y, from, lines);
}

static void close_table(void *context, const struct flow_piece *head, int page, double y)
{
  struct sheet *sheet = context;

  pdf_blocks_close(&sheet->blocks, head, page, EDGE + head_height(sheet, page) + y);
}

static int draw(struct sheet *sheet)
{
  struct flow_painter painter = { sheet, room, place, close_table };
  int pages;

  sheet->blocks = (struct pdf_blocks){ .page = sheet->page, .canvas = sheet->canvas, .left = SIDE };
  sheet->blocks.width = canvas_width(sheet->canvas) - 2 * SIDE;
  set_head(sheet);
  set_foot(sheet);
  pdf_blocks_make(&sheet->blocks);
  pages = flow_run(sheet->blocks.pieces, sheet->blocks.count, &painter);
  for (int page = 0; page < pages; page++) {
    if (sheet->watermark.lines) canvas_put_watermark(sheet->canvas, page, &sheet->watermark, SIDE);
    put_head(sheet, page);
    put_foot(sheet, page, pages);
  }
  return pages;
}

int page_pdf(const struct page *page, const struct page_options *options, struct buf *out, struct err *err)
{
  bool landscape = options->paper == PAGE_AS_DOCUMENT ? page->head.landscape : options->paper == PAGE_LANDSCAPE;
  struct sheet sheet = { .page = page };
  int pages, result;

  if (canvas_open(&sheet.canvas, options->font, landscape, err) != 0) return -1;
  pages = draw(&sheet);
  result = canvas_write(sheet.canvas, pages, page->head.title, page->head.made_at, out, err);
  pdf_blocks_free(&sheet.blocks);
  canvas_free(sheet.canvas);
  qr_free(&sheet.qr);
  return result;
}

bool page_can_pdf(void)
{
  return true;
}

#else

int page_pdf(const struct page *page, const struct page_options *options, struct buf *out, struct err *err)
{
  (void)page;
  (void)options;
  (void)out;
  return err_set(err, _("This dutydesk was built without PDF (Pango); print as text instead"));
}

bool page_can_pdf(void)
{
  return false;
}

#endif
