noinst_LIBRARIES += libagent.a
libagent_a_CPPFLAGS = $(AM_CPPFLAGS) $(LIBNOTIFY_CFLAGS)
libagent_a_SOURCES =
libagent_a_SOURCES += src/agent/agent.c src/agent/agent.h src/agent/inside.h src/agent/tell.c
libagent_a_SOURCES += src/agent/message.c src/agent/way.c src/agent/way.h src/agent/words.c
libagent_a_SOURCES += src/agent/notify.c src/agent/notify.h
libagent_a_SOURCES += src/agent/steps.c src/agent/steps.h
libagent_a_SOURCES += src/agent/inbox.c src/agent/inbox.h src/agent/inbox_move.c src/agent/inbox_move.h
