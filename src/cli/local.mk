noinst_LIBRARIES += libcli.a
libcli_a_CPPFLAGS = $(AM_CPPFLAGS) $(READLINE_CFLAGS)
libcli_a_SOURCES =
