# Waiting in shell tests: for a condition, never for a time. Sourced; counts and fails as the test's own words do.
# soon COMMAND…: becomes true, on a busy machine too: only what fails takes so long.
soon_seconds=200
soon() {
  checks=$((checks + 1))
  deadline=$(($(date +%s) + soon_seconds))
  until "$@" >/dev/null 2>&1; do
    [ "$(date +%s)" -lt $deadline ] || { fail "not true in time: $*"; return 1; }
    sleep 0.05
  done
}
