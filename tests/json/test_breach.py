"""What people are told after a breach (R-93): the same in three languages, plain and short, with all that GDPR art. 34 asks for and no
value, no name and no blame."""
import json
import re
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "proto"))
from texts import FORBIDDEN, HOLE, LANGUAGES  # noqa: E402

BREACH = json.loads((ROOT / "proto/breach.json").read_text("utf-8"))
WORDS_MAX = 20
# what happened and when, which data, what may come of it, what was done, whom to ask
ASKED_FOR = {"date", "by", "what", "done", "contact", "organisation"}


def holes(text):
    return [hole[1] for hole in HOLE.finditer(text)]


class Breach(unittest.TestCase):
    def test_every_language_says_the_same_in_the_same_order(self):
        self.assertEqual(set(BREACH["texts"]), set(LANGUAGES))
        said = [[sorted(holes(line)) for line in BREACH["texts"][language]] for language in LANGUAGES]
        self.assertTrue(said[0] == said[1] == said[2], said)

    def test_it_tells_what_the_law_asks_for(self):
        for language, lines in BREACH["texts"].items():
            self.assertEqual(set(holes(" ".join(lines))), ASKED_FOR, language)
            self.assertIn("112", " ".join(lines), language)
        self.assertEqual(set(BREACH["holes"]), ASKED_FOR)

    def test_short_sentences_without_blame(self):
        for language, lines in BREACH["texts"].items():
            for line in lines:
                for sentence in re.split(r"(?<=[.?!])\s", HOLE.sub("x", line)):
                    count = sum(any(c.isalnum() for c in word) for word in sentence.split())
                    self.assertLessEqual(count, WORDS_MAX, f"{language}: {sentence}")
                for word in FORBIDDEN:
                    self.assertNotIn(word, line.lower(), language)
                self.assertNotRegex(line, r"\b(u|uw|Uw)\b" if language == "nl" else r"\b([Tt]u|[Tt]oi|[Tt]es)\b", language)


if __name__ == "__main__":
    unittest.main()
