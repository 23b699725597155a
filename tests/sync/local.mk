# Real parts of the exchange (an sshd, …), each started by its own test on loopback and ended with it.
dist_check_SCRIPTS += tests/sync/ssh tests/sync/network tests/sync/several tests/sync/levels
EXTRA_DIST += tests/sync/show.sh tests/soon.sh
TESTS += tests/sync/ssh tests/sync/network tests/sync/several tests/sync/levels
check_PROGRAMS += tests/sync/bad_line
tests_sync_bad_line_LDADD =
if HAVE_CMOCKA
check_PROGRAMS += tests/sync/kill
TESTS += tests/sync/kill
endif
