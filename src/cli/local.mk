noinst_LIBRARIES += libcli.a
libcli_a_CPPFLAGS = $(AM_CPPFLAGS) $(READLINE_CFLAGS)
libcli_a_SOURCES =
libcli_a_SOURCES += src/cli/cli.h
libcli_a_SOURCES += src/cli/show.c src/cli/show.h
libcli_a_SOURCES += src/cli/words.c src/cli/words.h
libcli_a_SOURCES += src/cli/act.c src/cli/act.h
libcli_a_SOURCES += src/cli/now.c
