#!/bin/sh
# Runs each fuzzer for some seconds over its corpus:  tests/fuzz/run.sh SECONDS [BUILD-FOLDER]
# Ends with 1 if one of them crashed, leaked or hung; the input that did it stays in the build folder, to be added to the corpus.
set -eu
seconds=${1:?how many seconds for each fuzzer}
here=$(cd "$(dirname "$0")" && pwd)
build=${2:-$here/../../build-fuzz}

# The libraries are instrumented too, or the fuzzer would see nothing of what it tests.
if [ ! -f "$build/build.ninja" ]; then
    CC=clang meson setup "$build" "$here/../.." -Dfuzzers=true -Dc_args=-fsanitize=fuzzer-no-link \
        -Db_sanitize=address,undefined -Db_lundef=false >/dev/null || exit 2
fi
targets=$(ninja -C "$build" -t targets all | sed -n 's|^\(tests/fuzz/fuzz_[a-z]*\): .*|\1|p')
[ -n "$targets" ] || { echo "no fuzzer is built in $build (-Dfuzzers=true, clang)" >&2; exit 2; }
ninja -C "$build" $targets >"$build/fuzz-build.log" || { tail -n 30 "$build/fuzz-build.log" >&2; exit 2; }

failed=0
for target in $targets; do
    name=${target##*/fuzz_}
    found=$build/fuzz-$name
    mkdir -p "$found/new" "$here/corpus/$name"
    options=
    [ -f "$here/$name.dict" ] && options=-dict=$here/$name.dict
    if "$build/$target" $options -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=65536 -verbosity=0 -print_final_stats=1 \
        -artifact_prefix="$found/" "$found/new" "$here/corpus/$name" >"$found/log" 2>&1; then
        runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$found/log")
        echo "fuzz_$name: $runs inputs, no crash"
    else
        failed=1
        echo "fuzz_$name: FAILED, see $found" >&2
        tail -n 30 "$found/log" >&2
    fi
done
exit $failed
