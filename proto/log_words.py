"""The sentences of the log (R-63), as constant tables (server/api/log_sentence.c): what was done by kind of record, and the phrases
around it.

A sentence is put together of phrases, so what holds for the whole is checked here on the longest that can come of each kind.
"""
import re

from strict import c_string, exact_keys, fail_unless, load, write
from texts import ELISION, FORBIDDEN, GENERATED, HOLE, LANGUAGES, check_characters, constant, enumeration, holes_of

WORDS_MAX = 20
# How many words of ours a hole holds: names of fields, of people and purposes are not ours.
HOLES = {"who": 4, "did": 0, "deed": 0, "what": 0, "name": 2, "card": 0, "field": 0, "before": 0, "count": 1, "purpose": 0}
KIND = re.compile(r"[a-z_]+\.[a-z_]+")


def check_phrase(text, language, holes, where):
    check_characters(text, where)
    unknown = sorted(set(holes_of(text)) - set(holes))
    fail_unless(not unknown, where, f"no such hole here: {', '.join(unknown)}")
    for word in FORBIDDEN:
        fail_unless(word not in text.lower(), where, f"{word} is a word that we don't use")
    fail_unless(language != "fr" or not ELISION.search(text), where, "French would elide before that name")


def check_row(row, holes, where):
    exact_keys(row, LANGUAGES, where)
    for language in LANGUAGES:
        check_phrase(row[language], language, holes, f"{where}: {language}")


def words(text):
    filled = HOLE.sub(lambda hole: " ".join("x" * HOLES[hole[1]]), text)
    return sum(any(c.isalnum() for c in word) for word in filled.split())


def longest(doc, kind, language):
    """Somebody with a name did it to fields of somebody, and why; or anybody wanted to."""
    said = {name: words(row[language]) for name, row in doc["phrases"].items()}
    best = lambda start: max(count for name, count in said.items() if name.startswith(start))
    did, deed = doc["kinds"][kind]["did"][language], doc["kinds"][kind]["deed"][language]
    done = said["who_named"] + words(did)
    looks = kind.endswith(".read") or kind.startswith("preview.")
    if "{what}" in did or looks:
        done += best("list_") + best("of_")
    if looks:
        done += best("why_")
    return max(done, best("who_") + said["refused"] - HOLES["who"] + words(deed))


def check(doc, path):
    exact_keys(doc, {"phrases", "kinds"}, path)
    for name, row in doc["phrases"].items():
        fail_unless(re.fullmatch(r"[a-z_]+", name), path, f"{name}: a phrase is lower-case words")
        check_row(row, HOLES, f"{path}: {name}")
    fail_unless(list(doc["kinds"]) == sorted(doc["kinds"]), path, "kinds stand in the order of their names")
    for kind, row in doc["kinds"].items():
        where = f"{path}: {kind}"
        fail_unless(KIND.fullmatch(kind), where, "a kind is noun.verb")
        exact_keys(row, {"did", "deed"}, where)
        check_row(row["did"], {"what"}, f"{where}: did")
        check_row(row["deed"], {}, f"{where}: deed")
        holes = [holes_of(row["did"][language]) for language in LANGUAGES]
        fail_unless(holes[0] == holes[1] == holes[2] and len(holes[0]) < 2, where, "the languages have different holes")
        for language in LANGUAGES:
            count = longest(doc, kind, language)
            fail_unless(count <= WORDS_MAX, where, f"{language}: a sentence of {count} words can come of it, {WORDS_MAX} are allowed")


def in_languages(row):
    return "{" + ", ".join(c_string(row[language]) for language in LANGUAGES) + "}"


def header(doc):
    return "".join([
        GENERATED.format("log_words.json"), "#ifndef KRING_LOG_WORDS_H\n#define KRING_LOG_WORDS_H\n\n#include <stddef.h>\n\n",
        enumeration("log_phrase", [constant("LOG_", name) for name in doc["phrases"]], "LOG_PHRASES"),
        enumeration("log_hole", [constant("LOG_WITH_", name) for name in HOLES], "LOG_HOLES"),
        "/* In the order nl, fr, en. `did` comes after who did it, `deed` after \"wanted to\". */\n",
        "typedef struct {\n    const char *kind;\n    const char *did[3], *deed[3];\n} log_kind_words;\n\n",
        "extern const char *const log_phrases[LOG_PHRASES][3];\nextern const char *const log_hole_names[LOG_HOLES];\n",
        "extern const log_kind_words log_kinds[]; /* in the order of their names */\nextern const size_t log_kind_count;\n\n#endif\n"])


def make(options):
    doc = load(options.parts[0])
    check(doc, options.parts[0])
    rows = "".join(f"    {{{c_string(kind)},\n     {in_languages(row['did'])},\n     {in_languages(row['deed'])}}},\n"
                   for kind, row in doc["kinds"].items())
    write(options.declare, header(doc))
    write(options.out, "".join([
        GENERATED.format("log_words.json"), '#include "log_words.h"\n\n',
        "const char *const log_phrases[LOG_PHRASES][3] = {\n",
        *(f"    {in_languages(row)},\n" for row in doc["phrases"].values()), "};\n\n",
        "const char *const log_hole_names[LOG_HOLES] = {\n", *(f"    {c_string(name)},\n" for name in HOLES), "};\n\n",
        f"const log_kind_words log_kinds[] = {{\n{rows}}};\n\nconst size_t log_kind_count = {len(doc['kinds'])};\n"]))
