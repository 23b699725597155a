#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#ifdef HAVE_PANGO

#include "paper/page_ink.h"

#include "base/lazy.h"

#ifndef LAZY_CAIRO
#define LAZY_CAIRO "libcairo.so.2"
#endif
#ifndef LAZY_PANGO
#define LAZY_PANGO "libpango-1.0.so.0"
#endif
#ifndef LAZY_PANGOCAIRO
#define LAZY_PANGOCAIRO "libpangocairo-1.0.so.0"
#endif
#ifndef LAZY_GOBJECT
#define LAZY_GOBJECT "libgobject-2.0.so.0"
#endif

struct page_ink_cairo cairo;
struct page_ink_pango pango;

#define CAIRO(name)                                                                                                                        \
  {                                                                                                                                        \
    "cairo_" #name, (void **)&cairo.name                                                                                                   \
  }
#define PANGO(name)                                                                                                                        \
  {                                                                                                                                        \
    "pango_" #name, (void **)&pango.name                                                                                                   \
  }
#define END                                                                                                                                \
  {                                                                                                                                        \
    NULL, NULL                                                                                                                             \
  }

static const struct lazy_symbol cairo_symbols[] = {
  CAIRO(create),
  CAIRO(destroy),
  CAIRO(fill),
  CAIRO(font_options_create),
  CAIRO(font_options_destroy),
  CAIRO(font_options_set_hint_metrics),
  CAIRO(font_options_set_hint_style),
  CAIRO(line_to),
  CAIRO(move_to),
  CAIRO(pdf_surface_create_for_stream),
  CAIRO(pdf_surface_set_metadata),
  CAIRO(rectangle),
  CAIRO(restore),
  CAIRO(save),
  CAIRO(scale),
  CAIRO(set_line_width),
  CAIRO(set_source_rgb),
  CAIRO(show_page),
  CAIRO(status_to_string),
  CAIRO(stroke),
  CAIRO(surface_destroy),
  CAIRO(surface_finish),
  CAIRO(surface_status),
  CAIRO(transform),
  CAIRO(translate),
  END,
};
static const struct lazy_symbol pango_symbols[] = {
  PANGO(attr_line_height_new_absolute),
  PANGO(attr_list_insert),
  PANGO(attr_list_new),
  PANGO(attr_list_unref),
  PANGO(context_set_language),
  PANGO(context_set_round_glyph_positions),
  PANGO(font_description_free),
  PANGO(font_description_new),
  PANGO(font_description_set_absolute_size),
  PANGO(font_description_set_family),
  PANGO(font_description_set_weight),
  PANGO(font_map_create_context),
  PANGO(language_from_string),
  PANGO(layout_get_extents),
  PANGO(layout_get_iter),
  PANGO(layout_get_line_count),
  PANGO(layout_get_text),
  PANGO(layout_get_unknown_glyphs_count),
  PANGO(layout_iter_free),
  PANGO(layout_iter_get_baseline),
  PANGO(layout_iter_get_line_extents),
  PANGO(layout_iter_get_line_readonly),
  PANGO(layout_iter_get_run_readonly),
  PANGO(layout_iter_next_line),
  PANGO(layout_iter_next_run),
  PANGO(layout_new),
  PANGO(layout_set_alignment),
  PANGO(layout_set_attributes),
  PANGO(layout_set_ellipsize),
  PANGO(layout_set_font_description),
  PANGO(layout_set_indent),
  PANGO(layout_set_text),
  PANGO(layout_set_width),
  PANGO(layout_set_wrap),
  END,
};
static const struct lazy_symbol pangocairo_symbols[] = {
  PANGO(cairo_context_set_font_options), PANGO(cairo_context_set_resolution),
  PANGO(cairo_font_map_get_default),     PANGO(cairo_layout_path),
  PANGO(cairo_show_layout_line),         END,
};
static const struct lazy_symbol gobject_symbols[] = { { "g_object_unref", (void **)&pango.object_unref }, END };

static struct lazy_library libraries[] = {
  { LAZY_CAIRO, "libcairo2", cairo_symbols, NULL },
  { LAZY_PANGO, "libpango-1.0-0", pango_symbols, NULL },
  { LAZY_PANGOCAIRO, "libpangocairo-1.0-0", pangocairo_symbols, NULL },
  { LAZY_GOBJECT, "libglib2.0-0", gobject_symbols, NULL },
};

int page_ink_open(struct err *err)
{
  for (size_t i = 0; i < sizeof libraries / sizeof *libraries; i++) {
    if (lazy_open(&libraries[i], err) != 0) return -1;
  }
  return 0;
}

#else

typedef int page_ink_is_empty; /* built without PDF: page_pdf says so */

#endif
