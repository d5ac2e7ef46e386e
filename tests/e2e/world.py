"""What the tests share: one instance with three families, its accounts logged in once, and the contract that watches
every answer."""
import json
import os
import shutil
import tempfile
from pathlib import Path

from client import Client, Watch
from contract import Contract
from family import ROOT, Family
from instance import Instance, build

BE, NL = ROOT / "proto/demo/scenario_be.json", ROOT / "proto/demo/scenario_nl.json"
RACES = "demo-races"  # a copy of the first family, for tests that change much


class World:
    def __init__(self, options):
        self.options = options
        self.place = Path(tempfile.mkdtemp(prefix="kring-e2e-", dir=os.environ.get("KRING_TEST_PLACE", "/tmp")))
        self.place.chmod(0o755)
        self.contract = Contract(build() / "proto/openapi.json")
        self.watch = Watch(self.contract)
        self.known = {}
        self.shared = None

    # ---- the shared instance ----

    def start(self):
        scenarios = [BE] + ([NL] if NL.exists() else []) + [self.copy_of(BE, RACES)]
        # However slow the machine: what is logged in once stays so for the whole suite.
        idle = {"helper_idle": 120, "auditor_idle": 120, "operator_idle": 120}
        self.shared = Instance(self.place, "shared", scenarios=scenarios, settings=idle)
        self.shared.start()
        self.families = {}
        for path in scenarios:
            ref = json.loads(path.read_text("utf-8"))["id"]
            self.families[ref] = Family(path, self.shared.family(ref))
        self.be = self.families["demo-vlaanderen"]
        self.nl = self.families.get("demo-nederland")
        self.races = self.families[RACES]

    def start_if_needed(self, only):
        """One file of tests that has instances of its own needs no shared one."""
        if only not in ("worlds", "pairs", "moved", "crash", "disk", "clock", "witness", "log_check", "erase", "retire", "audit", "audit:", "watch:"):
            self.start()

    def copy_of(self, path, new_id, change=None):
        data = json.loads(path.read_text("utf-8"))
        data["id"] = new_id
        if change:
            change(data)
        copy = self.place / f"{new_id}.json"
        copy.write_text(json.dumps(data, ensure_ascii=False), "utf-8")
        copy.chmod(0o644)
        return copy

    def folder(self, name):
        path = self.place / name
        path.mkdir(mode=0o755, exist_ok=True)
        return path

    # ---- accounts ----

    def client(self, ref, family=None):
        """Logged in, once for the whole suite."""
        key = ref, family
        if key not in self.known:
            self.known[key] = self.fresh(ref, family)
        return self.known[key]

    def fresh(self, ref, family=None):
        return Client(self.shared, self.watch, ref, family).log_in()

    def stranger(self):
        return Client(self.shared, self.watch)

    def path(self, family=None):
        return "/v1/families/" + (family or self.be).ids["id"]

    def end(self):
        for instance in (self.shared, getattr(self, "crash", None), getattr(self, "audit", None)):
            if instance:
                instance.wipe()
        if not self.options.keep:
            shutil.rmtree(self.place, ignore_errors=True)
