noinst_LIBRARIES += libdesk.a
libdesk_a_SOURCES =
libdesk_a_SOURCES += src/desk/action.h
libdesk_a_SOURCES += src/desk/desk.h
libdesk_a_SOURCES += src/desk/duties.c src/desk/duties.h
libdesk_a_SOURCES += src/desk/duty.h
libdesk_a_SOURCES += src/desk/overview.h
libdesk_a_SOURCES += src/desk/session.h
