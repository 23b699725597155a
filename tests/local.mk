# `make check` runs TESTS. A test that misses its tool exits 77 (skipped); ./bootstrap check fails on a skip that tests/may-skip does not
# name.
AM_TESTS_ENVIRONMENT = \
  abs_top_srcdir='$(abs_top_srcdir)'; export abs_top_srcdir; \
  abs_top_builddir='$(abs_top_builddir)'; export abs_top_builddir; \
  FUZZERS='$(FUZZERS)'; export FUZZERS; \
  DUTYDESK='$(abs_top_builddir)/dutydesk$(EXEEXT)'; export DUTYDESK; \
  DUTYDESK_LOCALEDIR='$(abs_top_builddir)/po/locale'; export DUTYDESK_LOCALEDIR; \
  MSGFMT='$(MSGFMT)'; export MSGFMT; MSGMERGE='$(MSGMERGE)'; export MSGMERGE; XGETTEXT='$(XGETTEXT)'; export XGETTEXT; \
  LSAN_OPTIONS='suppressions=$(abs_top_srcdir)/tests/leaks.allowed:print_suppressions=0'; export LSAN_OPTIONS; \
  unset DUTYDESK_DB XDG_CONFIG_HOME XDG_DATA_HOME;

# What several test programs share: #include "unit/station.h".
AM_CPPFLAGS += -I$(top_srcdir)/tests
EXTRA_DIST += tests/may-skip tests/leaks.allowed tests/fixtures tests/fake_clock.h tests/patience.h

dist_check_SCRIPTS += tests/layers tests/po
TESTS += tests/layers tests/po

# The longest first: a run on two cores then ends with short ones.
include tests/sim/local.mk
include tests/agent/local.mk
include tests/faults/local.mk
include tests/sync/local.mk
include tests/tui/local.mk
include tests/hub/local.mk
include tests/cli/local.mk
include tests/unit/local.mk
include tests/fuzz/local.mk
include tests/bench/local.mk

# Programs without their run (strict compilers), and what is quick and runs our code in its own process (sanitizers).
checks: $(check_PROGRAMS)
check-unit: $(UNIT_TESTS) $(FUZZERS)
	$(MAKE) $(AM_MAKEFLAGS) check-TESTS TESTS='$(UNIT_TESTS) tests/fuzz/corpora'
.PHONY: checks check-unit
