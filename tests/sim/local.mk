# Operations of several nodes in every order, and stations whose lines, sticks, disks and clocks fail. `make sim SEEDS=10000` tries so many of the latter.
if HAVE_CMOCKA
check_PROGRAMS += tests/sim/merge
TESTS += tests/sim/merge
check_PROGRAMS += tests/sim/stations
TESTS += tests/sim/stations
tests_sim_stations_SOURCES = tests/sim/stations.c tests/sim/world.c tests/sim/world.h tests/sim/deeds.c tests/sim/past.c tests/sim/check.c \
  tests/sim/shelf.c tests/sim/shelf.h tests/faults/breaker.c tests/faults/breaker.h
endif

sim: tests/sim/stations
	DUTYDESK_SEEDS="$${SEEDS:-10000}" tests/sim/stations
.PHONY: sim
