"""The words and sentences of writing hints as C tables (server/api/hint_words.h).

A word may end in `*` (any ending), begin with `*` (any beginning), or be several words; it is folded as the scanner
folds a text. What would never match, match twice or tell a family more than it can read at once stops the build.
"""
import re
import unicodedata

from strict import c_bool, c_string, exact_keys, fail_unless, load, write
from texts import FORBIDDEN

LANGUAGES = ("nl", "fr", "en")
GROUP_KEYS = {"id", "kind", "fields", "also", "words", "except", "sentence"}
PATTERN_KEYS = GROUP_KEYS - {"words", "except"}
SENTENCE_WORDS = 15
STEM = 3             # the fewest letters of a word with an open end or beginning
WORDS_MAX = 4        # the scanner looks so far ahead


def fold(text):
    """As hint_text.c: compatibility forms, no case, no accents; what is no letter or digit is a blank."""
    text = unicodedata.normalize("NFKD", text).casefold().replace("œ", "oe").replace("æ", "ae")
    text = "".join(c for c in unicodedata.normalize("NFKD", text) if unicodedata.category(c) != "Mn")
    return " ".join(re.sub(r"[-'’]", " ", text).split())


class Word:
    def __init__(self, written, where):
        fail_unless(isinstance(written, str) and written, where, "a word must be a text")
        self.written, self.text = written, fold(written.strip("*"))
        self.starts_open, self.ends_open = written.startswith("*"), written.endswith("*")
        self.words = self.text.split(" ")
        where = f"{where}: {written}"
        fail_unless(re.fullmatch(r"[a-z][a-z0-9]*( [a-z0-9]+)*", self.text), where, "must be letters and digits")
        fail_unless(len(self.words) <= WORDS_MAX, where, f"at most {WORDS_MAX} words")
        least = STEM if self.starts_open or self.ends_open else 2
        fail_unless(len(self.words[-1]) >= least or len(self.words) > 1 and not self.ends_open, where,
                    f"too short: at least {least} letters")
        fail_unless(not self.starts_open or len(self.words) == 1, where, "an open beginning is for one word alone")

    def match(self):
        return ("WHOLE", "START", "END", "INSIDE")[self.ends_open + 2 * self.starts_open]

    def covers(self, other):
        """Whatever `other` matches, this one matches too."""
        if len(self.words) != len(other.words) or self.words[:-1] != other.words[:-1]:
            return False
        mine, its = self.words[-1], other.words[-1]
        if self.starts_open and self.ends_open:
            return mine in its
        if self.starts_open:
            return its.endswith(mine) and not other.ends_open
        if self.ends_open:
            return its.startswith(mine) and not other.starts_open
        return mine == its and other.match() == "WHOLE"

    def meets(self, text):
        """Some word of that text, or the whole of it, is one of these."""
        return any(self.covers(Word(part, text)) for part in {text, *text.split(" ")} if len(part) > 1)


def check_languages(row, where):
    exact_keys(row, LANGUAGES, where)


def check_words(lists, where, may_be_empty=False):
    check_languages(lists, where)
    out = {}
    for language in LANGUAGES:
        at = f"{where}: {language}"
        fail_unless(isinstance(lists[language], list) and (lists[language] or may_be_empty), at, "must be a list of words")
        out[language] = [Word(written, at) for written in lists[language]]
        for number, word in enumerate(out[language]):
            for other in out[language][:number] + out[language][number + 1:]:
                fail_unless(not other.covers(word), at, f"{word.written} is already in {other.written}")
    return out


def check_exceptions(words, exceptions, where):
    every = [word for language in LANGUAGES for word in words[language]]  # a text is read in all languages at once
    for language in LANGUAGES:
        for word in exceptions[language]:
            met = any(its.meets(word.text) for its in every)
            fail_unless(met, f"{where}: {language}", f"{word.written} excepts nothing")


def check_sentence(row, fields, catalogue, where):
    check_languages(row["sentence"], where)
    for language in LANGUAGES:
        text, at = row["sentence"][language], f"{where}: {language}"
        fail_unless(isinstance(text, str) and re.fullmatch(r"\S.*[.?]", text), at, "must be a sentence that ends")
        fail_unless(text.count("{") == text.count("{field}") <= 1, at, "{field} at most once, and no other brace")
        fail_unless("{field}" not in text or fields, at, "{field} without a field")
        fail_unless(not any(word in text.lower() for word in FORBIDDEN), at, "a word that marks people (C-09)")
        whole = text.replace("{field}", catalogue[fields[0]][language].replace("?", "") if fields else "")
        for sentence in re.findall(r"[^.?]+[.?]", whole):
            count = len(re.findall(r"[^\s«»“”:]+", sentence.rstrip(".? ")))
            fail_unless(count <= SENTENCE_WORDS, at, f"{count} words in one sentence, at most {SENTENCE_WORDS}")


def check_group(row, kinds, catalogue, where):
    fail_unless(re.fullmatch(r"[a-z][a-z_]{1,30}", str(row["id"])), where, "id must be lower-case words")
    where = f"{where} ({row['id']})"
    fail_unless(row["kind"] in kinds, where, f"kind must be one of {', '.join(kinds)}")
    for key in ("fields", "also"):
        fail_unless(isinstance(row[key], list), where, f"{key} must be a list of fields")
        for field in row[key]:
            fail_unless(field in catalogue, where, f"{key}: no such field: {field}")
    both = row["fields"] + row["also"]
    fail_unless(len(set(both)) == len(both), where, "a field stands twice")
    check_sentence(row, row["fields"], catalogue, f"{where}: sentence")
    return where


def check_homes(groups):
    """A word has one group, or nobody could say which sentence it gives."""
    for number, (row, words, _) in enumerate(groups):
        for other, its, _ in groups[:number]:
            for language in LANGUAGES:
                for word in words[language]:
                    twice = [w for w in its[language] if w.text == word.text and w.match() == word.match()]
                    fail_unless(not twice, row["id"], f"{word.written} stands in {other['id']} too")


def named(header, pattern, what):
    text = re.sub(r"/\*.*?\*/", "", open(header, encoding="utf-8").read(), flags=re.S)
    found = re.search(pattern, text, re.S)
    fail_unless(found, header, f"no {what}")
    return found.group(1)


def table_of(header, macro):
    """{name in the contract: C constant} out of an X table of the header, so that the names stand once."""
    rows = re.findall(r'X\((\w+), "(\w+)"\)', named(header, rf"#define {macro}\(X\)(.*?)\n\n", macro))
    fail_unless(rows, header, f"{macro} is empty")
    return {text: name for name, text in rows}


def read(path, header, catalogue):
    doc = load(path)
    exact_keys(doc, {"groups", "patterns", "lists"}, path)
    kinds, lists = table_of(header, "HINT_KINDS"), table_of(header, "HINT_LISTS")
    rows, groups = [], []
    for number, row in enumerate(doc["groups"], 1):
        where = f"{path}: group {number}"
        exact_keys(row, GROUP_KEYS, where)
        where = check_group(row, kinds, catalogue, where)
        fail_unless(row["fields"], where, "words belong somewhere: fields is empty")
        words = check_words(row["words"], f"{where}: words")
        exceptions = check_words(row["except"], f"{where}: except", may_be_empty=True)
        check_exceptions(words, exceptions, f"{where}: except")
        rows.append(row), groups.append((row, words, exceptions))
    for number, row in enumerate(doc["patterns"], 1):
        where = f"{path}: pattern {number}"
        exact_keys(row, PATTERN_KEYS, where)
        check_group(row, kinds, catalogue, where)
        rows.append(row)
    names = [row["id"] for row in rows]
    fail_unless(len(set(names)) == len(names), path, "two groups have one id")
    missing = set(kinds) - {row["kind"] for row in rows}
    fail_unless(not missing, path, f"nothing gives {', '.join(sorted(missing))}")
    check_homes(groups)
    exact_keys(doc["lists"], lists, f"{path}: lists")
    return rows, groups, {name: check_words(doc["lists"][name], f"{path}: lists: {name}") for name in lists}


# ------ tables ------

def group_row(row, kinds, place):
    bits = [0, 0]
    for field in row["fields"] + row["also"]:
        bits[place[field] // 64] |= 1 << place[field] % 64
    field = place[row["fields"][0]] if row["fields"] else "FIELD_NONE"
    sentences = ", ".join(c_string(row["sentence"][language].replace("{field}", "{}")) for language in LANGUAGES)
    return (f"    {{.id = {c_string(row['id'])}, .kind = HINT_{kinds[row['kind']]}, .field = {field},\n"
            f"     .expected = {{UINT64_C({bits[0]:#x}), UINT64_C({bits[1]:#x})}},\n     .sentence = {{{sentences}}}}},\n")


def word_rows(groups, lists, list_names):
    """Each word once for its group, whatever languages share it."""
    rows = set()
    for number, (_, words, exceptions) in enumerate(groups):
        for language in LANGUAGES:
            rows |= {(w.text, w.match(), str(number), False) for w in words[language]}
            rows |= {(w.text, w.match(), str(number), True) for w in exceptions[language]}
    for name, words in lists.items():
        of = f"HINT_LIST_BASE + LIST_{list_names[name]}"
        rows |= {(w.text, w.match(), of, False) for language in LANGUAGES for w in words[language]}
    return sorted(rows)


def word_table(name, rows):
    lines = [f"    {{{c_string(text)}, {text.count(' ') + 1}, MATCH_{match}, {of}, {c_bool(exception)}}},\n"
             for text, match, of, exception in rows]
    return f"const hint_word {name}[] = {{\n{''.join(lines)}}};\n\n"


def word_tables(groups, lists, list_names):
    rows = word_rows(groups, lists, list_names)
    closed = [row for row in rows if row[1] in ("WHOLE", "START")]
    opened = [row for row in rows if row[1] in ("END", "INSIDE")]
    starts = [sum(row[0][0] < chr(ord("a") + letter) for row in closed) for letter in range(27)]
    return (word_table("hint_words", closed)
            + f"const uint16_t hint_words_from[27] = {{{', '.join(map(str, starts))}}};\n\n"
            + word_table("hint_open_words", opened) + f"const size_t hint_open_word_count = {len(opened)};\n\n")


def group_constants(header, rows):
    names = [name.strip() for name in named(header, r"extern const uint8_t (GROUP_[^;]*);", "GROUP_ constants").split(",")]
    place = {"GROUP_" + row["id"].upper(): number for number, row in enumerate(rows)}
    for name in names:
        fail_unless(name in place, header, f"{name} is named, but no group has that id")
    return "const uint8_t " + ",\n    ".join(f"{name} = {place[name]}" for name in names) + ";\n"


def make(options):
    catalogue = {field["id"]: field for field in load(options.catalogue)["fields"]}
    rows, groups, lists = read(options.parts[0], options.header, catalogue)
    kinds, list_names = table_of(options.header, "HINT_KINDS"), table_of(options.header, "HINT_LISTS")
    place = {name: number for number, name in enumerate(catalogue)}
    write(options.out, "".join([
        "/* Generated by proto/generate.py from proto/hints.json; do not edit. */\n",
        '#include "api/hint_words.h"\n\n',
        f'_Static_assert({len(rows)} <= HINT_GROUPS_MAX, "more groups than HINT_GROUPS_MAX");\n\n',
        "const hint_group hint_groups[] = {\n", *(group_row(row, kinds, place) for row in rows), "};\n\n",
        f"const size_t hint_group_count = {len(rows)};\n\n", word_tables(groups, lists, list_names),
        group_constants(options.header, rows)]))
