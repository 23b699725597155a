/* Pango, Cairo and GObject, opened when the first PDF is drawn. For page_canvas.c only; built only with Pango. */
#ifndef PAPER_PAGE_INK_H
#define PAPER_PAGE_INK_H

#include <cairo-pdf.h>
#include <pango/pangocairo.h>

struct err;

struct page_ink_cairo {
  typeof(&cairo_create) create;
  typeof(&cairo_destroy) destroy;
  typeof(&cairo_fill) fill;
  typeof(&cairo_font_options_create) font_options_create;
  typeof(&cairo_font_options_destroy) font_options_destroy;
  typeof(&cairo_font_options_set_hint_metrics) font_options_set_hint_metrics;
  typeof(&cairo_font_options_set_hint_style) font_options_set_hint_style;
  typeof(&cairo_line_to) line_to;
  typeof(&cairo_move_to) move_to;
  typeof(&cairo_pdf_surface_create_for_stream) pdf_surface_create_for_stream;
  typeof(&cairo_pdf_surface_set_metadata) pdf_surface_set_metadata;
  typeof(&cairo_rectangle) rectangle;
  typeof(&cairo_restore) restore;
  typeof(&cairo_save) save;
  typeof(&cairo_scale) scale;
  typeof(&cairo_set_line_width) set_line_width;
  typeof(&cairo_set_source_rgb) set_source_rgb;
  typeof(&cairo_show_page) show_page;
  typeof(&cairo_status_to_string) status_to_string;
  typeof(&cairo_stroke) stroke;
  typeof(&cairo_surface_destroy) surface_destroy;
  typeof(&cairo_surface_finish) surface_finish;
  typeof(&cairo_surface_status) surface_status;
  typeof(&cairo_transform) transform;
  typeof(&cairo_translate) translate;
};

/* Names are those of the functions without "pango_"; object_unref is GObject's. */
struct page_ink_pango {
  typeof(&pango_attr_line_height_new_absolute) attr_line_height_new_absolute;
  typeof(&pango_attr_list_insert) attr_list_insert;
  typeof(&pango_attr_list_new) attr_list_new;
  typeof(&pango_attr_list_unref) attr_list_unref;
  typeof(&pango_context_set_language) context_set_language;
  typeof(&pango_context_set_round_glyph_positions) context_set_round_glyph_positions;
  typeof(&pango_font_description_free) font_description_free;
  typeof(&pango_font_description_new) font_description_new;
  typeof(&pango_font_description_set_absolute_size) font_description_set_absolute_size;
  typeof(&pango_font_description_set_family) font_description_set_family;
  typeof(&pango_font_description_set_weight) font_description_set_weight;
  typeof(&pango_font_map_create_context) font_map_create_context;
  typeof(&pango_language_from_string) language_from_string;
  typeof(&pango_layout_get_extents) layout_get_extents;
  typeof(&pango_layout_get_iter) layout_get_iter;
  typeof(&pango_layout_get_line_count) layout_get_line_count;
  typeof(&pango_layout_get_text) layout_get_text;
  typeof(&pango_layout_get_unknown_glyphs_count) layout_get_unknown_glyphs_count;
  typeof(&pango_layout_iter_free) layout_iter_free;
  typeof(&pango_layout_iter_get_baseline) layout_iter_get_baseline;
  typeof(&pango_layout_iter_get_line_extents) layout_iter_get_line_extents;
  typeof(&pango_layout_iter_get_line_readonly) layout_iter_get_line_readonly;
  typeof(&pango_layout_iter_get_run_readonly) layout_iter_get_run_readonly;
  typeof(&pango_layout_iter_next_line) layout_iter_next_line;
  typeof(&pango_layout_iter_next_run) layout_iter_next_run;
  typeof(&pango_layout_new) layout_new;
  typeof(&pango_layout_set_alignment) layout_set_alignment;
  typeof(&pango_layout_set_attributes) layout_set_attributes;
  typeof(&pango_layout_set_ellipsize) layout_set_ellipsize;
  typeof(&pango_layout_set_font_description) layout_set_font_description;
  typeof(&pango_layout_set_indent) layout_set_indent;
  typeof(&pango_layout_set_text) layout_set_text;
  typeof(&pango_layout_set_width) layout_set_width;
  typeof(&pango_layout_set_wrap) layout_set_wrap;
  typeof(&pango_cairo_context_set_font_options) cairo_context_set_font_options;
  typeof(&pango_cairo_context_set_resolution) cairo_context_set_resolution;
  typeof(&pango_cairo_font_map_get_default) cairo_font_map_get_default;
  typeof(&pango_cairo_layout_path) cairo_layout_path;
  typeof(&pango_cairo_show_layout_line) cairo_show_layout_line;
  typeof(&(g_object_unref)) object_unref;
};

extern struct page_ink_cairo cairo;
extern struct page_ink_pango pango;

/* Fills both tables. -1 names the package to install. */
int page_ink_open(struct err *err);

#endif
