#!/bin/sh
# ./dev bench: how fast audited reads are, beside plain SQL on the same machine, in the same run, on the same private cluster.
#
#   ./dev bench [--rounds N] [--seconds N] [--json FILE]    the reads over TLS, plain SQL and the reads' own SQL, in turns
#   ./dev bench --grow [FAMILIES]                           the same hot families among 1,000 and among FAMILIES (100,000)
#   ./dev bench --idle [CONNECTIONS]                        memory with idle TLS connections (10,000)
#   ./dev bench --log [RECORDS]                             a log of that many records (10,000,000): what is asked of it, and its size
#   ./dev bench --serve                                     1,000 families on a server that stays, for a profiler
#   ./dev bench --short                                     a few seconds: does it run, and is every answer on the log?
#
# "untreed" is the same reads while the sequencer stands still: what tree and signer cost.
#
# Everything is in a folder of its own under ${TMPDIR:-/tmp} and gone at the end. PostgreSQL is as durable as in the demonstration;
# it, the server and the load generator share the machine's cores. --keep leaves it there for another look.
set -eu
cd "$(dirname "$0")/../.."
ROOT=$PWD
BUILD=${KRING_TEST_BUILD:-$ROOT/build}
BENCH=$ROOT/tests/bench
PG=/usr/lib/postgresql/15/bin
ROUNDS=3 SECONDS_EACH=8 MODE=reads MANY=100000 IDLE=10000 RECORDS=10000000 ASKED=200 SHORT='' KEEP=''
JSON=$BUILD/bench.json
CONNECTIONS='1 16 64'

say() { printf 'bench: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }
number() { case $1 in '' | *[!0-9]*) die "\"$1\" is not a number" ;; esac; printf '%s' "$1"; }
while [ $# -gt 0 ]; do
    case $1 in
        --rounds) ROUNDS=$(number "${2:-}"); shift ;;
        --seconds) SECONDS_EACH=$(number "${2:-}"); shift ;;
        --json) JSON=${2:?a file}; shift ;;
        --keep) KEEP=yes ;;
        --short) SHORT=yes ROUNDS=1 SECONDS_EACH=2 ASKED=20 CONNECTIONS='1 16' ;;
        --grow) MODE=grow; case ${2:-} in [0-9]*) MANY=$(number "$2"); shift ;; esac ;;
        --log) MODE=log; case ${2:-} in [0-9]*) RECORDS=$(number "$2"); shift ;; esac ;;
        --serve) MODE=serve ;;
        --idle) MODE=idle; case ${2:-} in [0-9]*) IDLE=$(number "$2"); shift ;; esac ;;
        *) die "\"$1\" is not understood; see the head of tests/bench/run.sh" ;;
    esac
    shift
done
for tool in wrk pgbench openssl python3; do command -v $tool >/dev/null || die "$tool is missing"; done
ninja -C "$BUILD" server/app/kringd clients/cli/kring tests/bench/grow tests/bench/grow_log tests/policy/policy_bench >"$BUILD/bench.log" 2>&1 ||
    { tail -n 30 "$BUILD/bench.log" >&2; die 'the build failed'; }

# ---- a private instance ----------------------------------------------------------------------------------------------

WORK=$(mktemp -d "${TMPDIR:-/tmp}/kring-bench-XXXXXX")
RESULTS=$WORK/results
chmod 0711 "$WORK"
STARTED=''
# PostgreSQL does not run as root; the server needs no user of its own here, since nobody but us is served.
USER_OF=$(id -un)
[ "$(id -u)" != 0 ] || USER_OF=postgres
AS='setpriv --pdeathsig TERM'
[ "$(id -u)" != 0 ] || AS="setpriv --reuid $USER_OF --regid $(id -g "$USER_OF") --init-groups --pdeathsig TERM"
as() { exec $AS "$@"; } # stays a direct child, and ends with this script
clean() {
    trap '' INT TERM
    [ -z "${LOG_PID:-}" ] || kill -s CONT "$LOG_PID" 2>/dev/null || : # it may stand still, and then would not end
    for p in $STARTED; do kill -s "${p%:*}" "${p#*:}" 2>/dev/null && wait "${p#*:}" 2>/dev/null || :; done
    if [ -n "$KEEP" ]; then say "kept: $WORK"; else rm -rf "$WORK"; fi
}
trap clean EXIT
trap 'exit 130' INT TERM

mkdir "$WORK/bin"
install -m 0755 "$BUILD/server/app/kringd" "$BUILD/clients/cli/kring" "$BUILD/tests/bench/grow" "$BUILD/tests/bench/grow_log" "$WORK/bin/"

# instance NAME: its folder is WORK/NAME, its socket is there too.
cluster_start() {
    at=$WORK/$1
    mkdir "$at"
    [ "$(id -u)" != 0 ] || chown "$USER_OF" "$at"
    (as "$PG/initdb" -D "$at/pg" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --data-checksums >"$at/initdb.log" 2>&1) || die 'initdb failed'
    cat >>"$at/pg/postgresql.conf" <<'END'
listen_addresses = ''
unix_socket_permissions = 0700
fsync = on
synchronous_commit = on
full_page_writes = on
jit = off
max_connections = 100
max_wal_size = 4GB
log_min_messages = error
END
    as "$PG/postgres" -D "$at/pg" -k "$at" </dev/null >"$at/postgresql.log" 2>&1 &
    PG_PID=$!
    STARTED="INT:$PG_PID $STARTED"
    i=0
    until "$PG/pg_isready" -q -h "$at"; do i=$((i + 1)); [ $i -lt 100 ] || die 'PostgreSQL did not start'; sleep 0.1; done
}
conninfo() { printf 'host=%s user=%s dbname=%s' "$at" "$1" "$2"; }
sql() { (as psql -XqAt -v ON_ERROR_STOP=1 -h "$at" -U postgres "$@"); }
kringd() { (as "$WORK/bin/kringd" --config "$at/kringd.conf" "$@"); }

databases_make() {
    sql -d postgres -f - <"$ROOT/sql/roles.sql" >/dev/null
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost -keyout "$at/key.pem" \
        -out "$at/cert.pem" 2>/dev/null
    chmod 0400 "$at/key.pem"
    [ "$(id -u)" != 0 ] || chown "$USER_OF" "$at/key.pem" "$at/cert.pem"
    PORT=0 settings_write ''
    (as "$WORK/bin/kringd" migrate --data-owner-db "$(conninfo kring_owner kring)" --keys-owner-db "$(conninfo kring_owner kring_keys)" >/dev/null)
    kringd keys init >/dev/null
}
settings_write() { # MORE
    cat >"$at/kringd.conf" <<END
[kring]
listen = 127.0.0.1
port = $PORT
certificate = $at/cert.pem
certificate_key = $at/key.pem
data_db = $(conninfo kring_app kring)
keys_db = $(conninfo kring_app kring_keys)
kek_file = $at/kek
single_user = yes
log_level = warn
helper_idle = 720
helper_absolute = 1440
connections = 20000
connections_per_address = 20000
keepalive_requests = 1000000
idle_time = 600000
$1
END
}
families_grow() { # FROM TO [PAIRS]
    say "families $1 to $2"
    (as "$WORK/bin/grow" "$(conninfo postgres kring)" "$(conninfo postgres kring_keys)" "$at/kek" "$@") || die 'no families'
    sql -d kring -c 'VACUUM ANALYZE' -c CHECKPOINT
    sql -d kring_keys -c 'VACUUM ANALYZE'
}
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
server_start() { # MORE-SETTINGS
    log_start
    PORT=$(free_port)
    settings_write "$1"
    as sh -c 'ulimit -n 40000 2>/dev/null; exec "$@"' - "$WORK/bin/kringd" --config "$at/kringd.conf" serve </dev/null >"$at/kringd.log" 2>&1 &
    SERVER_PID=$!
    STARTED="TERM:$SERVER_PID $STARTED"
    i=0
    until curl -fsk -o /dev/null "https://127.0.0.1:$PORT/readyz"; do
        i=$((i + 1))
        { kill -0 "$SERVER_PID" 2>/dev/null && [ $i -lt 100 ]; } || { tail -n 3 "$at/kringd.log" >&2; die 'kringd did not start'; }
        sleep 0.1
    done
}
server_stop() {
    kill -TERM "$LOG_PID" 2>/dev/null && wait "$LOG_PID" 2>/dev/null || :
    kill -TERM "$SERVER_PID" 2>/dev/null || :
    wait "$SERVER_PID" 2>/dev/null || :
    STARTED=$(printf ' %s ' "$STARTED" | sed "s/ TERM:$SERVER_PID / /")
}

# The sequencer beside it, as in real life: it integrates and signs every second.
log_start() {
    [ -e "$at/log.key" ] || {
        printf '[kring]\nlog_db = %s\nlog_origin = bench.example/log\nlog_key = %s\nlog_state = %s\n' "$(conninfo kring_log kring)" \
            "$at/log.key" "$at/log.state" >"$at/kringd-log.conf"
        (as "$WORK/bin/kringd" --config "$at/kringd-log.conf" log init >"$at/log.vkey") || die 'no key of the log'
    }
    as "$WORK/bin/kringd" --config "$at/kringd-log.conf" log run </dev/null >"$at/log.log" 2>&1 &
    LOG_PID=$!
    STARTED="TERM:$LOG_PID $STARTED"
}
log_settled() {
    i=0
    while [ "$(sql -d kring -c 'SELECT count(*) FROM log_pending')" != 0 ]; do
        i=$((i + 1))
        [ $i -lt 600 ] || die 'records still wait for their place'
        sleep 0.1
    done
}

# ---- measuring -------------------------------------------------------------------------------------------------------

note() { printf '%s\n' "$*" >>"$RESULTS"; }
# memory PID: KiB of its own, shared pages counted in proportion.
memory() { awk '/^Pss:/ { print $2 }' "/proc/$1/smaps_rollup"; }
# Clock ticks that a process, or PostgreSQL with all its backends (also those that ended), has used.
ticks() { awk '{ sub(/.*\) /, ""); print $12 + $13 }' "/proc/$1/stat"; }
ticks_pg() { cat /proc/[0-9]*/stat 2>/dev/null | awk -v pg="$PG_PID" '{ id = $1; sub(/.*\) /, "")
    if (id == pg) n += $12 + $13 + $14 + $15; else if ($2 == pg) n += $12 + $13 } END { print n }'; }
records() { sql -d kring -c 'SELECT count(*) FROM record'; }

# reads LABEL CONNECTIONS SECONDS: wrk against the server; every answer must be good, and on the log.
reads() {
    before=$(records) server=$(ticks "$SERVER_PID") pg=$(ticks_pg)
    line=$(wrk -t1 -c"$2" -d"$3" --timeout 10 -s "$BENCH/plan.lua" "https://127.0.0.1:$PORT" -- "$at/pairs" "$RANDOM_SEED" | grep '^measured') ||
        die 'wrk said nothing'
    RANDOM_SEED=$((RANDOM_SEED + 1))
    set -- $1 $2 $line
    server=$(($(ticks "$SERVER_PID") - server)) pg=$(($(ticks_pg) - pg))
    logged=$(($(records) - before))
    [ "$9" = 0 ] && [ "${10}" = 0 ] || die "$9 answers were no 200, ${10} connections broke"
    # wrk leaves without the answers that are under way: they are on the log too.
    [ "$logged" -ge "$4" ] && [ "$logged" -le $(($4 + $2)) ] || die "$4 answers, but $logged records"
    note "$1 $2 $4 $5 $6 $7 $server $pg"
}
RANDOM_SEED=1
# transactions LABEL CONNECTIONS SECONDS DATABASE USER SCRIPT: pgbench, a tenth of its latencies written down
transactions() {
    pg=$(ticks_pg)
    rm -f "$at"/log.*
    (cd "$at" && as env PGOPTIONS="$LINK_OPTIONS" pgbench -n -M prepared -h "$at" -U "$5" -c "$2" -j 1 -T "$3" -f "$6" -l --log-prefix "$at/log" \
        --sampling-rate 0.1 "$4") >"$at/pgbench.log" 2>&1 || { cat "$at/pgbench.log" >&2; die 'pgbench failed'; }
    sleep 0.3 # until the last backend is gone
    pg=$(($(ticks_pg) - pg))
    done_=$(sed -n 's/^number of transactions actually processed: \([0-9]*\).*/\1/p' "$at/pgbench.log")
    tps=$(sed -n 's/^tps = \([0-9.]*\).*/\1/p' "$at/pgbench.log")
    set -- "$1" "$2" "$(cat "$at"/log.* | awk '{ print $3 }' | sort -n |
        awk '{ v[NR] = $1 } END { print v[int((NR + 1) * 0.5)] + 0, v[int((NR + 1) * 0.99)] + 0 }')"
    note "$1 $2 $done_ $(awk -v n="$done_" -v t="$tps" 'BEGIN { printf "%d", n / t * 1e6 }') $3 0 $pg"
}

# ---- what is measured ------------------------------------------------------------------------------------------------

# As the server's links are set (server/db/pool.c).
EXACT_OPTIONS='-c jit=off -c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off'
measure_reads() {
    cluster_start one
    databases_make
    families_grow 0 1000 "$at/pairs"
    sql -d postgres -c 'CREATE DATABASE plain'
    sql -d plain -f - <"$BENCH/plain.sql"
    server_start ''
    note "memory idle $(memory "$SERVER_PID")"
    say 'warming up'
    [ -z "$SHORT" ] || export KRING_BENCH_STRICT=1
    reads warm 64 $((SECONDS_EACH / 2 + 1))
    python3 "$BENCH/exact.py" "$ROOT/sql" "$(sql -d kring -c 'SELECT avg(octet_length(sealed))::int FROM record')" >"$at/exact.pgbench"
    chmod 0644 "$at/exact.pgbench"
    cp "$BENCH/plain.pgbench" "$at/"
    for round in $(seq "$ROUNDS"); do
        say "round $round of $ROUNDS"
        for c in $CONNECTIONS; do
            log_settled
            kill -STOP "$LOG_PID"
            reads untreed "$c" "$SECONDS_EACH"
            kill -CONT "$LOG_PID"
            log_settled
            reads reads "$c" "$SECONDS_EACH"
            LINK_OPTIONS='' transactions plain "$c" "$SECONDS_EACH" plain postgres "$at/plain.pgbench"
            LINK_OPTIONS=$EXACT_OPTIONS transactions exact "$c" "$SECONDS_EACH" kring kring_app "$at/exact.pgbench"
        done
    done
    note "memory loaded $(memory "$SERVER_PID")"
    note "policy $("$BUILD/tests/policy/policy_bench" | awk '/judge/ { if ($3 > most) most = $3 } END { print most }')"
}

# Two instances at once, so that what else the machine does hits both alike.
measure_grow() {
    for name in few many; do
        cluster_start $name
        databases_make
        families_grow 0 1000 "$at/pairs"
        [ $name = few ] || families_grow 1000 "$MANY"
        eval "PG_$name=\$PG_PID"
    done
    for kind in hot uncached; do
        [ $kind = hot ] && more='' || more='family_cache_mib = 1'
        for name in few many; do
            at=$WORK/$name PG_PID=$(eval "echo \$PG_$name")
            server_start "$more"
            eval "SERVER_$name=\$SERVER_PID PORT_$name=\$PORT"
            reads warm 16 $((SECONDS_EACH + 2))
        done
        for round in $(seq "$ROUNDS"); do
            for name in few many; do
                eval "at=$WORK/$name PG_PID=\$PG_$name SERVER_PID=\$SERVER_$name PORT=\$PORT_$name"
                say "$kind, $name, round $round of $ROUNDS"
                reads "$kind-$name" 16 "$SECONDS_EACH"
            done
        done
        for name in few many; do eval "SERVER_PID=\$SERVER_$name"; server_stop; done
    done
}

measure_idle() {
    cluster_start one
    databases_make
    families_grow 0 1000 "$at/pairs"
    server_start ''
    reads warm 64 "$SECONDS_EACH"
    note "memory loaded $(memory "$SERVER_PID")"
    mkfifo "$WORK/hold"
    say "opening $IDLE connections"
    python3 "$BENCH/idle.py" "$PORT" "$at/pairs" "$IDLE" <"$WORK/hold" >"$WORK/idle.log" &
    client=$!
    exec 8>"$WORK/hold"
    until grep -q '^open' "$WORK/idle.log"; do kill -0 $client 2>/dev/null || die 'the connections could not be opened'; sleep 0.2; done
    note "memory connected $(memory "$SERVER_PID")"
    note "connections $IDLE"
    exec 8>&-
    wait $client || :
}

# timed NAME COMMAND...: its seconds and the most memory that it took; it must say that all is well.
timed() { name=$1; shift; python3 "$BENCH/timed.py" "$RESULTS" "$name" $AS "$@"; }
# stored WHAT SQL: so many bytes.
stored() { note "stored $1 $(sql -d kring -c "SELECT $2")"; }
log_signed() {
    i=0
    until [ "$(sql -d kring -c 'SELECT coalesce(note_size = size, false) FROM log_head')" = t ]; do
        i=$((i + 1))
        [ $i -lt 600 ] || die 'the newest tree is not signed'
        sleep 0.1
    done
}

measure_log() {
    cluster_start one
    databases_make
    families_grow 0 1000
    say "$RECORDS records"
    touch "$at/readers"
    [ "$(id -u)" != 0 ] || chown "$USER_OF" "$at/readers"
    timed growing "$WORK/bin/grow_log" "$(conninfo postgres kring)" "$(conninfo postgres kring_keys)" "$at/kek" "$RECORDS" \
        "$at/readers" || die 'no records'
    sql -d kring -c 'VACUUM ANALYZE' -c CHECKPOINT
    server_start ''
    log_signed
    note "memory idle $(memory "$SERVER_PID")"
    python3 "$BENCH/ask_log.py" "$PORT" "$at/readers" "$ASKED" 30 "$RESULTS" || die 'the log was not told'
    note "memory asked $(memory "$SERVER_PID")"
    note "memory sequencer $(memory "$LOG_PID")"
    log_settled
    log_signed
    timed verify env HOME="$at" "$WORK/bin/kring" log verify --url "https://localhost:$PORT/audit" --ca "$at/cert.pem" \
        --key "$(cat "$at/log.vkey")" --checkpoint "$at/seen" || die 'kring log verify found a fault'
    timed check "$WORK/bin/kringd" --config "$at/kringd.conf" log check || die 'kringd log check found a fault'
    note "records $(records)"
    for what in record log_run log_tile; do
        stored "$what" "pg_table_size('$what')"
        stored "$what-indexes" "pg_indexes_size('$what')"
    done
    [ -z "$KEEP" ] || { say "psql -h $at -U postgres kring, wrk on port $PORT; Ctrl-C ends it"; while :; do sleep 1; done; }
}

measure_serve() {
    cluster_start one
    databases_make
    families_grow 0 1000 "$at/pairs"
    server_start "${SETTINGS:-}"
    say "kringd $SERVER_PID, PostgreSQL $PG_PID: wrk -t1 -c64 -d10 -s $BENCH/plan.lua https://127.0.0.1:$PORT -- $at/pairs 1"
    say 'Ctrl-C ends it'
    while :; do sleep 1; done
}

measure_$MODE
python3 "$BENCH/report.py" "$RESULTS" "$JSON" ${SHORT:+--short}
