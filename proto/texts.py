"""The words that people read, and the numbers to call, as constant tables (server/api/texts.h).

What a writer must keep is refused here, so that a slip of the pen never reaches a family: three languages with the same
parameters, at most 15 words a sentence (R-110), no word that marks people (C-09), no parameter in what leaves by
notification (R-103), and no number that the law's table does not give (R-56).
"""
import hashlib
import json
import re
import unicodedata

from strict import c_bool, c_string, exact_keys, fail_unless, load, write

LANGUAGES = ("nl", "fr", "en")
WORDS_MAX, CHARACTERS_MAX, NOTE_MAX = 15, 600, 160
# How many words a parameter is taken for. One of lines stands alone on its line, where nothing can be built around it.
KINDS = {"name": 2, "day": 3, "number": 1, "lines": 0}

# Parts of words, in any language: C-09, and the style rules of the glossary (say to share and to stop sharing).
FORBIDDEN = ("probleem", "problem", "problème", "gemotiveerd", "motivé", "unmotivated", "dossier", "casus", "cliënt", "client",
             "machtig", "intrek", "révoqu", "revoke", "meewerkend", "weiger", "refus", "slachtoffer", "victim", "dader",
             "agresseur", "perpetrator", "verslaafd", "toxicomane", "addict")
# French elides before a vowel, and nobody knows how a name begins.
ELISION = re.compile(r"\b(?:de|que|le|la|se|ne|je|me|te|lorsque|puisque|jusque) \{(?:person|recipient|month)\}", re.I)
HOLE = re.compile(r"\{([a-z_]+)\}")


# ------ one text ------

def holes_of(text):
    return HOLE.findall(text)


def sentences(text):
    """Line ends, full stops, question marks and colons end one."""
    return [part for line in text.split("\n") for part in re.split(r"(?<=[.?!:])\s+", line) if part.strip()]


def words_in(sentence, parameters):
    filled = HOLE.sub(lambda hole: " ".join("x" * KINDS[parameters[hole.group(1)]["kind"]]), sentence)
    return sum(any(c.isalnum() for c in word) for word in filled.split())


def check_characters(text, where):
    fail_unless(isinstance(text, str) and text == text.strip() and text, where, "must be a text without blanks around it")
    fail_unless(len(text) <= CHARACTERS_MAX, where, f"{len(text)} characters, {CHARACTERS_MAX} are allowed")
    fail_unless(unicodedata.normalize("NFC", text) == text, where, "must be in NFC")
    bad = sorted({c for c in text if c in "<>&\"\\\t\r" or (unicodedata.category(c)[0] == "C" and c != "\n")})
    fail_unless(not bad, where, f"holds {', '.join(map(repr, bad))}")
    fail_unless("  " not in text and " \n" not in text and "\n " not in text and "\n\n" not in text, where, "blanks too many")
    fail_unless(not re.search(r"[{}]", HOLE.sub("", text)), where, "a brace that is no parameter's")


def check_language(text, language, parameters, where):
    check_characters(text, where)
    for name in holes_of(text):
        fail_unless(name in parameters, where, f"no such parameter: {name}")
        alone = all(line == f"{{{name}}}" for line in text.split("\n") if f"{{{name}}}" in line)
        fail_unless(parameters[name]["kind"] != "lines" or alone, where, f"{name} may be long: give it a line of its own")
    for sentence in sentences(text):
        count = words_in(sentence, parameters)
        fail_unless(count <= WORDS_MAX, where, f"{count} words in one sentence: {sentence}")
    for word in FORBIDDEN:
        fail_unless(word not in text.lower(), where, f"{word} is a word that we don't use")
    fail_unless(language != "fr" or not ELISION.search(text), where, "French would elide before that name")


def check_text(key, row, parameters, where):
    exact_keys(row, {*LANGUAGES, "note"}, where)
    fail_unless(re.fullmatch(r"[a-z][a-z_]*(\.[a-z0-9_]+)+", key), where, "a key is group.name, in lower-case words")
    for language in LANGUAGES:
        check_language(row[language], language, parameters, f"{where}: {language}")
    holes = [set(holes_of(row[language])) for language in LANGUAGES]
    fail_unless(holes[0] == holes[1] == holes[2], where, "the languages have different parameters")
    lines = [row[language].count("\n") for language in LANGUAGES]
    fail_unless(lines[0] == lines[1] == lines[2], where, "the languages have different lines")
    fail_unless(not key.startswith("notification.") or not holes[0], where,
                "what leaves by notification has no parameter (R-103)")
    fail_unless(isinstance(row["note"], str) and 0 < len(row["note"]) <= NOTE_MAX, where,
                f"note must be 1 to {NOTE_MAX} characters")


# ------ the whole set ------

def check_parameters(parameters, texts, path):
    fail_unless(len(parameters) <= 64, path, "more parameters than a set of 64 bits holds")
    for name, row in parameters.items():
        where = f"{path}: parameter {name}"
        exact_keys(row, {"kind", "note"}, where)
        fail_unless(re.fullmatch(r"[a-z][a-z_]*", name), where, "a parameter is lower-case words")
        fail_unless(row["kind"] in KINDS, where, f"kind must be one of {', '.join(KINDS)}")
        fail_unless(any(name in holes_of(row["nl"]) for row in texts.values()), where, "no text has it")


def check_screens(screens, texts, path):
    for name, lines in screens.items():
        where = f"{path}: screen {name}"
        fail_unless(re.fullmatch(r"[a-z][a-z_]*", name) and isinstance(lines, list) and lines, where, "a name and its lines")
        keys = [line.removesuffix("?") for line in lines]
        fail_unless(len(set(keys)) == len(keys), where, "a text stands twice")
        for key, line in zip(keys, lines):
            fail_unless(key in texts, where, f"no such text: {key}")
            fail_unless(key == line or holes_of(texts[key]["nl"]), where, f"{key} has no parameter that could be left out")


def constant(prefix, name):
    return prefix + re.sub(r"[^A-Z0-9]", "_", name.upper())


def check_texts(doc, path):
    exact_keys(doc, {"parameters", "texts", "screens"}, path)
    parameters, texts = doc["parameters"], doc["texts"]
    fail_unless(texts, path, "no texts")
    for name, row in parameters.items():
        fail_unless(isinstance(row, dict) and row.get("kind") in KINDS, f"{path}: parameter {name}",
                    f"kind must be one of {', '.join(KINDS)}")
    for key, row in texts.items():
        check_text(key, row, parameters, f"{path}: {key}")
    check_parameters(parameters, texts, path)
    check_screens(doc["screens"], texts, path)
    names = [constant("TEXT_", key) for key in texts]
    twice = sorted({name for name in names if names.count(name) > 1})
    fail_unless(not twice, path, f"two keys would be {', '.join(twice)}")


def digest(value):
    """First 16 hex digits of SHA-256 over the canonical JSON: sorted names, no blanks, UTF-8."""
    canonical = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("utf-8")).hexdigest()[:16]


def version_of(doc):
    """Of all that can be shown: the texts and their order on the screens, not the notes."""
    return digest({"texts": {key: {language: row[language] for language in LANGUAGES} for key, row in doc["texts"].items()},
                   "screens": doc["screens"]})


# ------ tables ------

def served(doc, language, version):
    texts = [{"key": key, "text": row[language], "parameters": sorted(set(holes_of(row[language])))}
             for key, row in doc["texts"].items()]
    screens = [{"screen": name, "lines": [{"key": line.removesuffix("?"), "optional": line.endswith("?")} for line in lines]}
               for name, lines in doc["screens"].items()]
    return as_json({"language": language, "version": version, "texts": texts, "screens": screens})


def as_json(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def byte_array(name, data):
    rows = "".join("    " + ",".join(map(str, data[i:i + 28])) + ",\n" for i in range(0, len(data), 28))
    return f"static const uint8_t {name}[] = {{\n{rows}}};\n\n"


def enumeration(name, values, last):
    return "typedef enum {\n" + "".join(f"    {value},\n" for value in [*values, last]) + f"}} {name};\n\n"


GENERATED = "/* Generated by proto/generate.py from proto/{}; do not edit. */\n"


def keys_header(doc):
    return "".join([
        GENERATED.format("texts.json"), "#ifndef KRING_TEXTS_KEYS_H\n#define KRING_TEXTS_KEYS_H\n\n",
        enumeration("text_key", [constant("TEXT_", key) for key in doc["texts"]], "TEXT_COUNT"),
        enumeration("text_param", [constant("WITH_", name) for name in doc["parameters"]], "TEXT_PARAMS"),
        enumeration("text_screen", [constant("SCREEN_", name) for name in doc["screens"]], "TEXT_SCREENS"),
        "#endif\n"])


def text_row(key, row):
    needs = " | ".join(f"UINT64_C(1) << {constant('WITH_', name)}" for name in sorted(set(holes_of(row["nl"])))) or "0"
    in_languages = ",\n            ".join(c_string(row[language]) for language in LANGUAGES)
    return f"    {{.key = {c_string(key)}, .needs = {needs},\n     .in = {{{in_languages}}}}},\n"


def screen_rows(doc):
    out, rows = [], []
    for name, lines in doc["screens"].items():
        parts = [f"    {{{constant('TEXT_', line.removesuffix('?'))}, {c_bool(line.endswith('?'))}}},\n" for line in lines]
        out.append(f"static const text_line screen_{name}[] = {{\n{''.join(parts)}}};\n\n")
        rows.append(f"    {{{c_string(name)}, screen_{name}, {len(lines)}}},\n")
    return "".join(out) + f"const text_screen_row text_screens[TEXT_SCREENS] = {{\n{''.join(rows)}}};\n\n"


def make_texts(options):
    doc = load(options.parts[0])
    check_texts(doc, options.parts[0])
    version = version_of(doc)
    names = "".join(f"    {c_string(name)},\n" for name in doc["parameters"])
    bodies = [served(doc, language, version) for language in LANGUAGES]
    write(options.declare, keys_header(doc))
    write(options.out, "".join([
        GENERATED.format("texts.json"), '#include "api/texts.h"\n\n',
        f"const char text_set_version[TEXT_VERSION + 1] = {c_string(version)};\n\n",
        f"const char *const text_param_names[TEXT_PARAMS] = {{\n{names}}};\n\n",
        "const text_row text_rows[TEXT_COUNT] = {\n", *(text_row(*item) for item in doc["texts"].items()), "};\n\n",
        screen_rows(doc),
        *(byte_array(f"json_{language}", body) for language, body in zip(LANGUAGES, bodies)),
        "const bytes texts_json[TEXT_LANGUAGES] = {\n",
        *(f"    {{json_{language}, sizeof json_{language}}},\n" for language in LANGUAGES), "};\n"]))


# ------ whom to call (R-56) ------

def check_words(row, where):
    exact_keys(row, LANGUAGES, where)
    for language in LANGUAGES:
        check_language(row[language], language, {}, f"{where}: {language}")


def check_point(point, given, where):
    exact_keys(point, {"code", "phone", "name", "when"}, where)
    fail_unless(re.fullmatch(r"[a-z][a-z0-9_]*", point["code"]), where, "code must be lower-case words")
    check_words(point["name"], f"{where}: name")
    check_words(point["when"], f"{where}: when")
    phone = point["phone"]
    if phone is None:
        return
    fail_unless(isinstance(phone, str) and re.fullmatch(r"[0-9]{3,4}(-[0-9]{4})?", phone), where, "phone must be a number or null")
    # A wrong number would be worse than none: only what the law's own table gives.
    fail_unless(re.search(rf"(?<![0-9-]){re.escape(phone)}(?![0-9-])", given), where,
                f"{phone} does not stand in cfg report.safety_points")


def check_safety(doc, law, path):
    exact_keys(doc, {"intro", "no_number", "jurisdictions"}, path)
    check_words(doc["intro"], f"{path}: intro")
    check_words(doc["no_number"], f"{path}: no_number")
    given = {row["code"]: row["cfg"]["report.safety_points"] for row in law["jurisdictions"]}
    codes = [row.get("code") for row in doc["jurisdictions"]]
    fail_unless(codes == list(given), path, f"jurisdictions must be {', '.join(given)}, in this order")
    for row in doc["jurisdictions"]:
        where = f"{path}: {row['code']}"
        exact_keys(row, {"code", "points"}, where)
        names = [point.get("code") for point in row["points"]]
        fail_unless(names and len(set(names)) == len(names), where, "each point once, at least one")
        for point in row["points"]:
            check_point(point, given[row["code"]], f"{where}: {point.get('code')}")
        fail_unless(row["points"][0]["phone"] == "112", where, "112 comes first")


SAFETY_HEADER = GENERATED.format("safety_points.json") + """\
/* Whom to call, by jurisdiction (R-56). The program never reports by itself; it only tells the numbers. */
#ifndef KRING_SAFETY_POINTS_H
#define KRING_SAFETY_POINTS_H

#include "base/bytes.h"

/* Texts stand in the order nl, fr, en. */
enum { SAFETY_LANGUAGES = 3 };

typedef struct {
    const char *code;
    const char *phone; /* NULL: there is no number that holds everywhere */
    const char *name[SAFETY_LANGUAGES], *when[SAFETY_LANGUAGES];
} safety_point;

typedef struct {
    const char *code; /* "BE-VLG" */
    const safety_point *points;
    size_t count;
    bytes json[SAFETY_LANGUAGES]; /* as it is served */
} safety_jurisdiction;

extern const safety_jurisdiction safety_jurisdictions[];
extern const size_t safety_jurisdiction_count;
extern const char *const safety_intro[SAFETY_LANGUAGES], *const safety_no_number[SAFETY_LANGUAGES];
extern const char safety_version[17];

#endif
"""


def safety_served(doc, row, language, version):
    points = [{"code": point["code"], "name": point["name"][language], "phone": point["phone"], "when": point["when"][language]}
              for point in row["points"]]
    return as_json({"jurisdiction": row["code"], "language": language, "version": version,
                    "intro": doc["intro"][language], "no_number": doc["no_number"][language], "points": points})


def in_languages(row):
    return "{" + ", ".join(c_string(row[language]) for language in LANGUAGES) + "}"


def safety_tables(doc, version):
    out, rows = [], []
    for number, row in enumerate(doc["jurisdictions"]):
        for language in LANGUAGES:
            out.append(byte_array(f"json_{number}_{language}", safety_served(doc, row, language, version)))
        points = [f"    {{{c_string(point['code'])}, {c_string(point['phone']) if point['phone'] else 'NULL'},\n"
                  f"     {in_languages(point['name'])},\n     {in_languages(point['when'])}}},\n" for point in row["points"]]
        out.append(f"static const safety_point points_{number}[] = {{\n{''.join(points)}}};\n\n")
        bodies = ", ".join(f"{{json_{number}_{language}, sizeof json_{number}_{language}}}" for language in LANGUAGES)
        rows.append(f"    {{{c_string(row['code'])}, points_{number}, {len(points)},\n     {{{bodies}}}}},\n")
    out.append(f"const safety_jurisdiction safety_jurisdictions[] = {{\n{''.join(rows)}}};\n\n")
    return "".join(out)


def make_safety(options):
    doc, law = load(options.parts[0]), load(options.parts[1])
    check_safety(doc, law, options.parts[0])
    version = digest(doc)
    write(options.declare, SAFETY_HEADER)
    write(options.out, "".join([
        GENERATED.format("safety_points.json"), '#include "safety_points.h"\n\n', safety_tables(doc, version),
        f"const size_t safety_jurisdiction_count = {len(doc['jurisdictions'])};\n",
        f"const char *const safety_intro[SAFETY_LANGUAGES] = {in_languages(doc['intro'])};\n",
        f"const char *const safety_no_number[SAFETY_LANGUAGES] = {in_languages(doc['no_number'])};\n",
        f"const char safety_version[17] = {c_string(version)};\n"]))
