# For the tests of the command line: a directory of their own, a station, and ways to say what must come out. Sourced.
set -u
: "${DUTYDESK:?run by make check}"
LC_ALL=C.UTF-8 LANGUAGE=en
export LC_ALL LANGUAGE
work=$(mktemp -d "${TMPDIR:-/tmp}/dutydesk-cli-XXXXXX") || exit 1
trap 'chmod -R u+rwX "$work" 2>/dev/null; rm -rf "$work"' EXIT
XDG_CONFIG_HOME=$work/config XDG_DATA_HOME=$work/data DUTYDESK_ETC=$work/etc
export XDG_CONFIG_HOME XDG_DATA_HOME DUTYDESK_ETC
db=$work/desk.db
failures=0 checks=0

desk() { "$DUTYDESK" -d "$db" "$@"; }

fail() {
  failures=$((failures + 1))
  printf 'FAIL: %s\n' "$*"
}

# gives CODE PATTERN COMMAND…: the command exits with CODE and says PATTERN (grep -E) on stdout or stderr.
gives() {
  code=$1 pattern=$2
  shift 2
  checks=$((checks + 1))
  said=$("$@" 2>&1 </dev/null)
  got=$?
  [ "$got" = "$code" ] || fail "$*: exit $got instead of $code: $said"
  printf '%s\n' "$said" | grep -Eq -- "$pattern" || fail "$*: does not say /$pattern/ but: $said"
}

# refuses CODE PATTERN COMMAND…: the same, with exactly one line, on stderr, and nothing in the database changed.
refuses() {
  code=$1 pattern=$2
  shift 2
  before=$(fingerprint)
  gives "$code" "$pattern" "$@"
  out=$("$@" 2>/dev/null </dev/null)
  [ -z "$out" ] || fail "$*: says on stdout: $out"
  lines=$(printf '%s\n' "$said" | wc -l)
  [ "$lines" = 1 ] || fail "$*: says $lines lines: $said"
  [ "$before" = "$(fingerprint)" ] || fail "$*: changed the database"
}

# What the database holds, as far as the journal goes.
fingerprint() {
  [ -e "$db" ] || return 0
  for kind in entry officer unit item warning point visit contact; do "$DUTYDESK" -d "$db" "$kind" list --all --json 2>&1; done | cksum
}

station() { desk init --area 519901101000 --name 测试镇 >/dev/null || exit 1; }

end() {
  printf '%d checks, %d failed\n' "$checks" "$failures"
  [ "$checks" -gt 0 ] && [ "$failures" = 0 ]
}
