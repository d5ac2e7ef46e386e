#!/bin/sh
# The policy is pure: besides its own symbols the plain library uses only what a compiler may call by itself, and a bug's abort.
# Nothing in it is written: no .data, no .bss. Usage: pure.sh LIBRARY
set -eu
symbols=$(mktemp)
trap 'rm -f "$symbols"' EXIT
nm -A "$1" > "$symbols"

used=$(awk '$(NF-1) == "U" { print $NF }' "$symbols" | sort -u)
defined=$(awk '$(NF-1) ~ /^[TDRBVW]$/ { print $NF }' "$symbols" | sort -u)
[ -n "$defined" ] || { echo "$1 defines nothing: is it the library?"; exit 1; }
foreign=
for symbol in $used; do
    case $symbol in
    memcpy | memcmp | memset | __memcpy_chk | __memset_chk | must_failed | __stack_chk_fail | _GLOBAL_OFFSET_TABLE_) continue ;;
    esac
    echo "$defined" | grep -qx "$symbol" || foreign="$foreign $symbol"
done
[ -z "$foreign" ] || { echo "not pure:$foreign"; exit 1; }

written=$(awk '$(NF-1) ~ /^[bBCG]$/ { print $NF }' "$symbols")
[ -z "$written" ] || { echo "written statics: $written"; exit 1; }
# .data may hold only constant tables that need relocation; a compiler names these sections .data.rel.ro.
size -A "$1" | awk '($1 == ".data" || $1 == ".bss" || $1 == ".data.rel") && $2 > 0 { print "written section", $1, $2; bad = 1 } END { exit bad }'
echo "pure"
