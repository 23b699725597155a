noinst_LIBRARIES += libagent.a
libagent_a_CPPFLAGS = $(AM_CPPFLAGS) $(LIBNOTIFY_CFLAGS)
libagent_a_SOURCES =
