"""The sum: nothing came that is not in the contract (each answer was checked), and nothing is in it that never
came."""
import json
import sys

from harness import Findings, expect, test
from instance import ROOT

sys.path.insert(0, str(ROOT / "tests"))
import records  # noqa: E402


@test("contract: every operation and every listed error was produced")
def _(world):
    missing = world.contract.missing()
    expect(not missing, world.contract.report())
    return world.contract.report().splitlines()[0]


@test("the server's own log: no error but those that were provoked, and no word of the family")
def _(world):
    text = (world.shared.data / "log/kringd.log").read_text("utf-8")
    internal = [line for line in text.splitlines() if '"level":"error"' in line and "exchange.failed" in line]
    expect(not internal, internal[:3])
    again = [line for line in world.shared.err.read_text().splitlines() if "kringd ended" in line]
    expect(not again, "the server had to be started again:", again)
    for family in world.families.values():
        for e in family.data["entries"]:
            expect(e["text"][:20] not in text, "a text in the log:", e["text"])
    memory = world.shared.memory_kib()
    return f"server memory {memory['VmRSS'] // 1024} MiB, at most {memory['VmHWM'] // 1024} MiB with Argon2"


@test("every kind of record was made, and bears what the table in SECURITY.md says (R-61)")
def _(world):
    found = Findings()
    said = world.shared.kinds_of_records()
    found.same(said.returncode, 0, "log check", said.stdout[-300:], said.stderr[-300:])
    seen = {}
    for shape in records.shapes(said.stdout):
        records.add(seen, shape)
        service, family = shape["actor"] == "system", shape["actor"] == "person"
        found.same(shape["role"] == "none", service, shape, "a role")
        found.same(shape["network"] == "-", service or family or shape["kind"] in ("family.import", "decoy.mark"), shape, "from where, never of the family (R-36)")
        found.check(shape["rule"] != "-" or shape["outcome"] != "refused" or service, shape, "the rule of a refusal")
        found.check(shape["ground"] == "-" or shape["items"] != "-", shape, "a ground of something")
    table = json.loads((ROOT / "tests/records.json").read_text("utf-8"))
    for kind, row in seen.items():
        wanted = table.get(kind, {})
        found.check(set(row["notes"]) <= set(wanted.get("notes", [])), kind, "notes", row, wanted)
        found.check(all(wanted.get(y) or not row[y] for y in records.YES), kind, row, wanted)
    elsewhere = {"counter.void", "decoy.mark", "erasure.done", "log.end", "log.retire", "plan.erase", "plan.erased", "server.stop"}
    found.check(table.keys() - seen.keys() <= elsewhere, "kinds that were not made", table.keys() - seen.keys() - elsewhere)
    found.close(100)
    return f"{len(seen)} of {len(table)} kinds"
