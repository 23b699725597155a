noinst_LIBRARIES += libformats.a
libformats_a_CPPFLAGS = $(AM_CPPFLAGS) $(XML2_CFLAGS)
libformats_a_SOURCES =
