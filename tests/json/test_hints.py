"""The generator of writing hints refuses what would never match, match twice, or tell a family too much at once; and the
contract knows a question in a body."""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
ROOT = pathlib.Path(sys.argv[1])
sys.path.insert(0, str(ROOT / "proto"))
import hints  # noqa: E402
from strict import Fault  # noqa: E402


class Hints(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.at = pathlib.Path(folder.name)
        self.doc = json.loads((ROOT / "proto/hints.json").read_text("utf-8"))
        self.header = (ROOT / "server/api/hint_words.h").read_text("utf-8")

    def run_generator(self):
        text = self.doc if isinstance(self.doc, str) else json.dumps(self.doc)
        (self.at / "hints.json").write_text(text, "utf-8")
        (self.at / "hint_words.h").write_text(self.header, "utf-8")
        out = self.at / "out.c"
        out.unlink(missing_ok=True)
        command = [sys.executable, ROOT / "proto/generate.py", "hints", "--header", self.at / "hint_words.h", "--catalogue",
                   ROOT / "proto/catalogue.json", "--out", out, self.at / "hints.json"]
        done = subprocess.run(command, capture_output=True, text=True)
        return done.returncode, done.stderr, out.read_text("utf-8") if out.exists() else None

    def refused(self, *words):
        code, text, out = self.run_generator()
        self.assertEqual((code, out), (1, None), text)
        self.assertTrue(text.startswith("generate.py: ") and text.count("\n") == 1, text)
        for word in words:
            self.assertIn(word, text)

    def group(self, name):
        return next(row for row in self.doc["groups"] + self.doc["patterns"] if row["id"] == name)

    def test_as_it_stands(self):
        code, text, first = self.run_generator()
        self.assertEqual((code, text), (0, ""))
        self.assertEqual(self.run_generator()[2], first)
        self.assertIn('"sage femme"', first)

    def test_keys(self):
        for break_it, words in (
                (lambda: self.doc.update(more=1), ("unknown key more",)),
                (lambda: self.doc.pop("lists"), ("missing key lists",)),
                (lambda: self.group("money").update(color="red"), ("group 3", "unknown key color")),
                (lambda: self.group("money").pop("also"), ("group 3", "missing key also")),
                (lambda: self.group("names").update(words={}), ("pattern 1", "unknown key words")),
                (lambda: self.group("money")["words"].pop("fr"), ("(money): words", "missing key fr")),
                (lambda: self.group("money")["words"].update(de=["geld"]), ("unknown key de",)),
                (lambda: self.group("money")["sentence"].pop("en"), ("missing key en",)),
                (lambda: self.doc["lists"].pop("days"), ("lists", "missing key days")),
                (lambda: self.doc["lists"].update(months={}), ("lists", "unknown key months"))):
            with self.subTest(words):
                self.setUp()
                break_it()
                self.refused(*words)

    def test_groups(self):
        money = {"id": ("Money", "lower-case"), "kind": ("cash_word", "kind must be one of names_other_person")}
        for key, (value, word) in money.items():
            self.setUp()
            self.group("money")[key] = value
            self.refused("group 3", word)
        for fields, word in ((["need_cash"], "no such field: need_cash"), (["need_money", "need_money"], "stands twice"),
                             (["housing_risk"], "stands twice"), ("need_money", "a list of fields"), ([], "")):
            self.setUp()
            self.group("money")["fields"] = fields
            self.refused("money", word)
        self.setUp()
        self.group("rent")["id"] = "debt"
        self.refused("two groups have one id")

    def test_every_kind_is_given_and_every_pattern_is_there(self):
        self.group("pregnancy")["kind"] = "money_word"
        self.refused("nothing gives pregnancy_word")
        self.setUp()
        self.group("contact")["id"] = "reach"
        self.refused("GROUP_CONTACT is named, but no group has that id")

    def test_words(self):
        for word, why in (("", "must be a text"), (7, "must be a text"), ("a", "at least 2 letters"), ("ab*", "at least 3 letters"),
                          ("*ab", "at least 3 letters"), ("ge ab*", "at least 3 letters"), ("*mijn geld", "for one word alone"),
                          ("geld!", "letters and digits"), ("12geld", "letters and digits"), ("деньги", "letters and digits"),
                          ("a b c d e", "at most 4 words"), ("g*ld", "letters and digits")):
            with self.subTest(word):
                self.setUp()
                self.group("money")["words"]["en"].append(word)
                self.refused("(money): words: en", why)
        self.setUp()
        self.group("money")["words"]["fr"] = []
        self.refused("(money): words: fr", "a list of words")

    def test_a_word_stands_once(self):
        for word, other in (("GELD", "geld"), ("géld", "geld"), ("geldzorgen", "geldzorg*"), ("onderhouds-geld", None),
                            ("onderhoudsgelden*", "onderhoudsgeld*")):
            with self.subTest(word):
                self.setUp()
                self.group("money")["words"]["nl"].append(word)
                if other:
                    self.refused("(money): words: nl", "is already in", word, other)
                else:
                    self.assertEqual(self.run_generator()[0], 0)
        self.setUp()
        self.group("health")["words"]["fr"].append("psychiat*")
        self.refused("health: psychiat* stands in wellbeing too")
        self.setUp()
        self.group("debt")["words"]["nl"].append("huurschulden")  # what *schuld* takes
        self.refused("huurschulden is already in *schuld*")

    def test_exceptions(self):
        self.group("debt")["except"]["nl"].append("onschatbaar")
        self.refused("(debt): except: nl", "onschatbaar excepts nothing")
        self.setUp()
        self.group("debt")["except"]["nl"].append("geen schuld")
        self.assertEqual(self.run_generator()[0], 0)

    def test_sentences(self):
        long = "Dit is een zin met veel meer woorden dan iemand in één keer rustig kan lezen."
        for text, word in ((long, "16 words in one sentence, at most 15"), ("Geen punt", "a sentence that ends"), ("", "that ends"),
                           ("Dit is een probleem.", "C-09"), ("{field} {field}.", "at most once"), ("{veld}.", "no other brace")):
            with self.subTest(text):
                self.setUp()
                self.group("money")["sentence"]["nl"] = text
                self.refused("(money): sentence: nl", word)
        self.setUp()
        self.group("names")["sentence"]["nl"] = "Beter bij {field}."
        self.refused("(names): sentence: nl", "without a field")
        self.setUp()  # the field's own name counts
        self.group("money")["sentence"]["nl"] = "Dit gaat over geld en hoort misschien wel veel beter thuis bij {field}."
        self.refused("words in one sentence")

    def test_duplicate_key_and_no_json(self):
        self.doc = '{"groups": [], "groups": []}'
        self.refused("duplicate key groups")
        self.doc = '{"groups": [],\n oops}'
        self.refused("hints.json:2:")

    def test_header(self):
        self.header = self.header.replace("HINT_KINDS", "KINDS")
        self.refused("no HINT_KINDS")

    def test_folding(self):
        for written, folded in (("Élève", "eleve"), ("SŒUR", "soeur"), ("burn-out", "burn out"), ("d’eau", "d eau"),
                                ("Straße", "strasse"), ("ﬁn", "fin"), ("e\u0301te\u0301", "ete")):
            self.assertEqual(hints.fold(written), folded)

    def test_covering(self):
        for one, other, wanted in (("geld*", "geldig", True), ("geld*", "geld*", True), ("geld", "geld*", False),
                                   ("*schuld*", "schuld*", True),
                                   ("schuld*", "*schuld*", False), ("*schuld", "huurschuld", True), ("*schuld", "schuld*", False),
                                   ("in herstel", "herstel", False), ("in herstel*", "in herstelling", True)):
            self.assertEqual(hints.Word(one, "x").covers(hints.Word(other, "x")), wanted, (one, other))
        with self.assertRaises(Fault):
            hints.Word("x*", "x")


class QuestionInABody(unittest.TestCase):
    """A POST may READ: only with a body, and without the conditions of a write."""

    def check(self, **change):
        operation = {"x-kring-course": "READ", "requestBody": {}, "parameters": [], **change}
        operation = {k: v for k, v in operation.items() if v is not None}
        import openapi
        return openapi.asks_in_body("post", operation, operation["parameters"])

    def test_it(self):
        self.assertTrue(self.check())
        self.assertFalse(self.check(**{"x-kring-course": "WRITE"}))
        self.assertFalse(self.check(requestBody=None))
        for name in ("Idempotency-Key", "If-Match"):
            self.assertFalse(self.check(parameters=[{"in": "header", "name": name}]))
        doc = json.loads((ROOT / "proto/hint.json").read_text("utf-8"))
        self.assertEqual(doc["paths"]["/v1/families/{family}/hints"]["post"]["x-kring-course"], "READ")


if __name__ == "__main__":
    unittest.main(argv=["test_hints"])
