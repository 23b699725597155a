# The PostgreSQL hub, with a server of the tests' own.
dist_check_SCRIPTS += tests/hub/push tests/hub/policies tests/hub/follow tests/hub/tls tests/hub/thief
TESTS += tests/hub/push tests/hub/policies tests/hub/follow tests/hub/tls tests/hub/thief
EXTRA_DIST += tests/hub/lib.sh tests/hub/make.sql tests/hub/with-server
if HAVE_CMOCKA
check_PROGRAMS += tests/hub/villages
tests_hub_villages_SOURCES = tests/hub/villages.c tests/hub/villages.h tests/hub/villages_publish.c tests/hub/villages_views.c
tests_hub_villages_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=clock_now
dist_check_SCRIPTS += tests/hub/stations
TESTS += tests/hub/stations
endif
