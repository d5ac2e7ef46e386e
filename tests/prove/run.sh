#!/bin/sh
# The proofs of the law at their full counts: hours, not minutes. What CI runs of each stands in tests/prove/meson.build and
# tests/policy/meson.build. Prints what each reached and its seconds; ends with "N passed, N failed".
#
#   tests/prove/run.sh [BUILD]
set -u
cd "$(dirname "$0")/../.." || exit 2
BUILD=${1:-build}
passed=0 failed=0
prove() { # NAME COMMAND...
    name=$1 began=$(date +%s); shift
    if "$@"; then passed=$((passed + 1)) word=ok; else failed=$((failed + 1)) word=FAILED; fi
    printf '%-8s%s (%s s)\n' "$word" "$name" "$(($(date +%s) - began))"
}
ninja -C "$BUILD" tests/prove/prove_judge tests/policy/policy_worlds tests/policy/policy_properties >/dev/null || exit 2
judge=$BUILD/tests/prove/prove_judge
prove 'law against the oracle, 100,000 worlds' python3 tests/prove/prove.py "$judge" --worlds 100000 --at-least 100000
prove 'the oracle can fail, each rule broken' python3 tests/prove/prove.py "$judge" --worlds 600 --wrong-all
prove 'the other oracle, 20,000 families' python3 tests/policy/oracle.py proto/catalogue.json "$BUILD/tests/policy/policy_worlds" 20000
prove 'every mutant of the policy' python3 tests/prove/mutate.py "$BUILD/proto/catalogue_tables.c"
printf '%s passed, %s failed\n' "$passed" "$failed"
[ "$failed" = 0 ]
