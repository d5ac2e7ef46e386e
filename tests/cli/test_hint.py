#!/usr/bin/env python3
"""`kring hint` against a scripted server: the marks stand under the words, whatever the words are made of.

  test_hint.py KRING PROTO_FOLDER
"""
import json
import sys
import unittest

sys.dont_write_bytecode = True
from stub import Answer, problem  # noqa: E402
from test_cli import BASE, EVIL, LEEN, MAMA, NOOR, ELS, Case  # noqa: E402

PATH = ("POST", f"{BASE}/hints")
ASK = ("hint", "--field", "need_leisure", "--about", "Noor")


def hint(text, word, sentence="This is about money.", **more):
    start = text.encode().index(word.encode())
    return {"kind": "money_word", "group": "money", "sentence": sentence, "from": start, "to": start + len(word.encode()),
            "from_char": text.index(word), "to_char": text.index(word) + len(word), **more}


def whole(sentence):
    return {"kind": "both_homes", "group": "both_homes", "sentence": sentence}


PREVIEW = [{"at": "home", "home": MAMA, "label": "Bij mama", "readers": [LEEN, NOOR]}, {"at": "elsewhere", "readers": []},
           {"at": "team", "readers": [ELS]}]


class Hint(Case):
    def setUp(self):
        super().setUp()
        self.log_in()

    def ask(self, text, hints, preview=None, more=False, code=0, options=(), **env):
        body = {"hints": hints, "more": more} | ({} if preview is None else {"preview": preview})
        self.answers[PATH] = Answer(200, body)
        result = self.kring(*ASK, *options, stdin=text.encode(), env=env)
        self.assertEqual(result.code, code, result.trouble)
        return result.text

    def test_what_is_asked(self):
        self.ask("Tekst.\r\n", [], options=("--kind", "fact"), LANG="nl_BE.UTF-8")
        asked = next(r for r in self.stub.requests if r.method == "POST")
        self.assertEqual(asked.json(), {"field": "need_leisure", "about": [NOOR], "kind": "fact", "text": "Tekst."})
        self.assertEqual(asked.query, {"language": ["nl"]})

    def test_marks_under_the_words(self):
        text = "blijven voetballen, ook als het geld krap is\nook zonder"
        shown = self.ask(text, [hint(text, "geld"), whole("Look first.")], PREVIEW).splitlines()
        self.assertEqual(shown[0], "  blijven voetballen, ook als het geld krap is")
        self.assertEqual(shown[1], " " * shown[0].index("geld") + "^^^^")
        self.assertEqual(shown[2], "    geld: This is about money.")
        self.assertEqual(shown[3], "  ook zonder")
        self.assertIn("Look first.", shown)
        table = "\n".join(shown)
        for part in ("Bij mama", "Leen, Noor", "elsewhere", "nobody", "Els Moens"):
            self.assertIn(part, table)

    def test_wide_and_combining_letters(self):
        for before in ("é à ", "e\u0301 ", "漢字 ", "\U0001f600 "):
            text = before + "geld"
            lines = self.ask(text, [hint(text, "geld")]).splitlines()
            columns = sum({"漢": 2, "字": 2, "\U0001f600": 2, "\u0301": 0}.get(c, 1) for c in before)
            self.assertEqual(lines[1], " " * (2 + columns) + "^^^^", before)

    def test_a_long_text_is_wrapped_with_its_marks(self):
        text = " ".join(["woord"] * 30) + " geld " + "x" * 130
        lines = self.ask(text, [hint(text, "geld")], COLUMNS="40").splitlines()
        at = next(i for i, line in enumerate(lines) if "geld" in line)
        self.assertEqual(lines[at + 1], " " * lines[at].index("geld") + "^^^^")
        self.assertTrue(all(len(line) <= 40 for line in lines[:-1]), lines)
        self.assertEqual("".join(lines).count("x"), 130)

    def test_a_hint_over_the_end_of_a_line(self):
        text = "mijn\nherstel"
        lines = self.ask(text, [hint(text, "mijn\nherstel")]).splitlines()
        self.assertEqual(lines[:4], ["  mijn", "  ^^^^", "    mijn herstel: This is about money.", "  herstel"])
        self.assertEqual(lines[4], "  ^^^^^^^")

    def test_overlapping_hints(self):
        text = "oud geld hier"
        lines = self.ask(text, [hint(text, "oud geld"), hint(text, "geld hier"), hint(text, "geld")]).splitlines()
        self.assertEqual(lines[1], "  ^^^^^^^^^^^^^")

    def test_places_that_are_none(self):
        text = "één geld"
        for first, behind in ((1, 3), (-1, 4), (0, 999), (5, 5), (6, 2), (0, 2**62)):
            bad = {**hint(text, "geld"), "from": first, "to": behind}
            self.answers[PATH] = Answer(200, {"hints": [bad], "more": True}, checked=False)
            shown = self.good(*ASK, stdin=text.encode())
            self.assertIn("This is about money.", shown)
            self.assertNotIn("^", shown)
            self.assertIn("more places", shown)

    def test_nothing_to_tell(self):
        shown = self.ask("Rust.", [])
        self.assertIn("No hints for this text.", shown)
        self.assertIn("is not shown to you", shown)
        shown = self.ask("Rust.", [], [])
        self.assertNotIn("is not shown to you", shown)

    def test_evil(self):
        text = "geld"
        shown = self.ask(text, [hint(text, "geld", EVIL)], [{"at": "home", "home": MAMA, "label": EVIL, "readers": []}])
        for c in "\x1b\x07\x9b\x7f\u202e\u2066\x08":
            self.assertNotIn(c, shown)

    def test_json_and_refusals(self):
        self.answers[PATH] = Answer(200, {"hints": [], "more": False})
        self.assertEqual(json.loads(self.good("--json", *ASK, stdin=b"x")), {"hints": [], "more": False})
        self.bad(2, "hint", "--field", "nonsense", "--about", "Noor", stdin=b"x")
        self.bad(2, "hint", "--field", "need_leisure", stdin=b"x")
        self.bad(2, *ASK, stdin=b"")
        self.bad(2, *ASK, stdin=b"\xff")
        self.bad(2, *ASK, "een tekst", stdin=b"")
        self.answers[PATH] = problem(404, "not-found")
        self.bad(1, *ASK, stdin=b"x")
        self.answers[PATH] = Answer(200, [], checked=False)
        self.bad(4, *ASK, stdin=b"x")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
