# Programs that drive the real one through a pseudo-terminal. One line adds a test: tests/tui/NAME is built from tests/tui/NAME.c.
TUI_TESTS = tests/tui/harness tests/tui/terminal tests/tui/day tests/tui/faults tests/tui/two tests/tui/screens tests/tui/paper tests/tui/sitting tests/tui/overview tests/tui/sync tests/tui/warning

if HAVE_VTERM
if HAVE_CMOCKA
check_LIBRARIES = tests/tui/libdriver.a
tests_tui_libdriver_a_SOURCES = \
  tests/tui/driver.c tests/tui/driver.h \
  tests/tui/environment.c \
  tests/tui/golden.c \
  tests/tui/keyboard.c \
  tests/tui/parts.h \
  tests/tui/printer.c \
  tests/tui/screen.c \
  tests/tui/script.c tests/tui/script.h \
  tests/tui/shift.c tests/tui/shift.h \
  tests/tui/station.c tests/tui/station.h
tests_tui_libdriver_a_CPPFLAGS = $(AM_CPPFLAGS) $(VTERM_CFLAGS)

TUI_LIBS = tests/tui/libdriver.a $(VTERM_LIBS) $(CMOCKA_LIBS) $(LIGHT_LIBS)
check_PROGRAMS += tests/tui/probe tests/tui/dispute $(TUI_TESTS)
TESTS += $(TUI_TESTS)
tests_tui_probe_LDADD = $(NCURSES_LIBS)
tests_tui_harness_LDADD = $(TUI_LIBS)
tests_tui_terminal_LDADD = $(TUI_LIBS)
tests_tui_day_LDADD = $(TUI_LIBS)
tests_tui_faults_LDADD = $(TUI_LIBS)
tests_tui_screens_LDADD = $(TUI_LIBS)
tests_tui_paper_LDADD = $(TUI_LIBS)
tests_tui_sitting_LDADD = $(TUI_LIBS)
tests_tui_overview_LDADD = $(TUI_LIBS)
tests_tui_warning_LDADD = $(TUI_LIBS)
tests_tui_sync_LDADD = $(TUI_LIBS)
tests_tui_two_LDADD = tests/tui/libdriver.a $(VTERM_LIBS) $(CMOCKA_LIBS) $(LAYERS) $(LIGHT_LIBS) $(HEAVY_LIBS)
else
TESTS += tests/tui/skipped
endif
else
TESTS += tests/tui/skipped
endif
dist_check_SCRIPTS += tests/tui/skipped
EXTRA_DIST += tests/tui/golden
