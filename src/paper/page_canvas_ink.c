#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#ifdef HAVE_PANGO

#include "paper/page_canvas_model.h"

#include "base/mem.h"
#include "paper/qr.h"

static struct ink *add_ink(struct canvas *canvas, int page, enum layer layer, void (*draw)(struct canvas *, const struct ink *))
{
  struct ink *ink;

  if (canvas->ink_count == canvas->ink_room) {
    canvas->ink_room = canvas->ink_room ? canvas->ink_room * 2 : 128;
    canvas->inks = mem_grow(canvas->inks, canvas->ink_room, sizeof *canvas->inks);
  }
  ink = &canvas->inks[canvas->ink_count++];
  *ink = (struct ink){ .page = page, .layer = layer, .draw = draw };
  return ink;
}

static void set_box(struct ink *ink, double x, double y, double width, double height)
{
  ink->x = x;
  ink->y = y;
  ink->width = width;
  ink->height = height;
}

static void set_grey(struct canvas *canvas, double grey)
{
  cairo.set_source_rgb(canvas->cairo, grey, grey, grey);
}

/* Pango would put the line where Latin letters want it, too high in lines of a set height. */
static void strike_line(struct canvas *canvas, double x, double y, double width)
{
  cairo.set_line_width(canvas->cairo, 0.7);
  cairo.move_to(canvas->cairo, x, y);
  cairo.line_to(canvas->cairo, x + width, y);
  cairo.stroke(canvas->cairo);
}

static void draw_text_line(struct canvas *canvas, const struct ink *ink, PangoLayoutLine *line, double x, double baseline)
{
  double scale = canvas_unit(ink->style) * PANGO_SCALE;

  cairo.save(canvas->cairo);
  cairo.translate(canvas->cairo, x, baseline);
  cairo.scale(canvas->cairo, scale, scale);
  cairo.move_to(canvas->cairo, 0, 0);
  pango.cairo_show_layout_line(canvas->cairo, line);
  cairo.restore(canvas->cairo);
}

static void draw_text(struct canvas *canvas, const struct ink *ink)
{
  /* middle: of a Chinese character, above the baseline */
  const double unit = canvas_unit(ink->style), middle = canvas_looks[ink->style].size * 0.34;
  PangoLayoutIter *iter = pango.layout_get_iter(ink->layout);
  int first = 0, line = 0;

  set_grey(canvas, canvas_looks[ink->style].grey);
  do {
    PangoRectangle extents;
    double x, baseline;

    pango.layout_iter_get_line_extents(iter, NULL, &extents);
    if (line == ink->from) first = extents.y;
    x = ink->x + extents.x * unit;
    baseline = ink->y + (pango.layout_iter_get_baseline(iter) - first) * unit;
    if (line >= ink->from && line < ink->from + ink->lines) {
      draw_text_line(canvas, ink, pango.layout_iter_get_line_readonly(iter), x, baseline);
      if (ink->struck) strike_line(canvas, x, baseline - middle, extents.width * unit);
    }
    line++;
  } while (pango.layout_iter_next_line(iter));
  pango.layout_iter_free(iter);
}

void canvas_put_text(struct canvas *canvas, int page, const struct canvas_text *text, double x, double y, int from, int lines)
{
  struct ink *ink;

  if (lines <= 0) return;
  ink = add_ink(canvas, page, LAYER_INK, draw_text);
  set_box(ink, x, y, 0, 0);
  ink->layout = text->layout;
  ink->from = from;
  ink->lines = lines;
  ink->style = text->style;
  ink->struck = text->struck;
}

static void draw_frame(struct canvas *canvas, const struct ink *ink)
{
  set_grey(canvas, 0);
  cairo.set_line_width(canvas->cairo, ink->pen);
  cairo.rectangle(canvas->cairo, ink->x, ink->y, ink->width, ink->height);
  cairo.stroke(canvas->cairo);
}

void canvas_put_frame(struct canvas *canvas, int page, double x, double y, double width, double height, double pen)
{
  struct ink *ink = add_ink(canvas, page, LAYER_INK, draw_frame);

  set_box(ink, x, y, width, height);
  ink->pen = pen;
}

static void draw_shade(struct canvas *canvas, const struct ink *ink)
{
  set_grey(canvas, 0.93);
  cairo.rectangle(canvas->cairo, ink->x, ink->y, ink->width, ink->height);
  cairo.fill(canvas->cairo);
}

void canvas_put_shade(struct canvas *canvas, int page, double x, double y, double width, double height)
{
  set_box(add_ink(canvas, page, LAYER_SHADE, draw_shade), x, y, width, height);
}

static void draw_line(struct canvas *canvas, const struct ink *ink)
{
  set_grey(canvas, 0);
  cairo.set_line_width(canvas->cairo, ink->pen);
  cairo.move_to(canvas->cairo, ink->x, ink->y);
  cairo.line_to(canvas->cairo, ink->x + ink->width, ink->y);
  cairo.stroke(canvas->cairo);
}

void canvas_put_line(struct canvas *canvas, int page, double x, double y, double width, double pen)
{
  struct ink *ink = add_ink(canvas, page, LAYER_INK, draw_line);

  set_box(ink, x, y, width, 0);
  ink->pen = pen;
}

static void draw_tick_box(struct canvas *canvas, const struct ink *ink)
{
  draw_frame(canvas, ink);
  if (!ink->ticked) return;
  cairo.set_line_width(canvas->cairo, 1.2);
  cairo.move_to(canvas->cairo, ink->x + ink->width * 0.18, ink->y + ink->height * 0.5);
  cairo.line_to(canvas->cairo, ink->x + ink->width * 0.42, ink->y + ink->height * 0.76);
  cairo.line_to(canvas->cairo, ink->x + ink->width * 0.84, ink->y + ink->height * 0.22);
  cairo.stroke(canvas->cairo);
}

void canvas_put_tick_box(struct canvas *canvas, int page, double x, double y, double size, bool ticked)
{
  struct ink *ink = add_ink(canvas, page, LAYER_INK, draw_tick_box);

  set_box(ink, x, y, size, size);
  ink->pen = 0.7;
  ink->ticked = ticked;
}

/* Dark modules in a row are one rectangle, so that no hairline of paper shows between them. */
static void draw_qr(struct canvas *canvas, const struct ink *ink)
{
  const struct qr *qr = ink->qr;
  double module = ink->width / qr->size;

  set_grey(canvas, 0);
  for (int row = 0; row < qr->size; row++) {
    for (int from = 0, to; from < qr->size; from = to + 1) {
      for (to = from; to < qr->size && qr->modules[row * qr->size + to]; to++) continue;
      if (to > from) cairo.rectangle(canvas->cairo, ink->x + from * module, ink->y + row * module, (to - from) * module, module);
    }
  }
  cairo.fill(canvas->cairo);
}

void canvas_put_qr(struct canvas *canvas, int page, double x, double y, double size, const struct qr *qr)
{
  struct ink *ink = add_ink(canvas, page, LAYER_INK, draw_qr);

  set_box(ink, x, y, size, size);
  ink->qr = qr;
}

static void draw_watermark(struct canvas *canvas, const struct ink *ink)
{
  PangoRectangle extents;
  /* A triangle of 3, 4 and 5 is within 2 degrees of A4's diagonal. */
  double along = ink->width < ink->height ? 0.6 : 0.8, up = 1.4 - along, across, high, scale;
  cairo_matrix_t turn = { .xx = along, .yx = -up, .xy = up, .yy = along };

  pango.layout_get_extents(ink->layout, &extents, NULL);
  across = ink->width / (along * extents.width + up * extents.height);
  high = ink->height / (up * extents.width + along * extents.height);
  scale = (across < high ? across : high) * PANGO_SCALE * 0.95;
  cairo.save(canvas->cairo);
  set_grey(canvas, canvas_looks[ink->style].grey);
  cairo.translate(canvas->cairo, ink->x + ink->width / 2, ink->y + ink->height / 2);
  cairo.transform(canvas->cairo, &turn);
  cairo.scale(canvas->cairo, scale, scale);
  cairo.move_to(canvas->cairo, -(extents.x + extents.width / 2.0) / PANGO_SCALE, -(extents.y + extents.height / 2.0) / PANGO_SCALE);
  pango.cairo_layout_path(canvas->cairo, ink->layout);
  cairo.fill(canvas->cairo);
  cairo.restore(canvas->cairo);
}

void canvas_put_watermark(struct canvas *canvas, int page, const struct canvas_text *text, double margin)
{
  struct ink *ink = add_ink(canvas, page, LAYER_WATERMARK, draw_watermark);

  set_box(ink, margin, margin, canvas->width - 2 * margin, canvas->height - 2 * margin);
  ink->layout = text->layout;
  ink->style = text->style;
}

#else

typedef int page_canvas_ink_is_empty; /* built without PDF: page_pdf says so */

#endif
