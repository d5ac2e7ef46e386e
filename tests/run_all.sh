#!/bin/sh
# What `./dev test` and CI run: every suite under every compiler, then the gates, the whole thing end to end, and the fuzzers.
# Each part says "N passed, N failed"; the last line is their sum. A part that could not even start counts as one failure.
#
#   tests/run_all.sh [PART]...      gcc clang sanitized gates e2e fuzz (default: all, in this order)
set -u
cd "$(dirname "$0")/.." || exit 2
ROOT=$PWD
passed=0 failed=0 skipped=0
# A suite that needs the database fails without it, and says so, instead of being skipped.
export KRING_REQUIRE_POSTGRES=1

say() { printf '%s\n' "$*"; }
count() { passed=$((passed + $2)) failed=$((failed + $3)) skipped=$((skipped + ${4:-0})); say "$1: $2 passed, $3 failed${4:+, $4 skipped}"; say; }
begin() { began=$(date +%s); say "== $1"; }
took() { say "   $(($(date +%s) - began)) s"; }

database_there() {
    [ -x /usr/lib/postgresql/15/bin/initdb ] && return
    say 'NO DATABASE: PostgreSQL 15 is not here (apt-get install postgresql-15). Every test that needs one will fail.'
}

# build FOLDER COMPILER MESON-OPTIONS...
build() {
    folder=$1 compiler=$2; shift 2
    if [ ! -e "$folder/build.ninja" ]; then
        CC=$compiler meson setup "$folder" "$@" >"$folder.log" 2>&1 || { cat "$folder.log"; return 1; }
        rm -f "$folder.log"
    fi
    ninja -C "$folder" >"$folder/ninja.log" 2>&1 || { grep -A 12 -E 'FAILED|error' "$folder/ninja.log" | head -n 60; return 1; }
    # A warning is an error (werror), so nothing is to be looked for here.
}
results() {
    python3 - "$1/meson-logs/testlog.json" <<'END'
import json, sys
done = [json.loads(line) for line in open(sys.argv[1])]
good = sum(t['result'] in ('OK', 'EXPECTEDFAIL') for t in done)
skipped = sum(t['result'] == 'SKIP' for t in done)
for t in done:
    if t['result'] not in ('OK', 'EXPECTEDFAIL', 'SKIP'):
        print(f"   {t['result']}: {t['name']}", file=sys.stderr)
print(good, len(done) - good - skipped, skipped)
END
}
compiled() { # NAME FOLDER COMPILER OPTIONS...
    name=$1 folder=$2; shift
    begin "$name"
    if ! build "$@"; then took; count "$name (did not build)" 0 1; return; fi
    rm -f "$folder/meson-logs/testlog.json"
    meson test -C "$folder" --no-rebuild --print-errorlogs >"$folder/test.log" 2>&1 || sed -n '/Summary of Failures/q;p' "$folder/test.log" | grep -vE '  OK  |^\[ +(OK|RUN) +\]' | tail -n 120
    took
    if [ -s "$folder/meson-logs/testlog.json" ]; then
        # shellcheck disable=SC2046  # three numbers
        count "$name" $(results "$folder")
    else
        count "$name (no test ran)" 0 1
    fi
}
script() { # NAME COMMAND...: its own last "N passed, N failed" counts
    name=$1; shift
    begin "$name"
    log=$(mktemp)
    "$@" >"$log" 2>&1
    code=$?
    tail -n 200 "$log"
    took
    sums=$(sed -n 's/^\([0-9][0-9]*\) passed, \([0-9][0-9]*\) failed.*/\1 \2/p' "$log" | tail -n 1)
    rm -f "$log"
    case $sums in
        '') count "$name (exit $code, and it counted nothing)" 0 1 ;;
        *' 0') if [ $code = 0 ]; then count "$name" "${sums% *}" 0; else count "$name (exit $code)" "${sums% *}" 1; fi ;;
        *) count "$name" "${sums% *}" "${sums#* }" ;;
    esac
}
fuzzed() {
    begin fuzz
    log=$(mktemp)
    sh tests/fuzz/run.sh "${KRING_TEST_FUZZ_SECONDS:-5}" >"$log" 2>&1 || :
    tail -n 100 "$log"
    took
    count fuzz "$(grep -c 'inputs, no crash$' "$log")" "$(grep -c ': FAILED' "$log")"
    grep -q 'inputs, no crash$' "$log" || count 'fuzz (no fuzzer ran)' 0 1
    rm -f "$log"
}

database_there
[ $# -gt 0 ] || set -- gcc clang sanitized gates e2e fuzz
for part; do
    case $part in
        gcc) compiled gcc "$ROOT/build" gcc ;;
        clang) compiled clang "$ROOT/build-clang" clang ;;
        sanitized) compiled sanitized "$ROOT/build-sanitized" gcc -Db_sanitize=address,undefined ;;
        gates) script gates sh tests/gates.sh "$ROOT/build" ;;
        e2e) if [ -e tests/e2e/run.sh ]; then script e2e sh tests/e2e/run.sh "$ROOT/build"; else say 'e2e: tests/e2e/run.sh is not there'; fi ;;
        fuzz) fuzzed ;;
        *) say "\"$part\" is no part"; exit 64 ;;
    esac
done
[ $skipped = 0 ] || say "$skipped skipped"
say "$passed passed, $failed failed"
[ $failed = 0 ]
