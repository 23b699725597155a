/* Ink on A4: what stands where is collected first and written as PDF at the end, when the number of pages is known; so every text is shaped
 * only once. Built only with Pango. Points (1/72 inch) from the upper left corner; pages count from 0. */
#ifndef PAPER_PAGE_CANVAS_H
#define PAPER_PAGE_CANVAS_H

#include "paper/page.h"

struct buf;
struct canvas;
struct qr;

enum canvas_style {
  CANVAS_TITLE,
  CANVAS_UNIT,
  CANVAS_HEADING,
  CANVAS_SUBHEADING,
  CANVAS_BODY,
  CANVAS_CELL,
  CANVAS_NOTE,
  CANVAS_FOOT,
  CANVAS_WATERMARK,
  CANVAS_STYLES
};

/* A text laid out in lines of equal height. It belongs to the canvas and lives as long. */
struct canvas_text {
  struct _PangoLayout *layout;
  int lines;
  double line, width; /* height of a line; width of the widest one */
  enum canvas_style style;
  bool struck;
};

/* Opens the libraries. -1 names the package to install. */
int canvas_open(struct canvas **canvas, const char *font, bool landscape, struct err *err);
void canvas_free(struct canvas *canvas);
double canvas_width(const struct canvas *canvas);
double canvas_height(const struct canvas *canvas);
double canvas_em(enum canvas_style style);   /* a Chinese character's width */
double canvas_line(enum canvas_style style); /* height of a line */

struct canvas_setting {
  double width;  /* to wrap at */
  double indent; /* of the first line of a paragraph */
  enum page_align align;
  bool bold, struck, cut;
};
struct canvas_text canvas_text(struct canvas *canvas, enum canvas_style style, const char *text, const struct canvas_setting *setting);

/* Lines from .. from+lines-1 with the first one's upper edge at y. */
void canvas_put_text(struct canvas *canvas, int page, const struct canvas_text *text, double x, double y, int from, int lines);
void canvas_put_frame(struct canvas *canvas, int page, double x, double y, double width, double height, double pen);
void canvas_put_shade(struct canvas *canvas, int page, double x, double y, double width, double height);
void canvas_put_line(struct canvas *canvas, int page, double x, double y, double width, double pen); /* horizontal */
void canvas_put_tick_box(struct canvas *canvas, int page, double x, double y, double size, bool ticked);
/* size is without the quiet zone; qr must live until canvas_write */
void canvas_put_qr(struct canvas *canvas, int page, double x, double y, double size, const struct qr *qr);
/* One line, large and pale, from corner to corner within the margin, under everything else; as shapes, so that text taken from the PDF
 * stays clean. */
void canvas_put_watermark(struct canvas *canvas, int page, const struct canvas_text *text, double margin);

/* -1: no font has a character that was to be drawn, or Cairo failed. */
int canvas_write(struct canvas *canvas, int pages, const char *title, int64_t made_at, struct buf *out, struct err *err);

#endif
