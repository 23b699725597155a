noinst_LIBRARIES += libpaper.a
libpaper_a_CPPFLAGS = $(AM_CPPFLAGS) $(PANGO_CFLAGS) $(QRENCODE_CFLAGS)
libpaper_a_SOURCES =
