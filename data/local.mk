# Compiled into the program, under the name relative to data/. One file a line.
DATA_FILES =
DATA_FILES += data/dutydesk.ini

EXTRA_DIST += data/embed $(DATA_FILES)

nodist_libbase_a_SOURCES = data/data.c
CLEANFILES += data/data.c
data/data.c: data/embed data/local.mk $(DATA_FILES)
	$(AM_V_GEN)$(MKDIR_P) data && \
	$(SHELL) $(srcdir)/data/embed $(srcdir)/data $(DATA_FILES:data/%=%) >$@.tmp && mv $@.tmp $@
