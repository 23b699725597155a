# `make bench` measures ours against a reference in the same run and fails if a limit is missed; OPS=100000 takes a smaller station. `make check` does not.
# One line adds a bench: tests/bench/run starts each program of BENCHES.
BENCHES =
BENCHES += tests/bench/bench_save
tests_bench_bench_save_SOURCES = tests/bench/bench_save.c $(BENCH_FILES) $(BENCH_BARE_FILES) $(BENCH_WORDS)
BENCHES += tests/bench/bench_import
tests_bench_bench_import_SOURCES = tests/bench/bench_import.c $(BENCH_FILES) $(BENCH_BARE_FILES) $(BENCH_WORDS)
BENCHES += tests/bench/bench_search
tests_bench_bench_search_SOURCES = tests/bench/bench_search.c $(BENCH_FILES) $(BENCH_BARE_FILES)
BENCHES += tests/bench/bench_projection
tests_bench_bench_projection_SOURCES = tests/bench/bench_projection.c $(BENCH_FILES) $(BENCH_BARE_FILES)
BENCHES += tests/bench/bench_screen
tests_bench_bench_screen_SOURCES = tests/bench/bench_screen.c tests/bench/terminal.c tests/bench/terminal.h $(BENCH_FILES) $(BENCH_BARE_FILES) $(BENCH_WORDS)
BENCHES += tests/bench/bench_pdf
tests_bench_bench_pdf_SOURCES = tests/bench/bench_pdf.c $(BENCH_FILES) $(BENCH_WORDS)
BENCHES += tests/bench/bench_exchange
tests_bench_bench_exchange_SOURCES = tests/bench/bench_exchange.c $(BENCH_FILES) $(BENCH_WORDS)
BENCHES += tests/bench/bench_agent
tests_bench_bench_agent_SOURCES = tests/bench/bench_agent.c tests/bench/terminal.c tests/bench/terminal.h $(BENCH_FILES)
BENCHES += tests/bench/bench_alerts
tests_bench_bench_alerts_SOURCES = tests/bench/bench_alerts.c $(BENCH_FILES) $(BENCH_BARE_FILES) $(BENCH_WORDS)
tests_bench_bench_alerts_CPPFLAGS = $(AM_CPPFLAGS) $(XML2_CFLAGS)
tests_bench_bench_alerts_LDADD = $(LDADD) $(XML2_LIBS)

BENCHES += tests/bench/bench_hub
tests_bench_bench_hub_SOURCES = tests/bench/bench_hub.c $(BENCH_HUBS) $(BENCH_FILES) $(BENCH_WORDS)
BENCHES += tests/bench/bench_follow
tests_bench_bench_follow_SOURCES = tests/bench/bench_follow.c $(BENCH_HUBS) $(BENCH_FILES) $(BENCH_WORDS)

BENCH_FILES = tests/bench/bench.c tests/bench/bench.h
BENCH_HUBS = tests/bench/hubs.c tests/bench/hubs.h
BENCH_BARE_FILES = tests/bench/bare.c tests/bench/bare.h
BENCH_WORDS = tests/bench/ten_years.h tests/bench/ten_years_words.c

# What they are measured with. mkstation lives through ten years: its clock is its own.
BENCH_TOOLS = tests/bench/mkstation tests/bench/bare_page tests/bench/bare_list
tests_bench_bare_list_LDADD = $(NCURSES_LIBS)
tests_bench_bare_page_CPPFLAGS = $(AM_CPPFLAGS) $(PANGO_CFLAGS)
tests_bench_bare_page_LDADD = $(PANGO_LIBS)
tests_bench_mkstation_SOURCES = tests/bench/mkstation.c tests/bench/ten_years.c $(BENCH_WORDS)
tests_bench_mkstation_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=clock_now

EXTRA_PROGRAMS += $(BENCHES) $(BENCH_TOOLS)
EXTRA_DIST += tests/bench/run
CLEANFILES += $(BENCHES) $(BENCH_TOOLS)
bench: all $(BENCHES) $(BENCH_TOOLS)
	$(AM_TESTS_ENVIRONMENT) OPS='$(OPS)' $(SHELL) $(srcdir)/tests/bench/run $(BENCHES)
.PHONY: bench
