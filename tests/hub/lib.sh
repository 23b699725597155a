# For the tests of the hub: a PostgreSQL of their own in a new directory, on a socket, run by an unprivileged account; and ways to say what must come out.
# Sourced. Ends with 77 where there is no PostgreSQL server or nobody to run it.
set -u
LC_ALL=C.UTF-8 LANGUAGE=en
export LC_ALL LANGUAGE
: "${abs_top_srcdir:?run by make check}"
server=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
[ -n "$server" ] && [ -x "$server/initdb" ] || { echo "no PostgreSQL server here"; exit 77; }

if "${DUTYDESK:?run by make check}" --version | grep -q '^- libpq'; then echo "built without libpq"; exit 77; fi

# PostgreSQL refuses to be run by root.
as_nobody() {
  if [ "$(id -u)" != 0 ]; then "$@"; else setpriv --reuid="$account" --regid="$account" --clear-groups "$@"; fi
}
account=
if [ "$(id -u)" = 0 ]; then
  for name in postgres nobody; do
    if [ -z "$account" ] && id "$name" >/dev/null 2>&1; then account=$(id -u "$name"); fi
  done
  [ -n "$account" ] || { echo "no unprivileged account here that could run PostgreSQL"; exit 77; }
fi

work=$(mktemp -d /tmp/dutydesk-hub-XXXXXX) || exit 1 # a socket's path is short
[ -z "$account" ] || chown "$account" "$work"
chmod 755 "$work"
stop() {
  [ ! -e "$work/data/postmaster.pid" ] || as_nobody "$server/pg_ctl" -D "$work/data" -m immediate -w stop >/dev/null 2>&1
  rm -rf "$work"
}
trap stop EXIT
trap 'exit 1' HUP INT TERM

# No fsync unless `durable` is set: what is tested does not lie there.
start() {
  cd / || exit 1
  as_nobody "$server/initdb" -D "$work/data" -A trust -U owner --no-sync -E UTF8 --locale=C.UTF-8 >"$work/log" 2>&1 &&
    printf '%s\n' "listen_addresses = ''" "unix_socket_directories = '$work'" 'shared_buffers = 128MB' "fsync = $([ -n "${durable:-}" ] && echo on || echo off)" \
      "max_connections = ${connections:-120}" 'max_wal_size = 4GB' 'log_min_messages = panic' | as_nobody tee -a "$work/data/postgresql.conf" >/dev/null &&
    as_nobody "$server/pg_ctl" -D "$work/data" -l "$work/server.log" -w start >>"$work/log" 2>&1 || { cat "$work"/*log; exit 1; }
  sql_as owner postgres 'CREATE DATABASE hub'
}

failures=0 checks=0
fail() {
  failures=$((failures + 1))
  printf 'FAIL: %s\n' "$*"
}

url() { printf 'postgresql://%s@/hub?host=%s' "$1" "$work"; }
sql_as() { "$server/psql" -h "$work" -U "$1" -d "$2" -XqAt -v ON_ERROR_STOP=1 -c "$3"; }

# gives ROLE ANSWER SQL: that role gets exactly this answer.
gives() {
  checks=$((checks + 1))
  said=$(sql_as "$1" hub "$3" 2>&1)
  [ "$said" = "$2" ] || fail "$1: $3: '$said' instead of '$2'"
}

# refuses ROLE PATTERN SQL: that role gets an error that matches (grep -E).
refuses() {
  checks=$((checks + 1))
  if said=$(sql_as "$1" hub "$3" 2>&1); then fail "$1: $3: was let: $said"; return; fi
  printf '%s\n' "$said" | grep -Eq -- "$2" || fail "$1: $3: does not say /$2/ but: $said"
}

# Makes the database a hub, with the functions of make.sql.
make_hub() {
  said=$("$DUTYDESK" hub init "$(url owner)" 2>&1) || { echo "hub init: $said"; exit 1; }
  "$server/psql" -h "$work" -U owner -d hub -Xq1 -v ON_ERROR_STOP=1 -f "$abs_top_srcdir/tests/hub/make.sql" || exit 1
}

# What version 2 changed, as it was before.
as_version_1() {
  sql_as owner hub "DROP TABLE hub.hidden, hub.erasure;
    CREATE TABLE hub.erasure (scope bigint, lane smallint, record text, stamp bigint NOT NULL, PRIMARY KEY (scope, lane, record));
    DROP FUNCTION hub.given(bigint), hub.erasures_note(bigint, bigint, smallint, bigint, bigint, bytea);
    CREATE FUNCTION hub.given(p_node bigint) RETURNS TABLE (audience bigint[], hashes bytea[]) LANGUAGE sql AS 'SELECT NULL::bigint[], NULL::bytea[]';
    CREATE FUNCTION hub.erasures_note(bigint, bigint, smallint, bigint, bigint, bytea) RETURNS boolean LANGUAGE sql AS 'SELECT false';
    DELETE FROM hub.version; INSERT INTO hub.version(number, program) VALUES (1, 'earlier')" || fail "cannot go back to version 1"
}

# station ROLE AREA NODE: a role, and its node known to the hub.
station() {
  sql_as owner hub "SELECT hub.add_station('$1', $2)" >/dev/null 2>&1 &&
    sql_as "$1" hub "SELECT hub.claim($3, test.key($3), ARRAY[$2], 'A')" >/dev/null || { echo "cannot add station $1"; exit 1; }
}

end() {
  printf '%d checks, %d failed\n' "$checks" "$failures"
  [ "$checks" -gt 0 ] && [ "$failures" = 0 ]
}
