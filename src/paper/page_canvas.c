#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#ifdef HAVE_PANGO

#include "paper/page_canvas_model.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

/* Sizes of Chinese office paper: 小二 18, 小四 12, 五号 10.5, 小五 9, 七号-like 7.5. */
const struct canvas_look canvas_looks[CANVAS_STYLES] = {
  [CANVAS_TITLE] = { 20, 28, true, 0 },        [CANVAS_UNIT] = { 10.5, 17, false, 0 },  [CANVAS_HEADING] = { 12, 18, true, 0 },
  [CANVAS_SUBHEADING] = { 10.5, 16, true, 0 }, [CANVAS_BODY] = { 10.5, 17, false, 0 },  [CANVAS_CELL] = { 9, 13, false, 0 },
  [CANVAS_NOTE] = { 7.5, 13, false, 0.2 },     [CANVAS_FOOT] = { 7.5, 11, false, 0.2 }, [CANVAS_WATERMARK] = { 80, 96, true, 0.9 },
};

#define A4_SHORT (210 / 25.4 * 72)
#define A4_LONG (297 / 25.4 * 72)

/* ---- Opening ---- */

static PangoFontDescription *make_font(const char *families, bool bold)
{
  PangoFontDescription *font = pango.font_description_new();

  pango.font_description_set_family(font, families);
  pango.font_description_set_absolute_size(font, CANVAS_SHAPED * PANGO_SCALE);
  pango.font_description_set_weight(font, bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
  return font;
}

/* Lines of one height, whichever font a character had to be taken from, so that rows can be split and boxes line up. */
static PangoAttrList *make_attributes(enum canvas_style style)
{
  PangoAttrList *attributes = pango.attr_list_new();

  pango.attr_list_insert(attributes, pango.attr_line_height_new_absolute((int)(canvas_looks[style].line / canvas_unit(style))));
  return attributes;
}

static void make_context(struct canvas *canvas)
{
  cairo_font_options_t *options = cairo.font_options_create();

  cairo.font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
  cairo.font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
  canvas->context = pango.font_map_create_context(pango.cairo_font_map_get_default());
  pango.cairo_context_set_font_options(canvas->context, options);
  pango.cairo_context_set_resolution(canvas->context, 72);
  pango.context_set_round_glyph_positions(canvas->context, FALSE);
  /* The session's language must not choose other shapes or fonts for the same document. */
  pango.context_set_language(canvas->context, pango.language_from_string("zh-cn"));
  cairo.font_options_destroy(options);
}

int canvas_open(struct canvas **opened, const char *font, bool landscape, struct err *err)
{
  struct canvas *canvas;
  char *families;

  if (page_ink_open(err) != 0) return -1;
  canvas = mem_zero(1, sizeof *canvas);
  canvas->width = landscape ? A4_LONG : A4_SHORT;
  canvas->height = landscape ? A4_SHORT : A4_LONG;
  make_context(canvas);
  families = mem_printf("%s%sWenQuanYi Micro Hei,Noto Sans CJK SC", font ? font : "", font && *font ? "," : "");
  canvas->fonts[0] = make_font(families, false);
  canvas->fonts[1] = make_font(families, true);
  for (int i = 0; i < CANVAS_STYLES; i++) canvas->attributes[i] = make_attributes(i);
  free(families);
  *opened = canvas;
  return 0;
}

void canvas_free(struct canvas *canvas)
{
  if (!canvas) return;
  for (size_t i = 0; i < canvas->layout_count; i++) pango.object_unref(canvas->layouts[i]);
  for (int i = 0; i < CANVAS_STYLES; i++) pango.attr_list_unref(canvas->attributes[i]);
  pango.font_description_free(canvas->fonts[0]);
  pango.font_description_free(canvas->fonts[1]);
  pango.object_unref(canvas->context);
  free(canvas->layouts);
  free(canvas->inks);
  free(canvas);
}

double canvas_unit(enum canvas_style style)
{
  return canvas_looks[style].size / CANVAS_SHAPED / PANGO_SCALE;
}

double canvas_width(const struct canvas *canvas)
{
  return canvas->width;
}

double canvas_height(const struct canvas *canvas)
{
  return canvas->height;
}

double canvas_em(enum canvas_style style)
{
  return canvas_looks[style].size;
}

double canvas_line(enum canvas_style style)
{
  return canvas_looks[style].line;
}

/* ---- Text ---- */

static PangoLayout *new_layout(struct canvas *canvas)
{
  if (canvas->layout_count == canvas->layout_room) {
    canvas->layout_room = canvas->layout_room ? canvas->layout_room * 2 : 64;
    canvas->layouts = mem_grow(canvas->layouts, canvas->layout_room, sizeof *canvas->layouts);
  }
  return canvas->layouts[canvas->layout_count++] = pango.layout_new(canvas->context);
}

/* Remembers the first character of a layout that came out as a box. */
static void note_missing(struct canvas *canvas, PangoLayout *layout)
{
  const char *text = pango.layout_get_text(layout), *end = text + strlen(text);
  PangoLayoutIter *iter;

  if (canvas->missing || pango.layout_get_unknown_glyphs_count(layout) == 0) return;
  canvas->missing = TEXT_REPLACEMENT;
  iter = pango.layout_get_iter(layout);
  do {
    PangoLayoutRun *run = pango.layout_iter_get_run_readonly(iter);

    for (int i = 0; run && i < run->glyphs->num_glyphs; i++) {
      const char *at = text + run->item->offset + run->glyphs->log_clusters[i];

      if (run->glyphs->glyphs[i].glyph & PANGO_GLYPH_UNKNOWN_FLAG && run->glyphs->glyphs[i].glyph != PANGO_GLYPH_EMPTY) {
        canvas->missing = text_next(&at, end);
        pango.layout_iter_free(iter);
        return;
      }
    }
  } while (pango.layout_iter_next_run(iter));
  pango.layout_iter_free(iter);
}

struct canvas_text canvas_text(struct canvas *canvas, enum canvas_style style, const char *text, const struct canvas_setting *setting)
{
  static const PangoAlignment alignments[] = { PANGO_ALIGN_LEFT, PANGO_ALIGN_RIGHT, PANGO_ALIGN_CENTER };
  PangoLayout *layout = new_layout(canvas);
  PangoRectangle extents;
  double unit = canvas_unit(style);

  pango.layout_set_font_description(layout, canvas->fonts[setting->bold || canvas_looks[style].bold]);
  pango.layout_set_attributes(layout, canvas->attributes[style]);
  pango.layout_set_width(layout, (int)(setting->width / unit));
  pango.layout_set_indent(layout, (int)(setting->indent / unit));
  pango.layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
  pango.layout_set_alignment(layout, alignments[setting->align]);
  if (setting->cut) pango.layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
  pango.layout_set_text(layout, text, -1);
  note_missing(canvas, layout);
  pango.layout_get_extents(layout, NULL, &extents);
  return (struct canvas_text){ layout,         pango.layout_get_line_count(layout), canvas_looks[style].line, extents.width * unit, style,
                               setting->struck };
}

/* ---- Writing ---- */

static int check_missing(const struct canvas *canvas, struct err *err)
{
  struct buf character = BUF_INIT;

  if (!canvas->missing) return 0;
  text_put(&character, canvas->missing);
  err_set(err,
          _("No installed font has the character %s (U+%04X); install the package fonts-wqy-microhei (fonts-noto-cjk for rare "
            "characters), or print as text"),
          buf_text(&character), (unsigned)canvas->missing);
  buf_free(&character);
  return -1;
}

static cairo_status_t write_bytes(void *out, const unsigned char *bytes, unsigned length)
{
  buf_add(out, bytes, length);
  return CAIRO_STATUS_SUCCESS;
}

/* What is to be drawn, by page and layer, otherwise as it came; starts[page * LAYERS] is a page's first. The caller frees both. */
static const struct ink **sorted(const struct canvas *canvas, int pages, size_t **starts)
{
  size_t keys = (size_t)pages * LAYERS;
  const struct ink **order = mem_zero(canvas->ink_count + 1, sizeof *order);
  size_t *next = mem_zero(keys + 1, sizeof *next);

  *starts = mem_zero(keys + 1, sizeof **starts);
  for (size_t i = 0; i < canvas->ink_count; i++) (*starts)[canvas->inks[i].page * LAYERS + (int)canvas->inks[i].layer + 1]++;
  for (size_t key = 0; key < keys; key++) {
    (*starts)[key + 1] += (*starts)[key];
    next[key] = (*starts)[key];
  }
  for (size_t i = 0; i < canvas->ink_count; i++)
    order[next[canvas->inks[i].page * LAYERS + (int)canvas->inks[i].layer]++] = &canvas->inks[i];
  free(next);
  return order;
}

static void draw_pages(struct canvas *canvas, int pages)
{
  size_t *starts;
  const struct ink **order = sorted(canvas, pages, &starts);

  for (int page = 0; page < pages; page++) {
    for (size_t i = starts[page * LAYERS]; i < starts[(page + 1) * LAYERS]; i++) order[i]->draw(canvas, order[i]);
    cairo.show_page(canvas->cairo);
  }
  free(order);
  free(starts);
}

int canvas_write(struct canvas *canvas, int pages, const char *title, int64_t made_at, struct buf *out, struct err *err)
{
  char date[CLOCK_TEXT];
  cairo_surface_t *surface;
  cairo_status_t status;

  if (check_missing(canvas, err) != 0) return -1;
  surface = cairo.pdf_surface_create_for_stream(write_bytes, out, canvas->width, canvas->height);
  cairo.pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, title);
  cairo.pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATOR, "dutydesk");
  cairo.pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, clock_text(date, made_at, CLOCK_ISO));
  canvas->cairo = cairo.create(surface);
  draw_pages(canvas, pages);
  cairo.surface_finish(surface);
  status = cairo.surface_status(surface);
  cairo.destroy(canvas->cairo);
  cairo.surface_destroy(surface);
  if (status != CAIRO_STATUS_SUCCESS) return err_set(err, _("The PDF could not be made: %s"), cairo.status_to_string(status));
  return 0;
}

#else

typedef int page_canvas_is_empty; /* built without PDF: page_pdf says so */

#endif
