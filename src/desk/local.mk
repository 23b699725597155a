noinst_LIBRARIES += libdesk.a
libdesk_a_SOURCES =
libdesk_a_SOURCES += src/desk/action.h
libdesk_a_SOURCES += src/desk/desk.h
libdesk_a_SOURCES += src/desk/duties.c src/desk/duties.h
libdesk_a_SOURCES += src/desk/duty.h
libdesk_a_SOURCES += src/desk/overview.h
libdesk_a_SOURCES += src/desk/session.h
libdesk_a_SOURCES += src/desk/choices.c src/desk/choices.h
libdesk_a_SOURCES += src/desk/contact.c
libdesk_a_SOURCES += src/desk/ledger.c src/desk/ledger.h
libdesk_a_SOURCES += src/desk/lookup.c src/desk/lookup.h
libdesk_a_SOURCES += src/desk/officer.c
libdesk_a_SOURCES += src/desk/transition.c src/desk/transition.h
libdesk_a_SOURCES += src/desk/unit.c

# The shift, the log, the handover and what follows from them.

libdesk_a_SOURCES += src/desk/shift.c src/desk/shift.h
libdesk_a_SOURCES += src/desk/roster.c src/desk/roster.h src/desk/roster_fill.c src/desk/roster_action.c
libdesk_a_SOURCES += src/desk/danger.c
libdesk_a_SOURCES += src/desk/figures.c src/desk/figures.h
libdesk_a_SOURCES += src/desk/mark.c src/desk/mark.h
libdesk_a_SOURCES += src/desk/move.c src/desk/move.h
libdesk_a_SOURCES += src/desk/point.c
libdesk_a_SOURCES += src/desk/visit.c
libdesk_a_SOURCES += src/desk/entry.c src/desk/entry.h
libdesk_a_SOURCES += src/desk/seal.c src/desk/seal.h
libdesk_a_SOURCES += src/desk/gear.c
libdesk_a_SOURCES += src/desk/machine.c
libdesk_a_SOURCES += src/desk/place.c
libdesk_a_SOURCES += src/desk/plan.c
libdesk_a_SOURCES += src/desk/shelter.c
libdesk_a_SOURCES += src/desk/stock.c
libdesk_a_SOURCES += src/desk/team.c
