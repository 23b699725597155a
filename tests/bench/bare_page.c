/* The reference for PDF: as little as puts a page of Chinese text into a file with Pango and Cairo. bare_page TEXT PDF */
#include <config.h>
#include <stdio.h>
#include <stdlib.h>

#ifdef HAVE_PANGO

#include <cairo-pdf.h>
#include <pango/pangocairo.h>

int main(int argc, char *argv[])
{
  char *text;
  if (argc != 3 || !g_file_get_contents(argv[1], &text, NULL, NULL)) return 2;
  cairo_surface_t *surface = cairo_pdf_surface_create(argv[2], 595.28, 841.89);
  cairo_t *cairo = cairo_create(surface);
  PangoLayout *layout = pango_cairo_create_layout(cairo);
  PangoFontDescription *font = pango_font_description_from_string("WenQuanYi Micro Hei 9");
  pango_layout_set_font_description(layout, font);
  pango_layout_set_width(layout, 510 * PANGO_SCALE);
  pango_layout_set_text(layout, text, -1);
  cairo_move_to(cairo, 43, 43);
  pango_cairo_show_layout(cairo, layout);
  cairo_show_page(cairo);
  pango_font_description_free(font);
  g_object_unref(layout);
  cairo_destroy(cairo);
  cairo_surface_finish(surface);
  int failed = cairo_surface_status(surface) != CAIRO_STATUS_SUCCESS;
  cairo_surface_destroy(surface);
  g_free(text);
  return failed;
}

#else

int main(void)
{
  fputs("bare_page: built without Pango\n", stderr);
  return 77;
}

#endif
