# The PostgreSQL hub, with a server of the tests' own.
dist_check_SCRIPTS += tests/hub/push tests/hub/policies tests/hub/follow
TESTS += tests/hub/push tests/hub/policies tests/hub/follow
EXTRA_DIST += tests/hub/lib.sh tests/hub/make.sql tests/hub/with-server
if HAVE_CMOCKA
check_PROGRAMS += tests/hub/villages
dist_check_SCRIPTS += tests/hub/stations
TESTS += tests/hub/stations
endif
