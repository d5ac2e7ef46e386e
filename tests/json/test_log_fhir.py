"""The FHIR codes of the log: the generator takes the table as it is, and stops at whatever a resource could not be made of.

  test_log_fhir.py ROOT
"""
import copy
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
ROOT = pathlib.Path(sys.argv[1])
sys.path.insert(0, str(ROOT / "proto"))
import log_fhir  # noqa: E402
from strict import Fault  # noqa: E402

KINDS = set(json.loads((ROOT / "proto/log_words.json").read_text("utf-8"))["kinds"])
TABLE = json.loads((ROOT / "proto/log_fhir.json").read_text("utf-8"))


def generate(table):
    with tempfile.TemporaryDirectory() as folder:
        part = pathlib.Path(folder) / "log_fhir.json"
        part.write_text(json.dumps(table), "utf-8")
        done = subprocess.run([sys.executable, ROOT / "proto/generate.py", "fhir", "--out", f"{folder}/t.c", "--declare", f"{folder}/t.h", part,
                               ROOT / "proto/log_words.json"], capture_output=True, text=True, check=False)
        return done.returncode, done.stderr


class Generator(unittest.TestCase):
    def refused(self, says, change):
        table = copy.deepcopy(TABLE)
        change(table)
        with self.assertRaises(Fault, msg=says) as told:
            log_fhir.check(table, KINDS, "table")
        self.assertIn(says, str(told.exception))

    def test_the_table_as_it_is(self):
        self.assertEqual(generate(TABLE), (0, ""))

    def test_the_build_stops(self):
        code, trouble = generate({**TABLE, "kinds": {k: v for k, v in TABLE["kinds"].items() if k != "plan.read"}})
        self.assertEqual(code, 1)
        self.assertIn("no pattern for plan.read", trouble)

    def test_every_kind_has_its_codes(self):
        for kind in TABLE["kinds"]:
            self.refused(f"no pattern for {kind}", lambda t, k=kind: t["kinds"].pop(k))

    def test_what_no_resource_can_be_made_of(self):
        read = TABLE["patterns"]["read"]
        for says, change in [
            ("the log has no quilt.sew", lambda t: t["kinds"].update({"quilt.sew": "read"})),
            ("plan.read: quilt is no pattern", lambda t: t["kinds"].update({"plan.read": "quilt"})),
            ("patterns that no kind has: quilt", lambda t: t["patterns"].update({"quilt": read})),
            ("Patient is no profile", lambda t: t["patterns"]["read"].update(profile="Patient")),
            ("an action is", lambda t: t["patterns"]["read"].update(action="X")),
            ("an event has a type", lambda t: t["patterns"]["read"].update(type=None)),
            ("a client without a user", lambda t: t["patterns"]["read"].update(user=None)),
            ("QUILT#1 is no code", lambda t: t["patterns"]["read"].update(subtype="QUILT#1")),
            ("DCM# is no code", lambda t: t["patterns"]["read"].update(client="DCM#")),
            ("quilt is no entity", lambda t: t["patterns"]["read"].update(entity="quilt")),
            ("named by its URL", lambda t: t["systems"].update(DCM="DICOM")),
            ("quilt is no purpose", lambda t: t["actors"].update(helper="quilt")),
            ("REASON-COC is no code", lambda t: t["purposes"].update(care="REASON-COC")),
            ("purposes", lambda t: t["purposes"].pop("care")), ("actors", lambda t: t["actors"].pop("helper")),
            ("patterns", lambda t: t["patterns"].pop("other")), ("quilt", lambda t: t.update(quilt={})),
        ]:
            self.refused(says, change)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
