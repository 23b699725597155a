# Compiled into the program, under the name relative to data/. One file a line.
DATA_FILES =
DATA_FILES += data/dutydesk.ini
DATA_FILES += data/demo/alert.xml
DATA_FILES += data/demo/contact.csv
DATA_FILES += data/demo/danger.csv
DATA_FILES += data/demo/day.txt
DATA_FILES += data/demo/drill.csv
DATA_FILES += data/demo/gear.csv
DATA_FILES += data/demo/household.csv
DATA_FILES += data/demo/incident.csv
DATA_FILES += data/demo/machine.csv
DATA_FILES += data/demo/mark.csv
DATA_FILES += data/demo/officer.csv
DATA_FILES += data/demo/person.csv
DATA_FILES += data/demo/place.csv
DATA_FILES += data/demo/plan.csv
DATA_FILES += data/demo/plan_step.csv
DATA_FILES += data/demo/point.csv
DATA_FILES += data/demo/reading.csv
DATA_FILES += data/demo/shelter.csv
DATA_FILES += data/demo/stock.csv
DATA_FILES += data/demo/team.csv
DATA_FILES += data/demo/training.csv
DATA_FILES += data/demo/unit.csv
DATA_FILES += data/demo/visit.csv

EXTRA_DIST += data/embed $(DATA_FILES)

nodist_libbase_a_SOURCES = data/data.c
CLEANFILES += data/data.c
data/data.c: data/embed data/local.mk $(DATA_FILES)
	$(AM_V_GEN)$(MKDIR_P) data && \
	$(SHELL) $(srcdir)/data/embed $(srcdir)/data $(DATA_FILES:data/%=%) >$@.tmp && mv $@.tmp $@
