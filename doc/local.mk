EXTRA_DIST += doc/SYNC.md
EXTRA_DIST += README.md README.zh_CN.md HACKING doc/ARCHITECTURE.md doc/JOURNAL.md doc/MANUAL.md doc/MANUAL.zh_CN.md
EXTRA_DIST += doc/make-tables doc/picture/draw doc/picture/screen-to-svg doc/picture/overview.png doc/picture/overview.zh_CN.png
EXTRA_DIST += doc/dutydesk.zh_CN.1 data/completions/dutydesk .ci/run .clang-format .editorconfig

dist_man_MANS = doc/dutydesk.1
chinesemandir = $(mandir)/zh_CN/man1
nodist_chineseman_DATA = doc/zh_CN/dutydesk.1
CLEANFILES += $(nodist_chineseman_DATA)
doc/zh_CN/dutydesk.1: doc/dutydesk.zh_CN.1
	$(AM_V_GEN)$(MKDIR_P) $(@D) && cp $(srcdir)/doc/dutydesk.zh_CN.1 $@

bashcompletionsdir = $(datadir)/bash-completion/completions
bashcompletions_DATA = data/completions/dutydesk

# Manuals whose commands and settings are made from the program; tests/doc fails when they are out of date.
MANUALS = doc/dutydesk.1 doc/dutydesk.zh_CN.1 doc/MANUAL.md doc/MANUAL.zh_CN.md
update-doc: all
	for manual in $(MANUALS); do \
	  $(AM_TESTS_ENVIRONMENT) $(SHELL) $(srcdir)/doc/make-tables $(srcdir)/$$manual >doc/manual.new && \
	  { cmp -s doc/manual.new $(srcdir)/$$manual || cp doc/manual.new $(srcdir)/$$manual; } || exit 1; \
	done; \
	rm -f doc/manual.new
.PHONY: update-doc

dist_check_SCRIPTS += tests/doc
TESTS += tests/doc
