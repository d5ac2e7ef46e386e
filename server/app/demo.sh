#!/bin/sh
# The demonstration behind `./dev demo`: a private PostgreSQL cluster and kringd, made once, supervised as long as this runs.
#
# Everything it keeps is in one folder that carries a marker; nothing outside it is written but a short-lived socket folder. As root,
# PostgreSQL, the migrations, the server and the log's signer are four OS users, so that the server can neither become the owner of its
# own walls nor sign its own log.
set -eu
umask 022
ROOT=$1 BUILD=$2 FROM=$3
shift 3

say() { printf 'kring: %s\n' "$*" >&2; }
die() { code=$1; shift; say "$*"; exit "$code"; }

# ---- what was asked for ----------------------------------------------------------------------------------------------

PORT=8443 DATA=$ROOT/.demo CLOCK='' RESET='' SCENARIOS=''
NL='
'
absolute() { case $1 in /*) printf '%s' "$1" ;; *) printf '%s/%s' "$FROM" "$1" ;; esac; }
while [ $# -gt 0 ]; do
    case $1 in --reset) RESET=yes; shift; continue ;; esac
    case $1 in
        --scenario | --port | --data | --clock) [ $# -gt 1 ] || die 64 "$1 needs a value" ;;
        *) die 64 "\"$1\" is not understood; see ./dev help" ;;
    esac
    case $1 in
        --scenario) f=$(absolute "$2"); [ -r "$f" ] || die 66 "$2 can't be read"; SCENARIOS=$SCENARIOS$f$NL ;;
        --port) PORT=$2 ;;
        --data) DATA=$(absolute "$2") ;;
        --clock) CLOCK=$2 ;;
    esac
    shift 2
done
case $PORT in '' | 0* | *[!0-9]* | ??????*) die 64 "--port is a number from 1 to 65535" ;; esac
[ "$PORT" -le 65535 ] || die 64 "--port is a number from 1 to 65535"
CHOSEN=$SCENARIOS
[ -n "$SCENARIOS" ] || SCENARIOS=$ROOT/proto/demo/scenario_be.json$NL

# ---- who runs what ---------------------------------------------------------------------------------------------------

PG=/usr/lib/postgresql/15/bin
if [ "$(id -u)" = 0 ]; then
    DB_USER=postgres OWNER_USER=kring-owner APP_USER=kring LOG_USER=kring-log
else
    DB_USER=$(id -un) OWNER_USER=$DB_USER APP_USER=$DB_USER LOG_USER=$DB_USER
    say "one user runs everything: whoever takes over the server can also lift PostgreSQL's row security, read its files and sign;"
    say "as root this would be four users. The values stay sealed either way."
fi
# as USER COMMAND...: a clean environment, no way back to more rights, and an end together with this script (SIG). ALONE=setsid
# keeps the terminal's Ctrl-C from it: this script says when it stops.
as() {
    user=$1; shift
    if [ "$(id -u)" = 0 ]; then
        exec ${ALONE:-} setpriv --reuid "$user" --regid "$(id -g "$user")" --init-groups --no-new-privs --inh-caps=-all --pdeathsig "${SIG:-TERM}" \
            env -i PATH="$PATH" HOME=/nonexistent LC_ALL=C.UTF-8 TZ=UTC "$@"
    fi
    exec ${ALONE:-} setpriv --no-new-privs --pdeathsig "${SIG:-TERM}" env -i PATH="$PATH" HOME=/nonexistent LC_ALL=C.UTF-8 TZ=UTC "$@"
}
users_make() {
    [ "$(id -u)" = 0 ] || return 0
    for user in $OWNER_USER $APP_USER $LOG_USER; do
        id "$user" >/dev/null 2>&1 || { say "making the system user $user"; adduser --system --group --quiet --no-create-home \
            --home /nonexistent "$user" >&2 || die 69 "the system user $user could not be made"; }
    done
}

# ---- the folder ------------------------------------------------------------------------------------------------------

MARK=.kring-demonstration
reachable() { # the nearest folder that is there already, as nobody in particular
    up=$DATA
    while [ ! -d "$up" ]; do up=$(dirname "$up"); done
    [ "$(id -u)" != 0 ] && { [ -w "$up" ] || die 73 "$up can't be written to; choose another folder with --data"; return 0; }
    setpriv --reuid 65534 --regid 65534 --clear-groups test -x "$up/." 2>/dev/null || die 73 \
        "the users that PostgreSQL and the server run as can't reach $up; choose a folder that they can, such as --data /var/lib/kring-demo"
}
ours() { [ -e "$DATA/$MARK" ] || [ ! -e "$DATA" ] || [ -z "$(ls -A "$DATA")" ]; }

reachable
ours || die 73 "$DATA is not empty and no demonstration of ours; choose another folder with --data"
mkdir -p "$DATA"
chmod 0755 "$DATA"
: >>"$DATA/$MARK"
exec 9>>"$DATA/$MARK"
flock -n 9 || die 75 "a demonstration is running in $DATA already"

PGDATA=$DATA/postgresql LOGS=$DATA/log TLS=$DATA/tls KEYS=$DATA/keys STATE=$DATA/state SIGNER=$DATA/signer
leftovers_stop() { # of a run that was killed: its children follow it, but may need a moment
    if [ -e "$PGDATA/postmaster.pid" ]; then
        old=$(head -n 1 "$PGDATA/postmaster.pid")
        if [ "$(cat "/proc/$old/comm" 2>/dev/null)" = postgres ] && [ "$(readlink "/proc/$old/cwd")" = "$(readlink -f "$PGDATA")" ]; then
            say 'stopping the PostgreSQL of a run that was killed'
            kill -INT "$old" 2>/dev/null || :
            for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do [ -e "/proc/$old" ] || break; sleep 1; done
        fi
    fi
    old=$(cat "$DATA/socket" 2>/dev/null || :)
    case $old in /tmp/kring-??????) rm -rf "$old" ;; esac
}
leftovers_stop
port_taken() { # the states of /proc/net/tcp are the kernel's own; 0A is a listening socket
    grep -qiE "^ *[0-9]+: [0-9A-F]+:$(printf '%04X' "$PORT") [0-9A-F]+:0000 0A" /proc/net/tcp /proc/net/tcp6 2>/dev/null
}
! port_taken || { sleep 1; ! port_taken; } || die 69 "port $PORT is in use; choose another with --port"
if [ -n "$RESET" ]; then
    say "wiping $DATA"
    find "$DATA" -mindepth 1 -maxdepth 1 ! -name "$MARK" -exec rm -rf {} +
fi

users_make
mkdir -p "$LOGS" "$TLS" "$KEYS" "$STATE" "$SIGNER"
owned() { [ "$(id -u)" = 0 ] && chown "$1" "$2"; chmod "$3" "$2"; }
owned "$DB_USER" "$LOGS" 0755
owned "$APP_USER" "$KEYS" 0700
owned "$LOG_USER" "$SIGNER" 0700
owned "$APP_USER" "$STATE" 0755
# The server's own copy, so that a clone in a closed folder can be used all the same.
cmp -s "$BUILD/server/app/kringd" "$DATA/kringd" || install -m 0755 "$BUILD/server/app/kringd" "$DATA/kringd"

# A socket's whole name has at most 107 bytes, so its folder can't be in DATA, wherever that may be.
SOCKET=$(mktemp -d /tmp/kring-XXXXXX)
printf '%s\n' "$SOCKET" >"$DATA/socket"
chmod 0711 "$SOCKET"
[ "$(id -u)" != 0 ] || chown "$DB_USER" "$SOCKET"

# ---- PostgreSQL ------------------------------------------------------------------------------------------------------

cluster_make() {
    [ -e "$PGDATA/kring-made" ] && return
    say 'making a private PostgreSQL cluster'
    rm -rf "$PGDATA"
    mkdir "$PGDATA"
    owned "$DB_USER" "$PGDATA" 0700
    (as "$DB_USER" "$PG/initdb" -D "$PGDATA" -U postgres -A peer -E UTF8 --locale=C.UTF-8 --data-checksums >"$LOGS/initdb.log" 2>&1) ||
        { cat "$LOGS/initdb.log" >&2; die 69 'initdb failed'; }
    cat >"$PGDATA/pg_hba.conf" <<'END'
# Nobody but the OS users of pg_ident.conf, over the socket. There is no password and no address.
local all all peer map=kring
END
    cat >>"$PGDATA/postgresql.conf" <<'END'

# Kring: what is acknowledged is on the disk, and no log line repeats a value.
listen_addresses = ''
fsync = on
synchronous_commit = on
full_page_writes = on
jit = off
max_connections = 60
log_statement = none
log_min_error_statement = panic
log_min_duration_statement = -1
log_error_verbosity = terse
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
END
    : >"$PGDATA/kring-made"
}
postgres_start() {
    printf 'kring %s postgres\nkring %s kring_owner\nkring %s kring_app\nkring %s kring_log\n' "$DB_USER" "$OWNER_USER" "$APP_USER" "$LOG_USER" \
        >"$PGDATA/pg_ident.conf"
    SIG=INT ALONE=setsid as "$DB_USER" "$PG/postgres" -D "$PGDATA" -k "$SOCKET" </dev/null >>"$LOGS/postgresql.log" 2>&1 9>&- &
    PG_PID=$!
}
postgres_ready() { # may have to recover first
    tries=0
    until "$PG/pg_isready" -q -h "$SOCKET"; do
        alive "$PG_PID" || return 1
        tries=$((tries + 1))
        [ $tries -lt 600 ] || return 1
        sleep 0.1
    done
}
sql() { (as "$DB_USER" "$PG/psql" -XqAt -v ON_ERROR_STOP=1 -h "$SOCKET" -U postgres "$@"); }
conninfo() { printf 'host=%s user=%s dbname=%s' "$SOCKET" "$1" "$2"; }

# Until a family has been loaded whole, the databases are made anew: nothing half-done is ever continued.
databases_make() {
    if [ -e "$DATA/loaded" ]; then
        set --
    else
        say 'making the databases'
        rm -f "$SIGNER"/* # a new tree is a new log, with a name of its own
        set -- -c 'DROP DATABASE IF EXISTS kring' -c 'DROP DATABASE IF EXISTS kring_keys'
    fi
    sql -d postgres "$@" -f - <"$ROOT/sql/roles.sql" \
        >"$LOGS/databases.log" 2>&1 || { cat "$LOGS/databases.log" >&2; die 70 'the databases could not be made'; }
}
migrate() {
    (as "$OWNER_USER" "$DATA/kringd" migrate --data-owner-db "$(conninfo kring_owner kring)" \
        --keys-owner-db "$(conninfo kring_owner kring_keys)" >/dev/null) || die 70 'the migrations failed'
}

# ---- keys, certificate, clock, families ------------------------------------------------------------------------------

# The authority can speak for this machine's loopback only, whoever gets hold of it.
authority_make() {
    say 'making a local certificate authority'
    rm -f "$TLS/ca.key" "$TLS/ca.pem"
    cat >"$TLS/ca.conf" <<'END'
[req]
distinguished_name = name
x509_extensions = authority
prompt = no
[name]
CN = Kring demonstration on this machine
[authority]
basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
nameConstraints = critical, @only
[only]
permitted;DNS.1 = localhost
permitted;IP.1 = 127.0.0.1/255.255.255.255
permitted;IP.2 = 0:0:0:0:0:0:0:1/ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff
END
    (umask 377 && openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$TLS/ca.key" 2>/dev/null)
    openssl req -x509 -new -config "$TLS/ca.conf" -key "$TLS/ca.key" -sha256 -days 730 -out "$TLS/ca.pem" ||
        die 70 'the certificate authority could not be made'
}
certificate_make() {
    openssl x509 -in "$TLS/ca.pem" -noout -checkend 8640000 >/dev/null 2>&1 || authority_make
    openssl x509 -in "$TLS/server.pem" -noout -checkend 864000 >/dev/null 2>&1 &&
        openssl verify -CAfile "$TLS/ca.pem" "$TLS/server.pem" >/dev/null 2>&1 && return
    rm -f "$TLS/server.key" "$TLS/server.pem"
    cat >"$TLS/server.ext" <<'END'
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = DNS:localhost, IP:127.0.0.1, IP:::1
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
END
    (umask 377 && openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$TLS/server.key" 2>/dev/null)
    openssl req -new -key "$TLS/server.key" -subj /CN=localhost |
        openssl x509 -req -sha256 -days 90 -CA "$TLS/ca.pem" -CAkey "$TLS/ca.key" -CAcreateserial -extfile "$TLS/server.ext" \
            -out "$TLS/server.pem" 2>/dev/null || die 70 'the certificate could not be made'
    [ "$(id -u)" != 0 ] || chown "$APP_USER" "$TLS/server.key"
    chmod 0444 "$TLS/ca.pem" "$TLS/server.pem"
}
settings_write() {
    loopbacks=127.0.0.1
    grep -qs '^00000000000000000000000000000001 ' /proc/net/if_inet6 && loopbacks='127.0.0.1 ::1'
    cat >"$DATA/kringd.conf.new" <<END
# Written by ./dev demo at every start.
[kring]
listen = $loopbacks
port = $PORT
certificate = $TLS/server.pem
certificate_key = $TLS/server.key
data_db = $(conninfo kring_app kring)
keys_db = $(conninfo kring_app kring_keys)
kek_file = $KEYS/kek
demo = yes
clock_file = $STATE/clock
single_user = $([ "$(id -u)" = 0 ] && echo no || echo yes)
END
    mv "$DATA/kringd.conf.new" "$DATA/kringd.conf"
}
log_settings_write() { # the server does not read this file, and could not use it
    [ -e "$SIGNER/origin" ] || printf 'demo.kring.example/%s' "$(od -An -N6 -tx1 /dev/urandom | tr -d ' \n')" >"$SIGNER/origin"
    cat >"$DATA/kringd-log.conf.new" <<END
# Written by ./dev demo at every start.
[kring]
log_db = $(conninfo kring_log kring)
log_origin = $(cat "$SIGNER/origin")
log_key = $SIGNER/key
log_state = $SIGNER/state
demo = yes
clock_file = $STATE/clock
END
    mv "$DATA/kringd-log.conf.new" "$DATA/kringd-log.conf"
    if [ -e "$DATA/log.vkey" ] && [ -e "$SIGNER/key" ]; then return; fi
    say "making the log's key"
    rm -f "$SIGNER/key" "$SIGNER/state"
    (as "$LOG_USER" "$DATA/kringd" --config "$DATA/kringd-log.conf" log init) >"$DATA/log.vkey.new" || die 70 "the log's key could not be made"
    mv "$DATA/log.vkey.new" "$DATA/log.vkey"
}
kringd() { (as "$APP_USER" "$DATA/kringd" --config "$DATA/kringd.conf" "$@"); }

checksums() { printf '%s' "$SCENARIOS" | while IFS= read -r f; do sha256sum <"$f"; done; }
families_load() {
    if [ -e "$DATA/loaded" ]; then
        [ -z "$CHOSEN" ] || [ "$(checksums)" = "$(cat "$DATA/loaded")" ] ||
            die 73 "$DATA holds another scenario; --reset begins anew, --data chooses another folder"
        return 0
    fi
    rm -rf "$STATE/in" "$STATE/demo.json" "$STATE/clock"
    mkdir "$STATE/in"
    set --
    n=0
    old_ifs=$IFS IFS=$NL
    for f in $SCENARIOS; do
        n=$((n + 1))
        if ! (as "$APP_USER" test -r "$f"); then # only the caller can read it: a copy
            mkdir "$STATE/in/$n"
            cp "$f" "$STATE/in/$n/"
            f=$STATE/in/$n/$(basename "$f")
        fi
        set -- "$@" --scenario "$f"
    done
    IFS=$old_ifs
    chmod -R a+rX "$STATE/in"
    say 'loading the families'
    said=$(kringd load "$@" --demo-json "$STATE/demo.json" --url "https://localhost:$PORT" --ca "$TLS/ca.pem") || return
    rm -rf "$STATE/in"
    printf '%s\n' "$said" | grep -v '^demo_at: ' >&2 || :
    demo_at=$(printf '%s\n' "$said" | sed -n 's/^demo_at: //p')
    kringd clock "${CLOCK:-$demo_at}" || return
    CLOCK=
    checksums >"$DATA/loaded.new" && sync "$DATA/loaded.new" && mv "$DATA/loaded.new" "$DATA/loaded"
}
accounts_write() { # the port may be another than last time; only the caller may read it
    from=$DATA/demo.json
    [ ! -e "$STATE/demo.json" ] || from=$STATE/demo.json
    rm -f "$DATA/demo.json.new"
    (umask 077 && python3 - "$from" "https://localhost:$PORT" "$(cat "$DATA/log.vkey")" >"$DATA/demo.json.new") <<'END'
import json, sys
demo = json.load(open(sys.argv[1]))
demo['url'] = sys.argv[2]
demo['log'] = {'url': sys.argv[2] + '/audit', 'vkey': sys.argv[3]}
print(json.dumps(demo, ensure_ascii=False, indent=2))
END
    [ "$(id -u)" != 0 ] || chown "${SUDO_UID:-0}:${SUDO_GID:-0}" "$DATA/demo.json.new"
    mv "$DATA/demo.json.new" "$DATA/demo.json"
    rm -f "$STATE/demo.json"
}
accounts_tell() {
    python3 - "$DATA/demo.json" <<'END'
import json, sys
accounts = json.load(open(sys.argv[1]))['accounts']
width = max(len(a['login']) for a in accounts) + 2
print('\n' + 'login'.ljust(width) + 'password'.ljust(26) + 'who')
for a in accounts:
    print(a['login'].ljust(width) + a['password'].ljust(26) + f"{a['kind']} {a['ref']}")
print()
END
}

# ---- supervision -----------------------------------------------------------------------------------------------------

PG_PID='' SERVER_PID='' LOG_PID='' STOPPING=''
# A zombie still answers to kill -0; its state tells.
alive() { [ -n "$1" ] && read -r _ _ state _ 2>/dev/null <"/proc/$1/stat" && [ "$state" != Z ]; }
ended() { # PID SECONDS
    tenths=$(($2 * 10))
    while alive "$1" && [ $tenths -gt 0 ]; do sleep 0.1; tenths=$((tenths - 1)); done
    ! alive "$1"
}
signal() { # NAME PID SECONDS
    alive "$2" || return 0
    kill -s "$1" "$2" 2>/dev/null || :
    ended "$2" "$3"
}
# The server first, so that its last answers still find their database; then what takes up its last records.
all_stop() {
    trap '' INT TERM HUP
    STOPPING=yes
    [ -z "$SERVER_PID$PG_PID" ] || say 'stopping'
    signal TERM "$SERVER_PID" 20 || signal KILL "$SERVER_PID" 5 || :
    signal TERM "$LOG_PID" 10 || signal KILL "$LOG_PID" 5 || :
    signal INT "$PG_PID" 30 || signal QUIT "$PG_PID" 5 || signal KILL "$PG_PID" 5 || :
    wait || :
    rm -rf "$SOCKET" "$DATA/socket"
}
trap 'code=$?; [ -n "$STOPPING" ] || all_stop; exit $code' EXIT
trap 'exit 0' INT TERM HUP

server_start() {
    SIG=TERM ALONE=setsid as "$APP_USER" "$DATA/kringd" --config "$DATA/kringd.conf" serve </dev/null >>"$LOGS/kringd.log" 2>&1 9>&- &
    SERVER_PID=$!
}
log_start() {
    SIG=TERM ALONE=setsid as "$LOG_USER" "$DATA/kringd" --config "$DATA/kringd-log.conf" log run </dev/null >>"$LOGS/log.log" 2>&1 9>&- &
    LOG_PID=$!
}
server_ready() {
    tries=0
    until curl -fsS -o /dev/null --cacert "$TLS/ca.pem" --max-time 2 "https://localhost:$PORT/readyz" 2>/dev/null; do
        alive "$SERVER_PID" || return 1
        tries=$((tries + 1))
        [ $tries -lt 300 ] || return 1
        sleep 0.1
    done
}
# What dies is started again: at once, or after a pause that grows to two seconds if it keeps dying.
rest() { # apart, so that a signal need not wait for it
    sleep "$1" &
    wait $! || :
}
PAUSE=0
again() {
    wait "$2" 2>/dev/null && code=0 || code=$?
    say "$1 ended ($code); starting it again"
    rest $PAUSE
    case $PAUSE in 0) PAUSE=0.2 ;; 0.2) PAUSE=0.5 ;; 0.5) PAUSE=1 ;; *) PAUSE=2 ;; esac
    CALM=0
}
supervise() {
    CALM=0
    while :; do
        rest 0.2
        alive "$PG_PID" || { again PostgreSQL "$PG_PID"; postgres_start; }
        alive "$SERVER_PID" || { again kringd "$SERVER_PID"; server_start; }
        alive "$LOG_PID" || { again 'kringd log' "$LOG_PID"; log_start; }
        CALM=$((CALM + 1))
        [ $CALM -lt 10 ] || PAUSE=0
    done
}

cluster_make
postgres_start
postgres_ready || { tail -n 5 "$LOGS/postgresql.log" >&2; die 69 "PostgreSQL did not start; see $LOGS/postgresql.log"; }
databases_make
migrate
certificate_make
settings_write
log_settings_write
[ -e "$KEYS/kek" ] || { say 'making the key that wraps all keys'; kringd keys init >/dev/null; }
families_load || die $? 'nothing was loaded'
[ -z "$CLOCK" ] || kringd clock "$CLOCK" || exit
accounts_write
say 'starting the server'
log_start
server_start
server_ready || { tail -n 5 "$LOGS/kringd.log" >&2; die 69 "kringd did not become ready; see $LOGS/kringd.log"; }
accounts_tell
printf 'ready: https://localhost:%s\n' "$PORT"
supervise
