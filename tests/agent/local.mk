# The agent as a process beside real parts: a session bus, commands, screens.
if HAVE_CMOCKA
check_PROGRAMS += tests/agent/agent tests/agent/desktop tests/agent/notifier
TESTS += tests/agent/agent tests/agent/desktop
tests_agent_notifier_SOURCES = tests/agent/notifier.c
tests_agent_notifier_CPPFLAGS = $(AM_CPPFLAGS) $(LIBNOTIFY_CFLAGS)
tests_agent_notifier_LDADD = $(LIBNOTIFY_LIBS)
tests_agent_desktop_SOURCES = tests/agent/desktop.c tests/agent/place.c tests/agent/place.h
tests_agent_agent_SOURCES = tests/agent/agent.c tests/agent/place.c tests/agent/place.h
if HAVE_VTERM
check_PROGRAMS += tests/agent/screens
TESTS += tests/agent/screens
tests_agent_screens_LDADD = tests/tui/libdriver.a $(VTERM_LIBS) $(CMOCKA_LIBS) $(LAYERS) $(LIGHT_LIBS) $(HEAVY_LIBS)
endif
else
TESTS += tests/agent/skipped
endif
dist_check_SCRIPTS += tests/agent/skipped
