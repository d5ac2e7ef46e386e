"""The sentences of the log: a sentence for every kind of record, plain words in three languages, and the generator that refuses all else.

  test_log_words.py ROOT OPENAPI
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(sys.argv[1])
OPENAPI = json.loads(pathlib.Path(sys.argv[2]).read_text("utf-8"))
LANGUAGES = ("nl", "fr", "en")
WORDS = json.loads((ROOT / "proto/log_words.json").read_text("utf-8"))
CATALOGUE = json.loads((ROOT / "proto/catalogue.json").read_text("utf-8"))
RECORDED = ("READ", "WRITE", "LOGIN", "JOIN")  # the courses that leave a record

# C-09; words of blame; words of the trade.
MARKS_PEOPLE = re.compile(
    r"probleem|problem|problème|gemotiveerd|motivé|motivated|dossier|casus|cli[eë]nt|\bcase\b|machtig|intrek|révoqu|revoke|fraude?|"
    r"schuld|coupable|guilty|weiger|refus|verdacht|suspect|misbruik|abuse|illega|stiekem|verboden|interdit|forbidden|raadple|"
    r"consult|registre|processed|verwerk|toegang verleend|geautoriseerd|autoris|authori", re.I)
LETTERS_OF_A_WORD = 12
LONG_WORDS = {"noodtoegangen", "doorvertellen", "beslissen", "overschrijven", "vertrouwenspersoon", "tegenhouden", "terugtrekken", "uitnodigingen"}


def rows():
    for name, row in WORDS["phrases"].items():
        yield name, row
    for kind, row in WORDS["kinds"].items():
        yield f"{kind} did", row["did"]
        yield f"{kind} deed", row["deed"]


def kinds_of_endpoints():
    """operationId: kind, as the endpoints name them."""
    found = {}
    for path in (ROOT / "server/api").glob("*.c"):
        text = path.read_text("utf-8")
        found |= dict(re.findall(r'endpoint_(\w+) = \{\s*\.kind = "([^"]+)"', text))
        found |= {f"({path.name} {kind})": kind for kind in re.findall(r'x->kind = "([^"]+)"', text)}
    return found


def kinds_of_the_service():
    """What the service records by itself."""
    found = set()
    for folder in ("server/flow", "server/app"):
        for path in (ROOT / folder).glob("*.c"):
            text = path.read_text("utf-8")
            found |= set(re.findall(r'(?:service_record|add_record_of|add_change|settle)\([^;]*?"([a-z_]+\.[a-z_]+)"', text))
            found |= set(re.findall(r'\.kind = BYTES\("([a-z_]+\.[a-z_]+)"\)', text))
    return found


class Kinds(unittest.TestCase):
    def test_every_kind_has_a_sentence_and_no_sentence_is_of_nothing(self):
        by_operation, wanted = kinds_of_endpoints(), kinds_of_the_service()
        for path in OPENAPI["paths"].values():
            for method, operation in path.items():
                if method != "parameters" and operation["x-kring-course"] in RECORDED:
                    self.assertIn(operation["operationId"], by_operation)
                    wanted.add(by_operation[operation["operationId"]])
        wanted |= {kind for place, kind in by_operation.items() if place.startswith("(")}
        self.assertGreater(len(wanted), 95)
        self.assertLessEqual({"server.start", "server.stop", "counter.void", "family.import", "plan.erase", "plan.erased", "erasure.done"}, wanted)
        self.assertEqual(wanted - set(WORDS["kinds"]), set(), "kinds without a sentence")
        self.assertEqual(set(WORDS["kinds"]) - wanted, set(), "sentences of no kind")


class Words(unittest.TestCase):
    def test_no_word_that_marks_people_or_blames(self):
        for where, row in rows():
            for language in LANGUAGES:
                self.assertIsNone(MARKS_PEOPLE.search(row[language]), f"{where} {language}: {row[language]}")

    def test_short_words(self):
        for where, row in rows():
            for language in LANGUAGES:
                long = {w for w in re.findall(r"[^\W\d_{}]+", re.sub(r"\{.*?\}", "", row[language].lower())) if len(w) > LETTERS_OF_A_WORD}
                self.assertLessEqual(long, LONG_WORDS, f"{where} {language}")

    def test_the_forms_of_address(self):
        for where, row in rows():
            self.assertNotRegex(row["nl"], r"\b(u|uw|U|Uw)\b", where)
            self.assertNotRegex(row["fr"], r"\b([Tt]u|[Tt]oi|[Tt]on|[Tt]es)\b", where)

    def test_nobody_is_taken_for_a_man_or_a_woman(self):
        """Who did it is a name, and nothing knows more of him."""
        for where, row in rows():
            self.assertNotRegex(row["nl"], r"\b(hij|zij|ze|hem|haar|zich)\b", where)
            self.assertNotRegex(row["en"], r"\b(he|she|him|her|his|hers)\b", where)
            self.assertNotRegex(row["fr"], r"\b(il|elle)\b", where)

    def test_it_reads_the_same_of_him_and_of_another(self):
        """What was done follows "You", "Vous avez" and a name alike."""
        for kind, row in WORDS["kinds"].items():
            self.assertNotRegex(row["did"]["fr"], r"^(est|êtes|a|avez|s'|se)\b", kind)
            self.assertNotRegex(row["did"]["nl"], r"^(heeft|hebt|is|was)\b", kind)
            self.assertNotRegex(row["did"]["en"], r"^(has|have|is|was|were)\b", kind)

    def test_each_is_a_part_of_one_sentence(self):
        for where, row in rows():
            for language in LANGUAGES:
                ends = where in ("done", "refused")
                self.assertEqual(row[language].endswith("."), ends, where)
                self.assertNotRegex(row[language][:-1], r"[.?!\n]", where)


class Generator(unittest.TestCase):
    def made(self, doc):
        with tempfile.TemporaryDirectory() as folder:
            source = pathlib.Path(folder, "log_words.json")
            source.write_text(json.dumps(doc, ensure_ascii=False), "utf-8")
            out, header = (pathlib.Path(folder, name) for name in ("out.c", "out.h"))
            return subprocess.run([sys.executable, ROOT / "proto/generate.py", "log", "--out", out, "--declare", header, source],
                                  capture_output=True, text=True)

    def refused(self, word, change):
        doc = json.loads(json.dumps(WORDS))
        change(doc["phrases"], doc["kinds"])
        answer = self.made(doc)
        self.assertNotEqual(answer.returncode, 0, word)
        self.assertIn(word, answer.stderr)

    def test_it_makes_them(self):
        self.assertEqual(self.made(WORDS).returncode, 0)

    def test_it_refuses(self):
        for word, change in (
                ("missing key fr", lambda p, k: k["plan.read"]["did"].pop("fr")),
                ("unknown key de", lambda p, k: p["done"].update(de="x")),
                ("no such hole", lambda p, k: k["plan.read"]["did"].update(nl="las {who}")),
                ("no such hole", lambda p, k: p["done"].update(nl="{wie} las.")),
                ("different holes", lambda p, k: k["plan.read"]["did"].update(nl="las iets")),
                ("dossier", lambda p, k: k["plan.read"]["did"].update(nl="las het dossier: {what}")),
                ("20 are allowed", lambda p, k: k["plan.read"]["did"].update(en="read " + "very " * 9 + "slowly {what}")),
                ("in the order", lambda p, k: k.update({"a.a": k.pop("plan.read")})),
                ("noun.verb", lambda p, k: k.update({"zz": k["plan.read"]}))):
                with self.subTest(word):
                    self.refused(word, change)


if __name__ == "__main__":
    unittest.main(argv=["test_log_words"])
