#!/bin/sh
# The proofs at their full counts: hours, not minutes. What CI runs of each stands in tests/prove/meson.build, tests/policy/meson.build
# and tests/e2e/suite.py, and in the table of SECURITY.md. Each prints what it reached and fails below its floor; this prints the seconds,
# and ends with "N passed, N failed". A build with the server in it is needed for the pairs over TLS.
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
ninja -C "$BUILD" tests/prove/prove_judge tests/prove/prove_handlers tests/policy/policy_worlds tests/policy/policy_properties \
    tests/policy/policy_alone tests/policy/policy_states all >/dev/null || exit 2
judge=$BUILD/tests/prove/prove_judge
prove 'law against the oracle, 100,000 worlds' python3 tests/prove/prove.py "$judge" --worlds 100000 --at-least 100000
prove 'the oracle can fail, each rule broken' python3 tests/prove/prove.py "$judge" --worlds 600 --wrong-all
prove 'two worlds in the handlers, 10,000 pairs' \
    python3 tests/prove/pairs.py "$BUILD/tests/prove/prove_handlers" --pairs 10000 --at-least 10000
prove 'two worlds can differ, each leak' python3 tests/prove/pairs.py "$BUILD/tests/prove/prove_handlers" --pairs 1000 --leak-all
prove 'two worlds over TLS, every question and every hint' sh tests/e2e/run.sh "$BUILD" --only 'two worlds'
prove 'two worlds over TLS, 200 pairs' sh tests/e2e/run.sh "$BUILD" --only pairs --pairs 200
prove 'nobody widens alone what is not his, 100,000 families' "$BUILD/tests/policy/policy_alone" --count 100000
prove 'requests and grants stay in the drawn states, 100,000 families' "$BUILD/tests/policy/policy_states" --count 100000
prove 'taking away never permits more, and the other properties, 20,000 families each' "$BUILD/tests/policy/policy_properties" --count 20000
prove 'the other oracle, 20,000 families' python3 tests/policy/oracle.py proto/catalogue.json "$BUILD/tests/policy/policy_worlds" 20000
prove 'every mutant of the policy' python3 tests/prove/mutate.py "$BUILD/proto/catalogue_tables.c"
prove 'the log under the hammer, 1,000 kills' python3 tests/log/hammer.py --kills 1000 "$BUILD"
printf '%s passed, %s failed\n' "$passed" "$failed"
[ "$failed" = 0 ]
