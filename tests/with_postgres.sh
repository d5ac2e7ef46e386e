#!/bin/sh
# with_postgres.sh COMMAND...: runs COMMAND against a private, throw-away PostgreSQL cluster, and removes all of it afterwards.
#
# The cluster listens on a unix socket in a directory of its own (mode 0700) and nowhere else, so anybody who reaches it is trusted,
# but for kring_shut, which may not log in (tests need one that can't). Root hands it to the OS user "postgres", since PostgreSQL does
# not run as root. Settings are durable unless KRING_TEST_FSYNC=off.
#
# COMMAND sees connection strings: KRING_TEST_DATA_DB and KRING_TEST_KEYS_DB as kring_app, KRING_TEST_LOG_DB as kring_log, KRING_TEST_OWNER_DB and
# KRING_TEST_OWNER_KEYS_DB as kring_owner, KRING_TEST_SUPER_DB and KRING_TEST_SUPER_KEYS_DB as the superuser; and
# KRING_TEST_PG_DIR, the cluster's directory; and KRING_TEST_PG_CTL, to be followed by start or stop. KRING_MIGRATE names the migration program if it is not in a build folder.
#
# Exit: COMMAND's; 77 (meson: skipped) if PostgreSQL is not there, or 1 then with KRING_REQUIRE_POSTGRES=1.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")

say() { echo "with_postgres: $*" >&2; }
missing() {
    say "$*"
    say "the tests that need a database did NOT run"
    [ "${KRING_REQUIRE_POSTGRES:-0}" = 1 ] && exit 1
    exit 77
}

[ $# -gt 0 ] || { say "usage: with_postgres.sh COMMAND..."; exit 2; }

bin=
for d in "${KRING_PG_BIN:-}" /usr/lib/postgresql/15/bin /usr/lib/postgresql/*/bin; do
    if [ -n "$d" ] && [ -x "$d/initdb" ] && [ -x "$d/postgres" ]; then bin=$d; break; fi
done
[ -n "$bin" ] || missing "PostgreSQL 15 is not here (apt-get install postgresql-15)"
command -v psql >/dev/null || missing "psql is not here (apt-get install postgresql-client-15)"

migrate=${KRING_MIGRATE:-}
[ -n "$migrate" ] || migrate=$(ls -t "$root"/build*/tests/db/kring_test_migrate 2>/dev/null | head -n 1)
[ -n "$migrate" ] && [ -x "$migrate" ] || { say "build tests/db/kring_test_migrate first"; exit 1; }
migrate=$(cd "$(dirname "$migrate")" && pwd)/$(basename "$migrate")

as_server() { "$@"; }
if [ "$(id -u)" = 0 ]; then
    id postgres >/dev/null 2>&1 || missing "root needs the OS user postgres"
    as_server() { runuser -u postgres -- "$@"; }
fi

# A socket's path may have 107 bytes, so TMPDIR is not asked.
dir=$(mktemp -d /tmp/kpg.XXXXXX)
chmod 0700 "$dir"
[ "$(id -u)" != 0 ] || chown postgres: "$dir"
calling=$(pwd)
cd "$dir"

started=
clean() {
    status=$?
    trap - EXIT INT TERM HUP
    [ -z "$started" ] || as_server "$bin/pg_ctl" -D "$dir/data" -m immediate -w stop >/dev/null 2>&1 || :
    [ $status = 0 ] || [ -z "${KRING_TEST_SHOW_LOG:-}" ] || tail -n 40 "$dir/log" >&2
    cd /
    rm -rf "$dir"
    exit $status
}
trap clean EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

as_server "$bin/initdb" -D "$dir/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync --no-instructions >"$dir/initdb" 2>&1 ||
    { cat "$dir/initdb" >&2; say "initdb failed"; exit 1; }
as_server tee "$dir/data/pg_hba.conf" >/dev/null <<END
local all kring_shut reject
local all all trust
END
as_server tee -a "$dir/data/postgresql.conf" >/dev/null <<END
listen_addresses = ''
unix_socket_directories = '$dir'
unix_socket_permissions = 0700
max_connections = 50
shared_buffers = 32MB
fsync = ${KRING_TEST_FSYNC:-on}
full_page_writes = ${KRING_TEST_FSYNC:-on}
log_min_messages = warning
log_min_error_statement = panic
log_parameter_max_length_on_error = 0
END
started=1
as_server "$bin/pg_ctl" -D "$dir/data" -l "$dir/log" -w -t 60 start >/dev/null || { cat "$dir/log" >&2; say "it does not start"; exit 1; }

psql -X -q -v ON_ERROR_STOP=1 -h "$dir" -U postgres -d postgres -f "$root/sql/roles.sql" >/dev/null

ctl="$bin/pg_ctl -D $dir/data -l $dir/log -m fast -w -t 60"
[ "$(id -u)" != 0 ] || ctl="runuser -u postgres -- $ctl"
export PGHOST="$dir" KRING_TEST_PG_DIR="$dir" KRING_TEST_PG_CTL="$ctl"
export KRING_TEST_DATA_DB="host=$dir dbname=kring user=kring_app"
export KRING_TEST_KEYS_DB="host=$dir dbname=kring_keys user=kring_app"
export KRING_TEST_LOG_DB="host=$dir dbname=kring user=kring_log"
export KRING_TEST_OWNER_DB="host=$dir dbname=kring user=kring_owner"
export KRING_TEST_OWNER_KEYS_DB="host=$dir dbname=kring_keys user=kring_owner"
export KRING_TEST_SUPER_DB="host=$dir dbname=kring user=postgres"
export KRING_TEST_SUPER_KEYS_DB="host=$dir dbname=kring_keys user=postgres"
"$migrate" "$KRING_TEST_OWNER_DB" "$KRING_TEST_OWNER_KEYS_DB" 2>"$dir/migrate" || { cat "$dir/migrate" >&2; exit 1; }

cd "$calling"
"$@"
