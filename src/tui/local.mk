noinst_LIBRARIES += libtui.a
libtui_a_CPPFLAGS = $(AM_CPPFLAGS) $(NCURSES_CFLAGS) $(READLINE_CFLAGS)
libtui_a_SOURCES =
libtui_a_SOURCES += src/tui/tui.h
libtui_a_SOURCES += src/tui/keys.c src/tui/keys.h
