#!/bin/sh
# The end-to-end suite, on real instances made by the script behind `./dev demo`. Prints a line per test and closes with
# "N passed, N failed". Python's standard library and jsonschema (python3-jsonschema); ports 8600 to 8699; everything it makes is wiped
# at the end.
#
#   tests/e2e/run.sh [BUILD] [--races N] [--kills N] [--postgres-kills N] [--pairs N] [--seed N] [--only NAME] [--keep]
#
# The acceptance of the issue: tests/e2e/run.sh BUILD --races 100000 --kills 50 --postgres-kills 10 --pairs 200
exec python3 "$(dirname "$0")/suite.py" "$@"
