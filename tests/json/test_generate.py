"""The generator refuses a faulty contract with a clear word and leaves no file; what it makes is always the same."""
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(sys.argv[1])
# What is built is what is broken here: the list stands in one place.
PARTS = re.findall(r"'(\w+)\.json'", re.search(r"contract_parts = \[(.*?)\]", (ROOT / "proto/meson.build").read_text("utf-8"), re.S)[1])


class Generator(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.at = pathlib.Path(folder.name)
        self.docs = {path.stem: json.loads(path.read_text("utf-8")) for path in (ROOT / "proto").glob("*.json")}
        self.header = (ROOT / "server/policy/catalogue.h").read_text("utf-8")

    def run_generator(self, what, suffix="c"):
        for name, doc in self.docs.items():
            (self.at / f"{name}.json").write_text(doc if isinstance(doc, str) else json.dumps(doc), "utf-8")
        (self.at / "catalogue.h").write_text(self.header, "utf-8")
        out = self.at / f"out.{suffix}"
        out.unlink(missing_ok=True)
        parts = ["catalogue", "jurisdictions"] if what == "catalogue" else PARTS
        command = [sys.executable, ROOT / "proto/generate.py", what, "--header", self.at / "catalogue.h", "--results",
                   ROOT / "server/base/result.h", "--catalogue", self.at / "catalogue.json", "--out", out]
        done = subprocess.run([*command, *(self.at / f"{part}.json" for part in parts)], capture_output=True,
                              text=True)
        return done.returncode, done.stderr, out.read_text("utf-8") if out.exists() else None

    def refused(self, what, *words):
        code, text, out = self.run_generator(what)
        self.assertEqual((code, out), (1, None), text)
        self.assertTrue(text.startswith("generate.py: ") and text.count("\n") == 1, text)
        for word in words:
            self.assertIn(word, text)

    def field(self, name):
        return next(field for field in self.docs["catalogue"]["fields"] if field["id"] == name)

    def law(self, code):
        return next(row for row in self.docs["jurisdictions"]["jurisdictions"] if row["code"] == code)

    def operation(self, part, path, method):
        return self.docs[part]["paths"][path][method]

    def rename(self, part, old, new):
        self.docs[part]["paths"][new] = self.docs[part]["paths"].pop(old)

    def test_as_it_stands(self):
        for what, suffix in (("catalogue", "c"), ("contract", "c"), ("contract", "json")):
            code, text, first = self.run_generator(what, suffix)
            self.assertEqual((code, text), (0, ""))
            self.assertEqual(self.run_generator(what, suffix)[2], first)

    def test_steps_agree_with_the_notes(self):
        """`steps` agrees with the note; team_members' SS1 is about its helpers, not about the field."""
        for field in self.docs["catalogue"]["fields"]:
            noted = [step for step in ("SS1", "SS2", "SS3", "SS4", "SS5") if step in field["note"]]
            self.assertEqual(field["steps"], [] if field["id"] == "team_members" else noted, field["id"])

    def test_counts_of_the_catalogue(self):
        classes = [field["class"] for field in self.docs["catalogue"]["fields"]]
        self.assertEqual([classes.count(f"C{n}") for n in range(6)], [3, 7, 37, 12, 7, 3])
        self.assertEqual(sum(field["break_glass"] for field in self.docs["catalogue"]["fields"]), 14)

    def test_catalogue_unknown_key(self):
        self.field("goals")["color"] = "red"
        self.refused("catalogue", "field 51", "unknown key color")

    def test_catalogue_missing_key(self):
        del self.field("goals")["nl"]
        self.refused("catalogue", "missing key nl")

    def test_catalogue_field_gone(self):
        self.docs["catalogue"]["fields"].remove(self.field("goals"))
        self.refused("catalogue", "68 fields", "FIELD_COUNT is 69")

    def test_catalogue_named_field_gone(self):
        self.field("pregnancy")["id"] = "expecting"
        self.refused("catalogue", "FIELD_PREGNANCY is named")

    def test_catalogue_field_twice(self):
        self.field("goals")["id"] = "actions"
        self.refused("catalogue", "duplicate field actions")

    def test_catalogue_values(self):
        for key, value, word in (
                ("class", "C6", "C0 to C5"), ("about", "pet", "about must be"),
                ("writers", ["XX"], "writers must be"), ("writers", ["FA", "CO"], "in that order"),
                ("steps", ["SS9"], "steps must be"), ("section", "Z", "section"),
                ("break_glass", 1, "true or false"), ("nl", " ", "nl must be"), ("id", "Goals", "lower-case")):
            with self.subTest(key):
                self.setUp()
                self.field("goals")[key] = value
                self.refused("catalogue", word)

    def test_sealed_never_in_an_emergency(self):
        self.field("protected_address")["break_glass"] = True
        self.refused("catalogue", "never open by emergency")

    def test_sections_in_order(self):
        self.field("goals")["section"] = "A"
        self.refused("catalogue", "order")

    def test_duplicate_key(self):
        self.docs["catalogue"] = '{"sections": {}, "sections": {}, "fields": []}'
        self.refused("catalogue", "duplicate key sections")

    def test_not_json(self):
        self.docs["catalogue"] = '{"sections": {},\n  oops}'
        self.refused("catalogue", "catalogue.json:2:")

    def test_law(self):
        for key, value, word in (
                ("view_12_15", "SOME", "view_12_15 must be one of"), ("at_16", "MAYBE", "at_16"),
                ("alone_from", 256, "1 to 255"), ("alone_from", "16", "1 to 255"), ("alone_from", True, "1 to 255"),
                ("same_mission_required", 0, "true or false")):
            with self.subTest(key):
                self.setUp()
                self.law("NL")["law"][key] = value
                self.refused("catalogue", "NL", word)

    def test_law_missing(self):
        del self.law("NL")["law"]["at_18"]
        self.refused("catalogue", "NL: law", "missing key at_18")

    def test_cfg_missing_and_unknown(self):
        del self.law("BE-VLG")["cfg"]["trusted_person"]
        self.refused("catalogue", "BE-VLG: cfg", "missing key trusted_person")
        self.setUp()
        self.law("BE-VLG")["cfg"]["trusted_persn"] = "x"
        self.refused("catalogue", "unknown key trusted_persn")

    def test_contract_faults(self):
        plan = ("plan", "/v1/families/{family}/plan", "get")
        described = {"description": "x", "content": {"application/json": {"schema": True}}}
        entries = ("entry", "/v1/families/{family}/entries", "post")
        faults = (
            (lambda: self.operation(*plan).update(operationId="entry_get"), "two operations have this operationId"),
            (lambda: self.operation(*plan).update({"x-kring-course": "PEEK"}), "x-kring-course"),
            (lambda: self.operation(*plan).update({"x-kring-course": "WRITE"}), "a GET changes nothing"),
            (lambda: self.operation(*plan).update(deprecated=True), "unknown key deprecated"),
            (lambda: self.operation(*plan).pop("summary"), "missing key summary"),
            (lambda: self.operation(*plan).update({"x-kring-problems": ["gone"]}), "gone is no problem"),
            (lambda: self.operation(*plan)["parameters"].append({"$ref": "#/components/parameters/Nowhere"}),
             "leads nowhere"),
            (lambda: self.operation(*plan)["parameters"].append({"$ref": "#/components/parameters/Limit"}),
             "a parameter stands twice"),
            (lambda: self.operation(*plan)["responses"].update({"202": {"description": "x"}}), "exactly one success"),
            (lambda: self.operation(*plan)["responses"].update({"404": described}), "404 is described twice"),
            (lambda: self.rename("plan", plan[1], "/v1/families/{home}/plan"), "the path names"),
            (lambda: self.schema("entry", "NewEntry").pop("additionalProperties"),
             "must refuse what it does not know"),
            (lambda: self.schema("entry", "NewEntry")["required"].append("mood"),
             "required, but not described: mood"),
            (lambda: self.schema("entry", "EntryText").pop("maxLength"), "needs minLength and maxLength"),
            (lambda: self.schema("entry", "EntryText").update(format="poem"), "no such format: poem"),
            (lambda: self.schema("entry", "EntryText").update(minLenght=1), "not known for string: minLenght"),
            (lambda: self.schema("entry", "EntryText").update(pattern="x"), "formats, not patterns"),
            (lambda: self.schema("entry", "NewEntry")["properties"]["about"].pop("maxItems"),
             "needs minItems and maxItems"),
            (lambda: self.schema("entry", "NewEntry")["properties"].update({"Bad Name": {"type": "boolean"}}),
             "lower-case words"),
            (lambda: self.schema("entry", "NewEntry")["properties"].update(weight={"type": "number"}),
             "no such type: number"),
            (lambda: self.schema("entry", "NewEntry")["properties"].update(count={"type": "integer"}),
             "needs minimum and maximum"),
            (lambda: self.operation(*entries)["requestBody"].update(required=False), "a body is required"),
            (lambda: self.docs["plan"]["components"]["schemas"].update(Lonely={"type": "boolean"}),
             "nothing refers to schemas/Lonely"),
            (lambda: self.docs["plan"]["components"]["schemas"].update(Entry={"type": "boolean"}),
             "stands in another part too"),
            (lambda: self.docs["service"]["x-kring-transport-problems"].append("tired"), "tired is no problem"),
            (lambda: self.docs["service"].pop("servers"), "missing key servers"),
        )
        for break_it, word in faults:
            with self.subTest(word):
                self.setUp()
                break_it()
                self.refused("contract", word)

    def schema(self, part, name):
        return self.docs[part]["components"]["schemas"][name]


if __name__ == "__main__":
    unittest.main(argv=["test_generate"])
