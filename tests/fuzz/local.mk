# Two lines add a fuzzer: its name to FUZZERS, and its link flags. tests/fuzz/fuzz_NAME.c defines LLVMFuzzerTestOneInput; its corpus is
# tests/fuzz/corpus/fuzz_NAME/. `make check` runs every corpus once, with any compiler; with --enable-fuzzing (clang) `make fuzz` goes on
# from there for FUZZ_SECONDS each and keeps what it finds in the build tree.
FUZZERS =
FUZZERS += tests/fuzz/fuzz_alert
tests_fuzz_fuzz_alert_LDFLAGS = $(FUZZ_LINK)
FUZZERS += tests/fuzz/fuzz_csv
tests_fuzz_fuzz_csv_LDFLAGS = $(FUZZ_LINK)
FUZZERS += tests/fuzz/fuzz_pasted
tests_fuzz_fuzz_pasted_LDFLAGS = $(FUZZ_LINK)
FUZZERS += tests/fuzz/fuzz_exchange
tests_fuzz_fuzz_exchange_LDFLAGS = $(FUZZ_LINK)
FUZZERS += tests/fuzz/fuzz_bundle
tests_fuzz_fuzz_bundle_LDFLAGS = $(FUZZ_LINK)

EXTRA_DIST += tests/fuzz/corpus tests/fuzz/two_desks.h
FUZZ_SECONDS = 60
# What the sanitizer keeps of freed memory (256 MiB by default) would hide what the program holds: an empty run is 43 MiB already.
# The importer's own peak is measured by tests/unit/test_warning_feed, without sanitizers.
if FUZZING
EXTRA_PROGRAMS += $(FUZZERS)
FUZZ_LINK = $(AM_LDFLAGS) -fsanitize=fuzzer
fuzz: $(FUZZERS)
	$(AM_TESTS_ENVIRONMENT) for fuzzer in $(FUZZERS); do \
	  $(MKDIR_P) $$fuzzer.found && \
	  ASAN_OPTIONS="$$ASAN_OPTIONS:quarantine_size_mb=1" ./$$fuzzer -max_total_time=$(FUZZ_SECONDS) -artifact_prefix=$$fuzzer. $$fuzzer.found \
	    $(abs_top_srcdir)/tests/fuzz/corpus/$${fuzzer##*/} || exit 1; \
	done
else
check_PROGRAMS += $(FUZZERS)
FUZZ_LINK = $(AM_LDFLAGS)
EXTRA_LIBRARIES += libreplay.a
libreplay_a_SOURCES = tests/fuzz/replay.c
# Holds a main(), taken only by programs that have none: the fuzzers.
LDADD += libreplay.a
TESTS += tests/fuzz/corpora
fuzz:
	@echo "configure with CC=clang --enable-fuzzing --enable-asan --enable-ubsan --disable-lazy first"; exit 1
endif
dist_check_SCRIPTS += tests/fuzz/corpora
.PHONY: fuzz
CLEANFILES += libreplay.a
