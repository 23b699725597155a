/* What page_canvas.h keeps. For src/paper/page_canvas*.c only; built only with Pango. */
#ifndef PAPER_PAGE_CANVAS_MODEL_H
#define PAPER_PAGE_CANVAS_MODEL_H

#include "paper/page_canvas.h"
#include "paper/page_ink.h"

struct canvas_look {
  double size, line;
  bool bold;
  double grey;
};
extern const struct canvas_look canvas_looks[CANVAS_STYLES];

/* Every text is laid out in one size and scaled when drawn: each size of a font that Pango is asked for costs a search of all fonts. */
#define CANVAS_SHAPED 10.0
double canvas_unit(enum canvas_style style); /* points that a unit of Pango's is in a layout of that style */

/* What lies under what. */
enum layer { LAYER_WATERMARK, LAYER_SHADE, LAYER_INK, LAYERS };

struct ink {
  int page;
  enum layer layer;
  void (*draw)(struct canvas *canvas, const struct ink *ink);
  double x, y, width, height, pen;
  PangoLayout *layout;
  enum canvas_style style;
  int from, lines;
  bool struck;
  bool ticked;
  const struct qr *qr;
};

struct canvas {
  double width, height;
  PangoContext *context;
  PangoFontDescription *fonts[2]; /* plain, bold */
  PangoAttrList *attributes[CANVAS_STYLES];
  PangoLayout **layouts;
  size_t layout_count, layout_room;
  struct ink *inks;
  size_t ink_count, ink_room;
  uint32_t missing; /* the first character that no font has; 0: none */
  cairo_t *cairo;   /* while writing */
};

#endif
