#!/bin/sh
# Rules of the house that a compiler can't see. Each gate prints the lines that break it and says what to do instead.
#
#   tests/gates.sh [BUILD]      BUILD: a finished build folder (default ./build), for the gates that look at objects; without one, what
#                               they need is built in a folder that goes again
set -u
cd "$(dirname "$0")/.." || exit 2
BUILD=${1:-build}
WORK=$(mktemp -d "${TMPDIR:-/tmp}/kring-gates.XXXXXX") || exit 2
trap 'rm -rf "$WORK"' EXIT
SOURCES=$WORK/sources
if [ ! -f "$BUILD/server/api/libapi.a" ]; then
    BUILD=$WORK/build
    { meson setup "$BUILD" && ninja -C "$BUILD" server/api/libapi.a; } >"$WORK/build.log" 2>&1 || tail -n 20 "$WORK/build.log"
fi
LAYERS='base policy crypto json db log flow net api app'

# gate TEXT: what comes on standard input breaks the rule. A gate ends a pipe, so it counts in a file.
gate() {
    found=$(cat)
    [ -z "$found" ] && { echo passed >>"$WORK/tally"; return; }
    echo failed >>"$WORK/tally"
    printf 'gate: %s\n' "$1"
    printf '%s\n' "$found" | sed 's/^/    /'
}
# Sources without their comments, as FILE:LINE:CODE, so that a comment may name what code may not do.
code() {
    find "$@" -name '*.[ch]' | sort | while IFS= read -r f; do
        awk -v f="$f" '
            { line = $0; out = ""
              while (length(line)) {
                  if (inside) { i = index(line, "*/"); if (!i) { line = ""; break } line = substr(line, i + 2); inside = 0 }
                  else { i = index(line, "/*"); j = index(line, "//")
                         if (i && match(substr(line, 1, i), /"[^"]*$/) && index(substr(line, i), "\"")) { out = out substr(line, 1, i + 1); line = substr(line, i + 2) }
                         else if (j && (!i || j < i) && substr(line, j - 1, 1) != ":") { out = out substr(line, 1, j - 1); line = "" }
                         else if (i) { out = out substr(line, 1, i - 1); line = substr(line, i + 2); inside = 1 }
                         else { out = out line; line = "" } } }
              if (out ~ /[^ \t]/) print f ":" NR ":" out }' "$f"
    done
}
code server clients >"$SOURCES"
ours() { grep -E "$1" "$SOURCES"; }
# The same without the content of strings.
bare() { sed 's/"[^"]*"/""/g' "$SOURCES" | grep -E "$1"; }

# ---- what C allows and we don't --------------------------------------------------------------------------------------

ours '\b(strcpy|strcat|stpcpy|sprintf|vsprintf|strtok|gets|alloca)[[:space:]]*\(' |
    gate 'no unbounded string functions: use bytes, buf or arena_format, which know their ends'
ours '\b(atoi|atol|atoll|atof|strtol|strtoul|strtoll|strtoull|sscanf)[[:space:]]*\(' |
    gate 'no lenient number parsing (signs, blanks, silent overflow): bytes_to_u64'
ours '\b(rand|random|srand|drand48)[[:space:]]*\(' | gate 'randomness is uuid_random or secret_random'
ours '\b(system|popen)[[:space:]]*\(' | gate 'no shell'

# Memory belongs to an arena, or comes from base/memory.h, which aborts when there is none and wipes what it gives back.
# Allowed: what a library hands over and wants back by free() (realpath, utf8proc).
ours '\b(malloc|calloc|realloc|strdup|strndup|asprintf|free)[[:space:]]*\(' | grep -vE '^server/base/' |
    grep -vE '^clients/cli/(do_account|names)\.c:[0-9]+: *free\(' |
    gate 'no malloc or free outside base/: arena_take, or memory_take for what outlives an exchange'

# A comparison that stops at the first difference tells an attacker how much was right. Public identifiers may be compared.
bare '\b(memcmp|strcmp|strncmp)[[:space:]]*\([^;]*(token|secret|password|pepper|mac\b|digest|cookie)' |
    gate 'no memcmp on secrets: bytes_equal_secret'

ours '\bassert[[:space:]]*\(' | gate 'no assert(), which a build option removes: must()'
ours '\bsetjmp|\blongjmp|\bsignal[[:space:]]*\([^)]*[a-z_]+_(handler|caught)' | gate 'no jumps and no work in signal handlers'

# Each rule of the domain has a test that names it, or a reason why it has none.
python3 tests/records.py 2>&1 | gate 'every kind of record has a row in the table in SECURITY.md, with no empty cell: tests/records.py --write'
python3 tests/rules.py 2>&1 | gate 'every rule has a test, and the table in SECURITY.md says which: tests/rules.py --write'

# ---- layers ----------------------------------------------------------------------------------------------------------

sees() {
    case $1 in
        base) echo base ;;
        policy | crypto | db) echo "base $1" ;;
        json) echo 'base policy json' ;;
        log) echo 'base crypto db log' ;;
        flow) echo 'base policy crypto json db flow' ;;
        net) echo 'base flow net' ;;
        api) echo 'base policy crypto json db flow api' ;;
        app) echo "$LAYERS" ;;
    esac
}
for layer in $LAYERS; do
    others=$(for l in $LAYERS; do case " $(sees "$layer") " in *" $l "*) ;; *) printf '%s|' "$l" ;; esac; done)
    [ -n "$others" ] || continue
    grep -E "^server/$layer/[^:]*:[0-9]+:#include \"(${others%|})/"  "$SOURCES"
done | gate 'a layer includes only the layers under it (design.md 8)'
ours '#include "\.\.' | gate 'no include that climbs: a header is named by its layer'
ours '#include <(uv|libpq-fe)\.h>' | grep -E '^server/(base|policy|crypto|json|api)/' |
    gate 'libuv and libpq stay in db, flow, net and app: an endpoint never waits'
ours '#include <(llhttp|openssl/ssl)\.h>|#include "llhttp\.h"' | grep -vE '^server/net/' | gate 'the wire is net'"'"'s'
if [ -f "$BUILD/server/api/libapi.a" ]; then
    nm -u "$BUILD/server/api/libapi.a" | grep -E ' (uv_|PQ)' | sort -u | gate 'api knows neither libuv nor libpq'
else
    echo "$BUILD/server/api/libapi.a is not built" | gate 'api knows neither libuv nor libpq'
fi

# ---- what is said, and where -----------------------------------------------------------------------------------------

# One word of SQL is not SQL: a verb must be followed by what makes it a statement.
ours '"[^"]*\b(SELECT [^"]+|INSERT +INTO|UPDATE +[a-z_]+ +SET|DELETE +FROM|CREATE +(TABLE|ROLE|POLICY)|ALTER +TABLE|DROP +TABLE|TRUNCATE )' |
    grep -E '^server/' | gate 'SQL text exists only in sql/'
ours '\bPQ(exec|execParams|prepare|sendQuery|sendQueryParams|escape[A-Za-z]*)[[:space:]]*\(' | grep -vE '^server/db/sync\.c:' |
    gate 'statements are named, prepared and constant; only db/sync.c runs whole migration files'
grep -nEi '\b(now|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday)[[:space:]]*\(|\bcurrent_(date|time|timestamp)\b' \
    sql/*.sql sql/*/*.sql | grep -vE '^[^:]*:[0-9]+:[^'"'"']*--' | gate 'SQL never reads the clock: moments are parameters'
grep -nEi '\b(SET|RESET)[[:space:]]+(SESSION|LOCAL)?[[:space:]]*[a-z_]+\.[a-z_]+' sql/*.sql | grep -v -- '--' |
    gate 'a setting of a pooled link is local to its transaction: set_config(..., true)'

# A log line has no field for content: a word is a literal or comes from a table or switch of ours, listed here.
ours 'LOG_W\(' | grep -vE '^server/base/' | grep -oE '^[^:]*:[0-9]+:|LOG_W\("[a-z_]+", *[^)]*\)' |
    awk '/^[^:]*:[0-9]+:$/ { at = $0; next } { print at " " $0 }' |
    grep -vE 'LOG_W\("[a-z_]+", *("[a-z0-9_. -]*"|[^"]* \? "[a-z]+" : "[a-z]+")\)' |
    grep -vE 'LOG_W\("name", m->name\)|LOG_W\("statement", ([a-z>-]*->)?name\)|LOG_W\("sqlstate", sqlstate \? sqlstate : "none"\)' |
    grep -vE 'LOG_W\("sign", signs\[i\]\)' |
    grep -vE 'LOG_W\("role", owners\[i\]\)|LOG_W\("step", [^)]*\.name\)|LOG_W\("why", why\)' |
    gate 'LOG_W takes literals and words of our own tables, never a text from outside (add a new table word here)'
ours '\b(printf|puts|fprintf|perror)[[:space:]]*\(' | grep -E '^server/' | grep -vE '^server/(base/result\.c|app/)' |
    gate 'the server speaks through base/log.h'

grep -rnE '/(work|home|root|Users)/[a-z]' --include='*.[ch]' --include='*.py' --include='*.sql' --include='*.json' --include='*.md' \
    --include='meson.build' server sql proto clients ./*.md meson.build 2>/dev/null | grep -vE '/root/\.|/home/(user|you)' |
    gate 'no path of somebody'"'"'s machine'

# C-09: the words that family screens avoid (domain.md: no stigma). Texts that people see: contract, catalogue, clients.
grep -rniE 'probleemgezin|multiprobleem|niet gemotiveerd|ongemotiveerd|niet meewerkend|\b(dossiers?|casus|casussen|cliënt|cliënten)\b' \
    --include='*.json' --include='*.[ch]' proto/*.json clients server/base/result.h |
    grep -v 'dossier de votre session' | # French for a folder of files
    gate 'words that a family should not read about itself (C-09)'

# ---- shape -----------------------------------------------------------------------------------------------------------

flags="-std=gnu17 -D_GNU_SOURCE -DKRING_VERSION=\"0\" -I$BUILD/sql -I$BUILD/proto $(pkg-config --cflags libpq libuv inih 2>/dev/null) -I/usr/include/llhttp -I/usr/share/include/llhttp"
for h in $(find server -name '*.h' | sort); do
    layer=${h#server/} layer=${layer%%/*} inc=
    for l in $(sees "$layer"); do inc="$inc -I$BUILD/inc/$l"; done
    "${CC:-cc}" $flags $inc -fsyntax-only -x c "$h" 2>&1 | grep -vE '#pragma once in main file' | head -n 3
done | gate 'every header stands alone'
for f in $(find server clients -name '*.[ch]'); do
    head -n 1 "$f" | grep -q '^/\*' || { case $f in *.h) echo "$f" ;; esac; }
done | gate 'a header opens with what it promises and never does'
find dev .ci tests server sql -type f \( -name '*.sh' -o -name dev -o -name run \) | while IFS= read -r f; do sh -n "$f" 2>&1; done |
    gate 'every script parses'
find server clients \( -name '*.c' -o -name '*.h' \) -exec awk 'END { if (FNR > 600) print FILENAME ": " FNR " lines" }' {} \; |
    sed 's/^/warning: a file over 600 lines is more than one noun: /'

awk 'length($0) > 132 { print FILENAME ":" FNR }' $(find server clients -name '*.[ch]') | gate 'lines have at most 132 columns'

passed=$(grep -c passed "$WORK/tally") failed=$(grep -c failed "$WORK/tally")
printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" = 0 ]
