#!/bin/sh
# The walk-through of the demonstration, played with `kring` alone: who tells, who reads, who stops, who hears of it.
#
#   clients/cli/demo.sh [--demo FILE] [KRING]
#
# It plays against a demonstration that runs and was not played before (./dev demo, with --reset to begin anew), checks each
# answer and says what is seen. Every account has a session of its own, in a folder that is gone at the end.
set -eu
umask 077
HERE=$(cd "$(dirname "$0")/../.." && pwd)
DEMO=$HERE/.demo/demo.json KRING=$HERE/build/clients/cli/kring
usage() { printf 'usage: %s [--demo FILE] [KRING]\n' "$0" >&2; exit 2; }
while [ $# -gt 0 ]; do
    case $1 in
        --demo) [ $# -gt 1 ] || usage; DEMO=$2; shift 2 ;;
        -*) usage ;;
        *) KRING=$1; shift; [ $# -eq 0 ] || usage ;;
    esac
done
[ -r "$DEMO" ] || { printf '%s can not be read; is the demonstration running? (./dev demo)\n' "$DEMO" >&2; exit 2; }
[ -x "$KRING" ] || { printf '%s is not there; build it first (./dev build)\n' "$KRING" >&2; exit 2; }

WORK=$(mktemp -d "${TMPDIR:-/tmp}/kring-demo.XXXXXX")
trap 'rm -rf "$WORK"' EXIT
trap 'exit 1' INT TERM HUP
unset KRING_URL KRING_CA
LC_ALL=C.UTF-8 TZ=Europe/Brussels NO_COLOR=1
export LC_ALL TZ NO_COLOR

# ---- playing ---------------------------------------------------------------------------------------------------------

STEPS=0 FAULTS=0 WHO='' ASKED='' CODE=0
step() { STEPS=$((STEPS + 1)); printf '\n%d. %s\n' "$STEPS" "$*"; }
say() { printf '   %s\n' "$*"; }
fault() {
    FAULTS=$((FAULTS + 1))
    printf '   FAULT: %s\n   %s: kring %s (status %d)\n' "$1" "$WHO" "$ASKED" "$CODE"
    sed 's/^/      | /' "$WORK/out" "$WORK/err"
}
# as WHO COMMAND...: what it says is in $WORK/out, its status in CODE. Texts come on standard input.
as() {
    WHO=$1; shift
    ASKED=$* CODE=0
    KRING_SESSION=$WORK/$WHO "$KRING" --lang en "$@" >"$WORK/out" 2>"$WORK/err" || CODE=$?
}
did() { as "$@" </dev/null; [ "$CODE" -eq 0 ] || fault 'this should work'; }
wrote() { # TEXT WHO COMMAND...
    printf '%s\n' "$1" >"$WORK/text"; shift
    as "$@" <"$WORK/text"
    [ "$CODE" -eq 0 ] || fault 'this should work'
}
refused() { as "$@" </dev/null; [ "$CODE" -eq 1 ] || fault 'this should be refused'; }
has() { grep -qF -- "$1" "$WORK/out"; }
sees() { for part; do has "$part" || fault "\"$part\" should be there"; done; }
lacks() { for part; do ! has "$part" || fault "\"$part\" should not be there"; done; }
same_as() { cmp -s "$WORK/out" "$1" || fault 'it should be as before'; }
ID='[0-9a-f]\{8\}-[0-9a-f]\{4\}-[0-9a-f]\{4\}-[0-9a-f]\{4\}-[0-9a-f]\{12\}'
# id_in TEXT: the last id of the first line with this text; the first id of the answer without one.
id_in() { grep -F -- "$1" "$WORK/out" | sed -n "s/.*\\($ID\\).*/\\1/p" | head -n 1; }
json_id() { sed -n "s/.*\"$1\":\"\\($ID\\)\".*/\\1/p" "$WORK/out" | head -n 1; } # of a member, with --json
needs() { [ -n "$2" ] || { fault "$1 has no id here"; printf '\nit can not go on\n'; exit 1; }; }

for who in leen karim joke els noor lotte yasmin sofie wim; do
    did "$who" login --demo "$DEMO" "$who"
done
[ $FAULTS -eq 0 ] || exit 1
did wim plan
if ! has 'There is nothing here that you may read.'; then
    echo 'This demonstration was played already. Begin anew: ./dev demo --reset' >&2
    exit 2
fi
did leen people
NOOR=$(id_in 'Noor Haddou'); needs Noor "$NOOR"

# ---- the steps -------------------------------------------------------------------------------------------------------

step 'Leen tells once, and sees who sees what'
ONCE='Bel ons liever na vier uur. Rust en duidelijke afspraken helpen ons het meest.'
wrote "$ONCE" leen entry write --field essentials --about Leen
did leen plan --field essentials
sees "$ONCE"
did leen matrix
sees 'Sofie Claeys' 'What everyone should know' 'shared'
did sofie plan --field essentials
sees "$ONCE"
did leen matrix --about 'Bij mama'
sees 'Els Moens' 'Housing: what is needed'
say 'she wrote it once; Sofie reads it without asking; the matrix names who reads what, how and until when'

step 'Karim sees the same child, and no trace of the other home'
did karim plan
sees 'When with whom' 'Ilyas' 'School and childcare: what is needed'
lacks 'Vocht' 'Risk of losing the home' 'Debts' 'Pregnancy' 'Uitgerekend' 'Kaaistraat' 'Sinds de scheiding' 'Just mine' "$ONCE"
did karim homes
sees 'Molenveld'
lacks 'Kaaistraat' 'Tom'
did karim team
lacks 'Els Moens' 'Bram Wouters' 'Amina' 'Lotte'
refused karim plan --about Tom
say 'he reads about his children; of the other home no debts, no address, no helpers and no partner'

step 'Joke reads her fields, and finds no trace of the one that was not agreed'
did joke plan
sees 'Extra leestijd' 'When with whom'
lacks 'Learning support' 'dyslexie' 'Noor' 'Karim' 'Leen'
did joke grant list
lacks 'Learning support'
did joke why --viewer Joke --field learning_support_detail --about Ilyas
sees 'No, may not read this.'
lacks 'Karim' 'Leen' 'court' 'agree'
did joke log
lacks 'Learning support'
did joke task list
lacks 'Learning support' 'agree'
say 'two fields about Ilyas; nothing tells her that another was ever asked for'

step 'Leen stops sharing two fields with Els, whose next look is without'
did leen grant list
ELS=$(id_in 'Els Moens'); needs 'the grant to Els' "$ELS"
wrote 'om de huur te regelen' leen grant give --to Els --about 'Bij mama' --field need_money --field carrying_capacity \
    --until 2026-05-31 --secrecy-ground subject_release
MORE=$(id_in 'You now share'); needs 'the new grant' "$MORE"
did els plan
sees 'Vocht in een slaapkamer' 'Hulp bij rekeningen' 'Maximaal twee afspraken'
did leen what-if withdraw "$MORE" --field need_money
sees 'Els Moens' 'can no longer read'
did leen grant withdraw "$MORE" --field need_money --field carrying_capacity
did els plan
sees 'Vocht in een slaapkamer'
lacks 'Hulp bij rekeningen' 'Maximaal twee afspraken' 'Money' 'pace'
refused els grant withdraw "$ELS"
did leen receipt list "$MORE"
sees 'shared' 'stopped sharing'
say 'what would vanish was shown first; from the next look on Els reads the damp bedroom and no more; she keeps the receipts'

step 'Noor writes for herself and for Lotte; Leen finds nothing of it'
did leen plan; cp "$WORK/out" "$WORK/leen.plan"
did leen task list; cp "$WORK/out" "$WORK/leen.tasks"
did leen notice list; cp "$WORK/out" "$WORK/leen.notices"
MINE='Ik wil dat Lotte dit weet en niemand anders.'
wrote "$MINE" noor entry write --field private_note_youth --about Noor
JUST_MINE=$(id_in 'Written'); needs 'her entry' "$JUST_MINE"
did noor plan --field private_note_youth
sees "$MINE"
did lotte plan --field private_note_youth
sees "$MINE"
did leen plan; same_as "$WORK/leen.plan"
did leen task list; same_as "$WORK/leen.tasks"
did leen notice list; same_as "$WORK/leen.notices"
did leen log
lacks 'Just mine' 'Lotte' "$MINE"
refused leen entry show "$JUST_MINE"
for who in karim sofie; do
    did "$who" plan
    lacks 'Just mine' "$MINE"
done
say 'Lotte reads it; her mother sees the same plan, tasks and notices as before, and nothing of it in her log'

step 'Yasmin opens what may be opened in danger, says why, reads, and ends it'
did yasmin plan
sees 'There is nothing here that you may read.'
printf '%s\n' 'Nee. Haar telefoon staat uit en haar ouders nemen niet op.' >"$WORK/other-way"
WHY='Noor is sinds vanmiddag weg. De politie zoekt haar mee.'
printf 'te kort\n' >"$WORK/text"
as yasmin emergency open --field medication_allergies --about "$NOOR" --reason missing_person \
    --other-way-file "$WORK/other-way" <"$WORK/text"
[ "$CODE" -eq 1 ] || fault 'a reason of less than 30 characters opens nothing'
wrote "$WHY" yasmin emergency open --field medication_allergies --field suicide_selfharm_risk --about "$NOOR" \
    --reason missing_person --minutes 60 --other-way-file "$WORK/other-way"
OPEN=$(id_in 'Id'); needs 'the emergency access' "$OPEN"
sees 'Until'
did yasmin plan
sees 'Allergie: penicilline.' 'Suicide or self-harm risk'
lacks 'Just mine' 'wellbeing' 'When with whom'
did yasmin emergency end "$OPEN"
did yasmin plan
sees 'There is nothing here that you may read.'
say 'two fields for sixty minutes, with a reason; a shorter one opens nothing; after the end there is nothing more to read'

step 'Noor sees who looked; her parents hear that it was, not what'
did noor notice list
sees 'there was an emergency access'
did noor emergency list
sees 'Yasmin Aerts' 'Medication and allergies' 'Suicide or self-harm risk' 'somebody is missing' "$WHY"
did noor log
sees 'Yasmin Aerts' 'Medication and allergies' 'emergency access' 'Lotte Goossens'
for who in leen karim; do
    did "$who" notice list
    sees 'there was an emergency access'
    did "$who" emergency list
    sees 'Emergency access' 'What was read is not told to you here.'
    lacks 'Yasmin' 'Medication' 'Suicide' "$WHY"
    did "$who" log
    lacks 'Suicide' "$WHY"
done
did sofie emergency list
sees 'Suicide or self-harm risk' 'To be looked at by'
for who in joke els; do
    did "$who" emergency list
    lacks 'Emergency access' 'Yasmin' 'Noor'
done
say 'she reads who opened what, when and why; the safety role too; her parents only that it happened; the others nothing'
step 'Sofie hands over to Wim, and Noor gives him less than she gave Sofie'
did wim whoami --json
WIM=$(json_id helper); needs Wim "$WIM"
refused leen handover propose "$WIM"
did sofie handover propose "$WIM"
OVER=$(id_in 'Proposed'); needs 'the hand-over' "$OVER"
refused sofie handover talk "$OVER"
refused wim handover accept "$OVER"
refused noor handover agree "$OVER"
did leen handover agree "$OVER"
did sofie handover list
sees 'the family says yes'
did wim handover talk "$OVER"
did wim handover accept "$OVER"
did leen handover list
sees 'taken over'
did wim plan
sees 'There is nothing here that you may read.'
did sofie plan
sees 'There is nothing here that you may read.'
refused sofie handover propose "$WIM"
say 'each step in its order; Wim coordinates and reads nothing yet, since no grant moves along; Sofie reads nothing from then on'

FOR_WIM='om te coördineren, in de plaats van Sofie'
gives() { # WHO ABOUT FIELD...
    giver=$1 of=$2; shift 2
    for field; do set -- "$@" --field "$field"; shift; done
    wrote "$FOR_WIM" "$giver" grant give --to "$WIM" --about "$of" "$@" --until 2026-12-31 --secrecy-ground subject_release
}
gives leen 'Bij mama' need_housing goals
gives karim Karim parent_view
gives noor Noor child_voice
printf '%s\n' 'Noor gaat op haar tempo terug naar school.' >"$WORK/goal"
wrote "$FOR_WIM" wim request ask --about Noor --field need_school --field medication_allergies --until 2026-12-31 \
    --goal-file "$WORK/goal" --secrecy-ground subject_release
ASKED_FOR=$(id_in ''); needs 'the request' "$ASKED_FOR"
refused leen request show "$ASKED_FOR"
did noor request show "$ASKED_FOR"
sees 'School and childcare: what is needed' 'Medication and allergies' 'Noor gaat op haar tempo'
did wim request show "$ASKED_FOR"; cp "$WORK/out" "$WORK/asked.before"
did noor request reply "$ASKED_FOR" --no need_school
did wim request show "$ASKED_FOR"; same_as "$WORK/asked.before"
did noor request reply "$ASKED_FOR" --yes medication_allergies
did wim plan
sees 'Vocht in een slaapkamer' 'Ik wil meer weten over school' 'niemand achter mijn rug' 'Allergie: penicilline.' 'Goals'
lacks '19 halve dagen' 'Extra leestijd' 'Debts' 'Just mine' 'wellbeing' 'Safety' 'Pregnancy' 'Uitgerekend'
did sofie plan
sees 'There is nothing here that you may read.'
did sofie people
sees 'There is nothing here that you may read.'
say 'Wim reads what Leen, Karim and Noor gave, and not her school; he can not tell her no from silence'

printf '\n%d steps, %d faults\n' "$STEPS" "$FAULTS"
[ "$FAULTS" -eq 0 ]
