# What is left when a command is cut off at any of its writes. The breaker must stand in the program itself: see breaker.h.
if HAVE_CMOCKA
check_PROGRAMS += tests/faults/every_write
TESTS += tests/faults/every_write
tests_faults_every_write_SOURCES = tests/faults/every_write.c tests/faults/breaker.c tests/faults/breaker.h \
  tests/faults/program.c tests/faults/program.h
tests_faults_every_write_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=clock_now -Wl,--wrap=crypto_pin_make -Wl,--wrap=crypto_pin_check
endif

# `make check-valgrind`, in a build configured with --disable-lazy: the unit tests and a shift on the command line. .ci/run does that.
# Debian 12's valgrind does not know pidfd_open, without which no child is waited for; .ci/run has these two run with the sanitizers.
NOT_UNDER_VALGRIND = tests/unit/test_child tests/unit/test_printer
# Rules of the duty reach memory only through the layers below them, and the shift on the command line runs them too; lies about an exchange
# are what the fuzzers tell all day, and two lives come together by the same exchange; tables and inboxes are the shift's as well. How much
# memory a feed takes is measured, and would be valgrind's. All of these run with the sanitizers.
NOT_UNDER_VALGRIND += $(patsubst %,tests/unit/test_%,alarm bundle_lies checklist csv_import demo duty entry exchange_lies handover inbox keys kinds \
  ladder lives overview relay response roster warning warning_feed warning_rules)
VALGRIND = valgrind -q --leak-check=full --show-leak-kinds=definite --errors-for-leak-kinds=definite --error-exitcode=99 \
  --child-silent-after-fork=yes --suppressions=$(abs_top_srcdir)/tests/valgrind.allowed
tests/faults/cheap_pins.so: tests/faults/cheap_pins.c
	$(CC) $(AM_CPPFLAGS) -shared -fPIC -O1 -o $@ $(srcdir)/tests/faults/cheap_pins.c -ldl
# `all` makes by itself, and must be through before anything else is made here: two makes beside each other write the same files.
check-valgrind: all
	$(MAKE) $(AM_MAKEFLAGS) $(UNIT_TESTS) tests/faults/cheap_pins.so
	VALGRIND='$(VALGRIND)' CHEAP_PINS=$(abs_top_builddir)/tests/faults/cheap_pins.so \
	  $(MAKE) $(AM_MAKEFLAGS) check-TESTS TESTS='tests/cli/day $(filter-out $(NOT_UNDER_VALGRIND),$(UNIT_TESTS))' \
	  LOG_COMPILER=$(abs_top_srcdir)/tests/faults/under-valgrind
.PHONY: check-valgrind
EXTRA_DIST += tests/faults/cheap_pins.c tests/faults/under-valgrind tests/valgrind.allowed
CLEANFILES += tests/faults/cheap_pins.so
