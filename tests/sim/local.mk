# Operations of several nodes in every order.
if HAVE_CMOCKA
check_PROGRAMS += tests/sim/merge
TESTS += tests/sim/merge
check_PROGRAMS += tests/sim/stations
TESTS += tests/sim/stations
endif
