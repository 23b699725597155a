# One line adds a program that tests/bench/run starts; `make bench` builds and runs them, `make check` does not.
BENCHES =

EXTRA_PROGRAMS += $(BENCHES)
bench: all $(BENCHES)
	$(AM_TESTS_ENVIRONMENT) $(SHELL) $(srcdir)/tests/bench/run
.PHONY: bench
