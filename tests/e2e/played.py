"""The walk-through of the demonstration (domain.md 4.3), played with `kring` alone on an instance of its own."""
import os
import re
import subprocess

from harness import expect, same, test
from instance import QUICK, ROOT, Instance, build
from world import BE

STEPS = 8


def play(demo):
    """The script's status and what it said."""
    done = subprocess.run(
        ["sh", ROOT / "clients/cli/demo.sh", "--demo", demo, build() / "clients/cli/kring"],
        capture_output=True,
        check=False,
        timeout=600,
        env={"PATH": os.environ["PATH"], "HOME": "/nonexistent", "TMPDIR": str(demo.parent)},
    )
    return done.returncode, done.stdout.decode() + done.stderr.decode()


@test("played: all steps of the walk-through with kring alone, each answer as it should be")
def _(world):
    instance = Instance(world.place, "played", scenarios=[BE], settings=QUICK)
    try:
        instance.start()
        demo = instance.data / "demo.json"
        status, said = play(demo)
        summary = re.search(r"^(\d+) steps, (\d+) faults$", said, re.M)
        expect(summary is not None, "it did not come to its end:\n" + said)
        same((summary.group(1), summary.group(2), status), (str(STEPS), "0", 0), "steps, faults, status:\n" + said)
        left = [path.name for path in demo.parent.glob("kring-demo.*")]
        same(left, [], "folders with sessions that were left behind")
        same(play(demo)[0], 2, "what was played already is not played again")
    finally:
        instance.wipe()
