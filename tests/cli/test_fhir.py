#!/usr/bin/env python3
"""`kring log export --format fhir` against a scripted server: every kind of line is a FHIR AuditEvent that a checker of others' rules
(tests/fhir) finds nothing wrong with, and says what the line says.

  test_fhir.py KRING PROTO_FOLDER TESTS_FOLDER
"""
import base64
import itertools
import json
import sys
import unittest
import uuid
from pathlib import Path

sys.dont_write_bytecode = True
TESTS = Path(sys.argv.pop(3))
sys.path[1:1] = [str(TESTS / "fhir"), str(TESTS / "log")]
from balp import BALP, DCM, REASON, REST, faults  # noqa: E402
from logs import Key, Log, Record  # noqa: E402
from stub import Answer  # noqa: E402
from test_cli import BASE, ELS, ENTRY, EVIL, FAMILY, GRANT, LEEN, MAMA, PROTO, RECORD, Case  # noqa: E402

LOG = ("GET", f"{BASE}/log")
KINDS = json.loads((PROTO / "log_words.json").read_text())["kinds"]
CODES = json.loads((PROTO / "log_fhir.json").read_text())
KIND_SYSTEM = "urn:uuid:3f0b8a52-6c1e-4d0a-9a44-5d1f7d2c8e61"
BOOT, SESSION, ORGANISATION, ACCOUNT = (f"0e000000-0000-4000-8000-00000000000{i}" for i in range(1, 5))
NOTED = b"g" + uuid.UUID(GRANT).bytes + bytes(16)
ITEM = {"field": "need_money", "about": [MAMA, LEEN], "entry": ENTRY, "version": 3, "rule": "R-02", "ground": GRANT}
ASKED = {"field": "need_money", "about": [MAMA]}
ACTORS = [{"kind": "person", "id": LEEN, "name": "Leen"}, {"kind": "helper", "id": ELS, "name": "Els", "role": "huurbegeleider", "organisation": "Woonmaatschappij"},
          {"kind": "helper"}, {"kind": "auditor"}, {"kind": "operator"}, {"kind": "system"}]
# What an auditor looks for, by the words of DICOM, HL7 and IHE: kind, type, subtype, action, profile.
WELL_KNOWN = [
    ("plan.read", "rest", "read", "R", "PatientRead"), ("entry.write", "rest", "create", "C", "PatientCreate"),
    ("entry.revise", "rest", "update", "U", "PatientUpdate"), ("entry.withdraw", "rest", "delete", "D", "PatientDelete"),
    ("access.ask", "rest", "search-type", "E", "PatientQuery"), ("grant.give", "110113", "AuthZ-Consent", "E", "AuthZconsent"),
    ("grant.withdraw", "110113", "AuthZ-Consent", "E", "AuthZconsent"), ("log.read", "110101", None, "R", None),
    ("session.create", "110114", "110122", "E", None), ("session.end", "110114", "110123", "E", None),
    ("export.read", "110106", "read", "R", None), ("family.import", "110107", "create", "C", None),
    ("emergency.open", "110113", "110127", "E", None), ("emergency.end", "110113", "110138", "E", None),
    ("server.start", "110100", "110120", "E", None), ("server.stop", "110100", "110121", "E", None),
]


def line(kind="plan.read", number=1, **more):
    return {"id": f"0f000000-0000-4000-8000-{number:012}", "at": "2026-01-20T11:00:00.123456Z", "kind": kind, "outcome": "done", "emergency": False,
            "actor": ACTORS[0], "items": [], "sentence": "Leen las iets.", **more}


def access(**more):
    return {"access": {"server": BOOT, "program": "browser", "role": "coordinator", "purpose": "care", **more}}


def only(found):
    [one] = found
    return one


class Fhir(Case):
    def setUp(self):
        super().setUp()
        self.log_in()

    def export(self, *records, damaged=None, checked=False):
        body = {"records": list(records), **({"damaged": damaged} if damaged else {})}
        self.answers[LOG] = Answer(200, body, checked=checked)
        plain, text = self.good("log", "export", "--family", FAMILY), self.good("log", "export", "--format", "fhir", "--family", FAMILY)
        self.assertEqual(text, self.good("log", "export", "--format", "fhir", "--family", FAMILY), "two exports differ")
        lines, events = plain.split("\n")[:-1], [json.loads(e) for e in text.split("\n")[:-1]]
        self.assertEqual(len(lines), len(events))
        for kept, event in zip(lines, events):
            self.assertEqual(faults(event), [], event)
            self.assertEqual(base64.b64decode(event["entity"][0]["detail"][0]["valueBase64Binary"]).decode(), kept, "the line goes along as it came")
            self.assertEqual((event["id"], event["recorded"]), (json.loads(kept)["id"], json.loads(kept)["at"]))
        return events

    def one(self, *arguments, **more):
        return only(self.export(line(*arguments, **more)))

    def proven(self, record, shown, **more):
        proof = Log(Key.new("log.example/1"), [record.commitment]).proof(0, record.extra(shown))
        return {**line(record.kind), "proof": proof, **more}

    def test_every_kind(self):
        """With each outcome, by everybody, with and without items: right by HL7's and IHE's rules, and the profile is claimed where it holds."""
        cases = list(itertools.product([*KINDS, "new.kind"], ("done", "refused", "failed"), ACTORS, ([], [ITEM, {**ITEM, "entry": RECORD}, ASKED])))
        claimed = set()
        for start in range(0, len(cases), 500):
            part = cases[start:start + 500]
            events = self.export(*(line(kind, start + i, outcome=how, actor=who, items=items) for i, (kind, how, who, items) in enumerate(part)))
            for (kind, how, who, items), event in zip(part, events):
                pattern = CODES["patterns"][CODES["kinds"].get(kind, "other")]
                profile = pattern["profile"] if how == "done" and pattern["entity"] != "consent" else None
                self.assertEqual(event["meta"].get("profile"), [BALP + profile] if profile else None, (kind, how))
                self.assertEqual(event["meta"]["tag"], [{"system": KIND_SYSTEM, "code": kind}])
                self.assertEqual((event["outcome"], event.get("outcomeDesc")), {"done": ("0", None), "refused": ("8", how), "failed": ("12", how)}[how])
                claimed.add(profile)
        self.assertEqual(claimed, {None, *(f"Patient{verb}" for verb in ("Read", "Query", "Create", "Update", "Delete"))})

    def test_every_kind_as_the_auditor_has_it(self):
        """With a proof that opens what was given and stopped, a decision names its grant, so that it keeps AuthZconsent."""
        lines = [self.proven(Record(0, kind, NOTED), [0, 1, 2, 3, 4], actor=who, **access(session=SESSION)) for kind in KINDS for who in ACTORS]
        events = [e for start in range(0, len(lines), 500) for e in self.export(*lines[start:start + 500])]
        for told, event in zip(lines, events):
            pattern = CODES["patterns"][CODES["kinds"][told["kind"]]]
            wanted = pattern["profile"] if pattern["entity"] != "consent" or told["actor"]["kind"] != "system" else None
            self.assertEqual(event["meta"].get("profile"), [BALP + wanted] if wanted else None, told["kind"])

    def test_well_known_kinds(self):
        noted = self.proven(Record(0, "grant.give", NOTED), [0, 3])
        events = self.export(*({**noted, "kind": kind} for kind, *_ in WELL_KNOWN))
        for (kind, of, sub, action, profile), event in zip(WELL_KNOWN, events):
            self.assertEqual((event["type"]["code"], [s["code"] for s in event.get("subtype", [])], event["action"], event["meta"].get("profile")),
                             (of, [sub] if sub else [], action, [BALP + profile] if profile else None), kind)

    def test_the_contract_allows_what_the_stub_said(self):
        self.export(line(items=[ITEM], **access(session=SESSION, account=ACCOUNT, organisation=ORGANISATION, network="192.0.2.0/24")), line("access.ask", 2, items=[ASKED]), damaged=[{"id": RECORD, "at": "2026-01-20T11:00:00Z"}], checked=True)

    def test_who(self):
        client, server, user = self.one()["agent"]
        self.assertEqual(user["who"], {"identifier": {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{LEEN}"}})
        self.assertEqual([a["requestor"] for a in (client, server, user)], [False, False, True])
        self.assertEqual(server["who"]["identifier"]["value"], self.url)
        for who in ACTORS[2:5]:
            self.assertEqual(self.one(actor=who)["agent"][2]["who"], {"display": who["kind"]})
        self.assertEqual([a["requestor"] for a in self.one(actor=ACTORS[5])["agent"]], [False, True])
        for a in (client, server, user):
            self.assertNotIn("name", a)

    def test_from_where_in_which_role_and_why(self):
        """As the line says; of a line that does not say, what follows from who it was, and nothing is made up of the client."""
        client, server, user = self.one(**access(session=SESSION, network="192.0.2.0/24", program="terminal", purpose="oversight"))["agent"]
        self.assertEqual(client["who"], {"type": "Device", "identifier": {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{SESSION}"}, "display": "terminal"})
        self.assertEqual(client["network"], {"address": "192.0.2.0/24", "type": "2"})
        self.assertEqual((server["altId"], user["role"], self.purpose(user)), (BOOT, [{"text": "coordinator"}], "HCOMPL"))
        self.assertEqual(self.one(**access())["agent"][0]["who"], {"display": "browser"})
        for name, code in (("care", "COC"), ("own", "PATRQT"), ("emergency", "BTG"), ("oversight", "HCOMPL"), ("operation", "HSYSADMIN")):
            self.assertEqual(self.purpose(self.one(**access(purpose=name))["agent"][2]), code)
        for who, role, code in zip(ACTORS, ("person", "huurbegeleider", "helper", "auditor", "operator"), ("PATRQT", "COC", "COC", "HCOMPL", "HSYSADMIN")):
            client, server, user = self.one(actor=who)["agent"]
            self.assertEqual((user["role"], self.purpose(user)), ([{"text": role}], code))
            self.assertEqual((self.absent(client["who"]), self.absent(client["network"])), ("unknown", "masked"))
            self.assertNotIn("altId", server)
            self.assertEqual(self.purpose(self.one(actor=who, emergency=True)["agent"][2]), "BTG")
        self.assertEqual(self.purpose(self.one(**access(purpose="something new"))["agent"][2]), "PATRQT")
        self.assertEqual(self.one(**access(role="none"))["agent"][2]["role"], [{"text": "person"}])

    def test_who_is_known_by_the_account_alone(self):
        self.assertEqual(self.one(actor={"kind": "auditor"}, **access(account=ACCOUNT))["agent"][2]["who"]["identifier"]["value"], f"urn:uuid:{ACCOUNT}")

    @staticmethod
    def purpose(agent):
        coding = only(only(agent["purposeOfUse"])["coding"])
        assert coding["system"] == REASON
        return coding["code"]

    @staticmethod
    def absent(element):
        return only(element["extension"])["valueCode"]

    def test_a_decision(self):
        """Its grant is in the note of the record, which the auditor's proof opens; its organisation is the helper's."""
        noted, parent, helper = Record(0, "grant.give", NOTED), ACTORS[0], ACTORS[1]
        for who, more, wanted in ((parent, {}, "not-applicable"), (ACTORS[2], {}, "unknown"), (helper, {}, {"display": "Woonmaatschappij"}),
                                  (helper, access(organisation=ORGANISATION), ORGANISATION)):
            event = only(self.export(self.proven(noted, [0, 3], actor=who, **more)))
            _, server, _, organisation = event["agent"]
            told = organisation["who"]
            self.assertEqual(self.absent(told) if "extension" in told else told if "display" in told else told["identifier"]["value"][9:], wanted)
            self.assertEqual([e["what"]["identifier"]["value"] for e in event["entity"]], [f"urn:uuid:{FAMILY}", f"urn:uuid:{GRANT}"])
            self.assertEqual(server["who"], event["source"]["observer"])
        texts = only(self.export(self.proven(noted, [0, 3], items=[ITEM])))
        self.assertNotIn("profile", texts["meta"], "its entities are closed")

    def test_what_the_proof_does_not_open_is_not_there(self):
        """Two records that differ only in what this reader does not see: but for the line itself, one resource."""
        made = []
        for note in (NOTED, b""):
            event = only(self.export(self.proven(Record(0, "grant.give", note), [0])))
            del event["entity"][0]["detail"]
            made.append(event)
        self.assertEqual(*made)
        self.assertNotIn("profile", made[0]["meta"])

    def test_a_proof_that_is_none_tells_nothing(self):
        good = self.proven(Record(0, "grant.give", NOTED), [0, 3])
        self.assertIn("profile", only(self.export(good))["meta"])
        for proof in ("", "x", good["proof"].replace("index 0", "index x"), good["proof"].replace("extra A", "extra B", 1)):
            self.assertNotIn("profile", only(self.export({**good, "proof": proof}))["meta"], proof[:40])

    def test_items(self):
        event = self.one(items=[ITEM, {**ITEM, "entry": RECORD, "version": 1}, {"about": [LEEN], "entry": GRANT, "rule": "R-02", "ground": None}])
        family, plan, ground, first, second, grant = event["entity"]
        self.assertEqual((family["what"]["type"], family["what"]["identifier"]["value"]), ("Patient", f"urn:uuid:{FAMILY}"))
        self.assertEqual((ground["type"]["code"], ground["what"]["identifier"]["value"]), ("Consent", f"urn:uuid:{GRANT}"))
        self.assertEqual([(d["type"], d["valueString"]) for d in first["detail"]],
                         [("field", "need_money"), ("version", "3"), ("rule", "R-02"), ("ground", GRANT), ("about", MAMA), ("about", LEEN)])
        self.assertEqual([e["type"]["code"] for e in (plan, first, second, grant)], ["2", "Basic", "Basic", "Consent"])
        self.assertEqual(second["what"]["identifier"]["value"], f"urn:uuid:{RECORD}")
        bare = self.one(items=[{"about": [], "entry": ENTRY}])["entity"][2]
        self.assertNotIn("detail", bare)

    def test_what_was_asked(self):
        query = self.one("access.ask", items=[{"field": "need_money", "about": [MAMA, LEEN]}])["entity"][1]
        self.assertEqual(base64.b64decode(query["query"]).decode(), f"access.ask?field=need_money&about={MAMA}&about={LEEN}")
        self.assertEqual(base64.b64decode(self.one("preview.matrix")["entity"][1]["query"]), b"preview.matrix")

    def test_sentences(self):
        for sentence in ("a < b && c > \"d\" 'e' é", EVIL, "</div><script>", "\u2028]]>"):
            event = self.one(sentence=sentence)
            text = event["text"]["div"].removeprefix('<div xmlns="http://www.w3.org/1999/xhtml">').removesuffix("</div>")
            for mark, c in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
                text = text.replace(mark, c)
            self.assertEqual(text, "".join(" " if c < " " else c for c in sentence))

    def test_damaged(self):
        event = only(self.export(damaged=[{"id": RECORD, "at": "2026-01-20T11:00:00Z"}]))
        self.assertEqual((event["type"], event["outcome"], event["outcomeDesc"]), ({"system": DCM, "code": "110113"}, "12", "damaged"))

    def test_a_kind_of_a_newer_server(self):
        event = self.one("quilt.sew")
        self.assertEqual((event["subtype"], event["action"]), ([{"system": REST, "code": "operation"}], "E"))
        self.assertNotIn("profile", event["meta"])

    def test_what_is_no_line(self):
        """Refused whole: no half a file, and no resource that nobody can import."""
        for bad in ({"id": "x"}, {"id": 5}, {"at": "gisteren"}, {"kind": "a b"}, {"kind": "PLAN.READ"}, {"kind": "plan"}, {"kind": ".read"}, {"kind": 1},
                    {"outcome": ""}, {"outcome": None}):
            self.answers[LOG] = Answer(200, {"records": [line(), line(number=2) | bad]}, checked=False)
            path = self.folder / "log.fhir"
            self.bad(4, "log", "export", "--format", "fhir", "--family", FAMILY, "--out", path)
            self.assertEqual(list(path.parent.glob("log.fhir*")), [], bad)

    def test_formats(self):
        self.answers[LOG] = Answer(200, {"records": [line()]})
        self.assertEqual(self.good("log", "export", "--family", FAMILY), self.good("log", "export", "--format", "ndjson", "--family", FAMILY))
        path = self.folder / "log.fhir"
        self.assertEqual(self.good("log", "export", "--format", "fhir", "--family", FAMILY, "--out", path), "")
        self.assertEqual(path.stat().st_mode & 0o777, 0o600)
        for wrong in ("FHIR", "xml", "", "fhir "):
            self.bad(2, "log", "export", "--format", wrong, "--family", FAMILY)
            self.bad(2, "log", "export", "--format", wrong, "--family", FAMILY, "--out", path)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
