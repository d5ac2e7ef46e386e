"""The words that people read: short, plain, kind, the same in three languages; and the generator that refuses all else.

  test_texts.py ROOT

Counts words and syllables by itself, so that a slip in the generator's counting shows.
"""
import json
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(sys.argv[1])
LANGUAGES = ("nl", "fr", "en")
TEXTS = json.loads((ROOT / "proto/texts.json").read_text("utf-8"))
SAFETY = json.loads((ROOT / "proto/safety_points.json").read_text("utf-8"))
LAW = json.loads((ROOT / "proto/jurisdictions.json").read_text("utf-8"))
CATALOGUE = json.loads((ROOT / "proto/catalogue.json").read_text("utf-8"))

# What families must not read about themselves (C-09), what the glossary replaces, and abbreviations.
MARKS_PEOPLE = re.compile(
    r"probleemgezin|multiprobleem|probleem|problem|problème|(?:niet |on)gemotiveerd|non motivé|unmotivated|niet meewerkend|"
    r"\bdossiers?\b|\bcasus|\bcli[eë]nt|\bclient|\bcase\b|cas soci|machtig|intrek|révoqu|revoke|"
    r"\bfraude|\bfraud|schuldig|coupable|guilty|"
    r"\bfout van\b|\byour fault|votre faute|verwaarloo|néglig|neglect|moeilijk gezin|zwak|faible|\bweak", re.I)
ABBREVIATION = re.compile(r"\b(bv|bijv|o\.a|d\.w\.z|m\.b\.t|i\.v\.m|e\.g|i\.e|etc|p\.ex|c\.-à-d)\b\.?", re.I)
# Words that push (art. 4(11) GDPR, R-112): a question stays a question.
PUSHES = re.compile(
    r"alsjeblieft|a\.u\.b|gelieve|graag|liefst|beter als|raden .*aan|aanbevolen|helaas|jammer|moet je|je moet|"
    r"zeker weten|weet je zeker|bedankt|akkoord gaan|"
    r"s'il vous plaît|veuillez|merci de|recommand|conseill|malheureusement|dommage|vous devez|il faut que|êtes-vous sûr|"
    r"please|kindly|recommend|unfortunately|sorry|you must|you should|are you sure|agree to|thank you for sharing", re.I)
ASKING = ("consent.", "shared_secret.", "withdrawal.question", "withdrawal.yes", "withdrawal.no", "reconfirm.",
          "request.reminder", "own_space.")
TO_PROFESSIONALS = ("shared_secret.tick",)

WORDS_MAX = 15
# Flesch-Douma for Dutch, Kandel and Moles for French, Flesch for English: 60 to 70 is plain, B1 lies above it.
EASE = {"nl": (206.84, 0.93, 77.0), "fr": (207.0, 1.015, 73.6), "en": (206.835, 1.015, 84.6)}
EASE_OF_THE_SET, EASE_OF_A_GROUP, EASE_OF_A_TEXT = 85, 75, 35  # a text: of eight words or more
LETTERS_A_WORD, LETTERS_OF_A_WORD = 4.8, 12
# Words of the glossary, and those that have no shorter one.
LONG_WORDS = {"noodtoegangen", "privacyverantwoordelijke", "beroepsgeheim", "vertrouwenspersoon", "doorvertellen",
              "professionnel", "automatiquement", "automatically"}
# A name, a day, a number; what stands on lines of its own is not ours and counts for nothing.
FILLED = {"name": "Ilyas Haddou", "day": "3 mei 2026", "number": "14", "lines": ""}


def filled(text):
    return re.sub(r"\{([a-z_]+)\}", lambda hole: FILLED[TEXTS["parameters"][hole.group(1)]["kind"]], text)


def sentences(text):
    return [part for part in re.split(r"[.?!:](?:\s|$)|\n", text) if re.search(r"\w", part)]


def words(sentence):
    return [word for word in re.split(r"\s+", sentence) if re.search(r"\w", word)]


def syllables(word, language):
    word = re.sub(r"[^a-zà-ÿœ0-9']", "", word.lower()).replace("'", "")
    if word[:1].isdigit():
        return 1
    if language == "nl":
        found = re.findall(
            r"[aeiouy]*[äëïöü]|aai|oei|ooi|eeu|ieu|aa|ee|oo|uu|ie|oe|eu|ui|ij|ei|au|ou|[aeiouyàâéèêôû]", word)
        return max(1, sum(2 if re.fullmatch(r"[aeiouy]+[äëïöü]", part) else 1 for part in found))
    groups = re.findall(r"[aeiouyàâäéèêëîïôöùûüœ]+", word)
    silent = re.search(r"[^aeiouyàâéèêîôùûé](e|es|ent)$" if language == "fr" else r"[^aeiouyl]e$|[^aeiouytd]ed$", word)
    return max(1, len(groups) - bool(silent and len(groups) > 1))


def ease(texts, language):
    parts = [words(sentence) for text in texts for sentence in sentences(filled(text))]
    count = sum(map(len, parts))
    base, by_length, by_syllables = EASE[language]
    return base - by_length * count / len(parts) - by_syllables * sum(syllables(w, language) for p in parts for w in p) / count


def all_texts():
    for key, row in TEXTS["texts"].items():
        for language in LANGUAGES:
            yield key, language, row[language]


def safety_texts():
    points = [point for law in SAFETY["jurisdictions"] for point in law["points"]]
    for row in [SAFETY["intro"], SAFETY["no_number"], *(p["name"] for p in points), *(p["when"] for p in points)]:
        for language in LANGUAGES:
            yield "safety", language, row[language]


class Words(unittest.TestCase):
    def test_the_counters_count(self):
        for language, word, count in (
                ("nl", "toestemming", 3), ("nl", "ideeën", 3), ("nl", "jij", 1), ("nl", "delen", 2),
                ("nl", "vertrouwenspersoon", 5), ("nl", "coördinator", 5), ("fr", "personne", 2), ("fr", "partager", 3),
                ("fr", "choisissez", 3), ("en", "share", 1), ("en", "people", 2), ("en", "needed", 2), ("en", "discretion", 3)):
            self.assertEqual(syllables(word, language), count, word)
        parts = sentences("Wat?\nJe deelt dit nu. Van 1 mei tot 2 mei: ja !\nUn oui ?")
        self.assertEqual([len(words(part)) for part in parts], [1, 4, 6, 1, 2])
        self.assertGreater(ease(["Je kan elk moment stoppen."], "nl"), 80)
        hard = "Gegevensverwerkingsverantwoordelijken rechtvaardigen informatieuitwisseling desalniettemin."
        self.assertLess(ease([hard], "nl"), 0)

    def test_no_sentence_is_long(self):
        """R-110"""
        for key, language, text in [*all_texts(), *safety_texts()]:
            for sentence in sentences(filled(text)):
                self.assertLessEqual(len(words(sentence)), WORDS_MAX, f"{key} {language}: {sentence}")

    def test_the_set_and_each_group_is_plain(self):
        """R-110: B1"""
        groups = {}
        for key, row in TEXTS["texts"].items():
            groups.setdefault(key.split(".")[0], []).append(row)
        for language in LANGUAGES:
            everything = [row[language] for row in TEXTS["texts"].values()]
            figure = ease(everything, language)
            print(f"reading ease {language}: {figure:.0f} (at least {EASE_OF_THE_SET})", file=sys.stderr)
            self.assertGreaterEqual(figure, EASE_OF_THE_SET, language)
            letters = [len(re.sub(r"\W", "", w)) for text in everything for s in sentences(filled(text)) for w in words(s)]
            self.assertLessEqual(statistics.mean(letters), LETTERS_A_WORD, language)
            for name, rows in groups.items():
                texts = [row[language] for row in rows]
                if sum(len(words(s)) for text in texts for s in sentences(filled(text))) >= 60:
                    self.assertGreaterEqual(ease(texts, language), EASE_OF_A_GROUP, f"{name} {language}")

    def test_each_text_is_plain(self):
        for key, language, text in all_texts():
            found = [word for sentence in sentences(filled(text)) for word in words(sentence)]
            long = {part for word in found for part in re.findall(r"\w+", word.lower()) if len(part) > LETTERS_OF_A_WORD}
            self.assertLessEqual(long, LONG_WORDS, f"{key} {language}: say it in shorter words")
            if len(found) >= 8:
                self.assertGreaterEqual(ease([text], language), EASE_OF_A_TEXT, f"{key} {language}: {text}")

    def test_no_word_that_marks_people(self):
        """C-09, the style rules of the glossary; the catalogue's labels too"""
        labels = [(field["id"], language, field[language]) for field in CATALOGUE["fields"] for language in LANGUAGES]
        self.assertEqual(len(labels), 3 * 69)
        for key, language, text in [*all_texts(), *safety_texts(), *labels]:
            self.assertIsNone(MARKS_PEOPLE.search(text), f"{key} {language}: {text}")
            self.assertIsNone(ABBREVIATION.search(text), f"{key} {language}: {text}")

    def test_nothing_pushes(self):
        for key, language, text in all_texts():
            if key.startswith(ASKING) and not key.startswith(TO_PROFESSIONALS):
                self.assertIsNone(PUSHES.search(text), f"{key} {language}: {text}")

    def test_yes_and_no_weigh_the_same(self):
        """R-112: the same size, and neither with an exclamation, an adverb or a consequence"""
        for yes, no in (("consent.yes", "consent.no"), ("withdrawal.yes", "withdrawal.no"),
                        ("reconfirm.yes", "reconfirm.no"), ("paper.right", "paper.wrong")):
            for language in LANGUAGES:
                one, other = TEXTS["texts"][yes][language], TEXTS["texts"][no][language]
                self.assertLessEqual(abs(len(one) - len(other)), 8, f"{one} / {other}")
                for answer in (one, other):
                    self.assertRegex(answer, r"^(Ja|Nee|Oui|Non|Yes|No), ")
                    self.assertNotRegex(answer, r"[.!]|graag|natuurlijk|toch|bien sûr|of course|still|simply")

    def test_the_forms_of_address(self):
        for key, language, text in [*all_texts(), *safety_texts()]:
            if language == "nl":
                self.assertNotRegex(text, r"\b(u|uw|U|Uw)\b", key)
            if language == "fr":
                self.assertNotRegex(text, r"\b([Tt]u|[Tt]oi|[Tt]on|[Tt]es)\b", key)

    def test_parameters_are_the_same_and_known(self):
        used = set()
        for key, row in TEXTS["texts"].items():
            holes = [set(re.findall(r"\{(.*?)\}", row[language])) for language in LANGUAGES]
            self.assertEqual(holes[0], holes[1], key)
            self.assertEqual(holes[0], holes[2], key)
            used |= holes[0]
        self.assertEqual(used, set(TEXTS["parameters"]))


class Rules(unittest.TestCase):
    """What the rules of the domain ask of these texts."""

    BECAUSE = {"nl": "We delen dit omdat ", "fr": "Nous partageons ceci parce qu", "en": "We share this because "}
    GOES_ON = {"nl": "Al je andere hulp gaat gewoon door.", "fr": "Toutes vos autres aides continuent.",
               "en": "All your other help simply goes on."}
    NO_REASON = {"nl": "niet te zeggen waarom", "fr": "pas à dire pourquoi", "en": "have to say why"}
    INSIDE = {"nl": "kan binnen deze organisatie gedeeld worden", "fr": "peut être partagé dans cette organisation",
              "en": "may be shared inside this organisation"}

    def screen(self, name):
        return [line.removesuffix("?") for line in TEXTS["screens"][name]]

    def text(self, key, language="nl"):
        return TEXTS["texts"][key][language]

    def test_the_order_of_the_question(self):
        """R-111: what, who, why, how long, what if not"""
        lines = self.screen("consent")
        wanted = ["consent.what", "consent.who", "consent.why", "consent.how_long", "consent.what_if_not"]
        self.assertEqual([line for line in lines if line in wanted], wanted)
        self.assertTrue(all(f"{key}?" not in TEXTS["screens"]["consent"] for key in wanted), "none of these can be left out")

    def test_the_shared_secret_is_on_one_screen(self):
        """R-41, R-111: that, why, with whom, what; and five ticks"""
        lines = self.screen("shared_secret")
        for item in ("that", "what", "with_whom", "why"):
            self.assertIn(f"shared_secret.{item}", TEXTS["screens"]["shared_secret"])
        order = ["shared_secret.what", "shared_secret.with_whom", "shared_secret.why", "consent.how_long",
                 "consent.what_if_not"]
        self.assertEqual([line for line in lines if line in order], order)
        ticks = [key for key in TEXTS["texts"] if re.fullmatch(r"shared_secret\.tick\.\d", key)]
        self.assertEqual(ticks, [f"shared_secret.tick.{n}" for n in range(1, 6)])

    def test_another_basis_is_no_question(self):
        """R-04"""
        for key in self.screen("information"):
            self.assertTrue(key.startswith("information."), key)
        bases = {key.rsplit(".", 1)[1] for key in TEXTS["texts"] if key.startswith("information.legal_basis.")}
        self.assertEqual(bases, {"contract", "legal_duty", "vital_interest", "public_task", "legitimate_interest"})
        for key in TEXTS["texts"]:
            for language, because in self.BECAUSE.items():
                if key.startswith("information.legal_basis."):
                    self.assertTrue(self.text(key, language).startswith(because), key)
                    self.assertNotIn("?", self.text(key, language))
        self.assertIn("information.object", self.screen("information"))
        for language, word in (("nl", "bezwaar"), ("fr", "opposition"), ("en", "object")):
            self.assertIn(word, self.text("information.object", language))

    def test_no_costs_nothing(self):
        """R-09: said to the giver on each question and each withdrawal"""
        for key in ("consent.what_if_not", "withdrawal.question"):
            for language, word in self.GOES_ON.items():
                self.assertIn(word, self.text(key, language))
        for key in ("withdrawal.question", "consent.how_long"):
            for language, word in self.NO_REASON.items():
                self.assertIn(word, self.text(key, language))

    def test_the_recipient_never_reads_refused(self):
        """R-08, R-09: what he reads names no refusal, no giver and no reason"""
        for key in ("sharing.none", "request.waiting", "request.lapsed", "withdrawal.notice", "expiry.recipient"):
            for language in LANGUAGES:
                self.assertNotRegex(self.text(key, language), r"\{(person|givers|reason)\}|\b(nee|non|said no|gestopt door)\b", key)

    def test_the_discretion_warning(self):
        """R-43"""
        for key in ("warning.discretion", "warning.none"):
            for language, said in self.INSIDE.items():
                self.assertIn(said, self.text(key, language))

    def test_the_limits_come_first(self):
        """R-39"""
        lines = self.screen("own_space")
        self.assertEqual(lines[0], "own_space.title")
        self.assertIn("own_space.limits", TEXTS["screens"]["own_space"])
        for language, word in (("nl", "misschien vertellen"), ("fr", "peut-être le dire"), ("en", "may have to tell")):
            self.assertIn(word, self.text("own_space.limits", language))

    def test_a_parent_is_told_that_and_not_what(self):
        """R-52"""
        for language in LANGUAGES:
            self.assertIn("{fields}", self.text("emergency.told.subject", language))
            for hole in ("{fields}", "{recipient_card}", "{recipient}"):
                self.assertNotIn(hole, self.text("emergency.told.parent", language))

    def test_the_coordinator_reads_no_reason(self):
        """R-31"""
        for key in ("not_agreed.coordinator", "not_agreed.mediation", "not_agreed.giver"):
            self.assertNotRegex(self.text(key), r"\{(reason|person|givers)\}")

    def test_what_leaves_says_nothing(self):
        """R-103, R-59: no parameter, no field, no organisation, no word of danger, care or plan; not even the name"""
        fields = [field for field in CATALOGUE["fields"] if field["class"] not in ("C0", "C1")]
        labels = {field[language].lower() for field in fields for language in LANGUAGES}
        says_much = (r"kring|gezin|famil|hulp|aide\b|help|nood|urgen|emergen|gevaar|danger|veilig|sûr|safe|deel|partag|shar|"
                     r"plan|gezond|sant|health")
        notes = [(key, language, text) for key, language, text in all_texts() if key.startswith("notification.")]
        self.assertEqual(len(notes), 3 * 7)
        for key, language, text in notes:
            self.assertNotIn("{", text)
            self.assertNotRegex(text.lower(), says_much, key)
            self.assertFalse([label for label in labels if label in text.lower()], key)
            self.assertLessEqual(len(text), 60)

    def test_the_emergency_codes(self):
        """R-51"""
        codes = {key.rsplit(".", 1)[1] for key in TEXTS["texts"] if key.startswith("emergency.reason.")}
        self.assertEqual(codes, {"threat_to_life", "acute_danger", "cannot_consent", "missing_person"})

    def test_birthdays_of_each_law(self):
        """R-24, R-25: a task for the young person and one for the parents at each age of cfg age.transition_checks"""
        for law in LAW["jurisdictions"]:
            suffix = law["code"].lower().replace("-", "_")
            for age in law["cfg"]["age.transition_checks"].split(", "):
                for whom in ("young", "parents"):
                    name = f"birthday.{age}.{whom}"
                    self.assertTrue(name in TEXTS["texts"] or f"{name}.{suffix}" in TEXTS["texts"], f"{name} {suffix}")

    def test_erasure_has_its_results(self):
        """R-73"""
        for result in ("erased", "kept_law", "kept_other_subject", "kept_legal_claim"):
            self.assertIn(f"erasure.{result}", TEXTS["texts"])

    def test_whom_to_call(self):
        """R-56: each point of the law's table, in its order, and no number but the table's; a path of the contract for each law"""
        paths = json.loads((ROOT / "proto/text.json").read_text("utf-8"))["paths"]
        marks = {"BE-VLG": ["112", "1712", "VK", "OCJ", "Veilig Huis", "Parket"], "NL": ["112", "Veilig Thuis", "Raad", "GI"]}
        for law, row in zip(LAW["jurisdictions"], SAFETY["jurisdictions"]):
            self.assertEqual(law["code"], row["code"])
            self.assertIn(f"/v1/safety-points/{row['code']}", paths)
            self.assertEqual(len(row["points"]), len(marks[row["code"]]))
            for point, mark in zip(row["points"], marks[row["code"]]):
                self.assertIn(mark, point["name"]["nl"])
                self.assertIn(mark.lower(), law["cfg"]["report.safety_points"].lower())
        numbers = {point["phone"] for row in SAFETY["jurisdictions"] for point in row["points"]}
        self.assertEqual(numbers, {"112", "1712", "0800-2000", None})


class Generator(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.at = pathlib.Path(folder.name)
        self.texts, self.safety = json.loads(json.dumps(TEXTS)), json.loads(json.dumps(SAFETY))

    def run_generator(self, what):
        parts = {"texts": [("texts.json", self.texts)],
                 "safety": [("safety_points.json", self.safety), ("jurisdictions.json", LAW)]}[what]
        for name, doc in parts:
            (self.at / name).write_text(doc if isinstance(doc, str) else json.dumps(doc), "utf-8")
        out, header = self.at / "out.c", self.at / "out.h"
        out.unlink(missing_ok=True), header.unlink(missing_ok=True)
        command = [sys.executable, ROOT / "proto/generate.py", what, "--out", out, "--declare", header]
        done = subprocess.run([*command, *(self.at / name for name, _ in parts)], capture_output=True, text=True, check=False)
        return done.returncode, done.stderr, out.read_text("utf-8") if out.exists() else None, header.exists()

    def refused(self, what, *said):
        code, text, out, header = self.run_generator(what)
        self.assertEqual((code, out, header), (1, None, False), text)
        self.assertTrue(text.startswith("generate.py: ") and text.count("\n") == 1, text)
        for word in said:
            self.assertIn(word, text)

    def made(self, what="texts"):
        code, text, out, header = self.run_generator(what)
        self.assertEqual((code, text, header), (0, "", True))
        return out

    def version(self):
        return re.search(r'text_set_version\[TEXT_VERSION \+ 1\] = "([0-9a-f]{16})"', self.made()).group(1)

    def yes(self):
        return self.texts["texts"]["consent.yes"]

    def test_as_they_stand(self):
        for what in ("texts", "safety"):
            self.assertEqual(self.made(what), self.made(what))

    def test_the_version_follows_the_words_and_nothing_else(self):
        before = self.version()
        self.yes()["note"] = "Another note"
        self.texts["texts"] = dict(sorted(self.texts["texts"].items()))
        self.assertEqual(self.version(), before, "a note and the order of the file change nothing")
        self.yes()["nl"] = "Ja, dit deel ik"
        after = self.version()
        self.assertNotEqual(after, before)
        lines = self.texts["screens"]["consent"]
        lines[2], lines[3] = lines[3], lines[2]
        self.assertNotEqual(self.version(), after, "the order of a screen is what is shown")

    def test_text_faults(self):
        long = "Dit is een zin met heel erg veel woorden die niemand meer rustig lezen kan."
        faults = (
            (lambda row: row.pop("fr"), "missing key fr"),
            (lambda row: row.update(de="Ja"), "unknown key de"),
            (lambda row: row.update(nl=" Ja"), "without blanks around it"),
            (lambda row: row.update(nl=""), "must be a text"),
            (lambda row: row.update(nl=7), "must be a text"),
            (lambda row: row.update(nl="Ja,  ik"), "blanks too many"),
            (lambda row: row.update(nl="x. " * 200 + "x"), "600 are allowed"),
            (lambda row: row.update(nl="cafe\u0301"), "NFC"),
            (lambda row: row.update(nl="Ja \u202e"), "holds"),
            (lambda row: row.update(nl="<b>Ja</b>"), "holds '<'"),
            (lambda row: row.update(nl="Ja {recipient}"), "different parameters"),
            (lambda row: row.update(nl="Ja {receiver}", fr="Oui {receiver}", en="Yes {receiver}"), "no such parameter: receiver"),
            (lambda row: row.update(nl="Ja {"), "a brace that is no parameter's"),
            (lambda row: row.update(nl="Ja {Recipient}"), "a brace that is no parameter's"),
            (lambda row: row.update(nl="Ja\nik"), "different lines"),
            (lambda row: row.update(nl="Ja: {fields}"), "give it a line of its own"),
            (lambda row: row.update(nl=long + " " + long[:-1] + " en nog meer."), "18 words in one sentence"),
            (lambda row: row.update(nl="Ja, geen probleem"), "probleem is a word that we don't use"),
            (lambda row: row.update(fr="Oui, Dossier"), "dossier is a word that we don't use"),
            (lambda row: row.update(nl="{person}", fr="de {person}", en="{person}"), "French would elide"),
            (lambda row: row.update(note=""), "note must be"),
        )
        for break_it, word in faults:
            with self.subTest(word):
                self.setUp()
                break_it(self.yes())
                self.refused("texts", "consent.yes", word)

    def test_set_faults(self):
        row = {"nl": "Er is iets over {person}.", "fr": "Il y a quelque chose sur {person}.",
               "en": "There is something about {person}.", "note": "x"}
        faults = (
            (lambda doc: doc.update(more={}), "unknown key more"),
            (lambda doc: doc["texts"].update({"Consent.yes2": row}), "a key is group.name"),
            (lambda doc: doc["texts"].update({"alone": row}), "a key is group.name"),
            (lambda doc: doc["texts"].update({"consent.what.if_not": row}), "two keys would be TEXT_CONSENT_WHAT_IF_NOT"),
            (lambda doc: doc["texts"].update({"notification.person": row}), "R-103"),
            (lambda doc: doc["parameters"].update(mood={"kind": "name", "note": "x"}), "no text has it"),
            (lambda doc: doc["parameters"]["person"].update(kind="poem"), "kind must be one of"),
            (lambda doc: doc["screens"]["consent"].append("consent.maybe"), "no such text: consent.maybe"),
            (lambda doc: doc["screens"]["consent"].append("consent.title"), "a text stands twice"),
            (lambda doc: doc["screens"].update(other=["consent.title?"]), "no parameter that could be left out"),
            (lambda doc: doc["screens"].update(other=[]), "a name and its lines"),
        )
        for break_it, word in faults:
            with self.subTest(word):
                self.setUp()
                break_it(self.texts)
                self.refused("texts", word)
        self.texts = '{"parameters": {}, "parameters": {}, "texts": {}, "screens": {}}'
        self.refused("texts", "duplicate key parameters")

    def test_safety_faults(self):
        faults = (
            (lambda laws: laws.pop(), "jurisdictions must be BE-VLG, NL"),
            (lambda laws: laws.reverse(), "jurisdictions must be BE-VLG, NL"),
            (lambda laws: laws[0]["points"][2].update(phone="1813"), "1813 does not stand in cfg"),
            (lambda laws: laws[0]["points"][2].update(phone="171"), "171 does not stand in cfg"),
            (lambda laws: laws[1]["points"][1].update(phone="0800 2000"), "a number or null"),
            (lambda laws: laws[0]["points"].reverse(), "112 comes first"),
            (lambda laws: laws[0]["points"].append(laws[0]["points"][0]), "each point once"),
            (lambda laws: laws[0]["points"][0]["when"].pop("fr"), "missing key fr"),
            (lambda laws: laws[0]["points"][0]["when"].update(nl="Bel bij een probleem."), "probleem"),
            (lambda laws: laws[0]["points"][0].update(mail="x@example.org"), "unknown key mail"),
        )
        for break_it, word in faults:
            with self.subTest(word):
                self.setUp()
                break_it(self.safety["jurisdictions"])
                self.refused("safety", word)

    def test_the_file_has_one_form(self):
        """So that a change of a word is a change of a line."""
        self.assertEqual((ROOT / "proto/texts.json").read_text("utf-8"), json.dumps(TEXTS, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    unittest.main(argv=["test_texts"])
