# A night on which the line is down: village and township each work their shift, change the same contact, receive the same warning. Then some way opens.
# Sourced by the tests of each way, behind tests/cli/lib.sh or tests/hub/lib.sh ($work, $checks, fail).
#
#   night_town=DB night_village=DB
#   night_before                      while they still reach each other; exchange once after it
#   night_apart
#   night_joined COMMAND…             runs the command (an exchange, whatever its way) until both hold the same, at most ten times; then looks

# night_on WHERE WORDS…
night_on() {
  case $1 in town) path=$night_town ;; *) path=$night_village ;; esac
  shift
  "$DUTYDESK" -d "$path" "$@"
}

# night_number WHERE KIND: the short number of its first record.
night_number() {
  where=$1 kind=$2
  shift 2
  night_on "$where" "$kind" list "$@" --json | sed -n 's/.*"no": "\([^"]*\)".*/\1/p' | head -n 1
}

# One record a line.
night_records() { night_on "$1" "$2" list --json --all --personal | awk '/^  \{/ { line = "" } { line = line $0 } /^  \}/ { sub(/,$/, "", line); print line }' | sort; }

night_before() {
  for count in 01 02 03; do night_on village household add "code=$count" "head=${count}号户" at_risk=yes >/dev/null || fail "household $count"; done
  night_on village contact add name=村长 sort=village phone=00000000001 >/dev/null || fail "contact"
}

# What the weather office sends to both.
night_alert() {
  sed -e "s/990101/$(night_on town node list --json | sed -n 's/.*"area": "\([0-9]\{6\}\).*/\1/p' | head -n 1)/g" \
    -e "s/20260701021500/$(TZ=Asia/Shanghai date -d '-10 minutes' +%Y%m%d%H%M%S)/" \
    -e "s/2026-07-01 02:15:00+08:00/$(TZ=Asia/Shanghai date -d '-10 minutes' '+%F %T')+08:00/" \
    -e "s/2026-07-01 08:15:00+08:00/$(TZ=Asia/Shanghai date -d '+6 hours' '+%F %T')+08:00/" \
    "${abs_top_srcdir:-${srcdir:-.}}/tests/fixtures/alerts/mainland-red.xml" >"$work/red.xml"
}

night_apart() {
  night_alert
  for where in town village; do
    night_on $where warning import "$work/red.xml" >/dev/null; [ $? = 3 ] || fail "$where: warning import"
    night_on $where warning ack "$(night_number $where warning)" >/dev/null || fail "$where: warning ack"
    night_on $where warning relay "$(night_number $where warning)" >/dev/null || fail "$where: warning relay"
    night_on $where log "text=$where 雨大" >/dev/null || fail "$where: log"
  done
  night_on village relay tell "$(night_number village relay sort=households)" household=01 >/dev/null || fail "village: relay tell"
  night_on town relay tell "$(night_number town relay sort=households)" household=02 >/dev/null || fail "town: relay tell"
  night_on village contact set 村长 phone=00000000002 >/dev/null || fail "village: contact set"
  night_on town contact set 村长 phone=00000000003 >/dev/null || fail "town: contact set"
  night_on town contact add name=县医院 sort=medical phone=00000000004 issued=yes >/dev/null || fail "town: contact add"
  night_on village incident add title=滑坡 type=landslide place=东沟 began=-30 learned=-20 >/dev/null || fail "village: incident"
}

# Of all that a village reports, both hold the same, to the letter.
night_same() {
  for kind in contact household call attempt relay told task incident answer; do
    night_records village $kind >"$work/here"
    [ "$kind" = attempt ] || [ -s "$work/here" ] || { why="the village has no $kind"; return 1; }
    night_records town $kind >"$work/there"
    why=$kind:$(grep -Fvxf "$work/there" "$work/here") && return 1
  done
  night_on village sync --status | grep -q 'All delivered' || { why=$(night_on village sync --status); return 1; }
}

# night_said WHERE PATTERN WORDS…
night_said() {
  checks=$((checks + 1))
  where=$1 pattern=$2
  shift 2
  answer=$(night_on "$where" "$@" 2>&1)
  printf '%s\n' "$answer" | grep -Eq -- "$pattern" || fail "$where: $*: does not say /$pattern/ but: $answer"
}

night_joined() {
  tries=0
  until "$@" && night_same; do
    tries=$((tries + 1))
    [ $tries -lt 10 ] || { fail "still not the same: $why"; return; }
  done
  for where in town village; do
    night_said $where '"undelivered": 0,' now --json
    night_said $where 'Conflict +Contact .村长.: 2 values for Phone' now
    [ "$(night_on $where now | grep -c Conflict)" = 1 ] || fail "$where: something else is to be decided: $(night_on $where now | grep Conflict)"
    night_said $where 'unreached: 1,' relay unreached "$(night_number $where relay sort=households)"
    night_said $where '03号户' relay unreached "$(night_number $where relay sort=households)"
    night_said $where 'All is well' verify
  done
  night_said town 'received .* · relayed 2 of 3' warning stations "$(night_number town warning)"
  night_said village '县医院 .*00000000004' contact list
  night_said village 'above us, and is changed there' contact set 县医院 phone=00000000005
  night_on town entry list | grep -q 'village 雨大' && fail "the village's log went up"
}
