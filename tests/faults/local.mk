# What is left when a command is cut off at any of its writes. The breaker must stand in the program itself: see breaker.h.
if HAVE_CMOCKA
check_PROGRAMS += tests/faults/every_write
TESTS += tests/faults/every_write
tests_faults_every_write_SOURCES = tests/faults/every_write.c tests/faults/breaker.c tests/faults/breaker.h tests/faults/program.c tests/faults/program.h
tests_faults_every_write_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=clock_now -Wl,--wrap=crypto_pin_make -Wl,--wrap=crypto_pin_check
endif
