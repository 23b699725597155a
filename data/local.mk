# Compiled into the program, under the name relative to data/. One file a line.
DATA_FILES =
DATA_FILES += data/dutydesk.ini
DATA_FILES += data/checklists/all_clear.ini
DATA_FILES += data/checklists/blue.ini
DATA_FILES += data/checklists/flash_flood.ini
DATA_FILES += data/checklists/forest_fire.ini
DATA_FILES += data/checklists/geological.ini
DATA_FILES += data/checklists/heat.ini
DATA_FILES += data/checklists/orange.ini
DATA_FILES += data/checklists/rainstorm.ini
DATA_FILES += data/checklists/red.ini
DATA_FILES += data/checklists/response_1.ini
DATA_FILES += data/checklists/response_2.ini
DATA_FILES += data/checklists/response_3.ini
DATA_FILES += data/checklists/response_4.ini
DATA_FILES += data/checklists/typhoon.ini
DATA_FILES += data/checklists/yellow.ini
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
DATA_FILES += data/ladders/123.ini
DATA_FILES += data/ladders/1263.ini
DATA_FILES += data/ladders/631.ini
DATA_FILES += data/ladders/leader.ini
DATA_FILES += data/ladders/standard.ini
DATA_FILES += data/ladders/village.ini
DATA_FILES += data/ladders/wake.ini
DATA_FILES += data/hub.sql
DATA_FILES += data/hub_desk.sql
DATA_FILES += data/warning/instructions.ini

EXTRA_DIST += data/embed $(DATA_FILES)

nodist_libbase_a_SOURCES = data/data.c
CLEANFILES += data/data.c
data/data.c: data/embed data/local.mk $(DATA_FILES)
	$(AM_V_GEN)$(MKDIR_P) data && \
	$(SHELL) $(srcdir)/data/embed $(srcdir)/data $(DATA_FILES:data/%=%) >$@.tmp && mv $@.tmp $@

# What a station may want beside the program: units that keep the agent running, and how alarms leave the room.
EXTRA_DIST += data/dutydesk-agent.service.in data/dutydesk-agent-user.service.in
dist_doc_DATA = data/alarm-examples.ini
systemunitdir = $(prefix)/lib/systemd/system
userunitdir = $(prefix)/lib/systemd/user
nodist_systemunit_DATA = data/dutydesk-agent.service
nodist_userunit_DATA = data/user/dutydesk-agent.service
CLEANFILES += $(nodist_systemunit_DATA) $(nodist_userunit_DATA)
data/dutydesk-agent.service: data/dutydesk-agent.service.in
	$(AM_V_GEN)$(MKDIR_P) data && sed 's|[@]bindir@|$(bindir)|' $(srcdir)/data/dutydesk-agent.service.in >$@
data/user/dutydesk-agent.service: data/dutydesk-agent-user.service.in
	$(AM_V_GEN)$(MKDIR_P) data/user && sed 's|[@]bindir@|$(bindir)|' $(srcdir)/data/dutydesk-agent-user.service.in >$@
