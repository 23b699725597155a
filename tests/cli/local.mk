# The command line as scripts use it.
dist_check_SCRIPTS += tests/cli/bad-input tests/cli/day tests/cli/alerts tests/cli/shared-file
dist_check_SCRIPTS += tests/cli/stick tests/cli/message tests/cli/order tests/cli/above tests/cli/ladder
TESTS += tests/cli/stick tests/cli/message tests/cli/order tests/cli/above tests/cli/ladder
TESTS += tests/cli/bad-input tests/cli/day tests/cli/alerts tests/cli/shared-file
EXTRA_DIST += tests/cli/lib.sh
