"""The sum: nothing came that is not in the contract (each answer was checked), and nothing is in it that never
came."""
from harness import expect, test


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
